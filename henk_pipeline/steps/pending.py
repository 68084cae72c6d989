"""The received uploads with something left to do, judged by PostgreSQL's record of what has been done."""

from enum import Enum

import psycopg

from henk_pipeline.postgres import businesses, imports, refusals
from henk_pipeline.postgres.snapshot import written_so_far
from henk_pipeline.settings import Settings
from henk_pipeline.steps.load import AWAITS_CAMPAIGN, check_campaigns_open, check_not_archived, options_of, terms_of
from henk_pipeline.steps.rules import refusal_digest, rules_digest
from henk_pipeline.uploads.manifest import Manifest, ManifestError
from henk_pipeline.uploads.received import ReceivedUpload, read_manifest


class Redo(Enum):
    """The condition under which a finished upload is run again."""

    WHEN_MANIFEST_CHANGED = "its manifest has changed"  # the night: a change of our own rules is the operator's to backfill
    WHEN_RULES_CHANGED = "its manifest or any rule has changed"  # a person who imports a file again expects today's rules


def find_done(connection: psycopg.Connection, settings: Settings, upload: ReceivedUpload, redo: Redo) -> imports.ImportRecord | None:
    """Return the record of an upload with which nothing is left to be done; None if it is to be run."""
    record = imports.find_import(connection, upload.business, upload.content_hash, upload.list_name)
    if record is None:
        return imports.find_undone(connection, upload.business, upload.content_hash, upload.list_name)
    manifest, unusable = manifest_of(settings, upload)
    country = businesses.find_business(connection, upload.business).default_country
    if redo is Redo.WHEN_MANIFEST_CHANGED and (record.status == "rejected" or record.error is not None):
        refused_under = record.rules if record.status == "rejected" else record.error_rules
        return record if refused_under == refusal_digest(manifest, country, unusable) else None
    if record.status == "rejected" or unusable:
        return None  # a person who imports a refused file again expects a new attempt
    same = record.rules == rules_digest(manifest, country) if redo is Redo.WHEN_RULES_CHANGED else record.options == options_of(manifest)
    done = record.status in imports.FINISHED and record.error is None and same and _assigned(manifest, record)
    return record if done else None


def manifest_of(settings: Settings, upload: ReceivedUpload) -> tuple[Manifest, str | None]:
    """Return the manifest of an upload or, where it cannot be used, the default one and the reason."""
    try:
        return read_manifest(settings.uploads, upload), None
    except ManifestError as error:
        return Manifest(), str(error)


def awaited(connection: psycopg.Connection, settings: Settings, upload: ReceivedUpload) -> str | None:
    """Return what a refused upload still waits for (its business, a campaign, that a campaign or list is opened again), or None.

    A run of it would report the same again. Every night calls this, because nothing of the upload or its record
    changes when the business or campaign is added, or opened.
    """
    try:
        business = businesses.find_business(connection, upload.business)
    except businesses.UnknownBusinessError as missing:
        return str(missing) if refusals.list_refusals(connection, [upload.key]) else None
    record = imports.find_import(connection, upload.business, upload.content_hash, upload.list_name)
    refused_under = None if record is None else record.rules if record.status == "rejected" else record.error_rules
    if record is None or refused_under != AWAITS_CAMPAIGN or record.status == "running":
        return None
    manifest, unusable = manifest_of(settings, upload)
    if unusable:
        return None
    try:
        for _, assignment in manifest.assignments():
            businesses.find_campaign(connection, business.id, assignment.campaign)
    except businesses.UnknownCampaignError as missing:
        return str(missing) if missing.phrase in (record.error or "") else None
    names = [upload.list_name, *(split.list for split in manifest.lists)]
    closed = check_campaigns_open(connection, business.id, manifest, record.campaign_ids) or check_not_archived(
        connection, business.id, names
    )
    return closed if closed == record.error else None


def is_published(connection: psycopg.Connection, settings: Settings) -> bool:
    """Return whether the published DuckDB file can be read and nothing has changed since it was built.

    Changes are: calls have come further, a person was erased or suppressed, or a process that loaded or undid
    an import crashed before it was published.

    Raises:
        psycopg.Error: The database failed.
    """
    if not settings.analytics.exists():
        return False
    import duckdb  # noqa: PLC0415 - not for those who only ask what is to be done

    from henk_pipeline.analytics.publish import opened  # noqa: PLC0415

    asked = "SELECT import_id::VARCHAR, status, campaign_leads_added, epoch_us(finished_at) FROM fct_import WHERE finished_at IS NOT NULL"
    try:
        with opened(settings.analytics) as published:
            published_states = set(published.execute(asked).fetchall())
            written = published.execute("SELECT any_value(postgres_written) FROM build_info").fetchone()
    except duckdb.Error:  # damaged, or made by another version
        return False
    # PostgreSQL's own count is some seconds behind; an import that has just been loaded is not missed.
    return written == (written_so_far(connection),) and written != (None,) and published_states == imports.finished_states(connection)


def _assigned(manifest: Manifest, record: imports.ImportRecord) -> bool:
    if record.assigned is not None and record.assigned != terms_of(manifest):
        return False  # under other terms
    assigned = {*record.campaigns, *map(str, record.campaign_ids)}
    return all(assignment.campaign in assigned for _, assignment in manifest.assignments())
