"""The words of consent (schemas/upload/consent.toml), and a text taken apart into them. No decision about a column or a cell."""

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from henk_pipeline.settings import schemas_folder

WordClass = Literal[
    "negation", "modal", "permission", "refusal", "weak_refusal", "blocked", "bare", "register", "dead", "wrong", "phone", "phone_past", "device",
    "email", "sms", "post", "fax", "contact", "contact_past", "being", "only", "other_person", "other_purpose", "measure", "remark", "condition",
    "about", "date", "link", "checked", "restriction", "preference", "preferred", "code", "outcome", "subscription", "number", "filler", "harmless",
    "ended", "law",
]  # fmt: skip
AnswerClass = Literal[
    "yes", "no", "empty", "none", "never", "alone", "no_phone_codes", "no_contact_codes", "wrong_codes", "lifted", "listed", "unlisted",
    "granted", "refused", "dead_codes", "removal_codes", "switched_off", "dead_status", "dead_letters", "asked_outcomes",
    "not_known", "orders", "dropped_calls", "revocations",
]  # fmt: skip
NameClass = Literal[
    "organisation", "reason", "way", "title", "asterisk", "look", "codes", "other_codes", "system", "note", "flag", "dead_flag", "short_flag",
    "dead_short_flag", "limit", "source", "neutral", "topic", "flag_ending", "salutation", "mail_status", "legal_form", "no_estate",
    "news", "informed", "getting", "kept_informed", "around_news",
]  # fmt: skip
SetName = Literal[
    "laws", "allowed", "living", "all_channel_answers", "unsubscribed", "wrong_number", "deceased", "channel_fillers", "yes_or_no",
    "shared_purposes", "status", "of_people", "restrictions", "solicits", "hours", "ways", "other_uses", "of_a_call", "not_on_a_list",
    "short_remarks", "filling", "not_of_organisations", "names", "pronouns", "around_the_dead", "channel_words", "channel_name_words",
    "answers", "asked_by", "allowed_call", "source_words", "orders", "wishes", "articles", "own_calls", "determiners", "source_before",
    "source_after", "acronyms", "of_any_channel", "mail", "register_name_words", "taken_out", "refusing_titles", "family_articles",
    "lists", "lacking", "of_a_party", "further", "option_yes", "option_no", "ticked", "not_ticked",
]  # fmt: skip
PatternClass = Literal[
    "note",
    "suspect",
    "foreign",
    "always",
    "relatives_number",
    "passed",
    "estate",
    "estate_after",
    "late",
    "late_name",
    "may_have_died",
    "dead_name",
    "estate_word",
    "obituary",
    "name_capitals",
    "name_remark",
    "name_may_be_dead",
    "died",
    "relative",
    "older",
]
# A compound is taken apart only from this length on, into parts of at least three letters: shorter ones are chance ("Nobel" is no "no bel").
MIN_COMPOUND, MAX_COMPOUND, MIN_PART = 7, 40, 3
SHORT_PARTS = {"do", "no", "to", "in", "is", "on"}
LINKING = ("", "s", "n", "es", "en")  # between the parts of German and Dutch compounds
UNKNOWN: frozenset[str] = frozenset({"unknown"})
NUMBER: frozenset[str] = frozenset({"digits"})


class EmailOnly(BaseModel):
    """Columns in which a system says "opted out" without a channel and means e-mails.

    They count where two of `columns` stand in the file, or one of them and one of `companions`; those of `common` next to a companion only.
    """

    model_config = ConfigDict(extra="forbid")

    columns: list[str] = []
    common: list[str] = []
    companions: list[str] = []


class AskedCells(BaseModel):
    """Cells that leave a question in columns of these names, though neither the name nor the cell says enough alone.

    `answers`: classes of answers of which each word is such a cell; `dates`: a date is one, too.
    """

    model_config = ConfigDict(extra="forbid")

    names: list[str] = Field(min_length=1)
    cells: list[str] = []
    answers: list[AnswerClass] = []
    dates: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> "AskedCells":
        if not (self.cells or self.answers or self.dates):
            raise ValueError(f"no cells are asked about in {', '.join(self.names)}")
        return self


class OfOtherFiles(BaseModel):
    """Columns whose names say nothing of consent where at least `least` of `companions` stand beside them ("Dec" beside "Jan", "Feb")."""

    model_config = ConfigDict(extra="forbid")

    columns: list[str] = Field(min_length=1)
    companions: list[str] = Field(min_length=1)
    least: int = Field(1, ge=1)


