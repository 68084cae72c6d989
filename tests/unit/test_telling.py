"""What an alert is called."""

import dagster as dg
import pytest

from henk_pipeline.orchestration.telling import job_of


@pytest.mark.parametrize(
    ("job", "name"), [("__ASSET_JOB", "materialize assets"), ("__ASSET_JOB_0", "materialize assets"), ("import_uploads", "import_uploads")]
)
def test_a_backfill_has_a_name_that_an_operator_knows(job: str, name: str) -> None:
    assert job_of(dg.DagsterRun(job_name=job)) == name
