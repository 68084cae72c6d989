"""The asset `sent_lists`: what rows that clients sent by SQL refuse, read as files are (steps/sent_lists.py)."""

from typing import Any

import dagster as dg
import polars as pl

from henk_pipeline.orchestration.assets import OWNERS
from henk_pipeline.orchestration.error_text import errors_without_cells
from henk_pipeline.orchestration.partitions import LOADERS
from henk_pipeline.orchestration.previews import preview
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.retries import retrying
from henk_pipeline.orchestration.run_planner import UNDER_WAY
from henk_pipeline.steps.sent_lists import ReadList, read_sent_lists

JOB = "read_sent_lists"
NEWEST = "henk/newest-row"
HOUR = 3600


@dg.asset(
    group_name="leads",
    owners=OWNERS,
    kinds={"postgres", "polars"},
    pool=LOADERS,
    description="Opt-outs in lists that clients sent to create_lead_list_from_csv: SQL hears the plain forms, the reader of files the others.",
)
def sent_lists(context: dg.AssetExecutionContext, henk: Henk) -> dg.MaterializeResult[Any]:
    """Read the rows that clients have sent since the last run."""
    with retrying(context, henk), errors_without_cells(), henk.database() as connection:
        read = read_sent_lists(connection)
    table = pl.DataFrame(read, schema=list(ReadList._fields), orient="row", infer_schema_length=None)
    return dg.MaterializeResult(
        metadata={
            "rows": sum(result.rows for result in read),
            "opted out": sum(result.opted_out for result in read),
            "unclear": sum(result.unclear for result in read),
            **preview(table),
        }
    )


def is_reading(instance: dg.DagsterInstance, newest: int, dead: set[str], now: float) -> bool:
    """Return whether a run reads sent rows, or failed to read the same ones in the last hour.

    Args:
        instance: The Dagster instance.
        newest: The id of the newest row to read.
        dead: Runs whose process is gone.
        now: Seconds since the epoch.
    """
    record = next(iter(instance.get_run_records(dg.RunsFilter(job_name=JOB), limit=1)), None)
    if record is None or record.dagster_run.run_id in dead:
        return False
    run = record.dagster_run
    if run.status in UNDER_WAY:
        return True
    failed = run.status == dg.DagsterRunStatus.FAILURE and run.tags.get(NEWEST) == str(newest)
    return failed and now - record.create_timestamp.timestamp() < HOUR
