"""The landing folder, `<landing>/<business slug>/<file>` with its manifest `<file>.toml`, on a disk or in an object store (fsspec).

This module lists it, puts files there, and fetches them.
"""

import hashlib
import json
import re
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
MANIFEST_ENDING = ".toml"  # in any case
# Endings that a manifest gets by mistake: Windows hides ".txt", and saves "people.csv.toml" under it.
MISTAKEN_ENDINGS = (".toml.txt", ".toml.toml", ".tml")
AT_ONCE = ".at-once"  # a file of this name in a business's folder asks for an immediate import of its files
# Endings of files that browsers, rsync, sftp servers and editors are still writing.
UNFINISHED_ENDINGS = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", ".swp", "~")
MAX_NAME_LENGTH = 255 - len(".rejected.csv")  # bytes: files derived from it have a longer name
CLUTTER = {"thumbs.db", "desktop.ini"}  # files that desktops leave behind
# Facts of a file in a store that change when its bytes do. An entity tag is enough; on a disk they are size, times and inode.
TAGS = ("ETag", "etag", "md5Hash")
TIMES = ("mtime", "LastModified", "last_modified", "updated")
DISK = ("mtime", "created", "ino")


# The modules of the libraries of object stores, and words in the names of their errors for missing or refused credentials.
STORE_MODULES = {"botocore", "aiobotocore", "aiohttp", "s3fs", "gcsfs", "adlfs", "azure", "google"}
CREDENTIAL_ERRORS = re.compile(r"Credential|Authenti|Authori|Token|SSO|ProfileNotFound|Forbidden|Permission|Refresh", re.IGNORECASE)


class LandingError(InfrastructureError):
    """The object store of the landing folder cannot be used; the message names the bucket, the reason and what to do."""


class ManifestNameError(ValueError):
    """A manifest next to a file has another name than the file; the message names the right one."""


class FileChangingError(RuntimeError):
    """A file was written to while it was read; the next round receives it."""


@dataclass(frozen=True)
class LandedFile:
    """A file in the landing folder: its path or URL, the business it is for, and signatures of this state of it and of its manifest.

    `manifest_name` is set where the manifest's name differs from the file's in case: `A.CSV` and `a.csv.TOML`.
    """

    location: str
    business: str
    signature: str = ""
    manifest_signature: str | None = None
    manifest_name: str | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.location.rsplit("/", 1)[-1]

    @property
    def manifest(self) -> str:
        """The path or URL of its manifest, if it has one."""
        folder = self.location[: -len(self.name)]
        return folder + (self.manifest_name or self.name + MANIFEST_ENDING)


SETTLING = "it was written to moments ago and may still be on its way; it is taken in on the next round"


@dataclass(frozen=True)
class IgnoredEntry:
    """An entry of the landing folder that is not received, and the reason."""

    location: str
    reason: str

    @property
    def is_settling(self) -> bool:
        """Whether it is left alone for this look only."""
        return self.reason == SETTLING


class LandingListing(NamedTuple):
    """The contents of the landing folder: files to receive, entries left alone, and businesses whose folder asks for an immediate import."""

    files: list[LandedFile]
    left: list[IgnoredEntry]
    at_once: set[str]


class ManifestNames(NamedTuple):
    """The manifests of a folder: by file the name of its manifest, and by entry the reason for which it is left alone."""

    manifests: dict[str, str]
    reasons: dict[str, str]


def match_manifests(names: Iterable[str]) -> ManifestNames:
    """Match the manifests of a folder to its files: `<file>.toml`, without case where only one file has the name.

    A manifest of another name belongs to no file. A file that it may be meant for has a reason, too: without its manifest the file
    would join no campaign, and might be read wrongly.

    Args:
        names: The names of the folder's files.
    """
    files, tomls = list[str](), list[str]()
    for name in sorted(names):
        if not _is_hidden(name.lower()):
            (tomls if _is_manifest(name) else files).append(name)
    matched = ManifestNames({}, {})
    by_key = _grouped(files, str.lower)
    existing, rest = set(files), []
    # Those of the exact name first: another one in other case does not take their place.
    for toml in sorted(tomls, key=lambda toml: (_named_file(toml) not in existing, not toml.endswith(MANIFEST_ENDING))):
        if _has_mistaken_ending(toml):
            rest.append(toml)
            continue
        named = _named_file(toml)
        owners = [named] if named in existing else by_key.get(named.lower(), [])
        free = [owner for owner in owners if owner not in matched.manifests]
        if len(free) == 1:
            matched.manifests[free[0]] = toml
        elif owners and not free:
            matched.reasons[toml] = f"{owners[0]} has the manifest {matched.manifests[owners[0]]}: merge the two and remove one"
        else:
            rest.append(toml)
    _explain_others(rest, files, matched)
    return matched


