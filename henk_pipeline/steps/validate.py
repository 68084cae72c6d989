"""Step validated_leads: an upload's bytes → rows that keep the contract, rejected rows with their reasons, opt-outs, and how it was read."""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from henk_pipeline.leads import contract, fields
from henk_pipeline.leads.normalise import DTYPES, ColumnMeaning, normalise
from henk_pipeline.uploads.decoding import UnreadableFileError
from henk_pipeline.uploads.headers import Mapping, load_synonyms, map_columns
from henk_pipeline.uploads.manifest import Manifest, ManifestError
from henk_pipeline.uploads.reading import Reading, read

NO_SYSTEM = "csv_import"

LEAD_SCHEMA: dict[str, Any] = {
    "line": pl.Int64, **DTYPES, "tags": pl.List(pl.String), "custom_fields": pl.String, "source": pl.String,
}  # fmt: skip
REJECTION_SCHEMA: dict[str, Any] = {**contract.REJECTION_SCHEMA, "row": pl.String}
OPT_OUT_SCHEMA: dict[str, Any] = {"line": pl.Int64, "channel": pl.String, "value": pl.String}


@dataclass(frozen=True)
class ValidatedUpload:
    """What reading and validating an upload gave.

    `leads` (LEAD_SCHEMA): the rows that keep the contract. `rejections` (REJECTION_SCHEMA): a line a broken rule; `row` is the row of the
    file as a JSON object. `opt_outs` (OPT_OUT_SCHEMA): phones and e-mails of every row that says so, rejected rows included. `error`: why
    nothing of it is loaded, None if it is. `reading` and `mapping` are None where the file could not be read or mapped.
    """

    rows_read: int = 0
    leads: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LEAD_SCHEMA))
    rejections: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTION_SCHEMA))
    opt_outs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OPT_OUT_SCHEMA))
    reading: Reading | None = None
    mapping: Mapping | None = None
    error: str | None = None

    @property
    def rows_rejected(self) -> int:
        """Rows that broke a rule, each once."""
        return self.rejections["line"].n_unique()


def validate_file(path: Path, manifest: Manifest, default_country: str) -> ValidatedUpload:
    """Read, map, normalise and validate the file at `path`. Bad input is a result with `error`, never an exception.

    Raises: OSError.
    """
    try:
        reading = read(path)
    except UnreadableFileError as error:
        return ValidatedUpload(error=str(error))
    try:
        mapping = map_columns(reading.table, manifest.columns, manifest.source)
    except ManifestError as error:
        return ValidatedUpload(reading=reading, rows_read=reading.rows_read, error=str(error))
    normalised = normalise(
        reading.table,
        reading.lines,
        [ColumnMeaning(use.column, use.field, use.meaning) for use in mapping.uses if not use.own],
        manifest.default_country or default_country,
    )
    good, failures = contract.validate(normalised)
    validated = ValidatedUpload(
        rows_read=reading.rows_read,
        leads=good.with_columns(pl.lit(mapping.system or NO_SYSTEM).alias("source")).select(LEAD_SCHEMA.keys()),
        rejections=_rejections(reading, mapping, failures),
        opt_outs=_opt_outs(normalised),
        reading=reading,
        mapping=mapping,
    )
    return _refused_if_hopeless(validated, manifest.max_rejected)


def write_rejected(validated: ValidatedUpload, path: Path) -> None:
    """Write the rejected rows as CSV: the file's own columns and cells, then the line they stood at and every reason.

    It can be mended and uploaded again as it is: Henk knows its two columns and leaves them out. With a byte order mark, so that
    spreadsheets show accents. Written whole or not at all.
    """
    reading = validated.reading
    if reading is None:
        return
    reasons = validated.rejections.group_by("line", maintain_order=True).agg(pl.col("message").str.join(" "))
    # A column that an earlier rejected file brought along is written anew, not twice.
    own = {use.column for use in validated.mapping.uses if use.own} if validated.mapping else set()
    kept = [number for number, column in enumerate(reading.columns) if column not in own]
    cells = dict(zip(reading.lines, reading.table.rows(), strict=True)) if reasons.height else {}
    ragged = {row.line: row.cells for row in reading.ragged}
    temporary = path.with_name(f".{path.name}")
    with temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=reading.dialect.delimiter)
        writer.writerow([*(reading.columns[number] for number in kept), *load_synonyms().own["columns"]])
        for line, because in reasons.rows():
            row = ragged.get(line) or [cells[line][number] for number in kept]
            writer.writerow([*("" if cell is None else cell for cell in row), line, because])
    temporary.replace(path)


def _rejections(reading: Reading, mapping: Mapping, failures: pl.DataFrame) -> pl.DataFrame:
    """Failures in words with the cells they are about, and the rows that fit no header, in the order of the file."""
    lines = failures["line"].unique()
    rows = reading.table.with_columns(reading.lines.alias("__line")).filter(pl.col("__line").is_in(lines.implode()))
    columns_of = {use.field: use.column for use in reversed(mapping.uses) if use.field}
    cells = [
        rows.select(
            pl.col("__line").alias("line"), pl.lit(name).alias("field"), pl.lit(column).alias("column"), pl.col(column).alias("value")
        )
        for name in failures["field"].drop_nulls().unique()
        if (column := columns_of.get(name)) is not None
    ]
    schema = {"line": pl.Int64, "field": pl.String, "column": pl.String, "value": pl.String}
    told = contract.explain(failures, pl.concat([pl.DataFrame(schema=schema), *cells]))
    as_json = rows.select(pl.col("__line").alias("line"), pl.struct(pl.exclude("__line")).struct.json_encode().alias("row"))
    told = told.join(as_json, on="line", how="left", maintain_order="left")
    return pl.concat([told, _ragged_rejections(reading)]).sort("line", maintain_order=True)


def _ragged_rejections(reading: Reading) -> pl.DataFrame:
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
        for row in reading.ragged
    ]
    return pl.DataFrame(records, schema=REJECTION_SCHEMA)


def _opt_outs(normalised: pl.DataFrame) -> pl.DataFrame:
    no_call = normalised.filter(pl.any_horizontal(pl.col(*fields.NO_CALL)))
    no_email = normalised.filter(pl.any_horizontal(pl.col(*fields.NO_EMAIL)))
    spoken = [no_call.select("line", pl.lit("phone").alias("channel"), pl.col(phone).alias("value")) for phone in fields.PHONE_FIELDS]
    spoken.append(no_email.select("line", pl.lit("email").alias("channel"), pl.col("email").alias("value")))
    return pl.concat(spoken).drop_nulls().unique(["channel", "value"], maintain_order=True)


def _refused_if_hopeless(validated: ValidatedUpload, max_rejected: float) -> ValidatedUpload:
    read_rows, rejected = validated.rows_read, validated.rows_rejected
    if read_rows == 0:
        error = "The file has a header, but no rows."
    elif rejected > max_rejected * read_rows:
        commonest = str(validated.rejections["message"].mode().sort().first())
        error = (
            f"{rejected} of {read_rows} rows were rejected, more than the {max_rejected:.0%} that are allowed, so nothing was loaded. "
            f"Most often: {commonest} Mend the file, or allow more with max_rejected in its manifest."
        )
    else:
        return validated
    return ValidatedUpload(**{**vars(validated), "error": error})
