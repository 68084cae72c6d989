"""Legends outside a table ("X = Do not call", "* do not call"): which codes and signs say that calls are refused. No columns of consent."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

import polars as pl

from henk_pipeline.consent.cells import MAX_STATEMENT, judge
from henk_pipeline.consent.columns import LEGEND, STATED, ConsentColumn
from henk_pipeline.consent.vocabulary import answer_key, name_words, plain_words

MOST_LINES = 2000
LONGEST_CODE = 4  # characters
LONGEST_LINE = 2000  # characters of a cell that are read
BLANKS = re.compile(r"[^\S\n]+")
HEADING = re.compile(r"^\s*[^\W\d_]{4,20}\s*:\s+(?=\S{1,4}\s*[=:])")  # "Codes: C = OK to call"
ENTRY = re.compile(r"^\W*?([^\W_]{1,4})\s*(?:=|:|–|—|\s-\s|\s(?:means|bedeutet|signifie|significa|betekent)\s)\s*(\S.{2,80})$")
BRACKETED = re.compile(r"^[(\[]([^\W_]{1,4})[)\]]\s*[=:–—-]?\s*(\S.{2,80})$")  # "(D) deceased"
ENTRIES = re.compile(r"\s*[;\n|]\s*|\s*,?\s+(?=[^\W_]{1,4}\s*=)|,(?=[^\W_]{1,4}\s*=)")
LENIENT = replace(STATED, lenient=True)
# Signs that stand at a name or a number, and what explains them: "* do not call", "** = deceased".
MARK = r"[*†‡§°^~¹²³]{1,3}"
MARKED_LINE = re.compile(rf"^\W{{0,3}}?({MARK})\W{{0,3}}?\s*(?:[=:–—-]\s*)?(\w.{{2,120}}?)\s*$")
MARKED_ENTRIES = re.compile(rf" ?[;,.|]? (?={MARK}\W{{0,2}} ?\w)")
NAMES = {"name", "names", "row", "rows", "entry", "entries", "namen", "noms", "nombres", "nomes", "marked", "with", "an"}
LEGEND_LINE = re.compile(rf"^\s*(?:{MARK}\s*\w|[^\W_]{{1,4}}\s*=)")
DECORATED = re.compile(rf"^\s*{MARK}.*{MARK}\s*$")  # "*** DO NOT CALL ***" is a title


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
        pairs += [entry.groups() for cell in filled if (entry := BRACKETED.fullmatch(cell))]
        if len(filled) == 2 and len(filled[0]) <= LONGEST_CODE and filled[0].isalnum():
            pairs.append((filled[0], filled[1]))
        found |= {answer_key(code) for code, meaning in pairs if judge(meaning, LENIENT).phone is not None}
    return frozenset(found)


def refusing_marks(lines: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the signs beside names and numbers that a legend explains as a refusal of calls: "* do not call", "asterisk: deceased".

    Args:
        lines: As `refusing_codes` takes them.
    """
    found: set[str] = set()
    for cells in islice(lines, MOST_LINES):
        filled = [" ".join(cell[:LONGEST_LINE].split()) for cell in cells if cell.strip()]
        if len(filled) == 2 and re.fullmatch(MARK, filled[0]):
            filled = [f"{filled[0]} {filled[1]}"]
        for cell in filled:
            if DECORATED.match(cell) or len(cell) > MAX_STATEMENT:
                continue
            entries = [entry for part in MARKED_ENTRIES.split(cell) if (entry := MARKED_LINE.match(part))]
            found |= {entry[1] for entry in entries if judge(entry[2], LENIENT).phone is not None}
            words = plain_words(cell)
            if not entries and not name_words()["asterisk"].isdisjoint(words):
                rest = " ".join(word for word in words if word not in name_words()["asterisk"] | NAMES)
                found |= {"*"} if judge(rest, LENIENT).phone is not None else set()
    return frozenset(found)


def is_legend_of_marks(title: str) -> bool:
    """Return whether a line explains a sign, so that it is about the rows with that sign and no title."""
    return bool(refusing_marks([[title]]))


def bear_marks(table: pl.DataFrame, marks: frozenset[str]) -> pl.Series:
    """Return which rows have a cell that begins or ends with one of the signs, and not with a longer one of them."""
    signs = "|".join(re.escape(mark) for mark in sorted(marks))
    pattern = rf"^\s*(?:{signs})(?:[^*†‡§°^~¹²³]|$)|(?:^|[^*†‡§°^~¹²³])(?:{signs})\s*$"
    return table.select(pl.any_horizontal(pl.all().str.contains(pattern).fill_null(value=False)).alias("marked")).to_series()


def bear_codes(table: pl.DataFrame, codes: frozenset[str]) -> pl.Series:
    """Return which rows have a cell that ends with one of the codes in brackets, or after a dash: "Ada Quillon (D)"."""
    each = "|".join(re.escape(code) for code in sorted(codes))
    pattern = rf"(?i)[(\[](?:{each})[)\]]\s*$|\s[-–—]\s?(?:{each})\s*$"
    return table.select(pl.any_horizontal(pl.all().str.contains(pattern).fill_null(value=False)).alias("coded")).to_series()
