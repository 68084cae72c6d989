"""Columns whose names say something of consent alone, and nothing beside other columns; codes among others; the vocabulary of questions."""

import polars as pl
import pytest
from pydantic import ValidationError

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.vocabulary import Vocabulary, columns_of_other_files, load_vocabulary
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def blocked(tmp_path, header, cells):
    path = tmp_path / "people.csv"
    frame = pl.DataFrame([["Ada", "Quillon", "a@example.org", "212-555-0101", *cells]], schema=[*"abcd", *header], orient="row")
    frame.rename({"a": "First Name", "b": "Last Name", "c": "Email", "d": "Phone"}).write_csv(path)
    leads = validate_file(path, Manifest(max_rejected=1), "US").leads
    return leads.select(pl.any_horizontal("do_not_call", "dnc") | pl.col("consent_unclear").is_not_null()).collect().item()


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (["Dec"], ["x"], True),
        (["Jan", "Feb", "Mar", "Nov", "Dec"], ["x", "", "x", "", "x"], False),
        (["Janv", "Févr", "Mars", "Déc"], ["x", "", "", "x"], False),
        (["Spring", "Summer", "Fall"], ["", "", "yes"], False),
        (["Restricted"], ["Yes"], True),
        (["Gift Amount", "Restricted"], ["50", "Yes"], False),
        (["Stop Date"], ["2024-01-05"], True),
        (["Start Date", "Stop Date"], ["2023-01-05", "2024-01-05"], False),
        (["Do Not Call", "Gift Amount"], ["Yes", "50"], True),
    ],
)
def test_a_short_name_is_read_by_the_columns_beside_it(tmp_path, header, cells, expected):
    assert blocked(tmp_path, header, cells) is expected


@pytest.mark.parametrize(("columns", "expected"), [(["Dec", "Jan"], set()), (["DEC", "jan", "Feb"], {"DEC"}), (["Jan", "Feb"], set())])
def test_as_many_companions_as_the_vocabulary_asks_for_make_a_column_another_one(columns, expected):
    assert columns_of_other_files(columns) == expected


@pytest.mark.parametrize("kind", ["Line Type", "Phone Type", "Type of line", "Tipo de línea", "Anschlussart"])
@pytest.mark.parametrize("phone", ["Home Phone", "Mobile", "Contact Number"])
def test_the_only_number_of_a_person_is_not_called_where_its_line_is_a_fax(tmp_path, phone, kind):
    path = tmp_path / "people.csv"
    path.write_text(
        f"First Name,Last Name,Email,{phone},{kind}\nAda,Quillon,a@example.org,212-555-0101,Fax\nBea,Quillon,b@example.org,212-555-0102,VoIP\n"
    )
    leads = validate_file(path, Manifest(max_rejected=1), "US").leads.collect()
    assert leads.select(pl.any_horizontal(pl.col("phone", "mobile_phone").is_not_null())).to_series().to_list() == [False, True]


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("Comm Code", "NM, NP", "unclear"),
        ("Comm Code", "NM NP", "unclear"),
        ("Comm Code", "NM; NE", None),
        ("Contact Code", "Northern Plains NP", None),
        ("Constituent Code", "IND; DEC", "unclear"),
        ("Stop date", "n/a", None),
        ("TCPA", "N/A", None),
        ("Restringido", "Sí", "unclear"),
    ],
)
def test_a_code_leaves_a_question_among_other_codes_too(name, cell, expected):
    cells = pl.Series(name, [cell, None, "other words that say nothing"])
    assert judge_cells(cells, read_column(name))["phone"].to_list() == [expected, None, None]


@pytest.mark.parametrize(
    ("section", "value", "message"),
    [
        ("asks", {"x": {"names": ["anything"]}}, "no cells are asked about in anything"),
        ("asks", {"x": {"names": ["anything"], "answers": ["perhaps"]}}, "perhaps"),
        ("patterns", {"note": ["("]}, "is no pattern"),
        ("patterns", {"note": ["a"]}, "no words for .*passed"),
        ("of_other_files", {"x": {"columns": ["a"], "companions": []}}, "companions"),
    ],
)
def test_a_vocabulary_that_asks_about_nothing_or_wrongly_is_refused(section, value, message):
    with pytest.raises(ValidationError, match=message):
        Vocabulary.model_validate(load_vocabulary().model_dump() | {section: value})
