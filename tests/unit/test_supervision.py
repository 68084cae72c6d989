"""The lock of a home, the port, the backoff, and the guard's end of a group, with real processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from henk_pipeline.cli import guard
from henk_pipeline.cli.supervision import (
    MAX_RESTARTS,
    AlreadyRunningError,
    Child,
    HomeLock,
    PortTakenError,
    ProcessesFailedError,
    Supervisor,
    backoff,
    check_port,
    is_alive,
    read_holder,
)

HOLD = """
import sys, time
from pathlib import Path
from henk_pipeline.cli.supervision import HomeLock
lock = HomeLock(Path(sys.argv[1]))
lock.acquire()
lock.write({"port": 4321})
print("held", flush=True)
time.sleep(60)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock of tmp_path."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "ui.lock")], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_lock_that_a_living_process_holds_names_it_and_its_port(holder, tmp_path):
    with pytest.raises(AlreadyRunningError, match=rf"process {holder.pid}, http://127.0.0.1:4321\..*kill {holder.pid}"):
        HomeLock(tmp_path / "ui.lock").acquire()


def test_a_lock_left_by_kill_9_is_no_obstacle(holder, tmp_path):
    holder.kill()
    holder.wait()
    lock = HomeLock(tmp_path / "ui.lock")
    lock.acquire()
    lock.write({"port": 1})
    assert read_holder(lock.path)["pid"] == os.getpid()
    os.close(lock.descriptor)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"pid": "one"}', "\x00\xff", '{"pid": 1, "created": null}', '{"pid": 1, "created": []}']
)
def test_a_lock_file_with_anything_in_it_is_no_obstacle(tmp_path, content):
    path = tmp_path / "home" / "ui.lock"
    path.parent.mkdir()
    path.write_text(content)
    assert not is_alive(read_holder(path))
    lock = HomeLock(path)
    lock.acquire()
    lock.write({})
    assert read_holder(path)["pid"] == os.getpid()
    os.close(lock.descriptor)


def test_a_process_id_that_another_process_has_now_is_not_alive():
    process = psutil.Process()
    facts = {"pid": process.pid, "created": process.create_time(), "host": os.uname().nodename}
    assert is_alive(facts)
    assert not is_alive({**facts, "created": process.create_time() - 1000})
    assert is_alive({**facts, "host": "another.example.org", "pid": 4_000_000})  # nobody here can tell
    assert not is_alive({})


def test_a_taken_port_says_what_to_do():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"Port {port} of 127.0.0.1 is in use.*henk ui --port"):
            check_port(port, "henk ui --port PORT")
    check_port(port, "")


def test_waits_between_restarts_double():
    assert [backoff(number) for number in range(MAX_RESTARTS)] == [1, 2, 4, 8, 16]


def test_a_group_is_ended_by_sigterm_and_what_ignores_it_by_sigkill(monkeypatch):
    monkeypatch.setattr(guard, "GRACE_SECONDS", 1.0)
    leader = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], process_group=0)
    stubborn = subprocess.Popen([sys.executable, "-c", STUBBORN], process_group=leader.pid, stdout=subprocess.PIPE, text=True)
    assert stubborn.stdout.readline() == "up\n"
    begun = time.monotonic()
    guard.end_group(leader.pid, [])
    assert (leader.wait(), stubborn.wait()) == (-signal.SIGTERM, -signal.SIGKILL)
    assert 1 <= time.monotonic() - begun < 5
    stubborn.stdout.close()


def supervise(tmp_path, code, seconds=60, number=None, after="ready"):
    """Run a supervisor with one child in a process of its own; a signal after a line of its output. Gives: the process's result."""
    program = f"""
import sys, signal
from pathlib import Path
from henk_pipeline.cli import supervision
supervision.FIRST_BACKOFF_SECONDS = 0.05
lock = supervision.HomeLock(Path({str(tmp_path / "ui.lock")!r}))
lock.acquire()
supervisor = supervision.Supervisor(lock, {{}}, lambda line: print(line, flush=True))
try:
    number = supervisor.run([supervision.Child("child", [sys.executable, "-c", {code!r}])], ready=lambda: print("ready", flush=True))
except supervision.ProcessesFailedError as error:
    print(error)
    sys.exit(3)
assert not supervisor.folder.exists()
supervision.end_as_signalled(number)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    first = ""
    while number is not None and after not in first:
        first += process.stdout.readline()
    if number is not None:
        process.send_signal(number)
    rest, _ = process.communicate(timeout=seconds)
    return process.returncode, first + rest


def test_a_child_that_always_ends_is_restarted_five_times_then_the_supervisor_gives_up(tmp_path):
    code, output = supervise(tmp_path, "import sys; sys.exit(7)")
    assert code == 3
    assert output.count("The child ended with exit code 7. Restart") == MAX_RESTARTS
    assert "6 times in a row" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_supervisor_as_that_signal_does(tmp_path, number):
    code, output = supervise(tmp_path, "import time; time.sleep(60)", number=number)
    assert (code, output) == (-number, "ready\n")


def test_what_a_child_prints_is_shown_until_the_end_begins(tmp_path):
    code = (
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit('Traceback'))\nprint('up', flush=True)\ntime.sleep(60)"
    )
    number, output = supervise(tmp_path, code, number=signal.SIGTERM, after="up")
    assert number == -signal.SIGTERM
    assert "up\n" in output
    assert "Traceback" not in output


def test_the_last_words_of_a_child_come_before_its_restart(tmp_path):
    _, output = supervise(tmp_path, "import sys; sys.exit('no table')")
    assert output.replace("ready\n", "").startswith("no table\nThe child ended with exit code 1. Restart 1")


def test_a_child_that_cannot_be_started_ends_the_supervisor_and_its_guard(tmp_path):
    lock = HomeLock(tmp_path / "ui.lock")
    lock.acquire()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    supervisor = Supervisor(lock, {}, print)
    try:
        with pytest.raises((FileNotFoundError, ProcessesFailedError)):
            supervisor.run([Child("child", [str(tmp_path / "none")])])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        os.close(lock.descriptor)
    assert not supervisor.folder.exists()
    assert not [child for child in psutil.Process().children() if "guard.py" in " ".join(child.cmdline())]


def test_the_guard_alone_ends_what_a_killed_supervisor_leaves(tmp_path):
    read, write = os.pipe()
    folder = tmp_path / "sockets"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-P", guard.__file__, str(read), str(folder)], stdout=subprocess.PIPE, pass_fds=(read,), process_group=0
    )
    os.close(read)
    assert process.stdout.read() == b"+"
    process.stdout.close()
    # A child that starts another, as Dagster's code server starts its runs.
    nested = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print('up', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", nested], process_group=process.pid, stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "up\n"
    grandchildren = psutil.Process(child.pid).children()
    os.kill(process.pid, signal.SIGTERM)  # signals to the group do not end the guard
    os.close(write)
    assert child.wait(timeout=10) == -signal.SIGTERM
    assert process.wait(timeout=10) == 0
    assert not [one for one in grandchildren if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert not folder.exists()
    child.stdout.close()


def test_lock_files_hold_json_for_other_tools(tmp_path):
    lock = HomeLock(tmp_path / "ui.lock")
    lock.acquire()
    lock.write({"port": 3000, "reports_port": None})
    lock.write({"stopped": 1.5})  # shorter than before: nothing of the longer text is left
    assert json.loads(Path(lock.path).read_text())["stopped"] == 1.5
    os.close(lock.descriptor)
