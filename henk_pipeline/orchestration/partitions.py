"""An upload is a partition. How keys are registered and which of them make up a run stands here; what a run does does not."""

from collections.abc import Sequence

import dagster as dg

UPLOADS = dg.DynamicPartitionsDefinition(name="uploads")
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


def register(instance: dg.DagsterInstance, keys: Sequence[str]) -> None:
    """Make partitions of uploads; those that are keep their place."""
    known = set(instance.get_dynamic_partitions("uploads"))
    new = sorted(key for key in keys if key not in known)
    if new:
        instance.add_dynamic_partitions("uploads", new)


def batches(all_keys: Sequence[str], wanted: dict[str, int], most_uploads: int, most_bytes: int) -> list[list[str]]:
    """Split wanted uploads into runs.

    Takes: every key in the order in which Dagster has them; the wanted keys with their sizes in bytes; the most uploads and bytes of a run.
    Gives: keys a run. A run is a range of keys for Dagster, so a batch ends where a key that is not wanted lies between; a file bigger than
    `most_bytes` runs alone.
    """
    runs: list[list[str]] = []
    size = 0
    previous_wanted = False
    for key in all_keys:
        if key not in wanted:
            previous_wanted = False
            continue
        fits = runs and previous_wanted and len(runs[-1]) < most_uploads and size + wanted[key] <= most_bytes
        if fits:
            runs[-1].append(key)
            size += wanted[key]
        else:
            runs.append([key])
            size = wanted[key]
        previous_wanted = True
    return runs


def range_tags(batch: Sequence[str]) -> dict[str, str]:
    """The tags that make a run materialise exactly the uploads of `batch`."""
    return {RANGE_START: batch[0], RANGE_END: batch[-1]}
