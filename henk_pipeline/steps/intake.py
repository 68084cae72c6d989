"""Step uploads: what lies in the landing folder becomes received uploads; where the things of an upload lie."""

import logging
from pathlib import Path

import polars as pl
import psycopg

from henk_pipeline.postgres import nights
from henk_pipeline.settings import Settings
from henk_pipeline.uploads.landing import FileChangingError, LandedFile
from henk_pipeline.uploads.reading import open_table
from henk_pipeline.uploads.received import ORIGINAL, ReceivedUpload, receive
from henk_pipeline.uploads.unpacking import UnreadableFileError

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


def find_files_of(settings: Settings, slug: str, keys: list[str], emails: list[str], phones: list[str]) -> tuple[list[Path], list[str]]:
    """Search the received files of a business and its landing folder for contacts.

    Args:
        settings: where the files lie.
        slug: the business.
        keys: its uploads.
        emails: addresses, in lower case.
        phones: numbers, in E.164 or as digits.

    Returns:
        The landed files that hold one of the contacts or cannot be read, and the keys of the uploads that do.
    """
    landed = None if "://" in settings.landing else Path(settings.landing) / slug
    files = (
        sorted(path for path in landed.rglob("*") if path.is_file() and path.suffix != ".toml")
        if landed is not None and landed.is_dir()
        else []
    )
    uploads = {key: [path for path in (settings.uploads / key / ORIGINAL).glob("*") if path.is_file()] for key in keys}
    holding = [path for path in files if _holds(path, emails, phones)]
    return holding, [key for key, paths in uploads.items() if any(_holds(path, emails, phones) for path in paths)]


def _holds(path: Path, emails: list[str], phones: list[str]) -> bool:
    """Return whether a cell of a file holds one of the contacts; phones by their last nine digits, as henk.speaks_of compares them."""
    ends = [phone[-9:] for phone in phones if len(phone) >= 9]
    try:
        with open_table(path) as reading:
            for chunk in reading.chunks():
                loose = [cell for row in chunk.ragged for cell in row.cells]
                cells = pl.concat([*(chunk.table[name].cast(pl.String) for name in chunk.table.columns), pl.Series(loose, dtype=pl.String)])
                digits = cells.str.replace_all(r"[^0-9]", "")
                if any(cells.str.to_lowercase().str.contains(email, literal=True).any() for email in emails):
                    return True
                if any(digits.str.ends_with(end).any() for end in ends):
                    return True
    except (UnreadableFileError, OSError):
        return True  # for a person to look at
    return False
