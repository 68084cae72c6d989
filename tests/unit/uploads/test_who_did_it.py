"""Columns of who entered, sent or handled a row are another's; both halves of a role's name are read; no column vanishes."""

import json

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

DEEDS = """
Added; Uploaded; Imported; Logged; Submitted; Registered; Approved; Processed; Collected; Taken; Recorded; Thanked; Confirmed; Verified; Called; Modified; Booked;
Signed Up; Exported; Keyed In; Reviewed; Checked
"""
DOERS = [f"{deed.strip()} By" for deed in DEEDS.split(";")] + [
    "Sent From", "Receipt Sent From", "CC", "Site Contact", "Erfasst von", "Angelegt von", "Bearbeitet von", "Saisi par", "Ingevoerd door", "Creado por", "Criado por",
    "Added By Email", "added_by", "Logged By (email)",
]  # fmt: skip


def leads(folder, text):
    file = folder / "people.csv"
    file.write_text(text, "utf-8")
    return validate_file(file, Manifest(), "US").leads.collect().to_dicts()


@pytest.mark.parametrize("column", DOERS)
@pytest.mark.parametrize("cells", [("dana@org.example", "eli@org.example"), ("212-555-0191", "212-555-0192")])
def test_who_did_it_is_not_the_person(tmp_path, column, cells):
    known = "Email" if "@" not in cells[0] else "Phone"
    contacts = ("a@q.example", "b@q.example") if known == "Email" else ("212-555-0101", "212-555-0102")
    text = f"First Name;Last Name;{known};{column}\nAnn;Roe;{contacts[0]};{cells[0]}\nBo;Fox;{contacts[1]};{cells[1]}\n"
    rows = leads(tmp_path, text)
    taken = [row["phone"] or row["mobile_phone"] if known == "Email" else row["email"] for row in rows]
    assert taken == [None, None]
    assert {json.loads(row["custom_fields"])[column] for row in rows} == {*cells}


@pytest.mark.parametrize("column", ["Text From Number", "Alt Contact Phone", "Alternate Contact Phone", "Site Contact Phone"])
def test_a_number_of_another_line_is_not_the_persons(tmp_path, column):
    (row,) = leads(tmp_path, f"First Name,Last Name,Email,{column}\nAnn,Roe,a@q.example,212-555-0191\n")
    assert (row["phone"], row["mobile_phone"]) == (None, None)
    assert json.loads(row["custom_fields"]) == {column: "212-555-0191"}


@pytest.mark.parametrize("column", ["Donated By", "Gift From", "Received From", "Contact"])
def test_who_gave_may_be_the_person(tmp_path, column):
    rows = leads(tmp_path, f"First Name,Last Name,Phone,{column}\nAnn,Roe,212-555-0101,ann@q.example\nBo,Fox,212-555-0102,bo@q.example\n")
    assert {row["email"] for row in rows} == {"ann@q.example", "bo@q.example"}


NAMES = [
    ("Nom du donateur", "Prénom du donateur"), ("Name des Spenders", "Vorname des Spenders"), ("Spender Name", "Spender Vorname"),
    ("Mitglied Name", "Mitglied Vorname"), ("Nom de l'adhérent", "Prénom de l'adhérent"), ("Nom de l’adhérent", "Prénom de l’adhérent"),
    ("Naam donateur", "Voornaam donateur"), ("Donor Name", "Donor First Name"), ("Member Name", "Member First Name"), ("Nome do doador", "Primeiro nome do doador"),
    ("Name", "Vorname"), ("Nom", "Prénom"), ("Achternaam van het lid", "Voornaam van het lid"),
]  # fmt: skip


@pytest.mark.parametrize(("last", "first"), NAMES)
@pytest.mark.parametrize("people", [[("Morel", "Luc")], [("Morel", "Luc"), ("de la Tour", "Zoé"), ("Petit", "Anne Marie")]])
def test_the_name_next_to_a_first_name_of_one_role_is_the_family_name(tmp_path, last, first, people):
    lines = [f"{family};{given};212-555-01{number:02}" for number, (family, given) in enumerate(people, start=1)]
    rows = leads(tmp_path, "\n".join([f"{last};{first};Phone", *lines]) + "\n")
    assert sorted((row["last_name"].casefold(), row["first_name"]) for row in rows) == sorted((a.casefold(), b) for a, b in people)


@pytest.mark.parametrize("last", [name for name, _ in NAMES] + ["Full Name", "Display Name", "Contact Name", "Contact", "Company Name"])
@pytest.mark.parametrize("first", [name for _, name in NAMES] + ["Preferred Name", "Nickname", "Given Name"])
@pytest.mark.parametrize("cell", ["Morel", "Ida Morel"])
def test_no_column_of_names_vanishes(tmp_path, last, first, cell):
    rows = leads(tmp_path, f"{last};{first};Phone\n{cell};Luc;212-555-0101\nPetit;Zoé;212-555-0102\n")
    shown = " ".join(str(value) for row in rows for value in row.values())
    assert all(word in shown for word in (*cell.split(), "Luc", "Petit", "Zoé"))
