"""Rules for comparing text that hold in Python and in PostgreSQL alike: lower case, case folding, and letters without marks.

schemas/make_letters.py writes the same tables as SQL (migration 0032); tests/integration/database/test_one_rule.py compares both
letter by letter. Neither side uses the locale of a server. No rule about names, addresses or streets belongs in this module.
"""

import re
import unicodedata
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase

import polars as pl

# Marks that are left out of a compared word: accents, vowel points and tashkil, variation selectors, and characters that show nothing.
# The vowel signs of Indic scripts stay: without them different names are equal.
MARKS = (
    r"\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    r"\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f"
    r"\ufe20-\ufe2f\ufeff"
)
# Written within a word ("O'Brien", "St. John"), in all forms that keyboards write.
APOSTROPHES = r"'`.\u02b9-\u02bf\u02c8\u02ca\u02cb\u2018\u2019\u201b\u2032\u2035"
# U+00B4 is an apostrophe, too, and would be decomposed into a blank and a mark.
ACUTE = "\u00b4"
# All other characters between words.
SEPARATORS = (
    r"\u0001-/:-@\[-`{-\u00bf\u00d7\u00f7\u02c2-\u02df\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ue000-\uf8ff\ufffc\ufffd"
)
# Latin letters whose name does not say which letters of ASCII they stand for.
LATIN = {
    "ð": "d", "þ": "th", "ı": "i", "ȷ": "j", "ə": "e", "ǝ": "e", "ɛ": "e", "ɔ": "o", "ŋ": "n", "ĸ": "k", "ƿ": "w", "ȝ": "y", "ſ": "s", "œ": "oe",
}  # fmt: skip
# Letters of Unicode 15 to 17. Migration 0032 knows Unicode 14; they stay as they are, whatever the versions of Python and polars know of them.
LATER_LETTERS = (
    (0x1C89, 0x1C8B),
    (0xA7CB, 0xA7D0),
    (0xA7D2, 0xA7D3),
    (0xA7D4, 0xA7D5),
    (0xA7DA, 0xA7DD),
    (0x10D50, 0x10D86),
    (0x16EA0, 0x16ED4),
)
LATER_DECOMPOSED, STAND_IN = "\ua7f1", "\U000fa7f1"  # Unicode 17 decomposes it to "S"; the other is nobody's
BEYOND_LATIN = "\uab70"
NAMED_LETTER = re.compile(r"LATIN SMALL LETTER ([A-Z]|AA|AE|AO|AU|AV|AY|OE|OO|TH|TZ|VY)(?: WITH .*)?")


@lru_cache(maxsize=1)
def later_letters() -> frozenset[str]:
    """Return the letters of Unicode 15 to 17 that change, which stay as they are."""
    return frozenset(chr(code) for start, end in LATER_LETTERS for code in range(start, end)) | {LATER_DECOMPOSED}


def cased_characters() -> list[str]:
    """Return the characters beyond ASCII that lower case or case folding changes."""
    characters = (chr(code) for code in (*range(0x80, 0xD800), *range(0xE000, 0x1F000)) if chr(code) not in later_letters())
    return [character for character in characters if character.lower() != character or character.casefold() != character]


@lru_cache(maxsize=1)
def small_letters() -> dict[str, str]:
    """Return the small letter of each capital beyond ASCII. Each letter by itself: the final sigma of Python is a rule on words."""
    return {character: character.lower() for character in cased_characters() if character.lower() != character}


@lru_cache(maxsize=1)
def case_folds() -> dict[str, str]:
    """Return the full case folding by Unicode of each character beyond ASCII that it changes."""
    return {character: character.casefold() for character in cased_characters() if character.casefold() != character}


def letter_folds() -> dict[str, str]:
    """Return the form in a compared word of each character beyond ASCII that changes: the case folding of decomposed letters.

    Letters of Latin that have no decomposition stand for those of ASCII that they are written with ("ł" for "l", "æ" for "ae").
    """
    folds = {character: _letter_fold(character) for character in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x1F000)))}
    return {character: fold for character, fold in folds.items() if fold is not None}


@lru_cache(maxsize=10_000)
def _letter_fold(character: str) -> str | None:
    """Return the form of one character, as `letter_folds` does; None where it stays."""
    if character.isascii() or character in later_letters():
        return None
    fold = character.casefold()
    if fold != character and unicodedata.normalize("NFKD", character) == character:
        letters = "".join(_ascii_letters(part) or part for part in unicodedata.normalize("NFKD", fold))
        return re.sub(f"[{MARKS}]", "", letters)
    return _ascii_letters(character)


def _ascii_letters(letter: str) -> str | None:
    if letter >= BEYOND_LATIN or letter in later_letters():
        return None
    if letter in LATIN:
        return LATIN[letter]
    name = NAMED_LETTER.fullmatch(unicodedata.name(letter, ""))
    return name[1].lower() if name and unicodedata.normalize("NFKD", letter) == letter else None


def lowered(text: str) -> str:
    """Return text in lower case, in the composed form (NFC)."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", "".join(map(str.lower, text)))


def lowered_cells(cells: pl.Series) -> pl.Series:
    """Return `lowered` of each cell."""
    lower = cells.str.to_lowercase()
    beyond = cells.str.contains(r"[^\x00-\x7f]").fill_null(value=False)
    if not beyond.any():
        return lower
    return lower.scatter(beyond.arg_true(), pl.Series([lowered(cell) for cell in cells.filter(beyond)], dtype=pl.String))


def folded_words(cells: pl.Series) -> pl.Series:
    """Return the words of each cell without case, marks and punctuation, one blank between them; null where nothing is left."""
    plain = cells.str.to_lowercase()
    odd = plain.str.contains(r"[^a-z0-9 ]|^ | $|  ")
    if odd.any():
        odd_cells = cells.filter(odd)
        beyond = odd_cells.str.contains(r"[^\x00-\x7f]")
        words = plain.filter(odd)
        if beyond.any():
            words = words.scatter(beyond.arg_true(), _folded_letters(odd_cells.filter(beyond)))
        words = words.str.replace_all(f"[{APOSTROPHES}]", "").str.replace_all(f"[{SEPARATORS}]+", " ").str.strip_chars(" ")
        plain = plain.scatter(odd.arg_true(), words)
    return plain.to_frame("w").select(pl.when(pl.col("w") != "").then("w")).to_series().alias(cells.name)


def _folded_letters(cells: pl.Series) -> pl.Series:
    kept = cells.str.replace_all(LATER_DECOMPOSED, STAND_IN, literal=True)
    decomposed = (
        kept.str.replace_all(ACUTE, "", literal=True).str.normalize("NFKD").str.replace_all(STAND_IN, LATER_DECOMPOSED, literal=True)
    )
    decomposed = decomposed.str.replace_all(f"[{MARKS}]", "")
    # Not to_lowercase(): it has rules for words (the final sigma), and letters that the table does not have.
    folds = dict(zip(ascii_uppercase, ascii_lowercase, strict=True))
    for character in set().union(*decomposed.drop_nulls()):  # few of the 2,000 that change
        if (fold := _letter_fold(character)) is not None:
            folds[character] = fold
    return decomposed.str.replace_many(list(folds), list(folds.values()))
