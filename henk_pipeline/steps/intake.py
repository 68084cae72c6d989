"""Step uploads: what lies in the landing folder becomes received uploads; where the things of an upload lie, and how it is described."""

import logging
from pathlib import Path
from typing import Any

from henk_pipeline.settings import Settings
from henk_pipeline.steps.validate import ValidatedUpload
from henk_pipeline.uploads.landing import LandedFile, find_landed
from henk_pipeline.uploads.received import ORIGINAL, FileChangingError, ReceivedUpload, receive

log = logging.getLogger(__name__)


def take_in(settings: Settings, landed: list[LandedFile] | None = None) -> list[ReceivedUpload]:
    """Receive files of the landing folder, all of them unless some are named. What cannot be taken in now is logged and left for later."""
    if landed is None:
        landed, left = find_landed(settings.landing)
        for thing in left:
            log.warning("%s is left alone: %s", thing.path, thing.reason)
    received = {}
    for file in landed:
        try:
            upload = receive(file, settings.uploads)
        except (FileChangingError, FileNotFoundError) as error:
            log.warning("%s", error)
        else:
            received[upload.key] = upload
    return list(received.values())


def rejected_path(uploads: Path, upload: ReceivedUpload) -> Path:
    """Where the rejected rows of an upload are written: `<home>/uploads/<key>/<file stem>.rejected.csv`."""
    return uploads / upload.key / f"{Path(upload.file_name).stem}.rejected.csv"


def describe_reading(validated: ValidatedUpload) -> dict[str, Any]:
    """How a file was read, for people and for the import record: encoding, delimiter, quote, header_line, columns, system."""
    reading = validated.reading
    if reading is None:
        return {}
    return {
        "encoding": reading.encoding,
        "delimiter": reading.dialect.delimiter,
        "quote": reading.dialect.quote,
        "header_line": reading.header_line,
        "columns": reading.columns,
        "system": validated.mapping.system if validated.mapping else None,
    }


def forget_derived(settings: Settings, keys: list[str]) -> list[Path]:
    """Delete what was made of these uploads and may hold a person (Parquet between assets, rejected rows); a backfill makes it anew.

    Gives: the uploads' files as they were received, which stay. What is no longer there is passed over.
    """
    originals = []
    for key in keys:
        for parquet in settings.staging.glob(f"*/{key}.parquet"):
            parquet.unlink(missing_ok=True)
        folder = settings.uploads / key
        for rejected in folder.glob("*.rejected.csv"):
            rejected.unlink(missing_ok=True)
        originals += sorted(path for path in (folder / ORIGINAL).glob("*") if path.is_file())
    return originals
