"""Family names with a man's and a woman's form ("Petrov", "Petrova"; "Novák", "Nováková"). The endings stand in schemas/upload/names.toml."""

from functools import lru_cache

import polars as pl
from rapidfuzz.distance import Prefix

from henk_pipeline.leads.letters import folded_words
from henk_pipeline.leads.name_words import load_name_words

# What stands before the ending, at least: "Tov" and "Tova" are two names.
MIN_STEM_LENGTH = 3
# What two endings share at most.
MAX_ENDING_LENGTH = 6


def are_forms_of_two(left: str, right: str) -> bool:
    """Return whether of two folded family names one is the form of a man and the other that of a woman."""
    if left[:MIN_STEM_LENGTH] != right[:MIN_STEM_LENGTH]:
        return False
    shared = int(Prefix.similarity(left, right))
    stems = range(shared, max(MIN_STEM_LENGTH, shared - MAX_ENDING_LENGTH) - 1, -1)
    return shared >= MIN_STEM_LENGTH and any((left[stem:], right[stem:]) in _endings() for stem in stems)


@lru_cache(maxsize=1)
def _endings() -> frozenset[tuple[str, str]]:
    """Return the endings of forms of men and of women in the form of `folded`, each pair in both orders."""
    pairs = [pair.split(" ") for some in load_name_words().family_forms.values() for pair in some]
    his, hers = ([ending or "" for ending in folded_words(pl.Series(side))] for side in zip(*pairs, strict=True))
    return frozenset([*zip(his, hers, strict=True), *zip(hers, his, strict=True)])
