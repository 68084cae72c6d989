"""The jobs: import uploads into PostgreSQL, score leads again, build the DuckDB file, and maintain Dagster itself."""

import dagster as dg

from henk_pipeline.orchestration.assets import ANALYTICS_TABLES
from henk_pipeline.orchestration.checks import business_is_silent, no_upload_is_stale
from henk_pipeline.orchestration.maintenance import prune
from henk_pipeline.orchestration.sent_lists import JOB

CHAIN = ("uploads", "validated_leads", "rejected_rows", "upload_readings", "scored_leads", "lead_lists", "campaign_leads")

import_uploads = dg.define_asset_job(
    "import_uploads",
    selection=dg.AssetSelection.assets(*CHAIN) - dg.AssetSelection.checks(business_is_silent, no_upload_is_stale),
    description="From the landing folder to campaign leads, for one upload or a batch of them.",
)
rescore_leads = dg.define_asset_job(
    "rescore",
    selection=["lead_scores", "smart_lists"],
    description="Scores all leads again, after calls or with other weights; only those that change are written. Lists follow.",
)
read_sent_lists = dg.define_asset_job(
    JOB,
    selection=["sent_lists"],
    description="Reads rows that clients sent to create_lead_list_from_csv as files are read: what they refuse ends calls.",
)
build_analytics = dg.define_asset_job(
    "build_analytics",
    selection=[*(table.name for table in ANALYTICS_TABLES), "dashboard", "night"],
    description="Builds the DuckDB file from PostgreSQL and publishes it whole, the dashboard of it, and the page of the night.",
)
check_freshness = dg.define_asset_job(
    "check_freshness",
    selection=dg.AssetSelection.checks(business_is_silent, no_upload_is_stale) | dg.AssetSelection.assets("night"),
    description="Has every business sent something that always does? Are loaded uploads stale? And the page of the night, also where nothing came.",
)


@dg.job(description="Removes old partitions, runs and Parquet between assets (HENK_KEEP_DAYS, HENK_KEEP_STAGING_DAYS).")
def maintenance() -> None:
    """Remove what is old in Dagster and on the disk. PostgreSQL, which keeps the history, is not touched."""
    prune()
