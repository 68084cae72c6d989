"""Whatever libpq accepts as the address of a database, migrations reach it; a database of a newer version is left alone."""

import filelock
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import SecretStr

from henk_pipeline.postgres import migrate
from henk_pipeline.postgres.connect import connect
from henk_pipeline.settings import load_settings
from tests.conftest import new_database


@pytest.fixture
def empty_url(server):
    with new_database(server, "template0") as url:
        yield url


def of_server(url, form):
    known = conninfo_to_dict(url)
    host, name = known["host"], known["dbname"]
    return {
        "key=value": make_conninfo(**known),
        "several hosts": f"postgresql://postgres@/{name}?host=/nowhere,{host}&target_session_attrs=read-write",
        "keepalives": f"{url}&keepalives_idle=30&channel_binding=prefer",
        "another name": f"{url}&application_name=night%20shift",
        "options": f"{url}&options=-c%20work_mem%3D8MB",
    }[form]


@pytest.mark.parametrize("form", ["key=value", "several hosts", "keepalives", "another name", "options"])
def test_what_libpq_accepts_is_migrated(empty_url, form):
    url = of_server(empty_url, form)
    assert len(migrate.dry_run(url).applied) == len(migrate.migrate(url).applied) > 20
    assert migrate.migrate(url) == ([], [])


def test_the_driver_is_told_that_there_is_no_tls(empty_url):
    """It would insist on TLS by default, where libpq does without."""
    with psycopg.connect(empty_url) as connection:
        url = migrate._driver_url(connection)
    assert "sslmode=disable" in url
    assert "port=" in url


@pytest.mark.parametrize(
    "message",
    [  # of PostgreSQL 15 and 18, by dbmate and by psycopg
        "Error: pq: permission denied to create role (42501)",
        "Error: pq: must be superuser to create bypassrls users (42501)",
        "0001_platform.sql: permission denied to create role",
    ],
)
def test_an_owner_that_may_not_create_the_roles_reads_which_ones(message):
    explained = migrate._explained(message)
    assert explained.startswith(message.removeprefix("Error: "))
    for role in ("anon", "authenticated", "service_role"):
        assert f"CREATE ROLE {role} NOLOGIN NOINHERIT" in explained
    assert "BYPASSRLS" in explained
    assert "henk_loader" not in explained


@pytest.mark.long
def test_the_time_limit_of_the_role_is_not_for_migrations(empty_url):
    with psycopg.connect(empty_url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION wait() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN IF tg_tag = ''CREATE SCHEMA'' THEN PERFORM pg_sleep(4); END IF; END'"
        )
        connection.execute("CREATE EVENT TRIGGER slow ON ddl_command_start EXECUTE FUNCTION wait()")
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET statement_timeout = '3s'")
    assert migrate.dry_run(empty_url).applied == migrate.migrate(empty_url).applied


def test_a_database_of_a_newer_version_is_left_alone(settings, connection):
    connection.execute("INSERT INTO schema_migrations (version) VALUES ('9001')")
    with pytest.raises(migrate.MigrationError, match=r"9001.*Update henk"):
        connect(load_settings())
    with pytest.raises(migrate.MigrationError, match=r"9001.*Update henk"):
        migrate.migrate(settings.database_url.get_secret_value())


def test_a_database_of_an_older_line_of_versions_needs_a_new_one(settings, connection):
    connection.execute("INSERT INTO schema_migrations (version) VALUES ('0003'), ('0004')")
    for use in (lambda: connect(load_settings()), lambda: migrate.migrate(settings.database_url.get_secret_value())):
        with pytest.raises(migrate.MigrationError, match=r"0003, 0004.*older line of versions.*new database.*HENK_DATABASE_URL") as refused:
            use()
        assert "Update henk" not in str(refused.value)
        assert "newer" not in str(refused.value)


def test_migrations_of_an_older_line_and_a_newer_version_are_of_a_newer_version(connection):
    connection.execute("INSERT INTO schema_migrations (version) VALUES ('0003'), ('20991231000000')")
    with pytest.raises(migrate.MigrationError, match=r"2 migrations.*20991231000000.*Update henk"):
        migrate.pending(connection)


@pytest.fixture
def role_henk(server):
    """One test at a time: a role is of the whole server, which workers share."""
    with filelock.FileLock(server.with_name("role-henk.lock")):
        yield


@pytest.mark.long
@pytest.mark.usefixtures("role_henk")
@pytest.mark.parametrize("path", ["elsewhere", '"$user", public', "''", "nowhere", "elsewhere, public"])
def test_the_search_path_of_the_role_leads_nothing_astray(empty_url, monkeypatch, tmp_path, path):
    """A role with the name of a schema of ours, too: "$user" then is that schema, once it is there."""
    with psycopg.connect(empty_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute("CREATE ROLE henk LOGIN SUPERUSER")
        try:
            connection.execute("CREATE SCHEMA elsewhere")
            connection.execute(f"ALTER ROLE henk IN DATABASE {name} SET search_path = {path}")
            url = empty_url.replace("postgres@", "henk@")
            assert len(migrate.dry_run(url).applied) == len(migrate.migrate(url).applied)
            assert migrate.migrate(url) == ([], [])
            lost = "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'elsewhere' OR nspname <> 'public' AND relname = 'leads'"
            assert connection.execute(lost).fetchall() == []
            with connect(load_settings().model_copy(update={"database_url": SecretStr(url)})) as ours:
                assert ours.execute("SELECT count(*) FROM leads").fetchone() == (0,)
        finally:
            connection.execute("REASSIGN OWNED BY henk TO postgres")
            connection.execute("DROP OWNED BY henk")
            connection.execute("DROP ROLE henk")


def test_waiting_for_a_server_is_reported(monkeypatch, caplog):
    monkeypatch.setattr(migrate, "WAIT_SECONDS", 1.5)
    monkeypatch.setattr(migrate, "SILENT_SECONDS", 0.0)
    with pytest.raises(migrate.ServerUnreachableError):
        migrate.migrate("postgresql://henk@127.0.0.1:1/none")
    assert [record.getMessage() for record in caplog.records] == ["PostgreSQL does not answer. Waiting for it, for at most 1.5 seconds."]
