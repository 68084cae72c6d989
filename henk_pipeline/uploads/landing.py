"""The landing folder, `<landing>/<business slug>/<file>` with its manifest `<file>.toml`, on a disk or in an object store (fsspec): what lies
there, how a file gets there, and how it is fetched.
"""

import hashlib
import json
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.uploads.fingerprint import content_hash

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
MANIFEST_ENDING = ".toml"
AT_ONCE = ".at-once"  # a file of this name in a business's folder asks for its files to be taken in at once
# What browsers, rsync, sftp servers and editors call a file they are still writing, and what desktops leave about.
UNFINISHED_ENDINGS = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", ".swp", "~")
LONGEST_NAME = 255 - len(".rejected.csv")  # bytes: what is written beside it has a longer one
CLUTTER = {"thumbs.db", "desktop.ini"}
# What stores say of a file that changes when its bytes do. An entity tag says it all; on a disk it is size, times and inode.
TAGS = ("ETag", "etag", "md5Hash")
TIMES = ("mtime", "LastModified", "last_modified", "updated")
DISK = ("mtime", "created", "ino")


# The modules of the libraries of object stores, and what the names of their errors have where credentials are missing or refused.
STORE_MODULES = {"botocore", "aiobotocore", "aiohttp", "s3fs", "gcsfs", "adlfs", "azure", "google"}
CREDENTIAL_ERRORS = re.compile(r"Credential|Authenti|Authori|Token|SSO|ProfileNotFound|Forbidden|Permission|Refresh", re.IGNORECASE)


class LandingError(InfrastructureError):
    """The object store of the landing folder cannot be used; the message names the bucket, the reason and what to do."""


class FileChangingError(RuntimeError):
    """A file was written to while it was read; it is taken in on the next round."""


@dataclass(frozen=True)
class LandedFile:
    """A file in the landing folder: its path or URL, the business it is for, and what tells this state of it and its manifest from others."""

    location: str
    business: str
    signature: str = ""
    manifest_signature: str | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.location.rsplit("/", 1)[-1]

    @property
    def manifest(self) -> str:
        """Where its manifest lies, if it has one."""
        return self.location + MANIFEST_ENDING


@dataclass(frozen=True)
class LeftAlone:
    """Something in the landing folder that is not taken in, and why."""

    location: str
    reason: str


class Landed(NamedTuple):
    """What lies in the landing folder: files to take in, what is left alone, and the businesses whose folder asks for being taken in at once."""

    files: list[LandedFile]
    left: list[LeftAlone]
    at_once: set[str]


def find_landed(landing: str | Path, settled_before: float | None = None) -> Landed:
    """Everything in `landing`, in the order of its names, from one listing.

    Hidden files and manifests are neither taken in nor left alone. A missing folder holds nothing. A file or manifest that was written to since
    `settled_before` (seconds since 1970) may still be on its way, and is left alone. Raises: LandingError; OSError.
    """
    store, root = _open(landing)
    store.invalidate_cache()
    # A disk is not searched deeper than needed; an object store knows no folders and lists everything in one go.
    with _store_errors(landing, needs_bucket=True):
        listing = store.find(root, maxdepth=None if _is_remote(store) else 2, withdirs=True, detail=True)
    found = Landed([], [], set())
    for path in sorted(listing):
        folder, *inside = path[len(root) :].strip("/").split("/")
        location = _location(store, path)
        if not folder or folder.startswith("."):
            continue
        if not inside:
            reason = _why_no_folder(folder, listing[path])
            if reason:
                found.left.append(LeftAlone(location, reason))
        elif inside == [AT_ONCE]:
            found.at_once.add(folder)
        elif SLUG.fullmatch(folder) and not _is_passed_over(inside[-1].lower()):
            manifest = listing.get(path + MANIFEST_ENDING)
            reason = _why_not(inside, listing[path], manifest, settled_before)
            if reason:
                found.left.append(LeftAlone(location, reason))
            else:
                found.files.append(LandedFile(location, folder, _state(listing[path]), _state(manifest) if manifest else None))
    return found


