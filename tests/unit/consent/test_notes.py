"""Notes that leave a question."""

import pytest

from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.notes import leaves_a_question, of_relatives
from henk_pipeline.consent.vocabulary import fold

NOTES = read_column("Notes")


@pytest.mark.parametrize(
    "cell",
    [
        "No need to call",
        "he passed",
        "she passed away last spring",
        "Doesn't live here any more",
        "Anruf nicht nötig",
        "contact through assistant only",
    ],
)
def test_a_note_leaves_a_question(cell):
    assert leaves_a_question(cell, NOTES)


@pytest.mark.parametrize(
    "cell",
    [
        "no need to call ahead",
        "she passed her exam",
        "her son no longer lives here",
        "no longer lives in Ohio",
        "contact via email only",
        "need to call",
    ],
)
def test_a_note_about_anything_else_leaves_none(cell):
    assert not leaves_a_question(cell, NOTES)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Obit in the paper", "unclear"),
        ("daughter asked us not to call her mother", "unclear"),
        ("son: father died 2021", "unclear"),
        ("spoke to daughter - dad passed", "unclear"),
        ("Stop calling my mother", "unclear"),
        ("obit editor of the paper", None),
        ("her wife's mother died 2021", None),
    ],
)
def test_relatives_ask_for_the_person_of_the_row(cell, expected):
    found = of_relatives(fold(cell), NOTES)
    assert (found and found.phone) == expected
