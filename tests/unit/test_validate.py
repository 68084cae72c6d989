"""A file of many pieces is validated as one of a single piece; what comes back can be mended, kept and trusted."""

import csv
import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from henk_pipeline.postgres.discarded import DiscardedValue
from henk_pipeline.steps.report import ReportData, shown_value, write_report
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.steps.validated_upload import ValidatedUpload
from henk_pipeline.uploads.manifest import Manifest, check_manifest
from tests.integration.uploading import TODAY


def written(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text)
    return path


def test_pieces_give_what_the_whole_gives(tmp_path, monkeypatch):
    rows = [
        f"n{n},p{n}@example.org,{n % 12 + 1}/{n % 28 + 1}/2025,{n}.50" if n % 50 else f"n{n},broken,40/40/2025,x" for n in range(1, 4000)
    ]
    path = written(tmp_path, "First Name,Email,Last Gift Date,Last Gift Amount\n" + "\n".join(rows) + "\n")
    whole = validate_file(path, Manifest(), "US", rejected_file=tmp_path / "whole.csv")
    for name, size in (("SMALL", 1000), ("HEAD", 2000), ("TAIL", 2000), ("BLOCK", 20_000)):
        monkeypatch.setattr(f"henk_pipeline.uploads.reading.{name}", size)
    scratch = tmp_path / "parts"
    scratch.mkdir()
    pieces = validate_file(path, Manifest(), "US", scratch=scratch, rejected_file=tmp_path / "pieces.csv")
    assert len(list(scratch.glob("leads-*.parquet"))) > 3
    assert pieces.leads.collect().equals(whole.leads.collect())
    assert pieces.rejections.collect().equals(whole.rejections.collect())
    assert (pieces.rows_read, pieces.rows_rejected) == (whole.rows_read, whole.rows_rejected) == (3999, 79)
    assert (tmp_path / "pieces.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.parametrize(
    ("column", "cell", "field", "reason", "remedy"),
    [
        ("Last Gift Date", "03/04/2025", "last_gift_date", "either of two months", "2025-12-31"),
        ("Last Transaction Date", "10/11/2026", "last_gift_date", "either of two months", "2025-12-31"),
        ("First Gift Date", "spring", "first_gift_date", "spring", "2025-12-31"),
        ("Last Activity Date", "10/11/2026 10:15", "last_activity_at", "either of two months", "2025-12-31"),
        ("Gift Date", "10/11/2026", "gift_date", "either of two months", "2025-12-31"),
        ("Date of Birth", "10/11/1950", "birth_date", "either of two months", "2025-12-31"),
        ("Geburtsdatum", "irgendwann", "birth_date", "irgendwann", "2025-12-31"),
        ("Total Gifts", "1.500", "total_gifts", "thousands", "1234.50"),
        ("Amount", "1.500", "gift_amount", "thousands", "1234.50"),
        ("Gift Count", "many", "gift_count", "many", "whole number"),
    ],
)
def test_an_optional_cell_that_cannot_be_read_keeps_the_row_and_is_reported(tmp_path, column, cell, field, reason, remedy):
    path = written(tmp_path, f"Email,{column}\na@example.org,{cell}\nb@example.org,\n")
    validated = validate_file(path, Manifest(), "US")
    lead = validated.leads.collect().row(0, named=True)
    assert (validated.rows_rejected, validated.error) == (0, None)
    assert lead.get(field) in (None, cell)  # a birth date stays as written, and is no date
    assert cell in lead["custom_fields"] or lead[field] == cell
    (note,) = [note for note in describe_reading(validated)["notes"] if f"“{column}”: a cell" in note]
    assert all(part in note for part in (f"“{cell}” in line 2", reason, remedy))


def test_a_locale_reads_a_date_of_two_readings(tmp_path):
    path = written(tmp_path, "Email,Last Gift Date\na@example.org,03/04/2025\nb@example.org,05/05/2025\n")
    validated = validate_file(path, check_manifest({"locale": "en-GB"}), "US")
    assert validated.leads.collect()["last_gift_date"].to_list() == [dt.date(2025, 4, 3), dt.date(2025, 5, 5)]


