"""Writes docs/data-dictionary.md from the comments and types of a DuckDB file: `python schemas/make_data_dictionary.py FILE.duckdb`.

`make data-dictionary` does it with a file of its own; a test holds the document equal to what this says.
"""

import sys
from pathlib import Path

import duckdb

DOCUMENT = Path(__file__).parents[1] / "docs" / "data-dictionary.md"
HEAD = """# Data dictionary

What is in the DuckDB file: made from its own comments (`make data-dictionary`), which `DESCRIBE` and every tool show, too. How to ask it:
[analysts.md](analysts.md). `dim_…` are things, `fct_…` what happened, `bridge_…` which belongs to which; the others answer a question each.
Times are UTC, shares are of 1 (per cent where it says so), amounts in the currency of the business. What a ratio has no denominator for is null.
"""


def describe(file: Path) -> str:
    """The document."""
    with duckdb.connect(str(file), read_only=True) as connection:
        relations = connection.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal "
            "UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY 1"
        ).fetchall()
        parts = [HEAD]
        for name, answers in relations:
            columns = connection.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [name]
            ).fetchall()
            parts.append(f"## {name}\n\n{answers}\n\n| column | type | what it means |\n| --- | --- | --- |")
            parts[-1] += "".join(f"\n| `{column}` | {kind} | {means or ''} |" for column, kind, means in columns) + "\n"
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(describe(Path(sys.argv[1])), "utf-8")
