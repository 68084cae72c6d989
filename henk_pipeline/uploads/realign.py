"""Rows with too many or too few cells, set right where what the columns hold makes it certain. One record in, one out."""

from collections.abc import Sequence
from typing import NamedTuple

from henk_pipeline.uploads.cells import Kind, fits, kind_of
from henk_pipeline.uploads.records import COMMON_DELIMITERS

WIDEST = 400


class Realigned(NamedTuple):
    """The cells of a row in their columns, and what was done in words (None: the cells were only filled up at the end)."""

    cells: list[str]
    what: str | None


def realign(cells: Sequence[str], kinds: Sequence[Kind], delimiter: str) -> Realigned | None:
    """Put the cells of a row in their columns; None where it is not certain where they belong.

    Takes: the cells as read; what each column of the table holds; the delimiter of the file.
    """
    width = len(kinds)
    cells = list(cells)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]) and _all_fit(cells[:width], kinds):
        return Realigned(cells[:width], None)
    if width > WIDEST or len(cells) > 2 * width:
        return None
    return _narrowed(cells, kinds, delimiter) if len(cells) > width else _widened(cells, kinds, delimiter)


def _widened(cells: list[str], kinds: Sequence[Kind], delimiter: str) -> Realigned | None:
    """Too few cells: spreadsheets leave out the empty ones at the end; otherwise a delimiter is missing, or mistyped, somewhere."""
    width = len(kinds)
    gap = [""] * (width - len(cells))
    padded = [*cells, *gap]
    if _all_fit(padded, kinds):
        return Realigned(padded, None)
    told_apart = _told_apart(cells, kinds, delimiter)
    if len(told_apart) == 1:
        return Realigned(told_apart[0], "two cells told apart at another separator")
    places = [place for place in range(len(cells)) if _all_fit([*cells[:place], *gap, *cells[place:]], kinds)]
    if not places or not _evident(cells, places):
        return None
    # Of neighbouring places that all fit, the gap belongs before the first cell that must have moved.
    place = places[-1]
    return Realigned([*cells[:place], *gap, *cells[place:]], f"{len(gap)} cell(s) missing before column {place + 1}")


def _told_apart(cells: list[str], kinds: Sequence[Kind], delimiter: str) -> list[list[str]]:
    """The ways to split one cell at another delimiter by which all fit, and of the two at least one is of a telling kind."""
    if len(cells) != len(kinds) - 1:
        return []
    found = []
    for place, cell in enumerate(cells):
        for other in COMMON_DELIMITERS:
            if other == delimiter or cell.count(other) != 1:
                continue
            halves = [half.strip() for half in cell.split(other)]
            whole = [*cells[:place], *halves, *cells[place + 1 :]]
            telling = {"email", "url", "date", "number", "phone"}
            if (
                all(halves)
                and _all_fit(whole, kinds)
                and telling & {kind_of(half) for half in halves}
                and not fits(kind_of(cell), kinds[place])
            ):
                found.append(whole)
    return found


def _evident(cells: list[str], places: list[int]) -> bool:
    """Whether the places differ only in which of empty columns is empty, or there is but one."""
    if len(places) == 1:
        return True
    between = cells[places[0] : places[-1]]
    return places[-1] - places[0] + 1 == len(places) and not any(cell.strip() for cell in between)


def _narrowed(cells: list[str], kinds: Sequence[Kind], delimiter: str) -> Realigned | None:
    """Too many cells: one of them is empty by a delimiter too many, or one was told apart at a delimiter that is part of it."""
    extra = len(cells) - len(kinds)
    emptied = [
        place
        for place in range(len(cells) - extra + 1)
        if not any(cell.strip() for cell in cells[place : place + extra]) and _all_fit([*cells[:place], *cells[place + extra :]], kinds)
    ]
    results = {(*cells[:place], *cells[place + extra :]) for place in emptied}
    if len(results) == 1:
        return Realigned(list(results.pop()), f"{extra} empty cell(s) too many left out at column {emptied[0] + 1}")
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
    whole = delimiter.join(cells[place : place + extra + 1])
    return Realigned(
        [*cells[:place], whole, *cells[place + extra + 1 :]], f"a cell of column {place + 1} that holds the separator put together"
    )


def _all_fit(cells: Sequence[str], kinds: Sequence[Kind]) -> bool:
    return all(fits(kind_of(cell), kind) for cell, kind in zip(cells, kinds, strict=True))
