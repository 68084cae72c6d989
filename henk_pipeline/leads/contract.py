"""The requirements of a row to become a lead: a pandera model, and for each of its rules a code, a message and a remedy for the fundraiser."""

import datetime as dt
from typing import Annotated, Any, NamedTuple

import pandera.polars as pa
import polars as pl

from henk_pipeline.leads import fields
from henk_pipeline.leads.contact_cells import JUDGED_FIELDS
from henk_pipeline.leads.phones import SCIENTIFIC

E164 = r"^\+[1-9]\d{6,14}$"  # ITU-T E.164: at most 15 digits; the shortest real numbers have 7
MAX_SOURCE_ID_LENGTH = 255  # leads.source_id varchar(255)


class Rule(NamedTuple):
    """A rule's code, and its words for a person: `{value}` and `{column}` are filled in."""

    code: str
    message: str
    remedy: str

    def without_cells(self) -> str:
        """Return message and remedy without a cell of a row, for logs and pages that must not show a person."""
        message = WITHOUT_CELLS.get(self.code) or self.message.replace("{value}", "A cell").replace("{column}", "its column")
        return f"{message}. {self.remedy}"


NO_CONTACT = Rule("no_contact", "The row has neither a phone number nor an e-mail address", "Fill in at least one of them.")
CELL_COUNT = Rule(
    "cell_count",
    "The row has {value} cells, but the header has {column} columns, and it is not certain which belong where",
    "Put quotes around cells that contain the separator, and leave a place for empty ones.",
)
EMAIL = Rule("email_invalid", "{value} is not an e-mail address", "Write it as name@example.org, or empty the cell.")
PHONE = Rule(
    "phone_invalid",
    "{value} is not a phone number that can be called",
    "Write it with its area code, for numbers of other countries with + and the country code, or empty the cell.",
)
PHONE_SCIENTIFIC = Rule(
    "phone_scientific",
    "{value} is a number that Excel has shortened; its last digits are lost",
    "Format the column as text in the spreadsheet, fill the numbers in again, then export.",
)
TOO_LONG = Rule("source_id_too_long", "The id in {column} is longer than 255 characters", "Check that the column holds ids.")
ERASED = Rule("erased", "This person asked to be erased after the file was received", "Nothing; a new file may bring the person again.")

# What to do about cells of optional fields that are kept as text.
REMEDY_OF_DATES = 'Write it as 2025-12-31, or say how the file writes dates with locale = "en-US" or "en-GB" in its manifest.'
REMEDY_OF_AMOUNTS = 'Write it as 1234.50, or say how the file writes amounts with locale = "en-US" or "de" in its manifest.'
REMEDY_OF_COUNTS = "Write it as a whole number."

# Messages that are not plain when their cell and column are left out.
WITHOUT_CELLS = {
    CELL_COUNT.code: "The row has more or fewer cells than the header has columns",
    TOO_LONG.code: "An id is longer than 255 characters",
}

RULES_OF_UNREAD = {"email": EMAIL} | dict.fromkeys(fields.PHONE_FIELDS, PHONE)


