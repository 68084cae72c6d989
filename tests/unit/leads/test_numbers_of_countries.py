"""A country or calling code of its own column applies to its number; one that is given but unknown never becomes the default country."""

import polars as pl
import pytest

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.leads.phones import regions_of_codes
from henk_pipeline.leads.places import normalise_countries
from henk_pipeline.uploads.headers import map_columns


def numbers(**cells: str) -> dict[str, object]:
    """Return the normalised row of a file with these columns, `_` standing for a blank."""
    table = pl.DataFrame({name.replace("_", " "): [cell] for name, cell in cells.items()}, schema_overrides=pl.Schema())
    uses = map_columns(table, {}).uses
    columns = [ColumnMeaning(u.column, u.field, u.meaning, u.consent, u.kind_column, u.code_columns) for u in uses]
    return normalise(table, pl.Series([2]), columns, "US").row(0, named=True)


@pytest.mark.parametrize(
    ("column", "code", "cell", "number"),
    [
        ("Phone Country Code", "+44", "2079460144", "+442079460144"), ("phone_code", "49", "03012345678", "+493012345678"),
        ("Calling Code", "0033", "0612345678", "+33612345678"), ("Dial Code", "61.0", "412345678", "+61412345678"),
        ("Country Code", "44", "020 7946 0144", "+442079460144"), ("Country Code", "GB", "020 7946 0144", "+442079460144"),
        ("Phone Country", "United Kingdom (+44)", "2079460144", "+442079460144"), ("Ländervorwahl", "+49", "171 1234567", "+491711234567"),
        ("Indicatif", "33", "06 12 34 56 78", "+33612345678"), ("Phone Country Code", "IE", "087 123 4567", "+353871234567"),
        ("Phone Country Code", "1", "2125550101", "+12125550101"), ("Phone Country Code", "44", "+49 30 12345678", "+493012345678"),
        ("Phone Country Code", "44", "442079460144", "+442079460144"), ("Phone Country Code", "1-868", "6221234", "+18686221234"),
        ("Phone Country Code", "", "2125550101", "+12125550101"), ("Phone Country Code", "999", "2125550101", None),
        ("Phone Country Code", "XX", "2125550101", None), ("Phone Country Code", "xyz", "+442079460144", "+442079460144"),
        ("Mobile Country Code", "44", "7400123456", "+447400123456"), ("Mobile Country Code", "44", "2125550101", None),
    ],
)  # fmt: skip
def test_a_code_of_its_own_column_applies_to_its_number(column, code, cell, number):
    assert numbers(**{column: code, "Phone": cell})["phone"] == number


def test_each_number_has_its_own_code():
    row = numbers(**{"Phone": "2125550101", "Phone Country Code": "1", "Mobile": "7400123456", "Mobile Country Code": "44"})
    assert (row["phone"], row["mobile_phone"]) == ("+12125550101", "+447400123456")
    row = numbers(**{"Home Phone": "2079460144", "Cell": "7400123456", "Calling Code": "+44"})
    assert (row["phone"], row["mobile_phone"]) == ("+442079460144", "+447400123456")


def test_a_country_code_of_two_letters_stays_the_country_of_the_address():
    row = numbers(phone_code="44", phone_number="2079460123", country_code="USA", first_name="Cy")
    assert (row["phone"], row["country"]) == ("+442079460123", "US")
    row = numbers(**{"Phone": "2079460123", "Calling Code": "+44", "Country Code": "GB", "Country": "France"})
    assert (row["phone"], row["country"]) == ("+442079460123", "FR")


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("United Kingdom of Great Britain and Northern Ireland", "GB"), ("Republic of Ireland", "IE"), ("The Netherlands", "NL"),
        ("Kingdom of Spain", "ES"), ("Commonwealth of Australia", "AU"), ("U.K. (England)", "GB"), ("Can.", "CA"), ("Leeds, England", "GB"),
        ("Federal Republic of Germany", "DE"), ("United States (USA)", "US"), ("Republic of China", "TW"), ("Northern Ireland", "GB"),
        ("GBR", "GB"), ("Deutschland", "DE"), ("Atlantis", "Atlantis"), ("French Republic", "FR"), ("Republic of Korea", "KR"),
    ],
)  # fmt: skip
def test_countries_are_known_in_their_long_forms(country, code):
    assert normalise_countries(pl.Series([country, None])).to_list() == [code, None]


@pytest.mark.parametrize("country", ["Atlantis", "NA", "Freedonia", "X1", "see notes"])
def test_an_unknown_country_never_becomes_the_default_country(country):
    row = numbers(Phone="2125550101", Country=country)
    assert (row["phone"], row["unread_phone"]) == (None, True)
    assert numbers(Phone="+1 212 555 0101", Country=country)["phone"] == "+12125550101"


@pytest.mark.parametrize("country", ["", "n/a", "-", "unknown", "none"])
def test_no_country_is_the_default_country(country):
    assert numbers(Phone="2125550101", Country=country)["phone"] == "+12125550101"


def test_regions_of_codes():
    cells = pl.Series(["+1", "1", "44", "+1 CA", "0", "0049", "888", "", None, "DE", "7"])
    assert regions_of_codes(cells).to_list() == ["US", "US", "GB", "CA", "ZZ", "DE", "ZZ", "ZZ", None, "DE", "RU"]
