"""Rows that are rejected: why, and the file of them that is sent back."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import polars as pl

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import STATED
from henk_pipeline.file_modes import restrict
from henk_pipeline.leads import contract, fields
from henk_pipeline.steps.validated_upload import REJECTION_SCHEMA
from henk_pipeline.uploads.column_use import Mapping
from henk_pipeline.uploads.known_names import load_synonyms
from henk_pipeline.uploads.reading import Chunk, RaggedRow, Reading
from henk_pipeline.uploads.records import COMMON_DELIMITERS

# Characters that make a spreadsheet take a cell for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class RejectedFile:
    """The rejected rows as CSV: the file's own columns and cells, then the line of each row and every reason.

    It can be mended and uploaded again as it is: Henk knows its two columns and leaves them out. With a byte
    order mark, so that spreadsheets show accents, and with an apostrophe before cells that a spreadsheet would
    take for formulas. Written whole or not at all.
    """

    def __init__(self, path: Path, reading: Reading, mapping: Mapping) -> None:
        # A column that comes from an earlier rejected file is written once, not twice.
        own = {use.column for use in mapping.uses if use.own}
        self.kept = [number for number, column in enumerate(reading.columns) if column not in own]
        self.path, self.reading = path, reading
        self.temporary = path.with_name(f".{path.name}")
        self.file: Any = None
        self.writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if self.file is None:
            self.path.unlink(missing_ok=True)  # of an earlier run under other rules
            return
        self.file.close()
        if failed is None:
            self.temporary.replace(self.path)
        else:
            self.temporary.unlink(missing_ok=True)

    def write(self, chunk: Chunk, rejections: pl.DataFrame) -> None:
        """Write the rows of a chunk that were rejected."""
        if self.file is None:
            self.file = self.temporary.open("w", encoding="utf-8-sig", newline="")
            restrict(self.temporary)
            delimiter = self.reading.dialect.delimiter
            self.writer = csv.writer(self.file, delimiter=delimiter if delimiter in COMMON_DELIMITERS else ",")
            self.writer.writerow([*(_harmless(self.reading.columns[number]) for number in self.kept), *load_synonyms().own["columns"]])
        reasons = rejections.group_by("line", maintain_order=True).agg(pl.col("message").str.join(" "))
        numbers = pl.DataFrame({"line": chunk.lines}).with_row_index("row").join(reasons, on="line", how="semi")
        cells = dict(zip(numbers["line"], chunk.table[numbers["row"]].rows(), strict=True))
        ragged = {row.line: row.cells for row in chunk.ragged}
        for line, because in reasons.rows():
            row = ragged.get(line) or [cells[line][number] for number in self.kept]
            self.writer.writerow([*(_harmless(cell or "") for cell in row), line, _harmless(because)])


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    Phone numbers and negative amounts, signs and digits only, are none.
    """
    if cell.startswith(FORMULA_STARTS) and cell.strip("+-0123456789 ().,/\t"):
        return f"'{cell}"
    return cell


def explain_rejections(reading: Reading, chunk: Chunk, mapping: Mapping, failures: pl.DataFrame) -> pl.DataFrame:
    """Return failures in words with the cells they are about, and the rows that fit no header, in the order of the file."""
    if not failures.height and not chunk.ragged:
        return pl.DataFrame(schema=REJECTION_SCHEMA)
    wanted = chunk.lines.is_in(failures["line"].unique().implode())
    rows = chunk.table.filter(wanted).with_columns(chunk.lines.filter(wanted).alias("__line"))
    columns_of: dict[str, list[str]] = {}
    for use in mapping.uses:
        if use.field:
            columns_of.setdefault(use.field, []).append(use.column)
    # A number that its kind has moved to the mobile phone stands in a column of numbers.
    moved = [use.column for use in mapping.uses if use.field == "phone" and use.kind_column is not None]
    columns_of["mobile_phone"] = [*columns_of.get("mobile_phone", []), *moved]
    cells = []
    for name in failures["field"].drop_nulls().unique():
        columns = columns_of.get(name, [])
        # Of several columns for a field the first that is filled; each of those that speak of consent.
        filled = pl.coalesce(pl.when(pl.col(column).is_not_null()).then(pl.lit(column)) for column in columns) if columns else None
        if filled is not None:
            cells.append(
                rows.select(
                    pl.col("__line").alias("line"), pl.lit(name).alias("field"), filled.alias("column"), pl.coalesce(columns).alias("value")
                )
            )
    schema = {"line": pl.Int64, "field": pl.String, "column": pl.String, "value": pl.String}
    explained = contract.explain(failures, pl.concat([pl.DataFrame(schema=schema), *cells]))
    explained = _with_numbers_not_read(explained, rows, mapping.numbers_not_read)
    as_json = rows.select(pl.col("__line").alias("line"), pl.struct(pl.exclude("__line")).struct.json_encode().alias("row"))
    explained = explained.join(as_json, on="line", how="left", maintain_order="left")
    return pl.concat([explained, _ragged_rejections(reading, chunk.ragged)]).sort("line", maintain_order=True)


def _with_numbers_not_read(explained: pl.DataFrame, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return rejections with the columns named that hold a number of a row without a contact, and of which it is not certain whose they are."""
    for column in columns:
        filled = rows.filter(pl.col(column).str.contains(r"\d"))["__line"]
        is_of_column = (pl.col("rule") == contract.NO_CONTACT.code) & pl.col("line").is_in(filled.implode())
        asked = f" Is “{column}” the person's number? Then name it as phone under [columns] in the manifest."
        explained = explained.with_columns(
            pl.when(is_of_column).then(pl.col("message") + pl.lit(asked)).otherwise("message").alias("message")
        )
    return explained


def _ragged_rejections(reading: Reading, ragged: list[RaggedRow]) -> pl.DataFrame:
    rule = contract.CELL_COUNT
    width = len(reading.columns)
    records = [
        {
            "line": row.line,
            "column": None,
            "value": reading.dialect.delimiter.join(row.cells),
            "rule": rule.code,
            "message": f"{rule.message.format(value=len(row.cells), column=width)}. {rule.remedy}",
            "row": pl.DataFrame({"cells": [row.cells]}).select(pl.struct("cells").struct.json_encode()).item(),
        }
        for row in ragged
    ]
    return pl.DataFrame(records, schema=REJECTION_SCHEMA)


def find_unclear_lines(normalised: pl.DataFrame, failures: pl.DataFrame, ragged: list[RaggedRow]) -> list[int]:
    """Return the lines of rejected rows in which it is unclear whether the person may be called."""
    rejected = pl.col("line").is_in(failures["line"].unique().implode()) & pl.col(fields.CONSENT_UNCLEAR).is_not_null()
    of_ragged = [row.line for row in ragged if any(judge(cell, STATED).phone == "unclear" for cell in row.cells)]
    return sorted({*normalised.filter(rejected)["line"], *of_ragged})


def find_filled_lines(columns: list[pl.Series], lines: pl.Series) -> list[int]:
    """Return the lines of the rows in which any of the columns is filled."""
    return sorted({line for column in columns for line in lines.filter(column.is_not_null())})
