"""Imports that ended since a moment, and pending uploads, for the operator's first page. The record of imports is in imports.py."""

from datetime import datetime
from typing import LiteralString, NamedTuple

import psycopg
from psycopg.rows import class_row

ENDED: LiteralString = """
SELECT b.slug AS business, i.file_name, i.upload, i.status, i.error, i.rows_read, i.rows_accepted, i.rows_rejected, i.rows_duplicate,
    i.leads_inserted, i.leads_updated, i.started_at, i.finished_at
FROM lead_imports i JOIN businesses b ON b.id = i.business_id
WHERE coalesce(i.finished_at, i.started_at) > %(since)s AND i.status <> 'undone' ORDER BY b.slug, i.file_name, i.upload
"""
# Received, and neither loaded nor refused: planned, under way, or of a run that crashed.
WAITING: LiteralString = """
SELECT f.business, f.upload, coalesce(a.error, '') AS error FROM henk.landed_files f LEFT JOIN businesses b ON b.slug = f.business
LEFT JOIN henk.upload_attempts a ON a.upload = f.upload
WHERE f.settled IS NULL
    AND NOT EXISTS (SELECT FROM lead_imports i WHERE i.business_id = b.id AND henk.upload_identity(i.upload) = henk.upload_identity(f.upload)
        AND i.status <> 'running')
    AND NOT EXISTS (SELECT FROM henk.refused_uploads r WHERE r.upload = f.upload)
ORDER BY f.business, f.upload
"""


class EndedImport(NamedTuple):
    """An import that began or ended since the moment; `finished_at` is None while it is under way."""

    business: str
    file_name: str
    upload: str
    status: str
    error: str | None
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_duplicate: int
    leads_inserted: int
    leads_updated: int
    started_at: datetime
    finished_at: datetime | None


class WaitingUpload(NamedTuple):
    """A received upload that is neither loaded nor refused; `error` of its last run, or None."""

    business: str
    upload: str
    error: str


def imports_since(connection: psycopg.Connection, since: datetime) -> list[EndedImport]:
    """Return the imports that began or ended since a moment."""
    with connection.cursor(row_factory=class_row(EndedImport)) as cursor:
        return cursor.execute(ENDED, {"since": since}).fetchall()


def waiting_uploads(connection: psycopg.Connection) -> list[WaitingUpload]:
    """Return the uploads that were received and are neither loaded nor refused."""
    with connection.cursor(row_factory=class_row(WaitingUpload)) as cursor:
        return cursor.execute(WAITING).fetchall()


def current_uploads(connection: psycopg.Connection) -> set[str]:
    """Return the keys of uploads that landed files are now: one whose file was replaced is not among them."""
    return {upload for (upload,) in connection.execute("SELECT upload FROM henk.landed_files").fetchall()}