@pytest.mark.parametrize("cell", ["10/11/2026", "01/02/2020", "11.10.2026"])
def test_an_expiry_that_may_be_past_leaves_nobody_callable(tmp_path, cell):
    lead = (
        validate_file(written(tmp_path, f"Email,Consent expires\na@example.org,{cell}\n"), Manifest(), "US")
        .leads.collect()
        .row(0, named=True)
    )
    assert lead["do_not_call"] or lead["consent_unclear"]


def test_a_second_column_of_addresses_fills_in_and_nothing_of_either_is_lost(tmp_path):
    path = written(tmp_path, "Email,Work Email\n,w@example.org\nh@example.org,x@example.org\n")
    leads = validate_file(path, Manifest(), "US").leads.collect()
    assert leads["email"].to_list() == ["w@example.org", "h@example.org"]
    assert leads["custom_fields"].to_list() == ["{}", '{"Work Email":"x@example.org"}']


def test_a_broken_cell_of_a_second_column_is_told_with_its_column(tmp_path):
    path = written(tmp_path, "Email,Work Email\n,broken\nh@example.org,\n")
    (rejection,) = validate_file(path, Manifest(), "US").rejections.collect().rows(named=True)
    assert (rejection["column"], rejection["value"]) == ("Work Email", "broken")


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "-2+3"), ("+1 (212) 555-0101", "+1 (212) 555-0101"), ("-5.00", "-5.00")],
)  # fmt: skip
def test_cells_that_a_spreadsheet_would_run_are_made_safe_in_rejected_rows(tmp_path, cell, kept):
    path = written(tmp_path, f"Email,Note\nbroken,{cell}\na@example.org,x\n")
    validate_file(path, Manifest(), "US", rejected_file=tmp_path / "rejected.csv")
    with (tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][1] == kept


def test_no_rejected_rows_leave_no_file(tmp_path):
    (tmp_path / "rejected.csv").write_text("of an earlier run")
    validate_file(written(tmp_path, "Email\na@example.org\n"), Manifest(), "US", rejected_file=tmp_path / "rejected.csv")
    assert not (tmp_path / "rejected.csv").exists()


def test_the_report_tells_all_and_runs_nothing_of_the_file(tmp_path):
    path = written(
        tmp_path, "<b>Col</b>,Email,Phone\n<script>alert(1)</script>,ANA@gmial.com,212-555-0101\n=1+1,broken<i>,\nx,info@example.org,\n"
    )
    scratch = tmp_path / "parts"
    scratch.mkdir()
    validated = validate_file(path, check_manifest({"max_rejected": 0.5}), "US", scratch=scratch)
    outcome = {
        "status": "partial", "error": None, "rows_read": 3, "rows_accepted": 2, "rows_rejected": 1, "rows_duplicate": 0, "leads_inserted": 2,
        "leads_updated": 0, "leads_unchanged": 0, "lead_list_id": "x",
    }  # fmt: skip
    reading = {
        "container": None, "encoding": "ascii", "delimiter": ",", "header_line": 1, "system": None, "left_out": [], "realigned": [],
        "passed_over": [], "notes": [],
    }  # fmt: skip
    told = ReportData(
        file_name="<img src=x>.csv", business="acme", received_at="2026-11-24", list_name="people", campaigns=["Gala"], reading=reading,
        mapping=validated.mapping.by_column(), changes=[change._asdict() for change in validated.changes], outcome=outcome,
        rejections=validated.rejections.collect(), people=pl.concat(score_rows(validated.leads, TODAY)).lazy(),
    )  # fmt: skip
    write_report(told, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "3 read = 2 accepted + 1 rejected + 0 duplicate" in page
    assert "ANA@gmial.com” → “ana@gmial.com" in page
    assert "may be meant to be “ana@gmail.com”" in page
    assert "broken&lt;i&gt;" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("written_as", "field", "shown"),
    [
        ("2023-08-29 00:00:00.000000+00:00", "last_activity_at", "2023-08-29"),
        ("2026-07-29T00:00:00+00:00", "last_activity_at", "2026-07-29"),
        ("2026-07-29T14:05:00+00:00", "last_activity_at", "2026-07-29 14:05 UTC"),
        ("2026-07-29 14:05:09.250000+00:00", "last_activity_at", "2026-07-29 14:05:09 UTC"),
        ("2026-07-29T02:00:00+02:00", "last_activity_at", "2026-07-29"),
        ("2023-08-29", "last_gift_date", "2023-08-29"),
        ("spring", "last_gift_date", "spring"),
        (None, "last_activity_at", ""),
        ("2026-07-29T00:00:00+00:00", "Seen at", "2026-07-29T00:00:00+00:00"),  # a custom field is shown as it was written
    ],
)
def test_the_report_shows_dates_as_people_write_them(written_as, field, shown):
    assert shown_value(written_as, field) == shown


