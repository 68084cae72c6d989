"""What the SQL files of schemas/duckdb/ say of themselves."""

import graphlib

import pytest

from henk_pipeline.analytics.tables import TableFileError, load_tables, read_table

FILE = "-- What it answers.\n--\n-- key: a_id\n-- personal: name\n--\n-- a_id: the a\n-- name: its name,\n--   at length\n\nSELECT id AS a_id, name FROM people\n"


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text)
    return folder


def test_a_file_says_what_it_answers_what_its_columns_mean_and_what_it_reads(tmp_path):
    table = read_table(write(tmp_path, a=FILE) / "a.sql")
    assert (table.name, table.answers, table.key, table.personal) == ("a", "What it answers.", "a_id", ("name",))
    assert table.columns == {"a_id": "the a", "name": "its name, at length"}
    assert (table.reads, table.source, table.depends_on_the_day) == ({"people"}, "people", False)


@pytest.mark.parametrize("text", ["SELECT 1\n", "-- only this\n\nSELECT 1\n", "-- a\n--\n-- b: c\n\n", FILE.replace("FROM people", "FROM people JOIN others USING (id)")])  # fmt: skip
def test_a_file_that_says_too_little_is_refused_by_name(tmp_path, text):
    with pytest.raises(TableFileError, match=r"a\.sql"):
        read_table(write(tmp_path, a=text) / "a.sql")


def test_tables_come_after_what_they_read_and_common_table_expressions_are_none(tmp_path):
    head = "-- x\n--\n-- n: n\n\n"
    write(
        tmp_path,
        a=head + "WITH c AS (\n    SELECT 1 AS n FROM b\n)\nSELECT c.n FROM c -- FROM nowhere\nCROSS JOIN range(3)\n",
        b=head + "SELECT n FROM d WHERE day < current_date\n",
        d=head + "SELECT n FROM source\n",
    )
    tables = load_tables(tmp_path)
    assert [(table.name, set(table.reads), table.depends_on_the_day) for table in tables] == [
        ("d", {"source"}, False),
        ("b", {"d"}, True),
        ("a", {"b"}, False),
    ]
    write(tmp_path, d=head + "SELECT n FROM a\n")
    with pytest.raises(graphlib.CycleError):
        load_tables(tmp_path)


def test_only_the_table_of_leads_has_personal_columns():
    assert [table.name for table in load_tables() if table.personal] == ["dim_lead"]