def _explain_others(tomls: Sequence[str], files: Sequence[str], matched: ManifestNames) -> None:
    """Add the reasons for which manifests of other names, and the files that they may be meant for, are left alone."""
    by_key, by_stem = _grouped(files, str.lower), _grouped(files, _stem)
    for toml in tomls:
        named = _named_file(toml)
        meant = [
            name
            for name in dict.fromkeys((*by_key.get(named.lower(), []), *by_stem.get(named.lower(), [])))
            if name not in matched.manifests and not name.lower().endswith(UNFINISHED_ENDINGS)
        ]
        for name in meant:
            matched.reasons.setdefault(
                name,
                f"the manifest next to it, {toml}, has another name: rename that to {name}{MANIFEST_ENDING}, "
                "or move it elsewhere if it is of another file",
            )
        owned = next((name for name in by_key.get(named.lower(), []) if name in matched.manifests), None)
        if owned and not meant:
            matched.reasons[toml] = f"{owned} has the manifest {matched.manifests[owned]}: merge the two and remove one"
        elif meant:
            matched.reasons[toml] = f"a manifest is named like its file with {MANIFEST_ENDING} added: {meant[0]}{MANIFEST_ENDING}"
        elif not any(named.lower() == name.lower().removesuffix(ending) for name in files for ending in UNFINISHED_ENDINGS):
            matched.reasons[toml] = f"there is no file {named}: a manifest is named like its file with {MANIFEST_ENDING} added"


def find_manifest(file: Path) -> Path | None:
    """Return the manifest next to a file, as a night takes it; None if there is none.

    Raises:
        ManifestNameError: One of another name may be meant for the file.
    """
    names = [path.name for path in file.parent.iterdir()]
    # As in most folders. To look at each entry of a folder for each of its files takes the square of their number.
    if not any(map(_is_manifest, names)):
        return None
    others = (name for name in names if _is_manifest(name) or file.with_name(name).is_file())
    matched = match_manifests([file.name, *others])
    if file.name in matched.reasons:
        raise ManifestNameError(f"{file.name}: {matched.reasons[file.name]}.")
    return file.with_name(matched.manifests[file.name]) if file.name in matched.manifests else None


