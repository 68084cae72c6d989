"""A column finds its field by the manifest, by its name, then by what it holds; nothing is dropped."""

import polars as pl
import pytest

from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.known_names import name_key
from henk_pipeline.uploads.manifest import ManifestError


def table(*columns: str, **filled: list[str]) -> pl.DataFrame:
    return pl.DataFrame({**{column: [""] for column in columns}, **filled})


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("E-Mail", "email"), ("email address", "email"), ("E-Mail-Adresse", "email"), ("PRÉNOM", "first_name"), ("Apellidos", "last_name"),
        ("Mailing Zip/Postal Code", "postal_code"), ("Mobile Phone Number", "mobile_phone"), ("Straße", "street"), ("do_not_call", "do_not_call"),
        ("Has Opted Out Of Email", "email_opt_out"), ("Last Gift Date", "last_gift_date"), ("Associated Company", "company"),
        ("Tel. privat", "phone"), ("Tel. mobil", "mobile_phone"), ("Tel. geschäftlich", "phone"), ("Letzter Spendenbetrag", "last_gift_amount"),
    ],
)  # fmt: skip
def test_a_name_is_known_in_any_case_accent_and_punctuation(column, field):
    assert map_columns(table(column), {}).by_column() == {column: field}


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("First Name (Billing)", "first_name"), ("City (Billing)", "city"), ("Phone (Work)", "phone"), ("Email (Billing)", "email"),
        ("Amount (AUD)", "gift_amount"), ("Betrag in EUR", "gift_amount"), ("Donation Amount [GBP]", "gift_amount"), ("Betrag (€)", "gift_amount"),
        ("Straße privat", "street"), ("Ort geschäftlich", "city"), ("Apellido 1", "last_name"), ("Donation Total", "gift_amount"),
    ],
)  # fmt: skip
def test_a_kind_or_a_currency_behind_a_name_costs_no_field(column, field):
    assert map_columns(table(column), {}).by_column() == {column: field}


@pytest.mark.parametrize("column", ["Amount (old)", "City (Twinned)", "First Name (Shipping)", "Goal in USD", "Sign in URL"])
def test_a_remark_behind_a_name_is_no_kind(column):
    assert map_columns(table(column), {}).by_column() == {column: None}


def test_what_fits_nothing_stays_a_custom_field():
    assert map_columns(table("Email", "Shoe size"), {}).by_column() == {"Email": "email", "Shoe size": None}


def test_of_two_columns_for_one_field_the_better_name_wins_the_other_stays_and_it_is_said():
    mapping = map_columns(table("Company Name", "Company", "Email"), {})
    assert mapping.by_column() == {"Company Name": None, "Company": "company", "Email": "email"}
    assert mapping.notes == ("Several columns hold the organisation: “Company” counts; kept as custom fields: “Company Name”.",)


def test_of_two_columns_of_addresses_the_second_counts_where_the_first_is_empty():
    mapping = map_columns(table("Work Email", "Email"), {})
    assert [(use.field, use.meaning) for use in mapping.uses] == [("email", "further"), ("email", "value")]
    assert "where it is empty “Work Email”" in mapping.notes[0]


@pytest.mark.parametrize(
    ("columns", "first", "last", "full"),
    [
        ({"Vorname": ["Ana", "Bo"], "Name": ["Silva", "Diddley"]}, "Vorname", "Name", None),
        ({"First Name": ["Ana", "Bo"], "Name": ["Ana Silva", "Bo Diddley"]}, "First Name", None, "Name"),
        ({"Nome": ["Ana Silva", "Bo Diddley"]}, None, None, "Nome"),
        ({"Nombre": ["Ana", "Bo"], "Apellidos": ["Silva", "Diddley"]}, "Nombre", "Apellidos", None),
    ],
)
def test_names_of_columns_that_mean_another_thing_in_each_language_are_told_by_what_they_hold(columns, first, last, full):
    by_field = {field: column for column, field in map_columns(pl.DataFrame(columns), {}).by_column().items() if field}
    assert (by_field.get("first_name"), by_field.get("last_name"), by_field.get("full_name")) == (first, last, full)


