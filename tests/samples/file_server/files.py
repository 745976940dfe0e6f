#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""What the file server sends, and what it refuses to send."""

import os
import tempfile
import unittest

import harness
from harness import get, status_of


class Files(harness.ServerTest):
    def test_get_sends_the_bytes_of_the_file(self):
        content = os.urandom(3_000_001)
        self.write("big.bin", content)
        self.assertEqual(self.curl("/big.bin"), (200, content))

    def test_head_sends_the_length_and_no_body(self):
        response = self.server.talk(get("/a.txt", "Connection: close", method="HEAD"))
        self.assertIn(b"\r\nContent-Length: 10\r\n", response)
        self.assertTrue(response.endswith(b"\r\n\r\n"))

    def test_an_empty_file_is_an_empty_body(self):
        self.write("empty", b"")
        self.assertEqual(self.curl("/empty"), (200, b""))

    def test_a_folder_is_answered_with_its_index(self):
        self.write("sub/index.html", b"<p>")
        self.assertEqual(self.curl("/sub/"), (200, b"<p>"))

    def test_a_folder_without_an_index_is_forbidden(self):
        self.assertEqual(self.curl("/")[0], 403)

    def test_names_are_percent_decoded_and_queries_ignored(self):
        self.write("ä b+c.txt", b"x")
        self.assertEqual(self.curl("/%C3%A4%20b+c.txt?q=/../"), (200, b"x"))

    def test_the_suffix_determines_the_content_type(self):
        for name, expected in {"a.HTML": "text/html; charset=utf-8", "a.png": "image/png",
                               "a.unknown": "application/octet-stream"}.items():
            self.write(name, b"x")
            response = self.server.talk(get("/" + name, "Connection: close"))
            self.assertIn(f"\r\nContent-Type: {expected}\r\n".encode(), response)

    def test_a_missing_file_is_not_found(self):
        for path in ("/missing", "/missing/a.txt", "/a.txt/", "/a.txt/b", "/" + "n" * 300):
            self.assertEqual(self.curl(path)[0], 404, path)

    def test_the_reply_to_another_method_names_the_allowed_ones(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            response = self.server.talk(get("/a.txt", "Connection: close", method=method))
            self.assertEqual(status_of(response), 405)
            self.assertIn(b"\r\nAllow: GET, HEAD\r\n", response)
        self.assertEqual(status_of(self.server.talk(get("/", "Connection: close", method="BREW"))), 501)

    def test_a_pipe_is_refused_without_waiting_for_its_writer(self):
        os.mkfifo(self.root / "pipe")
        self.assertEqual(self.curl("/pipe")[0], 403)

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_an_unreadable_file_is_forbidden(self):
        self.write("secret", b"x").chmod(0)
        self.assertEqual(self.curl("/secret")[0], 403)

    def test_a_file_is_not_sent_again_to_a_client_that_has_it(self):
        response = self.server.talk(get("/a.txt", "Connection: close"))
        fields = dict(line.split(b": ", 1) for line in response.split(b"\r\n")[1:6])
        for condition in (b"If-None-Match: " + fields[b"ETag"],
                          b"If-Modified-Since: " + fields[b"Last-Modified"]):
            again = self.server.talk(get("/a.txt", condition.decode(), "Connection: close"))
            self.assertEqual(status_of(again), 304)
            self.assertTrue(again.endswith(b"\r\n\r\n"))

    def test_a_changed_file_is_sent_in_its_new_version(self):
        for content in (b"first", b"the second", b"third"):
            self.write("changing", content)
            self.assertEqual(self.curl("/changing"), (200, content))


class Escapes(harness.ServerTest):
    def setUp(self):
        super().setUp()
        outside = tempfile.TemporaryDirectory(prefix="handrail-outside-")
        self.addCleanup(outside.cleanup)
        self.outside = outside.name
        with open(os.path.join(self.outside, "secret"), "wb") as secret:
            secret.write(b"secret")
        # A sibling whose name begins with the root's.
        os.mkdir(f"{self.root}-sibling")
        self.addCleanup(os.rmdir, f"{self.root}-sibling")

    def refuse(self, path, *expected):
        status, body = self.curl(path)
        self.assertIn(status, expected, path)
        self.assertNotIn(b"secret", body)
        self.assertNotIn(b"root:", body)

    def test_parent_folders_are_forbidden_in_every_encoding(self):
        above = "../" * 12
        for path in ("/..", "/../", f"/{above}etc/passwd", f"//{above}etc/passwd", "/sub/../../etc/passwd",
                     "/a.txt/../../../etc/passwd", f"/../{self.root.name}-sibling/", "/.%2e/x",
                     "/%2e%2e/" * 12 + "etc/passwd", "/%2E%2E%2f" * 12 + "etc%2fpasswd",
                     "/..%2f..%2f..%2f..%2fetc%2fpasswd"):
            self.refuse(path, 403)

    def test_double_encoding_is_decoded_once(self):
        self.refuse("/%252e%252e/%252e%252e/etc/passwd", 404)

    def test_absolute_paths_stay_below_the_root(self):
        self.refuse("//etc/passwd", 404)
        self.refuse("/%2fetc%2fpasswd", 404)
        self.refuse("/" + self.outside + "/secret", 404)

    def test_malformed_names_and_nul_are_bad_requests(self):
        for path in ("/%", "/%2", "/%zz", "/%-1", "/a.txt%00", "/%00/../../etc/passwd", "/a.txt%00.html"):
            self.refuse(path, 400)

    def test_links_out_of_the_root_are_forbidden(self):
        (self.root / "file").symlink_to(os.path.join(self.outside, "secret"))
        (self.root / "folder").symlink_to(self.outside)
        (self.root / "relative").symlink_to(f"../{os.path.basename(self.outside)}/secret")
        (self.root / "sibling").symlink_to(f"{self.root}-sibling")
        for path in ("/file", "/folder/secret", "/relative", "/sibling/"):
            self.refuse(path, 403)

    def test_links_inside_the_root_are_followed(self):
        (self.root / "link").symlink_to("a.txt")
        self.assertEqual(self.curl("/link"), (200, b"0123456789"))

    def test_a_link_to_itself_is_not_found(self):
        (self.root / "loop").symlink_to("loop")
        self.refuse("/loop", 404)


class Ranges(harness.ServerTest):
    def ask(self, field, *more, method="GET", path="/a.txt"):
        response = self.server.talk(get(path, f"Range: {field}", "Connection: close", *more, method=method))
        header, _, body = response.partition(b"\r\n\r\n")
        found = [line for line in header.split(b"\r\n") if line.startswith(b"Content-Range: ")]
        return status_of(response), found[0][15:].decode() if found else None, body

    def test_one_range_is_sent_as_partial_content(self):
        for field, expected, body in (
                ("bytes=0-0", "bytes 0-0/10", b"0"), ("bytes=2-5", "bytes 2-5/10", b"2345"),
                ("bytes=7-", "bytes 7-9/10", b"789"), ("bytes=-3", "bytes 7-9/10", b"789"),
                ("bytes=8-99", "bytes 8-9/10", b"89"), ("bytes=-99", "bytes 0-9/10", b"0123456789"),
                ("BYTES=9-9", "bytes 9-9/10", b"9"),
                ("bytes=1-99999999999999999999999", "bytes 1-9/10", b"123456789")):
            self.assertEqual(self.ask(field), (206, expected, body), field)

    def test_a_range_of_a_page_in_the_middle_has_the_right_bytes(self):
        content = os.urandom(100_000)
        self.write("big", content)
        self.assertEqual(self.ask("bytes=4095-81919", path="/big")[2], content[4095:81920])

    def test_a_range_past_the_end_is_not_satisfiable(self):
        for field in ("bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999999-"):
            self.assertEqual(self.ask(field)[:2], (416, "bytes */10"), field)
        self.write("empty", b"")
        self.assertEqual(self.ask("bytes=-5", path="/empty")[:2], (416, "bytes */0"))

    def test_malformed_and_multiple_ranges_are_ignored(self):
        for field in ("bytes=5-2", "bytes=-", "bytes=", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2", "bytes=--1",
                      "bytes=0x1-2", "bytes=+1-2", "1-2"):
            self.assertEqual(self.ask(field), (200, None, b"0123456789"), field)

    def test_head_ignores_ranges(self):
        self.assertEqual(self.ask("bytes=0-1", method="HEAD"), (200, None, b""))

    def test_a_range_of_another_version_of_the_file_yields_the_whole_file(self):
        self.assertEqual(self.ask("bytes=0-1", 'If-Range: "other"'), (200, None, b"0123456789"))


if __name__ == "__main__":
    harness.main()
