"""From a text table and its column mapping to one row a record with a lead's fields, typed. Rejects nothing: that is the contract's work."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from typing import NamedTuple

import polars as pl
from phonenumbers import SUPPORTED_REGIONS

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import STATED, ConsentColumn, field_column
from henk_pipeline.consent.tables import MAX_SHOWN, JudgedTable, judge_table, read_phone_cells
from henk_pipeline.leads import fields, text
from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.contacts_not_read import with_next_contacts, without_contacts_not_read
from henk_pipeline.leads.email_remarks import read_email_cells
from henk_pipeline.leads.emails import oddities, read_emails
from henk_pipeline.leads.given_names import with_generations, with_titles_of_others
from henk_pipeline.leads.json_text import json_object, member
from henk_pipeline.leads.labelled_numbers import are_forms_of_address, are_worded, read_labelled_cells
from henk_pipeline.leads.locales import decimal_sign, language_of, load_locales
from henk_pipeline.leads.name_remarks import without_remarks
from henk_pipeline.leads.names import (
    are_names_that_look_empty,
    bare_family_names,
    bare_given_names,
    is_salutation,
    mended_case,
    relations_in_names,
    split_full_names,
    titles_of_unisex_names,
    with_names_that_look_empty,
)
from henk_pipeline.leads.others_in_cells import names_of_rows, without_those_of_others
from henk_pipeline.leads.phone_kinds import is_mobile, is_not_called, is_of_another, is_wrong, load_phone_kinds, whole_labels
from henk_pipeline.leads.phones import NO_REGION, NOT_JOINED, agreed_regions, kinds_not_called, normalise_phones, regions_of_codes
from henk_pipeline.leads.places import (
    normalise_countries,
    normalise_postal_codes,
    normalise_states,
    with_city_state_and_code,
    with_house_number,
    without_countries,
)
from henk_pipeline.leads.time_zones import with_time_zones

# Fields whose cells reject the row that has no other contact: a contact that is none. For each the frame has `unread_<field>`.
JUDGED_FIELDS = ("email", *fields.PHONE_FIELDS)
DAY_FIELDS = (*fields.DATE_FIELDS, *fields.TIME_FIELDS, fields.BIRTH_DATE, "gift_date")
NUMBER_FIELDS = (*fields.AMOUNT_FIELDS, *fields.COUNT_FIELDS)
# Fields that a person can lack: a cell of theirs that is not understood is kept as text.
OPTIONAL_FIELDS = {*fields.DATE_FIELDS, *fields.AMOUNT_FIELDS, *fields.COUNT_FIELDS, *fields.TIME_FIELDS, "gift_date", "gift_amount"}
ADDRESS_CELL = r"^\s*[^\s@,;<>]+@[^\s@,;<>]+\.[A-Za-z]{2,}\s*$"
ADDRESS_FIELDS = ("street", "city", "state", "postal_code", "country")
# Fields of a row that help to read others, and are kept as custom fields, too.
KEPT_AS_WRITTEN = {
    "name_suffix",
    "gift_currency",
    "gift_refund",
    "gift_refunded",
    "gift_status",
    "gift_kind",
    "refund_email",
    "gift_id",
    "gift_type",
    "gift_test",
}
COUNTRY_NOT_KNOWN = "(country not known)"  # behind the field of a number that is kept as written
NAME_NOTE = "Name Note"  # what stands next to a name and is no part of it
MAX_FORM = 60  # characters of a form of address and the names behind it
MULTILINE_FIELDS = ("notes", "description")
TAG_SEPARATORS = r"\s*:::\s*|[,;|]"  # ":::" is Google Contacts'
ONLY_PARTICLES = r"^(?:(?:van|von|vom|de|der|den|zu|zum|zur|da|di|du|la|le|auf|af|av|und)(?:\s+|$))+$"
TIME_OF_DAY = r"\d{1,2}:\d{2}"
MONTH_FIRST_COUNTRIES = {"US", "PH", "FM", "MH", "PW", "GU", "PR", "VI", "AS", "MP"}  # CLDR: short dates M/d/y

DTYPES: Mapping[str, pl.DataType] = (
    dict.fromkeys((*fields.TEXT_FIELDS, fields.BIRTH_DATE, "email", *fields.PHONE_FIELDS), pl.String())
    | dict.fromkeys(fields.CONSENT_FIELDS, pl.Boolean())
    | {fields.CONSENT_UNCLEAR: pl.String()}
    | dict.fromkeys(fields.DATE_FIELDS, pl.Date())
    | dict.fromkeys(fields.AMOUNT_FIELDS, pl.Float64())
    | dict.fromkeys(fields.COUNT_FIELDS, pl.Int64())
    | dict.fromkeys(fields.TIME_FIELDS, pl.Datetime("us", "UTC"))
    | {"gift_amount": pl.Float64(), "gift_currency": pl.String(), "gift_id": pl.String(), "gift_time": pl.String()}
)
# What a row says beside a lead's fields, from which those are made.
ROW_FIELDS: Mapping[str, pl.DataType] = {
    "full_name": pl.String(), "name_infix": pl.String(), "name_suffix": pl.String(), "house_number": pl.String(),
    "house_suffix": pl.String(), "second_family_name": pl.String(), "city_state_zip": pl.String(), "tags": pl.String(),
    "gift_date": pl.Date(), "gift_refund": pl.Float64(), "gift_refunded": pl.String(),
    "gift_status": pl.String(), "gift_kind": pl.String(), "refund_email": pl.String(), "gift_type": pl.String(), "gift_test": pl.String(),
}  # fmt: skip


class ColumnMeaning(NamedTuple):
    """What a column is used for: `field` None keeps it as a custom field; `meaning` is value, further (counts where the columns of the field
    before it are empty; of an address where all of the first address is), opposite or present; `consent` how its cells are read for refusals;
    `kind_column` the column that says what kind of number it holds, `code_columns` those of its country, `area_column`, `exchange_column` and
    `extension_column` those of its area code, of the digits before its last four, and of its extension; `kind_in_notes` whether `kind_column`
    is of notes; `rank` which of several further columns
    counts first.
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
        """Return how the amounts of a column are read: by the same rule, and at last by the country of the business."""
        own = self.amounts.get(column, text.AmountHabit()).sign()
        of_all = sum(self.amounts.values(), text.AmountHabit()).sign()
        if (sign := own or of_all) is not None:
            return text.AmountForm(sign)
        if self.locale is not None:
            return text.AmountForm(decimal_sign(language=self.locale.partition("-")[0]) or ".")
        language = self.language if self.language != "en" else None  # English columns are in use everywhere
        return text.AmountForm(decimal_sign(language=language) or decimal_sign(country=self.country), certain=False)


