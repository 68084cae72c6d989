"""Phones and e-mails come out as the libraries have them."""

import phonenumbers
import polars as pl
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from henk_pipeline.leads.emails import normalise_emails
from henk_pipeline.leads.phones import country_code, normalise_phones


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


def test_countries_by_code_and_by_name():
    frame = pl.DataFrame({"country": ["us", "United States", "USA", "Deutschland", "France", "España", "Nederland", "Atlantis", None]})
    assert frame.select(country_code(pl.col("country"))).to_series().to_list() == [
        "US",
        "US",
        "US",
        "DE",
        "FR",
        "ES",
        "NL",
        "Atlantis",
        None,
    ]


@given(
    st.lists(st.from_regex(r"\+?[0-9 ().-]{5,18}", fullmatch=True), min_size=1, max_size=20),
    st.sampled_from(["US", "DE", "GB", "FR", "BR"]),
)
def test_every_phone_is_what_libphonenumber_says(cells, country):
    def by_library(cell: str) -> str | None:
        try:
            number = phonenumbers.parse(cell, country)
        except phonenumbers.NumberParseException:
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None

    ours = normalise_phones(pl.DataFrame({"phone": cells}), "phone", country)["phone"].to_list()
    assert ours == [by_library(cell) for cell in cells]


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
