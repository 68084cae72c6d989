"""The records of imports: begin, finish, find, list, their rejected rows. Leads are written in load.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from henk_pipeline.postgres.frames import copy_in

FINISHED = ("loaded", "partial")


class Upload(NamedTuple):
    """The facts of an upload that its import record keeps."""

    key: str
    file_name: str
    size: int
    content_hash: str
    list_name: str


class ImportRecord(NamedTuple):
    """A row of lead_imports, with the names a person knows."""

    id: UUID
    business: str
    upload: str
    file_name: str
    list_name: str
    rules: str
    status: str
    error: str | None
    error_rules: str | None
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_duplicate: int
    leads_inserted: int
    leads_updated: int
    leads_unchanged: int
    lead_list_id: UUID | None
    campaigns: list[str]
    campaign_ids: list[UUID]
    campaign_leads_added: int
    options: dict[str, Any]
    assigned: list[dict[str, Any]] | None
    run_id: str | None
    started_at: datetime
    finished_at: datetime | None


RECORD = """
SELECT i.id, b.slug AS business, i.upload, i.file_name, i.list_name, i.rules, i.status, i.error, i.error_rules,
    i.rows_read, i.rows_accepted, i.rows_rejected, i.rows_duplicate, i.leads_inserted, i.leads_updated, i.leads_unchanged,
    i.lead_list_id, ARRAY(SELECT c.name::text FROM campaigns c WHERE c.id = ANY (i.campaign_ids) ORDER BY c.name) AS campaigns,
    i.campaign_ids, i.campaign_leads_added, i.options, i.assigned, i.run_id, i.started_at, i.finished_at
FROM lead_imports i JOIN businesses b ON b.id = i.business_id
"""


def begin_import(connection: psycopg.Connection, business_id: UUID, upload: Upload, rules: str, run_id: str | None) -> UUID:
    """Return the id of the import of this upload; a new record has status `running`. An existing one keeps its id and state.

    The record shows people that something is under way; only `finish_import` makes it true. One that was
    rejected starts now.
    """
    connection.execute(
        """INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status, run_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, 'running', %s)
        ON CONFLICT (business_id, content_hash, list_name) WHERE status <> 'undone' DO NOTHING""",
        [business_id, upload.key, upload.file_name, upload.size, upload.content_hash, upload.list_name, rules, run_id],
    )
    this = [business_id, upload.content_hash, upload.list_name]
    connection.execute(
        "UPDATE lead_imports SET started_at = now() WHERE business_id = %s AND content_hash = %s AND list_name = %s AND status = 'rejected'",
        this,
    )
    row = connection.execute(
        "SELECT id FROM lead_imports WHERE business_id = %s AND content_hash = %s AND list_name = %s AND status <> 'undone'", this
    ).fetchone()
    if row is None:
        raise RuntimeError("an import that was begun is gone")
    return UUID(str(row[0]))


def find_import(connection: psycopg.Connection, slug: str, content_hash: str, list_name: str) -> ImportRecord | None:
    """Return the import of these bytes for this list, ignoring undone ones."""
    with connection.cursor(row_factory=class_row(ImportRecord)) as cursor:
        return cursor.execute(
            RECORD + "WHERE b.slug = %s AND i.content_hash = %s AND i.list_name = %s AND i.status <> 'undone'",
            [slug, content_hash, list_name],
        ).fetchone()


def find_campaigns(connection: psycopg.Connection, import_id: UUID | str | None) -> list[str]:
    """Return the names of all campaigns that an import's lists were assigned to, also when the file came before; none without an import."""
    rows = connection.execute(
        "SELECT c.name::text FROM campaigns c JOIN lead_imports i ON c.id = ANY (i.campaign_ids) WHERE i.id = %s ORDER BY c.name",
        [import_id],
    )
    return [name for (name,) in rows.fetchall()]


def find_notes(connection: psycopg.Connection, import_id: UUID | str | None) -> list[str]:
    """Return the notes of an import for a person, of its reading and its loading; none for an upload without an import."""
    row = connection.execute("SELECT reading -> 'notes' FROM lead_imports WHERE id = %s", [import_id]).fetchone()
    return list(row[0] or []) if row else []


def lead_counts(connection: psycopg.Connection, import_id: UUID | str | None) -> dict[str, Any]:
    """Return leads_inserted, leads_updated and leads_unchanged of all runs of an import; nothing for an upload without an import."""
    with connection.cursor(row_factory=dict_row) as cursor:
        counts = cursor.execute(
            "SELECT leads_inserted, leads_updated, leads_unchanged FROM lead_imports WHERE id = %s", [import_id]
        ).fetchone()
    return counts or {}


