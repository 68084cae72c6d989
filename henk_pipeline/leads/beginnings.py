"""Names of which one begins like another: an initial, a short form, a spelling or a part of it, or the name of another person ("Simon", "Simone").

The words stand in schemas/upload/names.toml. schemas/make_name_rules.py writes the same rule as SQL (migration 0044);
tests/integration/database/test_one_rule.py compares both.
"""

import re
from functools import lru_cache

import polars as pl

from henk_pipeline.leads.given_names import genders
from henk_pipeline.leads.identity import known_names
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.nicknames import GIVEN_IN_FULL, customary, formal_names_by_nickname

# Endings of the longer of two spellings, one letter apart ("Sara" and "Sarah", "Lori" and "Lorie", "Greg" and "Gregg").
SPELLED_LONGER = re.compile(r"(..[aeo]h|[^i]ie|ick|dt|nne|lle|lene|stine|(.)\2)$")
# The beginning of an unknown name is cut off if it has that many letters: of 20,000 given names of 70 languages (PyPI's faker 40.63) that begin
# another one, 9 of 100 have so many. Shorter ones are syllables ("Xin" and "Xinyi") and names of men ("Hakim" and "Hakima").
MIN_CUT_LENGTH = 6
# With these endings names of women are made of names of men in most languages of Europe, Arabic and Indian ones ("Hamid", "Hamida", "Валентин",
# "Валентина"): they are not cut off.
FEMININE = ("a", "а", "я", "ия", "ія", "ина", "іна")
# From here on Unicode has scripts of which one letter is a name or a syllable, no initial.
FIRST_IDEOGRAPH = "\u2e80"


@lru_cache(maxsize=1)
def longer_forms() -> dict[str, tuple[str, ...]]:
    """Return given names, each with the longer ones that begin with it and may be the same person's: full forms and other spellings, sorted."""
    words = load_name_words().borne
    names = known_names() | set(customary()) | set(words.complete)
    no_spellings = {tuple(pair.split()) for pair in words.no_spellings}
    table: dict[str, list[str]] = {name: [] for name in names}
    for longer in sorted(names):
        for shorter in (longer[:end] for end in range(1, len(longer))):
            is_spelling = len(longer) == len(shorter) + 1 and SPELLED_LONGER.search(longer) and (longer, shorter) not in no_spellings
            if shorter in names and (_is_short(shorter, longer) or (is_spelling and not _differ_in_gender(shorter, longer))):
                table[shorter].append(longer)
    return {name: tuple(table[name]) for name in sorted(names)}


def _is_short(shorter: str, longer: str) -> bool:
    """Return whether one name is short for the other, or both for a third that neither is borne without."""
    formals = formal_names_by_nickname()
    of_shorter, of_longer = formals.get(shorter, []), formals.get(longer, [])
    if longer in of_shorter or shorter in of_longer:
        return True
    return bool(set(of_shorter) & set(of_longer)) and not {shorter, longer} & GIVEN_IN_FULL


def _differ_in_gender(left: str, right: str) -> bool:
    return {left, right} <= genders().keys() and genders()[left] != genders()[right]


@lru_cache(maxsize=1)
def _given_names() -> pl.Series:
    return pl.Series(list(longer_forms()), dtype=pl.String).implode()


@lru_cache(maxsize=1)
def _pairs() -> pl.Series:
    return pl.Series([f"{name} {longer}" for name, some in longer_forms().items() for longer in some], dtype=pl.String).implode()


def is_given_name(name: pl.Expr) -> pl.Expr:
    """Return whether folded words are given names that people bear."""
    return name.is_in(pl.lit(_given_names()))


def begins_like(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Return whether a folded name may be the same as one that it begins like; null where one is missing.

    It may if it is equal, an initial, a short form or spelling of the other by `longer_forms`, or if it is no name itself but the beginning of
    one. Of two given names without such a relation each is another person's.
    """
    is_shorter = left.str.len_chars() <= right.str.len_chars()
    shorter, longer = pl.when(is_shorter).then(left).otherwise(right), pl.when(is_shorter).then(right).otherwise(left)
    is_initial = (shorter.str.len_chars() == 1) & (shorter < FIRST_IDEOGRAPH)
    is_declared = pl.concat_str(shorter, pl.lit(" "), longer).is_in(pl.lit(_pairs()))
    is_cut = (
        ~is_feminine_of(shorter, longer) & ~is_given_name(shorter) & (is_given_name(longer) | (shorter.str.len_chars() >= MIN_CUT_LENGTH))
    )
    may_be = longer.str.starts_with(shorter) & ((left == right) | is_initial | is_declared | is_cut)
    return pl.when(left.is_not_null() & right.is_not_null()).then(may_be)


def is_feminine_of(name: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return whether the other of two folded names is made of the first one for a woman ("Hamid", "Hamida"); null where one is missing."""
    return pl.any_horizontal(other == name + pl.lit(ending) for ending in FEMININE)


def begin_alike_of_two(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Return whether one folded name begins like another and is another person's name all the same; false where one is missing."""
    starts = left.str.starts_with(right) | right.str.starts_with(left)
    return (starts & ~begins_like(left, right)).fill_null(value=False)
