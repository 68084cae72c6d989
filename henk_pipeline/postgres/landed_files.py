"""Landed files in PostgreSQL (henk.landed_files): the upload of each, those with nothing left to do, and launches of runs."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row

from henk_pipeline.postgres.upload_attempts import forget_attempts


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


def known_files(connection: psycopg.Connection, rules: str) -> list[ReceivedFile]:
    """Return all landed files that have been received.

    Args:
        connection: A connection to PostgreSQL.
        rules: The digest of the present rules; a file recorded under others has something left to be
            done.
    """
    with connection.cursor(row_factory=class_row(ReceivedFile)) as cursor:
        return cursor.execute(RECEIVED_FILES, {"rules": rules}).fetchall()


def known_uploads(connection: psycopg.Connection) -> dict[str, str]:
    """Return location → upload, of landed files that have been received."""
    return dict(connection.execute("SELECT file_location, upload FROM henk.landed_files").fetchall())


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
