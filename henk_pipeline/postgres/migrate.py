"""Runs schemas/postgres with dbmate. The SQL of a migration says what it does, this module does not."""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.postgres.pooling import is_pooled, require_sessions
from henk_pipeline.settings import schemas_folder

log = logging.getLogger(__name__)

WAIT_SECONDS = 60  # for a server that starts
SILENT_SECONDS = 3
MAX_SHOWN = 8  # versions of migrations in a message
QUARANTINE = "henk.quarantine"  # the setting that lets a migration move old rows that no constraint allows out of the way


class MigrationError(InfrastructureError):
    """A migration failed and changed nothing; the message is PostgreSQL's."""


class ServerUnreachableError(MigrationError):
    """The server refuses the connection, or does not answer."""


class UnknownMigrationsError(MigrationError):
    """The database has migrations that this version does not know."""


class Migrated(NamedTuple):
    """The result of `migrate`: the file names applied, in order, and the messages of the migrations for the operator."""

    applied: list[str]
    messages: list[str]


def migrate(url: str, *, quarantine: bool = False) -> Migrated:
    """Bring the database at `url` to the newest schema. Idempotent; concurrent calls wait for each other.

    Args:
        url: The database.
        quarantine: Move old rows that no constraint allows to the table henk.quarantine instead of stopping the
            migration.

    Raises:
        MigrationError: A migration failed and changed nothing, or the server cannot be reached.
    """
    with _reached(url) as connection:
        require_sessions(connection, url)
        if not pending(connection):
            return Migrated([], [])
        target = _driver_url(connection) + (f"&{QUARANTINE}=on" if quarantine else "")
        before = _last_report(connection)
    output = _dbmate(target, "--migration-lock", "--migration-lock-timeout", "10m", "--wait", "--wait-timeout", "60s", "migrate")
    applied = [line.split(": ", 1)[1].split(" in ", 1)[0] for line in output.splitlines() if line.startswith("Applied: ")]
    return Migrated(applied, _reports_since(url, before) if applied else [])


def dry_run(url: str, *, quarantine: bool = False) -> Migrated:
    """Return what `migrate` would do: apply every pending migration in one transaction, then roll it back.

    It takes the locks of a real run.

    Raises:
        MigrationError: The error that would stop the real run.
    """
    with _reached(url) as connection:
        require_sessions(connection, url)
        waiting = pending(connection)
    try:
        # One connection that is always closed: the transaction ends with it, in every case.
        with psycopg.connect(url, autocommit=False, application_name="henk migrate --dry-run") as connection:
            connection.execute("SET search_path = public")
            connection.execute("SELECT set_config(%s, %s, false)", [QUARANTINE, "on" if quarantine else "off"])
            connection.execute("SET statement_timeout = 0")
            for name in waiting:
                try:
                    connection.execute((schemas_folder() / "postgres" / name).read_bytes().split(b"-- migrate:down")[0])
                except psycopg.Error as error:
                    raise MigrationError(_explained(f"{name}: {error.diag.message_primary or error}")) from error
            rows = (
                connection.execute("SELECT said FROM henk.migration_report WHERE said_at = now() ORDER BY id").fetchall() if waiting else []
            )
            connection.rollback()
    except psycopg.OperationalError as error:
        raise MigrationError(str(error)) from error
    return Migrated(waiting, [message for (message,) in rows])


def pending(connection: psycopg.Connection) -> list[str]:
    """Return the file names of the migrations that `migrate` would apply, in order.

    Args:
        connection: Of the database; in autocommit.

    Raises:
        UnknownMigrationsError: Another version of this program has migrated the database.
    """
    files = {path.name.split("_", 1)[0]: path.name for path in sorted((schemas_folder() / "postgres").glob("[0-9]*_*.sql"))}
    if connection.execute("SELECT to_regclass('public.schema_migrations') IS NULL").fetchone() == (True,):
        return list(files.values())
    applied = {version for (version,) in connection.execute("SELECT version FROM public.schema_migrations")}
    if unknown := sorted(applied - files.keys()):
        raise UnknownMigrationsError(_other_version(unknown, newest=max(files)))
    return [name for version, name in files.items() if version not in applied]


def _other_version(unknown: list[str], newest: str) -> str:
    """Return in words which version wrote a database with migrations that this one does not know, and what to do.

    Args:
        unknown: Their versions, in order; at least one.
        newest: The newest migration that this version knows. An older line of versions had others up to it.
    """
    count = "a migration" if len(unknown) == 1 else f"{len(unknown)} migrations"
    if unknown[-1] > newest:
        return (
            f"The database has {count} that this version of henk does not know (to {unknown[-1]}): a newer version wrote it. "
            "Update henk before it is used with this database."
        )
    shown = ", ".join(unknown[:MAX_SHOWN]) + (f" and {len(unknown) - MAX_SHOWN} more" if len(unknown) > MAX_SHOWN else "")
    return (
        f"The database has {count} that this version of henk does not have ({shown}): another, older line of versions wrote it, and no migration "
        "leads from it to this one. Make a new database, name it in HENK_DATABASE_URL, run `henk migrate`, and import the files into it."
    )


