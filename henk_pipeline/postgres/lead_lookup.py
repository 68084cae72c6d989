"""Leads as they are read, and which of them an upload's people may be.

They are looked up by key and by index, so that the cost grows with the people, not with the number of leads.
Every function works inside the
caller's transaction.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql

from henk_pipeline.postgres.frames import copy_in, copy_out

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
    "consent_unclear": pl.String,
    "last_activity_at": pl.Datetime("us", "UTC"),
    **OBJECT_SCHEMA,
    "version": pl.Int64,  # which transaction wrote it
}
# A key that more leads have says too little to look at them all: what finding people costs must not grow with the leads there are.
MAX_LEADS_OF_A_KEY = 50
KEYED_COLUMNS = (
    "source", "source_id", "first_name", "last_name", "email", "phone", "mobile_phone", "street", "city", "postal_code", "birth_date",
)  # fmt: skip
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

# Source ids that a file or a merged lead had, and that the lead has not (henk.lost_keys).
SOURCE_KEYS = """INSERT INTO staged_keys
    SELECT DISTINCT ARRAY[henk.source_key(%(business)s, source, source_id)], 2, false FROM staged_keyed WHERE source_id IS NOT NULL"""


def fetch_by_email(
    connection: psycopg.Connection, business_id: UUID, emails: pl.Series, fields: Iterable[str], middle_name: str = "", details: str = ""
) -> pl.DataFrame:
    """Return the leads of the business that have one of these e-mail addresses, as written.

    Args:
        connection: A connection to PostgreSQL.
        business_id: The business.
        emails: The addresses.
        fields: The fields to return.
        middle_name: As `lead_columns` takes it.
        details: As `lead_columns` takes it.

    Returns:
        `id`, by which the leads are ordered, and these fields.
    """
    wanted = ("id", *fields)
    connection.execute("CREATE TEMP TABLE staged_emails (email text NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_emails", emails.drop_nulls().unique().sort().alias("email").to_frame())
    query = sql.SQL("""SELECT {columns} FROM staged_emails s CROSS JOIN LATERAL (
        SELECT l.xmin, l.* FROM leads l WHERE l.business_id = (SELECT {business}::uuid) AND l.email = s.email OFFSET 0) l""").format(
        columns=lead_columns(wanted, "l.", compared=True, middle_name=middle_name, details=details), business=sql.Literal(business_id)
    )
    with by_index(connection):
        leads = copy_out(connection, query, schema_of(wanted))
    connection.execute("DROP TABLE staged_emails")
    return leads.sort("id")


@contextmanager
def by_index(connection: psycopg.Connection) -> Iterator[None]:
    """Have PostgreSQL look up key by key (OFFSET 0) and by index, regardless of its statistics.

    Of a table that has just been filled the planner knows too little: joined, it reads all leads. Queries also
    hide the business from it (SELECT): of a business that the statistics do not know yet it expects no leads,
    and reads all of them for each key.
    """
    connection.execute("SET LOCAL enable_seqscan = off")
    yield
    connection.execute("SET LOCAL enable_seqscan = on")


def fetch_known(
    connection: psycopg.Connection,
    business_id: UUID,
    people: pl.DataFrame,
    fields: Iterable[str] = KEYED_COLUMNS,
    *,
    likely: bool = True,
    middle_name: str = "",
    details: str = "",
) -> pl.DataFrame:
    """Return the leads of the business that may be one of these people.

    Such leads share an id, a telephone or an e-mail address in its one form with one of the people, or had one
    of these; with `likely` also those that share another key of `henk.match_keys`. The cost grows with
    `people`, not with the number of leads.

    Args:
        connection: A connection to PostgreSQL.
        business_id: The business.
        people: source, source_id, first_name, last_name, email, phone, mobile_phone, birth_date and, if
            `likely`, street, city, postal_code.
        fields: The fields to return.
        likely: Whether to look for probabilistic matches, too.
        middle_name: As `lead_columns` takes it.
        details: As `lead_columns` takes it.

    Returns:
        `id` and these fields, each lead once, ordered by `id`.
    """
    wanted = ("id", *fields)
    keyed = people.select(name for name in KEYED_COLUMNS if name in people.columns)
    connection.execute(
        "CREATE TEMP TABLE staged_keyed (source text, source_id text, first_name text, last_name text, email text, phone text, "
        "mobile_phone text, street text, city text, postal_code text, birth_date text) ON COMMIT DROP"
    )
    copy_in(connection, "staged_keyed", keyed)
    connection.execute(
        "CREATE TEMP TABLE staged_keys (keys bigint[] NOT NULL, weight integer NOT NULL, of_leads boolean NOT NULL) ON COMMIT DROP"
    )
    connection.execute(LIKELY_KEYS if likely else SURE_KEYS, {"business": business_id})
    connection.execute(PHONE_KEYS, {"business": business_id})
    connection.execute(SOURCE_KEYS, {"business": business_id})
    connection.execute("ANALYZE staged_keyed, staged_keys")
    candidates = sql.SQL("""
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
                AND m.taken_apart_at IS NULL OFFSET 0) found""").format(
        business=sql.Literal(business_id), most=sql.Literal(MAX_LEADS_OF_A_KEY)
    )
    with by_index(connection):
        connection.execute(candidates)
        connection.execute("ANALYZE staged_found")
        query = sql.SQL("SELECT {columns} FROM leads WHERE business_id = {business} AND id IN (SELECT id FROM staged_found)").format(
            columns=lead_columns(wanted, compared=True, middle_name=middle_name, details=details), business=sql.Literal(business_id)
        )
        leads = copy_out(connection, query, schema_of(wanted))
    connection.execute("DROP TABLE staged_keyed, staged_keys, staged_found")
    return leads.sort("id")


def fetch_lost(connection: psycopg.Connection, ids: pl.Series) -> pl.DataFrame:
    """Return the discarded values of files and merged leads for these leads.

    Returns:
        `id` and the fields of KEYED_COLUMNS, null where there is no such value, one row for each distinct set
            of values.
    """
    fields = sql.SQL(", ").join(sql.SQL("lost ->> {}").format(sql.Literal(name)) for name in KEYED_COLUMNS)
    query = sql.SQL("""SELECT DISTINCT lead_id, {fields} FROM (
        SELECT r.lead_id, r.lost FROM lead_import_rows r WHERE r.lead_id = ANY ({ids}) AND r.lost IS NOT NULL AND NOT r.taken_back
        UNION ALL SELECT m.kept_lead_id, m.lost FROM lead_merges m
        WHERE m.kept_lead_id = ANY ({ids}) AND m.lost IS NOT NULL AND m.taken_apart_at IS NULL) said""").format(
        fields=fields, ids=_array(ids)
    )
    return copy_out(connection, query, {"id": pl.String, **dict.fromkeys(KEYED_COLUMNS, pl.String)})


def fetch_leads(connection: psycopg.Connection, ids: pl.Series) -> pl.DataFrame:
    """Return all fields of the leads with these ids (LEAD_SCHEMA)."""
    query = sql.SQL("SELECT {columns} FROM leads WHERE id = ANY ({ids})").format(columns=lead_columns(LEAD_SCHEMA), ids=_array(ids))
    with by_index(connection):
        return copy_out(connection, query, LEAD_SCHEMA)


def _array(ids: pl.Series) -> sql.Composed:
    """Return ids as one SQL array.

    As one text: fifty thousand objects, and as many constants, take longer than looking the ids up.
    """
    return sql.SQL("{}::uuid[]").format(sql.Literal("{" + ",".join(ids) + "}"))


def count_leads(connection: psycopg.Connection, business_id: UUID) -> int:
    """Return how many leads a business has."""
    row = connection.execute("SELECT count(*) FROM leads WHERE business_id = %s", [business_id]).fetchone()
    return row[0] if row else 0


def lead_columns(
    names: Iterable[str], prefix: str = "", *, compared: bool = False, middle_name: str = "", details: str = ""
) -> sql.Composed:
    """Return these columns of LEAD_SCHEMA as a query on leads reads them.

    Args:
        names: The columns.
        prefix: What stands before their names, such as `l.`.
        compared: Whether the leads are compared with people: then a family name has the generation that a custom field of suffixes names.
        middle_name: The pattern of a custom field with a middle name, whose first group is put behind the given name; empty for none.
        details: The pattern of the members of custom fields that `details` is made of.
    """
    of = sql.SQL(prefix)
    columns: list[sql.Composable] = []
    for name in names:
        if name == "last_name" and compared:
            columns.append(sql.SQL("henk.with_generation({p}last_name, {p}custom_fields)").format(p=of))
        elif name == "first_name" and middle_name:
            middle = sql.SQL("substring({p}custom_fields::text FROM {pattern})").format(p=of, pattern=sql.Literal(middle_name))
            columns.append(sql.SQL("{p}first_name || coalesce(' ' || {middle}, '')").format(p=of, middle=middle))
        elif name == "details":
            members = """(SELECT string_agg(replace(d.member[1], '": ', '":'), '' ORDER BY d.member[1] COLLATE "C")
                FROM regexp_matches({p}custom_fields::text, {pattern}, 'g') AS d (member))"""
            columns.append(sql.SQL(members).format(p=of, pattern=sql.Literal(details)))
        elif name == "organisation":
            columns.append(sql.SQL("CASE WHEN {p}first_name IS NULL AND {p}last_name IS NULL THEN {p}company END").format(p=of))
        elif name in OBJECT_SCHEMA:
            columns.append(of + sql.SQL("custom_fields ->> {}").format(sql.Literal(name)))
        else:
            columns.append(of + sql.SQL("xmin::text::bigint") if name == "version" else of + sql.Identifier(name))
    return sql.SQL(", ").join(columns)


def schema_of(names: Iterable[str]) -> dict[str, Any]:
    """Return the types of these columns of LEAD_SCHEMA."""
    return {name: LEAD_SCHEMA.get(name, pl.String) for name in names}
