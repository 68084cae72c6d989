"""What an import of a file on disk would come to, for what the database holds. Nothing is received or loaded."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg

from henk_pipeline.postgres.businesses import Business
from henk_pipeline.postgres.imports import Upload
from henk_pipeline.settings import Settings
from henk_pipeline.steps.load import Expected, expect_upload
from henk_pipeline.steps.match import Matching
from henk_pipeline.steps.people import UploadToLoad
from henk_pipeline.steps.pieces import Pieces
from henk_pipeline.steps.rules import rules_digest
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.validate import ValidatedUpload
from henk_pipeline.uploads.fingerprint import content_hash
from henk_pipeline.uploads.manifest import Manifest
from henk_pipeline.uploads.received import find_received


def expect_file(
    connection: psycopg.Connection,
    business: Business,
    path: Path,
    validated: ValidatedUpload,
    manifest: Manifest,
    *,
    settings: Settings,
    scratch: Path,
) -> Expected:
    """Return what an import of the file for this business would count and refuse.

    Raises:
        psycopg.Error: The database failed.
        OSError: The file cannot be read.
    """
    content, list_name = content_hash(path), manifest.list or path.stem[:255]
    received = find_received(settings.uploads, business.slug, content, list_name)
    matching = Matching.of(settings)
    pieces = Pieces("expected", scratch)
    for piece in score_rows(validated.leads, datetime.now(UTC).date(), matching):
        pieces.take(piece)
    work = UploadToLoad(
        upload=Upload("", path.name, path.stat().st_size, content, list_name),
        manifest=manifest.model_copy(update={"list": list_name}),
        rules=rules_digest(manifest.model_copy(update={"list": list_name}), business.default_country),
        rows_read=validated.rows_read,
        rows_rejected=validated.rows_rejected,
        people=pieces.all(),
        rejections=validated.rejections.collect(),
        opt_outs=validated.opt_outs,
        matching=matching,
        error=validated.error,
        # Rows of people who were erased after the file had been received are rejected.
        received_at=datetime.now(UTC) if received is None else datetime.fromisoformat(received.received_at),
    )
    return expect_upload(connection, business, work)