def _why_no_folder(name: str, info: Mapping[str, Any]) -> str | None:
    if info.get("islink"):
        return "it is a link; a business's folder must be one itself"
    if info["type"] != "directory":
        return "it lies in no business's folder: move it to <landing>/<business slug>/"
    return None if SLUG.fullmatch(name) else "its name is not a business slug (lower-case letters, digits and hyphens)"


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name.endswith(MANIFEST_ENDING) or name in CLUTTER


def _why_not(  # noqa: PLR0911 - one line a reason
    inside: list[str], info: Mapping[str, Any], manifest: Mapping[str, Any] | None, settled_before: float | None
) -> str | None:
    if inside[-1].lower().endswith(UNFINISHED_ENDINGS):
        return "it looks like a file that is still being written; it is taken in under its final name"
    if info.get("islink"):
        return "it is a link; put the file itself here"
    if len(inside) > 1:
        return "it lies in a folder within the business's folder; put it into the business's folder itself"
    if info["type"] != "file":
        return "it is not a file"
    if len(inside[-1].encode()) > LONGEST_NAME:
        return "its name is too long for a disk; give it a shorter one"
    written = max(_written(one) for one in (info, manifest) if one is not None)
    if settled_before is not None and written > settled_before:
        return "it was written to moments ago and may still be on its way; it is taken in on the next round"
    return None


def _state(info: Mapping[str, Any]) -> str:
    """What changes with a file's bytes: its entity tag, or on a disk its size, times and inode."""
    names = [name for name in TAGS if info.get(name)] or [name for name in DISK if name in info]
    return json.dumps([info["size"], *(str(info[name]) for name in names)])


def _written(info: Mapping[str, Any]) -> float:
    """When a file was written to last, in seconds since 1970; 0 where the store does not tell."""
    for name in TIMES:
        told = info.get(name)
        if isinstance(told, str):
            told = datetime.fromisoformat(told)
        if told is not None:
            return told.timestamp() if isinstance(told, datetime) else float(told)
    return 0.0


def land(file: Path, business: str, landing: str | Path, manifest: str | None) -> LandedFile:
    """Copy `file` and its `manifest` (TOML; None for none) to the business's landing folder, each whole or not at all.

    Other bytes under the same name stay: the new file then lands as `<stem>-<hash8><ending>`.
    Raises: ValueError if `business` is no slug; LandingError; OSError.
    """
    if not SLUG.fullmatch(business):
        raise ValueError(f"{business!r} is not a business slug: lower-case letters, digits and hyphens.")
    store, root = _open(landing)
    folder = f"{root}/{business}"
    digest = content_hash(file)
    with _store_errors(landing, needs_bucket=True):
        if not _is_remote(store):  # a bucket that is missing, perhaps for a name mistyped, is not made
            store.makedirs(folder, exist_ok=True)
        target = f"{folder}/{file.name}"
        if store.exists(target) and _hash_of(store, target) != digest:
            target = f"{folder}/{file.stem}-{digest[:8]}{file.suffix}"
        # The manifest first: a night that starts in between must not see the file without it.
        if manifest is not None:
            _put(store, target + MANIFEST_ENDING, manifest.encode())
        if not store.exists(target):
            _put(store, target, file)
        store.invalidate_cache()
        info = store.info(target)
        state = _state(store.info(target + MANIFEST_ENDING)) if store.exists(target + MANIFEST_ENDING) else None
    return LandedFile(_location(store, target), business, _state(info), state)


def fetch(landed: LandedFile, target: Path) -> None:
    """Copy a landed file to `target`. Raises: FileChangingError if it is not what was listed; FileNotFoundError; LandingError; OSError."""
    store, path = _open(landed.location)
    with _store_errors(landed.location):
        store.get_file(path, str(target))
        store.invalidate_cache()
        state = _state(store.info(path))
    if state != landed.signature:
        raise FileChangingError(f"{landed.location!r} changed while it was read; it is taken in on the next round.")