def _grouped(names: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(key(name), []).append(name)
    return groups


def _stem(name: str) -> str:
    return (name.rpartition(".")[0] or name).lower()


def _named_file(manifest: str) -> str:
    ending = next((ending for ending in MISTAKEN_ENDINGS if manifest.lower().endswith(ending)), MANIFEST_ENDING)
    return manifest[: -len(ending)]


def _has_mistaken_ending(name: str) -> bool:
    return name.lower().endswith(MISTAKEN_ENDINGS)


def find_landed(landing: str | Path, settled_before: float | None = None) -> LandingListing:
    """List everything in the landing folder, in the order of its names, by one request.

    Hidden files and manifests of files are neither received nor left alone. A missing folder holds nothing.

    Args:
        landing: The landing folder.
        settled_before: Seconds since 1970. A file or manifest that was written to later may still be on its way, and is left alone.

    Raises:
        LandingError: The object store cannot be used.
        OSError: The folder cannot be read.
    """
    store, root = _open(landing)
    store.invalidate_cache()
    # A disk is not searched deeper than needed; an object store has no folders and lists everything by one request.
    with _store_errors(landing, needs_bucket=True):
        listing = store.find(root, maxdepth=None if _is_remote(store) else 2, withdirs=True, detail=True)
    landed = LandingListing([], [], set())
    places = {path: path[len(root) :].strip("/").split("/") for path in sorted(listing)}
    matched = _match_all(places.values())
    for path, (folder, *inside) in places.items():
        location = _location(store, path)
        if not folder or _is_hidden(folder.lower()):
            continue
        if not inside:
            reason = _why_no_folder(folder, listing[path])
        elif inside == [AT_ONCE]:
            landed.at_once.add(folder)
            continue
        elif not SLUG.fullmatch(folder) or _is_passed_over(inside, matched[folder].reasons):
            continue
        else:
            name = matched[folder].manifests.get(inside[-1]) if len(inside) == 1 else None
            manifest = listing[f"{path.rpartition('/')[0]}/{name}"] if name else None
            reason = _why_not(inside, listing[path], manifest, settled_before) or matched[folder].reasons.get(inside[0])
            if reason is None:
                renamed = name if name != inside[-1] + MANIFEST_ENDING else None
                landed.files.append(LandedFile(location, folder, _state(listing[path]), _state(manifest) if manifest else None, renamed))
        if reason:
            landed.left.append(IgnoredEntry(_printable(location), _printable(reason)))
    return landed


def _printable(text: str) -> str:
    r"""Return text in which bytes of a name that are not UTF-8 are written as \udcXX, so that logs, pages and PostgreSQL take it."""
    return text.encode("utf-8", "backslashreplace").decode()


def _is_utf8(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def _match_all(places: Iterable[list[str]]) -> dict[str, ManifestNames]:
    """Return the manifests of each folder of the landing folder."""
    names: dict[str, list[str]] = {}
    for folder, *inside in places:
        names.setdefault(folder, []).extend(inside if len(inside) == 1 else [])
    return {folder: match_manifests(inside) for folder, inside in names.items()}


def list_left_aside(landing: str | Path, settled_before: float | None = None) -> list[IgnoredEntry]:
    """List the entries of the landing folder that are not received, by their paths in it; the other arguments and errors are `find_landed`'s."""
    return by_paths(landing, find_landed(landing, settled_before).left)


def by_paths(landing: str | Path, entries: Iterable[IgnoredEntry]) -> list[IgnoredEntry]:
    """Return entries of the landing folder with their paths in it for their locations."""
    prefix = f"{str(landing).rstrip('/')}/"
    return [IgnoredEntry(entry.location.removeprefix(prefix), entry.reason) for entry in entries]


def _why_no_folder(name: str, info: Mapping[str, Any]) -> str | None:
    if info.get("islink"):
        return "it is a link; a business's folder must be one itself"
    if info["type"] != "directory":
        return "it lies in no business's folder: move it to <landing>/<business slug>/"
    return None if SLUG.fullmatch(name) else "its name is not a business slug (lower-case letters, digits and hyphens)"


def _is_passed_over(inside: list[str], reasons: Mapping[str, str]) -> bool:
    """Return whether an entry of a business's folder is neither a file nor left alone: hidden, or a manifest of a file."""
    return _is_hidden(inside[-1].lower()) or (_is_manifest(inside[-1]) and inside[0] not in reasons)


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name in CLUTTER  # "~$": Office's note that a file is open


def _is_manifest(name: str) -> bool:
    return name.lower().endswith((MANIFEST_ENDING, *MISTAKEN_ENDINGS))


def _why_not(  # noqa: PLR0911 - one line a reason
    inside: list[str], info: Mapping[str, Any], manifest: Mapping[str, Any] | None, settled_before: float | None
) -> str | None:
    written = max(_written(entry) for entry in (info, manifest) if entry is not None)
    is_settling = settled_before is not None and written > settled_before
    if inside[-1].lower().endswith(UNFINISHED_ENDINGS):
        return SETTLING if is_settling else "it looks like a file that is still being written; it is taken in under its final name"
    if info.get("islink"):
        return "it is a link; put the file itself here"
    if len(inside) > 1:
        return "it lies in a folder within the business's folder; put it into the business's folder itself"
    if info["type"] == "directory":
        return "it is a folder within the business's folder; put its files into the business's folder itself"
    if info["type"] != "file":
        return "it is not a file"
    if not _is_utf8(inside[-1]):
        return "its name is not written in UTF-8; rename it, for example in plain letters"
    if len(inside[-1].encode()) > MAX_NAME_LENGTH:
        return "its name is too long for a disk; give it a shorter one"
    return SETTLING if is_settling else None


def _state(info: Mapping[str, Any]) -> str:
    """Return text that changes with a file's bytes: its entity tag, or on a disk its size, times and inode."""
    names = [name for name in TAGS if info.get(name)] or [name for name in DISK if name in info]
    return json.dumps([info["size"], *(str(info[name]) for name in names)])


def _written(info: Mapping[str, Any]) -> float:
    """Return the time of the last write to a file, in seconds since 1970; 0 if the store does not give it."""
    for name in TIMES:
        written_at = info.get(name)
        if isinstance(written_at, str):
            written_at = datetime.fromisoformat(written_at)
        if written_at is not None:
            return written_at.timestamp() if isinstance(written_at, datetime) else float(written_at)
    return 0.0


def land(file: Path, business: str, landing: str | Path, manifest: str | None) -> LandedFile:
    """Copy a file and its manifest to the business's landing folder, each atomically.

    Other bytes under the same name stay: the new file then lands as `<stem>-<hash8><ending>`.

    Args:
        file: The file.
        business: The slug of the business.
        landing: The landing folder.
        manifest: The manifest (TOML); None for none.

    Raises:
        ValueError: `business` is no slug.
        LandingError: The object store cannot be used.
        OSError: A file cannot be read or written.
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
    """Copy a landed file to `target`.

    Raises:
        FileChangingError: The file has changed since it was listed.
        FileNotFoundError: The file is gone.
        LandingError: The object store cannot be used.
        OSError: A file cannot be read or written.
    """
    store, path = _open(landed.location)
    with _store_errors(landed.location):
        store.get_file(path, str(target))
        store.invalidate_cache()
        state = _state(store.info(path))
    if state != landed.signature:
        raise FileChangingError(f"{landed.location!r} changed while it was read; it is taken in on the next round.")


def fetch_manifest(landed: LandedFile) -> str:
    """Return the text of a landed file's manifest, empty if it has none."""
    store, path = _open(landed.manifest)
    try:
        with _store_errors(landed.manifest):
            return bytes(store.cat_file(path)).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def iter_copies(landing: str | Path, business: str) -> Iterator[tuple[str, Path]]:
    """Yield every file in a business's landing folder, also those that no night receives: its path or URL, and the path of its bytes.

    A file of an object store is fetched, and its copy is removed before the next one is fetched.

    Raises:
        LandingError: The object store cannot be used.
        OSError: A file cannot be read.
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
    """List the landing folder in an object store, which may be empty.

    Raises:
        LandingError: The object store cannot be used.
    """
    store, root = _open(landing)
    store.invalidate_cache()
    with _store_errors(landing, needs_bucket=True):
        try:
            store.ls(root, refresh=True)
        except FileNotFoundError:  # an empty folder is none in an object store
            store.ls(_open(_bucket(landing))[1], refresh=True)


@contextmanager
def _store_errors(location: str | Path, *, needs_bucket: bool = False) -> Iterator[None]:
    """Raise LandingError for errors of the library of an object store.

    Args:
        location: The path or URL that is used.
        needs_bucket: Whether a missing bucket is such an error, too.
    """
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
    """Write a file atomically: an object store does so by itself, on a disk it is renamed into its place."""
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
    """Return whether a landing folder is in an object store."""
    return _is_remote(_open(landing)[0])


def _location(store: "AbstractFileSystem", path: str) -> str:
    """Return the URL of a path in an object store; on a disk the path itself."""
    return str(store.unstrip_protocol(path)) if _is_remote(store) else path


def _is_remote(store: "AbstractFileSystem") -> bool:
    return "file" not in (store.protocol if isinstance(store.protocol, tuple) else (store.protocol,))


def _open(location: str | Path) -> tuple["AbstractFileSystem", str]:
    """Return the store of a path or URL, and the path in it.

    Raises:
        InfrastructureError: The library for the scheme is not installed.
    """
    import fsspec.core  # noqa: PLC0415 - a tenth of a second

    try:
        store, path = fsspec.core.url_to_fs(str(location))
    except (ImportError, ValueError) as error:
        raise InfrastructureError(
            f"{location} cannot be opened: {error}. For S3: pip install 'henk_pipeline[s3]'; also [gs], [az]."
        ) from error
    return store, path.rstrip("/")
