"""The runs of a night, planned from the uploads it finds. The job `plan_imports` and `henk nightly` share this."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import dagster as dg
import psycopg

from henk_pipeline.orchestration.partitions import batches, register, uploads_of_run
from henk_pipeline.postgres import landed_files, locks, planned_runs
from henk_pipeline.settings import Settings
from henk_pipeline.steps.discovery import Discovery, LandingGoneError
from henk_pipeline.uploads.landing import IgnoredEntry
from henk_pipeline.uploads.received import ReceivedUpload

# A run takes some three seconds to start, as long as a few small files take.
MIN_UPLOADS = 10
# The sensor launches a planned run in seconds. One that was not launched by then is planned again: the daemon was away.
UNLAUNCHED_SECONDS = 120.0
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


class Plan(NamedTuple):
    """The result of planning: the number of new files received, the number of uploads to run, and the batches they run in.

    `left` and `problem` are those of the `Discovery`.
    """

    received: int
    uploads: int
    batches: list[list[str]]
    left: list[IgnoredEntry] | None
    problem: LandingGoneError | None


def plan_night(
    instance: dg.DagsterInstance,
    settings: Settings,
    connection: psycopg.Connection,
    discover: Callable[[Settings, psycopg.Connection], Discovery],
) -> Plan:
    """Plan runs of the uploads that `discover` returns, except those that are planned or under way already. The daemon launches them.

    One planner works at a time. If its process crashes, it has recorded the files it received, and the next
    planner plans them.
    """
    with locks.planning_lock(connection):
        discovery = discover(settings, connection)
        unclaimed_uploads = unclaimed(instance, connection, discovery.pending)
        planned = plan_runs(instance, settings, unclaimed_uploads, discovery.limits)
        landed_files.note_launch(connection, [upload.key for upload in unclaimed_uploads])
        planned_runs.add_planned_runs(connection, planned)
        connection.commit()
        return Plan(discovery.received, len(unclaimed_uploads), planned, discovery.left, discovery.problem)


def unclaimed(instance: dg.DagsterInstance, connection: psycopg.Connection, uploads: Sequence[ReceivedUpload]) -> list[ReceivedUpload]:
    """Return those uploads that no run is under way with and no process has planned a run of. Call it with the planning lock.

    Planned runs that never began are forgotten: those of a process that is gone, and those that the daemon has
    not launched in time.
    """
    partitions = instance.get_dynamic_partitions("uploads")
    claimed = {key for run in instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY)) for key in uploads_of_run(run, partitions)}
    stale = []
    for planned in planned_runs.list_planned_runs(connection):
        if planned_runs.is_held(connection, planned) if planned.by_process else planned.age < UNLAUNCHED_SECONDS:
            claimed |= set(planned.uploads)
        elif planned.by_process or not claimed & set(planned.uploads):
            stale.append(planned.id)
    planned_runs.remove_planned_runs(connection, stale)
    connection.commit()
    return [upload for upload in uploads if upload.key not in claimed]


def cancel_queued(instance: dg.DagsterInstance, pending: Sequence[ReceivedUpload]) -> list[str]:
    """Cancel the runs in the queue whose uploads are all pending, and return their ids. Call it where no daemon is alive to launch them."""
    partitions = instance.get_dynamic_partitions("uploads")
    keys = {upload.key for upload in pending}
    queued = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED]))
    cancelled = [run for run in queued if (uploads := set(uploads_of_run(run, partitions))) and uploads <= keys]
    for run in cancelled:
        instance.report_run_canceled(run, "No daemon is alive to launch it: another process imports its uploads.")
    return [run.run_id for run in cancelled]


def plan_runs(
    instance: dg.DagsterInstance, settings: Settings, wanted: Sequence[ReceivedUpload], limits: Mapping[str, int] | None = None
) -> list[list[str]]:
    """Register uploads as partitions and split them into runs. `limits`: how many uploads a run with one of them may have at most."""
    register(instance, [upload.key for upload in wanted])
    sizes = {upload.key: upload.size for upload in wanted}
    # As many runs as give all loaders the same to do, but none for fewer uploads than its start is worth.
    rounds = math.ceil(len(wanted) / (settings.batch_uploads * settings.loaders)) or 1
    most = min(settings.batch_uploads, max(MIN_UPLOADS, math.ceil(len(wanted) / (rounds * settings.loaders))))
    return batches(instance.get_dynamic_partitions("uploads"), sizes, most, settings.batch_bytes, limits or {})
