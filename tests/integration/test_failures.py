"""Which failures refuse a file: those that blame its data. After any other it stays pending, and loads as soon as the cause is gone."""

from pathlib import Path

import psycopg
import pytest

from henk_pipeline.failures import UploadDataError
from henk_pipeline.orchestration import retry_policy
from henk_pipeline.orchestration.retry_policy import Kind, kind_of
from henk_pipeline.postgres.connect import connect
from tests.integration.uploading import add_business


@pytest.fixture
def acme(settings, connection):
    add_business(connection, "acme", "Year End")
    folder = Path(settings.landing) / "acme"
    folder.mkdir(parents=True)
    for name in ("good", "marked"):
        (folder / f"{name}.csv").write_text(f"Email\n{name}@example.org\n")
    return folder


def fail_with(connection: psycopg.Connection, code: str, condition: str = "true") -> None:
    """Have the server raise SQLSTATE `code` where leads are written that meet `condition`."""
    connection.execute(
        f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM added WHERE {condition}) THEN "
        f"RAISE 'made to fail' USING ERRCODE = '{code}'; END IF; RETURN NULL; END $$"
    )
    connection.execute(
        "CREATE TRIGGER fail AFTER INSERT ON leads REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fail()"
    )


def states(connection: psycopg.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT file_name, status FROM lead_imports").fetchall())


@pytest.mark.long
@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("42501", "deploy/loader_role.sql"),  # a grant that is missing after an upgrade
        ("42P01", "henk migrate"),  # code and schema of two versions
        ("42883", "henk migrate"),
        ("XX000", "pending"),
    ],
)
def test_a_failure_of_the_environment_refuses_nothing(settings, acme, connection, henk, code, remedy):
    fail_with(connection, code)
    night = henk("nightly")
    assert night.returncode == 3, night.stderr
    assert remedy in night.stdout + night.stderr
    assert "rejected" not in states(connection).values()
    connection.execute("DROP TRIGGER fail ON leads")
    assert henk("nightly").returncode == 0
    assert states(connection) == {"good.csv": "loaded", "marked.csv": "loaded"}
    assert connection.execute("SELECT upload FROM henk.upload_attempts").fetchall() == []


@pytest.mark.long
@pytest.mark.parametrize("code", ["22003", "23514"])
def test_a_value_that_the_database_refuses_refuses_its_file_alone(settings, acme, connection, henk, code):
    fail_with(connection, code, "email LIKE 'marked%'")
    night = henk("nightly")
    assert night.returncode == 1, night.stderr
    assert states(connection) == {"good.csv": "loaded", "marked.csv": "rejected"}
    assert henk("nightly").returncode == 0


@pytest.mark.long
def test_an_unknown_error_of_one_file_keeps_no_other_from_loading(settings, acme, connection, henk):
    fail_with(connection, "P0001", "email LIKE 'marked%'")  # a trigger of the installation's
    for _ in range(2):
        night = henk("nightly")
        assert night.returncode == 3, night.stderr
        assert "made to fail" in night.stdout
        assert {name: status for name, status in states(connection).items() if status == "loaded"} == {"good.csv": "loaded"}
    connection.execute("DROP TRIGGER fail ON leads")
    assert henk("nightly").returncode == 0
    assert states(connection) == {"good.csv": "loaded", "marked.csv": "loaded"}


@pytest.mark.long
def test_a_file_that_meets_the_statement_timeout_is_isolated_and_stays_pending(settings, acme, connection, henk):
    connection.execute(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM added WHERE email LIKE 'marked%') THEN "
        "PERFORM pg_sleep(60); END IF; RETURN NULL; END $$"
    )
    connection.execute(
        "CREATE TRIGGER slow AFTER INSERT ON leads REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION slow()"
    )
    for _ in range(2):  # and the next night it harms nobody either
        night = henk("nightly", HENK_STATEMENT_SECONDS="3")
        assert night.returncode == 3, night.stdout
        assert "HENK_STATEMENT_SECONDS" in night.stdout + night.stderr
        assert states(connection)["good.csv"] == "loaded"
        assert "rejected" not in states(connection).values()
        (acme / "good.csv").write_text("Email\nbetter@example.org\n")
    connection.execute("DROP TRIGGER slow ON leads")
    assert henk("nightly").returncode == 0
    assert states(connection)["marked.csv"] == "loaded"


@pytest.mark.long
def test_settings_of_the_database_do_not_reach_the_pipeline(settings, acme, connection, henk):
    name = connection.execute("SELECT current_database()").fetchone()[0]
    for setting, value in (("statement_timeout", "5s"), ("lock_timeout", "1ms"), ("idle_in_transaction_session_timeout", "1ms")):
        connection.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'")
    connection.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'")
    with connect(settings) as session:
        shown = {one: session.execute(f"SHOW {one}").fetchone()[0] for one in ("statement_timeout", "lock_timeout", "timezone")}
    assert shown == {"statement_timeout": "2h", "lock_timeout": "0", "timezone": "UTC"}
    assert henk("nightly").returncode == 0
    assert set(states(connection).values()) == {"loaded"}


@pytest.mark.parametrize(
    ("error", "attempts", "kind"),
    [
        (psycopg.OperationalError("connection lost"), 0, Kind.RETRY),
        (psycopg.OperationalError("connection lost"), retry_policy.RETRIES, Kind.INFRASTRUCTURE),
        (psycopg.errors.IdleInTransactionSessionTimeout(), 0, Kind.RETRY),
        (psycopg.errors.ReadOnlySqlTransaction(), 0, Kind.RETRY),
        (psycopg.errors.ReadOnlySqlTransaction(), retry_policy.RETRIES, Kind.INFRASTRUCTURE),
        (psycopg.errors.DiskFull(), 0, Kind.INFRASTRUCTURE),
        (psycopg.errors.QueryCanceled(), 0, Kind.SUSPECT),
        (psycopg.errors.InsufficientPrivilege(), 0, Kind.INFRASTRUCTURE),
        (psycopg.errors.UniqueViolation(), 0, Kind.DATA),
        (psycopg.errors.NumericValueOutOfRange(), 0, Kind.DATA),
        (UploadDataError("no table"), 0, Kind.DATA),
        (OSError("disk"), 0, Kind.INFRASTRUCTURE),
        (RuntimeError("Query interrupted"), 0, Kind.SUSPECT),
        (MemoryError(), 0, Kind.SUSPECT),
    ],
)
def test_what_an_error_means(error, attempts, kind):
    assert kind_of(error, attempts) is kind
