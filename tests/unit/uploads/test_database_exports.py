r"""Exports of databases: \N is null, and a backslash before a separator keeps it in its cell."""

import pytest

from henk_pipeline.uploads import reading as reading_module
from henk_pipeline.uploads.reading import open_table


def read(tmp_path, content):
    path = tmp_path / "upload.csv"
    path.write_text(content)
    with open_table(path) as reading:
        return [row for chunk in reading.chunks() for row in chunk.table.iter_rows()]


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";", "\x01"])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("every", [1, 3])
def test_a_backslash_before_a_separator_keeps_it_in_the_cell(tmp_path, delimiter, header, every):
    rows = [
        (str(n), f"Smith{delimiter} John{c}" if n % every == 0 else f"Ana Lee{c}", f"{c}@example.org", f"617-555-01{n:02d}")
        for n, c in enumerate("abcdefghij")
    ]
    top = delimiter.join(["id", "name", "email", "phone"]) + "\n" if header else ""
    body = "".join(delimiter.join(cell.replace(delimiter, f"\\{delimiter}") for cell in row) + "\n" for row in rows)
    assert read(tmp_path, top + body) == rows


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_null_of_a_database_is_an_empty_cell(tmp_path, monkeypatch, big, delimiter, quote):
    if big:
        monkeypatch.setattr(reading_module, "SMALL", 2**10)
        monkeypatch.setattr(reading_module, "HEAD", 2**10)
        monkeypatch.setattr(reading_module, "TAIL", 2**9)
    rows = [(f"P{n}", None if n % 2 else "Ray", f"p{n}@example.org" if n % 3 else None) for n in range(200)]
    body = "".join(delimiter.join(f"{quote}{cell}{quote}" if cell else "\\N" for cell in row) + "\n" for row in rows)
    assert read(tmp_path, delimiter.join(["first_name", "last_name", "email"]) + "\n" + body) == rows


def test_a_cell_that_ends_with_a_backslash_stays_a_cell(tmp_path):
    body = "".join(f"C:\\{c}\\,Ada{c},{c}@example.org\n" for c in "abcdef")
    assert read(tmp_path, "folder,name,email\n" + body)[0] == ("C:\\a\\", "Adaa", "a@example.org")


def test_the_case_of_mysql(tmp_path):
    content = "1,Smith\\, John,john@example.org,\\N\n2,Lee\\, Ana,ana@example.org,617-555-0102\n3,Ray\\, Bo,bo@example.org,\\N\n"
    assert read(tmp_path, content)[0] == ("1", "Smith, John", "john@example.org", None)


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_backslash_before_a_line_break_keeps_it_in_the_cell(tmp_path, delimiter, place):
    rows = [[str(n), f"Ana {c}", f"{c}@example.org", "called"] for n, c in enumerate("abcdef")]
    rows[2][place] = "first line\nsecond line\nthird"
    body = "".join(delimiter.join(row).replace("\n", "\\\n") + "\n" for row in [["id", "name", "email", "notes"], *rows])
    assert read(tmp_path, body) == [tuple(row) for row in rows]


def test_a_backslash_at_the_end_of_a_row_ends_it(tmp_path):
    body = "".join(f"Ada{c},{c}@example.org,C:\\{c}\\\n" for c in "abcdef")
    assert [row[0] for row in read(tmp_path, "name,email,folder\n" + body)] == [f"Ada{c}" for c in "abcdef"]
