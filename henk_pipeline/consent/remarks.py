"""What the words beside the numbers of a cell say: calls are refused, a number is a fax's or wrong, or nothing about calling."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from henk_pipeline.consent.statements import NOUNS, read_statement
from henk_pipeline.consent.vocabulary import fold, tokens_of


class Remark(NamedTuple):
    """What stands beside a number in a cell of numbers.

    `numbers`: the cell without the words and without numbers that must not be used, None where none is left; `refused`: the words refuse calls;
    `dropped`: why a number was left out (fax, wrong), None where none was.
    """

    numbers: str | None
    refused: bool = False
    dropped: str | None = None


FAX = re.compile(
    r"(?i)(?:^|[\s(/;,])\(?(?:tele)?f(?:ax)?(?:[.:]+\)?|\))|\b(?:tele)?fax\b|\bfacsimile\b|\bfx\b|\s\(?f\)?\s*$|\bpager\b|\bbeeper\b"
)
NO_FAX = re.compile(r"(?i)\(?\b(?:not?|kein|pas|sin|geen|não)\s+(?:an?\s+|un\s+|de\s+)?(?:tele)?fax\b\)?")
NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{3,}\d(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?", re.IGNORECASE)
PARTS = re.compile(
    r"\s*(?:[;|\n]|,(?=\D{0,80}\d{3})|\s/\s|/(?=\s*[+(A-Za-z])|\s(?:or|and|oder|und|ou|et|o|y|e|en|of)\s(?=\D{0,20}\d{3})|&)\s*",
    re.IGNORECASE,
)


@lru_cache(maxsize=50_000)
def read_phone_cell(cell: str) -> Remark | None:
    """Read the words beside the numbers of a cell; None where they say nothing about calling."""
    refused, dropped, kept = False, None, []
    touched = False
    any_number = NUMBER.search(cell) is not None
    for part in PARTS.split(cell):
        numbers = [found.group().strip() for found in NUMBER.finditer(part)]
        words = NUMBER.sub(" ", part)
        words = NO_FAX.sub(" ", words)
        if numbers and FAX.search(words):
            dropped, touched = "fax", True
            continue
        remark = _remark(words, alone=not any_number)
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
    return Remark("; ".join(kept) or None, refused, dropped) if touched else None


def _remark(words: str, *, alone: bool) -> Literal["refused", "wrong"] | None:  # noqa: PLR0911 - a line a kind of remark
    """Read the words of a cell of numbers; `alone`: there is no number beside them."""
    if not any(character.isalpha() for character in words):
        return None
    said = read_statement(fold(words), trailing=False)
    if said.only and said.channels and "phone" not in said.channels and not said.unknown:
        return "refused"  # "text only"
    if said.has("other_person") or (said.has("condition") and said.strength != "strong") or said.polarity != "refusal":
        return None
    tokens = tokens_of(fold(words))
    final = any(token.has("refusal", "register") or (token.has("dead") and not token.has("wrong")) for token in tokens)
    if said.has("wrong") and not final:
        return "wrong"
    if final:
        return "refused"
    if alone and not any(token.has("phone") and token.text not in NOUNS for token in tokens) and not said.has("contact"):
        return "wrong"  # "no phone": there is none
    return "refused" if not said.channels or said.channels & {"phone", "contact"} else None
