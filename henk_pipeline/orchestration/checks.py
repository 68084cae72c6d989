"""Asset checks: conditions that must hold after every import. Blocking checks stop a run; the others warn."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import psycopg

from henk_pipeline.orchestration.night import HOURS, read_night
from henk_pipeline.orchestration.partitions import FIRST, uploads_of_run
from henk_pipeline.orchestration.previews import explain_rule, without_contacts
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.postgres import invariants, last_night, refusals
from henk_pipeline.steps.analytics import usual_scores
from henk_pipeline.steps.outcomes import remedy_of
from henk_pipeline.steps.stale import find_stale

MAX_SHOWN = 50
NEW_REFUSALS = "New refusals"  # metadata of no_upload_was_refused: how many are to be reported
NEW_WARNINGS = "New warnings"  # metadata of checks of shares: how many are of uploads that this run has loaded
# Fewer nights do not show the usual score; of many, three standard deviations are seen once in 370.
MIN_NIGHTS = 5
DEVIATIONS = 3
LEAST_POINTS = 5.0


def _uploads(context: dg.AssetCheckExecutionContext) -> list[str] | None:
    """Return the uploads of the run; None, which means all, for a check that is run alone."""
    return uploads_of_run(context.run, context.instance.get_dynamic_partitions("uploads")) or None


def _recent_uploads(context: dg.AssetCheckExecutionContext, connection: psycopg.Connection) -> tuple[list[str] | None, set[str] | None]:
    """Return the uploads of the run and of the last 24 hours, and those that the run has loaded; None, which means all, where it is run alone.

    A warning stays for a day, as on the page `night`, and is reported by the run that loaded the upload, not by a later one that found
    nothing left to do.
    """
    uploads = _uploads(context)
    if uploads is None:
        return None, None
    recent = last_night.imports_since(connection, datetime.now(UTC) - timedelta(hours=HOURS))
    record = context.instance.get_run_record_by_id(context.run.run_id)
    begun = record.create_timestamp if record else datetime.now(UTC)
    loaded = {ended.upload for ended in recent if ended.finished_at is not None and ended.finished_at >= begun}
    return [*uploads, *(ended.upload for ended in recent if ended.upload not in uploads)], loaded & set(uploads)


def _with_new(result: dg.AssetCheckResult, rows: Sequence[Mapping[str, Any]], loaded: set[str] | None) -> dg.AssetCheckResult:
    new = sum(loaded is None or row["upload"] in loaded for row in rows)
    return result._replace(metadata={**(result.metadata or {}), NEW_WARNINGS: dg.MetadataValue.int(new)})


def result_of(rows: Sequence[Mapping[str, Any]], good: str, bad: str, severity: dg.AssetCheckSeverity) -> dg.AssetCheckResult:
    """Return the result of a check whose rows are what is wrong: none is good."""
    metadata: dict[str, Any] = {"found": len(rows)}
    if rows:
        records = [
            dg.TableRecord({name: value if isinstance(value, int | float) else str(value) for name, value in row.items()}) for row in rows
        ]
        metadata["what"] = dg.MetadataValue.table(records[:MAX_SHOWN])
    first = ", ".join(f"{name} {value}" for name, value in rows[0].items()) if rows else ""
    described = f"{bad} {len(rows)} in all; the first: {first}" if rows else good
    return dg.AssetCheckResult(passed=not rows, severity=severity, metadata=metadata, description=described)


@dg.asset_check(
    asset="lead_lists",
    blocking=True,
    op_tags=FIRST,
    description="Rows read = accepted + rejected + duplicates, and every accepted row is accounted for.",
)
def rows_add_up(context: dg.AssetCheckExecutionContext, henk: Henk) -> dg.AssetCheckResult:
    """Return an error that blocks the following assets: a row that is lost in silence is a defect of ours."""
    with henk.database() as connection:
        uploads = _uploads(context)
        lost = invariants.ask(connection, invariants.ROWS_LOST, uploads=uploads) or invariants.ask(
            connection, invariants.ROWS_UNACCOUNTED, uploads=uploads
        )
    return result_of(
        lost,
        "Every row is accounted for.",
        "Uploads whose rows do not add up; do not use their lists, and report it to the maintainer of Henk.",
        dg.AssetCheckSeverity.ERROR,
    )


@dg.asset_check(
    asset="lead_lists",
    description="No upload was refused as a whole: broken manifest, unknown business or campaign, empty, unreadable, too many rejected rows.",
)
def no_upload_was_refused(context: dg.AssetCheckExecutionContext, henk: Henk) -> dg.AssetCheckResult:
    """Return an error with a row for each refused upload, of this run or refused in the last 24 hours; it stops nothing.

    A refusal is new, and reported, once in each state.
    """
    with henk.database() as connection:
        refused = refusals.list_refusals(connection, _uploads(context))
        unreported = {
            run_id
            for run_id in {refusal.run_id for refusal in refused}
            if run_id != context.run.run_id and not _has_checked(context.instance, run_id)
        }
        refusals.move_report(connection, [refusal.upload for refusal in refused if refusal.run_id in unreported], context.run.run_id)
        connection.commit()
        earlier = read_night(connection, datetime.now(UTC) - timedelta(hours=HOURS)).refused
    new = [refusal for refusal in refused if refusal.run_id in {*unreported, context.run.run_id}]
    uploads = {refusal.upload for refusal in refused}
    refused += [refusal for refusal in earlier if refusal.upload not in uploads]
    metadata: dict[str, Any] = {"Refused uploads": len(refused), NEW_REFUSALS: len(new)}
    if refused:
        columns = ("file", "business", "reason", "what to do", "upload", "first refused (UTC)")
        rows = [
            (
                refusal.file_name,
                refusal.business,
                refusal.reason,
                remedy_of(refusal.reason),
                refusal.upload,
                f"{refusal.first_refused_at:%Y-%m-%d %H:%M}",
            )
            for refusal in refused[:MAX_SHOWN]
        ]
        metadata["Refused"] = dg.MetadataValue.table([dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows])
    counted = f"{len(refused)} refused, of which {len(new)} new or changed."
    return dg.AssetCheckResult(
        passed=not refused,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=metadata,
        description=f"{counted}\n\n{_listed(new or refused)}" if refused else "No upload was refused.",
    )


def _listed(refused: Sequence[refusals.Refusal]) -> str:
    """Return a line for each refusal: the first with reason and remedy, the others by name, for each is reported once only.

    Lines begin with a dash: Dagster shows a description as Markdown, HENK_NOTIFY as it is.
    """
    shown = [
        f"{refusal.file_name} of {refusal.business}: {_sentence(refusal.reason)} What to do: {remedy_of(refusal.reason)}"
        for refusal in refused[:MAX_SHOWN]
    ]
    others = [f"{refusal.file_name} of {refusal.business}, too: `henk imports` has the reason." for refusal in refused[MAX_SHOWN:]]
    return "\n".join(f"- {' '.join(line.split())}" for line in shown + others)


def _sentence(text: str) -> str:
    """Return a text that ends with a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _has_checked(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Return whether a run has come to report refusals. One that Dagster no longer knows has."""
    if not instance.has_run(run_id):
        return True
    events = [entry.dagster_event for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)]
    return any(event is not None and event.asset_check_evaluation_data.check_name == "no_upload_was_refused" for event in events)


@dg.asset_check(asset="lead_lists", description="Uploads of which more than a tenth of the rows were rejected (HENK_WARN_REJECTED).")
def few_rows_rejected(context: dg.AssetCheckExecutionContext, henk: Henk) -> dg.AssetCheckResult:
    """Return a warning with the commonest reason."""
    with henk.database() as connection:
        uploads, loaded = _recent_uploads(context, connection)
        rows = invariants.rejected_shares(connection, uploads, henk.settings.warn_rejected)
    for row in rows:
        rule = row.pop("rule")
        row["reason"] = without_contacts(row["reason"]) or (explain_rule(rule) if rule else "no reason kept")
    result = result_of(
        rows, "Few rows were rejected.", "Many rows rejected; send the report to the sender of the file.", dg.AssetCheckSeverity.WARN
    )
    return _with_new(result, rows, loaded)


@dg.asset_check(
    asset="lead_lists",
    description="Uploads of which more than a third of the rows were duplicates of others in them (HENK_WARN_DUPLICATES).",
)
def few_rows_duplicate(context: dg.AssetCheckExecutionContext, henk: Henk) -> dg.AssetCheckResult:
    """Return a warning with the uploads that have many duplicate rows."""
    with henk.database() as connection:
        uploads, loaded = _recent_uploads(context, connection)
        rows = invariants.duplicate_shares(connection, uploads, henk.settings.warn_duplicates)
    result = result_of(
        rows, "Few rows were duplicates.", "Many duplicates within a file; was the right export sent?", dg.AssetCheckSeverity.WARN
    )
    return _with_new(result, rows, loaded)


@dg.asset_check(asset="lead_lists", description="The count of every list equals its members.")
def lists_count_their_members(context: dg.AssetCheckExecutionContext, henk: Henk) -> dg.AssetCheckResult:
    """Return an error that stops nothing: it does not affect which leads are called."""
    with henk.database() as connection:
        rows = invariants.ask(connection, invariants.LISTS_MISCOUNTED, uploads=_uploads(context))
    return result_of(rows, "Every list counts its members.", "Lists whose count is not that of their members.", dg.AssetCheckSeverity.ERROR)


@dg.asset_check(
    asset="campaign_leads", blocking=True, description="Nobody who must not be called waits in a campaign that excludes them (exclude_dnc)."
)
def nobody_suppressed_is_called(context: dg.AssetCheckExecutionContext, henk: Henk) -> dg.AssetCheckResult:
    """Return an error that blocks the following assets: a lost opt-out is a call that must not happen."""
    with henk.database() as connection:
        rows = invariants.ask(connection, invariants.CALLS_NOT_TO_BE_MADE, uploads=_uploads(context))
    return result_of(
        rows,
        "Nobody who must not be called waits in a campaign.",
        "People who must not be called wait in campaigns: pause these campaigns now.",
        dg.AssetCheckSeverity.ERROR,
    )


@dg.asset_check(asset="scored_leads", description="The mean score of a run's new people is about what it was in the last 30 nights.")
def scores_are_as_usual(context: dg.AssetCheckExecutionContext, henk: Henk) -> dg.AssetCheckResult:
    """Return a warning about other weights, other data, or a column that is no longer understood."""
    import polars as pl  # noqa: PLC0415

    paths = [path for key in _uploads(context) or [] if (path := henk.settings.staging / "scored_leads" / f"{key}.parquet").exists()]
    scores = pl.scan_parquet(paths).select(pl.col("lead_score").mean().alias("mean"), pl.len().alias("leads")).collect() if paths else None
    record = context.instance.get_run_record_by_id(context.run.run_id)
    nights = usual_scores(henk.settings, record.create_timestamp if record else datetime.now(UTC))
    if scores is None or scores["mean"][0] is None or len(nights) < MIN_NIGHTS:
        return dg.AssetCheckResult(
            passed=True, description=f"Nothing to compare with: {len(nights)} nights.", severity=dg.AssetCheckSeverity.WARN
        )
    mean, middle = float(scores["mean"][0]), statistics.fmean(nights)
    allowed = max(DEVIATIONS * statistics.stdev(nights), LEAST_POINTS)
    described = f"Mean score {mean:.1f}; over {len(nights)} nights {middle:.1f}, give or take {allowed:.1f}."
    return dg.AssetCheckResult(
        passed=abs(mean - middle) <= allowed,
        severity=dg.AssetCheckSeverity.WARN,
        description=described,
        metadata={"mean_score": mean, "usual_mean_score": middle, "allowed_deviation": allowed, "people": int(scores["leads"][0])},
    )


@dg.asset_check(
    asset="campaign_leads",
    description="No row holds a value that cannot be published, such as NaN, infinity or a year beyond 9999. Such values are null in DuckDB.",
)
def values_can_be_published(henk: Henk) -> dg.AssetCheckResult:
    """Return a warning with the rows whose values were written before the database refused them."""
    with henk.database() as connection:
        rows = invariants.unpublishable_values(connection)
    return result_of(
        rows,
        "Every value can be published.",
        "Values that are published as null; correct the rows in PostgreSQL, or set the values to null.",
        dg.AssetCheckSeverity.WARN,
    )


@dg.asset_check(asset="uploads", description="Something has landed for every business that always sends. Asked every morning.")
def business_is_silent(henk: Henk) -> dg.AssetCheckResult:
    """Return a warning with businesses that have sent five times, and nothing for three times their usual interval."""
    with henk.database() as connection:
        rows = invariants.ask(connection, invariants.SILENT)
    return result_of(
        rows,
        "Every business that always sends has sent.",
        "Businesses that have not sent as usual; ask them, or look at their export.",
        dg.AssetCheckSeverity.WARN,
    )


@dg.asset_check(
    asset="validated_leads",
    description="No loaded upload is stale: today's rules (weights, synonyms, country, code) would read it as they did. Asked every morning.",
)
def no_upload_is_stale(henk: Henk) -> dg.AssetCheckResult:
    """Return a warning with the number of stale uploads."""
    with henk.database() as connection:
        stale = find_stale(connection, henk.settings)
    rows = [
        {"file": upload.file_name, "business": upload.business, "upload": upload.upload, "loaded_at": upload.loaded_at} for upload in stale
    ]
    return result_of(
        rows,
        "No loaded upload is stale.",
        "Uploads that were read by other rules than today's. To derive them again, launch the job rederive_stale.",
        dg.AssetCheckSeverity.WARN,
    )


ALL = [
    rows_add_up,
    no_upload_was_refused,
    no_upload_is_stale,
    few_rows_rejected,
    few_rows_duplicate,
    lists_count_their_members,
    nobody_suppressed_is_called,
    values_can_be_published,
    scores_are_as_usual,
    business_is_silent,
]
