#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The chat server, and the same program with std::shared_ptr.

environment: CHAT, CHAT_COUNTED, the two programs
"""

import collections
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

PATIENCE = 60  # seconds until a test gives up
CLIENTS, NAMES, ROOMS = 20, 7, 5

Stats = collections.namedtuple("Stats", "connected clients rooms sessions")


def stats_in(line):
    found = re.search(r"(\d+) connected; (\d+) clients, (\d+) rooms, (\d+) sessions", line)
    return Stats(*map(int, found.groups()))


class Server:
    def __init__(self, program, settings):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([program], stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        env=dict(os.environ, **settings))
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)", self.process.stdout.readline()).group(1))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        """Returns the exit status, the numbers of objects left, and the errors."""
        self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=PATIENCE)
        self.errors.seek(0)
        return self.process.returncode, stats_in(output), self.errors.read()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        self.errors.close()


class Client:
    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        self.lines = self.socket.makefile("r", newline="\n")

    def send_line(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def receive_line(self):
        """Returns the next line; an empty one if the server has closed, even with unread input."""
        try:
            return self.lines.readline().rstrip("\n")
        except ConnectionResetError:
            return ""

    def ask(self, line):
        self.send_line(line)
        return self.receive_line()

    def stats(self):
        return stats_in(self.ask("STATS"))

    def leave(self):
        self.lines.close()
        self.socket.close()


class ChatTest(unittest.TestCase):
    program = "CHAT"
    settings = {"HANDRAIL_DEBUG": "leakcheck=1,exitcode=23"}

    def setUp(self):
        self.server = Server(os.environ[self.program], self.settings)
        self.addCleanup(self.server.close)
        self.operator = self.connect("STATS")  # the answer: it is accepted

    def connect(self, *commands):
        client = Client(self.server)
        self.addCleanup(client.leave)
        for command in commands:
            client.ask(command)
        return client

    def wait_for_stats(self, condition):
        deadline = time.monotonic() + PATIENCE
        stats = self.operator.stats()
        while not condition(stats):
            if time.monotonic() > deadline:
                raise AssertionError(f"timed out; {stats}")
            stats = self.operator.stats()
        return stats

    def fill(self):
        """Connects clients that share names and rooms. Returns them after each has sent a line."""
        clients = [self.connect(f"NAME n{i % NAMES}", f"JOIN r{i % ROOMS}") for i in range(CLIENTS)]
        for number, speaker in enumerate(clients):
            speaker.send_line(f"line {number}")
            for receiver in clients[number % ROOMS::ROOMS]:
                self.assertEqual(receiver.receive_line(), f"r{number % ROOMS} n{number % NAMES}: line {number}")
        return clients


class Collected(ChatTest):
    def tearDown(self):
        status, left, errors = self.server.stop()
        self.assertEqual((status, left, errors), (0, Stats(0, 0, 0, 0), ""))

    def test_a_line_to_a_name_reaches_all_connections_of_that_name(self):
        twice = [self.connect("NAME ann"), self.connect("NAME ann")]
        self.connect("NAME bob").send_line("TELL ann hello")
        self.assertEqual([each.receive_line() for each in twice], ["bob to you: hello"] * 2)

    def test_a_client_that_changes_its_name_is_not_found_under_the_old_one(self):
        renamed = self.connect("NAME ann", "NAME eve")
        self.operator.send_line("TELL ann lost")
        self.operator.send_line("TELL eve found")
        self.assertEqual(renamed.receive_line(), "somebody to you: found")

    def test_every_descriptor_is_closed_when_all_clients_have_left(self):
        before = self.server.descriptors()
        clients = self.fill()
        self.assertEqual(self.operator.stats(), Stats(CLIENTS + 1, NAMES, ROOMS, CLIENTS + 1))
        self.assertEqual(self.server.descriptors(), before + CLIENTS)
        for each in clients:
            each.leave()
        self.wait_for_stats(lambda stats: stats == Stats(1, 0, 0, 1))
        self.assertEqual(self.server.descriptors(), before)

    def test_a_client_that_quits_is_disconnected(self):
        client = self.connect("NAME ann", "JOIN hall")
        self.assertEqual(client.ask("QUIT"), "* bye")
        self.assertEqual(client.receive_line(), "")

    def test_a_client_that_left_is_removed_from_its_room_when_somebody_speaks(self):
        stays = self.connect("JOIN hall")
        self.connect("JOIN hall").leave()
        self.wait_for_stats(lambda stats: stats.connected == 2)
        stays.ask("anybody here?")
        self.wait_for_stats(lambda stats: stats == Stats(2, 0, 1, 2))

    def test_a_client_that_sends_too_long_a_line_is_disconnected(self):
        client = self.connect("JOIN hall")
        client.send_line("x" * 5000)
        self.assertEqual(client.receive_line(), "")

    def test_stopping_disconnects_all_clients(self):
        self.fill()  # tearDown does the rest


class Counted(ChatTest):
    program = "CHAT_COUNTED"
    settings = {"ASAN_OPTIONS": "detect_leaks=0"}  # it leaks on purpose

    def test_no_descriptor_is_closed_when_all_clients_have_left(self):
        before = self.server.descriptors()
        for each in self.fill():
            each.leave()
        left = self.wait_for_stats(lambda stats: stats.connected == 1)
        self.assertEqual(left, Stats(1, NAMES, ROOMS, CLIENTS + 1))
        self.assertEqual(self.server.descriptors(), before + CLIENTS)
        self.operator.leave()
        status, left, _ = self.server.stop()
        self.assertEqual((status, left), (0, Stats(0, NAMES, ROOMS, CLIENTS)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
