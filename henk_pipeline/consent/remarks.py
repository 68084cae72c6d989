"""What the words beside the numbers of a cell say: calls are refused, a number is a fax's or wrong, or nothing about calling."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from henk_pipeline.consent.statements import NOUNS, read_statement
from henk_pipeline.consent.vocabulary import answer_key, answers, fold, tokens_of


class Remark(NamedTuple):
    """What stands beside a number in a cell of numbers.

    `numbers`: the cell without the words and without numbers that must not be used, None where none is left; `refused`: the words refuse calls;
    `dropped`: why a number was left out (fax, wrong, another person's), None where none was.
    """

    numbers: str | None
    refused: bool = False
    dropped: str | None = None


FAX = re.compile(
    r"(?i)(?:^|[\s(/;,])\(?(?:tele)?f(?:ax)?(?:[.:]+\)?|\))|\b(?:tele)?fax\b|\bfacsimile\b|\bfx\b|\s\(?f\)?\s*$|\bpager\b|\bbeeper\b"
)
NO_FAX = re.compile(r"(?i)\(?\b(?:not?|kein|pas|sin|geen|não)\s+(?:an?\s+|un\s+|de\s+)?(?:tele)?fax\b\)?")
NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{3,}\d(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?", re.IGNORECASE)
# When somebody said it: "DNC 3/4/22", not "01.02.03.04.05".
DAY = re.compile(
    r"(?<![\d./-])(?:\d{1,2}/\d{1,2}/(?:(?:19|20)\d\d|\d\d)|\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d\d|(?:19|20)\d\d-\d{1,2}-\d{1,2})(?![./-]?\d)"
)
# Beside a number they say by themselves that it is not called.
SIGN_CHARACTERS = "†✝✞☠⚰🚫📵⛔❌"
SIGNS = re.compile(f"[{SIGN_CHARACTERS}]")
CLAUSES = re.compile(r"[,;.()]|\s[-–—]\s")
NO_WORDS = read_statement("")
DISCONNECTED = "disconnected"
# Where a number rings.
PLACES = {"work", "office"}
PARTS = re.compile(
    r"\s*(?:[;|\n]|,(?=\D{0,80}\d{3})|\s/\s|/(?=\s*[+(A-Za-z])|\s(?:or|and|oder|und|ou|et|o|y|e|en|of)\s(?=\D{0,20}\d{3})|&)\s*",
    re.IGNORECASE,
)


@lru_cache(maxsize=50_000)
def read_phone_cell(cell: str) -> Remark | None:
    """Read the words beside the numbers of a cell; None where they say nothing about calling."""
    refused, dropped, kept = False, None, []
    of_others: list[str] = []
    touched = False
    any_number = NUMBER.search(cell) is not None
    cell = _slashed_codes().sub(DISCONNECTED, cell)
    for part in PARTS.split(cell):
        undated = DAY.sub(" ", part)
        if NUMBER.search(undated) is None:
            undated = part
        numbers = [match.group().strip() for match in NUMBER.finditer(undated)]
        words = NUMBER.sub(" ", undated)
        words = NO_FAX.sub(" ", words)
        if numbers and FAX.search(words):
            dropped, touched = "fax", True
            # Words next to a fax and another number refuse the other one: "212-555-0101 (fax: 212-555-0111) do not call".
            refused |= len(numbers) > 1 and _remark(FAX.sub(" ", words), alone=False) == "refused"
            continue
        remark = _remark(words, alone=not any_number)
        if remark is None and numbers and _is_of_another(words):
            of_others.append(part)
            continue
        if remark is None:
            if numbers or not any_number:
                kept.append(part)
            continue
        touched = True
        if remark == "refused":
            refused = True
            kept += numbers
        else:
            dropped = dropped or "wrong number"
    if of_others and any(NUMBER.search(part) for part in kept):
        dropped, touched = dropped or "another person's number", True
    elif of_others:
        kept = [*kept, *of_others]  # the only number there is: a person says whether it is called
    return Remark("; ".join(kept) or None, refused, dropped) if touched else None


@lru_cache(maxsize=1)
def _slashed_codes() -> re.Pattern[str]:
    """Return a pattern of codes of a wrong number that a slash between numbers must not divide: "d/c"."""
    codes = [re.escape(code) for code in sorted(answers()["wrong_codes"], key=len, reverse=True) if "/" in code]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(codes)})(?![^\W_])", re.IGNORECASE)


def _refuses_and_names_another_way(words: str) -> bool:
    """Return whether words refuse calls at any time, and say of another channel when: "do not call, evenings only by mail"."""
    first, *rest = [read_statement(fold(clause), trailing=False) for clause in CLAUSES.split(words.strip(" ,;.()-")) if clause.strip()] or [
        NO_WORDS
    ]
    refuses = (
        first.polarity == "refusal"
        and first.strength != "weak"
        and "phone" in first.channels
        and not first.has("condition", "other_person")
    )
    return refuses and bool(rest) and all(clause.channels and "phone" not in clause.channels for clause in rest)


def _is_of_another(words: str) -> bool:
    """Return whether the words beside a number say that it is another person's ("wife", "son's cell")."""
    return any(character.isalpha() for character in words) and read_statement(fold(words), trailing=False).has("other_person")


def _remark(words: str, *, alone: bool) -> Literal["refused", "wrong"] | None:  # noqa: PLR0911 - a line a kind of remark
    """Read the words of a cell of numbers; `alone`: there is no number beside them."""
    if not any(character.isalpha() for character in words):
        return "refused" if SIGNS.search(words) else None
    # Of the codes "dc" may be a place, and "d" a death.
    if answer_key(words.strip(" ,;:.()-–—")) in answers()["wrong_codes"] - answers()["dead_letters"] - {"fax"}:
        return "wrong"
    statement = read_statement(fold(words), trailing=False)
    if statement.only and statement.channels and "phone" not in statement.channels and not statement.unknown:
        return "refused"  # "text only"
    tokens = tokens_of(fold(words))
    # "Work - do not call" names the number, it is no hour.
    at_times = any(token.has("condition") and token.text not in PLACES for token in tokens)
    if at_times and statement.strength != "strong" and _refuses_and_names_another_way(words):
        return "refused"
    if (at_times and statement.strength != "strong") or statement.polarity != "refusal":
        return None
    if statement.has("other_person") and statement.has("dead"):
        return None  # "wife deceased": the number may be that of the person
    final = any(token.has("refusal", "register") or (token.has("dead") and not token.has("wrong")) for token in tokens)
    if statement.has("wrong") and not final:
        return "wrong"
    if final:
        return "refused"
    if alone and not any(token.has("phone") and token.text not in NOUNS for token in tokens) and not statement.has("contact"):
        return "wrong"  # "no phone": there is none
    return "refused" if not statement.channels or statement.channels & {"phone", "contact"} else None
