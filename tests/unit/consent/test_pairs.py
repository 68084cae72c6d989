"""Tables of a row an answer: a column names the question, or the channel, and another one holds the answer."""

import polars as pl
import pytest

from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.tables import judge_table


def callable_people(**columns):
    table = pl.DataFrame(columns)
    named = {name: column for name in table.columns if (column := read_column(name)) is not None}
    said = judge_table(table, named).frame
    return said.select(~(pl.col("do_not_call") | pl.col("dnc") | pl.col("consent_unclear").is_not_null())).to_series().to_list()


@pytest.mark.parametrize(
    ("question", "answer"), [("Attribute Category", "Attribute Description"), ("Preference", "Value"), ("Question", "Answer")]
)
def test_an_answer_is_read_by_the_question_before_it(question, answer):
    columns = {
        question: ["Phone consent", "Phone consent", "Email consent", "Phone opt-in", "Birthday card"],
        answer: ["No", "Yes", "No", "n", "No"],
    }
    assert callable_people(**columns) == [False, True, True, False, True]


def test_a_question_that_is_not_answered_clearly_asks():
    columns = {"Attribute Category": ["Phone consent"] * 4, "Attribute Description": ["Yes", "No", "Yes", "ask Dana"]}
    assert callable_people(**columns) == [True, False, True, False]


@pytest.mark.parametrize("channel", ["Consent channel", "Channel", "Kanal"])
def test_an_opt_out_is_of_the_channel_of_its_row(channel):
    columns = {channel: ["Phone", "Email", "Mail", "SMS", "All", None], "Constituent consent response": ["Opt-out"] * 6}
    assert callable_people(**columns) == [False, True, True, True, False, False]


def test_a_column_of_other_things_is_no_column_of_channels():
    assert callable_people(Channel=["Phone", "Web shop"], Status=["Opted out", "Opted out"]) == [False, False]
    assert callable_people(Channel=["Email", "Email"], Status=["Do not call", "Active"]) == [False, True]
