"""The job that derives stale uploads again (steps/stale.py), and the sensor that launches its import runs."""

from typing import Any

import dagster as dg

from henk_pipeline.orchestration.jobs import import_uploads
from henk_pipeline.orchestration.nights import launch
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.steps.stale import find_stale, look_for_stale


@dg.op(
    description="Counts the uploads that today's rules would read otherwise. Import runs for exactly these are launched when it has ended."
)
def count_stale(context: dg.OpExecutionContext, henk: Henk) -> None:
    """Show how many uploads are derived again, by business."""
    with henk.database() as connection:
        stale = find_stale(connection, henk.settings)
    by_business: dict[str, int] = {}
    for upload in stale:
        by_business[upload.business] = by_business.get(upload.business, 0) + 1
    records = [dg.TableRecord({"business": business, "uploads": count}) for business, count in sorted(by_business.items())]
    metadata: dict[str, dg.MetadataValue[Any]] = {"Stale uploads": dg.MetadataValue.int(len(stale))}
    if records:
        metadata["By business"] = dg.MetadataValue.table(records)
    context.add_output_metadata(metadata)


@dg.job(description="Derives again every loaded upload that was read under other rules than today's, and no other.")
def rederive_stale() -> None:
    """`henk stale` lists the uploads that it would derive again."""
    count_stale()


# An op has no workspace to submit runs with; the daemon, which runs sensors, has.
@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[rederive_stale],
    request_job=import_uploads,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Launches the import runs that a run of rederive_stale asks for.",
)
def launch_rederived(context: dg.RunStatusSensorContext, henk: Henk) -> list[dg.RunRequest] | dg.SkipReason:
    """Return run requests for the stale uploads that no run is under way with."""
    with henk.database() as connection:
        requests = launch(context.instance, henk.settings, connection, look_for_stale)
    return requests or dg.SkipReason("No loaded upload is stale.")
