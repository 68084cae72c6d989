"""Where the program `henk` starts: an interrupt while Python still loads the command ends it without a traceback. No command is known here."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell script's background job ignores it
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from henk_pipeline.cli import main as run


def main() -> None:
    """Run the command with Python's own handler of interrupts, which a command may replace."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()
