"""Received uploads: `<home>/uploads/<key>/` holds an upload's bytes as they were, its manifest, its facts and later its rejected rows.

Later changes to the landing folder (a file replaced, changed, removed) do not matter: every later step, a backfill in a year included,
reads from this folder.
"""

import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from henk_pipeline.file_modes import make_private_folder, restrict
from henk_pipeline.locking import held
from henk_pipeline.uploads import fingerprint
from henk_pipeline.uploads.landing import LandedFile, fetch, fetch_manifest
from henk_pipeline.uploads.manifest import Manifest, ManifestError, parse_manifest

FACTS = "upload.json"
INCOMING = ".incoming"  # uploads on their way: no other process knows them yet
ORIGINAL = "original"  # a folder of its own: an upload may be called upload.json
MANIFEST = "manifest.toml"
_seen: dict[Path, tuple[int, dict[str, list[str]]]] = {}


@dataclass(frozen=True)
class ReceivedUpload:
    """The facts of an upload, as `upload.json` keeps them."""

    key: str
    business: str
    file_name: str
    size: int
    content_hash: str
    list_name: str
    received_at: str


def receive(landed: LandedFile, uploads: Path) -> ReceivedUpload:
    """Receive a landed file: copy it atomically to a folder of its own under `uploads`.

    The same bytes for the same list are recognised and keep their key; a changed manifest replaces the old one.

    Args:
        landed: The file.
        uploads: The folder of received uploads.

    Raises:
        FileChangingError: The file has changed since it was listed.
        OSError: A file cannot be read or written.
        locking.LockedError: Another process has held the lock for ten minutes.
    """
    incoming = uploads / INCOMING / secrets.token_hex(8)
    for folder in (uploads, uploads / INCOMING, incoming, incoming / ORIGINAL):
        make_private_folder(folder)
    try:
        copy = incoming / ORIGINAL / landed.name
        fetch(landed, copy)
        copy.chmod(0o600)
        manifest_text = fetch_manifest(landed)
        (incoming / MANIFEST).write_text(manifest_text, "utf-8")
        restrict(incoming / MANIFEST)
        content = fingerprint.content_hash(copy)
        list_name = list_name_of(landed.name, manifest_text)
        digest = fingerprint.identity(landed.business, content, list_name)
        with held(uploads / ".lock", f"receive {landed.name}"):
            existing = _find(uploads, landed.business, content, list_name, digest)
            if existing is not None:
                os.replace(incoming / MANIFEST, uploads / existing.key / MANIFEST)  # noqa: PTH105 - reads as what it does
                return existing
            now = datetime.now(UTC)
            upload = ReceivedUpload(
                key=fingerprint.upload_key(now, landed.business, landed.name, digest),
                business=landed.business,
                file_name=landed.name,
                size=copy.stat().st_size,
                content_hash=content,
                list_name=list_name,
                received_at=now.isoformat(timespec="seconds"),
            )
            (incoming / FACTS).write_text(json.dumps(asdict(upload), indent=2))
            restrict(incoming / FACTS)
            known_keys = _keys_by_hash(uploads)
            incoming.rename(uploads / upload.key)
            known_keys.setdefault(digest[:8], []).append(upload.key)
            _seen[uploads] = uploads.stat().st_mtime_ns, known_keys
            return upload
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def open_upload(uploads: Path, key: str) -> ReceivedUpload:
    """Return the facts of a received upload.

    Raises:
        FileNotFoundError: It was never received, or has been removed.
    """
    return ReceivedUpload(**json.loads((uploads / key / FACTS).read_text()))


def find_received(uploads: Path, business: str, content: str, list_name: str) -> ReceivedUpload | None:
    """Return the upload as which these bytes were received for this list of a business; None if they never were."""
    if not uploads.is_dir():
        return None
    return _find(uploads, business, content, list_name, fingerprint.identity(business, content, list_name))


def content_path(uploads: Path, upload: ReceivedUpload) -> Path:
    """Return the path of the bytes of an upload."""
    return uploads / upload.key / ORIGINAL / upload.file_name


def read_manifest(uploads: Path, upload: ReceivedUpload) -> Manifest:
    """Return the manifest that an upload came with.

    Raises:
        ManifestError: The manifest cannot be used.
    """
    return parse_manifest((uploads / upload.key / MANIFEST).read_text("utf-8"))


def list_name_of(file_name: str, manifest_text: str) -> str:
    """Return the list that an upload is for: its manifest's, else the file's stem (at most the 255 characters a list's name may have)."""
    try:
        named = parse_manifest(manifest_text).list
    except ManifestError:
        named = None  # the upload is refused for it later, with a reason that its owner sees
    return named or Path(file_name).stem[:255]


def _find(uploads: Path, business: str, content: str, list_name: str, digest: str) -> ReceivedUpload | None:
    for key in sorted(_keys_by_hash(uploads).get(digest[:8], [])):
        upload = open_upload(uploads, key)
        if (upload.business, upload.content_hash, upload.list_name) == (business, content, list_name):
            return upload
    return None


def _keys_by_hash(uploads: Path) -> dict[str, list[str]]:
    """Return the keys of all uploads by their hash. The folder is listed again only after another process has added one."""
    changed = uploads.stat().st_mtime_ns
    if _seen.get(uploads, (0, {}))[0] != changed:
        keys: dict[str, list[str]] = {}
        for name in os.listdir(uploads):  # noqa: PTH208 - names are wanted, of which there may be many
            parts = fingerprint.parse_key(name)
            if parts is not None:
                keys.setdefault(parts.identity, []).append(name)
        _seen[uploads] = changed, keys
    return _seen[uploads][1]
