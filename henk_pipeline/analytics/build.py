"""Builds the DuckDB file of all analytics tables. The file is new and nobody's yet; publish.py puts it in its place.

From nothing, or from the file of last time: then only rows that PostgreSQL has changed since are read, tables whose input did not change stay.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from henk_pipeline.analytics.literals import quoted
from henk_pipeline.analytics.tables import AnalyticsTable

# The oldest DuckDB that can read what is published (tests/integration/test_analytics.py reads it with that version).
STORAGE_VERSION = "v1.4.0"
MEMORY = "1GB"
AT_ONCE = 2  # tables read at a time
# What a table with more changed rows than this share has grown by in its file is worth reading all of it anew.
STALE_SHARE = 0.2
SMALL = 10_000  # rows, below which that does not matter
INFO = {
    "table_name": "VARCHAR", "row_count": "BIGINT", "changed_rows": "BIGINT", "changed_since_whole": "BIGINT", "rebuilt": "BOOLEAN",
    "postgres_snapshot": "VARCHAR", "postgres_written": "VARCHAR", "built_at": "TIMESTAMPTZ", "built_from": "VARCHAR",
}  # fmt: skip
INFO_ANSWERS = "What this file was built from, and when: one row a table."
INFO_MEANS = {
    "table_name": "a table of this file",
    "row_count": "its rows",
    "changed_rows": "rows of PostgreSQL that were read for it by this build; null for a table made from other tables here",
    "changed_since_whole": "such rows since the file was last built from nothing",
    "rebuilt": "whether this build changed the table",
    "postgres_snapshot": "the snapshot of PostgreSQL that all tables show",
    "postgres_written": "rows that had been inserted, updated and deleted in each of its tables, by its own count: the same, nothing has changed",
    "built_at": "when that was",
    "built_from": "the database and the SQL files the build was made from",
}


class Source(Protocol):
    """A moment of PostgreSQL, as `henk_pipeline.postgres.snapshot.Snapshot` is one."""

    @property
    def name(self) -> str:
        """What PostgreSQL calls it."""

    @property
    def database(self) -> str:
        """Which database it is of."""

    @property
    def written(self) -> str | None:
        """How many rows had been written to each table."""

    def reading(self, table: str, since: str | None = None) -> AbstractContextManager[Any]:
        """The rows of a table, or those written after another moment, as an Arrow stream."""

    def count(self, table: str) -> int:
        """How many rows a table has."""

    def ids(self, table: str) -> AbstractContextManager[Any]:
        """The column `id` of a table, as an Arrow stream."""


@dataclass(frozen=True)
class Built:
    """What a build made: rows a table; the tables that are not as they were; whether it was built from nothing, and whether leads are gone."""

    rows: Mapping[str, int]
    changed: frozenset[str]
    whole: bool
    forgotten: bool


class _WholeBuildNeededError(Exception):
    """The file of last time cannot be gone on from; `forgotten`: it may hold leads that must not be kept."""

    def __init__(self, *, forgotten: bool) -> None:
        super().__init__()
        self.forgotten = forgotten


def build(target: Path, source: Source, tables: Sequence[AnalyticsTable], last: Path | None = None) -> Built:
    """Make the DuckDB file `target` with a table an AnalyticsTable, and `build_info`.

    Takes: where no file is yet; a moment of PostgreSQL; tables, each after those it reads; the file of last time, if there is one. Leads that are
    gone since (erased, merged, undone) make it build from nothing, so that no byte of them is left in it. Raises: duckdb.Error, OSError.
    """
    digest, forgotten = _digest(tables, source), False
    if last is not None and last.exists():
        try:
            known = _known(last, tables, digest, source)
            counts = _counts(last, known, tables, source)
            with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
                copied = pool.submit(shutil.copyfile, last, target)
                changes = dict(pool.map(lambda table: _change(table, source, known.since), (table for table in tables if table.key)))
                copied.result()
            with _opened(target) as connection:
                return _Building(connection, source, tables, digest).update(known, changes, counts)
        except (_WholeBuildNeededError, duckdb.Error) as why:
            # Leads are gone; built by another version, of another database; damaged: nothing of it is needed.
            target.unlink(missing_ok=True)
            target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
            forgotten = not isinstance(why, _WholeBuildNeededError) or why.forgotten
    with _opened(target) as connection:
        return _Building(connection, source, tables, digest).make(forgotten=forgotten)


@dataclass(frozen=True)
class _Known:
    """The file of last time: the snapshot it shows, the rows of each table, and those read for it since it was built from nothing."""

    since: str
    rows: Mapping[str, int]
    changed: Mapping[str, int]

    def is_stale(self, name: str, read: int, count: int) -> bool:
        """Whether so many more rows make it worth reading all `count` of them anew."""
        return self.changed[name] + read > STALE_SHARE * max(count, SMALL)


def _known(last: Path, tables: Sequence[AnalyticsTable], digest: str, source: Source) -> _Known:
    """Raises: _WholeBuildNeededError, if it is not one to go on from."""
    with duckdb.connect(str(last), read_only=True) as connection:
        rows = connection.execute(
            "SELECT table_name, row_count, changed_since_whole, postgres_snapshot, built_from FROM build_info"
        ).fetchall()
    told = {row[0] for row in rows}, {row[4] for row in rows}
    if told != ({table.name for table in tables}, {digest}):
        raise _WholeBuildNeededError(forgotten=True)
    (since,) = {str(row[3]) for row in rows}
    if int(since.split(":")[1]) > int(source.name.split(":")[1]):
        raise _WholeBuildNeededError(forgotten=True)  # a database that has gone back in time
    return _Known(since, {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})


def _counts(last: Path, known: _Known, tables: Sequence[AnalyticsTable], source: Source) -> dict[str, int]:
    """The rows that each table with a key is to have. Raises: _WholeBuildNeededError where so many have come that they are not to be read twice,
    and not to be held in memory.
    """
    counts = {table.name: source.count(table.source) for table in tables if table.key}
    if any(known.is_stale(name, count - known.rows[name], count) for name, count in counts.items()):
        raise _WholeBuildNeededError(forgotten=_is_somebody_gone(last, source, tables))
    return counts


def _is_somebody_gone(last: Path, source: Source, tables: Sequence[AnalyticsTable]) -> bool:
    """Whether the file of last time knows people whom PostgreSQL does not."""
    with duckdb.connect(str(last), read_only=True) as connection:
        for table in tables:
            if table.key and table.personal:
                with _gone(connection, source, table) as rows:
                    if _one(connection.execute(f"SELECT count(*) {rows}")):
                        return True
    return False


@contextmanager
def _gone(connection: duckdb.DuckDBPyConnection, source: Source, table: AnalyticsTable) -> Iterator[str]:
    """`FROM … WHERE …`: the rows of a table with a key that PostgreSQL does not have any more."""
    with source.ids(table.source) as stream:
        connection.register("there", stream)
        yield f"FROM {table.name} WHERE {table.key} NOT IN (SELECT id FROM there)"
        connection.unregister("there")


def _change(table: AnalyticsTable, source: Source, since: str) -> tuple[str, pa.Table]:
    """The rows of PostgreSQL that a table with a key is to be made anew of."""
    with source.reading(table.source, since) as stream:
        return table.name, pa.RecordBatchReader.from_stream(stream).read_all()


@contextmanager
def _opened(target: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(target.parent / ".spill")}) as connection:
        connection.execute(f"ATTACH {quoted(str(target))} AS building (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE building")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")  # it would go to the standard output
        yield connection
        connection.execute("USE memory")
        connection.execute("DETACH building")


class _Building:
    """One build, in an open file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: Source, tables: Sequence[AnalyticsTable], digest: str) -> None:
        self.connection, self.source, self.tables, self.digest = connection, source, tables, digest
        self.ours = {table.name for table in tables}
        self.changed: set[str] = set()
        self.read: dict[str, int] = {}
        self.loaded: set[str] = set()

    def make(self, *, forgotten: bool) -> Built:
        """Everything from nothing."""
        self.connection.execute("SET preserve_insertion_order = false")  # of rows that come in no order
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            # Facts and things before bridges, which are small: both cores have something to do until the end.
            keyed = sorted((table for table in self.tables if table.key), key=lambda table: table.name, reverse=True)
            list(pool.map(self._make_rows, keyed))
        self.connection.execute("SET preserve_insertion_order = true")
        for table in self.tables:
            if table.key:
                self.read[table.name] = self._count(table.name)
                self._comment(table)
            else:
                self._load_small(table)
                self._create(table)
            self.changed.add(table.name)
        return self._finish({}, whole=True, forgotten=forgotten)

    def _make_rows(self, table: AnalyticsTable) -> None:
        """A table with a key, from all rows of PostgreSQL, by a thread of its own."""
        with self.connection.cursor() as cursor, self.source.reading(table.source) as stream:
            cursor.execute("USE building")
            cursor.register(table.source, stream)
            cursor.execute(f"CREATE TABLE {table.name} AS {table.query}")

    def update(self, known: _Known, changes: Mapping[str, pa.Table], counts: Mapping[str, int]) -> Built:
        """What has changed since the file was built. Raises: _WholeBuildNeededError."""
        # Where people may be gone from first: what else makes a whole build needed does not hide it.
        for table in sorted((table for table in self.tables if table.key), key=lambda table: not table.personal):
            self._update_rows(table, changes[table.name], counts[table.name])
        if any(known.is_stale(name, read, counts[name]) for name, read in self.read.items()):
            raise _WholeBuildNeededError(forgotten=False)
        for table in self.tables:
            if not table.key:
                self._renew(table)
        return self._finish(known.changed, whole=False, forgotten=False)

    def _update_rows(self, table: AnalyticsTable, changed: pa.Table, count: int) -> None:
        """Rows of a table with a key: those that changed, in the place of what they were."""
        self.read[table.name] = changed.num_rows
        if changed.num_rows:
            self.connection.register(table.source, changed)
            self.connection.execute(f"DELETE FROM {table.name} WHERE {table.key} IN (SELECT id FROM {table.source})")
            self.connection.execute(f"INSERT INTO {table.name} {table.query}")
            self.connection.unregister(table.source)
            self.changed.add(table.name)
        if self._count(table.name) != count:
            # More than there were and came in: some have gone.
            if table.personal:
                raise _WholeBuildNeededError(forgotten=True)
            with _gone(self.connection, self.source, table) as rows:
                self.connection.execute(f"DELETE {rows}")
            self.changed.add(table.name)

    def _renew(self, table: AnalyticsTable) -> None:
        """A table that is made as a whole, if anything it reads has changed, and only written where it comes out another."""
        if not (table.reads & self.changed or table.reads - self.ours or table.depends_on_the_day):
            return
        self._load_small(table)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE renewed AS {table.query}")
        old, new = f"FROM {table.name}", "FROM temp.renewed"
        differs = f"SELECT count(*) FROM (({new} EXCEPT ALL {old}) UNION ALL ({old} EXCEPT ALL {new}))"
        if _one(self.connection.execute(differs)):
            self.connection.execute(f"CREATE OR REPLACE TABLE {table.name} AS FROM temp.renewed")
            self._comment(table)
            self.changed.add(table.name)

    def _create(self, table: AnalyticsTable) -> None:
        self.connection.execute(f"CREATE TABLE {table.name} AS {table.query}")
        self._comment(table)

    def _load_small(self, table: AnalyticsTable) -> None:
        """What a table reads of PostgreSQL, held for the build and not published."""
        for name in sorted(table.reads - self.ours - self.loaded):
            with self.source.reading(name) as stream:
                self.connection.register("arriving", stream)
                self.connection.execute(f"CREATE TEMP TABLE {name} AS FROM arriving")
                self.connection.unregister("arriving")
            self.loaded.add(name)

    def _comment(self, table: AnalyticsTable) -> None:
        comment(self.connection, table.name, table.answers, table.columns)

    def _count(self, name: str) -> int:
        return int(_one(self.connection.execute(f"SELECT count(*) FROM {name}")))

    def _finish(self, before: Mapping[str, int], *, whole: bool, forgotten: bool) -> Built:
        rows = {table.name: self._count(table.name) for table in self.tables}
        columns = ", ".join(f"{name} {kind}" for name, kind in INFO.items())
        self.connection.execute(f"CREATE OR REPLACE TABLE build_info ({columns})")
        for name, count in rows.items():
            self.connection.execute(
                f"INSERT INTO build_info VALUES ({', '.join('?' * 7)}, now(), ?)",
                [
                    name, count, self.read.get(name), before.get(name, 0) + (0 if whole else self.read.get(name, 0)), name in self.changed,
                    self.source.name, self.source.written, self.digest,
                ],
            )  # fmt: skip
        comment(self.connection, "build_info", INFO_ANSWERS, INFO_MEANS)
        return Built(rows, frozenset(self.changed), whole, forgotten)


def comment(connection: duckdb.DuckDBPyConnection, name: str, answers: str, columns: Mapping[str, str], kind: str = "TABLE") -> None:
    """Comments on a table or view and its columns, in the file itself."""
    connection.execute(f"COMMENT ON {kind} {name} IS {quoted(answers)}")
    for column, means in columns.items():
        connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(means)}')


def _one(result: duckdb.DuckDBPyConnection) -> Any:  # noqa: ANN401
    return result.fetchall()[0][0]


def _digest(tables: Sequence[AnalyticsTable], source: Source) -> str:
    """What a build is made from, but for the rows: another one cannot go on from it."""
    told = json.dumps(
        [STORAGE_VERSION, source.database, [(t.name, t.query, t.answers, dict(t.columns), t.key, t.personal) for t in tables]]
    )
    return hashlib.sha256(told.encode()).hexdigest()
