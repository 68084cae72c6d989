"""The event log that keeps its connections: Dagster's own storage reads what it writes, and few files stay open."""

from pathlib import Path

import dagster as dg
import psutil
import pytest
from dagster._core.instance.ref import InstanceRef

from henk_pipeline.orchestration.event_log import KeptEventLog
from henk_pipeline.orchestration.runs import kept_event_log


@dg.asset
def numbers() -> int:
    return 1


@pytest.fixture
def home(tmp_path):
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    return tmp_path


def opened(home, *, kept):
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=kept_event_log(home) if kept else None))


def open_files(home):
    paths = [Path(file.path) for file in psutil.Process().open_files()]
    return {path.name for path in paths if path.parent == home / "history" / "runs" and path.suffix == ".db"}


def test_dagsters_own_storage_reads_what_it_has_written_and_the_other_way_round(home):
    with opened(home, kept=False) as plain:
        first = dg.materialize([numbers], instance=plain).run_id
        with opened(home, kept=True) as kept:
            assert isinstance(kept.event_log_storage, KeptEventLog)
            second = dg.materialize([numbers], instance=kept).run_id
            assert [len(kept.all_logs(run)) > 5 for run in (first, second)] == [True, True]
            assert len(kept.fetch_materializations(numbers.key, limit=10).records) == 2
        assert [entry.dagster_event_type for entry in plain.all_logs(first)] == [
            entry.dagster_event_type for entry in plain.all_logs(second)
        ]
        assert plain.fetch_materializations(numbers.key, limit=1).records[0].run_id == second


def test_only_the_index_and_the_last_run_stay_open(home):
    with opened(home, kept=True) as kept:
        runs = [dg.materialize([numbers], instance=kept).run_id for _ in range(3)]
        assert open_files(home) == {"index.db", f"{runs[-1]}.db"}
    assert open_files(home) == set()


@pytest.mark.parametrize("line", ["storage:", "event_log_storage:", '"run_storage":'])
def test_a_storage_that_the_operator_has_chosen_is_used(home, line):
    assert kept_event_log(home) != {}
    (home / "dagster.yaml").write_text(f"telemetry:\n  enabled: false\n{line}\n  postgres: {{}}\n")
    assert kept_event_log(home) == {}


@pytest.mark.parametrize("line", ["# storage:", "python_logs: {}", "retention:\n  storage: 1"])
def test_other_lines_choose_no_storage(home, line):
    (home / "dagster.yaml").write_text(f"{line}\n")
    assert kept_event_log(home) != {}
