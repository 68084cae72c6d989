"""The assets: an upload's way from the landing folder to its campaigns, then the analytics tables. Each calls one step."""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import dagster as dg
import polars as pl
import psycopg

from henk_pipeline.analytics.tables import load_tables
from henk_pipeline.orchestration.healing import healing
from henk_pipeline.orchestration.io_manager import BY_UPLOAD, UPLOAD
from henk_pipeline.orchestration.partitions import FIRST, LOADERS, PUBLISHER, UPLOADS, WITHOUT_DASHBOARD
from henk_pipeline.orchestration.previews import chart_of_reasons, preview, preview_of_parts, table_of_consent
from henk_pipeline.orchestration.progress import report
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.postgres import businesses, imports
from henk_pipeline.postgres.duplicates import Candidate, candidates_of_leads
from henk_pipeline.settings import Settings, load_settings
from henk_pipeline.steps.intake import rejected_path, report_path
from henk_pipeline.steps.load import Outcome, assign_upload, load_upload
from henk_pipeline.steps.match import Matching
from henk_pipeline.steps.outcomes import describe_outcome
from henk_pipeline.steps.people import UploadToLoad
from henk_pipeline.steps.pieces import Pieces
from henk_pipeline.steps.report import MOST_PAIRS, Told, write_report
from henk_pipeline.steps.rescore import rescore
from henk_pipeline.steps.rules import rules_digest, written_rules
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.validate import OPT_OUT_SCHEMA, ValidatedUpload, describe_consent, describe_reading, validate_file
from henk_pipeline.uploads.manifest import Manifest, ManifestError
from henk_pipeline.uploads.received import content_path, open_upload, read_manifest

OWNERS = ["team:henk"]
# A backfill of everything comes in batches as a night does. One run of all of them would hold all of them in memory.
IN_BATCHES = dg.BackfillPolicy.multi_run(max_partitions_per_run=load_settings().batch_uploads)
# Changes with weights, synonyms, rules and the code that applies them: Dagster then shows what was made under others as stale.
RULES_VERSION = written_rules()[:12]
FALLBACK_COUNTRY = "US"  # for an upload whose business is not known; it is refused where it would be loaded

