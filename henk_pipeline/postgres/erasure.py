"""People by their e-mail, phone or id, for a privacy request. The database defines what erasing means, in erase_lead."""

from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb


class Person(NamedTuple):
    """A lead as a person recognises it."""

    id: UUID
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    mobile_phone: str | None


def find_people(connection: psycopg.Connection, business_id: UUID, contacts: list[str], lead_id: UUID | None) -> list[Person]:
    """Return the business's leads that have one of these contacts, among discarded values too, or this id; the oldest first.

    Args:
        connection: A connection to PostgreSQL.
        business_id: The business.
        contacts: Normalised phones and e-mails.
        lead_id: The id of a lead.
    """
    with connection.cursor(row_factory=class_row(Person)) as cursor:
        return cursor.execute(
            """SELECT id, first_name, last_name, email, phone, mobile_phone FROM leads
            WHERE business_id = %(business)s
                AND (email = ANY (%(contacts)s) OR phone = ANY (%(contacts)s) OR mobile_phone = ANY (%(contacts)s) OR id = %(id)s
                    OR id IN (SELECT said.lead_id FROM unnest(%(contacts)s::text[]) c CROSS JOIN LATERAL henk.lost_keys(%(business)s,
                        jsonb_build_object(CASE WHEN strpos(c, '@') > 0 THEN 'email' ELSE 'phone' END, c)) k (keys) CROSS JOIN LATERAL (
                        SELECT r.lead_id FROM lead_import_rows r WHERE henk.lost_keys(r.business_id, r.lost) @> k.keys AND r.lost IS NOT NULL
                        UNION ALL SELECT m.kept_lead_id FROM lead_merges m WHERE henk.lost_keys(m.business_id, m.lost) @> k.keys
                            AND m.lost IS NOT NULL AND m.taken_apart_at IS NULL) said))
            ORDER BY created_at, id""",
            {"business": business_id, "contacts": contacts, "id": lead_id},
        ).fetchall()


def erase_person(connection: psycopg.Connection, lead_id: UUID) -> dict[str, Any]:
    """Erase a lead and return the report of erase_lead (docs/data-model.md). Works inside the caller's transaction."""
    row = connection.execute("SELECT erase_lead(%s)", [lead_id]).fetchone()
    if row is None:
        raise RuntimeError("erase_lead gave no report")
    report: dict[str, Any] = row[0]
    return report


def erase_contacts(connection: psycopg.Connection, business_id: UUID, emails: list[str], phones: list[str]) -> dict[str, Any]:
    """Erase data with these contacts that belongs to no lead: rejected rows, lines of files whose lead is gone, merges.

    Returns:
        A report with the keys of that of `erase_person`, `lead_id` null.
    """
    row = connection.execute("SELECT henk.erase_contacts(%s, %s, %s)", [business_id, emails, phones]).fetchone()
    if row is None:
        raise RuntimeError("erase_contacts gave no report")
    report: dict[str, Any] = row[0]
    return report


class RejectedRow(NamedTuple):
    """A rejected row: `row` is the row of the file as it was read, `{}` after an erasure; `file_name` that of its file."""

    import_id: UUID
    line_number: int
    file_name: str
    row: dict[str, Any]


def find_rejected_row(connection: psycopg.Connection, business_id: UUID, import_id: UUID, line: int) -> RejectedRow | None:
    """Return the rejected row of a line of an import of the business, None where there is none or it was erased."""
    with connection.cursor(row_factory=class_row(RejectedRow)) as cursor:
        return cursor.execute(
            """SELECT r.import_id, r.line_number, i.file_name, r.row FROM lead_import_rejections r JOIN lead_imports i ON i.id = r.import_id
            WHERE r.business_id = %s AND r.import_id = %s AND r.line_number = %s AND r.row <> '{}' LIMIT 1""",
            [business_id, import_id, line],
        ).fetchone()


def erase_rejected_row(connection: psycopg.Connection, business_id: UUID, row: RejectedRow) -> dict[str, Any]:
    """Blank a rejected row, and those of the same cells in other imports of the business. Works inside the caller's transaction.

    Returns:
        A report with the keys of that of `erase_person`, `lead_id` null.
    """
    blanked = connection.execute(
        """WITH blanked AS (UPDATE lead_import_rejections r SET value = NULL, row = '{}', message = 'erased on request'
            WHERE r.business_id = %s AND (r.row = %s OR (r.import_id = %s AND r.line_number = %s)) RETURNING r.import_id)
        SELECT count(*), coalesce(jsonb_agg(DISTINCT i.upload), '[]') FROM blanked b JOIN lead_imports i ON i.id = b.import_id""",
        [business_id, Jsonb(row.row), row.import_id, row.line_number],
    ).fetchone()
    if blanked is None:
        raise RuntimeError("the erasure of a rejected row gave no report")
    count, uploads = blanked
    return {
        "lead_id": None,
        "campaign_leads_kept_without_name": 0,
        "rejections_blanked": count,
        "uploads": uploads,
        "rows_of_other_tables": {},
    }


def count_ended_calls(connection: psycopg.Connection, business_id: UUID) -> int:
    """Return how many of the business's campaign leads have ended because the person opted out."""
    row = connection.execute("SELECT count(*) FROM campaign_leads WHERE business_id = %s AND status = 'dnc'", [business_id]).fetchone()
    return int(row[0]) if row else 0
