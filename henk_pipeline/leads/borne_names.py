"""Given and family names that people bear, of 80 languages: of two of them one letter apart neither is a slip of the keys ("Hall" and "Hill").

schemas/upload/given_names.txt and family_names.txt. They say less than the lists of names.toml, which tell spellings and short forms apart.
"""

from functools import lru_cache

import polars as pl

from henk_pipeline.leads.beginnings import longer_forms
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.settings import word_list


@lru_cache(maxsize=1)
def borne_given_names() -> frozenset[str]:
    """Return given names that people bear, in the form of `folded`, one word each."""
    return word_list("given_names.txt") | longer_forms().keys()


@lru_cache(maxsize=1)
def borne_family_names() -> frozenset[str]:
    """Return family names that people bear, in the form of `folded`, as one word each."""
    return word_list("family_names.txt") | frozenset(load_name_words().borne.families)


@lru_cache(maxsize=1)
def names_of_either_kind() -> tuple[str, ...]:
    """Return words that people bear as given names and as family names ("Taylor", "Thomas", "Lee"), sorted.

    henk.is_name_of_either_kind in PostgreSQL has the same words.
    """
    return tuple(sorted((borne_given_names() & borne_family_names()) - set(load_name_words().borne.families_only)))


def is_of_either_kind(name: pl.Expr) -> pl.Expr:
    """Return whether folded names are words that people bear as given names and as family names."""
    return name.is_in(pl.lit(_either_kind()))


@lru_cache(maxsize=1)
def _either_kind() -> pl.Series:
    return pl.Series(names_of_either_kind(), dtype=pl.String).implode()
