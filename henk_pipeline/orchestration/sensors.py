"""What follows from something that happened."""

import dagster as dg

from henk_pipeline.orchestration.jobs import build_analytics


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
