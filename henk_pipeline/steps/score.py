"""Step scored_leads: the valid rows of an upload → one row a person, scored.

Known leads and probabilistic matches are looked up when the upload is loaded.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from henk_pipeline.batching import iter_batches, joined, map_parallel
from henk_pipeline.leads.details import compared_columns
from henk_pipeline.leads.match import rows_that_share
from henk_pipeline.leads.score import load_scoring, score
from henk_pipeline.leads.survivorship import lost_values, merge_rows
from henk_pipeline.steps.match import Matching, match_people

# How a further row of a person came to it: by which row, by which key or how probably, and its discarded values. The first row has only these.
FOUND_SCHEMA: dict[str, Any] = {
    "line": pl.Int64, "matched_with": pl.Int64, "kind": pl.String, "probability": pl.Float64, "lost": pl.String,
}  # fmt: skip


def score_rows(leads: pl.LazyFrame, today: date, matching: Matching | None = None) -> Iterator[pl.DataFrame]:
    """Yield one row a person of an upload, deterministic matches within it merged and scored, in the order of the file.

    The rows come batch by batch: only those that share something with others are all in memory. The
    probabilistic matches are found together with those of the known leads, once.

    Args:
        leads: Rows as `validate_file` returns them.
        today: The day that scores refer to.
        matching: The settings of matching.

    Yields:
        `line` and `lines` (the first of its lines and all of them), the lead's fields, `found` (List of
            FOUND_SCHEMA: how its lines came to the person), `lead_score`, `quality_rating` and
            `score_breakdown`.
    """
    sure = replace(matching or Matching(), likely=False)
    compared = leads.select(pl.col("line").alias("row"), *compared_columns(sure.fields))
    matched = match_people(joined(compared, rows_that_share(iter_batches(compared)).to_frame(), "row"), sure)
    person_of = matched.clusters.rename({"row": "line"}).filter(pl.len().over("person") > 1)
    rows = joined(leads, person_of, "line")
    merged_rows = merge_rows(rows)
    chains = matched.chains.rename({"row": "line"}).join(lost_values(rows, merged_rows), on="line", how="full", coalesce=True)
    matches = chains.join(person_of, on="line").sort("line")
    match_provenance = matches.group_by("person").agg(pl.struct(*FOUND_SCHEMA).alias("found"))
    merged_rows = merged_rows.join(match_provenance, left_on="line", right_on="person", how="left")
    del rows
    nothing = pl.lit([], dtype=pl.List(pl.Struct(FOUND_SCHEMA))).alias("found")
    scoring = load_scoring()

    def scored(batch: pl.DataFrame) -> pl.DataFrame:
        single_rows = merge_rows(batch.join(person_of, on="line", how="anti").with_columns(pl.col("line").alias("person"))).with_columns(
            nothing
        )
        people = pl.concat([single_rows, merged_rows.join(batch.select("line"), on="line", how="semi")]).sort("line")
        return score(people, scoring, today)

    yield from map_parallel(scored, iter_batches(leads))
