"""Step analytics: PostgreSQL → one consistent snapshot → a new DuckDB file, swapped in whole."""

import tempfile
from pathlib import Path

import psycopg

from henk_pipeline.analytics.build import build
from henk_pipeline.analytics.publish import publish
from henk_pipeline.analytics.tables import load_tables
from henk_pipeline.postgres.snapshot import SNAPSHOT, write_snapshot


def publish_analytics(connection: psycopg.Connection, published: Path) -> dict[str, int]:
    """Build every analytics table anew and publish them together.

    Takes: a connection that is in no transaction; where the DuckDB file belongs. Gives: rows a table.
    Raises: psycopg.Error, duckdb.Error, OSError, with the old file as it was.
    """

    def make(target: Path) -> dict[str, int]:
        with tempfile.TemporaryDirectory(prefix=".snapshot-", dir=published.parent) as folder:
            snapshot_name = write_snapshot(connection, Path(folder))
            return build(target, Path(folder), SNAPSHOT, load_tables(), snapshot_name)

    return publish(published, make)
