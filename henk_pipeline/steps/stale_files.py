"""Unfinished files that killed processes have left."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from henk_pipeline.settings import Settings
from henk_pipeline.uploads.landing import is_remote
from henk_pipeline.uploads.received import INCOMING

# No process writes on one file for so long.
SECONDS = 86400


def remove_stale_files(settings: Settings, older_than: float = SECONDS) -> int:
    """Remove files and folders that were begun more than so many seconds ago and never put in their place.

    Every file is written under a hidden name next to its place and renamed, so that one that is hidden and old
    is of a process that crashed.

    Returns:
        The number of files and folders that were removed.
    """
    before = time.time() - older_than
    paths = [path for path in _begun(settings) if path.lstat().st_mtime <= before]
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return len(paths)


def _begun(settings: Settings) -> Iterator[Path]:
    yield from (settings.uploads / INCOMING).glob("*")
    yield from settings.uploads.glob("[!.]*/.*")
    yield from settings.staging.glob("*/.*")
    if not is_remote(settings.landing):
        yield from Path(settings.landing).glob(f"*/.{'[0-9a-f]' * 16}")
    folder = settings.analytics.parent
    for pattern in (".*.building-*", "businesses/.*.building-*", ".*.parquet", ".*.html"):
        yield from folder.glob(pattern)
    yield from settings.private.glob(".*.building-*")
