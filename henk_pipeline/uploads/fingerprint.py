"""What makes an upload the same upload: its bytes, its business and the list it is for. No reading of what is inside."""

import hashlib
import re
import unicodedata
from datetime import datetime
from pathlib import Path

CHUNK = 2**20
LONGEST_STEM = 60


def content_hash(path: Path) -> str:
    """SHA-256 of the bytes of `path`, as 64 hexadecimal digits. Raises: OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def identity(business: str, content: str, list_name: str) -> str:
    """64 hexadecimal digits that are equal for the same bytes for the same list of the same business, and for nothing else."""
    return hashlib.sha256("\0".join((business, content, list_name)).encode()).hexdigest()


def upload_key(received: datetime, business: str, file_name: str, identity_digest: str) -> str:
    """`<received>_<business>_<file stem>_<hash8>`, e.g. `2026-11-22T0204_harbor-light_contacts_1f0c9a2b`.

    `received` (UTC, to the minute) comes first, so that a night is a range of keys and `2026-11*` a month. Only `[a-z0-9._-]` and `T`:
    Dagster's UI cannot launch a backfill for a key that holds a comma.
    """
    return f"{received:%Y-%m-%dT%H%M}_{business}_{plain_stem(file_name)}_{identity_digest[:8]}"


def plain_stem(file_name: str) -> str:
    """The file's name without its ending, in `[a-z0-9.-]`, at most 60 characters; `upload` where nothing of it can be kept."""
    ascii_only = unicodedata.normalize("NFKD", Path(file_name).stem.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", ascii_only).strip("-.")[:LONGEST_STEM].strip("-.") or "upload"
