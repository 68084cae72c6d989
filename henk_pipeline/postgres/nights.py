"""The record of nights in PostgreSQL: the upload of each landed file, files with nothing left to do, attempts of runs, and locks."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row


class ReceivedFile(NamedTuple):
    """A landed file that has been received: `signature` of its received state, its upload, and whether nothing is left to be done."""

    file_location: str
    business: str
    signature: str
    upload: str
    is_settled: bool
    state: str
    seconds_since_launch: float | None
    is_quarantined: bool


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


# All of an import's record that decides whether something is left to be done. A key holds the hash of its business, bytes and list.
RECEIVED_FILES = """
SELECT f.file_location, f.business, f.signature, f.upload, coalesce(f.settled = s.state || %(rules)s, false) AS is_settled,
    s.state || %(rules)s AS state, extract(epoch FROM now() - f.launched_at)::float8 AS seconds_since_launch,
    EXISTS (SELECT FROM henk.upload_attempts a WHERE a.upload = f.upload AND a.given_up) AS is_quarantined
FROM henk.landed_files f LEFT JOIN businesses b ON b.slug = f.business
LEFT JOIN (
    SELECT business_id, henk.upload_identity(upload) AS identity, string_agg(
        concat_ws('|', status, rules, options, coalesce(error, ''), campaign_ids, may_come_again), E'\\n' ORDER BY started_at, id) AS said
    FROM lead_imports GROUP BY 1, 2) i ON i.business_id = b.id AND i.identity = henk.upload_identity(f.upload)
CROSS JOIN LATERAL (SELECT md5(concat_ws('|', b.default_country, f.signature, i.said)) AS state) s
"""


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


def known_files(connection: psycopg.Connection, rules: str) -> list[ReceivedFile]:
    """Return all landed files that have been received.

    Args:
        connection: A connection to PostgreSQL.
        rules: The digest of the present rules; a file recorded under others has something left to be
            done.
    """
    with connection.cursor(row_factory=class_row(ReceivedFile)) as cursor:
        return cursor.execute(RECEIVED_FILES, {"rules": rules}).fetchall()


def known_signatures(connection: psycopg.Connection) -> dict[str, str]:
    """Return location → signature of the received state, of landed files that have been received."""
    return dict(connection.execute("SELECT file_location, signature FROM henk.landed_files").fetchall())


def remember_files(connection: psycopg.Connection, files: Iterable[tuple[str, str, str, str]]) -> None:
    """Record the upload of landed files: location, business, signature and upload. Quarantined uploads are retried."""
    files = list(files)
    forget_attempts(connection, [upload for *_, upload in files])
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO henk.landed_files (file_location, business, signature, upload) VALUES (%s, %s, %s, %s)
            ON CONFLICT (file_location) DO UPDATE SET business = excluded.business, signature = excluded.signature, upload = excluded.upload,
                settled = NULL, launched_at = NULL, launches = 0""",
            files,
        )


def forget_files(connection: psycopg.Connection, locations: Sequence[str]) -> None:
    """Forget landed files, so that files still at these locations are received again."""
    connection.execute("DELETE FROM henk.landed_files WHERE file_location = ANY (%s)", [list(locations)])


def settle_files(connection: psycopg.Connection, settled: Iterable[ReceivedFile]) -> None:
    """Record that nothing is left to be done for these, as long as their import's record and the rules stay as they are."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE henk.landed_files SET settled = %s WHERE file_location = %s AND signature = %s",
            [(file.state, file.file_location, file.signature) for file in settled],
        )


def note_launch(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Record that runs of these uploads are requested now."""
    connection.execute("UPDATE henk.landed_files SET launched_at = now(), launches = launches + 1 WHERE upload = ANY (%s)", [list(uploads)])


def note_look(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Record that these uploads were checked and still wait for something, so that no sensor requests another check immediately."""
    connection.execute("UPDATE henk.landed_files SET launched_at = now() WHERE upload = ANY (%s)", [list(uploads)])


def forget_launches(connection: psycopg.Connection) -> None:
    """Reset the counts of requests at the start of a night, so that lost uploads are requested as often again."""
    connection.execute("UPDATE henk.landed_files SET launches = 0 WHERE launches > 0")


def lost_launches(connection: psycopg.Connection) -> list[str]:
    """Return uploads that were requested without any result, not even the record of an import that began.

    An upload is returned up to three times a night, after 5, 10 and 20 minutes.
    """
    rows = connection.execute(
        """SELECT f.upload FROM henk.landed_files f JOIN businesses b ON b.slug = f.business
        WHERE f.settled IS NULL AND f.launches BETWEEN 1 AND 3 AND f.launched_at < now() - interval '5 min' * power(2, f.launches - 1)
            AND NOT EXISTS (SELECT FROM henk.upload_attempts a WHERE a.upload = f.upload)
            AND NOT EXISTS (SELECT FROM henk.planned_runs p WHERE f.upload = ANY (p.uploads))
            AND NOT EXISTS (SELECT FROM lead_imports i WHERE i.business_id = b.id AND henk.upload_identity(i.upload) = henk.upload_identity(f.upload)
                AND i.status <> 'running')"""
    ).fetchall()
    return [upload for (upload,) in rows]


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
