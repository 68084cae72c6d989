"""Kinds of numbers by their labels: a mobile phone, or a machine that is not called. Reads schemas/upload/phone_kinds.toml."""

import re
import tomllib
from functools import lru_cache

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from henk_pipeline.consent.codes import labels_wrong_number
from henk_pipeline.consent.vocabulary import fold
from henk_pipeline.settings import schemas_folder


class Kinds(BaseModel):
    """Words of a label by what they mean; `…_letters`: whole labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mobile: list[str] = Field(min_length=1)
    mobile_letters: list[str] = []
    not_called: list[str] = Field(min_length=1)
    not_called_letters: list[str] = []
    of_another: list[str] = []

    @model_validator(mode="after")
    def _check_words(self) -> "Kinds":
        """Raise ValueError where a word is of both kinds."""
        if shared_words := {fold(word) for word in self.mobile} & {fold(word) for word in self.not_called}:
            raise ValueError(f"words of two kinds: {', '.join(sorted(shared_words))}")
        return self


class Remarks(BaseModel):
    """Words next to a number that change nothing; `times` to `units`: when to call; `not_called` to `verbs`: when not; then languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    harmless: list[str] = Field(min_length=1)
    times: list[str] = Field(min_length=1)
    closing: list[str] = Field(min_length=1)
    around: list[str] = Field(min_length=1)
    prepositions: list[str] = Field(min_length=1)
    units: list[str] = Field(min_length=1)
    not_called: list[str] = Field(min_length=1)
    until: list[str] = Field(min_length=1)
    not_until: list[str] = Field(min_length=1)
    noon: list[str] = Field(min_length=1)
    verbs: list[str] = Field(min_length=1)
    languages: list[str] = Field(min_length=1)
    speaks: list[str] = Field(min_length=1)
    spoken: list[str] = Field(min_length=1)