def normalise(
    table: pl.DataFrame,
    lines: pl.Series,
    columns: Sequence[ColumnMeaning],
    default_country: str,
    habits: Habits | None = None,
    judged: JudgedTable | None = None,
) -> pl.DataFrame:
    """One row a row of `table`, in its order.

    Takes: text columns as written; the line of the file of each row; what each column is used for; ISO 3166-1 alpha-2 code for phone
    numbers that name no country; how the whole file writes dates and amounts, where `table` is a piece of it; what its columns of consent
    say, where that has been judged. Columns of `table` that `columns` does not name are left out.

    Gives: `line` (Int64), every field of `fields.UPLOAD_FIELDS` (text; e-mail in lower case; phones E.164; consent Boolean, true only where
    it is certain; `consent_unclear`, text, where it is not; dates Date; amounts Float64; last_activity_at UTC; tags List(String);
    custom_fields a JSON object as text), and `unread_<field>` (Boolean) where a cell of a judged field was filled but not understood; the
    field is then null. Custom fields also get what no field has room for: `phone_extension`, `phone_2`, `email_flag`, `email_suggestion`.
    """
    if judged is None:
        table = text.without_residue(table)
    if habits is None:
        habits = Habits(language=language_of(table.columns), country=default_country)
        habits.look_at(table, columns)
    table = _with_exchanges(table, columns)
    table, labelled, asked = _without_numbers_by_labels(table, columns, default_country)
    table, of_others = without_contacts_of_others(table, columns)
    table, calls = _without_remarks(table, columns)
    judged = judged or judge_table(table, consent_columns(columns))
    table = _without_refusals(table, columns)
    table, on_emails = _without_words_on_emails(table, columns)
    table, columns = _with_mobile_columns(table, columns)
    table, columns = _with_addresses_among_numbers(table, columns)
    frame, further = _typed_fields(table, lines, columns, habits)
    frame = _gifts(_with_times_of_gifts(frame, table, columns), has_gifts=_has_row_a_gift(table, columns))
    of_names = _judge_notes_on_names(further)
    no_calls = [calls.refused, on_emails.no_calls, _without_any_number(table, columns), of_names]
    frame = _consent(frame, judged, no_calls, on_emails.no_emails)
    frame = _names(frame)
    frame = _places(frame, default_country)
    frame = _with_currencies_of_countries(frame, default_country)
    frame = _regions(frame, table, columns)
    frame = _parts_of_numbers(frame, table, columns)
    frame, extras = _contacts(frame, table, columns, default_country)
    frame = _with_questions(frame, asked)
    frame = with_time_zones(frame, default_country)
    custom = [use.column for use in columns if use.field is None]
    kept = custom_json(
        pl.DataFrame(
            _once([*table.select(*custom), *further, *extras, *_once([*labelled, *of_others, *calls.dropped, *on_emails.dropped])])
        ),
        frame.height,
    )
    return frame.with_columns(kept).select("line", *DTYPES, "tags", "custom_fields", *(f"unread_{field}" for field in JUDGED_FIELDS))


def custom_json(table: pl.DataFrame, height: int) -> pl.Series:
    """Return for each of `height` rows the filled cells of `table` as the text of a JSON object, `{}` where none is. Column `custom_fields`."""
    parts: list[pl.Expr] = []
    for name in table.columns:
        cells = text.cleaned(table[name], lines=True)
        if cells.null_count() < len(cells):
            parts.append(pl.when(pl.lit(cells).is_not_null()).then(member(pl.lit(cells), name)).alias(f"{len(parts)}"))
    if not parts:
        return pl.Series("custom_fields", ["{}"], dtype=pl.String).new_from_index(0, height)
    return pl.select(json_object(parts).alias("custom_fields")).to_series()


def _typed_fields(
    table: pl.DataFrame, lines: pl.Series, columns: Sequence[ColumnMeaning], habits: Habits
) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Typed columns named as their fields, `unread_…` beside them; missing fields null. Phones and e-mails stay text as written.

    And the cells of further columns of a field that an earlier one has filled, to be kept as custom fields.
    """
    further: list[pl.Series] = []
    height = table.height
    of_field: dict[str, list[ColumnMeaning]] = {}
    for use in columns:
        of_field.setdefault(str(use.field), []).append(use)
    for uses in of_field.values():
        uses.sort(key=lambda use: (use.meaning == "further", use.rank))  # the column that counts may stand behind those that fill it
    no_address = _without_address(table, of_field)
    typed: list[pl.Series] = [lines.cast(pl.Int64).alias("line")]
    for name, dtype in {**DTYPES, **ROW_FIELDS}.items():
        uses = of_field.get(name, [])
        cells = _cells_of(name, uses, table, further)
        if name in fields.CONSENT_FIELDS:
            typed.append(_constant(name, False, height))
        elif not uses:
            typed.append(pl.Series(name, [None], dtype=dtype).new_from_index(0, height))
            typed += [_constant(f"unread_{name}", False, height)] if name in JUDGED_FIELDS else []
        else:
            cell = cells[0].alias(name)
            if name in ADDRESS_FIELDS:
                cell, second = _first_address(cell, cells[1:], no_address)
                further += [column.alias(use.column) for use, column in zip(uses[1:], second, strict=True) if column.count()]
                cells = cells[:1]
            for use, other in zip(uses[1:], cells[1:], strict=False):
                further.append(
                    other.zip_with(cell.is_not_null(), pl.Series([None], dtype=pl.String).new_from_index(0, height)).alias(use.column)
                )
                cell = cell.zip_with(cell.is_not_null(), other)
            value = _birth_date(cell, uses[0].column, habits) if name == fields.BIRTH_DATE else _typed(cell, dtype, uses[0].column, habits)
            if name in OPTIONAL_FIELDS:
                value, kept = _optional(value, cell, name)
                further += [kept.alias(uses[0].column)] if kept.count() else []
                typed.append(value)
            else:
                further += [cell.alias(uses[0].column)] if name in KEPT_AS_WRITTEN else []
                typed.append(value)
                typed += [(cell.is_not_null() & value.is_null()).alias(f"unread_{name}")] if name in JUDGED_FIELDS else []
    frame, notes = _without_notes_on_names(pl.DataFrame(typed))
    further += [*notes, *_remarks_on_names(frame, table.columns)]
    frame = _without_salutations(_with_odd_names(frame, table, of_field), of_field, further)
    if "gift_amount" in of_field and "gift_currency" not in of_field:
        frame = frame.with_columns(text.currency(text.cleaned(table[of_field["gift_amount"][0].column])).alias("gift_currency"))
    # Stripe writes "usd": one currency in two ways is one.
    currency = pl.col("gift_currency")
    code = pl.when(currency.str.contains(r"^[A-Za-z]{3}$")).then(currency.str.to_uppercase()).otherwise(currency)
    return frame.with_columns(_tags(frame["tags"]), code), further


def _cells_of(name: str, uses: list[ColumnMeaning], table: pl.DataFrame, further: list[pl.Series]) -> list[pl.Series]:
    """Return the cleaned cells of the columns of a field; add those of contacts that say there is none to `further`."""
    cells = [text.cleaned(table[use.column], lines=name in MULTILINE_FIELDS) for use in uses]
    if name in ("first_name", "last_name", "full_name"):
        return [_without(cell, load_cell_words().names.pattern) for cell in cells]
    if name == "source_id":
        return [_without(cell, load_cell_words().empty.ids) for cell in cells]
    if name not in fields.PHONE_FIELDS and name != "email":
        return cells
    cells, words = _without_words_for_none(cells, uses)
    further += words
    return cells


def _without(cells: pl.Series, pattern: str) -> pl.Series:
    """Return names or ids without those that are nobody's ("Info Requested", "Unbekannt")."""
    is_read = ~cells.str.contains(pattern).fill_null(value=False) if cells.count() else cells.is_not_null()
    return cells if is_read.all() else cells.to_frame("cell").select(pl.when(pl.lit(is_read)).then("cell")).to_series().alias(cells.name)


