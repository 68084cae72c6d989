"""Dagster's view of the columns of an analytics table: types, meanings, and the columns they are made from."""

import json
from functools import lru_cache
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from henk_pipeline.analytics.tables import AnalyticsTable
from henk_pipeline.settings import schemas_folder

SHOWN = 5  # rows


def shown_of(connection: duckdb.DuckDBPyConnection, table: AnalyticsTable) -> pl.DataFrame:
    """Return the first rows of a published table as text.

    They have no name and no contact, because Dagster keeps them for ever.
    """
    result = connection.execute(f'FROM "{table.name}" LIMIT {SHOWN}')
    columns = [column[0] for column in result.description or []]
    rows = [[None if cell is None else str(cell) for cell in row] for row in result.fetchall()]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").drop(table.personal, strict=False)


def columns_of(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    """Return the metadata `dagster/column_schema` and `dagster/column_lineage` of a published table."""
    rows = connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE database_name = 'henk' AND table_name = ? ORDER BY column_index",
        [name],
    ).fetchall()
    schema = dg.TableSchema([dg.TableColumn(column, kind, description=means) for column, kind, means in rows])
    lineage_of = {
        column: [dg.TableColumnDep(asset_key=dg.AssetKey(table), column_name=source) for table, source in sources]
        for column, sources in _lineages().get(name, {}).items()
    }
    return {
        "dagster/column_schema": dg.MetadataValue.table_schema(schema),
        "dagster/column_lineage": dg.MetadataValue.column_lineage(dg.TableColumnLineage(lineage_of)),
    }


@lru_cache(maxsize=1)
def _lineages() -> dict[str, dict[str, list[list[str]]]]:
    """Return table → column → the columns [table, column] of other analytics tables that it is made from (schemas/make_column_lineage.py)."""
    lineages: dict[str, dict[str, list[list[str]]]] = json.loads((schemas_folder() / "duckdb" / "column_lineage.json").read_text("utf-8"))
    return lineages
