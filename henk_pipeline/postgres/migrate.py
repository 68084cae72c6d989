"""Runs schemas/postgres with dbmate. What a migration does stands in its SQL, not here."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.settings import schemas_folder

QUARANTINE = "henk.quarantine"  # the setting that lets a migration move old rows that no constraint allows out of the way


class MigrationError(InfrastructureError):
    """A migration failed and changed nothing; the message is PostgreSQL's."""


class Migrated(NamedTuple):
    """What a call of `migrate` did: file names applied, in order, and what they have to say to the one who runs them."""

    applied: list[str]
    said: list[str]


def migrate(url: str, *, quarantine: bool = False) -> Migrated:
    """Bring the database at `url` to the newest schema. Idempotent; processes that call it at once wait for each other.

    `quarantine`: old rows that no constraint allows are moved to the table henk.quarantine instead of stopping the migration.
    Raises: MigrationError.
    """
    before = _last_report(url)
    target = f"{url}{'&' if '?' in url else '?'}{QUARANTINE}=on" if quarantine else url
    told = _dbmate(target, "--migration-lock", "--migration-lock-timeout", "10m", "--wait", "--wait-timeout", "60s", "migrate")
    applied = [line.split(": ", 1)[1].split(" in ", 1)[0] for line in told.splitlines() if line.startswith("Applied: ")]
    return Migrated(applied, _reports_since(url, before) if applied else [])


def rehearse(url: str, *, quarantine: bool = False) -> Migrated:
    """What `migrate` would do: every pending migration is run, in one transaction, which is then taken back. Takes the locks of a real run.

    Raises: MigrationError, with what would stop the real one.
    """
    waiting = pending(url)
    try:
        # One connection that is always closed: the transaction ends with it, whatever happens.
        with psycopg.connect(url, autocommit=False, application_name="henk migrate --dry-run") as connection:
            connection.execute("SELECT set_config(%s, %s, false)", [QUARANTINE, "on" if quarantine else "off"])
            for name in waiting:
                try:
                    connection.execute((schemas_folder() / "postgres" / name).read_bytes().split(b"-- migrate:down")[0])
                except psycopg.Error as error:
                    raise MigrationError(f"{name}: {error.diag.message_primary or error}") from error
            rows = (
                connection.execute("SELECT said FROM henk.migration_report WHERE said_at = now() ORDER BY id").fetchall() if waiting else []
            )
            connection.rollback()
    except psycopg.OperationalError as error:
        raise MigrationError(str(error)) from error
    return Migrated(waiting, [said for (said,) in rows])


def pending(url: str) -> list[str]:
    """File names of the migrations that `migrate` would apply, in order. Raises: MigrationError."""
    return [line[4:].strip() for line in _dbmate(url, "status").splitlines() if line.startswith("[ ]")]


def _last_report(url: str) -> int:
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=15) as connection:
            row = connection.execute("SELECT max(id) FROM henk.migration_report").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.OperationalError):
        return 0  # nothing was ever said; a server that cannot be reached is dbmate's to wait for
    return (row[0] or 0) if row else 0


def _reports_since(url: str, last: int) -> list[str]:
    with psycopg.connect(url, autocommit=True) as connection:
        return [said for (said,) in connection.execute("SELECT said FROM henk.migration_report WHERE id > %s ORDER BY id", [last])]


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
        raise MigrationError((result.stderr or result.stdout).strip())
    return result.stdout
