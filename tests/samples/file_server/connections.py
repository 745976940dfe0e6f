#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""The file server with good, broken, slow and hostile connections."""

import os
import subprocess

import harness
from harness import get, read_all, read_header, status_of, wait_for_end

MIB = 1 << 20


class Requests(harness.ServerTest):
    def test_pipelined_requests_are_answered_in_order(self):
        self.write("b.txt", b"second")
        responses = self.server.talk(get("/a.txt") + get("/missing") + get("/b.txt", "Connection: close"))
        bodies = [part.split(b"\r\n\r\n", 1)[1] for part in responses.split(b"HTTP/1.1 ")[1:]]
        self.assertEqual(bodies, [b"0123456789", b"Not Found", b"second"])

    def test_many_pipelined_requests_are_all_answered(self):
        responses = self.server.talk(get("/a.txt") * 999 + get("/a.txt", "Connection: close"))
        self.assertEqual(responses.count(b"0123456789"), 1000)

    def test_a_connection_stays_open_until_one_side_closes_it(self):
        with self.server.connect() as client:
            for _ in range(3):
                client.sendall(get("/a.txt"))
                self.assertEqual(status_of(read_header(client)), 200)
                self.assertEqual(client.recv(10), b"0123456789")

    def test_http_1_0_closes_unless_asked_not_to(self):
        response = self.server.talk(get("/a.txt", version="1.0"))
        self.assertTrue(response.startswith(b"HTTP/1.0 200 "))
        kept = self.server.talk(get("/a.txt", "Connection: keep-alive", version="1.0")
                                + get("/a.txt", version="1.0"))
        self.assertEqual(kept.count(b"0123456789"), 2)

    def test_a_request_may_come_byte_by_byte(self):
        with self.server.connect() as client:
            for byte in get("/a.txt", "Connection: close"):
                client.send(bytes([byte]))
            self.assertEqual(status_of(read_all(client)), 200)

    def test_a_target_may_name_the_server(self):
        response = self.server.talk(get("http://test/a.txt", "Connection: close"))
        self.assertTrue(response.endswith(b"0123456789"))

    def test_a_request_with_a_body_is_answered_and_ends_the_connection(self):
        for body in (b"Content-Length: 5\r\n\r\nGET /", b"Transfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n"):
            response = self.server.talk(b"GET /a.txt HTTP/1.1\r\nHost: test\r\n" + body)
            self.assertEqual(response.count(b"HTTP/1.1 "), 1)
            self.assertIn(b"\r\nConnection: close\r\n", response)
            self.assertTrue(response.endswith(b"0123456789"))

    def test_malformed_input_is_a_bad_request(self):
        for garbage in (b"\0\1\2\3\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/x\r\n\r\n", b"hello, world\r\n\r\n",
                        b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET /a.txt HTTP/1.1\r\n\r\n",
                        b"GET /a.txt HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                        b"GET /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                        b"GET a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"):
            response = self.server.talk(garbage)
            self.assertIn(status_of(response), (400, 505), garbage)

    def test_other_versions_of_http_are_not_supported(self):
        self.assertEqual(status_of(self.server.talk(get("/a.txt", version="2.0"))), 505)

    def test_headers_have_a_limit(self):
        self.assertEqual(status_of(self.server.talk(get("/a.txt", "X: " + "x" * 100_000))), 431)
        many = [f"X-{n}: y" for n in range(10_000)]
        self.assertEqual(status_of(self.server.talk(get("/a.txt", *many))), 431)

    def test_targets_have_a_limit(self):
        self.assertEqual(status_of(self.server.talk(get("/" + "x" * 5_000, "Connection: close"))), 414)
        self.assertEqual(status_of(self.server.talk(get("/" + "x" * 100_000))), 414)


