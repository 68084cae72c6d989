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
from henk_pipeline.consent.legends import LEGEND_LINE, MAX_LINES
from henk_pipeline.consent.titles import TAKEN_OUT
from henk_pipeline.consent.vocabulary import fold, joined_words, load_vocabulary, plain_words, tokens_of, word_set

MAX_SENTENCE = 300  # characters
MAX_SENTENCES = 300
MAX_SHOWN = 100
MONSIEUR = "m"  # "M. Quillon", who is not only a person whose name begins with M
LENIENT = replace(STATED, lenient=True)
NAMES_SCHEMA: dict[str, pl.DataType] = {"key": pl.String(), "sheet": pl.String()}
NAMES_AT_ONCE = 10_000
NO_NAME = re.compile(r"[\d@]")
BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
# Stand before or for the given name: of rows that have none, of rows that have its first letter only, of names with a title only.
NO_GIVEN, INITIAL, ANY_GIVEN = "~", "@", "*"
# Before the name of a family in the plural: "the Kerrs".
FAMILY_ARTICLES = word_set("family_articles")
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
    sentences: dict[str, NamedRefusal] = {}
    for cells in islice(lines, MAX_LINES):
        for cell in cells:
            text = " ".join(cell[: MAX_SENTENCE + 1].split())
            if " " not in text or len(text) > MAX_SENTENCE or len(sentences) >= MAX_SENTENCES or LEGEND_LINE.match(text):
                continue
            if _is_about_the_list(text):
                continue
            sentence = _read(text)
            if sentence is not None:
                sentences.setdefault(text, sentence)
    return tuple(sentences.values())


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
        has_full_name = (given != "") & (family != "")
        is_named = has_full_name & (
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


def names_of(rows: Iterable[tuple[str, Sequence[str]]]) -> pl.DataFrame:
    """Return the names in sheets that are lists of people who refuse calls.

    Args:
        rows: The sheet and the cells of each row.

    Returns:
        `key` (a name as `refused_in_sheets` compares it, each once) and `sheet`, text.
    """
    batches = [pl.DataFrame(schema=NAMES_SCHEMA)]
    remaining = iter(rows)
    while batch := list(islice(remaining, NAMES_AT_ONCE)):
        keys = [(key, sheet) for sheet, cells in batch for key in _keys_of_name(_name_in(cells))]
        batches.append(pl.DataFrame(keys, schema=NAMES_SCHEMA, orient="row").unique("key", keep="first", maintain_order=True))
    return pl.concat(batches).unique("key", keep="first", maintain_order=True)


def _name_in(cells: Sequence[str]) -> str:
    """Return the name in a row: a cell of several words of the first two without digits, or both together; "" where there is none."""
    filled = [cell.strip() for cell in cells if cell.strip() and not NO_NAME.search(cell)]
    name = next((cell for cell in filled[:2] if " " in cell), " ".join(filled[:2]))
    return name[:MAX_SENTENCE] if " " in name else ""


def _keys_of_name(name: str) -> list[str]:
    """Return a name in the forms that it is compared in: whole, the first and the last word, and what rows with less of a name have."""
    all_words = plain_words(BRACKETS.sub(" ", name))
    words = [word for word in all_words if word not in _titles() or word == MONSIEUR]
    if not words or len(all_words) < 2:
        return []
    if len(words) == 1:
        return [f"{ANY_GIVEN} {words[0]}"]  # "Mrs Quillon"
    first, last = words[0], words[-1]
    return list(dict.fromkeys([" ".join(words), f"{first} {last}", f"{INITIAL}{first[0]} {last}", f"{NO_GIVEN} {last}"]))


def refused_in_sheets(people: pl.DataFrame, names: pl.DataFrame) -> pl.Series:
    """Return for each row the sheet of refusals that names its person, null where none does.

    Args:
        people: `first_name` and `last_name`, text or null.
        names: As `names_of` returns them.
    """
    first, last = (_folded(people[name]).alias(name) for name in ("first_name", "last_name"))
    given, family = pl.col("first_name").fill_null(""), pl.col("last_name").fill_null("")
    forms = [
        pl.format("{} {}", given, family),
        pl.format("{} {}", family, given),
        pl.format("{} {}", given.str.split(" ").list.first(), family),
        pl.format("{} {}", given.str.head(1), family),
        pl.when(given.str.len_chars() == 1).then(pl.format("{}{} {}", pl.lit(INITIAL), given, family)),
        pl.format("{} {}", pl.lit(ANY_GIVEN), family),
    ]
    alone = pl.when(given == "").then(pl.format("{} {}", pl.lit(NO_GIVEN), family))
    frame = pl.DataFrame([first, last]).select(
        pl.when(given != "").then(form).otherwise(alone).alias(str(n)) for n, form in enumerate(forms)
    )
    sheets = [
        frame.select(pl.col(form).alias("key")).join(names, on="key", how="left", maintain_order="left")["sheet"].alias(form)
        for form in frame.columns
    ]
    return pl.DataFrame(sheets).select(pl.coalesce(pl.all()).alias("sheet")).to_series()


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
        family = joined_words(re.sub(r"['’]s$", "", word).strip(".'’-"))
        people.add((before, family))
        if at and joined_words(words[at - 1]) in FAMILY_ARTICLES:
            people.add(("", re.sub(r"(?<=[sxz])es$|(?<!s)s$", "", family)))  # "the Kerrs"
    surely = any(given for given, _ in people) or any(fold(word).strip(".") in titles for word in words)
    return NamedRefusal(text, f" {joined_words(text)} ", frozenset(people), surely)


def _is_about_the_list(text: str) -> bool:
    """Return whether a line says of whom the list is free, and names nobody: "Excludes deceased and do not call"."""
    words = plain_words(text)
    if TAKEN_OUT.isdisjoint(words) or NO_NAME.search(text):
        return False
    others = " ".join(word for word in words if word not in TAKEN_OUT)
    return not any(token.has("unknown") for token in tokens_of(others))


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
