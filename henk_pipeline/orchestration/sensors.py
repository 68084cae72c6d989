"""What follows from something that happened."""

import dagster as dg

from henk_pipeline.orchestration.dead_runs import end_dead_runs
from henk_pipeline.orchestration.jobs import build_analytics, import_uploads, rescore_leads
from henk_pipeline.orchestration.nights import launch
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.telling import tell, told_of_checks, told_of_failure
from henk_pipeline.postgres.scores import newest_outcome
from henk_pipeline.steps.nights import look_after_the_lost, look_for_hasty
from henk_pipeline.steps.pending import is_published


@dg.sensor(
    job=import_uploads,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Imports at once what lands for businesses that ask for it: named in HENK_AT_ONCE, or with a file .at-once in their folder.",
)
def at_once(context: dg.SensorEvaluationContext, henk: Henk) -> list[dg.RunRequest] | dg.SkipReason:
    """What `nightly` does, for some businesses, once a minute."""
    with henk.database() as connection:
        asked = launch(context.instance, henk.settings, connection, look_for_hasty)
    return asked or dg.SkipReason("Nothing has landed for a business that asks for it at once.")


@dg.sensor(
    job=import_uploads,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ends runs whose process is gone; runs what died in halves, until the culprit stands alone, and what was asked for and never ran.",
)
def died_batches(context: dg.SensorEvaluationContext, henk: Henk) -> list[dg.RunRequest] | dg.SkipReason:
    """Run requests for what is left of runs that died."""
    with henk.database() as connection:
        ended = end_dead_runs(context.instance, connection)
        asked = launch(context.instance, henk.settings, connection, look_after_the_lost)
    if ended:
        context.log.warning("ended runs whose process is gone: %s", ", ".join(ended))
    return asked or dg.SkipReason("No run has died.")


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
    job=build_analytics,
    minimum_interval_seconds=3600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publishes the DuckDB file anew after anything else has changed (calls, opt-outs, erasures, scores), once an hour at most.",
)
def analytics_follow_changes(henk: Henk) -> dg.RunRequest | dg.SkipReason:
    """One run, if what is published is not what is in PostgreSQL."""
    with henk.database() as connection:
        if is_published(connection, henk.settings):
            return dg.SkipReason("Nothing has changed since the file was published.")
    return dg.RunRequest()


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


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells whom HENK_NOTIFY names of a run that failed: its uploads, the reason, what to do.",
)
def tell_of_failed_runs(context: dg.RunFailureSensorContext, henk: Henk) -> None:
    """One message a failed run."""
    tell(henk.settings, *told_of_failure(context.instance, henk.settings, context.dagster_run, context.failure_event.message))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells whom HENK_NOTIFY names of checks that failed in runs that did not.",
)
def tell_of_failed_checks(context: dg.RunStatusSensorContext, henk: Henk) -> None:
    """One message a run with failed checks."""
    told = told_of_checks(context.instance, context.dagster_run)
    if told:
        tell(henk.settings, f"Checks failed in {context.dagster_run.job_name}", told)
