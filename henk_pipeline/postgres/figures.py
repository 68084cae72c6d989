"""The figures of one business, campaign or list, for `henk … show`. Lists of all of them are in businesses.py."""

from collections.abc import Mapping
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

# Of leads `l`: the parts into which a list or a business falls, for the caller. Each lead is in one of them.
PARTS: LiteralString = """
    count(*) AS leads,
    count(*) FILTER (WHERE has_phone AND NOT opted_out AND NOT unclear) AS leads_to_call,
    count(*) FILTER (WHERE opted_out AND NOT unclear) AS leads_opted_out,
    count(*) FILTER (WHERE unclear) AS leads_unclear,
    count(*) FILTER (WHERE NOT has_phone AND NOT opted_out AND NOT unclear) AS leads_without_phone,
    count(*) FILTER (WHERE quality_rating = 'hot') AS hot, count(*) FILTER (WHERE quality_rating = 'warm') AS warm,
    count(*) FILTER (WHERE quality_rating = 'cold') AS cold, count(*) FILTER (WHERE quality_rating = 'unrated') AS unrated"""
# A lead whose consent is unclear has do_not_call until a person decides.
FACTS: LiteralString = """
    coalesce(l.phone, l.mobile_phone) IS NOT NULL AS has_phone, l.consent_unclear IS NOT NULL AS unclear, l.quality_rating,
    EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id) AS opted_out"""


def business_figures(connection: psycopg.Connection, business_id: UUID) -> dict[str, Any]:
    """Return what a business is and has: leads by whether they may be called, lists, campaigns and imports by status, suppressions by channel."""
    figures = _row(
        connection,
        f"""SELECT b.slug, b.name, b.id, b.default_country::text AS country, b.timezone, b.status::text AS status,
            henk.publishable(b.created_at) AS created_at, p.*,
            (SELECT count(*) FROM lead_lists l WHERE l.business_id = b.id AND NOT l.is_archived) AS lists,
            (SELECT count(*) FROM lead_lists l WHERE l.business_id = b.id AND l.is_archived) AS archived_lists,
            (SELECT count(*) FROM lead_duplicate_candidates d WHERE d.business_id = b.id AND d.decision = 'open') AS duplicates_to_decide,
            (SELECT max(i.finished_at) FROM lead_imports i WHERE i.business_id = b.id AND i.status IN ('loaded', 'partial')) AS last_import
        FROM businesses b CROSS JOIN LATERAL (SELECT {PARTS} FROM (SELECT {FACTS} FROM leads l WHERE l.business_id = b.id) f) p
        WHERE b.id = %(id)s""",  # noqa: S608 - our own column lists
        {"id": business_id},
    )
    for name, query in (
        ("campaigns", "SELECT status::text, count(*) FROM campaigns WHERE business_id = %s GROUP BY 1 ORDER BY 1"),
        ("imports", "SELECT status, count(*) FROM lead_imports WHERE business_id = %s GROUP BY 1 ORDER BY 1"),
        ("suppressions", "SELECT channel, count(*) FROM suppressions WHERE business_id = %s GROUP BY 1 ORDER BY 1"),
    ):
        figures[name] = dict(connection.execute(query, [business_id]).fetchall())
    return figures


