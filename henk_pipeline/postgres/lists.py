"""Lists: find, make and fill them, and validate filter criteria. Every function works inside the caller's transaction."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from henk_pipeline.postgres.frames import copy_in
from henk_pipeline.postgres.ids import new_ids


def find_list(connection: psycopg.Connection, business_id: UUID, name: str) -> UUID | None:
    """Return the id of the business's list of a name, the oldest of several; archived ones are ignored."""
    row = connection.execute(
        "SELECT id FROM lead_lists WHERE business_id = %s AND name = %s AND NOT is_archived ORDER BY created_at, id LIMIT 1",
        [business_id, name],
    ).fetchone()
    return row[0] if row else None


class PresentCriteria(NamedTuple):
    """How a list that exists finds its members: by `criteria` if it `is_smart`, and when (`refresh`)."""

    is_smart: bool
    criteria: dict[str, Any] | None
    refresh: str


def find_criteria(connection: psycopg.Connection, business_id: UUID, name: str) -> PresentCriteria | None:
    """Return how the business's list of a name finds its members; None if there is no such list."""
    row = connection.execute(
        "SELECT henk.is_smart(l), l.filter_criteria, l.refresh FROM lead_lists l WHERE l.id = %s",
        [find_list(connection, business_id, name)],
    ).fetchone()
    return PresentCriteria(*row) if row else None


class UnknownListError(LookupError):
    """The business has no such list; the message names those it has."""


def find_list_to_change(connection: psycopg.Connection, business_id: UUID, name_or_id: str) -> tuple[UUID, str]:
    """Return id and name of the list of that id or name: of several of one name one in use before archived ones, then the oldest.

    Raises:
        UnknownListError: The business has no such list.
    """
    row = connection.execute(
        """SELECT id, name FROM lead_lists WHERE business_id = %(business)s AND (name = %(wanted)s OR id::text = lower(%(wanted)s))
        ORDER BY id::text = lower(%(wanted)s) DESC, is_archived, created_at, id LIMIT 1""",
        {"business": business_id, "wanted": name_or_id},
    ).fetchone()
    if row is not None:
        return row[0], row[1]
    names = connection.execute(
        "SELECT string_agg(name, ', ' ORDER BY name) FROM (SELECT name FROM lead_lists WHERE business_id = %s ORDER BY name LIMIT 20) l",
        [business_id],
    ).fetchone()
    others = f"It has: {names[0]}." if names and names[0] else "It has none yet: an import makes them."
    raise UnknownListError(f"The business has no list {name_or_id!r}. {others}")


def find_archived(connection: psycopg.Connection, business_id: UUID, names: Sequence[str]) -> str | None:
    """Return the first of these names that only archived lists of the business have; None if there is none."""
    row = connection.execute(
        """SELECT n.name FROM unnest(%(names)s::text[]) WITH ORDINALITY n (name, place)
        WHERE EXISTS (SELECT FROM lead_lists l WHERE l.business_id = %(business)s AND l.name = n.name)
            AND NOT EXISTS (SELECT FROM lead_lists l WHERE l.business_id = %(business)s AND l.name = n.name AND NOT l.is_archived)
        ORDER BY n.place LIMIT 1""",
        {"business": business_id, "names": list(names)},
    ).fetchone()
    return row[0] if row else None


class ListToFill(NamedTuple):
    """A list by its name, and the values it is made with if it is new.

    `criteria` (schemas/filter_criteria.schema.json) choose its members; `refreshes`: among all leads of the business, for good.
    """

    name: str
    description: str | None = None
    tags: tuple[str, ...] = ()
    criteria: dict[str, Any] | None = None
    refreshes: bool = False