class Departures(harness.ServerTest):
    def test_clients_that_leave_early_leave_nothing_behind(self):
        self.write("big", os.urandom(8 * MIB))
        self.curl("/a.txt")
        self.server.wait_until_quiet()
        before = self.server.descriptors()
        for sent in (b"", b"G", get("/a.txt")[:-2], get("/a.txt"), get("/big"), get("/big") * 9):
            self.server.connect().close()
            with self.server.connect(receive_buffer=4096) as client:
                client.sendall(sent)
                if sent.endswith(b"\r\n\r\n"):
                    client.recv(1)
        self.server.wait_until_quiet()
        self.assertEqual(self.server.descriptors(), before)

    def test_a_file_truncated_while_it_is_sent_ends_that_connection_only(self):
        path = self.write("shrinking", os.urandom(32 * MIB))
        with self.server.connect(receive_buffer=4096) as client:
            client.sendall(get("/shrinking"))
            self.assertEqual(status_of(read_header(client)), 200)
            os.truncate(path, 0)
            self.assertLess(len(read_all(client)), 32 * MIB)
        self.assertEqual(self.curl("/shrinking"), (200, b""))

    def test_a_client_that_gets_the_old_version_of_a_file_gets_all_of_it(self):
        old = os.urandom(16 * MIB)
        path = self.write("replaced", old)
        with self.server.connect(receive_buffer=4096) as client:
            client.sendall(get("/replaced", "Connection: close"))
            read_header(client)
            self.write("new", b"new")
            os.replace(self.root / "new", path)
            self.assertEqual(self.curl("/replaced"), (200, b"new"))
            self.assertEqual(read_all(client), old)

    def test_stopping_lets_a_reply_in_progress_end(self):
        content = os.urandom(16 * MIB)
        self.write("big", content)
        with self.server.connect(receive_buffer=4096) as busy, self.server.connect() as idle:
            idle.sendall(get("/a.txt"))
            read_header(idle)
            busy.sendall(get("/big"))
            read_header(busy)
            self.server.ask_to_stop()
            self.assertTrue(wait_for_end(idle))
            received = bytearray()
            while len(received) < len(content):
                received += busy.recv(65536)
            self.assertEqual(bytes(received), content)
            self.assertEqual(read_all(busy), b"")


class Timeouts(harness.ServerTest):
    options = ("--timeout", "1")

    def test_clients_that_send_no_complete_request_are_disconnected(self):
        for sent in (b"", b"GET /a.t", get("/a.txt")[:-2]):
            with self.server.connect() as client:
                client.sendall(sent)
                self.assertEqual(read_all(client), b"")

    def test_an_idle_connection_is_closed_a_timeout_after_its_last_reply(self):
        with self.server.connect() as client:
            client.sendall(get("/a.txt"))
            self.assertTrue(read_all(client).endswith(b"0123456789"))

    def test_a_client_that_sends_its_request_too_slowly_is_disconnected(self):
        with self.server.connect() as client:
            client.sendall(b"GET / HTTP/1.1\r\n")
            client.settimeout(0.1)
            ended = False
            while not ended:
                try:
                    client.sendall(b"X: y\r\n")
                    ended = client.recv(1) == b""
                except TimeoutError:
                    pass
                except ConnectionError:
                    ended = True

    def test_a_client_that_does_not_read_is_disconnected(self):
        self.write("big", os.urandom(32 * MIB))
        with self.server.connect(receive_buffer=4096) as client:
            client.sendall(get("/big"))
            self.server.wait_until_quiet()

    def test_stopping_does_not_wait_for_a_client_that_does_not_read(self):
        self.write("big", os.urandom(32 * MIB))
        with self.server.connect(receive_buffer=4096) as client:
            client.sendall(get("/big"))
            read_header(client)
            self.server.ask_to_stop()
            self.server.process.wait(harness.PATIENCE)


class Start(harness.ServerTest):
    def start(self, *options):
        done = subprocess.run([os.environ["FILE_SERVER"], *options], capture_output=True, text=True,
                              timeout=harness.PATIENCE, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_an_unusable_option_is_named_in_the_error(self):
        port = str(self.server.port)
        for options, complaint in ((("--root", "/missing"), "/missing"),
                                   (("--root", str(self.root / "a.txt")), "Not a directory"),
                                   (("--root", str(self.root), "--port", port),
                                    f'bind "127.0.0.1:{port}": Address already in use'),
                                   (("--address", "nowhere"), 'address "nowhere": Invalid argument'),
                                   (("--port", "70000"), "--port"), (("--threads", "0"), "--threads"),
                                   (("--colour",), "colour")):
            status, output = self.start(*options)
            self.assertEqual(status, 2, output)
            self.assertIn(complaint, output)

    def test_help_lists_the_options(self):
        status, output = self.start("--help")
        self.assertEqual(status, 0)
        self.assertIn("--root", output)


if __name__ == "__main__":
    harness.main()
