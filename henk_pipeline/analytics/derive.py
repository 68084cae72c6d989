"""Files derived from the whole one: without personal columns, of one business, or as Parquet. They hold only what they show."""

import hmac
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import duckdb

from henk_pipeline.analytics.build import INFO, INFO_ANSWERS, INFO_MEANS, STORAGE_VERSION, comment
from henk_pipeline.analytics.history import add_tables
from henk_pipeline.analytics.literals import quoted
from henk_pipeline.analytics.tables import AnalyticsTable
from henk_pipeline.failures import InfrastructureError
from henk_pipeline.file_modes import make_private_folder, restrict

Personal = Literal["keep", "hash", "drop"]
LEVELS = ("keep", "hash", "drop")  # from everything to nothing
# Columns that identify a person: kept as a keyed hash (HMAC-SHA-256), so that files can be joined and no contact be read or found by trying.
CONTACTS = ("email", "phone", "mobile_phone")

# Columns of build_info on PostgreSQL as a whole: its transactions and the rows written by all businesses together.
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
    source_file: Path,
    target: Path,
    tables: Sequence[AnalyticsTable],
    history: Path,
    *,
    personal: Personal = "keep",
    salt: bytes = b"",
    business_id: str | None = None,
) -> None:
    """Make the DuckDB file `target` from the whole one.

    The file is new, so that no byte of what is left out is in it.

    Args:
        source_file: The file with everything.
        target: A path where no file is yet.
        tables: The tables.
        history: The folder of the histories.
        personal: Of personal columns keep all, contacts as hashes under `salt`, or none.
        salt: The key of the hashes.
        business_id: Only rows of this business.

    Raises:
        duckdb.Error: The file cannot be made.
        OSError: The file cannot be written.
    """
    # Temporary files for what does not fit into memory go into the folder of the new file, not into the current one.
    with duckdb.connect(config={"temp_directory": str(target.parent / ".spill")}) as connection:
        connection.execute(f"ATTACH {quoted(str(source_file))} AS whole (READ_ONLY)")
        connection.execute(f"ATTACH {quoted(str(target))} AS part (STORAGE_VERSION '{STORAGE_VERSION}')")
        # A business gets a key of its own: two that compare their files must not learn which people are in both.
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
    """Return the query of a business's rows. Keys that PostgreSQL counts for the whole platform are numbered again for the business."""
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
    """Return the SQL of HMAC-SHA-256 (RFC 2104) of `value`, as hexadecimal digits. `key`: at most 64 bytes."""
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(64, b"\0")).hex() for pad in (0x36, 0x5C))
    return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode(value))))"


def salt_of(folder: Path) -> bytes:
    """Return the key of an installation's hashes, made at first use and readable by its owner alone.

    Without it no reader can find a number by hashing candidates.
    """
    place = folder / ".salt"
    try:
        with os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(os.urandom(32))
    except FileExistsError:
        pass
    return place.read_bytes()


def export_parquet(published: Path, folder: Path) -> list[Path]:
    """Write every table of a file as `<table>.parquet`, each whole or as it was, for its owner alone.

    Columns have types that polars, pandas (pyarrow), ibis and DuckDB read alike: DuckDB's UUIDs reach polars and pyarrow as 16 bytes and its MAPs
    pandas as lists of tuples, so both are text there, maps as JSON.

    Args:
        published: A published file.
        folder: Where the files go; created for its owner alone if it is missing.

    Returns:
        The files.

    Raises:
        InfrastructureError: A file cannot be written there. Nothing of it is left.
    """
    if not folder.exists():
        make_private_folder(folder)
    written = []
    with duckdb.connect(str(published), read_only=True) as connection:
        names = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal UNION SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1"
        )
        for (name,) in names.fetchall():
            place, temporary = folder / f"{name}.parquet", folder / f".{name}.parquet"
            statement = (
                f'COPY (SELECT {_portable(connection, name)} FROM "{name}") TO {quoted(str(temporary))} (FORMAT parquet, COMPRESSION zstd)'
            )
            try:
                # Made here and for its owner alone from its first byte on; where that fails, the reason is the system's and not DuckDB's.
                os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
                restrict(temporary)
                connection.execute(statement)
                temporary.replace(place)
            except (OSError, duckdb.IOException) as error:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
                reason = (getattr(error, "strerror", None) or str(error)).replace(temporary.name, place.name)
                raise InfrastructureError(f"{place} cannot be written: {reason.rstrip('.')}.") from error
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
