"""What validating an upload gives: its rows, rejections, opt-outs, and what was changed or left out."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl

from henk_pipeline.consent.sentences import NamedRefusal
from henk_pipeline.consent.tables import Counts
from henk_pipeline.leads import contract
from henk_pipeline.leads.normalise import DTYPES
from henk_pipeline.uploads.column_use import Mapping
from henk_pipeline.uploads.layout import OmittedLines
from henk_pipeline.uploads.reading import Reading

LEAD_SCHEMA: dict[str, Any] = {
    "line": pl.Int64, **DTYPES, "tags": pl.List(pl.String), "lists": pl.List(pl.String), "custom_fields": pl.String, "source": pl.String,
}  # fmt: skip
REJECTION_SCHEMA: dict[str, Any] = {**contract.REJECTION_SCHEMA, "row": pl.String}
OPT_OUT_SCHEMA: dict[str, Any] = {"line": pl.Int64, "channel": pl.String, "value": pl.String}


class Change(NamedTuple):
    """The cells of a column that are written otherwise in the lead than in the file: their number, and examples.

    An example is line, as written, as kept.
    """

    column: str
    field: str
    cells: int
    examples: list[tuple[int, str, str]]


@dataclass
class ValidatedUpload:
    """The result of reading and validating an upload.

    `leads` (LEAD_SCHEMA): the rows that keep the contract. `rejections` (REJECTION_SCHEMA): a line a broken
    rule; `row` is the row of the file as a JSON object. Both are in memory, or scans of Parquet files if
    `validate_file` was given a folder for them. `opt_outs` (OPT_OUT_SCHEMA): phones and e-mails of every row
    that refuses, rejected rows included; channel `address`: people with this e-mail must not be called;
    `person`, a JSON object of PERSON_SCHEMA: a person who must not be called and becomes no lead here. `error`:
    why nothing of it is loaded, None if it is. `reading` (its chunks are gone) and `mapping` are None where the
    file could not be read or mapped. `changes`: only where results go to a folder. `consent`: the meaning of
    the cells of each column that may hold a refusal. `title`: the name of the file, where that says that its
    people refuse calls and the manifest has not decided about it. `refusing_sheets`: other sheets of the
    workbook with such a name, and how many numbers and addresses of them are opted out. `unclear_lines`:
    rejected rows in which it is unclear whether the person may be called. `sentences`: lines outside the table
    that refuse calls for a person. `left_out`: rows without a person: headings, and money that moves between
    the organisation and its bank. `further_numbers`: by column, how many numbers of rows that refuse calls
    stand in it that no field of the lead holds; they are opted out, too. `lines_of_others`: rows in which a
    cell gives a number or an address to somebody else by name; it is not used. `lines_of_misplaced`:
    rows with an address in a column of numbers or a number in one of addresses. `lines_of_no_country`: rows
    whose number is not read because their country is not known.
    """

    rows_read: int = 0
    rows_rejected: int = 0
    leads: pl.LazyFrame = field(default_factory=lambda: pl.LazyFrame(schema=LEAD_SCHEMA))
    rejections: pl.LazyFrame = field(default_factory=lambda: pl.LazyFrame(schema=REJECTION_SCHEMA))
    opt_outs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OPT_OUT_SCHEMA))
    reading: Reading | None = None
    mapping: Mapping | None = None
    error: str | None = None
    reasons: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)
    consent: dict[str, Counts] = field(default_factory=dict)
    title: str | None = None
    refusing_sheets: dict[str, int] = field(default_factory=dict)
    unclear_lines: list[int] = field(default_factory=list)
    left_out: list[OmittedLines] = field(default_factory=list)
    sentences: tuple[NamedRefusal, ...] = ()
    further_numbers: Counter[str] = field(default_factory=Counter)
    lines_of_others: list[int] = field(default_factory=list)
    lines_of_misplaced: list[int] = field(default_factory=list)
    lines_of_no_country: list[int] = field(default_factory=list)
