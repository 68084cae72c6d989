"""A stray quote near the top of a big file costs no row, and the lines of a file are counted."""

import pytest

from henk_pipeline.uploads import reading as reading_module
from henk_pipeline.uploads.reading import LostLinesError, open_table

NAMES = ["First Name", "Last Name", "Email", "Phone", "Address"]


def people(count, delimiter):
    return "".join(
        delimiter.join([f"P{n}", f"Q{n}", f"p{n}@example.org", f"617-555-01{n % 100:02d}", "12 Example Street Springfield"]) + "\n"
        for n in range(count)
    )


def read(tmp_path, content):
    path = tmp_path / "upload.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_table(path) as reading:
        chunks = list(reading.chunks())
    rows = sum(chunk.table.height + len(chunk.ragged) for chunk in chunks)
    lines = [line for chunk in chunks for line in [*chunk.lines, *(row.line for row in chunk.ragged)]]
    return reading, rows, sorted(lines)


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
@pytest.mark.parametrize("title", ["", "Spring Gala 2026\n\n"])
@pytest.mark.parametrize("cell", ['"Countess Lovelace', '"', '"O"Brien', 'Ada "The First'])
@pytest.mark.parametrize("row", [0, 1, 5])
def test_a_stray_quote_near_the_top_of_a_big_file_loses_no_row(tmp_path, monkeypatch, delimiter, title, cell, row):
    monkeypatch.setattr(reading_module, "SMALL", 2**17)
    monkeypatch.setattr(reading_module, "HEAD", 2**16)
    monkeypatch.setattr(reading_module, "TAIL", 2**14)
    stray = delimiter.join(["Ada", cell, "ada@example.org", "617-555-0199", "1 Elm St"]) + "\n"
    header = delimiter.join(NAMES) + "\n"
    reading, rows, lines = read(tmp_path, title + header + people(row, delimiter) + stray + people(4000, delimiter))
    assert reading.columns == NAMES
    assert rows == 4001 + row
    top = title.count("\n") + 2
    assert lines == list(range(top, top + rows))


@pytest.mark.parametrize("last", ['"Address', 'Addr"ess', '"Address (home)'])
@pytest.mark.parametrize("count", [1500, 20_000])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_stray_quote_in_the_header_keeps_the_columns(tmp_path, last, count, delimiter):
    reading, rows, _ = read(tmp_path, delimiter.join([*NAMES[:4], last]) + "\n" + people(count, delimiter))
    assert reading.columns[:4] == NAMES[:4]
    assert len(reading.columns) == 5
    assert rows == count


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("closing", [True, False])
def test_every_line_of_a_big_file_with_damaged_characters_is_counted(tmp_path, monkeypatch, end, closing):
    monkeypatch.setattr(reading_module, "SMALL", 2**17)
    monkeypatch.setattr(reading_module, "HEAD", 2**16)
    monkeypatch.setattr(reading_module, "TAIL", 2**14)
    body = people(4000, ",").encode().replace(b"Q7,", b"Q\xff7,")
    content = (",".join(NAMES) + "\n").encode() + b"\n" + body
    content = content.replace(b"\n", end)
    _, rows, _ = read(tmp_path, content if closing else content.removesuffix(end))
    assert rows == 4000


def test_lines_that_are_not_accounted_for_refuse_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_module, "SMALL", 2**12)
    monkeypatch.setattr(reading_module, "HEAD", 2**11)
    monkeypatch.setattr(reading_module, "TAIL", 2**10)
    path = tmp_path / "upload.csv"
    path.write_text(",".join(NAMES) + "\n" + people(500, ","))
    with open_table(path) as reading:
        object.__setattr__(reading._source, "start", reading._source.start + 600)
        with pytest.raises(LostLinesError, match="501 lines"):
            list(reading.chunks())
