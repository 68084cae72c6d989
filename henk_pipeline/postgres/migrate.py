"""Runs schemas/postgres with dbmate. What a migration does stands in its SQL, not here."""

import os
import subprocess
import sys
from pathlib import Path

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.settings import schemas_folder


class MigrationError(InfrastructureError):
    """A migration failed and changed nothing; the message is PostgreSQL's."""


def migrate(url: str) -> list[str]:
    """Bring the database at `url` to the newest schema. Idempotent; processes that call it at once wait for each other.

    Gives: the file names applied by this call, in order. Raises: MigrationError.
    """
    said = _dbmate(url, "--migration-lock", "--migration-lock-timeout", "10m", "--wait", "--wait-timeout", "60s", "migrate")
    return [line.split(": ", 1)[1].split(" in ", 1)[0] for line in said.splitlines() if line.startswith("Applied: ")]


def pending(url: str) -> list[str]:
    """File names of the migrations that `migrate` would apply, in order. Raises: MigrationError."""
    return [line[4:].strip() for line in _dbmate(url, "status").splitlines() if line.startswith("[ ]")]


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
