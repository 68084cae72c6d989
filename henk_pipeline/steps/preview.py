"""The result that an import of a file on disk would have, with the database as it is."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import psycopg

from henk_pipeline.batching import BatchStore
from henk_pipeline.postgres import businesses, imports, merge_candidates
from henk_pipeline.postgres.businesses import Business
from henk_pipeline.postgres.discarded import count_discarded
from henk_pipeline.postgres.imports import Upload
from henk_pipeline.settings import Settings
from henk_pipeline.steps.load import (
    Outcome,
    assign_lists,
    check_campaigns_exist,
    check_campaigns_open,
    check_filters,
    check_lists_open,
    known_outcome,
    load_people,
    load_suppressions,
)
from henk_pipeline.steps.match import Matching
from henk_pipeline.steps.people import LoadRequest, silent_about_erased
from henk_pipeline.steps.rules import rules_digest
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.validated_upload import ValidatedUpload
from henk_pipeline.uploads.fingerprint import content_hash
from henk_pipeline.uploads.manifest import Manifest
from henk_pipeline.uploads.received import find_received

UNSHOWN = ("updated_at", "lead_score", "quality_rating", "score_breakdown")  # follow from the other fields


@dataclass(frozen=True)
class CampaignPreview:
    """The counts of an upload's people in one campaign of its manifest.

    They join it, are in it already, must not be called, or are left out by the terms of the assignment
    (`where`, one lead a number).
    """

    campaign: str
    leads_joining: int
    leads_already_in: int
    leads_not_callable: int
    leads_left_out: int


@dataclass(frozen=True)
class Preview:
    """The result that loading an upload now would have: the counts of its `Outcome`.

    `leads_known`: how many of the accepted people are leads already. `fields_changed`: by field, in how many
    leads its value changes. `values_discarded`: by field, in how many rows there is a value that the lead does
    not have. `review_pairs`: how many more pairs of leads a person would have to decide on. `notes`:
    what loading it found that a person should know. `is_loaded`: it was
    loaded before, under the same rules, so that nothing but its campaigns may change.
    """

    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_duplicate: int
    leads_known: int = 0
    leads_inserted: int = 0
    leads_updated: int = 0
    leads_unchanged: int = 0
    fields_changed: dict[str, int] = field(default_factory=dict)
    values_discarded: dict[str, int] = field(default_factory=dict)
    campaigns: tuple[CampaignPreview, ...] = ()
    review_pairs: int = 0
    notes: tuple[str, ...] = ()
    error: str | None = None
    is_refused: bool = False
    is_loaded: bool = False


def preview_file(
    connection: psycopg.Connection,
    business: Business,
    path: Path,
    validated: ValidatedUpload,
    manifest: Manifest,
    *,
    settings: Settings,
    scratch: Path,
) -> Preview:
    """Import a file for this business, count what that did, and roll it back. Nothing is received.

    Raises:
        psycopg.Error: The database failed.
        OSError: The file cannot be read.
    """
    content, list_name = content_hash(path), manifest.list or path.stem[:255]
    received = find_received(settings.uploads, business.slug, content, list_name)
    matching = Matching.of(settings)
    batches, today = BatchStore("expected", scratch), datetime.now(UTC).date()
    for batch in score_rows(validated.leads, today, matching):
        batches.take(batch)
    request = LoadRequest(
        upload=Upload("", path.name, path.stat().st_size, content, list_name),
        manifest=manifest.model_copy(update={"list": list_name}),
        rules=rules_digest(manifest.model_copy(update={"list": list_name}), business.default_country),
        rows_read=validated.rows_read,
        rows_rejected=validated.rows_rejected,
        people=batches.all(),
        rejections=validated.rejections.collect(),
        opt_outs=validated.opt_outs,
        matching=matching,
        error=validated.error,
        # Rows of people who were erased after the file had been received are rejected.
        received_at=datetime.now(UTC) if received is None else datetime.fromisoformat(received.received_at),
    )
    return preview_upload(connection, business, request, today, scratch)


def preview_upload(
    connection: psycopg.Connection, business: businesses.Business, request: LoadRequest, today: date, scratch: Path | None = None
) -> Preview:
    """Load an upload and its campaigns as `load_upload` and `assign_upload` do, count what that did, and roll it back.

    The business is locked for as long as an import would lock it. Leaves the connection in no transaction.

    Raises:
        psycopg.Error: The database failed.
    """
    try:
        error = (
            request.error or check_campaigns_exist(connection, business.id, request.manifest) or check_filters(connection, request.manifest)
        )
        businesses.lock_business(connection, business.id)
        record = imports.find_import(connection, business.slug, request.upload.content_hash, request.upload.list_name)
        if record is not None and record.status in imports.FINISHED and record.rules == request.rules:
            error = error or check_campaigns_open(connection, business.id, request.manifest, record.campaign_ids)
            loaded = known_outcome(record)
            campaigns = () if error else _preview_campaigns(connection, business.id, record, request.manifest)
            return Preview(
                **_counts(loaded), leads_known=loaded.rows_accepted, leads_unchanged=loaded.rows_accepted,
                values_discarded=count_discarded(connection, record.id), campaigns=campaigns, notes=tuple(imports.find_notes(connection, record.id)),
                error=error, is_loaded=True,
            )  # fmt: skip
        error = (
            error
            or check_campaigns_open(connection, business.id, request.manifest, [])
            or check_lists_open(connection, business.id, request)
        )
        if error:
            return Preview(request.rows_read, 0, request.rows_read, 0, error=error, is_refused=True)
        open_pairs = merge_candidates.count_open(connection, business.id)
        import_id = imports.begin_import(connection, business.id, request.upload, request.rules, None)
        request = silent_about_erased(connection, business, request)
        if request.manifest.suppressions:
            return Preview(**_counts(load_suppressions(connection, business.id, import_id, request, None)))
        outcome, _, changed = load_people(connection, business.id, import_id, request, today, run_id=None, scratch=scratch)
        record = imports.find_import(connection, business.slug, request.upload.content_hash, request.upload.list_name)
        return Preview(
            **_counts(outcome),
            leads_known=outcome.leads_updated + outcome.leads_unchanged,
            leads_inserted=outcome.leads_inserted,
            leads_updated=outcome.leads_updated,
            leads_unchanged=outcome.leads_unchanged,
            fields_changed=_fields_changed(changed),
            values_discarded=count_discarded(connection, import_id),
            campaigns=_preview_campaigns(connection, business.id, record, request.manifest) if record is not None else (),
            review_pairs=merge_candidates.count_open(connection, business.id) - open_pairs,
            notes=tuple(imports.find_notes(connection, import_id)),
        )
    finally:
        connection.rollback()


def _counts(outcome: Outcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in ("rows_read", "rows_accepted", "rows_rejected", "rows_duplicate")}


def _fields_changed(changed: pl.LazyFrame) -> dict[str, int]:
    """Return by field in how many leads it changed, most first; `changed` as `lead_writer.update_leads` returns it."""
    counts = Counter(name for replaced in changed.select("replaced").collect()["replaced"] for name in json.loads(replaced))
    return {name: count for name, count in counts.most_common() if name not in UNSHOWN}


def _preview_campaigns(
    connection: psycopg.Connection, business_id: UUID, record: imports.ImportRecord, manifest: Manifest
) -> tuple[CampaignPreview, ...]:
    """Assign the lists of an upload, inside the caller's transaction, and count its people in each campaign by what happens to them."""
    before = imports.count_by_campaign(connection, record.id)
    campaigns, _ = assign_lists(connection, business_id, record, manifest)
    after = imports.count_by_campaign(connection, record.id)
    previews = []
    for campaign_id in campaigns:
        name, not_callable, left_out = imports.count_outside(connection, record.id, campaign_id)
        already = before.get(campaign_id, 0)
        previews.append(CampaignPreview(name, after.get(campaign_id, 0) - already, already, not_callable, left_out))
    return tuple(sorted(previews, key=lambda preview: preview.campaign))
