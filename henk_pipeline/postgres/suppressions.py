"""Suppressions: kept, and looked up for many people at a time. Every function works inside the caller's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql
from psycopg.rows import class_row

from henk_pipeline.postgres.frames import copy_in, copy_out
from henk_pipeline.postgres.lead_lookup import by_index, fetch_known


def suppress(connection: psycopg.Connection, business_id: UUID, opt_outs: pl.DataFrame, reason: str, source: str = "csv_import") -> int:
    """Keep opt-outs for good.

    The database then removes the people from calls that are still to come. An existing suppression keeps its
    first reason, except for one that the database wrote when a lead got its flag: that one follows from the
    file.

    Args:
        connection: A connection to PostgreSQL.
        business_id: The business.
        opt_outs: `channel` (phone or email; others are ignored), `value` (normalised) and, optional, `reason` (null: that of all).
        reason: The reason, kept with each that has none of its own.
        source: The source, kept with each.

    Returns:
        The number of new or changed suppressions.
    """
    connection.execute(
        "CREATE TEMP TABLE staged_opt_outs (channel text NOT NULL, value text NOT NULL, reason text NOT NULL) ON COMMIT DROP"
    )
    own = pl.col("reason") if "reason" in opt_outs.columns else pl.lit(None, dtype=pl.String)
    staged = opt_outs.select("channel", "value", own.fill_null(reason).alias("reason"))
    copy_in(connection, "staged_opt_outs", staged.filter(pl.col("channel").is_in(["phone", "email"])))
    added = connection.execute(
        """INSERT INTO suppressions (business_id, channel, value, reason, source)
        SELECT %s, channel, value, reason, %s FROM staged_opt_outs ORDER BY channel, value
        ON CONFLICT (business_id, channel, value) DO UPDATE SET reason = excluded.reason, source = excluded.source
            WHERE suppressions.source = 'lead'""",
        [business_id, source],
    ).rowcount
    connection.execute("DROP TABLE staged_opt_outs")
    return added


class Suppression(NamedTuple):
    """A suppression as `henk suppress list` shows it; of an erased person `value` is a fingerprint."""

    channel: str
    value: str
    source: str
    reason: str | None
    added_at: datetime


class LiftRefusedError(Exception):
    """The person opted out in a call, or was erased: nobody lifts such a suppression."""


def list_suppressions(connection: psycopg.Connection, business_id: UUID, limit: int) -> list[Suppression]:
    """Return the suppressions of a business, the latest first."""
    with connection.cursor(row_factory=class_row(Suppression)) as cursor:
        return cursor.execute(
            "SELECT channel, value, source, reason, added_at FROM suppressions WHERE business_id = %s "
            "ORDER BY added_at DESC, channel, value LIMIT %s",
            [business_id, limit],
        ).fetchall()


def lift(connection: psycopg.Connection, business_id: UUID, channel: str, value: str, reason: str, lifted_by: str) -> bool:
    """Remove a suppression that was a mistake, with the flags and the address that followed from it; record why, by whom and when.

    Returns:
        Whether there was one.

    Raises:
        LiftRefusedError: The person opted out in a call, or was erased.
    """
    values = {"business": business_id, "channel": channel, "value": value, "reason": reason, "by": lifted_by}
    leads = """SELECT l.id FROM leads l WHERE l.business_id = %(business)s AND (l.dnc OR l.do_not_call) AND CASE WHEN %(channel)s = 'email'
        THEN henk.address_prints(l.business_id, l.email) && henk.address_prints(%(business)s, %(value)s)
        ELSE henk.call_key(%(value)s) = ANY (henk.keys_of_lead(l)) END"""
    prints = """SELECT unnest(CASE %(channel)s WHEN 'email' THEN henk.address_prints(%(business)s, %(value)s)
        ELSE ARRAY[henk.fingerprint(%(business)s, %(value)s)] END)"""
    refused = connection.execute(
        f"""SELECT FROM suppressions WHERE business_id = %(business)s AND channel = %(channel)s AND value = %(value)s AND source = 'campaign'
        UNION ALL SELECT FROM henk.erasures WHERE business_id = %(business)s AND channel = %(channel)s AND fingerprint IN ({prints})
        UNION ALL SELECT FROM leads l JOIN suppressions s ON s.business_id = l.business_id AND s.channel = 'phone' AND s.source = 'campaign'
            AND s.value = ANY (henk.keys_of_lead(l)) WHERE l.id IN ({leads})
        UNION ALL SELECT FROM henk.said_no n WHERE n.business_id = %(business)s AND (n.fingerprint IN ({prints})
            OR n.fingerprint IN (SELECT unnest(henk.prints_of_lead(l)) FROM leads l WHERE l.id IN ({leads}))) LIMIT 1""",  # noqa: S608
        values,
    ).rowcount
    if refused:
        raise LiftRefusedError
    # The flags first: the database keeps the number of a lead with a flag blocked.
    gone = connection.execute(f"UPDATE leads SET dnc = false, do_not_call = false WHERE id IN ({leads})", values).rowcount  # noqa: S608
    gone += connection.execute(
        "DELETE FROM suppressions WHERE business_id = %(business)s AND channel = %(channel)s AND value = %(value)s", values
    ).rowcount
    gone += connection.execute(
        "DELETE FROM henk.blocked_numbers WHERE business_id = %(business)s AND of_value = %(value)s", values
    ).rowcount
    if channel == "email":
        gone += connection.execute(
            f"DELETE FROM henk.no_calls WHERE business_id = %(business)s AND address IN ({prints})",  # noqa: S608
            values,
        ).rowcount
    if gone:
        connection.execute(
            """INSERT INTO henk.lifted_suppressions (business_id, channel, fingerprint, reason, lifted_by)
            VALUES (%(business)s, %(channel)s, henk.fingerprint(%(business)s, %(value)s), %(reason)s, %(by)s)""",
            values,
        )
    return bool(gone)


def forbid_calls(connection: psycopg.Connection, business_id: UUID, people: pl.DataFrame) -> None:
    """Set `do_not_call` for leads that are, or may be, these people: those with an id, an address or a telephone of theirs.

    Args:
        connection: A connection to PostgreSQL.
        business_id: The business.
        people: Those of the columns source, source_id, email, phone, mobile_phone that are known.
    """
    leads = fetch_known(connection, business_id, people, ("email",), likely=False)
    if "email" in people.columns:
        _forbid_addresses(connection, business_id, people["email"])
    connection.execute("UPDATE leads SET do_not_call = true WHERE id = ANY (%s::uuid[]) AND NOT do_not_call", [leads["id"].to_list()])


def _forbid_addresses(connection: psycopg.Connection, business_id: UUID, emails: pl.Series) -> None:
    """Set `do_not_call` for every lead with one of these addresses, in any written form of its mailbox.

    The look-up for matching (`fetch_known`) skips keys that more than 50 leads share; an opt-out holds for all of them.
    """
    with _staged(connection, emails), by_index(connection):
        connection.execute(
            """UPDATE leads SET do_not_call = true WHERE NOT do_not_call AND business_id = %(business)s AND id IN (
                SELECT f.id FROM staged_values v CROSS JOIN LATERAL (
                    SELECT l.id FROM leads l WHERE l.business_id = %(business)s AND l.email = v.value
                    UNION ALL SELECT l.id FROM leads l WHERE l.business_id = %(business)s
                        AND henk.match_keys(l.business_id, l.first_name, l.last_name, l.email, l.street, l.city, l.postal_code,
                            l.custom_fields ->> 'birth_date')
                            @> henk.match_keys(%(business)s, NULL, NULL, henk.email_key(v.value), NULL, NULL, NULL, NULL)
                        AND henk.email_key(l.email) = henk.email_key(v.value) OFFSET 0) f)""",
            {"business": business_id},
        )


def keep_addresses(connection: psycopg.Connection, business_id: UUID, emails: pl.Series) -> None:
    """Record that people with one of these addresses are not called from now on (`addresses_not_to_call`)."""
    with _staged(connection, emails):
        connection.execute(
            """INSERT INTO henk.no_calls (business_id, address) SELECT DISTINCT %(business)s::uuid, p.print FROM staged_values v
            CROSS JOIN LATERAL unnest(henk.address_prints(%(business)s, v.value)) p (print)
            ORDER BY 2 ON CONFLICT (business_id, address) DO NOTHING""",
            {"business": business_id},
        )


def addresses_not_to_call(connection: psycopg.Connection, business_id: UUID, emails: pl.Series) -> pl.Series:
    """Return those of these addresses that are one of `keep_addresses`, of a lead that had a flag, or of an erased person."""
    anybody = """SELECT FROM henk.no_calls WHERE business_id = {0}
        UNION ALL SELECT FROM henk.erasures WHERE business_id = {0} AND channel = 'email' LIMIT 1"""
    of_these = """SELECT v.value FROM staged_values v CROSS JOIN LATERAL unnest(henk.address_prints({0}, v.value)) p (print)
            JOIN henk.no_calls n ON n.business_id = {0} AND n.address = p.print
            -- Of a lead that is unclear the flag is not final, nor is the address that was kept because of it.
            AND NOT EXISTS (SELECT FROM leads l WHERE l.business_id = {0} AND l.email = v.value AND l.consent_unclear IS NOT NULL)
        UNION SELECT v.value FROM staged_values v CROSS JOIN LATERAL unnest(henk.address_prints({0}, v.value)) p (print)
            JOIN henk.erasures e ON e.business_id = {0} AND e.channel = 'email' AND e.fingerprint = p.print"""
    return _barred(connection, business_id, emails, anybody, of_these)


def suppressed_emails(connection: psycopg.Connection, business_id: UUID, emails: pl.Series) -> pl.Series:
    """Return those of these addresses to which the business must not write."""
    anybody = "SELECT FROM suppressions WHERE business_id = {0} AND channel = 'email' LIMIT 1"
    of_these = (
        "SELECT v.value FROM staged_values v JOIN suppressions s ON s.business_id = {0} AND s.channel = 'email' AND s.value = v.value"
    )
    return _barred(connection, business_id, emails, anybody, of_these)


def suppressed_phones(connection: psycopg.Connection, business_id: UUID, phones: pl.Series) -> pl.Series:
    """Return those of these numbers that the business must not call."""
    anybody = """SELECT FROM suppressions WHERE business_id = {0} AND channel = 'phone'
        UNION ALL SELECT FROM henk.erasures WHERE business_id = {0} AND channel = 'phone' LIMIT 1"""
    # The questions of henk.is_suppressed, for all of these numbers in one query; of an erased person only a fingerprint is left.
    of_these = """SELECT v.value FROM staged_values v JOIN suppressions s ON s.business_id = {0}
            AND s.channel = 'phone' AND s.value = henk.call_key(v.value)
        UNION SELECT v.value FROM staged_values v JOIN henk.blocked_numbers r ON r.business_id = {0} AND r.number = v.value
        UNION SELECT v.value FROM staged_values v JOIN henk.erasures e ON e.business_id = {0} AND e.channel = 'phone'
            AND e.fingerprint IN (henk.fingerprint({0}, v.value), henk.fingerprint({0}, henk.call_key(v.value)))"""
    return _barred(connection, business_id, phones, anybody, of_these)


def _barred(
    connection: psycopg.Connection, business_id: UUID, values: pl.Series, anybody: LiteralString, of_these: LiteralString
) -> pl.Series:
    """Return those of these values that a query of a business ({0}) finds in staged_values.

    It is not executed where `anybody` gives no row.
    """
    business = sql.Literal(business_id)
    if not connection.execute(sql.SQL(anybody).format(business)).rowcount:
        return pl.Series("value", dtype=pl.String)
    with _staged(connection, values):
        return copy_out(connection, sql.SQL(of_these).format(business), {"value": pl.String})["value"]


@contextmanager
def _staged(connection: psycopg.Connection, values: pl.Series) -> Iterator[None]:
    """Hold these texts, each once, as the column `value` of a table staged_values."""
    connection.execute("CREATE TEMP TABLE staged_values (value text NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_values", values.drop_nulls().unique().to_frame("value"))
    yield
    connection.execute("DROP TABLE staged_values")


def has_erased(connection: psycopg.Connection, business_id: UUID, received_at: datetime) -> bool:
    """Return whether a person was erased after a file was received."""
    query = "SELECT FROM henk.erasures WHERE business_id = %s AND erased_at > %s LIMIT 1"
    return bool(connection.execute(query, [business_id, received_at]).rowcount)


def find_erased(connection: psycopg.Connection, business_id: UUID, contacts: pl.DataFrame, received_at: datetime) -> pl.DataFrame:
    """Return the rows of people who were erased after the file was received: a backfill must not bring them back.

    Args:
        connection: A connection to PostgreSQL.
        business_id: The business.
        contacts: `line`, `channel` (email, phone) and `value`.
        received_at: The time at which the file was received.

    Returns:
        `line` (Int64), each once.
    """
    connection.execute("CREATE TEMP TABLE staged_people (line bigint NOT NULL, channel text NOT NULL, value text NOT NULL) ON COMMIT DROP")
    copy_in(connection, "staged_people", contacts.select("line", "channel", "value"))
    query = sql.SQL("""SELECT DISTINCT p.line FROM staged_people p CROSS JOIN LATERAL unnest(CASE p.channel
            WHEN 'email' THEN henk.address_prints({business}, p.value) ELSE ARRAY[henk.fingerprint({business}, p.value)] END) f (print)
        JOIN henk.erasures e ON e.business_id = {business} AND e.channel = p.channel AND e.fingerprint = f.print
        WHERE e.erased_at > {received}""").format(business=sql.Literal(business_id), received=sql.Literal(received_at))
    erased = copy_out(connection, query, {"line": pl.Int64})
    connection.execute("DROP TABLE staged_people")
    return erased
