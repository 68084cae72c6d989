"""Prints what `henk ui` and its processes write to stderr, without waiting for its reader: a reader that sleeps or has gone stops no night."""

import os
import queue
import re
import select
import sys
import time
from contextlib import suppress
from threading import Thread

from henk_pipeline.cli.output import printable

# Parts of at most PART_BYTES: what a reader that sleeps may cost in memory is 16 MB.
PART_BYTES = 1 << 14
MAX_PARTS = 1024
FLUSH_SECONDS = 1.0
_COLORS = re.compile(rb"\x1b\[[0-9;]*m")
_BEGUN_COLOR = re.compile(rb"\x1b(\[[0-9;]*)?\Z")


def shows_colors() -> bool:
    """Return whether stderr is a terminal whose user wants colors (https://no-color.org)."""
    return sys.stderr is not None and sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Decolorizer:
    """Removes colors from a stream that arrives in parts."""

    def __init__(self) -> None:
        self._begun = b""

    def feed(self, part: bytes) -> bytes:
        """Return a part without colors; the beginning of a color at its end is kept for the next part."""
        part = self._begun + part
        begun = _BEGUN_COLOR.search(part)
        end = len(part) if begun is None else begun.start()
        self._begun = part[end:]
        return _COLORS.sub(b"", part[:end])

    def flush(self) -> bytes:
        """Return what is kept, at the end of the stream."""
        rest, self._begun = self._begun, b""
        return rest


class Printer:
    """A thread that prints to stderr.

    Lines that a sleeping reader leaves too long are left out, and counted in a line when it reads on.
    """

    def __init__(self) -> None:
        self._parts: queue.Queue[bytes] = queue.Queue(MAX_PARTS)
        self._omitted = 0
        Thread(target=self._print, name="printer", daemon=True).start()

    def put(self, part: bytes) -> None:
        """Print a part of a stream, later than the parts that were put before."""
        try:
            self._parts.put_nowait(part)
        except queue.Full:
            self._omitted += len(part)

    def say(self, message: str) -> None:
        """Print a line, later than the parts that were put before."""
        self.put(f"{printable(message)}\n".encode(errors="replace"))

    def flush(self, seconds: float = FLUSH_SECONDS) -> bool:
        """Wait until everything is printed, or for some seconds, and return whether everything is printed."""
        deadline = time.monotonic() + seconds
        while self._parts.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)
        return not self._parts.unfinished_tasks

    def _print(self) -> None:
        while True:
            part = self._parts.get()
            _write(part)
            if self._omitted and self._parts.empty():
                omitted, self._omitted = self._omitted, 0
                _write(f"\n`henk ui` left out {omitted} bytes here: nothing read them in time.\n".encode())
            self._parts.task_done()


def _write(part: bytes) -> None:
    with suppress(OSError, ValueError):  # its reader has gone, or there is no stderr
        descriptor = 2 if sys.stderr is None else sys.stderr.fileno()
        while part:
            try:
                part = part[os.write(descriptor, part) :]
            except BlockingIOError:  # another program has set O_NONBLOCK on the terminal that it shares with this one
                select.select([], [descriptor], [])
