"""Refusals that rejected rows, remarks and other sheets state: whom they name is not called."""

import re
from collections.abc import Sequence

import polars as pl

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import PHONE_AND_EMAIL, STATED
from henk_pipeline.consent.remarks import NUMBER, read_phone_cell
from henk_pipeline.consent.sentences import NamedRefusal
from henk_pipeline.leads import fields
from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.steps.suppress import contacts_in
from henk_pipeline.steps.validated_upload import OPT_OUT_SCHEMA
from henk_pipeline.uploads.reading import RaggedRow

ADDRESS = re.compile(r"[^\s<>;,:()\"']{1,64}@[^\s<>;,:()\"']{3,190}")
MAX_ANSWER = 6  # characters of a cell that is too short for a number or an address
AN_ADDRESS = r"^\s*[^\s@]{1,64}@[^\s@]{3,190}\s*$"
A_NUMBER_OR_ADDRESS = rf"{AN_ADDRESS}|^\s*\+?\(?\d[\d().\s-]{{8,18}}\d\s*$"  # a number of more characters than a date


def find_opt_outs(normalised: pl.DataFrame) -> pl.DataFrame:
    """Return OPT_OUT_SCHEMA of rows that refuse calls or e-mails."""
    no_call = normalised.filter(pl.any_horizontal(pl.col(*fields.NO_CALL)))
    no_email = normalised.filter(pl.any_horizontal(pl.col(*fields.NO_EMAIL)))
    spoken = [no_call.select("line", pl.lit("phone").alias("channel"), pl.col(phone).alias("value")) for phone in fields.PHONE_FIELDS]
    spoken.append(no_call.select("line", pl.lit("address").alias("channel"), pl.col("email").alias("value")))
    spoken.append(no_email.select("line", pl.lit("email").alias("channel"), pl.col("email").alias("value")))
    return pl.concat(spoken).drop_nulls().unique(["channel", "value"], maintain_order=True)


def numbers_in_refusals(table: pl.DataFrame, lines: pl.Series, columns: list[ColumnMeaning], country: str) -> pl.DataFrame:
    """Return the opt-outs of numbers and addresses that stand in a column of refusals itself ("Do Not Call Number"): no field holds them."""
    opt_outs = [pl.DataFrame(schema=OPT_OUT_SCHEMA)]
    for use in columns:
        if use.consent is None or use.consent.direction != "refusal" or use.consent.wrong or not use.consent.channels & PHONE_AND_EMAIL:
            continue
        of_calls = "phone" in use.consent.channels
        cells = pl.DataFrame([lines.alias("line"), table[use.column].alias("cell")]).filter(pl.col("cell").str.len_bytes() > MAX_ANSWER)
        cells = cells.filter(pl.col("cell").str.contains(A_NUMBER_OR_ADDRESS if of_calls else AN_ADDRESS))
        if cells.height:
            channel = pl.col("channel").replace("email", "address") if of_calls else pl.col("channel")
            opt_outs.append(contacts_in(cells, country).with_columns(channel).select(*OPT_OUT_SCHEMA))
    return pl.concat(opt_outs)


def stated_in_ragged(ragged: list[RaggedRow], country: str) -> pl.DataFrame:
    """Return the opt-outs of rows whose cells fit no columns: a stated refusal counts for every number and address of the row."""
    numbers: list[tuple[int, str]] = []
    for row in ragged:
        remarks = [read_phone_cell(cell) for cell in row.cells]
        refused = any(remark is not None and remark.refused for remark in remarks)
        if refused or any(judge(cell, STATED).phone == "refused" for cell in row.cells):
            numbers += [(row.line, (remark.numbers if remark else None) or cell) for cell, remark in zip(row.cells, remarks, strict=True)]
    if not numbers:
        return pl.DataFrame(schema=OPT_OUT_SCHEMA)
    contacts = contacts_in(pl.DataFrame(numbers, schema={"line": pl.Int64, "cell": pl.String}, orient="row"), country)
    channel = pl.col("channel").replace("email", "address")  # whose it is must not be called; e-mails may be sent
    return contacts.with_columns(channel).select(*OPT_OUT_SCHEMA)


def stated_in_sheets(rows: Sequence[tuple[int, str, list[str]]], country: str) -> dict[str, pl.DataFrame]:
    """Return the opt-outs (OPT_OUT_SCHEMA) of the sheets of a workbook that are no table of people but a list of who refuses, by their names."""
    cells: dict[str, list[tuple[int, str]]] = {}
    for line, name, row in rows:
        cells.setdefault(name, []).extend((line, cell) for cell in row if cell.strip())
    channel = pl.col("channel").replace("email", "address")
    return {
        name: contacts_in(pl.DataFrame(cells_of, schema={"line": pl.Int64, "cell": pl.String}, orient="row"), country)
        .with_columns(channel)
        .select(*OPT_OUT_SCHEMA)
        for name, cells_of in cells.items()
    }


def numbers_of_sentences(sentences: Sequence[NamedRefusal], country: str) -> pl.DataFrame:
    """Return the opt-outs of numbers and addresses that stand in sentences outside the table: "Do not call 212-555-0101"."""
    texts = [(match.group(), 0) for sentence in sentences for match in (*NUMBER.finditer(sentence.text), *ADDRESS.finditer(sentence.text))]
    if not texts:
        return pl.DataFrame(schema=OPT_OUT_SCHEMA)
    channel = pl.col("channel").replace("email", "address")
    cells = pl.DataFrame(texts, schema={"cell": pl.String, "line": pl.Int64}, orient="row")
    return contacts_in(cells, country).with_columns(channel).select(*OPT_OUT_SCHEMA)
