"""Cells of several parts: answers by channel ("Email: Y, Phone: N"), lists of channels, clauses, questions that a cell repeats."""

import re

from henk_pipeline.consent.columns import ConsentColumn, read_column
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.verdicts import NOTHING, Verdict, Word, about, answered, of_column
from henk_pipeline.consent.vocabulary import answer_key, answers, tokens_of, word_set

SEPARATORS = re.compile(
    r"(?i)\s*(?:<br\s*/?>|[;|,\n•·+&~*^<>\[\]]|:::|\s[-–—/]+\s|[.!?](?=\s|$)|\((?=\D)|\)|/|\s(?:but|aber|pero|maar)\s"
    r"|\s(?:and|und|et|y|en|e)\s(?=(?:do not|don'?t|dnc|no calls?)\b))\s*"
)
HARD_SEPARATORS = re.compile(r"[;|\n]")  # between entries of a list, each of which stands by itself: "no email; opted out"
# Between the channels of a list: "Email and Post", "Email / Post".
LISTED_CHANNELS = re.compile(r"(?i)\s*(?:[,;|/&+\n]|\s(?:and|und|et|y|en|e|o|or|oder|ou)\s)\s*")
ALLOWED_CHANNELS = ConsentColumn("permission")
MAX_LIST = 200  # characters of a list that are read
ALLOWED_CALL = word_set("allowed_call")
PIECES = re.compile(r"\s*(?:[,;|\n]|\s/\s)\s*")
PAIR = re.compile(r"^(.*\w.*?)\s*(?:[:=]\s*|\s[-–—]\s|\s|-(?=[YNyn]$))\s*(\S+)$", re.DOTALL)  # "Email: Y", "phone = no", "SMS ✗"
ASSIGNED = re.compile(r"\w+[:=]\w+(?:\s+\w+[:=]\w+)*|\w+-[YNyn]")  # "email:in phone:out", "CALL-N"
# An answer beside its question, as in JSON, in forms and in notes: "do_not_call": true, opt_out=false, "May call: N".
ASSIGNMENT = re.compile(r"""["']?([^\W\d][\w ./-]{1,60}?)["']?\s*[:=?]+\s*["']?([^\W\d_]{1,5}|[01])\b["']?""")
# Allows also where a yes would refuse: "Do Not Call: call ok".
OK = {"ok", "okay"}
# How somebody said it, not what it is about: "asked by e-mail".
SOURCE_WORDS = word_set("source_words")


def judge_by_channel(cell: str, column: ConsentColumn) -> Verdict | None:
    """Judge answers by channel ("Email: Y, Phone: N"); None where a part of the cell is none."""
    verdict = NOTHING
    for piece in cell.split() if ASSIGNED.fullmatch(cell) else PIECES.split(cell):
        match = PAIR.fullmatch(piece.strip(" .()[]{}"))
        if match is None:
            return None
        named, key = read_statement(match[1], trailing=False), answer_key(match[2].strip("\"'.()[]"))
        if ASSIGNED.fullmatch(piece):
            key = {"in": "yes", "out": "no"}.get(key, key)  # "phone:out"
        if column.direction == "permission" and {":", "="} & set(piece):  # "call: granted"
            key = "yes" if key in answers()["granted"] else "no" if key in answers()["refused"] else key
        yes = key in answers()["yes"] | OK
        if not named.channels or named.polarity or named.unknown or not (yes or key in answers()["no"]):
            return None
        refused = yes and key not in OK if column.direction == "refusal" else not yes
        verdict = verdict | about(named.channels, "refused" if refused else "permitted")
    return verdict


def judge_list(parts: list[str], column: ConsentColumn) -> Verdict | None:
    """Judge a list of channels: in a column of refusal those refused, in one of permission those allowed."""
    statements = [read_statement(part) for part in parts]
    if not statements or any(
        statement.polarity
        or statement.unknown
        or not statement.channels
        or not statement.classes <= {"filler", "contact", "phone", "device", "email", "sms", "post", "fax"}
        for statement in statements
    ):
        return None
    channels = frozenset(channel for statement in statements for channel in statement.channels)
    if column.direction == "refusal" and (
        len(column.channels) == 1 or any(token.text in SOURCE_WORDS for part in parts for token in tokens_of(part))
    ):
        return about(channels & column.channels, "refused") if channels & column.channels else None
    if column.direction == "refusal":
        listed = about(channels, "refused")
        return Verdict(
            listed.phone or ("permitted" if "phone" in column.channels else None),
            listed.email or ("permitted" if "email" in column.channels else None),
        )
    if column.direction != "permission":
        return of_column(column, "unclear") if column.strict else NOTHING
    listed = about(channels, "permitted")
    # What is not in the list was not allowed, and not refused either.
    lacking: Word | None = "unclear" if column.strict else None
    return Verdict(
        listed.phone or (lacking if "phone" in column.channels else None), listed.email or (lacking if "email" in column.channels else None)
    )


def lists_without_calls(cells: list[str]) -> frozenset[str]:
    """Return the cells of a column of preferences that list channels without the telephone, where other lists of it name the telephone.

    "Email, Post" beside "Email, Phone" is a form on which calls could be ticked, and were not. One channel alone is what a person likes best.
    """
    channels_by_cell: dict[str, frozenset[str]] = {}
    for cell in cells:
        parts = [part for part in LISTED_CHANNELS.split(cell[:MAX_LIST]) if part.strip()]
        listed = judge_list(parts, ALLOWED_CHANNELS) if len(parts) > 1 else None
        if listed is not None:
            channels_by_cell[cell] = frozenset().union(*(read_statement(part).channels for part in parts))
    if not any("phone" in channels for channels in channels_by_cell.values()):
        return frozenset()
    return frozenset(cell for cell, channels in channels_by_cell.items() if "phone" not in channels)


def judge_clauses(parts: list[str]) -> Verdict | None:
    """Judge a cell of which one part refuses and another one allows ("phone: opted in, email: opted out"); None where a part does neither."""
    statements = [read_statement(part) for part in parts]
    allows = [
        statement.polarity == "permission"
        or (statement.only and bool(statement.channels))
        or statement.has("preference")
        or answer_key(part) in ALLOWED_CALL
        for statement, part in zip(statements, parts, strict=True)
    ]
    refuses = [statement.polarity == "refusal" for statement in statements]
    if (
        not any(allows)
        or not all(a or b for a, b in zip(allows, refuses, strict=True))
        or any(statement.unknown or statement.has("condition") for statement in statements)
    ):
        return None
    verdict = NOTHING
    for statement, refused in zip(statements, refuses, strict=True):
        if refused:
            verdict = verdict | about(statement.channels or frozenset({"contact"}), "refused")
        elif statement.only and statement.channels and "phone" not in statement.channels:
            verdict = verdict | about(frozenset({"phone"}), "refused")
    return verdict


def judge_assigned(cell: str) -> Verdict | None:
    """Judge answers to questions that a cell repeats; None where it has none about consent."""
    verdict: Verdict | None = None
    for question, answer in ASSIGNMENT.findall(cell):
        column, key = read_column(question), answer_key(answer)
        if column is None or column.direction not in ("refusal", "permission") or key not in answers()["yes"] | answers()["no"]:
            continue
        answer_verdict = answered(column, yes=key in answers()["yes"])
        verdict = answer_verdict if verdict is None else verdict | answer_verdict
    return verdict
