"""What Dagster shows of the columns of an analytics table: types, what they mean, and which columns they are made from."""

from functools import lru_cache
from typing import Any

import dagster as dg
import duckdb
import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage

from henk_pipeline.analytics.tables import AnalyticsTable, load_tables

SHOWN = 5  # rows


def shown_of(connection: duckdb.DuckDBPyConnection, table: AnalyticsTable) -> pl.DataFrame:
    """The first rows of a published table as text. Nobody's name or contact: Dagster keeps what it shows for ever."""
    result = connection.execute(f'FROM "{table.name}" LIMIT {SHOWN}')
    columns = [column[0] for column in result.description or []]
    rows = [[None if cell is None else str(cell) for cell in row] for row in result.fetchall()]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").drop(table.personal, strict=False)


def columns_of(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    """Metadata `dagster/column_schema` and `dagster/column_lineage` of a published table."""
    rows = connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE database_name = 'henk' AND table_name = ? ORDER BY column_index",
        [name],
    ).fetchall()
    schema = dg.TableSchema([dg.TableColumn(column, kind, description=means) for column, kind, means in rows])
    lineage_of = {
        column: [dg.TableColumnDep(asset_key=dg.AssetKey(table), column_name=source) for table, source in sources]
        for column, sources in _lineages()[name].items()
    }
    return {
        "dagster/column_schema": dg.MetadataValue.table_schema(schema),
        "dagster/column_lineage": dg.MetadataValue.column_lineage(dg.TableColumnLineage(lineage_of)),
    }


@lru_cache(maxsize=1)
def _lineages() -> dict[str, dict[str, list[tuple[str, str]]]]:
    """Table → column → the columns of other analytics tables that it is made from."""
    tables = load_tables()
    schema = {table.name: dict.fromkeys(table.columns, "TEXT") for table in tables}
    return {table.name: _sources(table, schema) for table in tables}


def _sources(table: AnalyticsTable, schema: dict[str, dict[str, str]]) -> dict[str, list[tuple[str, str]]]:
    try:
        # All columns at once: column by column sqlglot would read the statement anew for each, three seconds in all.
        nodes = lineage(None, table.query, schema=schema, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        return {column: [] for column in table.columns}  # a construct that sqlglot does not know is no reason not to publish
    found: dict[str, list[tuple[str, str]]] = {}
    for column in table.columns:
        ends = [node for node in nodes[column].walk() if isinstance(node.source, exp.Table)] if column in nodes else []
        sources = {(node.source.name, node.name.rsplit(".", 1)[-1].strip('"')) for node in ends}
        found[column] = sorted(one for one in sources if one[0] != table.name and one[1] in schema.get(one[0], {}))
    return found
