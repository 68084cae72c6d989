"""Legends outside a table ("X = Do not call", "* do not call"): which codes and signs say that calls are refused. No columns of consent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

import polars as pl

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import LEGEND, STATED, ConsentColumn, is_channel_alone, read_column
from henk_pipeline.consent.refusals import MAX_STATEMENT
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.vocabulary import answer_key, answers, joined_words, name_words, plain_words, word_set

MAX_LINES = 4000
MAX_CODES = 40  # distinct cells of a column of codes
MAX_CODE_CELL = 20  # characters of a cell of codes
MAX_CELLS_OF_ENTRY = 4  # filled cells of a line of a legend: code, meaning, what to do, how many
MAX_CODE_LENGTH = 4  # characters
MAX_LINE_LENGTH = 2000  # characters of a cell that are read
BLANKS = re.compile(r"[^\S\n]+")
# What stands before the entries of a line: "Codes: C = OK to call", "Rating key: C = OK to call".
HEADING = re.compile(r"^\s*(?=[^:]{0,30}[^\W\d_]{4})[^\W\d_][^:=]{3,30}:\s+(?=\S{1,4}\s*(?:[=:]|[-–—]\s))")
ENTRY = re.compile(r"^\W*?([^\W_]{1,4})\s*(?:=|:|–|—|\s-\s|\s(?:means|bedeutet|signifie|significa|betekent)\s)\s*(\S.{2,80})$")
BRACKETED = re.compile(r"^[(\[]([^\W_]{1,4})[)\]]\s*[=:–—-]?\s*(\S.{2,80})$")  # "(D) deceased"
ENTRIES = re.compile(
    r"\s*[;\n|]\s*|\s*,?\s+(?=[^\W_]{1,4}\s*=)|,(?=[^\W_]{1,4}\s*=)|\s*,\s*(?=[^\W_]{1,4}\s?(?::|[-–—])\s)|\s+/\s+(?=[^\W_]{1,4}\s?[=:–—-]\s)"
)
CODES = re.compile(r"[\s;,|/+&]+")
LENIENT = replace(STATED, lenient=True)
PERMISSION_OF_CALLS = ConsentColumn("permission", channels=frozenset({"phone"}), named=True, unnamed=frozenset({"phone"}), strict=True)
ANSWERS_IN_A_NAME = re.compile(r"([^\W_]{1,10})\s*=\s*([^\W_][^=,;/|]*?)(?=\s*(?:[,;/|]|$)|\s+[^\W_]{1,10}\s*=)")
# Signs that stand at a name or a number, and what explains them: "* do not call", "** = deceased".
MARK = r"[*†‡§°^~¹²³]{1,3}"
MARKED_LINE = re.compile(rf"^\W{{0,3}}?({MARK})\W{{0,3}}?\s*(?:[=:–—-]\s*)?(\w.{{2,120}}?)\s*$")
MARKED_ENTRIES = re.compile(rf" ?[;,.|]? (?={MARK}\W{{0,2}} ?\w)")
NAMES = word_set("names")
LEGEND_LINE = re.compile(rf"^\s*(?:{MARK}\s*\w|[^\W_]{{1,4}}\s*=)")
# A sign within a sentence: "Do not call people marked with *", "Names with an (*) are not to be called".
MARK_WITHIN = re.compile(rf"(?:^|(?<=[\s(\[\"“„«'‘])){MARK}(?=$|[\s)\]\"”“»'’.,;:!])")
DECORATED = re.compile(rf"^\s*{MARK}.*{MARK}\s*$")  # "*** DO NOT CALL ***" is a title


def column_of_codes(name: str) -> ConsentColumn | None:
    """Return the column whose name explains its codes, None where it explains no refusal of calls."""
    codes = refusing_codes([LEGEND.findall(name)]) | _codes_for_no(name)
    return replace(LENIENT, explained=codes) if codes else None


def _codes_for_no(name: str) -> frozenset[str]:
    """Return the codes for no of a name that asks about calls: "Call (1=yes 2=no)", "Phone contact (Y=1/N=2)", "Calls [0 = ok, 1 = refused]"."""
    legend = LEGEND.search(name)
    asked = name[: legend.start()].strip(" :?") if legend else ""
    if legend is None or read_statement(asked).channels.isdisjoint({"phone", "contact"}):
        return frozenset()
    column = read_column(asked)
    if not (is_channel_alone(asked) or (column is not None and column.direction == "permission")):
        return frozenset()
    pairs = [(answer_key(code), answer_key(meaning)) for code, meaning in ANSWERS_IN_A_NAME.findall(legend[1])]
    if len(pairs) < 2:
        return frozenset()
    answer_sets = answers()
    if all(code in answer_sets["yes"] | answer_sets["no"] and meaning.isdigit() for code, meaning in pairs):
        pairs = [(meaning, code) for code, meaning in pairs]
    refusing = answer_sets["no"] | answer_sets["none"] | answer_sets["never"]
    return frozenset(code for code, meaning in pairs if meaning in refusing or judge(meaning, PERMISSION_OF_CALLS).phone == "refused")


class Legend(NamedTuple):
    """The codes that a file explains, as `answer_key` writes them; `refusing`: those that refuse calls, or are a limit that a person must judge."""

    codes: frozenset[str] = frozenset()
    refusing: frozenset[str] = frozenset()


def read_legend(lines: Iterable[Sequence[str]]) -> Legend:
    """Return the codes that lines explain.

    Args:
        lines: The cells of lines that are no rows of the table: above it, below it, in other sheets.
    """
    codes: set[str] = set()
    refusing: set[str] = set()
    for cells in islice(lines, MAX_LINES):
        for code, *meanings in _entries(cells):
            codes.add(answer_key(code))
            if any(judge(meaning, LENIENT).phone is not None for meaning in meanings):
                refusing.add(answer_key(code))
    return Legend(frozenset(codes), frozenset(refusing))


def _entries(cells: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the codes that a line explains, each with its meaning."""
    filled = [BLANKS.sub(" ", cell.strip())[:MAX_LINE_LENGTH] for cell in cells if cell.strip()]
    entries = [entry.groups() for cell in filled for piece in ENTRIES.split(HEADING.sub("", cell)) if (entry := ENTRY.fullmatch(piece))]
    entries += [entry.groups() for cell in filled if (entry := BRACKETED.fullmatch(cell))]
    if 1 < len(filled) <= MAX_CELLS_OF_ENTRY and len(filled[0]) <= MAX_CODE_LENGTH and filled[0].isalnum():
        # A number before several cells counts the lines of another table.
        entries += [tuple(filled)] if len(filled) == 2 or not filled[0].isdigit() else []
    return entries


