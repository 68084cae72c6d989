"""Statements of a refusal in cells of columns that are not of consent: whether that is all they say, and what they are about."""

import re

from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.notes import (
    EXCEPTED,
    is_of_a_relative,
    is_of_the_person,
    leaves_a_question,
    may_refuse,
    names_the_dead,
    of_relatives,
)
from henk_pipeline.consent.parts import SEPARATORS
from henk_pipeline.consent.quick_look import BUT_CALLS
from henk_pipeline.consent.statements import LISTED, Statement, read_statement
from henk_pipeline.consent.verdicts import NOTHING, Verdict, about, named_channels, of_column
from henk_pipeline.consent.vocabulary import all_known, fold, name_words, tokens_of, word_set

MAX_STATEMENT = 120  # characters of a sentence that is an opt-out and nothing else
ALL_BUT_CALLS = re.compile(rf"(?:all|everything|anything|alles|tout|todo|tudo)\b.{{0,12}}? ?{BUT_CALLS}\w*\W*")
# Words of an order: in English its beginning, elsewhere the infinitives and imperatives of contact.
ORDERS = word_set("orders")
# Of "requested no further contact": somebody asked for it.
WISHES = word_set("wishes")
# Before a courtesy title: "La Sra. Quillon".
ARTICLES = word_set("articles")
MAX_NAMES = 4  # words of a name with its title
# Before "call": what somebody does not do, or cannot.
OWN_CALLS = word_set("own_calls")
FROM_ALL = re.compile(r"(?i)\b(?:all (?:lists?|communications?|contacts?)|everything)\b")
UNASKED = re.compile(r"\bcomm(?:s|unication)|solicit")
BY_NAME = re.compile(r"\b(?:him|her|me|them|it)\s+[A-Z]")  # "do not call her Liz"


def is_understood(part: str) -> bool:
    """Return whether a restriction that is not about calls is about something that is known: letters, other people, acknowledgements."""
    statement = read_statement(part)
    other_channels = statement.channels - {"phone", "contact"}
    return (
        bool(other_channels)
        or statement.has("other_purpose")
        or (statement.has("condition") and statement.polarity is None and not statement.unknown)
        or not statement.classes - {"filler", "code", "harmless", "digits"}
        or statement.polarity == "permission"
        or (statement.has("harmless", "preference") and statement.polarity is None and not statement.only)
    )


def refuses_all(part: str) -> bool:
    """Return whether a part of a cell refuses contact of every kind, whatever channels the other parts name: "Mail, Deceased"."""
    statement = read_statement(part)
    if (
        statement.polarity != "refusal"
        or statement.strength == "weak"
        or statement.has("other_person", "other_purpose", "condition", "harmless", "checked")
    ):
        return False
    return statement.channels <= {"contact"} and (
        statement.has("dead") or "contact" in statement.channels or FROM_ALL.search(part) is not None
    )


def read_refusal(cell: str, column: ConsentColumn) -> Verdict | None:
    """Return what a statement of a refusal is about; None where the cell is none, or says more than that."""
    verdict = _read_certain(cell, column)
    if verdict is None and len(cell) <= MAX_STATEMENT and may_refuse(cell, column):
        return about(column.channels | {"phone"}, "unclear")
    return verdict


