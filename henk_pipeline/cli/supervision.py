"""Supervision of the processes of `henk ui`: one supervisor a home, restarts with a backoff, and one end for all of them.

This module does not know Dagster: commands and their names come from ui.py.
"""

import fcntl
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tty
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import psutil

from henk_pipeline.cli import guard
from henk_pipeline.cli.forwarding import PART_BYTES, Decolorizer, Printer, shows_colors
from henk_pipeline.failures import InfrastructureError

MAX_RESTARTS = 5
FIRST_BACKOFF_SECONDS = 1.0
# A process that ran for so long counts as healthy: its restarts are forgotten.
HEALTHY_SECONDS = 600.0
POLL_SECONDS = 0.1
HEALTH_SECONDS = 5.0
START_SECONDS = 180.0
TOUCH_SECONDS = 5.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AlreadyRunningError(InfrastructureError):
    """Another `henk ui` runs on this home; the message names its process and its address."""


class PortTakenError(InfrastructureError):
    """Another process listens on a port; the message names the setting or option that chooses another."""


class ProcessesFailedError(InfrastructureError):
    """A process of `henk ui` ended again and again, or could not be started."""


class HomeLock:
    """The lock of a home, held by a living `henk ui` and by its guard, with the facts of the holder as JSON in the file.

    flock(2) belongs to the open file: it is released when the last process that holds the file has ended, however it ended.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = -1

    def acquire(self) -> None:
        """Take the lock, after waiting for the processes of a killed `henk ui`.

        Raises:
            AlreadyRunningError: Another `henk ui` holds it.
            OSError: The file cannot be opened.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + guard.GRACE_SECONDS + 4
        while True:
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = read_holder(self.path)
                if is_alive(holder) or time.monotonic() > deadline:
                    os.close(self.descriptor)
                    raise AlreadyRunningError(_already_running(self.path, holder)) from None
                time.sleep(POLL_SECONDS)
            else:
                return

    def write(self, facts: Mapping[str, Any]) -> None:
        """Replace the facts in the file by these and those of this process."""
        process = psutil.Process()
        content = {"pid": process.pid, "created": process.create_time(), "host": platform.node(), **facts}
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, json.dumps(content).encode(), 0)

    def touch(self) -> None:
        """Note that the holder lives: the time of the file tells when it was last seen, if it is killed."""
        os.utime(self.descriptor)


def describe_killed(path: Path) -> str | None:
    """Return a sentence on the last `henk ui` of a home that was ready, if it ended without an end in order; None otherwise."""
    holder = read_holder(path)
    if "ready" not in holder or is_alive(holder):
        return None
    seen = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return f"The last one, process {holder['pid']}, was killed or lost its machine; it was last seen at {seen:%Y-%m-%d %H:%M:%S} UTC."


def read_holder(path: Path) -> dict[str, Any]:
    """Return the facts in a lock file; empty if there are none."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def read_running(path: Path) -> dict[str, Any]:
    """Return the facts of the `henk ui` that runs on a home; empty if none does."""
    holder = read_holder(path)
    return holder if is_alive(holder) and "stopped" not in holder else {}


def is_alive(holder: Mapping[str, Any]) -> bool:
    """Return whether the process that a lock file names lives. A process of another host counts as living."""
    if not isinstance(holder.get("pid"), int):
        return False
    if holder.get("host") not in {None, platform.node()}:
        return True
    try:
        process = psutil.Process(holder["pid"])
        # Within a second: the kernel counts from its start, and the clock may have been set meanwhile.
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - float(holder.get("created") or 0)) < 1
    except (psutil.Error, TypeError, ValueError):
        return False


def _already_running(path: Path, holder: Mapping[str, Any]) -> str:
    if not is_alive(holder):
        return f"Processes of a killed `henk ui` still hold {path}. Wait until they end, then try again."
    where = f" on {holder['host']}" if holder.get("host") != platform.node() else ""
    return (
        f"`henk ui` runs on this home already: process {holder['pid']}{where}, http://127.0.0.1:{holder.get('port', '?')}. "
        f"Open that address, or end it first: kill {holder['pid']}"
    )


def check_port(port: int, remedy: str) -> None:
    """Test that a port of 127.0.0.1 can be listened on.

    Raises:
        PortTakenError: Another process listens on it.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as uvicorn does: connections of an ended server do not count
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise PortTakenError(f"Port {port} needs rights that this user does not have. Choose another: {remedy}") from None
        except OSError:
            raise PortTakenError(f"Port {port} of 127.0.0.1 is in use by another program. Choose another: {remedy}") from None
    # macOS lets two sockets bind to one port with SO_REUSEADDR if one of them names no address.
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise PortTakenError(f"Port {port} of 127.0.0.1 is in use by another program. Choose another: {remedy}")


