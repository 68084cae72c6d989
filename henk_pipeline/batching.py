"""Frames that may be too big for memory, batch by batch."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

BATCH_ROWS = 50_000  # rows; also those of a row group of Parquet, so that reading a batch reads no more
# Batches that are worked on concurrently; the engines release the interpreter, and memory grows with each.
WORKERS = 2
Item = TypeVar("Item")
Result = TypeVar("Result")


class BatchStore:
    """A store of a frame's batches: in memory, or as Parquet files `<name>-<number>.parquet` in a folder, if there is one."""

    def __init__(self, name: str, scratch: Path | None, schema: Mapping[str, Any] | None = None) -> None:
        """Make an empty store.

        Args:
            name: The name of the files.
            scratch: The folder; None: in memory.
            schema: The schema of the frame if no batch is taken.
        """
        self.name, self.scratch = name, scratch
        self.parts: list[pl.LazyFrame] = []
        if schema is not None:
            self.take(pl.DataFrame(schema=schema))

    def take(self, frame: pl.DataFrame) -> None:
        """Keep a batch. Of those without rows only the first is kept, for its columns."""
        if not frame.height and self.parts:
            return
        if self.scratch is None:
            self.parts.append(frame.lazy())
            return
        path = self.scratch / f"{self.name}-{len(self.parts):06}.parquet"
        frame.write_parquet(path, compression="lz4", row_group_size=BATCH_ROWS)
        self.parts.append(pl.scan_parquet(path))

    def all(self) -> pl.LazyFrame:
        """Return all batches as one frame, in their order."""
        return pl.concat(self.parts)


def left_join_columns(frame: pl.DataFrame, other: pl.DataFrame, on: str) -> pl.DataFrame:
    """Return `frame` with the columns of `other`, null where it has no such row. A join would copy every column of a wide frame."""
    return frame.with_columns(frame.select(on).join(other, on=on, how="left", maintain_order="left").drop(on))


def joined(frame: pl.LazyFrame, other: pl.DataFrame, on: str) -> pl.DataFrame:
    """Return the rows of a frame that `other` names, with its columns.

    It is the result of `join`, of which no more than a batch and the result is in memory.
    """
    return pl.concat([item.join(other, on=on) for item in iter_batches(frame)])


def iter_batches(frame: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Yield the rows of a frame in their order, BATCH_ROWS at a time; one batch without rows if it has none."""
    rows = frame.select(pl.len()).collect().item()
    for first in range(0, max(rows, 1), BATCH_ROWS):
        yield frame.slice(first, BATCH_ROWS).collect()


def rebatch(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the rows of frames with the same columns in their order, at least BATCH_ROWS at a time except the last."""
    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(part.height for part in held) >= BATCH_ROWS:
            yield pl.concat(held)
            held.clear()
    if held:
        yield pl.concat(held)


def map_parallel(function: Callable[[Item], Result], items: Iterable[Item], number: int = WORKERS) -> Iterator[Result]:
    """Yield the result of `function` for every batch, in their order, `number` of them concurrently; a single one in this thread."""
    if number == 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(number) as pool:
        running: deque[Future[Result]] = deque()
        for item in items:
            running.append(pool.submit(function, item))
            if len(running) >= number:  # making batches must not run ahead: waiting ones are in memory
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


@lru_cache(maxsize=100)
def pattern_threads(name: str) -> ThreadPoolExecutor:
    """Return threads that keep the compiled patterns of the work that they are named for.

    polars keeps 32 patterns a thread, and reading a file takes ten times as many: to compile these again takes most of the time of a file of ten
    rows. A function that runs in them must not submit work to them.
    """
    return ThreadPoolExecutor(WORKERS, name)
