"""Leads, list members and provenance into PostgreSQL: what is new by COPY, the rest by COPY to staging tables and one statement a table.

Every function works inside the caller's transaction, with the business locked; the caller decides who is who and what wins.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from henk_pipeline.postgres.frames import copy_in, copy_out, copy_pieces_in

TEXT_COLUMNS = (
    "first_name", "last_name", "email", "phone", "mobile_phone", "company", "title", "department", "street", "city", "state", "postal_code",
    "country", "timezone", "preferred_language", "lead_source", "description", "notes", "source", "source_id",
)  # fmt: skip
CONSENT_COLUMNS = ("do_not_call", "dnc", "do_not_email", "email_opt_out")
OBJECT_SCHEMA: dict[str, Any] = {
    "birth_date": pl.String,
    "first_gift_date": pl.Date, "last_gift_date": pl.Date, "last_gift_amount": pl.Float64, "total_gifts": pl.Float64, "gift_count": pl.Int64,
}  # fmt: skip
LEAD_SCHEMA: dict[str, Any] = {
    "id": pl.String,
    **dict.fromkeys(TEXT_COLUMNS, pl.String),
    **dict.fromkeys(CONSENT_COLUMNS, pl.Boolean),
    "last_activity_at": pl.Datetime("us", "UTC"),
    **OBJECT_SCHEMA,
    "version": pl.Int64,  # which transaction wrote it
}
# A key that more leads have says too little to look at them all: what finding people costs must not grow with the leads there are.
MOST_OF_A_KEY = 50
# Keys of the table staged_keyed, as the indexes leads_match_keys and lead_import_rows_lost_keys have them. A name and a place say too little by
# themselves: a lead must share two of these, or one key that says more.
LIKELY_KEYS = """WITH weak AS (SELECT DISTINCT unnest(henk.match_keys(%(business)s, s.first_name, NULL, NULL, NULL, s.city, s.postal_code, NULL)
        || henk.match_keys(%(business)s, NULL, s.last_name, NULL, NULL, s.city, s.postal_code, NULL)) AS key FROM staged_keyed s),
    every AS (SELECT DISTINCT key FROM staged_keyed s CROSS JOIN LATERAL
        unnest(henk.match_keys(%(business)s, s.first_name, s.last_name, s.email, s.street, s.city, s.postal_code, s.birth_date)) key)
    INSERT INTO staged_keys SELECT ARRAY[e.key], CASE WHEN w.key IS NULL THEN 2 ELSE 1 END, true FROM every e LEFT JOIN weak w ON w.key = e.key"""
SURE_KEYS = """INSERT INTO staged_keys
    SELECT DISTINCT ARRAY[hashtextextended('e' || henk.email_key(email), hashtextextended(%(business)s::text, 0))], 2, true
    FROM staged_keyed WHERE email IS NOT NULL"""
PHONE_KEYS = """INSERT INTO staged_keys SELECT ARRAY[hashtextextended('p' || phone, hashtextextended(%(business)s::text, 0))], 2, false
    FROM (SELECT phone FROM staged_keyed WHERE phone IS NOT NULL UNION SELECT mobile_phone FROM staged_keyed WHERE mobile_phone IS NOT NULL) p"""
KEYED_COLUMNS = (
    "source", "source_id", "first_name", "last_name", "email", "phone", "mobile_phone", "street", "city", "postal_code", "birth_date",
)  # fmt: skip
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
# Of leads whose fields a merge left as they are, only tags and custom fields may still say something new.
MAY_CHANGE = pl.col("changed") | (pl.col("tags") != "[]") | (pl.col("custom_fields") != "{}")
WRITTEN_COLUMNS = (*TEXT_COLUMNS, *CONSENT_COLUMNS, "last_activity_at", "lead_score", "quality_rating", "score_breakdown")


def lock_business(connection: psycopg.Connection, business_id: UUID) -> None:
    """Wait until no other transaction loads for this business, then keep others out until the end of this one."""
    connection.execute("SELECT henk.lock_business(%s)", [business_id])


def new_ids(count: int) -> pl.Series:
    """UUIDs of version 7 (RFC 9562), ascending: rows written in their order fill the indexes from one side."""
    now = time.time_ns() // 1_000_000
    # 12 + 6 bits behind the millisecond count upwards; past 2^18 ids the millisecond moves on.
    parts = [_ids_of(now + number, min(2**18, count - (number << 18))) for number in range(-(-count // 2**18))]
    return pl.concat([pl.Series("id", dtype=pl.String), *parts])


def _ids_of(milliseconds: int, count: int) -> pl.Series:
    high = f"{milliseconds:012x}"
    starts = pl.Series([f"{high[:8]}-{high[8:]}-7{number:03x}-" for number in range(2**12)])
    variants = pl.Series([f"{0x80 | number:02x}" for number in range(2**6)])
    random = pl.Series([os.urandom(7 * count).hex()]).str.extract_all("[0-9a-f]{14}").explode()
    counter = pl.int_range(count, eager=True)
    parts = {"start": starts.gather(counter // 64), "variant": variants.gather(counter % 64), "random": random}
    last = pl.col("random")
    return pl.DataFrame(parts).select(pl.concat_str("start", "variant", last.str.slice(0, 2), pl.lit("-"), last.str.slice(2))).to_series()


def fetch_by_email(connection: psycopg.Connection, business_id: UUID, emails: pl.Series) -> pl.DataFrame:
    """Leads of the business that have one of these e-mail addresses, as it is written (LEAD_SCHEMA, ordered by `id`)."""
    connection.execute("CREATE TEMP TABLE staged_emails (email text NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_emails", emails.drop_nulls().unique().sort().alias("email").to_frame())
    query = sql.SQL("""SELECT {columns} FROM staged_emails s CROSS JOIN LATERAL (
        SELECT l.xmin, l.* FROM leads l WHERE l.business_id = (SELECT {business}::uuid) AND l.email = s.email OFFSET 0) l""").format(
        columns=_lead_columns("l."), business=sql.Literal(business_id)
    )
    with _by_index(connection):
        known = copy_out(connection, query, LEAD_SCHEMA)
    connection.execute("DROP TABLE staged_emails")
    return known.sort("id")


@contextmanager
def _by_index(connection: psycopg.Connection) -> Iterator[None]:
    """Key by key (OFFSET 0) and by index, whatever the planner knows of a table that has just been filled: joined, it reads all leads there are.

    And not for this business (SELECT): of one that the statistics do not know yet it expects no leads, and reads all there are for each key.
    """
    connection.execute("SET LOCAL enable_seqscan = off")
    yield
    connection.execute("SET LOCAL enable_seqscan = on")


def fetch_known(connection: psycopg.Connection, business_id: UUID, people: pl.DataFrame, *, likely: bool = True) -> pl.DataFrame:
    """Leads of the business that may be one of these people: that share an id, a telephone, an e-mail address in its one form or, if `likely`
    duplicates are wanted, another key of `henk.match_keys` with one of them, or had one of the first.

    Takes: source, source_id, first_name, last_name, email, phone, mobile_phone, birth_date and, if `likely`, street, city, postal_code.
    Gives: LEAD_SCHEMA, each lead once, ordered by `id`. What it costs grows with `people`, not with the leads there are.
    """
    told = people.select(name for name in KEYED_COLUMNS if name in people.columns)
    connection.execute(
        "CREATE TEMP TABLE staged_keyed (source text, source_id text, first_name text, last_name text, email text, phone text, "
        "mobile_phone text, street text, city text, postal_code text, birth_date text) ON COMMIT DROP"
    )
    copy_in(connection, "staged_keyed", told)
    connection.execute(
        "CREATE TEMP TABLE staged_keys (keys bigint[] NOT NULL, weight integer NOT NULL, of_leads boolean NOT NULL) ON COMMIT DROP"
    )
    connection.execute(LIKELY_KEYS if likely else SURE_KEYS, {"business": business_id})
    connection.execute(PHONE_KEYS, {"business": business_id})
    connection.execute("ANALYZE staged_keyed, staged_keys")
    found = sql.SQL("""
        CREATE TEMP TABLE staged_found ON COMMIT DROP AS
        SELECT id FROM (SELECT unnest(found.ids) AS id, k.weight FROM (SELECT * FROM staged_keys WHERE of_leads) k
            CROSS JOIN LATERAL (SELECT array_agg(few.id) AS ids FROM (
            SELECT l.id FROM leads l WHERE henk.match_keys(l.business_id, l.first_name, l.last_name, l.email, l.street, l.city, l.postal_code,
                l.custom_fields ->> 'birth_date') @> k.keys LIMIT {most} + 1) few) found
            WHERE cardinality(found.ids) <= {most}) shared GROUP BY id HAVING sum(weight) >= 2
        UNION SELECT found.id FROM (SELECT phone FROM staged_keyed UNION SELECT mobile_phone FROM staged_keyed) k CROSS JOIN LATERAL (
            SELECT l.id FROM leads l WHERE l.business_id = (SELECT {business}::uuid) AND l.phone = k.phone
            UNION ALL SELECT l.id FROM leads l WHERE l.business_id = (SELECT {business}::uuid) AND l.mobile_phone = k.phone OFFSET 0) found
        UNION SELECT found.id FROM staged_keyed k CROSS JOIN LATERAL (
            SELECT l.id FROM leads l WHERE l.business_id = (SELECT {business}::uuid) AND l.source = k.source
                AND l.source_id = k.source_id OFFSET 0) found
        UNION SELECT found.lead_id FROM staged_keys k CROSS JOIN LATERAL (
            SELECT r.lead_id FROM lead_import_rows r WHERE henk.lost_keys(r.business_id, r.lost) @> k.keys AND r.lost IS NOT NULL
                AND NOT r.taken_back OFFSET 0) found
        UNION SELECT found.kept_lead_id FROM staged_keys k CROSS JOIN LATERAL (
            SELECT m.kept_lead_id FROM lead_merges m WHERE henk.lost_keys(m.business_id, m.lost) @> k.keys AND m.lost IS NOT NULL
                AND m.taken_apart_at IS NULL OFFSET 0) found""").format(business=sql.Literal(business_id), most=sql.Literal(MOST_OF_A_KEY))
    with _by_index(connection):
        connection.execute(found)
        connection.execute("ANALYZE staged_found")
        query = sql.SQL("SELECT {columns} FROM leads WHERE business_id = {business} AND id IN (SELECT id FROM staged_found)").format(
            columns=_lead_columns(), business=sql.Literal(business_id)
        )
        known = copy_out(connection, query, LEAD_SCHEMA)
    connection.execute("DROP TABLE staged_keyed, staged_keys, staged_found")
    return known.sort("id")


def fetch_lost(connection: psycopg.Connection, ids: pl.Series) -> pl.DataFrame:
    """What files and merged leads said of these leads in vain: `id` and the fields of KEYED_COLUMNS, null where nothing was said, one line each."""
    fields = sql.SQL(", ").join(sql.SQL("lost ->> {}").format(sql.Literal(name)) for name in KEYED_COLUMNS)
    query = sql.SQL("""SELECT DISTINCT lead_id, {fields} FROM (
        SELECT r.lead_id, r.lost FROM lead_import_rows r WHERE r.lead_id = ANY ({ids}) AND r.lost IS NOT NULL AND NOT r.taken_back
        UNION ALL SELECT m.kept_lead_id, m.lost FROM lead_merges m
        WHERE m.kept_lead_id = ANY ({ids}) AND m.lost IS NOT NULL AND m.taken_apart_at IS NULL) said""").format(
        fields=fields, ids=sql.Literal([UUID(one) for one in ids])
    )
    return copy_out(connection, query, {"id": pl.String, **dict.fromkeys(KEYED_COLUMNS, pl.String)})


def fetch_leads(connection: psycopg.Connection, ids: pl.Series) -> pl.DataFrame:
    """The leads with these ids (LEAD_SCHEMA)."""
    query = sql.SQL("SELECT {columns} FROM leads WHERE id = ANY ({ids})").format(
        columns=_lead_columns(), ids=sql.Literal([UUID(one) for one in ids])
    )
    return copy_out(connection, query, LEAD_SCHEMA)


def count_leads(connection: psycopg.Connection, business_id: UUID) -> int:
    """How many leads a business has."""
    row = connection.execute("SELECT count(*) FROM leads WHERE business_id = %s", [business_id]).fetchone()
    return row[0] if row else 0


def fetch_apart(connection: psycopg.Connection, business_id: UUID, leads: pl.DataFrame) -> pl.DataFrame:
    """Pairs of leads that somebody has decided are different. Takes: `row` and `id`. Gives: `left`, `right`, the rows of both (Int64)."""
    query = sql.SQL("SELECT lead_id, other_lead_id FROM lead_duplicate_candidates WHERE business_id = {} AND decision = 'different'")
    pairs = copy_out(connection, query.format(sql.Literal(business_id)), {"lead_id": pl.String, "other_lead_id": pl.String})
    both = pairs.join(leads, left_on="lead_id", right_on="id").join(leads, left_on="other_lead_id", right_on="id", suffix="_other")
    return both.select(pl.min_horizontal("row", "row_other").alias("left"), pl.max_horizontal("row", "row_other").alias("right"))


def merge_leads(connection: psycopg.Connection, import_id: UUID, merges: pl.DataFrame) -> None:
    """Merge leads for good, until somebody takes it apart: `lead_id` stays, `dropped` goes, `probability` (1 for a sure match)."""
    connection.execute("CREATE TEMP TABLE staged_merges (lead_id uuid, dropped uuid, probability double precision) ON COMMIT DROP")
    copy_in(connection, "staged_merges", merges.select("lead_id", "dropped", "probability"))
    connection.execute(
        "SELECT henk.merge_into(lead_id, dropped, %s, probability) FROM (SELECT * FROM staged_merges ORDER BY lead_id, dropped) m",
        [import_id],
    )
    connection.execute("DROP TABLE staged_merges")


def keep_candidates(connection: psycopg.Connection, business_id: UUID, pairs: pl.DataFrame) -> None:
    """Pairs to be decided on: `lead_id` < `other_lead_id`, `match_probability`, `agreement` (JSON). One that is decided is not asked again."""
    connection.execute(
        "CREATE TEMP TABLE staged_pairs (lead_id uuid, other_lead_id uuid, match_probability double precision, agreement jsonb) ON COMMIT DROP"
    )
    copy_in(connection, "staged_pairs", pairs.select("lead_id", "other_lead_id", "match_probability", "agreement"))
    connection.execute(
        """INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, agreement)
        SELECT %s, lead_id, other_lead_id, match_probability, agreement FROM staged_pairs ORDER BY lead_id, other_lead_id
        ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET match_probability = EXCLUDED.match_probability, agreement = EXCLUDED.agreement
        WHERE lead_duplicate_candidates.decision = 'open'""",
        [business_id],
    )
    connection.execute("DROP TABLE staged_pairs")


def _lead_columns(prefix: str = "") -> sql.Composed:
    of = sql.SQL(prefix)
    columns: list[sql.Composable] = [of + sql.Identifier(column) for column in ("id", *TEXT_COLUMNS, *CONSENT_COLUMNS, "last_activity_at")]
    members = [of + sql.SQL("custom_fields ->> {}").format(sql.Literal(field)) for field in OBJECT_SCHEMA]
    return sql.SQL(", ").join([*columns, *members, of + sql.SQL("xmin::text::bigint")])


def insert_leads(connection: psycopg.Connection, business_id: UUID, pieces: Iterable[pl.DataFrame]) -> None:
    """Insert new leads: `lead_id`, ascending, WRITTEN_COLUMNS, `tags` (JSON array) and `custom_fields` (JSON object without nulls).

    The pieces are made in a thread of their own, and must not use the connection.
    """
    owned = [pl.col("lead_id").alias("id"), pl.lit(str(business_id)).alias("business_id")]
    copy_pieces_in(connection, "leads", (piece.select(*owned, *WRITTEN_COLUMNS, "tags", "custom_fields") for piece in pieces))


def update_leads(connection: psycopg.Connection, people: pl.DataFrame, update_mode: str) -> pl.DataFrame:
    """Update known leads; what would not change is not written, nor what somebody else has written since the lead was read.

    Takes: `line`, `lead_id`, `version` (of the lead as it was read), `changed` (Boolean), `replaced` (JSON object), WRITTEN_COLUMNS, `tags`
    (JSON array), `custom_fields` and `members` (JSON objects without nulls). Gives: of each that changes `line`, and what was `replaced` and
    `written` (JSON objects).
    """
    nobody = {"line": pl.Int64, "replaced": pl.String, "written": pl.String}
    if not people.height:
        return pl.DataFrame(schema=nobody)
    connection.execute(
        "CREATE TEMP TABLE staged_known (line integer, lead_id uuid, version bigint, replaced jsonb, members jsonb, tags jsonb, "
        "custom_fields jsonb) ON COMMIT DROP"
    )
    copy_in(connection, "staged_known", people.select("line", "lead_id", "version", "replaced", "members", "tags", "custom_fields"))
    connection.execute("ANALYZE staged_known")
    changes = CHANGES.format(mode=sql.Literal(update_mode))
    connection.execute(sql.SQL("CREATE TEMP TABLE staged_changes ON COMMIT DROP AS SELECT lead_id FROM ({}) c").format(changes))
    connection.execute(
        """WITH locked AS (SELECT FROM leads WHERE id IN (SELECT lead_id FROM staged_changes) ORDER BY id FOR NO KEY UPDATE)
        SELECT count(*) FROM locked"""
    )
    # Whoever has written one of them has ended by now, and nobody else can begin until this transaction ends.
    connection.execute("DELETE FROM staged_known k WHERE NOT EXISTS (SELECT FROM staged_changes c WHERE c.lead_id = k.lead_id)")
    connection.execute(sql.SQL("CREATE TEMP TABLE staged_objects ON COMMIT DROP AS {}").format(changes))
    lines = copy_out(connection, sql.SQL("SELECT line FROM staged_objects"), {"line": pl.Int64})
    connection.execute(
        sql.SQL("CREATE TEMP TABLE staged_updates ON COMMIT DROP AS SELECT 0 AS line, id AS lead_id, {} FROM leads WITH NO DATA").format(
            sql.SQL(", ").join(map(sql.Identifier, WRITTEN_COLUMNS))
        )
    )
    copy_in(connection, "staged_updates", people.join(lines, on="line", how="semi").select("line", "lead_id", *WRITTEN_COLUMNS))
    connection.execute("ANALYZE staged_updates, staged_objects")
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
            FROM (SELECT to_jsonb(s) || jsonb_build_object('tags', o.tags, 'custom_fields', o.custom_fields)) AS w (row),
                jsonb_object_keys(o.replaced) k WHERE w.row ? k)
        FROM staged_objects o JOIN staged_updates s ON s.line = o.line"""),
        nobody,
    )
    connection.execute("DROP TABLE staged_known, staged_changes, staged_objects, staged_updates")
    return updated


