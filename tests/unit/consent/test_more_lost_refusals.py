"""Refusals, deaths and wrong numbers in words that were read as nothing: notes, names, columns, headings; and their neighbours."""

from dataclasses import replace

import polars as pl
import pytest

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import EMBEDDED, read_column
from henk_pipeline.consent.sections import read_headings
from henk_pipeline.consent.sentences import name_rows, refusing_sentences
from henk_pipeline.consent.titles import find_refusal
from henk_pipeline.leads.name_remarks import without_remarks

NAMES = replace(EMBEDDED, people=True)


def verdict(cell, column):
    return judge_cells(pl.Series([cell, None, "x y"]), column)["phone"][0]


@pytest.mark.parametrize(
    "cell",
    [
        "pls remove", "kindly remove", "request removal", "requests removal", "Passed away in Jan", "Passed away in hospital", "sadly passed",
        "Sadly passed away in her sleep", "prosím nevolat", "už nevolat", "už prosím nevolat", "nechce volat", "nepřeje si být kontaktován",
        "nepřeje si být kontaktována", "zemřel", "zemřela", "zemřel 2024", "špatné číslo", "nie żyje", "zły numer", "vefat etti", "yanlış numara",
        "lütfen aramayınız", "falsche Nr.", "NIX", "à radier",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Notes", "Comments"])
def test_a_note_that_refuses(name, cell):
    assert verdict(cell, read_column(name)) in ("refused", "unclear")


@pytest.mark.parametrize(
    "cell",
    [
        "passed the exam in January", "remove from mail list of events only", "asked to remove old address", "kindly remove old address",
        "request removal of tree", "sadly passed on the offer", "her husband passed away in hospital", "nix Neues", "volat večer", "správné číslo",
        "zły czas", "doğru numara", "alte Nr. 5", "radiert gern",
    ],
)  # fmt: skip
def test_a_note_that_refuses_nothing(cell):
    assert verdict(cell, read_column("Notes")) is None


REMARKS = [
    ("Mo Rush NOCALL", "Mo Rush"), ("Mo Rush (REFUSED)", "Mo Rush"), ("Mo Rush (removed)", "Mo Rush"), ("Mo Rush - removed", "Mo Rush"),
    ("Mo Rush [STOP]", "Mo Rush"), ("Mo Rush ** NO **", "Mo Rush"), ("Cy Fox RIP", "Cy Fox"), ("Cy Fox (RIP)", "Cy Fox"),
    ("Ann Roe d. 2023", "Ann Roe"), ("Ann Roe (d. 2023)", "Ann Roe"), ("Ann Roe, d. 5/2023", "Ann Roe"), ("Uwe Rust (verst.)", "Uwe Rust"),
    ("Uwe Rust gesperrt", "Uwe Rust"), ("Uwe Rust (gesperrt)", "Uwe Rust"), ("Rush NOCALL", "Rush"), ("Rush (removed)", "Rush"), ("Fox RIP", "Fox"),
    ("Jo Nocall", "Jo"), ("Mo Rush, removed", "Mo Rush"), ("Mo Rush / REFUSED", "Mo Rush"), ("Roe d. 2023", "Roe"), ("Rush ** NO **", "Rush"), ("Jan Paweł RIP", "Jan Paweł"), ("Jan Paweł d. 2023", "Jan Paweł"), ("MO RUSH (STOP)", "MO RUSH"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "name"), REMARKS)
def test_a_remark_in_a_name_refuses_and_leaves_the_name(cell, name):
    assert verdict(cell, NAMES) == "refused"
    names, remarks = without_remarks(pl.Series([cell]))
    assert names.to_list() == [name]
    assert remarks.null_count() == 0


@pytest.mark.parametrize(
    "cell",
    [
        "Rip Torn", "Torn, Rip", "RIP TORN", "TORN RIP", "John Stop", "Stop, John", "No Kim", "Kim No", "Kim, No", "KIM NO", "Ann D. Roe",
        "Ann Roe d. Ä.", "Leo Kern (Rip)", "Nocal Reyes", "Mo Rush (Stop)",
    ],
)  # fmt: skip
def test_a_name_that_looks_like_a_remark(cell):
    assert verdict(cell, NAMES) is None
    changed = without_remarks(pl.Series([cell]))
    assert changed is None or changed[0].to_list() == [cell]


@pytest.mark.parametrize("cell", ["12 Hill Rd (removed)", "Rush Hour RIP", "Ward d. 2023"])
def test_a_remark_for_names_of_people_says_nothing_elsewhere(cell):
    assert verdict(cell, EMBEDDED) is None


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("Zemřel", "ano", "refused"),
        ("Zemřel", "ne", None),
        ("Úmrtí", "ano", "refused"),
        ("Datum úmrtí", "12.03.2020", "refused"),
        ("Data zgonu", "12.03.2020", "refused"),
        ("Zmarły", "tak", "refused"),
        ("Zmarły", "nie", None),
        ("Vefat", "Evet", "refused"),
        ("Vefat", "Hayır", None),
        ("Arama İzni", "Var", "permitted"),
        ("Arama İzni", "Yok", "refused"),
        ("Solicitation preference", "None", "unclear"),
        ("Solicitation preference", "Evenings", None),
        ("In list?", "removed", "unclear"),
        ("In list?", "yes", None),
        ("In list?", "no", None),
        ("On the list", "Removed", "unclear"),
    ],
)
def test_a_column(name, cell, expected):
    column = read_column(name)
    found = None if column is None else verdict(cell, column)
    assert found == expected or (expected is None and found == "permitted")


HEADINGS = ["Removed:", "--- removed from list ---", "*** PEOPLE WHO SAID NO ***", "Said no", "Removed from our list"]


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_refuses(heading):
    column = pl.Series([heading, "Ann"])
    headings = read_headings(pl.DataFrame({"a": column, "b": [None, "Roe"], "c": [None, "917-555-0122"]}))
    assert headings.to_list() == [heading.strip(" :"), None]


@pytest.mark.parametrize("heading", ["DNC removed", "Duplicates removed", "People who said yes", "Removed from the board", "Removed: 14"])
def test_a_heading_that_refuses_nothing(heading):
    assert find_refusal([heading], exclusive=True) is None


@pytest.mark.parametrize(
    ("sheet", "refuses"), [("Removed", True), ("Removed 2024", True), ("Removed duplicates", False), ("Dupes removed", False)]
)
def test_a_sheet_of_people_who_were_removed(sheet, refuses):
    assert (find_refusal([sheet], exclusive=True) is not None) is refuses


def test_a_country_is_no_refusal():
    assert verdict("Kari Berg (NO)", NAMES) is None


def test_a_sentence_names_a_family():
    people = pl.DataFrame({"first_name": ["Ann", "Bo", "Cy"], "last_name": ["Kerr", "Kerr", "Roe"]})
    sentences = refusing_sentences([["PS: the Kerrs asked us to stop calling"]])
    assert name_rows(people, sentences).is_not_null().to_list() == [True, True, False]
