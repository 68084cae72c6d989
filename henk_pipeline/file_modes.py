"""Permissions of the folders and files that hold people's names and contacts.

They are for their owner alone, or also for a group that the operator names. settings.py and the modules that
write these folders know which ones
they are.
"""

import grp
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# For processes of Henk's own: every file that a library writes is for the owner alone.
UMASK = 0o077
OTHERS = 0o077
PASS_THROUGH = 0o011  # to reach what lies below a folder, without seeing what is in it


def make_private_folder(folder: Path) -> None:
    """Create a folder, and the parents that are missing, for their owner alone; an existing folder is restricted to its owner.

    Args:
        folder: The folder. Existing parents stay as they are.

    Raises:
        OSError: It cannot be created.
    """
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    restrict(folder)


def restrict(path: Path, keep: int = 0) -> None:
    """Remove the rights of the group and of others from a file or folder, except the bits in `keep`.

    A path that another user owns stays as it is.
    """
    mode = path.stat().st_mode
    if mode & OTHERS & ~keep:
        with suppress(PermissionError):
            path.chmod((mode & 0o7777) & ~(OTHERS & ~keep))


def find_open_to_others(folder: Path, keep: int = 0) -> Iterator[Path]:
    """Yield the files and folders below a folder, and the folder itself, that the group or others may use; links are ignored.

    Args:
        folder: The folder, or a single file; a path that does not exist has none.
        keep: Bits of the mode that may be set, e.g. those by which a group reads.
    """
    if folder.is_file() and folder.stat().st_mode & OTHERS & ~keep:
        yield folder
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in ("", *sorted(files)):
            path = os.path.join(parent, name) if name else parent  # noqa: PTH118 - of many files
            with suppress(FileNotFoundError):  # another process has removed it
                mode = os.lstat(path).st_mode
                if not stat.S_ISLNK(mode) and not stat.S_ISSOCK(mode) and mode & OTHERS & ~keep:
                    yield Path(path)


def share(path: Path, group: str | None) -> None:
    """Let the members of a group read a file, or list a folder; without a group only its owner.

    Raises:
        OSError: The path cannot be given to the group, because this user is not a member of it.
    """
    if group is not None:
        if path.stat().st_gid != grp.getgrnam(group).gr_gid:
            shutil.chown(path, group=group)
        path.chmod(0o750 if path.is_dir() else 0o640)
    else:
        restrict(path)


def restrict_home(home: Path, landing: Path | None, group: str | None = None) -> None:
    """Restrict the home to its owner; other users may pass through it, without listing it, where something below it is theirs.

    That is so for the embedded server, which root runs as another user; for members of `group`, who read the
    analytics; and where the landing folder or a business's folder in it belongs to another user, or may be
    written by one. A folder of the system that serves as home (/tmp, a user's home directory) stays as it is;
    the files in it have their own rights.
    """
    if not home.exists() or home in (Path.home(), Path("/")) or home.stat().st_mode & (stat.S_ISVTX | stat.S_IWOTH):
        return
    folders = [landing, *landing.iterdir()] if landing is not None and home in landing.parents and landing.is_dir() else []
    is_shared = any(_is_shared(folder) for folder in folders if folder.is_dir())
    has_server = os.geteuid() == 0 and (home / "postgres").exists()
    restrict(home, keep=PASS_THROUGH if is_shared or has_server or group is not None else 0)
    if group is not None:
        with suppress(PermissionError):
            home.chmod(home.stat().st_mode & 0o7777 | 0o001)


def _is_shared(folder: Path) -> bool:
    state = folder.stat()
    return state.st_uid != os.geteuid() or bool(state.st_mode & 0o022)
