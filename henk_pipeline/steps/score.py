"""Step scored_leads: the valid rows of an upload → one row a person, scored. Who is known already is decided when it is loaded."""

from datetime import date

import polars as pl

from henk_pipeline.leads.match import match_rows
from henk_pipeline.leads.score import load_scoring, score
from henk_pipeline.leads.survivorship import merge_rows


def score_rows(leads: pl.DataFrame, today: date) -> pl.DataFrame:
    """One row a person of an upload.

    Takes: rows as `validate_file` gives them. Gives: `line` and `lines` (the first of its lines and all of them), the lead's fields,
    `lead_score`, `quality_rating` and `score_breakdown`.
    """
    return score(merge_rows(match_rows(leads)), load_scoring(), today)
