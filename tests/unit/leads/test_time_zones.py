"""Every zone of a lead is one of the IANA database: what a cell names, where the person lives, what the number tells, or none."""

import polars as pl
import pytest

from henk_pipeline.leads.normalise import ColumnMeaning, normalise
from henk_pipeline.leads.time_zones import load_time_zones, time_zone

COLUMNS = [
    ColumnMeaning("Zone", "timezone"), ColumnMeaning("Phone", "phone"), ColumnMeaning("Cell", "mobile_phone"), ColumnMeaning("Zip", "postal_code"),
    ColumnMeaning("State", "state"), ColumnMeaning("Country", "country"),
]  # fmt: skip


def zone(default_country: str = "US", **cells: str) -> str | None:
    table = pl.DataFrame({use.column: [cells.get(use.column)] for use in COLUMNS}, schema={use.column: pl.String for use in COLUMNS})
    return normalise(table, pl.Series([2]), COLUMNS, default_country)["timezone"].item()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("America/Los_Angeles", "America/Los_Angeles"), ("america/los_angeles", "America/Los_Angeles"), ("America/Los Angeles", "America/Los_Angeles"),
        ("us_slash_pacific", "America/Los_Angeles"), ("america_slash_port_hyphen_au_hyphen_prince", "America/Port-au-Prince"),
        ("europe_slash_berlin", "Europe/Berlin"), ("US/Eastern", "America/New_York"), ("Asia/Calcutta", "Asia/Kolkata"),
        ("Pacific Standard Time", "America/Los_Angeles"), ("W. Europe Standard Time", "Europe/Berlin"), ("Romance Standard Time", "Europe/Paris"),
        ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"), ("Eastern Time (US & Canada)", "America/New_York"),
        ("(GMT-08:00) Pacific Standard Time (America/Los_Angeles)", "America/Los_Angeles"), ("(GMT+01:00) Berlin", "Europe/Berlin"),
        ("Arizona", "America/Phoenix"), ("London", "Europe/London"), ("Mumbai", "Asia/Kolkata"), ("PST", "America/Los_Angeles"),
        ("Eastern", "America/New_York"), ("-05:00", None), ("UTC-5", None), ("GMT", None), ("UTC", None), ("Etc/GMT+5", None), ("-5", None),
        ("daytime", None), ("(GMT-05:00)", None), ("EST5EDT", "America/New_York"),
    ],
)  # fmt: skip
def test_a_zone_is_one_of_the_iana_database_or_none(name, expected):
    assert zone(Zone=name) == expected


def test_short_names_are_those_of_the_country():
    assert zone("CA", Zone="EST") == "America/Toronto"
    assert zone("AU", Zone="EST") is None
    assert zone("AU", Zone="AEST") == "Australia/Sydney"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Phone": "850-555-0101", "Zip": "32501"}, "America/Chicago"), ({"Phone": "850-555-0101"}, None),
        ({"Phone": "689-555-0102"}, "America/New_York"), ({"Phone": "212-555-0105", "State": "CA"}, "America/Los_Angeles"),
        ({"Phone": "212-555-0105", "State": "California"}, "America/Los_Angeles"),
        ({"Phone": "212-555-0105", "State": "TX"}, None), ({"Phone": "915-555-0105", "State": "TX"}, "America/Denver"),
        ({"Phone": "512-555-0105", "State": "TX"}, "America/Chicago"), ({"Phone": "270-555-0104", "State": "KY"}, None),
        ({"Phone": "212-555-0105", "Country": "Germany"}, "Europe/Berlin"), ({"Phone": "+49 30 901820", "Zip": "10115"}, "Europe/Berlin"),
        ({"Phone": "+61 412 345 678"}, None), ({"Phone": "+61 412 345 678", "State": "WA", "Country": "AU"}, "Australia/Perth"),
        ({"Phone": "+61 2 5550 1234"}, "Australia/Sydney"), ({"Phone": "+61 1300 123 456"}, None), ({"Phone": "+55 11 98765-4321"}, None),
        ({"Phone": "+1 212 555 0105", "Country": "Australia"}, None), ({"Phone": "+44 7400 123456"}, "Europe/London"),
        ({"Country": "Spain", "Zip": "35001"}, "Atlantic/Canary"), ({"Country": "Spain", "Zip": "28001"}, "Europe/Madrid"),
        ({"Country": "Canada", "Zip": "T2P 1J9"}, "America/Edmonton"), ({"Country": "Canada", "State": "Ontario", "Phone": "416 555 0123"}, "America/Toronto"),
        ({"Phone": "800-555-0123"}, None), ({"Phone": "867-555-0123", "Country": "CA"}, None), ({"Zone": "PST", "Zip": "10001"}, "America/New_York"),
        ({"Phone": "212-555-0105", "Zip": "99999"}, "America/New_York"),
    ],
)  # fmt: skip
def test_the_place_comes_before_the_number_and_several_possible_zones_are_none(cells, expected):
    assert zone(**cells) == expected


def test_a_landline_counts_before_a_mobile_phone():
    assert zone(Phone="212-555-0101", Cell="415-555-0101") == "America/New_York"


def test_numbers_of_countries_of_one_time_have_it():
    numbers = pl.Series(["+447400123456", "+353871234567", "+5491123456789", "+262692123456", "+18765550123", None])
    assert time_zone(numbers).to_list() == [
        "Europe/London", "Europe/Dublin", "America/Argentina/Buenos_Aires", "Indian/Reunion", "America/Jamaica", None,
    ]  # fmt: skip


def test_the_table_is_valid_and_no_name_says_two_zones():
    table = load_time_zones()
    names = [name for names in table.names.values() for name in names]
    assert len(names) == len(set(names))
    countries = [country for some in table.countries.values() for country in some]
    assert len(countries) == len(set(countries))
