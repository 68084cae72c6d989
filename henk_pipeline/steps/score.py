"""Step scored_leads: the valid rows of an upload → one row a person, scored. Who is known already, and who is likely to be, is decided when it
is loaded.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from henk_pipeline.leads.given_names import compared_columns
from henk_pipeline.leads.match import rows_that_share
from henk_pipeline.leads.score import load_scoring, score
from henk_pipeline.leads.survivorship import lost_values, merge_rows
from henk_pipeline.steps.match import Matching, match_people
from henk_pipeline.steps.pieces import at_once, joined, slices

# How a further row of a person came to it: by which row, by which key or how probably, and what it said in vain. Of the first row only the last.
FOUND_SCHEMA: dict[str, Any] = {
    "line": pl.Int64, "matched_with": pl.Int64, "kind": pl.String, "probability": pl.Float64, "lost": pl.String,
}  # fmt: skip


def score_rows(leads: pl.LazyFrame, today: date, matching: Matching | None = None) -> Iterator[pl.DataFrame]:
    """One row a person of an upload, sure duplicates within it merged, piece by piece in the order of the file: of the rows only those are in
    memory that share something with others. The likely duplicates are found with those of the leads that are known, once.

    Takes: rows as `validate_file` gives them. Gives: `line` and `lines` (the first of its lines and all of them), the lead's fields,
    `found` (List of FOUND_SCHEMA: how its lines came to the person), `lead_score`, `quality_rating` and `score_breakdown`.
    """
    sure = replace(matching or Matching(), likely=False)
    compared = leads.select(pl.col("line").alias("row"), *compared_columns(sure.fields))
    matched = match_people(joined(compared, rows_that_share(slices(compared)).to_frame(), "row"), sure)
    person_of = matched.persons.rename({"row": "line"}).filter(pl.len().over("person") > 1)
    rows = joined(leads, person_of, "line")
    several = merge_rows(rows)
    chains = matched.chains.rename({"row": "line"}).join(lost_values(rows, several), on="line", how="full", coalesce=True)
    told = chains.join(person_of, on="line").sort("line")
    found = told.group_by("person").agg(pl.struct(*FOUND_SCHEMA).alias("found"))
    several = several.join(found, left_on="line", right_on="person", how="left")
    del rows
    nothing = pl.lit([], dtype=pl.List(pl.Struct(FOUND_SCHEMA))).alias("found")
    scoring = load_scoring()

    def scored(piece: pl.DataFrame) -> pl.DataFrame:
        alone = merge_rows(piece.join(person_of, on="line", how="anti").with_columns(pl.col("line").alias("person"))).with_columns(nothing)
        people = pl.concat([alone, several.join(piece.select("line"), on="line", how="semi")]).sort("line")
        return score(people, scoring, today)

    yield from at_once(scored, slices(leads))
