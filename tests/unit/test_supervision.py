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
from henk_pipeline.cli.forwarding import Printer
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


PROGRAM = """
import sys, signal
from pathlib import Path
from henk_pipeline.cli import open_standard_streams, supervision
from henk_pipeline.cli.forwarding import Printer
supervision.FIRST_BACKOFF_SECONDS = 0.05
open_standard_streams()
lock = supervision.HomeLock(Path({lock!r}))
lock.acquire()
printer = Printer()
supervisor = supervision.Supervisor(lock, {{}}, printer)
try:
    number = supervisor.run([supervision.Child("child", [sys.executable, "-c", {code!r}])], ready=lambda: printer.say("ready"))
except supervision.ProcessesFailedError as error:
    print(error)
    sys.exit(3)
assert not supervisor.folder.exists()
printer.say("ended")
printer.flush()
supervision.end_as_signalled(number)
"""


def program(tmp_path, code):
    """Return a program with a supervisor of one child, which runs `code`."""
    return PROGRAM.format(lock=str(tmp_path / "ui.lock"), code=code)


def supervise(tmp_path, code, seconds=60, number=None, after="ready"):
    """Run a supervisor with one child in a process of its own; a signal after a line of its output. Gives: the process's result."""
    process = subprocess.Popen(
        [sys.executable, "-c", program(tmp_path, code)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
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
    assert (code, output) == (-number, "ready\nEnding all processes, within ten seconds. Ctrl-C again kills what is left.\nended\n")


def test_under_nohup_it_survives_its_terminal(tmp_path):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited, as from nohup
    try:
        kill = "import os, signal, time; os.kill(os.getppid(), signal.SIGHUP); time.sleep(1); print('survived', flush=True); time.sleep(60)"
        code, output = supervise(tmp_path, kill, number=signal.SIGTERM, after="survived")
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (code, "Ending" in output) == (-signal.SIGTERM, True)


def test_what_a_child_prints_is_shown_until_the_end_begins(tmp_path):
    code = (
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit('Traceback'))\nprint('up', flush=True)\ntime.sleep(60)"
    )
    number, output = supervise(tmp_path, code, number=signal.SIGTERM, after="up")
    assert number == -signal.SIGTERM
    assert "up\n" in output
    assert "Traceback" not in output


START = """
import os, signal, sys
from pathlib import Path
from henk_pipeline.cli import supervision
from henk_pipeline.cli.forwarding import Printer
supervision.HEALTH_SECONDS = supervision.FIRST_BACKOFF_SECONDS = 0.1
lock = supervision.HomeLock(Path({lock!r}))
lock.acquire()
supervisor = supervision.Supervisor(lock, {{}}, Printer())
supervision.end_as_signalled(supervisor.run([{children}]))
"""


@pytest.mark.long
def test_a_child_that_lives_and_does_not_do_its_work_is_started_again(tmp_path):
    """As Dagster's code server does when the process that holds the definitions is killed. A process that still starts is left alone."""
    work = (
        "import subprocess, sys, time; time.sleep(1); subprocess.run([sys.executable, '-c', 'import time; time.sleep(1)']); time.sleep(60)"
    )
    children = f"supervision.Child('child', [sys.executable, '-c', {work!r}], is_healthy=supervision.has_children)"
    code = START.format(lock=str(tmp_path / "ui.lock"), children=children)
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    lines = [process.stderr.readline() for _ in range(3)]
    process.terminate()
    process.communicate(timeout=20)
    assert lines[0] == "The child lives, but does not do its work: it is ended, and started again.\n"
    assert lines[1] == "The child ended by signal 9. Restart 1 of 5 in 0 s.\n"
    assert lines[2] == lines[0]  # the second one has worked, too


def test_the_last_words_of_a_child_come_before_its_restart(tmp_path):
    _, output = supervise(tmp_path, "import sys; sys.exit('no table')")
    assert output.replace("ready\n", "").startswith("no table\nThe child ended with exit code 1. Restart 1")


COLORED = "import sys, time; print('\\x1b[32mgreen\\x1b[0m', flush=True); time.sleep(60)"


def test_colors_of_a_child_are_left_out_where_nobody_sees_them(tmp_path):
    _, output = supervise(tmp_path, COLORED, number=signal.SIGTERM, after="green")
    assert "green\n" in output
    assert "\x1b" not in output


@pytest.mark.parametrize(("variable", "colored"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colors_of_a_child_are_kept_on_a_terminal(tmp_path, variable, colored):
    output, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", program(tmp_path, COLORED)], stderr=terminal, start_new_session=True, env={**os.environ, **variable}
    )
    shown = b""
    while b"green" not in shown or b"ready" not in shown:
        shown += os.read(output, 4096)
    process.terminate()
    assert process.wait(timeout=10) == -signal.SIGTERM
    os.close(terminal)
    os.close(output)
    assert (b"\x1b[32m" in shown) is colored


def wait_for_file(path, seconds=20):
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, path
        time.sleep(0.05)


CHATTY = """
import sys, time
from pathlib import Path
started = Path({folder!r}, "started")
again = started.exists()
started.touch()
for _ in range(2000):
    print("x" * 1000)
if not again:
    sys.exit("a reason")
Path({folder!r}, "worked").touch()
time.sleep(60)
"""


@pytest.mark.long
@pytest.mark.parametrize("has_gone", [False, True])
def test_a_reader_that_sleeps_or_has_gone_stops_neither_the_children_nor_restarts_nor_the_end(tmp_path, has_gone):
    process = subprocess.Popen(
        [sys.executable, "-c", program(tmp_path, CHATTY.format(folder=str(tmp_path)))], stderr=subprocess.PIPE, start_new_session=True
    )
    if has_gone:
        process.stderr.close()
    wait_for_file(tmp_path / "worked")
    process.terminate()
    try:
        assert process.wait(timeout=10) == -signal.SIGTERM
    finally:
        process.kill()
        process.stderr.close()


@pytest.mark.parametrize("streams", ["2>&-", "<&- >&- 2>&-"])
def test_with_closed_streams_children_are_restarted_and_the_end_is_as_ever(tmp_path, streams):
    (tmp_path / "program.py").write_text(program(tmp_path, CHATTY.format(folder=str(tmp_path))))
    shell = f"({sys.executable} {tmp_path}/program.py; echo $? > {tmp_path}/code) {streams}"
    process = subprocess.Popen(["sh", "-c", shell], stdout=subprocess.DEVNULL, start_new_session=True)
    wait_for_file(tmp_path / "worked")
    family = psutil.Process(process.pid).children(recursive=True)
    next(child for child in family if child.cmdline()[1:] == [f"{tmp_path}/program.py"]).terminate()
    process.wait(timeout=10)
    assert (tmp_path / "code").read_text() == "143\n"


def test_a_child_that_cannot_be_started_ends_the_supervisor_and_its_guard(tmp_path):
    lock = HomeLock(tmp_path / "ui.lock")
    lock.acquire()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    supervisor = Supervisor(lock, {}, Printer())
    try:
        with pytest.raises((FileNotFoundError, ProcessesFailedError)):
            supervisor.run([Child("child", [str(tmp_path / "none")])])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        os.close(lock.descriptor)
    assert not supervisor.folder.exists()
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    assert not [child for child in alive if "guard.py" in " ".join(child.cmdline())]


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
