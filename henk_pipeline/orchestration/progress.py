"""How far a run is, for who started it in this process. Without a listener nothing happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, str], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call `listener(asset, upload)` whenever an asset has finished with an upload."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report(asset: str, upload: str) -> None:
    """Say that `asset` has finished with `upload`."""
    listener = _listener.get()
    if listener is not None:
        listener(asset, upload)
