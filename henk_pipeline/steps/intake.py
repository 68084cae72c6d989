"""Step uploads: what lies in the landing folder becomes received uploads; where the things of an upload lie, and how it is described."""

import logging
import time
from pathlib import Path
from typing import Any

from henk_pipeline.settings import Settings
from henk_pipeline.steps.validate import ValidatedUpload
from henk_pipeline.uploads.dialect import NO_DELIMITER
from henk_pipeline.uploads.landing import LandedFile, find_landed
from henk_pipeline.uploads.received import ORIGINAL, FileChangingError, ReceivedUpload, receive

MOST_TOLD = 1000  # of left out parts and of rows set right, so that the record of an import stays small

log = logging.getLogger(__name__)


def take_in(settings: Settings, landed: list[LandedFile] | None = None) -> list[ReceivedUpload]:
    """Receive files of the landing folder, all of them unless some are named. What cannot be taken in now is logged and left for later."""
    if landed is None:
        landed, left = find_landed(settings.landing, time.time() - settings.settle_seconds)
        for thing in left:
            log.warning("%r is left alone: %s", str(thing.path), thing.reason)  # %r: a name may hold a line break
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
    """How a file was read, for people and for the import record: what it is packed in, encoding, delimiter, quote, escape, header_line, columns,
    system, what was left out of it and which rows were set right.
    """
    reading = validated.reading
    if reading is None:
        return {}
    return {
        "container": reading.container,
        "encoding": reading.encoding,
        "delimiter": reading.dialect.delimiter if reading.dialect.delimiter != NO_DELIMITER else None,
        "quote": reading.dialect.quote,
        "escape": reading.dialect.escape,
        "header_line": reading.header_line,
        "columns": reading.columns,
        "system": validated.mapping.system if validated.mapping else None,
        "left_out": [part._asdict() for part in reading.left_out[:MOST_TOLD]],
        "realigned": [{"line": line, "what": what} for line, what in list(reading.realigned.items())[:MOST_TOLD]],
        "passed_over": list(reading.passed_over),
        "notes": list(validated.mapping.notes) if validated.mapping else [],
    }


def report_path(uploads: Path, upload: ReceivedUpload) -> Path:
    """Where the report on an upload is written: `<home>/uploads/<key>/report.html`."""
    return uploads / upload.key / "report.html"


def forget_derived(settings: Settings, keys: list[str]) -> list[Path]:
    """Delete what was made of these uploads and may hold a person (Parquet between assets, rejected rows, report); a backfill makes it anew.

    Gives: the uploads' files as they were received, which stay. What is no longer there is passed over.
    """
    originals = []
    for key in keys:
        for parquet in settings.staging.glob(f"*/{key}.parquet"):
            parquet.unlink(missing_ok=True)
        folder = settings.uploads / key
        for derived in (*folder.glob("*.rejected.csv"), *folder.glob("report.html")):
            derived.unlink(missing_ok=True)
        originals += sorted(path for path in (folder / ORIGINAL).glob("*") if path.is_file())
    return originals
