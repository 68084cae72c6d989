"""From a text table and its column mapping to one row a record with a lead's fields, typed. Rejects nothing: that is the contract's work."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from henk_pipeline.leads import fields, text
from henk_pipeline.leads.emails import normalise_emails
from henk_pipeline.leads.phones import country_code, normalise_phones

# Fields whose cells must be understood. For each of them the frame has a column `unread_<field>`.
JUDGED_FIELDS = (
    "email", *fields.PHONE_FIELDS, *fields.CONSENT_FIELDS, *fields.DATE_FIELDS, *fields.AMOUNT_FIELDS, *fields.COUNT_FIELDS, *fields.TIME_FIELDS,
)  # fmt: skip
MULTILINE_FIELDS = ("notes", "description")
TAG_SEPARATORS = r"\s*:::\s*|[,;|]"  # ":::" is Google Contacts'
MONTH_FIRST_COUNTRIES = {"US", "PH", "FM", "MH", "PW", "GU", "PR", "VI", "AS", "MP"}  # CLDR: short dates M/d/y

DTYPES: Mapping[str, pl.DataType] = (
    dict.fromkeys((*fields.TEXT_FIELDS, "email", *fields.PHONE_FIELDS), pl.String())
    | dict.fromkeys(fields.CONSENT_FIELDS, pl.Boolean())
    | dict.fromkeys(fields.DATE_FIELDS, pl.Date())
    | dict.fromkeys(fields.AMOUNT_FIELDS, pl.Float64())
    | dict.fromkeys(fields.COUNT_FIELDS, pl.Int64())
    | dict.fromkeys(fields.TIME_FIELDS, pl.Datetime("us", "UTC"))
)


class ColumnMeaning(NamedTuple):
    """What a column is used for: `field` None keeps it as a custom field; `meaning` is value, opposite or present."""

    column: str
    field: str | None
    meaning: str = "value"


def normalise(table: pl.DataFrame, lines: pl.Series, columns: Sequence[ColumnMeaning], default_country: str) -> pl.DataFrame:
    """One row a row of `table`, in its order.

    Takes: text columns as written; the line of the file of each row; what each column is used for; ISO 3166-1 alpha-2 code for phone
    numbers that name no country. Columns of `table` that `columns` does not name are left out.

    Gives: `line` (Int64), every field of `fields.UPLOAD_FIELDS` (text; e-mail in lower case; phones E.164; consent Boolean, false where
    nothing is said; dates Date; amounts Float64; last_activity_at UTC; tags List(String); custom_fields a JSON object as text), and
    `unread_<field>` (Boolean) where a cell of a judged field was filled but not understood; the field is then null (consent: false; the
    contract rejects the row, so that a doubtful word never permits a call).
    """
    named = [use for use in columns if use.field is not None]
    frame = table.select(lines.cast(pl.Int64).alias("line"), *(_cell(use).alias(_slot(use, n)) for n, use in enumerate(named)))
    frame = _one_column_a_field(frame, named, day_first=default_country not in MONTH_FIRST_COUNTRIES)
    frame = _split_full_name(frame)
    if "country" in frame.columns:
        frame = frame.with_columns(country_code(pl.col("country")))
    frame = _contacts(frame, default_country)
    custom = [use.column for use in columns if use.field is None]
    # Extensions go where a phone column has no room for them.
    extensions = [name for phone in fields.PHONE_FIELDS if frame[name := f"{phone}_extension"].count()]
    kept = custom_json(pl.concat([table.select(*custom), frame.select(*extensions)], how="horizontal"), frame.height)
    return frame.with_columns(kept).select("line", *DTYPES, "tags", "custom_fields", *(f"unread_{field}" for field in JUDGED_FIELDS))


def custom_json(table: pl.DataFrame, height: int) -> pl.Series:
    """A JSON object for each of `height` rows with the filled cells of `table`, as text; `{}` where none is. Column `custom_fields`."""
    parts = [
        pl.when(cell.is_not_null()).then(pl.struct(cell.alias(name)).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}"))
        for name in table.columns
        for cell in [text.clean_lines(pl.col(name))]
    ]
    if not parts:
        return pl.Series("custom_fields", ["{}"] * height, dtype=pl.String)
    joined = pl.concat_str(parts, separator=",", ignore_nulls=True)
    return table.select(pl.concat_str(pl.lit("{"), joined, pl.lit("}")).alias("custom_fields")).to_series()


def _slot(use: ColumnMeaning, number: int) -> str:
    return f"{use.field} {number} {use.meaning}"


def _cell(use: ColumnMeaning) -> pl.Expr:
    column = pl.col(use.column)
    return text.clean_lines(column) if use.field in MULTILINE_FIELDS else text.clean(column)


def _one_column_a_field(frame: pl.DataFrame, named: list[ColumnMeaning], *, day_first: bool) -> pl.DataFrame:
    """Typed columns named as their fields, `unread_…` beside them; missing fields null. Phones and e-mails stay text as written."""
    slots: dict[str, list[tuple[str, str]]] = {}
    for number, use in enumerate(named):
        slots.setdefault(str(use.field), []).append((_slot(use, number), use.meaning))
    typed: list[pl.Series] = [frame["line"]]
    for field, dtype in {**DTYPES, "full_name": pl.String(), "tags": pl.String()}.items():
        raw = [(frame[slot], meaning) for slot, meaning in slots.get(field, [])]
        if field in fields.CONSENT_FIELDS:
            typed += _consent(field, raw, frame.height)
        elif not raw:
            typed += [pl.Series(field, [None] * frame.height, dtype=dtype), _nothing_unread(field, frame.height)]
        else:
            value = _typed(raw[0][0].alias(field), dtype, day_first=day_first)
            typed += [value, (raw[0][0].is_not_null() & value.is_null()).alias(f"unread_{field}")]
    tags = pl.col("tags").str.replace_all(TAG_SEPARATORS, ",").str.split(",").list.eval(pl.element().str.strip_chars())
    tags = tags.list.eval(pl.element().filter(pl.element() != "")).list.unique(maintain_order=True)
    return pl.DataFrame(typed).with_columns(tags.fill_null([]))


def _nothing_unread(field: str, height: int) -> pl.Series:
    return pl.Series(f"unread_{field}", [False], dtype=pl.Boolean).new_from_index(0, height)


def _typed(cells: pl.Series, dtype: pl.DataType, *, day_first: bool) -> pl.Series:
    if isinstance(dtype, pl.Date):
        return text.date(cells, day_first=day_first)
    if isinstance(dtype, pl.Datetime):
        return text.moment(cells, day_first=day_first)
    if isinstance(dtype, pl.Float64):
        return text.amount(cells)
    if isinstance(dtype, pl.Int64):
        amounts = text.amount(cells)
        return amounts.to_frame().select(pl.when(pl.all() == pl.all().floor()).then(pl.all()).cast(pl.Int64, strict=False)).to_series()
    return cells


def _consent(field: str, raw: list[tuple[pl.Series, str]], height: int) -> list[pl.Series]:
    """True where any of the columns says so."""
    said = pl.DataFrame([_nothing_unread("", height).alias("never")])
    unread = said
    for number, (cells, meaning) in enumerate(raw):
        if meaning == "present":
            answer = cells.is_not_null()
        else:
            answer = cells.to_frame("cell").select(text.boolean(pl.col("cell"))).to_series()
            unread = unread.with_columns((cells.is_not_null() & answer.is_null()).alias(str(number)))
            answer = ~answer if meaning == "opposite" else answer
        said = said.with_columns(answer.fill_null(value=False).alias(str(number)))
    not_understood = unread.select(pl.any_horizontal(pl.all())).to_series()
    return [said.select(pl.any_horizontal(pl.all()).alias(field)).to_series(), not_understood.alias(f"unread_{field}")]


def _split_full_name(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill first and last name from `full_name` where both are missing: `Last, First`, else the last word is the last name."""
    name = pl.col("full_name")
    comma = name.str.contains(",", literal=True)
    first = pl.when(comma).then(name.str.extract(r"^[^,]*,\s*(.+)$")).otherwise(name.str.extract(r"^(.+)\s+\S+$"))
    last = pl.when(comma).then(name.str.extract(r"^([^,]*),")).otherwise(name.str.extract(r"(\S+)$"))
    unnamed = pl.col("first_name").is_null() & pl.col("last_name").is_null()
    return frame.with_columns(
        pl.when(unnamed).then(first).otherwise("first_name").alias("first_name"),
        pl.when(unnamed).then(last).otherwise("last_name").alias("last_name"),
    )


def _contacts(frame: pl.DataFrame, default_country: str) -> pl.DataFrame:
    for field in ("email", *fields.PHONE_FIELDS):
        before = frame[field]
        frame = normalise_emails(frame, field) if field == "email" else normalise_phones(frame, field, default_country)
        frame = frame.with_columns((before.is_not_null() & frame[field].is_null()).alias(f"unread_{field}"))
    return frame
