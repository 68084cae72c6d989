"""Leads with the values they are scored by, read in batches, and their scores, written only where they change."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from henk_pipeline.postgres.frames import copy_in, copy_out
from henk_pipeline.postgres.lead_lookup import LEAD_SCHEMA, lead_columns, schema_of

PIECE = 200_000
FIELDS = [name for name in LEAD_SCHEMA if name != "version"]
SCORED_BY: dict[str, Any] = {**schema_of(FIELDS), "outcome": pl.String, "suppressed": pl.Boolean}
# The furthest that a campaign came with a lead.
FURTHEST = sql.SQL("CASE WHEN bool_or(c.status = 'converted') THEN 'converted' ELSE 'contacted' END")
OUTCOME = sql.SQL("""(SELECT {} FROM campaign_leads c
    WHERE c.lead_id = l.id AND c.status IN ('contacted', 'converted') HAVING count(*) > 0)""").format(FURTHEST)
SUPPRESSED = "henk.is_suppressed(l.business_id, l.phone, l.mobile_phone)"


def leads_to_score(connection: psycopg.Connection, business_id: UUID) -> Iterator[pl.DataFrame]:
    """Yield all leads of a business in batches, with what they are scored by: the fields of a lead, `outcome` and `suppressed`."""
    columns = [lead_columns(FIELDS, "l."), OUTCOME, sql.SQL(SUPPRESSED)]
    after = UUID(int=0)
    while True:
        query = sql.SQL("SELECT {} FROM leads l WHERE l.business_id = {} AND l.id > {} ORDER BY l.id LIMIT {}").format(
            sql.SQL(", ").join(columns), sql.Literal(business_id), sql.Literal(after), sql.Literal(PIECE)
        )
        piece = copy_out(connection, query, SCORED_BY)
        if not piece.height:
            return
        yield piece
        after = UUID(piece["id"][-1])


def note_calls(connection: psycopg.Connection, business_id: UUID) -> None:
    """Write the last activity of leads that could not have it when their call was written, because somebody else wrote the lead."""
    connection.execute("SELECT henk.note_calls(%s)", [business_id])


def write_scores(connection: psycopg.Connection, scores: pl.DataFrame) -> int:
    """Write the scores of leads that have others.

    `updated_at` stays, because the lead's own data has not changed.

    Args:
        connection: A connection to PostgreSQL; the caller commits.
        scores: `id`, `lead_score`, `quality_rating` and `score_breakdown` (JSON).

    Returns:
        The number of leads that were written.
    """
    connection.execute(
        "CREATE TEMP TABLE staged_scores (id uuid, lead_score integer, quality_rating text, score_breakdown jsonb) ON COMMIT DROP"
    )
    copy_in(connection, "staged_scores", scores.select("id", "lead_score", "quality_rating", "score_breakdown"))
    connection.execute("SELECT set_config('henk.scores_only', 'on', true)")
    written = connection.execute(
        """UPDATE leads l SET lead_score = s.lead_score, quality_rating = s.quality_rating, score_breakdown = s.score_breakdown
        FROM staged_scores s WHERE l.id = s.id AND (l.lead_score, l.quality_rating, l.score_breakdown)
            IS DISTINCT FROM (s.lead_score, s.quality_rating, s.score_breakdown)"""
    ).rowcount
    connection.execute("SELECT set_config('henk.scores_only', '', true)")
    connection.execute("DROP TABLE staged_scores")
    return written


def outcomes_of(connection: psycopg.Connection, ids: pl.Series) -> pl.DataFrame:
    """Return `lead_id` and `outcome` (contacted, converted) of those of these leads that a campaign has reached."""
    connection.execute("CREATE TEMP TABLE staged_ids (id uuid NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_ids", ids.alias("id").to_frame())
    connection.execute("ANALYZE staged_ids")  # of few each is looked up, of many campaign leads are read once
    query = sql.SQL("""SELECT c.lead_id, {} FROM staged_ids s JOIN campaign_leads c ON c.lead_id = s.id
        WHERE c.status IN ('contacted', 'converted') GROUP BY c.lead_id""").format(FURTHEST)
    outcomes = copy_out(connection, query, {"lead_id": pl.String, "outcome": pl.String})
    connection.execute("DROP TABLE staged_ids")
    return outcomes


def scoring_of(connection: psycopg.Connection, business_id: UUID) -> dict[str, Any]:
    """Return the weights that a business has of its own: `scoring` of its settings."""
    row = connection.execute("SELECT settings -> 'scoring' FROM businesses WHERE id = %s", [business_id]).fetchone()
    return row[0] if row and isinstance(row[0], dict) else {}


def keep_scoring(connection: psycopg.Connection, business_id: UUID, changes: dict[str, Any] | None) -> None:
    """Store a business's own weights; None removes them."""
    with connection.transaction():
        if changes is None:
            connection.execute("UPDATE businesses SET settings = settings - 'scoring' WHERE id = %s", [business_id])
        else:
            connection.execute(
                "UPDATE businesses SET settings = coalesce(settings, '{}') || jsonb_build_object('scoring', %s::jsonb) WHERE id = %s",
                [Jsonb(changes), business_id],
            )


def newest_outcome(connection: psycopg.Connection) -> str | None:
    """Return a text that differs after a campaign has come further with a lead; None if none ever did.

    It names the newest call and how many leads were reached and converted. Future times are ignored: one of
    them, in any business, would hide every
    call until then. The numbers show calls that were written late, with an earlier time.
    """
    newest = sql.SQL(", ").join(
        sql.SQL("max({0}) FILTER (WHERE henk.publishable({0}) <= now())").format(sql.Identifier(column))
        for column in ("last_attempt_at", "contacted_at", "converted_at")
    )
    row = connection.execute(
        sql.SQL(
            "SELECT greatest({}), count(*) FILTER (WHERE status = 'contacted'), count(*) FILTER (WHERE status = 'converted') "
            "FROM campaign_leads"
        ).format(newest)
    ).fetchone()
    if row is None or not any(row):
        return None
    at, contacted, converted = row
    return f"{at.isoformat() if at else 'no time'} {contacted} {converted}"
