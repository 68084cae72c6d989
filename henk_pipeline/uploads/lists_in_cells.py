"""The choice between two delimiters: one separates the cells of a file, one the items of lists in cells. dialect.py has the scores.

A list of many items makes a delimiter look better than the one of the table, which has few columns. In this module the header line, the
quoting and the kinds of the items decide between the two.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from henk_pipeline.uploads.cells import kind_of
from henk_pipeline.uploads.records import COMMON_DELIMITERS, Dialect, Record

MIN_UNIFORM = 0.95  # share of the records that have the width of the table
MAX_TITLES = 5  # lines of one cell above the header
MIN_MIXED = 0.3  # share of lists with items of several kinds, from which a reading is doubted
MAX_MIXED = 0.1
WORDS = {"text", "code", "flag"}


class Candidate(NamedTuple):
    """A dialect, its score, and the first records of the sample that are not blank as it reads them."""

    dialect: Dialect
    score: float
    records: list[Record]


class Lists(NamedTuple):
    """The cells of a reading that hold another delimiter: their share of all cells, and the share of them whose items are of several kinds."""

    share: float
    mixed: float


def settle(sample: str, best: Candidate, others: Iterable[Candidate]) -> Candidate:
    """Return the candidate whose delimiter separates the cells; `best` unless its delimiter separates the items of another one's lists.

    Args:
        sample: The text of which the records were read.
        best: The candidate of the highest score.
        others: All candidates, in any order.

    Returns:
        The best candidate of a higher right, else `best`.
    """
    rivals = [
        other
        for other in others
        if other.dialect.delimiter.strip(" ") in COMMON_DELIMITERS
        and other.dialect.delimiter.strip(" ") != best.dialect.delimiter.strip(" ")
    ]
    for rival in sorted(rivals, key=lambda candidate: -candidate.score):
        if _table_rows(rival) and _outvotes(sample, rival, best):
            return rival
    return best


def _table_rows(candidate: Candidate) -> list[Record]:
    """Return the records below lines of one cell, if nearly all of them are as wide as the first; none if they are not."""
    records = candidate.records
    first = next((place for place, record in enumerate(records[: MAX_TITLES + 1]) if len(record.cells) > 1), len(records))
    rows = records[first:]
    width = len(rows[0].cells) if rows else 0
    alike = sum(len(record.cells) == width for record in rows)
    return rows if width > 1 and alike >= MIN_UNIFORM * len(rows) else []


def _outvotes(sample: str, rival: Candidate, best: Candidate) -> bool:
    rows = _table_rows(rival)
    if _is_in_quotes(sample, best, rival):
        return False
    if _is_in_quotes(sample, rival, best) or _ends_lines_only(best):
        return True
    inner, outer = best.dialect.delimiter, rival.dialect.delimiter
    if inner.strip(" ") not in COMMON_DELIMITERS and len(inner) == 1:
        return not any(inner in cell and kind_of(cell) in WORDS for record in rows[1:] or rows for cell in record.cells)
    own, theirs = _lists(rows, inner), _lists(best.records, outer)
    above = [record for record in best.records if record.start < rows[0].next_start]
    is_header = all(len(record.cells) == 1 for record in above) and _names_columns(rows[0].cells, inner)
    if is_header and len(rows) > 1 and own.mixed <= max(theirs.mixed, MAX_MIXED):
        return True
    if own.share == 0 or theirs.share == 0 or own.mixed > MAX_MIXED:
        return False
    return theirs.mixed >= MIN_MIXED or own.share < theirs.share * 0.8


def _names_columns(cells: Sequence[str], inner: str) -> bool:
    """Return whether cells of the first line are names of columns, each once, none of which holds the delimiter of the lists."""
    names = {cell.strip().casefold() for cell in cells}
    return (
        len(names) == len(cells)
        and all(kind_of(cell) in WORDS for cell in cells)
        and not any(inner.strip(" ") in cell or cell.startswith(" ") for cell in cells)
    )


def _is_in_quotes(sample: str, rival: Candidate, best: Candidate) -> bool:
    """Return whether the quotes stand around cells of the rival, but within cells of the best."""
    if rival.dialect.quote is None or best.dialect.quote is None:
        return False
    quoted, strays = _count_quoted(sample, rival)
    return quoted > 0 and not strays and _count_quoted(sample, best)[1] > 0


def _count_quoted(sample: str, candidate: Candidate) -> tuple[int, int]:
    """Return how many cells stand in quotes, and how many have a quote within."""
    grammar, quote = candidate.dialect.grammar, candidate.dialect.quote or ""
    quoted = strays = 0
    for record in candidate.records:
        text = sample[record.start : record.next_start].rstrip("\r\n")
        if quote not in text:
            continue
        position = 0
        while (match := grammar.cell.match(text, position)) is not None:
            quoted += match.group(1) is not None
            strays += quote in (match.group(2) or "")
            position = match.end()
            if not match.group(3):
                break
        else:
            strays += 1
    return quoted, strays


def _ends_lines_only(candidate: Candidate) -> bool:
    """Return whether the delimiter stands at the ends of lines only."""
    rows = [record.cells for record in candidate.records if len(record.cells) > 1]
    return bool(rows) and all(len(cells) == 2 and not cells[1].strip() for cells in rows)


def _lists(rows: Iterable[Record], inner: str) -> Lists:
    """Return the cells that hold `inner` as lists; numbers with a comma and prose with a blank after it are left out."""
    counts: Counter[str] = Counter()
    for record in rows:
        for cell in record.cells:
            counts["cells"] += 1
            if inner not in cell or kind_of(cell) not in ("text", "code") or f"{inner} " in cell:
                continue
            kinds = {kind_of(item) for item in cell.split(inner)} - {"blank"}
            counts["lists"] += 1
            counts["mixed"] += len({"text" if kind in WORDS else "number" if kind == "phone" else kind for kind in kinds}) > 1
    return Lists(counts["lists"] / max(1, counts["cells"]), counts["mixed"] / max(1, counts["lists"]))
