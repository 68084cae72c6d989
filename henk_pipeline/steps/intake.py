"""Step uploads: what lies in the landing folder becomes received uploads; where the things of an upload lie."""

import logging
from pathlib import Path

import psycopg

from henk_pipeline.postgres import nights
from henk_pipeline.settings import Settings
from henk_pipeline.uploads.landing import FileChangingError, LandedFile
from henk_pipeline.uploads.received import ORIGINAL, ReceivedUpload, receive

log = logging.getLogger(__name__)


def take_in(settings: Settings, connection: psycopg.Connection, landed: list[LandedFile]) -> list[ReceivedUpload]:
    """Receive landed files and keep which upload each has become. What cannot be taken in now is logged and left for later."""
    received = {}
    for file in landed:
        try:
            upload = receive(file, settings.uploads)
        except (FileChangingError, FileNotFoundError) as error:
            log.warning("%s", error)
        else:
            received[upload.key] = upload
            nights.remember_files(connection, [(file.location, file.business, state_of(file), upload.key)])
            connection.commit()  # one by one: of what is received nothing is to be read again if this process dies
    return list(received.values())


def state_of(file: LandedFile) -> str:
    """What changes with a landed file or its manifest."""
    return f"{file.signature} {file.manifest_signature or 'no manifest'}"


def rejected_path(uploads: Path, upload: ReceivedUpload) -> Path:
    """Where the rejected rows of an upload are written: `<home>/uploads/<key>/<file stem>.rejected.csv`."""
    return uploads / upload.key / f"{Path(upload.file_name).stem}.rejected.csv"


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
