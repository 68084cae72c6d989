"""Poolers: session pooling works, whatever it does with start-up parameters; what shares server processes is refused."""

import threading
import time

import psycopg
import pytest

from henk_pipeline.postgres.connect import connect
from henk_pipeline.postgres.pooling import PoolingError, is_pooled, require_sessions
from henk_pipeline.settings import Settings, load_settings
from tests.integration.pooler import pgbouncer


def of(url: str) -> Settings:
    return load_settings().model_copy(update={"database_url": type(load_settings().database_url)(url)})


def test_a_server_without_a_pooler_is_recognised(settings, connection, database_url):
    assert not is_pooled(connection)
    require_sessions(connection, database_url)


@pytest.mark.parametrize("ignored", ["", "options,extra_float_digits,search_path"])
def test_session_pooling_keeps_time_zone_and_search_path(settings, connection, database_url, ignored):
    connection.execute("ALTER ROLE postgres SET timezone = 'Asia/Tokyo'")
    try:
        with pgbouncer(database_url, pool_mode="session", ignore_startup_parameters=ignored) as url, connect(of(url)) as pooled:
            assert is_pooled(pooled)
            assert pooled.execute("SHOW timezone").fetchone() == ("UTC",)
            assert pooled.execute("SHOW search_path").fetchone() == ("public",)
    finally:
        connection.execute("ALTER ROLE postgres RESET timezone")


@pytest.mark.parametrize("size", [1, 2, 20])
def test_transaction_pooling_is_refused(settings, database_url, size):
    with (
        pgbouncer(database_url, pool_mode="transaction", default_pool_size=size) as url,
        pytest.raises(PoolingError, match="transaction pooling"),
    ):
        connect(of(url))


def test_transaction_pooling_is_refused_while_others_use_the_pool(settings, database_url):
    with pgbouncer(database_url, pool_mode="transaction", default_pool_size=5) as url:
        stop = threading.Event()

        def work() -> None:
            with psycopg.connect(url, prepare_threshold=None) as other:
                while not stop.is_set():
                    other.execute("SELECT 1")
                    other.commit()
                    time.sleep(0.001)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(10):
                with pytest.raises(PoolingError, match="transaction pooling"):
                    connect(of(url))
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def test_statement_pooling_is_refused(settings, database_url, caplog):
    with pgbouncer(database_url, pool_mode="statement") as url, pytest.raises(PoolingError, match=r"(statement|transaction) pooling"):
        connect(of(url))
    assert caplog.messages == []  # psycopg warns of a rollback that it cannot do


def test_session_pooling_that_resets_nothing_is_refused(settings, database_url):
    with pgbouncer(database_url, pool_mode="session", server_reset_query="") as url, pytest.raises(PoolingError, match="DISCARD ALL"):
        connect(of(url))


def test_a_full_pool_is_named(settings, database_url, monkeypatch, caplog):
    monkeypatch.setattr("henk_pipeline.postgres.pooling.WAIT_SECONDS", 0.5)
    with pgbouncer(database_url, pool_mode="session", default_pool_size=1) as url, pytest.raises(PoolingError, match="pool is full"):
        connect(of(url))
    assert caplog.messages == []


def test_transaction_pooling_is_refused_by_migrate(henk, settings, database_url):
    with pgbouncer(database_url, pool_mode="transaction") as url:
        for command in (["migrate"], ["migrate", "--dry-run"], ["imports"]):
            refused = henk(*command, HENK_DATABASE_URL=url)
            assert (refused.returncode, "transaction pooling" in refused.stderr) == (3, True), refused.stderr


@pytest.mark.long
@pytest.mark.parametrize("ignored", ["", "options,extra_float_digits"])
def test_an_import_by_way_of_session_pooling_publishes_in_utc(henk, settings, connection, database_url, tmp_path, ignored):
    path = tmp_path / "people.csv"
    path.write_text("Email,Last activity\nana@example.org,2026-11-01T12:00:00Z\n")
    connection.execute("ALTER ROLE postgres SET timezone = 'Asia/Tokyo'")
    try:
        with pgbouncer(database_url, pool_mode="session", ignore_startup_parameters=ignored) as url:
            assert henk("business", "add", "acme", HENK_DATABASE_URL=url).returncode == 0
            loaded = henk("import", path, "--business", "acme", HENK_DATABASE_URL=url)
            assert loaded.returncode == 0, loaded.stderr
    finally:
        connection.execute("ALTER ROLE postgres RESET timezone")
    shown = henk("sql", "SELECT count(*) AS leads FROM dim_lead", "--json")
    assert shown.stdout == '{"leads": 1}\n'
