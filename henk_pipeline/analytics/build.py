"""Builds a DuckDB file from a snapshot's CSV files. The file is new and nobody's yet; publish.py puts it in its place."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from henk_pipeline.analytics.tables import AnalyticsTable


def build(
    target: Path, snapshot: Path, schema: Mapping[str, Mapping[str, str]], tables: list[AnalyticsTable], snapshot_name: str
) -> dict[str, int]:
    """Make the DuckDB file `target` with one table an AnalyticsTable, and `build_info` (when, from which snapshot, how many rows each).

    Takes: the folder of `<table>.csv` files and their columns with types; `target` must not exist. Gives: rows a table.
    Raises: duckdb.Error.
    """
    rows: dict[str, int] = {}
    with duckdb.connect() as connection:
        for source, columns in schema.items():
            # allow_quoted_nulls off: COPY writes null as nothing and an empty text as "".
            connection.execute(
                f"CREATE TABLE {source} AS FROM read_csv($file, header = true, columns = $columns, nullstr = '', allow_quoted_nulls = false)",
                {"file": str(snapshot / f"{source}.csv"), "columns": dict(columns)},
            )
        connection.execute("ATTACH $target AS published".replace("$target", f"'{str(target).replace(chr(39), chr(39) * 2)}'"))
        for table in tables:
            connection.execute(f"CREATE TABLE published.{table.name} AS {table.query}")
            connection.execute(f"COMMENT ON TABLE published.{table.name} IS '{table.answers.replace(chr(39), chr(39) * 2)}'")
            count = connection.execute(f"SELECT count(*) FROM published.{table.name}").fetchone()  # noqa: S608 - a file name of ours
            rows[table.name] = count[0] if count else 0
        connection.execute(
            "CREATE TABLE published.build_info (table_name VARCHAR, row_count BIGINT, postgres_snapshot VARCHAR, built_at TIMESTAMPTZ)"
        )
        for name, count_of_rows in rows.items():
            connection.execute("INSERT INTO published.build_info VALUES (?, ?, ?, now())", [name, count_of_rows, snapshot_name])
        connection.execute("DETACH published")
    return rows
