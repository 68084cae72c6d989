"""Smart lists: find the ones to refresh, refresh one, preview criteria, and explain a membership. The database does it (schemas/postgres, 0061).

Every function works inside the caller's transaction.
"""

from collections.abc import Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb


class ListToRefresh(NamedTuple):
    """A list that refreshes itself."""

    id: UUID
    name: str


def businesses_with_changes(connection: psycopg.Connection) -> list[tuple[UUID, str]]:
    """Return id and slug of the businesses whose lists may have other members since the last refresh."""
    return connection.execute(
        """SELECT b.id, b.slug FROM businesses b WHERE EXISTS (SELECT FROM henk.list_changes c WHERE c.business_id = b.id)
            OR EXISTS (SELECT FROM lead_lists l WHERE l.business_id = b.id AND l.filter_criteria IS NOT NULL AND l.list_type <> 'static'
                AND l.refresh = 'auto' AND NOT l.is_archived AND l.refresh_error IS NULL
                -- Relative days: the business's midnight has passed since.
                AND (l.refreshed_at IS NULL OR l.criteria_changed_at > l.refreshed_at
                    OR l.refreshed_at < henk.start_of_day(henk.zone_of(b.id), now(), '0 days')))
        ORDER BY b.slug"""
    ).fetchall()


def take_changes(connection: psycopg.Connection, business_id: UUID) -> int:
    """Take the changes that are committed now, which the refresh that follows sees, and note that it is under way; return that note.

    The note is a change until `forget_taken_changes`: of a refresh that never ends, because its process is killed, no change is lost.
    """
    connection.execute("DELETE FROM henk.list_changes WHERE business_id = %s", [business_id])
    row = connection.execute(
        """INSERT INTO henk.list_changes (business_id, transaction) VALUES (%s, -pg_current_xact_id()::text::bigint)
        RETURNING transaction""",
        [business_id],
    ).fetchone()
    if row is None:
        raise RuntimeError("INSERT … RETURNING gave no row")
    return int(row[0])


def forget_taken_changes(connection: psycopg.Connection, business_id: UUID, note: int) -> None:
    """Forget changes that lists follow now. Where another refresh has begun since, its own note stays."""
    connection.execute("DELETE FROM henk.list_changes WHERE business_id = %s AND transaction = %s", [business_id, note])


def lists_to_refresh(connection: psycopg.Connection, business_id: UUID) -> list[ListToRefresh]:
    """Return the lists of a business that refresh themselves, those that others name first."""
    rows = connection.execute("SELECT id, name FROM henk.lists_to_refresh(%s)", [business_id])
    return [ListToRefresh(*row) for row in rows.fetchall()]


def refresh_list(connection: psycopg.Connection, list_id: UUID, *, force: bool = False, run_id: str | None = None) -> dict[str, Any]:
    """Refresh a list; waits until no import of the business runs.

    Args:
        connection: A connection to PostgreSQL.
        list_id: The list.
        force: Apply also what would be held.
        run_id: The run of Dagster, kept with the refresh.

    Returns:
        The report: `list`, `status` (done, unchanged, held), `matched`, `entered`, `left`, `pinned`, `excluded`, `members`, `held`,
            `campaigns` and `ms`.

    Raises:
        psycopg.errors.InvalidParameterValue: The list has no criteria, is archived or frozen, or its criteria are no longer valid.
    """
    row = connection.execute("SELECT henk.refresh_list(%s, %s, 'refresh', %s)", [list_id, force, run_id]).fetchone()
    return dict(row[0]) if row else {}


def keep_failure(connection: psycopg.Connection, list_id: UUID, error: str, run_id: str | None) -> None:
    """Record that a refresh failed; the same error once. Of a list that has nothing to refresh (static, archived, frozen) nothing is recorded."""
    connection.execute(
        """WITH failed AS (UPDATE lead_lists SET refresh_error = %(error)s WHERE id = %(list)s AND refresh_error IS DISTINCT FROM %(error)s
                AND filter_criteria IS NOT NULL AND list_type <> 'static' AND refresh <> 'frozen' AND NOT is_archived
            RETURNING id, business_id, filter_criteria)
        INSERT INTO list_refreshes (business_id, lead_list_id, cause, criteria, started_at, finished_at, status, error, run_id)
        SELECT business_id, id, 'refresh', filter_criteria, now(), clock_timestamp(), 'failed', %(error)s, %(run)s FROM failed""",
        {"error": error, "list": list_id, "run": run_id},
    )


def follow_static_lists(connection: psycopg.Connection, business_id: UUID) -> list[dict[str, Any]]:
    """Let campaigns that mirror static lists of a business have their members; return what was done, an assignment a row."""
    row = connection.execute("SELECT henk.follow_static_lists(%s)", [business_id]).fetchone()
    return list(row[0]) if row else []


def preview(
    connection: psycopg.Connection,
    business_id: UUID,
    criteria: dict[str, Any],
    list_id: UUID | None = None,
    campaign_id: UUID | None = None,
) -> dict[str, Any]:
    """Return what criteria would find, as preview_lead_filter does; `{"slow": True}` if that takes more than the statement timeout.

    Raises:
        psycopg.errors.InvalidParameterValue: The criteria are not valid.
    """
    values = [business_id, Jsonb(criteria), list_id, campaign_id]
    row = connection.execute("SELECT henk.preview_filter(%s, %s, %s, %s)", values).fetchone()
    return dict(row[0]) if row else {}


def explain(connection: psycopg.Connection, list_id: UUID, lead_id: UUID) -> dict[str, Any]:
    """Return why a lead is on a list, or is not."""
    row = connection.execute("SELECT henk.explain_member(%s, %s)", [list_id, lead_id]).fetchone()
    return dict(row[0]) if row else {}


