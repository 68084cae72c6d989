"""The kind of a cell, by its shape alone; sniffing, headers and ragged rows are judged by it. No field names, no values."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

Kind = Literal["blank", "email", "url", "date", "number", "phone", "flag", "code", "text"]

PLACEHOLDERS = {
    "-",
    "--",
    "—",
    ".",
    "..",
    "...",
    "n/a",
    "na",
    "n.a.",
    "none",
    "null",
    "nil",
    "unknown",
    "#n/a",
    "nan",
    "?",
    "*",
    "(blank)",
    "\\n",
}
FLAGS = {"yes", "no", "true", "false", "y", "n", "ja", "nein", "oui", "non", "sí", "si", "sim", "não", "nee", "x"}
EMAIL = re.compile(r"<?[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[A-Za-z]{2,}>?")
URL = re.compile(r"(?:https?|ftp)://\S+|www\.\S+\.\S+", re.IGNORECASE)
MONTH = r"(?:jan|feb|fév|mar|mär|mrt|apr|avr|abr|may|mai|mei|jun|juin|jul|juil|aug|aoû|ago|sep|set|oct|okt|out|nov|dec|dez|déc|dic|ene)[a-zéäû]*\.?"
CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?(?:\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
DAY = (
    r"(?:\d{4}(?:[-/]|\. ?)\d{1,2}(?:[-/]|\. ?)\d{1,2}\.?|\d{1,2}(?:[-/]|\. ?)\d{1,2}(?:[-/]|\. ?)(?:\d{4}|\d{2})"
    rf"|\d{{1,2}}\.?[ -]{MONTH},?[ -]\d{{2,4}}|{MONTH} \d{{1,2}},? \d{{4}})"
)
DATE = re.compile(rf"{DAY}(?:(?:T|,?\s+){CLOCK})?|{CLOCK}", re.IGNORECASE)
# ISO 4217, without funds, metals and test codes: "TEL1" and "COL2" are names of columns, not amounts.
CURRENCY = (
    "(?:AED|AFN|ALL|AMD|ANG|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BGN|BHD|BIF|BMD|BND|BOB|BRL|BSD|BTN|BWP|BYN|BZD|CAD|CDF|CHF|CLP|CNY|COP|CRC"
    "|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GEL|GHS|GIP|GMD|GNF|GTQ|GYD|HKD|HNL|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD"
    "|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MRU|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN|NIO"
    "|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SBD|SCR|SDG|SEK|SGD|SHP|SLE|SOS|SRD|SSP|STN|SVC|SYP|SZL|THB|TJS"
    "|TMT|TND|TOP|TRY|TTD|TWD|TZS|UAH|UGX|USD|UYU|UZS|VED|VES|VND|VUV|WST|XAF|XCD|XOF|XPF|YER|ZAR|ZMW|ZWG)"
)
NUMBER = re.compile(
    rf"\(?[-+]?\s?(?:{CURRENCY}\s?)?[$€£¥]?\s?[-+]?(?:\d{{1,3}}(?:[,.'’\u00a0 ]\d{{3}})+|\d+)?(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s?"
    rf"(?:[%$€£¥]|{CURRENCY})?\)?"
)
PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{5,20}\d(?:\s*(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
CODE = re.compile(r"(?=\S*\d)[A-Za-z0-9][A-Za-z0-9_\-./#]*")
HAS_DIGIT = re.compile(r"\d")
# A column is of a kind when nearly all of what is filled in it is.
SHARE = 0.8
MAX_VALUE = 200  # characters of a cell that may be more than text


def kind_of(cell: str) -> Kind:
    """Return the kind of a cell. Placeholders as "n/a" are blank."""
    text = cell.strip()
    return "text" if len(text) > MAX_VALUE else _kind_of_value(text)


@lru_cache(maxsize=10_000)  # the sniffer and the layout ask for the kind of each cell of a file's beginning 12 times
def _kind_of_value(text: str) -> Kind:  # noqa: PLR0911 - one line a kind
    if not text or text.casefold() in PLACEHOLDERS:
        return "blank"
    if not HAS_DIGIT.search(text):
        if "@" in text and EMAIL.fullmatch(text):
            return "email"
        if text.casefold() in FLAGS:
            return "flag"
        return "url" if URL.fullmatch(text) else "text"
    if NUMBER.fullmatch(text):
        return "number"
    if DATE.fullmatch(text):
        return "date"
    if PHONE.fullmatch(text):
        return "phone"
    if EMAIL.fullmatch(text):
        return "email"
    if URL.fullmatch(text):
        return "url"
    return "code" if CODE.fullmatch(text) else "text"


def kinds_of_columns(rows: Sequence[Sequence[str]], width: int) -> list[Kind]:
    """Return for each column the kind that nearly all of its filled cells have; `text` if there is none, `blank` if nothing is filled."""
    counts: list[Counter[Kind]] = [Counter() for _ in range(width)]
    for row in rows:
        for count, cell in zip(counts, row, strict=False):
            kind = kind_of(cell)
            if kind != "blank":
                count[kind] += 1
    return [_prevailing(count) for count in counts]


def fits(cell_kind: Kind, column_kind: Kind) -> bool:
    """Return whether a cell of a kind may stand in a column of a kind. Only distinctive kinds count: any text fits among texts."""
    if cell_kind in ("blank", column_kind) or column_kind in ("blank", "text", "code"):
        return cell_kind != "email" or column_kind in ("email", "blank")
    if column_kind in ("phone", "number"):  # telephone numbers without signs are numbers, and a number may have an odd form
        return cell_kind in ("phone", "number")
    return False


def _prevailing(count: Counter[Kind]) -> Kind:
    total = count.total()
    if not total:
        return "blank"
    kind, most = count.most_common(1)[0]
    if most >= SHARE * total:
        return kind
    if (count["phone"] + count["number"]) >= SHARE * total:
        return "phone"
    return "text"
