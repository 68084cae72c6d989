"""`henk doctor` checks rights, sessions, pooling and the landing bucket, and prints its whole table whatever fails."""

import re
import subprocess

import psycopg
import pytest
from moto.server import ThreadedMotoServer

from henk_pipeline.postgres.embedded import binaries
from henk_pipeline.postgres.rights import NEEDED, missing_rights
from tests.e2e.processes import free_port
from tests.integration.pooler import pgbouncer
from tests.integration.test_loader_role import ROLE


@pytest.fixture
def loader(database_url, connection):
    subprocess.run([binaries() / "psql", database_url, "-q", "-v", "ON_ERROR_STOP=1", "-f", ROLE], check=True)
    return re.sub(r"//postgres@", "//henk_loader@", database_url)


def checks(result):
    """Check → (ok, what was found), lines of one cell joined."""
    rows, last = {}, ""
    for line in result.stdout.partition("Checks")[2].splitlines():
        cells = [cell.strip() for cell in line.split("│")]
        if len(cells) == 5:
            last = cells[1] or last
            rows[last] = (rows.get(last, ("", ""))[0] or cells[2], f"{rows.get(last, ('', ''))[1]} {cells[3]}".strip())
    return rows


def test_the_owner_and_the_loader_role_have_what_they_need(henk, connection, loader):
    assert missing_rights(connection) == []
    with psycopg.connect(loader) as of_loader:
        assert missing_rights(of_loader) == []
    shown = henk("doctor", HENK_DATABASE_URL=loader)
    assert shown.returncode == 0, shown.stdout
    assert "undo_lead_import" in checks(shown)["Rights of the role"][1]
    assert checks(henk("doctor"))["Rights of the role"] == ("ok", "it may import and publish, undo, unmerge and erase")


@pytest.mark.long
def test_addresses_to_notify_are_checked_and_their_secrets_not_shown(henk):
    good = "mailtos://user:sekret77@example.org slack://tokenAAAA1/tokenBBBB2/tokenCCCCCCCCCCCCCCCCCCCC3"
    shown = henk("doctor", HENK_NOTIFY=good)
    assert checks(shown)["Addresses in HENK_NOTIFY"][0] == "ok", shown.stdout
    assert "mailtos://… slack://…" in shown.stdout
    wrong = henk("doctor", HENK_NOTIFY=f"gopher://sekret77/x {good}")
    assert wrong.returncode == 3
    state, found = checks(wrong)["Addresses in HENK_NOTIFY"]
    assert (state, "gopher://…" in found, "mailtos" in found) == ("FAILED", True, False)
    assert checks(henk("doctor"))["Addresses in HENK_NOTIFY"] == ("ok", "none: failures go to the log alone")
    for text in (shown.stdout, shown.stderr, wrong.stdout, wrong.stderr):
        assert "sekret77" not in text
        assert "BBBB2" not in text


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("REVOKE DELETE ON leads FROM henk_loader", "DELETE on leads"),
        ("REVOKE SELECT ON schema_migrations FROM henk_loader", ""),
        ("REVOKE ALL ON henk.planned_runs FROM henk_loader", "SELECT on henk.planned_runs"),
        ("REVOKE EXECUTE ON FUNCTION henk.lock_business(uuid) FROM henk_loader, public", "EXECUTE on henk.lock_business"),
    ],
)
def test_a_right_that_is_missing_is_named(henk, connection, loader, statement, named):
    connection.execute(statement)
    shown = henk("doctor", HENK_DATABASE_URL=loader)
    assert shown.returncode == 3
    state, found = checks(shown)["Rights of the role"]
    assert (state, named in found) == ("FAILED", True), found
    assert "Daemon" in checks(shown)


@pytest.mark.long
def test_sessions_that_cannot_write_or_are_pooled_are_named(henk, connection, loader, database_url):
    assert "no pooler" in checks(henk("doctor"))["Sessions of the role"][1]
    with pgbouncer(database_url, pool_mode="session") as url:
        assert "a pooler by session" in checks(henk("doctor", HENK_DATABASE_URL=url))["Sessions of the role"][1]
    with pgbouncer(database_url, pool_mode="transaction") as url:
        shown = checks(henk("doctor", HENK_DATABASE_URL=url))
        assert shown["Sessions of the role"][0] == "FAILED"
        assert "transaction pooling" in shown["Sessions of the role"][1]
    connection.execute(f"ALTER ROLE henk_loader IN DATABASE {connection.info.dbname} SET default_transaction_read_only = on")
    assert checks(henk("doctor", HENK_DATABASE_URL=loader))["Sessions of the role"][0] == "FAILED"


def test_all_faults_of_sessions_are_named(henk, connection, loader):
    database = connection.info.dbname
    connection.execute("CREATE SCHEMA elsewhere")
    for setting in ("default_transaction_read_only = on", "transaction_timeout = '2min'", "statement_timeout = '5s'"):
        connection.execute(f"ALTER ROLE henk_loader IN DATABASE {database} SET {setting}")
    state, found = checks(henk("doctor", HENK_DATABASE_URL=loader))["Sessions of the role"]
    assert state == "FAILED"
    assert ("read-only" in found, "transaction_timeout is 120000ms" in found) == (True, True), found
    assert "statement_timeout 5000ms" in found  # no fault: imports set their own
    connection.execute(f"ALTER ROLE henk_loader IN DATABASE {database} RESET default_transaction_read_only")
    state, found = checks(henk("doctor", HENK_DATABASE_URL=loader))["Sessions of the role"]
    assert (state, "read-only" in found, "transaction_timeout" in found) == ("FAILED", False, True), found


