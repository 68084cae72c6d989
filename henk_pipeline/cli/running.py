"""Runs uploads through the Dagster job and shows the progress. importing.py reports the results."""

import _thread
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from henk_pipeline import termination
from henk_pipeline.cli.output import complain

if TYPE_CHECKING:
    from henk_pipeline.settings import Settings
    from henk_pipeline.steps.pending import Redo
    from henk_pipeline.uploads.received import ReceivedUpload


# The time after which a finalizer that lost an interrupt has ended.
LOST_INTERRUPT_SECONDS = 0.05


def report_unraisable(unraisable: Any) -> None:  # noqa: ANN401 - typeshed's sys.UnraisableHookArgs
    """Print errors that Python cannot raise; an interrupt that is lost in a finalizer is raised again instead."""
    if unraisable.exc_type is KeyboardInterrupt:
        threading.Timer(LOST_INTERRUPT_SECONDS, _thread.interrupt_main).start()
    elif unraisable.exc_type.__name__ != "DagsterExecutionInterruptedError":  # the watch on signals notices it
        sys.__unraisablehook__(unraisable)


def _is_no_interrupt(_record: logging.LogRecord) -> bool:
    return not termination.is_requested()


@contextmanager
def ending_in_order() -> Iterator[None]:
    """End the command within 10 seconds of SIGTERM or SIGINT, without a traceback, with the exit code of the signal."""
    # SQLAlchemy, with which Dagster keeps its runs, logs an interrupt that comes while it closes a connection, with a traceback.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    # psycopg warns of a rollback that fails because the interrupt came while a query ran; the server rolls back when the connection is closed.
    logging.getLogger("psycopg").addFilter(_is_no_interrupt)
    sys.unraisablehook = report_unraisable
    try:
        with termination.watching():
            yield
    except KeyboardInterrupt:
        complain("The process was asked to end. What was not committed is rolled back; files that are not done stay pending.")
        raise typer.Exit(128 + (termination.requested_signal() or signal.SIGINT)) from None


@dataclass
class Finished:
    """The results of uploads.

    `outcomes`: an outcome a key; `done_before`: keys with nothing left to do; `failures`: why runs failed;
    `isolated`: by key, the errors of uploads that failed alone and stay pending; `published`: whether the
    analytics were published; `is_terminated`: whether the end of the process was requested.
    """

    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    done_before: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    isolated: dict[str, str] = field(default_factory=dict)
    published: bool = False
    is_terminated: bool = False


def run_uploads(
    settings: "Settings",
    uploads: dict[str, "ReceivedUpload"],
    started: float,
    *,
    again: bool,
    limits: Mapping[str, int] | None = None,
    is_night: bool = False,
) -> Finished:
    """Run the uploads that are not done yet, in batches, then publish the analytics.

    The analytics are published if anything was run or is not published yet. A night also makes the dashboard's
    page, and reports failures to HENK_NOTIFY, because nobody reads its output.

    Args:
        settings: The settings.
        uploads: The uploads, by key.
        started: When the command started (monotonic).
        again: Whether to run uploads again that were loaded under other rules than today's, and undone ones.
        limits: By key, how many uploads a run with it may have at most.
        is_night: Whether this is a night.

    Returns:
        The outcomes, the failures, and whether the analytics were published.
    """
    from henk_pipeline.steps.pending import Redo  # noqa: PLC0415

    finished = Finished()
    if again:
        _let_come_again(settings, uploads)
    redo = Redo.WHEN_RULES_CHANGED if again else Redo.WHEN_MANIFEST_CHANGED
    waiting = _not_done(settings, uploads, redo, finished)
    if waiting or not _is_published(settings):
        with _claimed(settings, waiting):
            try:
                _run(settings, waiting, limits or {}, finished, started, is_night=is_night)
            except termination.TerminationRequestedError:
                finished.is_terminated = True
    return finished


@contextmanager
def _claimed(settings: "Settings", uploads: Iterable[str]) -> Iterator[None]:
    """Keep the schedule from uploads that this process is about to run."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.planned_runs import claimed  # noqa: PLC0415

    with closing(connect(settings)) as connection, claimed(connection, list(uploads)):
        yield


def _let_come_again(settings: "Settings", uploads: dict[str, "ReceivedUpload"]) -> None:
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.imports import let_come_again  # noqa: PLC0415

    with connect(settings) as connection:
        for upload in uploads.values():
            let_come_again(connection, upload.business, upload.content_hash, upload.list_name)


def _is_published(settings: "Settings") -> bool:
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.pending import is_published  # noqa: PLC0415

    with connect(settings) as connection:
        return is_published(connection, settings)


def _not_done(settings: "Settings", uploads: dict[str, "ReceivedUpload"], redo: "Redo", finished: Finished) -> dict[str, "ReceivedUpload"]:
    """Return the uploads with something left to be done; the others' outcomes go to `finished`."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.discarded import count_discarded  # noqa: PLC0415
    from henk_pipeline.postgres.imports import find_notes  # noqa: PLC0415
    from henk_pipeline.steps.load import known_outcome  # noqa: PLC0415
    from henk_pipeline.steps.outcomes import describe_outcome  # noqa: PLC0415
    from henk_pipeline.steps.pending import find_done  # noqa: PLC0415

    waiting = {}
    with connect(settings) as connection:
        for key, upload in uploads.items():
            record = find_done(connection, settings, upload, redo)
            if record is None:
                waiting[key] = upload
            else:
                finished.done_before.add(key)
                outcome = vars(known_outcome(record))
                discarded = count_discarded(connection, record.id)
                notes = find_notes(connection, record.id)
                finished.outcomes[key] = describe_outcome(settings.uploads, upload, outcome, record.campaigns, 0, discarded, notes=notes)
    return waiting