def test_a_column_of_addresses_under_a_name_of_persons_is_an_email_column():
    contents = {"Contact": ["a@example.org", "b@example.org"], "Name": ["Ana", "Bo"]}
    assert map_columns(pl.DataFrame(contents), {}).by_column() == {"Contact": "email", "Name": "full_name"}


def test_without_a_header_columns_are_recognised_by_what_they_hold():
    contents = {
        "column_1": ["Ana", "Bo"], "column_2": ["Silva", "Diddley"], "column_3": ["ana@example.org", "bo@example.org"],
        "column_4": ["(212) 555-0101", "212-555-0102"], "column_5": ["NY", "CA"], "column_6": ["10001", "94105"], "column_7": ["17", "4"],
    }  # fmt: skip
    mapping = map_columns(pl.DataFrame(contents), {}, has_header=False)
    assert list(mapping.by_column().values()) == ["first_name", "last_name", "email", "phone", "state", "postal_code", None]
    assert "no header line" in mapping.notes[-1]


def test_every_column_that_may_hold_an_opt_out_is_read():
    mapping = map_columns(table("Email", "Unsubscribed", "Opt Out", "Email Opt Out", "UNSUB_TIME", "Newsletter"), {})
    assert [(use.consent.direction, sorted(use.consent.channels)) for use in mapping.uses[1:] if use.consent] == [
        ("refusal", ["email", "phone"]),
        ("refusal", ["email", "phone"]),
        ("refusal", ["email"]),
        ("refusal", ["email", "phone"]),
        ("permission", ["email"]),
    ]
    mailchimp = map_columns(table("Email", "UNSUB_TIME", "LEID", "EUID"), {})
    assert mailchimp.by_column()["UNSUB_TIME"] == "email_opt_out"


def test_a_column_of_addresses_is_an_email_column_whatever_its_name():
    contents = {"Kontakt": ["a@example.org", "b@example.org"], "Reach me": ["(212) 555-0101", "212-555-0102"]}
    assert map_columns(pl.DataFrame(contents), {}).by_column() == {"Kontakt": "email", "Reach me": "phone"}


def test_the_manifest_stands_above_the_names():
    mapping = map_columns(table("Email", "Backup"), {"Backup": "email", "Email": ""})
    assert mapping.by_column() == {"Email": None, "Backup": "email"}


def test_a_manifest_that_names_no_column_or_field_is_told_so():
    with pytest.raises(ManifestError, match="'Mail'.*columns are: Email"):
        map_columns(table("Email"), {"Mail": "email"})
    with pytest.raises(ManifestError, match="'e_mail'. Known fields: first_name"):
        map_columns(table("Email"), {"Email": "e_mail"})


def test_ids_count_only_where_their_system_is_known():
    assert map_columns(table("ID", "Email"), {}).by_column()["ID"] is None
    hubspot = map_columns(table("Record ID", "Email", "Lifecycle Stage"), {})
    assert (hubspot.system, hubspot.by_column()["Record ID"]) == ("hubspot", "source_id")
    with pytest.raises(ManifestError, match="source ="):
        map_columns(table("ID"), {"ID": "source_id"})
    assert map_columns(table("ID"), {"ID": "source_id"}, "old_crm").system == "old_crm"


def test_a_full_name_beside_first_and_last_names_is_a_custom_field():
    assert map_columns(table("Name", "First Name"), {}).by_column() == {"Name": None, "First Name": "first_name"}
    assert map_columns(table("Name", "Email"), {}).by_column()["Name"] == "full_name"


def test_columns_henk_added_are_left_out():
    assert [use.own for use in map_columns(table("Email", "Rejected line", "Rejected because"), {}).uses] == [False, True, True]


def test_name_key():
    assert name_key("  E-Mail_Adresse (privat)") == "emailadresseprivat"
    assert name_key("Größe") == "grosse"


NUMBERS = ["(212) 555-0101", "(646) 555-0102", "(718) 555-0103", "(917) 555-0104"]
HOUSES = ["12", "1300", "S/N", "7b"]
STREETS = ["Rua A", "Rua B", "Av. C", "Rua D"]