def _tags(cells: pl.Series) -> pl.Series:
    """Return tags (List(String)), each once; an empty list where there are none."""
    if cells.null_count() == len(cells):
        return pl.Series("tags", [[]], dtype=pl.List(pl.String)).new_from_index(0, len(cells))
    tags = pl.col("tags").str.replace_all(TAG_SEPARATORS, ",").str.split(",")
    tags = tags.list.eval(
        pl.element().str.strip_chars(' "').str.strip_prefix("* ")
    )  # Mailchimp quotes tags; Google Contacts marks its own groups
    tags = tags.list.eval(pl.element().filter(pl.element() != "")).list.unique(maintain_order=True)
    return cells.to_frame("tags").select(tags.fill_null([]).alias("tags")).to_series()


def _with_odd_names(frame: pl.DataFrame, table: pl.DataFrame, of_field: Mapping[str, list[ColumnMeaning]]) -> pl.DataFrame:
    """Put back the names of people whose surname, or given name, is written as a word for nothing."""
    first, last = frame["first_name"], frame["last_name"]
    if "first_name" not in of_field or "last_name" not in of_field:
        return frame
    written = {name: table[of_field[name][0].column] for name in ("first_name", "last_name")}
    is_pair = are_names_that_look_empty(written["first_name"], written["last_name"])
    if is_pair.any():
        others = [table[column] for column in table.columns if column not in {series.name for series in written.values()}]
        # A program that writes "nan" for nothing writes it in the other columns, too.
        is_pair &= not any(cells.str.to_lowercase().str.strip_chars().is_in(["nan"]).any() for cells in others)
    pair = is_pair.replace_strict([True], ["pair"], default=None, return_dtype=pl.String)
    last_or_pair, first_or_pair = (name.zip_with(name.is_not_null(), pair) for name in (last, first))
    return frame.with_columns(
        with_names_that_look_empty(first, written["first_name"], last_or_pair, family=False).alias("first_name"),
        with_names_that_look_empty(last, written["last_name"], first_or_pair, family=True).alias("last_name"),
    )


def _without_salutations(frame: pl.DataFrame, of_field: Mapping[str, list[ColumnMeaning]], further: list[pl.Series]) -> pl.DataFrame:
    """Keep forms of address in a column of titles as custom fields: "Mr." is nobody's job. "Mrs." before "John" stays before the name, too."""
    if "title" not in of_field or not frame["title"].count():
        return frame
    title = frame["title"]
    salutations = is_salutation(title)
    if not salutations.any():
        return frame
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    forms = title.zip_with(salutations, nothing)
    further.append(forms.alias(of_field["title"][0].column))
    called = [with_titles_of_others(frame[name], forms) for name in ("first_name", "full_name") if frame[name].count()]
    return frame.with_columns(title.zip_with(~salutations, nothing).alias("title"), *called)


