"""Which sheet of a workbook is read, and workbooks whose parts have backslashes in their names."""

import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from henk_pipeline.uploads.reading import open_table

PEOPLE = [["First Name", "Last Name", "Email"], *[[f"Ada{c}", f"Lovelace{c}", f"{c}@example.org"] for c in "abcdef"]]


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def write(path, sheets, hidden_row=None):
    numbers = range(1, len(sheets) + 1)
    parts = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, sheets, strict=True))
    relations = "".join(f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        archive.writestr("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{parts}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>')
        for number, rows in zip(numbers, sheets.values(), strict=True):
            lines = "".join(line(place, row, hidden=place == hidden_row) for place, row in enumerate(rows))
            archive.writestr(f"xl/worksheets/sheet{number}.xml", f"<worksheet {MAIN}><sheetData>{lines}</sheetData></worksheet>")


def line(place, row, *, hidden):
    cells = "".join(f'<c r="{chr(65 + n)}{place + 1}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>' for n, cell in enumerate(row))
    concealed = ' hidden="1"' if hidden else ""
    return f'<row r="{place + 1}"{concealed}>{cells}</row>'


@pytest.mark.parametrize(
    "first",
    [
        [],
        [["Spring Gala 2026"]],
        [["Read me"], ["This workbook lists donors."], ["Ask Ana before use."]],
        [["Report", "Donors"], ["From", "2026-01-01"], ["Owner", "Ana Diaz"]],
        [[" "]],
        [["State", "Donors", "Gifts"], ["MA", 12, 400], ["NH", 3, 90], ["VT", 5, 70]],
        [["Contents"], ["1. People"], [], ["2. Notes"]],
    ],
)
@pytest.mark.parametrize("between", [False, True])
def test_the_first_sheet_with_people_is_read_and_the_others_are_named(tmp_path, first, between):
    path = tmp_path / "upload.xlsx"
    write(path, {"Start": first, **({"More": [["Notes"]]} if between else {}), "People": PEOPLE, "Also": PEOPLE[:3]})
    with open_table(path) as reading:
        assert reading.columns == PEOPLE[0]
        assert sum(chunk.table.height for chunk in reading.chunks()) == 6
        assert "sheet “Start”" in reading.passed_over
        assert "sheet “Also”" in reading.passed_over


def test_a_first_sheet_of_people_is_read(tmp_path):
    path = tmp_path / "upload.xlsx"
    write(path, {"Few": PEOPLE[:2], "Many": PEOPLE})
    with open_table(path) as reading:
        assert sum(chunk.table.height for chunk in reading.chunks()) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_a_workbook_with_backslashes_in_its_parts_is_read_without_its_hidden_rows(tmp_path, packed):
    write(tmp_path / "plain.xlsx", {"People": PEOPLE}, hidden_row=2)
    content = io.BytesIO()
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in plain.infolist():
            archive.writestr(member.filename.replace("/", "\\"), plain.read(member))
    path = tmp_path / "upload.xlsx"
    path.write_bytes(content.getvalue())
    if packed:
        with zipfile.ZipFile(tmp_path / "upload.zip", "w") as archive:
            archive.write(path, "people.xlsx")
        path = tmp_path / "upload.zip"
    with open_table(path) as reading:
        assert reading.columns == PEOPLE[0]
        assert sum(chunk.table.height for chunk in reading.chunks()) == 5
