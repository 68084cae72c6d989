"""Codes that a file explains itself: above the table, below it, in another sheet, in the name of the column."""

import pytest

from henk_pipeline.consent.legends import refusing_codes
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest
from tests.unit.uploads.test_workbooks import write

HEADER = ["First Name", "Last Name", "Email", "Contact Code"]
PEOPLE = [["Ada", "Quillon", "ada@example.org", "A"], ["Zoe", "Rostand", "zoe@example.org", "X"], ["Max", "Orly", "max@example.org", "M"]]
TABLE = "\n".join(map(",".join, [HEADER, *PEOPLE])) + "\n"
LEGEND = "A = Active,,,\nX = Do not call,,,\nM = Moved,,,\n"


def asked(path):
    leads = validate_file(path, Manifest(), "US").leads.collect()
    assert not leads["do_not_call"].any()
    return dict(zip(leads["first_name"], leads["consent_unclear"].is_not_null(), strict=True))


@pytest.mark.parametrize(
    "content",
    [TABLE + "\nLegend:,,,\n" + LEGEND, LEGEND + "\n" + TABLE, "Codes: A = OK to call; X = do not call; M = moved\n" + TABLE,
     TABLE.replace("Contact Code", "Contact Code (A=active X=do not call M=moved)")],
)  # fmt: skip
def test_people_with_a_code_that_refuses_are_not_called_until_a_person_decides(tmp_path, content):
    path = tmp_path / "people.csv"
    path.write_text(content)
    assert asked(path) == {"Ada": False, "Zoe": True, "Max": False}


@pytest.mark.parametrize(
    "legend", [[["X = Do not call"]], [["X", "Do not call"]], [["Code", "Meaning"], ["A", "Active"], ["X", "No phone calls"]]]
)
def test_a_legend_may_be_a_sheet_of_its_own(tmp_path, legend):
    path = tmp_path / "people.xlsx"
    write(path, {"People": [HEADER, *PEOPLE], "Legend": legend})
    assert asked(path) == {"Ada": False, "Zoe": True, "Max": False}


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("X = do not call", {"x"}), ("M = mail only", {"m"}), ("D: deceased", {"d"}), ("N means no phone calls", {"n"}), ("S = Telefonsperre", {"s"}),
        ("A = Active", set()), ("E = no email", set()), ("x = 5", set()), ("Total: 4 do not call", set()), ("Note: do not call before 9", set()),
        ("1=ok to call 2=do not call", {"2"}), ("P=post, T=kein Telefon", {"t"}),
    ],
)  # fmt: skip
def test_lines_of_a_legend(line, codes):
    assert refusing_codes([[line]]) == codes


CODES = ["A = Active", "D = Do not call", "M = Moved"]


def write_coded(path, column, cells, legend, above=False):
    rows = [f"Ada{n},Quillon,ada{n}@example.org,{cell}" for n, cell in enumerate(cells)]
    lines = [f"First Name,Last Name,Email,{column}", *rows]
    path.write_text("\n".join([*legend, "", *lines] if above else [*lines, "", *legend]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "column", ["Rating", "Grade", "Class", "Segment", "Tag", "Note", "Flag", "Key", "Bewertung", "Kat.", "Nota", "", "Xyz"]
)
@pytest.mark.parametrize("above", [True, False])
def test_a_legend_is_applied_to_the_column_whose_cells_it_explains(tmp_path, column, above):
    path = write_coded(tmp_path / "people.csv", column, ["A", "D", "M", "", "d"], CODES, above)
    assert asked(path) == {"Ada0": False, "Ada1": True, "Ada2": False, "Ada3": False, "Ada4": True}


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Gender", ["M", "D"]), ("Sex", ["M", "D"]), ("Marital Status", ["M", "D"]), ("Party", ["D", "A"]), ("Middle Initial", ["D", "A"]),
        ("M.I.", ["D", "A"]), ("T-Shirt Size", ["M", "D"]), ("Geschlecht", ["M", "D"]), ("Suffix", ["D"]), ("Section", ["A", "D"]),
        ("Favourite", ["D", "Q", "R"]), ("Initials", ["A", "D"]), ("State", ["D", "A"]), ("Language", ["D", "A"]),
    ],
)  # fmt: skip
def test_a_legend_is_not_applied_to_codes_of_another_kind(tmp_path, column, cells):
    assert not any(asked(write_coded(tmp_path / "people.csv", column, cells, CODES)).values())


