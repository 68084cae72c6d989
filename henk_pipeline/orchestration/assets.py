"""The assets: an upload's way from the landing folder to its campaigns, then the analytics tables. Each calls one step."""

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import dagster as dg
import polars as pl
import psycopg

from henk_pipeline.analytics.tables import load_tables
from henk_pipeline.batching import BatchStore
from henk_pipeline.failures import InfrastructureError
from henk_pipeline.file_modes import make_private_folder
from henk_pipeline.labels import label
from henk_pipeline.orchestration.error_text import errors_without_cells
from henk_pipeline.orchestration.io_manager import BY_UPLOAD, UPLOAD
from henk_pipeline.orchestration.partitions import (
    FIRST,
    LOADERS,
    PARTITION,
    PUBLISHER,
    RANGE_START,
    UPLOADS,
    WITHOUT_DASHBOARD,
    outcome_tag,
)
from henk_pipeline.orchestration.previews import (
    chart_of_reasons,
    masked_preview,
    preview,
    readable_bytes,
    rejections_preview,
    table_of_consent,
    without_contacts,
)
from henk_pipeline.orchestration.progress import report
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.retries import retrying
from henk_pipeline.postgres import businesses, imports, refusals
from henk_pipeline.postgres.discarded import DiscardedValue, count_discarded, find_discarded
from henk_pipeline.postgres.merge_candidates import Candidate, candidates_of_leads
from henk_pipeline.settings import Settings, load_settings
from henk_pipeline.steps.intake import rejected_path, report_path
from henk_pipeline.steps.load import Outcome, assign_upload, load_upload
from henk_pipeline.steps.match import Matching
from henk_pipeline.steps.outcomes import describe_outcome, remedy_of, state_of_refusal
from henk_pipeline.steps.people import LoadRequest
from henk_pipeline.steps.report import MAX_PAIRS, ReportData, write_report
from henk_pipeline.steps.rescore import rescore_all
from henk_pipeline.steps.rules import refusal_digest, rules_digest, written_rules
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.upload_words import describe_consent, describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.steps.validated_upload import OPT_OUT_SCHEMA, ValidatedUpload
from henk_pipeline.uploads.manifest import Manifest, ManifestError
from henk_pipeline.uploads.received import ReceivedUpload, content_path, open_upload, read_manifest

OWNERS = ["team:henk"]
# A backfill of everything comes in batches as a night does. One run of all of them would hold all of them in memory.
IN_BATCHES = dg.BackfillPolicy.multi_run(max_partitions_per_run=load_settings().batch_uploads)
# Changes with weights, synonyms, rules and the code that applies them: Dagster then shows what was made under others as stale.
RULES_VERSION = written_rules()[:12]
FALLBACK_COUNTRY = "US"  # for an upload whose business is not known; it is refused where it would be loaded

UPLOAD_SCHEMA: dict[str, Any] = {
    UPLOAD: pl.String, "business": pl.String, "file_name": pl.String, "size": pl.Int64, "content_hash": pl.String, "list_name": pl.String,
    "received_at": pl.String, "default_country": pl.String, "manifest": pl.String, "manifest_error": pl.String, "rules": pl.String,
    "refusal_rules": pl.String,
}  # fmt: skip
READING_SCHEMA: dict[str, Any] = {
    UPLOAD: pl.String, "rows_read": pl.Int64, "rows_rejected": pl.Int64, "error": pl.String, "reading": pl.String, "mapping": pl.String,
    "changes": pl.String,
    "opt_outs": pl.List(pl.Struct(OPT_OUT_SCHEMA)),
}  # fmt: skip
OUTCOME_SCHEMA: dict[str, Any] = {
    UPLOAD: pl.String, "status": pl.String, "error": pl.String, "import_id": pl.String, "rows_read": pl.Int64, "rows_accepted": pl.Int64,
    "rows_rejected": pl.Int64, "rows_duplicate": pl.Int64, "leads_inserted": pl.Int64, "leads_updated": pl.Int64,
    "leads_unchanged": pl.Int64, "lead_list_id": pl.String,
}  # fmt: skip
ASSIGNED_SCHEMA: dict[str, Any] = {UPLOAD: pl.String, "campaigns": pl.List(pl.String), "campaign_leads_added": pl.Int64}


