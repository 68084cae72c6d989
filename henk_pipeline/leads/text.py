"""From text cells to values: cleaning, booleans, amounts, dates. A cell that is not understood becomes null; who asked compares and tells."""

import polars as pl

# Zero-width and direction characters, soft hyphen, byte order mark, other control characters: pasted along, never meant.
INVISIBLE = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]"
BLANKS = r"[\s\u00a0]+"
# What people write where they have nothing to write.
PLACEHOLDERS = ["-", "--", "—", ".", "n/a", "na", "n.a.", "none", "null", "nil", "unknown", "#n/a", "nan", "?"]

TRUE_WORDS = [
    "yes", "y", "true", "t", "1", "1.0", "x", "✓", "✔", "on", "checked", "ja", "j", "wahr", "sí", "si", "verdadero", "oui", "o", "vrai", "sim",
    "verdadeiro", "waar", "opted out", "opt-out", "unsubscribed", "do not call", "dnc", "do not email",
]  # fmt: skip
FALSE_WORDS = [
    "no", "n", "false", "f", "0", "0.0", "off", "unchecked", "nein", "falsch", "falso", "non", "faux", "não", "nao", "nee", "onwaar",
    "opted in", "opt-in", "subscribed",
]  # fmt: skip

MONTHS = {
    "jan": 1, "feb": 2, "fév": 2, "mar": 3, "mär": 3, "mrt": 3, "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mei": 5,
    "jun": 6, "jul": 7, "aug": 8, "aoû": 8, "ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "nov": 11,
    "dec": 12, "dez": 12, "déc": 12, "dic": 12, "ene": 1,
}  # fmt: skip
YEAR_FIRST = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$"
YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:,? .*)?$"
DAY_MONTH_WORD = r"^(\d{1,2})\.?[ -]([A-Za-zéäû]{3})[A-Za-zéäû.]*,?[ -](\d{4})$"
MONTH_WORD_DAY = r"^([A-Za-zéäû]{3})[A-Za-zéäû.]* (\d{1,2}),? (\d{4})$"
CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([AaPp]\.?[Mm])?"


def clean(cell: pl.Expr) -> pl.Expr:
    """Unicode NFC, no invisible characters, one blank between words, none around; null for nothing and for placeholders."""
    text = cell.str.normalize("NFC").str.replace_all(INVISIBLE, "").str.replace_all(BLANKS, " ").str.strip_chars()
    return pl.when((text == "") | text.str.to_lowercase().is_in(PLACEHOLDERS)).then(None).otherwise(text)


def clean_lines(cell: pl.Expr) -> pl.Expr:
    """Like `clean`, but line breaks stay: for notes and descriptions."""
    text = cell.str.normalize("NFC").str.replace_all("\r\n?", "\n").str.replace_all(INVISIBLE, "").str.strip_chars()
    return pl.when(text == "").then(None).otherwise(text)


def boolean(cell: pl.Expr) -> pl.Expr:
    """True or False for the words of English, German, French, Spanish, Dutch and Portuguese; null for others."""
    word = cell.str.to_lowercase()
    return pl.when(word.is_in(TRUE_WORDS)).then(pl.lit(value=True)).when(word.is_in(FALSE_WORDS)).then(pl.lit(value=False))


def amount(column: pl.Series) -> pl.Series:
    """Amounts (Float64), the decimal sign found from the whole column (`1.234,56` or `1,234.56`); null for other cells.

    Currency signs and codes around the number are left out.
    """
    number = pl.col("cell").str.replace_all(r"(?i)^(usd|eur|gbp|cad|aud|chf|us)?\s*[$€£]?\s*|\s*(usd|eur|gbp|cad|aud|chf|[$€£])$", "")
    number = number.str.replace_all(r"[\s'’]", "")
    frame = pl.DataFrame({"cell": column}).with_columns(number=number)
    commas = frame.select((pl.col("number").str.contains(r",\d{1,2}$") & ~pl.col("number").str.contains(r"\.\d{1,2}$")).sum()).item()
    points = frame.select(pl.col("number").str.contains(r"\.\d{1,2}$").sum()).item()
    thousands, decimal = (r"\.", ",") if commas > points else (",", ".")
    shape = rf"^-?(\d+|\d{{1,3}}({thousands}\d{{3}})+)({decimal.replace('.', '[.]')}\d+)?$"
    plain = pl.col("number").str.replace_all(thousands, "").str.replace(decimal, ".", literal=True)
    amounts = pl.when(pl.col("number").str.contains(shape)).then(plain).cast(pl.Float64, strict=False)
    return frame.select(amounts).to_series().alias(column.name)


def date(column: pl.Series, *, day_first: bool) -> pl.Series:
    """Dates (Date), a time of day behind them left out; null for other cells.

    Whether `03/04/2025` is in March or April is decided once for the column: by the cells that can only be one of the two, else
    by `day_first` (with points, always the day). A day of two readings is never guessed a cell at a time.
    """
    cell = pl.col("cell")
    frame = pl.DataFrame({"cell": column})
    first, second = cell.str.extract(YEAR_LAST, 1).cast(pl.Int32), cell.str.extract(YEAR_LAST, 2).cast(pl.Int32)
    # Dates that are one in one reading only; what is none in either ("13/45/2025") has no say.
    only_day_first, only_month_first, dotted = frame.select(
        (first.is_between(13, 31) & (second <= 12)).sum().alias("only_day_first"),
        (second.is_between(13, 31) & (first <= 12)).sum().alias("only_month_first"),
        cell.str.contains(r"^\d{1,2}\.\d").any().alias("dotted"),
    ).row(0)
    if only_day_first != only_month_first:
        day_first = only_day_first > only_month_first
    elif dotted:
        day_first = True
    day, month = (first, second) if day_first else (second, first)
    iso = pl.coalesce(
        _iso(*(cell.str.extract(YEAR_FIRST, n) for n in (1, 2, 3))),
        _iso(_full_year(cell.str.extract(YEAR_LAST, 3)), month, day),
        _iso(cell.str.extract(DAY_MONTH_WORD, 3), _month(cell.str.extract(DAY_MONTH_WORD, 2)), cell.str.extract(DAY_MONTH_WORD, 1)),
        _iso(cell.str.extract(MONTH_WORD_DAY, 3), _month(cell.str.extract(MONTH_WORD_DAY, 1)), cell.str.extract(MONTH_WORD_DAY, 2)),
    )
    return frame.select(iso).to_series().alias(column.name)


def moment(column: pl.Series, *, day_first: bool) -> pl.Series:
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


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    text = pl.format("{}-{}-{}", year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return text.str.to_date("%Y-%m-%d", strict=False)


def _month(word: pl.Expr) -> pl.Expr:
    return word.str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int32)


def _full_year(year: pl.Expr) -> pl.Expr:
    # Two digits: POSIX strptime's window, 69–99 are the 1900s.
    number = year.cast(pl.Int32)
    return pl.when(number < 69).then(number + 2000).when(number < 100).then(number + 1900).otherwise(number).cast(pl.String).str.zfill(4)