def test_the_report_shows_changed_dates_in_plain_form_and_the_file_s_own_as_written(tmp_path):
    path = written(
        tmp_path,
        "Email,Last Activity,Last Gift Date\na@example.org,08/29/2023,2023-08-29 00:00:00\nb@example.org,2023-08-30,2023-08-30\n"
        "c@example.org,2023-08-31 14:05,08/31/2023\n",
    )
    validated = validate_file(path, Manifest(), "US", scratch=tmp_path)
    outcome = {
        "status": "loaded", "error": None, "rows_read": 3, "rows_accepted": 3, "rows_rejected": 0, "rows_duplicate": 0, "lead_list_id": None,
    }  # fmt: skip
    discarded = [DiscardedValue("last_activity_at", 1, 2, "2023-08-29T00:00:00+00:00", False, "2026-07-29T00:00:00+00:00")]
    told = ReportData(
        file_name="f.csv", business="acme", received_at="2026-11-24", list_name="people", campaigns=[], reading={}, mapping={},
        changes=[change._asdict() for change in validated.changes], outcome=outcome, rejections=validated.rejections.collect(),
        people=pl.concat(score_rows(validated.leads, TODAY)).lazy(), discarded=discarded,
    )  # fmt: skip
    write_report(told, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "“08/29/2023” → “2023-08-29”" in page
    assert "“2023-08-31 14:05” → “2023-08-31 14:05 UTC”" not in page  # the same moment
    assert "“2023-08-30” →" not in page
    assert "“2023-08-29 00:00:00” →" not in page
    assert "Line 2: “2023-08-29”; the person has “2026-07-29”" in page
    assert "+00:00" not in page


def test_a_workbook_is_an_upload(tmp_path):
    from tests.fixtures.hostile import workbook  # noqa: PLC0415

    path = tmp_path / "people.csv"
    path.write_bytes(workbook([["Name", "Email"], ["Ana Silva", "ana@example.org"], ["Bo", "broken"]]))
    validated = validate_file(path, Manifest(max_rejected=1), "US")
    assert validated.leads.collect().select("line", "first_name", "last_name").rows() == [(2, "Ana", "Silva")]
    assert validated.rejections.collect()["line"].to_list() == [3]


@pytest.mark.long
def test_every_row_finds_its_place_whatever_the_file(tmp_path):
    from tests.fixtures.hostile import cases  # noqa: PLC0415

    for case in cases():
        if case.refused is not None or case.header is None or len(case.content) > 100_000 or len(case.name) % 3:
            continue
        (tmp_path / "upload.csv").write_bytes(case.content)
        validated = validate_file(tmp_path / "upload.csv", Manifest(), "US")
        leads = validated.leads.select(pl.len()).collect().item()
        assert validated.rows_read == leads + validated.rows_rejected == len(case.rows or []), case.name


def rows_of(tmp_path: Path, good: int, bad: int, **manifest: float) -> ValidatedUpload:
    path = tmp_path / f"{good}_{bad}.csv"
    path.write_text("Email\n" + "".join(f"a{n}@example.org\n" for n in range(good)) + "".join(f"bad{n}\n" for n in range(bad)))
    return validate_file(path, Manifest(**manifest), "US")


@pytest.mark.parametrize(
    ("good", "bad", "is_refused"),
    [(5, 3, False), (2, 1, False), (1, 1, False), (1, 2, False), (0, 3, True), (30, 9, False), (70, 30, True), (76, 24, False)],
)
def test_a_share_of_bad_rows_refuses_a_file_of_many_rows_and_of_few_only_if_all_are_bad(tmp_path, good, bad, is_refused):
    upload = rows_of(tmp_path, good, bad)
    assert (upload.error is not None, upload.rows_read, upload.rows_rejected) == (is_refused, good + bad, bad)


def test_a_share_that_is_set_for_a_file_counts_for_few_rows_too(tmp_path):
    assert rows_of(tmp_path, 5, 3, max_rejected=0.25).error is not None


def test_cells_of_optional_fields_that_are_none_are_reported(tmp_path):
    path = tmp_path / "gifts.csv"
    path.write_text(
        "Email,Last Gift Amount,Last Gift Date\na@example.org,a lot,spring\nb@example.org,some,2026-01-02\nc@example.org,5,0000-00-00\n"
    )
    upload = validate_file(path, Manifest(), "US")
    assert (upload.rows_rejected, upload.error) == (0, None)
    assert describe_reading(upload)["notes"][-2:] == [
        "Column “Last Gift Amount”: 2 cells are no value of the field “amount of last gift” for certain and kept as text: “a lot” in line 2, “some” in line 3. "
        'Write it as 1234.50, or say how the file writes amounts with locale = "en-US" or "de" in its manifest.',
        "Column “Last Gift Date”: a cell is no value of the field “date of last gift” for certain and kept as text: “spring” in line 2. "
        'Write it as 2025-12-31, or say how the file writes dates with locale = "en-US" or "en-GB" in its manifest.',
    ]


def test_ids_in_residue_of_spreadsheets_are_those_without(tmp_path):
    path = tmp_path / "donors.csv"
    path.write_text('Donor ID,Donor Type,Email,Do Not Call\n"=""00123""",IND,a@example.org,"=""Yes"""\n\'00124,IND,b@example.org,no\n')
    leads = validate_file(path, Manifest(), "US").leads.collect()
    assert leads.select("source_id", "do_not_call").rows() == [("00123", True), ("00124", False)]


def test_a_file_whose_address_column_is_not_certain_is_refused_with_the_question(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,Alpha,Beta\nAna Silva,a@example.org,x@example.org\nBo Smith,b@example.org,y@example.org\n")
    error = validate_file(path, Manifest(), "US").error
    assert error == (
        "2 of 2 rows have no contact that is certain, so nothing was loaded. Which column is the person's e-mail address is not certain: “Alpha”, “Beta”. "
        "None is taken: name it as email under [columns] in the manifest."
    )


def test_a_contact_that_says_there_is_none_loses_nobody(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "Name,Phone,Email\nAna Silva,212-555-0101,none given\nBo Smith,212-555-0102,declined\nCy Lee,unlisted,c@example.org\nDi Ray,no phone,declined\n"
    )
    upload = validate_file(path, Manifest(), "US")
    leads = upload.leads.collect()
    assert leads.select("phone", "email", "custom_fields").rows() == [
        ("+12125550101", None, '{"Email (as written)":"none given"}'), ("+12125550102", None, '{"Email (as written)":"declined"}'),
        (None, "c@example.org", '{"Phone (as written)":"unlisted"}'),
    ]  # fmt: skip
    assert upload.rejections.collect().select("line", "rule").rows() == [(5, "no_contact")]


@pytest.mark.parametrize(
    ("header", "numbers", "country", "asked"),
    [
        ("Vorname;Telefon", ["030 23125101", "030 23125102", "089 2312510"], "US", "DE"),
        ("Prénom;Téléphone", ["01 42 68 53 00", "01 42 68 53 01", "04 93 12 34 56"], "US", "FR"),
        ("Voornaam;Telefoon", ["020 624 1111", "020 624 1112", "010 413 2233"], "US", "NL"),
        ("First Name;Phone", ["020 7946 0958", "020 7946 0959", "0161 496 0123"], "US", "GB"),
    ],
)
def test_numbers_of_another_country_are_asked_about(tmp_path, header, numbers, country, asked):
    path = tmp_path / "people.csv"
    path.write_text(header + "\n" + "".join(f"Jutta;{number}\n" for number in numbers))
    error = validate_file(path, Manifest(), country).error
    assert f'write default_country = "{asked}" in the manifest' in error
    assert validate_file(path, check_manifest({"default_country": asked}), country).error is None


def test_numbers_that_exist_nowhere_are_not_asked_about(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Vorname;Telefon\n" + "".join(f"Jutta;{number}\n" for number in ("1234", "77", "000000")))
    assert "default_country" not in validate_file(path, Manifest(), "US").error


@pytest.mark.parametrize("again", ["", "Name,Phone\n", "\nName,Phone\n"], ids=["", "header repeated", "after a blank line"])
@pytest.mark.parametrize(
    "heading", ["DO NOT CALL", "Please do not call the following:", "Bitte nicht anrufen:", "Ne pas appeler les personnes suivantes"]
)
def test_a_section_that_refuses_calls_is_heard_in_a_table_of_two_columns(tmp_path, heading, again):
    path = tmp_path / "people.csv"
    rows = [
        "Pat Jamley,212-555-0101",
        "Lou Jamsey,212-555-0102",
        f"{heading},",
        again + "Sal Jamton,212-555-0103",
        "Sam Jamway,212-555-0104",
    ]
    path.write_text("Name,Phone\n" + "\n".join(rows) + "\n")
    leads = validate_file(path, Manifest(), "US").leads.collect()
    assert [reason is None for reason in leads["consent_unclear"]] == [True, True, False, False]


def test_a_section_of_two_columns_ends_where_calls_are_allowed_not_at_a_person_without_a_number(tmp_path):
    path = tmp_path / "people.csv"
    rows = [
        "Pat Jamley,212-555-0101",
        "Do not call,",
        "Lou Jamsey,",
        "Sal Jamton,212-555-0103",
        "OK to call,",
        "Sam Jamway,212-555-0104",
        "Di Roe,212-555-0105",
    ]
    path.write_text("Name,Phone\n" + "\n".join(rows) + "\n")
    leads = validate_file(path, Manifest(max_rejected=0.9), "US").leads.collect()
    assert dict(zip(leads["first_name"], leads["consent_unclear"].is_null(), strict=True)) == {
        "Pat": True,
        "Sal": False,
        "Sam": True,
        "Di": True,
    }


@pytest.mark.parametrize("rows", [2, 60])
def test_a_file_without_any_contact_names_its_columns(tmp_path, rows):
    path = tmp_path / "people.csv"
    path.write_text("Colour,Size\n" + "red,9\n" * rows)
    error = validate_file(path, Manifest(), "US").error
    assert error.startswith(
        "No column of the file is a phone number or an e-mail address, so nothing was loaded. Its columns: Colour, Size. "
    )
    assert "max_rejected" not in error


def test_a_file_whose_contacts_are_all_empty_is_refused_for_its_rows(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,Phone\n" + "Ada Quillon,\n" * 60)
    assert validate_file(path, Manifest(), "US").error.startswith("60 of 60 rows were rejected")


def test_a_group_over_columns_of_refusals_is_no_line_outside_the_table(tmp_path):
    rows = "Ann Lee,ann@example.org,207-555-0101,X,,\nBo Li,bo@example.org,207-555-0102,,X,\nCy Ma,cy@example.org,207-555-0103,,,X\n"
    path = written(tmp_path, f"Contact,,,Do Not,,\nName,Email,Phone,Call,Email,Mail\n{rows}")
    upload = validate_file(path, Manifest(), "US")
    assert not upload.sentences