class LeadUpload(pa.DataFrameModel):
    """A normalised row of an upload, as `normalise` gives it, that may become a lead."""

    line: int = pa.Field(gt=0, description="line of the file at which the row starts, from 1")
    first_name: str = pa.Field(nullable=True, description="given names; all capitals or all small letters are mended")
    last_name: str = pa.Field(nullable=True, description="family name; a full name is split where there is neither")
    email: str = pa.Field(nullable=True, str_matches=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$", description="e-mail address, in lower case")
    phone: str = pa.Field(nullable=True, str_matches=E164, description="phone number, in E.164")
    mobile_phone: str = pa.Field(nullable=True, str_matches=E164, description="mobile phone number, in E.164")
    company: str = pa.Field(nullable=True, description="organisation the person works for")
    title: str = pa.Field(nullable=True, description="job title")
    department: str = pa.Field(nullable=True, description="department")
    street: str = pa.Field(nullable=True, description="street and house number")
    city: str = pa.Field(nullable=True, description="city")
    state: str = pa.Field(nullable=True, description="state or region; in US, CA, AU, BR and MX its code (ISO 3166-2)")
    postal_code: str = pa.Field(nullable=True, description="postal code, with the zeros at its start")
    country: str = pa.Field(nullable=True, description="country, as ISO 3166-1 alpha-2 code where it is known")
    timezone: str = pa.Field(
        nullable=True,
        description="IANA time zone; where the cell names none, that of postal code, state and country, else of the number; of several none",
    )
    preferred_language: str = pa.Field(nullable=True, description="language the person prefers")
    lead_source: str = pa.Field(nullable=True, description="where the person came from")
    description: str = pa.Field(nullable=True, description="free text; line breaks are kept")
    notes: str = pa.Field(nullable=True, description="free text; line breaks are kept")
    source_id: str = pa.Field(
        nullable=True, str_length={"max_value": MAX_SOURCE_ID_LENGTH}, description="the person's id in the system the file comes from"
    )
    birth_date: str = pa.Field(nullable=True, description="day of birth as 1970-12-31 where it is plain, else as written; a custom field")
    do_not_call: bool = pa.Field(description="the person must not be called")
    dnc: bool = pa.Field(description="the number is on a do-not-call register")
    do_not_email: bool = pa.Field(description="the person must not be mailed")
    email_opt_out: bool = pa.Field(description="the person has unsubscribed")
    consent_unclear: str = pa.Field(
        nullable=True, description="the cell that leaves open whether the person may be called, who is not called until somebody decides"
    )
    first_gift_date: dt.date = pa.Field(nullable=True, description="day of the first gift")
    last_gift_date: dt.date = pa.Field(nullable=True, description="day of the latest gift")
    last_gift_amount: float = pa.Field(nullable=True, ge=0, description="amount of the latest gift")
    total_gifts: float = pa.Field(nullable=True, ge=0, description="sum of all gifts")
    gift_count: int = pa.Field(nullable=True, ge=0, description="number of gifts")
    gift_amount: float = pa.Field(
        nullable=True,
        description="amount of the row's one gift, below zero for a refund, where the file has a row a gift; summed up by person",
    )
    gift_currency: str = pa.Field(nullable=True, description="currency of the row's gift; amounts of two currencies are never summed up")
    gift_id: str = pa.Field(nullable=True, description="id and day of the row's gift; rows that have it in common are one gift")
    gift_time: str = pa.Field(nullable=True, description="day and time of the row's gift as written, where it has a time of day")
    last_activity_at: Annotated[pl.Datetime, "us", "UTC"] = pa.Field(nullable=True, description="when the person was last in touch, in UTC")

    unread_email: bool = pa.Field(eq=False)
    unread_phone: bool = pa.Field(eq=False)
    unread_mobile_phone: bool = pa.Field(eq=False)

    @pa.dataframe_check(name="has_a_contact")
    def has_a_contact(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805 - pandera makes it a class method
        """Return whether a row has a phone, a mobile phone or an e-mail; a filled but wrong one is reported by its own rule."""
        contacts = ("email", *fields.PHONE_FIELDS)
        return data.lazyframe.select(pl.any_horizontal(*(pl.col(c).is_not_null() | pl.col(f"unread_{c}") for c in contacts)))


class Failure(NamedTuple):
    """A rule that a row breaks. `field` is None if the row as a whole breaks it."""

    line: int
    field: str | None
    rule: str


FAILURE_SCHEMA: dict[str, Any] = {"line": pl.Int64, "field": pl.String, "rule": pl.String}


def validate(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Validate a normalised frame against the contract.

    Args:
        frame: As `normalise` returns it.

    Returns:
        The rows that keep the contract, without the `unread_…` columns; and every failure of the others (`line` Int64, `field` of the lead or
        null, `rule` as in the table of rules), ordered by line, then by field. A row with several failures has each of them.

    Raises:
        ValueError: The frame lacks a column.
        TypeError: A column has a wrong type.
    """
    lacking = [name for name in LeadUpload.to_schema().columns if name not in frame.columns]
    if lacking:
        raise ValueError(f"validate takes what normalise gives; columns missing: {', '.join(lacking)}")
    try:
        LeadUpload.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        failures = _failures(errors.failure_cases, frame["line"])
    else:
        failures = pl.DataFrame(schema=FAILURE_SCHEMA)
    good = frame.drop(f"unread_{field}" for field in JUDGED_FIELDS)
    return good.filter(~pl.col("line").is_in(failures["line"].implode())) if failures.height else good, failures


def _failures(cases: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    unplaced = cases.filter(pl.col("index").is_null())
    if unplaced.height:
        # A column of the wrong type is a fault of this program, not of a row.
        raise TypeError(f"The frame does not have the contract's shape: {unplaced.select('column', 'check', 'failure_case').rows()}")
    column = pl.col("column")
    unread = column.str.starts_with("unread_")
    field = pl.when(pl.col("schema_context") == "Column").then(column.str.strip_prefix("unread_"))
    code = (
        pl.when(unread)
        .then(field.replace_strict({name: rule.code for name, rule in RULES_OF_UNREAD.items()}, default=None))
        .when(pl.col("schema_context") != "Column")
        .then(pl.lit(NO_CONTACT.code))
        .otherwise(pl.lit(TOO_LONG.code))
    )
    line = lines.gather(cases["index"].cast(pl.UInt32))
    return (
        cases.select(line.alias("line"), field.alias("field"), code.alias("rule"))
        .cast(pl.Schema(FAILURE_SCHEMA))
        .sort("line", "field", nulls_last=True)
    )


_ALL_RULES = (NO_CONTACT, CELL_COUNT, EMAIL, PHONE, PHONE_SCIENTIFIC, TOO_LONG, ERASED)
RULES = {rule.code: rule for rule in _ALL_RULES}
REJECTION_SCHEMA = {"line": pl.Int64, "column": pl.String, "value": pl.String, "rule": pl.String, "message": pl.String}


def explain(failures: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Return failures in words.

    Args:
        failures: `line`, `field`, `rule` as `validate` returns them.
        cells: `line`, `field`, `column`, `value`: for a field of a row the column of the file and its cell as written.

    Returns:
        `line`, `column`, `value`, `rule`, `message` (the fault, then the remedy), in the same order.
    """
    rows = failures.join(cells, on=["line", "field"], how="left", maintain_order="left")
    scientific = (pl.col("rule") == PHONE.code) & pl.col("value").str.contains(SCIENTIFIC)
    code = pl.when(scientific).then(pl.lit(PHONE_SCIENTIFIC.code)).otherwise("rule")
    rows = rows.with_columns(code.alias("rule"))
    words = pl.DataFrame([(rule.code, f"{rule.message}. {rule.remedy}") for rule in _ALL_RULES], schema=["rule", "message"], orient="row")
    shown = pl.when(pl.col("value").str.len_chars() > 60).then(pl.col("value").str.head(57) + "…").otherwise("value")
    return (
        rows.join(words, on="rule", how="left", maintain_order="left")
        .with_columns(
            pl.col("message")
            .str.replace("{value}", pl.format("“{}”", shown).fill_null(""), literal=True)
            .str.replace("{column}", pl.format("“{}”", pl.col("column")).fill_null("the row"), literal=True)
        )
        .select(*REJECTION_SCHEMA)
    )
