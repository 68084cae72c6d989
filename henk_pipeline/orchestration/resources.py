"""Resources of assets: the settings, and connections to PostgreSQL. A run holds its uploads as long as it lives."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import NamedTuple
from uuid import UUID

import dagster as dg
import psycopg

from henk_pipeline import termination
from henk_pipeline.failures import InfrastructureError
from henk_pipeline.orchestration.partitions import uploads_of_run
from henk_pipeline.orchestration.retry_policy import TRANSIENT_ERRORS, is_retried, wait_after
from henk_pipeline.postgres import locks, planned_runs, upload_attempts
from henk_pipeline.postgres.connect import connect
from henk_pipeline.settings import Settings, load_settings, restrict_installation

WORKER = "henk/worker"  # tag of a run: the host, the process and the run, `host:pid:run id`
STARTER = "henk/starter"  # tag of a run that is executed by the process that created it: `host:pid`
PLANNED = "henk/planned"  # tag of a run: the planned run that it is


class Worker(NamedTuple):
    """The process that works on a run."""

    host: str
    pid: int


def worker_of(run: dg.DagsterRun) -> Worker | None:
    """Return the process that executes a run, if it has recorded one. A re-executed run inherits the tags of its parent, which do not count."""
    where, _, run_id = run.tags.get(WORKER, "").rpartition(":")
    if run_id != run.run_id:
        where = run.tags.get(STARTER, "") if run.parent_run_id is None else ""
    host, _, pid = where.rpartition(":")
    return Worker(host, int(pid)) if host else None


def this_process() -> str:
    """Return this process as tags name it, `host:pid`."""
    return f"{platform.node()}:{os.getpid()}"


class Henk(dg.ConfigurableResource[None]):
    """An installation: its settings, read from the environment of the process that runs, and its database."""

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return load_settings()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Yield an open connection; the embedded server is started if it is in use. At the end uncommitted work is rolled back."""
        with closing(connect(self.settings)) as connection:
            yield connection

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Henk"]:  # type: ignore[override]
        """Keep other runs from the uploads of a run, wait for those that work on them, and record that the run has begun with them.

        The record remains when the process crashes, and shows that to the next night.
        """
        restrict_installation(self.settings)
        run, instance = context.run, context.instance
        if run is None or instance is None:
            yield self
            return
        uploads = uploads_of_run(run, instance.get_dynamic_partitions("uploads"))
        # A request to end is recorded immediately, so that no upload is blamed if the process is killed from then on.
        with termination.watching(lambda: self._end_attempts(run.run_id)):
            try:
                with closing(self._holding(run.run_id, uploads)):
                    try:
                        instance.add_run_tags(run.run_id, {WORKER: f"{this_process()}:{run.run_id}"})
                        self._begin(run)
                        yield self
                    finally:
                        self._end_attempts(run.run_id)  # before another process may look at what this one held
            except BaseException:
                self._end_attempts(run.run_id)  # an interrupt right after they were recorded
                raise

    def _begin(self, run: dg.DagsterRun) -> None:
        """Forget that the run is planned: it is under way."""
        if PLANNED in run.tags:
            with suppress(psycopg.Error, InfrastructureError), self.database() as connection:
                planned_runs.remove_planned_runs(connection, [UUID(run.tags[PLANNED])])
                connection.commit()

    def _end_attempts(self, run_id: str) -> None:
        """Forget the attempts of the run, except those with an error that blames an upload."""
        with suppress(psycopg.Error, InfrastructureError), self.database() as connection:
            upload_attempts.end_attempts(connection, run_id)

    def _holding(self, run_id: str, uploads: list[str]) -> psycopg.Connection:
        """Return a connection that holds the run. It waits for a server that is just restarting."""
        attempts = 0
        while True:
            connection = None
            try:
                connection = connect(self.settings)
                locks.take_run_lock(connection, run_id, uploads)
                upload_attempts.begin_attempts(connection, run_id, uploads)
            except TRANSIENT_ERRORS as error:
                if connection is not None:
                    connection.close()  # or the next attempt would wait for what this one holds
                if not is_retried(error, attempts):
                    raise
                time.sleep(wait_after(attempts))
                attempts += 1
            else:
                return connection
