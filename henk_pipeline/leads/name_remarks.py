"""What stands next to a name and is no part of it: "Ida Jung DO NOT USE", "Bob Hale - Treasurer", "1. Cal Reed", "Tom Reed †"."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from henk_pipeline.batching import pattern_threads
from henk_pipeline.leads.name_words import load_name_words

MAX_REMARKS = 2  # of a name: "Bob Hale (Treasurer) *"
APART = r"(?:\s+[-–—]+\s*|\s*[-–—]+\s+|\s*[,;|/]\s*|\s*[\[{<(]+\s*)"
SIGNS = r"\s*[*~!#=+]+\s*"
FORWARDED = r"c/o\s|attn\b\.?:?\s|attention:\s|z\.\s?hd\.?\s|z\.\s?h\.\s|zu händen\s"


class _Patterns(NamedTuple):
    """Regular expressions of a cell: `before` has the remark in group 1 and the name in group 2, those `behind` the other way round.

    `between`: a remark (group 1) between signs, wherever it stands in the cell ("Bea **DO NOT CALL** Roca").
    """

    any: str
    between: str
    before: str
    behind: tuple[str, ...]


def without_remarks(names: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """Take what is no part of a name from names.

    Args:
        names: Names as written (String).

    Returns:
        The names and the remarks (String); None where no name has one.
    """
    return pattern_threads("remarks").submit(_without_remarks, names).result()


def _without_remarks(names: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    patterns = _patterns()
    has_remark = names.str.contains(patterns.any).fill_null(value=False)
    if not has_remark.any():
        return None
    cell, remark = pl.col("name"), pl.col("name").str.extract(patterns.between, 1)
    parts = (
        names.filter(has_remark)
        .alias("name")
        .to_frame()
        .select(
            pl.when(remark.is_null()).then(cell).otherwise(cell.str.replace(patterns.between, " ").str.strip_chars()),
            remark.alias("remark"),
        )
    )
    for _ in range(MAX_REMARKS):
        for pattern, of_remark, of_name in ((patterns.before, 1, 2), *((behind, 2, 1) for behind in patterns.behind)):
            more = cell.str.extract(pattern, of_remark).str.strip_chars(" ,;:|/!-–—()[]{}<>")
            # A step a frame: an expression over the expressions of the steps before would hold each of them many times.
            parts = parts.select(
                pl.coalesce(cell.str.extract(pattern, of_name), cell).alias("name"),
                pl.concat_str("remark", more, separator=" ", ignore_nulls=True).alias("remark"),
            )
    parts = parts.with_columns(pl.when(pl.col("remark") != "").then("remark"))
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(names))
    return names.clone().scatter(has_remark.arg_true(), parts["name"]), nothing.scatter(has_remark.arg_true(), parts["remark"])


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    words = load_name_words().remarks
    marks = f"[{re.escape(words.marks)}]"
    around, offices, records = map(_alternatives, (words.around, words.offices, words.records))
    office = rf"(?:(?:{around})\.?\s+)*(?:{offices})(?:[\s/&,]+(?:{around}|{offices})\b)*"
    end = r"[\s.!)\]}>]*"
    more = rf"(?:[\s,/&]+(?:{records}))*"
    is_record = rf"(?:{records}){more}"
    straight = rf"(?:{_alternatives([*words.straight, *(word for word in words.records if ' ' in word)])}){more}"
    behind = rf"(?:{APART}(?:{office}|{is_record})|\s+{straight}|\s*\(?{marks}+\)?|\s*\[[^\[\]]*\]){end}"
    before = rf"\s*(?:\d{{1,4}}[.)]\s+|{marks}+\s*|(?:{FORWARDED})\s*|{straight}\s+|(?:{office}|{is_record})(?:\s*:\s*|\s+[-–—]+\s+))"
    capitals, straight_capitals, died = map(_alternatives, (words.capitals, words.behind_small_letters, words.died))
    day = r"(?:(?:in|on|am)\s+)?(?:\d{1,2}[/.-]\s?){0,2}(?:19|20)\d\d"
    return _Patterns(
        rf"(?i)^\s*(?:\d|{marks}|{FORWARDED})|{marks}\)?\s*$|\[|(?:^|\W)(?:{offices}|{records})(?:\W|$)"
        rf"|\W(?-i:{capitals})(?:\W|$)|\W(?:{died})\s*{day}",
        rf"(?i){SIGNS}((?:{is_record})|{straight})[\s.!]*{SIGNS}",
        rf"(?i)^({before})(\p{{L}}.*)$",
        (
            rf"^(.*?\p{{L}}.*?)(\s*[(\[{{*]+\s*(?:{capitals})[\s!]*[)\]}}*]+)\s*$",
            rf"^(.*\p{{Ll}})(\W*\s(?:{straight_capitals}))\s*$",
            rf"(?i)^(.*?\p{{L}}{{2}})(\W+(?:{died})\s*{day}){end}$",
            rf"(?i)^(.*?\p{{L}}.*?)({behind})\s*$",
        ),
    )


def _alternatives(words: Iterable[str]) -> str:
    """Return a pattern of words and phrases, whatever blanks divide them, the longest first."""
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in sorted(set(words), key=lambda word: (-len(word), word)))
