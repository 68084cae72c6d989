"""Maintenance of Dagster and the disk: removes what is old and can be made again, or is kept elsewhere."""

import time
from datetime import UTC, datetime, timedelta

import dagster as dg

from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.postgres.refusals import forget_old_refusals
from henk_pipeline.steps.stale_files import remove_stale_files
from henk_pipeline.uploads.fingerprint import parse_key

ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
RUNS_AT_ONCE = 200


@dg.op(
    description="Removes partitions and runs older than HENK_KEEP_DAYS, Parquet older than HENK_KEEP_STAGING_DAYS, and what killed processes left."
)
def prune(context: dg.OpExecutionContext, henk: Henk) -> None:
    """Remove old partitions, runs and Parquet, and partitions that are no upload's (typed into the UI's dialog).

    The uploads themselves, their reports and the record of their imports stay; `henk import` makes a partition
    of one again.
    """
    settings = henk.settings
    before = datetime.now(UTC) - timedelta(days=settings.keep_days)
    old = [key for key in context.instance.get_dynamic_partitions("uploads") if _is_before(key, before) or parse_key(key) is None]
    for key in old:
        context.instance.delete_dynamic_partition("uploads", key)
    runs = 0
    while records := context.instance.get_run_records(dg.RunsFilter(statuses=ENDED, created_before=before), limit=RUNS_AT_ONCE):
        for record in records:
            context.instance.delete_run(record.dagster_run.run_id)
        runs += len(records)
    parquet = 0
    for path in settings.staging.glob("*/*.parquet"):
        if path.stat().st_mtime < time.time() - settings.keep_staging_days * 86400 or path.stem in old:
            path.unlink(missing_ok=True)
            parquet += 1
    left_behind = remove_stale_files(settings)
    with henk.database() as connection:
        refusals = forget_old_refusals(connection, before)
        connection.commit()
    context.log.info(
        "removed %d partitions, %d runs, %d Parquet files, %d things left by killed processes, %d refusals of files that are gone",
        len(old),
        runs,
        parquet,
        left_behind,
        refusals,
    )
    context.add_output_metadata(
        {"partitions": len(old), "runs": runs, "parquet_files": parquet, "left_behind": left_behind, "refusals": refusals}
    )


def _is_before(key: str, moment: datetime) -> bool:
    """Return whether an upload was received on a day before `moment`'s."""
    parts = parse_key(key)
    return parts is not None and parts.received[:10] < f"{moment:%Y-%m-%d}"
