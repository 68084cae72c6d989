"""Any table in any dialect comes out as it went in; what cannot be read is refused in words."""

import contextlib
import csv
import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from henk_pipeline.uploads.cells import kind_of
from henk_pipeline.uploads.known_names import is_known_name
from henk_pipeline.uploads.reading import NULL, RaggedRow, Reading, open_table, write_table
from henk_pipeline.uploads.unpacking import UnreadableFileError
from tests.unit.growth import growth


@dataclass
class Read:
    """A whole file, its pieces put together."""

    reading: Reading
    table: pl.DataFrame
    lines: pl.Series
    ragged: list[RaggedRow]

    @property
    def columns(self) -> list[str]:
        return self.reading.columns


def reading_of(tmp_path: Path, content: str | bytes) -> Read:
    path = tmp_path / "upload.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_table(path) as reading:
        chunks = list(reading.chunks())
    return Read(
        reading, pl.concat([c.table for c in chunks]), pl.concat([c.lines for c in chunks]), [row for c in chunks for row in c.ragged]
    )


def test_blank_lines_are_no_rows_and_lines_are_those_of_the_file(tmp_path):
    reading = reading_of(tmp_path, "Name,Email\n\nAna,ana@example.org\n\n\nBo,bo@example.org")
    assert reading.table.rows() == [("Ana", "ana@example.org"), ("Bo", "bo@example.org")]
    assert reading.lines.to_list() == [3, 6]
    assert reading.reading.header_line == 1


def test_a_line_break_in_a_cell_moves_the_lines_after_it(tmp_path):
    reading = reading_of(tmp_path, 'Name,Note,City\r\nAna,"first\r\nsecond",Bath\r\nBo,,York\r\n')
    assert reading.table.rows() == [("Ana", "first\r\nsecond", "Bath"), ("Bo", None, "York")]
    assert reading.lines.to_list() == [2, 4]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path, delimiter):
    reading = reading_of(tmp_path, f"Name{delimiter}Email\nAna{delimiter}a@example.org\n")
    assert reading.columns == ["Name", "Email"]
    assert reading.reading.dialect.delimiter == delimiter


def test_commas_in_cells_do_not_hide_a_semicolon(tmp_path):
    reading = reading_of(tmp_path, "Name;Address;Gift\nAna;1 Elm St, Apt 2, Bath;1.234,50\nBo;2 Oak, York;5,00\nCy;3 Ash;7,00\n")
    assert reading.reading.dialect.delimiter == ";"
    assert reading.table.row(0) == ("Ana", "1 Elm St, Apt 2, Bath", "1.234,50")


def test_a_preamble_is_no_header(tmp_path):
    reading = reading_of(tmp_path, "Export of 12 May\n\nName,Email,City\nAna,a@example.org,Bath\n")
    assert (reading.reading.header_line, reading.columns) == (3, ["Name", "Email", "City"])
    assert reading.lines.to_list() == [4]


def test_a_file_without_header_keeps_its_first_row(tmp_path):
    reading = reading_of(tmp_path, "Ana,a@example.org\nBo,b@example.org\n")
    assert reading.reading.header_line is None
    assert reading.columns == ["column_1", "column_2"]
    assert reading.table.row(0) == ("Ana", "a@example.org")


def test_short_rows_are_filled_and_long_rows_are_kept_apart(tmp_path):
    reading = reading_of(tmp_path, "A,B,C\n1,2\n1,2,3,4\n1,2,3,,\n")
    assert reading.table.rows() == [("1", "2", None), ("1", "2", "3")]
    assert [(row.line, row.cells) for row in reading.ragged] == [(3, ["1", "2", "3", "4"])]


@pytest.mark.parametrize(
    "content",
    [
        'Name;Email;Note\nAna;a@example.org;"stray\nBo;b@example.org;x\nCy;c@example.org;"y"\n',
        'Name;Email;Note\nAna;a@example.org;"never closed\nBo;b@example.org;x\nCy;c@example.org;y\n',
        'Name;Email;Note\nAna;a@example.org;5" pipe\nBo;b@example.org;x\nCy;c@example.org;y\n',
        'Name;Email;Note\n"Ana" A.;a@example.org;x\nBo;b@example.org;x\nCy;c@example.org;y\n',
    ],
)
def test_a_stray_quote_costs_at_most_its_own_row(tmp_path, content):
    reading = reading_of(tmp_path, content)
    assert reading.lines.to_list() == [2, 3, 4]
    assert reading.table["Email"].to_list() == ["a@example.org", "b@example.org", "c@example.org"]


