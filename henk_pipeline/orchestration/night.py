"""The asset `night`: the operator's first page, of the last 24 hours, from PostgreSQL. Each partition's page shows its own upload."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

import dagster as dg
import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.orchestration.previews import escape_markdown, without_contacts
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.retries import retrying
from henk_pipeline.postgres import last_night, refusals
from henk_pipeline.postgres.imports import FINISHED
from henk_pipeline.settings import Settings
from henk_pipeline.steps.outcomes import remedy_of
from henk_pipeline.uploads.landing import IgnoredEntry, list_left_aside

HOURS = 24
MAX_ROWS = 50
MAX_TEXT = 2000
MAX_REASONS = 20


class Night(NamedTuple):
    """The last 24 hours: imports that began or ended, refusals, pending uploads; and what the landing folder holds now that no night receives."""

    imports: list[last_night.EndedImport]
    refused: list[refusals.Refusal]
    waiting: list[last_night.WaitingUpload]
    left: Sequence[IgnoredEntry] = ()

    @property
    def loaded(self) -> list[last_night.EndedImport]:
        """The imports that were loaded, at least in part."""
        return [ended for ended in self.imports if ended.status in FINISHED]

    @property
    def duration(self) -> timedelta:
        """The time for which imports were under way; concurrent imports count once, and the time between two nights not at all."""
        total, busy_until = timedelta(), datetime.min.replace(tzinfo=UTC)
        spans = sorted((ended.started_at, ended.finished_at) for ended in self.imports if ended.finished_at is not None)
        for started, finished in spans:
            total += max(finished - max(started, busy_until), timedelta())
            busy_until = max(busy_until, finished)
        return total


@dg.asset(
    group_name="night",
    owners=["team:henk"],
    kinds={"postgres"},
    deps=["campaign_leads"],
    description="The last 24 hours on one page: files, loaded, refused with reasons, waiting, duration. Look here first.",
)
def night(context: dg.AssetExecutionContext, henk: Henk) -> dg.MaterializeResult[Any]:
    """Show what happened since yesterday, also where nothing was loaded."""
    with retrying(context, henk):
        since = datetime.now(UTC) - timedelta(hours=HOURS)
        with henk.database() as connection:
            last = read_night(connection, since)
        last = last._replace(left=read_left_aside(henk.settings))
        metadata: dict[str, Any] = {
            "Night": dg.MetadataValue.md(night_page(last, henk.settings)),
            "Files": len(last.loaded) + len(last.refused) + len(last.waiting),
            "Files loaded": len(last.loaded),
            "Files refused": len(last.refused),
            "Files waiting": len(last.waiting),
            "Left aside": len(last.left),
            "Leads inserted": sum(ended.leads_inserted for ended in last.loaded),
            "Seconds": round(last.duration.total_seconds(), 1),
            **reasons(last.refused),
        }
        return dg.MaterializeResult(metadata=metadata)


def read_night(connection: psycopg.Connection, since: datetime) -> Night:
    """Return the imports, refusals and pending uploads since a moment.

    Refusals without an import record of their own (a process that crashed because of the file) are among them.
    """
    imports = last_night.imports_since(connection, since)
    current = last_night.current_uploads(connection)  # a file that was replaced is another upload now
    refused = [ended for ended in refusals.list_refusals(connection) if ended.last_refused_at > since and ended.upload in current]
    refused_uploads = {ended.upload for ended in refused}
    for ended in imports:
        if ended.status == "rejected" and ended.upload not in refused_uploads and ended.upload in current:
            moment = ended.finished_at or ended.started_at
            reason = ended.error or "no reason kept"
            refused.append(refusals.Refusal(ended.upload, ended.business, ended.file_name, "", reason, "", "", moment, moment))
    waiting = last_night.waiting_uploads(connection)
    connection.rollback()
    return Night(imports, refused, waiting)


def read_left_aside(settings: Settings) -> list[IgnoredEntry]:
    """Return the entries of the landing folder that no night receives; one for the folder itself where it cannot be listed."""
    try:
        return list_left_aside(settings.landing, time.time() - settings.settle_seconds)
    except (InfrastructureError, OSError) as error:
        return [IgnoredEntry(".", f"the landing folder cannot be listed: {error}")]


def reasons(refused: Sequence[refusals.Refusal]) -> dict[str, str]:
    """Return the reasons as metadata of their own: the asset's page shows text directly, and Markdown and tables after a click."""
    shown = {
        f"Refused: {refusal.file_name} of {refusal.business} ({refusal.upload})": without_contacts(refusal.reason) or ""
        for refusal in refused[:MAX_REASONS]
    }
    return shown if len(refused) <= MAX_REASONS else {**shown, "Also refused": f"{len(refused) - MAX_REASONS} more; see Night"}


def night_page(last: Night, settings: Settings) -> str:
    """Return the page as Markdown. Names and reasons come from files and are escaped."""
    seconds = round(last.duration.total_seconds())
    summary = (
        f"**{len(last.loaded)} loaded, {len(last.refused)} refused, {len(last.waiting)} waiting** in the last {HOURS} hours; "
        f"loading them took {seconds // 60} min {seconds % 60} s, interruptions included."
    )
    if last.left:
        summary += f" Left aside in the landing folder: {len(last.left)}."
    sections = [summary]
    rows: list[tuple[object, ...]]
    if last.refused:
        rows = [
            (row.business, row.file_name, _linked(row.upload, settings), without_contacts(row.reason), remedy_of(row.reason))
            for row in sorted(last.refused, key=lambda row: (row.business, row.file_name))
        ]
        sections += ["### Refused", _table(("Business", "File", "Report", "Reason", "What to do"), rows)]
    if last.waiting:
        rows = [(row.business, row.upload, without_contacts(row.error) or "planned or under way") for row in last.waiting]
        sections += ["### Waiting", _table(("Business", "Upload", "State"), rows)]
    if last.left:
        rows = [(without_contacts(entry.location), without_contacts(entry.reason)) for entry in last.left]
        sections += ["### Left aside in the landing folder", _table(("Where", "Reason"), rows)]
    if last.loaded:
        rows = [
            (row.business, row.file_name, _linked(row.upload, settings), row.rows_read, row.rows_accepted, row.rows_rejected,
             row.rows_duplicate, row.leads_inserted, row.leads_updated)
            for row in last.loaded
        ]  # fmt: skip
        columns = ("Business", "File", "Report", "Rows read", "Accepted", "Rejected", "Duplicate", "Leads inserted", "Updated")
        sections += ["### Loaded", _table(columns, rows)]
    return "\n\n".join(sections)


class _Link(str):
    """Markdown that is ours and is not escaped."""

    __slots__ = ()


def _linked(key: str, settings: Settings) -> _Link:
    served = settings.reports_url or f"http://127.0.0.1:{settings.reports_port}"
    return _Link(f"[report]({served.rstrip('/')}/{quote(key, safe='')}/report.html)")


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows[:MAX_ROWS]]
    written = ["| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines]
    return "\n".join(written) + (f"\n\nand {len(rows) - MAX_ROWS} more" if len(rows) > MAX_ROWS else "")


def _cell(cell: object) -> str:
    return str(cell) if isinstance(cell, _Link) else escape_markdown("" if cell is None else str(cell), MAX_TEXT)
