"""The time zone of a person by the name in a cell, the person's place, or the number. Reads schemas/upload/time_zones.toml.

Every zone that leaves this module is a name of the IANA database; where several are possible there is none.
"""

import re
import tomllib
import zoneinfo
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import phonenumbers
import polars as pl
from pydantic import BaseModel, ConfigDict, model_validator

from henk_pipeline.leads import fields
from henk_pipeline.leads.place_names import folded
from henk_pipeline.leads.places import zone_of_postal_code
from henk_pipeline.settings import schemas_folder

Zones = dict[str, list[str]]  # zone → names, states or places in it
# Areas of the IANA database whose zones are places; "Etc/GMT+5", "EST" and "UTC" are no place's.
AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
# "(GMT-05:00) Eastern Time (US & Canada)", "UTC-08:00 Pacific Time".
OFFSET_BEFORE = r"^\(?(?:GMT|UTC)\s*(?:[+\-−±]\s*\d{1,2}(?::?\d{2})?)?\)?\s*"
INSIDE = re.compile(r"[A-Za-z]+/[A-Za-z_+\-/]+")
MAX_ZONE_PREFIX = 7  # digits of E.164 numbers; longer prefixes give no other zones
NORTH_AMERICA = "1"
# A zone that the cells of all rows name is a report's if this many rows have others, and more than this share of those that have any.
MIN_ROWS_OF_REPORT = 5
MAX_SHARE_ELSEWHERE = 0.5


class TimeZones(BaseModel):
    """`time_zones.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Zones
    short_names: dict[str, Zones]
    countries: Zones
    states: dict[str, Zones]
    main_zones: dict[str, Zones]
    postal_codes: dict[str, Zones]
    calling_codes: dict[str, list[int]]

    @model_validator(mode="after")
    def _check_zones(self) -> "TimeZones":
        """Raise ValueError where a zone is none of the IANA database."""
        tables = [self.names, self.countries, *self.short_names.values(), *self.states.values(), *self.main_zones.values(),
                  *self.postal_codes.values()]  # fmt: skip
        if unknown := {zone for table in tables for zone in table} - zoneinfo.available_timezones():
            raise ValueError(f"no IANA time zones: {', '.join(sorted(unknown))}")
        return self


@lru_cache(maxsize=1)
def load_time_zones() -> TimeZones:
    """Return the validated table schemas/upload/time_zones.toml."""
    return TimeZones.model_validate(tomllib.loads((schemas_folder() / "upload" / "time_zones.toml").read_text("utf-8")))


def with_time_zones(frame: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """Return `frame` with an IANA zone in `timezone`, or none.

    The zone that the cell names comes first, then the place (postal code, state, country), then a short name of the cell ("PST": reports are
    full of them), then the numbers, the landline first, and at last the zone of nearly all people of the state. A zone that the cells of all rows
    name and that most places and numbers contradict is the report's and not used.

    Args:
        frame: timezone, country, state, postal_code, phone, mobile_phone (normalised), and other columns.
        default_country: ISO 3166-1 alpha-2 code of places and short names without a country.
    """
    country = pl.coalesce("country", pl.lit(default_country))
    zones = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    short = None
    if frame["timezone"].null_count() < frame.height:
        zones, short = _find_named_zones(frame.select("timezone", country.alias("country")))
    places = frame.select("country", "state", "postal_code", *fields.PHONE_FIELDS)
    if short is not None and _is_of_report(zones.zip_with(zones.is_not_null(), short), places, default_country):
        zones, short = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height), None
    zones = _fill(zones, places, lambda some: _zone_of_place(some, default_country))
    if short is not None:
        zones = zones.zip_with(zones.is_not_null(), short)
    for name in fields.PHONE_FIELDS:
        if frame[name].count():
            zones = _fill(zones, places, lambda some, name=name: _zone_of_number(some, name, default_country))  # type: ignore[misc]
    if frame["state"].count():
        zones = _fill(zones, places, lambda some: _main_zone_of_state(some, default_country))
    return frame.with_columns(zones.alias("timezone"))


def _is_of_report(named: pl.Series, places: pl.DataFrame, default_country: str) -> bool:
    """Return whether the one zone that all cells name is that of a report: most places and numbers are in others, and those are several."""
    if named.count() < MIN_ROWS_OF_REPORT or named.n_unique() != 1:
        return False
    zones = _zone_of_place(places, default_country)
    for name in fields.PHONE_FIELDS:
        zones = _fill(zones, places, lambda some, name=name: _zone_of_number(some, name, default_country))  # type: ignore[misc]
    zones = zones.drop_nulls()
    others = zones.filter(zones != named[0])
    return len(zones) >= MIN_ROWS_OF_REPORT and others.n_unique() > 1 and len(others) > MAX_SHARE_ELSEWHERE * len(zones)


def _main_zone_of_state(frame: pl.DataFrame, default_country: str) -> pl.Series:
    """Return the zone of nearly all people of each row's state, where the row has no postal code."""
    rows = [
        (country, state, zone)
        for country, zones in load_time_zones().main_zones.items()
        for zone, states in zones.items()
        for state in states
    ]
    table = pl.DataFrame(rows, schema=["of", "state", "zone"], orient="row")
    is_abroad = _is_abroad(frame, default_country)
    of = pl.when(pl.col("country").is_null() & ~pl.lit(is_abroad)).then(pl.lit(default_country)).otherwise("country")
    places = frame.select(of.alias("of"), "state", "postal_code").join(table, on=["of", "state"], how="left", maintain_order="left")
    return places.select(pl.when(pl.col("postal_code").is_null()).then("zone").alias("zone")).to_series()