def count_by_campaign(connection: psycopg.Connection, import_id: UUID) -> dict[UUID, int]:
    """Return by campaign how many leads of an import are in it."""
    rows = connection.execute(
        """SELECT cl.campaign_id, count(*) FROM (SELECT DISTINCT lead_id FROM lead_import_rows WHERE import_id = %s) i
        JOIN campaign_leads cl ON cl.lead_id = i.lead_id GROUP BY 1""",
        [import_id],
    )
    return dict(rows.fetchall())


def count_outside(connection: psycopg.Connection, import_id: UUID, campaign_id: UUID) -> tuple[str, int, int]:
    """Return a campaign's name and the numbers of an import's leads that are not in it.

    Returns:
        The name; how many of these leads must not be called; how many are left out by the terms of the
            assignment.
    """
    row = connection.execute(
        """SELECT c.name, count(*) FILTER (WHERE o.blocked), count(*) FILTER (WHERE NOT o.blocked)
        FROM campaigns c LEFT JOIN (
            SELECT i.lead_id, EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = i.lead_id) AS blocked
            FROM (SELECT DISTINCT lead_id FROM lead_import_rows WHERE import_id = %(import)s) i
            WHERE NOT EXISTS (SELECT FROM campaign_leads cl WHERE cl.campaign_id = %(campaign)s AND cl.lead_id = i.lead_id)
        ) o ON true WHERE c.id = %(campaign)s GROUP BY c.name""",
        {"import": import_id, "campaign": campaign_id},
    ).fetchone()
    if row is None:
        raise RuntimeError("a campaign that a list was assigned to is gone")
    return str(row[0]), int(row[1]), int(row[2])


def find_undone(connection: psycopg.Connection, slug: str, content_hash: str, list_name: str) -> ImportRecord | None:
    """Return the undone import of these bytes for this list, unless a user has requested it again.

    Such an import must not be repeated without a request.
    """
    with connection.cursor(row_factory=class_row(ImportRecord)) as cursor:
        return cursor.execute(
            RECORD
            + """WHERE b.slug = %(slug)s AND i.content_hash = %(hash)s AND i.list_name = %(list)s
                AND i.status = 'undone' AND NOT i.may_come_again AND NOT EXISTS (
                    SELECT FROM lead_imports live WHERE live.business_id = i.business_id AND live.content_hash = i.content_hash
                        AND live.list_name = i.list_name AND live.status <> 'undone')
            ORDER BY i.started_at DESC, i.id LIMIT 1""",
            {"slug": slug, "hash": content_hash, "list": list_name},
        ).fetchone()


def let_come_again(connection: psycopg.Connection, slug: str, content_hash: str, list_name: str) -> None:
    """Allow an undone import again, at a user's request: the next run loads it."""
    connection.execute(
        """UPDATE lead_imports i SET may_come_again = true FROM businesses b
        WHERE b.id = i.business_id AND b.slug = %s AND i.content_hash = %s AND i.list_name = %s AND i.status = 'undone' AND NOT i.may_come_again""",
        [slug, content_hash, list_name],
    )


def list_imports(connection: psycopg.Connection, limit: int = 100) -> list[ImportRecord]:
    """Return the newest imports, newest first."""
    with connection.cursor(row_factory=class_row(ImportRecord)) as cursor:
        return cursor.execute(RECORD + "ORDER BY i.started_at DESC, i.id LIMIT %s", [limit]).fetchall()


def is_current(connection: psycopg.Connection, import_id: UUID, rules: str) -> bool:
    """Return whether the import was loaded under these rules.

    Call it with the business locked, so that no other process loads it in between.
    """
    row = connection.execute("SELECT status, rules FROM lead_imports WHERE id = %s", [import_id]).fetchone()
    return row is not None and row[0] in FINISHED and row[1] == rules


def status_of(connection: psycopg.Connection, import_id: UUID) -> str:
    """Return the status of an import."""
    row = connection.execute("SELECT status FROM lead_imports WHERE id = %s", [import_id]).fetchone()
    if row is None:
        raise LookupError(f"There is no import {import_id}.")
    return str(row[0])


def finished_states(connection: psycopg.Connection) -> set[tuple[str, str, int, int]]:
    """Return id, status, campaign_leads_added and finished_at (µs since 1970, UTC) of every import that has ended."""
    query = """SELECT id::text, status, campaign_leads_added, (extract(epoch FROM finished_at) * 1000000)::bigint FROM lead_imports
        WHERE finished_at IS NOT NULL"""
    return set(connection.execute(query).fetchall())