def fill_list(connection: psycopg.Connection, business_id: UUID, import_id: UUID, wanted: ListToFill, leads: pl.Series) -> UUID:
    """Add every one of `leads` (ids) that meets its criteria to the list of a name, made if there is none.

    Returns:
        The id of the list.

    Raises:
        psycopg.errors.InvalidParameterValue: The criteria are not valid.
    """
    connection.execute("SELECT henk.lock_lists(%s)", [business_id])  # before any row: refreshes and clients do so, too
    list_id = find_list(connection, business_id, wanted.name)
    is_new = list_id is None
    if wanted.refreshes and (is_new or _is_refreshed(connection, list_id)):
        return list_id or _add_smart_list(connection, business_id, import_id, wanted)
    if list_id is None:
        # Named after its import: undoing that removes the list, if nothing else was added to it.
        row = connection.execute(
            """INSERT INTO lead_lists (business_id, name, description, tags, source, source_id)
            VALUES (%s, %s, %s, to_jsonb(%s::text[]), 'csv_import', %s) RETURNING id""",
            [business_id, wanted.name, wanted.description, list(wanted.tags), str(import_id)],
        ).fetchone()
        if row is None:
            raise RuntimeError("INSERT … RETURNING gave no row")
        list_id = row[0]
    ids = leads.alias("lead_id").sort().to_frame()
    if is_new and wanted.criteria is None:
        owned = {"business_id": business_id, "lead_list_id": list_id, "import_id": import_id}
        members = ids.with_columns(new_ids(ids.height), *(pl.lit(str(value)).alias(name) for name, value in owned.items()))
        copy_in(connection, "lead_list_members", members)
        return list_id
    connection.execute("CREATE TEMP TABLE staged_members (lead_id uuid NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_members", ids)
    connection.execute("ANALYZE staged_members")
    chosen, values = "SELECT lead_id FROM staged_members", []
    if wanted.criteria is not None:
        chosen = "SELECT * FROM henk.matching_leads(%s, %s, ARRAY(SELECT lead_id FROM staged_members))"
        values = [business_id, Jsonb(wanted.criteria)]
    connection.execute(
        sql.SQL("""INSERT INTO lead_list_members (business_id, lead_list_id, lead_id, import_id)
        SELECT %s, %s, chosen.lead_id, %s FROM ({}) AS chosen (lead_id)
        WHERE NOT EXISTS (SELECT FROM lead_list_members m WHERE m.lead_list_id = %s AND m.lead_id = chosen.lead_id) ORDER BY chosen.lead_id
        ON CONFLICT (lead_list_id, lead_id) DO NOTHING""").format(sql.SQL(chosen)),
        [business_id, list_id, import_id, *values, list_id],
    )
    connection.execute("DROP TABLE staged_members")
    return list_id


def _is_refreshed(connection: psycopg.Connection, list_id: UUID | None) -> bool:
    """Refresh a list that finds its members by criteria; return whether it is one. It keeps the criteria that it has."""
    row = connection.execute(
        """SELECT CASE WHEN l.refresh = 'auto' THEN henk.refresh_list(l.id, false, 'import') END FROM lead_lists l
        WHERE l.id = %s AND henk.is_smart(l)""",
        [list_id],
    ).fetchone()
    return row is not None


def _add_smart_list(connection: psycopg.Connection, business_id: UUID, import_id: UUID, wanted: ListToFill) -> UUID:
    """Add a list that the database fills by its criteria, with the leads of the import in it."""
    row = connection.execute(
        """INSERT INTO lead_lists (business_id, name, description, tags, source, source_id, list_type, filter_criteria)
        VALUES (%s, %s, %s, to_jsonb(%s::text[]), 'csv_import', %s, 'dynamic', %s) RETURNING id""",
        [business_id, wanted.name, wanted.description, list(wanted.tags), str(import_id), Jsonb(wanted.criteria)],
    ).fetchone()
    if row is None:
        raise RuntimeError("INSERT … RETURNING gave no row")
    return UUID(str(row[0]))


class UncomparedValue(NamedTuple):
    """Values of a custom field that a criterion cannot compare: what with (number or date), of how many leads, and one of them."""

    custom_field: str
    compared_with: str
    leads: int
    example: str


def find_uncompared(
    connection: psycopg.Connection, business_id: UUID, criteria: dict[str, Any], leads: pl.Series | None = None
) -> list[UncomparedValue]:
    """Return the values that criteria cannot compare in custom fields of these leads (ids; by default of all): such a lead does not meet them."""
    rows = connection.execute(
        "SELECT custom_field, compared_with, leads, left(example, 40) FROM henk.uncompared_values(%s, %s, %s::uuid[]) ORDER BY 1, 2",
        [business_id, Jsonb(criteria), None if leads is None else leads.to_list()],
    )
    return [UncomparedValue(*row) for row in rows]


def find_absent_fields(connection: psycopg.Connection, business_id: UUID, criteria: dict[str, Any], leads: pl.Series) -> list[str]:
    """Return the custom fields that criteria ask for and none of these leads (ids) has; none for no leads.

    A criterion that a field is null asks for leads without it.
    """
    if leads.is_empty():
        return []
    rows = connection.execute(
        """SELECT n.name FROM (
            SELECT DISTINCT c.criterion ->> 'custom_field' AS name
            FROM jsonb_path_query(%s, 'strict $.** ? (@.type() == "object" && exists (@.custom_field) && exists (@.op))') AS c (criterion)
            WHERE c.criterion ->> 'op' <> 'is_null' OR c.criterion -> 'value' = 'false'
        ) n
        WHERE NOT EXISTS (SELECT FROM leads l WHERE l.business_id = %s AND l.id = ANY (%s::uuid[]) AND l.custom_fields ? n.name)
        ORDER BY 1""",
        [Jsonb(criteria), business_id, leads.to_list()],
    )
    return [name for (name,) in rows]


def filter_error(connection: psycopg.Connection, criteria: dict[str, Any]) -> str | None:
    """Return the database's error for filter criteria; None if they are valid. Leaves the connection in no transaction."""
    try:
        connection.execute("SELECT henk.compile_filter(%s)", [Jsonb(criteria)])
    except psycopg.errors.InvalidParameterValue as error:
        return error.diag.message_primary
    finally:
        connection.rollback()
    return None
