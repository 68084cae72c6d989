"""Loaded uploads that were read by other rules than today's: weights, synonyms, the country of the business or the code have changed since."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

import psycopg

from henk_pipeline.settings import Settings
from henk_pipeline.steps.discovery import Discovery
from henk_pipeline.steps.rules import rules_digest
from henk_pipeline.uploads.manifest import Manifest, ManifestError
from henk_pipeline.uploads.received import open_upload, read_manifest

# Undone imports stay undone, and refused ones are retried by the night.
LOADED = """
SELECT i.upload, b.slug, i.file_name, i.list_name, i.rules, i.finished_at, b.default_country
FROM lead_imports i JOIN businesses b ON b.id = i.business_id
WHERE i.status IN ('loaded', 'partial') ORDER BY i.started_at, i.upload
"""


class StaleUpload(NamedTuple):
    """A loaded upload, the digest of the rules it was loaded under, and that of today's."""

    upload: str
    business: str
    file_name: str
    list_name: str
    rules: str
    rules_today: str
    loaded_at: datetime


def find_stale(connection: psycopg.Connection, settings: Settings) -> list[StaleUpload]:
    """Return the loaded uploads that were read by other rules than today's, oldest first.

    Uploads whose file is no longer kept, or whose manifest can no longer be used, cannot be derived again and are left out.
    """
    rows = connection.execute(LOADED).fetchall()
    connection.rollback()
    digest = cache(_rules_digest)
    stale = []
    for key, slug, file_name, list_name, rules, loaded_at, country in rows:
        try:
            manifest = read_manifest(settings.uploads, open_upload(settings.uploads, key))
        except (FileNotFoundError, ManifestError):
            continue
        today = digest(manifest.model_dump_json(), country)
        if rules != today:
            stale.append(StaleUpload(key, slug, file_name, list_name, rules, today, loaded_at))
    return stale


def _rules_digest(manifest: str, country: str) -> str:
    """Return `rules_digest` of a manifest as JSON, which can be cached: most uploads have the same."""
    return rules_digest(Manifest.model_validate_json(manifest), country)


def discover_stale(settings: Settings, connection: psycopg.Connection) -> Discovery:
    """Return the stale uploads as uploads to run."""
    return Discovery([open_upload(settings.uploads, upload.upload) for upload in find_stale(connection, settings)])
