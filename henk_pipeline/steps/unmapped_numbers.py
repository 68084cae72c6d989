"""Numbers of people who refuse calls that stand in no field of their lead: in notes, in further columns of numbers, in columns of other names."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.tables import read_phone_cells
from henk_pipeline.consent.vocabulary import tokens_of
from henk_pipeline.leads import fields
from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.phone_kinds import is_not_called, is_of_another, is_wrong
from henk_pipeline.steps.suppress import contacts_in
from henk_pipeline.uploads.phone_columns import may_hold_numbers
from henk_pipeline.uploads.roles import OTHERS, read_heading

# Fields of text in which a number may stand; no other field of a lead has room for one.
TEXTS = {None, "notes", "description", "tags", "lead_source"}
MIN_DIGITS = r"(?:\d\D{0,3}){6}\d"  # of the shortest number with its area code
SEVERAL = r"(?:\d\D*){16}"  # digits of a cell that holds more than one number
# A day, of which the digits are no part of a number: "DNC 2026-11-29 212-555-0101".
DAY = r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}/\d{1,2}/\d\d|(?:19|20)\d{6})\b"
CLAUSES = re.compile(r"[;|\n]|\.(?=\s|$)")
BETWEEN = r"[;,|\n]|\s/\s|\s[-–—]\s"
NUMBER = r"\+?\(?\d[\d ().\-/\u00a0]{5,40}\d"
HYPHENS = "[\u2010\u2011\u2212]"  # that a number is written with, and nothing else
# Groups of a number with any dash, blanks around it or not: "504–533–1009", "785 - 633 - 2011", "030–1234567"; not "0101–212-555-0102".
GROUPS = r"(^|[^\d-])(\d{3})\)?\s?[-‒–—]\s?(\d{3})\s?[-‒–—]\s?(\d{4})\b"
TRUNK = r"(^|[^\d-])(0\d{1,4})\s?[‒–—]\s?(\d{3,8})\b"
ALTERNATIVE_ENDING = r"(\d{3}[-. ]?\d{4})(?:/\d{1,4})+\b"  # "785-633-2013/2014": the first of two numbers
ADDRESS_OR_LINK = r"\S+@\S+|(?i:https?://|www\.)\S+"
SCHEMA = {"line": pl.Int64, "column": pl.String, "value": pl.String}


class NumbersOfRefusals(NamedTuple):
    """Numbers that are not called: `line`, `column` (of the file) and `value` (E.164)."""

    frame: pl.DataFrame

    def opt_outs(self) -> pl.DataFrame:
        """Return `line`, `channel` (phone) and `value`."""
        return self.frame.select("line", pl.lit("phone").alias("channel"), "value")

    def by_column(self) -> dict[str, int]:
        """Return how many numbers stand in each column."""
        return dict(self.frame.group_by("column", maintain_order=True).agg(pl.col("value").n_unique()).iter_rows())


def numbers_of_refusals(table: pl.DataFrame, normalised: pl.DataFrame, columns: Sequence[ColumnMeaning], country: str) -> NumbersOfRefusals:
    """Return the numbers of rows that refuse calls which no field of the lead holds.

    A cell counts whose text is, or holds, a valid number of the row's country or of the business's, or one with a plus. Columns of other people,
    of ids, amounts and dates, and of numbers that are wrong do not.

    Args:
        table: Rows of the file, by column as text.
        normalised: The same rows, as `normalise` returns them.
        columns: What each column is used for.
        country: The country of numbers that name none.
    """
    refusing = normalised.select("line", "country", pl.any_horizontal(pl.col(*fields.NO_CALL)).alias("refuses"))
    if not refusing["refuses"].any():
        return NumbersOfRefusals(pl.DataFrame(schema=SCHEMA))
    rows, lines = table.filter(refusing["refuses"]), refusing.filter("refuses").select("line", "country")
    of_leads = normalised.filter(refusing["refuses"]).select("line", *fields.PHONE_FIELDS).unpivot(index="line", value_name="value")
    parts = []
    for use in columns:
        cells = _cells_with_numbers(rows, use)
        if cells is not None:
            parts.append(lines.with_columns(cells.alias("cell"), pl.lit(use.column).alias("column")).drop_nulls("cell"))
    if not parts:
        return NumbersOfRefusals(pl.DataFrame(schema=SCHEMA))
    texts = pl.concat(parts).with_columns(pl.col("cell").str.extract_all(NUMBER)).explode("cell").drop_nulls("cell").with_row_index("at")
    read = [contacts_in(texts.select(pl.col("at").alias("line"), "cell"), country)]
    abroad = texts.filter(pl.col("country").is_not_null())
    if abroad.height:
        read.append(contacts_in(abroad.select(pl.col("at").alias("line"), "cell", "country"), country))
    numbers = pl.concat(read).filter(pl.col("channel") == "phone").select(pl.col("line").alias("at"), "value")
    numbers = (
        texts.select("at", "line", "column")
        .join(numbers, on="at", maintain_order="left_right")
        .select(*SCHEMA)
        .unique(["line", "value"], maintain_order=True)
    )
    return NumbersOfRefusals(numbers.join(of_leads.select("line", "value"), on=["line", "value"], how="anti", maintain_order="left"))


def _without_willing_people(cells: pl.Series) -> pl.Series:
    """Return notes without what they say of another person who may be called: "sister Jane (212-555-0199) is happy to be called"."""
    distinct = cells.drop_nulls().unique()
    kept = [without_willing_people(cell) for cell in distinct]
    return cells.replace_strict(distinct, pl.Series(kept, dtype=pl.String), default=None, return_dtype=pl.String)


def without_willing_people(note: str) -> str:
    """Return a note without its clauses about another person who may be called."""
    clauses: list[str] = []
    for clause in CLAUSES.split(note):
        first, *parts = clause.split(",")
        clauses.append(first)
        for part in parts:
            if any(token.has("other_person") for token in tokens_of(part)[:2]):
                clauses.append(part)
            else:
                clauses[-1] += f",{part}"
    return "; ".join(clause for clause in clauses if not _is_willing(clause))


def _is_willing(clause: str) -> bool:
    statement = read_statement(clause)
    return statement.has("other_person") and statement.polarity == "permission" and bool(statement.channels & {"phone", "contact"})


def _cells_with_numbers(rows: pl.DataFrame, use: ColumnMeaning) -> pl.Series | None:
    """Return the cells of a column that may hold a number of the row's person, the others null; None where no cell does."""
    if use.column not in rows.columns or read_heading(use.column).kind in OTHERS:
        return None
    is_phone = use.field in fields.PHONE_FIELDS
    if use.field not in TEXTS and not is_phone:
        return None
    if use.consent is not None and (use.consent.wrong or use.consent.direction == "refusal"):
        return None  # a column of refusals has its own rule
    if not is_phone and not may_hold_numbers(use.column):
        return None
    cells = rows[use.column]
    # The lead has the first number of a telephone column.
    holds = cells.str.contains(SEVERAL if is_phone and use.meaning == "value" else MIN_DIGITS)
    if not holds.any():
        return None
    cells = pl.DataFrame([cells.alias("cell")]).select(pl.when(holds).then("cell")).to_series()
    if is_phone:
        read = read_phone_cells(cells)
        cells = cells if read is None else read["numbers"]
        if (label := use.labels_in(rows)) is not None:
            others = is_not_called(label) | is_of_another(label) | is_wrong(label)
            cells = cells.zip_with(~others, pl.Series([None], dtype=pl.String).new_from_index(0, len(cells)))
    else:
        cells = _without_willing_people(cells)
    cell = pl.col("cell").str.replace_all(ADDRESS_OR_LINK, " ; ").str.replace_all(HYPHENS, "-").str.replace_all(DAY, " ; ")
    cell = cell.str.replace_all(GROUPS, "$1$2-$3-$4").str.replace_all(TRUNK, "$1$2-$3").str.replace_all(ALTERNATIVE_ENDING, "$1 ; ")
    frame = pl.DataFrame([cells.alias("cell")]).with_columns(cell.str.replace_all(BETWEEN, " ; "))
    return frame.select(pl.when(pl.col("cell").str.contains(MIN_DIGITS)).then("cell")).to_series()
