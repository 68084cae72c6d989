"""People by their e-mail, phone or id, for a privacy request. The database defines what erasing means, in erase_lead."""

from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import class_row


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


def count_ended_calls(connection: psycopg.Connection, business_id: UUID) -> int:
    """Return how many of the business's campaign leads have ended because the person opted out."""
    row = connection.execute("SELECT count(*) FROM campaign_leads WHERE business_id = %s AND status = 'dnc'", [business_id]).fetchone()
    return int(row[0]) if row else 0
