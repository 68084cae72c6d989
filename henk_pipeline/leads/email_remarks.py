"""The words next to an e-mail address in its cell: it bounced, its owner unsubscribed, or nothing of either. Reads schemas/upload/cells.toml."""

import re
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import ADDRESSES
from henk_pipeline.consent.remarks import DAY
from henk_pipeline.leads.cell_words import load_cell_words

# Cells that may hold words: not an address alone, which nearly all are, nor one with a name before it.
WORDED = r"@[^\s<>]*[\s(\[,;]|[\s:(\[-][^\s<>]+@|^[^@<>]*$"
ADDRESS = re.compile(r"[^\s<>;,:()\[\]\"']{1,64}@[^\s<>;,:()\[\]\"'@]{3,190}")
DIVIDED = re.compile(r"\s*[;|,\n]\s*")
NO_ADDRESS = re.compile(r"(?i)not\W")  # "not-an-email", in the place of an address, refuses none
SIGNS = " \t.,;:!()[]–—-"
MAX_CELL = 500  # characters; a longer cell is left as it is


class EmailCell(NamedTuple):
    """A cell of addresses without words.

    `addresses`: None where none is left; `is_dropped`: whether one bounced and was left out, or words stand in its place; `no_calls`, `no_emails`:
    whether the words refuse them.
    """

    addresses: str | None
    is_dropped: bool
    no_calls: bool
    no_emails: bool


def read_email_cells(cells: pl.Series) -> pl.DataFrame | None:
    """Take the words next to addresses from the cells of a column.

    Args:
        cells: Text as it is written in the file, or null.

    Returns:
        A row a cell: `addresses` (the cell without words that are understood and without addresses that bounced), `dropped` (the cell as it
        was, where an address was left out), `no_calls` and `no_emails` (Boolean: they are refused); None where no cell holds such words.
    """
    worded = cells.filter(cells.str.contains(WORDED).fill_null(value=False)).unique()
    rows = [
        (cell, read.addresses, cell if read.is_dropped else None, read.no_calls, read.no_emails)
        for cell in worded
        if (read := _read(cell)) is not None
    ]
    if not rows:
        return None
    schema = {"cell": pl.String, "addresses": pl.String, "dropped": pl.String, "no_calls": pl.Boolean, "no_emails": pl.Boolean}
    read_cells = pl.DataFrame(rows, schema=schema, orient="row").with_columns(is_read=pl.lit(value=True))
    joined = pl.DataFrame({"cell": cells}).join(read_cells, on="cell", how="left", maintain_order="left")
    return joined.select(
        pl.when(pl.col("is_read").is_not_null()).then("addresses").otherwise("cell").alias("addresses"),
        "dropped",
        pl.col("no_calls", "no_emails").fill_null(value=False),
    )


@lru_cache(maxsize=50_000)
def _read(cell: str) -> EmailCell | None:
    """Read the words of a cell; None where it has none, or some that are not understood: a name, "wife"."""
    if len(cell) > MAX_CELL:
        return None
    kept: list[str] = []
    is_dropped = is_changed = no_calls = no_emails = False
    for part in _parts(cell):
        addresses = ADDRESS.findall(part)
        words = DAY.sub(" ", ADDRESS.sub(" ", part)).strip(SIGNS)
        if "<" in part or len(addresses) > 1 or (not words and addresses):
            kept.append(part)
            continue
        is_bounced = _has_bounced(words, alone=not addresses)
        if not is_bounced and not (addresses and _changes_nothing(words)):
            verdict = judge(words, ADDRESSES)
            if "refused" not in verdict or "unclear" in verdict or (not addresses and NO_ADDRESS.match(words)):
                return None
            no_calls, no_emails = no_calls or verdict.phone == "refused", no_emails or verdict.email == "refused"
        is_changed = True
        is_dropped |= is_bounced or not addresses
        kept += [] if is_bounced else addresses
    return EmailCell("; ".join(kept) or None, is_dropped, no_calls, no_emails) if is_changed else None


def _parts(cell: str) -> list[str]:
    """Return the parts of a cell, each with one address and the words after it: "a@example.org, unsubscribed; b@example.org"."""
    parts: list[str] = []
    for part in filter(None, DIVIDED.split(cell.strip())):
        if parts and ("@" not in part or "@" not in parts[-1]):
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


def _has_bounced(words: str, *, alone: bool) -> bool:
    """Return whether words say that nothing reaches the address, and nothing else; `alone`: they stand in its place."""
    empty = load_cell_words().empty
    rest = _pattern(tuple(empty.email_remarks)).sub(" ", words).strip(SIGNS)
    bounced = (*empty.bounced, *(() if alone else empty.wrong_addresses))
    return bool(rest) and not _pattern(bounced).sub(" ", rest).strip(SIGNS)


def _changes_nothing(words: str) -> bool:
    return not _pattern(tuple(load_cell_words().empty.email_remarks)).sub(" ", words).strip(SIGNS)


@lru_cache(maxsize=3)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = "|".join(r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{each})(?!\w)", re.IGNORECASE)