@dg.asset(
    partitions_def=UPLOADS,
    backfill_policy=IN_BATCHES,
    group_name="intake",
    owners=OWNERS,
    kinds={"file"},
    description="What was received: each upload's file, business, size, fingerprint, list, and the manifest it came with. No row of it.",
)
def uploads(context: dg.AssetExecutionContext, henk: Henk) -> pl.DataFrame:
    """Return one row for each upload: its facts, the country of its phone numbers, and the digest of the rules it is read under."""
    with retrying(context, henk), errors_without_cells():
        folder = henk.settings.uploads
        rows = []
        with henk.database() as connection:
            for key in _partition_keys(context):
                facts = _received(folder, key)
                unknown: str | None = None
                try:
                    country = businesses.find_business(connection, facts.business).default_country
                except businesses.UnknownBusinessError as missing:
                    country, unknown = FALLBACK_COUNTRY, str(missing)
                manifest, error = Manifest(), None
                try:
                    manifest = read_manifest(folder, facts)
                except ManifestError as unusable:
                    error = str(unusable)
                row = {
                    UPLOAD: key, "business": facts.business, "file_name": facts.file_name, "size": facts.size, "content_hash": facts.content_hash,
                    "list_name": facts.list_name, "received_at": facts.received_at, "default_country": country,
                    "manifest": manifest.model_dump_json(), "manifest_error": error, "rules": rules_digest(manifest, country),
                    "refusal_rules": refusal_digest(manifest, country, error),
                }  # fmt: skip
                rows.append(row)
                shown = {
                    "File": facts.file_name, "Business": facts.business, "List": facts.list_name, "Size": readable_bytes(facts.size),
                    "Received (UTC)": f"{datetime.fromisoformat(facts.received_at):%Y-%m-%d %H:%M:%S}",
                }  # fmt: skip
                _add_metadata(context, "uploads", key, {**shown, **_refused(unknown or error)})
        return pl.DataFrame(rows, schema=UPLOAD_SCHEMA)


@dg.multi_asset(
    outs={
        "validated_leads": dg.AssetOut(
            description="Rows that keep the contract: mapped, normalised, typed; with the line of the file each stood at.",
            group_name="intake", owners=OWNERS, kinds={"polars", "pandera"}, code_version=RULES_VERSION,
        ),
        "rejected_rows": dg.AssetOut(
            description="Every rule a row broke, with line, column, value and what to do. Also written as `<file>.rejected.csv`.",
            group_name="intake", owners=OWNERS, kinds={"polars", "pandera"}, code_version=RULES_VERSION,
        ),
        "upload_readings": dg.AssetOut(
            description="How each file was read: encoding, separator, header, the field of each column, opt-outs; why it was refused, if it was.",
            group_name="intake", owners=OWNERS, kinds={"polars"}, code_version=RULES_VERSION,
        ),
    },
    ins={"uploads": dg.AssetIn()},
    partitions_def=UPLOADS,
    backfill_policy=IN_BATCHES,
)  # fmt: skip
def validated_leads(context: dg.AssetExecutionContext, henk: Henk, uploads: pl.LazyFrame) -> Iterator[dg.Output[Any]]:
    """Read, map, normalise and validate each upload, batch by batch."""
    with retrying(context, henk), errors_without_cells():
        folder = henk.settings.uploads
        leads: dict[str, pl.LazyFrame] = {}
        rejections: dict[str, pl.LazyFrame] = {}
        readings = []
        with _scratch(henk.settings, "validated_leads") as scratch:
            for row in uploads.collect().rows(named=True):
                begun = time.monotonic()
                key, facts = row[UPLOAD], open_upload(folder, row[UPLOAD])
                rejected_file = rejected_path(folder, facts)
                if row["manifest_error"]:
                    validated = ValidatedUpload(error=row["manifest_error"])
                    rejected_file.unlink(missing_ok=True)  # of an earlier run under another manifest
                else:
                    (parts := scratch / key).mkdir()
                    manifest = Manifest.model_validate_json(row["manifest"])
                    validated = validate_file(
                        content_path(folder, facts),
                        manifest,
                        row["default_country"],
                        scratch=parts,
                        rejected_file=rejected_file,
                        names=(facts.file_name, facts.list_name),
                    )
                leads[key], rejections[key] = validated.leads, validated.rejections
                readings.append(
                    {
                        UPLOAD: key, "rows_read": validated.rows_read, "rows_rejected": validated.rows_rejected, "error": validated.error,
                        "reading": json.dumps(describe_reading(validated)),
                        "mapping": json.dumps(validated.mapping.by_column() if validated.mapping else {}),
                        "changes": json.dumps([change._asdict() for change in validated.changes]),
                        "opt_outs": validated.opt_outs.to_dicts(),
                    }
                )  # fmt: skip
                _tell_reading(context, key, validated, rejected_file, time.monotonic() - begun)
                report("validated_leads", key)
            yield dg.Output(leads, output_name="validated_leads")
            yield dg.Output(rejections, output_name="rejected_rows")
            yield dg.Output(pl.DataFrame(readings, schema=READING_SCHEMA), output_name="upload_readings")


