"""Phone numbers and e-mail addresses that somebody wants suppressed, typed or in a file, in the form the database knows them by."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import polars as pl

from henk_pipeline.leads import fields
from henk_pipeline.leads.emails import addresses_in, normalise_emails
from henk_pipeline.leads.phones import normalise_phones
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.reading import open_table

# A register of the North American plan: area code and number apart, in nearly all rows of the first chunk.
AREA_CODE = r"^\(?[2-9][0-9]{2}\)?$"
LOCAL_NUMBER = r"^[2-9][0-9]{2}[-. ]?[0-9]{4}$"
MIN_SHARE_OF_PAIRS = 0.9


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


def iter_file(path: Path, default_country: str) -> Iterator[OptOuts]:
    """Yield the opt-outs of a file, one chunk of rows at a time, so that a register of millions of lines fits into memory.

    The phone and e-mail columns count; where none is known as such, every cell that is a phone or an e-mail. A register that gives the area code and
    the number in two columns (the FTC's: `212,5550101`) is read as such.

    Raises:
        unpacking.UnreadableFileError: the file cannot be read; the message says why.
        OSError: the file cannot be opened.
    """
    split: tuple[str, str] | None = None
    known: list[str] = []
    with open_table(path) as reading:
        for number, chunk in enumerate(reading.chunks()):
            table = chunk.table
            if number == 0:
                split = _area_code_and_number(table)
                uses = map_columns(table, {}, None, has_header=reading.header_line is not None).uses
                known = [use.column for use in uses if use.field in ("email", *fields.PHONE_FIELDS)]
            if split is not None:
                table = table.select(pl.concat_str(pl.col(split[0]).str.strip_chars(), pl.col(split[1]).str.strip_chars()).alias("number"))
            else:
                table = table.select(known or reading.columns)
            cells = table.with_columns(chunk.lines.alias("\0line")).unpivot(index="\0line", value_name="cell")
            cells = cells.select(pl.col("\0line").alias("line"), "cell")
            loose = [(row.line, cell) for row in chunk.ragged for cell in row.cells]
            cells = pl.concat([cells, pl.DataFrame(loose, schema=cells.schema, orient="row")])
            yield _sorted_out(cells.filter(pl.col("cell") != ""), default_country, every_cell_counts=split is not None or bool(known))


def _area_code_and_number(table: pl.DataFrame) -> tuple[str, str] | None:
    """Return the two adjacent columns of an area code (three digits) and a number (seven), or None."""
    for code, number in pairwise(table.columns):
        both = table.select(pl.col(code).str.strip_chars().alias("code"), pl.col(number).str.strip_chars().alias("number"))
        both = both.filter(pl.any_horizontal(pl.all() != ""))
        is_pair = pl.col("code").str.contains(AREA_CODE) & pl.col("number").str.contains(LOCAL_NUMBER)
        if both.height and both.select(is_pair.fill_null(value=False).mean() >= MIN_SHARE_OF_PAIRS).item():
            return code, number
    return None


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
    value = pl.col("value")
    several = pl.col("cell").map_elements(lambda cell: list(addresses_in(cell)) if "@" in cell else [cell], return_dtype=pl.List(pl.String))
    cells = cells.with_columns(several.alias("value")).explode("value")
    emails = normalise_emails(cells.filter(is_email).with_columns(value), "value").with_columns(channel=pl.lit("email"))
    phones = normalise_phones(cells.filter(~is_email).with_columns(value), "value", default_country).with_columns(channel=pl.lit("phone"))
    further = (
        phones.with_columns(pl.col("value_more").str.split(", ").alias("value")).filter(pl.col("value_more").is_not_null()).explode("value")
    )
    return pl.concat([emails, phones.select(emails.columns), further.select(emails.columns)]).sort("line")
