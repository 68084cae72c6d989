"""Runs uploads through the Dagster job and shows how far it is. What is told of them afterwards is importing.py's."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from henk_pipeline.settings import Settings
    from henk_pipeline.steps.pending import Redo
    from henk_pipeline.uploads.received import ReceivedUpload


@dataclass
class Finished:
    """What became of uploads: an outcome a key, those that were done before, and why runs failed."""

    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    done_before: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    published: bool = False


def run_uploads(
    settings: "Settings",
    uploads: dict[str, "ReceivedUpload"],
    started: float,
    *,
    again: bool,
    limits: Mapping[str, int] | None = None,
    dashboard: bool = False,
) -> Finished:
    """Run what is not done yet, in batches, then publish the analytics if anything was run or is not published yet; with `dashboard` its page too.

    `again`: uploads loaded under other rules than today's, and undone ones, are run again. `limits`: how many uploads a run with one of them may
    have at most.
    """
    from henk_pipeline.steps.pending import Redo  # noqa: PLC0415

    finished = Finished()
    if again:
        _let_come_again(settings, uploads)
    redo = Redo.WHEN_RULES_CHANGED if again else Redo.WHEN_TOLD_ANEW
    waiting = _not_done(settings, uploads, redo, finished)
    if waiting or not _is_published(settings):
        _run(settings, waiting, limits or {}, finished, started, dashboard=dashboard)
    return finished


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
    """The uploads with which something is left to be done; the others' outcomes go to `finished`."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
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
                known = vars(known_outcome(record))
                finished.outcomes[key] = describe_outcome(settings.uploads, upload, known, record.campaigns, 0)
    return waiting


def _run(
    settings: "Settings",
    waiting: dict[str, "ReceivedUpload"],
    limits: Mapping[str, int],
    finished: Finished,
    started: float,
    *,
    dashboard: bool,
) -> None:
    from henk_pipeline.definitions import defs  # noqa: PLC0415
    from henk_pipeline.orchestration.nights import plan_runs  # noqa: PLC0415
    from henk_pipeline.orchestration.runs import RunFailedError, open_instance, run_analytics, run_imports  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.nights import look_after_the_dead  # noqa: PLC0415

    with open_instance(settings) as instance, _progress(len(waiting)) as advance:

        def listen(asset: str, upload: str, outcome: Mapping[str, Any] | None) -> None:
            if outcome is not None:
                finished.outcomes[upload] = {**outcome, "seconds": round(time.monotonic() - started, 3)}
            advance(asset, upload)

        wanted = list(waiting.values())
        while wanted:
            for batch in plan_runs(instance, settings, wanted, limits):
                try:
                    run_imports(defs, instance, batch, listen)
                except RunFailedError as error:
                    finished.failures.append(str(error))
            # What a file made fail is run in halves, until the file stands alone.
            with connect(settings) as connection:
                found = look_after_the_dead(settings, connection)
            wanted = [upload for upload in found.wanted if upload.key in waiting and upload.key not in finished.outcomes]
            limits = found.limits
        _tell_of_marked(settings, waiting, finished)
        advance("analytics", "")
        try:
            run_analytics(defs, instance, dashboard=dashboard)
            finished.published = True
        except RunFailedError as error:
            finished.failures.append(str(error))


def _tell_of_marked(settings: "Settings", waiting: dict[str, "ReceivedUpload"], finished: Finished) -> None:
    """The outcome of those that runs failed of, which is in their record by now."""
    from henk_pipeline.steps.pending import Redo  # noqa: PLC0415

    left = {key: upload for key, upload in waiting.items() if key not in finished.outcomes}
    if left and not _not_done(settings, left, Redo.WHEN_TOLD_ANEW, finished):
        finished.done_before -= left.keys()
        finished.failures.clear()  # each is told as its file's


@contextmanager
def _progress(uploads: int) -> Iterator[Callable[[str, str], None]]:
    """A progress bar on stderr. Dagster catches what steps write to file descriptor 2, so the bar writes to a copy of it."""
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
