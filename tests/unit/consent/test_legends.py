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
