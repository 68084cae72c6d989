"""The code location: assembles what orchestration/ defines, and defines nothing itself."""

import dagster as dg

from henk_pipeline.orchestration import (
    assets,
    checks,
    failed_ticks,
    jobs,
    night,
    planning,
    rederive,
    schedules,
    sensors,
    sent_lists,
    smart_lists,
)
from henk_pipeline.orchestration.io_manager import UploadParquetIOManager
from henk_pipeline.orchestration.resources import Henk

defs = dg.Definitions(
    assets=[
        assets.uploads,
        assets.validated_leads,
        assets.scored_leads,
        assets.lead_lists,
        assets.campaign_leads,
        assets.lead_scores,
        sent_lists.sent_lists,
        smart_lists.smart_lists,
        assets.analytics,
        night.night,
    ],
    asset_checks=[*checks.ALL, *smart_lists.CHECKS],
    jobs=[
        planning.plan_imports,
        jobs.import_uploads,
        jobs.rescore_leads,
        jobs.read_sent_lists,
        smart_lists.refresh_lists,
        jobs.build_analytics,
        jobs.check_freshness,
        jobs.maintenance,
        rederive.rederive_stale,
    ],
    schedules=[schedules.nightly, schedules.freshness, schedules.upkeep],
    sensors=[
        sensors.launch_planned_runs,
        sensors.at_once,
        sensors.died_batches,
        sensors.sent_lists_arrive,
        smart_lists.smart_lists_follow_changes,
        sensors.analytics_follow_imports,
        sensors.analytics_follow_changes,
        sensors.scores_follow_outcomes,
        sensors.tell_of_failed_runs,
        sensors.tell_of_failed_checks,
        failed_ticks.report_failed_ticks,
    ],
    resources={"henk": Henk(), "io_manager": UploadParquetIOManager()},
    # A process that imports dagster, polars and pandera takes seconds to start: steps of a run share one.
    executor=dg.in_process_executor,
)
