"""Cells of several parts."""

import pytest

from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.parts import judge_assigned, judge_by_channel, judge_clauses, judge_list


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("Email: Y, Phone: N", ("refused", "permitted")), ("phone:out email:in", ("refused", "permitted")), ("Phone: maybe", None)],
)
def test_answers_by_channel(cell, expected):
    found = judge_by_channel(cell, read_column("Consent"))
    assert (found and (found.phone, found.email)) == expected


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        ("Contact by", ["phone", "mail"], None),
        ("Consent", ["email"], "unclear"),
        ("Consent", ["phone"], "permitted"),
        ("Opted out", ["phone"], "refused"),
        ("Consent", ["phone", "Dana"], None),
    ],
)
def test_a_list_of_channels_by_the_direction_of_its_column(name, parts, expected):
    found = judge_list(parts, read_column(name))
    assert (found and found.phone) == expected


def test_clauses_of_which_one_refuses_and_another_allows():
    assert judge_clauses(["phone opted in", "email opted out"]).email == "refused"
    assert judge_clauses(["no calls", "email ok"]).phone == "refused"
    assert judge_clauses(["no calls", "Dana"]) is None


def test_a_question_that_a_cell_repeats():
    assert judge_assigned('{"do_not_call": true}').phone == "refused"
    assert judge_assigned("colour: no") is None
