"""`henk sql`: what it refuses, and what it writes for people and for machines."""

import json
import math
from decimal import Decimal

import psycopg
import pytest

from henk_pipeline.steps.analytics import publish_analytics
from tests.integration.uploading import add_business


@pytest.fixture
def sql(henk, settings):
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        publish_analytics(connection, settings)
    return lambda *arguments: henk("sql", *arguments)


def rows(ran, parse_float=None):
    assert ran.returncode == 0, ran.stderr

    def refuse(name):
        raise ValueError(name)

    return [json.loads(line, parse_float=parse_float, parse_constant=refuse) for line in ran.stdout.splitlines()]


@pytest.mark.parametrize(
    "statement",
    ["", ";", " ; ; ", "/* nothing */", "SELECT 1; SELECT 2", "SELEC 1", "SELECT * FROM nowhere", "SELECT INTERVAL 300000000 YEAR"],
)
def test_what_is_not_one_statement_is_refused_in_a_sentence(sql, statement):
    ran = sql(statement)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("Error: ")
    assert "Traceback" not in ran.stderr


def test_of_two_statements_none_is_run(sql, tmp_path):
    target = tmp_path / "out.csv"
    ran = sql(f"COPY (SELECT 1) TO '{target}'; SELECT 2")
    assert ran.returncode == 2
    assert "there are 2" in ran.stderr
    assert not target.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO '{}'",
        "ATTACH '{}' AS other",
        "EXPORT DATABASE '{}'",
        "CREATE TABLE henk.main.x AS SELECT 1",
        "INSTALL '{}'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{}'",
        "EXPLAIN (ANALYZE) COPY (SELECT 1) TO '{}'",
    ],
)
def test_no_file_is_written(sql, tmp_path, statement):
    target = tmp_path / "other.csv"
    ran = sql(statement.format(target))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert not target.exists()


def test_a_semicolon_behind_the_statement_is_no_second_one(sql):
    assert rows(sql("SELECT 1 AS n; -- done", "--json")) == [{"n": 1}]


def test_a_statement_may_begin_with_a_comment(sql):
    assert rows(sql("-- how many\nSELECT 1 AS n", "--json")) == [{"n": 1}]
    assert sql("SELECT 1", "--jsn").returncode == 2


def test_json_has_numbers_as_numbers_and_null_for_what_is_none(sql):
    statement = """SELECT 80.50::DECIMAL(18, 2) AS amount, 12345678901234567890123456789.01::DECIMAL(38, 2) AS big, 'nan'::DOUBLE AS nan,
        '-infinity'::DOUBLE AS inf, [1.5::DECIMAL(3, 1), NULL] AS several, {'a': 2.5::DECIMAL(3, 1), 'b': 'nan'::FLOAT} AS one,
        MAP {'x': 1::HUGEINT} AS counts, NULL AS nothing, true AS yes, 0.1 + 0.2 AS sum, DATE '2026-11-28' AS day, 'é"\' AS text,
        '\\x41'::BLOB AS bytes, 1 AS n, 2 AS n"""
    (row,) = rows(sql(statement, "--json"), parse_float=Decimal)
    assert row == {
        "amount": Decimal("80.50"), "big": Decimal("12345678901234567890123456789.01"), "nan": None, "inf": None, "several": [Decimal("1.5"), None],
        "one": {"a": Decimal("2.5"), "b": None}, "counts": {"x": 1}, "nothing": None, "yes": True, "sum": row["sum"], "day": "2026-11-28",
        "text": "é\"", "bytes": row["bytes"], "n": 1, "n_2": 2,
    }  # fmt: skip
    assert math.isclose(row["sum"], 0.3)


def test_cells_and_headings_are_text_to_the_terminal(sql):
    cell = "chr(27) || '[31m:heart: [red]x[/red]' || chr(155) || 'J' || chr(7) || chr(8238)"
    ran = sql(f"SELECT {cell} AS \"[bold]:heart:\", 'a' || chr(10) || 'b' AS two")
    assert ran.returncode == 0
    assert "\\x1b[31m:heart: [red]x[/red]\\x9bJ\\x07\\u202e" in ran.stdout
    assert "[bold]:heart:" in ran.stdout
    assert not {"\x1b", "\x9b", "\x07", "\u202e", "❤"} & set(ran.stdout)
    assert "\\u009b" in sql(f"SELECT {cell} AS c", "--json").stdout


def test_a_usage_error_is_text_to_the_terminal(henk, connection):
    add_business(connection, "acme", "Gala\x1b[31m:heart:")
    for name in ("nope", "no\x1b[31mpe"):
        ran = henk("campaign", "show", name, "--business", "acme")
        assert ran.returncode == 2
        assert "\x1b" not in ran.stderr
        assert "Gala\\x1b[31m:heart:" in " ".join(ran.stderr.split())


def test_an_error_is_text_to_the_terminal(sql):
    ran = sql("SELECT error(chr(27) || ']0;x' || ':heart:')")
    assert ran.returncode == 2
    assert "\x1b" not in ran.stderr
    assert ":heart:" in ran.stderr


def test_every_command_that_reads_the_duckdb_file_ends_alike_where_there_is_none(henk):
    ended = [
        henk(*command.split())
        for command in ("sql SELECT(1)", "analytics export out", "analytics export out.duckdb", "analytics dashboard")
    ]
    assert {(ran.returncode, ran.stdout) for ran in ended} == {(3, "")}
    assert len({ran.stderr for ran in ended}) == 1
    assert "`henk nightly` or `henk import` builds it" in ended[0].stderr
