"""From text cells to values: cleaning, amounts, dates. A cell that is not understood becomes null; who asked compares and tells."""

import re
from collections.abc import Callable
from typing import NamedTuple

import polars as pl

# Zero-width and direction characters, soft hyphen, byte order mark, other control characters: pasted along, never meant.
INVISIBLE = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]"
BLANKS = r"[\s\u00a0]+"
# What people write where they have nothing to write.
PLACEHOLDERS = ["-", "--", "—", ".", "n/a", "na", "n.a.", "none", "null", "nil", "unknown", "#n/a", "nan", "?"]
# What a spreadsheet writes for a formula that failed (sheets.py: "#FORMULA!" for one without a result).
PLACEHOLDERS += [
    "#ref!",
    "#div/0!",
    "#value!",
    "#name?",
    "#null!",
    "#num!",
    "#spill!",
    "#calc!",
    "#formula!",
    "#nv",
    "#bezug!",
    "#wert!",
    "#zahl!",
]
PLACEHOLDER = rf"(?i)^(?:{'|'.join(map(re.escape, PLACEHOLDERS))})$"
# A cell in which there may be something to clean; most have nothing.
UNCLEAN = r"[^!-~ ]|^ | $|  "
ONE_LINE_UNCLEAN = r"[^!-~ \n]|^\s|\s$"

MONTHS = {
    "jan": 1, "feb": 2, "fév": 2, "mar": 3, "mär": 3, "mrt": 3, "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mei": 5,
    "jun": 6, "jul": 7, "aug": 8, "aoû": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "nov": 11,
    "dec": 12, "dez": 12, "déc": 12, "dic": 12, "ene": 1,
}  # fmt: skip
YEAR_FIRST = r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?$"
YEAR_LAST = r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(?:,? .*)?$"
DAY_MONTH_WORD = r"^([0-9]{1,2})\.?[ -]([A-Za-zéäû]{3})[A-Za-zéäû.]*,?[ -]([0-9]{4})$"
MONTH_WORD_DAY = r"^([A-Za-zéäû]{3})[A-Za-zéäû.]* ([0-9]{1,2}),? ([0-9]{4})$"
PLAIN_AMOUNT = r"^\$?[0-9]{1,15}(?:\.[0-9]{1,4})?$"
CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\.[0-9]+)?\s*([AaPp]\.?[Mm])?"


def clean(cell: pl.Expr) -> pl.Expr:
    """Unicode NFC, no invisible characters, one blank between words, none around; null for nothing and for placeholders."""
    text = cell.str.normalize("NFC").str.replace_all(INVISIBLE, "").str.replace_all(BLANKS, " ").str.strip_chars()
    return pl.when((text == "") | text.str.to_lowercase().is_in(PLACEHOLDERS)).then(None).otherwise(text)


def clean_lines(cell: pl.Expr) -> pl.Expr:
    """Like `clean`, but line breaks stay: for notes and descriptions."""
    text = cell.str.normalize("NFC").str.replace_all("\r\n?", "\n").str.replace_all(INVISIBLE, "").str.strip_chars()
    return pl.when(text == "").then(None).otherwise(text)


def cleaned(cells: pl.Series, *, lines: bool = False) -> pl.Series:
    """`clean` of a column (`clean_lines` with `lines`), at the cost of looking where there is nothing to clean."""
    if cells.null_count() == len(cells):
        return cells
    rule = clean_lines if lines else clean

    def of(some: pl.Series) -> pl.Series:
        unclean = some.str.contains(ONE_LINE_UNCLEAN if lines else UNCLEAN)
        if not lines:
            unclean = unclean | some.str.contains(PLACEHOLDER)
        unclean = unclean | (some == "")
        if not unclean.any():
            return some
        mended = some.filter(unclean).to_frame().select(rule(pl.all())).to_series()
        return some.scatter(unclean.arg_true(), mended)

    return over_distinct(cells, of)


