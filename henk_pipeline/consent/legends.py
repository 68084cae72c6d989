"""Legends of codes outside a table ("X = Do not call"): which codes say that calls are refused. No rows are read here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import LEGEND, STATED, ConsentColumn
from henk_pipeline.consent.vocabulary import answer_key

MOST_LINES = 2000
LONGEST_CODE = 4  # characters
LONGEST_LINE = 2000  # characters of a cell that are read
BLANKS = re.compile(r"[^\S\n]+")
HEADING = re.compile(r"^\s*[^\W\d_]{4,20}\s*:\s+(?=\S{1,4}\s*[=:])")  # "Codes: C = OK to call"
ENTRY = re.compile(r"^\W*?([^\W_]{1,4})\s*(?:=|:|–|—|\s-\s|\s(?:means|bedeutet|signifie|significa|betekent)\s)\s*(\S.{2,80})$")
ENTRIES = re.compile(r"\s*[;\n|]\s*|\s*,?\s+(?=[^\W_]{1,4}\s*=)|,(?=[^\W_]{1,4}\s*=)")
LENIENT = replace(STATED, lenient=True)


def column_of_codes(name: str) -> ConsentColumn | None:
    """Return the column whose name explains its codes, None where it explains no refusal of calls."""
    codes = refusing_codes([LEGEND.findall(name)])
    return replace(LENIENT, explained=codes) if codes else None


def refusing_codes(lines: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the codes that a legend explains as a refusal of calls, or as a limit that a person must judge.

    Args:
        lines: The cells of lines that are no rows of the table: above it, below it, in other sheets.

    Returns:
        The codes as `answer_key` writes them.
    """
    found: set[str] = set()
    for cells in islice(lines, MOST_LINES):
        filled = [BLANKS.sub(" ", cell.strip())[:LONGEST_LINE] for cell in cells if cell.strip()]
        pairs = [entry.groups() for cell in filled for piece in ENTRIES.split(HEADING.sub("", cell)) if (entry := ENTRY.fullmatch(piece))]
        if len(filled) == 2 and len(filled[0]) <= LONGEST_CODE and filled[0].isalnum():
            pairs.append((filled[0], filled[1]))
        found |= {answer_key(code) for code, meaning in pairs if judge(meaning, LENIENT).phone is not None}
    return frozenset(found)
