"""Frames that may be too big for memory, piece by piece."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

PIECE = 50_000  # rows; also those of a row group of Parquet, so that reading a piece reads no more
# Pieces that are worked on at once; the engines let go of the interpreter, and memory grows with each.
AT_ONCE = 2
Piece = TypeVar("Piece")
Done = TypeVar("Done")


class Pieces:
    """Takes a frame piece by piece, and keeps it: in memory, or as Parquet files `<name>-<number>.parquet` in a folder, if there is one."""

    def __init__(self, name: str, scratch: Path | None, schema: Mapping[str, Any] | None = None) -> None:
        """`schema`: what is kept where nothing is taken."""
        self.name, self.scratch = name, scratch
        self.parts: list[pl.LazyFrame] = []
        if schema is not None:
            self.take(pl.DataFrame(schema=schema))

    def take(self, frame: pl.DataFrame) -> None:
        """Keep a piece. Of those without rows only the first, for its columns."""
        if not frame.height and self.parts:
            return
        if self.scratch is None:
            self.parts.append(frame.lazy())
            return
        path = self.scratch / f"{self.name}-{len(self.parts):06}.parquet"
        frame.write_parquet(path, compression="lz4", row_group_size=PIECE)
        self.parts.append(pl.scan_parquet(path))

    def all(self) -> pl.LazyFrame:
        """All that was taken, in its order."""
        return pl.concat(self.parts)


def beside(frame: pl.DataFrame, other: pl.DataFrame, on: str) -> pl.DataFrame:
    """`frame` with the columns of `other`, null where it says nothing of a row. A join would copy every column of a wide frame."""
    return frame.with_columns(frame.select(on).join(other, on=on, how="left", maintain_order="left").drop(on))


def joined(frame: pl.LazyFrame, other: pl.DataFrame, on: str) -> pl.DataFrame:
    """The rows of a frame that `other` names, with its columns: what `join` gives, of which no more than a piece and the result is in memory."""
    return pl.concat([piece.join(other, on=on) for piece in slices(frame)])


def slices(frame: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """The rows of a frame in their order, PIECE at a time; one piece without rows if it has none."""
    rows = frame.select(pl.len()).collect().item()
    for first in range(0, max(rows, 1), PIECE):
        yield frame.slice(first, PIECE).collect()


def gathered(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The rows of frames with the same columns in their order, at least PIECE at a time but for the last."""
    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(one.height for one in held) >= PIECE:
            yield pl.concat(held)
            held.clear()
    if held:
        yield pl.concat(held)


def at_once(work: Callable[[Piece], Done], pieces: Iterable[Piece], number: int = AT_ONCE) -> Iterator[Done]:
    """What `work` makes of every piece, in their order, that many of them at once; of one at a time in this thread."""
    if number == 1:
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(number) as pool:
        running: deque[Future[Done]] = deque()
        for piece in pieces:
            running.append(pool.submit(work, piece))
            if len(running) >= number:  # making pieces must not run ahead: what waits is in memory
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
