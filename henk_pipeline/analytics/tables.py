"""The analytics tables: one SQL file each in schemas/duckdb/, whose first comment says what it answers and what its columns mean.

The comment: what the table answers; an empty line; perhaps `key: COLUMN` and `personal: COLUMN, COLUMN`; an empty line; `COLUMN: what it means`.
A table with a key has a row for each row of one table of PostgreSQL, whose `id` is the key: after small changes only the rows that changed are
made anew. No database is opened here.
"""

import graphlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from henk_pipeline.settings import schemas_folder

_NAME = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_][a-z0-9_]*)\b(?!\s*\()")
_NOTE = re.compile(r"--[^\n]*")
# What makes a table another one tomorrow, with the same rows to be made from.
_MOMENT = re.compile(r"\b(?:current_date|now\(\))")


class TableFileError(ValueError):
    """A file of schemas/duckdb/ says too little of its table; the message names it."""


@dataclass(frozen=True)
class AnalyticsTable:
    """A table of the DuckDB file: its name, the question it answers, what its columns mean, which tables it reads, and the query that makes it.

    `key`: the column that a row has of the one row it is made from; `personal`: columns that tell of a person.
    """

    name: str
    answers: str
    query: str
    columns: Mapping[str, str] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()
    key: str | None = None
    personal: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The one table that a table with a key is made from."""
        (source,) = self.reads
        return source

    @property
    def depends_on_the_day(self) -> bool:
        """Whether it is another table on another day, of the same rows."""
        return bool(_MOMENT.search(_NOTE.sub("", self.query)))


def load_tables(folder: Path | None = None) -> list[AnalyticsTable]:
    """The tables of `schemas/duckdb/`, each after those it reads, otherwise by name.

    Raises: TableFileError; graphlib.CycleError.
    """
    tables = {path.stem: read_table(path) for path in sorted((folder or schemas_folder() / "duckdb").glob("*.sql"))}
    order = graphlib.TopologicalSorter({name: sorted(table.reads & tables.keys()) for name, table in tables.items()})
    return [tables[name] for name in order.static_order()]


def read_table(path: Path) -> AnalyticsTable:
    """The table of one SQL file. Raises: TableFileError."""
    text = path.read_text("utf-8")
    comment, _, query = text.partition("\n\n")
    paragraphs: list[list[str]] = [[]]
    for line in comment.splitlines():
        if not line.startswith("--"):
            raise TableFileError(f"{path} must begin with a comment, an empty line behind it.")
        told = line.removeprefix("--")
        if not told.strip():
            paragraphs.append([])
        elif told.startswith("   ") and paragraphs[-1]:
            paragraphs[-1][-1] += " " + told.strip()
        else:
            paragraphs[-1].append(told.strip())
    if not query.strip() or len(paragraphs) < 2:
        raise TableFileError(f"{path} must say what the table answers and what its columns mean, then the query.")
    notes = dict(line.split(": ", 1) for paragraph in paragraphs[1:] for line in paragraph if ": " in line)
    key = notes.pop("key", None)
    personal = tuple(name.strip() for name in notes.pop("personal", "").split(",") if name.strip())
    bare = _NOTE.sub("", query)
    within = set(re.findall(r"\b([a-z_][a-z0-9_]*) AS \(\s*(?:SELECT|WITH)", bare))
    reads = frozenset(_NAME.findall(bare)) - within
    if key and len(reads) != 1:
        raise TableFileError(f"{path} has a key, so it must read one table alone; it reads {', '.join(sorted(reads))}.")
    return AnalyticsTable(path.stem, " ".join(paragraphs[0]), query, notes, reads, key, personal)
