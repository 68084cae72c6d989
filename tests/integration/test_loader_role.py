"""The pipeline as a role that owns nothing: deploy/loader_role.sql is enough for it, and for nothing more."""

import json
import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from henk_pipeline.postgres.embedded import binaries
from tests.conftest import HENK

ROLE = Path(__file__).parents[2] / "deploy" / "loader_role.sql"


@pytest.fixture
def loader_url(database_url, settings):
    subprocess.run([binaries() / "psql", database_url, "-q", "-v", "ON_ERROR_STOP=1", "-f", ROLE], check=True)
    return re.sub(r"//postgres@", "//henk_loader@", database_url)


@pytest.mark.long
def test_the_loader_role_imports_assigns_merges_and_publishes(henk, settings, connection, loader_url, tmp_path):
    assert henk("business", "add", "acme").returncode == 0
    assert henk("campaign", "add", "Year End", "--business", "acme").returncode == 0
    header = "First Name,Last Name,Email,Phone,Do Not Call\n"
    files = {
        "one.csv": "Ana,Lima,ana@example.org,,\nBo,Mo,bo@example.org,,yes\n",
        "two.csv": "Ana,Lima,,212-555-0155,\n",
        "three.csv": "Ana,Lima,ana@example.org,212-555-0155,\n",  # shows two leads to be one
    }
    for name, rows in files.items():
        (tmp_path / name).write_text(header + rows)
        done = subprocess.run(
            [HENK, "import", tmp_path / name, "--business", "acme", "--campaign", "Year End", "--json"],
            env={**os.environ, "HENK_DATABASE_URL": loader_url}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        assert json.loads(done.stdout.splitlines()[-1])["status"] in ("loaded", "partial", "rejected"), done.stdout
    assert connection.execute("SELECT first_name, phone FROM leads ORDER BY 1").fetchall() == [("Ana", "+12125550155"), ("Bo", None)]
    assert settings.analytics.exists()
    night = subprocess.run(
        [HENK, "nightly"], env={**os.environ, "HENK_DATABASE_URL": loader_url}, capture_output=True, text=True, check=False
    )
    assert night.returncode == 0, night.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()", "DROP TABLE leads", "ALTER TABLE leads DISABLE TRIGGER USER", "TRUNCATE leads", "DELETE FROM businesses",
        "UPDATE businesses SET name = 'x'", "DELETE FROM suppressions", "SELECT * FROM team_members", "SELECT * FROM auth.users",
        "CREATE ROLE other", "ALTER ROLE henk_loader SUPERUSER", "COPY leads TO PROGRAM 'cat'", "SET ROLE postgres", "SELECT erase_lead(gen_random_uuid())",
        "ALTER TABLE leads DISABLE ROW LEVEL SECURITY", "DROP FUNCTION henk.is_suppressed", "CREATE FUNCTION henk.f() RETURNS int RETURN 1",
    ],
)  # fmt: skip
def test_the_loader_role_can_do_nothing_else(loader_url, statement):
    with psycopg.connect(loader_url) as loader, pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
        loader.execute(statement)


@pytest.mark.long
def test_the_hint_for_a_right_that_is_missing_names_who_has_it(henk, connection, loader_url, tmp_path):
    """The script grants neither undo, unmerge nor erase: running it again is no advice for them."""
    assert henk("business", "add", "acme").returncode == 0
    path = tmp_path / "one.csv"
    path.write_text("First Name,Last Name,Email\nAna,Lima,ana@example.org\n")
    loaded = json.loads(henk("import", path, "--business", "acme", "--json").stdout.splitlines()[-1])
    for rows in ("Ana,Lima,,212-555-0155", "Ana,Lima,ana@example.org,212-555-0155"):  # shows two leads to be one
        (tmp_path / "more.csv").write_text(f"First Name,Last Name,Email,Phone\n{rows}\n")
        assert henk("import", tmp_path / "more.csv", "--business", "acme").returncode == 0
    (merge,) = connection.execute("SELECT id FROM lead_merges").fetchone()
    unmerge = henk("duplicates", "unmerge", merge, HENK_DATABASE_URL=loader_url)
    undo = henk("undo", loaded["import_id"], HENK_DATABASE_URL=loader_url)
    erase = henk("erase", "ana@example.org", "--business", "acme", "--yes", HENK_DATABASE_URL=loader_url)
    for refused in (unmerge, undo, erase):
        assert (refused.returncode, "as the owner of the tables" in refused.stderr) == (3, True), refused
        assert "loader_role.sql" not in refused.stderr
    connection.execute("REVOKE INSERT ON lead_imports FROM henk_loader")
    check = henk("check", path, "--business", "acme", "--list", "other", HENK_DATABASE_URL=loader_url)
    assert (check.returncode, "deploy/loader_role.sql" in check.stderr) == (3, True), check
