"""Dagster's event log in SQLite, with a connection that stays open instead of one for each statement.

Dagster (1.13.27) makes an engine and a connection for each statement: compiled SQL is lost each time, and the end of the only connection to a file
writes its log back. An import of ten people makes 1,100 of them, a quarter of its processor time.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, QueuePool, create_engine
from sqlalchemy.event import listen

INDEX = "index"  # the file of what all runs share


class KeptEventLog(SqliteEventLogStorage):
    """Dagster's own storage for a process that executes one run after the other. Only the index and the file of the last run stay open."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Make the files if there are none.

        Args:
            base_dir: The folder of the files.
            inst_data: What Dagster keeps of the configuration.
        """
        self._engines: dict[str, Engine] = {}
        self._one_at_a_time = threading.Lock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> "KeptEventLog":
        """Return the storage that a configuration describes."""
        return cls(inst_data=inst_data, **config_value)

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        """Return a transaction on the file of a run."""
        return self._transaction(str(run_id))

    def index_connection(self) -> AbstractContextManager[Connection]:
        """Return a transaction on the file of what all runs share."""
        return self._transaction(INDEX)

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()

    @contextmanager
    def _transaction(self, file: str) -> Iterator[Connection]:
        with self._one_at_a_time:
            if file not in self._engines:
                with super().run_connection(file):
                    pass  # it makes the tables
                for other in [name for name in self._engines if INDEX not in (name, file)]:
                    self._engines.pop(other).dispose()
                self._engines[file] = create_engine(
                    self.conn_string_for_shard(file), poolclass=QueuePool, pool_size=1, max_overflow=0,
                    connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
                )  # fmt: skip
                listen(self._engines[file], "connect", _commit_without_waiting)
            with self._engines[file].begin() as connection:
                yield connection


def _commit_without_waiting(connection: sqlite3.Connection, _: object) -> None:
    """Let a commit end before the disk has it. A power cut may lose the last events, which nothing depends on; a process that dies loses none."""
    connection.execute("PRAGMA synchronous = NORMAL")
