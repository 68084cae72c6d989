"""The schedules. Times are in HENK_TIMEZONE."""

import dagster as dg

from henk_pipeline.orchestration.jobs import check_freshness, maintenance
from henk_pipeline.orchestration.planning import Scope, plan_imports, plan_request
from henk_pipeline.settings import load_settings


@dg.schedule(
    job=plan_imports,
    cron_schedule=load_settings().nightly_at,
    execution_timezone=load_settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Imports what has landed since, in batches, one run a batch (HENK_NIGHTLY_AT in HENK_TIMEZONE; by default every night at two, UTC).",
)
def nightly() -> dg.RunRequest:
    """Request one run of `plan_imports`. A tick receives and records nothing, so that it can be previewed and cannot fail half-way."""
    return plan_request(Scope.NIGHT)


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
