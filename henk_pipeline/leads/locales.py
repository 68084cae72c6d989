"""Decimal signs of languages and countries, the language of a file's columns, and the currencies. Reads schemas/upload/locales.toml."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from henk_pipeline.settings import schemas_folder

DecimalSign = Literal[",", "."]
# A file is in a language if at least this many words of its column names are of it.
MIN_WORDS = 2


class LocaleGroup(BaseModel):
    """Languages (ISO 639-1) and countries (ISO 3166-1 alpha-2)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    languages: list[str]
    countries: list[str]


class Locales(BaseModel):
    """`locales.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decimal_comma: LocaleGroup
    decimal_point: LocaleGroup
    headers: dict[str, list[str]]
    numbers: dict[str, list[str]]
    currencies: dict[str, list[str]]
    signs: dict[str, list[str]]
    signs_of_countries: dict[str, dict[str, str]]
    codes: dict[str, list[str]]


@lru_cache(maxsize=1)
def load_locales() -> Locales:
    """Return the validated table schemas/upload/locales.toml."""
    return Locales.model_validate(tomllib.loads((schemas_folder() / "upload" / "locales.toml").read_text("utf-8")))


def decimal_sign(*, language: str | None = None, country: str | None = None) -> DecimalSign | None:
    """Return the decimal sign of a language, or of a country; None where it is not known."""
    locales = load_locales()
    if language in locales.decimal_comma.languages or country in locales.decimal_comma.countries:
        return ","
    return "." if language in locales.decimal_point.languages or country in locales.decimal_point.countries else None


def language_of(columns: Iterable[str]) -> str | None:
    """Return the language that a file's column names are in; None where too few of them are of one."""
    words = [word.casefold() for column in columns for word in re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", column))]
    counts = Counter(
        {language: sum(word in language_words for word in words) for language, language_words in load_locales().headers.items()}
    )
    (first, most), (_, second) = counts.most_common(2)
    return first if most >= MIN_WORDS and most > second else None


@lru_cache(maxsize=1)
def currencies() -> dict[str, str]:
    """Return names and signs of currencies, in lower case → the code of ISO 4217; signs of several currencies stand for themselves."""
    locales = load_locales()
    names = {name.lower(): code for code, some in locales.currencies.items() for name in (code, *some)}
    return names | {code.lower(): code for code in locales.codes["more"]} | {sign.lower(): sign.lower() for sign in locales.signs["shared"]}


@lru_cache(maxsize=1)
def currency_pattern() -> str:
    """Return a pattern of the names and signs of currencies next to an amount, the longest first."""
    return "|".join(re.escape(name) for name in sorted(currencies(), key=len, reverse=True))
