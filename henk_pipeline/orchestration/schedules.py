"""When things happen by themselves. Times are in HENK_TIMEZONE."""

from functools import partial

import dagster as dg

from henk_pipeline.orchestration.jobs import check_freshness, import_uploads, maintenance
from henk_pipeline.orchestration.nights import launch
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.settings import load_settings
from henk_pipeline.steps.nights import look_around

# The daemon turns what a tick asks for into runs in seconds. What was asked for longer ago and is not under way is asked for again.
AGAIN_AFTER_SECONDS = 120


@dg.schedule(
    job=import_uploads,
    cron_schedule=load_settings().nightly_at,
    execution_timezone=load_settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Imports what has landed since, in batches, one run a batch (HENK_NIGHTLY_AT in HENK_TIMEZONE; by default every night at two, UTC).",
)
def nightly(context: dg.ScheduleEvaluationContext, henk: Henk) -> list[dg.RunRequest] | dg.SkipReason:
    """A run request a batch of uploads with which something is left to be done."""
    with henk.database() as connection:
        asked = launch(context.instance, henk.settings, connection, partial(look_around, again_after=AGAIN_AFTER_SECONDS))
    return asked or dg.SkipReason("Nothing new has landed.")


freshness = dg.ScheduleDefinition(
    name="freshness",
    job=check_freshness,
    cron_schedule="0 7 * * *",
    execution_timezone=load_settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="After the night: has every business sent something that always does?",
)
upkeep = dg.ScheduleDefinition(
    name="upkeep",
    job=maintenance,
    cron_schedule="0 5 * * 0",
    execution_timezone=load_settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Sundays: removes old partitions, runs and Parquet between assets.",
)
