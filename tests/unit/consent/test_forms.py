"""Columns and cells as two outsiders wrote them who did not know the vocabulary (forms.csv): who is called, and who is not."""

import csv
from pathlib import Path

import polars as pl
import pytest

from henk_pipeline.consent.tables import judge_table
from henk_pipeline.leads.normalise import ColumnMeaning, consent_columns
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
