"""Contacts of the second named person of a row are never those of the first."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.manifest import Manifest

FIRST, SECOND, THIRD = "2075550191", "2075550192", "2075550193"


TWO_PEOPLE = {
    # header; the row that names two people, in which only the second has a contact
    "camper": ("Camper,Parent 1,P1 Phone,Parent 2,P2 Phone", "Kit Kerr,{a},{p},Paul Moss,{q}"),
    "parents": ("Parent 1 Name,Phone 1,Parent 2 Name,Phone 2,Child", "{a},{p},Paul Moss,{q},Kit Kerr"),
    "guardians": ("Guardian 1,G1 Cell,G1 Email,Guardian 2,G2 Cell,G2 Email,Child", "{a},{p},{e},Paul Moss,{q},{f},Kit Kerr"),
    "Eltern": ("Eltern 1;Tel 1;Eltern 2;Tel 2;Kind", "{a};{p};Paul Moss;{q};Kit Kerr"),
    "donor": ("Donor,Phone,Donor 2,Phone 2", "{a},{p},Paul Moss,{q}"),
    "donor, numbers behind": ("Donor,Donor 2,Phone,Phone 2", "{a},Paul Moss,{p},{q}"),
    "donor, role of each number": ("Donor,Donor Phone,Donor 2,Donor Phone 2", "{a},{p},Paul Moss,{q}"),
    "guest": ("Guest,Mobile,Guest 2,Mobile 2", "{a},{p},Paul Moss,{q}"),
    "member": ("Member,Phone,Second Member,Second Phone", "{a},{p},Paul Moss,{q}"),
    "secondary": ("Primary Contact,Phone,Secondary Contact,Phone 2", "{a},{p},Paul Moss,{q}"),
    "ordinal": ("Donor,Phone,2nd Donor,2nd Phone", "{a},{p},Paul Moss,{q}"),
    "other": ("Name,Phone,Other Name,Other Phone", "{a},{p},Paul Moss,{q}"),
    "email": ("Donor,Email,Donor 2,Email 2,Phone", "{a},{e},Paul Moss,{f},{p}"),
    "D1": ("Donor 1,D1 Phone,Donor 2,D2 Phone", "{a},{p},Paul Moss,{q}"),
    "C1": ("Contact 1,C1 Phone,Contact 2,C2 Phone", "{a},{p},Paul Moss,{q}"),
    "Spender": ("Spender 1;Telefon 1;Spender 2;Telefon 2", "{a};{p};Paul Moss;{q}"),
    "Nom": ("Nom 1;Tél 1;Nom 2;Tél 2", "{a};{p};Paul Moss;{q}"),
    "letters": ("Parent A,Phone A,Parent B,Phone B,Student", "{a},{p},Paul Moss,{q},Kit Kerr"),
    "letters of donors": ("Donor A,Phone A,Donor B,Phone B", "{a},{p},Paul Moss,{q}"),
    "second name": ("Name,Phone,Second Name,Second Phone", "{a},{p},Paul Moss,{q}"),
    "Nombre": ("Nombre,Teléfono,Otro nombre,Otro teléfono", "{a},{p},Paul Moss,{q}"),
    "Zweiter Spender": ("Spender;Telefon;Zweiter Spender;Zweites Telefon", "{a};{p};Paul Moss;{q}"),
    "students": ("Student 1,Student 2,Phone 1,Phone 2", "{a},Paul Moss,{p},{q}"),
    "companion": ("Name,Phone,Guest 2,Phone 2", "{a},{p},Paul Moss,{q}"),
    "child with a number": ("Parent,Phone,Child 1,Child 2,Grade 2,Phone 2", "{a},{p},Kit Kerr,Paul Moss,3,{q}"),
    "spouse": ("Name,Phone,Spouse 2,Phone 2", "{a},{p},Paul Moss,{q}"),
    "mark behind the field": ("Guest Name,Guest Phone,Guest Name 2,Guest Phone 2", "{a},{p},Paul Moss,{q}"),
    "camel case": ("parent1Name,p1Phone,parent2Name,p2Phone", "{a},{p},Paul Moss,{q}"),
    "underscores": ("donor_1,phone_1,donor_2,phone_2", "{a},{p},Paul Moss,{q}"),
    "three": ("Donor 1,Phone 1,Donor 2,Phone 2,Donor 3,Phone 3", "{a},{p},Paul Moss,{q},Tess Wynn,{r}"),
    "two numbers each": ("Parent 1,P1 Phone 1,P1 Phone 2,Parent 2,P2 Phone 1,P2 Phone 2", "{a},{p},,Paul Moss,{q},{r}"),
    # Right before.
    "name": ("Name,Phone,Name 2,Phone 2", "{a},{p},Paul Moss,{q}"),
    "name 1": ("Name 1,Phone 1,Name 2,Phone 2", "{a},{p},Paul Moss,{q}"),
    "name2": ("Name,Tel,Name2,Tel2", "{a},{p},Paul Moss,{q}"),
    "mother": ("Child,Mom,Mom Phone,Dad,Dad Phone", "Kit Kerr,{a},{p},Paul Moss,{q}"),
    "joint": ("Donor,Phone,Joint Donor,Joint Donor Phone", "{a},{p},Paul Moss,{q}"),
    "plus one": ("Name,Phone,Plus One,Plus One Phone", "{a},{p},Paul Moss,{q}"),
    "alternate": ("Name,Phone,Alternate Contact,Alternate Phone", "{a},{p},Paul Moss,{q}"),
    "partner": ("Name,Phone,Partner,Partner Phone", "{a},{p},Paul Moss,{q}"),
    "first and last name": ("First Name,Last Name,Phone,First Name 2,Last Name 2,Phone 2", "{b},{p},Paul,Moss,{q}"),
}  # fmt: skip

# Columns that may not be taken for another person's: the second number is used where the first is empty.
ONE_PERSON = {
    "phone 2": ("Name,Phone,Phone 2", "Sue Kerr,,{q}"),
    "phone 1": ("Name,Phone 1,Phone 2,Email 2", "Sue Kerr,,{q},"),
    "other phone": ("Name,Phone,Other Phone", "Sue Kerr,,{q}"),
    "letters": ("Name,Phone,Phone B", "Sue Kerr,{q},"),
    "second line of the address": ("Name,Phone,Address,Address 2,Phone 2", "Sue Kerr,,12 Elm St,Unit B,{q}"),
    "kind of the number": ("Name,Phone,Phone 2,Phone 2 Type", "Sue Kerr,,{q},Home"),
    "second city": ("Name,City,Phone,City 2,Phone 2", "Sue Kerr,New York,,San Diego,{q}"),
    "second name": ("First Name,Second Name,Phone,Second Phone", "Sue,Kerr,,{q}"),
    "other names": ("Surname,First Name,Other Names,Phone,Other Phone", "Kerr,Sue,Ann Jo,,{q}"),
    "second surname": ("Nombre,Apellido 1,Apellido 2,Telefono 1,Telefono 2", "Sue,Kerr,Moss,,{q}"),
    "contacts that are numbers": ("Name,Phone,Contact 2,Phone 2", "Sue Kerr,,{r},{q}"),
    "children before": ("Parent,Child 1,Child 2,Phone 1,Phone 2", "Sue Kerr,Kit Kerr,Liv Kerr,,{q}"),
    "children behind": ("Parent,Phone,Phone 2,Child 1,Child 2", "Sue Kerr,,{q},Kit Kerr,Liv Kerr"),
    "guests behind": ("Name,Phone,Phone 2,Guest 1,Guest 2", "Sue Kerr,,{q},Paul Moss,Tess Wynn"),
    "emergency contacts behind": (
        "Name,Phone,Phone 2,Emergency Contact 1,Emergency Contact 2", "Sue Kerr,,{q},Paul Moss,Tess Wynn",
    ),
    "second parent and other phone": ("Parent 1,Phone,Other Phone,Parent 2", "Sue Kerr,,{q},Paul Moss"),
    "own numbers of the first": ("Parent 1,P1 Phone 1,P1 Phone 2,Parent 2,P2 Phone", "Sue Kerr,,{q},Paul Moss,{r}"),
    "number of another role": ("Donor,Donor Phone,Donor Phone 2,Parent 2", "Sue Kerr,,{q},Paul Moss"),
    "second choice": ("Name,Phone,Second Choice,Second Phone", "Sue Kerr,,Soccer Camp,{q}"),
}  # fmt: skip


def lead_rows(folder: Path, header: str, *rows: str) -> list[dict[str, Any]]:
    """Return the leads of a file with these lines."""
    file = folder / "people.csv"
    file.write_text("\n".join((header, *rows)) + "\n")
    upload = validate_file(file, Manifest(), "US")
    assert upload.error is None, upload.error
    return list(upload.leads.collect().to_dicts())


@pytest.mark.parametrize(("header", "row"), TWO_PEOPLE.values(), ids=TWO_PEOPLE.keys())
def test_the_first_person_has_no_contact_of_the_second(tmp_path: Path, header: str, row: str) -> None:
    separator = ";" if ";" in header else ","
    filled = row.format(a="Ann Lee", b=f"Ann{separator}Lee", p=FIRST, e="ann@q.example", q=SECOND, f="paul@q.example", r=THIRD)
    emptied = row.format(a="Sue Kerr", b=f"Sue{separator}Kerr", p="", e="", q=SECOND, f="paul@q.example", r=THIRD)
    ann, *others = lead_rows(tmp_path, header, filled, emptied)
    assert (ann["first_name"], ann["last_name"]) == ("Ann", "Lee")
    has_phone = "{p}" in row
    assert (ann["phone"] or ann["mobile_phone"]) == ("+1" + FIRST if has_phone else None)
    assert ann["email"] == ("ann@q.example" if "{e}" in row else None)
    assert [contact for lead in others for contact in (lead["phone"], lead["mobile_phone"], lead["email"]) if contact] == []


@pytest.mark.parametrize(("header", "row"), ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_the_second_number_of_the_only_person_is_used(tmp_path: Path, header: str, row: str) -> None:
    (lead,) = lead_rows(tmp_path, header, row.format(q=SECOND, r=THIRD))
    assert (lead["first_name"], lead["last_name"].split()[0]) == ("Sue", "Kerr")
    assert (lead["phone"] or lead["mobile_phone"]) == "+1" + SECOND


def test_the_reason_names_the_second_person() -> None:
    table = pl.DataFrame({"Donor": ["Sue Kerr"], "Phone": [""], "Donor 2": ["Paul Moss"], "Phone 2": [SECOND]})
    mapping = map_columns(table, {})
    assert mapping.by_column() == {"Donor": "full_name", "Phone": "phone", "Donor 2": None, "Phone 2": None}
    reasons = {candidate.column: candidate.reason for candidate in mapping.candidates}
    assert reasons["Phone 2"] == "it is of another person (“Donor 2”)"


def test_a_word_that_is_no_role_names_people_by_its_cells() -> None:
    cells = {"Walker": ["Ann Lee", "Sue Kerr"], "Phone": [FIRST, ""], "Walker 2": ["Paul Moss", "Tess Wynn"], "Phone 2": [SECOND, THIRD]}
    assert map_columns(pl.DataFrame(cells), {}).by_column()["Phone 2"] is None
    cells["Walker 2"] = ["Kennels", "Park"]
    assert map_columns(pl.DataFrame(cells), {}).by_column()["Phone 2"] == "phone"


def test_amounts_of_a_second_buyer_are_no_payments_for_others() -> None:
    cells = {"Buyer Name": ["Ann Lee"], "Buyer Phone": [FIRST], "Buyer 2": ["Paul Moss"], "Phone 2": [SECOND], "Gift Amount": ["5.00"]}
    mapping = map_columns(pl.DataFrame(cells), {}).by_column()
    assert (mapping["Gift Amount"], mapping["Buyer Phone"], mapping["Phone 2"]) == ("gift_amount", "phone", None)


def test_the_first_of_two_people_may_be_called_as_a_family_name_is() -> None:
    cells = {"Nom": ["Ann Lee", "Sue Kerr"], "Tél": [FIRST, ""], "Nom 2": ["Paul Moss", "Tess Wynn"], "Tél 2": [SECOND, THIRD]}
    assert map_columns(pl.DataFrame(cells), {}).by_column()["Tél 2"] is None


@pytest.mark.parametrize(
    ("manifest_columns", "field"),
    [({"Donor": "full_name"}, None), ({"Donor 2": ""}, None), ({"Phone 2": "phone"}, "phone"), ({"Donor 2": "full_name"}, "phone")],
)
def test_the_manifest_names_people_and_contacts(manifest_columns: dict[str, str], field: str | None) -> None:
    table = pl.DataFrame({"Donor": ["Sue Kerr"], "Phone": [""], "Donor 2": ["Paul Moss"], "Phone 2": [SECOND]})
    assert map_columns(table, manifest_columns).by_column()["Phone 2"] == field


# The second number stands right behind the name of another person: header; a row in which both have one.
BY_PLACE = {
    "parents": ("Child,Mom,Phone 1,Dad,Phone 2", "Kit Kerr,{a},{p},Paul Moss,{q}"),
    "spouse": ("Name,Phone,Spouse,Phone 2", "{a},{p},Paul Moss,{q}"),
    "name of the spouse": ("Name,Phone,Spouse Name,Phone 2", "{a},{p},Paul Moss,{q}"),
    "partner": ("Name,Cell,Partner,Cell 2", "{a},{p},Paul Moss,{q}"),
    "another kind of number": ("Name,Home Phone,Spouse,Cell", "{a},{p},Paul Moss,{q}"),
    "names in halves": ("Name,Phone,Spouse First,Spouse Last,Phone 2", "{a},{p},Paul,Moss,{q}"),
    "relationship between": ("Name,Phone,Emergency Contact,Relationship,Phone 2", "{a},{p},Paul Moss,son,{q}"),
    "who leads before": ("Team Captain,Phone,Member,Phone", "Paul Moss,{q},{a},{p}"),
    "address before": ("Name,Address,Phone,Husband,Phone 2", "{a},12 Elm St,{p},Paul Moss,{q}"),
    "other before the person": ("Dad,Phone 1,Mom,Phone 2,Child", "Paul Moss,{q},{a},{p},Kit Kerr"),
    "e-mails, too": ("Name,Phone,Email,Spouse,Phone 2,Email 2", "{a},{p},{e},Paul Moss,{q},{f}"),
    "equal names of columns": ("Name,Phone,Spouse,Phone", "{a},{p},Paul Moss,{q}"),
    "numbers before the names": ("Phone,Name,Phone 2,Spouse", "{p},{a},{q},Paul Moss"),
    "plus one": ("Name,Phone,Plus One,Phone 2", "{a},{p},Paul Moss,{q}"),
    "better half": ("Name,Phone,Better Half,Phone 2", "{a},{p},Paul Moss,{q}"),
    "to be notified": ("Nom,Prénom,Téléphone,Personne à prévenir,Téléphone 2", "Lee,Ann,{p},Paul Moss,{q}"),
    "owner": ("Name,Phone,Owner,Phone 2", "{a},{p},Paul Moss,{q}"),
    "German": ("Name;Telefon;Ehepartner;Telefon 2", "{a};{p};Paul Moss;{q}"),
    "French": ("Nom complet;Téléphone;Conjoint;Téléphone 2", "{a};{p};Paul Moss;{q}"),
    "Spanish": ("Nombre completo;Teléfono;Cónyuge;Teléfono 2", "{a};{p};Paul Moss;{q}"),
}  # fmt: skip
# The numbers are the person's, though they stand behind another name.
OWN_BY_PLACE = {
    "address behind": ("Name,Phone,Spouse,Address,Phone 2", "Sue Kerr,,Tom Wynn,12 Elm St,{q}"),
    "all numbers behind": ("First,Last,Spouse,Phone,Phone 2,Email", "Sue,Kerr,Tom,,{q},sue@q.example"),
    "the only number": ("Name,Spouse,Phone,Email", "Sue Kerr,Tom Wynn,{q},"),
    "the only number, e-mail before": ("Name,Email,Spouse,Phone", "Sue Kerr,,Tom Wynn,{q}"),
    "number of the home": ("Name,Cell,Spouse,Home Phone", "Sue Kerr,,Tom Wynn,{q}"),
    "another name of the person": ("Name,Phone,Card Name,Phone 2", "Sue Kerr,,Sue Kerr,{q}"),
    "number of another kind behind who leads": ("Name,Home Phone,Referred By,Cell", "Sue Kerr,,Tom Wynn,{q}"),
    "employer": ("Name,Home Phone,Employer,Work Phone", "Sue Kerr,,Wynn Stores,{q}"),
}  # fmt: skip


@pytest.mark.parametrize(("header", "row"), BY_PLACE.values(), ids=BY_PLACE.keys())
def test_a_number_right_behind_another_name_is_not_the_persons(tmp_path: Path, header: str, row: str) -> None:
    test_the_first_person_has_no_contact_of_the_second(tmp_path, header, row)


@pytest.mark.parametrize(("header", "row"), OWN_BY_PLACE.values(), ids=OWN_BY_PLACE.keys())
def test_numbers_behind_another_name_are_the_persons_if_there_are_no_others(tmp_path: Path, header: str, row: str) -> None:
    test_the_second_number_of_the_only_person_is_used(tmp_path, header, row)


def test_a_note_names_the_columns_that_are_left_out_by_their_place() -> None:
    table = pl.DataFrame({"Name": ["Sue Kerr"], "Phone": [""], "Spouse": ["Paul Moss"], "Phone 2": [SECOND]})
    mapping = map_columns(table, {})
    assert any("“Phone 2”" in note and "another person" in note for note in mapping.notes)
    assert map_columns(table, {"Phone 2": "phone"}).by_column()["Phone 2"] == "phone"


@pytest.mark.parametrize(
    "header", ["Person 1,Phone 1,Person 2,Phone 2", "Volunteer 1 Name,Volunteer 1 Phone,Volunteer 2 Name,Volunteer 2 Phone"]
)
def test_second_people_are_named_in_a_note(tmp_path, header):
    path = tmp_path / "people.csv"
    path.write_text(f"{header}\nAnn Lee,212-555-0111,Bo Ray,646-555-0111\nCy Fox,212-555-0112,Di Lo,646-555-0112\n")
    mapping = validate_file(path, Manifest(), "US").mapping
    assert any(note.startswith("More than one person stands in a row") for note in mapping.notes)
