"""A bill or a parcel that goes to another person brings nobody the wrong number."""

import json

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest
from henk_pipeline.uploads.roles import read_addressee


def people(tmp_path, text, country="US"):
    path = tmp_path / "orders.csv"
    path.write_text(text, encoding="utf-8")
    validated = validate_file(path, Manifest(), country)
    assert validated.error is None
    leads = validated.leads.collect().rows(named=True)
    return {lead["first_name"]: lead for lead in leads}, describe_reading(validated)["notes"]


def test_the_number_of_a_payer_with_another_name_is_not_the_donors(tmp_path):
    found, notes = people(
        tmp_path,
        "Name,Email,Billing Name,Billing Phone\n"
        "Ada Quillon,ada@example.org,Tom Payer,212-555-0101\n"
        "Bea Stone,bea@example.org,Bea Stone,212-555-0102\n"
        "Cy Moor,cy@example.org,,212-555-0103\n"
        "Robert Fox,bob@example.org,Bob Fox,212-555-0104\n"
        "Eve Lind,eve@example.org,E. Lind,212-555-0105\n"
        "Flo Mora,flo@example.org,Gus Mora,212-555-0106\n",
    )
    assert {name: lead["phone"] for name, lead in found.items()} == {
        "Ada": None, "Bea": "+12125550102", "Cy": "+12125550103", "Robert": "+12125550104", "Eve": "+12125550105", "Flo": None,
    }  # fmt: skip
    assert json.loads(found["Ada"]["custom_fields"]) == {"Billing Name": "Tom Payer", "Billing Phone (of another person)": "212-555-0101"}
    assert "Billing Phone (of another person)" not in json.loads(found["Bea"]["custom_fields"])
    assert any("“Billing Phone” is kept as a custom field" in note for note in notes)


@pytest.mark.parametrize(
    ("columns", "row", "country"),
    [
        ("First Name,Last Name,Email,Shipping First Name,Shipping Last Name,Shipping Phone", "Ada,Quillon,ada@example.org,Tom,Payer,212-555-0101", "US"),
        ("Name,E-Mail,Rechnungsname,Rechnungstelefon,Telefon", "Ada Quillon,ada@example.org,Tom Payer,030 2636790,", "DE"),
        ("Name,Email,Ship To Name,Ship To Phone", "Ada Quillon,ada@example.org,Tom Payer,212-555-0101", "US"),
    ],
)  # fmt: skip
def test_in_other_words_too(tmp_path, columns, row, country):
    found, _ = people(tmp_path, f"{columns}\n{row}\n", country)
    assert (found["Ada"]["phone"], found["Ada"]["mobile_phone"]) == (None, None)


def test_several_columns_are_kept_in_the_plural(tmp_path):
    rows = "Name,Billing Name,Billing Phone,Billing Email\nAda Quillon,Tom Payer,212-555-0101,tom@example.org\n"
    _, notes = people(tmp_path, rows + "Bea Stone,Bea Stone,212-555-0102,bea@example.org\n")
    assert any("“Billing Phone”, “Billing Email” are kept as custom fields and not used" in note for note in notes)


def test_the_address_of_a_parcel_for_somebody_else_is_not_the_donors(tmp_path):
    found, _ = people(
        tmp_path,
        "Name,Email,Delivery Name,Delivery Street,Delivery City\n"
        "Ada Quillon,ada@example.org,Tom Payer,1 Mill Lane,Bath\nBea Stone,bea@example.org,Bea Stone,2 Mill Lane,Bath\n",
    )
    assert (found["Ada"]["street"], found["Ada"]["city"]) == (None, None)


def test_who_is_named_by_the_bill_alone_is_the_person(tmp_path):
    found, _ = people(tmp_path, "Billing Name,Billing Phone,Billing Email\nAda Quillon,212-555-0101,ada@example.org\n")
    assert found["Ada"]["phone"] == "+12125550101"


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("Billing Phone", ("billing", "phone")),
        ("billing_phone", ("billing", "phone")),
        ("Rechnungstelefon", ("billing", "telefon")),
        ("Téléphone de facturation", ("billing", "telephone")),
        ("Ship To Name", ("shipping", "name")),
        ("Phone", None),
        ("Billing", None),
    ],
)
def test_headers_of_addressees(header, read):
    assert read_addressee(header) == read
