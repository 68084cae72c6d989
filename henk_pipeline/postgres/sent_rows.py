"""Rows that clients sent to create_lead_list_from_csv and the reader of files has not read yet (henk.sent_rows)."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
import psycopg
from psycopg.rows import class_row

from henk_pipeline.postgres.frames import copy_in

STAGED = {
    "id": pl.String,
    "do_not_call": pl.Boolean,
    "dnc": pl.Boolean,
    "do_not_email": pl.Boolean,
    "email_opt_out": pl.Boolean,
    "consent_unclear": pl.String,
}


class SentList(NamedTuple):
    """A list with rows to read; `country` is the default of its business, `newest` the id of its last row."""

    id: UUID
    name: str
    business_id: UUID
    business: str
    country: str
    newest: int


class SentRow(NamedTuple):
    """A row as a client sent it."""

    id: int
    cells: dict[str, Any]


def newest_row(connection: psycopg.Connection) -> int | None:
    """Return the id of the newest row to read; None where there is none."""
    row = connection.execute("SELECT max(id) FROM henk.sent_rows").fetchone()
    return row[0] if row else None


def next_list(connection: psycopg.Connection, passed_by: Sequence[UUID]) -> SentList | None:
    """Return the list with the fewest rows to read, so that a long one holds up no other; not those of `passed_by`."""
    with connection.cursor(row_factory=class_row(SentList)) as cursor:
        return cursor.execute(
            """SELECT l.id, l.name, b.id AS business_id, b.slug AS business, coalesce(b.default_country, '') AS country, s.newest
            FROM (SELECT lead_list_id, count(*) AS rows, max(id) AS newest FROM henk.sent_rows GROUP BY lead_list_id) s
            JOIN lead_lists l ON l.id = s.lead_list_id JOIN businesses b ON b.id = l.business_id
            WHERE l.id <> ALL (%s) ORDER BY s.rows, s.newest LIMIT 1""",
            [list(passed_by)],
        ).fetchone()


def fetch_rows(connection: psycopg.Connection, sent: SentList, after: int, limit: int) -> list[SentRow]:
    """Return the next rows of a list, in the order in which they were sent."""
    with connection.cursor(row_factory=class_row(SentRow)) as cursor:
        return cursor.execute(
            "SELECT id, cells FROM henk.sent_rows WHERE lead_list_id = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s",
            [sent.id, after, sent.newest, limit],
        ).fetchall()


def write_refusals(connection: psycopg.Connection, business_id: UUID, read: pl.DataFrame) -> tuple[int, int]:
    """Write what rows refuse to their leads, and forget the rows.

    A lead about which SQL asked and a person has decided since keeps the decision. A refusal that is certain settles what is unclear.

    Args:
        connection: A connection to PostgreSQL; the caller commits, with the business locked.
        business_id: Whose rows they are.
        read: A row a sent row (STAGED): `id` as text, what it refuses, and in words what it leaves unclear.

    Returns:
        How many leads are opted out or unclear now that were neither before.
    """
    columns = "id bigint, do_not_call boolean, dnc boolean, do_not_email boolean, email_opt_out boolean, consent_unclear text"
    connection.execute(f"CREATE TEMP TABLE staged_refusals ({columns}) ON COMMIT DROP")
    copy_in(connection, "staged_refusals", read.select(list(STAGED)))
    connection.execute(
        """CREATE TEMP TABLE refusing_leads ON COMMIT DROP AS
        SELECT s.lead_id AS id, bool_or(r.do_not_call) AS do_not_call, bool_or(r.dnc) AS dnc, bool_or(r.do_not_email) AS do_not_email,
            bool_or(r.email_opt_out) AS email_opt_out, left(string_agg(DISTINCT r.consent_unclear, '; '), 1000) AS consent_unclear
        FROM staged_refusals r JOIN henk.sent_rows s ON s.id = r.id JOIN leads l ON l.id = s.lead_id
        WHERE (NOT s.was_unclear OR l.do_not_call) GROUP BY s.lead_id"""
    )
    refused = connection.execute(
        """UPDATE leads l SET do_not_call = l.do_not_call OR r.do_not_call, dnc = l.dnc OR r.dnc, do_not_email = l.do_not_email OR r.do_not_email,
            email_opt_out = l.email_opt_out OR r.email_opt_out,
            consent_unclear = CASE WHEN NOT (r.do_not_call OR r.dnc) THEN l.consent_unclear END, updated_at = now()
        FROM refusing_leads r WHERE l.id = r.id AND ((r.do_not_call AND (NOT l.do_not_call OR l.consent_unclear IS NOT NULL))
            OR (r.dnc AND NOT l.dnc) OR (r.do_not_email AND NOT l.do_not_email) OR (r.email_opt_out AND NOT l.email_opt_out))"""
    ).rowcount
    connection.execute(
        """INSERT INTO suppressions (business_id, channel, value, reason, source)
        SELECT DISTINCT %s::uuid, 'email', l.email, 'opted out in a list that was sent', 'csv_import'
        FROM refusing_leads r JOIN leads l ON l.id = r.id WHERE (r.do_not_email OR r.email_opt_out) AND l.email IS NOT NULL
        ON CONFLICT (business_id, channel, value) DO NOTHING""",
        [business_id],
    )
    unclear = connection.execute(
        """UPDATE leads l SET do_not_call = true, consent_unclear = r.consent_unclear, updated_at = now()
        FROM refusing_leads r WHERE l.id = r.id AND r.consent_unclear IS NOT NULL AND NOT l.do_not_call AND NOT l.dnc"""
    ).rowcount
    connection.execute("DELETE FROM henk.sent_rows s USING staged_refusals r WHERE s.id = r.id")
    connection.execute("DROP TABLE staged_refusals, refusing_leads")
    return refused, unclear
