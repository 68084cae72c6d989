"""The analytics tables: one SQL file each in schemas/duckdb/, whose first comment says what it answers. No database is opened here."""

from pathlib import Path
from typing import NamedTuple

from henk_pipeline.settings import schemas_folder


class AnalyticsTable(NamedTuple):
    """A table of the DuckDB file: its name, the question it answers, and the query that makes it."""

    name: str
    answers: str
    query: str


def load_tables(folder: Path | None = None) -> list[AnalyticsTable]:
    """The tables of `schemas/duckdb/`, by name.

    Raises: ValueError for a file that does not begin with a comment.
    """
    tables = []
    for path in sorted((folder or schemas_folder() / "duckdb").glob("*.sql")):
        query = path.read_text("utf-8")
        comment = [line[2:].strip() for line in query.split("\n\n")[0].splitlines() if line.startswith("--")]
        if not comment:
            raise ValueError(f"{path} must begin with a comment that says what the table answers.")
        tables.append(AnalyticsTable(path.stem, " ".join(comment), query))
    return tables
