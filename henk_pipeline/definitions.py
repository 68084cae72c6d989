"""The code location: assembles what orchestration/ defines, and defines nothing itself."""

import dagster as dg

from henk_pipeline.orchestration import assets, jobs, schedules, sensors
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
        assets.analytics,
    ],
    jobs=[jobs.import_uploads, jobs.rescore_leads, jobs.build_analytics],
    schedules=[schedules.nightly],
    sensors=[sensors.analytics_follow_imports, sensors.scores_follow_outcomes],
    resources={"henk": Henk(), "io_manager": UploadParquetIOManager()},
    # A process that imports dagster, polars and pandera takes seconds to start: steps of a run share one.
    executor=dg.in_process_executor,
)
