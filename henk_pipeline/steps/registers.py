"""Files of a register or of opt-outs: which rows are deletions, and which columns say since when and why. Reads schemas/upload/registers.toml."""

import tomllib
from functools import lru_cache

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from henk_pipeline.consent.vocabulary import joined_words
from henk_pipeline.leads.text import cleaned, date, date_habit
from henk_pipeline.settings import schemas_folder


class RegisterWords(BaseModel):
    """`registers.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    additions: list[str] = Field(min_length=1)
    deletions: list[str] = Field(min_length=1)
    dates: list[str] = Field(min_length=1)
    reasons: list[str] = Field(min_length=1)


@lru_cache(maxsize=1)
def load_register_words() -> RegisterWords:
    """Return the validated words of schemas/upload/registers.toml."""
    return RegisterWords.model_validate(tomllib.loads((schemas_folder() / "upload" / "registers.toml").read_text("utf-8")))


def find_column_of_changes(table: pl.DataFrame) -> str | None:
    """Return the last column of a register without a header if each of its cells says whether a number was added or deleted; else None."""
    last = table.columns[-1]
    words = load_register_words()
    cells = _upper(table[last])
    return last if len(cells) and cells.is_in([*words.additions, *words.deletions]).all() else None


def are_deletions(cells: pl.Series) -> pl.Series:
    """Return which rows of a column of changes are deletions (Boolean, never null)."""
    return _upper(cells).is_in(load_register_words().deletions).fill_null(value=False)


def find_named(columns: list[str], names: list[str]) -> str | None:
    """Return the first column that is called one of these names."""
    keys = {joined_words(name) for name in names}
    return next((column for column in columns if joined_words(column) in keys), None)


def dates_as_written(cells: pl.Series) -> pl.Series:
    """Return dates as YYYY-MM-DD, those of two readings as they are written; null for cells that are no dates."""
    cells = cleaned(cells)
    days = date(cells, day_first=date_habit(cells).is_day_first()).dt.to_string("%Y-%m-%d")
    is_written = cells.str.contains(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}").fill_null(value=False)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(cells))
    return days.zip_with(days.is_not_null(), cells.zip_with(is_written, nothing))


def _upper(cells: pl.Series) -> pl.Series:
    return cells.str.strip_chars().str.to_uppercase()
