"""The guard of `henk ui`: leads the process group of everything `henk ui` starts, and ends the group when `henk ui` is gone.

It runs as a script of its own (`python guard.py PIPE FOLDER`) and imports nothing of Henk, so that it is small
and starts fast. A kill -9 of
`henk ui` closes the write end of the pipe; PR_SET_PDEATHSIG would do that on Linux only, and for direct
children only.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Collection

import psutil

# Seconds between SIGTERM and SIGKILL. systemd, Docker and Kubernetes wait for 10 to 90 s by default; an interrupted run rolls back in one or two.
# Ten seconds are promised for everything: with 8 here and a load of 10 on two cores it took 10.4 s (2026-11-29).
GRACE_SECONDS = 7.0
POLL_SECONDS = 0.05


def members(group: int, without: Collection[int] = ()) -> list[int]:
    """Return the ids of the living processes of a process group, zombies excluded."""
    processes = []
    for pid in psutil.pids():
        try:
            if pid not in without and os.getpgid(pid) == group and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                processes.append(pid)
        except (ProcessLookupError, PermissionError, psutil.Error):
            continue
    return processes


def signal_all(pids: Collection[int], number: int) -> None:
    """Send a signal to processes; one that has ended meanwhile is skipped."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def end_group(group: int, without: Collection[int], hurry: Callable[[], bool] = lambda: False) -> None:
    """End a process group: SIGTERM once to each member, SIGKILL after GRACE_SECONDS, or once `hurry()` holds, to those that are left."""
    deadline = time.monotonic() + GRACE_SECONDS
    signalled: set[int] = set()
    while left := members(group, without):
        if time.monotonic() > deadline or hurry():
            signal_all(left, signal.SIGKILL)
        else:
            signal_all(set(left) - signalled, signal.SIGTERM)
            signalled.update(left)
        time.sleep(POLL_SECONDS)


def main() -> None:
    """Wait until the pipe's other end is closed, then end the group and remove the folder of its sockets."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.write(1, b"+")  # from here on a signal to the group does not end the guard
    os.close(1)
    while os.read(int(sys.argv[1]), 1):
        pass
    end_group(os.getpgrp(), without=[os.getpid()])
    shutil.rmtree(sys.argv[2], ignore_errors=True)


if __name__ == "__main__":
    main()
