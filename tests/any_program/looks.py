#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""When handrail-check looks at a program: --when, signals; how it compares looks; what it says meanwhile.

usage: looks.py TOOL GROWING [unittest options]
"""

import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

TOOL = GROWING = ""
LONGEST = 60  # seconds


def environment():
    return {k: v for k, v in os.environ.items() if k not in ("HANDRAIL_DEBUG", "LD_PRELOAD")}


def findings_in(path):
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [each for each in lines if "id" in each]


class WithFiles(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)
        self.json = self.directory / "report.json"

    def only_finding(self):
        (found,) = findings_in(self.json)
        return found


class Running(WithFiles):
    def start(self, *options, program=(), **variables):
        command = [TOOL, "--json", self.json, *options, "--", GROWING, *program]
        self.tool = subprocess.Popen(command, env=dict(environment(), **variables), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True)
        self.enterContext(self.tool)
        self.addCleanup(self.tool.kill)
        self.wait_until_ready()

    def wait_until_ready(self):
        self.assertEqual(self.tool.stdout.readline(), "ready\n")

    def grow(self, by):
        for _ in range(by):
            self.tool.stdin.write("\n")
            self.tool.stdin.flush()
            self.wait_until_ready()

    def end(self):
        self.tool.stdin.close()
        return self.tool.wait(LONGEST)

    def wait_for_look(self):
        """Returns the lines before the report, and the report's first one."""
        lines = []
        while not lines or not lines[-1].startswith("handrail: "):
            lines.append(self.tool.stderr.readline())
            self.assertTrue(lines[-1], lines)
        return lines


class Descriptors(Running):
    def test_are_shown_when_so_many_are_open(self):
        self.start("--when", "descriptors=12")
        self.grow(12)
        shown = "".join(self.wait_for_look())
        self.assertIn("look 1 at process ", shown)
        self.assertEqual(self.end(), 0)
        self.assertEqual(self.only_finding()["id"], "HR053")
        self.assertLess(self.only_finding()["count"], 12)
        self.assertEqual(self.tool.stderr.read().count("HR053"), 1)  # not shown again at the end

    def test_are_shown_when_there_are_no_more(self):
        self.start("--when=emfile", program=["few"])
        self.grow(20)
        self.wait_for_look()
        self.assertEqual(self.end(), 0)
        self.assertEqual((self.only_finding()["id"], self.only_finding()["count"]), ("HR053", 9))

    def test_that_are_not_so_many_lead_to_no_look(self):
        self.start("--when", "descriptors=500")
        self.grow(1)
        self.assertEqual(self.end(), 125)
        self.assertIn("was not looked at, because nothing happened that --when names", self.tool.stderr.read())

    def test_and_the_end_are_compared(self):
        self.start("--when", "descriptors=12", "--when", "exit")
        self.grow(12)
        self.assertEqual(self.end(), 0)
        self.assertEqual((self.only_finding()["count"], self.only_finding()["grade"]), (12, "possible"))
        self.assertLess(0, self.only_finding()["grown_by"])
        self.assertLess(self.only_finding()["grown_by"], 12)


