"""What the cells of a column of kinds of numbers say: a mobile phone, or a machine that is not called. Reads schemas/upload/phone_kinds.toml."""

import re
import tomllib
from functools import lru_cache

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from henk_pipeline.consent.vocabulary import fold
from henk_pipeline.settings import schemas_folder


class Kinds(BaseModel):
    """Words of a label by what they mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mobile: list[str] = Field(min_length=1)
    not_called: list[str] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_words(self) -> "Kinds":
        """Raise ValueError where a word is of both kinds."""
        if both := {fold(word) for word in self.mobile} & {fold(word) for word in self.not_called}:
            raise ValueError(f"words of two kinds: {', '.join(sorted(both))}")
        return self


class Remarks(BaseModel):
    """Words beside a number that change nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    harmless: list[str] = Field(min_length=1)


class PhoneKinds(BaseModel):
    """`phone_kinds.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: Kinds
    remarks: Remarks


@lru_cache(maxsize=1)
def load_phone_kinds() -> PhoneKinds:
    """Return the validated words of schemas/upload/phone_kinds.toml."""
    return PhoneKinds.model_validate(tomllib.loads((schemas_folder() / "upload" / "phone_kinds.toml").read_text("utf-8")))


@lru_cache(maxsize=1)
def harmless_words() -> re.Pattern[str]:
    """Return a pattern of the words beside a number that change nothing, with "ask for" somebody and a date or an hour after them."""
    words = sorted(load_phone_kinds().remarks.harmless, key=len, reverse=True)
    each = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
    asked = r"ask\s+for\s+(?:[^\W\d_]+\.?\s?){1,3}|\d{1,2}(?::\d\d)?\s?(?:am|pm|uhr)(?!\w)|(?<=verified )\d{1,2}/(?:\d{1,2}/)?\d{2,4}"
    return re.compile(rf"[(\[]?(?<!\w)(?:{asked}|(?:{each})(?!\w))[.!]?[)\]]?", re.IGNORECASE)


def is_mobile(labels: pl.Series) -> pl.Series:
    """Return where a label says that the number is a mobile phone's and no fax's (Boolean, never null)."""
    return _says(labels, load_phone_kinds().kinds.mobile) & ~is_not_called(labels)


def is_not_called(labels: pl.Series) -> pl.Series:
    """Return where a label says that nobody answers the number: a fax, a pager (Boolean, never null)."""
    return _says(labels, load_phone_kinds().kinds.not_called)


def _says(labels: pl.Series, words: list[str]) -> pl.Series:
    pattern = re.compile(r"(?<![a-z])(?:" + "|".join(re.escape(fold(word)) for word in words) + r")(?![a-z])")
    distinct = labels.drop_nulls().unique()
    found = pl.Series([pattern.search(fold(re.sub(r"[_\W]+", " ", label))) is not None for label in distinct], dtype=pl.Boolean)
    return labels.replace_strict(distinct, found, default=False, return_dtype=pl.Boolean)
