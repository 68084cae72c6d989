"""Questions whose answer must be empty, or the same as yesterday. Each is asked about the uploads of a run, or about everything."""

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from psycopg import sql

OF_RUN = "(%(uploads)s::text[] IS NULL OR i.upload = ANY (%(uploads)s))"
BUSINESSES_OF_RUN = "(%(uploads)s::text[] IS NULL OR b.id IN (SELECT i.business_id FROM lead_imports i WHERE i.upload = ANY (%(uploads)s)))"

# Rows read = accepted + rejected + duplicates.
ROWS_LOST: LiteralString = f"""
SELECT b.slug AS business, i.file_name, i.upload, i.rows_read, i.rows_accepted, i.rows_rejected, i.rows_duplicate
FROM lead_imports i JOIN businesses b ON b.id = i.business_id
WHERE {OF_RUN} AND i.status IN ('loaded', 'partial', 'rejected') AND i.rows_read <> i.rows_accepted + i.rows_rejected + i.rows_duplicate
ORDER BY 1, 2"""  # noqa: S608 - our own words, as all below
# Every accepted row has a line of provenance, every rejected one a rejection.
ROWS_UNACCOUNTED: LiteralString = f"""
SELECT b.slug AS business, i.file_name, i.upload, i.rows_accepted + i.rows_duplicate AS rows_loaded,
    (SELECT count(*) FROM lead_import_rows r WHERE r.import_id = i.id) AS lines_of_provenance
FROM lead_imports i JOIN businesses b ON b.id = i.business_id
WHERE {OF_RUN} AND i.status IN ('loaded', 'partial') AND i.lead_list_id IS NOT NULL
    AND i.rows_accepted + i.rows_duplicate > (SELECT count(*) FROM lead_import_rows r WHERE r.import_id = i.id)
    AND NOT EXISTS (SELECT FROM suppressions s WHERE s.business_id = i.business_id AND s.source = 'erasure')
ORDER BY 1, 2"""  # noqa: S608
SHARES: LiteralString = f"""
SELECT b.slug AS business, i.file_name, i.upload, i.rows_read, {{counted}} AS rows,
    round({{counted}}::numeric / i.rows_read, 3)::float8 AS share{{more}}
FROM lead_imports i JOIN businesses b ON b.id = i.business_id
WHERE {OF_RUN} AND i.status <> 'rejected' AND i.rows_read > 0 AND {{counted}} > %(share)s * i.rows_read AND i.started_at > now() - interval '30 days'
ORDER BY share DESC, 1, 2"""  # noqa: S608
# The rule, not its message: that holds a cell of a person, and the result of a check stays in Dagster.
REASON = """,
    i.error AS reason,
    (SELECT r.rule FROM lead_import_rejections r WHERE r.import_id = i.id GROUP BY r.rule ORDER BY count(*) DESC, 1 LIMIT 1) AS rule"""
# A call that must not happen: a lead that must not be called waits in a campaign that calls or may begin to.
CALLS_NOT_TO_BE_MADE: LiteralString = f"""
SELECT b.slug AS business, c.name::text AS campaign, count(*) AS leads, (min(l.id::text)) AS for_example
FROM campaign_leads cl JOIN campaigns c ON c.id = cl.campaign_id JOIN leads l ON l.id = cl.lead_id JOIN businesses b ON b.id = cl.business_id
WHERE {BUSINESSES_OF_RUN} AND c.status IN ('draft', 'active', 'paused') AND c.exclude_dnc AND cl.status IN ('new', 'queued', 'calling')
    AND EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = l.id)
GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608
LISTS_MISCOUNTED: LiteralString = f"""
SELECT b.slug AS business, ll.name::text AS list, ll.lead_count, count(m.lead_id) AS members
FROM lead_lists ll JOIN businesses b ON b.id = ll.business_id LEFT JOIN lead_list_members m ON m.lead_list_id = ll.id
WHERE {BUSINESSES_OF_RUN}
GROUP BY b.slug, ll.id HAVING ll.lead_count <> count(m.lead_id) ORDER BY 1, 2"""  # noqa: S608
# A business that has sent five times and for three times its usual interval, or two days if that is more, has not.
SILENT: LiteralString = """
SELECT business, imports, usual_days, days_since FROM (
    SELECT b.slug AS business, count(*) AS imports, max(i.started_at) AS last,
        round((percentile_cont(0.5) WITHIN GROUP (ORDER BY i.days))::numeric, 1)::float8 AS usual_days,
        round(extract(epoch FROM now() - max(i.started_at)) / 86400, 1)::float8 AS days_since
    FROM (SELECT business_id, started_at,
        extract(epoch FROM started_at - lag(started_at) OVER (PARTITION BY business_id ORDER BY started_at)) / 86400 AS days
        FROM (SELECT DISTINCT business_id, date_trunc('day', started_at) AS started_at FROM lead_imports
            WHERE started_at > now() - interval '180 days') d) i
    JOIN businesses b ON b.id = i.business_id GROUP BY b.slug) t
WHERE imports >= 5 AND days_since > greatest(3 * usual_days, 2) ORDER BY business"""


def unpublishable_values(connection: psycopg.Connection, limit: int = 1000) -> list[dict[str, Any]]:
    """Return values that are published as null because nothing but PostgreSQL can hold them (henk.publishable), from before migration 0033.

    Args:
        connection: Of the database.
        limit: The most values that are returned.

    Returns:
        A row a value: business (slug), table, id, column and value, as text.
    """
    columns = connection.execute("SELECT table_name, column_name FROM henk.published_values ORDER BY 1, 2").fetchall()
    parts = [
        sql.SQL(
            "SELECT {business} AS business_id, {name} AS table, t.id, {label} AS column, t.{column}::text AS value "
            "FROM public.{table} t WHERE henk.publishable(t.{column}) IS DISTINCT FROM t.{column}"
        ).format(
            business=sql.Identifier("t", "id" if table == "businesses" else "business_id"), name=sql.Literal(table),
            label=sql.Literal(column), column=sql.Identifier(column), table=sql.Identifier(table),
        )
        for table, column in columns
    ]  # fmt: skip
    query = sql.SQL(
        "SELECT b.slug AS business, v.table, v.id::text AS id, v.column, left(v.value, 100) AS value FROM ({}) v "
        "JOIN businesses b ON b.id = v.business_id ORDER BY 1, 2, 3, 4 LIMIT {}"
    ).format(sql.SQL(" UNION ALL ").join(parts), sql.Literal(limit))
    cursor = connection.execute(query)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rejected_shares(connection: psycopg.Connection, uploads: Sequence[str] | None, share: float) -> list[dict[str, Any]]:
    """Return uploads of which more than a share of the rows were rejected, with why all were (`reason`), if so, and the commonest rule."""
    return ask(connection, SHARES.format(counted="i.rows_rejected", more=REASON), uploads=uploads, share=share)


def duplicate_shares(connection: psycopg.Connection, uploads: Sequence[str] | None, share: float) -> list[dict[str, Any]]:
    """Return uploads of which more than a share of the rows were duplicates of others in them."""
    return ask(connection, SHARES.format(counted="i.rows_duplicate", more=""), uploads=uploads, share=share)


def ask(connection: psycopg.Connection, question: LiteralString, **values: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as psycopg binds
    """Return the rows that answer a question, as mappings."""
    cursor = connection.execute(question, {"uploads": None, **values})
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