def _reached(url: str) -> psycopg.Connection:
    """Return an open connection in autocommit, as soon as the server answers.

    Raises:
        ServerUnreachableError: The server refuses the connection, or does not answer within WAIT_SECONDS.
    """
    started = time.monotonic()
    deadline, is_silent = started + WAIT_SECONDS, True
    while True:
        try:
            return psycopg.connect(url, autocommit=True, connect_timeout=15)
        except psycopg.OperationalError as error:
            # An error of the server itself (a wrong password, no such database) does not change by waiting, except that it starts up.
            if (error.sqlstate not in (None, "57P03")) or "FATAL" in str(error) or time.monotonic() > deadline:
                raise ServerUnreachableError(f"PostgreSQL cannot be reached: {error}") from error
            if is_silent and time.monotonic() > started + SILENT_SECONDS:
                log.warning("PostgreSQL does not answer. Waiting for it, for at most %s seconds.", WAIT_SECONDS)
                is_silent = False
        time.sleep(1)


def _driver_url(connection: psycopg.Connection) -> str:
    """Return the URL by which dbmate's driver reaches the server that libpq has found: it knows one host and fewer parameters."""
    info = connection.info
    given = info.get_parameters()
    secure = connection.pgconn.ssl_in_use
    mode = given.get("sslmode", "")
    parameters = {"sslmode": (mode if mode.startswith("verify") else "require") if secure else "disable"}
    if secure:
        parameters |= {name: given[name] for name in ("sslcert", "sslkey", "sslrootcert") if name in given}
    if is_pooled(connection):
        _require_public(connection)  # a pooler refuses or ignores what the driver would set at the start
    else:
        # A role's time limits are for its queries; a migration of many leads takes longer.
        parameters |= {"search_path": "public", "statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
    if info.options:
        parameters["options"] = info.options
    is_socket = info.host.startswith("/")
    if is_socket:
        parameters |= {"host": info.host, "port": str(info.port)}
    server = "" if is_socket else f"{f'[{info.host}]' if ':' in info.host else quote(info.host, safe='')}:{info.port}"
    login = quote(info.user, safe="") + (f":{quote(info.password, safe='')}" if info.password else "")
    return f"postgres://{login}@{server}/{quote(info.dbname, safe='')}?{urlencode(parameters, quote_via=quote)}"


def _require_public(connection: psycopg.Connection) -> None:
    """Refuse a role whose tables would not be made in the schema public.

    A schema of ours may have the name of the role: "$user" is that schema then.

    Raises:
        MigrationError: The role's search_path, or its name, leads elsewhere.
    """
    row = connection.execute(
        """SELECT current_schema() = 'public' AND (s.path[1] = 'public' OR session_user NOT IN ('henk', 'auth')), session_user
        FROM (SELECT string_to_array(current_setting('search_path'), ', ') AS path) s"""
    ).fetchone()
    if row is not None and not row[0]:
        raise MigrationError(
            f"The search_path of the role {row[1]} does not begin with public, and a connection pooler cannot be asked for another. "
            f"Run: ALTER ROLE {row[1]} SET search_path = public; or migrate by the server's own address."
        )


def _last_report(connection: psycopg.Connection) -> int:
    try:
        row = connection.execute("SELECT max(id) FROM henk.migration_report").fetchone()
    except psycopg.errors.UndefinedTable:
        return 0  # no migration has reported anything yet
    return (row[0] or 0) if row else 0


def _reports_since(url: str, last: int) -> list[str]:
    with psycopg.connect(url, autocommit=True) as connection:
        return [message for (message,) in connection.execute("SELECT said FROM henk.migration_report WHERE id > %s ORDER BY id", [last])]


def _dbmate(url: str, *arguments: str) -> str:
    program = Path(sys.executable).parent / "dbmate"
    folder = schemas_folder() / "postgres"
    result = subprocess.run(
        # The URL travels in the environment: command lines are open to every user of a machine.
        [str(program), "--env", "HENK_DBMATE_URL", "--env-file", "", "--migrations-dir", str(folder), "--no-dump-schema", *arguments],
        env={**os.environ, "HENK_DBMATE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise MigrationError(_explained((result.stderr or result.stdout).strip()))
    return result.stdout


def _explained(message: str) -> str:
    """Return dbmate's message with a remedy, where one is known."""
    while message.startswith("Error: "):
        message = message.removeprefix("Error: ")
    if "unsupported startup parameter" in message:
        return (
            f"{message}. A connection pooler refuses what the migrations' driver sends. Run `henk migrate` with the server's own address in "
            "HENK_DATABASE_URL, or let pgbouncer have ignore_startup_parameters = extra_float_digits."
        )
    if "permission denied to create role" in message or "bypassrls users" in message:
        return (
            f"{message}. A plain PostgreSQL needs three roles that only a superuser may create. Let one run: CREATE ROLE anon NOLOGIN NOINHERIT; "
            "CREATE ROLE authenticated NOLOGIN NOINHERIT; CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS; and then run `henk migrate` again."
        )
    if "must be owner of" in message or "permission denied" in message:
        return f"{message}. Run `henk migrate` as the owner of the tables; the role henk_loader (deploy/loader_role.sql) cannot."
    return message
