"""One consistent snapshot of PostgreSQL, read as Arrow, from which the analytics are built. This module does not know what is built.

It alone makes the statements of both connections; names and numbers in them are its own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, LiteralString, TypeVar

import psycopg
from adbc_driver_manager import AdbcConnection, AdbcDatabase, AdbcStatement
from adbc_driver_manager import Error as AdbcError
from adbc_driver_postgresql import connect as connect_adbc
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from henk_pipeline.postgres.pooling import is_pooled

# Columns whose values may be such as nothing but PostgreSQL can hold (NaN, infinity, a year of six digits) come as null where they are: one
# member's value must not stop the tables of all (henk.publishable, migration 0033). `numeric` goes as text: Arrow has no number of any precision.
AMOUNT: LiteralString = "round(henk.publishable({})::numeric, 2)::text"
TIME: LiteralString = "henk.publishable({})"
# 24:00 is a time to PostgreSQL and DuckDB, and none to polars and Python. In a calling window it means what 00:00 means.
CLOCK: LiteralString = "CASE WHEN {0} = '24:00' THEN time '00:00' ELSE {0} END"
# A number of jsonb may be longer than any parser of JSON takes.
COSTS: LiteralString = """(SELECT jsonb_object_agg(c.key, round(henk.publishable(c.value::numeric), 2))
    FROM jsonb_each_text(CASE jsonb_typeof(settings -> 'lead_source_costs') WHEN 'object' THEN settings -> 'lead_source_costs' END) c
    WHERE c.value ~ '^[0-9]{1,15}([.][0-9]{1,100})?$')"""


def _each(pattern: LiteralString, *columns: LiteralString) -> dict[str, LiteralString]:
    """Return how PostgreSQL gives each of these columns."""
    return {column: pattern.format(column) for column in columns}


# Table → column → how PostgreSQL gives it. Only what a table in schemas/duckdb/ asks for is read.
SOURCES: Mapping[str, Mapping[str, LiteralString]] = {
    "businesses": {
        **dict.fromkeys(("id", "slug", "name", "timezone"), ""),
        **_each(TIME, "created_at"),
        "default_country": "default_country::text",
        "calling_code": "(SELECT r.calling_code FROM henk.phone_regions r WHERE r.region = businesses.default_country)",
        "status": "status::text",
        "lead_source_costs": COSTS,
        "currency_setting": "settings ->> 'currency'",
    },
    "campaigns": {
        **dict.fromkeys(
            ("id", "business_id", "name", "goal_metric", "max_attempts", "exclude_dnc"), ""
        ),
        **_each(CLOCK, "call_window_start", "call_window_end"),
        **_each(TIME, "start_date", "end_date", "created_at"),
        **_each(AMOUNT, "budget"),
        "status": "status::text",
    },
    "leads": {
        **dict.fromkeys(
            (
                "id", "business_id", "first_name", "last_name", "email", "phone", "mobile_phone", "company", "title", "street", "city",
                "postal_code", "state", "country", "timezone", "preferred_language", "lead_source", "source", "status", "lead_score",
                "quality_rating", "do_not_call", "dnc", "do_not_email", "email_opt_out",
            ),
            "",
        ),
        **_each(TIME, "last_activity_at", "created_at", "updated_at"),
    },
    "lead_lists": {
        **dict.fromkeys(("id", "business_id", "name", "list_type", "lead_count", "is_archived", "source", "refresh"), ""),
        **_each(TIME, "created_at"),
    },
    "lead_list_members": {**dict.fromkeys(("id", "business_id", "lead_list_id", "lead_id", "origin"), ""), **_each(TIME, "added_at")},
    "lead_list_events": {**dict.fromkeys(("id", "business_id", "lead_list_id", "lead_id", "event", "cause"), ""), "happened_at": '"at"'},
    "list_refreshes": dict.fromkeys(("id", "business_id", "lead_list_id", "status", "finished_at"), ""),
    "campaign_lead_lists": {
        **dict.fromkeys(
            (
                "id", "business_id", "campaign_id", "lead_list_id", "priority", "total_leads", "contacted_leads", "successful_leads",
                "is_active", "max_attempts_override",
            ),
            "",
        ),
        **_each(TIME, "assigned_at", "completed_at"),
    },
    "campaign_leads": {
        **dict.fromkeys(
            (
                "id", "business_id", "campaign_id", "lead_id", "lead_list_id", "status", "attempts", "outcome", "total_talk_time",
                "last_call_duration",
            ),
            "",
        ),
        **_each(TIME, "last_attempt_at", "next_attempt_at", "added_at", "contacted_at", "converted_at"),
        **_each(AMOUNT, "pledged_amount", "donated_amount"),
    },
    "lead_imports": {
        **dict.fromkeys(
            (
                "id", "business_id", "upload", "file_name", "list_name", "lead_list_id", "status", "error", "file_size", "rows_read",
                "rows_accepted", "rows_rejected", "rows_duplicate", "leads_inserted", "leads_updated", "leads_unchanged",
                "campaign_leads_added", "started_at", "finished_at",
            ),
            "",
        ),
        "system": "reading ->> 'system'",
    },
    "lead_import_rejections": dict.fromkeys(("id", "business_id", "import_id", "line_number", "column_name", "rule"), ""),
    "lead_duplicate_candidates": dict.fromkeys(("id", "business_id", "decision", "match_probability"), ""),
    "lead_merges": dict.fromkeys(("id", "business_id", "taken_apart_at"), ""),
    "suppressions": {**dict.fromkeys(("business_id", "channel", "value", "source"), ""), **_each(TIME, "added_at")},
}  # fmt: skip

Handle = TypeVar("Handle", AdbcDatabase, AdbcConnection, AdbcStatement)


@dataclass(frozen=True)
class Snapshot:
    """A moment of a database.

    `name`: PostgreSQL's, with the transactions in it; `database`: which database it is of, so that two are
    never mixed; `written`: as `written_so_far` returned it just before.
    """

    name: str
    database: str
    written: str | None
    exported: str
    connection: psycopg.Connection
    arrow: AdbcDatabase

    @contextmanager
    def reading(self, table: str, since: str | None = None) -> Iterator[Any]:
        """Yield the rows of a table of SOURCES as an Arrow stream.

        It uses a connection of its own: several may be read at a time, each by a thread.

        Args:
            table: The table.
            since: The name of an earlier snapshot: only rows written after it. A row of a transaction that had
                not ended then counts as written after: some rows may come that are known already, none is
                missed.
        """
        columns = sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(sql.SQL(given) if given else sql.Identifier(name), sql.Identifier(name))
            for name, given in SOURCES[table].items()
        )
        query = sql.SQL("SELECT {} FROM public.{}").format(columns, sql.Identifier(table))
        if since is not None:
            # The oldest transaction that was under way, as the 32 bits that rows carry.
            oldest = int(since.split(":")[0]) % 2**32
            query += sql.SQL(" WHERE age(xmin) <= age({}::text::xid)").format(sql.Literal(str(oldest)))
        with self._streaming(query) as stream:
            yield stream

    def count(self, table: str) -> int:
        """Return how many rows a table has. For one thread at a time."""
        row = self.connection.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def ids(self, table: str) -> Iterator[Any]:
        """Yield the column `id` of a table, as an Arrow stream."""
        with self._streaming(sql.SQL("SELECT id FROM public.{}").format(sql.Identifier(table))) as stream:
            yield stream

    @contextmanager
    def _streaming(self, query: sql.Composed) -> Iterator[Any]:
        with _as_operational(), _closing(AdbcConnection(self.arrow)) as connection:
            connection.set_autocommit(False)
            session = [f"SET LOCAL {name} = '{value}'" for name, value in SETTINGS.items()]
            snapshot = ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", f"SET TRANSACTION SNAPSHOT '{self.exported}'"]
            for statement in (*snapshot, *session):
                with _closing(AdbcStatement(connection)) as setting:
                    setting.set_sql_query(statement)
                    setting.execute_update()
            with _closing(AdbcStatement(connection)) as asked:
                asked.set_sql_query(query.as_string(None))
                stream, _ = asked.execute_query()
                yield stream


def written_so_far(connection: psycopg.Connection) -> str | None:
    """Return how many rows have been written to the tables of SOURCES, by PostgreSQL's own count.

    As long as the text is the same, nothing has changed. It may be behind by the seconds in which a session
    keeps its count to itself (ten at most).

    Returns:
        The counts as a text; None where PostgreSQL does not count (`track_counts`).
    """
    row = connection.execute(
        """SELECT string_agg(concat_ws(' ', relname, n_tup_ins, n_tup_upd, n_tup_del), ', ' ORDER BY relname) FROM pg_stat_user_tables
        WHERE schemaname = 'public' AND relname = ANY (%s) AND current_setting('track_counts')::boolean""",
        [list(SOURCES)],
    ).fetchone()
    return row[0] if row else None


@contextmanager
def take_snapshot(connection: psycopg.Connection) -> Iterator[Snapshot]:
    """Yield the present moment, held as long as the context lives, in repeatable-read transactions of one snapshot.

    Args:
        connection: A connection that is in no transaction, of a role that may read every row.

    Raises:
        psycopg.Error: The database failed, also as reported by ADBC.
    """
    # Before the moment: what is written in between is then in the moment and not in the count, and looked for once more than is needed.
    with connection.transaction():
        written = written_so_far(connection)
    before = connection.isolation_level, connection.read_only
    connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
    try:
        with connection.transaction(), _opened(_address(connection)) as arrow:
            row = connection.execute(
                "SELECT pg_current_snapshot()::text, pg_export_snapshot(), current_database() || ' ' || (SELECT oid FROM pg_database "
                "WHERE datname = current_database()) || ' ' || (SELECT system_identifier FROM pg_control_system()) || ' ' || "
                "(SELECT timeline_id FROM pg_control_checkpoint())"
            ).fetchone()
            if row is None:
                raise RuntimeError("SELECT gave no row")
            name, exported, of = row
            # Rows are counted; an index of rows that have just changed is the slower way to it.
            connection.execute("SET LOCAL enable_indexonlyscan = off")
            yield Snapshot(name, of, written, exported, connection, arrow)
    finally:
        connection.isolation_level, connection.read_only = before


# At the start, so that a server whose default is a millisecond does not end the session before its first statement; and in each transaction,
# because poolers refuse or ignore start-up parameters.
SETTINGS = {
    "timezone": "UTC", "search_path": "public", "statement_timeout": "0", "lock_timeout": "0", "idle_in_transaction_session_timeout": "0",
}  # fmt: skip


@contextmanager
def _opened(address: str) -> Iterator[AdbcDatabase]:
    with _as_operational():
        database = connect_adbc(address)
    with _closing(database):
        yield database


@contextmanager
def _closing(handle: Handle) -> Iterator[Handle]:
    """Yield an object of ADBC and close it at the end.

    An object that does not close (one that failed counts as open in it) hides no error that came before.
    """
    try:
        yield handle
    finally:
        with suppress(RuntimeError, AdbcError):
            handle.close()


@contextmanager
def _as_operational() -> Iterator[None]:
    """Raise errors of libpq that come through ADBC, or a reader of its stream, as psycopg's OperationalError: they are retried."""
    try:
        yield
    except psycopg.Error:
        raise
    except Exception as error:
        if "libpq" not in str(error):
            raise
        raise psycopg.OperationalError(str(error)) from error


def _address(connection: psycopg.Connection) -> str:
    """Return the connection string of a connection, for libpq, with settings for sessions that wait while tables are built."""
    parts = conninfo_to_dict(connection.info.dsn, password=connection.info.password or None)
    if not is_pooled(connection):
        session = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        parts["options"] = f"{parts.get('options') or ''} {session}".strip()
    return psycopg.conninfo.make_conninfo("", **{name: value for name, value in parts.items() if value is not None})
