"""Step uploads: receives the files of the landing folder as uploads, and knows where the files of an upload are."""

import logging
import re
import unicodedata
from itertools import permutations
from pathlib import Path

import polars as pl
import psycopg

from henk_pipeline.postgres import landed_files
from henk_pipeline.settings import Settings
from henk_pipeline.uploads.fingerprint import parse_key
from henk_pipeline.uploads.landing import FileChangingError, LandedFile, iter_copies
from henk_pipeline.uploads.received import ORIGINAL, ReceivedUpload, receive
from henk_pipeline.uploads.unpacking import UnreadableFileError
from henk_pipeline.uploads.whole_text import iter_lines

log = logging.getLogger(__name__)

MIN_CELL = 3  # characters of a cell by which a row is looked for


def receive_files(settings: Settings, connection: psycopg.Connection, landed: list[LandedFile]) -> list[ReceivedUpload]:
    """Receive landed files and record the upload of each. Files that cannot be received now are logged and left for later."""
    received = {}
    for file in landed:
        try:
            upload = receive(file, settings.uploads)
        except (FileChangingError, FileNotFoundError) as error:
            log.warning("%s", error)
        else:
            received[upload.key] = upload
            landed_files.remember_files(connection, [(file.location, file.business, state_of(file), upload.key)])
            connection.commit()  # one by one: no received file is read again if this process crashes
    return list(received.values())


def state_of(file: LandedFile) -> str:
    """Return a text that changes with a landed file or its manifest."""
    return f"{file.signature} {file.manifest_signature or 'no manifest'}"


def rejected_path(uploads: Path, upload: ReceivedUpload) -> Path:
    """Return the path of an upload's rejected rows: `<home>/uploads/<key>/<file stem>.rejected.csv`."""
    return uploads / upload.key / f"{Path(upload.file_name).stem}.rejected.csv"


def report_path(uploads: Path, upload: ReceivedUpload) -> Path:
    """Return the path of the report on an upload: `<home>/uploads/<key>/report.html`."""
    return uploads / upload.key / "report.html"


def forget_derived(settings: Settings, keys: list[str]) -> list[Path]:
    """Delete files derived from these uploads that may hold a person (Parquet between assets, rejected rows, report).

    A backfill makes them again. Files that no longer exist are ignored.

    Returns:
        The uploads' files as they were received, which stay.
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


def find_files_of(
    settings: Settings, slug: str, emails: list[str], phones: list[str], names: list[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    """Search the received files of a business and its landing folder for contacts, in the files and in their names.

    Args:
        settings: The places of the files.
        slug: The business.
        emails: Addresses, in lower case.
        phones: Numbers, in E.164 or as digits.
        names: First and last names; a file is named after a person whose both names its name has.

    Returns:
        The landed files (paths or URLs) that hold one of the contacts, are named after the person or cannot be
            searched, and the keys of the uploads that do.
    """

    def concerns(copy: Path, name: str) -> bool:
        return is_named_after(name, emails, phones, names) or _holds(copy, emails, phones)

    landed = [location for location, copy in iter_copies(settings.landing, slug) if concerns(copy, location.rpartition("/")[2])]
    received = [path for path in sorted(settings.uploads.glob(f"*/{ORIGINAL}/*")) if path.is_file() and _is_of(path.parts[-3], slug)]
    return landed, sorted({path.parts[-3] for path in received if concerns(path, path.name)})


def find_files_with_row(settings: Settings, slug: str, cells: list[str]) -> tuple[list[str], list[str]]:
    """Search the received files of a business and its landing folder for a row.

    Args:
        settings: The places of the files.
        slug: The business.
        cells: The filled cells of the row, as they were read.

    Returns:
        The landed files (paths or URLs) that hold a line with all of these cells or cannot be searched, and the keys of the uploads that do.
    """
    worded = [cell.lower() for cell in cells if len(cell) >= MIN_CELL and re.search(r"[^\W\d_]", cell) and not re.search(r'["\n\t]', cell)]
    searched = worded if len(worded) > 1 else [cell.lower() for cell in cells]

    def holds(path: Path) -> bool:
        try:
            return any(_with_all(lines.str.to_lowercase(), searched).any() for lines in iter_lines(path))
        except (UnreadableFileError, OSError):
            return True  # for a person to look at

    landed = [location for location, copy in iter_copies(settings.landing, slug) if holds(copy)]
    received = [path for path in sorted(settings.uploads.glob(f"*/{ORIGINAL}/*")) if path.is_file() and _is_of(path.parts[-3], slug)]
    return landed, sorted({path.parts[-3] for path in received if holds(path)})


def _with_all(lines: pl.Series, cells: list[str]) -> pl.Series:
    """Return which lines hold every one of some cells."""
    return lines.to_frame("line").select(pl.all_horizontal(pl.col("line").str.contains(cell, literal=True) for cell in cells)).to_series()


def is_named_after(name: str, emails: list[str], phones: list[str], names: list[tuple[str, str]]) -> bool:
    """Return whether the name of a file has a contact of a person, or the first and last name, in any order."""
    plain = plain_letters(name)
    words, digits = set(re.findall(r"[^\W\d_]+", plain)), re.sub(r"[^0-9]", "", name)
    if any(len(phone) >= 9 and phone[-9:] in digits for phone in phones) or any(plain_letters(email) in plain for email in emails):
        return True
    parts = [set(re.findall(r"[^\W\d_]+", plain_letters(f"{first} {last}"))) for first, last in names if first and last]
    joined = "".join(re.findall(r"[^\W\d_]+", plain))
    return any(
        part and (part <= words or any(len("".join(part)) > 7 and "".join(order) in joined for order in permutations(part)))
        for part in parts
        if len(part) <= 4
    )


def plain_letters(text: str) -> str:
    """Return a text in lower case without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(letter))


def forget_reports(settings: Settings, slug: str, emails: list[str], phones: list[str]) -> None:
    """Delete reports and rejected rows of a business that name one of these contacts, of any upload; a backfill makes them again."""
    ends = [phone[-9:] for phone in phones if len(phone) >= 9]
    for path in (*settings.uploads.glob("*/report.html"), *settings.uploads.glob("*/*.rejected.csv")):
        if not _is_of(path.parts[-2], slug):
            continue
        text = path.read_text("utf-8", errors="replace").lower()
        digits = re.sub(r"[^0-9\n]", "", text)
        if any(email in text for email in emails) or any(end in digits for end in ends):
            path.unlink(missing_ok=True)


def _is_of(key: str, slug: str) -> bool:
    """Return whether an upload is of a business; one whose key cannot be read may be."""
    parts = parse_key(key)
    return parts is None or parts.business == slug


def _holds(path: Path, emails: list[str], phones: list[str]) -> bool:
    """Return whether a line of a file holds one of the contacts; phones by their last nine digits, as henk.speaks_of compares them."""
    ends = [phone[-9:] for phone in phones if len(phone) >= 9]
    try:
        for lines in iter_lines(path):
            lower, digits = lines.str.to_lowercase(), lines.str.replace_all(r"[^0-9]", "")
            if any(lower.str.contains(email, literal=True).any() for email in emails):
                return True
            if any(digits.str.contains(end, literal=True).any() for end in ends):
                return True
    except (UnreadableFileError, OSError):
        return True  # for a person to look at
    return False
