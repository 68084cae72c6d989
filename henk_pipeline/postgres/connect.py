"""From settings to an open PostgreSQL connection. The only place that decides which server is meant."""

import time

import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.postgres import embedded
from henk_pipeline.postgres.migrate import MigrationError, migrate, pending
from henk_pipeline.postgres.pooling import require_sessions
from henk_pipeline.settings import ESCAPES, Settings


class DatabaseUnavailableError(InfrastructureError):
    """PostgreSQL cannot be reached; the message names the server without its password."""


# An embedded server that was just killed still looks alive for a moment; the next attempt starts it again.
EMBEDDED_ATTEMPTS = 4
_migrated: set[str] = set()


def database_url(settings: Settings) -> str:
    """The URL to connect to: `HENK_DATABASE_URL`, or the embedded server's, which is started and migrated if needed.

    Raises: embedded.EmbeddedServerError, migrate.MigrationError, DatabaseUnavailableError.
    """
    if settings.database_url is not None:
        return own_url(settings.database_url.get_secret_value())
    url = embedded.start(settings.postgres_data)
    if url not in _migrated:
        _require_answer(url)  # one that was just killed is noticed here, not after dbmate has waited a minute for it
        migrate(url)
        _migrated.add(url)
    return url


def own_url(url: str) -> str:
    """Return `url`, which libpq can read.

    Raises:
        DatabaseUnavailableError: It cannot; no part of it is in the message, for all may be the password.
    """
    try:
        psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        raise DatabaseUnavailableError(f"HENK_DATABASE_URL cannot be read by PostgreSQL's client library. {ESCAPES}") from None
    return url


def connect(settings: Settings) -> psycopg.Connection:
    """An open connection to a database with our tables, UTC, not in a transaction. The caller closes it.

    A database of the operator's own is never migrated on the way: that is what `henk migrate` is for.
    Raises: DatabaseUnavailableError; embedded.EmbeddedServerError; migrate.MigrationError; pooling.PoolingError.
    """
    url, connection = _open(settings)
    if url not in _migrated:
        try:
            connection.autocommit = True
            require_sessions(connection, url)
            waiting = pending(connection)
            connection.autocommit = False
        except (InfrastructureError, psycopg.Error):
            connection.close()
            raise
        if waiting:
            connection.close()
            raise DatabaseUnavailableError(f"The database lacks {len(waiting)} migrations ({waiting[0]} …). Run: henk migrate")
        _migrated.add(url)
    return connection


def _open(settings: Settings) -> tuple[str, psycopg.Connection]:
    attempts = 1 if settings.database_url else EMBEDDED_ATTEMPTS
    for attempt in range(1, attempts + 1):
        try:
            url = database_url(settings)
        except (MigrationError, DatabaseUnavailableError):
            if attempt == attempts:
                raise
            time.sleep(attempt)
            continue
        try:
            return url, _with_session_settings(psycopg.connect(url, application_name="henk", connect_timeout=15), settings)
        except psycopg.Error as error:
            if attempt == attempts:
                raise DatabaseUnavailableError(f"PostgreSQL at {masked(url)} cannot be reached: {error}") from error
            time.sleep(attempt)
    raise AssertionError("unreachable")


def _with_session_settings(connection: psycopg.Connection, settings: Settings) -> psycopg.Connection:
    """Set what a session of the pipeline depends on, whatever the role, the database or the server has as a default.

    After connecting: poolers refuse the start-up parameter `options`. A night waits for locks and between statements, so that only a single
    statement is limited.
    """
    values = {
        "timezone": "UTC",
        "search_path": "public",
        "statement_timeout": f"{settings.statement_seconds * 1000:.0f}",
        "lock_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        "idle_session_timeout": "0",
    }
    # In one statement without BEGIN: between two of them the session is idle in a transaction, which a server may end after a millisecond.
    connection.autocommit = True
    connection.execute(
        "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) s (name, value)", [[*values], [*values.values()]]
    )
    connection.autocommit = False
    return connection


def _require_answer(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=15).close()
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(f"PostgreSQL at {masked(url)} cannot be reached: {error}") from error


# In the names of parameters of libpq whose value must not be shown: password, sslpassword, scram_client_key, oauth_client_secret …
SECRET = ("pass", "secret", "scram_")


def masked(url: str) -> str:
    """`url` with its passwords, keys and secrets replaced by ***, for people to read."""
    try:
        known = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return "(a URL that libpq cannot read)"
    return " ".join(f"{key}={'***' if any(word in key for word in SECRET) else value}" for key, value in known.items())
