"""Transformations of wide frames with many temporary columns, a slice at a time, so that only a slice has them all."""

from collections.abc import Callable

import polars as pl

SLICE = 100_000  # rows


def by_slices(frame: pl.DataFrame, transform: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Transform a frame in slices of at most SLICE rows. `transform` must not depend on other rows."""
    if frame.height <= SLICE:
        return transform(frame)
    return pl.concat([transform(part) for part in frame.iter_slices(SLICE)])


def by_groups(frame: pl.DataFrame, group: str, transform: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Transform a frame in parts of about SLICE rows that keep the rows of one `group` (an integer) together."""
    if frame.height <= SLICE:
        return transform(frame)
    first = frame[group].sort().gather_every(SLICE).unique(maintain_order=True)
    until = pl.concat([first.slice(1), pl.Series([None], dtype=first.dtype)])
    parts = (
        frame.filter((pl.col(group) >= low) & (pl.col(group) < high if high is not None else pl.lit(value=True)))
        for low, high in zip(first, until, strict=True)
    )
    return pl.concat([transform(part) for part in parts])
