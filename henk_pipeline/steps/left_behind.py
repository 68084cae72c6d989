"""What processes that were killed have left beside the files they were writing."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from henk_pipeline.settings import Settings
from henk_pipeline.uploads.landing import is_remote
from henk_pipeline.uploads.received import INCOMING

# Nobody writes on one file for so long.
SECONDS = 86400


def remove_left_behind(settings: Settings, older_than: float = SECONDS) -> int:
    """Remove what was begun more than so many seconds ago and never put in its place. Gives: how many files and folders that were.

    Everything is written under a hidden name beside its place and renamed, so that what is hidden and old is of a process that died.
    """
    before = time.time() - older_than
    found = [path for path in _begun(settings) if path.lstat().st_mtime <= before]
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def _begun(settings: Settings) -> Iterator[Path]:
    yield from (settings.uploads / INCOMING).glob("*")
    yield from settings.uploads.glob("[!.]*/.*")
    yield from settings.staging.glob("*/.*")
    if not is_remote(settings.landing):
        yield from Path(settings.landing).glob(f"*/.{'[0-9a-f]' * 16}")
    published = settings.analytics
    for pattern in (f".{published.name}.building-*", ".*.parquet", ".*.html"):
        yield from published.parent.glob(pattern)