@dataclass
class Child:
    """A process to supervise.

    `ready` tests whether those after it may start, `is_healthy` (of its process id) whether it does its work.
    """

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] = lambda: True
    is_healthy: Callable[[int], bool] | None = None
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    restarts: int = 0
    restart_at: float | None = field(default=None)
    check_at: float = 0.0
    # Failed checks since it was healthy; None until it has been, for a process that still starts fails, too.
    failed_checks: int | None = None
    output: Thread | None = None


def backoff(restarts: int) -> float:
    """Return the seconds to wait before a restart: 1, 2, 4, 8, 16."""
    return float(FIRST_BACKOFF_SECONDS * 2**restarts)


class Supervisor:
    """A supervisor that starts children in a process group led by a guard, restarts them, and ends them.

    It ends them when it is signalled or when one of them cannot be kept running.
    """

    def __init__(self, lock: HomeLock, environment: Mapping[str, str], printer: Printer) -> None:
        # For sockets, whose path may have 103 bytes: a path under the home may be longer, and so may TMPDIR.
        self.folder = Path(tempfile.mkdtemp(prefix="henk-ui-", dir="/tmp" if len(tempfile.gettempdir()) > 60 else None))  # noqa: S108
        self._lock = lock
        self._environment = dict(environment)
        self._printer = printer
        self._signals: list[int] = []
        self._pipe = -1
        self._guard: subprocess.Popen[bytes] | None = None
        self._children: list[Child] = []
        self._is_ending = False
        self._handled: list[signal.Signals] = []

    def run(self, children: Sequence[Child], ready: Callable[[], None] = lambda: None) -> int:
        """Run children until a signal arrives, then end all of them. Calls `ready` when all are ready for the first time.

        Returns:
            The number of the signal.

        Raises:
            ProcessesFailedError: A process ended again and again, or could not be started.
        """
        # Handlers of this process, never SIG_IGN: what a shell's `&` made of SIGINT would be inherited, and Dagster maps SIGTERM to it.
        # SIGHUP stays ignored under nohup: that is what nohup is for.
        self._handled = [number for number in STOP_SIGNALS if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN]
        for number in self._handled:
            signal.signal(number, self._on_signal)
        self._children = list(children)
        try:
            self._start_guard()
            for child in self._children:
                if not self._signals:
                    self._start(child)
                    self._wait_until_ready(child)
            if not self._signals:
                ready()
            touched = 0.0
            while not self._signals:
                self._look_after()
                if time.monotonic() - touched >= TOUCH_SECONDS:
                    touched = time.monotonic()
                    self._lock.touch()
                time.sleep(POLL_SECONDS)
            self._printer.say("Ending all processes, within ten seconds. Ctrl-C again kills what is left.")
            return self._signals[0]
        finally:
            self._end()

    def started(self, name: str) -> float | None:
        """Return when (monotonic) a child that runs was started; None if it does not run."""
        return next((child.started for child in self._children if child.name == name and child.process is not None), None)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)

    def _start_guard(self) -> None:
        read, self._pipe = os.pipe()  # not inheritable: this process alone holds the write end
        self._guard = subprocess.Popen(
            [sys.executable, "-P", guard.__file__, str(read), str(self.folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            pass_fds=(read, self._lock.descriptor),
            process_group=0,
        )
        os.close(read)
        if self._guard.stdout is not None:
            self._guard.stdout.read(1)  # until it stands; nothing, if it could not be started
            self._guard.stdout.close()

    def _start(self, child: Child) -> None:
        if self._guard is None or self._guard.poll() is not None:
            raise ProcessesFailedError("The guard of `henk ui` has ended; nothing would end its processes. Start `henk ui` again.")
        # A group of their own: Ctrl-C and signals to the caller's group reach this process alone, which signals each child once.
        # In a folder of ours: `python -m` looks for modules in the current one first, and a file `gql.py` of the user would take the library's place.
        # Not PYTHONSAFEPATH: Dagster 1.13.27 takes the first entry of sys.path for the current folder, and removes it.
        read, write = _open_channel()
        child.output = Thread(target=self._forward, args=(read,), daemon=True)
        child.output.start()
        try:
            child.process = subprocess.Popen(
                child.command,
                stdin=subprocess.DEVNULL,
                stdout=write,
                stderr=write,
                env=self._environment,
                cwd=self.folder,
                process_group=self._guard.pid,
            )
        finally:
            os.close(write)
        child.started, child.restart_at, child.failed_checks = time.monotonic(), None, None

    def _forward(self, read: int) -> None:
        """Print the output of a child until the end begins: a process that is interrupted while it imports prints a traceback."""
        colors = None if shows_colors() else Decolorizer()  # Dagster colors its log for every kind of output
        with suppress(OSError):  # the last process at a terminal has ended
            while part := os.read(read, PART_BYTES):
                if not (self._signals or self._is_ending):
                    self._printer.put(part if colors is None else colors.feed(part))
        if colors is not None:
            self._printer.put(colors.flush())
        os.close(read)

    def _wait_until_ready(self, child: Child) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._signals and not child.ready():
            self._look_after()
            if time.monotonic() > deadline:
                raise ProcessesFailedError(f"The {child.name} did not start within {START_SECONDS:.0f} s; its messages are above.")
            time.sleep(POLL_SECONDS)

    def _look_after(self) -> None:
        """Restart children that have ended.

        Raises:
            ProcessesFailedError: A process ended again and again.
        """
        if self._guard is not None and self._guard.poll() is not None and not self._signals:
            raise ProcessesFailedError("The guard of `henk ui` has ended; nothing would end its processes. Start `henk ui` again.")
        now = time.monotonic()
        for child in self._children:
            if child.restart_at is not None and now >= child.restart_at:
                self._start(child)
            elif child.process is not None and (code := child.process.poll()) is not None and not self._signals:
                self._plan_restart(child, code, now)
            elif child.process is not None and child.is_healthy is not None and now >= child.check_at:
                self._check_health(child, child.process, child.is_healthy, now)

    def _check_health(self, child: Child, process: "subprocess.Popen[bytes]", is_healthy: Callable[[int], bool], now: float) -> None:
        """Kill a process that was healthy and is not at two checks in a row, so that it is restarted."""
        child.check_at = now + HEALTH_SECONDS
        if is_healthy(process.pid):
            child.failed_checks = 0
        elif child.failed_checks is not None:
            child.failed_checks += 1
        if child.failed_checks == 2:
            child.failed_checks = None
            self._printer.say(f"The {child.name} lives, but does not do its work: it is ended, and started again.")
            process.kill()

    def _plan_restart(self, child: Child, code: int, now: float) -> None:
        if child.output is not None:
            child.output.join(timeout=1)  # its last words come before what follows from them
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        if now - child.started > HEALTHY_SECONDS:
            child.restarts = 0
        if child.restarts >= MAX_RESTARTS:
            raise ProcessesFailedError(f"The {child.name} ended {how}, {MAX_RESTARTS + 1} times in a row; its messages are above.")
        wait = backoff(child.restarts)
        child.restarts += 1
        child.process, child.restart_at = None, now + wait
        self._printer.say(f"The {child.name} ended {how}. Restart {child.restarts} of {MAX_RESTARTS} in {wait:.0f} s.")

    def _end(self) -> None:
        """End every process of the group, within GRACE_SECONDS; a second signal ends them immediately."""
        self._is_ending = True
        if self._guard is not None:
            received = max(len(self._signals), 1)
            guard.end_group(self._guard.pid, [self._guard.pid], hurry=lambda: len(self._signals) > received)
            for child in self._children:
                if child.process is not None:
                    child.process.poll()
            os.close(self._pipe)
            with suppress(subprocess.TimeoutExpired):
                self._guard.wait(timeout=2)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._printer.flush()
        for number in self._handled:  # from here on one more signal ends this process, even while it waits
            signal.signal(number, signal.SIG_DFL)


def has_children(pid: int) -> bool:
    """Return whether a process has a living child."""
    try:
        return any(child.status() != psutil.STATUS_ZOMBIE for child in psutil.Process(pid).children())
    except psutil.NoSuchProcess:  # a child that ended meanwhile; the next check counts again
        return False


def _open_channel() -> tuple[int, int]:
    """Return the end to read from and the end to write to: a terminal where this process prints to one, so that colors stay."""
    if not shows_colors():
        return os.pipe()
    try:
        read, write = os.openpty()
    except OSError:  # a container without /dev/pts
        return os.pipe()
    tty.setraw(write)
    return read, write


def end_as_signalled(number: int) -> None:
    """End this process by a signal, so that shells, systemd and Docker see it (128 + number in a shell)."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    sys.exit(128 + number)  # process 1 of a container ignores signals with the default action
