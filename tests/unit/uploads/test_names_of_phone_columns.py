"""Names of columns of numbers and of calling codes are read word by word, and numbers that are not read are named."""

import polars as pl
import pytest

from henk_pipeline.leads.normalise import normalise
from henk_pipeline.steps.validate import column_meanings, validate_file
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.manifest import Manifest

NUMBERS = ["212-555-0111", "646-555-0112", "718-555-0113"]
PERSON = {
    "First Name": ["Ann", "Bo", "Cy"],
    "Last Name": ["Lee", "Ray", "Ng"],
    "Email": ["a@example.org", "b@example.org", "c@example.org"],
}


def read(columns: str, *rows: str) -> pl.DataFrame:
    """Return the rows of a table as leads, its cells between semicolons."""
    table = pl.DataFrame([dict(zip(columns.split(","), row.split(";"), strict=True)) for row in rows])
    return normalise(table, pl.Series([2 + n for n in range(len(rows))]), column_meanings(map_columns(table, {})), "US")


def field_of(column: str, cells: list[str], **others: list[str]) -> str | None:
    return map_columns(pl.DataFrame(PERSON | others | {column: cells}), {}).by_column()[column]


@pytest.mark.parametrize(
    "column",
    [
        "Telephone No.", "Tel Nr", "Contact No", "Contact #", "Home #", "Daytime Phone Number", "Home Tel", "HPhone", "HmPh", "homephone1", "Phone_Home", "Phone: Evening",
        "Residential Tel", "Best Number", "Main", "Number to Call", "Bus. Phone", "HomePhone__c", "phonenum", "Verified Tel", "Second Phone", "Additional Tel No", "Teléfono casa",
        "Tfno", "Telefon nr", "Privatnummer", "Member Phone", "Voter Tel", "Subscriber Phone", "What is your phone number?", "Home Phone 3",
    ],
)  # fmt: skip
def test_a_name_of_words_for_numbers_is_a_phone_next_to_a_mobile_phone(column: str) -> None:
    assert field_of(column, NUMBERS, **{"Cell Phone": NUMBERS}) == "phone"
    assert field_of(column, NUMBERS) == "phone"


@pytest.mark.parametrize(
    "column",
    ["Mob.", "Mobile No", "Cel", "C Phone", "Wireless", "Work Cell", "Phone (cell)", "Phone: Mobile", "WhatsApp Number", "SMS Number", "Handynr.", "Cellulare", "MobilePhone__c"],
)  # fmt: skip
def test_a_name_with_a_word_for_mobile_phones_is_one(column: str) -> None:
    assert field_of(column, NUMBERS, **{"Home Phone": NUMBERS}) == field_of(column, NUMBERS) == "mobile_phone"


@pytest.mark.parametrize(
    "column",
    [
        "Doctor Tel", "Emergency Tel No", "Spouse Tel", "Fax No", "Home Fax", "Pager No", "TTY No", "Phone Ext", "Phone Extension", "Emergency Contact Number",
        "Buyer Tel", "Guest Tel No", "Office of Jane Phone", "Member Number", "Account Number", "Old Phone", "Hotel",
    ],
)  # fmt: skip
def test_a_number_of_another_or_of_a_machine_is_not_taken_next_to_the_persons(column: str) -> None:
    assert field_of(column, NUMBERS, **{"Cell Phone": NUMBERS}) not in {"phone", "mobile_phone"}


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Best Time to Call", ["9-11 am", "evenings", "5pm"]), ("Phone Type", ["Home", "Cell", "Work"]), ("Phone Consent", ["yes", "no", "yes"]), ("No Phone", ["yes", "no", "no"]),
        ("Do Not Call", ["yes", "no", "yes"]), ("WhatsApp", ["yes", "no", "yes"]), ("Contact No", ["C-001", "C-002", "C-003"]), ("Contact No", ["1001", "1002", "1003"]),
        ("Phones", ["2", "1", "3"]), ("Contact Number", ["2025-01-02", "2025-01-03", "2025-02-01"]), ("Subscriber Phone", ["yes", "no", "yes"]),
    ],
)  # fmt: skip
def test_a_column_without_numbers_is_no_phone(column: str, cells: list[str]) -> None:
    assert field_of(column, cells, **{"Cell Phone": NUMBERS}) not in {"phone", "mobile_phone"}


def test_a_number_to_contact_next_to_another_persons_name_is_not_the_persons() -> None:
    frame = pl.DataFrame(PERSON | {"Cell Phone": NUMBERS, "Emergency Contact": ["Di Ma", "Ed Po", "Fa Qu"], "Contact No": NUMBERS})
    assert map_columns(frame, {}).by_column()["Contact No"] is None


def test_phones_of_one_cell_and_ranked_numbers_are_read() -> None:
    frame = read("Name,Phones", "Ann Lee;Home: 212-555-0111, Cell: 917-555-0112")
    assert frame["phone"].to_list() == ["+12125550111"]
    ranked = {"number1": NUMBERS, "number2": NUMBERS[::-1], "number3": NUMBERS}
    assert map_columns(pl.DataFrame(PERSON | ranked), {}).by_column()["number1"] == "phone"


