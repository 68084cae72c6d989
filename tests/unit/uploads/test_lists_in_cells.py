"""Lists inside cells do not outvote the header line, the quoting or the columns of the table when the delimiter is chosen."""

import itertools

import pytest

from henk_pipeline.uploads.reading import open_table

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


def read(tmp_path, text, name="upload.csv"):
    path = tmp_path / name
    path.write_text(text, newline="")
    with open_table(path) as reading:
        rows = [tuple(row) for chunk in reading.chunks() for row in chunk.table.iter_rows()]
        return reading.dialect.delimiter, reading.header, rows


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lists_of_several_columns_stand_below_a_header_of_two(tmp_path, end):
    text = end.join(["col1,col2", "1;2;3,4;5;6", "a;b;c,d;e;f", ""])
    assert read(tmp_path, text) == (",", ["col1", "col2"], [("1;2;3", "4;5;6"), ("a;b;c", "d;e;f")])


@pytest.mark.parametrize("quoted_header", [False, True])
@pytest.mark.parametrize(("outer", "inner"), list(itertools.permutations(DELIMITERS, 2)))
@pytest.mark.parametrize("count", [1, 2, 30])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_list_in_one_column_is_a_cell(tmp_path, outer, inner, count, place, quoted_header):
    outer, inner = DELIMITERS[outer], DELIMITERS[inner]
    names = ["Name", "Interests", "City"]
    rows = []
    for n in range(count):
        row = [f"Ada{n}", f"Springfield{n}"]
        row.insert(place, inner.join(["music", "chess", "art", "film", "golf"]))
        rows.append(tuple(row))
    header = [f'"{name}"' for name in names] if quoted_header else names
    text = "".join(outer.join(row) + "\n" for row in [header, *rows])
    assert read(tmp_path, text) == (outer, names, rows)


@pytest.mark.parametrize(("outer", "inner"), list(itertools.permutations(DELIMITERS, 2)))
@pytest.mark.parametrize("count", [1, 2, 30])
def test_lists_of_different_lengths_are_cells(tmp_path, outer, inner, count):
    outer, inner = DELIMITERS[outer], DELIMITERS[inner]
    rows = [(str(n), inner.join(["red", "blue", "green"][: 1 + n % 3] * 2), f"ada{n}@example.org") for n in range(count)]
    text = "".join(outer.join(row) + "\n" for row in [("Id", "Groups", "Email"), *rows])
    assert read(tmp_path, text) == (outer, ["Id", "Groups", "Email"], rows)


@pytest.mark.parametrize(("outer", "inner"), list(itertools.permutations(DELIMITERS, 2)))
@pytest.mark.parametrize("count", [2, 3, 20])
def test_numbers_and_a_list_of_words_need_no_header(tmp_path, outer, inner, count):
    outer, inner = DELIMITERS[outer], DELIMITERS[inner]
    rows = [(str(100 + n), inner.join(["music", "chess", "art", "film"]), f"Ada{n}x") for n in range(count)]
    text = "".join(outer.join(row) + "\n" for row in rows)
    assert read(tmp_path, text)[0] == outer


@pytest.mark.parametrize("outer", [",", ";"])
def test_lists_of_one_long_line_are_cells(tmp_path, outer):
    lists = [
        "|".join(f"{word} Hill" for word in ["Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel"]),
        "|".join(f"{145 + n}.1400" for n in range(6)),
        "|".join(f"{445 + n}.5" for n in range(6)),
    ]
    assert read(tmp_path, outer.join(["1", "Orange", *lists, "OFF", "0.5", "0.1"]))[0] == outer


@pytest.mark.parametrize("outer", [",", ";", "\t"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_table_in_one_quoted_cell_is_a_cell(tmp_path, outer, place):
    table = '"Some table:\n' + "\n".join(["id|key|value", "1|apple|10", "2|carrot|4", "3|potato|5", "4|crayon|9"]) + '"'
    rows = [[str(n), "hello"] for n in range(3)]
    rows[place][1] = table
    text = "\n".join(outer.join(row) for row in [["id", "comment"], *rows])
    delimiter, header, found = read(tmp_path, text)
    assert (delimiter, header, len(found)) == (outer, ["id", "comment"], 3)
    assert found[place][1] == table.strip('"')


@pytest.mark.parametrize("outer", [",", ";", "\t"])
def test_quoted_lists_with_two_separators_are_cells(tmp_path, outer):
    inner = ";" if outer != ";" else ","
    rows = [(str(n), f"{n}{inner}{n + 1}{inner}{n + 2}") for n in range(4)]
    text = "".join(outer.join(row) + "\n" for row in [("id", "value"), *rows])
    text += f'5{outer}"15{inner}16{inner}17{outer}also{outer}that"\n'
    assert read(tmp_path, text) == (outer, ["id", "value"], [*rows, ("5", f"15{inner}16{inner}17{outer}also{outer}that")])


def test_labels_with_semicolons_are_one_column(tmp_path):
    rows = [(f"HC{n:02}", f"Total; Estimate; Households {n}") for n in range(20)]
    text = "".join(",".join(row) + "\n" for row in [("GEO.id", "Id"), *rows])
    assert read(tmp_path, text) == (",", ["GEO.id", "Id"], rows)


def test_a_header_of_formats_of_times_is_told_apart_at_commas(tmp_path):
    text = "HH:mm:ss.S,HH:mm:ss.SS\n15:02:37.1,15:02:37.14\n"
    assert read(tmp_path, text)[0] == ","


def test_a_separator_at_the_line_ends_only_separates_nothing(tmp_path):
    text = "".join(f"{n}, {letter};\n" for n, letter in enumerate("ILIVEINSIDE", 1))
    assert read(tmp_path, text)[0].strip() == ","


def test_words_of_two_lines_are_not_told_apart_at_blanks(tmp_path):
    assert read(tmp_path, "// Empty, backward compatibility\n// Vide, compatibilité ascendante\n")[0] != " "


@pytest.mark.parametrize("header", [[], ["Name;Betrag;Ort"], ["Export, 2026", "Name;Betrag;Ort"], ["Name;Betrag, EUR;Ort"]])
@pytest.mark.parametrize("count", [3, 30])
def test_decimal_commas_separate_no_columns(tmp_path, header, count):
    rows = [(f"Ada{n}x", f"{n},50", "Bonn") for n in range(count)]
    text = "".join(line + "\n" for line in [*header, *map(";".join, rows)])
    delimiter, _, found = read(tmp_path, text)
    assert (delimiter, found) == (";", rows)


@pytest.mark.parametrize("outer", [";", "\t", "|"])
@pytest.mark.parametrize("has_header", [False, True])
@pytest.mark.parametrize("name", ["Lovelace, Ada", "Lovelace,Ada"])
def test_a_comma_in_each_name_separates_no_columns(tmp_path, outer, has_header, name):
    rows = [(f"{name}{c}", f"{c} Elm St", "Bonn") for c in "abcdefgh"]
    text = "".join(outer.join(row) + "\n" for row in [*[("Name", "Street", "City")] * has_header, *rows])
    delimiter, _, found = read(tmp_path, text)
    assert (delimiter, found) == (outer, rows)


@pytest.mark.parametrize("outer", [";", "\t", "|"])
def test_numbers_with_decimal_commas_alone_separate_no_columns(tmp_path, outer):
    rows = [(f"{n},5", f"{n + 1},25", f"{n + 2},75") for n in range(8)]
    assert read(tmp_path, "".join(outer.join(row) + "\n" for row in rows))[0] == outer
