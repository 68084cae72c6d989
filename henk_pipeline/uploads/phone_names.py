"""Names of columns that hold numbers to call, read word by word.

The vocabulary is [numbers] of schemas/upload/phones.toml. Nothing here looks at cells.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from henk_pipeline.uploads.phone_columns import load_phone_columns
from henk_pipeline.uploads.roles import read_heading, words_of

MARKS = ("a", "b", "c", "d")  # "Cell A", "Cell B"
MIN_PART = 2  # letters of a word that is written together with another ("homephone")


class NumberName(NamedTuple):
    """The name of a column of numbers.

    Attributes:
        field: `phone` or `mobile_phone`.
        kinds: The words that tell its numbers from the person's others ("home").
        is_plain: Whether it has a word for a telephone; the cells of one without ("Contact Number") must prove it.
        is_of_contact: Whether it names nothing but somebody to contact: next to another person's name that person may be meant.
        place: Of several columns for one field, those with a smaller one come first.
    """

    field: str
    kinds: frozenset[str]
    is_plain: bool
    is_of_contact: bool
    place: int


class Subject(NamedTuple):
    """Which of a person's numbers a name is about, as words of one meaning each ("work" for "Office"), and its other words.

    `names_phone`: whether a word for a telephone is among all of them.
    """

    words: frozenset[str]
    others: tuple[str, ...]
    names_phone: bool


@lru_cache(maxsize=10_000)
def subject_of(name: str) -> Subject:
    """Divide a name ("Home Phone", "Cell DNC", "Phone 2 Valid") into which number it is about and the rest. The first number has no mark."""
    vocabulary = load_phone_columns().numbers
    generic = _folded("phones") | _folded("numbers") | frozenset(words_of(" ".join(vocabulary.plain)))
    meanings = {word: words[0] for some in vocabulary.alike if (words := words_of(" ".join(some))) for word in words}
    mobiles = _folded("mobiles") - {"sms", "text", "texting", "textable", "whatsapp"}
    subject, others = set(), []
    words = tuple(word.lstrip("0") if word.isdigit() else word for word in _split(_words(name)) or ())
    for word in words:
        if word in mobiles:
            subject.add("mobile")
        elif word in meanings or word.isdigit():
            subject.add(meanings.get(word, word))
        elif word not in generic:
            others.append(word)
    return Subject(frozenset(subject - {"1"}), tuple(others), names_phone=not (_folded("phones") | mobiles).isdisjoint(words))


@lru_cache(maxsize=10_000)
def read_number_name(column: str) -> NumberName | None:
    """Return what a name says of the numbers in its column; None if one of its words is of no such name."""
    vocabulary = load_phone_columns().numbers
    heading = read_heading(column)
    words = _split(heading.plain if heading.role else _words(column))
    is_whole_name = words in {words_of(name) for name in vocabulary.names}
    if words is None or not (is_whole_name or _is_allowed(words)):
        return None
    if heading.kind == "further" and "contact" in words:
        return None
    phones, mobiles, numbers = (_folded(kind) for kind in ("phones", "mobiles", "numbers"))
    letters = {word.lower() for word in vocabulary.mobile_letters}
    has_mobile, has_phone = not mobiles.isdisjoint(words), not phones.isdisjoint(words)
    digits = [int(word) for word in words if word.isdigit() and word not in mobiles]
    is_vague = heading.role or numbers.isdisjoint(words) or (set(words) <= numbers and not digits)
    if is_vague and not (has_phone or has_mobile or is_whole_name):
        return None  # "Member Number" is an id, "Number" by itself anything
    is_mobile = (has_mobile and _folded("fixed").isdisjoint(words)) or (has_phone and not letters.isdisjoint(words))
    kinds = frozenset(words) - phones - numbers - mobiles
    behind = words[-1] if len(words) > 1 else ""
    digits += [MARKS.index(behind) + 1] if behind in MARKS and "b" not in kinds - {behind} else []
    place = max([*digits, 2 if not _folded("later").isdisjoint(words) else 1])
    return NumberName(
        "mobile_phone" if is_mobile else "phone",
        kinds,
        is_plain=has_phone or (has_mobile and len(words) > 1),
        is_of_contact="contact" in kinds,
        place=place,
    )


def _is_allowed(words: tuple[str, ...]) -> bool:
    """Return whether every word is one of names of columns of numbers, and they say nothing else together."""
    letters = {word.lower() for word in (*load_phone_columns().numbers.letters, *load_phone_columns().numbers.mobile_letters)}
    allowed_words = number_words() | letters | ({"f"} if "full" in words else set())  # Neon: "Phone 1 Full Number (F)"
    if not all(word in allowed_words or re.fullmatch(r"\d", word) for word in words):
        return False
    if words[:1] == ("no",) and words[1:2] != ("de",):
        return False  # "No Phone"
    if "contact" in words and any(word.isdigit() or word in _folded("later") for word in words):
        return False  # "Secondary Contact Phone" is of another person where such a contact is named
    return letters.isdisjoint(words) or not (_folded("phones") | _folded("mobiles")).isdisjoint(words)


def _words(column: str) -> tuple[str, ...]:
    """Return the words of a name without endings of systems and without what asks for it ("What is your phone number?")."""
    plain = " ".join(words_of(re.sub(r"(?i)__(?:c|pc)\s*$", "", column).replace("#", " number ")))
    for phrase in load_phone_columns().numbers.phrases:
        plain = re.sub(rf"\b{phrase}\b", " ", plain)
    return tuple(plain.split())


def _split(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the words, those that are written as one apart ("homephone1", "mobilnr"); None if there are none."""
    parts: list[str] = []
    for word in words:
        letters, digits = re.fullmatch(r"(\D*)(.*)", word).groups()  # type: ignore[union-attr]
        if word in number_words() or not letters:
            parts.append(word)
            continue
        match = _joined().fullmatch(letters)
        parts += [*(_any_part().findall(letters) if match else [letters]), *([digits] if digits else [])]
    return tuple(parts) or None


@lru_cache(maxsize=1)
def number_words() -> frozenset[str]:
    """Return the words of which names of columns of numbers consist."""
    return _folded("phones") | _folded("mobiles") | _folded("numbers") | _folded("kinds")


@lru_cache(maxsize=8)
def _folded(kind: str) -> frozenset[str]:
    return frozenset(word for name in getattr(load_phone_columns().numbers, kind) for word in words_of(name))


@lru_cache(maxsize=1)
def _any_part() -> re.Pattern[str]:
    return re.compile("|".join(sorted((word for word in number_words() if len(word) >= MIN_PART), key=len, reverse=True)))


@lru_cache(maxsize=1)
def _joined() -> re.Pattern[str]:
    return re.compile(f"(?:{_any_part().pattern})+")
