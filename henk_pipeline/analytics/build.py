"""Builds the DuckDB file of all analytics tables. The file is new and not published; publish.py puts it in its place.

It is built from nothing, or from the file of last time: then only rows that PostgreSQL has changed since are
read, and tables whose input did not
change stay.
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
# A table with more changed rows than this share has grown so much in its file that reading all of it again is worth it.
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
        """PostgreSQL's name of the moment."""

    @property
    def database(self) -> str:
        """The database that the moment is of."""

    @property
    def written(self) -> str | None:
        """The number of rows that had been written to each table."""

    def reading(self, table: str, since: str | None = None) -> AbstractContextManager[Any]:
        """Return the rows of a table, or those written after another moment, as an Arrow stream."""

    def count(self, table: str) -> int:
        """Return how many rows a table has."""

    def ids(self, table: str) -> AbstractContextManager[Any]:
        """Return the column `id` of a table, as an Arrow stream."""


@dataclass(frozen=True)
class Built:
    """The result of a build: rows of each table; changed tables; whether it was built from nothing, and whether leads are gone."""

    rows: Mapping[str, int]
    changed: frozenset[str]
    is_whole: bool
    forgotten: bool


class _WholeBuildNeededError(Exception):
    """The file of last time cannot be updated; `forgotten`: it may hold leads that must not be kept."""

    def __init__(self, *, forgotten: bool) -> None:
        super().__init__()
        self.forgotten = forgotten


def build(target: Path, source: Source, tables: Sequence[AnalyticsTable], last: Path | None = None) -> Built:
    """Make the DuckDB file `target` with a table for each AnalyticsTable, and `build_info`.

    Leads that are gone since the last build (erased, merged, undone) make it build from nothing, so that no
    byte of them is left in the file.

    Args:
        target: A path where no file is yet.
        source: A moment of PostgreSQL.
        tables: The tables, each after those it reads.
        last: The file of last time, if there is one.

    Returns:
        The rows of each table and what has changed.

    Raises:
        duckdb.Error: The file cannot be built.
        OSError: The file cannot be written.
    """
    digest, forgotten = _digest(tables, source), False
    if last is not None and last.exists():
        try:
            last_build = _read_last_build(last, tables, digest, source)
            counts = _counts(last, last_build, tables, source)
            with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
                copied = pool.submit(shutil.copyfile, last, target)
                changes = dict(pool.map(lambda table: _change(table, source, last_build.since), (table for table in tables if table.key)))
                copied.result()
            with _opened(target) as connection:
                return _Building(connection, source, tables, digest).update(last_build, changes, counts)
        except (_WholeBuildNeededError, duckdb.Error) as why:
            # Leads are gone, another version or database built it, or it is damaged: nothing of it is needed.
            target.unlink(missing_ok=True)
            target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
            forgotten = not isinstance(why, _WholeBuildNeededError) or why.forgotten
    with _opened(target) as connection:
        return _Building(connection, source, tables, digest).make(forgotten=forgotten)


@dataclass(frozen=True)
class _LastBuild:
    """The file of last time: the snapshot it shows, the rows of each table, and those read for it since it was built from nothing."""

    since: str
    rows: Mapping[str, int]
    changed: Mapping[str, int]

    def is_stale(self, name: str, read: int, count: int) -> bool:
        """Return whether so many more rows make it worth reading all `count` of them again."""
        return self.changed[name] + read > STALE_SHARE * max(count, SMALL)


def _read_last_build(last: Path, tables: Sequence[AnalyticsTable], digest: str, source: Source) -> _LastBuild:
    """Return the snapshot and the row counts of the file of last time.

    Raises:
        _WholeBuildNeededError: The file cannot be updated.
    """
    with duckdb.connect(str(last), read_only=True) as connection:
        rows = connection.execute(
            "SELECT table_name, row_count, changed_since_whole, postgres_snapshot, built_from FROM build_info"
        ).fetchall()
    contents = {row[0] for row in rows}, {row[4] for row in rows}
    if contents != ({table.name for table in tables}, {digest}):
        raise _WholeBuildNeededError(forgotten=True)
    (since,) = {str(row[3]) for row in rows}
    if int(since.split(":")[1]) > int(source.name.split(":")[1]):
        raise _WholeBuildNeededError(forgotten=True)  # a database that has gone back in time
    return _LastBuild(since, {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})


def _counts(last: Path, last_build: _LastBuild, tables: Sequence[AnalyticsTable], source: Source) -> dict[str, int]:
    """Return the rows that each table with a key is to have.

    Raises:
        _WholeBuildNeededError: There are so many new rows that they must not be read twice, and not be held in
            memory.
    """
    counts = {table.name: source.count(table.source) for table in tables if table.key}
    if any(last_build.is_stale(name, count - last_build.rows[name], count) for name, count in counts.items()):
        raise _WholeBuildNeededError(forgotten=_is_somebody_gone(last, source, tables))
    return counts


def _is_somebody_gone(last: Path, source: Source, tables: Sequence[AnalyticsTable]) -> bool:
    """Return whether the file of last time has people whom PostgreSQL does not have."""
    with duckdb.connect(str(last), read_only=True) as connection:
        for table in tables:
            if table.key and table.personal:
                with _gone(connection, source, table) as rows:
                    if _scalar(connection.execute(f"SELECT count(*) {rows}")):
                        return True
    return False


@contextmanager
def _gone(connection: duckdb.DuckDBPyConnection, source: Source, table: AnalyticsTable) -> Iterator[str]:
    """Yield `FROM … WHERE …`: the rows of a table with a key that PostgreSQL no longer has."""
    with source.ids(table.source) as stream:
        connection.register("there", stream)
        yield f"FROM {table.name} WHERE {table.key} NOT IN (SELECT id FROM there)"
        connection.unregister("there")


