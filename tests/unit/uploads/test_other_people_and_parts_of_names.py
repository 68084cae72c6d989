"""Whose columns of bills and heads of households are, and parts of names and addresses in columns of their own, up to the row."""

import polars as pl
import pytest

from henk_pipeline.leads import text
from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.names import parse_name
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.uploads.headers import map_columns


def read(columns: str, *rows: str, country: str = "US") -> pl.DataFrame:
    names = columns.split(",")
    table = pl.DataFrame([dict(zip(names, row.split(";"), strict=True)) for row in rows]).with_columns(pl.all().replace("", None))
    uses = [ColumnMeaning(use.column, use.field, use.meaning, rank=use.rank) for use in map_columns(table, {}).uses]
    return normalise(table, pl.Series([2 + n for n in range(len(rows))]), uses, country)


def test_the_supporter_comes_before_the_name_of_the_bill():
    """Classy: support.classy.org (transaction report), 2026-11-29."""
    frame = read(
        "Billing First Name,Billing Last Name,Supporter First Name,Supporter Last Name,Email,Amount",
        "Ann;Lee;Bob;Ray;bob@example.org;5", "Cy;Lo;Di;Ma;di@example.org;6",
    )  # fmt: skip
    assert frame.select("first_name", "last_name", "email", "total_gifts").rows() == [
        ("Bob", "Ray", "bob@example.org", 5.0), ("Di", "Ma", "di@example.org", 6.0),
    ]  # fmt: skip


def test_the_name_of_the_bill_is_the_persons_without_another():
    frame = read("Billing First Name,Billing Last Name,Email", "Ann;Lee;ann@example.org")
    assert frame.select("first_name", "last_name").rows() == [("Ann", "Lee")]


def test_the_head_of_a_household_is_the_person_and_the_spouse_another():
    columns = "Head First,Head Last,Head Email,Head Cell,Spouse First,Spouse Last,Spouse Email"
    frame = read(columns, "Ann;Lee;ann@example.org;207-555-0101;Bob;Ray;bob@example.org")
    row = frame.select("first_name", "last_name", "email", "mobile_phone").row(0)
    assert row == ("Ann", "Lee", "ann@example.org", "+12075550101")
    assert map_columns(pl.DataFrame({"Name": ["Ann Lee"], "Department Head": ["Bob Ray"]}), {}).by_column()["Department Head"] is None


@pytest.mark.parametrize("column", ["Name", "Display Name"])
def test_a_lead_without_first_and_last_name_has_the_whole_one(column: str):
    frame = read(f"{column},First Name,Last Name,Email", "Lee Foundation;;;info@example.org", "Lee, Ann;Ann;Lee;a@example.org")
    assert frame.select("first_name", "last_name").rows() == [(None, "Lee Foundation"), ("Ann", "Lee")]


@pytest.mark.parametrize("column", ["Card Name", "Consumer name"])
def test_the_name_of_who_paid_is_the_persons_where_no_other_is_there(column: str):
    assert read(f"{column},Email", "Ann Lee;a@example.org").select("first_name", "last_name").row(0) == ("Ann", "Lee")


def test_parts_of_dutch_names_and_addresses():
    frame = read(
        "Voorletters,Tussenvoegsel,Achternaam,Straat,Huisnummer,Toevoeging,E-mail", "J.P.;van;Dam;Dorpsstraat;12;A;a@example.org",
        "B.;;Lo;Kade;3;;b@example.org", country="NL",
    )  # fmt: skip
    assert frame.select("first_name", "last_name", "street").rows() == [("J.P.", "van Dam", "Dorpsstraat 12 A"), ("B.", "Lo", "Kade 3")]


def test_the_second_family_name_is_part_of_the_family_name():
    frame = read("Nombre,Apellido 1,Apellido 2,Correo", "Ana;Ruiz;Gil;a@example.org", "Bea;Mora;;b@example.org")
    assert frame["last_name"].to_list() == ["Ruiz Gil", "Mora"]


def test_a_particle_among_suffixes_stands_before_the_family_name():
    frame = read("Vorname,Namenszusatz,Nachname,E-Mail", "Ann;von;Berg;a@example.org", "Bo;Jr.;Li;b@example.org")
    assert frame["last_name"].to_list() == ["von Berg", "Li Jr."]


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("Portland, ME 04101", ("Portland", "ME", "04101")),
        ("New York NY 10001-1234", ("New York", "NY", "10001-1234")),
        ("St. Paul, MN, 55101", ("St. Paul", "MN", "55101")),
        ("Portland", ("Portland", None, None)),
    ],
)
def test_city_state_and_code_of_one_column(cell: str, parts: tuple[str, str | None, str | None]):
    frame = read("Name|Address|City State Zip|Email".replace("|", ","), f"Ann Lee;1 Elm St;{cell};a@example.org")
    assert frame.select("city", "state", "postal_code").row(0) == parts


def test_a_payment_by_check_and_a_number_at_work():
    frame = read("Name,Email,Check Date,Check Amount,Work Number", "Ann Lee;a@example.org;2026-03-01;50;207-555-0101")
    assert frame.select("gift_amount", "phone").row(0) == (50.0, "+12075550101")


def test_a_role_of_a_membership_is_no_job():
    columns = {"First name": ["Ann"], "Last name": ["Lee"], "Member role": ["Bundle administrator"], "Membership status": ["Active"]}
    assert map_columns(pl.DataFrame(columns), {}).by_column()["Member role"] is None


def test_an_amount_with_both_signs_is_read_by_itself():
    cells = pl.Series(["1.250,00 €", "$1,250.00", "1.250,50 €", "12"])
    assert text.amount(cells).to_list() == [1250.0, 1250.0, 1250.5, 12.0]
    assert text.amount(pl.Series(["1.234.56", "1,234,56", "1.25,00"]), text.AmountForm(".")).to_list() == [None, None, None]


@pytest.mark.parametrize(
    ("name", "parts"),
    [("Rotary Club", (None, "Rotary Club")), ("Garden Club", (None, "Garden Club")), ("Dr.-Ing. Hans Berg", ("Hans", "Berg")),
     ("Dipl.-Ing. Eva Lang", ("Eva", "Lang"))],
)  # fmt: skip
def test_clubs_and_titles_of_engineers(name: str, parts: tuple[str | None, str]):
    assert parse_name(name) == parts
    assert read("Name,Email", f"{name};a@example.org").select("first_name", "last_name").row(0) == parts
