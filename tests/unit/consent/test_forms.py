"""Columns and cells as two outsiders wrote them who did not know the vocabulary (forms.csv): who is called, and who is not."""

import csv
from pathlib import Path

import polars as pl
import pytest

from henk_pipeline.consent.tables import judge_table
from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.contact_cells import consent_columns
from henk_pipeline.uploads.headers import map_columns

with Path(__file__).with_name("forms.csv").open(encoding="utf-8", newline="") as file:
    FORMS = [tuple(row.values()) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("column", "cell", "may"), FORMS)
def test_a_form_is_read_as_its_writer_meant_it(column, cell, may):
    table = pl.DataFrame({"Last Name": ["Quillon"], "Email": ["ada@example.org"], "Phone": ["212-555-0101"], column: [cell]})
    uses = map_columns(table, {}, None, has_header=True, manifest_consent={}).uses
    columns = [ColumnMeaning(use.column, use.field, use.meaning, use.consent, use.kind_column, use.code_columns) for use in uses]
    said = judge_table(table, consent_columns(columns)).frame.row(0, named=True)
    blocked = said["do_not_call"] or said["dnc"] or said["consent_unclear"] is not None
    assert blocked == (may == "N")


def tables():
    """Return whole columns as a third outsider wrote them, with which of their people may be called (more_forms.csv)."""
    frame = pl.read_csv(Path(__file__).with_name("more_forms.csv"), infer_schema=False)
    return [(table["column"][0], table["cell"], table["callable"] == "Y") for table in frame.partition_by("table", maintain_order=True)]


@pytest.mark.long
def test_whole_columns_are_read_as_their_writer_meant_them():
    wrong = []
    for column, cells, may in tables():
        people = {"Last Name": "Quillon", "Email": "ada@example.org", "Phone": "212-555-0101"}
        table = pl.DataFrame({**{name: [value] * len(cells) for name, value in people.items()}, column: cells})
        uses = map_columns(table, {}, None, has_header=True, manifest_consent={}).uses
        columns = [ColumnMeaning(use.column, use.field, use.meaning, use.consent, use.kind_column, use.code_columns) for use in uses]
        said = judge_table(table, consent_columns(columns)).frame
        blocked = said.select(pl.col("do_not_call") | pl.col("dnc") | pl.col("consent_unclear").is_not_null()).to_series()
        wrong += [(column, cell) for cell, is_wrong in zip(cells, blocked == may, strict=True) if is_wrong]
    assert wrong == []
