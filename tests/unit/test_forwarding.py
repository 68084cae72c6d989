"""What `henk ui` prints for its processes: colors, and readers that sleep."""

import os
import subprocess
import sys

import pytest

from henk_pipeline.cli.forwarding import Decolorizer


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_colors_are_removed_wherever_a_part_ends(size):
    text, decolorizer = b"\x1b[32m2026\x1b[0m \x1b[1;31mERROR\x1b[m 100 [%] \x1b", Decolorizer()
    parts = [decolorizer.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert b"".join([*parts, decolorizer.flush()]) == b"2026 ERROR 100 [%] \x1b"


SLEEPING = """
from henk_pipeline.cli import forwarding
printer = forwarding.Printer()
for number in range(5000):
    printer.put(b"x" * 999 + b"\\n")
print(printer.flush(0.1), flush=True)
input()
printer.say("the last")
print(printer.flush(20), flush=True)
"""


def test_what_a_sleeping_reader_leaves_is_left_out_and_counted():
    process = subprocess.Popen(
        [sys.executable, "-c", SLEEPING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "False\n"  # nothing waits for the reader
    process.stdin.write("\n")
    process.stdin.flush()
    shown = ""
    while "left out" not in shown:
        shown += os.read(process.stderr.fileno(), 1 << 16).decode()
    process.communicate(timeout=20)
    assert shown.count("x" * 999) < 5000
