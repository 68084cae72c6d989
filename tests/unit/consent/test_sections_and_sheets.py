"""Headings between the rows, and sheets of names: which people of the table they are about."""

import polars as pl
import pytest

from henk_pipeline.consent.sentences import names_of, refused_in_sheets
from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest
from tests.unit.consent.test_lines_and_titles import ADA, NAMES, ZOE, callable_people, read
from tests.unit.uploads.test_workbooks import write

MAX = "Max,Orly,max@example.org,646-555-0111"
OK = "OK TO CALL,,,"


@pytest.mark.parametrize(
    ("lines", "may"),
    [
        (["DO NOT CALL,,,", NAMES, ADA, OK, ZOE], ["Zoe"]),
        (["DO NOT CALL,,,", NAMES, ADA, OK, "Board,,,", ZOE], ["Zoe"]),
        (["DO NOT CALL,,,", NAMES, ADA, "Board,,,", ZOE], []),
        (["DO NOT CALL,,,", NAMES, ADA, OK, ZOE, "DO NOT CALL,,,", MAX], ["Zoe"]),
        ([NAMES, "DO NOT CALL,,,", ADA, OK, ZOE], ["Zoe"]),
        (["OK TO CALL,,,", NAMES, ZOE, "DO NOT CALL,,,", ADA], ["Zoe"]),
        (["DO NOT CALL,,,", NAMES, ADA, "", OK, NAMES, ZOE], ["Zoe"]),
        (["Bitte nicht anrufen,,,", NAMES, ADA, "Dürfen angerufen werden,,,", ZOE], ["Zoe"]),
        (["Ne pas appeler,,,", NAMES, ADA, "Peuvent être appelés,,,", ZOE], ["Zoe"]),
        (["No llamar,,,", NAMES, ADA, "Se puede llamar,,,", ZOE], ["Zoe"]),
        (["Niet bellen,,,", NAMES, ADA, "Mag gebeld worden,,,", ZOE], ["Zoe"]),
        (["Não ligar,,,", NAMES, ADA, "Pode ligar,,,", ZOE], ["Zoe"]),
        (["DO NOT CALL,,,", NAMES, ADA, "OK to email,,,", ZOE], []),
    ],
)  # fmt: skip
def test_a_heading_that_allows_calls_ends_what_refuses_them(tmp_path, lines, may):
    assert callable_people(read(tmp_path, *lines)) == may


def test_a_section_goes_on_over_the_pieces_of_a_big_file(tmp_path):
    filler = [f"Bea{n},Vance,bea{n}@example.org,,{'x' * 200}" for n in range(60_000)]
    lines = [f"{NAMES},About", "DO NOT CALL,,,,", *filler, "OK TO CALL,,,,", f"{ZOE},", *[line.replace("bea", "lea") for line in filler]]
    validated = read(tmp_path, *lines)
    leads = validated.leads.collect()
    assert leads.height == 120_001
    may = leads.select("email", may=pl.col("consent_unclear").is_null())
    assert not may.filter(pl.col("email").str.starts_with("bea"))["may"].any()
    assert may.filter(~pl.col("email").str.starts_with("bea"))["may"].all()


HEADER = ["First Name", "Last Name", "Email", "Phone"]


def test_every_name_of_a_sheet_of_refusals_is_heard(tmp_path):
    family = [f"Quillon{a}{b}{c}" for a in "abcdefghij" for b in "klmnopqrst" for c in "uvwxyzabcd"]
    people = [["Ada", name, f"{name.lower()}@example.org", f"212-555-{1000 + n}"] for n, name in enumerate(family)]
    path = tmp_path / "people.xlsx"
    write(
        path,
        {
            "People": [HEADER, *people, ["Zoe", "Rostand", "zoe@example.org", ""]],
            "Do not call": [["Name"], *([f"Ada {name}"] for name in family)],
        },
    )
    validated = validate_file(path, Manifest(max_rejected=1), "US")
    assert validated.leads.collect().height == 1001
    assert callable_people(validated) == ["Zoe"]
    assert any("Do not call" in note and "names stand in it" in note for note in describe_reading(validated)["notes"])


@pytest.mark.parametrize(
    ("listed", "is_named"),
    [
        (["Ada Quillon"], True), (["Quillon, Ada"], True), (["Ada", "Quillon"], True), (["Quillon", "Ada"], True), (["Mrs Ada B. Quillon"], True),
        (["A. Quillon"], True), (["Mrs Quillon"], True), (["Ada Quillon (widow)"], True), (["17", "Ada Quillon", "moved"], True),
        (["ADA QUILLON"], True), (["Àda Quillon"], True), (["Ada"], False), (["Quillon"], False), (["Bea Quillon"], False), (["Ada Rostand"], False),
        (["Adam Quillon"], False), ([""], False), (["@ada", "Quillon"], False),
    ],
)  # fmt: skip
def test_forms_of_names_in_sheets(listed, is_named):
    people = pl.DataFrame({"first_name": ["Ada", "Zoe"], "last_name": ["Quillon", "Rostand"]})
    found = refused_in_sheets(people, names_of([("DNC", listed)]))
    assert found.to_list() == ["DNC" if is_named else None, None]
