"""Which cells of a column may say something: a cheap look at all of them, before any is read. It lets too many through, never too few."""

import re
from collections.abc import Sequence
from functools import lru_cache, reduce
from itertools import accumulate
from operator import or_
from typing import NamedTuple

import polars as pl

from henk_pipeline.batching import pattern_threads
from henk_pipeline.consent.codes import A_LIST_OF_CODES
from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.embedded import CROSSES, dead_names, estate_remarks
from henk_pipeline.consent.notes import PASSED_AWAY, obituaries
from henk_pipeline.consent.vocabulary import PatternClass, WordClass, answers, fold, load_vocabulary, misspellings, pattern_of, plain_words

MAX_CODE = 10  # characters of a code that says something by itself: "NP", "disc.", "not in svc"
BUT_CALLS = r"(?:except|but|excluding|ausser|sauf|menos|excepto|behalve) (?:phone|calls?|tele|anruf|appels|llamadas|bellen)"
DENIED = r"[:=?]\s*\W?(?:n|no|non|nein|nee|nao|false|0)\b"
PASSED_IN = r"\bpassed (?:on |in )?\d|^(?:d|gest)\. ?(?:am )?\d"
A_REMARK_BEHIND = "[(\\[{*;/|,]| [–—-]|[–—-] "
TELEMARKETING = r"\btm\b"
NO_LETTERS = "[^a-z0-9]+"
WORDED = rf"{CROSSES}|[📵🚫]|\p{{L}}{{3}}|\p{{L}}[^\p{{L}}]\p{{L}}|^[dD]\. ?\d"  # "DNC", "D.N.C.", "d. 2019"
CODED = rf"^\p{{L}}{{2}}$|{WORDED}"  # the same, and "NP"


def may_be_code(cells: pl.Series, column: ConsentColumn) -> pl.Series:
    """Return which cells of a column of codes may be one that says something by itself, or the error of a formula."""
    if not (column.lenient or column.reasons or column.noted):
        return pl.Series([False]).new_from_index(0, len(cells))
    ordered = cells.str.contains(_orders())
    if column.noted:
        ordered |= folded_cells(cells).str.contains(obituaries())
    if column.solicits:
        ordered |= cells.str.contains(A_LIST_OF_CODES)
    return ordered | (cells.str.len_chars() <= MAX_CODE) | cells.str.starts_with("#")


@lru_cache(maxsize=1000)
def any_of(cells: frozenset[str]) -> str:
    """Return a pattern of cells, or entries of lists, as `answer_key` writes them."""
    return rf"(?i)(?:^|[^\w])(?:{'|'.join(sorted(map(re.escape, cells)))})(?:$|[^\w])"


@lru_cache(maxsize=1)
def _orders() -> str:
    """Return a pattern of orders that are a cell, or a part of one: "STOP", "Rude. Remove."."""
    words = {word for name in ("alone", "removal_codes", "revocations") for word in load_vocabulary().answers[name]}
    some = "|".join(sorted(map(re.escape, words | set(map(fold, words)))))
    return rf"(?i)(?:^|[^\w\s]\s*)(?:{some})\s*(?:$|[^\w\s])"


class _Phrases(NamedTuple):
    """Phrases as patterns: `pattern` over folded text, `letters` over its letters and digits alone.

    No cell holds a phrase unless its letters hold those of the phrase. To look for plain letters is 20 times faster than for words with
    anything between them, which takes 6 ms for 80 sentences.
    """

    pattern: str
    letters: str

    def look(self, folded: pl.Series, letters: pl.Series) -> pl.Series:
        """Return which cells hold one of the phrases."""
        return _contains_among(folded, self.pattern, letters.str.contains(self.letters))


def _contains_among(cells: pl.Series, pattern: str, some: pl.Series) -> pl.Series:
    """Return in which cells a pattern is, of those that `some` (Boolean) names; no other is looked at."""
    return some.clone().scatter(some.arg_true(), cells.filter(some).str.contains(pattern)) if some.any() else some


class _Stems(NamedTuple):
    """Patterns over folded text: phrases that refuse, what else refuses by itself, negations, what they may be about."""

    refusal: _Phrases
    alone: str
    negation: str
    about: _Phrases


@lru_cache(maxsize=1)
def _stems() -> _Stems:
    words = load_vocabulary().words

    def stems(*names: WordClass, shortest: int = 3) -> list[str]:
        found_stems = {r"[^a-z0-9]*".join(map(re.escape, plain_words(word))) for name in names for word in words[name]}
        return sorted(stem for stem in found_stems if len(stem) >= shortest)

    def phrases(*names: WordClass) -> _Phrases:
        letters = {re.sub(NO_LETTERS, "", "".join(plain_words(word))) for name in names for word in words[name]}
        return _Phrases("|".join(stems(*names)), "|".join(sorted(letters)))

    def pattern(*names: WordClass, shortest: int = 3) -> str:
        return "|".join(stems(*names, shortest=shortest))

    alone = "|".join(map(re.escape, answers()["alone"] | answers()["removal_codes"] | answers()["orders"]))
    remarks = (PASSED_IN, DENIED, dead_names(), estate_remarks(), BUT_CALLS)
    return _Stems(
        phrases("refusal"),
        "|".join((CROSSES, "[📵🚫]", f"\\b(?:{pattern('register', 'dead', 'wrong', 'only')})\\b", f"^\\W*(?:{alone})\\W*$", *remarks)),
        f"\\b(?:{pattern('negation', shortest=2)})|(?:{pattern('weak_refusal', 'ended')})",
        phrases("phone", "contact", "phone_past", "contact_past", "permission", "law"),
    )


