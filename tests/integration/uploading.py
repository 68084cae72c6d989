"""An upload's way through the steps, without Dagster: text in, outcome out."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import psycopg

from henk_pipeline.postgres import businesses, imports
from henk_pipeline.steps.load import Outcome, assign_upload, load_upload
from henk_pipeline.steps.match import Matching
from henk_pipeline.steps.people import LoadRequest
from henk_pipeline.steps.rules import rules_digest
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest, check_manifest

TODAY = date(2026, 11, 1)


def add_business(connection: psycopg.Connection, slug: str = "acme", *campaigns: str) -> str:
    """A business with campaigns; its id."""
    identifier, _ = businesses.add_business(connection, slug, slug.title(), "US", "UTC")
    for name in campaigns:
        businesses.add_campaign(connection, identifier, name)
    return str(identifier)


def upload(
    connection: psycopg.Connection,
    folder: Path,
    content: str | bytes,
    slug: str = "acme",
    *,
    received_at: datetime | None = None,
    matching: Matching | None = None,
    **manifest: object,
) -> Outcome:
    """Validate, score, load and assign a file of this content; its list is `people` unless the manifest says otherwise."""
    told = check_manifest(manifest) if manifest else Manifest()
    path = folder / "people.csv"
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    validated = validate_file(path, told, "US")
    facts = imports.Upload("key", "people.csv", len(data), hashlib.sha256(data).hexdigest(), told.list or "people")
    work = LoadRequest(
        facts, told, rules_digest(told, "US"), validated.rows_read, validated.rows_rejected, pl.concat(score_rows(validated.leads, TODAY)).lazy(),
        validated.rejections.collect(), validated.opt_outs, error=validated.error, mapping=validated.mapping.by_column() if validated.mapping else {},
        matching=matching or Matching(), received_at=received_at or datetime.now(UTC),
    )  # fmt: skip
    outcome, _ = load_upload(connection, slug, work, TODAY)
    if outcome.status in imports.FINISHED:
        assign_upload(connection, slug, facts, told)
    assert outcome.rows_read == outcome.rows_accepted + outcome.rows_rejected + outcome.rows_duplicate
    return outcome
