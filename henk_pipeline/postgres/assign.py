"""Lists to campaigns. What an assignment does stands in the database, in henk.assign_list: clients and the pipeline do the same."""

from uuid import UUID

import psycopg


def assign_list(connection: psycopg.Connection, campaign_id: UUID, list_id: UUID, priority: int, import_id: UUID | None = None) -> int:
    """Assign a list to a campaign and give the campaign its members; members who joined since are added, the priority is updated.

    Left out are those the campaign excludes (opt-outs, second leads of a number) and those the assignment's filter does not name. Nothing
    resets how far a call has come. `import_id` is kept with what is new, for undo. Gives: how many campaign leads are new.
    Works inside the caller's transaction.
    """
    row = connection.execute("SELECT added FROM henk.assign_list(%s, %s, %s, %s)", [campaign_id, list_id, priority, import_id]).fetchone()
    return int(row[0]) if row else 0
