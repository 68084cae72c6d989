"""A header line with a separator too many, or with another separator than its rows, is the header of the table."""

import pytest

from henk_pipeline.uploads.reading import open_table

NAMES = ["First Name", "Last Name", "Email", "Phone", "Last Gift", "Comments"]
ROWS = [[f"Ada{c}", f"Lovelace{c}", f"{c}@example.org", f"212-555-01{n:02}", f"2026-01-{n + 1:02}", ""] for n, c in enumerate("abcdefgh")]


def read(tmp_path, header, rows, delimiter=","):
    path = tmp_path / "upload.csv"
    path.write_text("".join(line + "\n" for line in [header, *map(delimiter.join, rows)]))
    with open_table(path) as reading:
        return reading.header, [
            ["" if cell is None else cell for cell in row] for chunk in reading.chunks() for row in chunk.table.iter_rows()
        ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("place", range(6))
def test_a_separator_too_many_in_the_header_costs_no_name(tmp_path, place, delimiter):
    header = delimiter.join([*NAMES[:place], "", *NAMES[place:]])
    assert read(tmp_path, header, ROWS, delimiter) == (NAMES, ROWS)


@pytest.mark.parametrize("place", range(6))
def test_an_unnamed_column_keeps_its_place(tmp_path, place):
    rows = [[*row[:place], "x1", *row[place:]] for row in ROWS]
    header = [*NAMES[:place], "", *NAMES[place:]]
    assert read(tmp_path, ",".join(header), rows) == (header, rows)


def test_an_unnamed_column_keeps_its_place_where_rows_leave_out_their_last_cells(tmp_path):
    rows = [[row[0], f"M{n}", *row[1:5]] for n, row in enumerate(ROWS)]
    header, found = read(tmp_path, ",".join([NAMES[0], "", *NAMES[1:]]), rows)
    assert dict(zip(header, found[0], strict=True))["Email"] == "a@example.org"


@pytest.mark.parametrize("header", ['Name Email "Phone" Comments', "Name Email Phone Comments", '"Name" "Email" "Phone" "Comments"'])
def test_a_header_told_apart_at_blanks_names_the_columns(tmp_path, header):
    rows = [[f"{row[0]} {row[1]}", row[2], row[3], "called"] for row in ROWS]
    assert read(tmp_path, header, rows) == (["Name", "Email", "Phone", "Comments"], rows)


@pytest.mark.parametrize("title", ["Report of all donors", "Donors of March 2026", "Four words of title"])
def test_a_title_of_as_many_words_as_columns_is_no_header(tmp_path, title):
    rows = [[f"{row[0]} {row[1]}", row[2], row[3], "called"] for row in ROWS]
    assert read(tmp_path, title, rows)[0] == []