def may_state(cells: pl.Series, *, lenient: bool | pl.Series = False, permits: bool = False) -> pl.Series:
    """Return which cells may state a refusal: a cheap look that lets too many through, never too few.

    Args:
        cells: Text or null.
        lenient: Whether they are of a column of short codes (Boolean; a series has a value a cell).
        permits: Whether those that may state a permission are let through as well.
    """
    if cells.is_empty():
        return cells.cast(pl.Boolean)
    return pattern_threads("quick look").submit(_may_state, cells, lenient=lenient, permits=permits).result()


def _may_state(cells: pl.Series, *, lenient: bool | pl.Series, permits: bool) -> pl.Series:
    stems = _stems()
    folded = folded_cells(cells)
    folded = folded.str.replace_all(r"_|(\p{L})(\d)", "$1 $2")
    letters = folded.str.replace_all(NO_LETTERS, "")
    states = stems.refusal.look(folded, letters)
    # Apart, for one pattern of all would be too long: 50,000 notes of 20 words take 0.53 s in one and 0.04 s so.
    for pattern in (stems.alone, misspellings(), *_asking_cells(), *_suspects()):
        states |= folded.str.contains(pattern)
    # Few names have a remark behind them: the pattern of deaths takes as long as all of the others.
    states |= _contains_among(folded, _deaths_in_names(), folded.str.contains(A_REMARK_BEHIND))
    is_about = stems.about.look(folded, letters) | folded.str.contains(TELEMARKETING)
    if permits:
        states |= is_about
    return states | _contains_among(folded, stems.negation, is_about | lenient)


@lru_cache(maxsize=1)
def _deaths_in_names() -> str:
    """Return a pattern, over folded text, of remarks of death behind names: classes of all letters would take 3 ms to prepare."""
    pattern = pattern_of("name_may_be_dead")
    for written, plain in ((r"[^\W\d_]", ""), (r"\W*", "[^a-z0-9]*"), (r"\s", " "), (r"\d", "[0-9]"), ("(?i:", "(?:")):
        pattern = pattern.replace(written, plain)
    return pattern


@lru_cache(maxsize=1)
def _asking_cells() -> tuple[str, ...]:
    """Return patterns, over folded text, of cells that leave a question in notes and in names."""
    of_names = rf"^{pattern_of('estate')}|{pattern_of('estate_after')}|^{pattern_of('late')}|^{pattern_of('late_name')}"
    in_names = f"(?i){pattern_of('name_capitals')}|{pattern_of('name_remark')}"
    return (
        pattern_of("note"),
        pattern_of("always"),
        in_names,
        "|".join((pattern_of("passed"), pattern_of("may_have_died"), PASSED_AWAY, of_names)),
    )


def split_look(looked: pl.Series, parts: Sequence[pl.Series]) -> list[pl.Series]:
    """Return what a look at the cells of several columns, one after the other, says of the cells of each."""
    starts = accumulate(map(len, parts), initial=0)
    return [looked.slice(start, len(part)) for start, part in zip(starts, parts, strict=False)]


def may_be_suspect(cells: pl.Series) -> pl.Series:
    """Return in which cells, or in which of their parts, a note may stand that refuses without stating it: reading each costs three times more."""
    if cells.is_empty():
        return cells.cast(pl.Boolean)
    return pattern_threads("quick look").submit(_may_be_suspect, cells).result()


def _may_be_suspect(cells: pl.Series) -> pl.Series:
    folded = folded_cells(cells)
    suspect, *others = _suspects()
    return reduce(or_, (folded.str.contains(pattern) for pattern in others), folded.str.contains(suspect))


@lru_cache(maxsize=1)
def _suspects() -> tuple[str, ...]:
    """Return patterns of such notes anywhere in a folded cell: a part of it may begin and end where the cell does not."""

    def anywhere(name: PatternClass) -> str:
        pattern = pattern_of(name).replace(r"(?:\W*$|\s*[,;.!–-])", "").replace(r"\W*$", "")
        return pattern.replace("|^", "|").replace("(?:^", "(?:")

    return anywhere("suspect"), anywhere("foreign"), anywhere("relatives_number")


def folded_cells(cells: pl.Series) -> pl.Series:
    """Return cells in lower case, without apostrophes and accents."""
    folded = cells.str.replace_all("['’`´‘]", "").str.to_lowercase()
    odd = folded.str.contains("[^ -~]").fill_null(value=False)
    if odd.any():  # decomposing letters takes longer than all that follows
        plain = folded.filter(odd).str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
        folded = folded.scatter(odd.arg_true(), plain)
    return folded
