"""Leads and provenance into PostgreSQL: new rows by COPY, the rest by COPY to staging tables and one statement for each table.

Every function works inside the caller's transaction, with the business locked; the caller decides which rows
are one person and which value is kept.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql

from henk_pipeline.postgres.frames import copy_in, copy_out, copy_pieces_in
from henk_pipeline.postgres.lead_lookup import CONSENT_COLUMNS, TEXT_COLUMNS

# Of staged_known those that change their lead, and how. A lead that was written since it was read changes only in what is as it was then.
CHANGES = sql.SQL("""SELECT line, lead_id, tags, custom_fields, replaced
        || CASE WHEN tags <> old_tags THEN jsonb_build_object('tags', old_tags) ELSE '{{}}' END
        || CASE WHEN custom_fields <> old_custom_fields THEN jsonb_build_object('custom_fields', old_custom_fields) ELSE '{{}}' END
        || old_score AS replaced
    FROM (SELECT s.line, s.lead_id, still.replaced, l.tags AS old_tags, l.custom_fields AS old_custom_fields,
            jsonb_build_object('lead_score', l.lead_score, 'quality_rating', l.quality_rating, 'score_breakdown', l.score_breakdown,
                'updated_at', l.updated_at) AS old_score,
            CASE WHEN {mode} = 'skip' THEN l.tags ELSE l.tags || (s.tags - ARRAY(SELECT jsonb_array_elements_text(l.tags))) END AS tags,
            CASE {mode} WHEN 'skip' THEN l.custom_fields
                WHEN 'overwrite' THEN l.custom_fields || s.custom_fields || still.members
                ELSE s.custom_fields || l.custom_fields || still.members END AS custom_fields
        FROM staged_known s JOIN leads l ON l.id = s.lead_id
        CROSS JOIN LATERAL (SELECT s.replaced, s.members WHERE l.xmin::text::bigint = s.version
            UNION ALL SELECT coalesce(jsonb_object_agg(k, old), '{{}}'),
                coalesce(jsonb_object_agg(k, s.members -> k) FILTER (WHERE s.members ? k), '{{}}')
            FROM jsonb_each(s.replaced) r (k, old)
            WHERE CASE k WHEN 'last_activity_at' THEN (old #>> '{{}}')::timestamptz IS NOT DISTINCT FROM l.last_activity_at
                ELSE old = coalesce((l.custom_fields || to_jsonb(l)) -> k, 'null') END
            HAVING l.xmin::text::bigint <> s.version) still) merged
    WHERE replaced <> '{{}}' OR tags <> old_tags OR custom_fields <> old_custom_fields""")
# Custom fields of staged_known of which their lead has and keeps another value, tags that `skip` leaves out, and custom fields and tags that their
# lead has already.
DISCARDED = """SELECT line, nullif(jsonb_strip_nulls(jsonb_build_object('custom_fields', f.lost, 'tags', t.lost)), '{{}}'),
        nullif(jsonb_strip_nulls(jsonb_build_object('custom_fields', f.names, 'tags', t.shared)), '{{}}')
    FROM staged_known s JOIN leads l ON l.id = s.lead_id CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(name, value) FILTER (WHERE l.custom_fields -> name IS DISTINCT FROM value
                AND ({mode} = 'skip' OR {mode} = 'fill' AND l.custom_fields ? name)) AS lost,
            jsonb_agg(name) FILTER (WHERE l.custom_fields -> name = value) AS names
        FROM jsonb_each(s.custom_fields) e (name, value)) f
    CROSS JOIN LATERAL (SELECT jsonb_agg(tag) FILTER (WHERE l.tags @> tag) AS shared,
        jsonb_agg(tag) FILTER (WHERE {mode} = 'skip' AND NOT l.tags @> tag) AS lost FROM jsonb_array_elements(s.tags) e (tag)) t
    WHERE num_nonnulls(f.lost, f.names, t.shared, t.lost) > 0"""
# Leads whose fields a merge left as they are can still get new tags and custom fields.
MAY_CHANGE = pl.col("changed") | (pl.col("tags") != "[]") | (pl.col("custom_fields") != "{}")
UPDATED_SCHEMA: dict[str, Any] = {"line": pl.Int64, "replaced": pl.String, "written": pl.String}
LOST_SCHEMA: dict[str, Any] = {"line": pl.Int64, "lost": pl.String, "agreed": pl.String}
WRITTEN_COLUMNS = (
    *TEXT_COLUMNS,
    *CONSENT_COLUMNS,
    "consent_unclear",
    "last_activity_at",
    "lead_score",
    "quality_rating",
    "score_breakdown",
)


def begin_loading(connection: psycopg.Connection) -> None:
    """Have the database take no change of leads in this transaction for an edit (henk.lead_edits)."""
    connection.execute("SELECT set_config('henk.importing', 'on', true)")


def insert_leads(connection: psycopg.Connection, business_id: UUID, pieces: Iterable[pl.DataFrame]) -> None:
    """Insert new leads.

    A thread of its own makes the batches; they must not use the connection.

    Args:
        connection: A connection to PostgreSQL; the caller commits.
        business_id: The business.
        pieces: `lead_id`, ascending, WRITTEN_COLUMNS, `tags` (JSON array) and `custom_fields` (JSON object
            without nulls).
    """
    owned = [pl.col("lead_id").alias("id"), pl.lit(str(business_id)).alias("business_id")]
    copy_pieces_in(connection, "leads", (piece.select(*owned, *WRITTEN_COLUMNS, "tags", "custom_fields") for piece in pieces))


def update_leads(connection: psycopg.Connection, people: pl.DataFrame, update_mode: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Update known leads with values that differ, except values that were written since the lead was read.

    Args:
        connection: A connection to PostgreSQL; the caller commits.
        people: `line`, `lead_id`, `version` (of the lead as it was read), `changed` (Boolean), `replaced` (JSON
            object), WRITTEN_COLUMNS, `tags` (JSON array), `custom_fields` and `members` (JSON objects without
            nulls).
        update_mode: `fill`, `overwrite` or `skip`.

    Returns:
        `line`, `replaced` and `written` (JSON objects) of each lead that changes; and `line`, `lost` and `agreed`
            (JSON objects) of those with custom fields of which their lead has and keeps another value, with tags that
            `skip` leaves out, or with custom fields or tags that it has already.
    """
    if not people.height:
        return pl.DataFrame(schema=UPDATED_SCHEMA), pl.DataFrame(schema=LOST_SCHEMA)
    connection.execute(
        "CREATE TEMP TABLE staged_known (line integer, lead_id uuid, version bigint, replaced jsonb, members jsonb, tags jsonb, "
        "custom_fields jsonb) ON COMMIT DROP"
    )
    copy_in(connection, "staged_known", people.select("line", "lead_id", "version", "replaced", "members", "tags", "custom_fields"))
    connection.execute("ANALYZE staged_known")
    lost = pl.DataFrame(schema=LOST_SCHEMA)
    if ((people["custom_fields"] != "{}") | (people["tags"] != "[]")).any():
        lost = copy_out(connection, sql.SQL(DISCARDED).format(mode=sql.Literal(update_mode)), LOST_SCHEMA)
    changes = CHANGES.format(mode=sql.Literal(update_mode))
    connection.execute(sql.SQL("CREATE TEMP TABLE staged_changes ON COMMIT DROP AS SELECT lead_id FROM ({}) c").format(changes))
    connection.execute(
        """WITH locked AS (SELECT FROM leads WHERE id IN (SELECT lead_id FROM staged_changes) ORDER BY id FOR NO KEY UPDATE)
        SELECT count(*) FROM locked"""
    )
    # Other transactions that wrote one of these leads have ended by now, and no other can begin until this one ends.
    connection.execute("DELETE FROM staged_known k WHERE NOT EXISTS (SELECT FROM staged_changes c WHERE c.lead_id = k.lead_id)")
    connection.execute(sql.SQL("CREATE TEMP TABLE staged_objects ON COMMIT DROP AS {}").format(changes))
    lines = copy_out(connection, sql.SQL("SELECT line FROM staged_objects"), {"line": pl.Int64})
    connection.execute(
        sql.SQL("CREATE TEMP TABLE staged_updates ON COMMIT DROP AS SELECT 0 AS line, id AS lead_id, {} FROM leads WITH NO DATA").format(
            sql.SQL(", ").join(map(sql.Identifier, WRITTEN_COLUMNS))
        )
    )
    copy_in(connection, "staged_updates", people.join(lines, on="line", how="semi").select("line", "lead_id", *WRITTEN_COLUMNS))
    connection.execute("ANALYZE staged_updates (line, lead_id), staged_objects (line)")  # of wide texts it takes a fifth of all this
    connection.execute(
        sql.SQL("""UPDATE leads l SET {}, tags = o.tags, custom_fields = o.custom_fields, updated_at = now()
        FROM staged_updates s JOIN staged_objects o ON o.line = s.line WHERE l.id = s.lead_id""").format(
            sql.SQL(", ").join(
                sql.SQL("{0} = CASE WHEN o.replaced ? {1} THEN s.{0} ELSE l.{0} END").format(sql.Identifier(column), sql.Literal(column))
                for column in WRITTEN_COLUMNS
            )
        )
    )
    updated = copy_out(
        connection,
        sql.SQL("""SELECT o.line, o.replaced, (SELECT jsonb_object_agg(k, w.row -> k)
            FROM (SELECT to_jsonb(s) || jsonb_build_object('tags', o.tags, 'custom_fields', o.custom_fields) OFFSET 0) AS w (row),
                jsonb_object_keys(o.replaced) k WHERE w.row ? k)
        FROM staged_objects o JOIN staged_updates s ON s.line = o.line"""),
        UPDATED_SCHEMA,
    )
    connection.execute("DROP TABLE staged_known, staged_changes, staged_objects, staged_updates")
    return updated, lost


