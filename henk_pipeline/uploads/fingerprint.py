"""The identity of an upload: its bytes, its business and the list it is for. The contents are not parsed."""

import hashlib
import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

MAX_STEM_LENGTH = 60
_PARTS = {
    "business": r"(?P<business>[a-z0-9][a-z0-9-]*)",
    "stem": r"(?P<stem>[a-z0-9.-]+)",
    "identity": r"(?P<identity>[0-9a-f]{8})",
    "received": r"(?P<received>\d{4}-\d{2}-\d{2}T\d{4})",
}
KEY = re.compile("_".join(_PARTS[name] for name in ("business", "stem", "identity", "received")))
OLD_KEY = re.compile("_".join(_PARTS[name] for name in ("received", "business", "stem", "identity")))


class UploadKey(NamedTuple):
    """The parts of an upload's key: `received` is `2026-11-22T0204` (UTC), `identity` the first 8 digits of `identity(…)`."""

    business: str
    stem: str
    identity: str
    received: str


def content_hash(path: Path) -> str:
    """Return the SHA-256 of the bytes of `path`, as 64 hexadecimal digits.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def identity(business: str, content: str, list_name: str) -> str:
    """Return 64 hexadecimal digits that are equal for the same bytes for the same list of the same business, and for nothing else."""
    return hashlib.sha256("\0".join((business, content, list_name)).encode()).hexdigest()


def upload_key(received: datetime, business: str, file_name: str, identity_digest: str) -> str:
    """Return `<business>_<file stem>_<hash8>_<received>`, e.g. `harbor-light_contacts_1f0c9a2b_2026-11-22T0204`.

    Dagster's UI cuts the middle of a long key: business and file come first, `received` (UTC, to the minute) last. Only `[a-z0-9._-]` and `T`:
    Dagster's UI cannot launch a backfill for a key that holds a comma.
    """
    return f"{business}_{plain_stem(file_name)}_{identity_digest[:8]}_{received:%Y-%m-%dT%H%M}"


def parse_key(key: str) -> UploadKey | None:
    """Return the parts of an upload's key, of today's form or of the older `<received>_<business>_<stem>_<hash8>`; None for another name.

    henk.upload_identity in PostgreSQL reads the hash of both forms.
    """
    match = KEY.fullmatch(key) or OLD_KEY.fullmatch(key)
    return UploadKey(**match.groupdict()) if match else None


def order_of_receipt(key: str) -> tuple[str, str]:
    """Return a sort key of upload keys: by the minute they were received in, then by name."""
    parts = parse_key(key)
    return (parts.received if parts else "", key)


def plain_stem(file_name: str) -> str:
    """Return the file's name without its ending, in `[a-z0-9.-]`, at most 60 characters; `upload` if nothing of it can be kept."""
    ascii_only = unicodedata.normalize("NFKD", Path(file_name).stem.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", ascii_only).strip("-.")[:MAX_STEM_LENGTH].strip("-.") or "upload"
