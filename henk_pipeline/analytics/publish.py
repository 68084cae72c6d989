"""Replaces the published DuckDB file by a built one, and reads the published one. Readers never see half of it."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from henk_pipeline import termination
from henk_pipeline.analytics.literals import quoted
from henk_pipeline.file_modes import make_private_folder, share
from henk_pipeline.locking import LockedError, held

Result = TypeVar("Result")


class NothingPublishedError(FileNotFoundError):
    """There is no DuckDB file yet; the message names the commands that make one."""


class StatementCountError(ValueError):
    """A text with no statement, or with several, where one is required."""

    def __init__(self, count: int) -> None:
        super().__init__(f"There must be one statement; there {'is none' if count == 0 else f'are {count}'}. Nothing was run.")


def publish(
    published: Path, make: Callable[[Path], Result], keep: Callable[[Result], int] = lambda _: 0, group: str | None = None
) -> Result:
    """Let `make` build a new file, then swap it in for `published` by a rename.

    Processes that have the old file open go on reading it. One publisher works at a time. If `make` fails, the
    old file stays. The file is for its owner alone from its first byte on.

    Args:
        published: Where the file belongs. A missing folder is created for its owner alone; an existing one
            keeps its rights.
        make: Makes the file at a path where none is.
        keep: How many older versions stay in `versions/` next to it, from what was made.
        group: A group whose members may read the file.

    Returns:
        What `make` returns.
    """
    try:
        if not published.parent.exists():
            make_private_folder(published.parent)
    except OSError as error:
        raise LockedError(f"{published.parent} cannot be made: {error.strerror or error}.") from error
    with held(published.with_name(f".{published.name}.lock"), f"write {published}", seconds=1800):
        for left in published.parent.glob(f".{published.name}.building-*"):
            # Left by a killed publisher: no other one builds while we hold the lock. DuckDB's folder of temporary files is among them.
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        # In a folder of its own, which others cannot enter: DuckDB writes its files and temporary files with the rights of the umask.
        folder = published.with_name(f".{published.name}.building-{secrets.token_hex(4)}")
        folder.mkdir(mode=0o700)
        building = folder / published.name
        try:
            made = make(building)
            duckdb.connect(str(building), read_only=True).close()  # a file that cannot be opened is not published
            # Before the new file is in place: a publisher that is killed here begins again, and forbidden versions are gone.
            share(building, group)
            versions = keep(made)
            for old in kept_versions(published)[max(versions - 1, 0) :]:
                old.unlink(missing_ok=True)
            if versions and published.exists():
                _keep(published, group)
            building.replace(published)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return made


def kept_versions(published: Path) -> list[Path]:
    """Return older versions of a published file, the newest first."""
    return sorted((published.parent / "versions").glob(f"{published.stem}-*{published.suffix}"), reverse=True)


def _keep(published: Path, group: str | None) -> None:
    """Keep the version that is about to be replaced, under the time at which it was published."""
    folder = published.parent / "versions"
    make_private_folder(folder)
    share(folder, group)
    share(published, group)  # written by a version of Henk that left it open to all users
    since = datetime.fromtimestamp(published.stat().st_mtime, UTC)
    with suppress(FileExistsError):
        os.link(published, folder / f"{published.stem}-{since:%Y-%m-%dT%H%M%S.%f}{published.suffix}")


# Statements that write files of their own, next to a file that is attached read-only.
WRITING = {duckdb.StatementType.COPY, duckdb.StatementType.ATTACH, duckdb.StatementType.EXPORT, duckdb.StatementType.LOAD}


@contextmanager
def opened(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that reads the published file, even if another one is published meanwhile.

    DuckDB 2.0.0 opens a path three times when it connects to it: the third time for good, with the header of
    the second time. Where the file is swapped in between it meets a SerializationException. Attached with its
    type named it is opened once (seen with strace).

    Raises:
        NothingPublishedError: There is no file yet.
        duckdb.Error: The file cannot be read.
    """
    if not published.exists():
        raise NothingPublishedError(f"There is no {published} yet: `henk nightly` or `henk import` builds it.")
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {quoted(str(published))} AS henk (TYPE duckdb, READ_ONLY)")
        connection.execute("USE henk")
        yield connection


def query(published: Path, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one statement on the published file, read-only: it writes no other file either.

    Args:
        published: The file.
        statement: The statement, with or without a semicolon behind it.

    Returns:
        Column names and rows.

    Raises:
        NothingPublishedError: There is no file yet.
        StatementCountError: The text has no statement, or several; none is run.
        duckdb.Error: The statement cannot be run.
    """
    with opened(published) as connection:
        statements = connection.extract_statements(statement)
        if len(statements) != 1:
            raise StatementCountError(len(statements))
        if statements[0].type in WRITING:
            raise duckdb.NotSupportedError(
                f"{statements[0].type.name} may write a file, and this only reads. `henk analytics export` writes tables."
            )
        if statements[0].type is duckdb.StatementType.EXPLAIN:  # EXPLAIN ANALYZE runs the statement, which may be one that writes
            connection.execute("SET enable_external_access = false")
        # A query that DuckDB 2.0 runs in the calling thread notices no signal: Ctrl-C was answered after 15 seconds or never.
        with termination.calling(connection.interrupt):
            result = connection.execute(statements[0])
            return [column[0] for column in result.description or []], result.fetchall()
