"""Work on wide frames whose columns multiply on the way: a slice at a time, so that only a slice has them all."""

from collections.abc import Callable

import polars as pl

SLICE = 100_000  # rows


def by_slices(frame: pl.DataFrame, work: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """What `work` makes of a frame row by row, without its ever seeing more than SLICE rows."""
    if frame.height <= SLICE:
        return work(frame)
    return pl.concat([work(part) for part in frame.iter_slices(SLICE)])


def by_groups(frame: pl.DataFrame, group: str, work: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """What `work` makes of a frame whose rows of one `group` (an integer) it must see together; it sees about SLICE rows at a time."""
    if frame.height <= SLICE:
        return work(frame)
    first = frame[group].sort().gather_every(SLICE).unique(maintain_order=True)
    until = pl.concat([first.slice(1), pl.Series([None], dtype=first.dtype)])
    parts = (
        frame.filter((pl.col(group) >= low) & (pl.col(group) < high if high is not None else pl.lit(value=True)))
        for low, high in zip(first, until, strict=True)
    )
    return pl.concat([work(part) for part in parts])
