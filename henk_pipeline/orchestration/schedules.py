"""When things happen by themselves."""

import dagster as dg

from henk_pipeline.orchestration.jobs import import_uploads
from henk_pipeline.orchestration.nights import plan_night
from henk_pipeline.orchestration.partitions import range_tags
from henk_pipeline.orchestration.resources import Henk


@dg.schedule(
    job=import_uploads,
    cron_schedule="0 2 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at two (UTC): imports what has landed since, in batches, one run a batch.",
)
def nightly(context: dg.ScheduleEvaluationContext, henk: Henk) -> list[dg.RunRequest] | dg.SkipReason:
    """A run request a batch of uploads that are new or whose manifest has changed."""
    planned = plan_night(context.instance, henk.settings)
    if not planned:
        return dg.SkipReason("Nothing new has landed.")
    return [dg.RunRequest(tags=range_tags(batch)) for batch in planned]
