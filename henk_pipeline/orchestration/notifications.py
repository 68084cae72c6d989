"""Reports failures to an operator: in the log, and to HENK_NOTIFY. A message has the uploads, the reason, and what to do."""

import errno
import logging
import os
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import dagster as dg
import psycopg

from henk_pipeline.failures import remedies
from henk_pipeline.orchestration.checks import NEW_REFUSALS, NEW_WARNINGS
from henk_pipeline.orchestration.partitions import PARTITION, RANGE_START, uploads_of_run
from henk_pipeline.orchestration.resources import STARTER, this_process
from henk_pipeline.orchestration.runs import reason_of
from henk_pipeline.settings import Settings, masked_address
from henk_pipeline.uploads.received import open_upload

MAX_NAMED = 10
ATTEMPTS = 3
log = logging.getLogger(__name__)

MAKE_ROOM = "Make room on the disk, then run the partitions again: nothing is half done."
# Of errors from outside the class of psycopg says it (SQLSTATE 53100), or the text of the system, which DuckDB, polars and Python repeat.
REMEDIES_OF_OTHERS = {psycopg.errors.DiskFull.__name__: MAKE_ROOM}
NO_SPACE = os.strerror(errno.ENOSPC)
# The process ended, or never began: nothing of the work itself failed.
AUTOMATIC = (
    "Nothing: what it has committed stays, and the rest of its uploads run again by themselves: after a crash within minutes, bisected until the "
    "cause is isolated; after an end in order with the next night."
)
GONE = "Its process is gone: it was killed, ran out of memory, or lost its machine."
INTERRUPTED = {"DagsterExecutionInterruptedError", "KeyboardInterrupt", "TerminationRequestedError"}
REMEDY = "Look at the run's log; when it is mended, run its partitions again: what was done is not done twice."
REMEDY_OF_JOB = "Look at the run's log; when it is mended, launch the job again: what was done is not done twice."


def job_of(run: dg.DagsterRun) -> str:
    """Return the name of a run's job as an operator knows it; Dagster's own name of a backfill's job is `__ASSET_JOB`."""
    return "materialize assets" if run.job_name.startswith("__ASSET_JOB") else run.job_name


def describe_failure(instance: dg.DagsterInstance, settings: Settings, run: dg.DagsterRun, message: str | None) -> tuple[str, str]:
    """Return title and text for a failed run."""
    errors = {
        event.step_key: event.step_failure_data.error
        for event in (entry.dagster_event for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE))
        if event is not None and event.step_failure_data.error is not None
    }
    other = GONE if _has_lost_its_process(instance, run) else message or "no reason given"
    reason = "\n".join([f"{step}: {reason_of(error)}" for step, error in errors.items()] or [other])
    remedy = (
        AUTOMATIC
        if _is_retried(instance, run, list(errors.values()))
        else remedy_of(errors.values(), REMEDY if _has_uploads(run) else REMEDY_OF_JOB)
    )
    outcome = "failed"
    if errors and all(_is_interruption(error) for error in errors.values()):
        outcome = "was interrupted"
        reason = "The process was asked to end (a deploy, a restart, Ctrl-C). What it was loading is rolled back."
    lines = [
        f"Run {run.run_id} of {job_of(run)} {outcome}.",
        f"Uploads: {_named(instance, settings, run)}",
        f"Reason: {reason}",
        f"What to do: {remedy}",
    ]
    checks = describe_failed_checks(instance, run)
    return f"{job_of(run)} {outcome}", "\n".join([*lines, checks] if checks else lines)


def remedy_of(errors: Iterable[Any], otherwise: str = REMEDY) -> str:
    """Return what an operator does about the errors of a run: the remedy of the first class that has one, causes included.

    Args:
        errors: Errors as Dagster keeps them (`SerializableErrorInfo`): the name of the class, the message, the cause.
        otherwise: The answer where no class has a remedy.
    """
    remedy_by_class = {**REMEDIES_OF_OTHERS, **remedies()}
    for error in errors:
        link = error
        while link is not None:
            if link.cls_name in remedy_by_class:
                return remedy_by_class[link.cls_name]
            if NO_SPACE in link.message:
                return MAKE_ROOM
            link = link.cause
    return otherwise


def _has_uploads(run: dg.DagsterRun) -> bool:
    return RANGE_START in run.tags or PARTITION in run.tags


def _is_retried(instance: dg.DagsterInstance, run: dg.DagsterRun, errors: list[Any]) -> bool:
    """Return whether a failed run of uploads is repeated automatically: its process was killed, ended, or lost.

    The types of events decide: their texts change with the version of Dagster. A step that fails itself has an
    error; a process that ends leaves none, or the one that ended it. A run that could not begin has failed
    while it was set up, and has the reason.
    """
    if not _has_uploads(run):
        return False
    if errors:
        return all(_is_interruption(error) for error in errors)
    return all(_is_interruption(error) for error in _errors_of_run(instance, run))


