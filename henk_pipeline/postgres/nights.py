"""What a night keeps in PostgreSQL: which landed file is which upload, what is settled, which uploads a run has begun with, and who works on what."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row


class Known(NamedTuple):
    """A landed file that has been received: `signature` of the state that was, the upload it became, and whether nothing is left to be done."""

    file_location: str
    business: str
    signature: str
    upload: str
    is_settled: bool
    state: str
    seconds_since_launch: float | None
    is_given_up: bool


class Attempt(NamedTuple):
    """An upload of a run that began and did not end well: of how many, how many runs died with it alone before, of what it failed, whether
    that blames the data, and whether it has just been asked for again.
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
        """Whether the upload failed alone of something that does not blame its data: it stays pending for the next night."""
        return self.uploads == 1 and self.error is not None and not self.is_data


# All of an import's record that decides whether something is left to be done. A key holds the hash of its business, bytes and list.
KNOWN = """
SELECT f.file_location, f.business, f.signature, f.upload, coalesce(f.settled = s.state || %(rules)s, false) AS is_settled,
    s.state || %(rules)s AS state, extract(epoch FROM now() - f.launched_at)::float8 AS seconds_since_launch,
    EXISTS (SELECT FROM henk.upload_attempts a WHERE a.upload = f.upload AND a.given_up) AS is_given_up
FROM henk.landed_files f LEFT JOIN businesses b ON b.slug = f.business
LEFT JOIN (
    SELECT business_id, henk.upload_identity(upload) AS identity, string_agg(
        concat_ws('|', status, rules, options, coalesce(error, ''), campaign_ids, may_come_again), E'\\n' ORDER BY started_at, id) AS said
    FROM lead_imports GROUP BY 1, 2) i ON i.business_id = b.id AND i.identity = henk.upload_identity(f.upload)
CROSS JOIN LATERAL (SELECT md5(concat_ws('|', b.default_country, f.signature, i.said)) AS state) s
"""


@contextmanager
def alone_planning(connection: psycopg.Connection) -> Iterator[None]:
    """Keep others from planning a night at the same time; wait until who does has ended. A process that dies lets go."""
    connection.execute("SELECT pg_advisory_lock(hashtextextended('henk.plan', 0))")
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute("SELECT pg_advisory_unlock(hashtextextended('henk.plan', 0))")
        connection.commit()


def known_files(connection: psycopg.Connection, rules: str) -> list[Known]:
    """All landed files that have been received. `rules`: the digest of the rules there are; what was settled under others is not."""
    with connection.cursor(row_factory=class_row(Known)) as cursor:
        return cursor.execute(KNOWN, {"rules": rules}).fetchall()


def known_signatures(connection: psycopg.Connection) -> dict[str, str]:
    """Of landed files that have been received: location → signature of the state that was."""
    return dict(connection.execute("SELECT file_location, signature FROM henk.landed_files").fetchall())


def remember_files(connection: psycopg.Connection, files: Iterable[tuple[str, str, str, str]]) -> None:
    """Keep which upload landed files have become: their location, business, signature and upload. What was given up is tried again."""
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
    """Forget landed files: what lies there is received anew."""
    connection.execute("DELETE FROM henk.landed_files WHERE file_location = ANY (%s)", [list(locations)])


def settle_files(connection: psycopg.Connection, settled: Iterable[Known]) -> None:
    """Keep that nothing is left to be done for these, as long as their import's record and the rules stay as they are."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE henk.landed_files SET settled = %s WHERE file_location = %s AND signature = %s",
            [(one.state, one.file_location, one.signature) for one in settled],
        )


def note_launch(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Keep that runs of these uploads are asked for now."""
    connection.execute("UPDATE henk.landed_files SET launched_at = now(), launches = launches + 1 WHERE upload = ANY (%s)", [list(uploads)])


def note_look(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Record that these uploads were looked at and still wait for something: no sensor asks for another look at once."""
    connection.execute("UPDATE henk.landed_files SET launched_at = now() WHERE upload = ANY (%s)", [list(uploads)])


def forget_launches(connection: psycopg.Connection) -> None:
    """A night begins: what was asked for in vain before may be asked for as often again."""
    connection.execute("UPDATE henk.landed_files SET launches = 0 WHERE launches > 0")


def lost_launches(connection: psycopg.Connection) -> list[str]:
    """Uploads that were asked for and of which nothing has come: not even the record of an import that began. Up to three times a night, after
    5, 10 and 20 minutes.
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


def hold_run(connection: psycopg.Connection, run_id: str, uploads: Sequence[str]) -> None:
    """Let no other process work on these uploads while this connection lives; wait until those that do have ended.

    With a lock of the run's own, too, by which others see that it lives. Session locks: they end with the process.
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
    """Keep that a run begins with these uploads. A row that is still there is of a run that died."""
    connection.execute(
        """INSERT INTO henk.upload_attempts (upload, run_id, uploads) SELECT upload, %(run)s, %(count)s FROM unnest(%(uploads)s::text[]) AS upload
        ON CONFLICT (upload) DO UPDATE SET run_id = excluded.run_id, uploads = excluded.uploads, error = NULL, begun_at = now(), given_up = false,
            is_data = false,
            alone = upload_attempts.alone + CASE WHEN upload_attempts.uploads = 1 AND upload_attempts.error IS NULL THEN 1 ELSE 0 END""",
        {"run": run_id, "count": len(uploads), "uploads": list(uploads)},
    )
    connection.commit()


def fail_attempts(connection: psycopg.Connection, run_id: str, error: str, *, is_data: bool) -> None:
    """Record of what a run failed, where one of its uploads may be the cause. `is_data`: the data is, not the environment."""
    connection.execute("UPDATE henk.upload_attempts SET error = %s, is_data = %s WHERE run_id = %s", [error, is_data, run_id])
    connection.commit()


def end_attempts(connection: psycopg.Connection, run_id: str) -> None:
    """Forget the attempts of a run that has ended and has nothing to blame its uploads for."""
    connection.execute("DELETE FROM henk.upload_attempts WHERE run_id = %s AND error IS NULL", [run_id])
    connection.commit()


def forget_attempts(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Forget what happened with these uploads."""
    connection.execute("DELETE FROM henk.upload_attempts WHERE upload = ANY (%s)", [list(uploads)])


def give_up(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Let no night run these again as they are."""
    connection.execute("UPDATE henk.upload_attempts SET given_up = true WHERE upload = ANY (%s)", [list(uploads)])


def ended_attempts(connection: psycopg.Connection) -> list[Attempt]:
    """Attempts whose run is no longer under way: it failed, or its process died. Those that were given up are left aside."""
    with connection.cursor(row_factory=class_row(Attempt)) as cursor:
        every = cursor.execute(
            """SELECT a.upload, a.run_id, a.uploads, a.alone, a.error, a.is_data, EXISTS (
                SELECT FROM henk.landed_files f WHERE f.upload = a.upload AND f.launched_at > greatest(a.begun_at, now() - interval '2 min')
            ) AS is_launched
            FROM henk.upload_attempts a WHERE NOT a.given_up ORDER BY a.upload"""
        ).fetchall()
    connection.commit()
    under_way = {run_id for run_id in {one.run_id for one in every} if is_run_held(connection, run_id)}
    return [one for one in every if one.run_id not in under_way]
