"""Words about calls and e-mails, together and by channel."""

import pytest

from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.verdicts import EMPTY, NOTHING, Verdict, about, answered


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Verdict("permitted"), Verdict("refused"), Verdict("refused")),
        (Verdict("unclear"), Verdict("permitted", "permitted"), Verdict("unclear", "permitted")),
        (NOTHING, Verdict(None, "unclear"), Verdict(None, "unclear")),
        (EMPTY, Verdict("refused"), Verdict("refused")),
    ],
)
def test_of_two_verdicts_the_refusal_counts_then_the_question(one, other, both):
    assert one | other == other | one == both


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ({"phone"}, Verdict("refused")),
        ({"email"}, Verdict(None, "refused")),
        ({"contact"}, Verdict("refused", "refused")),
        ({"post"}, NOTHING),
    ],
)
def test_a_word_is_about_the_channels_it_names(channels, expected):
    assert about(frozenset(channels), "refused") == expected


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [("No Phone", "refused", "permitted"), ("Phone OK", "permitted", "refused"), ("Phone Opt In/Out", "unclear", "unclear")],
)
def test_an_answer_says_what_the_direction_of_its_column_makes_of_it(name, yes, no):
    column = read_column(name)
    assert (answered(column, yes=True).phone, answered(column, yes=False).phone) == (yes, no)