def _without_notes_on_names(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Return the rows with names without what is no part of them ("Bob Hale - Treasurer"), and that as a custom field."""
    notes = []
    for name in ("full_name", "first_name", "last_name"):
        if (parts := without_remarks(frame[name])) is not None:
            frame = frame.with_columns(parts[0])
            notes.append(parts[1].alias(NAME_NOTE))
    return frame, _once(notes)


def _judge_notes_on_names(further: Sequence[pl.Series]) -> pl.Series | None:
    """Return which rows a note next to a name refuses calls for ("Ida Jung do not call"); None where none does."""
    note = next((cells for cells in further if cells.name == NAME_NOTE), None)
    return None if note is None else (judge_cells(note, STATED)["phone"] == "refused").fill_null(value=False)


def _remarks_on_names(frame: pl.DataFrame, columns: Sequence[str]) -> list[pl.Series]:
    """Return what stands next to a name and is no part of it, but tells two people of one name apart, as custom fields: "son", "Mr."."""
    remarks = []
    for column, names, read in (
        ("Name Remark", ("first_name", "last_name", "full_name"), relations_in_names),
        ("Name Title", ("first_name", "full_name"), titles_of_unisex_names),
    ):
        cells = pl.DataFrame([read(frame[name]).alias(name) for name in names]).select(pl.coalesce(pl.all()).alias(column)).to_series()
        if cells.count() and column not in columns:
            remarks.append(cells)
    return remarks


def _without_words_for_none(cells: list[pl.Series], uses: list[ColumnMeaning]) -> tuple[list[pl.Series], list[pl.Series]]:
    """Return the cells of contacts without those that say in words that there is none ("declined"), and these."""
    pattern = load_cell_words().empty.contacts
    left, kept = [], []
    for cell, use in zip(cells, uses, strict=True):
        is_word = cell.str.contains(pattern).fill_null(value=False) if cell.count() else cell.is_not_null()
        if not is_word.any():
            left.append(cell)
            continue
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(cell))
        left.append(cell.zip_with(~is_word, nothing))
        kept.append(cell.zip_with(is_word, nothing).alias(f"{use.column} (as written)"))
    return left, kept


def _without_address(table: pl.DataFrame, of_field: Mapping[str, list[ColumnMeaning]]) -> pl.Series:
    """Return where street, city and postal code of the first address are empty: a country or a state alone is none."""
    firsts = [of_field[name][0].column for name in ("street", "city", "postal_code") if name in of_field]
    if not firsts or not any(len(of_field.get(name, ())) > 1 for name in ADDRESS_FIELDS):
        return pl.Series([False]).new_from_index(0, table.height)
    return _any([text.cleaned(table[column]).is_not_null() for column in firsts], "filled") == False  # noqa: E712 - a column, not a value


def _first_address(cell: pl.Series, others: list[pl.Series], no_address: pl.Series) -> tuple[pl.Series, list[pl.Series]]:
    """Return a part of the address, from the second where there is no first, never half of one and half of another; and the parts not used."""
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(cell))
    kept = []
    for other in others:
        taken = no_address & other.is_not_null()
        kept.append(other.zip_with(~taken, nothing))
        cell = other.zip_with(taken, cell).alias(cell.name)
        no_address = no_address & ~taken
    return cell, kept


def _optional(value: pl.Series, cell: pl.Series, name: str) -> tuple[pl.Series, pl.Series]:
    """Return the value of an optional field, and the cells that are kept as text: they are none, have two readings, or are an amount below zero
    that no gift is.
    """
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(cell))
    if name in NUMBER_FIELDS:
        value = value.zip_with((value >= 0).fill_null(value=True), pl.Series([None], dtype=value.dtype).new_from_index(0, len(value)))
    lacking = cell.is_not_null() & value.is_null()
    if not lacking.any():
        return value, nothing
    return value, cell.zip_with(lacking & ~text.is_no_date(cell) if name in DAY_FIELDS else lacking, nothing)


def _has_row_a_gift(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> bool:
    """Return whether each row is a gift: its amounts have days, ids or states next to them, or are named as amounts of gifts."""
    filled = {use.field: use.column for use in columns if use.field is not None and table[use.column].count()}
    if filled.keys() & {"gift_date", "gift_id", "gift_status"}:
        return True
    open_names = {_plain(name) for name in load_cell_words().gifts.open_amounts}
    # Next to a number of gifts an amount is that of all of them (NationBuilder).
    return "gift_amount" in filled and "gift_count" not in filled and _plain(filled["gift_amount"]) not in open_names


def _plain(column: str) -> str:
    """Return the name of a column without case, punctuation and a currency behind it ("Amount (USD)")."""
    return re.sub(r"[\W_]+", "", re.sub(r"\s*(?:\bin\s+|[(\[]\s*)(?:[A-Z]{3}|[€$£¥])\s*[)\]]?\s*$", "", column).casefold())


def _with_times_of_gifts(frame: pl.DataFrame, table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Add the time of day of each gift to `gift_time`, as written, and the day of the gift to `gift_id`.

    A gift that recurs may keep its id, and two of one day are told apart by their times.
    """
    column = next((use.column for use in columns if use.field == "gift_date"), None)
    if column is None:
        return frame
    cell = text.cleaned(table[column])
    times = pl.when(pl.lit(cell).str.contains(TIME_OF_DAY)).then(pl.lit(cell))
    day = pl.coalesce(pl.col("gift_date").cast(pl.String), pl.lit(cell))
    return frame.with_columns(
        times.alias("gift_time"), pl.concat_str("gift_id", pl.coalesce(day, pl.lit("")), separator=" ").alias("gift_id")
    )


def _gifts(frame: pl.DataFrame, *, has_gifts: bool) -> pl.DataFrame:
    """Fill the fields of all gifts from those of the row's one gift.

    Of a file that has a row a gift (`has_gifts`) `gift_amount` stays, signed, for the sum of the person's rows; elsewhere it is the total and its
    date the latest.
    """
    words = load_cell_words().gifts

    def is_one_of(column: str, *lists: list[str]) -> pl.Expr:
        return _without_brackets(pl.col(column)).is_in([word for words in lists for word in words]).fill_null(value=False)

    amount, day = pl.col("gift_amount"), pl.col("gift_date")
    is_sent_back = is_one_of("gift_kind", words.refunds) | is_one_of("gift_type", words.refunds)
    frame = frame.with_columns(pl.when(is_sent_back).then(-amount.abs()).otherwise(amount).alias("gift_amount"))
    is_back = (amount < 0).fill_null(value=False)
    # The row of a refund is sent by the organisation; its person is who gets it.
    frame = frame.with_columns(
        pl.when(is_back & pl.col("refund_email").is_not_null()).then("refund_email").otherwise("email").alias("email")
    )
    refund = pl.col("gift_refund").abs()
    # A refund that has a row of its own is counted there.
    sent_back = -frame.filter(is_back)["gift_amount"]
    is_counted = amount.is_in(sent_back.implode()).fill_null(value=False)
    is_in_part = ((refund > 0) & (refund < amount)).fill_null(value=False)
    is_flagged = is_one_of("gift_refunded", words.yes)
    is_dated_refund = pl.col("gift_refunded").is_not_null() & ~is_one_of("gift_refunded", words.yes, words.no)
    is_refunded = is_one_of("gift_status", words.refunded) | (is_flagged & ~is_in_part)
    is_none = (is_dated_refund & ~is_in_part) | (is_refunded & ~is_counted)
    is_none = is_none | is_one_of("gift_status", words.not_given)
    is_promised = is_one_of("gift_kind", words.promised) | is_one_of("gift_type", words.promised)
    is_none = is_none | is_promised | is_one_of("gift_test", words.tests, words.yes)
    amount = (
        pl.when(is_none & (amount > 0))
        .then(0.0)
        .when((amount > 0) & ~is_counted)
        .then(pl.max_horizontal(amount - refund.fill_null(0.0), 0.0))
        .otherwise(amount)
    )
    is_gift = amount > 0
    if not has_gifts or not frame["gift_amount"].count() or frame["total_gifts"].count():
        # The amount of a row that has the total, too, is that of the latest gift.
        is_latest = is_gift & pl.lit(has_gifts and frame["total_gifts"].count() > 0)
        nothing = [pl.lit(None, dtype=pl.String).alias(name) for name in ("gift_currency", "gift_id", "gift_time")]
        return frame.with_columns(
            pl.coalesce("total_gifts", pl.when(pl.col("gift_amount") >= 0).then(amount)).alias("total_gifts"),
            pl.coalesce("last_gift_date", pl.when(~is_none).then(day)).alias("last_gift_date"),
            pl.coalesce("last_gift_amount", pl.when(is_latest).then(amount)).alias("last_gift_amount"),
            pl.lit(None, dtype=pl.Float64).alias("gift_amount"),
            *nothing,
        )
    dates = [pl.coalesce(name, pl.when(is_gift | amount.is_null()).then(day)).alias(name) for name in fields.DATE_FIELDS]
    amounts = [pl.coalesce(name, pl.when(is_gift).then(amount)).alias(name) for name in fields.AMOUNT_FIELDS]
    count = pl.coalesce("gift_count", pl.when(amount.is_not_null()).then(is_gift.cast(pl.Int64))).alias("gift_count")
    return frame.with_columns(*dates, *amounts, count, amount.alias("gift_amount"))


def _without_brackets(cell: pl.Expr) -> pl.Expr:
    """Return cells in lower case without what stands in brackets behind them: CiviCRM explains a state there ("Pending (Pay Later)")."""
    return cell.str.to_lowercase().str.strip_chars().str.replace(r"\s*\(.*\)$", "")


def _constant(name: str, value: bool, height: int) -> pl.Series:  # noqa: FBT001 - the value of a column
    return pl.Series(name, [value], dtype=pl.Boolean).new_from_index(0, height)


def _typed(cells: pl.Series, dtype: pl.DataType, column: str, habits: Habits) -> pl.Series:
    if isinstance(dtype, pl.Date):
        return text.date(cells, day_first=habits.day_first(column), serials=habits.has_serials(column))
    if isinstance(dtype, pl.Datetime):
        return text.moment(cells, day_first=habits.day_first(column), serials=habits.has_serials(column))
    if isinstance(dtype, pl.Float64):
        return text.amount(cells, habits.amount(column))
    if isinstance(dtype, pl.Int64):
        return text.count(cells, habits.amount(column))
    return cells


def _birth_date(cells: pl.Series, column: str, habits: Habits) -> pl.Series:
    """As ISO 8601 where the cell is a date of one reading that is not in the future, a year of two digits being of the past; else as written."""
    today = dt.datetime.now(dt.UTC).date()
    days = text.in_the_past(
        text.date(cells, day_first=habits.day_first(column), serials=habits.has_serials(column)), cells, today
    ).dt.to_string("%Y-%m-%d")
    written = cells.zip_with(~text.is_no_date(cells), pl.Series([None], dtype=pl.String).new_from_index(0, len(cells)))
    return days.zip_with(days.is_not_null(), written).alias(cells.name)


def _with_exchanges(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Put the exchange of a column of its own before the last digits of a number. A longer number that has it, or has none, stays as it is."""
    for use in columns:
        if use.exchange_column is None or use.exchange_column not in table.columns:
            continue
        exchange, line = (text.cleaned(table[name]).str.replace(r"\.0$", "") for name in (use.exchange_column, use.column))
        parts = pl.DataFrame([exchange.alias("exchange"), line.alias("line")])
        of_line = pl.col("line").str.replace_all(r"\D", "")
        is_short = pl.col("line").str.contains(r"^\d{1,4}$")
        has_it = of_line.str.head(-4).str.ends_with(pl.col("exchange")) & pl.col("exchange").str.contains(r"^\d+$")
        joined = (
            pl.when(pl.col("exchange").str.contains(r"^\d{2,5}$")).then(pl.col("exchange") + pl.col("line")).otherwise(pl.lit(NOT_JOINED))
        )
        full_number = (
            pl.when(pl.col("line").is_null() | (pl.col("exchange").is_null() & ~is_short) | has_it)
            .then("line")
            .when(is_short)
            .then(joined)
            .otherwise(pl.lit(NOT_JOINED))
        )
        table = table.with_columns(parts.select(full_number).to_series().alias(use.column))
    return table


def without_contacts_of_others(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Take the numbers and addresses that a cell gives to somebody else by name, and return those cells as columns of their own."""
    dropped: list[pl.Series] = []
    contacts = [use for use in columns if use.field in JUDGED_FIELDS and use.column in table.columns]
    if not contacts:
        return table, dropped
    names = names_of_rows(table, [(use.column, use.field) for use in columns if use.column in table.columns])
    for use in contacts if names.count() else ():
        read = without_those_of_others(table[use.column], names, addresses=use.field == "email")
        if read is not None:
            table = table.with_columns(read["own"].alias(use.column))
            dropped.append(read["dropped"].alias(f"{use.column} (not used)"))
    return table, [column for column in dropped if column.count()]


class _Question(NamedTuple):
    """A question about the numbers of a column: the `field` of the column, and the cells that are asked about, null for others."""

    field: str
    cells: pl.Series


def _without_numbers_by_labels(
    table: pl.DataFrame, columns: Sequence[ColumnMeaning], country: str
) -> tuple[pl.DataFrame, list[pl.Series], list[_Question]]:
    """Take the numbers that their labels leave out: a fax, an old number, those of a couple, as its addresses. And return those cells, and what is
    asked.
    """
    dropped: list[pl.Series] = []
    asked: list[_Question] = []
    for use in columns:
        if use.field not in JUDGED_FIELDS or use.column not in table.columns:
            continue
        is_email = use.field == "email"
        worded = are_worded(table[use.column], addresses=is_email)
        if not worded.any():
            continue
        forms = _forms_of_address(table, columns, worded)
        read = read_labelled_cells(table[use.column], worded, forms, country, mobile=use.field == "mobile_phone", addresses=is_email)
        if read is not None:
            table = table.with_columns(read["own"].alias(use.column))
            dropped.append(read["dropped"].alias(f"{use.column} (not used)"))
            asked.append(_Question(use.field, read["asked"]))
    return table, [column for column in dropped if column.count()], [question for question in asked if question.cells.count()]


def _forms_of_address(table: pl.DataFrame, columns: Sequence[ColumnMeaning], asked: pl.Series) -> pl.Series:
    """Return what the rows that are `asked` about write of their person's form of address, or of a couple's names; null for others."""
    names = load_phone_kinds().labels.columns_of_address
    of_address = [use.column for use in columns if use.field in ("title", "full_name", "first_name") or use.column.strip().lower() in names]
    nothing = pl.Series("form", [None], dtype=pl.String).new_from_index(0, table.height)
    if not of_address:
        return nothing
    forms = table.filter(asked).select(pl.concat_str(of_address, separator=" ", ignore_nulls=True).str.slice(0, MAX_FORM).alias("form"))[
        "form"
    ]
    return nothing.scatter(asked.arg_true(), forms.zip_with(are_forms_of_address(forms), nothing.head(len(forms))))


def _with_questions(frame: pl.DataFrame, asked: Sequence[_Question]) -> pl.DataFrame:
    """Ask about cells of numbers where the row has no number that is certain: the one of the cell, or none at all."""
    for question in asked:
        others = [pl.col(name).is_not_null() for name in fields.PHONE_FIELDS if name != question.field]
        is_open = pl.col(question.field).is_not_null() | ~pl.any_horizontal(*others)
        written = pl.lit(question.cells).str.slice(0, MAX_SHOWN)
        text_of_question = pl.format("{}: {}", pl.lit(question.field.replace("_", " ").capitalize()), written)
        frame = with_question(frame, pl.when(is_open).then(text_of_question))
    return frame


class _Calls(NamedTuple):
    """What the words beside numbers say: `refused`, whether calls are refused (None: nowhere); `dropped`: cells with numbers that are not used."""

    refused: pl.Series | None
    dropped: list[pl.Series]


def consent_columns(columns: Sequence[ColumnMeaning]) -> dict[str, ConsentColumn]:
    """Return the columns of which cells may say something about consent, with how they are read."""
    of_fields = {
        use.column: field_column(use.field, use.meaning) for use in columns if use.consent is None and use.field in fields.CONSENT_FIELDS
    }
    return of_fields | {use.column: use.consent for use in columns if use.consent is not None}


def _without_remarks(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, _Calls]:
    """Take the words about calling from cells of numbers, and the numbers that are a fax's or a wrong one's."""
    refused: list[pl.Series] = []
    dropped: list[pl.Series] = []
    labelled: list[pl.Series] = []
    wrong_numbers = [use.column for use in columns if use.consent is not None and use.consent.wrong]
    for wrong in wrong_numbers:
        numbers = table.select(pl.when(_last_digits(wrong).is_not_null()).then(wrong).alias(f"{wrong} (not used)")).to_series()
        dropped += [numbers] if numbers.is_not_null().any() else []
    for use in columns:
        if use.field not in fields.PHONE_FIELDS:
            continue
        if (read := read_phone_cells(table[use.column])) is not None:
            table = table.with_columns(read["numbers"].alias(use.column))
            refused.append(read["refused"])
            dropped.append(read["dropped"].alias(f"{use.column} (not used)"))
        if (label := use.labels_in(table)) is not None:
            of_wrong = is_wrong(label) & table[use.column].is_not_null()
            labelled += [table.select(pl.when(of_wrong).then(use.column)).to_series()] if of_wrong.any() else []
            is_other = ((is_not_called(label) | is_of_another(label)) & table[use.column].is_not_null()) | of_wrong
            table, other = _set_apart(table, use.column, is_other)
            dropped += other
        for wrong in wrong_numbers:
            is_same = table.select((_last_digits(use.column) == _last_digits(wrong)).fill_null(value=False)).to_series()
            table, other = _set_apart(table, use.column, is_same)
            dropped += other
    for use in columns if labelled else ():
        for numbers in labelled if use.field in fields.PHONE_FIELDS else ():
            pair = pl.DataFrame([table[use.column].alias("number"), numbers.alias("wrong")])
            is_same = pair.select((_last_digits("number") == _last_digits("wrong")).fill_null(value=False)).to_series()
            table, other = _set_apart(table, use.column, is_same)  # "Phone" repeats the number of "Phone 1", whose type is "Bad Number"
            dropped += other
    return table, _Calls(_any(refused, "refused") if refused else None, _once(dropped))


def _without_any_number(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.Series | None:
    """Return which rows say "disconnected" in a column without numbers and have no number in another one: nothing is left to call."""
    for_numbers = [use for use in columns if use.consent is not None and use.consent.for_number]
    if not for_numbers:
        return None
    wrong = [
        (judge_cells(table[use.column], replace(use.consent, for_number=False))["phone"] == "refused").fill_null(value=False)
        for use in for_numbers
        if use.consent is not None
    ]
    filled = [text.cleaned(table[use.column]).is_not_null() for use in columns if use.field in fields.PHONE_FIELDS]
    return _any(wrong, "wrong") & ~_any(filled, "filled") if filled else _any(wrong, "wrong")


def _without_refusals(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Empty the cells of countries that refuse calls: a number is of the default country then, and its opt-out is kept."""
    for use in columns:
        if use.field != "country" or use.consent is None:
            continue
        refuses = (judge_cells(table[use.column], use.consent)["phone"] == "refused").fill_null(value=False)
        table, _ = _set_apart(table, use.column, refuses)
    return table


class _OnEmails(NamedTuple):
    """What the words next to addresses say: whether calls and e-mails are refused (None: nowhere); `dropped`: cells with an address not used."""

    no_calls: pl.Series | None
    no_emails: pl.Series | None
    dropped: list[pl.Series]


def _without_words_on_emails(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, _OnEmails]:
    """Take the words next to addresses from their cells, and the addresses that bounced."""
    cells_by_column = {
        use.column: read for use in columns if use.field == "email" and (read := read_email_cells(table[use.column])) is not None
    }
    if not cells_by_column:
        return table, _OnEmails(None, None, [])
    table = table.with_columns(read["addresses"].alias(column) for column, read in cells_by_column.items())
    dropped = [read["dropped"].alias(f"{column} (not used)") for column, read in cells_by_column.items()]
    no_calls, no_emails = (_any([read[name] for read in cells_by_column.values()], name) for name in ("no_calls", "no_emails"))
    return table, _OnEmails(no_calls, no_emails, dropped)


def _set_apart(table: pl.DataFrame, column: str, apart: pl.Series) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Return the table without some cells of a column, and these as a column of their own; none where there are none."""
    if not apart.any():
        return table, []
    split_cells = table.select(pl.when(apart).then(column).alias("other"), pl.when(~apart).then(column).alias("number"))
    return table.with_columns(split_cells["number"].alias(column)), [split_cells["other"].alias(f"{column} (not used)")]


def _last_digits(column: str) -> pl.Expr:
    """Return what two ways to write a number have in common: its last nine digits; null where there are fewer than seven."""
    digits = pl.col(column).str.replace_all(r"\D", "").str.tail(9)
    return pl.when(digits.str.len_chars() >= 7).then(digits)


def _with_mobile_columns(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, list[ColumnMeaning]]:
    """Move numbers whose kind says mobile phone to a column of their own for it, where the row has no other mobile phone."""
    filled = _any(
        [text.cleaned(table[use.column]).is_not_null() for use in columns if use.field == "mobile_phone"] or [pl.Series([False])], "filled"
    )
    filled = filled if len(filled) == table.height else filled.new_from_index(0, table.height)
    moved: list[ColumnMeaning] = []
    for use in columns:
        if use.field != "phone" or (labels := use.labels_in(table)) is None:
            continue
        moves = is_mobile(labels) & text.cleaned(table[use.column]).is_not_null() & ~filled
        name = f"{use.column} ({use.kind_column})"
        if moves.any() and name not in table.columns:
            parts = pl.DataFrame([table[use.column].alias("cell"), moves.alias("moves")])
            cell, mobile = pl.col("cell"), pl.col("moves")
            table = table.with_columns(
                parts.select(pl.when(~mobile).then(cell)).to_series().alias(use.column),
                parts.select(pl.when(mobile).then(cell)).to_series().alias(name),
            )
            moved.append(use._replace(column=name, field="mobile_phone", meaning="further", kind_column=None))
            filled = filled | moves
    return table, [*columns, *moved]


def _with_addresses_among_numbers(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, list[ColumnMeaning]]:
    """Move e-mail addresses in columns of numbers to a column of their own ("Phone Type: Email"): they count where the row has no other."""
    moved: list[ColumnMeaning] = []
    for use in columns:
        name = f"{use.column} (e-mail)"
        if use.field not in fields.PHONE_FIELDS or use.meaning not in ("value", "further") or name in table.columns:
            continue
        is_address = table[use.column].str.contains(ADDRESS_CELL).fill_null(value=False)
        if is_address.any():
            cells = pl.col(use.column)
            split_cells = table.select(pl.when(~is_address).then(cells).alias("number"), pl.when(is_address).then(cells).alias("address"))
            table = table.with_columns(split_cells["number"].alias(use.column), split_cells["address"].alias(name))
            moved.append(ColumnMeaning(name, "email", "further", rank=len(columns) + len(moved)))
    return table, [*columns, *moved]


def _once(columns: list[pl.Series]) -> list[pl.Series]:
    """Return columns of which several may have one name, each name once: the first filled cell counts."""
    columns_by_name: dict[str, pl.Series] = {}
    for column in columns:
        before = columns_by_name.get(column.name)
        columns_by_name[column.name] = column if before is None else before.zip_with(before.is_not_null(), column)
    return list(columns_by_name.values())


def _consent(frame: pl.DataFrame, judged: JudgedTable, no_calls: Sequence[pl.Series | None], no_emails: pl.Series | None) -> pl.DataFrame:
    """Fill the fields of consent. An e-mail that nobody knows whether to send is not sent; what is refused for certain is not unclear."""
    consent = judged.frame
    for refused in filter(lambda series: series is not None, no_calls):
        consent = consent.with_columns(pl.Series("do_not_call", consent["do_not_call"] | refused))
    if no_emails is not None:
        consent = consent.with_columns(pl.Series("email_opt_out", consent["email_opt_out"] | no_emails))
    consent = consent.with_columns(
        (pl.col("do_not_email") | pl.col("email_unclear")).alias("do_not_email"),
        pl.when(~pl.any_horizontal(*fields.NO_CALL)).then(fields.CONSENT_UNCLEAR).alias(fields.CONSENT_UNCLEAR),
    )
    return frame.with_columns(consent.drop("email_unclear"))


def _any(columns: list[pl.Series], name: str) -> pl.Series:
    return (
        columns[0].alias(name)
        if len(columns) == 1
        else pl.DataFrame([c.alias(str(n)) for n, c in enumerate(columns)]).select(pl.any_horizontal(pl.all()).alias(name)).to_series()
    )


def _names(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill first and last name from `full_name` where both are missing, or one of them and the full name is of two parts; mend their case."""
    frame = frame.with_columns(
        bare_given_names(frame["first_name"]).alias("first_name"), bare_family_names(frame["last_name"]).alias("last_name")
    )
    if frame["full_name"].null_count() < frame.height:
        name_parts = split_full_names(frame["full_name"])
        unnamed = pl.col("first_name").is_null() & pl.col("last_name").is_null()
        is_of_two_parts = pl.lit(name_parts["first_name"].is_not_null() & name_parts["last_name"].is_not_null())
        frame = frame.with_columns(
            pl.when(unnamed | (is_of_two_parts & pl.col(name).is_null())).then(name_parts[name]).otherwise(name).alias(name)
            for name in name_parts.columns
        )
    if frame["second_family_name"].count():
        family_names = pl.concat_str("last_name", "second_family_name", separator=" ", ignore_nulls=True)
        has_it = pl.col("last_name").str.ends_with(pl.concat_str(pl.lit(" "), "second_family_name")).fill_null(value=False)
        frame = frame.with_columns(pl.when(has_it).then("last_name").otherwise(family_names).alias("last_name"))
    if frame["name_suffix"].count():  # "von" stands in a column of suffixes, too
        is_infix = pl.col("name_suffix").str.to_lowercase().str.contains(ONLY_PARTICLES)
        frame = frame.with_columns(
            pl.coalesce("name_infix", pl.when(is_infix).then("name_suffix")).alias("name_infix"),
            pl.when(~is_infix).then("name_suffix").alias("name_suffix"),
        )
    if frame["name_infix"].count():
        starts = pl.col("last_name").str.to_lowercase().str.starts_with(pl.col("name_infix").str.to_lowercase() + " ")
        full_last_name = pl.concat_str(pl.col("name_infix").str.to_lowercase(), "last_name", separator=" ")
        frame = frame.with_columns(
            pl.when(pl.col("name_infix").is_not_null() & ~starts).then(full_last_name).otherwise("last_name").alias("last_name")
        )
    frame = frame.with_columns(
        mended_case(frame["first_name"], family=False).alias("first_name"), mended_case(frame["last_name"], family=True).alias("last_name")
    )
    if frame["name_suffix"].count():
        frame = with_generations(frame)
    return frame


def _places(frame: pl.DataFrame, default_country: str) -> pl.DataFrame:
    def filled(name: str) -> bool:
        return frame[name].null_count() < frame.height

    if filled("city_state_zip"):
        frame = with_city_state_and_code(frame)
    if filled("house_number") and filled("house_suffix"):
        full_number = pl.concat_str("house_number", "house_suffix", separator=" ", ignore_nulls=True)
        frame = frame.with_columns(pl.when(pl.col("house_number").is_not_null()).then(full_number).alias("house_number"))
    if filled("house_number"):
        frame = with_house_number(frame, default_country)
    if filled("country"):
        frame = frame.with_columns(normalise_countries(frame["country"]).alias("country"))
    if filled("state"):
        frame = without_countries(frame)
        frame = normalise_states(frame, default_country)
    if filled("postal_code"):
        frame = normalise_postal_codes(frame, default_country)
    return frame


def _with_currencies_of_countries(frame: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """Fill in the currency of a sign that several countries have, where the row's country is one of them ("kr" in Denmark)."""
    if not frame["gift_currency"].count():
        return frame
    currency, country = pl.col("gift_currency"), pl.coalesce("country", pl.lit(default_country))
    for sign, codes in load_locales().signs_of_countries.items():
        if frame["gift_currency"].is_in([sign]).any():
            own = country.replace_strict(codes, default=None, return_dtype=pl.String)
            currency = pl.when(currency == sign).then(pl.coalesce(own, currency)).otherwise(currency)
    return frame.with_columns(currency.alias("gift_currency"))


def _regions(frame: pl.DataFrame, table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Add `<phone>_region`, the region that columns of calling codes or a cell of the country name for each number; null where none is named."""
    # "NA" is Namibia's code and, far more often, no answer: neither is certain.
    unsure = [table[use.column].str.strip_chars() == "NA" for use in columns if use.field == "country"]
    for name in fields.PHONE_FIELDS:
        regions = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
        for use in columns:
            if use.field == name and use.code_columns:
                codes = agreed_regions([regions_of_codes(text.cleaned(table[column])) for column in use.code_columns])
                filled = text.cleaned(table[use.column]).is_not_null() & regions.is_null()
                regions = codes.zip_with(filled, regions)
        if unsure:
            open_country = (_any(unsure, "unsure").fill_null(value=False) & regions.is_null()) & frame["country"].is_null()
            regions = pl.Series([NO_REGION], dtype=pl.String).new_from_index(0, frame.height).zip_with(open_country, regions)
        if regions.null_count() < frame.height:
            frame = frame.with_columns(regions.alias(f"{name}_region"))
    return frame


def _parts_of_numbers(frame: pl.DataFrame, table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Add `<phone>_area` and `<phone>_own_extension`, what columns of their own say of the number; null where there is no such column.

    An area code that is left empty is "".
    """
    for name in fields.PHONE_FIELDS:
        uses = [use for use in columns if use.field == name]
        for part, column_of in (("area", attrgetter("area_column")), ("own_extension", attrgetter("extension_column"))):
            if not any(map(column_of, uses)):
                continue
            values = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
            is_decided = pl.Series([False]).new_from_index(0, frame.height)
            for use in uses:
                filled = text.cleaned(table[use.column]).is_not_null() & ~is_decided
                is_decided = is_decided | filled
                if (column := column_of(use)) is not None:
                    values = text.cleaned(table[column]).fill_null("").zip_with(filled, values)
            frame = frame.with_columns(values.alias(f"{name}_{part}"))
    return frame


def with_question(frame: pl.DataFrame, reason: pl.Expr) -> pl.DataFrame:
    """Return the rows with a reason (text or null) why nobody is called until a person decides; not where one is given, or calls are refused."""
    unclear = pl.when(~pl.any_horizontal(*fields.NO_CALL)).then(reason)
    return frame.with_columns(pl.coalesce(fields.CONSENT_UNCLEAR, unclear).alias(fields.CONSENT_UNCLEAR))


def _contacts(
    frame: pl.DataFrame, table: pl.DataFrame, columns: Sequence[ColumnMeaning], default_country: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return phones and e-mails in their one form, and what is kept in addition as custom fields."""
    extras: list[pl.Series] = []
    written = {name: frame[name] for name in ("email", *fields.PHONE_FIELDS)}
    for name, before in written.items():
        read = (
            partial(read_emails, column=name)
            if name == "email"
            else partial(normalise_phones, column=name, default_country=default_country)
        )
        frame = read(frame)
        frame = frame.with_columns((before.is_not_null() & frame[name].is_null()).alias(f"unread_{name}"))
        frame = with_next_contacts(frame, name, table, columns, read)
    for name in fields.PHONE_FIELDS:
        in_doubt = frame[f"{name}_in_doubt"]
        if in_doubt.any():
            asked = pl.format("{}: {}", pl.lit(name.replace("_", " ").capitalize()), pl.lit(written[name]).str.slice(0, MAX_SHOWN))
            frame = with_question(frame, pl.when(pl.lit(in_doubt)).then(asked))
    # A second number of the phone's cell is the mobile phone where there is none of its own.
    if frame["phone_more"].count():
        second = pl.col("phone_more").str.extract(r"^([^,]+)", 1)
        free = pl.col("mobile_phone").is_null() & ~pl.col("unread_mobile_phone")
        rest = pl.when(free).then(pl.col("phone_more").str.extract(r"^[^,]+, (.+)$", 1)).otherwise("phone_more")
        frame = frame.with_columns(pl.when(free).then(second).otherwise("mobile_phone").alias("mobile_phone"), rest.alias("phone_more"))
    named = {
        "email_more": "email_2",
        "phone_extension": "phone_extension",
        "mobile_phone_extension": "mobile_phone_extension",
        "phone_more": "phone_2",
        "mobile_phone_more": "mobile_phone_2",
    }
    frame = frame.with_columns(
        pl.coalesce(f"{name}_extension", pl.when(pl.col(name).is_not_null()).then(pl.col(own).str.extract(r"^\D*(\d{1,7})(?:\.0)?$", 1)))
        for name in fields.PHONE_FIELDS
        if (own := f"{name}_own_extension") in frame.columns
    )
    extras += [frame[name].alias(extra_name) for name, extra_name in named.items() if frame[name].count()]
    for name in fields.PHONE_FIELDS:
        frame, kept = _without_numbers_of_no_country(frame, name, written[name])
        extras += kept
        frame, kept = _without_numbers_not_called(frame, name)
        extras += kept
    frame, kept = without_contacts_not_read(frame, written)
    extras += kept
    if frame["email"].count():
        odd = oddities(frame["email"])
        extras += [column for column in odd if column.count()]
    return frame, pl.DataFrame(extras)


def _without_numbers_of_no_country(frame: pl.DataFrame, name: str, written: pl.Series) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Leave out numbers whose country is not known ("NA", "Ruritania"), where the person can be reached otherwise. They are kept as written."""
    regions = pl.lit(None, dtype=pl.String)
    if f"{name}_region" in frame.columns:
        regions = pl.col(f"{name}_region")
    # A country without rules for numbers, as `normalise_phones` reads it.
    is_unknown = pl.col("country").is_not_null() & ~pl.col("country").is_in(list(SUPPORTED_REGIONS)) & regions.is_null()
    others = pl.any_horizontal(*(pl.col(other).is_not_null() for other in ("email", *fields.PHONE_FIELDS) if other != name))
    is_lost = is_unknown.fill_null(value=False) | (regions == NO_REGION).fill_null(value=False)
    is_open = frame.select((pl.col(f"unread_{name}") & is_lost & others).alias("open")).to_series()
    is_open = is_open & ~written.str.starts_with("+").fill_null(value=False)
    if not is_open.any():
        return frame, []
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    kept = written.zip_with(is_open, nothing).alias(f"{name} {COUNTRY_NOT_KNOWN}")
    return frame.with_columns((frame[f"unread_{name}"] & ~is_open).alias(f"unread_{name}")), [kept]


def _without_numbers_not_called(frame: pl.DataFrame, name: str) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Leave out premium, pager and personal numbers, which are kept as custom fields with what they are."""
    kinds = kinds_not_called(frame[name])
    if not kinds.count():
        return frame, []
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    dropped = frame[name].zip_with(kinds.is_not_null(), nothing).alias(f"{name} (not called)")
    left = frame[name].zip_with(kinds.is_null(), nothing).alias(name)
    return frame.with_columns(left), [dropped, kinds.alias(f"{name}_flag")]