def write_provenance(connection: psycopg.Connection, business_id: UUID, import_id: UUID, pieces: Iterable[pl.DataFrame]) -> None:
    """Record which line of the file became which lead.

    An import that is loaded again keeps its first record: the action `inserted` stays, the oldest replaced
    values stay.

    Args:
        connection: A connection to PostgreSQL; the caller commits.
        business_id: The business.
        import_id: The import.
        pieces: For every accepted or duplicate row `line`, `lead_id`, `action`, `replaced` and `written`
            (JSON), `matched_by` (JSON: how the row came to its lead), `lost` (JSON: its discarded values) and
            `agreed` (JSON: the names of its values that the lead had already).
    """
    columns = (pl.col("line").alias("line_number"), "lead_id", "action", "replaced", "written", "matched_by", "lost", "agreed")
    again = connection.execute("SELECT FROM lead_import_rows WHERE import_id = %s LIMIT 1", [import_id]).rowcount
    if not again:
        owned = [pl.lit(str(import_id)).alias("import_id"), pl.lit(str(business_id)).alias("business_id")]
        copy_pieces_in(connection, "lead_import_rows", (piece.select(*owned, *columns).sort("line_number") for piece in pieces))
        return
    connection.execute(
        "CREATE TEMP TABLE staged_rows (line_number integer NOT NULL, lead_id uuid NOT NULL, action text, replaced jsonb, written jsonb, "
        "matched_by jsonb, lost jsonb, agreed jsonb) ON COMMIT DROP"
    )
    copy_pieces_in(connection, "staged_rows", (piece.select(columns) for piece in pieces))
    connection.execute(
        """INSERT INTO lead_import_rows AS known (import_id, business_id, line_number, lead_id, action, replaced, written, matched_by,
            lost, agreed)
        SELECT %s, %s, r.line_number, r.lead_id, r.action, r.replaced, r.written, r.matched_by, r.lost, r.agreed
        FROM staged_rows r
        ORDER BY r.line_number
        ON CONFLICT (import_id, line_number) DO UPDATE SET
            lead_id = EXCLUDED.lead_id,
            matched_by = coalesce(known.matched_by, EXCLUDED.matched_by),
            lost = coalesce(EXCLUDED.lost, known.lost),
            agreed = EXCLUDED.agreed,
            action = CASE WHEN known.lead_id = EXCLUDED.lead_id AND known.action IN ('inserted', 'updated') THEN known.action
                ELSE EXCLUDED.action END,
            replaced = CASE WHEN known.lead_id <> EXCLUDED.lead_id THEN EXCLUDED.replaced
                WHEN known.action = 'inserted' THEN NULL
                ELSE coalesce(EXCLUDED.replaced || known.replaced, EXCLUDED.replaced, known.replaced) END,
            written = CASE WHEN known.lead_id <> EXCLUDED.lead_id THEN EXCLUDED.written
                WHEN known.action = 'inserted' THEN NULL
                ELSE coalesce(known.written || EXCLUDED.written, EXCLUDED.written, known.written) END""",
        [import_id, business_id],
    )
    connection.execute("DROP TABLE staged_rows")


def fetch_actions(connection: psycopg.Connection, import_id: UUID) -> pl.DataFrame:
    """Return what an import did to leads: `lead_id`, and whether it was `inserted`, and `updated` by it."""
    query = sql.SQL(
        "SELECT lead_id, bool_or(action = 'inserted'), bool_or(action = 'updated') FROM lead_import_rows WHERE import_id = {} "
        "AND lead_id IS NOT NULL GROUP BY lead_id"
    ).format(sql.Literal(import_id))
    return copy_out(connection, query, {"lead_id": pl.String, "inserted": pl.Boolean, "updated": pl.Boolean})
