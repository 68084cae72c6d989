"""Runs whose process is gone.

Dagster ends those that its own launcher has started and still watches; not those of a machine that went down,
of a worker that was killed, or of
`henk import`.
"""

import platform
import time

import dagster as dg
import psutil
import psycopg

from henk_pipeline.orchestration.resources import WORKER, worker_of
from henk_pipeline.postgres.locks import is_run_held

# From its start until it holds itself a run needs seconds. One that never did has crashed before.
UNHELD_SECONDS = 600.0


def find_orphaned_runs(instance: dg.DagsterInstance, connection: psycopg.Connection) -> list[dg.DagsterRun]:
    """Return runs that are recorded as under way and are not. Changes nothing.

    A run holds itself in PostgreSQL as long as its process lives. After a restart of PostgreSQL a living run
    holds nothing: on this machine its process is looked for, too.
    """
    dead = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.NOT_STARTED])):
        run = record.dagster_run
        worker = worker_of(run)
        if worker is None:
            alive = time.time() - (record.start_time or record.create_timestamp.timestamp()) < UNHELD_SECONDS
        else:
            alive = worker.host == platform.node() and psutil.pid_exists(worker.pid)
        if not alive and not is_run_held(connection, run.run_id):
            dead.append(run)
    return dead


def end_orphaned_runs(instance: dg.DagsterInstance, connection: psycopg.Connection) -> list[str]:
    """Mark runs as failed whose process is gone, and return their ids."""
    dead = find_orphaned_runs(instance, connection)
    for run in dead:
        where = run.tags.get(WORKER, "it did not record where it ran")
        instance.report_run_failed(run, f"The process that worked on this run is gone ({where}).")
    return [run.run_id for run in dead]
