"""Phones and e-mails come out as the libraries have them."""

import re

import phonenumbers
import polars as pl
import pytest
import zipcodes
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from henk_pipeline.leads.emails import normalise_emails, oddities
from henk_pipeline.leads.phones import normalise_phones
from henk_pipeline.leads.places import zone_of_postal_code
from henk_pipeline.leads.time_zones import time_zone


def phone(cell: str, country: str = "US") -> tuple[str | None, str | None]:
    frame = normalise_phones(pl.DataFrame({"phone": [cell]}), "phone", country)
    return frame["phone"].item(), frame["phone_extension"].item()


def email(cell: str | None) -> str | None:
    return normalise_emails(pl.DataFrame({"email": [cell]}, schema={"email": pl.String}), "email")["email"].item()


@pytest.mark.parametrize(
    "cell", ["(212) 555-0123", "212.555.0123", "+1 212 555 0123", "1-212-555-0123", "12125550123", "tel:+1-212-555-0123"]
)
def test_the_ways_people_write_a_number(cell):
    assert phone(cell) == ("+12125550123", None)


def test_an_extension_is_kept_apart():
    assert phone("(212) 555-0123 ext. 12") == ("+12125550123", "12")


@pytest.mark.parametrize("cell", ["555-0123", "1.20756E+10", "n/a", "0000000000", "call me", "+1 212 555 01234567"])
def test_what_cannot_be_called_is_no_number(cell):
    assert phone(cell) == (None, None)


def test_a_row_is_read_in_its_own_country_before_the_uploads():
    frame = pl.DataFrame({"phone": ["030 901820", "020 7946 0018", "(212) 555-0123"], "country": ["DE", "GB", None]})
    assert normalise_phones(frame, "phone", "US")["phone"].to_list() == ["+4930901820", "+442079460018", "+12125550123"]


def by_library(cell: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(cell, country)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def expected(cell: str, country: str) -> str | None:
    """Return the number by the library, or where it has none that behind "00"."""
    number = by_library(cell, country)
    if number is None and re.match(r"\(?00[\s.-]*[1-9]", cell):
        rest = re.sub(r"^\(?00[\s.-]*", "", cell)
        at_home, abroad = by_library(rest, country), by_library(f"+{rest}", country)
        return abroad if at_home in (None, abroad) else None
    return number


@given(
    st.lists(st.from_regex(r"\+?[0-9 ().-]{5,18}", fullmatch=True), min_size=1, max_size=20),
    st.sampled_from(["US", "DE", "GB", "FR", "BR"]),
)
def test_every_phone_is_what_libphonenumber_says(cells, country):
    ours = normalise_phones(pl.DataFrame({"phone": cells}), "phone", country)["phone"].to_list()
    assert ours == [expected(cell, country) for cell in cells]


# Of every region the library knows: a number of each kind it has, changed at the end, in the ways people write numbers.
EXAMPLES = [
    (region, number)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.TOLL_FREE)
    if (number := phonenumbers.example_number_for_type(region, kind))
]
FORMATS = [phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.NATIONAL]


def written(number: phonenumbers.PhoneNumber, form: int, way: int) -> str:
    text = phonenumbers.format_number(number, form)
    digits = "".join(character for character in text if character.isdigit())
    return (text, digits, f"00{digits}", text.replace(" ", "-"), f"011{digits}", text[:-1], f"{text}{digits[-1]}")[way]