def _run(
    settings: "Settings",
    waiting: dict[str, "ReceivedUpload"],
    limits: Mapping[str, int],
    finished: Finished,
    started: float,
    *,
    is_night: bool,
) -> None:
    from henk_pipeline.definitions import defs  # noqa: PLC0415
    from henk_pipeline.orchestration.notifications import notify_of_own_runs  # noqa: PLC0415
    from henk_pipeline.orchestration.run_planner import plan_runs  # noqa: PLC0415
    from henk_pipeline.orchestration.runs import RunFailedError, open_instance, run_analytics, run_imports  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.discovery import requeue_failed  # noqa: PLC0415

    begun = datetime.now(UTC)
    with open_instance(settings, capture_output=False) as instance, _progress(len(waiting)) as advance:

        def listen(asset: str, upload: str, outcome: Mapping[str, Any] | None) -> None:
            if outcome is not None:
                finished.outcomes[upload] = {**outcome, "seconds": round(time.monotonic() - started, 3)}
            advance(asset, upload)

        pending, unexplained = list(waiting.values()), list[str]()
        while pending:
            for batch in plan_runs(instance, settings, pending, limits):
                termination.raise_if_requested()  # the exception of its handler may have been lost in a finalizer
                try:
                    run_imports(defs, instance, batch, listen)
                except RunFailedError as error:
                    is_late = all(key in finished.outcomes for key in batch)  # a check that failed after the last asset
                    (finished.failures if is_late else unexplained).append(str(error))
            # A batch that a file made fail is bisected until the file is isolated.
            with connect(settings) as connection:
                discovery = requeue_failed(settings, connection)
            pending = [upload for upload in discovery.pending if upload.key in waiting and upload.key not in finished.outcomes]
            limits = discovery.limits
            finished.isolated = {key: error for key, error in discovery.isolated.items() if key in waiting}
        if not _all_explained(settings, waiting, finished):
            finished.failures += unexplained
        refresh_lists(settings, None if is_night else {upload.business for upload in waiting.values()})
        advance("analytics", "")
        try:
            run_analytics(defs, instance, dashboard=is_night)
            finished.published = True
        except RunFailedError as error:
            finished.failures.append(str(error))
        if is_night:
            notify_of_own_runs(instance, settings, begun)


def refresh_lists(settings: "Settings", slugs: "set[str] | None" = None) -> None:
    """Refresh the lists of businesses in which something has changed, as the sensor `smart_lists_follow_changes` has it done; report what waits.

    Args:
        settings: The settings.
        slugs: The businesses; by default all.
    """
    from henk_pipeline.cli.smart_lists import print_refreshed  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.smart_lists import businesses_with_changes  # noqa: PLC0415
    from henk_pipeline.steps.smart_lists import refresh_business  # noqa: PLC0415

    with connect(settings) as connection:
        changed = [slug for _, slug in businesses_with_changes(connection) if slugs is None or slug in slugs]
        connection.rollback()
        for slug in changed:
            for result in refresh_business(connection, slug):
                if result.status in ("held", "failed"):
                    print_refreshed(result)


def _all_explained(settings: "Settings", waiting: dict[str, "ReceivedUpload"], finished: Finished) -> bool:
    """Return whether each upload has an outcome, or an error of its own; outcomes of those that were refused meanwhile are added."""
    from henk_pipeline.steps.pending import Redo  # noqa: PLC0415

    left = {key: upload for key, upload in waiting.items() if key not in finished.outcomes and key not in finished.isolated}
    if not left:
        return True
    is_explained = not _not_done(settings, left, Redo.WHEN_MANIFEST_CHANGED, finished)
    finished.done_before -= left.keys()
    return is_explained


@contextmanager
def _progress(uploads: int) -> Iterator[Callable[[str, str], None]]:
    """Show a progress bar on stderr, and yield the function that advances it.

    Dagster catches what steps write to file descriptor 2, so the bar writes to a copy of it.
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    steps = {
        "validated_leads": "reading",
        "scored_leads": "scoring",
        "lead_lists": "loading",
        "campaign_leads": "assigning",
        "analytics": "publishing",
    }
    with os.fdopen(os.dup(2), "w") as stderr:
        columns = (
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[upload]}"),
        )
        with Progress(*columns, console=Console(file=stderr), transient=True) as progress:
            task = progress.add_task("reading", total=uploads * 4 + 1, upload="")

            def advance(asset: str, upload: str) -> None:
                progress.update(task, advance=1, description=steps.get(asset, asset), upload=upload)

            yield advance
