"""Numbers and addresses that a cell gives to somebody else by name ("212-555-0101 (Ana), 917-555-0199 (Carl)" in the row of Ana).

The given names stand in schemas/upload/names.toml, the words of relations and kinds in schemas/upload/phone_kinds.toml.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import polars as pl

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import ADDRESSES
from henk_pipeline.consent.remarks import DAY, SIGNS, read_phone_cell
from henk_pipeline.leads.email_remarks import ADDRESS
from henk_pipeline.leads.given_names import genders
from henk_pipeline.leads.letters import folded_words
from henk_pipeline.leads.name_words import load_name_words, plain
from henk_pipeline.leads.nicknames import formal_names_by_nickname
from henk_pipeline.leads.phone_kinds import load_phone_kinds, without_harmless_words
from henk_pipeline.leads.phones import EXTENSION, LABELS

NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{4,}\d(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?", re.IGNORECASE)
WORDED_NUMBER, WORDED_ADDRESS = r"\d{2}.*\p{L}{2}|\p{L}{2}.*\d{2}", r"@[^\s<>]*[\s(\[,;]|[\s:(\[-][^\s<>]+@|<"
DIVIDED = re.compile(r"\s*(?:[;|\n,]|\s/\s|/(?=\s*[+(A-Za-z]))\s*")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
INTRODUCES = re.compile(r"(?:[:=]|\b(?:at|is|on))\s*$")  # what follows: "her daughter at 212-555-0111"
JOINTS = {"and", "und", "et", "y", "e", "en", "i", "a"}
POSSESSIVE = re.compile(r"[’']s?$")
MIN_DIGITS = 7  # of a number; a date has fewer ("3/4/22")
MIN_SMALL = 3  # letters of a given name that is written small: "an" and "bo" are words, too
MIN_IN_ADDRESS = 3
MAX_CELL = 300  # characters; a longer cell is left as it is
Owner = Literal["own", "other", "open"]


class OwnCell(NamedTuple):
    """The row's own part of a cell: None where all of it is somebody else's; `is_dropped`: whether a part is left out.

    `is_of_other`: whether the only number of the cell is somebody else's: a person decides about it, unless the row has another one.
    """

    own: str | None
    is_dropped: bool
    is_of_other: bool = False


def without_those_of_others(cells: pl.Series, names: pl.Series, *, addresses: bool) -> pl.DataFrame | None:
    """Take the numbers or addresses of other people from the cells of a column.

    Args:
        cells: Text as it is written in the file, or null.
        names: The names of each row's own person, as they are written; null where the row has no given name.
        addresses: Whether the cells are e-mail addresses, else numbers.

    Returns:
        A row a cell: `own` (the cell without what is somebody else's), `dropped` (the cell as it was, where something was left out) and
        `is_of_other` (Boolean, never null: its only number is somebody else's); None where no cell names anybody.
    """
    worded = cells.str.contains(WORDED_ADDRESS if addresses else WORDED_NUMBER).fill_null(value=False) & names.is_not_null()
    if not worded.any():
        return None
    pairs = pl.DataFrame([cells.alias("cell"), names.alias("names")])
    rows = [
        (cell, own_names, read.own, cell if read.is_dropped else None, read.is_of_other)
        for cell, own_names in pairs.filter(worded).unique().iter_rows()
        if (read := read_cell(cell, own_names, addresses=addresses)) is not None
    ]
    if not rows:
        return None
    schema = {"cell": pl.String, "names": pl.String, "own": pl.String, "dropped": pl.String, "is_of_other": pl.Boolean}
    joined = pairs.join(pl.DataFrame(rows, schema=schema, orient="row"), on=["cell", "names"], how="left", maintain_order="left")
    own = pl.when(pl.col("is_of_other").is_not_null()).then("own").otherwise("cell").alias("own")
    return joined.select(own, "dropped", pl.col("is_of_other").fill_null(value=False))


@lru_cache(maxsize=50_000)
def read_cell(cell: str, names: str, *, addresses: bool) -> OwnCell | None:
    """Return the part of a cell that is the row's own; None where it names nobody."""
    pattern = ADDRESS if addresses else NUMBER
    if len(cell) > MAX_CELL or states_consent(cell, pattern):
        return None
    own_words = _words_of(names)
    parts = _parts(cell, pattern)
    owners = [_owner(words, own_words) for _, words in parts]
    if addresses:
        owners = ["own" if _is_named(contact, own_words) else owner for owner, (contact, _) in zip(owners, parts, strict=True)]
    if "own" in owners:  # next to the own name an unknown one is a name, too: "(Ana)", "(Xiomara)"
        owners = [
            "other" if owner == "open" and _is_unknown_name(words) else owner for owner, (_, words) in zip(owners, parts, strict=True)
        ]
    if not parts or set(owners) == {"open"} or (addresses and "other" not in owners):
        return None
    if len(parts) == 1 and not addresses:
        # The only number there is: a person decides whether it is called.
        is_of_other = owners == ["other"]
        return OwnCell(cell if is_of_other else _without_names(*parts[0], own_words), is_dropped=False, is_of_other=is_of_other)
    kept = [_without_names(contact, words, own_words) for owner, (contact, words) in zip(owners, parts, strict=True) if owner != "other"]
    if not kept and not any(names_somebody(words) for _, words in parts):
        return None  # relations only, which the words next to numbers decide about
    return OwnCell("; ".join(kept) or None, is_dropped=len(kept) < len(parts))


def states_consent(cell: str, contact: re.Pattern[str]) -> bool:
    """Return whether the words of a cell refuse anything, or may: such a cell is left whole, for those who read what is refused."""
    verdict = judge(contact.sub(" ", DAY.sub(" ", cell)), ADDRESSES)
    remark = read_phone_cell(cell) if contact is NUMBER else None
    return not {"refused", "unclear"}.isdisjoint(verdict) or (remark is not None and remark.refused) or SIGNS.search(cell) is not None


def _parts(cell: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Return the numbers or addresses of a cell, each with the words that are about it: all before them, or all behind them."""
    parts: list[tuple[str, str]] = []
    before = ""
    for piece in filter(None, DIVIDED.split(cell)):
        matches = [match for match in pattern.finditer(piece) if pattern is not NUMBER or sum(map(str.isdigit, match[0])) >= MIN_DIGITS]
        if not matches:  # "Ash, Ana <a@example.org>"
            before += f" {piece}"
            continue
        ends = [0, *(match.end() for match in matches)]
        heads = [piece[end : match.start()] for end, match in zip(ends, matches, strict=False)]
        tail = piece[matches[-1].end() :]
        if len(matches) == 1:
            words = [f"{before} {heads[0]} {tail}"]
        else:
            words = [f"{before} {head}" for head in heads]
            if WORD.search(heads[0]) is None:
                divided = [_behind_and_before(head) for head in heads[1:]]
                words = [
                    f"{first} {second}"
                    for first, second in zip(["", *(part[1] for part in divided)], [*(part[0] for part in divided), tail], strict=True)
                ]
        parts += [(match.group().strip(), text) for match, text in zip(matches, words, strict=True)]
        before = ""
    return parts


def _behind_and_before(words: str) -> tuple[str, str]:
    """Return of the words between two numbers those about the first and those about the second ("0101 (wife: 0111)")."""
    bracket = re.search(r"[(\[]([^)\]]*)$", words)
    if bracket is not None:
        return words[: bracket.start()], bracket[1]
    return ("", words) if INTRODUCES.search(words) else (words, "")


def _owner(words: str, own: frozenset[str]) -> Owner:
    """Return whose the words next to a number or an address say it is."""
    tokens = _tokens(words)
    folds = [_fold(token) for token in tokens]
    if any(fold in _relations() for fold in folds):
        return "other" if not own & set(folds) else "open"
    named = [
        (token, fold)
        for token, fold in zip(tokens, folds, strict=True)
        if fold in _given_names() and (token[0].isupper() or len(token) >= MIN_SMALL)
    ]
    is_own = bool(own & {form for fold in folds for form in _forms(fold)})
    if not named:
        return "own" if is_own else "open"
    if own & set(_forms(named[0][1])):  # the first: "Carl Dan" is not Di Dan
        return "own"
    if is_own and ("&" in words or not JOINTS.isdisjoint(folds)) and all(fold in _given_names() | JOINTS or fold in own for fold in folds):
        return "own"  # "Bob and Val"
    # Names and nothing else: "until May" and "Mark is his assistant" are left to a person.
    only_names = all(fold in _given_names() or token[0].isupper() for token, fold in zip(tokens, folds, strict=True))
    return "other" if only_names else "open"


def _is_unknown_name(words: str) -> bool:
    """Return whether words are one or two with a capital, and no kind of number or remark."""
    tokens = _tokens(words)
    return 0 < len(tokens) <= 2 and all(len(token) > 1 and token[0].isupper() and not token.isupper() for token in tokens)


def names_somebody(words: str) -> bool:
    """Return whether a given name is among words."""
    return any(_fold(token) in _given_names() for token in _tokens(words))


def _without_names(number: str, words: str, own: frozenset[str]) -> str:
    """Return a number with its words, but for the names of its own person."""
    rest = WORD.sub(lambda match: "" if set(_forms(_fold(POSSESSIVE.sub("", match.group())))) & own else match.group(), words)
    rest = re.sub(r"[(\[]\s*[)\]]", " ", rest).strip(" ,;:-–—")
    # "212-555-0101 (Ana and Carl)": the number of both is the person's, too.
    others = [_fold(token) for token in _tokens(rest)]
    if rest != words.strip() and others and all(word in _given_names() or word in JOINTS for word in others):
        return number
    return f"{number} {rest}".strip() if WORD.search(rest) else number


def _tokens(words: str) -> list[str]:
    bare = EXTENSION.sub(" ", LABELS.sub(" ", without_harmless_words(words)))
    tokens = [POSSESSIVE.sub("", match.group()) for match in WORD.finditer(bare)]
    return [token for token in tokens if token and plain(token) not in load_name_words().words.titles]


def _is_named(address: str, own: frozenset[str]) -> bool:
    """Return whether the mailbox of an address bears the row's own name."""
    mailbox = _fold(address.partition("@")[0])
    return any(word in mailbox for word in own if len(word) >= MIN_IN_ADDRESS)


def _words_of(names: str) -> frozenset[str]:
    return frozenset(form for match in WORD.finditer(names) for form in _forms(_fold(match.group())))


@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    return folded_words(pl.Series([word]))[0] or ""


@lru_cache(maxsize=50_000)
def _forms(name: str) -> tuple[str, ...]:
    """Return a name and the formal names that it may stand for."""
    return (name, *formal_names_by_nickname().get(name, ()))


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    nicknames = formal_names_by_nickname()
    borne = load_name_words().borne
    formal = [name for names in nicknames.values() for name in names]
    return frozenset([*genders(), *map(_fold, borne.names), *map(_fold, borne.complete), *nicknames, *formal]) - _relations()


@lru_cache(maxsize=1)
def _relations() -> frozenset[str]:
    return frozenset(_fold(word) for word in load_phone_kinds().kinds.of_another)


def names_of_rows(table: pl.DataFrame, columns: Sequence[tuple[str, str | None]]) -> pl.Series:
    """Return the names of each row's own person as they are written; null where no given name stands in the row.

    Args:
        table: Text columns.
        columns: The columns of the table with their fields.
    """
    given = [column for column, field in columns if field == "first_name"]
    full = [column for column, field in columns if field == "full_name"]
    named = [column for column, field in columns if field in ("first_name", "last_name", "full_name")]
    if not given and not full:
        return pl.Series("names", [None], dtype=pl.String).new_from_index(0, table.height)
    # A full name of one word may be an organisation's or a family's.
    is_person = [pl.col(column).is_not_null() for column in given] + [pl.col(column).str.contains(r"\S[\s,]+\S") for column in full]
    names = pl.concat_str(*named, separator=" ", ignore_nulls=True)
    return table.select(pl.when(pl.any_horizontal(*is_person).fill_null(value=False)).then(names).alias("names")).to_series()
