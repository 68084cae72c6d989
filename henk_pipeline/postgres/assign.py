"""Assignment of lists to campaigns. The database does it, in henk.assign_list: clients and the pipeline share it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb


@dataclass(frozen=True)
class Terms:
    """The terms under which a campaign calls a list.

    `criteria` and `max_attempts` None leave the assignment as it is, except for the terms in `forgotten`
    (`where`, `max_attempts_override`). `follow` None leaves how the campaign follows the list. `is_repeated`: the same
    terms were given before, so that the present terms of the assignment stay.
    """

    priority: int = 1
    criteria: dict[str, Any] | None = None
    max_attempts: int | None = None
    forgotten: tuple[str, ...] = ()
    is_repeated: bool = False
    follow: str | None = None


def assign_list(connection: psycopg.Connection, campaign_id: UUID, list_id: UUID, terms: Terms, import_id: UUID | None = None) -> int:
    """Assign a list to a campaign, add its members as campaign leads and update its terms.

    Members who joined the list since are added. Leads that the campaign excludes (opt-outs, second leads of a
    number) and those that the assignment's filter does not name are left out. Nothing resets how far a call has
    come. Works inside the caller's transaction.

    Args:
        connection: A connection to PostgreSQL.
        campaign_id: The campaign.
        list_id: The list.
        terms: The terms of the assignment.
        import_id: Kept with the new rows, for undo.

    Returns:
        The number of new campaign leads.
    """
    # Before any row, as refreshes and clients do.
    connection.execute("SELECT henk.lock_lists(c.business_id) FROM campaigns c WHERE c.id = %s", [campaign_id])
    query = """SELECT id, priority, max_attempts_override, filter_criteria, follow, is_active OR completed_at IS NULL FROM campaign_lead_lists
        WHERE campaign_id = %s AND lead_list_id = %s"""
    before = connection.execute(query, [campaign_id, list_id]).fetchone()
    kept = before if terms.is_repeated else None
    if kept is None and (terms.criteria is not None or terms.max_attempts is not None or terms.forgotten):
        # First the terms, so that the leads are chosen by them.
        connection.execute(
            """INSERT INTO campaign_lead_lists AS a
                (business_id, campaign_id, lead_list_id, priority, filter_criteria, max_attempts_override, import_id)
            SELECT c.business_id, c.id, %(list)s, %(priority)s, %(criteria)s, %(attempts)s, %(import)s FROM campaigns c WHERE c.id = %(campaign)s
            ON CONFLICT (campaign_id, lead_list_id) DO UPDATE SET
                filter_criteria = CASE WHEN 'where' <> ALL (%(forgotten)s) THEN coalesce(EXCLUDED.filter_criteria, a.filter_criteria) END,
                max_attempts_override = CASE WHEN 'max_attempts_override' <> ALL (%(forgotten)s)
                    THEN coalesce(EXCLUDED.max_attempts_override, a.max_attempts_override) END""",
            {"list": list_id, "priority": terms.priority, "criteria": Jsonb(terms.criteria) if terms.criteria is not None else None,
             "attempts": terms.max_attempts, "forgotten": list(terms.forgotten), "import": import_id, "campaign": campaign_id},
        )  # fmt: skip
    priority = kept[1] if kept else terms.priority
    row = connection.execute(
        "SELECT assignment_id, added FROM henk.assign_list(%s, %s, %s, %s)", [campaign_id, list_id, priority, import_id]
    ).fetchone()
    if row is None:
        raise RuntimeError("henk.assign_list gave no assignment")
    if import_id is not None and kept is None:
        _keep_terms(connection, import_id, row[0], terms, before)
    if kept is None and terms.follow is not None:
        set_follow(connection, campaign_id, list_id, terms.follow)
    return int(row[1])


def _keep_terms(connection: psycopg.Connection, import_id: UUID, assignment_id: UUID, terms: Terms, before: tuple[Any, ...] | None) -> None:
    """Keep which terms an import gave an assignment, and what stood `before` (id and terms), so that an undo gives them back."""
    _, priority, max_attempts, criteria, follow, is_assigned = before or (None, 1, None, None, "enter", True)
    given = {
        "priority": terms.priority, "max_attempts_override": terms.max_attempts, "filter_criteria": terms.criteria, "follow": terms.follow,
    }  # fmt: skip
    names = {"where": "filter_criteria"}
    forgotten = {names.get(name, name) for name in terms.forgotten}
    # A list that had been taken off the campaign is on it again.
    says = {name: term for name, term in given.items() if term is not None or name in forgotten} | {"is_active": True}
    replaced = {
        "priority": priority, "max_attempts_override": max_attempts, "filter_criteria": criteria, "follow": follow, "is_active": is_assigned,
    }  # fmt: skip
    # An import that is loaded again replaced what it did the first time.
    connection.execute(
        """UPDATE lead_imports SET assignment_terms = coalesce(assignment_terms, '{}') || jsonb_build_object(%(assignment)s::text,
            jsonb_build_object('says', %(says)s::jsonb, 'replaced', coalesce(assignment_terms -> %(assignment)s::text -> 'replaced', %(replaced)s)))
        WHERE id = %(import)s""",
        {"assignment": str(assignment_id), "says": Jsonb(says), "replaced": Jsonb(replaced), "import": import_id},
    )


def set_follow(connection: psycopg.Connection, campaign_id: UUID, list_id: UUID, follow: str) -> None:
    """Set what later refreshes of a list do to a campaign: frozen, enter or mirror. Set to mirror, it takes effect at once."""
    connection.execute(
        "UPDATE campaign_lead_lists SET follow = %s WHERE campaign_id = %s AND lead_list_id = %s AND follow <> %s",
        [follow, campaign_id, list_id, follow],
    )
