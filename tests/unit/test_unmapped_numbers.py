"""Numbers of a row that refuses calls are not called, in whichever column they stand; those of other people and of other rows are."""

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def opted_out(folder, header, row, country):
    path = folder / "people.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    validated = validate_file(path, Manifest(max_rejected=1.0), country)
    return set(validated.opt_outs.filter(validated.opt_outs["channel"] == "phone")["value"]), validated


REFUSING = [
    ("US", "Name,Phone,Do Not Call,Reach on", "Ada Quill,212-555-0101,Yes,(917) 555-0102", {"+12125550101", "+19175550102"}),
    ("US", "Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,call 212-555-0134", {"+12125550134"}),
    ("US", "Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,DNC 2026-11-29 212-555-0134", {"+12125550134"}),
    ("US", "Name,Email,Do Not Call,Best way", "Ada Quill,a@example.org,Yes,212-555-0134 / 917-555-0102", {"+12125550134", "+19175550102"}),
    ("US", "Name,Email,Status,Other line", "Ada Quill,a@example.org,DNC,2125550134.0", {"+12125550134"}),
    ("US", "Name,Phone,Phone 2,Phone 3,Do Not Call", "Ada Quill,212-555-0101,917-555-0102,646-555-0103,Yes", {"+12125550101", "+19175550102", "+16465550103"}),
    ("US", "Name,Email,Do Not Call,Country,Reach on", "Ada Quill,a@example.org,Yes,DE,030 1234567", {"+49301234567"}),
    ("DE", "Name;Telefon;Nicht anrufen;Kontaktweg 2", "Ada Quill;030 1234567;ja;0170 1234567", {"+49301234567", "+491701234567"}),
    ("FR", "Nom;Email;Ne pas appeler;Joindre au", "Ada Quill;a@example.org;oui;01 42 68 53 00", {"+33142685300"}),
    ("ES", "Nombre;Email;No llamar;Localizable en", "Ada Quill;a@example.org;sí;612 345 678", {"+34612345678"}),
    ("NL", "Naam;Email;Niet bellen;Bereikbaar op", "Ada Quill;a@example.org;ja;020 123 4567", {"+31201234567"}),
    ("PT", "Nome;Email;Não ligar;Contactável em", "Ada Quill;a@example.org;sim;912 345 678", {"+351912345678"}),
    ("US", "Name,Email,Do Not Call,Reach on", "Ada Quill,broken,Yes,+49 30 1234567", {"+49301234567"}),
    ("US", "Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,also 504–533–1009", {"+15045331009"}),
    ("US", "Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,also 785‑633‑2018", {"+17856332018"}),
    ("US", "Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,also 785 - 633 - 2011", {"+17856332011"}),
    ("US", "Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,212-555-0101–212-555-0102", {"+12125550101", "+12125550102"}),
    ("US", "Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,785-633-2013/2014", {"+17856332013"}),
    ("US", "Name,Phone,Do Not Call,Notes", "Ada Quill,212-555-0101,,opted out of telephone - also cell 504-533-1023", {"+12125550101", "+15045331023"}),
    ("US", "Name,Email,Do Not Call,Summer cottage", "Ada Quill,a@example.org,Yes,785-633-2025", {"+17856332025"}),
    ("US", "Name,Email,Do Not Call,Winter address contact", "Ada Quill,a@example.org,Yes,785-633-2026", {"+17856332026"}),
    ("DE", "Name;Email;Nicht anrufen;Sommerhaus", "Ada Quill;a@example.org;ja;030–1234567", {"+49301234567"}),
    ("DE", "Vorname;Nachname;Tel. privat;Tel. mobil;Nicht anrufen", "Ada;Quill;030 1234567;0171 1234567;ja", {"+49301234567", "+491711234567"}),
]  # fmt: skip


@pytest.mark.parametrize(("country", "header", "row", "numbers"), REFUSING)
def test_numbers_in_any_column_of_a_row_that_refuses_calls_are_opted_out(tmp_path, country, header, row, numbers):
    assert opted_out(tmp_path, header, row, country)[0] == numbers


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Name,Email,Do Not Call,Reach on", "Ada Quill,a@example.org,No,(917) 555-0102"),
        ("Name,Email,Do Not Call,Reach on", "Ada Quill,a@example.org,ask Dana,(917) 555-0102"),  # unclear: nothing is opted out
        ("Name,Email,Home Phone,Do Not Call,Account Number", "Ada Quill,a@example.org,,Yes,2125550134"),
        ("Name,Email,Home Phone,Do Not Call,Mitgliedsnummer", "Ada Quill,a@example.org,,Yes,2125550134"),
        ("Name,Email,Do Not Call,Spouse Phone", "Ada Quill,a@example.org,Yes,2125550134"),
        ("Name,Email,Do Not Call,Fundraiser Mobile", "Ada Quill,a@example.org,Yes,212-555-0134"),
        ("Name,Email,Do Not Call,Member since", "Ada Quill,a@example.org,Yes,2026-11-29"),
        ("Name,Email,Do Not Call,Lifetime", "Ada Quill,a@example.org,Yes,\"1,500,000.00\""),
        ("Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,lives at 12345-6789"),
        ("Name,Email,Home Phone,Do Not Call,Summe", "Ada Quill,a@example.org,,Yes,2125550134"),
        ("Name,Email,Do Not Call,Notes", "Ada Quill,a@example.org,Yes,gave 2019–2021–2022 and 500 - 1000"),
        ("Name,Email,Do Not Call,Page", "Ada Quill,a@example.org,Yes,https://example.org/2125550134"),
    ],
)  # fmt: skip
def test_other_cells_and_other_peoples_numbers_are_not(tmp_path, header, row):
    assert opted_out(tmp_path, header, row, "US")[0] == set()


def test_the_report_names_the_columns_and_the_rows_add_up(tmp_path):
    _, validated = opted_out(tmp_path, *REFUSING[0][1:3], "US")
    assert any("“Reach on” (1)" in note for note in describe_reading(validated)["notes"])
    assert validated.rows_read == validated.leads.collect().height + validated.rows_rejected == 1
