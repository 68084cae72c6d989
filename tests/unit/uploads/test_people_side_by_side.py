"""Two people side by side in a row, employees as the only people, and names of columns that were read as something else."""

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def read(tmp_path, *lines: str):
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n")
    validated = validate_file(file, Manifest(), "US")
    assert validated.error is None
    return validated.leads.collect().to_dicts(), describe_reading(validated)["notes"]


@pytest.mark.parametrize(
    ("header", "rows", "count"),
    [
        ("Name,Phone,,Name,Phone", ["Ada Quill,212-555-0101,,Cy Dow,212-555-0103", "Bo Rand,212-555-0102,,Di Dow,212-555-0104"], "2 rows"),
        ("First,Last,Phone,First,Last,Phone", ["Ada,Quill,212-555-0101,Cy,Dow,212-555-0103", "Bo,Rand,212-555-0102,,,"], "1 row"),
        ("Vorname,Nachname,Telefon,Vorname,Nachname,Telefon", ["Ada,Quill,212-555-0101,Cy,Dow,212-555-0103"], "1 row"),
        ("Nom,Téléphone,Nom,Téléphone", ["Ada Quill,212-555-0101,Cy Dow,212-555-0103"], "1 row"),
        ("Name,Email,Name,Email", ["Ada Quill,a@example.org,Cy Dow,c@example.org"], "1 row"),
    ],
)
def test_people_side_by_side_are_named(tmp_path, header, rows, count):
    leads, notes = read(tmp_path, header, *rows)
    assert leads[0]["first_name"] == "Ada"
    assert any(f"side by side in {count}" in note for note in notes)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Name,Phone,Name,Phone", "Ada Quill,212-555-0101,Ada Quill,212-555-0101"),
        ("Name,Phone,Email,Phone", "Ada Quill,212-555-0101,a@example.org,212-555-0103"),
        ("Name,Phone,Notes,Notes", "Ada Quill,212-555-0101,Cy Dow,Di Dow"),
        ("Name,Phone,Name,Phone", "Ada Quill,212-555-0101,,"),
    ],
)
def test_one_person_with_repeated_columns_needs_no_note(tmp_path, header, row):
    _, notes = read(tmp_path, header, row)
    assert not any("side by side" in note for note in notes)


@pytest.mark.parametrize("phone", ["Home Phone", "Employee Phone"])
@pytest.mark.parametrize("word", ["Employee", "Mitarbeiter", "Empleado", "Medewerker"])
def test_employees_are_called_where_they_are_the_only_people(tmp_path, word, phone):
    leads, notes = read(tmp_path, f"{word} Name,{word} Email,{phone}", "Ada Quill,a@example.org,212-555-0101", "Bo Rand,b@example.org,")
    assert [(lead["first_name"], lead["email"]) for lead in leads] == [("Ada", "a@example.org"), ("Bo", "b@example.org")]
    assert any("employees" in note for note in notes)


def test_an_employee_who_only_logged_the_row_is_nobody_to_call(tmp_path):
    leads, _ = read(tmp_path, "Name,Phone,Employee Name,Employee Email", "Ada Quill,212-555-0101,Zed Rep,z@example.org")
    assert [(lead["first_name"], lead["email"]) for lead in leads] == [("Ada", None)]


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ("Person,,Kontakt,,Einwilligung,", "Vorname,Nachname,Telefon,E-Mail,Telefon,E-Mail"),
        ("Person,,Contact,,Consent,", "First Name,Last Name,Phone,Email,Phone,Email"),
        ("Persona,,Contacto,,Consentimiento,", "Nombre,Apellidos,Teléfono,Correo electrónico,Teléfono,Correo electrónico"),
    ],
)
def test_contacts_below_their_group(tmp_path, groups, names):
    leads, _ = read(tmp_path, groups, names, "Ada,Quill,212-555-0101,a@example.org,yes,no", "Bo,Rand,212-555-0102,b@example.org,no,yes")
    assert [(lead["first_name"], lead["phone"], lead["do_not_call"], lead["email_opt_out"]) for lead in leads] == [
        ("Ada", "+12125550101", False, True), ("Bo", "+12125550102", True, False),
    ]  # fmt: skip


def test_a_code_of_the_province(tmp_path):
    leads, _ = read(tmp_path, "First Name,Last Name,Phone,Province Code", "Ada,Quill,212-555-0101,NY")
    assert [lead["state"] for lead in leads] == ["NY"]


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [("NE", "x", None), ("NE", "", None), ("Né", "1970-02-01", "1970-02-01"), ("NE", "1970-02-01", "1970-02-01")],
)
def test_the_north_east_is_no_day_of_birth(tmp_path, header, cell, expected):
    leads, _ = read(tmp_path, f"First Name,Last Name,Phone,{header}", f"Ada,Quill,212-555-0101,{cell}")
    assert [lead["birth_date"] for lead in leads] == [expected]
