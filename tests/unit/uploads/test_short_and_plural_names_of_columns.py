"""Names of columns in short, in the plural, of vCards, in Turkish, and a person's role that is the column of names."""

import datetime as dt

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def leads_of(tmp_path, header: str, *rows: str, country: str = "US") -> list[dict]:
    file = tmp_path / "people.csv"
    file.write_text("\n".join((header, *rows)) + "\n")
    return validate_file(file, Manifest(), country).leads.collect().to_dicts()


@pytest.mark.parametrize("column", ["Emails", "E-mail addresses", "Email Addresses", "Mails", "E-Mail-Adressen", "EMAIL;HOME"])
def test_a_column_of_addresses(tmp_path, column):
    (lead,) = leads_of(tmp_path, f"Name,{column}", "Ada Quillon,a@example.org")
    assert (lead["first_name"], lead["email"]) == ("Ada", "a@example.org")


@pytest.mark.parametrize(
    "column",
    [
        "Phone numbers", "Phones", "Telefonnummern", "Telefon dienstl.", "Tel. dienstl.", "Tel. priv.", "Telefon priv.", "Tel. gesch.", "Tel. G", "Tel. P", "Tél. dom.",
        "Tél. bur.", "Tél. prof.", "Tel. kom.", "Tél. port.", "TEL;HOME", "TEL;CELL",
    ],
)  # fmt: skip
def test_a_column_of_numbers(tmp_path, column):
    (lead,) = leads_of(tmp_path, f"Name,{column}", "Ada Quillon,212-555-0101")
    assert "+12125550101" in (lead["phone"], lead["mobile_phone"])


@pytest.mark.parametrize("column", ["Phone bill", "Phone port", "Tel. Nr. of priv. tutor", "Mails sent", "Phones sold", "Dom", "Prof"])
def test_a_column_of_other_things_is_none_of_numbers_or_addresses(tmp_path, column):
    (lead,) = leads_of(tmp_path, f"Name,Email,{column}", "Ada Quillon,a@example.org,12")
    assert (lead["email"], lead["phone"], lead["mobile_phone"]) == ("a@example.org", None, None)


@pytest.mark.parametrize(
    ("who", "contact"),
    [
        ("Volunteer", "Volunteer Tel"), ("Customer", "Customer Phone"), ("Kontakt", "Rufnummer"), ("Client", "Client Tel"), ("Spender", "Spender Telefon"),
        ("Member", "Member Mobile"), ("Patron", "Patron Phone"), ("Mitglied", "Telefon"), ("Kunde", "Kunde Tel."), ("Contacto", "Teléfono"), ("Subscriber", "Phone"),
    ],
)  # fmt: skip
def test_a_role_is_the_name_where_nothing_else_is(tmp_path, who, contact):
    leads = leads_of(tmp_path, f"{who},{contact}", "Ada Quillon,212-555-0101", "Bo Ark,212-555-0102")
    assert [(lead["first_name"], lead["last_name"]) for lead in leads] == [("Ada", "Quillon"), ("Bo", "Ark")]


@pytest.mark.parametrize("cells", [("Yes", "No"), ("Gold Level", "Gold Level"), ("12", "13")])
def test_a_role_without_names_is_none(tmp_path, cells):
    leads = leads_of(tmp_path, "Member,Phone", *(f"{cell},212-555-010{n}" for n, cell in enumerate(cells)))
    assert [(lead["first_name"], lead["last_name"]) for lead in leads] == [(None, None)] * 2


def test_a_role_next_to_a_name_is_none(tmp_path):
    (lead,) = leads_of(tmp_path, "Name,Phone,Volunteer", "Ada Quillon,212-555-0101,Walk Captain")
    assert (lead["first_name"], lead["custom_fields"]) == ("Ada", '{"Volunteer":"Walk Captain"}')


def test_the_columns_of_a_vcard(tmp_path):
    header = "FN,N,TEL;CELL,TEL;HOME,EMAIL;HOME,ADR,BDAY,ORG,TITLE"
    (lead,) = leads_of(
        tmp_path, header, "Ada Quillon,Quillon;Ada;;;,212-555-0101,212-555-0102,a@example.org,;;4 Elm,1950-03-04,Acme Inc,Clerk"
    )
    assert (lead["first_name"], lead["last_name"], lead["mobile_phone"], lead["phone"]) == (
        "Ada",
        "Quillon",
        "+12125550101",
        "+12125550102",
    )
    assert (lead["email"], lead["birth_date"], lead["company"], lead["title"]) == ("a@example.org", "1950-03-04", "Acme Inc", "Clerk")


def test_fn_next_to_ln_is_a_first_name(tmp_path):
    (lead,) = leads_of(tmp_path, "FN,LN,Phone", "Mary Ann,Quillon,212-555-0101")
    assert (lead["first_name"], lead["last_name"]) == ("Mary Ann", "Quillon")


def test_a_gross_donation_and_its_currency(tmp_path):
    (lead,) = leads_of(tmp_path, "Name,Email,Donation Gross,Donation Currency,Donation Date", "Ada Quillon,a@example.org,50,EUR,2025-01-02")
    assert (lead["total_gifts"], lead["gift_currency"]) == (50.0, "EUR")


def test_turkish_columns(tmp_path):
    header = "Ad,Soyad,Telefon,Cep Telefonu,E-posta,Son Bağış Tarihi,Son Bağış,Toplam Bağış,Doğum Tarihi,Aranmasın"
    row = "Ayşe,Yılmaz,0212 555 01 01,0532 555 01 02,a@y.example.org,15.03.2025,50,150,04.03.1950,Evet"
    (lead,) = leads_of(tmp_path, header, row, country="TR")
    assert (lead["phone"], lead["mobile_phone"], lead["email"]) == ("+902125550101", "+905325550102", "a@y.example.org")
    assert (lead["last_gift_date"], lead["last_gift_amount"], lead["total_gifts"]) == (dt.date(2025, 3, 15), 50.0, 150.0)
    assert (lead["birth_date"], lead["do_not_call"]) == ("1950-03-04", True)


@pytest.mark.parametrize(("answer", "refused"), [("Hayır", True), ("Evet", False)])
def test_a_turkish_permission_and_a_last_gift_of_dates(tmp_path, answer, refused):
    (lead,) = leads_of(tmp_path, "Ad Soyad,Telefon,Arama İzni,Son Bağış", f"Can Demir,0212 555 01 03,{answer},16.03.2025", country="TR")
    assert (lead["do_not_call"], lead["last_gift_date"]) == (refused, dt.date(2025, 3, 16))