def _tell_reading(context: dg.AssetExecutionContext, key: str, validated: ValidatedUpload, rejected_file: Path, seconds: float) -> None:
    """Attach to the three assets of reading what an operator looks for, of one upload."""
    broken = dict(validated.rejections.group_by("rule").len().sort("rule").collect().iter_rows())
    columns = validated.mapping.by_column() if validated.mapping else {}
    reading = describe_reading(validated)
    refused, consent = _refused(validated.error), table_of_consent(describe_consent(validated))
    accepted = validated.rows_read - validated.rows_rejected
    rows = {"Rows read": validated.rows_read, "Rows accepted": accepted, "Seconds": round(seconds, 3)}
    _add_metadata(context, "validated_leads", key, {"rows": accepted, **rows, **refused, **consent, **masked_preview(validated.leads)})
    shown = {"Rows rejected": validated.rows_rejected, "Rejected rows as a file": dg.MetadataValue.path(rejected_file)}
    reasons = {**chart_of_reasons(broken), **rejections_preview(validated.rejections, columns)}
    _add_metadata(context, "rejected_rows", key, {"rows": validated.rows_rejected, **shown, **refused, **reasons})
    layout = {
        "Rows read": validated.rows_read,
        "Encoding": reading.get("encoding") or "not known",
        "Separator": reading.get("delimiter") or "none",
        "Header in line": reading.get("header_line") or 0,
        "Fields found": ", ".join(sorted({field for field in columns.values() if field})) or "none",
        "Columns kept as custom fields": sum(field is None for field in columns.values()),
    }
    _add_metadata(context, "upload_readings", key, {**layout, **(refused or {"Refused because": "not refused"})})


