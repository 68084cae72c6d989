"""Reads the rows that clients sent to create_lead_list_from_csv as it reads files: SQL hears the plain forms of a refusal only."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.leads.fields import CONSENT_UNCLEAR, NO_CALL
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.postgres import businesses, sent_rows
from henk_pipeline.postgres.sent_rows import SentRow
from henk_pipeline.steps.validate import column_meanings
from henk_pipeline.uploads.headers import map_columns

PIECE = 10_000
MAX_COLUMNS = 300
NESTED = "custom_fields"
FLAGS = (*NO_CALL, "do_not_email", "email_opt_out")


class ReadList(NamedTuple):
    """The result of reading a sent list: leads that are opted out or unclear now and were not before."""

    business: str
    name: str
    rows: int
    opted_out: int
    unclear: int


class SentListsNotReadError(InfrastructureError):
    """Sent lists cannot be read; the message names them. The others are read, and their rows are kept."""

    remedy = "Send the log of the run to the maintainers of Henk: a row that a client has sent is not expected."


def read_sent_lists(connection: psycopg.Connection) -> list[ReadList]:
    """Read the rows of all sent lists that have not been read, the shortest list first, a batch a transaction. Idempotent.

    Args:
        connection: A connection to PostgreSQL outside a transaction.

    Raises:
        SentListsNotReadError: Rows of a list cannot be read; those of the others are.
        psycopg.Error: The database failed; earlier batches are written.
    """
    results, failed = list[ReadList](), dict[UUID, tuple[str, Exception]]()
    while (sent := sent_rows.next_list(connection, list(failed))) is not None:
        connection.commit()
        result = ReadList(sent.business, sent.name, 0, 0, 0)
        after = 0
        try:
            while rows := sent_rows.fetch_rows(connection, sent, after, PIECE):
                read = pl.concat([read_rows(piece, sent.country) for piece in _pieces(rows)])
                connection.commit()
                with connection.transaction():
                    businesses.lock_business(connection, sent.business_id)
                    opted_out, unclear = sent_rows.write_refusals(connection, sent.business_id, read)
                result = result._replace(
                    rows=result.rows + len(rows), opted_out=result.opted_out + opted_out, unclear=result.unclear + unclear
                )
                after = rows[-1].id
        except (pl.exceptions.PolarsError, ValueError, LookupError) as error:
            connection.rollback()
            failed[sent.id] = f"“{sent.name}” of {sent.business}", error
            continue
        connection.commit()
        results.append(result)
    connection.commit()
    if failed:
        names, errors = zip(*failed.values(), strict=True)
        raise SentListsNotReadError(f"Sent lists cannot be read: {', '.join(names)} ({type(errors[0]).__name__}).") from errors[0]
    return results


def read_rows(rows: Sequence[SentRow], country: str) -> pl.DataFrame:
    """Return what rows refuse, by the rules of files: columns `sent_rows.STAGED`, a row a sent row."""
    table = as_table([row.cells for row in rows])
    mapping = map_columns(table, {})
    lines = pl.Series("line", range(1, table.height + 1))
    normalised = normalise(table, lines, column_meanings(mapping), country)
    ids = pl.Series("id", [str(row.id) for row in rows], dtype=pl.String)
    return normalised.select(ids, *FLAGS, CONSENT_UNCLEAR)


def as_table(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return sent rows as the table of a file: text, a column a key; members of `custom_fields` are columns, too."""
    flat = [_flat(row) for row in rows]
    names = dict.fromkeys(name for row in flat for name in row)
    return pl.DataFrame(
        {name: pl.Series([row.get(name) for row in flat], dtype=pl.String) for name in names} or {"": [None] * len(rows)},
        schema_overrides={"": pl.String},
    )


def _flat(row: dict[str, Any]) -> dict[str, str | None]:
    nested = row.get(NESTED)
    if not isinstance(nested, dict):
        return {name: _text(value) for name, value in row.items()}
    cells = {name: _text(value) for name, value in row.items() if name != NESTED}
    return cells | {name if name not in cells else f"{NESTED} {name}": _text(value) for name, value in nested.items()}


def _text(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    """Return a value as a file has it."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(text for member in value if (text := _text(member))) or None
    return json.dumps(value, ensure_ascii=False)


def _pieces(rows: Sequence[SentRow]) -> Iterator[list[SentRow]]:
    """Divide rows where their keys together would be too many columns."""
    piece, names = list[SentRow](), set[str]()
    for row in rows:
        nested = row.cells.get(NESTED)
        of_row = row.cells.keys() | (nested.keys() if isinstance(nested, dict) else set())
        if piece and len(names | of_row) > MAX_COLUMNS:
            yield piece
            piece, names = [], set()
        piece.append(row)
        names |= of_row
    if piece:
        yield piece