def freeze(connection: psycopg.Connection, list_id: UUID, name: str) -> UUID:
    """Make a static list of the members that a list has now; return its id."""
    row = connection.execute("SELECT henk.freeze_list(%s, %s)", [list_id, name]).fetchone()
    if row is None:
        raise RuntimeError("SELECT gave no row")
    return UUID(str(row[0]))


def pin(connection: psycopg.Connection, list_id: UUID, lead_id: UUID) -> bool:
    """Pin a lead to a list, whatever its criteria say; return whether anything changed."""
    row = connection.execute("SELECT henk.pin_lead(%s, %s)", [list_id, lead_id]).fetchone()
    return bool(row and row[0])


def exclude(connection: psycopg.Connection, list_id: UUID, lead_id: UUID, reason: str | None) -> bool:
    """Exclude a lead from a list, whatever its criteria say; return whether anything changed."""
    row = connection.execute("SELECT henk.exclude_lead(%s, %s, %s)", [list_id, lead_id, reason]).fetchone()
    return bool(row and row[0])


def add_list(connection: psycopg.Connection, business_id: UUID, name: str, values: dict[str, Any]) -> UUID:
    """Add a list with criteria (`filter_criteria`), which is filled at once; return its id.

    Raises:
        psycopg.errors.InvalidParameterValue: The criteria are not valid.
    """
    row = connection.execute(
        """INSERT INTO lead_lists (business_id, name, list_type, filter_criteria, description, tags, refresh, max_leave)
        VALUES (%s, %s, 'dynamic', %s, %s, to_jsonb(%s::text[]), %s, coalesce(%s, 0.3)) RETURNING id""",
        [
            business_id,
            name,
            Jsonb(values["filter_criteria"]),
            values.get("description"),
            list(values.get("tags") or ()),
            values.get("refresh") or "auto",
            values.get("max_leave"),
        ],
    ).fetchone()
    if row is None:
        raise RuntimeError("INSERT … RETURNING gave no row")
    return UUID(str(row[0]))


def find_leads(connection: psycopg.Connection, business_id: UUID, contact: str) -> list[UUID]:
    """Return the leads of a business with an id, e-mail or telephone; a telephone is read in the business's country."""
    rows = connection.execute(
        """SELECT l.id FROM leads l JOIN businesses b ON b.id = l.business_id
        WHERE l.business_id = %(business)s AND (l.id::text = lower(%(contact)s) OR l.email = henk.normalise_email(%(contact)s)
            OR henk.normalise_phone(%(contact)s, b.default_country::text) IN (l.phone, l.mobile_phone)) ORDER BY l.id""",
        {"business": business_id, "contact": contact},
    )
    return [lead for (lead,) in rows.fetchall()]


def list_events(connection: psycopg.Connection, list_id: UUID, limit: int) -> list[dict[str, Any]]:
    """Return the last events of a list, the newest first: who entered or left, when and why."""
    return _rows(
        connection,
        """SELECT e.at, e.event, e.cause, concat_ws(' ', l.first_name, l.last_name) AS name, coalesce(l.email, l.phone, l.mobile_phone) AS contact,
            e.lead_id FROM lead_list_events e LEFT JOIN leads l ON l.id = e.lead_id WHERE e.lead_list_id = %s ORDER BY e.id DESC LIMIT %s""",
        [list_id, limit],
    )


def list_refreshes(connection: psycopg.Connection, list_id: UUID, limit: int) -> list[dict[str, Any]]:
    """Return the last refreshes of a list that changed it, were held or failed, the newest first."""
    return _rows(
        connection,
        """SELECT finished_at AS at, cause, status, matched, entered, left_out AS "left", pinned, excluded, error FROM list_refreshes
        WHERE lead_list_id = %s ORDER BY finished_at DESC, id LIMIT %s""",
        [list_id, limit],
    )


def unsettled_lists(connection: psycopg.Connection, hours: float, slow_ms: int) -> dict[str, list[dict[str, Any]]]:
    """Return the lists that refresh themselves and are not fresh, held, or slow, each with its business.

    Args:
        connection: A connection to PostgreSQL.
        hours: A list is fresh for so long.
        slow_ms: A refresh that takes longer is slow.
    """
    lists: LiteralString = """FROM lead_lists l JOIN businesses b ON b.id = l.business_id
        WHERE l.filter_criteria IS NOT NULL AND l.list_type <> 'static'
        AND l.refresh = 'auto' AND NOT l.is_archived AND """
    return {
        "stale": _rows(
            connection,
            "SELECT b.slug AS business, l.name::text AS list, l.refreshed_at, l.refresh_error AS error "
            + lists
            + "(l.refresh_error IS NOT NULL OR l.refreshed_at IS NULL OR l.refreshed_at < now() - make_interval(secs => %s * 3600)) ORDER BY 1, 2",
            [hours],
        ),
        "held": _rows(
            connection,
            "SELECT b.slug AS business, l.name::text AS list, l.held ->> 'reason' AS reason, (l.held ->> 'entered')::integer AS entered, "
            "(l.held ->> 'left')::integer AS \"left\" " + lists + "l.held IS NOT NULL ORDER BY 1, 2",
            [],
        ),
        "slow": _rows(
            connection,
            "SELECT b.slug AS business, l.name::text AS list, l.refresh_ms AS ms " + lists + "l.refresh_ms > %s ORDER BY 1, 2",
            [slow_ms],
        ),
    }


def _rows(connection: psycopg.Connection, query: LiteralString, bound: Sequence[Any]) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, bound).fetchall()
