"""Businesses, campaigns and lists are listed and changed by `henk`; what needs another role or a bucket is named."""

import json
import re
import subprocess

import pytest

from henk_pipeline.postgres.embedded import binaries
from tests.integration.test_loader_role import ROLE


def lines(result):
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.long
def test_businesses_campaigns_and_lists_are_listed_and_changed(henk, tmp_path):
    assert henk("--version").stdout.startswith("henk ")
    assert henk("business", "list").stdout == "There is none yet.\n"
    assert henk("business", "add", "acme").returncode == 0
    assert henk("campaign", "add", "Year End", "--business", "acme").returncode == 0
    (tmp_path / "guests.csv").write_text("Email,Phone\nana@example.org,212-555-0101\n")
    assert henk("import", tmp_path / "guests.csv", "--business", "acme", "--campaign", "Year End").returncode == 0
    assert henk("business", "set", "acme", "--name", "Acme Relief", "--country", "ca").returncode == 0
    (business,) = lines(henk("business", "list", "--json"))
    assert [business[name] for name in ("slug", "name", "country", "leads", "lists", "campaigns")] == ["acme", "Acme Relief", "CA", 1, 1, 1]
    assert henk("campaign", "set", "Year End", "--business", "acme", "--status", "paused", "--name", "Year's End").returncode == 0
    (campaign,) = lines(henk("campaign", "list", "--business", "acme", "--json"))
    assert [campaign[name] for name in ("name", "status", "leads", "lists")] == ["Year's End", "paused", 1, ["guests"]]
    (listed,) = lines(henk("lists", "--business", "acme", "--json"))
    assert [listed[name] for name in ("name", "leads", "campaigns")] == ["guests", 1, ["Year's End"]]
    assert "Year's End" in henk("lists", "--business", "acme").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["business", "set", "acme"], ["business", "set", "nobody", "--name", "x"], ["business", "set", "acme", "--country", "UK"],
        ["business", "set", "acme", "--timezone", "Mars"], ["business", "add", "new", "--country", "Germany"], ["campaign", "list", "--business", "nobody"],
        ["campaign", "set", "none", "--business", "acme", "--status", "paused"], ["lists", "--business", "nobody"], ["business", "set", "acme", "--name", ""],
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_a_usage_error(henk, arguments):
    assert henk("business", "add", "acme").returncode == 0
    result = henk(*arguments)
    assert result.returncode == 2, result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.long
def test_the_loader_role_is_told_which_role_undoes_erases_and_migrates(henk, settings, connection, database_url, tmp_path):
    subprocess.run([binaries() / "psql", database_url, "-q", "-v", "ON_ERROR_STOP=1", "-f", ROLE], check=True)
    loader = re.sub(r"//postgres@", "//henk_loader@", database_url)
    assert henk("business", "add", "acme").returncode == 0
    (tmp_path / "guests.csv").write_text("Email\nana@example.org\n")
    told = json.loads(henk("import", tmp_path / "guests.csv", "--business", "acme", "--json").stdout)
    connection.execute("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)")
    refused = henk("migrate", HENK_DATABASE_URL=loader)
    assert (refused.returncode, "as the owner of the tables" in refused.stderr, "Error: Error" in refused.stderr) == (3, True, False), (
        refused.stderr
    )
    connection.execute("INSERT INTO schema_migrations SELECT to_char(max(version::int) + 1, 'FM0000') FROM schema_migrations")
    for command in (["undo", told["import_id"]], ["erase", "ana@example.org", "--business", "acme", "--yes"]):
        refused = henk(*command, HENK_DATABASE_URL=loader)
        assert (refused.returncode, "as the owner of the tables" in refused.stderr.replace("\n", " ")) == (3, True), refused.stderr


def test_a_bucket_that_cannot_be_used_is_named_without_a_traceback(henk, tmp_path):
    assert henk("business", "add", "acme").returncode == 0
    (tmp_path / "guests.csv").write_text("Email\nana@example.org\n")
    result = henk(
        "import", tmp_path / "guests.csv", "--business", "acme", HENK_LANDING="s3://no-such-bucket/in", AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE="/nonexistent", AWS_SHARED_CREDENTIALS_FILE="/nonexistent",
    )  # fmt: skip
    assert (result.returncode, "HENK_LANDING" in result.stderr, "Traceback" in result.stderr) == (3, True, False), result.stderr
