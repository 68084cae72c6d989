"""Ctrl-C at a terminal: whenever it comes, `henk ui` ends with everything that it has started, in ten seconds, without a traceback."""

import os
import pty
import signal
import subprocess
import time
from contextlib import suppress
from threading import Thread

import psutil
import pytest

from henk_pipeline.postgres import embedded
from tests.conftest import HENK
from tests.e2e.processes import command_of, free_port
from tests.e2e.test_processes import END_SECONDS, left_of


class Terminal:
    """A command at a terminal of its own, as a person starts it: its shell's group is in the foreground."""

    def __init__(self, *command, **environment):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*map(str, command)], preexec_fn=lambda: os.login_tty(slave), env={**os.environ, **environment}, pass_fds=(slave,)
        )
        os.close(slave)
        self.shown = b""
        Thread(target=self._read, daemon=True).start()

    def _read(self):
        with suppress(OSError):  # the last process at the terminal has ended
            while part := os.read(self.master, 4096):
                self.shown += part

    def text(self):
        return self.shown.decode(errors="replace")

    def wait_until_ready(self):
        deadline = time.monotonic() + 180
        while "Dagster UI:" not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.2)

    def press_ctrl_c(self):
        os.write(self.master, b"\x03")


@pytest.fixture
def terminal(settings):
    opened = []

    def start(*command, **environment):
        opened.append(Terminal(*command, **environment))
        return opened[-1]

    yield start
    for one in opened:
        if one.process.poll() is None:
            family = psutil.Process(one.process.pid).children(recursive=True)
            one.process.terminate()
            psutil.wait_procs([*family, psutil.Process(one.process.pid)], timeout=15)
        os.close(one.master)


def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def family_of(process):
    with suppress(psutil.NoSuchProcess):
        return [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    return []


def assert_ends(started, family):
    begun = time.monotonic()
    code = started.process.wait(timeout=END_SECONDS + 5)
    assert time.monotonic() - begun < END_SECONDS
    psutil.wait_procs(family, timeout=5)
    assert left_of(family) == [], [command_of(member) for member in left_of(family)]
    assert code in (-signal.SIGINT, 128 + signal.SIGINT), (code, started.text()[-2000:])
    assert "Traceback" not in started.text(), started.text()[-3000:]


@pytest.mark.long
@pytest.mark.parametrize("seconds", [0.1, 0.4, 1.0, 2.5, 6.0, None])
def test_ctrl_c_ends_it_whenever_it_comes(terminal, seconds):
    started = terminal(HENK, "ui", "--port", str(free_port()))
    if seconds is None:
        started.wait_until_ready()
    else:
        time.sleep(seconds)
    family = family_of(started.process)
    started.press_ctrl_c()
    assert_ends(started, family)


@pytest.mark.long
def test_a_second_ctrl_c_ends_it_at_once(terminal):
    started = terminal(HENK, "ui", "--port", str(free_port()))
    started.wait_until_ready()
    family = family_of(started.process)
    for _ in range(3):
        started.press_ctrl_c()
        time.sleep(0.2)
    assert_ends(started, family)


@pytest.mark.long
def test_the_embedded_server_that_it_has_started_runs_on(terminal, settings, monkeypatch):
    monkeypatch.delenv("HENK_DATABASE_URL")
    started = terminal(HENK, "ui", "--port", str(free_port()))
    try:
        started.wait_until_ready()
        started.press_ctrl_c()
        assert_ends(started, [])
        assert embedded.is_running(settings.postgres_data)
    finally:
        embedded.stop(settings.postgres_data)


@pytest.mark.parametrize("command", [["doctor"], ["business", "list"], ["rescore"]], ids=lambda c: c[0])
@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.5])
def test_ctrl_c_ends_every_other_command_without_a_traceback(terminal, command, seconds):
    started = terminal(HENK, *command)
    time.sleep(seconds)
    started.press_ctrl_c()
    code = started.process.wait(timeout=END_SECONDS)
    assert "Traceback" not in started.text(), started.text()[-3000:]
    assert code in (0, 2, 3, -signal.SIGINT, 128 + signal.SIGINT), started.text()


LONG = {
    "one table": "SELECT count(*) FROM range(10000000000000) a",
    "two tables": "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = 7",
}


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("statement", LONG.values(), ids=LONG)
def test_a_long_query_ends_at_once(terminal, henk, statement, number):
    assert henk("analytics", "build").returncode == 0
    started = terminal(HENK, "sql", statement)
    # Until the query runs: imports take a second of the processor, whatever else the machine does.
    command = psutil.Process(started.process.pid)
    wait_until(lambda: sum(command.cpu_times()[:2]) > 4)
    begun = time.monotonic()
    started.press_ctrl_c() if number == signal.SIGINT else started.process.terminate()
    assert started.process.wait(timeout=END_SECONDS) == 128 + number, started.text()
    assert time.monotonic() - begun < 5
    assert "Traceback" not in started.text()


@pytest.mark.long
@pytest.mark.parametrize(
    "command", [["build"], ["export", "part.duckdb", "--personal", "drop"], ["export", "folder"], ["dashboard"]], ids=" ".join
)
def test_ctrl_c_ends_work_on_the_analytics_without_a_traceback(terminal, henk, settings, tmp_path, command):
    assert henk("analytics", "build").returncode == 0
    for hundredths in range(20, 120, 10):
        started = terminal(HENK, "analytics", *(str(tmp_path / part) if part in ("part.duckdb", "folder") else part for part in command))
        time.sleep(hundredths / 100)
        started.press_ctrl_c()
        code = started.process.wait(timeout=END_SECONDS)
        assert "Traceback" not in started.text(), started.text()[-3000:]
        assert code in (0, -signal.SIGINT, 128 + signal.SIGINT), started.text()
    assert henk("analytics", "build").returncode == 0
