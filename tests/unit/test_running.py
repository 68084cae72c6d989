"""What a command that is asked to end shows of its libraries."""

import logging
import signal
import subprocess
import sys

import pytest

from henk_pipeline import termination
from henk_pipeline.cli.running import ending_in_order


@pytest.mark.parametrize(("is_requested", "shown"), [(True, []), (False, ["error ignored in rollback"])])
def test_a_rollback_that_an_interrupt_met_is_not_reported(monkeypatch, caplog, is_requested, shown):
    monkeypatch.setattr("sys.unraisablehook", None)
    with ending_in_order():
        monkeypatch.setattr(termination, "is_requested", lambda: is_requested)
        logging.getLogger("psycopg").warning("error ignored in rollback")
    assert caplog.messages == shown


INTERRUPTED = """
import os, signal, sys, threading, time
from henk_pipeline import cli, termination
called = threading.Event()
def work():
    with termination.calling(called.set):
        try:
            os.kill(os.getpid(), signal.{signal})
            time.sleep(5)
        except KeyboardInterrupt:
            print("called" if called.wait(5) else "not called")
            raise
def failing():
    try:
        work()
    except KeyboardInterrupt:
        raise RuntimeError("Query interrupted") from None
class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.{signal})
        time.sleep(0.01)
def finalizing():
    Finalized()
    for _ in range(500):
        time.sleep(0.01)
    print("not interrupted")
cli.app = {work}
sys.argv = ["henk", "sql", "SELECT 1"]
cli.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("work", ["work", "failing", "finalizing"])
def test_a_command_that_is_asked_to_end_ends_with_the_code_of_the_signal_and_no_traceback(number, work):
    code = INTERRUPTED.format(signal=number.name, work=work)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    shown = "" if work == "finalizing" else "called\n"
    assert (ended.returncode, ended.stdout, "Traceback" in ended.stderr) == (128 + number, shown, False), ended.stderr
