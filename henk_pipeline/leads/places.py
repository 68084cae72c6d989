"""Countries, states and postal codes in the form that the rest of Henk uses; time zones of places."""

import re
from functools import lru_cache
from pathlib import Path

import polars as pl

from henk_pipeline.leads.place_names import country_code, country_names, folded, state_code, state_codes
from henk_pipeline.leads.text import over_distinct

# Countries whose postal codes have five digits, so that one of three or four has lost its zeros to a spreadsheet (Universal Postal Union).
FIVE_DIGITS = ("US", "DE", "FR", "ES", "IT", "MX", "FI", "HR", "EE")
# A state of Australia whose postal codes begin with a zero, and the others of three digits that they become there (Australia Post).
ZERO_STATES = {"NT": r"^[89][0-9]{2}$", "ACT": r"^2[0-9]{2}$"}
# Countries in which a state is written as a code in addresses; elsewhere it is written out.
STATES_AS_CODES = ("US", "CA", "AU", "BR", "MX")
# A state with its country: "New York (US)", "New York (United States)", or as in ISO 3166-2, "US-NY".
STATE_WITH_COUNTRY = r"\s*(?:(?P<state>[^()]+?)\s*\((?P<country>[^()]{2,40})\)|(?P<before>[A-Z]{2})-(?P<code>[A-Z0-9]{1,3}))\s*"
# Countries that write the house number before the street (Universal Postal Union); elsewhere it follows.
NUMBER_FIRST = ("US", "CA", "AU", "NZ", "GB", "IE", "FR", "IN", "ZA")

CITY_STATE_CODE = (
    r"^\s*(.+?)[,\s]\s*([A-Za-z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)?)\.?[,\s]\s*"
    r"([0-9]{5}(?:-[0-9]{4})?|[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9])\s*$"
)


