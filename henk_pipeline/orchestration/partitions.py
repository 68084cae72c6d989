"""An upload is a partition. How keys are registered and which of them make up a run stands here; what a run does does not."""

from collections.abc import Mapping, Sequence

import dagster as dg

# Pools: how many runs load into PostgreSQL at a time (HENK_LOADERS, then the UI), and that one publishes the DuckDB file.
LOADERS = "postgres_loaders"
PUBLISHER = "duckdb_publisher"
WITHOUT_DASHBOARD = "henk/without-dashboard"  # tag of a run: who waits for one file need not wait for the page
# Steps on the way to the campaigns go before checks that stop nothing.
FIRST = {"dagster/priority": "1"}
UPLOADS = dg.DynamicPartitionsDefinition(name="uploads")
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
PARTITION = "dagster/partition"


def register(instance: dg.DagsterInstance, keys: Sequence[str]) -> None:
    """Make partitions of uploads; those that are keep their place."""
    known = set(instance.get_dynamic_partitions("uploads"))
    new = sorted(key for key in keys if key not in known)
    if new:
        instance.add_dynamic_partitions("uploads", new)


def batches(
    all_keys: Sequence[str], wanted: Mapping[str, int], most_uploads: int, most_bytes: int, limits: Mapping[str, int]
) -> list[list[str]]:
    """Split wanted uploads into runs.

    Takes: every key in the order in which Dagster has them; the wanted keys with their sizes in bytes; the most uploads and bytes of a run;
    by key, how many uploads a run with it may have at most.
    Gives: keys a run. A run is a range of keys for Dagster, so a batch ends where a key that is not wanted lies between; a file bigger than
    `most_bytes` runs alone.
    """
    runs: list[list[str]] = []
    size, room = 0, 0
    previous_wanted = False
    for key in all_keys:
        if key not in wanted:
            previous_wanted = False
            continue
        most = min(limits.get(key, most_uploads), most_uploads)
        if previous_wanted and len(runs[-1]) < min(most, room) and size + wanted[key] <= most_bytes:
            runs[-1].append(key)
            size, room = size + wanted[key], min(most, room)
        else:
            runs.append([key])
            size, room = wanted[key], most
        previous_wanted = True
    return runs


def uploads_of_run(run: dg.DagsterRun, all_keys: Sequence[str]) -> list[str]:
    """The uploads a run materialises; none if it has nothing to do with uploads, or they are no longer partitions."""
    first, last = run.tags.get(RANGE_START), run.tags.get(RANGE_END)
    if first is None or last is None:
        first = last = run.tags.get(PARTITION)
    try:
        return list(all_keys[all_keys.index(first) : all_keys.index(last) + 1]) if first and last else []
    except ValueError:
        return []


def range_tags(batch: Sequence[str]) -> dict[str, str]:
    """The tags that make a run materialise exactly the uploads of `batch`."""
    return {RANGE_START: batch[0], RANGE_END: batch[-1]}