def write_provenance(connection: psycopg.Connection, business_id: UUID, import_id: UUID, pieces: Iterable[pl.DataFrame]) -> None:
    """Which line of the file became which lead: `pieces` have `line`, `lead_id`, `action`, `replaced` and `written` (JSON) for every accepted or
    duplicate row, `matched_by` (JSON: how it came to the lead) and `lost` (JSON: what it said in vain).

    An import that is loaded again keeps its first words: what it inserted stays `inserted`, the oldest replaced values stay.
    """
    told = (pl.col("line").alias("line_number"), "lead_id", "action", "replaced", "written", "matched_by", "lost")
    again = connection.execute("SELECT FROM lead_import_rows WHERE import_id = %s LIMIT 1", [import_id]).rowcount
    if not again:
        owned = [pl.lit(str(import_id)).alias("import_id"), pl.lit(str(business_id)).alias("business_id")]
        copy_pieces_in(connection, "lead_import_rows", (piece.select(*owned, *told).sort("line_number") for piece in pieces))
        return
    connection.execute(
        "CREATE TEMP TABLE staged_rows (line_number integer NOT NULL, lead_id uuid NOT NULL, action text, replaced jsonb, written jsonb, "
        "matched_by jsonb, lost jsonb) ON COMMIT DROP"
    )
    copy_pieces_in(connection, "staged_rows", (piece.select(told) for piece in pieces))
    connection.execute(
        """INSERT INTO lead_import_rows AS known (import_id, business_id, line_number, lead_id, action, replaced, written, matched_by,
            lost)
        SELECT %s, %s, r.line_number, r.lead_id, r.action, r.replaced, r.written, r.matched_by, r.lost
        FROM staged_rows r
        ORDER BY r.line_number
        ON CONFLICT (import_id, line_number) DO UPDATE SET
            lead_id = EXCLUDED.lead_id,
            matched_by = coalesce(known.matched_by, EXCLUDED.matched_by),
            lost = coalesce(EXCLUDED.lost, known.lost),
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


def find_list(connection: psycopg.Connection, business_id: UUID, name: str) -> UUID | None:
    """The id of the business's list of that name, of several the oldest; archived ones are passed over."""
    row = connection.execute(
        "SELECT id FROM lead_lists WHERE business_id = %s AND name = %s AND NOT is_archived ORDER BY created_at, id LIMIT 1",
        [business_id, name],
    ).fetchone()
    return row[0] if row else None


class ListToFill(NamedTuple):
    """A list by its name, and what it is made with if it is new. `criteria` (schemas/filter_criteria.schema.json): who belongs on it."""

    name: str
    description: str | None = None
    tags: tuple[str, ...] = ()
    criteria: dict[str, Any] | None = None


def fill_list(connection: psycopg.Connection, business_id: UUID, import_id: UUID, wanted: ListToFill, leads: pl.Series) -> UUID:
    """The list of that name, made if there is none, with every one of `leads` (ids) a member that meets its criteria. Gives: its id.

    Raises: psycopg.errors.InvalidParameterValue for criteria that are none.
    """
    list_id = find_list(connection, business_id, wanted.name)
    is_new = list_id is None
    if list_id is None:
        # Named after its import: undoing that takes it back, if nothing else has come to it.
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


def filter_error(connection: psycopg.Connection, criteria: dict[str, Any]) -> str | None:
    """What is wrong with filter criteria, by the database's own word; None if nothing is. Leaves the connection in no transaction."""
    try:
        connection.execute("SELECT henk.compile_filter(%s)", [Jsonb(criteria)])
    except psycopg.errors.InvalidParameterValue as error:
        return error.diag.message_primary
    finally:
        connection.rollback()
    return None


def find_erased(connection: psycopg.Connection, business_id: UUID, keys: pl.DataFrame, received_at: datetime) -> pl.DataFrame:
    """Which rows are of people who were erased after the file was received: a backfill must not bring them back.

    Takes: `line`, `kind` (email, phone, others are passed over) and `key`. Gives: `line` (Int64), each once.
    """
    anybody = "SELECT FROM suppressions WHERE business_id = %s AND reason = 'erased' LIMIT 1"
    if not connection.execute(anybody, [business_id]).rowcount:
        return pl.DataFrame(schema={"line": pl.Int64})
    connection.execute("CREATE TEMP TABLE staged_people (line bigint NOT NULL, kind text NOT NULL, key text NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_people", keys.select("line", "kind", "key"))
    query = sql.SQL("""SELECT DISTINCT p.line FROM staged_people p JOIN suppressions s ON s.business_id = {business} AND s.channel = p.kind
        AND s.value = henk.fingerprint({business}, p.key) AND s.reason = 'erased' AND s.added_at > {received}""").format(
        business=sql.Literal(business_id), received=sql.Literal(received_at)
    )
    erased = copy_out(connection, query, {"line": pl.Int64})
    connection.execute("DROP TABLE staged_people")
    return erased


def suppress(connection: psycopg.Connection, business_id: UUID, opt_outs: pl.DataFrame, reason: str, source: str = "csv_import") -> int:
    """Keep opt-outs (`channel` phone or email, `value` normalised) for good. Gives: how many are new.

    The database then takes the people out of calls that are still to come. What is suppressed already keeps its first reason.
    """
    connection.execute("CREATE TEMP TABLE staged_opt_outs (channel text NOT NULL, value text NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_opt_outs", opt_outs.select("channel", "value"))
    added = connection.execute(
        """INSERT INTO suppressions (business_id, channel, value, reason, source)
        SELECT %s, channel, value, %s, %s FROM staged_opt_outs ORDER BY channel, value
        ON CONFLICT (business_id, channel, value) DO NOTHING""",
        [business_id, reason, source],
    ).rowcount
    connection.execute("DROP TABLE staged_opt_outs")
    return added
