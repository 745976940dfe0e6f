#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The file server with many clients at once."""

import os
import shutil
import subprocess
import unittest

import harness
from harness import get, read_all, read_header, status_of

MIB = 1 << 20


class Load(harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.big = self.write("big", os.urandom(32 * MIB))
        self.curl("/a.txt")
        self.server.wait_until_quiet()
        self.before = self.server.descriptors()

    def tearDown(self):
        self.server.wait_until_quiet()
        self.assertEqual(self.server.descriptors(), self.before)
        self.assertEqual(self.server.mappings_of(self.big), 0)
        super().tearDown()

    def test_all_clients_of_a_file_share_one_mapping(self):
        clients = [self.server.connect(receive_buffer=4096) for _ in range(200)]
        for client in clients:
            client.sendall(get("/big"))
        for client in clients:
            self.assertEqual(status_of(read_header(client)), 200)
        self.assertEqual(self.server.mappings_of(self.big), 1)
        self.assertEqual(self.server.status(), (200, 1, 202))  # and the acceptor
        for client in clients:
            client.close()

    def test_two_hundred_parallel_downloads_are_complete(self):
        done = subprocess.run(
            ["curl", "--silent", "--parallel", "--parallel-max", "200", "--parallel-immediate",
             "--max-time", str(harness.PATIENCE), "--output", "/dev/null",
             "--write-out", "%{http_code} %{size_download}\n", self.server.url + "/a.txt?[1-200]"],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout.splitlines(), ["200 10"] * 200)

    @unittest.skipIf(shutil.which("wrk") is None, "wrk is not there")
    def test_a_burst_of_requests_from_wrk_causes_no_error(self):
        done = subprocess.run(
            ["wrk", "-t2", "-c100", "-d2s", f"--timeout={harness.PATIENCE}s",
             self.server.url + "/a.txt"],
            capture_output=True, text=True, check=True)
        self.assertIn("requests in", done.stdout)
        self.assertNotIn("Socket errors", done.stdout)
        self.assertNotIn("Non-2xx", done.stdout)


class FewEntries(harness.ServerTest):
    options = ("--cached-files", "1")

    def test_files_without_a_cache_entry_are_served(self):
        content = os.urandom(8 * MIB)
        self.write("one", content)
        self.write("two", content)
        with self.server.connect(receive_buffer=4096) as client:
            client.sendall(get("/one"))
            read_header(client)
            self.assertEqual(self.curl("/two"), (200, content))
            self.assertEqual(self.server.status()[1], 1)


class OutOfDescriptors(harness.ServerTest):
    options = ("--timeout", "1")
    expected_errors = True

    def test_clients_wait_in_the_queue_and_the_server_does_not_spin(self):
        self.curl("/a.txt")
        self.server.wait_until_quiet()
        before = self.server.descriptors()
        self.server.limit_descriptors(before + 4)
        silent = [self.server.connect() for _ in range(4)]
        clients = [self.server.connect() for _ in range(8)]
        spent = self.server.processor_seconds()
        for client in clients:
            client.sendall(get("/a.txt", "Connection: close"))
        for client in silent:
            with client:  # uses all descriptors, and is disconnected after a second
                self.assertEqual(read_all(client), b"")
        self.assertLess(self.server.processor_seconds() - spent, 0.3)
        for client in clients:
            with client:  # there is no descriptor for the file at first
                self.assertIn(status_of(read_all(client)), (200, 503))
        self.server.wait_until_quiet()
        self.assertEqual(self.server.descriptors(), before)
        self.assertEqual(self.curl("/a.txt")[0], 200)


if __name__ == "__main__":
    harness.main()
