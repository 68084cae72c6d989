"""From text cells to values: cleaning, amounts, dates. A cell that is not understood becomes null; the caller compares and reports it."""

import datetime as dt
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.locales import DecimalSign, currencies, currency_pattern, load_locales

# Zero-width and direction characters, soft hyphen, byte order mark, other control characters: pasted along, never meant.
INVISIBLE = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]"
BLANKS = r"[\s\u00a0]+"
# The forms in which a spreadsheet keeps a cell as text: ="00123" and '02134; the latter is Henk's form of a cell that could be a formula.
QUOTED_FORMULA = r'^=\s*(?:T\()?"((?s:.*))"\)?\s*$'
APOSTROPHE = r"^'([0-9+=@\-])"
# A cell in which there may be something to clean; most have nothing.
UNCLEAN = r"[^!-~ ]|^ | $|  "
ONE_LINE_UNCLEAN = r"[^!-~ \n]|^\s|\s$"

MONTHS = {
    "jan": 1, "feb": 2, "fév": 2, "mar": 3, "mär": 3, "mrt": 3, "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mei": 5,
    "jun": 6, "jul": 7, "aug": 8, "aoû": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "nov": 11,
    "dec": 12, "dez": 12, "déc": 12, "dic": 12, "ene": 1, "maa": 3, "maj": 5, "jän": 1, "des": 12, "fev": 2, "aou": 8,
    "gen": 1, "mag": 5, "giu": 6, "lug": 7, "ott": 10, "sty": 1, "lut": 2, "kwi": 4, "cze": 6,
    "lip": 7, "sie": 8, "wrz": 9, "paź": 10, "lis": 11, "gru": 12,
    "led": 1, "úno": 2, "bře": 3, "dub": 4, "kvě": 5, "srp": 8, "zář": 9, "říj": 10, "pro": 12,
    "máj": 5, "jún": 6, "júl": 7, "már": 3, "ápr": 4, "sze": 9,
}  # fmt: skip
# Czech, Slovak and German dates have blanks behind the points ("3. 4. 2025"), Hungarian ones a point at the end, too ("2025. 04. 03.").
YEAR_FIRST = r"^([0-9]{4})(?:[-/]|\. ?)([0-9]{1,2})(?:[-/]|\. ?)([0-9]{1,2})\.?(?:[T ].*)?$"
YEAR_LAST = r"^([0-9]{1,2})(?:[-/]|\. ?)([0-9]{1,2})(?:[-/]|\. ?)([0-9]{4}|[0-9]{2})\.?(?:,? .*)?$"
CLOSED = r"^((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?:[T ]?[0-9]{4,6}.*)?$"
# "Thu, Mar 5, 2026 2:22 PM", "5th of March 2026", "05-Mar-26", "5. März 2026".
WEEKDAY = r"^(?:\p{L}{2,10}\.?,? )?"
AFTER = r"(?:(?:,| at| um| à)? ?[T(0-9].*)?$"
DAY_MONTH_WORD = (
    WEEKDAY
    + r"([0-9]{1,2})(?:st|nd|rd|th|\.|er)?[ /-]?(?:of |de )?([A-Za-zÀ-ž]{3})[A-Za-zÀ-ž.]*,?[ /-]?(?:de )?([0-9]{4}|[0-9]{2})"
    + AFTER
)
MONTH_WORD_DAY = WEEKDAY + r"([A-Za-zÀ-ž]{3})[A-Za-zÀ-ž.]*[ -]([0-9]{1,2})(?:st|nd|rd|th)?,?[ -]([0-9]{4})" + AFTER
YEAR_MONTH_WORD = r"^([0-9]{4})(?:[ -]|\. ?)([A-Za-zÀ-ž]{3})[A-Za-zÀ-ž.]*[ -]([0-9]{1,2})\.?" + AFTER
# The forms in which databases write no date: "0000-00-00 00:00:00", "0/0/00", "00.00.0000", and the day before a spreadsheet's first.
NO_DATE = (
    r"(?i)^(?:0{1,4}[-/.]0{1,2}[-/.]0{1,4}|1900[-/.]01[-/.]0[01]|0001[-/.]01[-/.]01|0{8}|1899-12-3[01]|19000101|0?1[-/.]0?[01][-/.](?:1900|0001)"
    r"|12/3[01]/1899|3[01][-/.]12[-/.]1899|0?1[- ]jan(?:uary)?[- ]1900|jan(?:uary)? 0?1,? 1900)(?:[T ].*)?$"
)
# The days that those forms, and a few more of them, stand for.
NO_DAYS = (dt.date(1, 1, 1), dt.date(1899, 12, 30), dt.date(1899, 12, 31), dt.date(1900, 1, 1))
# The days that a spreadsheet counts from 1899-12-30; a time of day is behind the point.
SERIAL = r"^([1-5][0-9]{4})(?:\.[0-9]+)?$"
FIRST_SERIAL_DAY = dt.date(1899, 12, 30)
DAYS_OF_1904 = 1462  # The other system of spreadsheets counts from so many days later.
# Patterns with the month as a word, and where in them year, month and day stand.
WORDED = ((DAY_MONTH_WORD, (3, 2, 1)), (MONTH_WORD_DAY, (3, 1, 2)), (YEAR_MONTH_WORD, (1, 2, 3)))
PLAIN_AMOUNT = r"^\$?[0-9]{1,15}(?:\.[0-9]{1,4})?$"
# A group of thousands and another sign behind it: such an amount has one reading.
WITH_COMMA = r"[0-9][.\s'’][0-9]{3},(?:[0-9]{1,2}(?:[^0-9]|$)|[-–—])"
WITH_POINT = r"[0-9](?:[\s'’][0-9]{3}|,[0-9]{2,3}(?:,[0-9]{2,3})*)\.(?:[0-9]{1,2}(?:[^0-9]|$)|[-–—])|[0-9],[0-9]{2},[0-9]{3}(?:[^0-9.,]|$)"
# A number of one group of three digits: thousands, or three decimals.
OPEN_AMOUNT = r"^[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9]*$"
NO_CENTS = r"([0-9])[.,:/][-–—]{1,2}(\s|$|[^0-9\s])"
DOLLARS_APART = r"(?i)\b(US|USD|CA|CAD|AU|AUD|NZ|HK|NT|MX|C|A|R)\s+\$"
BRACKETS_BEHIND = r"^([^0-9(]+)\(\s*([0-9][0-9.,'’\s]*)\)$"  # "$ (25.00)", as in a spreadsheet's format for accounts
THOUSANDS_IN_WORD = r"^([^0-9]*[0-9]{1,6}(?:[.,][0-9]{1,2})?)\s?[kK]$"  # "$1.2k"
CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:[.,][0-9]+)?\s*([AaPp]\.?[Mm])?"
OFFSET = r"[0-9]\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:UTC|GMT)?\s*([+\-−])([0-9]{1,2}):?([0-9]{2})?\s*(?:\(.*\))?$"
ZONE_AFTER = r"[0-9]\s*(?:[AaPp]\.?[Mm]\.?)?\s*\(?([A-Z]{3,4})\)?$"
# Hours from UTC of the zones that RFC 5322 (4.3) knows by name, and of Europe's.
HOURS_OF_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2}


