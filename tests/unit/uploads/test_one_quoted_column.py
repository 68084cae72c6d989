"""One quoted column with commas inside is one column; a table whose lines stand in quotes is a table."""

import pytest

from henk_pipeline.uploads.reading import open_table


def columns(tmp_path, lines):
    path = tmp_path / "upload.csv"
    path.write_text("".join(f'"{line}"\n' for line in lines))
    with open_table(path) as reading:
        return reading.columns, sum(chunk.table.height for chunk in reading.chunks())


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Name", ["Lovelace, Ada", "Hopper, Grace", "Noether, Emmy"]),
        ("Address", [f"{n} Elm St, Springfield, MA" for n in range(1, 20)]),
        ("Address", [f"{n} Elm St,Springfield,MA" for n in range(1, 20)]),
        ("Tags", [f"a{n};b{n};c{n}" for n in range(20)]),
        ("Full Name", [f"Smith|John{c}" for c in "abcdefgh"]),
        ("Donor", [f"Lovelace{c}, Ada, Dr." for c in "abcdefgh"]),
    ],
)
def test_one_quoted_column_is_not_split(tmp_path, name, cells):
    assert columns(tmp_path, [name, *cells]) == ([name], len(cells))


@pytest.mark.parametrize("title", [[], ["Spring Gala"]])
@pytest.mark.parametrize("delimiter", [",", ";", "|", ", "])
def test_a_table_whose_lines_stand_in_quotes_is_told_apart(tmp_path, title, delimiter):
    rows = [delimiter.join([f"Ada{c}", f"Lovelace{c}", f"{c}@example.org"]) for c in "abcdefgh"]
    assert columns(tmp_path, [*title, delimiter.join(["First Name", "Last Name", "Email"]), *rows])[0] == [
        "First Name",
        "Last Name",
        "Email",
    ]
