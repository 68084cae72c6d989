"""Rows with too many or too few cells, set right if the kinds of the columns make it certain. One record in, one out."""

from collections.abc import Sequence
from typing import NamedTuple

from henk_pipeline.uploads.cells import Kind, fits, kind_of
from henk_pipeline.uploads.records import COMMON_DELIMITERS

MAX_WIDTH = 400


class RealignedRow(NamedTuple):
    """The cells of a row in their columns, and the correction in words (None: the cells were only filled up at the end)."""

    cells: list[str]
    action: str | None


def realign(cells: Sequence[str], kinds: Sequence[Kind], delimiter: str) -> RealignedRow | None:
    """Put the cells of a row in their columns; None if their columns are not certain.

    Args:
        cells: The cells as read.
        kinds: The kind of each column of the table.
        delimiter: The delimiter of the file.
    """
    width = len(kinds)
    cells = list(cells)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]) and _all_fit(cells[:width], kinds):
        return RealignedRow(cells[:width], None)
    if width > MAX_WIDTH or len(cells) > 2 * width:
        return None
    return _narrow(cells, kinds, delimiter) if len(cells) > width else _widen(cells, kinds, delimiter)


def _widen(cells: list[str], kinds: Sequence[Kind], delimiter: str) -> RealignedRow | None:
    """Realign a row of too few cells.

    Spreadsheets leave out the empty cells at the end; otherwise a delimiter is missing, or mistyped, somewhere.
    """
    width = len(kinds)
    gap = [""] * (width - len(cells))
    padded = [*cells, *gap]
    if _all_fit(padded, kinds):
        return RealignedRow(padded, None)
    splits = _split_at_other_delimiters(cells, kinds, delimiter)
    if len(splits) == 1:
        return RealignedRow(splits[0], "two cells told apart at another separator")
    places = [place for place in range(len(cells)) if _all_fit([*cells[:place], *gap, *cells[place:]], kinds)]
    if not places or not _evident(cells, places):
        return None
    # Among neighbouring places that all fit, the gap belongs before the first cell that must have moved.
    place = places[-1]
    return RealignedRow([*cells[:place], *gap, *cells[place:]], f"{_count(len(gap), 'cell')} missing before column {place + 1}")


def _split_at_other_delimiters(cells: list[str], kinds: Sequence[Kind], delimiter: str) -> list[list[str]]:
    """Return the rows that result from splitting one cell at another delimiter, if all cells fit and a half is of a distinctive kind."""
    if len(cells) != len(kinds) - 1:
        return []
    splits = []
    for place, cell in enumerate(cells):
        for other in COMMON_DELIMITERS:
            if other == delimiter or cell.count(other) != 1:
                continue
            halves = [half.strip() for half in cell.split(other)]
            row = [*cells[:place], *halves, *cells[place + 1 :]]
            telling = {"email", "url", "date", "number", "phone"}
            if (
                all(halves)
                and _all_fit(row, kinds)
                and telling & {kind_of(half) for half in halves}
                and not fits(kind_of(cell), kinds[place])
            ):
                splits.append(row)
    return splits


def _evident(cells: list[str], places: list[int]) -> bool:
    """Return whether the places differ only in which of empty columns is empty, or there is just one."""
    if len(places) == 1:
        return True
    between = cells[places[0] : places[-1]]
    return places[-1] - places[0] + 1 == len(places) and not any(cell.strip() for cell in between)


def _narrow(cells: list[str], kinds: Sequence[Kind], delimiter: str) -> RealignedRow | None:
    """Realign a row of too many cells.

    A cell is empty by a delimiter too many, or a cell was split at a delimiter that is part of it.
    """
    extra = len(cells) - len(kinds)
    emptied = [
        place
        for place in range(len(cells) - extra + 1)
        if not any(cell.strip() for cell in cells[place : place + extra]) and _all_fit([*cells[:place], *cells[place + extra :]], kinds)
    ]
    results = {(*cells[:place], *cells[place + extra :]) for place in emptied}
    if len(results) == 1:
        return RealignedRow(list(results.pop()), f"{_count(extra, 'empty cell')} too many left out at column {emptied[0] + 1}")
    if results:
        return None
    joined = [
        place
        for place in range(len(cells) - extra)
        if kinds[place] in ("text", "number", "blank", "code")
        and _all_fit([*cells[:place], delimiter.join(cells[place : place + extra + 1]), *cells[place + extra + 1 :]], kinds)
    ]
    if len(joined) > 1:
        # In prose a blank follows the comma.
        spoken = [place for place in joined if all(cell.startswith(" ") for cell in cells[place + 1 : place + extra + 1])]
        others = [cell for number, cell in enumerate(cells) if number and cell.startswith(" ")]
        joined = spoken if len(spoken) == 1 and len(others) == extra else joined
    if len(joined) != 1:
        return None
    place = joined[0]
    joined_cell = delimiter.join(cells[place : place + extra + 1])
    return RealignedRow(
        [*cells[:place], joined_cell, *cells[place + extra + 1 :]], f"a cell of column {place + 1} that holds the separator put together"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _all_fit(cells: Sequence[str], kinds: Sequence[Kind]) -> bool:
    return all(fits(kind_of(cell), kind) for cell, kind in zip(cells, kinds, strict=True))
