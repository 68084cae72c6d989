"""Step scored_leads: the valid rows of an upload → one row a person, scored. Who is known already, and who is likely to be, is decided when it
is loaded.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from henk_pipeline.leads.score import load_scoring, score
from henk_pipeline.leads.survivorship import lost_values, merge_rows
from henk_pipeline.steps.match import Matching, match_people

# How a further row of a person came to it: by which row, by which key or how probably, and what it said in vain.
FOUND_SCHEMA: dict[str, Any] = {
    "line": pl.Int64, "matched_with": pl.Int64, "kind": pl.String, "probability": pl.Float64, "lost": pl.String,
}  # fmt: skip


def score_rows(leads: pl.DataFrame, today: date, matching: Matching | None = None) -> pl.DataFrame:
    """One row a person of an upload, sure duplicates within it merged. The likely ones are found with those of the leads that are known, once.

    Takes: rows as `validate_file` gives them. Gives: `line` and `lines` (the first of its lines and all of them), the lead's fields,
    `found` (List of FOUND_SCHEMA: how each further line came to the person), `lead_score`, `quality_rating` and `score_breakdown`.
    """
    matched = match_people(leads.with_columns(pl.col("line").alias("row")), replace(matching or Matching(), likely=False))
    rows = leads.join(matched.persons.rename({"row": "line"}), on="line", maintain_order="left")
    people = merge_rows(rows)
    chains = matched.chains.rename({"row": "line"}).join(lost_values(rows, people), on="line", how="left")
    told = chains.join(matched.persons.rename({"row": "line"}), on="line").sort("line")
    found = told.group_by("person").agg(pl.struct(*FOUND_SCHEMA).alias("found"))
    nothing = pl.lit([], dtype=pl.List(pl.Struct(FOUND_SCHEMA)))
    people = people.join(found, left_on="line", right_on="person", how="left", maintain_order="left")
    return score(people.with_columns(pl.coalesce("found", nothing).alias("found")), load_scoring(), today)