def refusing_codes(lines: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the codes that a legend explains as a refusal of calls; `lines` as `read_legend` takes them."""
    return read_legend(lines).refusing


def codes_of(tables: Iterable[pl.DataFrame], columns: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return by column the codes in its cells; a column with a longer cell, or with more than `MAX_CODES` cells, has none."""
    codes_by_column: dict[str, set[str]] = {column: set() for column in columns}
    for table in tables:
        for column in list(codes_by_column):
            cells = table[column].drop_nulls()
            if (cells.str.len_chars() > MAX_CODE_CELL).any():
                del codes_by_column[column]
                continue
            codes_by_column[column] |= {
                code for cell in cells.unique() for code in CODES.split(answer_key(cell)) if code not in answers()["empty"]
            }
            if len(codes_by_column[column]) > MAX_CODES:
                del codes_by_column[column]
    return {column: frozenset(codes) for column, codes in codes_by_column.items()}


def explained_columns(codes: Mapping[str, frozenset[str]], legend: Legend, lenient: Iterable[str]) -> frozenset[str]:
    """Return the columns that a legend is about.

    These are the columns in which every code is explained. Where there is none: those that are named as columns of codes and have a refusing one.

    Args:
        codes: As `codes_of` returns them.
        legend: The legend of the file.
        lenient: The columns of short codes, by their names.
    """
    own = {column: column_codes for column, column_codes in codes.items() if is_of_codes(column)}
    explained = frozenset(column for column, column_codes in own.items() if column_codes and column_codes <= legend.codes)
    if any(own[column] & legend.refusing for column in explained):
        return explained
    named = {*lenient, *(column for column in own if not name_words()["codes"].isdisjoint(_names(column)))}
    return explained | {column for column in named & own.keys() if max(map(len, own[column]), default=0) <= MAX_CODE_LENGTH}


def is_of_codes(column: str) -> bool:
    """Return whether the codes of a column may be those of a legend of the file: not those of genders, parties, sizes."""
    return name_words()["other_codes"].isdisjoint(_names(column))


def _names(column: str) -> list[str]:
    """Return the words of a name and each two of them."""
    words = plain_words(column)
    return [joined_words(column), *words, *map(" ".join, pairwise(words))]


def refusing_marks(lines: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the signs beside names and numbers that a legend explains as a refusal of calls: "* do not call", "asterisk: deceased".

    Args:
        lines: As `refusing_codes` takes them.
    """
    marks: set[str] = set()
    for cells in islice(lines, MAX_LINES):
        filled = [" ".join(cell[:MAX_LINE_LENGTH].split()) for cell in cells if cell.strip()]
        if len(filled) == 2 and re.fullmatch(MARK, filled[0]):
            filled = [f"{filled[0]} {filled[1]}"]
        for cell in filled:
            if DECORATED.match(cell) or len(cell) > MAX_STATEMENT:
                continue
            entries = [entry for part in MARKED_ENTRIES.split(cell) if (entry := MARKED_LINE.match(part))]
            marks |= {entry[1] for entry in entries if judge(entry[2], LENIENT).phone is not None} or _marks_within(cell)
    return frozenset(marks)


def _marks_within(cell: str) -> set[str]:
    """Return the sign of which a sentence says that its people refuse calls: "Do not call people marked with *"."""
    words = plain_words(MARK_WITHIN.sub(" ", cell))
    within = set(MARK_WITHIN.findall(cell)) or ({"*"} if not name_words()["asterisk"].isdisjoint(words) else set())
    if len(within) != 1:
        return set()
    sentence = " ".join(word for word in words if word not in name_words()["asterisk"])
    rest = " ".join(word for word in words if word not in name_words()["asterisk"] | NAMES)
    return within if any(judge(text, LENIENT).phone is not None for text in (sentence, rest)) else set()


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
