"""Runs jobs in this process, as `henk import` and `henk nightly` do, on the same instance the UI shows."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.file_modes import make_private_folder
from henk_pipeline.locking import held
from henk_pipeline.orchestration.partitions import LOADERS, WITHOUT_DASHBOARD, range_tags
from henk_pipeline.orchestration.progress import Listener, listening
from henk_pipeline.orchestration.resources import STARTER, this_process
from henk_pipeline.settings import Settings
from henk_pipeline.termination import TerminationRequestedError, is_requested

# Keys of dagster.yaml with which an operator chooses a storage.
STORAGES = ("storage", "run_storage", "event_log_storage", "schedule_storage")
# Named, not imported: SQLAlchemy and Alembic take as long as a fifth of all definitions, and only a process that executes runs needs them.
KEPT_EVENT_LOG = {"module": "henk_pipeline.orchestration.event_log", "class": "KeptEventLog"}
# Kept as it is if it is there: it is the operator's file from then on.
DAGSTER_YAML = """# Dagster's instance of this Henk home. https://docs.dagster.io/deployment/oss/dagster-yaml
telemetry:
  enabled: false
nux: # the dialog that asks for an e-mail address on first opening
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 10
  pools: # postgres_loaders and duckdb_publisher; their limits are in the UI: Deployment, Concurrency
    granularity: run # a run that waits holds nothing; one that was killed holds nothing once it is ended
    default_limit: 1
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  cancel_timeout_seconds: 180
  poll_interval_seconds: 30
python_logs:
  python_log_level: INFO # what a run prints; its page has all events
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: {skipped: 2, started: 30, success: 30, failure: 90}
"""


STORAGE = ("history", "schedules")  # folders of Dagster's SQLite files
NO_CAPTURE = {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}

log = logging.getLogger(__name__)


class RunFailedError(InfrastructureError):
    """A run failed for a reason that lies outside the files; the message names the step and the reason."""


@contextmanager
def open_instance(settings: Settings, *, capture_output: bool = True) -> Iterator[dg.DagsterInstance]:
    """Open the Dagster instance under the home; it is made if there is none.

    Args:
        settings: The settings, for the home.
        capture_output: Whether Dagster captures what steps write to stdout and stderr. It starts four processes
            for that, which answer Ctrl-C with tracebacks (1.13.27); a command whose steps run in its own
            process does without.
    """
    make_private_folder(settings.dagster_home)
    # One at a time: of two processes that make Dagster's SQLite files concurrently, one fails, or both leave them unusable for good.
    with held(settings.dagster_home / ".opening.lock", "open Dagster's storage", seconds=120):
        configuration = settings.dagster_home / "dagster.yaml"
        if not configuration.exists():
            configuration.write_text(DAGSTER_YAML)
        _mend_storage(settings.dagster_home)
        overrides = None if capture_output else {"compute_logs": NO_CAPTURE, **kept_event_log(settings.dagster_home)}
        opened = dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(settings.dagster_home), overrides=overrides))
    with opened as instance:
        storage = instance.event_log_storage
        if storage.supports_global_concurrency_limits and LOADERS not in {pool.name for pool in storage.get_pool_limits()}:
            storage.set_concurrency_slots(LOADERS, settings.loaders)
        yield instance


def kept_event_log(dagster_home: Path) -> dict[str, Any]:
    """Return the configuration of the event log that keeps its connections open; empty where the operator has chosen another storage."""
    lines = (dagster_home / "dagster.yaml").read_text().splitlines()
    if any(line.split(":")[0].strip("\"' ") in STORAGES for line in lines if not line.startswith((" ", "#"))):
        return {}
    folder = str(dagster_home / "history" / "runs")  # Dagster's own
    return {"event_log_storage": {**KEPT_EVENT_LOG, "config": {"base_dir": folder}}}


def _mend_storage(folder: Path) -> None:
    """Move Dagster's SQLite files away where the process that made them was killed before they were whole.

    Such files hold nothing yet, and no later process completes them. Called under the lock; files that were
    seen whole once are not checked again.
    """
    marker = folder / "storage-is-whole"
    if marker.exists():
        return
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - a tenth of a second, which importing the definitions need not take

    try:
        with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(folder), overrides={"compute_logs": NO_CAPTURE})) as instance:
            instance.get_dynamic_partitions("uploads")
            instance.get_runs(limit=1)
            instance.all_instigator_state()
    except (dg.DagsterInvalidInvocationError, SQLAlchemyError) as error:
        is_half = isinstance(error, dg.DagsterInvalidInvocationError) or "no such table" in str(error)
        if not is_half or not any((folder / name).exists() for name in STORAGE):
            return  # it is in use, or lies elsewhere: the error of opening it says what is wrong
        apart = folder / f"unusable-{time.time_ns()}"
        log.warning("Dagster's storage in %s is not whole (%s); it is made again, and the old files are in %s.", folder, error, apart)
        apart.mkdir()
        for name in STORAGE:
            if (folder / name).exists():
                (folder / name).rename(apart / name)
    marker.touch()


def prepare_dagster_home(settings: Settings) -> None:
    """Make Dagster's folder, its configuration and its files if needed, before processes of Dagster's own start concurrently."""
    with open_instance(settings):
        pass


def run_imports(defs: dg.Definitions, instance: dg.DagsterInstance, batch: list[str], listener: Listener) -> None:
    """Materialise the chain for the uploads of `batch`, calling `listener(asset, upload)` as they go.

    Raises:
        RunFailedError: A step failed.
        TerminationRequestedError: The end of the process was requested.
    """
    with listening(listener):
        _run(defs, instance, "import_uploads", range_tags(batch))


def run_analytics(defs: dg.Definitions, instance: dg.DagsterInstance, *, dashboard: bool = False) -> None:
    """Build and publish the DuckDB file; with `dashboard` its page too, which costs a second and a half.

    Raises:
        RunFailedError: A step failed.
        TerminationRequestedError: The end of the process was requested.
    """
    _run(defs, instance, "build_analytics", {} if dashboard else {WITHOUT_DASHBOARD: "yes"})


def _run(defs: dg.Definitions, instance: dg.DagsterInstance, job: str, tags: dict[str, str]) -> None:
    """Execute a job in this process.

    Raises:
        RunFailedError: A step failed.
        TerminationRequestedError: The end of the process was requested. Dagster raises
            DagsterExecutionInterruptedError between steps, and records the run as failed where a library made
            another exception of it.
    """
    try:
        result = defs.resolve_job_def(job).execute_in_process(
            instance=instance,
            raise_on_error=False,
            tags={**tags, STARTER: this_process()},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError) as error:
        raise TerminationRequestedError("The process was asked to end; the uploads of this run stay pending.") from error
    if not result.success:
        if is_requested():
            raise TerminationRequestedError("The process was asked to end; the uploads of this run stay pending.")
        raise RunFailedError(_why(result))


def _why(result: dg.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error is not None:
            return f"{event.step_key}: {reason_of(event.step_failure_data.error)} (run {result.run_id})"
    for event in result.all_events:
        if event.is_run_failure and event.job_failure_data.error is not None:
            return f"{reason_of(event.job_failure_data.error)} (run {result.run_id})"
    return f"The run did not start (run {result.run_id})."


def reason_of(error: Any) -> str:  # noqa: ANN401 - Dagster does not export the type
    """Return the error of a run's code, without Dagster's wrapping."""
    while error.cause is not None and (error.cls_name or "").startswith(("Dagster", "Retry")):
        error = error.cause
    return str(error.message).split(": ", 1)[-1].strip()
