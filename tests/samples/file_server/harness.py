# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""A file server under test, in a process of its own, with the leak check on.

The program's path is the environment variable FILE_SERVER. Every server must end well: SIGTERM leads to exit status 0,
no session and no file is left, and the leak check has nothing to say.
"""

import os
import pathlib
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

PATIENCE = 60  # seconds until a test gives up
ONLY_THE_ACCEPTOR = (0, 0, 1)  # of sessions, files and handles


class Server:
    def __init__(self, root, *options):
        self.asked_to_stop = False
        self.errors = tempfile.TemporaryFile("w+")
        environment = dict(os.environ, HANDRAIL_DEBUG="leakcheck=1,exitcode=23")
        self.process = subprocess.Popen(
            [os.environ["FILE_SERVER"], "--root", root, "--port", "0", "--threads", "3", "--log", *options],
            stdout=subprocess.PIPE, stderr=self.errors, text=True, env=environment)
        first = self.process.stdout.readline()
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", first).group(1))
        self.url = f"http://127.0.0.1:{self.port}"

    def status(self):
        """Returns the numbers of sessions, of cached files, and of handles that the leak check knows."""
        self.process.send_signal(signal.SIGUSR1)
        line = self.wait_for_line("asked: ")
        found = re.match(r"asked: (\d+) sessions, (\d+) files, (\d+) handles", line)
        return tuple(int(number) for number in found.groups())

    def wait_for_line(self, beginning):
        """Returns the next line with that beginning."""
        while line := self.process.stdout.readline():
            if line.startswith(beginning):
                return line
        raise AssertionError(f"the server has ended without printing: {beginning}")

    def wait_until_quiet(self):
        """Waits until all earlier connections have ended."""
        with self.connect() as last:  # accepted after all others
            last.sendall(get("/none"))
            read_header(last)
        if self.status() != ONLY_THE_ACCEPTOR:
            self.wait_for_line("a connection ended: %d sessions, %d files, %d handles" % ONLY_THE_ACCEPTOR)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def mappings_of(self, path):
        maps = pathlib.Path(f"/proc/{self.process.pid}/maps").read_text(encoding="utf-8")
        return sum(line.endswith(str(path)) for line in maps.splitlines())

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def limit_descriptors(self, most):
        resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (most, most))

    def connect(self, receive_buffer=None):
        client = socket.socket()
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", self.port))
        return client

    def talk(self, data):
        """Sends the bytes and returns everything that the server sends before it closes."""
        with self.connect() as client:
            client.sendall(data)
            return read_all(client)

    def ask_to_stop(self):
        """At most once: at exit the server has no handler, so a second SIGTERM would kill it."""
        if not self.asked_to_stop:
            self.asked_to_stop = True
            self.process.send_signal(signal.SIGTERM)

    def end(self):
        """Returns what is wrong with the server's exit; empty if nothing is."""
        output, _ = self.process.communicate(timeout=PATIENCE)
        self.errors.seek(0)
        errors = self.errors.read()
        self.errors.close()
        good = self.process.returncode == 0 and output.endswith("stopped: 0 sessions, 0 files\n")
        return "" if good and not errors else f"status {self.process.returncode}\n{output}\n{errors}"


def read_all(client):
    received = bytearray()
    try:
        while part := client.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return bytes(received)


def read_header(client):
    """Returns the header of a response; leaves the body unread."""
    header = b""
    while not header.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        if not byte:
            break
        header += byte
    return header


def status_of(response):
    return int(response.split(b" ", 2)[1]) if response else None


def get(path, *fields, version="1.1", method="GET"):
    lines = [f"{method} {path} HTTP/{version}", "Host: test", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def wait_for_end(client):
    """Waits, without reading, until the peer has closed or reset the connection."""
    poll = select.poll()
    poll.register(client, select.POLLRDHUP)
    return bool(poll.poll(PATIENCE * 1000))


class ServerTest(unittest.TestCase):
    """Each test case has a folder and a server; options are the server's."""

    options = ()
    expected_errors = False  # the server prints to stderr

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="handrail-served-"))
        self.addCleanup(shutil.rmtree, self.root)
        self.write("a.txt", b"0123456789")
        self.server = Server(self.root, *self.options)
        self.addCleanup(self.kill)

    def tearDown(self):
        if self.server.process.poll() is None:
            self.server.ask_to_stop()
        complaint = self.server.end()
        if not (self.expected_errors and "status 0\n" in complaint):
            self.assertEqual(complaint, "")

    def kill(self):
        if self.server.process.poll() is None:
            self.server.process.kill()
            self.server.process.wait()

    def write(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def curl(self, path, *options):
        """Returns the status and the body."""
        done = subprocess.run(
            ["curl", "--silent", "--path-as-is", "--max-time", str(PATIENCE), "--write-out", "%{http_code}",
             *options, self.server.url + path], capture_output=True, check=False)
        return int(done.stdout[-3:]), done.stdout[:-3]


def main():
    if shutil.which("curl") is None:
        raise SystemExit(77)
    unittest.main(verbosity=2)