@dg.asset(
    ins={"validated_leads": dg.AssetIn(metadata=BY_UPLOAD)},
    partitions_def=UPLOADS,
    backfill_policy=IN_BATCHES,
    group_name="leads",
    code_version=RULES_VERSION,
    owners=OWNERS,
    kinds={"polars"},
    description="One row a person of each upload: deterministic matches in the file merged, scored 0 to 100, rated, with the score's breakdown.",
)
def scored_leads(context: dg.AssetExecutionContext, henk: Henk, validated_leads: dict[str, pl.LazyFrame]) -> Iterator[dg.Output[Any]]:
    """Merge the rows of each upload that are one person, and score them as of today."""
    with retrying(context, henk), errors_without_cells():
        matching = Matching.of(henk.settings)
        people: dict[str, pl.LazyFrame] = {}
        with _scratch(henk.settings, "scored_leads") as scratch:
            for number, (key, leads) in enumerate(validated_leads.items()):
                pieces = BatchStore(f"people-{number}", scratch)
                for piece in score_rows(leads, today(), matching):
                    pieces.take(piece)
                people[key] = pieces.all()
                ratings = dict(people[key].group_by("quality_rating").len().sort("len", "quality_rating", descending=True).collect().rows())
                rows, scored = leads.select(pl.len()).collect().item(), sum(ratings.values())
                rated = {f"Rated {rating}": count for rating, count in ratings.items()}
                _add_metadata(
                    context, "scored_leads", key, {"rows": scored, "Duplicate rows": rows - scored, **rated, **masked_preview(people[key])}
                )
                report("scored_leads", key)
            yield dg.Output(people)


@dg.asset(
    ins={"scored_leads": dg.AssetIn(metadata=BY_UPLOAD), "rejected_rows": dg.AssetIn(metadata=BY_UPLOAD)},
    partitions_def=UPLOADS,
    backfill_policy=IN_BATCHES,
    group_name="leads",
    code_version=RULES_VERSION,
    owners=OWNERS,
    kinds={"postgres"},
    pool=LOADERS,
    op_tags=FIRST,
    description="The upload in PostgreSQL: leads inserted or updated, its list filled, provenance and rejections kept. One transaction an upload.",
)
def lead_lists(
    context: dg.AssetExecutionContext,
    henk: Henk,
    uploads: pl.LazyFrame,
    upload_readings: pl.LazyFrame,
    rejected_rows: dict[str, pl.LazyFrame],
    scored_leads: dict[str, pl.LazyFrame],
) -> pl.DataFrame:
    """Load each upload, in the order in which they were received, and return the outcome of each."""
    with retrying(context, henk), errors_without_cells():
        facts = uploads.collect().join(upload_readings.collect(), on=UPLOAD).sort("received_at", UPLOAD)
        outcomes = []
        matching = Matching.of(henk.settings)
        with henk.database() as connection:
            for row in facts.rows(named=True):
                key = row[UPLOAD]
                request = LoadRequest(
                    upload=_import_upload(row),
                    manifest=Manifest.model_validate_json(row["manifest"]),
                    rules=row["rules"],
                    refusal_rules=row["refusal_rules"],
                    rows_read=row["rows_read"],
                    rows_rejected=row["rows_rejected"],
                    people=scored_leads[key],
                    rejections=rejected_rows[key].collect(),
                    opt_outs=pl.DataFrame(row["opt_outs"], schema=OPT_OUT_SCHEMA),
                    matching=matching,
                    reading=json.loads(row["reading"]),
                    mapping=json.loads(row["mapping"]),
                    error=row["error"],
                    received_at=datetime.fromisoformat(row["received_at"]),
                )
                begun = time.monotonic()
                with _scratch(henk.settings, "lead_lists") as scratch:
                    outcome, loaded = load_upload(connection, row["business"], request, today(), context.run.run_id, scratch)
                    outcomes.append({UPLOAD: key, **vars(outcome)})
                    discarded = find_discarded(connection, outcome.import_id)
                    # A run that found nothing left to do has no counts of its own.
                    in_all = replace(outcome, **imports.lead_counts(connection, outcome.import_id))
                    connection.rollback()
                    page = report_path(henk.settings.uploads, open_upload(henk.settings.uploads, key))
                    write_report(
                        ReportData(
                            file_name=row["file_name"], business=row["business"], received_at=row["received_at"], list_name=row["list_name"],
                            campaigns=[a.campaign for _, a in request.manifest.assignments()], reading=request.reading, mapping=request.mapping,
                            changes=json.loads(row.get("changes") or "[]"), outcome=vars(outcome), rejections=request.rejections, people=loaded,
                            review_pairs=_to_decide(connection, outcome), discarded=discarded,
                        ),
                        page,
                    )  # fmt: skip
                _keep_refusal(connection, row, outcome, context.run.run_id)
                shown = _shown_outcome(in_all) | {
                    "Seconds": round(time.monotonic() - begun, 3),
                    "Report": _link(henk.settings, page),
                }
                _add_metadata(context, "lead_lists", key, {"rows": outcome.rows_accepted, **shown, **_shown_discarded(discarded)})
                report("lead_lists", key)
        return pl.DataFrame(outcomes, schema=OUTCOME_SCHEMA)