class Spelling(BaseModel):
    """Words that are read where they are misspelled by one letter, others that are spelled as meant, and misspelled words by name."""

    model_config = ConfigDict(extra="forbid")

    words: list[str]
    others: list[str]
    misspelled: dict[str, str]


class Vocabulary(BaseModel):
    """`consent.toml` as it stands."""

    model_config = ConfigDict(extra="forbid")

    words: dict[WordClass, list[str]]
    answers: dict[AnswerClass, list[str]]
    spelling: Spelling
    names: dict[NameClass, list[str]]
    acronyms: dict[Literal["register", "organisation"], list[str]]
    formats: dict[str, list[str]]
    asks: dict[str, AskedCells]
    of_other_files: dict[str, OfOtherFiles]
    patterns: dict[PatternClass, list[str]]
    sets: dict[SetName, list[str]]
    email_only: dict[str, EmailOnly]

    @model_validator(mode="after")
    def _every_class_is_there(self) -> "Vocabulary":
        lacking = [name for name in (*WordClass.__args__,) if not self.words.get(name)]  # type: ignore[attr-defined]
        lacking += [name for name in (*AnswerClass.__args__,) if not self.answers.get(name)]  # type: ignore[attr-defined]
        lacking += [name for name in NameClass.__args__ if not self.names.get(name)]  # type: ignore[attr-defined]
        lacking += [name for name in SetName.__args__ if not self.sets.get(name)]  # type: ignore[attr-defined]
        lacking += [name for name in PatternClass.__args__ if not self.patterns.get(name)]  # type: ignore[attr-defined]
        if lacking:
            raise ValueError(f"schemas/upload/consent.toml has no words for {', '.join(lacking)}")
        return self

    @field_validator("patterns")
    @classmethod
    def _patterns_compile(cls, patterns: dict[PatternClass, list[str]]) -> dict[PatternClass, list[str]]:
        for pattern in itertools.chain.from_iterable(patterns.values()):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"“{pattern}” is no pattern: {error}") from error
        return patterns


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
    phrases: dict[tuple[str, ...], set[str]] = {}
    for name, entries in load_vocabulary().words.items():
        for entry in entries:
            phrases.setdefault(tuple(plain_words(entry)), set()).add(name)
    return {words: frozenset(names) for words, names in phrases.items()}, max(map(len, phrases))