class Labels(BaseModel):
    """Words next to one of several numbers of a cell. leads/labelled_numbers.py uses them.

    Attributes:
        old: The number is no longer the person's.
        old_german: The same in German cells: "alt" is a second number in others.
        countries_of_german: Countries of which cells are German.
        new: The number is in the place of those without words.
        new_german: Those of `new` that make a cell German.
        before: Words that always stand before the number they are about.
        his: The number is a man's, of a couple.
        hers: The number is a woman's.
        forms_of_address_his: Forms of address of a man.
        forms_of_address_hers: Forms of address of a woman.
        columns_of_address: Names of columns of forms of address, in lower case.
        columns_of_owners: Words of names of columns that say whose a number is.
        no_mobile: Words of mobile phones that say so of a column only.
        nouns: Words for a number, without a meaning.
        next_to_owners: Words that stand next to an owner in notes about a number: "husband's cell number".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    old: list[str] = Field(min_length=1)
    old_german: list[str] = Field(min_length=1)
    countries_of_german: list[str] = Field(min_length=1)
    new: list[str] = Field(min_length=1)
    new_german: list[str] = Field(min_length=1)
    before: list[str] = Field(min_length=1)
    his: list[str] = Field(min_length=1)
    hers: list[str] = Field(min_length=1)
    forms_of_address_his: list[str] = Field(min_length=1)
    forms_of_address_hers: list[str] = Field(min_length=1)
    columns_of_address: list[str] = Field(min_length=1)
    columns_of_owners: list[str] = Field(min_length=1)
    no_mobile: list[str] = Field(min_length=1)
    nouns: list[str] = Field(min_length=1)
    next_to_owners: list[str] = Field(min_length=1)


class PhoneKinds(BaseModel):
    """`phone_kinds.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: Kinds
    labels: Labels
    remarks: Remarks


@lru_cache(maxsize=1)
def load_phone_kinds() -> PhoneKinds:
    """Return the validated words of schemas/upload/phone_kinds.toml."""
    return PhoneKinds.model_validate(tomllib.loads((schemas_folder() / "upload" / "phone_kinds.toml").read_text("utf-8")))


@lru_cache(maxsize=1)
def harmless_words() -> re.Pattern[str]:
    """Return a pattern of the words next to a number that change nothing, with "ask for" and a name, a date, or when to call after them."""
    each = _any_of(load_phone_kinds().remarks.harmless)
    asked = r"ask\s+for\s+(?:[^\W\d_]+\.?\s?){1,3}|(?<=verified )\d{1,2}/(?:\d{1,2}/)?\d{2,4}"
    time = _times()
    joined = r"(?:or|and|&|,|;|/|-|–|to|thru|through|oder|und|bis|ou|et|o|y|e|en|of|a|à|tot)(?!\w)"
    hours = r"(?<![\d-])\d{1,2}(?:[:.]\d\d)?\s?[-–]\s?\d{1,2}(?:[:.]\d\d)?(?![-.\s]?\d)"
    times = rf"{time}(?:\s*(?:{joined}\s*)?(?:{time}|{hours}))*"
    others = f"{_hours_of_no_calls()}|{times}|{asked}|{_languages()}|(?:{each})(?!\\w)"
    return re.compile(rf"[(\[]?(?<!\w)(?:{others})[.!]?[)\]]?", re.IGNORECASE)


def _hours_of_no_calls() -> str:
    """Return a pattern of the hours before or after which not to call: "do not call before 9", "nicht nach 20 Uhr anrufen".

    Only of hours: "do not call day or night" and "do not call after 3/15" refuse more than an hour.
    """
    remarks = load_phone_kinds().remarks
    clock = rf"(?<![\d-])(?:[01]?\d|2[0-4])(?:[:.]\d\d|h\d\d)?(?:\s?(?:{_any_of(remarks.units)})(?![\w']))?(?![-./\s]?\d)(?!\w)"
    hour = rf"(?:{clock}|(?:{_any_of(remarks.noon)})(?!\w))"
    until = rf"(?:{_any_of(remarks.until)})\s+{hour}"
    further = rf"(?:\s*(?:,|or|and|oder|und|ou|et|o|y|of|en|e)\s+{until})?"
    only = rf"(?:\s+(?:{_any_of(remarks.closing)})(?!\w))?"
    asked = rf"(?:{_any_of(remarks.not_called)})\s+{until}{further}{only}"
    asked_before_the_verb = rf"(?:{_any_of(remarks.not_until)})\s+{hour}\s+(?:{_any_of(remarks.verbs)})(?!\w)"
    return rf"(?:{asked}|{asked_before_the_verb})(?!\s+[^\W\d_])"  # not "before 9 days"


def _languages() -> str:
    """Return a pattern of which language the person speaks: "speaks Spanish", "Spanish only"."""
    remarks = load_phone_kinds().remarks
    language = _any_of(remarks.languages)
    return rf"(?:{_any_of(remarks.speaks)})\s+(?:{language})(?!\w)|(?:{language})(?:[\s-]+(?:{_any_of(remarks.spoken)}))(?!\w)"


def _times() -> str:
    """Return a pattern of when to call: "evenings only", "after 5", "5-7pm", "nur abends", "de 18h à 20h"."""
    remarks = load_phone_kinds().remarks
    closing = _any_of(remarks.closing)
    around, unit = _any_of(remarks.around), rf"\s?(?:{_any_of(remarks.units)})(?![\w'])"
    hour = r"(?<![\d-])(?:[01]?\d|2[0-4])(?:[:.]\d\d)?"
    span = r"\s?(?:-|–|to|and|bis|und|et|à|y|a|e|en|tot|às|as)\s?(?:[01]?\d|2[0-4])(?:[:.]\d\d)?"
    end = r"(?![-.\s]?\d)"  # no digit of a number
    only = rf"(?:\s+(?:{closing})(?!\w)){{0,2}}"
    of_day = rf"(?:(?:{around})\s+){{0,3}}(?:{_any_of(remarks.times)})(?!\w){only}"
    after = rf"(?:(?:{around})\s+){{0,2}}(?:{_any_of(remarks.prepositions)})\s+{hour}(?:h\d\d)?(?:{unit})?(?:{span}(?:h\d\d)?(?:{unit})?)?{end}(?!\w)"
    with_unit = rf"(?:(?:{around})\s+)?{hour}(?:{unit})?{span}(?:{unit}){end}|(?:(?:{around})\s+)?{hour}(?:h\d\d(?!\w)|{unit}){end}"
    return rf"(?:(?:{after}|{with_unit}){only}|{of_day})"


MAX_CELL_WITH_REMARKS = 300  # characters; a longer cell keeps its words, so that its number is in doubt


def without_harmless_words(cell: str) -> str:
    """Return a cell without the words next to its numbers that change nothing."""
    return harmless_words().sub(" ", cell) if len(cell) <= MAX_CELL_WITH_REMARKS else cell


def _any_of(words: list[str]) -> str:
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))


def is_mobile(labels: pl.Series) -> pl.Series:
    """Return where a label says that the number is a mobile phone's and no fax's (Boolean, never null)."""
    kinds = load_phone_kinds().kinds
    return (_contain_word(labels, kinds.mobile) | _are_letters(labels, kinds.mobile_letters)) & ~is_not_called(labels)


def is_not_called(labels: pl.Series) -> pl.Series:
    """Return where a label says that no person answers the number: a fax, a pager (Boolean, never null)."""
    kinds = load_phone_kinds().kinds
    return _contain_word(labels, kinds.not_called) | _are_letters(labels, kinds.not_called_letters)


def whole_labels(cells: pl.Series) -> pl.Series:
    """Return the cells that only words for kinds and owners of numbers, and those next to them, make up ("her husband's cell"), the others null."""
    kinds, fillers = load_phone_kinds().kinds, load_phone_kinds().labels.next_to_owners
    label_words = {word for entry in (*kinds.mobile, *kinds.not_called, *kinds.of_another, *fillers) for word in fold(entry).split()}
    labels = [cell for cell in cells.drop_nulls().unique() if (words := _words_of_label(cell)) and label_words.issuperset(words)]
    return cells.replace_strict(labels, labels, default=None, return_dtype=pl.String)


def _words_of_label(cell: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", re.sub(r"['’`]s\b", "", fold(cell)))


def is_wrong(labels: pl.Series) -> pl.Series:
    """Return where a label says that the number is wrong: "Bad Number", "Disconnected" (Boolean, never null)."""
    distinct = labels.drop_nulls().unique()
    wrong = pl.Series([labels_wrong_number(label) for label in distinct], dtype=pl.Boolean)
    return labels.replace_strict(distinct, wrong, default=False, return_dtype=pl.Boolean)


def is_of_another(labels: pl.Series) -> pl.Series:
    """Return where a label says that the number is another person's: an assistant's, a spouse's (Boolean, never null)."""
    return _contain_word(labels, load_phone_kinds().kinds.of_another)


def _contain_word(labels: pl.Series, words: list[str]) -> pl.Series:
    pattern = re.compile(r"(?<![a-z])(?:" + "|".join(re.escape(fold(word)) for word in words) + r")(?![a-z])")
    distinct = labels.drop_nulls().unique()
    matches = pl.Series([pattern.search(fold(re.sub(r"[_\W]+", " ", label))) is not None for label in distinct], dtype=pl.Boolean)
    return labels.replace_strict(distinct, matches, default=False, return_dtype=pl.Boolean)


def _are_letters(labels: pl.Series, letters: list[str]) -> pl.Series:
    return labels.str.strip_chars(" .").str.to_lowercase().is_in(letters).fill_null(value=False)