class UnknownUploadError(InfrastructureError):
    """A run was launched for a partition that is no upload."""

    remedy = "Launch the job again for uploads of the list."


NO_UPLOAD = (
    "There is no upload {!r}. A partition is one upload, and Dagster's dialog knows no *: to select many, type a part of their keys (2026-11) "
    "and take Select all. The job maintenance removes partitions that are none."
)


def _partition_keys(context: dg.AssetExecutionContext) -> list[str]:
    """Return the uploads of the run.

    Raises:
        InfrastructureError: The run was launched for a partition that does not exist.
    """
    try:
        return list(context.partition_keys)
    except dg.DagsterInvalidInvocationError:
        tags = context.run.tags
        raise UnknownUploadError(NO_UPLOAD.format(tags.get(PARTITION) or tags.get(RANGE_START))) from None


def _received(folder: Path, key: str) -> ReceivedUpload:
    """Return the facts of an upload.

    Raises:
        InfrastructureError: There is no such partition; any text may be typed into the UI's dialog.
    """
    try:
        return open_upload(folder, key)
    except FileNotFoundError:
        raise UnknownUploadError(NO_UPLOAD.format(key)) from None


def _keep_refusal(connection: psycopg.Connection, row: dict[str, Any], outcome: Outcome, run_id: str) -> None:
    """Record that an upload was refused, or forget it when it is loaded."""
    if outcome.status == "rejected":
        reason = without_contacts(outcome.error) or "no reason given"
        state = state_of_refusal(f"{row['manifest']}\0{row['manifest_error']}", reason)
        facts = {"upload": row[UPLOAD], "business": row["business"], "file_name": row["file_name"], "list_name": row["list_name"]}
        refusals.keep_refusal(connection, {**facts, "reason": reason, "state": state, "run_id": run_id})
    else:
        refusals.forget_refusals(connection, [row[UPLOAD]])
    connection.commit()


