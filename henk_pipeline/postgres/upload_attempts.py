"""Attempts of runs in PostgreSQL (henk.upload_attempts): uploads whose run crashed or failed, and the quarantine."""

from collections.abc import Sequence
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row

from henk_pipeline.postgres.locks import is_run_held


class Attempt(NamedTuple):
    """An upload of a run that began and did not end well.

    `uploads`: how many uploads the run had; `alone`: how many runs crashed before with this upload alone;
    `error`: the failure; `is_data`: whether that blames the data; `is_launched`: whether the upload has just
    been requested again.
    """

    upload: str
    run_id: str
    uploads: int
    alone: int
    error: str | None
    is_data: bool
    is_launched: bool

    @property
    def is_isolated(self) -> bool:
        """Whether the upload failed alone with an error that does not blame its data: it stays pending for the next night."""
        return self.uploads == 1 and self.error is not None and not self.is_data


def begin_attempts(connection: psycopg.Connection, run_id: str, uploads: Sequence[str]) -> None:
    """Record that a run begins with these uploads. An existing row is of a run that crashed."""
    connection.execute(
        """INSERT INTO henk.upload_attempts (upload, run_id, uploads) SELECT upload, %(run)s, %(count)s FROM unnest(%(uploads)s::text[]) AS upload
        ON CONFLICT (upload) DO UPDATE SET run_id = excluded.run_id, uploads = excluded.uploads, error = NULL, begun_at = now(), given_up = false,
            is_data = false,
            alone = upload_attempts.alone + CASE WHEN upload_attempts.uploads = 1 AND upload_attempts.error IS NULL THEN 1 ELSE 0 END""",
        {"run": run_id, "count": len(uploads), "uploads": list(uploads)},
    )
    connection.commit()


def fail_attempts(connection: psycopg.Connection, run_id: str, error: str, *, is_data: bool) -> None:
    """Record the error of a run that failed, where one of its uploads may be the cause.

    Args:
        connection: A connection to PostgreSQL; it is committed.
        run_id: The run.
        error: The error.
        is_data: Whether the data is the cause, not the environment.
    """
    connection.execute("UPDATE henk.upload_attempts SET error = %s, is_data = %s WHERE run_id = %s", [error, is_data, run_id])
    connection.commit()


def end_attempts(connection: psycopg.Connection, run_id: str) -> None:
    """Forget the attempts of a run that has ended without an error to blame its uploads for."""
    connection.execute("DELETE FROM henk.upload_attempts WHERE run_id = %s AND error IS NULL", [run_id])
    connection.commit()


def forget_attempts(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Forget what happened with these uploads."""
    connection.execute("DELETE FROM henk.upload_attempts WHERE upload = ANY (%s)", [list(uploads)])


def quarantine(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Quarantine these uploads: no night runs them again as they are."""
    connection.execute("UPDATE henk.upload_attempts SET given_up = true WHERE upload = ANY (%s)", [list(uploads)])


def ended_attempts(connection: psycopg.Connection) -> list[Attempt]:
    """Return attempts whose run is no longer under way: it failed, or its process crashed. Quarantined ones are left out."""
    with connection.cursor(row_factory=class_row(Attempt)) as cursor:
        attempts = cursor.execute(
            """SELECT a.upload, a.run_id, a.uploads, a.alone, a.error, a.is_data, EXISTS (
                SELECT FROM henk.landed_files f WHERE f.upload = a.upload AND f.launched_at > greatest(a.begun_at, now() - interval '2 min')
            ) AS is_launched
            FROM henk.upload_attempts a WHERE NOT a.given_up ORDER BY a.upload"""
        ).fetchall()
    connection.commit()
    under_way = {run_id for run_id in {attempt.run_id for attempt in attempts} if is_run_held(connection, run_id)}
    return [attempt for attempt in attempts if attempt.run_id not in under_way]
