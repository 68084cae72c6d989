"""Servers that tests start: a free port, waiting until they answer, and an end with all that they started."""

import socket
import subprocess
import time

import psutil


def free_port():
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds, log):
    """Wait until `condition()`; what it raises of sockets counts as not yet. Fails with the end of `log`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.3)


def command_of(member: psutil.Process) -> str:
    """The command line of a process; empty for one that has just ended, or whose parent has not waited for it."""
    try:
        return " ".join(member.cmdline())
    except psutil.Error:
        return ""


def ended(process: subprocess.Popen) -> None:
    """End a process and all that it has started, by SIGTERM, then by SIGKILL."""
    try:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        if member.is_running():
            member.terminate()
    _, left = psutil.wait_procs(family, timeout=20)
    for member in left:
        member.kill()
    process.wait(timeout=20)
