"""The asset `night`: the operator's first page, of the last 24 hours, from PostgreSQL. What one upload did stands on its partition's page."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

import dagster as dg
import psycopg

from henk_pipeline.orchestration.healing import healing
from henk_pipeline.orchestration.previews import escape_markdown, without_contacts
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.postgres import last_night, refusals
from henk_pipeline.postgres.imports import FINISHED
from henk_pipeline.settings import Settings
from henk_pipeline.steps.outcomes import remedy_of

HOURS = 24
MAX_ROWS = 50
MAX_TEXT = 2000
MAX_REASONS = 20


class Night(NamedTuple):
    """The last 24 hours: imports that began or ended, refusals, uploads that wait."""

    imports: list[last_night.EndedImport]
    refused: list[refusals.Refusal]
    waiting: list[last_night.WaitingUpload]

    @property
    def loaded(self) -> list[last_night.EndedImport]:
        """The imports that were loaded, at least in part."""
        return [one for one in self.imports if one.status in FINISHED]

    @property
    def duration(self) -> timedelta:
        """How long imports were under way; what ran at once counts once, and the time between two nights not at all."""
        total, busy_until = timedelta(), datetime.min.replace(tzinfo=UTC)
        spans = sorted((one.started_at, one.finished_at) for one in self.imports if one.finished_at is not None)
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
    with healing(context, henk):
        since = datetime.now(UTC) - timedelta(hours=HOURS)
        with henk.database() as connection:
            found = read_night(connection, since)
        metadata: dict[str, Any] = {
            "Night": dg.MetadataValue.md(night_page(found, henk.settings)),
            "Files": len(found.loaded) + len(found.refused) + len(found.waiting),
            "Files loaded": len(found.loaded),
            "Files refused": len(found.refused),
            "Files waiting": len(found.waiting),
            "Leads inserted": sum(one.leads_inserted for one in found.loaded),
            "Seconds": round(found.duration.total_seconds(), 1),
            **reasons(found.refused),
        }
        return dg.MaterializeResult(metadata=metadata)


def read_night(connection: psycopg.Connection, since: datetime) -> Night:
    """Return what happened since a moment. Refusals without a record of their own (a process that died of the file) are among them."""
    imports = last_night.imports_since(connection, since)
    current = last_night.current_uploads(connection)  # a file that was replaced is another upload now
    refused = [one for one in refusals.list_refusals(connection) if one.last_refused_at > since and one.upload in current]
    known = {one.upload for one in refused}
    for one in imports:
        if one.status == "rejected" and one.upload not in known and one.upload in current:
            moment = one.finished_at or one.started_at
            reason = one.error or "no reason kept"
            refused.append(refusals.Refusal(one.upload, one.business, one.file_name, "", reason, "", "", moment, moment))
    waiting = last_night.waiting_uploads(connection)
    connection.rollback()
    return Night(imports, refused, waiting)


def reasons(refused: Sequence[refusals.Refusal]) -> dict[str, str]:
    """Return the reasons as metadata of their own: the asset's page shows text at once, and Markdown and tables after a click."""
    shown = {
        f"Refused: {one.file_name} of {one.business} ({one.upload})": without_contacts(one.reason) or "" for one in refused[:MAX_REASONS]
    }
    return shown if len(refused) <= MAX_REASONS else {**shown, "Refused besides": f"{len(refused) - MAX_REASONS} more; see Night"}


def night_page(found: Night, settings: Settings) -> str:
    """Return the page as Markdown. Names and reasons come from files and are escaped."""
    seconds = round(found.duration.total_seconds())
    summary = (
        f"**{len(found.loaded)} loaded, {len(found.refused)} refused, {len(found.waiting)} waiting** in the last {HOURS} hours; "
        f"loading them took {seconds // 60} min {seconds % 60} s."
    )
    sections = [summary]
    rows: list[tuple[object, ...]]
    if found.refused:
        rows = [
            (one.business, one.file_name, _linked(one.upload, settings), without_contacts(one.reason), remedy_of(one.reason))
            for one in sorted(found.refused, key=lambda one: (one.business, one.file_name))
        ]
        sections += ["### Refused", _table(("Business", "File", "Report", "Reason", "What to do"), rows)]
    if found.waiting:
        rows = [(one.business, one.upload, without_contacts(one.error) or "planned or under way") for one in found.waiting]
        sections += ["### Waiting", _table(("Business", "Upload", "State"), rows)]
    if found.loaded:
        rows = [
            (one.business, one.file_name, _linked(one.upload, settings), one.rows_read, one.rows_accepted, one.rows_rejected,
             one.rows_duplicate, one.leads_inserted, one.leads_updated)
            for one in found.loaded
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