@lru_cache(maxsize=50_000)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Take `text` apart into tokens; of several phrases at a place the longest counts."""
    phrases, longest = _phrases()
    words = [part for word in plain_words(text) for part in _parts_of(word)]
    tokens: list[Token] = []
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if (classes := phrases.get(phrase)) is not None:
                tokens.append(Token(" ".join(phrase), classes))
                break
        else:
            length = 1
            tokens.append(Token(words[at], NUMBER if words[at].isdigit() else UNKNOWN))
        at += length
    return tuple(tokens)


@lru_cache(maxsize=50_000)
def _parts_of(word: str) -> tuple[str, ...]:
    """Return the parts of a compound that the vocabulary knows, the fewest there are; else the word itself, or as it was meant to be spelled."""
    phrases, _ = _phrases()
    if (word,) not in phrases and (meant := _spelled(word)) is not None:
        return tuple(meant.split())
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


def _spelled(word: str) -> str | None:
    """Return the word that a misspelled one was meant to be, None where it is spelled as meant or nothing is known of it."""
    spelling = load_vocabulary().spelling
    if (meant := spelling.misspelled.get(word)) is not None:
        return meant
    if len(word) < MIN_COMPOUND or word in spelling.others:
        return None
    return next((meant for meant in spelling.words if meant[0] == word[0] and _differ_by_a_letter(word, meant)), None)


def _differ_by_a_letter(word: str, meant: str) -> bool:
    """Return whether a letter is missing, wrong, too many, or swapped with the next one."""
    if abs(len(word) - len(meant)) > 1:
        return False
    same = next((n for n, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), min(len(word), len(meant)))
    rest, wanted = word[same:], meant[same:]
    return rest[1:] in (wanted, wanted[1:]) or rest == wanted[1:] or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])


@lru_cache(maxsize=1)
def misspellings() -> str:
    """Return a pattern of what may be a misspelled word that refuses: one letter leaves the first half of a word as it is, or the second one."""
    spelling, (phrases, _) = load_vocabulary().spelling, _phrases()
    refusing = [word for word in spelling.words if phrases.get((word,), UNKNOWN) & {"refusal", "weak_refusal", "dead", "wrong", "register"}]
    halves = [f"{word[: len(word) // 2]}[a-z]+|{word[0]}[a-z]+{word[len(word) // 2 + 1 :]}" for word in refusing]
    return rf"\b(?:{'|'.join([*halves, *spelling.misspelled])})\b"


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
    return frozenset({word for phrase in phrases for word in phrase} | load_vocabulary().spelling.misspelled.keys())


def all_known(text: str) -> bool:
    """Return whether every word of `text` is in the vocabulary, perhaps only as part of a phrase: if not, a statement of it says more."""
    known_words = _known_words()
    first = text[:MAX_COMPOUND].split(" ", 1)[0].lower()
    if first.isalpha() and first.isascii() and len(first) < MIN_COMPOUND and first not in known_words:
        return False
    return all(word in known_words or word.isdigit() or len(word) >= MIN_COMPOUND for word in plain_words(text))


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


def word_set(name: SetName) -> frozenset[str]:
    """Return the entries of `[sets]` of a name, as they stand."""
    return frozenset(load_vocabulary().sets[name])


@lru_cache(maxsize=1)
def asked_cells() -> dict[str, tuple[frozenset[str], bool]]:
    """Return by the words of a column's name the cells that leave a question in it, as `answer_key` writes them, and whether dates do."""
    cells_by_name: dict[str, tuple[frozenset[str], bool]] = {}
    for entry in load_vocabulary().asks.values():
        cells = frozenset(map(answer_key, entry.cells)).union(*(answers()[name] for name in entry.answers))
        for name in map(joined_words, entry.names):
            earlier_cells, dates = cells_by_name.get(name, (frozenset(), False))
            cells_by_name[name] = (earlier_cells | cells, dates or entry.dates)
    return cells_by_name


@lru_cache(maxsize=len(PatternClass.__args__))  # type: ignore[attr-defined]
def pattern_of(name: PatternClass) -> str:
    """Return a pattern, over folded text without apostrophes, of any entry of a class of `[patterns]`."""
    return f"(?:{'|'.join(load_vocabulary().patterns[name])})"


@lru_cache(maxsize=1)
def acronym_words() -> dict[str, frozenset[str]]:
    """Return the entries of `[acronyms]` by class, as `joined_words` writes them."""
    return {name: frozenset(map(joined_words, entries)) for name, entries in load_vocabulary().acronyms.items()}


def joined_words(text: str) -> str:
    """Return the words of `text` as `plain_words` writes them, one blank between."""
    return " ".join(plain_words(text))


@lru_cache(maxsize=1)
def _email_only() -> tuple[tuple[frozenset[str], frozenset[str], frozenset[str]], ...]:
    systems = load_vocabulary().email_only.values()
    return tuple(
        (
            frozenset(map(joined_words, system.columns)),
            frozenset(map(joined_words, system.common)),
            frozenset(map(joined_words, system.companions)),
        )
        for system in systems
    )


def email_only_columns(columns: Iterable[str]) -> frozenset[str]:
    """Return the columns of a file whose opt-outs name no channel and are about e-mails, by the system that writes such a file."""
    by_words = {joined_words(column): column for column in columns}
    present = by_words.keys()
    return frozenset(
        by_words[words]
        for names, common, companions in _email_only()
        for words in ((names | common) & present if companions & present else names & present if len(names & present) > 1 else ())
    )


@lru_cache(maxsize=1)
def _of_other_files() -> tuple[tuple[frozenset[str], frozenset[str], int], ...]:
    files = load_vocabulary().of_other_files.values()
    return tuple((frozenset(map(joined_words, file.columns)), frozenset(map(joined_words, file.companions)), file.least) for file in files)


def columns_of_other_files(columns: Iterable[str]) -> frozenset[str]:
    """Return the columns of a file whose names say nothing of consent beside its other columns: "Dec" beside "Jan" and "Feb"."""
    by_words = {joined_words(column): column for column in columns}
    present = by_words.keys()
    return frozenset(
        by_words[words]
        for names, companions, least in _of_other_files()
        if names & present and len(companions & present) >= least
        for words in names & present
    )
