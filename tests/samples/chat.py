#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The chat server and its twin, which owns by std::shared_ptr; the environment variables CHAT and CHAT_COUNTED name them."""

import collections
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

PATIENCE = 60  # seconds until something that must happen counts as lost
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
        """Returns the exit status, the objects that were left, and the errors."""
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

    def say(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def hear(self):
        """Returns the next line; nothing when the server has closed, also with input of ours unread."""
        try:
            return self.lines.readline().rstrip("\n")
        except ConnectionResetError:
            return ""

    def ask(self, line):
        self.say(line)
        return self.hear()

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
                raise AssertionError(f"waited in vain; {stats}")
            stats = self.operator.stats()
        return stats

    def fill(self):
        """Connects clients, of which some share a name, and all share rooms; returns them when they have chatted."""
        clients = [self.connect(f"NAME n{i % NAMES}", f"JOIN r{i % ROOMS}") for i in range(CLIENTS)]
        for number, speaker in enumerate(clients):
            speaker.say(f"line {number}")
            for hearer in clients[number % ROOMS::ROOMS]:
                self.assertEqual(hearer.hear(), f"r{number % ROOMS} n{number % NAMES}: line {number}")
        return clients


class Collected(ChatTest):
    def tearDown(self):
        status, left, errors = self.server.stop()
        self.assertEqual((status, left, errors), (0, Stats(0, 0, 0, 0), ""))

    def test_what_is_told_to_a_name_reaches_all_its_connections(self):
        twice = [self.connect("NAME ann"), self.connect("NAME ann")]
        self.connect("NAME bob").say("TELL ann hello")
        self.assertEqual([each.hear() for each in twice], ["bob to you: hello"] * 2)

    def test_who_takes_another_name_is_not_found_under_the_first(self):
        renamed = self.connect("NAME ann", "NAME eve")
        self.operator.say("TELL ann lost")
        self.operator.say("TELL eve found")
        self.assertEqual(renamed.hear(), "somebody to you: found")

    def test_when_all_leave_every_descriptor_comes_back(self):
        before = self.server.descriptors()
        clients = self.fill()
        self.assertEqual(self.operator.stats(), Stats(CLIENTS + 1, NAMES, ROOMS, CLIENTS + 1))
        self.assertEqual(self.server.descriptors(), before + CLIENTS)
        for each in clients:
            each.leave()
        self.wait_for_stats(lambda stats: stats == Stats(1, 0, 0, 1))
        self.assertEqual(self.server.descriptors(), before)

    def test_who_quits_is_hung_up_on(self):
        client = self.connect("NAME ann", "JOIN hall")
        self.assertEqual(client.ask("QUIT"), "* bye")
        self.assertEqual(client.hear(), "")

    def test_who_left_a_room_that_is_not_empty_is_forgotten_when_somebody_speaks(self):
        stays = self.connect("JOIN hall")
        self.connect("JOIN hall").leave()
        self.wait_for_stats(lambda stats: stats.connected == 2)
        stays.ask("anybody here?")
        self.wait_for_stats(lambda stats: stats == Stats(2, 0, 1, 2))

    def test_a_client_that_sends_no_end_of_a_line_is_hung_up_on(self):
        client = self.connect("JOIN hall")
        client.say("x" * 5000)
        self.assertEqual(client.hear(), "")

    def test_stopping_ends_what_is_connected(self):
        self.fill()  # tearDown does the rest


class Counted(ChatTest):
    program = "CHAT_COUNTED"
    settings = {"ASAN_OPTIONS": "detect_leaks=0"}  # the leak is the point

    def test_when_all_leave_no_descriptor_comes_back(self):
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
