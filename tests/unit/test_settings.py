"""Settings that cannot be used are named with a remedy; nothing of a URL of a database is shown, for any part of it may be the password."""

import pydantic
import pytest
from psycopg import pq

from henk_pipeline.postgres.connect import DatabaseAddressError, DatabaseUnavailableError, masked, own_url
from henk_pipeline.settings import Settings

SECRET = "Zx9Qqw"  # noqa: S105 - of a test


@pytest.mark.parametrize("url", [
    "postgresql+psycopg2://henk:{}@db/henk", "postgrsql://henk:{}@db/henk", "postgresql://henk:{}%zz@db/henk", "postgresql://henk:{}/more@db/henk",
    "postgresql://henk:{}@db:port/henk", "henk:{}@db/henk", "postgresql://henk:12{}/@db:5432,x/henk", "postgresql://henk:10@{}@db/henk",
    "postgresql://henk:1?{}@db/henk",
])  # fmt: skip
def test_a_url_that_cannot_be_used_is_refused_without_a_part_of_it(monkeypatch, url):
    monkeypatch.setenv("HENK_DATABASE_URL", url.format(SECRET))
    with pytest.raises(pydantic.ValidationError) as caught:
        Settings()
    told = f"{caught.value} {caught.value.__cause__} {caught.value.__context__} {caught.value.errors(include_input=False)}"
    assert SECRET not in told
    assert "database_url" in told


def test_words_that_libpq_cannot_read_are_refused_without_a_part_of_them():
    with pytest.raises(DatabaseUnavailableError) as caught:
        own_url(f"host=db password={SECRET} dbname")
    assert SECRET not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize("url", [
    "postgresql://henk:a%2Fb@db/henk", "postgres://db", "host=db port=5432", "postgresql://a,b:5433/henk?target_session_attrs=read-write",
    "postgresql:///henk?host=/run/postgresql", "postgresql://[::1]:5432/henk", " postgresql://db/henk ",
])  # fmt: skip
def test_what_libpq_reads_is_taken(monkeypatch, url):
    monkeypatch.setenv("HENK_DATABASE_URL", url)
    assert Settings().database_url.get_secret_value() == url.strip()


@pytest.mark.parametrize(("landing", "remedy"), [
    ("s3://", "s3://bucket/folder"), ("s3:///in", "s3://bucket/folder"), ("s3:/bucket/in", "s3://bucket/folder"), ("gs://", "gs://bucket/folder"),
    (f"s3://henk:{SECRET}@bucket/in", "credentials are not part"), (f"ftp://henk:{SECRET}@host/in", "ftp: is no store"), ("foo://x/y", "foo: is no store"),
    (f"https://host/in?token={SECRET}", "https: is no store"),
])  # fmt: skip
def test_a_landing_folder_that_is_no_store_is_refused_with_what_to_write(monkeypatch, landing, remedy):
    monkeypatch.setenv("HENK_LANDING", landing)
    with pytest.raises(pydantic.ValidationError, match=remedy) as caught:
        Settings()
    assert SECRET not in f"{caught.value} {caught.value.errors(include_input=False)}"


@pytest.mark.parametrize(
    "landing", ["s3://bucket", "s3://bucket/in", "gs://bucket/in", "az://container/in", "abfss://container/in", "file:///srv/in"]
)
def test_a_landing_folder_in_a_store_is_taken_as_it_is(monkeypatch, landing):
    monkeypatch.setenv("HENK_LANDING", landing)
    assert Settings().landing == landing


def test_a_landing_folder_on_a_disk_is_absolute(monkeypatch):
    for landing in ("in", "a:b/in", "~/in", "/srv/in"):
        monkeypatch.setenv("HENK_LANDING", landing)
        assert Settings().landing.startswith("/")


@pytest.mark.parametrize("name", ["HENK_HOME", "HENK_ANALYTICS"])
def test_what_lies_on_this_machine_is_no_url(monkeypatch, name):
    monkeypatch.setenv(name, "s3://bucket/henk")
    with pytest.raises(pydantic.ValidationError, match="path of this machine"):
        Settings()


def test_other_settings_are_refused_by_name(monkeypatch):
    monkeypatch.setenv("HENK_TIMEZONE", "Mars/Base")
    with pytest.raises(pydantic.ValidationError, match="'Mars/Base' is no IANA time zone"):
        Settings()


@pytest.mark.parametrize("parameter", [option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.dispchar == b"*"] + ["scram_client_key", "scram_server_key"])  # fmt: skip
def test_every_parameter_of_libpq_that_is_a_secret_is_masked(parameter):
    shown = masked(f"host=127.0.0.1 user=henk {parameter}=S3cret")
    assert "S3cret" not in shown
    assert f"{parameter}=***" in shown


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://u:hunter2@h/db?nosuch=1", "cannot be read by PostgreSQL's client library"),
        ("postgresql://u:hunter2@h/db?application_name", "cannot be read by PostgreSQL's client library"),
        ("host=h password=hunter2 prot=5", "cannot be read by PostgreSQL's client library"),
        ("host='h password=hunter2", "cannot be read by PostgreSQL's client library"),
        ("host=h password=hunter2 port=x", "its port is no number from 1 to 65535"),
        ("postgresql://u:hunter2@h:99999/db", "its port is no number from 1 to 65535"),
        ("postgresql://u:hunter2@h:0/db", "its port is no number from 1 to 65535"),
        ("postgresql://u:hunter2@h/db?sslmode=maybe", "its sslmode is none of disable, allow"),
        ("postgresql://u:hunter2@h/db?target_session_attrs=primry", "its target_session_attrs is none of"),
        ("host=h password=hunter2 connect_timeout=soon", "its connect_timeout is no whole number"),
    ],
)
def test_an_address_that_libpq_would_refuse_is_a_mistake_in_a_setting(url, why):
    with pytest.raises(DatabaseAddressError, match=why) as refused:
        own_url(url)
    assert (refused.value.exit_code, "hunter2" in str(refused.value)) == (2, False)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@h/db", "postgresql://h1:5432,h2:5433/db?target_session_attrs=read-write&sslmode=verify-full", "host=/tmp dbname=x",
        "postgres:///db?host=/var/run/postgresql&connect_timeout=5", "postgresql://u@[::1]:5432/db", "service=henk", "host=h port=5432,5433",
    ],
)  # fmt: skip
def test_an_address_that_libpq_reads_is_taken(url):
    assert own_url(Settings(database_url=url).database_url.get_secret_value()) == url
