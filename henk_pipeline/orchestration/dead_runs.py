"""Runs whose process is gone. Dagster ends those that its own launcher has started and still watches; not those of a machine that went down,
of a worker that was killed, or of `henk import`.
"""

import platform
import time

import dagster as dg
import psutil
import psycopg

from henk_pipeline.orchestration.resources import WORKER
from henk_pipeline.postgres.nights import is_run_held

# From its start until it holds itself a run needs seconds. One that never did has died on the way.
UNHELD_SECONDS = 600.0


def end_dead_runs(instance: dg.DagsterInstance, connection: psycopg.Connection) -> list[str]:
    """Mark runs as failed that are said to be under way and are not. Gives: their ids.

    A run holds itself in PostgreSQL as long as its process lives. After a restart of PostgreSQL a living run holds nothing: on this machine its
    process is looked for, too.
    """
    ended = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        run = record.dagster_run
        host, _, pid = run.tags.get(WORKER, "").rpartition(":")
        if not host:
            alive = time.time() - (record.start_time or time.time()) < UNHELD_SECONDS
        else:
            alive = host == platform.node() and psutil.pid_exists(int(pid))
        if not alive and not is_run_held(connection, run.run_id):
            instance.report_run_failed(
                run, f"The process that worked on this run is gone ({run.tags.get(WORKER, 'it never said where it was')})."
            )
            ended.append(run.run_id)
    return ended
