"""Family names with a man's and a woman's form ("Petrov", "Petrova"; "Novák", "Nováková"). The endings stand in schemas/upload/names.toml."""

from functools import lru_cache

import polars as pl

from henk_pipeline.leads.letters import folded_words
from henk_pipeline.leads.name_words import load_name_words

# What stands before the ending, at least: "Tov" and "Tova" are two names.
MIN_STEM_LENGTH = 3


def are_forms_of_two(left: str, right: str) -> bool:
    """Return whether of two folded family names one is the form of a man and the other that of a woman."""
    return any(_is_her_form(*names, his, hers) for his, hers in _endings() for names in ((left, right), (right, left)))


def _is_her_form(name: str, other: str, his: str, hers: str) -> bool:
    stem = name.removesuffix(his)
    return len(stem) >= MIN_STEM_LENGTH and name.endswith(his) and other == stem + hers


@lru_cache(maxsize=1)
def _endings() -> tuple[tuple[str, str], ...]:
    """Return the endings of forms of men and of women in the form of `folded`, each pair once."""
    pairs = [pair.split(" ") for some in load_name_words().family_forms.values() for pair in some]
    folds = [folded_words(pl.Series(side)) for side in zip(*pairs, strict=True)]
    return tuple(dict.fromkeys((his or "", hers or "") for his, hers in zip(*folds, strict=True)))
