"""Requests to end this process (SIGTERM, SIGINT): notice them in any code, and end within seconds. Nothing here knows what is to be rolled back."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

# systemd, Kubernetes and Celery wait longer than this before they send SIGKILL; a step gets the time to roll back.
GRACE_SECONDS = 8.0
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)  # SIGQUIT: by which Celery interrupts its children (REMAP_SIGTERM)


class TerminationRequestedError(RuntimeError):
    """The process was asked to end; what was under way is rolled back and stays pending."""


class _Watch:
    """The state of this process: the signal that asked it to end, and what to do at once when it comes."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.callbacks: list[Callable[[], None]] = []
        self.is_watching = False


_watch = _Watch()


def requested_signal() -> int | None:
    """Return the number of the signal that asked this process to end, or None."""
    return _watch.signal


def is_requested() -> bool:
    """Return whether this process was asked to end."""
    return _watch.signal is not None


def raise_if_requested() -> None:
    """Raise TerminationRequestedError if this process was asked to end."""
    if is_requested():
        raise TerminationRequestedError("The process was asked to end.")


@contextmanager
def watching(on_request: Callable[[], None] | None = None) -> Iterator[None]:
    """Notice SIGTERM and SIGINT while the block runs, whatever a library makes of them.

    Python runs a signal handler only between two bytecodes of the main thread, and a library in between may turn the exception it raises into
    one of its own (DuckDB 2.0: RuntimeError "Query interrupted"). The C handler writes the number of the signal to a pipe at once, and a thread
    reads it: so `is_requested` is true before any such exception is seen. The process ends `GRACE_SECONDS` later if it has not by then, also
    where the main thread is in a computation that answers no signal.

    Args:
        on_request: Called once, in that thread, as soon as a signal arrives. Exceptions of it are ignored.

    Outside the main thread only `on_request` is kept: signals are the main thread's.
    """
    callbacks = [on_request] if on_request is not None else []
    _watch.callbacks += callbacks
    try:
        if _watch.is_watching or threading.current_thread() is not threading.main_thread():
            yield
        else:
            with _pipe_of_signals():
                yield
    finally:
        for callback in callbacks:
            _watch.callbacks.remove(callback)


@contextmanager
def _pipe_of_signals() -> Iterator[None]:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    replaced = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in replaced.items():
        # A shell starts background jobs with SIGINT ignored, and Dagster gives SIGTERM the handler of SIGINT.
        if handler in (signal.SIG_DFL, signal.SIG_IGN, None):
            signal.signal(number, signal.default_int_handler)
    _watch.is_watching = True
    thread = threading.Thread(target=_read_signals, args=(reading,), name="termination", daemon=True)
    thread.start()
    try:
        yield
    finally:
        _watch.is_watching = False
        signal.set_wakeup_fd(before)
        for number, handler in replaced.items():
            if handler is not None:
                signal.signal(number, handler)
        os.close(writing)
        thread.join(timeout=1)


def _read_signals(reading: int) -> None:
    """Read signal numbers until the pipe is closed."""
    with os.fdopen(reading, "rb", buffering=0) as numbers:
        while number := numbers.read(1):
            if number[0] in SIGNALS and _watch.signal is None:
                _watch.signal = number[0]
                threading.Thread(target=_end_after_grace, args=(number[0],), name="end-after-grace", daemon=True).start()
                for callback in list(_watch.callbacks):
                    with suppress(Exception):
                        callback()


def _end_after_grace(number: int) -> None:
    """End the process as its signal would have: everything it does can be killed at any moment."""
    threading.Event().wait(GRACE_SECONDS)
    os._exit(128 + number)
