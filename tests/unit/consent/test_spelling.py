"""Misspelled words of consent, and words that are spelled as meant."""

import pytest

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import STATED, read_column
from henk_pipeline.consent.vocabulary import load_vocabulary, tokens_of


def misspelled(word):
    """Return a word with a letter missing, too many, wrong and swapped, the first one kept."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        yield word[:at] + "q" + word[at + 1 :]
        yield word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


@pytest.mark.parametrize("word", load_vocabulary().spelling.words)
def test_a_word_misspelled_by_a_letter_is_read_as_meant(word):
    classes = {name for token in tokens_of(word) for name in token.classes}
    for wrong in misspelled(word):
        assert classes & {name for token in tokens_of(wrong) for name in token.classes}, wrong


@pytest.mark.parametrize(
    "name", ["Content", "Contract", "Concert", "Context", "Decreased", "Remission", "Increased", "Contest", "Consult", "Desserts"]
)
def test_another_word_is_not_taken_for_a_misspelled_one(name):
    for cell in ("yes", "no", "2024-03-01"):
        read = read_column(name)
        assert read is None or judge(cell, read).phone is None


@pytest.mark.parametrize(
    "cell", ["unsubcribed", "unsubscirbed", "deceasde 2021", "deceaed in 2020", "verstorbn", "overledn", "falecdo", "fallecdo"]
)
def test_a_misspelled_refusal_in_any_column_is_heard(cell):
    assert judge(cell, STATED).phone == "refused"
