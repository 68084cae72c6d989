"""Columns that ask whether a person wants news ("Keep me updated", "Receive news"), judged by the words of their names. No cells are read here."""

import re
from functools import lru_cache

from henk_pipeline.consent.columns import CHANNELS_OF, ConsentColumn
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.vocabulary import name_words, plain_words, tokens_of


@lru_cache(maxsize=10_000)
def read_news(name: str) -> ConsentColumn | None:
    """Return the column of a name that asks about news and names no channel; None for any other.

    A no to news is one to e-mails, as a no to the newsletter is: nobody said that they must not be called.

    Args:
        name: A column's name, or a question in a cell ("Send me updates").

    Returns:
        A permission of e-mails, or a refusal of them where the name says no ("No news").
    """
    text = _TOPIC.sub(" ", name)
    words = plain_words(text)
    statement = read_statement(name, trailing=False)
    if not words or statement.channels or statement.has("refusal", "register", "dead", "wrong", "other_person"):
        return None
    says_no = [token for token in tokens_of(" ".join(words)) if token.has("negation")]
    negations = {word for token in says_no for word in token.text.split()}
    rest = [word for word in words if word not in negations]
    if not _is_of_news(rest, is_of_topic=text != name):
        return None
    return ConsentColumn(
        "refusal" if says_no else "permission", CHANNELS_OF["email"], named=True, unnamed=CHANNELS_OF["email"], strict=True
    )


def _is_of_news(words: list[str], *, is_of_topic: bool) -> bool:
    """Return whether words name news alone, somebody who gets news, or somebody who is kept informed, and nothing else."""
    entries = name_words()
    around, getting = entries["around_news"], entries["getting"]
    joined = " ".join(words)
    if joined in entries["news"]:
        return True
    without = " ".join(word for word in words if word not in around)
    if joined in entries["kept_informed"] or without in _kept_informed():
        return True
    others = set(words) - around
    if not entries["news"].isdisjoint(others):
        return others <= entries["news"] | entries["informed"] | getting
    # "Send information", not "Information", nor "Wants more information about bequests".
    return (
        not is_of_topic
        and others <= entries["informed"] | getting
        and not (others.isdisjoint(entries["informed"]) or others.isdisjoint(getting))
    )


@lru_cache(maxsize=1)
def _kept_informed() -> frozenset[str]:
    """Return the phrases of being kept informed without the words that carry nothing: "keep up date", "auf laufenden halten"."""
    entries = name_words()
    return frozenset(" ".join(word for word in phrase.split() if word not in entries["around_news"]) for phrase in entries["kept_informed"])


# What news is about: "Receive news about our work".
_TOPIC = re.compile(r"\b(?:about|regarding|concerning|on|[üu]e?ber|sobre|over)\b.*$", re.IGNORECASE)
