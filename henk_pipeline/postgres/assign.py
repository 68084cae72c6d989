"""Lists to campaigns. What an assignment does stands in the database, in henk.assign_list: clients and the pipeline do the same."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb


@dataclass(frozen=True)
class Terms:
    """How a list is called in a campaign. `criteria` and `max_attempts` None leave what the assignment has, but for what is `forgotten` (`where`,
    `max_attempts_override`). `known`: all of it was told before, and what the assignment has by now stays.
    """

    priority: int = 1
    criteria: dict[str, Any] | None = None
    max_attempts: int | None = None
    forgotten: tuple[str, ...] = ()
    known: bool = False


def assign_list(connection: psycopg.Connection, campaign_id: UUID, list_id: UUID, terms: Terms, import_id: UUID | None = None) -> int:
    """Assign a list to a campaign and give the campaign its members; members who joined since are added, its terms are updated.

    Left out are those the campaign excludes (opt-outs, second leads of a number) and those the assignment's filter does not name. Nothing
    resets how far a call has come. `import_id` is kept with what is new, for undo. Gives: how many campaign leads are new.
    Works inside the caller's transaction.
    """
    kept, asked = None, "SELECT priority FROM campaign_lead_lists WHERE campaign_id = %s AND lead_list_id = %s"
    if terms.known:
        kept = connection.execute(asked, [campaign_id, list_id]).fetchone()
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
    (priority,) = kept or (terms.priority,)
    row = connection.execute("SELECT added FROM henk.assign_list(%s, %s, %s, %s)", [campaign_id, list_id, priority, import_id]).fetchone()
    return int(row[0]) if row else 0
