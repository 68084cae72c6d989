"""Values of an import's file that its leads do not have, because another row or the existing lead had another value."""

from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import class_row

MAX_EXAMPLES = 5
# `lost` of a line names what its lead kept otherwise. A gift field of a lead is a member of its custom fields, as every custom field is.
VALUES = """
WITH discarded AS (
    SELECT r.line_number, r.lead_id, r.action = 'merged' AS is_merged, e.key AS field,
        CASE e.key WHEN 'tags' THEN (SELECT string_agg(t, ', ') FROM jsonb_array_elements_text(e.value) t) ELSE e.value #>> '{}' END AS value
    FROM lead_import_rows r CROSS JOIN LATERAL jsonb_each(r.lost - 'custom_fields') e
    WHERE r.import_id = %(import)s AND r.lost IS NOT NULL AND NOT r.taken_back
    UNION ALL
    SELECT r.line_number, r.lead_id, r.action = 'merged', e.key, e.value #>> '{}'
    FROM lead_import_rows r CROSS JOIN LATERAL jsonb_each(r.lost -> 'custom_fields') e
    WHERE r.import_id = %(import)s AND r.lost ? 'custom_fields' AND NOT r.taken_back
), numbered AS (
    SELECT *, count(*) OVER (PARTITION BY field) AS rows, row_number() OVER (PARTITION BY field ORDER BY line_number, value) AS number
    FROM discarded
)
SELECT n.field, n.rows::int, n.line_number AS line, n.value, n.is_merged,
    CASE n.field WHEN 'tags' THEN (SELECT string_agg(t, ', ') FROM jsonb_array_elements_text(l.tags) t)
        ELSE coalesce(to_jsonb(l) ->> n.field, l.custom_fields ->> n.field) END AS kept
FROM numbered n LEFT JOIN leads l ON l.id = n.lead_id
WHERE n.number <= %(examples)s ORDER BY n.rows DESC, n.field, n.number
"""


class DiscardedValue(NamedTuple):
    """A value of the file that its lead does not have.

    `rows`: number of rows of the import with such a value of this `field`; `is_merged`: the row is a duplicate of another row of the file;
    `kept`: the value that the lead has now.
    """

    field: str
    rows: int
    line: int
    value: str | None
    is_merged: bool
    kept: str | None


def find_discarded(connection: psycopg.Connection, import_id: UUID | str | None, examples: int = MAX_EXAMPLES) -> list[DiscardedValue]:
    """Return values of an import's file that its leads do not have, the field of most rows first.

    Args:
        connection: Of the database.
        import_id: The import; None for an upload that has none, of which nothing is discarded.
        examples: Values of a field, at most, in the order of the file.
    """
    if import_id is None:
        return []
    with connection.cursor(row_factory=class_row(DiscardedValue)) as cursor:
        bound: dict[str, Any] = {"import": import_id, "examples": examples}
        return cursor.execute(VALUES, bound).fetchall()


def count_discarded(connection: psycopg.Connection, import_id: UUID | str | None) -> dict[str, int]:
    """Return how many rows of an import have a value that their lead does not have, by field, most first."""
    return {value.field: value.rows for value in find_discarded(connection, import_id, examples=1)}