def record_campaigns(
    connection: psycopg.Connection, import_id: UUID, campaign_ids: list[UUID], added: int, terms: list[dict[str, Any]]
) -> None:
    """Keep which campaigns an import's lists were assigned to, under which terms, and how many campaign leads that added in all."""
    connection.execute(
        """UPDATE lead_imports SET campaign_leads_added = campaign_leads_added + %(added)s, assigned = %(terms)s,
            campaign_ids = ARRAY(SELECT DISTINCT id FROM unnest(campaign_ids || %(campaigns)s::uuid[]) AS id ORDER BY id)
        WHERE id = %(import)s AND (%(added)s > 0 OR NOT campaign_ids @> %(campaigns)s::uuid[] OR assigned IS DISTINCT FROM %(terms)s)""",
        {"import": import_id, "campaigns": campaign_ids, "added": added, "terms": Jsonb(terms)},
    )


def reopen_refused(connection: psycopg.Connection, uploads: Sequence[str]) -> None:
    """Have refused uploads run again if their bytes are received again: their records keep the reason, but not the rules it stood under."""
    connection.execute(
        """UPDATE lead_imports i SET rules = '', error_rules = NULL FROM businesses b, unnest(%s::text[]) AS withdrawn
        WHERE b.id = i.business_id AND i.status = 'rejected' AND henk.upload_identity(i.upload) = henk.upload_identity(withdrawn)""",
        [list(uploads)],
    )


def finish_import(connection: psycopg.Connection, import_id: UUID, values: dict[str, Any]) -> None:
    """Write what the import did: columns of lead_imports and their values; dicts as jsonb. Sets finished_at."""
    assignments = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values)
    statement = sql.SQL("UPDATE lead_imports SET {}, finished_at = clock_timestamp() WHERE id = %(_id)s").format(assignments)
    bound = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in values.items()}
    connection.execute(statement, {**bound, "_id": import_id})


def keep_error(connection: psycopg.Connection, import_id: UUID, error: str | None, rules: str) -> None:
    """Record why an import that is loaded was not loaded again, and the digest it was refused under; with no error, forget both."""
    values = {"error": error, "error_rules": None if error is None else rules}
    query = """SELECT FROM lead_imports WHERE id = %(id)s
        AND (error IS DISTINCT FROM %(error)s OR error_rules IS DISTINCT FROM %(error_rules)s)"""
    if connection.execute(query, {**values, "id": import_id}).rowcount:
        finish_import(connection, import_id, values)


def write_rejections(connection: psycopg.Connection, business_id: UUID, import_id: UUID, rejections: pl.DataFrame) -> None:
    """Put `rejections` (line, column, value, rule, message, row) in the place of what the import had."""
    connection.execute("DELETE FROM lead_import_rejections WHERE import_id = %s", [import_id])
    rows = rejections.select(
        pl.lit(str(import_id)).alias("import_id"),
        pl.lit(str(business_id)).alias("business_id"),
        pl.col("line").alias("line_number"),
        pl.col("column").alias("column_name"),
        "value",
        "rule",
        "message",
        "row",
    )
    copy_in(connection, "lead_import_rejections", rows)


def undo_import(connection: psycopg.Connection, import_id: UUID) -> dict[str, Any]:
    """Undo an import, except for what people have worked on since.

    Returns:
        The report of undo_lead_import (docs/data-model.md).

    Raises:
        psycopg.errors.NoDataFound: There is no such import.
        psycopg.errors.ObjectNotInPrerequisiteState: The import is running, or a version without undo has loaded
            it.
    """
    row = connection.execute("SELECT undo_lead_import(%s)", [import_id]).fetchone()
    if row is None:
        raise RuntimeError("undo_lead_import gave no report")
    report: dict[str, Any] = row[0]
    return report


class Rejection(NamedTuple):
    """A broken rule in a row of an import."""

    line_number: int
    column_name: str | None
    value: str | None
    rule: str
    message: str


def list_rejections(connection: psycopg.Connection, import_id: UUID) -> list[Rejection]:
    """Return every rejection of an import, in the order of the file."""
    with connection.cursor(row_factory=class_row(Rejection)) as cursor:
        return cursor.execute(
            "SELECT line_number, column_name, value, rule, message FROM lead_import_rejections WHERE import_id = %s ORDER BY line_number, id",
            [import_id],
        ).fetchall()