class Signals(Running):
    def test_that_are_named_lead_to_a_look_and_are_not_passed_on(self):
        self.start("--when", "signal=USR2")
        self.grow(3)
        self.tool.send_signal(signal.SIGUSR2)
        self.wait_for_look()
        self.grow(2)  # it runs
        self.assertEqual(self.end(), 0)
        self.assertEqual((self.only_finding()["id"], self.only_finding()["count"]), ("HR053", 3))

    def test_that_end_the_program_wait_for_a_look(self):
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                self.start()
                self.grow(2)
                self.tool.send_signal(number)
                self.assertEqual(self.tool.wait(LONGEST), 128 + number)
                self.assertEqual(self.only_finding()["count"], 2)

    def program(self):
        """Returns the process of the program, which is the tool's only child."""
        (child,) = pathlib.Path(f"/proc/{self.tool.pid}/task/{self.tool.pid}/children").read_text().split()
        return int(child)

    def test_that_the_program_gets_from_somebody_else_wait_for_a_look(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.start()
                self.grow(2)
                os.kill(self.program(), number)
                self.assertEqual(self.tool.wait(LONGEST), 128 + number)
                self.assertEqual(self.only_finding()["count"], 2)

    def test_that_the_program_handles_end_it_in_its_own_way(self):
        self.start(program=["handles"])
        self.grow(2)
        self.tool.send_signal(signal.SIGINT)
        self.assertEqual(self.tool.wait(LONGEST), 0)
        self.assertEqual(self.only_finding()["count"], 2)

    def test_that_come_after_one_that_the_program_handled_wait_for_another_look(self):
        self.start(program=["reloads"])
        self.grow(2)
        self.tool.send_signal(signal.SIGHUP)
        self.assertEqual(self.tool.stdout.readline(), "reloaded\n")
        self.grow(3)
        os.kill(self.program(), signal.SIGINT)
        self.assertEqual(self.tool.wait(LONGEST), 128 + signal.SIGINT)
        self.assertEqual((self.only_finding()["count"], self.only_finding()["grown_by"]), (5, 3))


class Times(Running):
    def test_every_so_often(self):
        self.start("--when", "every=50ms")
        self.assertIn("look 1 at process ", self.wait_for_look()[-2])
        self.grow(4)
        while "  grew          by 4 in " not in (line := self.tool.stderr.readline()):
            self.assertTrue(line)
        self.assertEqual(self.end(), 0)
        self.assertEqual((self.only_finding()["grade"], self.only_finding()["grown_by"]), ("possible", 4))

    def test_after_a_time_and_at_the_end(self):
        self.start("--when", "after=1ms", "--when", "exit")
        self.wait_for_look()
        self.grow(2)
        self.assertEqual(self.end(), 0)
        self.assertEqual(self.only_finding()["grown_by"], 2)
        self.assertRegex(self.tool.stderr.read(), r"(?m)^  grew          by 2 in \d+\.\d ")


class Growth(Running):
    def test_is_what_the_second_look_found_more_of(self):
        self.start("--when", "signal=USR1", "--when", "exit")
        self.grow(2)
        self.tool.send_signal(signal.SIGUSR1)
        self.wait_for_look()
        self.grow(3)
        self.assertEqual(self.end(), 0)
        found = self.only_finding()
        self.assertEqual((found["count"], found["grown_by"], found["grade"]), (5, 3, "possible"))
        self.assertLess(0, found["grown_within"])

    def test_is_not_reported_where_there_is_none(self):
        self.start("--when", "signal=USR1", "--when", "exit")
        self.grow(2)
        self.tool.send_signal(signal.SIGUSR1)
        self.wait_for_look()
        self.assertEqual(self.end(), 0)
        self.assertNotIn("grown_by", self.only_finding())
        self.assertEqual(self.only_finding()["grade"], "note")


class Allocators(Running):
    def other_allocator(self):
        """Returns a copy of a library, with the name of an allocator."""
        with open("/proc/self/maps", encoding="utf-8") as maps:
            library = next(line.split()[-1] for line in maps if "/libm.so" in line or "/libm-" in line)
        return shutil.copy(library, self.directory / "libjemalloc.so.2")

    def test_other_than_glibc_s_make_a_look_inconclusive(self):
        self.start(LD_PRELOAD=self.other_allocator())
        self.grow(1)
        self.assertEqual(self.end(), 125)
        summary = json.loads(self.json.read_text(encoding="utf-8"))
        self.assertEqual((summary["complete"], summary["inconclusive"]), (False, True))
        self.assertRegex(self.tool.stderr.read(),
                         r"(?m)^handrail-check: process \d+: inconclusive: the heap blocks are not known: .*libjemalloc")


class OnTerminal(WithFiles):
    """The tool on a terminal of its own; its program's stdin and stdout are pipes."""

    def start(self, *command):
        ours, theirs = pty.openpty()

        def own_terminal():
            os.setsid()
            os.close(os.open(os.ttyname(theirs), os.O_RDWR))  # becomes the controlling one

        self.tool = subprocess.Popen([TOOL, "--json", self.json, *command], env=environment(), stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=theirs, text=True, preexec_fn=own_terminal)
        self.enterContext(self.tool)
        self.addCleanup(self.tool.kill)
        os.close(theirs)
        self.terminal = os.fdopen(ours, "r+b", buffering=0)
        self.enterContext(self.terminal)
        self.assertEqual(self.tool.stdout.readline(), "ready\n")

    def shown(self):
        text = b""
        try:
            while part := self.terminal.read(65536):
                text += part
        except OSError:  # Linux says EIO when the other side is closed
            pass
        return text.decode()


class Terminal(OnTerminal):
    def test_ctrl_c_ends_the_program_after_a_look(self):
        self.start("--", GROWING)
        self.tool.stdin.write("\n")
        self.tool.stdin.flush()
        self.assertEqual(self.tool.stdout.readline(), "ready\n")
        self.terminal.write(b"\x03")
        self.assertIn("HR053", self.shown())
        self.assertEqual(self.tool.wait(LONGEST), 128 + signal.SIGINT)
        self.assertEqual(self.only_finding()["id"], "HR053")


# A thread that waits in vfork(2) cannot be stopped, for which a look waits 2 seconds: the child opens a FIFO that
# nobody writes to.
SLOW = """
import os, sys, threading
print("ready", flush=True)
os.posix_spawn("/bin/true", ["true"], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 0, sys.argv[1], os.O_RDONLY, 0)])
"""


class Progress(OnTerminal):
    def setUp(self):
        super().setUp()
        self.fifo = self.directory / "fifo"
        os.mkfifo(self.fifo)
        self.command = ["--when", "every=100ms", "--", sys.executable, "-c", SLOW, str(self.fifo)]

    def let_it_go_on(self):
        with open(self.fifo, "wb"):
            pass

    def test_is_shown_on_a_terminal_when_a_look_takes_a_second(self):
        self.start(*self.command)
        text = b""
        while b"looking at process" not in text:
            text += self.terminal.read(65536)
        self.let_it_go_on()
        text += self.shown().encode()
        self.assertRegex(text.decode(), r"\rhandrail-check: looking at process \d+, 1 s")
        self.assertRegex(text.decode(), r"1 s\r +\r")  # the line is gone afterwards

    def test_is_not_shown_elsewhere(self):
        ran = subprocess.Popen([TOOL, *self.command], env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
        with ran:
            self.addCleanup(ran.kill)
            text = ""
            while "was not checked" not in text:
                text += ran.stderr.readline()
            self.let_it_go_on()
            text += ran.stderr.read()
        self.assertNotIn("looking at", text)


class Values(WithFiles):
    def refused(self, value):
        ran = subprocess.run([TOOL, "--when", value, "true"], env=environment(), capture_output=True, text=True, timeout=LONGEST)
        self.assertEqual((ran.returncode, ran.stdout, ran.stderr.count("\n")), (125, "", 1))
        return ran.stderr

    def test_that_are_wrong_are_refused_with_what_is_accepted(self):
        accepted = '--when must be exit, signal=NAME, after=TIME, every=TIME, descriptors=N or emfile, not "'
        for value in ("never", "emfile=1", "exit=", "after", "=1"):
            self.assertIn(accepted + value, self.refused(value))
        for value in ("", "0", "-1", "5x", "1000001", "99999999999999999999"):
            self.assertIn(f'--when descriptors= must be a number from 1 to 1000000, not "{value}"', self.refused(f"descriptors={value}"))
        for value in ("", "5", "s", "0s", "-1s", "1d", "501h", "99999999999999999999s"):
            wanted = f'must be a time of at most 500h, such as 500ms, 30s, 5min or 1h, not "{value}"'
            self.assertIn("--when after= " + wanted, self.refused(f"after={value}"))
            self.assertIn("--when every= " + wanted, self.refused(f"every={value}"))
        for value in ("", "KILL", "usr2", "9"):
            self.assertIn(f'--when signal= must be HUP, INT, QUIT, TERM, USR1 or USR2, not "{value}"', self.refused(f"signal={value}"))

    def test_apply_to_a_program_that_is_run(self):
        ran = subprocess.run([TOOL, "--when", "emfile", "--core", "core"], capture_output=True, text=True, timeout=LONGEST)
        self.assertIn("--when applies to a program that is run", ran.stderr)


if __name__ == "__main__":
    for ended_by in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ended_by, signal.SIG_DFL)  # a background job begins with some of them ignored
    TOOL, GROWING = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    unittest.main()
