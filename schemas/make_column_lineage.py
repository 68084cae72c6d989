"""Write which columns of other analytics tables each column is made from: `python schemas/make_column_lineage.py`.

Run it when a query in schemas/duckdb changes; a test compares. sqlglot takes 0.7 s of CPU to find out, and as long to import: an import of ten
people need not pay it.
"""

import json
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage

from henk_pipeline.analytics.tables import AnalyticsTable, load_tables

LINEAGE = Path(__file__).parent / "duckdb" / "column_lineage.json"


def trace_tables(tables: list[AnalyticsTable]) -> dict[str, dict[str, list[list[str]]]]:
    """Return table → column → the columns [table, column] of other analytics tables that it is made from; columns without any are left out."""
    schema = {table.name: dict.fromkeys(table.columns, "TEXT") for table in tables}
    return {table.name: _trace_columns(table, schema) for table in tables}


def _trace_columns(table: AnalyticsTable, schema: dict[str, dict[str, str]]) -> dict[str, list[list[str]]]:
    try:
        # All columns at once: column by column sqlglot reads the statement again for each, three seconds in all.
        nodes = lineage(None, table.query, schema=schema, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        return {}  # a construct that sqlglot does not know
    traced: dict[str, list[list[str]]] = {}
    for column in table.columns:
        ends = [node for node in nodes[column].walk() if isinstance(node.source, exp.Table)] if column in nodes else []
        sources = {(node.source.name, node.name.rsplit(".", 1)[-1].strip('"')) for node in ends}
        others = [list(source) for source in sorted(sources) if source[0] != table.name and source[1] in schema.get(source[0], {})]
        if others:
            traced[column] = others
    return traced


def write_lineage(tables: list[AnalyticsTable]) -> str:
    """Return the content of the file."""
    return json.dumps(trace_tables(tables), indent=1) + "\n"


if __name__ == "__main__":
    LINEAGE.write_text(write_lineage(load_tables()))