def _has_lost_its_process(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Return whether a run began and failed without an error: Dagster's own message is that somebody has marked it as failed."""
    record = instance.get_run_record_by_id(run.run_id)
    return record is not None and record.start_time is not None and not _errors_of_run(instance, run)


def _errors_of_run(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[Any]:
    """Return the errors that a run failed with outside its steps; a run that was marked as failed from outside has no data at all."""
    failures = [entry.dagster_event for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)]
    errors = [getattr(event.event_specific_data, "error", None) for event in failures if event is not None]
    return [error for error in errors if error is not None]


def _is_interruption(error: Any) -> bool:  # noqa: ANN401 - Dagster does not export the type
    """Return whether an error, or one that it was made from, means that the end of the process was requested."""
    while error is not None:
        if error.cls_name in INTERRUPTED:
            return True
        error = error.cause
    return False


def describe_failed_checks(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """Return a text on the checks that failed in a run; empty if none did, or only for refusals that were reported before."""
    lines = []
    for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        event = entry.dagster_event
        check = event.asset_check_evaluation_data if event else None
        if check is not None and not check.passed and not _is_reported(check.metadata):
            lines.append(
                f"{check.severity.value} {check.check_name} on {check.asset_key.to_user_string()}: {check.description or 'no reason given'}"
            )
    return "\n".join(lines)


def failed_checks(instance: dg.DagsterInstance, run: dg.DagsterRun) -> tuple[str, str] | None:
    """Return title and text of a message on the checks that failed in a run, None if there is nothing to report."""
    text = describe_failed_checks(instance, run)
    return (f"Checks failed in {job_of(run)}", text) if text else None


def _is_reported(metadata: Mapping[str, dg.MetadataValue[Any]]) -> bool:
    """Return whether a check failed only for what was reported before."""
    return any(name in metadata and metadata[name].value == 0 for name in (NEW_REFUSALS, NEW_WARNINGS))


def notify_of_own_runs(instance: dg.DagsterInstance, settings: Settings, since: datetime) -> None:
    """Report to HENK_NOTIFY the failed runs and checks of this process since a moment. Dagster's sensors skip runs that no code server launched."""
    if not settings.notify:
        return
    for run in reversed(instance.get_runs(dg.RunsFilter(tags={STARTER: this_process()}, created_after=since))):
        if run.status == dg.DagsterRunStatus.FAILURE:
            notify(settings, *describe_failure(instance, settings, run, None))
        elif message := failed_checks(instance, run):
            notify(settings, *message)


def report_problem(settings: Settings, title: str, text: str) -> None:
    """Write to the log, and to the addresses of HENK_NOTIFY."""
    log.error("%s\n%s", title, text)
    notify(settings, title, text)


def notify(settings: Settings, title: str, text: str) -> None:
    """Send to the addresses of HENK_NOTIFY. An address that cannot be reached is tried three times, then logged."""
    for address in settings.notify:
        if not _sent(address, title, text):
            log.error("HENK_NOTIFY: %s could not be reached", masked_address(address))


def service_of(address: str) -> Any:  # noqa: ANN401 - Apprise does not type its services
    """Return Apprise's service for an address of HENK_NOTIFY, None if there is none."""
    import apprise  # noqa: PLC0415 - a fifth of a second, and only when something went wrong

    service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if service is None and address.startswith(("http://", "https://")):
        service = apprise.Apprise.instantiate(address.replace("http", "json", 1))  # any webhook: a POST of JSON with title and message
    return service


def _sent(address: str, title: str, text: str) -> bool:
    service = service_of(address)
    if service is None:
        return False
    for attempt in range(ATTEMPTS):
        if service.notify(body=text, title=title):
            return True
        time.sleep(2**attempt)
    return False


def _asked_for(run: dg.DagsterRun) -> str:
    """Return what a run without uploads was launched for: a partition typed by hand may not exist."""
    asked = next((run.tags[tag] for tag in (PARTITION, RANGE_START) if tag in run.tags), None)
    return "none" if asked is None else f"none; there is no upload “{asked}”"


def _named(instance: dg.DagsterInstance, settings: Settings, run: dg.DagsterRun) -> str:
    keys = uploads_of_run(run, instance.get_dynamic_partitions("uploads"))
    names = []
    for key in keys[:MAX_NAMED]:
        try:
            upload = open_upload(settings.uploads, key)
        except FileNotFoundError:
            names.append(key)
        else:
            names.append(f"{upload.file_name} of {upload.business} ({key})")
    return ("; ".join(names) + (f"; and {len(keys) - MAX_NAMED} more" if len(keys) > MAX_NAMED else "")) or _asked_for(run)
