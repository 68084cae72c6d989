"""Other files made from the whole one: without personal columns, of one business alone, as Parquet. Nothing else than what they show is in them."""

import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import duckdb

from henk_pipeline.analytics.build import INFO, INFO_ANSWERS, INFO_MEANS, STORAGE_VERSION, comment
from henk_pipeline.analytics.history import add_tables
from henk_pipeline.analytics.literals import quoted
from henk_pipeline.analytics.tables import AnalyticsTable
from henk_pipeline.file_modes import make_private_folder, restrict

Personal = Literal["keep", "hash", "drop"]
LEVELS = ("keep", "hash", "drop")  # from everything to nothing
# What a person is recognised by: kept as a keyed hash (HMAC-SHA-256), so that files can be joined and nobody be read or tried out.
CONTACTS = ("email", "phone", "mobile_phone")

# Columns of build_info that tell of PostgreSQL as a whole: its transactions and the rows written by all businesses together.
PLATFORM = ("changed_rows", "changed_since_whole", "rebuilt", "postgres_snapshot", "postgres_written")


def is_more_personal(file: Path, allowed: Personal) -> bool:
    """Return whether a published file shows more of people than `allowed`, by the columns it has; one that cannot be read may."""
    if not file.exists():
        return False
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            columns = connection.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = 'dim_lead'").fetchall()
    except duckdb.Error:
        return allowed != "keep"
    names = {name for (name,) in columns}
    level = "keep" if "first_name" in names else "hash" if names & set(CONTACTS) else "drop"
    return LEVELS.index(level) < LEVELS.index(allowed)


def derive(
    whole: Path,
    target: Path,
    tables: Sequence[AnalyticsTable],
    history: Path,
    *,
    personal: Personal = "keep",
    salt: bytes = b"",
    business_id: str | None = None,
) -> None:
    """Make the DuckDB file `target` from the whole one.

    `personal`: of personal columns keep all, contacts as hashes under `salt`, or none; `business_id`: rows of that business alone. A new file:
    bytes of what is left out are nowhere in it. Raises: duckdb.Error, OSError.
    """
    # What memory does not hold goes into the folder of the new file, not into the current one.
    with duckdb.connect(config={"temp_directory": str(target.parent / ".spill")}) as connection:
        connection.execute(f"ATTACH {quoted(str(whole))} AS whole (READ_ONLY)")
        connection.execute(f"ATTACH {quoted(str(target))} AS part (STORAGE_VERSION '{STORAGE_VERSION}')")
        # A business gets a key of its own: two that compare their files must not learn whom both know.
        key = hmac.digest(salt, business_id.encode(), "sha256") if business_id else salt
        connection.execute(f"CREATE MACRO keyed(value) AS {_keyed(key)}")
        chosen = f"WHERE business_id = {quoted(business_id)}::UUID" if business_id else ""
        for table in tables:
            source = f"({_rows_of_business(connection, table, chosen)})" if business_id else f"whole.{table.name}"
            connection.execute(f"CREATE TABLE part.{table.name} AS SELECT {_columns(table, personal)} FROM {source}")
            shown = {row[0] for row in connection.execute(f"DESCRIBE part.{table.name}").fetchall()}
            comment(
                connection, f"part.{table.name}", table.answers, {name: means for name, means in table.columns.items() if name in shown}
            )
        # Marked as made from the whole one, so that no build ever goes on from what is left here.
        hidden = "".join(f", CAST(NULL AS {INFO[name]}) AS {name}" for name in PLATFORM) if business_id else ""
        origin = "'a part'" if business_id else "'a part of ' || built_from"
        connection.execute(f"CREATE TABLE part.build_info AS SELECT * REPLACE ({origin} AS built_from{hidden}) FROM whole.build_info")
        for table in tables:
            connection.execute(
                f"UPDATE part.build_info SET row_count = (SELECT count(*) FROM part.{table.name}) WHERE table_name = ?",
                [table.name],
            )
        comment(connection, "part.build_info", INFO_ANSWERS, INFO_MEANS)
        add_tables(connection, "part", history, business_id)
        connection.execute("DETACH part")


def _rows_of_business(connection: duckdb.DuckDBPyConnection, table: AnalyticsTable, chosen: str) -> str:
    """Return the query of a business's rows. Numbers that PostgreSQL counts up for the whole platform are counted anew for the business."""
    rows = f"FROM whole.{table.name} {chosen}"
    if table.key is None:
        return rows
    (kind,) = connection.execute(f"SELECT typeof(any_value({table.key})) FROM whole.{table.name}").fetchall()[0]
    return rows if kind == "UUID" else f"SELECT * REPLACE (row_number() OVER (ORDER BY {table.key}) AS {table.key}) {rows}"


def _columns(table: AnalyticsTable, personal: Personal) -> str:
    hidden = table.personal
    if personal == "keep" or not hidden:
        return "*"
    if personal == "drop":
        return f"* EXCLUDE ({', '.join(hidden)})"
    hashed = [name for name in hidden if name in CONTACTS]
    rest = [name for name in hidden if name not in CONTACTS]
    return f"* EXCLUDE ({', '.join(rest)}) REPLACE ({', '.join(f'keyed({name}) AS {name}' for name in hashed)})"


def _keyed(key: bytes) -> str:
    """HMAC-SHA-256 (RFC 2104) of `value` in SQL, as hexadecimal digits. `key`: at most 64 bytes."""
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(64, b"\0")).hex() for pad in (0x36, 0x5C))
    return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode(value))))"


def salt_of(folder: Path) -> bytes:
    """The key of the hashes of an installation, made at first use and read by its owner alone: without it nobody can try numbers out."""
    place = folder / ".salt"
    try:
        with os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(os.urandom(32))
    except FileExistsError:
        pass
    return place.read_bytes()


def export_parquet(whole: Path, folder: Path) -> list[Path]:
    """Write every table of a file as `<table>.parquet`, each whole or as it was, for its owner alone.

    Columns have types that polars, pandas (pyarrow), ibis and DuckDB read alike: DuckDB's UUIDs reach polars and pyarrow as 16 bytes and its MAPs
    pandas as lists of tuples, so both are text there, maps as JSON.

    Args:
        whole: A published file.
        folder: Where the files go; created for its owner alone if it is missing.

    Returns:
        The files.
    """
    if not folder.exists():
        make_private_folder(folder)
    written = []
    with duckdb.connect(str(whole), read_only=True) as connection:
        names = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal UNION SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1"
        )
        for (name,) in names.fetchall():
            place, beside = folder / f"{name}.parquet", folder / f".{name}.parquet"
            connection.execute(
                f'COPY (SELECT {_portable(connection, name)} FROM "{name}") TO {quoted(str(beside))} (FORMAT parquet, COMPRESSION zstd)'
            )
            restrict(beside)
            beside.replace(place)
            written.append(place)
    return written


def _portable(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the columns of a table, those of types that not every reader of Parquet knows as text."""
    columns = connection.execute(f'DESCRIBE "{name}"').fetchall()
    return ", ".join(_as_text(column, kind) for column, kind, *_ in columns)


def _as_text(column: str, kind: str) -> str:
    if kind.startswith("MAP("):
        return f'CAST(to_json("{column}") AS VARCHAR) AS "{column}"'
    return f'CAST("{column}" AS VARCHAR) AS "{column}"' if kind in ("UUID", "JSON") else f'"{column}"'