def fetch_manifest(landed: LandedFile) -> str:
    """The text of a landed file's manifest; nothing if it has none."""
    store, path = _open(landed.manifest)
    try:
        with _store_errors(landed.manifest):
            return bytes(store.cat_file(path)).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def iter_copies(landing: str | Path, business: str) -> Iterator[tuple[str, Path]]:
    """Yield every file in a business's landing folder, also those that no night takes in: its path or URL, and where its bytes can be read.

    A file of an object store is fetched, and gone when the next one is asked for.

    Raises:
        LandingError: the object store cannot be used.
        OSError: a file cannot be read.
    """
    store, root = _open(landing)
    store.invalidate_cache()
    with _store_errors(landing, needs_bucket=True):
        paths = sorted(store.find(f"{root}/{business}"))
    for path in paths:
        if not _is_remote(store):
            yield path, Path(path)
            continue
        with tempfile.TemporaryDirectory(prefix="henk-fetching-") as folder:
            copy = Path(folder) / "fetched"
            with _store_errors(landing):
                store.get_file(path, str(copy))
            yield _location(store, path), copy


def require_store(landing: str) -> None:
    """List the landing folder in an object store, which may be empty. Raises: LandingError."""
    store, root = _open(landing)
    store.invalidate_cache()
    with _store_errors(landing, needs_bucket=True):
        try:
            store.ls(root, refresh=True)
        except FileNotFoundError:  # an empty folder is none in an object store
            store.ls(_open(_bucket(landing))[1], refresh=True)


@contextmanager
def _store_errors(location: str | Path, *, needs_bucket: bool = False) -> Iterator[None]:
    """Raise LandingError for what the library of an object store raises; `needs_bucket`: also where the bucket is not there."""
    if "://" not in str(location):
        yield
        return
    bucket = _bucket(str(location))
    try:
        yield
    except FileNotFoundError as error:
        if not needs_bucket:
            raise
        raise LandingError(f"HENK_LANDING: there is no bucket {bucket}. Create it, or correct the setting.") from error
    except Exception as error:
        if not (isinstance(error, PermissionError) or type(error).__module__.partition(".")[0] in STORE_MODULES):
            raise
        reason = f"{type(error).__name__}: {error}"
        if CREDENTIAL_ERRORS.search(type(error).__name__):
            raise LandingError(
                f"HENK_LANDING: this process has no credentials that {bucket} accepts ({reason}). Set them as the store's library reads "
                "them, for S3 AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile, and give them rights to list, read and write."
            ) from error
        raise LandingError(f"HENK_LANDING: the store of {bucket} cannot be reached ({reason}).") from error


def _bucket(location: str) -> str:
    """Return the bucket of a URL, as a URL."""
    scheme, _, path = location.partition("://")
    return f"{scheme}://{path.partition('/')[0]}"


def _put(store: "AbstractFileSystem", target: str, content: Path | bytes) -> None:
    """Write a file whole or not at all: an object store does so by itself, on a disk it is renamed into its place."""
    path = target if _is_remote(store) else f"{target.rpartition('/')[0]}/.{secrets.token_hex(8)}"
    if isinstance(content, bytes):
        store.pipe_file(path, content)
    else:
        store.put_file(str(content), path)
    if path != target:
        Path(path).replace(target)


def _hash_of(store: "AbstractFileSystem", path: str) -> str:
    with store.open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_remote(landing: str | Path) -> bool:
    """Whether a landing folder lies in an object store."""
    return _is_remote(_open(landing)[0])


def _location(store: "AbstractFileSystem", path: str) -> str:
    """The URL of a path in an object store; on a disk the path itself."""
    return str(store.unstrip_protocol(path)) if _is_remote(store) else path


def _is_remote(store: "AbstractFileSystem") -> bool:
    return "file" not in (store.protocol if isinstance(store.protocol, tuple) else (store.protocol,))


def _open(location: str | Path) -> tuple["AbstractFileSystem", str]:
    """The store of a path or URL, and the path in it. Raises: InfrastructureError for a scheme whose library is not installed."""
    import fsspec.core  # noqa: PLC0415 - a tenth of a second

    try:
        store, path = fsspec.core.url_to_fs(str(location))
    except (ImportError, ValueError) as error:
        raise InfrastructureError(
            f"{location} cannot be opened: {error}. For S3: pip install 'henk_pipeline[s3]'; also [gs], [az]."
        ) from error
    return store, path.rstrip("/")
