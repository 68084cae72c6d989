"""From a text table and its column mapping to one row a record with a lead's fields, typed. Rejects nothing: that is the contract's work."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from operator import attrgetter

import polars as pl

from henk_pipeline.consent.tables import MAX_SHOWN, JudgedTable, judge_table
from henk_pipeline.leads import fields, text
from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.column_meaning import DAY_FIELDS, NUMBER_FIELDS, ColumnMeaning, Habits, any_of_columns, each_once
from henk_pipeline.leads.contact_cells import (
    ADDRESS_FIELDS,
    JUDGED_FIELDS,
    consent_columns,
    first_address,
    with_contacts_in_their_columns,
    with_divided_contacts,
    with_exchanges,
    with_mobile_columns,
    with_question,
    with_questions,
    without_address,
    without_any_number,
    without_contacts_of_others,
    without_numbers_by_labels,
    without_numbers_not_called,
    without_numbers_of_no_country,
    without_refusals,
    without_remarks_on_contacts,
    without_words_on_emails,
)
from henk_pipeline.leads.contacts_not_read import with_next_contacts, without_contacts_not_read
from henk_pipeline.leads.emails import oddities, read_emails
from henk_pipeline.leads.gift_rows import has_row_a_gift, read_gifts, with_times_of_gifts
from henk_pipeline.leads.json_text import json_object, member
from henk_pipeline.leads.locales import language_of, load_locales
from henk_pipeline.leads.name_cells import (
    judge_notes_on_names,
    read_names,
    remarks_on_names,
    with_commas_behind_family_names,
    with_odd_names,
    without_notes_on_names,
    without_salutations,
)
from henk_pipeline.leads.phones import NO_REGION, agreed_regions, normalise_phones, regions_of_codes
from henk_pipeline.leads.places import (
    normalise_countries,
    normalise_postal_codes,
    normalise_states,
    with_city_state_and_code,
    with_house_number,
    without_countries,
)
from henk_pipeline.leads.time_zones import with_time_zones

# Fields that a person can lack: a cell of theirs that is not understood is kept as text.
OPTIONAL_FIELDS = {*fields.DATE_FIELDS, *fields.AMOUNT_FIELDS, *fields.COUNT_FIELDS, *fields.TIME_FIELDS, "gift_date", "gift_amount"}
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
MULTILINE_FIELDS = ("notes", "description")
TAG_SEPARATORS = r"\s*:::\s*|[,;|]"  # ":::" is Google Contacts'
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
    table = with_commas_behind_family_names(with_exchanges(table, columns), columns)
    table, columns = with_divided_contacts(table, columns)
    table, labelled, asked = without_numbers_by_labels(table, columns, default_country)
    table, of_others = without_contacts_of_others(table, columns)
    table, calls = without_remarks_on_contacts(table, columns)
    judged = judged or judge_table(table, consent_columns(columns))
    table = without_refusals(table, columns)
    table, on_emails = without_words_on_emails(table, columns)
    table, columns = with_mobile_columns(table, columns)
    table, columns = with_contacts_in_their_columns(table, columns)
    frame, further = _typed_fields(table, lines, columns, habits)
    frame = read_gifts(with_times_of_gifts(frame, table, columns), has_gifts=has_row_a_gift(table, columns))
    of_names = judge_notes_on_names(further)
    no_calls = [calls.refused, on_emails.no_calls, without_any_number(table, columns), of_names]
    frame = _consent(frame, judged, no_calls, on_emails.no_emails)
    frame = read_names(frame)
    frame = _places(frame, default_country)
    frame = _with_currencies_of_countries(frame, default_country)
    frame = _regions(frame, table, columns)
    frame = _parts_of_numbers(frame, table, columns)
    frame, extras = _contacts(frame, table, columns, default_country)
    frame = with_questions(frame, asked)
    frame = with_time_zones(frame, default_country)
    custom = [use.column for use in columns if use.field is None]
    kept = custom_json(
        pl.DataFrame(
            each_once([*table.select(*custom), *further, *extras, *each_once([*labelled, *of_others, *calls.dropped, *on_emails.dropped])])
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
    no_address = without_address(table, of_field)
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
                cell, second = first_address(cell, cells[1:], no_address)
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
    frame, notes = without_notes_on_names(pl.DataFrame(typed))
    further += [*notes, *remarks_on_names(frame, table.columns)]
    frame = without_salutations(with_odd_names(frame, table, of_field), of_field, further)
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
            open_country = (any_of_columns(unsure, "unsure").fill_null(value=False) & regions.is_null()) & frame["country"].is_null()
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
        frame, kept = without_numbers_of_no_country(frame, name, written[name])
        extras += kept
        frame, kept = without_numbers_not_called(frame, name)
        extras += kept
    frame, kept = without_contacts_not_read(frame, written)
    extras += kept
    if frame["email"].count():
        odd = oddities(frame["email"])
        extras += [column for column in odd if column.count()]
    return frame, pl.DataFrame(extras)
