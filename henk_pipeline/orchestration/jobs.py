"""The jobs: an upload's way into PostgreSQL, scores anew, and the DuckDB file."""

import dagster as dg

from henk_pipeline.orchestration.assets import ANALYTICS_TABLES

CHAIN = ("uploads", "validated_leads", "rejected_rows", "upload_readings", "scored_leads", "lead_lists", "campaign_leads")

import_uploads = dg.define_asset_job(
    "import_uploads",
    selection=list(CHAIN),
    description="From the landing folder to campaign leads, for one upload or a batch of them.",
)
rescore_leads = dg.define_asset_job(
    "rescore",
    selection=["lead_scores"],
    description="Scores all leads anew, after calls or with other weights; only those that change are written.",
)
build_analytics = dg.define_asset_job(
    "build_analytics",
    selection=[table.name for table in ANALYTICS_TABLES],
    description="Builds the DuckDB file from PostgreSQL and publishes it whole.",
)
