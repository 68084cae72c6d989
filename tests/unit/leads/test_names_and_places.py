"""Names are written as people write them; countries, states and postal codes come in one form."""

import polars as pl
import pytest

from henk_pipeline.leads.names import mended_case, split_full_names
from henk_pipeline.leads.places import normalise_countries, normalise_postal_codes, normalise_states


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("MCDONALD", "McDonald"), ("mcdonald", "McDonald"), ("O'BRIEN", "O'Brien"), ("o’brien", "O’Brien"), ("VAN DER BERG", "van der Berg"),
        ("von trapp", "von Trapp"), ("SMITH-JONES", "Smith-Jones"), ("DE LA CRUZ", "de la Cruz"), ("MÜLLER", "Müller"), ("smith iii", "Smith III"),
        ("D'ANGELO", "D'Angelo"), ("LEE", "Lee"), ("lee", "Lee"),
        # As people wrote them.
        ("McDonald", "McDonald"), ("Van der Berg", "Van der Berg"), ("DeVito", "DeVito"), ("LaToya", "LaToya"), ("Ng", "Ng"), ("J.R.", "J.R."), ("", ""),
    ],
)  # fmt: skip
def test_a_family_name_that_shouts_or_whispers_is_mended(name, mended):
    assert mended_case(pl.Series([name]), family=True).to_list() == [mended]


@pytest.mark.parametrize(
    ("name", "mended"), [("ANNA MARIA", "Anna Maria"), ("jean-luc", "Jean-Luc"), ("VAN", "Van"), ("JR", "JR"), ("a", "A")]
)
def test_a_given_name_that_shouts_or_whispers_is_mended(name, mended):
    assert mended_case(pl.Series([name]), family=False).to_list() == [mended]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana Silva", "Ana", "Silva"), ("Silva, Ana", "Ana", "Silva"), ("Dr. Ana María de la Cruz", "Ana María", "de la Cruz"),
        ("Vincent van Gogh", "Vincent", "van Gogh"), ("John Smith Jr.", "John", "Smith Jr."), ("Mr. John Q. Public", "John Q.", "Public"),
        ("van der Berg, Jan", "Jan", "van der Berg"), ("Cher", None, "Cher"), ("Jane Doe, PhD", "Jane", "Doe"), (None, None, None),
    ],
)  # fmt: skip
def test_full_names_are_told_apart(name, first, last):
    assert split_full_names(pl.Series([name], dtype=pl.String)).row(0) == (first, last)


def test_countries_become_codes():
    told = normalise_countries(
        pl.Series(["USA", "DEU", "Russia", "España", "Nederland", "Deutschland", "Países Baixos", "Allemagne", "us", "Atlantis", None])
    )
    assert told.to_list() == ["US", "DE", "RU", "ES", "NL", "DE", "NL", "DE", "US", "Atlantis", None]


def test_states_become_codes_where_addresses_have_them():
    frame = pl.DataFrame(
        {"state": ["California", "ca", "Ontario", "Bayern", "New York", "Nowhere"], "country": [None, "US", "CA", "DE", "US", "US"]}
    )
    assert normalise_states(frame, "US")["state"].to_list() == ["CA", "CA", "ON", "Bayern", "NY", "Nowhere"]
    assert normalise_states(frame.filter(pl.col("country") == "US"), "US")["state"].to_list() == ["CA", "NY", "Nowhere"]


def test_postal_codes_get_their_zeros_back():
    frame = pl.DataFrame(
        {
            "postal_code": ["2134", "501", "02134", "21341234", "1067", "sw1a 1aa", "1234", "2134.0", "2134-1234"],
            "country": [None, "US", "US", "US", "DE", "GB", "NL", "US", "US"],
        }
    )
    told = normalise_postal_codes(frame, "US")["postal_code"].to_list()
    assert told == ["02134", "00501", "02134", "02134-1234", "01067", "SW1A 1AA", "1234", "02134", "02134-1234"]
