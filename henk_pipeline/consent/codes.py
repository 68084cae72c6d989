"""Cells that are codes or tags: those that say something by themselves, and those that leave a question in their column."""

import re

from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.expiry import is_date
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.verdicts import NOTHING, Verdict, about, of_column
from henk_pipeline.consent.vocabulary import answer_key, answers, tokens_of, word_set

MAX_DATED = 60  # characters of an answer with its date
MAX_LISTED_CODE = 4  # characters of each of several codes: "NM NP"
CODES = re.compile(r"[\s;,|/]+")
# Capital letters alone: "NP, NM". In small letters they may be words.
A_LIST_OF_CODES = r"^\s*[A-Z0-9]{1,6}(?:[\s,;|/+]+[A-Z0-9]{1,6}){1,9}\s*$"
# Codes of a wrong number that are no words of other notes ("DC").
WRONG_NUMBER = word_set("wrong_number")
MAX_TAGS = 20
# Of the words for the dead those that are nothing else: not "dead", "mort", "rip".
DECEASED = word_set("deceased")
# What a spreadsheet shows where a formula failed.
ERROR = re.compile(
    r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA|BEZUG!|NV|WERT!|BUSY!|UNKNOWN!)"
)


def is_asked_about(cell: str, key: str, column: ConsentColumn) -> bool:
    """Return whether a cell, or one of the codes that it lists, leaves a question in its column."""
    if key in answers()["empty"] - column.asked:
        return False
    if key in column.asked or (column.asks_dates and key not in answers()["no"] and is_date(cell)):
        return True
    codes = [answer_key(part) for part in CODES.split(cell)] if len(cell) <= MAX_DATED else []
    asked = column.asked - answers()["no"]  # "No mail" is no "No"
    return len(codes) > 1 and any(code in asked for code in codes if code.isalpha()) and max(map(len, codes)) <= MAX_LISTED_CODE


def read_orders(parts: list[str], column: ConsentColumn) -> Verdict | None:
    """Judge notes, or tags, of which one is an order and nothing else ("STOP", "Rude. Remove.", "baja, socio"); None where none is."""
    keys = [answer_key(part.strip(" .!,;:*\"'()[]")) for part in parts]
    if column.noted and len(keys) == 1 and keys[0] in answers()["alone"]:
        return about(column.unnamed, "refused")
    if column.noted and len(keys) == 1 and keys[0] in WRONG_NUMBER:
        return about(frozenset({"phone"}), "unclear")
    if column.noted and len(keys) == 1 and keys[0] in answers()["revocations"]:
        return of_column(column, "unclear")
    ordered = any(key in answers()["alone"] | answers()["removal_codes"] for key in keys)
    return of_column(column, "unclear") if ordered else None


def holds_refusing_tag(cell: str) -> bool:
    """Return whether one of several tags that only blanks stand between refuses by itself: "GoneAway Deceased", "VIP NoCalls"."""
    words = cell.split()
    statement = read_statement(cell)
    if not 1 < len(words) <= MAX_TAGS or statement.polarity != "refusal" or statement.has("other_person", "harmless", "checked"):
        return False
    return any(_is_refusing_tag(word) for word in words)


def holds_tag_of_wrong_number(cell: str) -> bool:
    """Return whether one of several tags that only blanks stand between says that a number is wrong: "wrong-number gala"."""
    words = cell.split()
    if not 1 < len(words) <= MAX_TAGS or read_statement(cell).has("other_person", "harmless", "checked", "condition"):
        return False
    return any(statement.wrong_number and not statement.unknown for statement in map(read_statement, words))


def _is_refusing_tag(word: str) -> bool:
    tokens = tokens_of(word)
    if not tokens or any(token.has("unknown") for token in tokens):
        return False
    statement = read_statement(word)
    return any(token.text in DECEASED for token in tokens) or (
        statement.polarity == "refusal"
        and statement.strength != "weak"
        and statement.has("refusal", "register", "negation")
        and (not statement.channels or bool(statement.channels & {"phone", "contact"}))
    )


def read_code(cell: str, key: str, column: ConsentColumn) -> Verdict | None:  # noqa: PLR0911 - a line a kind of code
    """Judge a code that says something by itself; None where it is none."""
    answer_sets = answers()
    if key in answer_sets["alone"]:
        return about(column.unnamed, "refused")
    if column.named and ERROR.fullmatch(cell):
        return of_column(column, "unclear")
    if column.solicits and (refused := _refused_by_codes(cell, key)):
        return about(refused, "refused")
    if (column.outcome or column.status) and key in answer_sets["wrong_codes"]:
        return about(frozenset({"phone"}), "refused")
    if column.restriction and key in answer_sets["lifted"]:
        return NOTHING
    if column.status and column.of_people and (key.rstrip(".") in answer_sets["dead_codes"] - {"dis"} or key in answer_sets["dead_status"]):
        return of_column(column, "unclear")
    if key in answer_sets["dropped_calls"] and (column.outcome or (column.status and cell.isupper())):
        return NOTHING  # "DROP" of VICIdial
    if key in answer_sets["removal_codes"] and (column.outcome or column.of_people):
        return about(column.unnamed, "refused") if column.outcome else of_column(column, "unclear")
    return None


def _refused_by_codes(cell: str, key: str) -> frozenset[str]:
    """Return what solicit codes refuse, one or several of a cell ("NP; NM"): phone, contact, or nothing."""
    codes = {key, *map(answer_key, re.findall(r"[A-Z0-9]+", cell) if re.match(A_LIST_OF_CODES, cell) else ())}
    channels = {"no_phone_codes": "phone", "no_contact_codes": "contact"}
    return frozenset(channel for name, channel in channels.items() if not answers()[name].isdisjoint(codes))


def labels_wrong_number(label: str) -> bool:
    """Return whether the label of a number says that it is wrong, and nothing of the person: "Bad Number", not "Deceased"."""
    statement = read_statement(label)
    return answer_key(label) in answers()["wrong_codes"] - {"fax"} or (
        statement.has("wrong") and statement.polarity == "refusal" and not statement.has("refusal", "register", "dead", "phone_past")
    )


def is_blocked(part: str) -> bool:
    """Return whether a status says that somebody is blocked, and not from what."""
    statement = read_statement(part)
    return (
        statement.has("blocked")
        and statement.polarity == "refusal"
        and not statement.classes - {"blocked", "weak_refusal", "bare", "filler", "code"}
    )