@pytest.mark.parametrize("column", ["Rating", "Key", "Grade", "Code"])
def test_a_legend_of_one_code_is_applied_to_a_column_of_codes(tmp_path, column):
    path = write_coded(tmp_path / "people.csv", column, ["A", "D", "B"], ["D = do not call"])
    assert asked(path) == {"Ada0": False, "Ada1": True, "Ada2": False}


def test_a_legend_belongs_to_the_column_that_it_explains_whole(tmp_path):
    path = tmp_path / "people.csv"
    rows = ["Ada,Quillon,ada@example.org,D,A", "Zoe,Rostand,zoe@example.org,C,D", "Max,Orly,max@example.org,K,M"]
    path.write_text("\n".join(["First Name,Last Name,Email,Gift Type,Rating", *rows, "", *CODES]) + "\n")
    assert asked(path) == {"Ada": False, "Zoe": True, "Max": False}


@pytest.mark.parametrize(
    "legend",
    [
        ["Rating key: A = active; D = do not call"], ["A: active, D: do not call, M: moved"], ["A - active / D - do not call / M - moved"],
        ["A,Active,,", "D,Do not call,,", "M,Moved,,"], ["A = actif", "D = ne pas appeler", "M = déménagé"],
        ["A = aktiv", "D = verstorben", "M = verzogen"], ["A = activo", "D = no llamar", "M = mudado"],
        ["A = actief", "D = niet bellen", "M = verhuisd"], ["A = ativo", "D = não ligar", "M = mudou"],
    ],
)  # fmt: skip
def test_forms_of_legends(tmp_path, legend):
    path = write_coded(tmp_path / "people.csv", "Rating", ["A", "D", "M"], legend)
    assert asked(path) == {"Ada0": False, "Ada1": True, "Ada2": False}


def test_a_legend_behind_a_long_sheet_is_read(tmp_path):
    path = tmp_path / "people.xlsx"
    gifts = [["Gift", "Amount"], *([f"Gift {n}", n] for n in range(3000))]
    legend = [["Code", "Meaning", "Action"], ["A", "Active", "call"], ["D", "Deceased", "remove"]]
    people = [
        ["First Name", "Last Name", "Email", "Phone", "Rating"],
        *([f"Ada{n}", "Quillon", f"ada{n}@example.org", f"212-555-01{n:02d}", "AD"[n % 2]] for n in range(4)),
    ]
    write(path, {"People": people, "Gifts": gifts, "Legend": legend})
    assert asked(path) == {"Ada0": False, "Ada1": True, "Ada2": False, "Ada3": True}


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        ("Call (1=yes 2=no)", "1", "2"),
        ("Call OK (1=yes, 2=no)", "1", "2"),
        ("Phone contact (Y=1/N=2)", "1", "2"),
        ("Calls (A=allowed; R=refused)", "A", "R"),
        ("Telefon (1=ja, 0=nein)", "1", "0"),
        ("Calls (1=never 2=sometimes)", "2", "1"),
    ],
)
def test_the_name_of_a_column_says_which_code_is_no(tmp_path, column, yes, no):
    path = tmp_path / "people.csv"
    path.write_text(f'First Name,Email,"{column}"\nAda,ada@example.org,{yes}\nZoe,zoe@example.org,{no}\n')
    assert asked(path) == {"Ada": False, "Zoe": True}


@pytest.mark.parametrize("column", ["Email (1=yes 2=no)", "Phone (1=home 2=work)", "Member (1=yes 2=no)"])
def test_a_name_that_asks_about_something_else_explains_no_refusal_of_calls(tmp_path, column):
    path = tmp_path / "people.csv"
    path.write_text(f'First Name,Email,"{column}"\nAda,ada@example.org,1\nZoe,zoe@example.org,2\n')
    assert asked(path) == {"Ada": False, "Zoe": False}
