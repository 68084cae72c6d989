"""Answers about one of several numbers of a person are of that number."""

from pathlib import Path
from typing import Any

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

FIRST, SECOND = "+12075550191", "+12075550192"
# Header; the answer that refuses a number, and the one that allows it.
EACH_ITS_OWN = {
    "DNC of each": ("Name,Home Phone,Home DNC,Cell Phone,Cell DNC", "Yes", "No"),
    "DNC behind the numbers": ("Name,Home Phone,Cell Phone,Home DNC,Cell DNC", "Yes", "No"),
    "valid, numbered": ("Name,Phone,Phone Valid,Phone 2,Phone 2 Valid", "No", "Yes"),
    "valid, one name": ("Name,Phone,Phone Valid,Phone 2,Phone Valid", "No", "Yes"),
    "valid, of each": ("Name,Home Phone,Home Phone Valid,Mobile,Mobile Valid", "N", "Y"),
    "one name behind each": ("Name,Phone,DNC,Phone 2,DNC", "Y", "N"),
    "do not call": ("Name,Phone 1,Phone 1 Do Not Call,Phone 2,Phone 2 Do Not Call", "x", ""),
    "behind the words": ("Name,Work Phone,Do Not Call (Office),Mobile Phone,Do Not Call (Cell)", "TRUE", "FALSE"),
    "permission": ("Name,Home Phone,OK to Call Home,Cell,OK to Call Cell", "No", "Yes"),
    "opt out": ("Name,Day Phone,Day Phone Opt Out,Evening Phone,Evening Phone Opt Out", "1", "0"),
    "status of each": ("Name,Phone 1,Phone 1 Status,Phone 2,Phone 2 Status", "Disconnected", "Active"),
    "status refuses": ("Name,Phone 1,Phone 1 Status,Phone 2,Phone 2 Status", "DNC", "Active"),
    "valid, without a word for numbers": ("Name,Phone,Valid?,Phone,Valid?", "N", "Y"),
    "bad": ("Name,Home Phone,Home Phone Bad,Cell Phone,Cell Phone Bad", "Yes", "No"),
    "French": ("Name,Fixe,Ne pas appeler (fixe),Portable,Ne pas appeler (portable)", "oui", "non"),
    "Spanish": ("Name,Fijo,No llamar fijo,Móvil,No llamar móvil", "sí", "no"),
    "consent": ("Name,Home Phone,Home Phone Consent,Mobile Phone,Mobile Phone Consent", "No", "Yes"),
    "inactive": ("Name,Phone 1,Phone 1 Inactive,Phone 2,Phone 2 Inactive", "Yes", "No"),
    "German": ("Name,Telefon privat,Telefon privat nicht anrufen,Handy,Handy nicht anrufen", "ja", "nein"),
}  # fmt: skip
# An answer alone that is of no certain number, or of the person, counts for the person.
OF_THE_PERSON = {
    "no number named": ("Name,Home Phone,Cell Phone,DNC", "Yes"),
    "one of the numbers": ("Name,Home Phone,Cell Phone,Cell DNC", "Yes"),
    "both and one": ("Name,Phone,Phone 2,Do Not Call", "Yes"),
}  # fmt: skip


def read(folder: Path, header: str, *rows: str) -> tuple[list[dict[str, Any]], set[str]]:
    """Return the leads of a file and the numbers that are opted out."""
    file = folder / "people.csv"
    file.write_text("\n".join((header, *rows)) + "\n")
    upload = validate_file(file, Manifest(), "US")
    assert upload.error is None, upload.error
    return upload.leads.collect().to_dicts(), set(upload.opt_outs.filter(channel="phone")["value"])


@pytest.mark.parametrize(("header", "refuses", "allows"), EACH_ITS_OWN.values(), ids=EACH_ITS_OWN.keys())
def test_each_answer_judges_its_own_number(tmp_path: Path, header: str, refuses: str, allows: str) -> None:
    are_apart = header == EACH_ITS_OWN["DNC behind the numbers"][0]

    def row(name: str, first: str, second: str) -> str:
        cells = [name, FIRST, SECOND, first, second] if are_apart else [name, FIRST, first, SECOND, second]
        return ",".join(cells)

    leads, opted_out = read(tmp_path, header, row("Ann Lee", refuses, allows))
    assert [(lead["do_not_call"] or lead["dnc"], {lead["phone"], lead["mobile_phone"]}) for lead in leads] == [(False, {SECOND, None})]
    assert opted_out == {FIRST}
    leads, opted_out = read(tmp_path, header, row("Ann Lee", allows, refuses))
    assert [(lead["do_not_call"] or lead["dnc"], {lead["phone"], lead["mobile_phone"]}) for lead in leads] == [(False, {FIRST, None})]
    assert opted_out == {SECOND}
    leads, opted_out = read(tmp_path, header, row("Ann Lee", refuses, refuses))
    is_of_use = "Valid?" in header  # says nothing of the person
    assert [lead["do_not_call"] or lead["dnc"] for lead in leads] == [not is_of_use]
    assert opted_out == (set() if is_of_use else {FIRST, SECOND})
    leads, opted_out = read(tmp_path, header, row("Ann Lee", allows, allows))
    assert [lead["do_not_call"] or lead["dnc"] for lead in leads] == [False]
    assert opted_out == set()


@pytest.mark.parametrize(("header", "refuses"), OF_THE_PERSON.values(), ids=OF_THE_PERSON.keys())
def test_an_answer_of_no_certain_number_is_the_persons(tmp_path: Path, header: str, refuses: str) -> None:
    leads, _ = read(tmp_path, header, f"Ann Lee,{FIRST},{SECOND},{refuses}")
    assert [lead["do_not_call"] or lead["dnc"] for lead in leads] == [True]


def test_a_refusal_without_its_number_is_the_persons(tmp_path: Path) -> None:
    leads, opted_out = read(tmp_path, "Name,Home Phone,Home DNC,Cell Phone,Cell DNC", f"Ann Lee,,Yes,{SECOND},No")
    assert [lead["dnc"] for lead in leads] == [True]
    assert opted_out == {SECOND}


def test_the_only_number_is_judged_with_the_person(tmp_path: Path) -> None:
    leads, opted_out = read(tmp_path, "Name,Home Phone,Home DNC,Cell Phone,Cell DNC", f"Ann Lee,{FIRST},Yes,,No")
    assert [lead["dnc"] for lead in leads] == [True]
    assert opted_out == {FIRST}


def test_a_lone_column_says_which_number_does_not_work(tmp_path: Path) -> None:
    leads, opted_out = read(tmp_path, "Name,Home Phone,Cell Phone,Cell Valid", f"Ann Lee,{FIRST},{SECOND},No")
    assert [(lead["do_not_call"], lead["phone"], lead["mobile_phone"]) for lead in leads] == [(False, FIRST, None)]
    assert opted_out == {SECOND}


def test_answers_about_numbers_are_counted_as_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"Name,Home Phone,Home DNC,Cell Phone,Cell DNC\nAnn Lee,{FIRST},Yes,{SECOND},No\n")
    upload = validate_file(file, Manifest(), "US")
    assert (upload.consent["Home DNC"].yes, upload.consent["Cell DNC"].no) == (1, 1)
