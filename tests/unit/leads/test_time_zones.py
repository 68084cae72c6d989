"""Every zone of a lead is one of the IANA database: what a cell names, where the person lives, what the number tells, or none."""

import polars as pl
import pytest

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.normalise import normalise
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


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"State": "BC", "Country": "Canada"}, "America/Vancouver"), ({"State": "Ontario", "Country": "CA"}, "America/Toronto"),
        ({"State": "BC", "Country": "CA", "Phone": "+1 416 555 0101"}, "America/Vancouver"), ({"State": "AM", "Country": "BR"}, "America/Manaus"),
        ({"State": "AM", "Country": "BR", "Phone": "+55 11 98765-4321"}, "America/Manaus"), ({"State": "NL", "Country": "CA"}, None),
        ({"State": "SP", "Country": "BR"}, "America/Sao_Paulo"), ({"State": "TX", "Country": "US"}, None),
        # Kenora and Cranbrook are in the next zone: their postal codes decide nothing, nor does the rest of the province.
        ({"State": "ON", "Country": "CA", "Zip": "P9N 1A1"}, None), ({"State": "BC", "Country": "CA", "Zip": "V1C 1A1"}, None),
        ({"State": "ON"}, None),
    ],
)  # fmt: skip
def test_a_state_decides_the_zone_where_nearly_all_of_its_people_share_it(cells, expected):
    assert zone(**cells) == expected


@pytest.mark.parametrize(
    ("code", "state", "expected"),
    [("800", "NT", "0800"), ("872", "Northern Territory", "0872"), ("200", "ACT", "0200"), ("800", "VIC", "800"), ("800", None, "800"),
     ("3000", "VIC", "3000"), ("300", "NT", "300"), ("0800", "NT", "0800")],
)  # fmt: skip
def test_a_postal_code_of_australia_gets_the_zero_that_only_its_state_has(code, state, expected):
    table = pl.DataFrame({"Zip": [code], "State": [state], "Country": ["AU"]}, schema=dict.fromkeys(("Zip", "State", "Country"), pl.String))
    assert normalise(table, pl.Series([2]), COLUMNS[3:], "US")["postal_code"].item() == expected


REPORT = [["212-555-0101", "NY"], ["415-555-0102", "CA"], ["303-555-0103", "CO"], ["617-555-0104", "MA"], ["214-555-0105", None]]


def zones(*rows: list[str | None]) -> list[str | None]:
    columns = [ColumnMeaning("Zone", "timezone"), ColumnMeaning("Phone", "phone"), ColumnMeaning("State", "state")]
    table = pl.DataFrame(list(rows), schema=dict.fromkeys(("Zone", "Phone", "State"), pl.String), orient="row")
    return normalise(table, pl.int_range(len(rows), eager=True), columns, "US")["timezone"].to_list()


@pytest.mark.parametrize("name", ["America/Los_Angeles", "(GMT-08:00) Pacific Time", "PST"])
def test_a_zone_that_all_rows_name_and_most_contradict_is_the_reports(name):
    assert zones(*([name, *row] for row in REPORT)) == [
        "America/New_York", "America/Los_Angeles", "America/Denver", "America/New_York", "America/Chicago",
    ]  # fmt: skip


def test_a_zone_that_differs_or_that_most_people_have_is_theirs():
    differing = ["America/Chicago", *["America/Los_Angeles"] * 4]
    assert zones(*([name, *row] for name, row in zip(differing, REPORT, strict=True))) == differing
    assert (
        zones(*(["America/New_York", "212-555-0101", "NY"] for _ in range(4)), ["America/New_York", "415-555-0102", "CA"])[4]
        == "America/New_York"
    )
    assert zones(*(["America/New_York", *row] for row in REPORT[:4])) == ["America/New_York"] * 4


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
