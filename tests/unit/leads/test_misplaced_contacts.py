"""An address in a column of numbers, or a number in a column of addresses, is taken for what it is."""

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

PLAIN = "".join(f"Ann Lee,207555010{number},ann{number}@q.example\n" for number in range(5))


def read_row(folder, row):
    """Return the validated upload of a file of plain rows and this one, and its lead; None where it makes none."""
    file = folder / "people.csv"
    file.write_text(f"Name,Phone,Email\n{PLAIN}{row}\n")
    validated = validate_file(file, Manifest(), "US")
    leads = validated.leads.collect().filter(line=7).to_dicts()
    return validated, leads[0] if leads else None


@pytest.mark.parametrize(
    ("row", "phone", "email", "kept"),
    [
        ("Sue Kerr,,2075550194", "+12075550194", None, "{}"),
        ("Sue Kerr,,(207) 555-0194 x12", "+12075550194", None, "12"),
        ("Sue Kerr,,tel: 207.555.0194", "+12075550194", None, "{}"),
        ("Tom Wynn,tom@q.example,", None, "tom@q.example", "{}"),
        ("Kit Moss,kit@q.example,2075550195", "+12075550195", "kit@q.example", "{}"),
        ("Liv Moss,2075550196,207-555-0197", "+12075550196", None, "207-555-0197"),
    ],
)
def test_a_misplaced_contact_goes_where_it_belongs(tmp_path, row, phone, email, kept):
    validated, lead = read_row(tmp_path, row)
    assert (lead["phone"], lead["email"]) == (phone, email)
    assert kept in lead["custom_fields"]
    assert validated.lines_of_misplaced == [7]
    assert any("those of the lines 7" in note for note in describe_reading(validated)["notes"])


@pytest.mark.parametrize("cell", ["03/04/2025", "2025-04-03", "12345", "3. 4. 2025"])
def test_dates_and_short_numbers_are_no_numbers_to_call(tmp_path, cell):
    validated, lead = read_row(tmp_path, f"Max Moss,2075550198,{cell}")
    assert (lead["phone"], lead["email"], validated.lines_of_misplaced) == ("+12075550198", None, [])


def test_a_file_without_a_column_of_numbers_gets_one(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Name,Email\n" + "".join(f"Ann Lee,ann{number}@q.example\n" for number in range(5)) + "Sue Kerr,(207) 555-0194\n")
    assert "+12075550194" in validate_file(file, Manifest(), "US").leads.collect()["phone"].to_list()


@pytest.mark.parametrize(
    ("row", "phone", "email"),
    [
        ("Ann Moss,2075550191 / ann@q.example,", "+12075550191", "ann@q.example"),
        ('Ann Moss,"ann@q.example, 207-555-0191",', "+12075550191", "ann@q.example"),
        ('Ann Moss,,"ann@q.example; (207) 555-0191"', "+12075550191", "ann@q.example"),
        ("Ann Moss,2075550190,ann@q.example 2075550191", "+12075550190", "ann@q.example"),
    ],
)
def test_an_address_and_a_number_in_one_cell_are_divided(tmp_path, row, phone, email):
    _, lead = read_row(tmp_path, row)
    assert (lead["phone"], lead["email"], lead["consent_unclear"]) == (phone, email, None)
