"""Phone numbers and e-mail addresses that somebody wants suppressed, typed or in a file, in the form the database knows them by."""

from pathlib import Path
from typing import NamedTuple

import polars as pl

from henk_pipeline.leads import fields
from henk_pipeline.leads.emails import normalise_emails
from henk_pipeline.leads.phones import normalise_phones
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.reading import open_table


class OptOuts(NamedTuple):
    """`found`: `channel` (phone or email) and `value` (E.164, or an e-mail in lower case), each once. `unread`: `line` (Int64) and `cell`
    of what is neither; a row in which nothing was found has each of its cells there.
    """

    found: pl.DataFrame
    unread: pl.DataFrame


def read_values(values: list[str], default_country: str) -> OptOuts:
    """Opt-outs of values as somebody typed them; their `line` is their place, from 1."""
    cells = pl.DataFrame({"line": range(1, len(values) + 1), "cell": values}, schema={"line": pl.Int64, "cell": pl.String})
    return _sorted_out(cells, default_country, every_cell_counts=True)


def read_file(path: Path, default_country: str) -> OptOuts:
    """Opt-outs of a file: of its phone and e-mail columns; where none is known as such, of whatever cells are phones or e-mails.

    Raises: unpacking.UnreadableFileError, in words; OSError.
    """
    parts: list[pl.DataFrame] = []
    known: list[str] = []
    with open_table(path) as reading:
        for number, chunk in enumerate(reading.chunks()):
            if number == 0:
                uses = map_columns(chunk.table, {}, None, has_header=reading.header_line is not None).uses
                known = [use.column for use in uses if use.field in ("email", *fields.PHONE_FIELDS)]
            table = chunk.table.select(known or reading.columns).with_columns(chunk.lines.alias("\0line"))
            parts.append(table.unpivot(index="\0line", value_name="cell").select(pl.col("\0line").alias("line"), "cell"))
            loose = [(row.line, cell) for row in chunk.ragged for cell in row.cells]
            parts.append(pl.DataFrame(loose, schema=parts[0].schema, orient="row"))
    cells = pl.concat(parts)
    return _sorted_out(cells.filter(pl.col("cell") != ""), default_country, every_cell_counts=bool(known))


def contacts_in(cells: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """The phone numbers and e-mail addresses in texts of any kind. Takes: `line` and `cell`. Gives: `line`, `channel` and `value` (normalised)."""
    addresses = cells.with_columns(pl.col("cell").str.extract_all(r"""[^\s<>;,:()"']+@[^\s<>;,:()"']+""")).explode("cell").drop_nulls()
    return _judged(pl.concat([cells, addresses]).unique(), default_country).drop_nulls("value").select("line", "channel", "value").unique()


def _sorted_out(cells: pl.DataFrame, default_country: str, *, every_cell_counts: bool) -> OptOuts:
    judged = _judged(cells, default_country)
    is_unread = pl.col("value").is_null()
    if not every_cell_counts:
        is_unread = is_unread & pl.col("value").is_null().all().over("line")
    found = judged.drop_nulls("value").select("channel", "value").unique(maintain_order=True)
    return OptOuts(found, judged.filter(is_unread).select("line", "cell"))


def _judged(cells: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """Each cell with its `channel` and its `value`, null where it is neither."""
    is_email = pl.col("cell").str.contains("@", literal=True)
    value = pl.col("cell").alias("value")
    emails = normalise_emails(cells.filter(is_email).with_columns(value), "value").with_columns(channel=pl.lit("email"))
    phones = normalise_phones(cells.filter(~is_email).with_columns(value), "value", default_country).with_columns(channel=pl.lit("phone"))
    return pl.concat([emails, phones.select(emails.columns)]).sort("line")
