"""Dates in cells, and permissions that end on one."""

import re
from datetime import UTC, datetime

from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.verdicts import NOTHING, Verdict, of_column
from henk_pipeline.consent.vocabulary import answer_key, answers, fold

# When a permission ended: "until 2020".
UNTIL = re.compile(r"\b(?:until|till|til|thru|through|valid to|expire[ds]?|exp|bis|jusqu\W?(?:en|au|a)?|hasta|tot|ate)\b\W*(.*)", re.DOTALL)
A_WHOLE_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
YEAR_OR_DATE = re.compile(
    r"(?:19|20)\d{2}(?:[-/.]\d{1,2}(?:[-/.]\d{1,2})?)?(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:,? .*)?"
    r"|\d{1,2}\.? ?[^\W\d_]{3,12}\.?,? \d{2,4}(?: .*)?|[^\W\d_]{3,12}\.? \d{1,2},? \d{4}(?: .*)?|(?:19|20)\d{6}|[^\W\d_]{3,12}\.? (?:19|20)\d{2}"
)
# Of the names of months in six languages what they begin with: "Expired 2024" is no date.
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "sept", "october", "november", "december",
    "januar", "februar", "marz", "maerz", "mai", "juni", "juli", "oktober", "dezember", "janvier", "fevrier", "mars", "avril", "juin", "juillet",
    "aout", "septembre", "octobre", "novembre", "decembre", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
    "septiembre", "octubre", "noviembre", "diciembre", "januari", "februari", "maart", "mrt", "mei", "augustus", "janeiro", "fevereiro", "marco",
    "maio", "junho", "julho", "setembro", "outubro", "novembro", "dezembro", "jaenner", "janner",
)  # fmt: skip
PLAIN_DATE, A_DATE = r"^(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[2-9]|[1-3]\d)(?:[T ][\d:.]+(?:Z|[ +-][\d:]+)?)?$", "2000-01-01"


def is_date(cell: str) -> bool:
    """Return whether a cell is a year or a date and nothing else."""
    if YEAR_OR_DATE.fullmatch(cell) is None:
        return False
    word = re.search(r"[^\W\d_]{3,}", cell)
    return (
        word is None
        or not (word.start() == 0 or cell[: word.start()].strip(" .").isdigit())
        or any(month.startswith(fold(word[0])) for month in MONTHS)
    )


def end_of(cell: str) -> tuple[int, str] | None:
    """Return the year until which a cell says something, and what it says, as `answer_key` writes it; None where it says no such year."""
    ended = UNTIL.search(fold(cell))
    years = A_WHOLE_YEAR.findall(ended[1]) if ended else []
    return (int(max(years)), answer_key(fold(cell)[: ended.start()].strip(" ,;:.(-–"))) if ended and years else None


def holds_no_longer(cell: str, column: ConsentColumn) -> bool:
    """Return whether a refusal, or a day until which one holds, ended before today: "until 2001", in "Do Not Call Until" a day."""
    if column.until and is_date(cell):
        return _is_past(cell)
    ended = UNTIL.search(fold(cell))
    return ended is not None and _is_past(ended[1]) and _is_refusal(fold(cell)[: ended.start()])


def lasts(cell: str) -> bool:
    """Return whether a text refuses calls until a day that is not past."""
    ended = UNTIL.search(fold(cell)) if A_WHOLE_YEAR.search(cell) else None
    if ended is None or not A_WHOLE_YEAR.search(ended[1]) or _is_past(ended[1]):
        return False
    statement = read_statement(fold(cell)[: ended.start()])
    return statement.polarity == "refusal" and not statement.unknown and bool(statement.channels & {"phone", "contact"})


def _is_past(cell: str) -> bool:
    """Return whether every year of a text is past, or the day of this year that it is."""
    today = datetime.now(tz=UTC).date()
    years = [int(year) for year in A_WHOLE_YEAR.findall(cell)]
    if not years or max(years) > today.year:
        return False
    return max(years) < today.year or (re.match(PLAIN_DATE, cell.strip()) is not None and cell.strip()[:10] < today.isoformat())


def _is_refusal(text: str) -> bool:
    """Return whether a text before a day says that calls are refused, or nothing else than yes or no."""
    words = text.strip(" ,;:.(-–")
    statement = read_statement(words)
    is_plain = statement.polarity == "refusal" and not statement.unknown and not statement.has("dead", "wrong", "register")
    return answer_key(words) in answers()["yes"] | {""} or is_plain


def expired(cell: str, column: ConsentColumn) -> Verdict:
    """Judge when a permission ends. A day before today is a question, for it may have been given again.

    So is a day of this year that is not written as 2026-12-31.
    """
    today = datetime.now(tz=UTC).date()
    years = A_WHOLE_YEAR.findall(cell)
    if not years:
        return of_column(column, "unclear")
    year = int(max(years))
    if year != today.year:
        return of_column(column, "unclear") if year < today.year else NOTHING
    if re.match(PLAIN_DATE, cell):
        return of_column(column, "unclear") if cell[:10] < today.isoformat() else NOTHING
    return of_column(column, "unclear")
