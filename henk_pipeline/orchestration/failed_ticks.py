"""Alerts from inside the daemon, for installations that `henk ui` does not supervise (compose, Kubernetes)."""

import dagster as dg

from henk_pipeline.orchestration.heartbeat import Kind, automations_of, find_problems, report_problems
from henk_pipeline.orchestration.resources import Henk


@dg.sensor(
    name="report_failed_ticks",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports to HENK_NOTIFY ticks of schedules and sensors that failed, each once, until one succeeds.",
)
def report_failed_ticks(context: dg.SensorEvaluationContext, henk: Henk) -> dg.SkipReason:
    """Report failed ticks. `henk ui` does so too, and reports a daemon that is gone; a problem is reported by the first that sees it."""
    if context.repository_def is None:
        return dg.SkipReason("No code location to look at.")
    problems = [
        problem for problem in find_problems(context.instance, automations_of(context.repository_def)) if problem.kind is Kind.TICK_FAILED
    ]
    reported = report_problems(context.instance, henk.settings, problems, kinds=[Kind.TICK_FAILED])
    return dg.SkipReason(f"{len(problems)} schedules and sensors have a failed tick; {len(reported)} reported now.")
