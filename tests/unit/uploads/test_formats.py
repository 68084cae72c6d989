"""What is no table is refused for what it is; header words are no amounts."""

import json
import zlib

import pytest

from henk_pipeline.uploads.cells import kind_of
from henk_pipeline.uploads.reading import open_table
from henk_pipeline.uploads.unpacking import UnreadableFileError

PEOPLE = [{"first_name": f"P{n}", "email": f"p{n}@example.org", "phone": "617-555-0100", "tags": ["a", {"b": 1}]} for n in range(20)]
TABLE = b"Name,Email\n" + b"".join(f"P{n},p{n}@example.org\n".encode() for n in range(200))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (json.dumps(PEOPLE).encode(), "JSON"),
        (json.dumps(PEOPLE, indent=2).encode(), "JSON"),
        (json.dumps({"people": PEOPLE}, indent="\t").encode(), "JSON"),
        ("\n".join(map(json.dumps, PEOPLE)).encode(), "JSON"),
        ("\n".join(json.dumps(list(one.values())) for one in PEOPLE).encode(), "JSON"),
        (b"\xef\xbb\xbf" + json.dumps(PEOPLE).encode(), "JSON"),
        (b"[]", "JSON"),
        (b"{}\n", "JSON"),
        (b"Obj\x01\x04\x14avro.codec\x08null" + b"\0" * 300, "Avro"),
        (zlib.compress(TABLE), "zlib"),
        (zlib.compress(TABLE, 1), "zlib"),
        (zlib.compress(TABLE, 9), "zlib"),
        (b"\x1f\x9d\x90" + bytes(range(256)), r"compress \(\.Z\)"),
        (json.dumps(PEOPLE).encode("utf-16"), "JSON"),
        (b"ARROW1\0\0" + b"\0" * 300, "Arrow"),
    ],
)
def test_a_file_of_another_format_is_refused_as_what_it_is(tmp_path, content, what):
    path = tmp_path / "upload.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=rf"^This is .*{what}"), open_table(path):
        pass


@pytest.mark.parametrize("first", ["[Name]", "{name}", "[1] Name", "{{ name }}", "xName", "[Export 2026]", "ORCHARD", '{"a"}'])
def test_a_table_that_starts_like_another_format_is_read(tmp_path, first):
    path = tmp_path / "upload.csv"
    path.write_text(f"{first},Email\n" + "".join(f"P{n},p{n}@example.org\n" for n in range(20)))
    with open_table(path) as reading:
        assert sum(chunk.table.height for chunk in reading.chunks()) == 20


@pytest.mark.parametrize("word", ["TEL1", "COL2", "VAR10", "FAX 1", "ZIP5", "1ST", "2ND", "Q01", "COL 3"])
def test_three_capitals_are_no_currency(word):
    assert kind_of(word) != "number"


@pytest.mark.parametrize("amount", ["EUR 12.50", "USD1,000", "12 CHF", "ZAR 5", "$25", "1.234,50 EUR", "-3 GBP"])
def test_an_amount_with_its_currency_is_a_number(amount):
    assert kind_of(amount) == "number"


@pytest.mark.parametrize("stem", ["TEL", "COL", "VAR", "FLD", "ABC", "F0"])
def test_numbered_header_words_are_a_header(tmp_path, stem):
    path = tmp_path / "upload.csv"
    body = "".join(f"Ada{c},Lovelace{c},{c}@example.org,617-555-01{n:02d}\n" for n, c in enumerate("abcdefghij"))
    path.write_text(",".join(f"{stem}{n}" for n in range(1, 5)) + "\n" + body)
    with open_table(path) as reading:
        assert reading.columns == [f"{stem}{n}" for n in range(1, 5)]