def _shown_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome of loading an upload with labels for people."""
    counts = {name.replace("_", " ").capitalize(): value for name, value in vars(outcome).items() if isinstance(value, int)}
    ids = {"Import": outcome.import_id or "none", "Lead list": outcome.lead_list_id or "none"}
    return {"Status": outcome.status, **_refused(outcome.error), **counts, **ids}


def _shown_discarded(discarded: Sequence[DiscardedValue]) -> dict[str, Any]:
    """Return in how many rows the file has a value that its lead does not have, by field; nothing where there is none."""
    counts = {label(value.field): value.rows for value in discarded}
    return {"Values not kept (rows)": ", ".join(f"{name} {count}" for name, count in counts.items())} if counts else {}


def _refused(reason: str | None) -> dict[str, Any]:
    """Return why an upload is refused and what to do, without cells of persons; nothing where it is not."""
    if reason is None:
        return {}
    return {"Refused because": without_contacts(reason), "What to do": remedy_of(reason)}


@dg.asset(
    partitions_def=UPLOADS,
    backfill_policy=IN_BATCHES,
    group_name="leads",
    code_version=RULES_VERSION,
    owners=OWNERS,
    kinds={"postgres"},
    pool=LOADERS,
    op_tags=FIRST,
    description="The upload's list assigned to the campaigns of its manifest: who may be called becomes a campaign lead, once.",
)
def campaign_leads(context: dg.AssetExecutionContext, henk: Henk, uploads: pl.LazyFrame, lead_lists: pl.LazyFrame) -> pl.DataFrame:
    """Assign each upload's list, and report the outcome of the upload to the starter of a run in this process."""
    with retrying(context, henk), errors_without_cells():
        facts = uploads.collect().sort("received_at", UPLOAD)
        outcomes = {row[UPLOAD]: row for row in lead_lists.collect().rows(named=True)}
        rows = []
        with henk.database() as connection:
            for row in facts.rows(named=True):
                key, manifest = row[UPLOAD], Manifest.model_validate_json(row["manifest"])
                loaded = outcomes[key]["status"] in imports.FINISHED
                added = assign_upload(connection, row["business"], _import_upload(row), manifest) if loaded else 0
                campaigns = list(dict.fromkeys(a.campaign for _, a in manifest.assignments())) if loaded else []
                rows.append({UPLOAD: key, "campaigns": campaigns, "campaign_leads_added": added})
                shown = {"Campaign leads added": added, "Campaigns": ", ".join(campaigns) or "none", "Status": outcomes[key]["status"]}
                _add_metadata(context, "campaign_leads", key, {"rows": added, **shown, **_refused(outcomes[key]["error"])})
                folder = henk.settings.uploads
                discarded = count_discarded(connection, outcomes[key]["import_id"])
                notes = imports.find_notes(connection, outcomes[key]["import_id"])
                joined = imports.find_campaigns(connection, outcomes[key]["import_id"]) if loaded else []
                connection.rollback()
                outcome = describe_outcome(folder, open_upload(folder, key), outcomes[key], joined, added, discarded, notes=notes)
                report("campaign_leads", key, outcome)
        context.instance.add_run_tags(context.run.run_id, outcome_tag(outcome["status"] for outcome in outcomes.values()))
        return pl.DataFrame(rows, schema=ASSIGNED_SCHEMA)


@dg.asset(
    group_name="leads",
    owners=OWNERS,
    kinds={"postgres", "polars"},
    deps=[campaign_leads],
    pool=LOADERS,
    description="The scores of all leads as of now: outcomes of campaigns and the weights in force counted in. Only rows that change are written.",
)
def lead_scores(context: dg.AssetExecutionContext, henk: Henk) -> dg.MaterializeResult[Any]:
    """Score the leads of every business again."""
    with retrying(context, henk), errors_without_cells():
        with henk.database() as connection:
            results = rescore_all(connection, businesses.list_slugs(connection), today())
        for result in results:
            if result.error:
                context.log.warning("%s: %s", result.business, result.error)
        table = pl.DataFrame(results, schema=["business", "leads", "changed", "error"], orient="row", infer_schema_length=None)
        return dg.MaterializeResult(
            metadata={
                "leads": sum(result.leads for result in results),
                "changed": sum(result.changed for result in results),
                **preview(table),
            }
        )


