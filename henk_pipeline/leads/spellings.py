"""Spellings of one given name ("Lakshmi", "Laxmi"; "Jürgen", "Juergen"), and names that are surely one person's although the e-mail addresses differ.

schemas/make_name_rules.py writes the same rules as SQL (migrations 0046, 0047); tests/integration/database/test_one_rule.py compares both.
"""

from functools import lru_cache

import polars as pl

from henk_pipeline.leads.given_names import PARTICLES, genders
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.nicknames import GIVEN_IN_FULL, formal_names_by_nickname

# What is written in several ways and heard alike, in the order in which it is replaced; doubled letters come last.
HEARD_ALIKE = (
    ("ph", "f"), ("chr", "kr"), ("ck|qu|q", "k"), ("cc", "c"), ("c([^eiyh]|$)", "k${1}"), ("x", "ks"), ("ksh", "ks"), ("([kgtdbr])h", "${1}"),
    ("h([bdfgklmnprstvz])", "${1}"), ("ah$", "a"), ("(ey|ie|ee|ei|y)$", "i"), ("ay", "ai"), ("ey", "ei"),
    ("ee", "i"), ("oo|ou", "u"), ("w", "v"), ("z$", "s"),
)  # fmt: skip
DOUBLED = "abdfgklmnprstvz"
# Of longer names ae, oe and ue are umlauts; "Joe" and "Jo" are two names. Not in Chinese ("Xuemei").
UMLAUT, MIN_WITH_UMLAUT_LENGTH = ("(^|[^xyq])([aou])e", "${1}${2}"), 5
# Shorter names are syllables of others ("Noor", "Nur" stand in names.toml).
MIN_SPELLING_LENGTH = 4
# Words before a family name that carry nothing by themselves, besides PARTICLES ("Al-Ahmad", "Abu Ali", "bin Salman", "ter Horst").
FAMILY_PARTICLES = ("al", "el", "abu", "ibn", "bin", "binti", "binte", "bint", "ben", "bat", "ter", "ten", "zu", "zum", "zur")


def heard(name: pl.Expr) -> pl.Expr:
    """Return folded given names in one spelling of those that are heard alike."""
    for pattern, letters in HEARD_ALIKE:
        name = name.str.replace_all(pattern, letters)
    for letter in DOUBLED:
        name = name.str.replace_all(f"{letter}{letter}+", letter)
    return without_umlauts(name)


def without_umlauts(name: pl.Expr) -> pl.Expr:
    """Return folded names with the letters that `folded` makes of umlauts, however these are written ("Mueller" as "Müller")."""
    return pl.when(name.str.len_chars() >= MIN_WITH_UMLAUT_LENGTH).then(name.str.replace_all(*UMLAUT)).otherwise(name)


