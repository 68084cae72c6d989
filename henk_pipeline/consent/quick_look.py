"""Which cells of a column may say something: a cheap look at all of them, before any is read. It lets too many through, never too few."""

import re
from functools import lru_cache, reduce
from operator import or_

import polars as pl

from henk_pipeline.batching import pattern_threads
from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.embedded import CROSSES, dead_names, estate_remarks
from henk_pipeline.consent.notes import PASSED_AWAY, obituaries
from henk_pipeline.consent.vocabulary import PatternClass, answers, fold, load_vocabulary, misspellings, pattern_of, plain_words

MAX_CODE = 10  # characters of a code that says something by itself: "NP", "disc.", "not in svc"
BUT_CALLS = r"(?:except|but|excluding|ausser|sauf|menos|excepto|behalve) (?:phone|calls?|tele|anruf|appels|llamadas|bellen)"
DENIED = r"[:=?]\s*\W?(?:n|no|non|nein|nee|nao|false|0)\b"
PASSED_IN = r"\bpassed (?:on |in )?\d|^(?:d|gest)\. ?(?:am )?\d"
WORDED = rf"{CROSSES}|[📵🚫]|\p{{L}}{{3}}|\p{{L}}[^\p{{L}}]\p{{L}}|^[dD]\. ?\d"  # "DNC", "D.N.C.", "d. 2019"
CODED = rf"^\p{{L}}{{2}}$|{WORDED}"  # the same, and "NP"


def may_be_code(cells: pl.Series, column: ConsentColumn) -> pl.Series:
    """Return which cells of a column of codes may be one that says something by itself, or the error of a formula."""
    if not (column.lenient or column.reasons or column.noted):
        return pl.Series([False]).new_from_index(0, len(cells))
    ordered = cells.str.contains(_orders())
    if column.noted:
        ordered |= folded_cells(cells).str.contains(obituaries())
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


@lru_cache(maxsize=1)
def _stems() -> tuple[str, str, str]:
    """Return patterns over folded text: words that refuse by themselves, negations, what they may be about."""
    words = load_vocabulary().words

    def pattern(*names: str, shortest: int = 3) -> str:
        stems = {r"[^a-z0-9]*".join(map(re.escape, plain_words(word))) for name in names for word in words[name]}  # type: ignore[index]
        return "|".join(sorted(stem for stem in stems if len(stem) >= shortest))

    alone = "|".join(map(re.escape, answers()["alone"] | answers()["removal_codes"] | answers()["orders"]))
    return (
        f"{pattern('refusal')}|{CROSSES}|[📵🚫]|\\b(?:{pattern('register', 'dead', 'wrong', 'only')})\\b|^\\W*(?:{alone})\\W*$",
        f"\\b(?:{pattern('negation', shortest=2)})|(?:{pattern('weak_refusal', 'ended')})",
        f"(?:{pattern('phone', 'contact', 'phone_past', 'contact_past', 'permission', 'law')}|\\btm\\b)",
    )


def may_state(cells: pl.Series, *, lenient: bool = False, permits: bool = False) -> pl.Series:
    """Return which cells may state a refusal: a cheap look that lets too many through, never too few.

    Args:
        cells: Text or null.
        lenient: Whether they are of a column of short codes.
        permits: Whether those that may state a permission are let through as well.
    """
    return pattern_threads("quick look").submit(_may_state, cells, lenient=lenient, permits=permits).result()


def _may_state(cells: pl.Series, *, lenient: bool, permits: bool) -> pl.Series:
    alone, negation, about = _stems()
    folded = folded_cells(cells)
    folded = folded.str.replace_all(r"_|(\p{L})(\d)", "$1 $2")
    states = folded.str.contains("|".join((alone, PASSED_IN, DENIED, dead_names(), estate_remarks(), BUT_CALLS)))
    # Apart, for one pattern of all would be too long: of 60,000 rows with notes that of the cells that ask took 0.75 s in one and takes 0.1 s so.
    for pattern in (misspellings(), *_asking_cells(), *_suspects()):
        states |= folded.str.contains(pattern)
    if permits:
        states |= folded.str.contains(about)
    return states | (folded.str.contains(negation) if lenient else folded.str.contains(about) & folded.str.contains(negation))


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


def may_be_suspect(cells: pl.Series) -> pl.Series:
    """Return in which cells, or in which of their parts, a note may stand that refuses without stating it: reading each costs three times more."""
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
