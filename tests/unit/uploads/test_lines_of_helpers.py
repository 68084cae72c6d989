"""The last line of a file that names who helps, with a number next to it, is no person; names like words for nothing are names."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def leads_of(tmp_path, text, country="US"):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    validated = validate_file(path, Manifest(), country, scratch=tmp_path, names=("a.csv", "a"))
    return validated, validated.leads.collect().rows(named=True)


@pytest.mark.parametrize(
    "line", ["For help", "Questions", "Questions?", "Any questions", "For more information", "Need help?", "Rückfragen an Sekretariat"]
)
@pytest.mark.parametrize("blank", ["", "\n"], ids=["next", "below a blank"])
def test_who_helps_is_no_lead(tmp_path, line, blank):
    text = f"Name,Phone,Email\nAna Ash,212-555-0101,a@q.example\nBo Burke,212-555-0102,b@q.example\n{blank}{line},212-555-0999,help@vendor.example\n"
    validated, leads = leads_of(tmp_path, text)
    assert [lead["first_name"] for lead in leads] == ["Ana", "Bo"]
    assert [lines.why for lines in validated.reading.left_out] == ["footer"]


def test_a_german_line_of_two_columns(tmp_path):
    _, leads = leads_of(
        tmp_path, "Name;Telefon\nJutta Lenz;030 901820117\nUdo Fink;030 901820118\nRückfragen an Sekretariat;030 901820999\n", "DE"
    )
    assert [lead["first_name"] for lead in leads] == ["Jutta", "Udo"]


@pytest.mark.parametrize("name", ["Help Smith", "Quest Ions", "Frage Antwort", "Ann Help", "Forhelp Jones"])
def test_a_person_is_one(tmp_path, name):
    _, leads = leads_of(tmp_path, f"Name,Phone,Email\nAna Ash,212-555-0101,a@q.example\n{name},212-555-0102,b@q.example\n")
    assert len(leads) == 2


def test_nan_none_is_a_name(tmp_path):
    _, leads = leads_of(tmp_path, "First Name,Last Name,Phone\nNan,None,212-555-0101\nBob,None,212-555-0102\nAna,Ash,212-555-0103\n")
    assert [(lead["first_name"], lead["last_name"]) for lead in leads] == [("Nan", "None"), ("Bob", "None"), ("Ana", "Ash")]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("First Name,Last Name,Phone", "nan,nan,212-555-0101"),
        ("First Name,Last Name,Phone", "nan,None,212-555-0101"),
        ("First Name,Last Name,Phone", "None,None,212-555-0101"),
        ("First Name,Last Name,Phone", "Nan,Nan,212-555-0101"),
        ("First Name,Last Name,Phone,City", "Nan,None,212-555-0101,Nan"),
    ],
)
def test_what_a_program_writes_for_nothing_is_none(tmp_path, header, row):
    _, leads = leads_of(tmp_path, f"{header}\n{row}\n")
    assert [(lead["first_name"], lead["last_name"]) for lead in leads] == [(None, None)]


def test_the_pair_in_many_rows_is_nothing(tmp_path):
    rows = "".join(f"Nan,None,212-555-{number:04}\n" for number in range(100, 140))
    _, leads = leads_of(tmp_path, f"First Name,Last Name,Phone\n{rows}Ana,Ash,212-555-0199\n")
    assert {lead["first_name"] for lead in leads} == {None, "Ana"}
