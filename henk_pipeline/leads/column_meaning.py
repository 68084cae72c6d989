"""What a column means to `normalise`, how its file writes dates and numbers, and how columns of one field are put together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.leads import fields, text
from henk_pipeline.leads.locales import decimal_sign
from henk_pipeline.leads.phone_kinds import whole_labels

DAY_FIELDS = (*fields.DATE_FIELDS, *fields.TIME_FIELDS, fields.BIRTH_DATE, "gift_date")
NUMBER_FIELDS = (*fields.AMOUNT_FIELDS, *fields.COUNT_FIELDS)
MONTH_FIRST_COUNTRIES = {"US", "PH", "FM", "MH", "PW", "GU", "PR", "VI", "AS", "MP"}  # CLDR: short dates M/d/y


class ColumnMeaning(NamedTuple):
    """What a column is used for: `field` None keeps it as a custom field; `meaning` is value, further (counts where the columns of the field
    before it are empty; of an address where all of the first address is), opposite or present; `consent` how its cells are read for refusals;
    `kind_column` the column that says what kind of number it holds, `code_columns` those of its country, `area_column`, `exchange_column` and
    `extension_column` those of its area code, of the digits before its last four, and of its extension; `kind_in_notes` whether `kind_column`
    is of notes; `rank` which of several further columns
    counts first; `family_first` whether its whole names begin with the family name.
    """

    column: str
    field: str | None
    meaning: str = "value"
    consent: ConsentColumn | None = None
    kind_column: str | None = None
    code_columns: tuple[str, ...] = ()
    area_column: str | None = None
    extension_column: str | None = None
    exchange_column: str | None = None
    rank: int = 0
    kind_in_notes: bool = False
    family_first: bool = False

    def labels_in(self, table: pl.DataFrame) -> pl.Series | None:
        """Return the labels of the numbers of the column; None where no column has them."""
        if self.kind_column is None or self.kind_column not in table.columns:
            return None
        cells = table[self.kind_column]
        return whole_labels(cells) if self.kind_in_notes else cells


@dataclass
class Habits:
    """How a file writes dates and amounts, found from whole columns: by column. `locale` (a language, or language and country: `en-GB`) decides
    where a column does not, then `language`, that of the file's column names, and for amounts `country`, that of the business.
    """

    dates: dict[str, text.DateHabit] = field(default_factory=dict)
    amounts: dict[str, text.AmountHabit] = field(default_factory=dict)
    locale: str | None = None
    language: str | None = None
    country: str | None = None

    def look_at(self, table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> None:
        """Add what the cells of a piece of the file tell."""
        for use in columns:
            if use.field in DAY_FIELDS:
                self.add(Habits({use.column: text.date_habit(text.cleaned(table[use.column]))}))
            elif use.field in NUMBER_FIELDS or use.field == "gift_amount":
                self.add(Habits(amounts={use.column: text.amount_habit(text.cleaned(table[use.column]))}))

    def add(self, more: "Habits") -> None:
        """Add what is known of other pieces of the file."""
        for column, day in more.dates.items():
            self.dates[column] = self.dates.get(column, text.DateHabit()) + day
        for column, amount in more.amounts.items():
            self.amounts[column] = self.amounts.get(column, text.AmountHabit()) + amount

    def day_first(self, column: str) -> bool | None:
        """Return whether the day comes first in a column.

        Its own dates decide, else those of the file's other columns, else the locale, else a language in which it does everywhere.
        """
        own = self.dates.get(column, text.DateHabit()).is_day_first()
        if own is not None:
            return own
        others = {order for habit in self.dates.values() if (order := habit.is_day_first()) is not None}
        if len(others) == 1:
            return others.pop()
        if self.locale is None:
            return True if self.language not in (None, "en") else None
        language, _, country = self.locale.partition("-")
        return not (country.upper() in MONTH_FIRST_COUNTRIES or (language == "en" and not country))

    def has_serials(self, column: str) -> bool:
        """Return whether numbers of days of a spreadsheet are dates of a column: none of them is in the future, and in some column of the file
        one is of the last four years. Else they may count from 1904.
        """
        own = self.dates.get(column, text.DateHabit())
        return own.serials > 0 and not own.future_serials and any(habit.recent_serials for habit in self.dates.values())

    def amount(self, column: str) -> text.AmountForm:
        """Return how the amounts of a column are read: by the same rule, and at last by the country of the business.

        In a column of both forms ("1.500,00" and "1,500.00") nothing decides what `1.500` is: it is kept as text, and reported.
        """
        own_habit = self.amounts.get(column, text.AmountHabit())
        if own_habit.has_both_forms():
            locale_sign = None if self.locale is None else decimal_sign(language=self.locale.partition("-")[0])
            return text.AmountForm(locale_sign, certain=locale_sign is not None)
        own = own_habit.sign()
        of_all = sum(self.amounts.values(), text.AmountHabit()).sign()
        if (sign := own or of_all) is not None:
            return text.AmountForm(sign)
        if self.locale is not None:
            return text.AmountForm(decimal_sign(language=self.locale.partition("-")[0]) or ".")
        language = self.language if self.language != "en" else None  # English columns are in use everywhere
        return text.AmountForm(decimal_sign(language=language) or decimal_sign(country=self.country), certain=False)


def each_once(columns: list[pl.Series]) -> list[pl.Series]:
    """Return columns of which several may have one name, each name once: the first filled cell counts."""
    columns_by_name: dict[str, pl.Series] = {}
    for column in columns:
        before = columns_by_name.get(column.name)
        columns_by_name[column.name] = column if before is None else before.zip_with(before.is_not_null(), column)
    return list(columns_by_name.values())


def any_of_columns(columns: list[pl.Series], name: str) -> pl.Series:
    """Return, by a name, where any of some columns of true and false is true."""
    return (
        columns[0].alias(name)
        if len(columns) == 1
        else pl.DataFrame([c.alias(str(n)) for n, c in enumerate(columns)]).select(pl.any_horizontal(pl.all()).alias(name)).to_series()
    )
