"""Work on wide frames whose columns multiply on the way: a slice at a time, so that only a slice has them all."""

from collections.abc import Callable

import polars as pl

SLICE = 100_000  # rows


def by_slices(frame: pl.DataFrame, work: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """What `work` makes of a frame row by row, without its ever seeing more than SLICE rows."""
    if frame.height <= SLICE:
        return work(frame)
    return pl.concat([work(part) for part in frame.iter_slices(SLICE)])
