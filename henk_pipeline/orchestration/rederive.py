"""The job that derives stale uploads again (steps/stale.py)."""

from typing import Any

import dagster as dg

from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.retries import retrying
from henk_pipeline.orchestration.run_planner import plan_night
from henk_pipeline.steps.stale import discover_stale, find_stale


@dg.op(
    description="Plans import runs of exactly the uploads that were read by other rules than today's; the sensor launch_planned_runs launches them."
)
def plan_stale(context: dg.OpExecutionContext, henk: Henk) -> None:
    """Plan the runs, and show how many uploads are derived again, by business."""
    with retrying(context, henk), henk.database() as connection:
        stale = find_stale(connection, henk.settings)
        plan = plan_night(context.instance, henk.settings, connection, discover_stale)
    by_business: dict[str, int] = {}
    for upload in stale:
        by_business[upload.business] = by_business.get(upload.business, 0) + 1
    records = [dg.TableRecord({"business": business, "uploads": count}) for business, count in sorted(by_business.items())]
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "Stale uploads": dg.MetadataValue.int(len(stale)),
        "Runs planned": dg.MetadataValue.int(len(plan.batches)),
    }
    if records:
        metadata["By business"] = dg.MetadataValue.table(records)
    context.add_output_metadata(metadata)


@dg.job(description="Derives again every loaded upload that was read under other rules than today's, and no other.")
def rederive_stale() -> None:
    """Derive the uploads again that `henk stale` lists."""
    plan_stale()