def test_twenty_missing_rights_are_named_and_more_are_counted(henk, connection, loader):
    connection.execute("REVOKE ALL ON leads, lead_imports, lead_import_rows, lead_list_members, campaign_leads FROM henk_loader")
    rights = [f"{right} on {table}" for table, needed in NEEDED.items() for right in needed]
    _, found = checks(henk("doctor", HENK_DATABASE_URL=loader))["Rights of the role"]
    assert (sum(right in found for right in rights), "more" in found) == (20, False), found
    connection.execute("REVOKE SELECT ON businesses FROM henk_loader")
    _, found = checks(henk("doctor", HENK_DATABASE_URL=loader))["Rights of the role"]
    assert (sum(right in found for right in rights), "and 1 more" in found) == (20, True), found


@pytest.mark.long
def test_the_bucket_and_its_credentials_are_checked(henk):
    server = ThreadedMotoServer("127.0.0.1", free_port())
    server.start()
    try:
        host, port = server.get_host_and_port()
        environment = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        missing = checks(henk("doctor", HENK_LANDING="s3://nowhere/in", **environment))["Landing folder"]
        assert (missing[0], "there is no bucket s3://nowhere" in missing[1]) == ("FAILED", True), missing
        import boto3  # noqa: PLC0415

        boto3.client(
            "s3", endpoint_url=environment["AWS_ENDPOINT_URL"], aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1"
        ).create_bucket(Bucket="there")
        assert checks(henk("doctor", HENK_LANDING="s3://there/in", **environment))["Landing folder"][0] == "ok"
    finally:
        server.stop()
    none = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
    state, found = checks(henk("doctor", HENK_LANDING="s3://there/in", **none))["Landing folder"]
    assert (state, "credentials" in found) == ("FAILED", True), found


@pytest.mark.parametrize(
    ("name", "mode", "named"),
    [
        ("uploads/key/original/guests.csv", 0o644, "guests.csv (0644)"), ("uploads/key/original", 0o755, "original (0755)"),
        ("private/analytics.duckdb", 0o640, "analytics.duckdb (0640)"), ("analytics/henk.duckdb", 0o604, "henk.duckdb (0604)"),
        ("staging/x/key.parquet", 0o666, "key.parquet (0666)"),
    ],
)  # fmt: skip
def test_files_that_others_may_read_are_named_and_what_is_advised_mends_it(henk, settings, name, mode, named):
    path = settings.home / name
    path.mkdir(parents=True) if "." not in path.name else path.parent.mkdir(parents=True)
    if not path.exists():
        path.write_text("")
        path.chmod(0o600)
    subprocess.run(["chmod", "-R", "go-rwx", settings.home], check=True)
    assert checks(henk("doctor"))["Files for their owner alone"][0] == "ok"
    path.chmod(mode)
    shown = henk("doctor")
    state, found = checks(shown)["Files for their owner alone"]
    assert (shown.returncode, state, named in found) == (3, "FAILED", True), found
    subprocess.run(re.search("chmod -R.*", found)[0].split(), check=True)
    assert checks(henk("doctor"))["Files for their owner alone"][0] == "ok"


def test_what_the_analysts_group_may_read_is_no_finding(henk, settings):
    import grp  # noqa: PLC0415
    import os  # noqa: PLC0415

    group = grp.getgrgid(os.getegid()).gr_name
    assert henk("analytics", "build", HENK_ANALYTICS_GROUP=group).returncode == 0
    assert checks(henk("doctor", HENK_ANALYTICS_GROUP=group))["Files for their owner alone"][0] == "ok"


@pytest.mark.long
def test_after_an_import_all_files_are_for_their_owner_alone(henk, settings, tmp_path):
    assert henk("business", "add", "acme").returncode == 0
    (tmp_path / "guests.csv").write_text("Email\nana@example.org\n")
    assert henk("import", tmp_path / "guests.csv", "--business", "acme").returncode == 0
    assert checks(henk("doctor"))["Files for their owner alone"] == ("ok", "others can neither read nor list them")


def test_the_table_is_printed_also_where_a_setting_cannot_be_used(henk):
    shown = henk("doctor", HENK_DATABASE_URL="postgresql://u:sekret77/pw@h/db")
    assert shown.returncode == 2
    assert "HENK_DATABASE_URL cannot be used" in shown.stderr
    assert checks(shown)["Python"][0] == "ok"
    assert checks(shown)["PostgreSQL"] == ("", "not made: a setting cannot be used")
    assert "sekret77" not in shown.stdout + shown.stderr
    assert (henk("doctor", "--heartbeat", HENK_DATABASE_URL="nothing").stdout) == ""
