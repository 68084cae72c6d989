"""Which received uploads still have something to be done, judged by what PostgreSQL says has been done."""

from enum import Enum

import psycopg

from henk_pipeline.postgres import businesses, imports
from henk_pipeline.postgres.snapshot import written_so_far
from henk_pipeline.settings import Settings
from henk_pipeline.steps.load import options_of, terms_of
from henk_pipeline.steps.rules import rules_digest
from henk_pipeline.uploads.manifest import Manifest, ManifestError
from henk_pipeline.uploads.received import ReceivedUpload, read_manifest


class Redo(Enum):
    """When an upload that was dealt with is taken up again."""

    WHEN_TOLD_ANEW = "its manifest has changed"  # the night: a change of our own rules is the operator's to backfill
    WHEN_RULES_CHANGED = "its manifest or any rule has changed"  # a person who imports a file again wants today's rules


def find_done(connection: psycopg.Connection, settings: Settings, upload: ReceivedUpload, redo: Redo) -> imports.ImportRecord | None:
    """The record of an upload with which nothing is left to be done; None if it is to be run."""
    record = imports.find_import(connection, upload.business, upload.content_hash, upload.list_name)
    if record is None:
        return imports.find_undone(connection, upload.business, upload.content_hash, upload.list_name)
    try:
        manifest = read_manifest(settings.uploads, upload)
    except ManifestError:
        return None
    country = businesses.find_business(connection, upload.business).default_country
    same_rules = record.rules == rules_digest(manifest, country)
    if record.status == "rejected":
        # Who imports a refused file again wants it tried again; the night would only be told the same every time.
        return record if same_rules and redo is Redo.WHEN_TOLD_ANEW else None
    same = same_rules if redo is Redo.WHEN_RULES_CHANGED else record.options == options_of(manifest)
    done = record.status in imports.FINISHED and record.error is None and same and _assigned(manifest, record)
    return record if done else None


def is_published(connection: psycopg.Connection, settings: Settings) -> bool:
    """Whether the published DuckDB file can be read and nothing has changed since it was built: calls have come further, somebody was erased or
    suppressed, and who loaded or undid an import may have died before it was published. Raises: psycopg.Error.
    """
    if not settings.analytics.exists():
        return False
    import duckdb  # noqa: PLC0415 - not for those who only ask what is to be done

    from henk_pipeline.analytics.publish import opened  # noqa: PLC0415

    asked = "SELECT import_id::VARCHAR, status, campaign_leads_added, epoch_us(finished_at) FROM fct_import WHERE finished_at IS NOT NULL"
    try:
        with opened(settings.analytics) as published:
            known = set(published.execute(asked).fetchall())
            written = published.execute("SELECT any_value(postgres_written) FROM build_info").fetchone()
    except duckdb.Error:  # damaged, or made by another version
        return False
    # PostgreSQL's own count is some seconds behind; an import that has just been loaded is not missed.
    return written == (written_so_far(connection),) and written != (None,) and known == imports.finished_states(connection)


def _assigned(manifest: Manifest, record: imports.ImportRecord) -> bool:
    if record.assigned is not None and record.assigned != terms_of(manifest):
        return False  # under other terms
    assigned = {*record.campaigns, *map(str, record.campaign_ids)}
    return all(assignment.campaign in assigned for _, assignment in manifest.assignments())