def clean(cell: pl.Expr) -> pl.Expr:
    """Clean a cell: Unicode NFC, no invisible characters, one blank between words, none around; null for nothing and for placeholders."""
    text = cell.str.normalize("NFC").str.replace_all(INVISIBLE, "").str.replace_all(BLANKS, " ").str.strip_chars()
    return pl.when((text == "") | text.str.contains(load_cell_words().empty.pattern)).then(None).otherwise(text)


def clean_lines(cell: pl.Expr) -> pl.Expr:
    """Clean a cell of notes or a description: as `clean`, but line breaks stay."""
    text = cell.str.normalize("NFC").str.replace_all("\r\n?", "\n").str.replace_all(INVISIBLE, "").str.strip_chars()
    return pl.when((text == "") | text.str.contains(load_cell_words().empty.errors)).then(None).otherwise(text)


# A link as a formula: its target, then what it shows.
HYPERLINK = r'(?i)^\s*=\s*HYPERLINK\(\s*"((?:[^"]|"")*)"\s*(?:[,;]\s*"((?:[^"]|"")*)"\s*)?\)\s*$'
# Names of columns in which the target of a link is the value, where the link shows no address or number.
OF_TARGETS = re.compile(r"mail(?!ing)|correo|courriel|e-?post|phone|\btel|mobil|\bcell|handy", re.IGNORECASE)


