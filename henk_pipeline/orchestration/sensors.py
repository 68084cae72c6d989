"""What follows from something that happened."""

import dagster as dg

from henk_pipeline.orchestration.jobs import build_analytics, rescore_leads
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.postgres.scores import newest_outcome


@dg.asset_sensor(
    asset_key=dg.AssetKey("campaign_leads"),
    job=build_analytics,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publishes the DuckDB file anew after uploads were imported, once for all that were imported since the last look.",
)
def analytics_follow_imports(context: dg.SensorEvaluationContext, asset_event: dg.EventLogEntry) -> dg.RunRequest:
    """One run for the newest import. Its key is the event's, so that an event never asks twice."""
    return dg.RunRequest(run_key=f"{asset_event.run_id}-{context.cursor}")


@dg.sensor(
    job=rescore_leads,
    minimum_interval_seconds=3600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Scores leads anew after campaigns have come further with them, once an hour at most.",
)
def scores_follow_outcomes(context: dg.SensorEvaluationContext, henk: Henk) -> dg.RunRequest | dg.SkipReason:
    """One run for the calls since the last look. The moment of the newest call is the cursor and the key."""
    with henk.database() as connection:
        newest = newest_outcome(connection)
    if newest is None or newest == context.cursor:
        return dg.SkipReason("No call since the last look.")
    context.update_cursor(newest)
    return dg.RunRequest(run_key=newest)
