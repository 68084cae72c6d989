"""Runs of uploads that are planned and have not begun: by Dagster's daemon, or by a process such as `henk nightly` that runs them itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row

from henk_pipeline.postgres.locks import is_locked

LOCK = "hashtextextended('henk.planned.' || %s, 0)"


class PlannedRun(NamedTuple):
    """A row of henk.planned_runs; `age` in seconds."""

    id: UUID
    uploads: list[str]
    by_process: bool
    age: float


def add_planned_runs(connection: psycopg.Connection, batches: Sequence[Sequence[str]]) -> None:
    """Record batches of upload keys as runs for the daemon to launch. The caller commits."""
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO henk.planned_runs (id, uploads) VALUES (%s, %s)", [(uuid4(), list(batch)) for batch in batches])


def list_planned_runs(connection: psycopg.Connection) -> list[PlannedRun]:
    """Return all planned runs, the oldest first."""
    with connection.cursor(row_factory=class_row(PlannedRun)) as cursor:
        return cursor.execute(
            """SELECT id, uploads, by_process, extract(epoch FROM now() - planned_at)::float8 AS age
            FROM henk.planned_runs ORDER BY planned_at, uploads[1]"""
        ).fetchall()


def remove_planned_runs(connection: psycopg.Connection, ids: Sequence[UUID]) -> None:
    """Forget planned runs. The caller commits."""
    connection.execute("DELETE FROM henk.planned_runs WHERE id = ANY (%s)", [list(ids)])


def is_held(connection: psycopg.Connection, run: PlannedRun) -> bool:
    """Return whether the process that planned this run for itself is alive. Ends the transaction of the connection."""
    return is_locked(connection, f"henk.planned.{run.id}")


@contextmanager
def claimed(connection: psycopg.Connection, uploads: Sequence[str]) -> Iterator[None]:
    """Keep other planners from these uploads while the block runs and the process lives.

    Args:
        connection: An open connection of its own, in no transaction; it is held as long as the block runs.
        uploads: Keys; none are allowed.
    """
    if not uploads:
        yield
        return
    key = uuid4()
    connection.execute(f"SELECT pg_advisory_lock({LOCK})", [str(key)])
    connection.execute("INSERT INTO henk.planned_runs (id, uploads, by_process) VALUES (%s, %s, true)", [key, list(uploads)])
    connection.commit()
    try:
        yield
    finally:
        if not connection.broken:
            connection.rollback()
            remove_planned_runs(connection, [key])
            connection.execute(f"SELECT pg_advisory_unlock({LOCK})", [str(key)])
            connection.commit()
