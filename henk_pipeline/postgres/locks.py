"""Advisory locks of PostgreSQL: one process plans a night, one process works on an upload. They end with their session."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg


@contextmanager
def planning_lock(connection: psycopg.Connection) -> Iterator[None]:
    """Keep other processes from planning a night at the same time; wait until a present planner has ended.

    A process that crashes releases the lock.
    """
    connection.execute("SELECT pg_advisory_lock(hashtextextended('henk.plan', 0))")
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute("SELECT pg_advisory_unlock(hashtextextended('henk.plan', 0))")
        connection.commit()


def take_run_lock(connection: psycopg.Connection, run_id: str, uploads: Sequence[str]) -> None:
    """Let no other process work on these uploads while this connection lives; wait until those that do have ended.

    A lock of the run itself shows others that it is alive. They are session locks, which end with the process.
    """
    connection.execute("SELECT pg_advisory_lock(hashtextextended('henk.run.' || %s, 0))", [run_id])
    for upload in sorted(uploads):  # in one order, so that two runs never wait for each other
        connection.execute("SELECT pg_advisory_lock(hashtextextended('henk.upload.' || %s, 0))", [upload])
    connection.commit()


def is_run_held(connection: psycopg.Connection, run_id: str) -> bool:
    """Return whether a process holds this run. Ends the transaction of the connection."""
    return is_locked(connection, f"henk.run.{run_id}")


def is_locked(connection: psycopg.Connection, name: str) -> bool:
    """Return whether a session holds the advisory lock of this name. Ends the transaction of the connection."""
    row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name]).fetchone()
    is_free = bool(row and row[0])
    if is_free:
        connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
    connection.commit()
    return not is_free
