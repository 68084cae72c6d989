"""Headers of three lines are joined as those of two are: no opt-out turns into a permission, and nobody loses a name."""

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def read(tmp_path, *lines: str):
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n")
    validated = validate_file(file, Manifest(), "US")
    assert validated.error is None
    people = [
        (lead["first_name"], lead["last_name"], lead["phone"][-4:], lead["do_not_call"] or lead["consent_unclear"] is not None)
        for lead in validated.leads.collect().to_dicts()
    ]
    return people, describe_reading(validated)["notes"]


PEOPLE = [("Ada", "Quill", "0101", True), ("Bo", "Rand", "0103", False)]


@pytest.mark.parametrize(
    ("names", "kinds", "groups", "answers"),
    [
        ("First,Last", "Home,Mobile,,Do Not Call", "Phone,Phone,Email,Consent", ("Yes", "No")),
        ("Vorname,Nachname", "Privat,Mobil,,Nicht anrufen", "Telefon,Telefon,E-Mail,Einwilligung", ("Ja", "Nein")),
        ("Prénom,Nom", "Domicile,Mobile,,Ne pas appeler", "Téléphone,Téléphone,Courriel,Consentement", ("Oui", "Non")),
        ("Nombre,Apellidos", "Casa,Móvil,,No llamar", "Telefono,Telefono,Correo,Consentimiento", ("Sí", "No")),
        ("Voornaam,Achternaam", "Thuis,Mobiel,,Niet bellen", "Telefoon,Telefoon,E-mail,Toestemming", ("Ja", "Nee")),
    ],
)
@pytest.mark.parametrize("turned", [False, True], ids=["names last", "names first"])
def test_names_groups_and_kinds(tmp_path, names, kinds, groups, answers, turned):
    yes, no = answers
    lines = [f",,{groups}", f",,{kinds}", f"{names},,,,"]
    lines = [lines[2], lines[1], lines[0]] if turned else lines
    rows = [f"Ada,Quill,212-555-0101,917-555-0102,a@example.org,{yes}", f"Bo,Rand,212-555-0103,917-555-0104,b@example.org,{no}"]
    people, notes = read(tmp_path, *lines, *rows)
    assert people == PEOPLE
    assert not any("outside the table" in note for note in notes)


@pytest.mark.parametrize(
    "lines",
    [
        (",,,Preferences", "First Name,Last Name,Phone,Calls", ",,,(x = no calls)"),
        ("First Name,Last Name,Phone,Preferences", ",,,Calls", ",,,(x = no calls)"),
        ("First Name,Last Name,Phone,Calls", ",,,(x = no calls)"),
        ("First Name,Last Name,Phone,Calls", ",,,[x = do not call]"),
        ("First Name,Last Name,Phone,Anrufe", ",,,(x = nicht anrufen)"),
        ("First Name,Last Name,Phone,Consent", ",,,Do Not Call"),
    ],
)
def test_a_legend_in_the_last_line(tmp_path, lines):
    people, _ = read(tmp_path, *lines, "Ada,Quill,212-555-0101,x", "Bo,Rand,212-555-0103,")
    assert people == PEOPLE


@pytest.mark.parametrize("row", ["Ada,Ark,,", "Home,Run,,", ",,212-555-0105,Do Not Call", "Calls,,212-555-0105,"])
def test_a_row_with_a_name_or_a_number_is_no_header(tmp_path, row):
    file = tmp_path / "people.csv"
    file.write_text(f"First Name,Last Name,Phone,Consent\n{row}\nAda,Quill,212-555-0101,x\nBo,Rand,212-555-0103,\n")
    validated = validate_file(file, Manifest(), "US")
    assert validated.rows_read == 3


def test_a_section_below_the_header_is_no_part_of_it(tmp_path):
    people, _ = read(
        tmp_path,
        "First Name,Last Name,Phone,Town",
        "DO NOT CALL,,,",
        "Ada,Quill,212-555-0101,Bonn",
        "OK TO CALL,,,",
        "Bo,Rand,212-555-0103,",
    )
    assert people == PEOPLE