def with_house_number(frame: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """Join `street` with the `house_number` of a column of its own, on the side on which the row's `country` writes it.

    A street that holds the number already stays.
    """
    country = pl.col("country").fill_null(default_country)
    joined = (
        pl.when(country.is_in(NUMBER_FIRST))
        .then(pl.format("{} {}", "house_number", "street"))
        .otherwise(pl.format("{} {}", "street", "house_number"))
    )
    has_it = pl.col("street").str.split(" ").list.contains(pl.col("house_number"))
    return frame.with_columns(pl.when(pl.col("house_number").is_null() | has_it).then("street").otherwise(joined).alias("street"))


def with_city_state_and_code(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill city, state and postal code from `city_state_zip` ("Portland, ME 04101"); a cell of another form is the city."""
    parts = frame["city_state_zip"].str.extract_groups(CITY_STATE_CODE).struct.unnest()
    city, state, code = (pl.lit(parts[name]) for name in parts.columns)
    parts_by_field = {"city": pl.coalesce(city, "city_state_zip"), "state": state, "postal_code": code}
    return frame.with_columns(pl.coalesce(name, part).alias(name) for name, part in parts_by_field.items())


def normalise_countries(cells: pl.Series) -> pl.Series:
    """Return ISO 3166-1 alpha-2 codes of countries' codes (of two or three letters) and names; other cells as they are."""

    def coded(some: pl.Series) -> pl.Series:
        distinct = some.drop_nulls().unique()
        return some.replace_strict(distinct, pl.Series([country_code(cell) for cell in distinct], dtype=pl.String), default=None)

    return over_distinct(cells, coded)


def nearest_country(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of the country that a text may mean: by its name, a code of three letters, or with a typo."""
    from rapidfuzz import process  # noqa: PLC0415 - only where a code is wrong

    code = country_code(text)
    if code != text:
        return code
    match = process.extractOne(text.lower().strip(), [name for name in country_names() if len(name) > 3], score_cutoff=85)
    return country_names()[match[0]] if match else None


def normalise_states(frame: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """Normalise `state` to the code of ISO 3166-2 without its country ("CA") if the row's `country` writes states so; other cells stay."""
    country = pl.col("country").fill_null(default_country)
    only = frame.select(country.unique()).to_series()
    if len(only) == 1:
        if only[0] not in STATES_AS_CODES:
            return frame
        return frame.with_columns(over_distinct(frame["state"], lambda some: _code_states(some, only[0])).alias("state"))
    distinct = frame.select("state", country.alias("of")).drop_nulls("state").unique()
    coded_states = distinct.filter(pl.col("of").is_in(STATES_AS_CODES))
    if not coded_states.height:
        return frame
    codes = [state_code(state, of) for state, of in coded_states.rows()]
    coded = coded_states.with_columns(pl.Series("code", codes, dtype=pl.String))
    joined = frame.with_columns(country.alias("of")).join(coded, on=["state", "of"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("code", "state").alias("state")).drop("of", "code")


def without_countries(frame: pl.DataFrame) -> pl.DataFrame:
    """Split a `state` that names its country ("New York (US)", Odoo; "US-NY", ISO 3166-2) into `state` and `country`.

    A cell stays if the state is none of that country, or the row names another one.
    """
    distinct = frame["state"].drop_nulls().unique()
    named = distinct.filter(distinct.str.contains(rf"^(?:{STATE_WITH_COUNTRY})$"))
    parts = [(cell, *state_and_country) for cell in named if (state_and_country := _state_and_country(cell)) is not None]
    if not parts:
        return frame
    schema = {"state": pl.String, "bare_state": pl.String, "state_country": pl.String}
    joined = frame.join(pl.DataFrame(parts, schema=schema, orient="row"), on="state", how="left", maintain_order="left")
    agrees = (pl.col("country").is_null() | (pl.col("country") == pl.col("state_country"))) & pl.col("state_country").is_not_null()
    return joined.with_columns(
        pl.when(agrees).then("bare_state").otherwise("state").alias("state"),
        pl.when(agrees).then("state_country").otherwise("country").alias("country"),
    ).drop("bare_state", "state_country")


def _state_and_country(cell: str) -> tuple[str, str] | None:
    """Return the state and the code of the country that a cell names; None where the country has no such state."""
    match = re.fullmatch(STATE_WITH_COUNTRY, cell)
    if match is None:
        return None
    state, written = (match["state"], match["country"]) if match["country"] else (match["code"], match["before"])
    country = country_code(written.strip())
    return (state.strip(), country) if folded(state) in state_codes(country) else None


def _code_states(states: pl.Series, country: str) -> pl.Series:
    return pl.Series("state", [None if state is None else state_code(state, country) for state in states], dtype=pl.String)


def normalise_postal_codes(frame: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """Normalise `postal_code`: capital letters, the leading zeros that a spreadsheet removed; US codes of nine digits get their hyphen."""
    odd = (frame["postal_code"].str.contains(r"^[0-9]{5}(?:-[0-9]{4})?$") == False).fill_null(value=False)  # noqa: E712 - a column, not a value
    if not odd.any():
        return frame
    country = pl.col("country").fill_null(default_country)
    code = pl.col("postal_code").str.to_uppercase().str.replace(r"^([0-9]{3,9})\.0$", "$1")
    padded = (
        pl.when(country.is_in(FIVE_DIGITS) & code.str.contains(r"^[0-9]{3,4}$"))
        .then(code.str.zfill(5))
        .when((country == "AU") & (_lacks_zero(code) if "state" in frame.columns else pl.lit(value=False)))
        .then(pl.lit("0") + code)
        .when((country == "US") & code.str.contains(r"^[0-9]{4}-[0-9]{4}$"))
        .then(pl.lit("0") + code)
        .when((country == "US") & code.str.contains(r"^[0-9]{8,9}$"))
        .then(code.str.zfill(9).str.replace(r"^([0-9]{5})([0-9]{4})$", "$1-$2"))
        .otherwise(code)
    )
    mended = frame.filter(odd).select(padded).to_series()
    return frame.with_columns(frame["postal_code"].scatter(odd.arg_true(), mended))


def _lacks_zero(code: pl.Expr) -> pl.Expr:
    """Return whether a code of Australia has lost its zero: three digits that only the row's state has, with the zero before them."""
    return pl.any_horizontal(*((pl.col("state") == state) & code.str.contains(digits) for state, digits in ZERO_STATES.items()))


def zone_of_postal_code(postal_codes: pl.Series) -> pl.Series:
    """Return the IANA time zone of US postal codes, null for others."""
    is_code = postal_codes.str.contains(r"^[0-9]{5}(?:-[0-9]{4})?$").fill_null(value=False)
    if is_code.all():
        return _zone_of_each_code().gather(postal_codes.str.head(5).cast(pl.Int32)).alias("code")
    zones = _zone_of_each_code().gather(postal_codes.filter(is_code).str.head(5).cast(pl.Int32))
    return pl.Series([None], dtype=pl.String).new_from_index(0, len(postal_codes)).scatter(is_code.arg_true(), zones).alias("code")


@lru_cache(maxsize=1)
def _zone_of_each_code() -> pl.Series:
    """Return the zone of each US postal code from 00000 to 99999, null for those that are not in use."""
    table = pl.read_csv(Path(__file__).with_name("us_time_zones.csv"), comment_prefix="#", infer_schema=False)
    codes = table.select(
        pl.int_ranges(pl.col("first").cast(pl.Int32), pl.col("last").cast(pl.Int32) + 1).alias("code"), pl.col("time_zone")
    ).explode("code")
    return pl.Series([None], dtype=pl.String).new_from_index(0, 100_000).scatter(codes["code"], codes["time_zone"])
