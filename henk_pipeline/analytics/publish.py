"""Puts a built DuckDB file in the place of the published one, and reads the published one. Readers never see half of it."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import filelock

Built = TypeVar("Built")


class NothingPublishedError(FileNotFoundError):
    """There is no DuckDB file yet; the message says what makes one."""


def publish(published: Path, make: Callable[[Path], Built]) -> Built:
    """Let `make` build a new file beside `published`, then swap it in by a rename: who has the old one open goes on reading the old one.

    One publisher works at a time. If `make` fails, the old file stays. Gives: what `make` gives.
    """
    published.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(published.with_name(f".{published.name}.lock")):
        for left in published.parent.glob(f".{published.name}.building-*"):
            left.unlink()  # of a publisher that was killed: nobody else builds while the lock is ours
        building = published.with_name(f".{published.name}.building-{secrets.token_hex(4)}")
        try:
            built = make(building)
            duckdb.connect(str(building), read_only=True).close()  # a file that cannot be opened is not published
            building.replace(published)
        finally:
            building.unlink(missing_ok=True)
    return built


def query(published: Path, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one statement on the published file, read-only. Gives: column names and rows.

    Raises: NothingPublishedError; duckdb.Error.
    """
    if not published.exists():
        raise NothingPublishedError(f"There is no {published} yet: `henk nightly` or `henk import` builds it.")
    with duckdb.connect(str(published), read_only=True) as connection:
        result = connection.execute(statement)
        return [column[0] for column in result.description or []], result.fetchall()