ANALYTICS_TABLES = load_tables()
OURS = {table.name for table in ANALYTICS_TABLES}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            table.name,
            description=table.answers,
            group_name="analytics",
            owners=OWNERS,
            kinds={"duckdb", "sql"},
            # It depends on all uploads, not on those of one run.
            deps=[*sorted(table.reads & OURS)] or [campaign_leads],
            skippable=True,
            metadata={"query": dg.MetadataValue.md(f"```sql\n{table.query}\n```")},
        )
        for table in ANALYTICS_TABLES
    ]
    + [
        dg.AssetSpec(
            "dashboard",
            description="One page of charts next to the DuckDB file: imports, quality, campaigns by list, reject reasons. Open it with any browser.",
            group_name="analytics",
            owners=OWNERS,
            kinds={"altair"},
            deps=["import_quality", "lead_quality_distribution", "campaign_list_performance", "campaign_funnel"],
            skippable=True,
        )
    ],
    name="analytics",
    can_subset=False,
    pool=PUBLISHER,
)
def analytics(context: dg.AssetExecutionContext, henk: Henk) -> Iterator[dg.MaterializeResult[Any]]:
    """Build the analytics tables from one moment of PostgreSQL and publish them together, as one file. Unchanged tables are skipped."""
    with retrying(context, henk), errors_without_cells():
        from henk_pipeline.analytics.publish import opened  # noqa: PLC0415
        from henk_pipeline.orchestration.columns import columns_of, shown_of  # noqa: PLC0415 - duckdb costs what loading definitions need not pay
        from henk_pipeline.steps.analytics import publish_analytics  # noqa: PLC0415

        published = henk.settings.analytics
        with henk.database() as connection:
            built = publish_analytics(connection, henk.settings)
        context.log.info("published %s, built %s", published, "from nothing" if built.is_whole else "from what has changed")
        with opened(published) as tables:
            for table in ANALYTICS_TABLES:
                if table.name in built.changed:
                    yield dg.MaterializeResult(
                        asset_key=table.name,
                        metadata={
                            **preview(shown_of(tables, table)),
                            **columns_of(tables, table.name),
                            "dagster/row_count": built.rows[table.name],
                            "file": dg.MetadataValue.path(published),
                        },
                    )
        if WITHOUT_DASHBOARD not in context.run.tags:
            from henk_pipeline.steps.dashboard import dashboard_path, write_dashboard  # noqa: PLC0415 - altair takes a second

            page = dashboard_path(henk.settings)
            write_dashboard(published, page, henk.settings.analytics_group)
            yield dg.MaterializeResult(
                asset_key="dashboard",
                metadata={
                    "Page": dg.MetadataValue.url(f"http://127.0.0.1:{henk.settings.reports_port}/{page.name}"),
                    "File": dg.MetadataValue.path(page),
                },
            )


def _to_decide(connection: psycopg.Connection, outcome: Outcome) -> list[Candidate]:
    if outcome.import_id is None or outcome.status not in imports.FINISHED:
        return []
    candidates = candidates_of_leads(connection, UUID(outcome.import_id), MAX_PAIRS)
    connection.rollback()
    return candidates


def _link(settings: Settings, page: Path) -> dg.MetadataValue[Any]:
    """Return the URL of a report: on the server of `henk ui`, or where HENK_REPORTS_URL says that the folder uploads/ is served."""
    served = settings.reports_url or f"http://127.0.0.1:{settings.reports_port}"
    return dg.MetadataValue.url(f"{served.rstrip('/')}/{quote(page.relative_to(settings.uploads).as_posix())}")


def today() -> date:
    """Return the day that scores refer to (UTC)."""
    return datetime.now(UTC).date()


@contextmanager
def _scratch(settings: Settings, asset: str) -> Iterator[Path]:
    """Yield a folder for frames that are too big for memory, removed afterwards.

    If a killed process leaves it next to the asset's files, `prune` finds it.
    """
    folder = settings.staging / asset
    make_private_folder(folder)
    with tempfile.TemporaryDirectory(prefix=".", dir=folder) as scratch:
        yield Path(scratch)


def _import_upload(row: dict[str, Any]) -> imports.Upload:
    return imports.Upload(row[UPLOAD], row["file_name"], row["size"], row["content_hash"], row["list_name"])


def _add_metadata(context: dg.AssetExecutionContext, asset: str, key: str, metadata: dict[str, Any]) -> None:
    """Add metadata to one upload's materialisation; the row count gets the name that Dagster plots.

    `context.add_asset_metadata` does the same after a check that the run has this partition: for that it reads
    all partitions, once a call (11 ms of 50, a tenth of a second of 20,000).
    """
    named = {"dagster/partition_row_count" if name == "rows" else name: value for name, value in metadata.items()}
    inner = context.get_step_execution_context()
    inner._metadata_accumulator = inner._metadata_accumulator.with_additional_asset_metadata(  # noqa: SLF001
        asset_key=dg.AssetKey(asset), metadata=named, partition_key=key
    )
