"""Rows of a table that are headings of the rows below them ("Region North"), not people.

The words are in schemas/upload/cells.toml; steps/validate.py reads headings for consent.
"""

import re
import tomllib
from collections.abc import Collection, Sequence
from functools import lru_cache

import polars as pl

from henk_pipeline.settings import schemas_folder
from henk_pipeline.uploads.cells import kind_of

WHY = "heading of a section"
MIN_COLUMNS = 3  # in a narrower table a person may have one filled cell
MIN_FILLED = 2.5  # cells that a row of the table has on average, without the rows of one cell
MAX_LENGTH = 80
CONTACT = re.compile(r"@|(?:\d\D{0,3}){5}|^\D?\d{3}\b")
A_NAME = re.compile(r"(?:[^\W\d_][^\W\d_.'’-]*[.'’-]?[^\W\d_]*\s*,?\s*){1,4}")
DECORATED = re.compile(r"^\s*[-–—=*#~_>•+.]{2,}|[-–—=*#~_<]{2,}\s*$|:\s*$|^\s*[\[(].*[\])]\s*$")


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    table = tomllib.loads((schemas_folder() / "upload" / "cells.toml").read_text("utf-8"))
    return frozenset(word.casefold() for word in table["sections"]["words"])


def begins_with_heading(table: pl.DataFrame) -> bool:
    """Return whether the first row of a table is of one cell and stands above full rows: then all such rows are headings."""
    counts = table.head(50).select(pl.sum_horizontal(pl.all().is_not_null()).alias("filled")).to_series()
    return table.width >= MIN_COLUMNS and len(counts) > 1 and counts[0] == 1 and counts[1] > 1


def find_headings(table: pl.DataFrame, name_columns: Collection[str], *, has_sections: bool) -> pl.Series | None:
    """Return for each row whether it is a heading; None where no row is.

    Args:
        table: Text cells, null where they are empty.
        name_columns: The columns of names: a cell there that may be a name is a person without contacts, unless the table has sections.
        has_sections: Whether the table begins with a heading.
    """
    if table.width < MIN_COLUMNS or not table.height:
        return None
    filled = table.select(pl.sum_horizontal(pl.all().is_not_null()).alias("filled")).to_series()
    is_lone = filled == 1
    others = filled.filter(filled > 1)
    if not is_lone.any() or not len(others) or float(others.mean() or 0) < MIN_FILLED:  # type: ignore[arg-type]
        return None
    lone = table.with_row_index("__row").filter(is_lone)
    is_heading = pl.Series("heading", [False]).new_from_index(0, table.height)
    rows = [
        row[0]
        for row in lone.iter_rows()
        if _is_heading(*_only_cell(row[1:], table.columns), name_columns, has_sections=has_sections)
    ]  # fmt: skip
    return is_heading.scatter(rows, True) if rows else None


def is_heading_of_one_cell(cells: Sequence[str], *, has_sections: bool) -> bool:
    """Return whether a row that fits no columns is of one cell, and that a heading."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and _is_heading(filled[0], "", ("",), has_sections=has_sections)


def _only_cell(row: Sequence[str | None], columns: Sequence[str]) -> tuple[str, str]:
    return next((cell, column) for cell, column in zip(row, columns, strict=True) if cell is not None)


def _is_heading(cell: str, column: str, name_columns: Collection[str], *, has_sections: bool) -> bool:
    if len(cell) > MAX_LENGTH or CONTACT.search(cell) or kind_of(cell) in ("email", "phone", "url"):
        return False
    if has_sections or column not in name_columns:
        return True
    is_titled = bool(set(re.findall(r"[^\W\d_]+", cell.casefold())) & _words())
    return is_titled or bool(DECORATED.search(cell)) or not A_NAME.fullmatch(cell.strip()) or len(cell.strip()) == 1
