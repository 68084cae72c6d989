"""Whom not to call or write: kept, and asked for many people at once. Every function works inside the caller's transaction."""

from datetime import datetime
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql

from henk_pipeline.postgres.frames import copy_in, copy_out


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


def suppressed_phones(connection: psycopg.Connection, business_id: UUID, phones: pl.Series) -> pl.Series:
    """Those of these numbers that the business must not call."""
    anybody = "SELECT FROM suppressions WHERE business_id = %s AND channel = 'phone' LIMIT 1"
    if not connection.execute(anybody, [business_id]).rowcount:
        return pl.Series("phone", dtype=pl.String)
    connection.execute("CREATE TEMP TABLE staged_phones (phone text NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_phones", phones.drop_nulls().unique().to_frame("phone"))
    # What henk.is_suppressed asks, for all of them at once; of an erased person a fingerprint is left.
    query = sql.SQL(
        "SELECT p.phone FROM staged_phones p JOIN suppressions s ON s.business_id = {0} AND s.channel = 'phone' AND s.value = p.phone "
        "UNION SELECT p.phone FROM staged_phones p JOIN suppressions s ON s.business_id = {0} AND s.channel = 'phone' "
        "AND s.value = henk.fingerprint({0}, p.phone)"
    ).format(sql.Literal(business_id))
    found = copy_out(connection, query, {"phone": pl.String})
    connection.execute("DROP TABLE staged_phones")
    return found["phone"]


def has_erased(connection: psycopg.Connection, business_id: UUID, received_at: datetime) -> bool:
    """Whether somebody was erased after a file was received."""
    query = "SELECT FROM suppressions WHERE business_id = %s AND reason = 'erased' AND added_at > %s LIMIT 1"
    return bool(connection.execute(query, [business_id, received_at]).rowcount)


def find_erased(connection: psycopg.Connection, business_id: UUID, contacts: pl.DataFrame, received_at: datetime) -> pl.DataFrame:
    """Which rows are of people who were erased after the file was received: a backfill must not bring them back.

    Takes: `line`, `channel` (email, phone) and `value`. Gives: `line` (Int64), each once.
    """
    connection.execute("CREATE TEMP TABLE staged_people (line bigint NOT NULL, channel text NOT NULL, value text NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_people", contacts.select("line", "channel", "value"))
    query = sql.SQL("""SELECT DISTINCT p.line FROM staged_people p JOIN suppressions s ON s.business_id = {business} AND s.channel = p.channel
        AND s.value = henk.fingerprint({business}, p.value) AND s.reason = 'erased' AND s.added_at > {received}""").format(
        business=sql.Literal(business_id), received=sql.Literal(received_at)
    )
    erased = copy_out(connection, query, {"line": pl.Int64})
    connection.execute("DROP TABLE staged_people")
    return erased