@pytest.mark.parametrize(
    ("columns", "phones"),
    [
        (["Office Phone", "Mobile", "Home", "Other Phone"], ["Home", "Office Phone", "Other Phone"]),
        (["Home", "Work", "Other"], ["Home", "Work", "Other"]),
        (["Other", "Business"], ["Business", "Other"]),
        (["Phone", "Home"], ["Phone", "Home"]),
        (["Privat", "Geschäftlich"], ["Privat", "Geschäftlich"]),
    ],
)
def test_bare_words_for_a_kind_of_number_are_columns_of_numbers_where_they_hold_such(columns, phones):
    mapping = map_columns(pl.DataFrame({"Name": ["Ana", "Bo", "Cy", "Di"]} | dict.fromkeys(columns, NUMBERS)), {})
    uses = {use.column: use for use in mapping.uses}
    assert [column for column, use in uses.items() if use.field == "phone" and use.meaning == "value"] == phones[:1]
    assert {column for column, use in uses.items() if use.field == "phone"} == set(phones)


@pytest.mark.parametrize("cells", [["yes", "no", "yes", "no"], ["Rua A", "Rua B", "Rua C", "Rua D"], ["a@x.example"] * 4, HOUSES])
def test_bare_words_over_other_cells_are_no_columns_of_numbers(cells):
    mapping = map_columns(pl.DataFrame({"Name": ["Ana", "Bo", "Cy", "Di"], "Home": cells, "Other Phone": NUMBERS}), {})
    assert mapping.by_column() == {"Name": "full_name", "Home": None, "Other Phone": "phone"}


@pytest.mark.parametrize(
    ("street", "number"),
    [("Endereço", "Número"), ("Rua", "Numero"), ("Logradouro", "Nº"), ("Calle", "Número"), ("Rue", "Numéro"), ("Street", "Number"),
     ("Straße", "Nr."), ("Straat", "Nummer")],
)  # fmt: skip
def test_a_number_next_to_the_street_is_the_house_number(street, number):
    for columns in ([street, number], [number, street]):
        cells = {street: STREETS, number: HOUSES}
        table = pl.DataFrame({"Email": ["a@x.example"] * 4} | {column: cells[column] for column in columns} | {"Phone": NUMBERS})
        assert map_columns(table, {}).by_column() == {"Email": "email", street: "street", number: "house_number", "Phone": "phone"}


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"Rua": STREETS, "Número": NUMBERS}, "phone"),
        ({"Número": NUMBERS}, "phone"),
        ({"Rua": STREETS, "DDD": ["11"] * 4, "Número": ["3333-4444", "2222-3333", "96123-4567", "3333-5555"]}, "phone"),
        ({"Número": ["3", "4", "5", "6"], "Rua": STREETS}, None),  # of the rows
        ({"Nr.": ["1", "2", "3", "4"], "Rua": STREETS}, None),
        ({"Rua": ["Rua A 12", "Rua B 7", "Rua C 3", "Rua D 9"], "Número": HOUSES}, None),
        ({"Rua": STREETS, "City": ["X"] * 4, "Número": HOUSES}, None),
        ({"Rua": STREETS, "Número": ["A1", "Blue", "x", "-"]}, None),
        ({"Nr.": HOUSES}, None),
    ],
)
def test_a_number_is_what_its_cells_and_its_place_say(cells, field):
    number = next(column for column in cells if column in ("Número", "Nr."))
    mapping = map_columns(pl.DataFrame({"Name": ["Ana", "Bo", "Cy", "Di"]} | cells), {})
    assert mapping.by_column()[number] == field


def test_of_two_columns_called_number_one_is_of_the_house_and_one_of_the_telephone():
    cells = {"Rua": STREETS, "Número": HOUSES, "DDD": ["11"] * 4, "Número (2)": ["3333-4444", "2222-3333", "96123-4567", "3333-5555"]}
    mapping = map_columns(pl.DataFrame(cells), {})
    assert mapping.by_column() == {"Rua": "street", "Número": "house_number", "DDD": None, "Número (2)": "phone"}
