"""What the cells of a column of kinds of numbers say: a mobile phone, or a machine that is not called. Reads schemas/upload/phone_kinds.toml."""

import re
import tomllib
from functools import lru_cache

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from henk_pipeline.leads.places import folded
from henk_pipeline.settings import schemas_folder


class Kinds(BaseModel):
    """Words of a label by what they mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mobile: list[str] = Field(min_length=1)
    not_called: list[str] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_words(self) -> "Kinds":
        """Raise ValueError where a word is of both kinds."""
        if both := {folded(word) for word in self.mobile} & {folded(word) for word in self.not_called}:
            raise ValueError(f"words of two kinds: {', '.join(sorted(both))}")
        return self


class PhoneKinds(BaseModel):
    """`phone_kinds.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: Kinds


@lru_cache(maxsize=1)
def load_phone_kinds() -> Kinds:
    """Return the validated words of schemas/upload/phone_kinds.toml."""
    return PhoneKinds.model_validate(tomllib.loads((schemas_folder() / "upload" / "phone_kinds.toml").read_text("utf-8"))).kinds


def is_mobile(labels: pl.Series) -> pl.Series:
    """Return where a label says that the number is a mobile phone's and no fax's (Boolean, never null)."""
    return _says(labels, load_phone_kinds().mobile) & ~is_not_called(labels)


def is_not_called(labels: pl.Series) -> pl.Series:
    """Return where a label says that nobody answers the number: a fax, a pager (Boolean, never null)."""
    return _says(labels, load_phone_kinds().not_called)


def _says(labels: pl.Series, words: list[str]) -> pl.Series:
    pattern = re.compile(r"(?<![a-z])(?:" + "|".join(re.escape(folded(word)) for word in words) + r")(?![a-z])")
    distinct = labels.drop_nulls().unique()
    found = pl.Series([pattern.search(folded(re.sub(r"[_\W]+", " ", label))) is not None for label in distinct], dtype=pl.Boolean)
    return labels.replace_strict(distinct, found, default=False, return_dtype=pl.Boolean)
