"""Sentences outside a table that refuse calls for a person they name ("Please do not call Mrs Whitlock any more"). No legends, no titles."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import polars as pl

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import STATED
from henk_pipeline.consent.legends import LEGEND_LINE, MOST_LINES
from henk_pipeline.consent.vocabulary import fold, joined_words, load_vocabulary, plain_words, tokens_of

MAX_SENTENCE = 300  # characters
MAX_SENTENCES = 300
MAX_SHOWN = 100
MONSIEUR = "m"  # "M. Quillon", who is not only a person whose name begins with M
LENIENT = replace(STATED, lenient=True)
WORD = re.compile(r"[^\W\d_][\w'’.-]*", re.UNICODE)


class NamedRefusal(NamedTuple):
    """A sentence that refuses calls.

    `text`: the sentence; `words`: its words as `joined_words` writes them, with a blank at both ends; `people`: the given name, "" where none
    stands before it, and the family name of each person that it may name; `names_surely`: one has a given name or a courtesy title.
    """

    text: str
    words: str
    people: frozenset[tuple[str, str]]
    names_surely: bool = False


def refusing_sentences(lines: Iterable[Sequence[str]]) -> tuple[NamedRefusal, ...]:
    """Return the sentences that refuse calls for a person.

    Args:
        lines: The cells of lines that are no rows of the table: above it, below it, in other sheets.
    """
    found: dict[str, NamedRefusal] = {}
    for cells in islice(lines, MOST_LINES):
        for cell in cells:
            text = " ".join(cell[: MAX_SENTENCE + 1].split())
            if " " not in text or len(text) > MAX_SENTENCE or len(found) >= MAX_SENTENCES or LEGEND_LINE.match(text):
                continue
            sentence = _read(text)
            if sentence is not None:
                found.setdefault(text, sentence)
    return tuple(found.values())


def name_rows(people: pl.DataFrame, sentences: Sequence[NamedRefusal]) -> pl.Series:
    """Return for each row the first sentence that names its person, null where none does.

    Args:
        people: `first_name` and `last_name`, text or null.
        sentences: As `refusing_sentences` returns them.
    """
    first, last = (_folded(people[name]).alias(name) for name in ("first_name", "last_name"))
    frame = pl.DataFrame([first, last])
    given, family = pl.col("first_name").fill_null(""), pl.col("last_name").fill_null("")
    named = pl.lit(None, dtype=pl.String)
    for sentence in reversed(sentences):
        words = pl.lit(sentence.words)
        both = (given != "") & (family != "")
        is_named = both & (
            words.str.contains(pl.format(" {} {} ", given, family), literal=True)
            | words.str.contains(pl.format(" {} {} ", family, given), literal=True)
        )
        for own, name in sorted(sentence.people):
            is_given = (given == own) | (given == "") | (given.str.head(1) == own) if own else pl.lit(value=True)
            is_named |= (family == name) & is_given
            if len(sentence.people) == 1 and not own:
                is_named |= given == name
        named = pl.when(is_named).then(pl.lit(sentence.text[:MAX_SHOWN])).otherwise(named)
    return frame.select(named.alias("sentence")).to_series()


def _read(text: str) -> NamedRefusal | None:
    words = [match.group() for match in WORD.finditer(text)]
    titles = _titles()
    is_name = [_is_name(word) for word in words]
    for at, word in enumerate(words[1:], start=1):
        if fold(words[at - 1]).strip(".") in titles and (word[:1].isupper() or all(token.has("unknown") for token in tokens_of(word))):
            is_name[at] = True  # "Mrs Post"
    rest = " ".join(word for word, name in zip(words, is_name, strict=True) if not name and fold(word).strip(".") not in titles)
    if not rest or judge(rest, LENIENT).phone is None:
        return None
    people = set()
    for at, word in enumerate(words):
        if not is_name[at] or (at + 1 < len(words) and is_name[at + 1]):
            continue
        before = joined_words(words[at - 1]) if at and is_name[at - 1] else ""
        before = "" if before == MONSIEUR else before
        people.add((before, joined_words(re.sub(r"['’]s$", "", word).strip(".'’-"))))
    surely = any(given for given, _ in people) or any(fold(word).strip(".") in titles for word in words)
    return NamedRefusal(text, f" {joined_words(text)} ", frozenset(people), surely)


def _is_name(word: str) -> bool:
    """Return whether a word may be a name: with a capital, and none that the vocabulary knows."""
    return word[:1].isupper() and all(token.has("unknown") for token in tokens_of(word)) and fold(word).strip(".") not in _titles()


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    return frozenset(word for entry in load_vocabulary().names["title"] for word in plain_words(entry))


def _folded(cells: pl.Series) -> pl.Series:
    distinct = cells.drop_nulls().unique()
    return cells.replace_strict(
        distinct, pl.Series([joined_words(cell) for cell in distinct], dtype=pl.String), default=None, return_dtype=pl.String
    )
