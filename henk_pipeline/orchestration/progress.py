"""The progress of a run, for the starter of the run in this process. Without a listener nothing happens."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from henk_pipeline import termination

Outcome = Mapping[str, Any]
Listener = Callable[[str, str, Outcome | None], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call `listener(asset, upload, outcome)` whenever an asset has finished with an upload; the last asset passes the outcome."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report(asset: str, upload: str, outcome: Outcome | None = None) -> None:
    """Report that `asset` has finished with `upload`, and, at the end, the outcome.

    Raises:
        TerminationRequestedError: The end of the process was requested, and a finalizer or a library lost the
            exception of the signal.
    """
    listener = _listener.get()
    if listener is not None:
        listener(asset, upload, outcome)
    termination.raise_if_requested()