def _change(table: AnalyticsTable, source: Source, since: str) -> tuple[str, pa.Table]:
    """Return the name of a table with a key, and the rows of PostgreSQL from which its changes are made."""
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
        """Build everything from nothing."""
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
        return self._finish({}, is_whole=True, forgotten=forgotten)

    def _make_rows(self, table: AnalyticsTable) -> None:
        """Make a table with a key from all rows of PostgreSQL, in a thread of its own."""
        with self.connection.cursor() as cursor, self.source.reading(table.source) as stream:
            cursor.execute("USE building")
            cursor.register(table.source, stream)
            cursor.execute(f"CREATE TABLE {table.name} AS {table.query}")

    def update(self, last_build: _LastBuild, changes: Mapping[str, pa.Table], counts: Mapping[str, int]) -> Built:
        """Apply the changes since the file was built.

        Raises:
            _WholeBuildNeededError: The file cannot be updated, because people are gone or too many rows have
                changed.
        """
        # Tables from which people may be gone come first, so that no other reason for a whole build hides that.
        for table in sorted((table for table in self.tables if table.key), key=lambda table: not table.personal):
            self._update_rows(table, changes[table.name], counts[table.name])
        if any(last_build.is_stale(name, read, counts[name]) for name, read in self.read.items()):
            raise _WholeBuildNeededError(forgotten=False)
        for table in self.tables:
            if not table.key:
                self._renew(table)
        return self._finish(last_build.changed, is_whole=False, forgotten=False)

    def _update_rows(self, table: AnalyticsTable, changed: pa.Table, count: int) -> None:
        """Replace the rows of a table with a key that changed, and remove those that are gone."""
        self.read[table.name] = changed.num_rows
        if changed.num_rows:
            self.connection.register(table.source, changed)
            self.connection.execute(f"DELETE FROM {table.name} WHERE {table.key} IN (SELECT id FROM {table.source})")
            self.connection.execute(f"INSERT INTO {table.name} {table.query}")
            self.connection.unregister(table.source)
            self.changed.add(table.name)
        if self._count(table.name) != count:
            # The counts differ after the update: rows are gone.
            if table.personal:
                raise _WholeBuildNeededError(forgotten=True)
            with _gone(self.connection, self.source, table) as rows:
                self.connection.execute(f"DELETE {rows}")
            self.changed.add(table.name)

    def _renew(self, table: AnalyticsTable) -> None:
        """Make a table without a key again if anything it reads has changed, and write it only where it differs."""
        if not (table.reads & self.changed or table.reads - self.ours or table.depends_on_the_day):
            return
        self._load_small(table)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE renewed AS {table.query}")
        old, new = f"FROM {table.name}", "FROM temp.renewed"
        differs = f"SELECT count(*) FROM (({new} EXCEPT ALL {old}) UNION ALL ({old} EXCEPT ALL {new}))"
        if _scalar(self.connection.execute(differs)):
            self.connection.execute(f"CREATE OR REPLACE TABLE {table.name} AS FROM temp.renewed")
            self._comment(table)
            self.changed.add(table.name)

    def _create(self, table: AnalyticsTable) -> None:
        self.connection.execute(f"CREATE TABLE {table.name} AS {table.query}")
        self._comment(table)

    def _load_small(self, table: AnalyticsTable) -> None:
        """Load the tables of PostgreSQL that a table reads; they are held for the build and not published."""
        for name in sorted(table.reads - self.ours - self.loaded):
            with self.source.reading(name) as stream:
                self.connection.register("arriving", stream)
                self.connection.execute(f"CREATE TEMP TABLE {name} AS FROM arriving")
                self.connection.unregister("arriving")
            self.loaded.add(name)

    def _comment(self, table: AnalyticsTable) -> None:
        comment(self.connection, table.name, table.answers, table.columns)

    def _count(self, name: str) -> int:
        return int(_scalar(self.connection.execute(f"SELECT count(*) FROM {name}")))

    def _finish(self, before: Mapping[str, int], *, is_whole: bool, forgotten: bool) -> Built:
        rows = {table.name: self._count(table.name) for table in self.tables}
        columns = ", ".join(f"{name} {kind}" for name, kind in INFO.items())
        self.connection.execute(f"CREATE OR REPLACE TABLE build_info ({columns})")
        for name, count in rows.items():
            self.connection.execute(
                f"INSERT INTO build_info VALUES ({', '.join('?' * 7)}, now(), ?)",
                [
                    name, count, self.read.get(name), before.get(name, 0) + (0 if is_whole else self.read.get(name, 0)), name in self.changed,
                    self.source.name, self.source.written, self.digest,
                ],
            )  # fmt: skip
        comment(self.connection, "build_info", INFO_ANSWERS, INFO_MEANS)
        return Built(rows, frozenset(self.changed), is_whole, forgotten)


def comment(connection: duckdb.DuckDBPyConnection, name: str, answers: str, columns: Mapping[str, str], kind: str = "TABLE") -> None:
    """Write comments on a table or view and its columns into the file itself."""
    connection.execute(f"COMMENT ON {kind} {name} IS {quoted(answers)}")
    for column, means in columns.items():
        connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {quoted(means)}')


def _scalar(result: duckdb.DuckDBPyConnection) -> Any:  # noqa: ANN401
    return result.fetchall()[0][0]


def _digest(tables: Sequence[AnalyticsTable], source: Source) -> str:
    """Return a digest of everything but the rows that a build is made from: a build with another digest cannot update the file."""
    inputs = json.dumps(
        [STORAGE_VERSION, source.database, [(t.name, t.query, t.answers, dict(t.columns), t.key, t.personal) for t in tables]]
    )
    return hashlib.sha256(inputs.encode()).hexdigest()
