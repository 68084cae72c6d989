"""The words of consent (schemas/upload/consent.toml), and a text taken apart into them. No decision about a column or a cell."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from henk_pipeline.settings import schemas_folder

WordClass = Literal[
    "negation", "modal", "permission", "refusal", "weak_refusal", "blocked", "bare", "register", "dead", "wrong", "phone", "phone_past", "device",
    "email", "sms", "post", "fax", "contact", "contact_past", "being", "only", "other_person", "other_purpose", "measure", "remark", "condition",
    "about", "date", "link", "checked", "restriction", "preference", "preferred", "code", "outcome", "subscription", "number", "filler", "harmless",
    "ended", "law",
]  # fmt: skip
AnswerClass = Literal[
    "yes", "no", "empty", "none", "never", "alone", "no_phone_codes", "no_contact_codes", "wrong_codes", "lifted", "listed", "unlisted",
    "granted", "refused", "dead_codes", "removal_codes",
]  # fmt: skip
NameClass = Literal["organisation", "reason", "way", "title", "asterisk", "look", "codes", "other_codes"]
# A compound is taken apart only from this length on, into parts of at least three letters: shorter ones are chance ("Nobel" is no "no bel").
MIN_COMPOUND, MAX_COMPOUND, MIN_PART = 7, 40, 3
SHORT_PARTS = {"do", "no", "to", "in", "is", "on"}
LINKING = ("", "s", "n", "es", "en")  # between the parts of German and Dutch compounds
UNKNOWN: frozenset[str] = frozenset({"unknown"})
NUMBER: frozenset[str] = frozenset({"digits"})


class EmailOnly(BaseModel):
    """Columns in which a system says "opted out" without a channel and means e-mails.

    They count where two of `columns` stand in the file, or one of them and one of `companions`.
    """

    model_config = ConfigDict(extra="forbid")

    columns: list[str]
    companions: list[str] = []


class Vocabulary(BaseModel):
    """`consent.toml` as it stands."""

    model_config = ConfigDict(extra="forbid")

    words: dict[WordClass, list[str]]
    answers: dict[AnswerClass, list[str]]
    names: dict[NameClass, list[str]]
    acronyms: dict[Literal["register", "organisation"], list[str]]
    formats: dict[str, list[str]]
    email_only: dict[str, EmailOnly]

    @model_validator(mode="after")
    def _every_class_is_there(self) -> "Vocabulary":
        lacking = [name for name in (*WordClass.__args__,) if not self.words.get(name)]  # type: ignore[attr-defined]
        lacking += [name for name in (*AnswerClass.__args__,) if not self.answers.get(name)]  # type: ignore[attr-defined]
        lacking += [name for name in NameClass.__args__ if not self.names.get(name)]  # type: ignore[attr-defined]
        if lacking:
            raise ValueError(f"schemas/upload/consent.toml has no words for {', '.join(lacking)}")
        return self


@dataclass(frozen=True)
class Token:
    """A word or a phrase, with the classes it belongs to."""

    text: str
    classes: frozenset[str]

    def has(self, *names: str) -> bool:
        """Return whether it belongs to one of these classes."""
        return not self.classes.isdisjoint(names)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Read and check the vocabulary.

    Raises:
        pydantic.ValidationError: The file is not of the shape of `Vocabulary`.
    """
    return Vocabulary.model_validate(tomllib.loads((schemas_folder() / "upload" / "consent.toml").read_text("utf-8")))


def fold(text: str) -> str:
    """Return `text` without case and accents; ß is ss."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def plain_words(text: str) -> list[str]:
    """Return the words of `text` without case, accents and punctuation, CamelCase and digits taken apart."""
    if not text.isascii():
        text = re.sub(
            "[†✝✞☠⚰]",
            " deceased ",
            re.sub("[`´‘]", "'", text.replace("🚫", " no ").replace("📵", " no calls ").replace("📞", " phone ").replace("☎", " phone ")),
        )
    text = re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text.replace("’", "'").replace("`", "'").replace("#", " number "))
    text = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", fold(text))
    if "'" in text:
        text = re.sub(r"\bn'(?!t\b)", "ne ", text)
        text = re.sub(r"\b(?:[dlsjmtc]|qu)'(?=\w{2})", "", text).replace("'", "")
    return re.findall(r"[^\W_]+", text)


@lru_cache(maxsize=1)
def _phrases() -> tuple[dict[tuple[str, ...], frozenset[str]], int]:
    found: dict[tuple[str, ...], set[str]] = {}
    for name, entries in load_vocabulary().words.items():
        for entry in entries:
            found.setdefault(tuple(plain_words(entry)), set()).add(name)
    return {words: frozenset(names) for words, names in found.items()}, max(map(len, found))


@lru_cache(maxsize=50_000)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Take `text` apart into tokens; of several phrases at a place the longest counts."""
    phrases, longest = _phrases()
    words = [part for word in plain_words(text) for part in _parts_of(word)]
    found: list[Token] = []
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if (classes := phrases.get(phrase)) is not None:
                found.append(Token(" ".join(phrase), classes))
                break
        else:
            length = 1
            found.append(Token(words[at], NUMBER if words[at].isdigit() else UNKNOWN))
        at += length
    return tuple(found)


