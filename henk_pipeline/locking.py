"""Locks of files between processes of one machine, each with a timeout and an error that names the holder."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from henk_pipeline.failures import InfrastructureError

WAIT_SECONDS = 600.0
SILENT_SECONDS = 5.0  # a person who waits longer wants to know for what
POLL_SECONDS = 0.1

log = logging.getLogger(__name__)


class LockedError(InfrastructureError):
    """A lock cannot be acquired: another process holds it, or its folder cannot be written."""


@contextmanager
def held(path: Path, purpose: str, seconds: float | None = None) -> Iterator[None]:
    """Hold the lock file `path`, so that only one process at a time works on the resource it protects.

    Args:
        path: The lock file; it is made, and holds the id of the last process that had the lock.
        purpose: The work done under the lock, for the error, e.g. `publish the analytics`.
        seconds: How long to wait for another holder; None: WAIT_SECONDS.

    Raises:
        LockedError: The lock is not free in time, or its folder does not exist or cannot be written.
    """
    seconds = WAIT_SECONDS if seconds is None else seconds
    try:
        # An attempt to open the file first: filelock waits until its timeout for a folder that is not there or allows no files (4.2).
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o644))
        lock = filelock.FileLock(path, timeout=seconds, poll_interval=POLL_SECONDS)
        try:
            lock.acquire(timeout=min(seconds, SILENT_SECONDS))
        except filelock.Timeout:
            if seconds <= SILENT_SECONDS:
                raise
            log.warning("Waiting to %s, for at most %.0f seconds: %s is held by %s.", purpose, seconds, path, _holder(path))
            lock.acquire(timeout=seconds - SILENT_SECONDS)
    except filelock.Timeout:
        raise LockedError(
            f"Another process has held {path} for {seconds:.0f} seconds ({_holder(path)}), which is needed to {purpose}."
        ) from None
    except OSError as error:
        raise LockedError(f"{path.parent} cannot be written to, which is needed to {purpose}: {error.strerror or error}.") from error
    try:
        _note_holder(path)
        yield
    finally:
        lock.release()


def _note_holder(path: Path) -> None:
    path.write_text(f"process {os.getpid()} since {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC\n", "utf-8")


def _holder(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip() or "its id is not known"
    except OSError:
        return "its id is not known"
