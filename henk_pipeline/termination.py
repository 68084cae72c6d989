"""Requests to end this process (SIGTERM, SIGINT): any code can notice them, and the process ends within seconds.

This module does not know what must be rolled back.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress

# systemd, Kubernetes and Celery wait longer than this before they send SIGKILL; a step gets the time to roll back.
GRACE_SECONDS = 8.0
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)  # SIGQUIT: by which Celery interrupts its children (REMAP_SIGTERM)


class TerminationRequestedError(RuntimeError):
    """The process was requested to end; its present work is rolled back and stays pending."""


class _Watch:
    """The state of this process: the signal that requested its end, and the actions when it arrives."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.callbacks: list[Callable[[], None]] = []
        self.is_watching = False


_watch = _Watch()


@contextmanager
def holding_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back while modules are imported: the extension of duckdb prints a traceback of its own where one interrupts it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def requested_signal() -> int | None:
    """Return the number of the signal that requested the end of this process, or None."""
    return _watch.signal


def is_requested() -> bool:
    """Return whether the end of this process was requested."""
    return _watch.signal is not None


def raise_if_requested() -> None:
    """Raise TerminationRequestedError if the end of this process was requested."""
    if is_requested():
        raise TerminationRequestedError("The process was asked to end.")


@contextmanager
def watching(on_request: Callable[[], None] | None = None) -> Iterator[None]:
    """Notice SIGTERM and SIGINT while the block runs, even if a library turns them into errors of its own.

    Python runs a signal handler only between two bytecodes of the main thread, and a library in between may
    turn the exception it raises into one of its own (DuckDB 2.0: RuntimeError "Query interrupted"). The C
    handler writes the number of the signal to a pipe immediately, and a thread reads it: so `is_requested` is
    true before any such exception is seen. The process ends `GRACE_SECONDS` later if it has not by then, also
    where the main thread is in a computation that answers no signal.

    Outside the main thread only `on_request` is kept: signals are the main thread's.

    Args:
        on_request: Called once, in that thread, as soon as a signal arrives. Exceptions of it are ignored.
    """
    with nullcontext() if on_request is None else calling(on_request):
        if _watch.is_watching or threading.current_thread() is not threading.main_thread():
            yield
        else:
            with _pipe_of_signals():
                yield


@contextmanager
def calling(on_request: Callable[[], None]) -> Iterator[None]:
    """Call `on_request` in a thread as soon as a signal is noticed while the block runs.

    Another caller of `watching` must notice the signal; this function watches none.
    """
    _watch.callbacks.append(on_request)
    try:
        yield
    finally:
        _watch.callbacks.remove(on_request)


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
    """End the process as its signal would have: all its work can be killed at any moment."""
    threading.Event().wait(GRACE_SECONDS)
    os._exit(128 + number)
