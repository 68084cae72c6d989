"""Puts a built DuckDB file in the place of the published one, and reads the published one. Readers never see half of it."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from henk_pipeline.analytics.literals import quoted
from henk_pipeline.locking import LockedError, held

Result = TypeVar("Result")


class NothingPublishedError(FileNotFoundError):
    """There is no DuckDB file yet; the message says what makes one."""


def publish(published: Path, make: Callable[[Path], Result], keep: Callable[[Result], int] = lambda _: 0) -> Result:
    """Let `make` build a new file beside `published`, then swap it in by a rename: who has the old one open goes on reading the old one.

    One publisher works at a time. If `make` fails, the old file stays. `keep`: how many older versions stay in `versions/` beside it, told from
    what was made. Gives: what `make` gives.
    """
    try:
        published.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LockedError(f"{published.parent} cannot be made: {error.strerror or error}.") from error
    with held(published.with_name(f".{published.name}.lock"), f"write {published}", seconds=1800):
        for left in published.parent.glob(f".{published.name}.building-*"):
            # Of a publisher that was killed: nobody else builds while the lock is ours. DuckDB's folder for what memory does not hold is one, too.
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        building = published.with_name(f".{published.name}.building-{secrets.token_hex(4)}")
        try:
            made = make(building)
            duckdb.connect(str(building), read_only=True).close()  # a file that cannot be opened is not published
            # Before the new one is there: whoever is killed here begins again, and what must go has gone.
            versions = keep(made)
            for old in kept_versions(published)[max(versions - 1, 0) :]:
                old.unlink(missing_ok=True)
            if versions and published.exists():
                _keep(published)
            building.replace(published)
        finally:
            building.unlink(missing_ok=True)
            building.with_name(f"{building.name}.wal").unlink(missing_ok=True)
    return made


def kept_versions(published: Path) -> list[Path]:
    """Older versions of a published file, the newest first."""
    return sorted((published.parent / "versions").glob(f"{published.stem}-*{published.suffix}"), reverse=True)


def _keep(published: Path) -> None:
    """The version that is about to be replaced, under the time at which it was published."""
    folder = published.parent / "versions"
    folder.mkdir(exist_ok=True)
    since = datetime.fromtimestamp(published.stat().st_mtime, UTC)
    with suppress(FileExistsError):
        os.link(published, folder / f"{published.stem}-{since:%Y-%m-%dT%H%M%S.%f}{published.suffix}")


@contextmanager
def opened(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the published file, whatever is published meanwhile. Raises: NothingPublishedError; duckdb.Error.

    DuckDB 2.0.0 opens a path three times when it connects to it: the third time for good, with what the header said the second time. Where the
    file is swapped in between it meets a SerializationException. Attached with its type told it is opened once (seen with strace).
    """
    if not published.exists():
        raise NothingPublishedError(f"There is no {published} yet: `henk nightly` or `henk import` builds it.")
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {quoted(str(published))} AS henk (TYPE duckdb, READ_ONLY)")
        connection.execute("USE henk")
        yield connection


def query(published: Path, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one statement on the published file, read-only. Gives: column names and rows.

    Raises: NothingPublishedError; duckdb.Error.
    """
    with opened(published) as connection:
        result = connection.execute(statement)
        return [column[0] for column in result.description or []], result.fetchall()
