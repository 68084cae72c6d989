"""Uploads as partitions: how keys are registered and which of them make up a run. The work of a run is defined elsewhere."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

from henk_pipeline.uploads.fingerprint import order_of_receipt, parse_key

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
# Tags that make the list of runs readable.
BUSINESSES = "henk/businesses"
FILES = "henk/files"
OUTCOME = "henk/outcome"
MAX_BUSINESSES = 3


def register(instance: dg.DagsterInstance, keys: Sequence[str]) -> None:
    """Make partitions of uploads, in the order in which they were received; existing ones keep their place."""
    present = set(instance.get_dynamic_partitions("uploads"))
    new = sorted((key for key in keys if key not in present), key=order_of_receipt)
    if new:
        instance.add_dynamic_partitions("uploads", new)


def batches(
    all_keys: Sequence[str], wanted: Mapping[str, int], most_uploads: int, most_bytes: int, limits: Mapping[str, int]
) -> list[list[str]]:
    """Split pending uploads into runs.

    A run is a range of keys for Dagster, so a batch ends where a key that is not pending lies between; a file
    bigger than `most_bytes` runs alone.

    Args:
        all_keys: Every key in the order in which Dagster has them.
        wanted: The pending keys with their sizes in bytes.
        most_uploads: The most uploads of a run.
        most_bytes: The most bytes of a run.
        limits: By key, how many uploads a run with it may have at most.

    Returns:
        The keys of each run.
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
    """Return the uploads a run materialises; none if it has nothing to do with uploads, or they are no longer partitions."""
    first, last = run.tags.get(RANGE_START), run.tags.get(RANGE_END)
    if first is None or last is None:
        first = last = run.tags.get(PARTITION)
    try:
        return list(all_keys[all_keys.index(first) : all_keys.index(last) + 1]) if first and last else []
    except ValueError:
        return []


def range_tags(batch: Sequence[str]) -> dict[str, str]:
    """Return the tags that make a run materialise exactly the uploads of `batch`, and show their businesses in the list of runs."""
    slugs = sorted({parts.business for key in batch if (parts := parse_key(key))})
    shown = slugs[:MAX_BUSINESSES] + ([f"and {len(slugs) - MAX_BUSINESSES} more"] if len(slugs) > MAX_BUSINESSES else [])
    return {RANGE_START: batch[0], RANGE_END: batch[-1], BUSINESSES: ", ".join(shown), FILES: str(len(batch))}


def outcome_tag(statuses: Iterable[str]) -> dict[str, str]:
    """Return the tag that shows how the uploads of a run ended, e.g. `2 loaded, 1 rejected`."""
    counts = Counter(statuses)
    return {OUTCOME: ", ".join(f"{count} {status}" for status, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))}
