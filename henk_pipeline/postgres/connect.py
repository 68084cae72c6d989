"""An open PostgreSQL connection from settings. This is the only module that decides which server is meant."""

import re
import time

import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.postgres import embedded
from henk_pipeline.postgres.migrate import MigrationError, migrate, pending
from henk_pipeline.postgres.pooling import require_sessions
from henk_pipeline.settings import ESCAPES, Settings


class DatabaseUnavailableError(InfrastructureError):
    """PostgreSQL cannot be reached; the message names the server without its password."""

    remedy = "Start PostgreSQL (or mend HENK_DATABASE_URL); the next night does the rest, or run the partitions again now."


class DatabaseAddressError(DatabaseUnavailableError):
    """HENK_DATABASE_URL cannot be read: a mistake in a setting, as those that `Settings` refuses."""

    exit_code = 2
    remedy = "Mend HENK_DATABASE_URL; the next night does the rest, or run the partitions again now."


class SchemaBehindError(DatabaseUnavailableError):
    """The database lacks migrations; the message names the first of them."""

    remedy = "Run: henk migrate. Then run the partitions again."


MAX_PORT = 65535
# What libpq (PostgreSQL 18) refuses only when it connects: https://www.postgresql.org/docs/current/libpq-connect.html
LIBPQ_WORDS = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}
LIBPQ_NUMBERS = ("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")

# An embedded server that was just killed still looks alive for a moment; the next attempt starts it again.
EMBEDDED_ATTEMPTS = 4
_migrated: set[str] = set()


def database_url(settings: Settings) -> str:
    """Return the URL to connect to: `HENK_DATABASE_URL`, or that of the embedded server.

    The embedded server is started and migrated if needed.

    Raises:
        embedded.EmbeddedServerError: The embedded server does not start.
        migrate.MigrationError: Its database cannot be migrated.
        DatabaseUnavailableError: The server does not answer, or libpq cannot read the URL.
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
    """Return `url` if libpq can read it and knows its values.

    Raises:
        DatabaseAddressError: It cannot; no part of the URL is in the message, because all of it may be the
            password.
    """
    try:
        options = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        raise DatabaseAddressError(f"HENK_DATABASE_URL cannot be read by PostgreSQL's client library. {ESCAPES}") from None
    if any(port and not (port.isdecimal() and 0 < int(port) <= MAX_PORT) for port in str(options.get("port", "")).split(",")):
        raise DatabaseAddressError(f"HENK_DATABASE_URL cannot be used: its port is no number from 1 to {MAX_PORT}.")
    for name, words in LIBPQ_WORDS.items():
        if name in options and options[name] not in words:
            raise DatabaseAddressError(f"HENK_DATABASE_URL cannot be used: its {name} is none of {', '.join(words)}.")
    for name in LIBPQ_NUMBERS:
        if name in options and not re.fullmatch(r"\s*-?\d+\s*", str(options[name])):
            raise DatabaseAddressError(f"HENK_DATABASE_URL cannot be used: its {name} is no whole number.")
    return url


def connect(settings: Settings) -> psycopg.Connection:
    """Return an open connection to a database with our tables, in UTC and in no transaction.

    The caller closes it. A database of the operator's own is never migrated here; `henk migrate` does that.

    Raises:
        DatabaseUnavailableError: The server cannot be reached, or its database lacks migrations.
        embedded.EmbeddedServerError: The embedded server does not start.
        migrate.MigrationError: The embedded database cannot be migrated, or another version of Henk has
            migrated the database.
        pooling.PoolingError: A connection pooler does not keep sessions separate.
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
            raise SchemaBehindError(f"The database lacks {len(waiting)} migrations ({waiting[0]} …). Run: henk migrate")
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
    """Set the session parameters of the pipeline, overriding defaults of the role, the database and the server.

    They are set after connecting, because poolers refuse the start-up parameter `options`. A night waits for
    locks and between statements, so that only a single statement is limited.
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
    """Return `url` with its passwords, keys and secrets replaced by ***, for people to read."""
    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return "(a URL that libpq cannot read)"
    return " ".join(f"{key}={'***' if any(word in key for word in SECRET) else value}" for key, value in parts.items())
