"""A row of an upload as the contract leaves it, with what a test does not name left empty."""

from typing import Any

import polars as pl

from henk_pipeline.leads import fields
from henk_pipeline.leads.normalise import DTYPES

SCHEMA: dict[str, Any] = {"line": pl.Int64, **DTYPES, "tags": pl.List(pl.String), "custom_fields": pl.String, "source": pl.String}


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows with the given fields, at lines 2, 3, 4 … unless they say otherwise."""
    empty = (
        dict.fromkeys(SCHEMA) | dict.fromkeys(fields.CONSENT_FIELDS, False) | {"tags": [], "custom_fields": "{}", "source": "csv_import"}
    )
    return pl.DataFrame([empty | {"line": number} | row for number, row in enumerate(rows, start=2)], schema=SCHEMA)