def test_a_thousand_stray_quotes_end_soon_and_lose_nothing(tmp_path):
    rows = "".join(f'n{n},"{n} inch,x{n}@example.org\n' for n in range(3000))
    reading = reading_of(tmp_path, f"Name,Size,Email\n{rows}")
    assert reading.table.height == 3000
    assert reading.table["Email"].to_list()[-1] == "x2999@example.org"


def test_repeated_and_empty_column_names_are_told_apart(tmp_path):
    assert reading_of(tmp_path, "Phone,Phone,,Email\n1,2,3,a@example.org\n").columns == ["Phone", "Phone (2)", "column_3", "Email"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Name,City\nJosé,Köln\n".encode(), "utf-8"),
        ("Name,City\nJosé,Köln\n".encode("utf-8-sig"), "utf-8"),
        ("Name,City\nJosé,Köln\n".encode("utf-16"), "utf-16"),
        ("Name,City\nJosé,Köln\n".encode("utf-16-le"), "utf-16-le"),
        ("Name,City\nJosé,Köln\n".encode("utf-16-be"), "utf-16-be"),
        ("Name,City\nJosé,Köln\n".encode("cp1252"), "cp1252"),
        ("Name,City\nJosé,Köln\nZoë,Ñuñoa\n".encode("mac_roman"), "mac_roman"),
    ],
)
def test_the_encoding_is_found_by_what_the_bytes_hold(tmp_path, content, encoding):
    reading = reading_of(tmp_path, content)
    assert reading.table.row(0) == ("José", "Köln")
    assert reading.reading.encoding == encoding


def test_one_odd_character_does_not_stop_a_file(tmp_path):
    reading = reading_of(tmp_path, "Name,City\nJosé,Köln\nZoë,Bath\n".encode() + b"Ren\xe9,York\n" + b"N\0ul,Hull\n")
    assert reading.table["Name"].to_list() == ["José", "Zoë", "René", "Nul"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 ...", "PDF document"),
        (b"PK\x03\x04....", "ZIP archive, as a workbook is, that is damaged"),
        (b"\xff\xd8\xff\xe0", "JPEG picture"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"", "empty"),
        (b" \r\n \n", "empty"),
    ],
)
def test_what_is_no_table_is_refused_for_what_it_is(tmp_path, content, said):
    with pytest.raises(UnreadableFileError, match=said):
        reading_of(tmp_path, content)


def test_what_was_read_is_written_as_plain_csv(tmp_path):
    path = tmp_path / "upload.csv"
    path.write_text('Name;Note\nAna;"a;b ""c"""\nBo;x;y\nCy;\n')
    with open_table(path) as reading:
        write_table(reading, tmp_path / "parsed.csv")
    assert (tmp_path / "parsed.csv").read_bytes().decode() == 'Name,Note\r\nAna,"a;b ""c"""\r\nBo,x,y\r\nCy,\r\n'


@pytest.mark.parametrize("sign", ["*", "©", "* 2", "*AA"])
def test_a_sign_alone_is_no_footnote(tmp_path, sign):
    reading = reading_of(tmp_path, f"a,b,c,d\n0,0,0,0\n0,0,0,0\n,,{sign},0\n".encode())
    assert reading.table.height == 3


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
# A last row of one filled cell reads as a footer, and is named as left out.
tables = st.integers(2, 6).flatmap(
    lambda width: st.lists(
        st.lists(cells, min_size=width, max_size=width).filter(lambda row: sum(bool(c.strip()) for c in row) > 1), min_size=3, max_size=12
    )
)


DELIMITERS = [",", ";", "\t", "|", "^", "~"]