@given(
    st.lists(
        st.tuples(st.sampled_from(EXAMPLES), st.sampled_from(FORMATS), st.integers(0, 6), st.integers(0, 999), st.sampled_from(["US", "DE", "GG", "CA", "IT", None])),
        min_size=1, max_size=60,
    )
)  # fmt: skip
@settings(max_examples=150)
def test_numbers_of_every_country_are_what_libphonenumber_says(drawn):
    cells, countries = [], []
    for (region, number), form, way, tail, other in drawn:
        changed = phonenumbers.PhoneNumber(
            country_code=number.country_code,
            national_number=number.national_number // 1000 * 1000 + tail,
            italian_leading_zero=number.italian_leading_zero,
        )
        cells.append(written(changed, form, way))
        countries.append(other or region)
    ours = normalise_phones(pl.DataFrame({"phone": cells, "country": countries}), "phone", "US")["phone"].to_list()
    assert ours == [expected(cell, country) for cell, country in zip(cells, countries, strict=True)]


@pytest.mark.parametrize(
    ("cell", "number", "more"),
    [
        ("0171 1234567 / 030 901820", "+491711234567", "+4930901820"), ("030 901820; 030 901821", "+4930901820", "+4930901821"),
        ("Tel. 030 901820 oder mobil 0171 1234567", "+4930901820", "+491711234567"), ("030 901820 (privat)", "+4930901820", None),
        ("030 901820 / Büro", "+4930901820", None), ("30901820.0", "+4930901820", None), ("030 901820, 030 901820", "+4930901820", None),
    ],
)  # fmt: skip
def test_several_numbers_in_a_cell_are_told_apart_and_each_must_be_one(cell, number, more):
    frame = normalise_phones(pl.DataFrame({"phone": [cell]}), "phone", "DE")
    assert (frame["phone"].item(), frame["phone_more"].item()) == (number, more)


def test_time_zones_of_numbers_and_postal_codes():
    assert time_zone(pl.Series(["+12125550123", "+13105550123", "+4930901820", "+18005550123", None])).to_list() == [
        "America/New_York", "America/Los_Angeles", "Europe/Berlin", None, None,
    ]  # fmt: skip
    assert zone_of_postal_code(pl.Series(["02134", "94105-1234", "10115x", None])).to_list() == [
        "America/New_York", "America/Los_Angeles", None, None,
    ]  # fmt: skip


# zipcodes 3.0.0 has "Napakiak" for a place in Alaska.
MISTAKES = {"Napakiak": "America/Anchorage"}


def test_time_zones_of_postal_codes_are_those_of_the_library():
    zones = {place["zip_code"]: MISTAKES.get(place["timezone"], place["timezone"]) or None for place in zipcodes.list_all()}
    codes = [f"{number:05}" for number in range(100_000)]
    assert zone_of_postal_code(pl.Series(codes)).to_list() == [zones.get(code) for code in codes]


def test_oddities_of_addresses_are_told_and_nothing_is_changed():
    emails = ["ana@gmial.com", "info@example.org", "x@mailinator.com", "bo@gmail.com", "cy@example.con", "di@ymail.com", None]
    odd = oddities(pl.Series(emails, dtype=pl.String))
    assert odd["email_suggestion"].to_list() == ["ana@gmail.com", None, None, None, "cy@example.com", None, None]
    assert odd["email_flag"].to_list()[1:] == ["role", "disposable", None, None, None, None]


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("Ana.Lima@Example.ORG", "ana.lima@example.org"), ("mailto:ana@example.org", "ana@example.org"), ("Ana Lima <ana@example.org>", "ana@example.org"),
        ("ana@example.org;", "ana@example.org"), ("ana+news@example.co.uk", "ana+news@example.co.uk"), ("josé@example.org", "josé@example.org"),
        ("ana@example", None), ("ana at example.org", None), ("ana@@example.org", None), ("a..b@example.org", None), ("@example.org", None), (None, None),
    ],
)  # fmt: skip
def test_addresses(cell, address):
    assert email(cell) == address


@given(st.from_regex(r"[a-zA-Z0-9._+\-]{1,70}@([a-zA-Z0-9\-]{1,12}\.){1,3}(com|org|de|io|example|test|x)", fullmatch=True))
def test_every_address_is_what_email_validator_says(cell):
    try:
        expected = validate_email(cell.lower(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        expected = None
    assert email(cell) == expected
