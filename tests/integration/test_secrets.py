"""The password of the database is nowhere but in the environment: no log, no metadata, no report, no file, no process list."""

import os
import re
import subprocess
import time

import psutil
import pytest

from tests.conftest import HENK

PASSWORD = "hunter2-Zx9Qq"  # noqa: S105 - of a test


@pytest.fixture
def with_password(settings, connection, database_url):
    """The database under a URL with a password in it (which the socket does not ask for)."""
    name = f"keeper_{os.getpid()}"
    connection.execute(f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
    yield {**os.environ, "HENK_DATABASE_URL": re.sub(r"//postgres@", f"//{name}:{PASSWORD}@", database_url)}
    connection.execute(f"DROP ROLE {name}")


@pytest.mark.long
def test_the_password_is_told_nowhere(with_password, settings, connection, tmp_path):
    def henk(*arguments):
        """Runs it, and looks at the command lines of all processes while it does."""
        process = subprocess.Popen([HENK, *arguments], env=with_password, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        seen = set()
        while process.poll() is None:
            for other in psutil.process_iter(["cmdline"]):
                seen.update(part for part in other.info["cmdline"] or [] if PASSWORD in part)
            time.sleep(0.02)
        assert seen == set()
        return process.stdout.read()

    said = [henk("migrate"), henk("business", "add", "acme"), henk("doctor")]
    (tmp_path / "a.csv").write_text("Email\nana@example.org\nbad\n")
    said.append(henk("import", tmp_path / "a.csv", "--business", "acme"))
    # A failure tells where, never with what.
    connection.execute("ALTER TABLE leads ADD CONSTRAINT nobody CHECK (false) NOT VALID")
    (tmp_path / "b.csv").write_text("Email\nbo@example.org\n")
    said.append(henk("import", tmp_path / "b.csv", "--business", "acme"))
    said.append(
        subprocess.run(
            [HENK, "doctor"],
            env={**with_password, "HENK_DATABASE_URL": f"postgresql://x:{PASSWORD}@127.0.0.1:1/none"},
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    )
    assert PASSWORD not in "".join(said)
    holding = [path for path in settings.home.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert holding == []
