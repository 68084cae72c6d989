"""An interrupt while the command is still being loaded."""

import signal
import subprocess
import sys

INTERRUPTED_AT_IMPORT = """
import builtins, os, signal, sys
load = builtins.__import__
def interrupt(name, *rest):
    if name == "{module}":
        os.kill(os.getpid(), signal.SIGINT)
    return load(name, *rest)
builtins.__import__ = interrupt
{code}
"""


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


def test_an_interrupt_while_the_command_is_loaded_leaves_no_traceback():
    ended = run(INTERRUPTED_AT_IMPORT.format(module="typer", code="import henk_pipeline.entry"))
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")
    assert (
        "Traceback" in run(INTERRUPTED_AT_IMPORT.format(module="typer", code="import henk_pipeline.cli")).stderr
    )  # what a plain import does


def test_the_command_gets_pythons_handler_of_interrupts():
    code = "import signal, sys; from henk_pipeline import entry; entry.run = lambda: print(signal.getsignal(signal.SIGINT).__name__); entry.main()"
    assert run(code).stdout == "default_int_handler\n"


def test_an_interrupt_while_an_error_is_printed_leaves_no_traceback(tmp_path, monkeypatch):
    monkeypatch.setenv("HENK_HOME", str(tmp_path))  # nothing is published there
    command = "from henk_pipeline import entry; sys.argv = ['henk', 'sql', 'SELECT 1']; entry.main()"
    ended = run(INTERRUPTED_AT_IMPORT.format(module="rich.console", code=command))
    assert (ended.returncode, "Traceback" in ended.stderr) == (128 + signal.SIGINT, False), ended.stderr
