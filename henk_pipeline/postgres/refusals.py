"""Uploads that were refused as a whole (henk.refused_uploads), those of unknown businesses included. Rejected rows are in imports.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg.rows import class_row


class Refusal(NamedTuple):
    """A refused upload. `run_id`: the run that reports it; `state` changes with its manifest and reason."""

    upload: str
    business: str
    file_name: str
    list_name: str
    reason: str
    state: str
    run_id: str
    first_refused_at: datetime
    last_refused_at: datetime


COLUMNS: LiteralString = "upload, business, file_name, list_name, reason, state, run_id, first_refused_at, last_refused_at"


def keep_refusal(connection: psycopg.Connection, refusal: dict[str, Any]) -> None:
    """Record that an upload was refused. One that is refused in the same state again keeps the run that reports it.

    Args:
        connection: A connection to PostgreSQL; the caller commits.
        refusal: upload, business, file_name, list_name, reason, state, run_id.
    """
    connection.execute(
        """INSERT INTO henk.refused_uploads AS r (upload, business, file_name, list_name, reason, state, run_id)
        VALUES (%(upload)s, %(business)s, %(file_name)s, %(list_name)s, %(reason)s, %(state)s, %(run_id)s)
        ON CONFLICT (upload) DO UPDATE SET reason = excluded.reason, state = excluded.state, last_refused_at = now(),
            run_id = CASE WHEN r.state = excluded.state THEN r.run_id ELSE excluded.run_id END,
            first_refused_at = CASE WHEN r.state = excluded.state THEN r.first_refused_at ELSE now() END""",
        refusal,
    )


def forget_refusals(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Forget the refusals of uploads that are loaded, also those under another key for the same business, bytes and list."""
    connection.execute(
        """DELETE FROM henk.refused_uploads r USING unnest(%s::text[]) AS loaded
        WHERE henk.upload_identity(r.upload) = henk.upload_identity(loaded)""",
        [list(uploads)],
    )


def forget_old_refusals(connection: psycopg.Connection, before: datetime) -> int:
    """Forget refusals from before a moment whose file has been replaced or taken out of the landing folder since, and return their number."""
    return connection.execute(
        """DELETE FROM henk.refused_uploads r WHERE last_refused_at < %s
        AND NOT EXISTS (SELECT FROM henk.landed_files f WHERE f.upload = r.upload)""",
        [before],
    ).rowcount


def list_refusals(connection: psycopg.Connection, uploads: Sequence[str] | None = None) -> list[Refusal]:
    """Return the refusals of these uploads, or all, newest first."""
    with connection.cursor(row_factory=class_row(Refusal)) as cursor:
        return cursor.execute(
            f"""SELECT {COLUMNS} FROM henk.refused_uploads WHERE %(uploads)s::text[] IS NULL OR upload = ANY (%(uploads)s)
            ORDER BY last_refused_at DESC, upload""",  # noqa: S608 - our own column names
            {"uploads": None if uploads is None else list(uploads)},
        ).fetchall()


def list_refusals_without_import(connection: psycopg.Connection, limit: int = 100) -> list[Refusal]:
    """Return the refusals that no import record shows, newest first: the business is not known."""
    with connection.cursor(row_factory=class_row(Refusal)) as cursor:
        return cursor.execute(
            f"""SELECT {COLUMNS} FROM henk.refused_uploads r WHERE NOT EXISTS (
                SELECT FROM lead_imports i JOIN businesses b ON b.id = i.business_id
                WHERE b.slug = r.business AND henk.upload_identity(i.upload) = henk.upload_identity(r.upload))
            ORDER BY last_refused_at DESC, upload LIMIT %s""",  # noqa: S608 - our own column names
            [limit],
        ).fetchall()


def move_report(connection: psycopg.Connection, uploads: Sequence[str], run_id: str) -> None:
    """Have this run report these refusals: the one that was to do so ended before."""
    connection.execute("UPDATE henk.refused_uploads SET run_id = %s WHERE upload = ANY (%s)", [run_id, list(uploads)])
