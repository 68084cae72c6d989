"""The job that looks into the landing folder, receives new files and plans the import runs. Schedules and sensors only request it.

A tick that did this itself would do it in the UI's preview, too, and hold the code server for as long as the
files take to copy.
"""

from collections.abc import Callable
from enum import Enum
from functools import partial

import dagster as dg
import psycopg

from henk_pipeline.orchestration.left_aside import report_left_aside
from henk_pipeline.orchestration.orphaned_runs import end_orphaned_runs
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.retries import retrying
from henk_pipeline.orchestration.run_planner import UNDER_WAY, plan_night
from henk_pipeline.settings import Settings
from henk_pipeline.steps.discovery import Discovery, discover_immediate, discover_uploads, requeue_lost

# `henk nightly` notes what it is about to run, and claims it a moment later.
AGAIN_AFTER_SECONDS = 10
JOB = "plan_imports"
OP = "receive_and_plan"


class Scope(Enum):
    """The uploads that are looked at."""

    NIGHT = "night"
    IMMEDIATE = "immediate"
    RECOVERY = "recovery"


DISCOVERIES: dict[Scope, Callable[[Settings, psycopg.Connection], Discovery]] = {
    Scope.NIGHT: partial(discover_uploads, again_after=AGAIN_AFTER_SECONDS),
    Scope.IMMEDIATE: discover_immediate,
    Scope.RECOVERY: requeue_lost,
}


class PlanConfig(dg.Config):
    """The files to look at: all that have landed (the default), only those of businesses with immediate imports, or only crashed runs."""

    scope: Scope = Scope.NIGHT


@dg.op(
    name=OP,
    description="Ends runs whose process is gone, receives new files, and plans a run for each batch of uploads with something to do.",
)
def receive_and_plan(context: dg.OpExecutionContext, config: PlanConfig, henk: Henk) -> None:
    """Plan import runs; the sensor `launch_planned_runs` launches them.

    Raises:
        LandingGoneError: There is no landing folder, and there was one; uploads that were received before are planned all the same.
    """
    with retrying(context, henk), henk.database() as connection:
        ended = end_orphaned_runs(context.instance, connection)
        plan = plan_night(context.instance, henk.settings, connection, DISCOVERIES[config.scope])
    report_left_aside(context.instance, henk.settings, plan.left)
    if ended:
        context.log.warning("ended runs whose process is gone: %s", ", ".join(ended))
    context.log.info("%s", f"{plan.uploads} uploads to import in {len(plan.batches)} runs" if plan.uploads else "Nothing new has landed.")
    context.add_output_metadata(
        {
            "Files received": plan.received,
            "Uploads to import": plan.uploads,
            "Runs planned": len(plan.batches),
            "Runs ended": len(ended),
            **({} if plan.left is None else {"Left aside": len(plan.left)}),
        }
    )
    if plan.problem is not None:
        raise plan.problem


@dg.job(
    name=JOB,
    tags={"dagster/priority": "10"},
    description="Imports what has landed since, now: looks into the landing folder, receives what is new and launches import runs.",
)
def plan_imports() -> None:
    """Do the work of the schedule `nightly`; an operator can launch it at any time."""
    receive_and_plan()


def plan_request(scope: Scope, run_key: str | None = None) -> dg.RunRequest:
    """Return a request for one run of `plan_imports`."""
    return dg.RunRequest(
        run_key=run_key, job_name=JOB, run_config=dg.RunConfig(ops={OP: PlanConfig(scope=scope)}), tags={"henk/scope": scope.value}
    )


def is_planning(instance: dg.DagsterInstance, scope: Scope, dead: set[str]) -> bool:
    """Return whether a run of `plan_imports` of this scope, or of the night's, is queued or under way. `dead`: runs whose process is gone."""
    runs = instance.get_runs(dg.RunsFilter(job_name=JOB, statuses=UNDER_WAY))
    return any(run.run_id not in dead and run.tags.get("henk/scope", Scope.NIGHT.value) in (scope.value, Scope.NIGHT.value) for run in runs)
