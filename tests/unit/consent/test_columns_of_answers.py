"""Columns of an answer each ("May we call you? - Yes" next to "… - No"), as survey tools export them."""

import pytest

from henk_pipeline.consent.options import read_option
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

CALLED, REFUSED, ASKED = "called", "refused", "asked"


def read(tmp_path, header: str, cells: list[str], below: str | None = None) -> list[str]:
    """Return how each person of a file is read whose two columns of answers hold these cells."""
    file = tmp_path / "people.csv"
    lines = [f"Name,Phone,{header}", *([f",,{below}"] if below else [])]
    lines += [f"Ada Quill{'abcdefgh'[n]},212-555-010{n},{cell}" for n, cell in enumerate(cells)]
    file.write_text("\n".join(lines) + "\n")
    validated = validate_file(file, Manifest(), "US")
    assert validated.error is None
    return [
        REFUSED if lead["do_not_call"] or lead["dnc"] else ASKED if lead["consent_unclear"] else CALLED
        for lead in validated.leads.collect().to_dicts()
    ]


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("May we call you? - Yes", "May we call you? - No"),
        ("Okay to call? Yes", "Okay to call? No"),
        ("Do you consent to being called?: Yes", "Do you consent to being called?: No"),
        ("Consent to calls (Yes)", "Consent to calls (No)"),
        ("Can we phone you?_Yes", "Can we phone you?_No"),
        ("Can we phone you (choice=Yes)", "Can we phone you (choice=No)"),
        ("Calls: Yes", "Calls: No"),
        ("Phone contact - yes", "Phone contact - no"),
        ("Yes - call me", "No - call me"),
        ("¿Podemos llamarle? Sí", "¿Podemos llamarle? No"),
        ("Accepte les appels - Oui", "Accepte les appels - Non"),
        ("Dürfen wir Sie anrufen? (Ja)", "Dürfen wir Sie anrufen? (Nein)"),
        ("Mogen wij u bellen: ja", "Mogen wij u bellen: nee"),
        ("Podemos ligar? - Sim", "Podemos ligar? - Não"),
    ],
)
@pytest.mark.parametrize("turned", [False, True], ids=["yes first", "no first"])
def test_a_mark_below_no_refuses(tmp_path, yes, no, turned):
    rows = [("", "X"), ("X", ""), ("X", "X"), ("", "")]
    header, *cells = [",".join(reversed(row) if turned else row) for row in [(yes, no), *rows]]
    assert read(tmp_path, header, cells) == [REFUSED, CALLED, ASKED, CALLED]


@pytest.mark.parametrize("question", ["May we call you?", "Call?", "Phone consent", "Accepte les appels"])
@pytest.mark.parametrize("below", ["Yes,No", "Y,N"])
@pytest.mark.parametrize("is_repeated", [False, True], ids=["merged", "repeated"])
def test_answers_in_a_second_line(tmp_path, question, below, is_repeated):
    header = f"{question},{question if is_repeated else ''}"
    assert read(tmp_path, header, [",X", "X,", "X,X"], below) == [REFUSED, CALLED, ASKED]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([",No", "Yes,", "Yes,No"], [REFUSED, CALLED, ASKED]),
        (["No,Yes", "Yes,No", "No,No"], [REFUSED, CALLED, ASKED]),
        (["Yes,No", "Yes,No"], [CALLED, CALLED]),
        (["0,1", "1,0", "0,0", "1,1"], [REFUSED, CALLED, CALLED, ASKED]),
        (["FALSE,TRUE", "TRUE,FALSE"], [REFUSED, CALLED]),
        (["Unchecked,Checked", "Checked,Unchecked"], [REFUSED, CALLED]),
        (["No,", "Yes,"], [REFUSED, CALLED]),
    ],
)
def test_what_tools_write_into_the_columns(tmp_path, cells, expected):
    assert read(tmp_path, "May we call you? - Yes,May we call you? - No", cells) == expected


def test_a_refusal_with_answers_turns_them(tmp_path):
    assert read(tmp_path, "Do not call - Yes,Do not call - No", [",X", "X,", "X,X"]) == [CALLED, REFUSED, ASKED]


def test_the_column_of_no_alone(tmp_path):
    assert read(tmp_path, "May we call you? - No,Town", ["X,Bonn", ",Bonn"]) == [REFUSED, CALLED]
    assert read(tmp_path, "Calls: No,Town", ["X,Bonn", ",Bonn"]) == [REFUSED, CALLED]


@pytest.mark.parametrize("name", ["Phone No", "Phone (Y/N)", "May we call you? (Yes/No)", "No", "Contact No.", "Casino", "Phone"])
def test_names_that_are_no_answer_for_certain(name):
    option = read_option(name)
    assert option is None or not option.is_divided


def test_numbers_below_a_name_that_ends_with_no(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Name,Phone: No,Call back\nAda Quill,212-555-0101,Yes\nBo Rand,212-555-0102,\n")
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert leads["phone"].to_list() == ["+12125550101", "+12125550102"]
    assert not leads["do_not_call"].any()


@pytest.mark.parametrize("name", ["Consent_No", "Contact_No", "Opt-in: No"])
@pytest.mark.parametrize("numbers", [("1001", "1002"), ("2", "3")])
def test_numbers_of_forms_refuse_nothing(tmp_path, name, numbers):
    file = tmp_path / "people.csv"
    file.write_text(f"Name,Phone,{name}\nAda Quill,212-555-0101,{numbers[0]}\nBo Rand,212-555-0102,{numbers[1]}\n")
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert not leads["do_not_call"].any()


def test_a_refusal_with_no_alone_stays_a_refusal(tmp_path):
    assert read(tmp_path, "Do not call - No,Town", ["X,Bonn", ",Bonn"]) == [REFUSED, CALLED]