def over_distinct(cells: pl.Series, rule: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`rule` of a column, worked out for each distinct cell once where cells repeat themselves."""
    start = cells.head(4096)
    if len(cells) < 2000 or start.n_unique() > 0.6 * len(start):
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
        """What is known of the column after further cells of it."""
        assert isinstance(other, AmountHabit)  # noqa: S101 - for the type checker
        return AmountHabit(self.comma + other.comma, self.point + other.point)


class DateHabit(NamedTuple):
    """How many dates of a column have a day only if it comes first, how many only if the month does, how many have points."""

    day_first: int = 0
    month_first: int = 0
    dotted: int = 0

    def __add__(self, other: object) -> "DateHabit":
        """What is known of the column after further cells of it."""
        assert isinstance(other, DateHabit)  # noqa: S101 - for the type checker
        return DateHabit(*(a + b for a, b in zip(self, other, strict=True)))

    def is_day_first(self) -> bool | None:
        """Whether the day comes first, None if the column does not tell. Points between the numbers are a custom of countries that put it first."""
        if self.day_first != self.month_first:
            return self.day_first > self.month_first
        return True if self.dotted and not self.day_first else None


def amount_habit(column: pl.Series) -> AmountHabit:
    """What the cells of a column tell of its decimal sign."""
    point = column.str.contains(r"\.[0-9]{1,2}\D*$")
    if not column.str.contains(",", literal=True).any():
        return AmountHabit(0, int(point.sum()))
    comma = column.str.contains(r"[0-9][.][0-9]{3}.*,[0-9]|,[0-9]{1,2}\D*$") & ~point
    return AmountHabit(int(comma.sum()), int(point.sum()))


def amount(column: pl.Series, habit: AmountHabit | None = None) -> pl.Series:
    """Amounts (Float64), the decimal sign found from the whole column (`1.234,56` or `1,234.56`); null for other cells.

    Currency signs and codes around the number are left out; a number in brackets is below zero. `habit`: of the whole column, where
    `column` is a piece of it.
    """
    comma, point = habit or amount_habit(column)

    def read(cells: pl.Series) -> pl.Series:
        if comma <= point and cells.str.contains(PLAIN_AMOUNT).all():  # null: nothing to read
            return cells.str.strip_prefix("$").cast(pl.Float64)
        cell = pl.col("cell")
        number = cell.str.replace_all(
            r"(?i)^(usd|eur|gbp|cad|aud|chf|brl|r|us)?\s*[$€£]?\s*|\s*(usd|eur|gbp|cad|aud|chf|brl|euros?|[$€£])$", ""
        )
        number = pl.when(cell.str.contains(r"^\(.*[0-9]\)$")).then(pl.lit("-") + cell.str.replace_all(r"[()$€£\s]", "")).otherwise(number)
        number = number.str.replace_all(r"[\s'’]", "")
        thousands, decimal = (r"\.", ",") if comma > point else (",", ".")
        shape = rf"^-?([0-9]+|[0-9]{{1,3}}({thousands}[0-9]{{3}})+)({decimal.replace('.', '[.]')}[0-9]+)?$"
        plain = pl.col("number").str.replace_all(thousands, "").str.replace(decimal, ".", literal=True)
        amounts = pl.when(pl.col("number").str.contains(shape)).then(plain).cast(pl.Float64, strict=False)
        return pl.DataFrame({"cell": cells}).with_columns(number=number).select(amounts).to_series()

    return over_distinct(column, read).alias(column.name)


def date_habit(column: pl.Series) -> DateHabit:
    """What the cells of a column tell of the order of day and month. What is no date in either order ("13/45/2025") has no say."""
    cell = pl.col("cell")
    first, second = _day_and_month(cell)
    counts = (
        pl.DataFrame({"cell": column})
        .group_by("cell")
        .len()
        .select(
            (pl.col("len") * (first.is_between(13, 31) & second.is_between(1, 12))).sum().alias("day_first"),
            (pl.col("len") * (second.is_between(13, 31) & first.is_between(1, 12))).sum().alias("month_first"),
            (pl.col("len") * cell.str.contains(r"^[0-9]{1,2}\.[0-9]")).sum().alias("dotted"),
        )
    )
    return DateHabit(*(int(count or 0) for count in counts.row(0)))


def date(column: pl.Series, *, day_first: bool | None) -> pl.Series:
    """Dates (Date), a time of day behind them left out; null for other cells.

    Whether `03/04/2025` is in March or April, `day_first` says for the whole column; if it is None, a date of two readings becomes null, for
    none is ever guessed.
    """
    cell = pl.col("cell")

    def read(cells: pl.Series) -> pl.Series:
        first, second = _day_and_month(cell)
        day, month = (second, first) if day_first is False else (first, second)
        ordered = _iso(_full_year(cell.str.extract(YEAR_LAST, 3)), month, day)
        if day_first is None:
            ordered = pl.when(first == second).then(ordered)
        iso = pl.coalesce(
            _iso(*(cell.str.extract(YEAR_FIRST, n) for n in (1, 2, 3))),
            ordered,
            _iso(cell.str.extract(DAY_MONTH_WORD, 3), _month(cell.str.extract(DAY_MONTH_WORD, 2)), cell.str.extract(DAY_MONTH_WORD, 1)),
            _iso(cell.str.extract(MONTH_WORD_DAY, 3), _month(cell.str.extract(MONTH_WORD_DAY, 1)), cell.str.extract(MONTH_WORD_DAY, 2)),
        )
        return pl.DataFrame({"cell": cells}).select(iso).to_series()

    return over_distinct(column, read).alias(column.name)


def is_open_date(column: pl.Series) -> pl.Series:
    """Whether cells are dates of two readings, day and month both at most 12 and not the same."""
    first, second = _day_and_month(pl.col("cell"))
    told = first.is_between(1, 12) & second.is_between(1, 12) & (first != second)
    return pl.DataFrame({"cell": column}).select(told.fill_null(value=False)).to_series()


def moment(column: pl.Series, *, day_first: bool | None) -> pl.Series:
    """Moments (Datetime, UTC) from dates with or without a time of day, midnight where there is none; null for other cells."""
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
    frame = pl.DataFrame({"cell": column, "date": date(column, day_first=day_first)})
    moments = pl.col("date").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=hour, minutes=minute, seconds=second)
    return frame.select(pl.when((hour < 24) & (minute < 60) & (second < 60)).then(moments)).to_series().alias(column.name)


def _day_and_month(cell: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The two numbers before the year, whichever of them is the day."""
    return cell.str.extract(YEAR_LAST, 1).cast(pl.Int32), cell.str.extract(YEAR_LAST, 2).cast(pl.Int32)


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    text = pl.format("{}-{}-{}", year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return text.str.to_date("%Y-%m-%d", strict=False)


def _month(word: pl.Expr) -> pl.Expr:
    return word.str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int32)


def _full_year(year: pl.Expr) -> pl.Expr:
    # Two digits: POSIX strptime's window, 69–99 are the 1900s.
    number = year.cast(pl.Int32)
    return pl.when(number < 69).then(number + 2000).when(number < 100).then(number + 1900).otherwise(number).cast(pl.String).str.zfill(4)
