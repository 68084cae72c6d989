"""The sensors: runs and messages that follow from an event."""

import time

import dagster as dg

from henk_pipeline.orchestration.jobs import build_analytics, import_uploads, read_sent_lists, rescore_leads
from henk_pipeline.orchestration.notifications import describe_failure, failed_checks, report_problem
from henk_pipeline.orchestration.orphaned_runs import find_orphaned_runs
from henk_pipeline.orchestration.partitions import range_tags
from henk_pipeline.orchestration.planning import Scope, is_planning, plan_imports, plan_request
from henk_pipeline.orchestration.resources import PLANNED, Henk
from henk_pipeline.orchestration.run_planner import UNDER_WAY
from henk_pipeline.orchestration.sent_lists import NEWEST, is_reading
from henk_pipeline.postgres import planned_runs
from henk_pipeline.postgres.scores import newest_outcome
from henk_pipeline.postgres.sent_rows import newest_row
from henk_pipeline.steps.discovery import has_crashed, has_immediate
from henk_pipeline.steps.pending import is_published

# A tick creates a run in some 0.1 s; the next tick launches the rest.
MAX_LAUNCHES = 50


@dg.sensor(
    job=import_uploads,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Launches the import runs that `plan_imports` has planned, each once.",
)
def launch_planned_runs(henk: Henk) -> list[dg.RunRequest] | dg.SkipReason:
    """Return a run request for each planned run.

    Its key is the plan's, so that a daemon that is restarted in the middle launches the rest only.
    """
    with henk.database() as connection:
        planned = [run for run in planned_runs.list_planned_runs(connection) if not run.by_process]
    requests = [
        dg.RunRequest(run_key=str(run.id), tags={**range_tags(run.uploads), PLANNED: str(run.id)}) for run in planned[:MAX_LAUNCHES]
    ]
    return requests or dg.SkipReason("No run is planned.")


@dg.sensor(
    job=plan_imports,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Imports files immediately for businesses that are named in HENK_AT_ONCE, or have a file .at-once in their folder.",
)
def at_once(context: dg.SensorEvaluationContext, henk: Henk) -> dg.RunRequest | dg.SkipReason:
    """Request the work of `nightly` for businesses with immediate imports, when there is something to do."""
    with henk.database() as connection:
        if not has_immediate(henk.settings, connection):
            return dg.SkipReason("Nothing has landed for a business with immediate imports.")
        dead = {run.run_id for run in find_orphaned_runs(context.instance, connection)}
    if is_planning(context.instance, Scope.IMMEDIATE, dead):
        return dg.SkipReason("A run of plan_imports is under way.")
    return plan_request(Scope.IMMEDIATE)


@dg.sensor(
    job=plan_imports,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Has runs ended whose process is gone; their uploads, and those that were launched and never ran, are bisected and planned again.",
)
def died_batches(context: dg.SensorEvaluationContext, henk: Henk) -> dg.RunRequest | dg.SkipReason:
    """Request one run of `plan_imports` if a run has crashed or an upload is lost."""
    with henk.database() as connection:
        dead = {run.run_id for run in find_orphaned_runs(context.instance, connection)}
        if not dead and not has_crashed(connection):
            return dg.SkipReason("No run has crashed.")
    if is_planning(context.instance, Scope.RECOVERY, dead):
        return dg.SkipReason("A run of plan_imports is under way.")
    return plan_request(Scope.RECOVERY)


@dg.sensor(
    job=read_sent_lists,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reads rows that clients sent by SQL as files are read, soon after they were sent.",
)
def sent_lists_arrive(context: dg.SensorEvaluationContext, henk: Henk) -> dg.RunRequest | dg.SkipReason:
    """Request one run for the rows that have not been read."""
    with henk.database() as connection:
        newest = newest_row(connection)
        if newest is None:
            return dg.SkipReason("No row was sent since the last look.")
        dead = {run.run_id for run in find_orphaned_runs(context.instance, connection)}
    if is_reading(context.instance, newest, dead, time.time()):
        return dg.SkipReason("A run of read_sent_lists is under way, or has failed to read these rows within the hour.")
    return dg.RunRequest(tags={NEWEST: str(newest)})


@dg.asset_sensor(
    asset_key=dg.AssetKey("campaign_leads"),
    job=build_analytics,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publishes the DuckDB file again after uploads were imported, once for all that were imported since the last tick.",
)
def analytics_follow_imports(context: dg.SensorEvaluationContext, asset_event: dg.EventLogEntry) -> dg.RunRequest | dg.SkipReason:
    """Request one run for the newest import. Its key is the event's, so that an event never requests two runs."""
    if _is_queued(context.instance):
        return dg.SkipReason("A run that publishes this import, too, is queued.")
    return dg.RunRequest(run_key=f"{asset_event.run_id}-{context.cursor}")


@dg.sensor(
    job=build_analytics,
    minimum_interval_seconds=3600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Publishes the DuckDB file again after anything else has changed (calls, opt-outs, erasures, scores), once an hour at most.",
)
def analytics_follow_changes(context: dg.SensorEvaluationContext, henk: Henk) -> dg.RunRequest | dg.SkipReason:
    """Request one run, if the published file differs from PostgreSQL."""
    if _is_queued(context.instance):
        return dg.SkipReason("A run that publishes what has changed is queued.")
    with henk.database() as connection:
        if is_published(connection, henk.settings):
            return dg.SkipReason("Nothing has changed since the file was published.")
    return dg.RunRequest()


@dg.sensor(
    job=rescore_leads,
    minimum_interval_seconds=3600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Scores leads again after campaigns have come further with them, once an hour at most.",
)
def scores_follow_outcomes(context: dg.SensorEvaluationContext, henk: Henk) -> dg.RunRequest | dg.SkipReason:
    """Request one run for the calls since the last tick. The moment of the newest call is the cursor and the key."""
    with henk.database() as connection:
        newest = newest_outcome(connection)
    if newest is None or newest == context.cursor:
        return dg.SkipReason("No call since the last look.")
    context.update_cursor(newest)
    return dg.RunRequest(run_key=newest)


def _is_queued(instance: dg.DagsterInstance) -> bool:
    """Return whether a run that builds the analytics waits to begin. One that has begun may have read PostgreSQL before the last change."""
    waiting = [status for status in UNDER_WAY if status not in (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)]
    return bool(instance.get_runs(dg.RunsFilter(job_name="build_analytics", statuses=waiting), limit=1))


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports a run that failed to HENK_NOTIFY: its uploads, the reason, what to do.",
)
def tell_of_failed_runs(context: dg.RunFailureSensorContext, henk: Henk) -> None:
    """Send one message for each failed run."""
    report_problem(henk.settings, *describe_failure(context.instance, henk.settings, context.dagster_run, context.failure_event.message))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports checks that failed to HENK_NOTIFY, in runs that did not fail.",
)
def tell_of_failed_checks(context: dg.RunStatusSensorContext, henk: Henk) -> None:
    """Send one message for each run with failed checks."""
    if message := failed_checks(context.instance, context.dagster_run):
        report_problem(henk.settings, *message)
