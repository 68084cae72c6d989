"""Phone cells to E.164 by libphonenumber's rules, each distinct cell once."""

from functools import lru_cache

import phonenumbers
import polars as pl
from phonenumbers.geodata.locale import LOCALE_DATA

# Names people write that are no country's name in any language.
COUNTRY_ALIASES = {
    "usa": "US", "u.s.": "US", "u.s.a.": "US", "united states of america": "US", "america": "US", "uk": "GB", "u.k.": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "holland": "NL",
}  # fmt: skip
NAME_LANGUAGES = ("en", "de", "fr", "es", "nl", "pt")
# Excel shows long numbers like this, and saves what it shows: the last digits are gone.
SCIENTIFIC = r"^\s*\d+([.,]\d+)?[eE]\+?\d+\s*$"


@lru_cache(maxsize=1)
def country_codes() -> dict[str, str]:
    """Lower-case country names and ISO 3166-1 alpha-2 codes → the code. The names are those of libphonenumber's own table."""
    names = {
        # "*aa" stands for "as in language aa".
        (told[told[language][1:]] if told[language].startswith("*") else told[language]).lower(): code
        for code, told in LOCALE_DATA.items()
        for language in NAME_LANGUAGES
        if language in told
    }
    return names | {code.lower(): code for code in LOCALE_DATA} | COUNTRY_ALIASES


def country_code(cell: pl.Expr) -> pl.Expr:
    """ISO 3166-1 alpha-2 code of a country's code or name; other cells as they are."""
    return cell.str.to_lowercase().replace_strict(country_codes(), default=cell)


def normalise_phones(frame: pl.DataFrame, column: str, default_country: str) -> pl.DataFrame:
    """E.164 (`+12125550123`) in `column`, and a column `<column>_extension` with the digits after `ext.`, null where there are none.

    Takes: `column` (text as written, or null) and, if there is one, `country` (its numbers are read in that country), else
    `default_country`. A cell that is no valid number becomes null.
    """
    region = pl.lit(default_country)
    if "country" in frame.columns:
        known = pl.col("country").is_in(list(phonenumbers.SUPPORTED_REGIONS))
        region = pl.when(known).then("country").otherwise(region)
    frame = frame.with_columns(region.alias("_region"))
    distinct = frame.select(column, "_region").drop_nulls(column).unique()
    parsed = [_parse(cell, country) for cell, country in distinct.rows()]
    numbers = distinct.with_columns(
        pl.Series("_number", [number for number, _ in parsed], dtype=pl.String),
        pl.Series(f"{column}_extension", [extension for _, extension in parsed], dtype=pl.String),
    )
    joined = frame.join(numbers, on=[column, "_region"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("_number").alias(column)).drop("_number", "_region")


def _parse(cell: str, country: str) -> tuple[str | None, str | None]:
    try:
        number = phonenumbers.parse(cell, country)
    except phonenumbers.NumberParseException:
        return None, None
    if not phonenumbers.is_valid_number(number):
        return None, None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), number.extension