def _fill(zones: pl.Series, frame: pl.DataFrame, zones_of: Callable[[pl.DataFrame], pl.Series]) -> pl.Series:
    """Return zones with those of the rows that lack one."""
    lacking = zones.is_null()
    if not lacking.any():
        return zones
    return zones_of(frame) if lacking.all() else zones.scatter(lacking.arg_true(), zones_of(frame.filter(lacking)))


def names_zone(cells: pl.Series, countries: pl.Series) -> pl.Series:
    """Return where cells name one time zone, in the countries (ISO 3166-1 alpha-2) of their rows (Boolean, never null)."""
    if all(_zone_of_name(name) is not None for name in cells.drop_nulls().unique()):  # nearly every file
        return cells.is_not_null()
    plain, short = _find_named_zones(pl.DataFrame([cells.alias("timezone"), countries.alias("country")]))
    return plain.is_not_null() | short.is_not_null()


def _find_named_zones(cells: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return for each `timezone` in a `country` its zone by a name that is plain everywhere, and by a short name."""
    distinct = cells.drop_nulls("timezone").unique()
    plain = [_zone_of_name(name) for name in distinct["timezone"]]
    short = [_short_names(country).get(_key(name)) for name, country in distinct.rows()]
    zones_of_names = distinct.with_columns(pl.Series("plain", plain, dtype=pl.String), pl.Series("short", short, dtype=pl.String))
    joined = cells.join(zones_of_names, on=["timezone", "country"], how="left", maintain_order="left", nulls_equal=True)
    return joined["plain"], joined["short"]


@lru_cache(maxsize=10_000)
def _zone_of_name(name: str) -> str | None:
    """Return the zone that a cell names: of the IANA database, as HubSpot writes it, of Windows or of Rails; None for offsets and unknown names."""
    names = _zone_names()
    bare = re.sub(OFFSET_BEFORE, "", name, flags=re.IGNORECASE)
    bare = bare.replace("_slash_", "/").replace("_hyphen_", "-")
    inside = INSIDE.search(bare)
    # "GMT Standard Time" begins like an offset, and is Windows' name of London's zone.
    for form in (name, bare, inside.group() if inside else ""):
        if (zone := names.get(_key(form))) is not None:
            return zone
    # The first of several places: older Windows has "Pacific Time (US & Canada); Tijuana".
    return names.get(_key(bare.partition(";")[0]))


@lru_cache(maxsize=1)
def _zone_names() -> dict[str, str]:
    all_zones = [zone for zone in zoneinfo.available_timezones() if zone.split("/")[0] in AREAS and "/" in zone]
    tables = load_time_zones()
    cities: dict[str, set[str]] = {}
    older = {name for names in tables.names.values() for name in names}
    for zone in all_zones:
        if zone not in older:
            cities.setdefault(_key(zone.rpartition("/")[2]), set()).add(zone)
    names = {city: zones.pop() for city, zones in cities.items() if len(zones) == 1}
    names |= {_key(zone): zone for zone in all_zones}
    return {key: zone for key, zone in names.items() if key} | {
        _key(name): zone for zone, all_names in tables.names.items() for name in all_names
    }


@lru_cache(maxsize=64)
def _short_names(country: str | None) -> dict[str, str]:
    return {_key(name): zone for zone, names in load_time_zones().short_names.get(country or "", {}).items() for name in names}


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", folded(name))


def _zone_of_place(frame: pl.DataFrame, default_country: str) -> pl.Series:
    """Return the zone of the postal code, else of the state, else of the country.

    Postal codes and states of rows without a country are those of the default country, unless the row has numbers and all of them are of
    another one; the default country itself gives no zone.
    """
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    if all(frame[name].null_count() == frame.height for name in ("postal_code", "state", "country")):
        return nothing
    abroad = _is_abroad(frame, default_country)
    places = frame.select(
        pl.when(pl.col("country").is_null() & ~pl.lit(abroad)).then(pl.lit(default_country)).otherwise("country").alias("of"),
        "country",
        "state",
        "postal_code",
    )
    zones = nothing
    if frame["postal_code"].count():
        is_us = (places["of"] == "US").fill_null(value=False)
        if is_us.all():
            zones = zone_of_postal_code(places["postal_code"]).alias(zones.name)
        elif is_us.any():
            zones = zones.scatter(is_us.arg_true(), zone_of_postal_code(places["postal_code"].filter(is_us)))
        for country, by_zone in load_time_zones().postal_codes.items() if not is_us.all() else ():
            zones = _fill_by_postal_code(zones, places, country, by_zone)
    if frame["state"].count() and zones.null_count():
        zones = zones.zip_with(zones.is_not_null(), _zone_of_state(places))
    if frame["country"].count() and zones.null_count():
        zones = zones.zip_with(
            zones.is_not_null(), places["country"].replace_strict(_zone_of_country(), default=None, return_dtype=pl.String)
        )
    return zones


def _fill_by_postal_code(zones: pl.Series, places: pl.DataFrame, country: str, by_zone: Zones) -> pl.Series:
    is_in_country = (places["of"] == country).fill_null(value=False) & places["postal_code"].is_not_null()
    if not is_in_country.any():
        return zones
    starts = sorted(((start, zone) for zone, of_zone in by_zone.items() for start in of_zone), key=lambda pair: -len(pair[0]))
    code = pl.col("postal_code").str.to_uppercase()
    zone_of_code = pl.coalesce(*(pl.when(code.str.starts_with(start)).then(pl.lit(zone)) for start, zone in starts))
    return zones.scatter(is_in_country.arg_true(), places.filter(is_in_country).select(zone_of_code).to_series())


def _zone_of_state(places: pl.DataFrame) -> pl.Series:
    """Return the zone of each state (its code) in its country (`of`); None where the state lies in several."""
    single_zones = _zones_of_states().filter(pl.col("zones").list.len() == 1).with_columns(pl.col("zones").list.first())
    return places.join(single_zones, left_on=["of", "state"], right_on=["of", "code"], how="left", maintain_order="left")["zones"]


@lru_cache(maxsize=1)
def _zones_of_states() -> pl.DataFrame:
    """Return `of` (country), `code` (of the state) and `zones` (List(String))."""
    rows = [
        (country, state, zone) for country, zones in load_time_zones().states.items() for zone, states in zones.items() for state in states
    ]
    table = pl.DataFrame(rows, schema=["of", "code", "zone"], orient="row")
    return table.group_by("of", "code", maintain_order=True).agg(pl.col("zone").alias("zones"))


def _zone_of_number(frame: pl.DataFrame, name: str, default_country: str) -> pl.Series:
    """Return the zones of the numbers in `name` that are of the row's country, and where its state lies in several zones, in one of those."""
    zones = time_zone(frame[name])
    if not zones.count() or all(frame[column].null_count() == frame.height for column in ("country", "state")):
        return zones
    places = frame.select(pl.coalesce("country", pl.lit(default_country)).alias("of"), "country", "state", name, zones.alias("zone"))
    places = places.join(_zones_of_states(), left_on=["of", "state"], right_on=["of", "code"], how="left", maintain_order="left")
    countries = places["country"].drop_nulls().unique()
    codes = pl.Series([str(phonenumbers.country_code_for_region(country) or "") for country in countries], dtype=pl.String)
    code = pl.col("country").replace_strict(countries, codes, default="", return_dtype=pl.String)
    is_of_country = pl.col("country").is_null() | (code == "") | pl.col(name).str.starts_with(pl.concat_str(pl.lit("+"), code))
    is_of_state = pl.col("zones").is_null() | pl.col("zones").list.contains(pl.col("zone"))
    return places.select(pl.when(is_of_country & is_of_state).then("zone").alias("zone")).to_series()


def _is_abroad(frame: pl.DataFrame, default_country: str) -> pl.Series:
    """Return where a row has numbers and none of them has the calling code of the default country."""
    code = phonenumbers.country_code_for_region(default_country)
    numbers = [pl.col(name) for name in fields.PHONE_FIELDS]
    at_home = pl.any_horizontal(*(number.str.starts_with(f"+{code}").fill_null(value=False) for number in numbers))
    return frame.select(pl.any_horizontal(*(number.is_not_null() for number in numbers)) & ~at_home).to_series()


@lru_cache(maxsize=1)
def _zone_of_country() -> dict[str, str]:
    return {country: zone for zone, countries in load_time_zones().countries.items() for country in countries}


def time_zone(numbers: pl.Series) -> pl.Series:
    """Return the IANA time zone of E.164 numbers; null if several are possible.

    Numbers of North America have the zone of the area code, others that of the country, or, if the country has several and the number is a
    landline, that of libphonenumber's table.
    """
    starts = numbers.str.slice(1, MAX_ZONE_PREFIX)
    distinct = starts.drop_nulls().unique()
    zones = pl.Series([_zone_of(start) for start in distinct], dtype=pl.String)
    zones_of_numbers = starts.replace_strict(distinct, zones, default=None, return_dtype=pl.String)
    open_codes = [code for code in _codes_of_several_zones() if numbers.str.starts_with(f"+{code}").any()]
    for code in open_codes:
        anywhere = _is_no_landline(numbers, code)
        if anywhere.any():
            zones_of_numbers = zones_of_numbers.zip_with(
                ~anywhere, pl.Series([None], dtype=pl.String).new_from_index(0, len(zones_of_numbers))
            )
    return zones_of_numbers


@lru_cache(maxsize=1)
def _codes_of_several_zones() -> tuple[int, ...]:
    single_zone_countries = _zone_of_country()
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return tuple(
        code
        for code, regions in codes.items()
        if str(code) != NORTH_AMERICA and regions[0] != "001" and regions[0] not in single_zone_countries
    )


def _is_no_landline(numbers: pl.Series, code: int) -> pl.Series:
    """Return where numbers of a calling code are none of a landline by libphonenumber's patterns: those of mobile phones and of services."""
    fixed = phonenumbers.PhoneMetadata.metadata_for_region(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][0]).fixed_line  # type: ignore[union-attr]
    pattern = getattr(fixed, "national_number_pattern", None) or ""
    national = numbers.str.strip_prefix(f"+{code}")
    in_ascii = pattern.replace("\\d", "[0-9]")
    return (numbers.str.starts_with(f"+{code}") & ~national.str.contains(f"^(?:{in_ascii})$")).fill_null(value=False)


@lru_cache(maxsize=200_000)
def _zone_of(digits: str) -> str | None:
    if digits.startswith(NORTH_AMERICA):
        return _area_codes().get(digits[1:4])
    code = next((int(digits[:n]) for n in (1, 2, 3) if int(digits[:n]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), None)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code or 0, ())
    if len(regions) == 1 or code in load_time_zones().calling_codes["one_time"]:
        zone = _zone_of_country().get(regions[0])
        if zone is not None:
            return zone
    from phonenumbers.tzdata import TIMEZONE_DATA  # noqa: PLC0415 - most files have no such number

    zones: Sequence[str] = next((TIMEZONE_DATA[digits[:n]] for n in range(len(digits), 0, -1) if digits[:n] in TIMEZONE_DATA), ())
    return (_zone_of_name(zones[0]) or zones[0]) if len(zones) == 1 else None


@lru_cache(maxsize=1)
def _area_codes() -> dict[str, str]:
    table = pl.read_csv(Path(__file__).with_name("area_code_time_zones.csv"), comment_prefix="#", infer_schema=False)
    return dict(table.drop_nulls().iter_rows())