def campaign_figures(connection: psycopg.Connection, campaign_id: UUID) -> dict[str, Any]:
    """Return what a campaign is and how far it is: its terms, leads by status, attempts, amounts, and its lists with what became of each."""
    figures = _row(
        connection,
        """SELECT c.name::text, c.id, c.status::text AS status, c.description, henk.publishable(c.start_date) AS "start",
            henk.publishable(c.end_date) AS "end",
            c.call_window_start::text AS call_from, c.call_window_end::text AS call_until, c.max_attempts, c.daily_call_cap AS daily_cap,
            henk.publishable(c.budget) AS budget,
            c.goal_metric AS goal, c.exclude_dnc, c.dedupe_by_phone, n.leads, n.attempts, n.pledged, n.donated, n.last_attempt
        FROM campaigns c CROSS JOIN LATERAL (SELECT count(*) AS leads, coalesce(sum(l.attempts), 0) AS attempts,
            coalesce(sum(henk.publishable(l.pledged_amount)), 0) AS pledged, coalesce(sum(henk.publishable(l.donated_amount)), 0) AS donated,
            max(henk.publishable(l.last_attempt_at)) AS last_attempt
            FROM campaign_leads l WHERE l.campaign_id = c.id) n WHERE c.id = %(id)s""",
        {"id": campaign_id},
    )
    query = "SELECT status::text, count(*) FROM campaign_leads WHERE campaign_id = %s GROUP BY 1 ORDER BY 1"
    figures["leads_by_status"] = dict(connection.execute(query, [campaign_id]).fetchall())
    figures["lists"] = _rows(
        connection,
        """SELECT l.name::text AS list, a.priority, a.follow, CASE WHEN a.is_active THEN 'active' ELSE 'inactive' END AS state,
            a.total_leads AS leads, a.contacted_leads AS contacted, a.successful_leads AS converted, a.max_attempts_override AS max_attempts, l.id
        FROM campaign_lead_lists a JOIN lead_lists l ON l.id = a.lead_list_id WHERE a.campaign_id = %(id)s ORDER BY a.priority, l.name, l.id""",
        {"id": campaign_id},
    )
    return figures


def list_figures(connection: psycopg.Connection, list_id: UUID) -> dict[str, Any]:
    """Return what a list is and has: leads by whether they may be called and by quality, its campaigns and its last ten imports."""
    figures = _row(
        connection,
        f"""SELECT ll.name::text, ll.id, ll.list_type AS type, CASE WHEN ll.is_archived THEN 'archived' ELSE 'in use' END AS state,
            ll.description, ll.tags, ll.color, ll.source, ll.filter_criteria AS "where", ll.refresh, ll.refreshed_at,
            henk.is_smart(ll) AND coalesce(ll.criteria_changed_at > ll.refreshed_at, ll.refreshed_at IS NULL) AS is_stale,
            ll.held ->> 'reason' AS held,
            ll.refresh_error, ll.max_leave, (SELECT count(*) FROM lead_list_members m WHERE m.lead_list_id = ll.id AND m.origin = 'pinned') AS pinned,
            (SELECT count(*) FROM lead_list_exclusions x WHERE x.lead_list_id = ll.id) AS excluded,
            henk.publishable(ll.created_at) AS created_at, p.*
        FROM lead_lists ll CROSS JOIN LATERAL (SELECT {PARTS} FROM (SELECT {FACTS}
            FROM lead_list_members m JOIN leads l ON l.id = m.lead_id WHERE m.lead_list_id = ll.id) f) p WHERE ll.id = %(id)s""",  # noqa: S608 - our own column lists
        {"id": list_id},
    )
    figures["campaigns"] = _rows(
        connection,
        """SELECT c.name::text AS campaign, c.status::text AS status, a.priority, a.follow, a.total_leads AS leads, a.contacted_leads AS contacted,
            a.successful_leads AS converted, c.id
        FROM campaign_lead_lists a JOIN campaigns c ON c.id = a.campaign_id WHERE a.lead_list_id = %(id)s ORDER BY c.name, c.id""",
        {"id": list_id},
    )
    figures["imports"] = _rows(
        connection,
        """SELECT i.file_name AS file, i.status, i.finished_at AS finished, i.rows_read AS rows, i.rows_accepted AS accepted,
            i.rows_rejected AS rejected, i.rows_duplicate AS duplicate, i.id
        FROM lead_imports i WHERE i.lead_list_id = %(id)s ORDER BY i.started_at DESC, i.id LIMIT 10""",
        {"id": list_id},
    )
    return figures


def _rows(connection: psycopg.Connection, query: LiteralString, bound: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, bound).fetchall()


def _row(connection: psycopg.Connection, query: LiteralString, bound: Mapping[str, Any]) -> dict[str, Any]:
    rows = _rows(connection, query, bound)
    if not rows:
        raise LookupError("It has been removed in the meantime.")
    return rows[0]
