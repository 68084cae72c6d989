"""The landing folder, `<landing>/<business slug>/<file>` with its manifest `<file>.toml`: what lies there, and how a file gets there."""

import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from henk_pipeline.uploads.fingerprint import content_hash

SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
MANIFEST_ENDING = ".toml"
# What browsers, rsync, sftp servers and editors call a file they are still writing, and what desktops leave about.
UNFINISHED_ENDINGS = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", ".swp", "~")
CLUTTER = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class LandedFile:
    """A file in the landing folder and the business it is for."""

    path: Path
    business: str

    @property
    def manifest(self) -> Path:
        """Where its manifest lies, if it has one."""
        return self.path.with_name(self.path.name + MANIFEST_ENDING)


@dataclass(frozen=True)
class LeftAlone:
    """Something in the landing folder that is not taken in, and why."""

    path: Path
    reason: str


def find_landed(landing: Path, settled_before: float | None = None) -> tuple[list[LandedFile], list[LeftAlone]]:
    """Everything in `landing`, in the order of its names: the files to take in, and what is left alone with the reason.

    Hidden files and manifests are neither. A missing folder holds nothing. A file that was written to since `settled_before` (seconds since
    1970) may still be on its way, and is left alone.
    """
    found: list[LandedFile] = []
    left: list[LeftAlone] = []
    for folder in sorted(landing.iterdir()) if landing.is_dir() else []:
        if folder.name.startswith("."):
            continue
        if folder.is_symlink():
            left.append(LeftAlone(folder, "it is a link; a business's folder must be one itself"))
        elif not folder.is_dir():
            left.append(LeftAlone(folder, "it lies in no business's folder: move it to <landing>/<business slug>/"))
        elif not SLUG.fullmatch(folder.name):
            left.append(LeftAlone(folder, "its name is not a business slug (lower-case letters, digits and hyphens)"))
        else:
            for path in sorted(folder.iterdir()):
                _sort_in(path, folder.name, settled_before, found, left)
    return found, left


def _sort_in(path: Path, business: str, settled_before: float | None, found: list[LandedFile], left: list[LeftAlone]) -> None:
    name = path.name.lower()
    if name.startswith(".") or name.endswith(MANIFEST_ENDING) or name in CLUTTER:
        return
    if name.endswith(UNFINISHED_ENDINGS):
        left.append(LeftAlone(path, "it looks like a file that is still being written; it is taken in under its final name"))
    elif path.is_symlink():
        left.append(LeftAlone(path, "it is a link; put the file itself here"))
    elif not path.is_file():
        left.append(LeftAlone(path, "it is not a file"))
    elif settled_before is not None and path.stat().st_mtime > settled_before:
        left.append(LeftAlone(path, "it was written to moments ago and may still be on its way; it is taken in on the next round"))
    else:
        found.append(LandedFile(path, business))


def land(file: Path, business: str, landing: Path, manifest: str | None) -> LandedFile:
    """Copy `file` and its `manifest` (TOML; None for none) to the business's landing folder, each whole or not at all.

    Other bytes under the same name stay: the new file then lands as `<stem>-<hash8><ending>`.
    Raises: ValueError if `business` is no slug; OSError.
    """
    if not SLUG.fullmatch(business):
        raise ValueError(f"{business!r} is not a business slug: lower-case letters, digits and hyphens.")
    folder = landing / business
    folder.mkdir(parents=True, exist_ok=True)
    digest = content_hash(file)
    target = folder / file.name
    if target.exists() and content_hash(target) != digest:
        target = target.with_name(f"{target.stem}-{digest[:8]}{target.suffix}")
    landed = LandedFile(target, business)
    # The manifest first: a night that starts in between must not see the file without it.
    if manifest is not None:
        _write_whole(landed.manifest, manifest.encode())
    if not target.exists():
        temporary = folder / f".{secrets.token_hex(8)}"
        shutil.copyfile(file, temporary)
        temporary.replace(target)
    return landed


def _write_whole(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    temporary.write_bytes(content)
    temporary.replace(path)
