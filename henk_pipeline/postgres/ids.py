"""Ids of rows that are made here rather than by the database."""

import os
import time

import polars as pl


def new_ids(count: int) -> pl.Series:
    """Return UUIDs of version 7 (RFC 9562), ascending: rows written in their order fill the indexes from one side."""
    now = time.time_ns() // 1_000_000
    # 12 + 6 bits behind the millisecond count upwards; past 2^18 ids the millisecond moves on.
    parts = [_ids_of(now + number, min(2**18, count - (number << 18))) for number in range(-(-count // 2**18))]
    return pl.concat([pl.Series("id", dtype=pl.String), *parts])


def _ids_of(milliseconds: int, count: int) -> pl.Series:
    high = f"{milliseconds:012x}"
    starts = pl.Series([f"{high[:8]}-{high[8:]}-7{number:03x}-" for number in range(2**12)])
    variants = pl.Series([f"{0x80 | number:02x}" for number in range(2**6)])
    random = pl.Series([os.urandom(7 * count).hex()]).str.extract_all("[0-9a-f]{14}").explode()
    counter = pl.int_range(count, eager=True)
    parts = {"start": starts.gather(counter // 64), "variant": variants.gather(counter % 64), "random": random}
    last = pl.col("random")
    return pl.DataFrame(parts).select(pl.concat_str("start", "variant", last.str.slice(0, 2), pl.lit("-"), last.str.slice(2))).to_series()