UPLOAD_SCHEMA: dict[str, Any] = {
    UPLOAD: pl.String, "business": pl.String, "file_name": pl.String, "size": pl.Int64, "content_hash": pl.String, "list_name": pl.String,
    "received_at": pl.String, "default_country": pl.String, "manifest": pl.String, "manifest_error": pl.String, "rules": pl.String,
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
    """One row an upload: its facts, the country its phone numbers are read in, and the digest of the rules it is read under."""
    with healing(context, henk):
        folder = henk.settings.uploads
        rows = []
        with henk.database() as connection:
            for key in context.partition_keys:
                facts = open_upload(folder, key)
                try:
                    country = businesses.find_business(connection, facts.business).default_country
                except businesses.UnknownBusinessError:
                    country = FALLBACK_COUNTRY
                manifest, error = Manifest(), None
                try:
                    manifest = read_manifest(folder, facts)
                except ManifestError as unusable:
                    error = str(unusable)
                row = {
                    UPLOAD: key, "business": facts.business, "file_name": facts.file_name, "size": facts.size, "content_hash": facts.content_hash,
                    "list_name": facts.list_name, "received_at": facts.received_at, "default_country": country,
                    "manifest": manifest.model_dump_json(), "manifest_error": error, "rules": rules_digest(manifest, country),
                }  # fmt: skip
                rows.append(row)
                _tell(context, "uploads", key, {"file": facts.file_name, "bytes": facts.size, "business": facts.business})
        frame = pl.DataFrame(rows, schema=UPLOAD_SCHEMA)
        context.add_output_metadata(preview(frame.drop("manifest", "rules")))
        return frame


@dg.multi_asset(
    outs={
        "validated_leads": dg.AssetOut(
            description="Rows that keep the contract: mapped, normalised, typed; with the line of the file each stood at.",
            group_name="intake", owners=OWNERS, kinds={"polars", "pandera"}, code_version=RULES_VERSION,
        ),
        "rejected_rows": dg.AssetOut(
            description="Every rule a row broke, with line, column, value and what to do. Also written as <file>.rejected.csv.",
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
    """Read, map, normalise and validate each upload, piece by piece."""
    with healing(context, henk):
        folder = henk.settings.uploads
        leads: dict[str, pl.LazyFrame] = {}
        rejections: dict[str, pl.LazyFrame] = {}
        reasons: Counter[str] = Counter()
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
                        content_path(folder, facts), manifest, row["default_country"], scratch=parts, rejected_file=rejected_file
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
                broken = dict(validated.rejections.group_by("rule").len().sort("rule").collect().iter_rows())
                reasons.update(broken)
                _tell(
                    context,
                    "validated_leads",
                    key,
                    {
                        "rows": validated.rows_read - validated.rows_rejected,
                        "rows_read": validated.rows_read,
                        "seconds": round(time.monotonic() - begun, 3),
                        **table_of_consent(describe_consent(validated)),
                    },
                )
                _tell(
                    context,
                    "rejected_rows",
                    key,
                    {
                        "rows": validated.rows_rejected,
                        "rejected_file": str(rejected_file),
                        **{f"reason {rule}": count for rule, count in broken.items()},
                    },
                )
                _tell(
                    context, "upload_readings", key, {"rows_read": validated.rows_read, "refused_because": validated.error or "not refused"}
                )
                report("validated_leads", key)
            for name, parts in (("validated_leads", leads), ("rejected_rows", rejections)):
                shown = preview_of_parts(parts.values()) | (chart_of_reasons(reasons) if name == "rejected_rows" else {})
                yield dg.Output(parts, output_name=name, metadata=shown)
            frame = pl.DataFrame(readings, schema=READING_SCHEMA)
            yield dg.Output(frame, output_name="upload_readings", metadata=preview(frame))


@dg.asset(
    ins={"validated_leads": dg.AssetIn(metadata=BY_UPLOAD)},
    partitions_def=UPLOADS,
    backfill_policy=IN_BATCHES,
    group_name="leads",
    code_version=RULES_VERSION,
    owners=OWNERS,
    kinds={"polars"},
    description="One row a person of each upload: sure duplicates within the file merged, scored 0 to 100, rated, with the breakdown of the score.",
)
def scored_leads(context: dg.AssetExecutionContext, henk: Henk, validated_leads: dict[str, pl.LazyFrame]) -> Iterator[dg.Output[Any]]:
    """Merge the rows of each upload that are one person, and score them as of today."""
    with healing(context, henk):
        matching = Matching.of(henk.settings)
        people: dict[str, pl.LazyFrame] = {}
        with _scratch(henk.settings, "scored_leads") as scratch:
            for number, (key, leads) in enumerate(validated_leads.items()):
                pieces = Pieces(f"people-{number}", scratch)
                for piece in score_rows(leads, today(), matching):
                    pieces.take(piece)
                people[key] = pieces.all()
                ratings = dict(people[key].group_by("quality_rating").len().sort("len", "quality_rating", descending=True).collect().rows())
                rows, scored = leads.select(pl.len()).collect().item(), sum(ratings.values())
                _tell(context, "scored_leads", key, {"rows": scored, "duplicates": rows - scored, **ratings})
                report("scored_leads", key)
            yield dg.Output(people, metadata=preview_of_parts(people.values()))


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
    """Load each upload, in the order they were received. Gives the outcome of each."""
    with healing(context, henk):
        facts = uploads.collect().join(upload_readings.collect(), on=UPLOAD).sort("received_at", UPLOAD)
        outcomes = []
        matching = Matching.of(henk.settings)
        with henk.database() as connection:
            for row in facts.rows(named=True):
                key = row[UPLOAD]
                work = UploadToLoad(
                    upload=_import_upload(row),
                    manifest=Manifest.model_validate_json(row["manifest"]),
                    rules=row["rules"],
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
                    outcome, loaded = load_upload(connection, row["business"], work, today(), context.run.run_id, scratch)
                    outcomes.append({UPLOAD: key, **vars(outcome)})
                    page = report_path(henk.settings.uploads, open_upload(henk.settings.uploads, key))
                    write_report(
                        Told(
                            file_name=row["file_name"], business=row["business"], received_at=row["received_at"], list_name=row["list_name"],
                            campaigns=[a.campaign for _, a in work.manifest.assignments()], reading=work.reading, mapping=work.mapping,
                            changes=json.loads(row.get("changes") or "[]"), outcome=vars(outcome), rejections=work.rejections, people=loaded,
                            doubtful=_to_decide(connection, outcome),
                        ),
                        page,
                    )  # fmt: skip
                told: dict[str, Any] = {k: v for k, v in vars(outcome).items() if v is not None}
                told |= {"seconds": round(time.monotonic() - begun, 3), "report": _link(henk.settings, page)}
                _tell(context, "lead_lists", key, {"rows": outcome.rows_accepted, **told})
                report("lead_lists", key)
        frame = pl.DataFrame(outcomes, schema=OUTCOME_SCHEMA)
        context.add_output_metadata(preview(frame))
        return frame


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
    """Assign each upload's list, and tell who started the run in this process what became of the upload."""
    with healing(context, henk):
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
                _tell(context, "campaign_leads", key, {"rows": added, "campaigns": ", ".join(campaigns) or "none"})
                folder = henk.settings.uploads
                report("campaign_leads", key, describe_outcome(folder, open_upload(folder, key), outcomes[key], campaigns, added))
        frame = pl.DataFrame(rows, schema=ASSIGNED_SCHEMA)
        context.add_output_metadata(preview(frame))
        return frame


@dg.asset(
    group_name="leads",
    owners=OWNERS,
    kinds={"postgres", "polars"},
    deps=[campaign_leads],
    pool=LOADERS,
    description="The scores of all leads as of now: outcomes of campaigns and the weights in force counted in. Only rows that change are written.",
)
def lead_scores(context: dg.AssetExecutionContext, henk: Henk) -> dg.MaterializeResult[Any]:
    """Score the leads of every business anew."""
    with healing(context, henk):
        with henk.database() as connection:
            told = [rescore(connection, slug, today()) for slug in businesses.list_slugs(connection)]
        for one in told:
            if one.error:
                context.log.warning("%s: %s", one.business, one.error)
        table = pl.DataFrame(told, schema=["business", "leads", "changed", "error"], orient="row", infer_schema_length=None)
        return dg.MaterializeResult(
            metadata={"leads": sum(one.leads for one in told), "changed": sum(one.changed for one in told), **preview(table)}
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
            # Of uploads it depends on all, not on those of one run.
            deps=[*sorted(table.reads & OURS)] or [campaign_leads],
            skippable=True,
            metadata={"query": dg.MetadataValue.md(f"```sql\n{table.query}\n```")},
        )
        for table in ANALYTICS_TABLES
    ]
    + [
        dg.AssetSpec(
            "dashboard",
            description="One page of charts beside the DuckDB file: imports, quality, campaigns by list, reject reasons. Open it with any browser.",
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
    """Build the analytics tables from one moment of PostgreSQL and publish them together, as one file. A table that stays as it was is skipped."""
    with healing(context, henk):
        from henk_pipeline.analytics.publish import opened  # noqa: PLC0415
        from henk_pipeline.orchestration.columns import columns_of, shown_of  # noqa: PLC0415 - duckdb and sqlglot cost what loading definitions need not pay
        from henk_pipeline.steps.analytics import publish_analytics  # noqa: PLC0415

        published = henk.settings.analytics
        with henk.database() as connection:
            built = publish_analytics(connection, henk.settings)
        context.log.info("published %s, built %s", published, "from nothing" if built.whole else "from what has changed")
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
            write_dashboard(published, page)
            yield dg.MaterializeResult(asset_key="dashboard", metadata={"page": dg.MetadataValue.path(page)})


def _to_decide(connection: psycopg.Connection, outcome: Outcome) -> list[Candidate]:
    if outcome.import_id is None or outcome.status not in imports.FINISHED:
        return []
    found = candidates_of_leads(connection, UUID(outcome.import_id), MOST_PAIRS)
    connection.rollback()
    return found


def _link(settings: Settings, page: Path) -> dg.MetadataValue[Any]:
    """Where somebody can open a report: a link if the uploads are served, otherwise the path, which no page served over http may open."""
    if settings.reports_url is None:
        return dg.MetadataValue.path(page)
    return dg.MetadataValue.url(f"{settings.reports_url.rstrip('/')}/{quote(page.relative_to(settings.uploads).as_posix())}")


def today() -> date:
    """The day scores refer to (UTC)."""
    return datetime.now(UTC).date()


@contextmanager
def _scratch(settings: Settings, asset: str) -> Iterator[Path]:
    """A folder for what is too big for memory, gone afterwards; `prune` finds what a killed process leaves of it beside the asset's files."""
    folder = settings.staging / asset
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=folder) as scratch:
        yield Path(scratch)


def _import_upload(row: dict[str, Any]) -> imports.Upload:
    return imports.Upload(row[UPLOAD], row["file_name"], row["size"], row["content_hash"], row["list_name"])


def _tell(context: dg.AssetExecutionContext, asset: str, key: str, metadata: dict[str, Any]) -> None:
    """Metadata of one upload's materialisation; the row count under the name that Dagster plots.

    What `context.add_asset_metadata` does, but for its check that the run has this partition: for that it reads all partitions there are,
    once a call (11 ms of 50, a tenth of a second of 20,000).
    """
    told = {"dagster/partition_row_count" if name == "rows" else name: value for name, value in metadata.items()}
    inner = context.get_step_execution_context()
    inner._metadata_accumulator = inner._metadata_accumulator.with_additional_asset_metadata(  # noqa: SLF001
        asset_key=dg.AssetKey(asset), metadata=told, partition_key=key
    )