CODES = [
    "phone_cc", "Ctry Code", "Prefix", "Country Prefix", "Country Code (Phone)", "IDD", "Ländercode", "Indicatif téléphonique", "Código de país", "Prefisso", "Landekode",
    "Код страны", "国番号", "+",
]  # fmt: skip


@pytest.mark.parametrize("sign", ["+", "00", ""])
@pytest.mark.parametrize("column", CODES)
def test_a_column_of_calling_codes_says_the_country_of_the_numbers(column: str, sign: str) -> None:
    frame = read(f"Name,Email,{column},Phone", f"Ann Lee;a@example.org;{sign}44;2079460144", f"Bo Ray;b@example.org;{sign}1;2125550112")
    assert frame["phone"].to_list() == ["+442079460144", "+12125550112"]


@pytest.mark.parametrize("column", ["Misc", "Vorwahl", "STD Code", "x"])
def test_signed_calling_codes_next_to_the_numbers_count_under_any_name(column: str) -> None:
    frame = read(f"Name,Email,{column},Phone", "Ann Lee;a@example.org;+44;2079460144", "Bo Ray;b@example.org;+1;2125550112")
    assert frame["phone"].to_list() == ["+442079460144", "+12125550112"]


@pytest.mark.parametrize(
    ("column", "cells"),
    [("Misc", ["44", "1"]), ("Prefix", ["Mr", "Dr"]), ("fax_cc", ["+44", "+1"]), ("Spouse cc", ["+44", "+1"]), ("Score", ["+7", "+12"]), ("Prefix", ["212", "646"])],
)  # fmt: skip
def test_what_is_no_calling_code_of_the_number_changes_none(column: str, cells: list[str]) -> None:
    frame = read(
        f"Name,Email,{column},Phone", f"Ann Lee;a@example.org;{cells[0]};2125550111", f"Bo Ray;b@example.org;{cells[1]};6465550112"
    )
    assert frame["phone"].to_list() == ["+12125550111", "+16465550112"]


def test_codes_between_two_columns_of_numbers_are_asked_about() -> None:
    numbers = {"Home Phone": ["2079460144", "2125550112", "2125550113"], "x": ["+44", "+1", "+1"], "Cell Phone": NUMBERS}
    mapping = map_columns(pl.DataFrame(PERSON | numbers | {"Work Phone": NUMBERS}), {})
    assert mapping.by_column()["Home Phone"] is None
    assert any("“x”" in question and "“Home Phone”" in question for question in mapping.questions)
    each = {"a": ["+44", "+1", "+1"], "Home Phone": numbers["Home Phone"], "b": ["+1", "+1", "+1"], "Cell Phone": NUMBERS}
    uses = {use.column: use.code_columns for use in map_columns(pl.DataFrame(PERSON | each), {}).uses}
    assert (uses["Home Phone"], uses["Cell Phone"]) == (("a",), ("b",))


def test_numbers_that_are_not_read_are_named_in_the_note_and_in_the_rejection(tmp_path) -> None:
    path = tmp_path / "list.csv"
    rows = [f"Person{n},Lee,21255501{n},64655501{n}" for n in range(10, 30)]
    path.write_text("First Name,Last Name,Cell Phone,Zufallswort\n" + "\n".join(rows) + "\nAnn,Lee,,212-555-0111\nBo,Ray,,\n")
    validated = validate_file(path, Manifest(), "US", scratch=tmp_path)
    messages = validated.rejections.collect()["message"].to_list()
    assert [("“Zufallswort”" in message) for message in messages] == [True, False]
    assert any("“Zufallswort”" in note for note in validated.mapping.notes)


@pytest.mark.parametrize(
    ("column", "cells", "field"),
    [
        ("Name: First", ["Ann", "Bo", "Cy"], "first_name"), ("first_name__c", ["Ann", "Bo", "Cy"], "first_name"), ("Given Names", ["Ann", "Bo", "Cy"], "first_name"),
        ("mCity", ["Salem", "Boston", "Troy"], "city"), ("Address: Town", ["Salem", "Boston", "Troy"], "city"), ("Address (Postcode)", ["02134", "10001", "10002"], "postal_code"),
        ("npe01__Home_Street__c", ["1 Elm St", "2 Oak Rd", "3 Ash Ln"], "street"), ("State Code", ["MA", "NY", "NY"], "state"), ("Locality", ["Salem", "Boston", "Troy"], "city"),
    ],
)  # fmt: skip
def test_names_of_parts_of_names_and_addresses(column: str, cells: list[str], field: str) -> None:
    assert map_columns(pl.DataFrame({"Phone": NUMBERS, column: cells}), {}).by_column()[column] == field


@pytest.mark.parametrize(
    "names", [("Cell A", "Cell B"), ("Phone A", "Phone B"), ("Tel. A", "Tel. B"), ("Mobile B", "Mobile A"), ("Cell #1", "Cell #2")]
)
def test_letters_are_marks_of_several_numbers(names):
    columns = {"Name": ["Ann Lee", "Sue Kerr"]} | {name: ["2075550191", "2075550192"] for name in names}
    by_column = map_columns(pl.DataFrame(columns), {})
    first, second = sorted(names)
    ranks = {use.column: use.rank for use in by_column.uses if use.field in ("phone", "mobile_phone")}
    assert set(ranks) == set(names)
    assert ranks[first] < ranks[second]
