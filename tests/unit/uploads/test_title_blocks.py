"""Lines above a header, header lines above each other and headers among the rows never cost a known field name."""

import time

import pytest

from henk_pipeline.uploads import reading as reading_module
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.reading import open_table
from henk_pipeline.uploads.unpacking import UnreadableFileError

NAMES = ("First Name", "Last Name", "Email", "Phone", "Do Not Call")
ROWS = "".join(f"Ada{c},Lovelace{c},{c}@example.org,617-555-01{n:02d},{'Yes' if n % 3 else 'No'}\n" for n, c in enumerate("abcdefghijkl"))
HEADER = ",".join(NAMES) + "\n"


def read(tmp_path, content):
    path = tmp_path / "upload.csv"
    path.write_text(content)
    with open_table(path) as reading:
        chunks = list(reading.chunks())
    tables = [chunk.table for chunk in chunks]
    rows = sum(chunk.table.height + len(chunk.ragged) for chunk in chunks)
    return reading, rows, tables[0]


@pytest.mark.parametrize(
    "above",
    [
        "List:,Spring Gala,,,\n",
        "List:,Spring Gala,,,\nExported:,2026-01-05,,,\n",
        "List:,Spring Gala,,,\nExported:,2026-01-05,,,\n,,,,\n",
        "Report name,Donors,,,\nRun by,Ana Diaz,,,\nRows,12,,,\n",
        "Report name,Donors\nRun by,Ana Diaz\nRows,12\n",
        "Owner,ana@example.org,,,\nPhone,617-555-0199,,,\n",
        "Spring Gala,,,,\n,,,,\n",
        "From,2026-01-01,To,2026-03-31,\n",
        "List:,Spring Gala,,,\n\n",
        "Filter:,all,,,\n" * 12,
    ],
)
def test_a_title_block_padded_to_the_width_of_the_table_is_no_header(tmp_path, above):
    reading, rows, table = read(tmp_path, above + HEADER + ROWS)
    assert tuple(reading.columns) == NAMES
    assert rows == 12
    assert "do_not_call" in {use.field for use in map_columns(table, {}, None).uses}
    assert reading.left_out[0].why == "preamble"


@pytest.mark.parametrize("pairs", [1, 3, 5, 9])
def test_a_small_table_below_more_lines_of_a_name_and_a_value_has_its_own_width(tmp_path, pairs):
    above = "".join(f"Setting {n},value {n}\n" for n in range(pairs))
    reading, rows, _ = read(tmp_path, above + HEADER + "".join(ROWS.splitlines(keepends=True)[:3]))
    assert tuple(reading.columns) == NAMES
    assert rows == 3


@pytest.mark.parametrize("above", ["List:,Gala,,,\nDate:,2026-01-05,,,\n", "Titel:,Gala,,,\n"])
def test_a_title_block_above_names_that_no_export_uses_is_no_header(tmp_path, above):
    body = "".join(f"{c}x,{c}y,{n},{n * 3},2026-01-{n + 1:02d}\n" for n, c in enumerate("abcdefghijkl"))
    reading, rows, _ = read(tmp_path, above + "Kaa,Kbb,Kcc,Kdd,Kee\n" + body)
    assert reading.columns == ["Kaa", "Kbb", "Kcc", "Kdd", "Kee"]
    assert rows == 12


@pytest.mark.parametrize(
    "groups",
    [
        "Person,,Contact,,Consent",
        "Donor,,Reach,,Rules",
        ",,Ways,,Wishes",
        "A,B,C,D,E",
        "Who,Who,How,How,Permissions",
        "Organisation,Example Fund,City,Springfield,",
    ],
)
def test_a_line_of_groups_never_costs_a_known_name(tmp_path, groups):
    reading, rows, table = read(tmp_path, f"{groups}\n{HEADER}{ROWS}")
    fields = {use.field for use in map_columns(table, {}, None).uses}
    assert {"first_name", "last_name", "email", "phone", "do_not_call"} <= fields, reading.columns
    assert rows == 12


GROUPED = "First Name,Last Name,Email,Phone"
PAIRS = "Ada,One,{0}@example.org,212-555-0101,Eve,Two,z{0}@example.org,646-555-0102\n"


@pytest.mark.parametrize("own", ["Donor", "Primary Member", "Volunteer", "Guest", "Person", "Primary Contact"])
@pytest.mark.parametrize("other", ["Honoree", "Emergency Contact", "Spouse", "Secondary Member", "Fundraiser", "Assistant"])
def test_a_group_over_several_columns_keeps_the_columns_of_another_person_apart(tmp_path, own, other):
    body = "".join(PAIRS.format(c) for c in "abcdef")
    _, rows, table = read(tmp_path, f"{own},,,,{other},,,\n{GROUPED},{GROUPED}\n{body}")
    fields = map_columns(table, {}, None).by_column()
    assert list(fields.values()) == ["first_name", "last_name", "email", "phone", None, None, None, None], fields
    assert rows == 6


