"""Lines above the header that name whose file it is, with an address or a number."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

HEADER = "First Name,Last Name,Email,Phone,City"
ROWS = ("Ann,Roe,a@example.org,212-555-0101,Troy", "Bob,Soe,b@example.org,212-555-0102,Ely", "Cy,Toe,c@example.org,212-555-0103,Rye")


def validated(tmp_path, *lines: str):
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return validate_file(file, Manifest(), "US")


@pytest.mark.parametrize(
    "above",
    [
        ("Owner,Rep Smith,rep@example.net,212-555-0100,",), ("Contact,rep@example.net,212-555-0100,,",), ("Report,Donors,,,", "Owner,Rep Smith,rep@example.net,212-555-0100,"),
        ("Prepared by,Rep Smith,rep@example.net,,",), ("Ansprechpartner,Rita Rep,rep@example.net,212-555-0100,",), ("Email,rep@example.net,Phone,212-555-0100,",),
        ("Owner,Rep Smith,rep@example.net,212-555-0100,", "Contact,rep@example.net,212-555-0100,,"), ("Created by,Rep Smith,rep@example.net,,",),
    ],
)  # fmt: skip
def test_the_header_below_lines_of_a_contact_is_the_header(tmp_path, above):
    upload = validated(tmp_path, *above, HEADER, *ROWS)
    assert (upload.error, upload.reading.header_line, upload.rows_read) == (None, len(above) + 1, 3)
    assert [tuple(part) for part in upload.reading.left_out] == [(1, len(above), "preamble")]
    assert upload.leads.collect()["first_name"].to_list() == ["Ann", "Bob", "Cy"]


def test_a_person_above_a_header_is_not_left_out(tmp_path):
    upload = validated(tmp_path, "Dot,Poe,d@example.org,212-555-0107,Rye", HEADER, *ROWS)
    assert upload.error is not None


def test_a_first_row_whose_name_is_a_word_of_titles_stays(tmp_path):
    upload = validated(tmp_path, "Page,Poe,d@example.org,212-555-0107,Rye", *ROWS)
    assert (upload.error, upload.rows_read) == (None, 4)
