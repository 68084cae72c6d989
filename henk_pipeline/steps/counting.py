"""The counts of loading an upload into a business without leads: people, duplicate rows, values not kept. No database is used."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl

from henk_pipeline.batching import BatchStore, joined
from henk_pipeline.leads.details import compared_columns
from henk_pipeline.leads.survivorship import lost_values, merge_rows
from henk_pipeline.steps.match import Matching, match_people
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.validated_upload import ValidatedUpload
from henk_pipeline.uploads.manifest import Manifest


class ExpectedCounts(NamedTuple):
    """The counts of an import's outcome: rows read = accepted + rejected + duplicate.

    `values_discarded`: by field, in how many rows another row of the same person has another value that stays; most first.
    """

    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_duplicate: int
    values_discarded: dict[str, int]


def expected_counts(validated: ValidatedUpload, manifest: Manifest, matching: Matching, scratch: Path | None = None) -> ExpectedCounts:
    """Return the counts of an import of this upload into a business without leads.

    Args:
        validated: As `validate_file` returns it, with its leads.
        manifest: The upload's manifest; a file of suppressions makes no leads, so that none of its rows is a
            duplicate.
        matching: As the settings have it.
        scratch: A folder for the people, so that they need not be in memory.
    """
    if validated.error is not None:
        return ExpectedCounts(validated.rows_read, 0, validated.rows_read, 0, {})
    valid = validated.rows_read - validated.rows_rejected
    if manifest.suppressions or not valid:
        return ExpectedCounts(validated.rows_read, valid, validated.rows_rejected, 0, {})
    batches = BatchStore("people", scratch)
    for batch in score_rows(validated.leads, datetime.now(UTC).date(), matching):
        batches.take(batch)
    scored = batches.all()
    people = scored.select(pl.col("line").alias("row"), *compared_columns(matching.fields)).collect()
    clusters = match_people(people, matching, new=people["row"], population=people.height).clusters.rename({"row": "line"})
    discarded = _fields_of(scored.select(pl.col("found").explode()).drop_nulls().unnest("found").collect()["lost"])
    merged = clusters.filter(pl.len().over("person") > 1)
    if merged.height:
        rows = joined(scored, merged, "line")
        discarded += _fields_of(lost_values(rows, merge_rows(rows))["lost"])
    accepted = clusters["person"].n_unique()
    return ExpectedCounts(validated.rows_read, accepted, validated.rows_rejected, valid - accepted, dict(discarded.most_common()))


def _fields_of(lost: pl.Series) -> "Counter[str]":
    """Count the fields of JSON objects of discarded values; custom fields by their own names."""
    counts: Counter[str] = Counter()
    for text in lost.drop_nulls():
        values = json.loads(text)
        counts.update([*values.pop("custom_fields", {}), *values])
    return counts
