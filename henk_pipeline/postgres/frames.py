"""Polars frames to and from PostgreSQL by COPY, typed on both sides. No table is named here."""

import io
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import psycopg
from psycopg import sql

CHUNK_ROWS = 50_000


def copy_in(connection: psycopg.Connection, table: str, frame: pl.DataFrame) -> None:
    """Append `frame` to `table`, column by name. Null stays null, an empty text stays empty; lists are not taken."""
    copy_pieces_in(connection, table, [frame])


def copy_pieces_in(connection: psycopg.Connection, table: str, frames: Iterable[pl.DataFrame]) -> None:
    """Append frames with the same columns to `table`, in one COPY; without any row nothing is done.

    A thread makes the next batch while PostgreSQL works on the one before.
    """
    with ThreadPoolExecutor(1) as thread:
        chunks = _encoded(frames)
        coming = thread.submit(next, chunks, None)
        if (chunk := coming.result()) is None:
            return
        columns = sql.SQL(", ").join(map(sql.Identifier, chunk[0]))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(table), columns)
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            while chunk is not None:
                coming = thread.submit(next, chunks, None)
                copy.write(chunk[1])
                chunk = coming.result()


def _encoded(frames: Iterable[pl.DataFrame]) -> Iterator[tuple[list[str], bytes]]:
    for frame in frames:
        for chunk in frame.iter_slices(CHUNK_ROWS):
            yield chunk.columns, chunk.write_csv(include_header=False).encode()


def copy_out(connection: psycopg.Connection, query: sql.Composable, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """Return the rows of `query`, whose columns are those of `schema` in its order.

    Booleans, dates, moments (UTC) and numbers come typed; everything else as PostgreSQL writes it.
    """
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)) as copy:
        for block in copy:
            buffer.write(block)
    if not buffer.tell():
        return pl.DataFrame(schema=schema)
    buffer.seek(0)
    text = pl.read_csv(buffer, has_header=False, new_columns=list(schema), infer_schema=False)
    return text.select(_typed(column, dtype) for column, dtype in schema.items())


def _typed(column: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    cell = pl.col(column)
    if dtype == pl.Boolean:
        return cell == "t"
    if dtype == pl.Date:
        return cell.str.to_date("%Y-%m-%d", strict=False)
    if dtype == pl.Datetime:
        return cell.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)
    return cell.cast(dtype, strict=False)