def test_a_name_that_only_another_persons_group_has_is_not_the_persons(tmp_path):
    body = "".join(f"Ada {c},212-555-010{n},9{n},z{c}@example.org,Eve\n" for n, c in enumerate("abcdef"))
    _, _, table = read(tmp_path, f"Donor,,,Honoree,\nName,Phone,Seat,Email,Relation\n{body}")
    assert [field for field in map_columns(table, {}, None).by_column().values() if field] == ["full_name", "phone"]
    body = "".join(f"Ada {c},212-555-010{n},9{n},Eve,z{c}@example.org\n" for n, c in enumerate("abcdef"))
    _, _, table = read(tmp_path, f"Donor,,,Honoree,\nName,Phone,Seat,Relation,Email\n{body}")
    assert [field for field in map_columns(table, {}, None).by_column().values() if field] == ["full_name", "phone"]


def test_two_columns_of_one_name_keep_their_groups(tmp_path):
    body = "".join(f"Ada{c},{c}@example.org,Bob{c},b{c}@example.org\n" for c in "abcdef")
    reading, _, _ = read(tmp_path, "Guest A,,Guest B,\n".replace(",,", ",Guest A,") + "Name,Email,Name,Email\n" + body)
    assert len(set(reading.columns)) == 4


@pytest.mark.parametrize(
    "names",
    ["Email,Phone,First Name,Last Name,Do Not Call", "Name,Email,Phone,City,State", "First Name,Last Name,Email,Phone,Notes"],
)
@pytest.mark.parametrize("between", ["", ",,,,\n", "\n"])
def test_names_of_fields_among_the_rows_refuse_the_file(tmp_path, names, between):
    with pytest.raises(UnreadableFileError, match=r"^Line \d+ holds the names of columns"):
        read(tmp_path, HEADER + ROWS + between + names + "\n" + ROWS)


def test_names_of_fields_among_the_rows_of_a_big_file_refuse_it(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_module, "SMALL", 2**10)
    monkeypatch.setattr(reading_module, "HEAD", 2**9)
    monkeypatch.setattr(reading_module, "TAIL", 2**9)
    with pytest.raises(UnreadableFileError, match="^Line 242 holds the names of columns"):
        read(tmp_path, HEADER + ROWS * 20 + "Email,Phone,First Name,Last Name,Do Not Call\n" + ROWS * 20)


@pytest.mark.parametrize("again", [HEADER, HEADER.upper(), HEADER.replace(" ", "_").lower()])
def test_the_header_once_more_is_left_out(tmp_path, again):
    reading, rows, _ = read(tmp_path, HEADER + ROWS + again + ROWS)
    assert rows == 24
    assert [one.why for one in reading.left_out] == ["repeated header"]


@pytest.mark.parametrize(
    "body",
    [
        "foo,bar,baz\n" * 1000,
        "".join(f"w{n % 26},x{n % 7},{'y' if n % 2 else n}\n" for n in range(2000)),
        "".join("ab,cd," * (n % 4) + "y\n" for n in range(3000)),
        "".join(f"w{chr(97 + n % 26)}x,foo{chr(97 + n % 26)},bar{chr(97 + n // 26 % 26)}\n" for n in range(2000)),
        "foo,bar,baz\nbaz,foo,bar\n" * 1500,
    ],
)
def test_the_look_for_headers_of_other_tables_is_bounded(tmp_path, body):
    numbers = "".join(f"w{n},{n},2026-01-01\n" for n in range(2500))
    start = time.process_time()
    reading, rows, _ = read(tmp_path, "Kaa,Kbb,Kcc\n" + numbers + body)
    assert time.process_time() - start < 3  # before: 18 s for 45 KB
    assert rows + sum(part.last_line - part.first_line + 1 for part in reading.left_out) == body.count("\n") + 2500


@pytest.mark.parametrize("group", ["Communication Preferences", "Contact preferences", "Consent", "Do Not", "Kontaktpräferenzen"])
def test_channels_below_a_group_of_consent_are_its_columns(tmp_path, group):
    path = tmp_path / "two.csv"
    path.write_text(
        f"First Name,Last Name,Email,Phone,{group},,\n,,,,Phone,Email,Mail\nAnn,Abbott,ann@example.org,212-555-0101,No,Yes,Yes\n"
    )
    with open_table(path) as reading:
        assert reading.columns[4:] == [f"{group} Phone", f"{group} Email", f"{group} Mail"]