def _of_links(column: pl.Series) -> pl.Series:
    """Return a column with what links as formulas show; in a column of addresses or numbers, or where they show nothing, their targets."""
    links = column.str.extract(HYPERLINK, 1).is_not_null()
    if not links.any():
        return column
    target = column.str.extract(HYPERLINK, 1).str.replace(r"(?i)^(?:mailto|tel):", "")
    shown = column.str.extract(HYPERLINK, 2).str.replace_all('""', '"', literal=True)
    is_shown = shown.is_not_null() & (shown != "")
    if OF_TARGETS.search(column.name):
        is_shown &= shown.str.contains(r"@|\d{3}")
    return shown.zip_with(is_shown.fill_null(value=False), target).zip_with(links.fill_null(value=False), column).alias(column.name)


def without_residue(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with the values of cells in a spreadsheet's forms for text and links (`="00123"`, `'02134`, `=HYPERLINK("…","Ali")`)."""
    mended = []
    for column in table.get_columns():
        if column.str.starts_with("=").any():
            inner = column.str.extract(QUOTED_FORMULA, 1).str.replace_all('""', '"', literal=True)
            mended.append(_of_links(inner.zip_with(inner.is_not_null(), column.str.replace(APOSTROPHE, "$1")).alias(column.name)))
        elif column.str.starts_with("'").any():
            mended.append(column.str.replace(APOSTROPHE, "$1"))
    return table.with_columns(mended) if mended else table


def cleaned(cells: pl.Series, *, lines: bool = False) -> pl.Series:
    """Clean a column; a column without anything to clean costs one search.

    Args:
        cells: The column.
        lines: Whether line breaks stay (`clean_lines`).
    """
    if cells.null_count() == len(cells):
        return cells
    rule = clean_lines if lines else clean

    def of(some: pl.Series) -> pl.Series:
        unclean = some.str.contains(_unclean_or_empty(lines=lines))
        if not unclean.any():
            return some
        mended = some.filter(unclean).to_frame().select(rule(pl.all())).to_series()
        return some.scatter(unclean.arg_true(), mended)

    return over_distinct(cells, of)


@lru_cache(maxsize=2)
def _unclean_or_empty(*, lines: bool) -> str:
    """Return one pattern of the cells that `clean` (`clean_lines` with `lines`) changes; two patterns would take twice as long."""
    empty = load_cell_words().empty
    return "|".join((ONE_LINE_UNCLEAN, empty.errors) if lines else (UNCLEAN, empty.pattern)) + "|^$"


def over_distinct(cells: pl.Series, rule: Callable[[pl.Series], pl.Series], *, is_slow: bool = False) -> pl.Series:
    """Apply a rule to a column, once for each distinct cell if cells repeat.

    Args:
        cells: The column.
        rule: The function, which must not depend on other cells.
        is_slow: Whether the rule takes far longer than a search for distinct cells, which is then made if a third may be distinct: a column
            of dates begins with thousands of different ones.
    """
    start = cells.head(4096)
    most = 0.3 * max(1, len(cells))
    expected = most * -math.expm1(-len(start) / most) if is_slow else 0.6 * len(start)
    if len(cells) < 2000 or start.n_unique() > expected:
        return rule(cells)
    distinct = cells.unique()
    if len(distinct) > 0.3 * len(cells):
        return rule(cells)
    ruled = rule(distinct)
    if ruled.dtype == distinct.dtype and ruled.equals(distinct, null_equal=True):
        return cells
    return cells.replace_strict(distinct, ruled, return_dtype=ruled.dtype)


class AmountHabit(NamedTuple):
    """How many amounts of a column can only be written with a decimal comma, and how many only with a point."""

    comma: int = 0
    point: int = 0

    def __add__(self, other: object) -> "AmountHabit":
        """Add the counts of further cells of the column."""
        assert isinstance(other, AmountHabit)  # noqa: S101 - for the type checker
        return AmountHabit(self.comma + other.comma, self.point + other.point)

    def sign(self) -> DecimalSign | None:
        """Return the decimal sign of most of the amounts, None where as many are written with the one as with the other."""
        return None if self.comma == self.point else "," if self.comma > self.point else "."

    def has_both_forms(self) -> bool:
        """Return whether a tenth or more of these amounts has the one sign and the others the other one: fewer are slips."""
        return min(self.comma, self.point) * 10 >= max(self.comma + self.point, 1)


class AmountForm(NamedTuple):
    """The form in which the amounts of a column are read.

    Attributes:
        decimal: The decimal sign; None if it is not known.
        certain: Whether the column or a person decides it. Else `1.500` is a thousand and a half if a point groups digits, and null if it is
            the decimal sign, for money has no three decimals; if `decimal` is None it is null in either case.
    """

    decimal: DecimalSign | None = "."
    certain: bool = True


class DateHabit(NamedTuple):
    """How many dates of a column have a day only if it comes first, how many only if the month does, how many have points.

    `serials` are a spreadsheet's numbers of days; `recent_serials` those of the last four years, which are none in the system that counts from
    1904; `future_serials` those after today, which are no days of this system.
    """

    day_first: int = 0
    month_first: int = 0
    dotted: int = 0
    serials: int = 0
    recent_serials: int = 0
    future_serials: int = 0

    def __add__(self, other: object) -> "DateHabit":
        """Add the counts of further cells of the column."""
        assert isinstance(other, DateHabit)  # noqa: S101 - for the type checker
        return DateHabit(*(a + b for a, b in zip(self, other, strict=True)))

    def is_day_first(self) -> bool | None:
        """Return whether the day comes first, None if it is not certain. Countries that put it first often write points between the numbers."""
        if self.day_first != self.month_first:
            return self.day_first > self.month_first
        return True if self.dotted and not self.day_first else None


def amount_habit(column: pl.Series) -> AmountHabit:
    """Return the evidence of a column's cells for its decimal sign."""
    has_comma = column.str.contains(",", literal=True).any()
    if not has_comma and not column.str.contains(".", literal=True).any():
        return AmountHabit()
    point = column.str.contains(r"(?:^[^0-9]*0\.[0-9]+|\.(?:[0-9]{1,2}|[0-9]{4,}))[^0-9]*$")
    if not has_comma and point.all():
        return AmountHabit(0, int(point.sum()))
    groups = column.str.contains(r"[0-9]\.[0-9]{3}\.[0-9]{3}")
    if not has_comma:
        return AmountHabit(int((groups & ~point).sum()), int((point & ~groups).sum()))
    comma = column.str.contains(r"[0-9][.][0-9]{3}.*,[-–—0-9]|,[0-9]{1,2}[^0-9]*$|^[^0-9]*0,[0-9]+[^0-9]*$") & ~point
    point = point | column.str.contains(r"[0-9],[0-9]{2,3},[0-9]{3}")
    return AmountHabit(int((comma | (groups & ~point)).sum()), int(point.sum()))


def amount(column: pl.Series, form: AmountForm | None = None) -> pl.Series:
    """Return amounts (Float64); null for other cells.

    Currency signs and codes around the number are left out, as is a "," or "." with a dash for no cents; a number in brackets or with a minus
    on either side is below zero.

    Args:
        column: Cells as written.
        form: The form of the complete column, if something else than `column` decides it.
    """
    if form is None:
        form = AmountForm(amount_habit(column).sign() or ".")
    decimal, certain = form

    def read(cells: pl.Series) -> pl.Series:
        is_open = not certain and cells.str.contains(OPEN_AMOUNT).any()
        if decimal == "." and not is_open and cells.str.contains(PLAIN_AMOUNT).all():  # null: nothing to read
            return cells.str.strip_prefix("$").cast(pl.Float64)
        thousands, point = (".", ",") if decimal == "," else (",", ".")
        # Most cells are a number, perhaps with a dollar before it. Only the rest is searched for currencies and signs.
        digits = cells.str.strip_prefix("$")
        simple = digits.str.contains(_amount_shape(thousands, point))
        plain = digits.to_frame("digits").select(_as_number(pl.col("digits"), thousands, point)).to_series()
        amounts = plain.zip_with(simple.fill_null(value=False), pl.Series([None], dtype=pl.Float64).new_from_index(0, len(cells)))
        rest = cells.is_not_null() & ~simple
        if rest.any():
            left = cells.filter(rest)
            rest_amounts = _amounts_with_currency(left, thousands, point)
            for sign, of_sign in ((",", WITH_COMMA), (".", WITH_POINT)):  # "$1,250.00" among "1.250,00 €"
                by_itself = left.str.contains(of_sign)
                if by_itself.any() and sign != point:
                    rest_amounts = rest_amounts.scatter(
                        by_itself.arg_true(), _amounts_with_currency(left.filter(by_itself), "." if sign == "," else ",", sign)
                    )
            amounts = amounts.scatter(rest.arg_true(), rest_amounts)
        if not is_open:
            return amounts
        three_decimals = pl.lit(value=True) if decimal is None else pl.col("cell").str.contains(point, literal=True)
        has_one_reading = pl.col("cell").str.contains(f"{WITH_COMMA}|{WITH_POINT}|{_without_decimals()}")
        open_cell = pl.col("cell").str.contains(OPEN_AMOUNT) & three_decimals & ~has_one_reading
        return pl.DataFrame([cells.alias("cell"), amounts.alias("amount")]).select(pl.when(~open_cell).then("amount")).to_series()

    return over_distinct(column, read).alias(column.name)


def _amounts_with_currency(cells: pl.Series, thousands: str, point: str) -> pl.Series:
    """Return the amounts of cells with currencies and signs next to the number.

    The pattern of all currencies is slow (10 µs a cell), and digits are all one to it: it searches the place of the number once for each
    shape ("0.000,00 €") that the cells have.
    """
    written, is_thousands = cells.str.replace(NO_CENTS, "$1$2"), None
    frame = pl.DataFrame([written.alias("cell"), written.str.replace_all("[0-9]", "0").alias("shape")])
    shapes = frame["shape"].unique()
    if shapes.str.contains(_odd_amounts()).any():
        written = written.str.replace(DOLLARS_APART, "$1$$").str.replace(BRACKETS_BEHIND, "($1$2)")
        is_thousands = written.str.contains(THOUSANDS_IN_WORD).fill_null(value=False)
        written = written.str.replace(THOUSANDS_IN_WORD, "$1")
        in_groups = written.str.contains(_without_decimals()).fill_null(value=False)
        written = written.str.replace_all("[.,]", "").zip_with(in_groups, written)
        frame = pl.DataFrame([written.alias("cell"), written.str.replace_all("[0-9]", "0").alias("shape")])
    shape = pl.col("shape")
    places = frame.select(shape.unique()).with_columns(
        start=shape.str.extract(_amount_pattern(), 1).str.len_chars(),
        length=shape.str.extract(_amount_pattern(), 2).str.len_chars(),
        below=shape.str.contains(r"^\(|^[^0-9]*[-−–]|[-−–][^0-9]*$"),
    )
    frame = frame.join(places, on="shape", how="left", maintain_order="left")
    number = pl.when(pl.col("length").is_not_null()).then(pl.col("cell").str.slice("start", "length"))
    frame = frame.with_columns(number=number.str.replace_all(r"[\s\u00a0'’]", ""))
    value = pl.when(pl.col("number").str.contains(_amount_shape(thousands, point, indian=True))).then(
        _as_number(pl.col("number"), thousands, point)
    )
    amounts = frame.select(pl.when("below").then(-value).otherwise(value)).to_series()
    if is_thousands is None:
        return amounts
    return amounts.zip_with(~is_thousands, amounts * 1000).round(2)


@lru_cache(maxsize=1)
def _odd_amounts() -> str:
    """Return the pattern of amounts in the forms that `_amounts_with_currency` changes first."""
    return "|".join(f"(?:{pattern})" for pattern in (DOLLARS_APART, BRACKETS_BEHIND, THOUSANDS_IN_WORD, _without_decimals()))


@lru_cache(maxsize=1)
def _without_decimals() -> str:
    """Return the pattern of amounts in groups of three digits, in a currency without decimals: "¥2,500", "2.500 Ft"."""
    signs = [name for name, code in currencies().items() if code in load_locales().signs["no_decimals"]]
    sign = "|".join(re.escape(name) for name in sorted(signs, key=len, reverse=True))
    number = r"[0-9]{1,3}(?:[.,][0-9]{3})+"
    return rf"(?i)^\s*(?:(?:{sign})\s*{number}|{number}\s*(?:{sign}))\s*$"


def _amount_shape(thousands: str, point: str, *, indian: bool = False) -> str:
    # India groups by two digits before the last three: "1,25,000".
    by_two = "|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}" if indian and thousands == "," else ""
    return rf"^([0-9]+|[0-9]{{1,3}}(?:[{thousands}][0-9]{{3}})+{by_two})?(?:[{point}][0-9]+)?$"


def _as_number(digits: pl.Expr, thousands: str, point: str) -> pl.Expr:
    plain = digits.str.replace_all(thousands, "", literal=True)
    return (plain if point == "." else plain.str.replace(point, ".", literal=True)).cast(pl.Float64, strict=False)


@lru_cache(maxsize=1)
def _amount_pattern() -> str:
    """Return the pattern of an amount: group 1 is the text before the number, group 2 the number."""
    any_currency = currency_pattern()
    return rf"(?i)^([(\s]*[-−–+]?\s*(?:{any_currency})?\s*[-−–+]?\s*)([0-9][0-9.,'’\s]*|[.,][0-9]+)\s*(?:{any_currency})?\s*[-−–]?\s*\)?$"


def count(column: pl.Series, form: AmountForm | None = None) -> pl.Series:
    """Return integers (Int64); null for other cells. A count has no decimals, so that `1.500`, one group of three digits, is 1500."""
    if column.str.contains(r"^[0-9]{1,18}$").all():  # null: nothing to read
        return column.cast(pl.Int64).alias(column.name)
    plain = column.str.replace(r"^([1-9][0-9]{0,2})[.,]([0-9]{3})$", "$1$2") if column.str.contains(OPEN_AMOUNT).any() else column
    whole_numbers = amount(plain, form).to_frame().select(pl.when(pl.all() == pl.all().floor()).then(pl.all()).cast(pl.Int64, strict=False))
    return whole_numbers.to_series().alias(column.name)


def currency(column: pl.Series) -> pl.Series:
    """Return the currency next to each amount: its code of ISO 4217, the sign if several have it; null if there is none."""
    pattern = rf"(?i)^[(\s]*[-−–+]?\s*({currency_pattern()})\s*[-−–+]?[.,]?[0-9]|[0-9.,-]\s*({currency_pattern()})\s*\)?$"

    def read(cells: pl.Series) -> pl.Series:
        cells = cells.str.replace(DOLLARS_APART, "$1$$")
        named = cells.to_frame("cell").select(pl.coalesce(pl.col("cell").str.extract(pattern, 1), pl.col("cell").str.extract(pattern, 2)))
        return named.to_series().str.to_lowercase().replace_strict(currencies(), default=None, return_dtype=pl.String)

    return over_distinct(column, read).alias(column.name)


def is_open_amount(column: pl.Series) -> pl.Series:
    """Return where cells are a number of one group of three digits, thousands or decimals (never null)."""
    return column.str.contains(OPEN_AMOUNT).fill_null(value=False)


def date_habit(column: pl.Series) -> DateHabit:
    """Return the evidence of a column's cells for the order of day and month. A cell that is no date in either order ("13/45/2025") is none."""
    cell = pl.col("cell")
    first, second = _day_and_month(cell)
    counts = (
        pl.DataFrame({"cell": column})
        .group_by("cell")
        .len()
        .select(
            (pl.col("len") * (first.is_between(13, 31) & second.is_between(1, 12))).sum().alias("day_first"),
            (pl.col("len") * (second.is_between(13, 31) & first.is_between(1, 12))).sum().alias("month_first"),
            (pl.col("len") * cell.str.contains(r"^[0-9]{1,2}\. ?[0-9]")).sum().alias("dotted"),
        )
    )
    day_first, month_first, dotted = (int(count or 0) for count in counts.row(0))
    return DateHabit(day_first, month_first, dotted, *_serial_habit(column))


def _serial_habit(column: pl.Series) -> tuple[int, int, int]:
    """Return how many cells are a spreadsheet's numbers of days, of the last four years, and of days to come."""
    if not column.str.contains(SERIAL).any():
        return 0, 0, 0
    days = column.str.extract(SERIAL, 1).cast(pl.Int32).drop_nulls()
    today = (dt.datetime.now(dt.UTC).date() - FIRST_SERIAL_DAY).days
    recent = days.is_between(today - DAYS_OF_1904 + 1, today + 1)
    return len(days), int(recent.sum()), int((days > today + 1).sum())


def date(column: pl.Series, *, day_first: bool | None, serials: bool = False) -> pl.Series:
    """Return dates (Date), a time of day behind them left out; null for other cells.

    Args:
        column: Cells as written.
        day_first: Whether `03/04/2025` is in April rather than in March, for the complete column; if it is None, a date of two readings becomes
            null, for none is ever guessed.
        serials: Whether numbers of days of a spreadsheet are read, in the system that counts from 1900.
    """
    cell = pl.col("cell")
    first, second = _day_and_month(cell)
    day, month = (second, first) if day_first is False else (first, second)
    ordered = _iso(_full_year(cell.str.extract(YEAR_LAST, 3)), month, day)
    forms = (
        (YEAR_FIRST, _iso(*(cell.str.extract(YEAR_FIRST, n) for n in (1, 2, 3)))),
        (YEAR_LAST, pl.when(first == second).then(ordered) if day_first is None else ordered),
        (CLOSED, _iso(*(cell.str.extract(CLOSED, n) for n in (1, 2, 3)))),
        *((pattern, _worded(cell, pattern, places)) for pattern, places in WORDED),
        *([(SERIAL, _of_serial(cell))] if serials else ()),
    )

    def read(cells: pl.Series) -> pl.Series:
        days = pl.Series([None], dtype=pl.Date).new_from_index(0, len(cells))
        left, rows = cells.drop_nulls(), cells.is_not_null().arg_true()
        for pattern, form in forms:
            # A column has one form or two: the others are searched for, not parsed.
            if not left.str.contains(pattern).any():
                continue
            parsed = left.alias("cell").to_frame().select(form).to_series()
            is_read = parsed.is_not_null()
            days = days.scatter(rows.filter(is_read), parsed.filter(is_read))
            left, rows = left.filter(~is_read), rows.filter(~is_read)
        is_none = days.is_in(NO_DAYS).fill_null(value=False)
        return days.set(is_none, None) if is_none.any() else days

    return over_distinct(column, read, is_slow=True).alias(column.name)


def _worded(cell: pl.Expr, pattern: str, places: tuple[int, int, int]) -> pl.Expr:
    # "juin" and "juillet" begin alike, as do "června" and "července".
    plain = cell.str.replace("(?i)juil|červenc", "jul").str.replace("(?i)jui|červ", "jun")
    year, month, day = (plain.str.extract(pattern, place) for place in places)
    return _iso(_full_year(year), _month(month), day)


def _of_serial(cell: pl.Expr) -> pl.Expr:
    return pl.lit(FIRST_SERIAL_DAY) + pl.duration(days=cell.str.extract(SERIAL, 1).cast(pl.Int32))


def is_no_date(column: pl.Series) -> pl.Series:
    """Return where cells have a form in which databases and spreadsheets write no date (never null)."""
    return column.str.contains(NO_DATE).fill_null(value=False)


def in_the_past(days: pl.Series, column: pl.Series, today: dt.date) -> pl.Series:
    """Return days (Date) with those after `today` a century earlier if their years had two digits, else as null."""
    two_digits = column.str.contains(r"(?:^|\D)[0-9]{2}$") & ~column.str.contains(r"^[0-9]{4}[-/.]")
    frame = pl.DataFrame([days.alias("day"), two_digits.alias("two")])
    day = pl.col("day")
    earlier = pl.when(day > today).then(pl.when("two").then(day.dt.offset_by("-100y"))).otherwise(day)
    return frame.select(earlier).to_series().alias(days.name)


def is_open_date(column: pl.Series) -> pl.Series:
    """Return where cells are dates of two readings, day and month both at most 12 and not the same."""
    first, second = _day_and_month(pl.col("cell"))
    is_open = first.is_between(1, 12) & second.is_between(1, 12) & (first != second)
    return pl.DataFrame({"cell": column}).select(is_open.fill_null(value=False)).to_series()


def moment(column: pl.Series, *, day_first: bool | None, serials: bool = False) -> pl.Series:
    """Return moments (Datetime, UTC) from dates with or without a time of day, midnight if there is none; null for other cells."""
    cell = pl.col("cell")
    hour = cell.str.extract(CLOCK, 1).cast(pl.Int32).fill_null(0)
    half = cell.str.extract(CLOCK, 4).str.to_lowercase()
    hour = (
        pl.when(half.str.starts_with("p") & (hour < 12))
        .then(hour + 12)
        .when(half.str.starts_with("a") & (hour == 12))
        .then(0)
        .otherwise(hour)
    )
    minute, second = (cell.str.extract(CLOCK, n).cast(pl.Int32).fill_null(0) for n in (2, 3))
    frame = pl.DataFrame({"cell": column, "date": date(column, day_first=day_first, serials=serials)})
    moments = pl.col("date").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=hour, minutes=minute, seconds=second) - _offset(cell)
    return frame.select(pl.when((hour < 24) & (minute < 60) & (second < 60)).then(moments)).to_series().alias(column.name)


def _offset(cell: pl.Expr) -> pl.Expr:
    """Return the offset of a moment from UTC: none if the cell names none, or has no time of day."""
    timed = cell.str.contains(CLOCK)
    hours, minutes = (cell.str.extract(OFFSET, n).cast(pl.Int32).fill_null(0) for n in (2, 3))
    west = pl.when(cell.str.extract(OFFSET, 1) == "+").then(1).otherwise(-1)
    named = cell.str.extract(ZONE_AFTER, 1).replace_strict(HOURS_OF_ZONES, default=0, return_dtype=pl.Int32)
    return pl.duration(minutes=pl.when(timed).then(west * (hours * 60 + minutes) + named * 60).otherwise(0))


def _day_and_month(cell: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the two numbers before the year, either of which may be the day."""
    return cell.str.extract(YEAR_LAST, 1).cast(pl.Int32), cell.str.extract(YEAR_LAST, 2).cast(pl.Int32)


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    text = pl.format("{}-{}-{}", year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return text.str.to_date("%Y-%m-%d", strict=False)


def _month(word: pl.Expr) -> pl.Expr:
    return word.str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int32)


def _full_year(year: pl.Expr) -> pl.Expr:
    # Two digits: POSIX strptime's window, 69–99 are the 1900s.
    number = year.cast(pl.Int32)
    return (
        pl.when(year.str.len_bytes() > 2)
        .then(number)
        .when(number < 69)
        .then(number + 2000)
        .when(number < 100)
        .then(number + 1900)
        .otherwise(number)
        .cast(pl.String)
        .str.zfill(4)
    )
