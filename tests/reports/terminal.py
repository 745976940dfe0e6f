# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Programs whose stderr is a terminal."""

import os
import pty
import subprocess


def run_on_terminal(command, environment, columns=80):
    """Returns what the command writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as reader:
        with os.fdopen(theirs, "wb", buffering=0) as terminal:
            os.system(f"stty cols {columns} rows 50 <{os.ttyname(terminal.fileno())}")
            subprocess.run(command, env=environment, stderr=terminal, timeout=60, check=False)
        text = b""
        try:
            while part := reader.read(65536):
                text += part
        except OSError:  # Linux says EIO when the other side is closed
            pass
    return text.decode().replace("\r\n", "\n")
