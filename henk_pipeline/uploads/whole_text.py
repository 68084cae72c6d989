"""Everything that is written in a file, also where no import reads it: all sheets, hidden rows, title lines, second tables."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from henk_pipeline.uploads.decoding import decode
from henk_pipeline.uploads.unpacking import UnreadableFileError, iter_cells, unpack

LINES_AT_ONCE = 50_000
ARCHIVES = ("gzip", "zip")


def iter_lines(path: Path) -> Iterator[pl.Series]:
    """Yield the lines of a file; of a workbook the rows of every sheet, their cells between tabs.

    Args:
        path: a file as it was received: text in any encoding, a workbook, or one of them packed.

    Yields:
        Series of text, `LINES_AT_ONCE` lines each at most.

    Raises:
        UnreadableFileError: the file is no table, or an archive with other files in it that are not looked into.
        OSError: the file cannot be opened.
    """
    with tempfile.TemporaryDirectory(prefix="henk-reading-") as folder:
        scratch = Path(folder)
        unpacked = unpack(path, scratch)
        packed_in, _, kind = (unpacked.container or "").rpartition(", ")
        if kind and kind not in ARCHIVES:
            yield from _batches("\t".join(cells) for _, cells in iter_cells(scratch / "unpacked" if packed_in else path))
        elif unpacked.passed_over:
            raise UnreadableFileError("The archive holds several files.")
        else:
            decoded = decode(unpacked.path, scratch)
            with decoded.path.open(encoding="utf-8", errors="replace") as file:
                yield from _batches(file)


def _batches(lines: Iterable[str]) -> Iterator[pl.Series]:
    following = iter(lines)
    while batch := list(islice(following, LINES_AT_ONCE)):
        yield pl.Series(batch, dtype=pl.String)