def spelled_alike(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Return whether two folded names are spellings of one; null where one is missing.

    Of names that begin alike `begins_like` decides.
    """
    is_long = pl.min_horizontal(left.str.len_chars(), right.str.len_chars()) >= MIN_SPELLING_LENGTH
    starts = left.str.starts_with(right) | right.str.starts_with(left)
    return is_long & ~starts & (heard(left) == heard(right))


def heard_alike_of_two(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Return whether two folded given names are heard alike and are two people's as often ("Toni" and "Tony", "Mary" and "Marie").

    Spellings of one name ("Steven", "Stephen") are none.
    """
    of_two = pl.concat_str(pl.min_horizontal(left, right), pl.lit(" "), pl.max_horizontal(left, right))
    return of_two.is_in(names_heard_alike()).fill_null(value=False)


@lru_cache(maxsize=1)
def names_heard_alike() -> tuple[str, ...]:
    """Return the pairs of given names that are heard alike and are two people's as often, each in the order of letters: "mari mary"."""
    return tuple(" ".join(sorted(pair.split())) for pair in load_name_words().borne.heard_alike_of_two)


@lru_cache(maxsize=1)
def short_forms_of_both() -> frozenset[str]:
    """Return short forms of names of men and of women ("Terry")."""
    table = genders()
    of_both = {short for short, formals in formal_names_by_nickname().items() if {"m", "f"} <= {table.get(formal) for formal in formals}}
    return frozenset(of_both - table.keys())


@lru_cache(maxsize=1)
def short_forms_of_their_own() -> frozenset[str]:
    """Return short forms that are the whole name of other people ("Joan" of Joanna)."""
    words = load_name_words().borne
    return (GIVEN_IN_FULL | frozenset(words.given_in_full)) - frozenset(words.short_all_the_same)


def is_one_name(sides: tuple[str, str], shorts_of_both: frozenset[str]) -> pl.Expr:
    """Return whether two first names are one person's though a contact differs; null where one is missing.

    They are if they are equal, spellings of one, or one is short for the other, or both for a third, and that short form is nobody's whole name.

    Args:
        sides: What ends the names of the columns `first` and `formals` of either person.
        shorts_of_both: Short forms that are of two genders: they show nothing, however they are spelled.
    """
    first, other = (pl.col(f"first{side}") for side in sides)
    formals, others = (pl.col(f"formals{side}") for side in sides)
    doubtful = list(shorts_of_both | short_forms_of_their_own())
    is_clear = ~first.is_in(doubtful), ~other.is_in(doubtful)
    is_short = (
        (is_clear[0] & formals.list.contains(other)) | (is_clear[1] & others.list.contains(first))
        | (is_clear[0] & is_clear[1] & (formals.list.set_intersection(others).list.len() > 0))
    )  # fmt: skip
    is_heard_alike = heard(first).str.strip_suffix("e") == heard(other).str.strip_suffix("e")
    of_both = list(shorts_of_both)
    return (first == other) | is_short | (is_heard_alike & ~first.is_in(of_both) & ~other.is_in(of_both))


def are_written_as_one(sides: tuple[str, str]) -> pl.Expr:
    """Return whether the given name of one is the first and the middle name of the other ("Maryann" and "Mary Ann"), without a middle name."""
    pairs = [
        (pl.col(f"middle{side}").str.len_chars() > 1)
        & pl.col(f"middle{other}").is_null()
        & (pl.concat_str(f"first{side}", f"middle{side}") == pl.col(f"first{other}"))
        for side, other in (sides, sides[::-1])
    ]
    return pl.any_horizontal(pair.fill_null(value=False) for pair in pairs)


def is_one_middle_name(sides: tuple[str, str]) -> pl.Expr:
    """Return whether two middle names (`middle`, `birth`) are one person's though a contact differs.

    A second given name that one of them lacks is another person's ("Ana", "Ana María"), unless it is an initial or they are born on one day.
    """
    middle, other = (pl.col(f"middle{side}") for side in sides)
    is_equal = middle.eq_missing(other) | (heard(middle).str.strip_suffix("e") == heard(other).str.strip_suffix("e")).fill_null(value=False)
    has_initial = pl.any_horizontal((name.str.len_chars() == 1).fill_null(value=False) for name in (middle, other))
    born_together = (pl.col(f"birth{sides[0]}") == pl.col(f"birth{sides[1]}")).fill_null(value=False)
    return is_equal | has_initial | born_together


def is_one_person_of_two_mailboxes(sides: tuple[str, str]) -> pl.Expr:
    """Return whether the given names are one person's where the e-mail addresses differ; a household shares its telephone and its street."""
    return is_one_name(sides, short_forms_of_both()).fill_null(value=True) & is_one_middle_name(sides)


def second_families_differ(sides: tuple[str, str]) -> pl.Expr:
    """Return whether of two family names of several words each has one of its own ("Rivero Salas", "Rivero Tovar"): those are cousins' or a father's.

    Initials, beginnings and spellings are no other words ("Rivero S."). An equal birth date is a twin's as often as a slip's.
    """
    lasts, others = (pl.col(f"lasts{side}") for side in sides)
    own, other = own_words(lasts, others), own_words(others, lasts)
    last, last_other = (pl.col(f"last{side}") for side in sides)
    differ = (last != last_other) & (own != "") & (other != "") & (lasts.list.set_intersection(others).list.len() > 0)
    differ &= ~own.str.starts_with(other) & ~other.str.starts_with(own) & (heard(own) != heard(other))
    return differ.fill_null(value=False)


def own_words(lasts: pl.Expr, others: pl.Expr) -> pl.Expr:
    """Return the words of family names that the others lack (lists), sorted and as one word.

    Particles are left out of names of several words; alone they are a name ("Do", "Le").
    """
    own = lasts.list.set_difference(others)
    bare = own.list.set_difference([*PARTICLES.split("|"), *FAMILY_PARTICLES])
    return pl.when(lasts.list.len() > 1).then(bare).otherwise(own).list.sort().list.join("")
