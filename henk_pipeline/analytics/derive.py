"""Other files made from the whole one: without personal columns, of one business alone, as Parquet. Nothing else than what they show is in them."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import duckdb

from henk_pipeline.analytics.build import INFO_ANSWERS, INFO_MEANS, STORAGE_VERSION, comment
from henk_pipeline.analytics.history import add_tables
from henk_pipeline.analytics.literals import quoted
from henk_pipeline.analytics.tables import AnalyticsTable

Personal = Literal["keep", "hash", "drop"]
# What a person is recognised by: kept as a keyed hash (HMAC-SHA-256), so that files can be joined and nobody be read or tried out.
CONTACTS = ("email", "phone", "mobile_phone")


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
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {quoted(str(whole))} AS whole (READ_ONLY)")
        connection.execute(f"ATTACH {quoted(str(target))} AS part (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute(f"CREATE MACRO keyed(value) AS {_keyed(salt)}")
        chosen = f"WHERE business_id = {quoted(business_id)}::UUID" if business_id else ""
        for table in tables:
            connection.execute(f"CREATE TABLE part.{table.name} AS SELECT {_columns(table, personal)} FROM whole.{table.name} {chosen}")
            shown = {row[0] for row in connection.execute(f"DESCRIBE part.{table.name}").fetchall()}
            comment(
                connection, f"part.{table.name}", table.answers, {name: means for name, means in table.columns.items() if name in shown}
            )
        # Said to be made from the whole one, so that no build ever goes on from what is left here.
        connection.execute(
            "CREATE TABLE part.build_info AS SELECT * REPLACE ('a part of ' || built_from AS built_from) FROM whole.build_info"
        )
        for table in tables:
            connection.execute(
                f"UPDATE part.build_info SET row_count = (SELECT count(*) FROM part.{table.name}) WHERE table_name = ?",
                [table.name],
            )
        comment(connection, "part.build_info", INFO_ANSWERS, INFO_MEANS)
        add_tables(connection, "part", history, business_id)
        connection.execute("DETACH part")


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
    """Every table of a file as `<table>.parquet`, each whole or as it was. Gives: the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with duckdb.connect(str(whole), read_only=True) as connection:
        names = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal UNION SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1"
        )
        for (name,) in names.fetchall():
            place, beside = folder / f"{name}.parquet", folder / f".{name}.parquet"
            connection.execute(f'COPY (FROM "{name}") TO {quoted(str(beside))} (FORMAT parquet, COMPRESSION zstd)')
            beside.replace(place)
            written.append(place)
    return written
