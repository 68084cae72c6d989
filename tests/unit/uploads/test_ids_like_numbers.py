"""Columns of ids, receipts, orders and dates whose cells look like numbers to call."""

import random

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

NUMBERS = ("2125550101", "3105557722", "6175551234", "7185559087", "2025550143", "4155552671")


def validated(tmp_path, column: str, cells, country: str = "US"):
    file = tmp_path / "people.csv"
    rows = [f"Ann{chr(97 + n % 26)},Roe{chr(97 + n // 26)},{cell},a{n}@example.org" for n, cell in enumerate(cells)]
    file.write_text("\n".join((f"First Name,Last Name,{column},Email", *rows)) + "\n")
    return validate_file(file, Manifest(), country)


def numbers_of(tmp_path, column: str, cells, country: str = "US") -> list[str]:
    leads = validated(tmp_path, column, cells, country).leads.collect().to_dicts()
    assert len(leads) == len(cells)
    return [number for lead in leads for number in (lead["phone"], lead["mobile_phone"]) if number]


@pytest.mark.parametrize(
    "column",
    [
        "Invoice No", "Receipt Number", "Donor ID", "Member ID", "Order Number", "ID", "Reference Number", "Customer No", "Customer #", "Account", "NPI", "Barcode",
        "Timestamp", "Case #", "Buchungsnummer", "Kundennummer", "Mitgliedsnummer", "Spendernummer", "Ref", "Numéro de reçu", "Nº socio", "N° donateur", "Student Number",
        "external_id", "DonorNo", "Record", "Ticket", "Tracking", "Datum", "Fecha", "Confirmation Code", "Lidnummer", "Klantnummer", "Número de sócio", "Contact ID",
    ],
)  # fmt: skip
def test_a_column_called_one_of_ids_holds_no_numbers_to_call(tmp_path, column):
    assert numbers_of(tmp_path, column, NUMBERS) == []


def test_a_note_names_the_column_that_is_not_taken(tmp_path):
    assert any("“Invoice No”" in note for note in validated(tmp_path, "Invoice No", NUMBERS).mapping.notes)


@pytest.mark.parametrize(
    "column", ["Contact", "Member Contact", "Number", "Nr", "Kontakt", "Tel.", "", "Contact Number", "Contact No", "Reach at", "Line", "WhatsApp", "Column1"]
)  # fmt: skip
def test_a_column_whose_name_says_nothing_is_looked_at(tmp_path, column):
    assert sorted(numbers_of(tmp_path, column, NUMBERS)) == sorted(f"+1{number}" for number in NUMBERS)


@pytest.mark.parametrize("step", [1, 3, 7])
def test_cells_that_count_up_are_no_numbers_to_call(tmp_path, step):
    assert numbers_of(tmp_path, "Thing", [str(2025000101 + step * n) for n in range(8)]) == []


def test_cells_that_count_up_in_any_order_are_no_numbers_to_call(tmp_path):
    cells = [str(2025000101 + n) for n in range(30)]
    random.Random(3).shuffle(cells)
    assert numbers_of(tmp_path, "", cells) == []


def test_numbers_of_one_exchange_are_numbers_to_call(tmp_path):
    cells = ["2125550101", "2125559230", "2125554711", "2125550815", "2125553141", "2125552718"]
    assert len(numbers_of(tmp_path, "Thing", cells)) == len(cells)


def test_written_numbers_that_count_up_are_numbers_to_call(tmp_path):
    assert len(numbers_of(tmp_path, "Thing", [f"212-555-010{n}" for n in range(8)])) == 8


def test_cells_that_are_mostly_no_valid_numbers_are_none(tmp_path):
    digits = random.Random(7)
    assert numbers_of(tmp_path, "Thing", [str(digits.randrange(10**9, 10**10)) for _ in range(60)]) == []


def test_numbers_with_a_calling_code_and_no_plus_are_numbers_to_call(tmp_path):
    cells = ["4915112345678", "4915223456789", "4917012345678", "4917623456781", "491791234567", "4916012345671"]
    assert len(numbers_of(tmp_path, "Thing", cells, "DE")) == len(cells)


def test_the_column_of_numbers_next_to_one_of_ids_is_taken(tmp_path):
    file = tmp_path / "people.csv"
    rows = [f"Ann Roe{chr(97 + n)},{2125550101 + 7919 * n},{number}" for n, number in enumerate(NUMBERS)]
    file.write_text("\n".join(("Name,Member ID,Reach at", *rows)) + "\n")
    leads = validate_file(file, Manifest(), "US").leads.collect().to_dicts()
    assert [lead["phone"] or lead["mobile_phone"] for lead in leads] == [f"+1{number}" for number in NUMBERS]
