"""The analytics tables: one SQL file each in schemas/duckdb/, whose first comment states the question and the meaning of its columns.

The comment: what the table answers; an empty line; perhaps `key: COLUMN` and `personal: COLUMN, COLUMN`; an
empty line; `COLUMN: what it means`.
A table with a key has a row for each row of one table of PostgreSQL, whose `id` is the key: after small changes
only the rows that changed are
made again. This module opens no database.
"""

import graphlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from henk_pipeline.settings import schemas_folder

_NAME = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_][a-z0-9_]*)\b(?!\s*\()")
_NOTE = re.compile(r"--[^\n]*")
# Expressions by which the same rows make another table tomorrow.
_MOMENT = re.compile(r"\b(?:current_date|now\(\))")


class TableFileError(ValueError):
    """A file of schemas/duckdb/ lacks a part of its table's description; the message names the file."""


@dataclass(frozen=True)
class AnalyticsTable:
    """A table of the DuckDB file: its name, its question, the meaning of its columns, the tables it reads, and its query.

    `key`: the column that identifies the one row of PostgreSQL that a row is made from; `personal`: columns
    with data of a person.
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
        """Whether the same rows make another table on another day."""
        return bool(_MOMENT.search(_NOTE.sub("", self.query)))


def load_tables(folder: Path | None = None) -> list[AnalyticsTable]:
    """Return the tables of `schemas/duckdb/`, each after those it reads, otherwise by name.

    Raises:
        TableFileError: A file is incomplete.
        graphlib.CycleError: Tables read each other.
    """
    tables = {path.stem: read_table(path) for path in sorted((folder or schemas_folder() / "duckdb").glob("*.sql"))}
    order = graphlib.TopologicalSorter({name: sorted(table.reads & tables.keys()) for name, table in tables.items()})
    return [tables[name] for name in order.static_order()]


def read_table(path: Path) -> AnalyticsTable:
    """Return the table of one SQL file.

    Raises:
        TableFileError: The file is incomplete.
    """
    text = path.read_text("utf-8")
    comment, _, query = text.partition("\n\n")
    paragraphs: list[list[str]] = [[]]
    for line in comment.splitlines():
        if not line.startswith("--"):
            raise TableFileError(f"{path} must begin with a comment, an empty line behind it.")
        note = line.removeprefix("--")
        if not note.strip():
            paragraphs.append([])
        elif note.startswith("   ") and paragraphs[-1]:
            paragraphs[-1][-1] += " " + note.strip()
        else:
            paragraphs[-1].append(note.strip())
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