@lru_cache(maxsize=50_000)
def _parts_of(word: str) -> tuple[str, ...]:
    """Return the parts of a compound that the vocabulary knows, the fewest there are; else the word itself."""
    phrases, _ = _phrases()
    if (word,) in phrases or not MIN_COMPOUND <= len(word) <= MAX_COMPOUND or not word.isalpha():
        return (word,)
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(word) + 1):
        for start in sorted(best):
            part = word[start:end]
            for link in LINKING if end < len(word) else ("",):
                stem = part.removesuffix(link) if link else part
                if (link and stem == part) or stem == word or stem not in _parts():
                    continue
                parts = (*best[start], stem)
                if end not in best or len(parts) < len(best[end]):
                    best[end] = parts
    parts = best.get(len(word), (word,))
    short = sum(len(part) < MIN_PART for part in parts)
    return parts if 1 < len(parts) <= 5 and short <= 2 and any(len(part) > MIN_PART for part in parts) else (word,)


@lru_cache(maxsize=1)
def _parts() -> frozenset[str]:
    """Return the words that a compound may be made of, those of phrases such as "opt out" included."""
    phrases, _ = _phrases()
    kinds = {"refusal", "permission", "negation", "register", "dead", "wrong"}
    words = {word for phrase, classes in phrases.items() if len(phrase) == 1 or classes & kinds for word in phrase}
    return frozenset(word for word in words if len(word) >= MIN_PART or word in SHORT_PARTS)


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    phrases, _ = _phrases()
    return frozenset(word for phrase in phrases for word in phrase)


def all_known(text: str) -> bool:
    """Return whether every word of `text` is in the vocabulary, perhaps only as part of a phrase: if not, a statement of it says more."""
    known = _known_words()
    first = text[:MAX_COMPOUND].split(" ", 1)[0].lower()
    if first.isalpha() and first.isascii() and len(first) < MIN_COMPOUND and first not in known:
        return False
    return all(word in known or word.isdigit() or len(word) >= MIN_COMPOUND for word in plain_words(text))


@lru_cache(maxsize=1)
def answers() -> dict[str, frozenset[str]]:
    """Return the answers by class, as `answer_key` writes them."""
    return {name: frozenset(map(answer_key, words)) for name, words in load_vocabulary().answers.items()}


def answer_key(cell: str) -> str:
    """Return a cell as answers are compared: without case and accents, one blank between words."""
    return " ".join(fold(cell).split())


@lru_cache(maxsize=1)
def name_words() -> dict[str, frozenset[str]]:
    """Return the entries of `[names]` by class, as `joined_words` writes them."""
    return {name: frozenset(map(joined_words, entries)) for name, entries in load_vocabulary().names.items()}


@lru_cache(maxsize=1)
def acronym_words() -> dict[str, frozenset[str]]:
    """Return the entries of `[acronyms]` by class, as `joined_words` writes them."""
    return {name: frozenset(map(joined_words, entries)) for name, entries in load_vocabulary().acronyms.items()}


def joined_words(text: str) -> str:
    """Return the words of `text` as `plain_words` writes them, one blank between."""
    return " ".join(plain_words(text))


@lru_cache(maxsize=1)
def _email_only() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    systems = load_vocabulary().email_only.values()
    return tuple((frozenset(map(joined_words, one.columns)), frozenset(map(joined_words, one.companions))) for one in systems)


def email_only_columns(columns: Iterable[str]) -> frozenset[str]:
    """Return the columns of a file whose opt-outs name no channel and are about e-mails, by the system that writes such a file."""
    by_words = {joined_words(column): column for column in columns}
    present = by_words.keys()
    return frozenset(
        by_words[words]
        for names, companions in _email_only()
        if len(names & present) > 1 or (names & present and companions & present)
        for words in names & present
    )