def _read_certain(cell: str, column: ConsentColumn) -> Verdict | None:  # noqa: C901, PLR0911, PLR0912 - a line a kind of statement
    """Return what a statement of a refusal, or a note that leaves a question, is about; None where the cell is neither, or says more."""
    if ALL_BUT_CALLS.fullmatch(fold(cell)):
        return about(frozenset({"phone"}), "refused")
    if len(cell) <= MAX_STATEMENT and EXCEPTED.search(cell) and is_of_the_person(cell):
        return of_column(column, "unclear") if "phone" in column.unnamed | column.channels else about(frozenset({"phone"}), "unclear")
    if len(cell) <= MAX_STATEMENT and is_of_a_relative(cell, column):
        return about(frozenset({"phone"}), "unclear")
    if len(cell) <= MAX_STATEMENT and names_the_dead(cell, column):
        return of_column(column, "unclear") if "phone" in column.unnamed | column.channels else about(frozenset({"phone"}), "unclear")
    if len(cell) <= MAX_STATEMENT and (asks := of_relatives(fold(cell), column)) is not None:
        return asks
    if len(cell) <= MAX_STATEMENT and leaves_a_question(cell, column):
        return about(column.channels | {"phone"}, "unclear")
    if not column.lenient and (len(cell) > MAX_STATEMENT or not all_known(cell)):
        return (
            _read_named(cell, column) if len(cell) <= MAX_STATEMENT else None
        )  # most notes end here, at a tenth of what reading them costs
    statement = read_statement(cell)
    if statement.has("other_person", "other_purpose") or (
        statement.has("wrong") and statement.has("condition") and not statement.has("refusal", "register", "dead")
    ):
        return _read_named(cell, column)  # of another person ("Frau" may be a wife), or a number that was corrected
    if statement.has("checked") and not statement.has("refusal", "dead") and statement.strength == "strong":
        return None  # "DNC scrubbed"
    if (
        statement.only
        and statement.has("register")
        and "phone" in statement.channels
        and len(statement.channels) > 1
        and not statement.unknown
        and not LISTED.search(cell)
    ):
        return about(frozenset({"phone"}), "unclear")  # "DNC email only": no calls but e-mails, or no e-mails
    if (
        statement.only
        and statement.channels & {"email", "sms", "post"}
        and not statement.channels & {"phone", "contact"}
        and not statement.unknown
        and statement.has("condition")
        and statement.polarity is None
    ):
        return about(frozenset({"phone"}), "unclear")  # "Mail only in December"
    is_wish = statement.polarity == "permission" and statement.strength == "weak"  # "wants e-mail only"
    if (
        statement.only
        and statement.channels
        and not statement.unknown
        and not statement.has("condition")
        and (statement.polarity is None or is_wish)
    ):
        return Verdict(None if "phone" in statement.channels else "refused", None)
    several = len([part for part in SEPARATORS.split(cell) if part]) > 1
    if (
        column.lenient
        and not several
        and statement.has("register")
        and statement.unknown
        and statement.strength == "strong"
        and not statement.has("measure", "condition")
    ):
        return about(
            named_channels(statement) or column.unnamed, "unclear"
        )  # "dnc_q3_upload": it names the list, and says more than that somebody is on it
    if statement.polarity != "refusal" or not _is_plain(statement, cell, column):
        return _read_named(cell, column) if statement.unknown else None
    channels = named_channels(statement) or column.unnamed
    if (
        channels == {"phone"}
        and column.named
        and "phone" not in column.channels
        and not statement.has("negation", "register", "phone", "phone_past")
    ):
        channels = column.channels
    return about(channels, "refused") if channels & {"phone", "email", "contact"} else NOTHING


def _read_named(cell: str, column: ConsentColumn) -> Verdict | None:
    """Return that a note asks which states a refusal of somebody whom it names: "Mr Quillon does not want calls"; None for any other."""
    words, titles = cell.split(), name_words()["title"]
    at = 1 if len(words) > 1 and fold(words[0]) in ARTICLES and fold(words[1]).strip(".") in titles else 0
    start = at
    while at < len(words) and at - start < MAX_NAMES and (fold(words[at]).strip(".") in titles or _may_be_name(words[at])):
        at += 1
    rest = " ".join(words[at:])
    if all(fold(word).strip(".") in titles for word in words[start:at]) or not rest or not all_known(rest):
        return None
    statement = read_statement(rest)
    if (
        statement.polarity != "refusal"
        or statement.unknown
        or statement.strength == "weak"
        or not statement.channels & {"phone", "contact"}
    ):
        return None
    if statement.has("other_person", "other_purpose", "condition", "wrong", "measure", "checked", "link", "number"):
        return None
    tokens = tokens_of(rest)
    if any(token.has("harmless") and not token.has("preference") for token in tokens):
        return None
    if tokens[0].text in OWN_CALLS and not statement.has("modal", "being"):
        return None  # "Tom cannot call in": it is he who calls
    return about(frozenset({"phone"}), "unclear") if column.noted or not column.named else None


def _may_be_name(word: str) -> bool:
    return word[:1].isupper() and word[1:].strip(".,").islower() and all(token.has("unknown") for token in tokens_of(word))


def _is_plain(statement: Statement, cell: str, column: ConsentColumn) -> bool:  # noqa: PLR0911 - a line a kind of statement
    """Return whether the refusal is all that a text says, or in a column of short codes the plain part of it."""
    if statement.strength == "weak":
        return (
            column.lenient
            and not statement.unknown
            and not statement.has("measure", "code", "subscription")
            and statement.has("weak_refusal")
            and (
                (column.named and column.channels == {"phone"})
                or (column.solicits and statement.has("blocked"))
                or (column.status and column.named and "phone" in column.channels and not column.restriction)
            )
        )
    if (
        column.outcome
        and statement.strength == "negated"
        and "contact" in statement.channels
        and not _is_order(cell)
        and not UNASKED.search(fold(cell))
    ):
        return False  # nobody was reached
    if statement.strength == "negated":
        if statement.has("condition", "measure") or (
            statement.channels and not statement.channels & {"phone", "contact"} and statement.unknown
        ):
            return False
        return not statement.unknown or (column.lenient and not BY_NAME.search(cell))
    if statement.has("dead", "wrong", "register") and not statement.has("refusal"):
        if statement.has("wrong") and not statement.wrong_number:
            return column.named and column.channels == {"phone"} and not statement.unknown
        return not statement.unknown
    return not statement.unknown or column.lenient


def _is_order(cell: str) -> bool:
    """Return whether a refusal of contact is an order ("do not contact", "ne pas contacter"), no report that nobody was reached."""
    return any(token.text in ORDERS or token.text in WISHES for token in tokens_of(cell))