@example([["", "", "", "0", "0"], ["", "", "", "0", "0"], ["", "", "", "0", NULL]], ",", "\n", "utf-8")
@given(tables, st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_in_any_dialect_is_read_back_equal(tmp_path_factory, rows, delimiter, line_end, encoding):
    header = [f"Column {'abcdef'[n]}" for n in range(len(rows[0]))]
    # A first row of words above numbers reads as a second line of the header, and nobody could tell that it is none.
    assume(
        not any(
            kind_of(first) in ("text", "code") and {kind_of(one) for one in below} <= {"number", "blank"}
            for first, *below in zip(*rows, strict=True)
        )
    )
    assume(not any(any(map(is_known_name, row)) for row in rows))  # a row of fields' names ("ID", "HOUSENUMBER") is the header
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    reading = reading_of(tmp_path_factory.mktemp("table"), buffer.getvalue().encode(encoding))
    assert reading.columns == header
    written = [["" if cell == NULL else cell for cell in row] for row in rows]
    assert [["" if cell is None else cell for cell in row] for row in reading.table.rows()] == written
    assert reading.lines.to_list() == list(range(2, 2 + len(rows)))


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"], include_characters="\"'\n,;|\t.-@"), max_size=15)
worded = st.lists(st.tuples(st.integers(1, 99999).map(str), words, st.emails(), words), min_size=4, max_size=30)


@pytest.mark.long
@given(
    worded,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
)
def test_a_table_quoted_only_where_needed_is_read_back_equal(tmp_path_factory, rows, delimiter, line_end, quoting):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows([["Id", "Name", "Email", "Note"], *rows])
    reading = reading_of(tmp_path_factory.mktemp("table"), buffer.getvalue())
    assert reading.columns == ["Id", "Name", "Email", "Note"]
    assert [tuple("" if cell is None else cell for cell in row) for row in reading.table.rows()] == rows


@given(st.binary(max_size=3000) | st.text(max_size=2000).map(str.encode) | st.text("\",;\n\r a1'\\\t|", max_size=800).map(str.encode))
@settings(max_examples=300)
def test_no_bytes_whatever_do_other_than_be_read_or_be_refused(tmp_path_factory, content):
    try:
        read = reading_of(tmp_path_factory.mktemp("bytes"), content)
    except UnreadableFileError:
        return
    lines = [*read.lines, *(row.line for row in read.ragged)]
    assert len(lines) == len(set(lines))
    assert all(line >= 1 for line in lines)


@pytest.mark.long
@pytest.mark.parametrize(
    "line",
    [
        '"\n', '"a,b,c\n', '1,"x y,z\n', '"x""y,z\n', "1,2\n1,2,3,4\n", "a@b.de,x\n", "Total:\n", "foo,bar,baz\n1,2,3\n", "\n\n1,2,3\n", '",",\n', "'x','y,'z\n",
        "# x\n", '1,"2,3\n4,5,6\n',
    ],
)  # fmt: skip
def test_the_time_for_a_file_grows_with_it_and_no_faster(tmp_path, line):
    def read_it(times: int) -> None:
        with contextlib.suppress(UnreadableFileError):
            reading_of(tmp_path, "a,b,c\n1,2,3\n" + line * times)

    assert growth(read_it, 4_000, 16_000, floor=0.1) < 10


def test_a_million_cells_in_a_line_are_no_table(tmp_path):
    with pytest.raises(UnreadableFileError, match="line ends seem to be lost"):
        reading_of(tmp_path, "a b,c " * 200_000)


def test_pieces_of_a_file_are_as_one(tmp_path, monkeypatch):
    rows = [
        (f"n{n}", f"line {n}\nsecond" if n % 7 == 0 else f'say "{n}"' if n % 11 == 0 else f"x{n}", f"p{n}@example.org") for n in range(3000)
    ]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([("Name", "Note", "Email"), *rows])
    whole = reading_of(tmp_path, buffer.getvalue())
    for size in (2000, 3001, 9000):
        monkeypatch.setattr("henk_pipeline.uploads.reading.SMALL", 1000)
        monkeypatch.setattr("henk_pipeline.uploads.reading.HEAD", 1500)
        monkeypatch.setattr("henk_pipeline.uploads.reading.TAIL", 1000)
        monkeypatch.setattr("henk_pipeline.uploads.reading.BLOCK", size)
        pieces = reading_of(tmp_path, buffer.getvalue())
        assert pieces.table.rows() == whole.table.rows() == rows
        assert pieces.lines.to_list() == whole.lines.to_list()
