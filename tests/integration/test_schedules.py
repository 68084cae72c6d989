"""Every schedule and sensor through its tick: what it asks for can be asked for, runs, and is asked for once. A tick by itself changes nothing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster import DagsterInstance
from dagster._utils.schedules import schedule_execution_time_iterator

from henk_pipeline.definitions import defs
from henk_pipeline.orchestration.partitions import RANGE_END, RANGE_START
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.runs import open_instance
from henk_pipeline.settings import Settings
from henk_pipeline.steps import discovery as night_steps
from tests.integration.uploading import add_business

STATE = """SELECT (SELECT count(*) FROM henk.landed_files), (SELECT count(*) FROM henk.planned_runs), (SELECT count(*) FROM henk.upload_attempts),
    (SELECT coalesce(sum(launches), 0) FROM henk.landed_files), (SELECT count(*) FROM lead_imports)"""


@pytest.fixture
def acme(settings: Settings, connection) -> Path:
    add_business(connection, "acme", "Year End")
    folder = Path(settings.landing) / "acme"
    folder.mkdir(parents=True)
    return folder


def land(folder: Path, first: int, count: int) -> None:
    for number in range(first, first + count):
        (folder / f"f{number:03d}.csv").write_text(f"Email\nf{number}@example.org\n")


def evaluated_schedule(instance: DagsterInstance, name: str, moment: datetime | None = None):
    schedule = defs.resolve_schedule_def(name)
    with dg.build_schedule_context(instance=instance, scheduled_execution_time=moment or datetime.now(UTC), resources={"henk": Henk()}) as context:  # fmt: skip
        return schedule.evaluate_tick(context)


def evaluated_sensor(instance: DagsterInstance, name: str):
    sensor = defs.resolve_sensor_def(name)
    with dg.build_sensor_context(instance=instance, resources={"henk": Henk()}) as context:
        return sensor.evaluate_tick(context)


def execute(instance: DagsterInstance, request: dg.RunRequest, job: str | None = None):
    """Run what a tick asks for, as the daemon would."""
    return defs.resolve_job_def(request.job_name or job).execute_in_process(
        instance=instance, run_config=request.run_config, tags=request.tags, raise_on_error=False
    )


def keys_of(instance: DagsterInstance, request: dg.RunRequest) -> list[str]:
    known = list(instance.get_dynamic_partitions("uploads"))
    return known[known.index(request.tags[RANGE_START]) : known.index(request.tags[RANGE_END]) + 1]


def night(instance: DagsterInstance, settings: Settings) -> list[dg.RunRequest]:
    """A night as the daemon has it: the schedule's tick, the run it asks for, and the tick that launches what that has planned."""
    (request,) = evaluated_schedule(instance, "nightly").run_requests
    assert execute(instance, request).success
    return list(evaluated_sensor(instance, "launch_planned_runs").run_requests or [])


@pytest.mark.long
@pytest.mark.parametrize(("files", "batch", "runs"), [(0, 200, 0), (1, 200, 1), (11, 6, 2), (30, 1, 30)])
def test_a_night_of_so_many_batches(settings, acme, connection, monkeypatch, files, batch, runs):
    land(acme, 0, files)
    with open_instance(settings) as instance:
        small = settings.model_copy(update={"batch_uploads": batch, "loaders": 1})
        monkeypatch.setattr("henk_pipeline.orchestration.resources.load_settings", lambda: small)
        requests = night(instance, settings)
        assert len(requests) == runs
        assert len({request.run_key for request in requests}) == runs
        assert None not in {request.run_key for request in requests}
        covered = [key for request in requests for key in keys_of(instance, request)]
        assert len(covered) == len(set(covered)) == files
        again = evaluated_sensor(instance, "launch_planned_runs").run_requests or []
        assert [request.run_key for request in again] == [
            request.run_key for request in requests
        ]  # Dagster passes by a key it has launched
        if runs <= 2:
            assert all(execute(instance, request, "import_uploads").success for request in requests)
            assert connection.execute("SELECT count(*) FROM leads").fetchone() == (files,)
            assert evaluated_sensor(instance, "launch_planned_runs").run_requests == []


@pytest.mark.long
def test_an_old_file_that_waited_and_a_new_one_make_two_runs_with_a_gap_between(settings, acme, connection):
    land(acme, 0, 1)
    (acme / "f000.csv.toml").write_text('campaigns = ["Gala"]')
    land(acme, 1, 1)
    with open_instance(settings) as instance:
        assert all(execute(instance, request, "import_uploads").success for request in night(instance, settings))
        assert connection.execute("SELECT status FROM lead_imports ORDER BY file_name").fetchall() == [("rejected",), ("loaded",)]
        assert night(instance, settings) == []  # nothing has changed: it is not run, and not refused again
        business = connection.execute("SELECT id FROM businesses").fetchone()[0]
        connection.execute("INSERT INTO campaigns (business_id, name) VALUES (%s, 'Gala')", [business])
        land(acme, 2, 1)
        connection.execute("UPDATE henk.landed_files SET launched_at = launched_at - interval '20 s'")
        requests = night(instance, settings)
        assert len(requests) == 2
        assert all(execute(instance, request, "import_uploads").success for request in requests)
        assert connection.execute("SELECT count(*) FROM lead_imports WHERE status = 'loaded'").fetchone() == (3,)
        assert night(instance, settings) == []


def test_a_tick_changes_nothing(settings, acme, connection):
    land(acme, 0, 3)
    (acme / ".at-once").touch()
    with open_instance(settings) as instance:
        for _ in range(2):  # as the preview in the UI does
            assert len(evaluated_schedule(instance, "nightly").run_requests) == 1
            assert len(evaluated_sensor(instance, "at_once").run_requests) == 1
            for sensor in ("died_batches", "launch_planned_runs"):
                assert not evaluated_sensor(instance, sensor).run_requests
        assert connection.execute(STATE).fetchone() == (0, 0, 0, 0, 0)
        assert not settings.uploads.exists()
        assert instance.get_dynamic_partitions("uploads") == []


def test_planning_that_fails_half_way_leaves_files_that_the_next_night_runs(settings, acme, connection, monkeypatch):
    land(acme, 0, 5)
    with open_instance(settings) as instance:
        (request,) = evaluated_schedule(instance, "nightly").run_requests
        with monkeypatch.context() as patch:
            patch.setattr(night_steps, "requeue_failed", lambda *_: (_ for _ in ()).throw(OSError("the disk is gone")))
            assert not execute(instance, request).success
        assert connection.execute("SELECT count(*), max(launches) FROM henk.landed_files").fetchone() == (5, 0)
        (launch,) = night(instance, settings)
        assert len(keys_of(instance, launch)) == 5


def test_a_tick_during_a_running_night_plans_only_what_is_new(settings, acme):
    land(acme, 0, 3)
    with open_instance(settings) as instance:
        (first,) = night(instance, settings)
        instance.create_run_for_job(defs.resolve_job_def("import_uploads"), tags=first.tags, status=dg.DagsterRunStatus.NOT_STARTED)
        land(acme, 3, 2)
        requests = [request for request in night(instance, settings) if request.run_key != first.run_key]
        assert [len(keys_of(instance, request)) for request in requests] == [2]


def test_at_once_waits_for_a_plan_that_is_under_way(settings, acme):
    land(acme, 0, 1)
    (acme / ".at-once").touch()
    with open_instance(settings) as instance:
        (request,) = evaluated_sensor(instance, "at_once").run_requests
        instance.create_run_for_job(defs.resolve_job_def("plan_imports"), tags=request.tags, run_config=request.run_config)
        assert not evaluated_sensor(instance, "at_once").run_requests
        assert execute(instance, request).success
        assert len(evaluated_sensor(instance, "launch_planned_runs").run_requests) == 1
        assert not evaluated_sensor(instance, "at_once").run_requests  # it is launched


def test_a_file_that_waits_for_a_campaign_is_not_looked_at_every_minute(settings, acme, connection):
    land(acme, 0, 1)
    (acme / "f000.csv.toml").write_text('campaigns = ["Gala"]')
    (acme / ".at-once").touch()
    with open_instance(settings) as instance:
        (request,) = evaluated_sensor(instance, "at_once").run_requests
        assert execute(instance, request).success
        (launch,) = evaluated_sensor(instance, "launch_planned_runs").run_requests
        assert execute(instance, launch, "import_uploads").success
        connection.execute("UPDATE henk.landed_files SET launched_at = now() - interval '2 hours'; DELETE FROM henk.planned_runs")
        (request,) = evaluated_sensor(instance, "at_once").run_requests  # once an hour
        assert execute(instance, request).success
        assert not evaluated_sensor(instance, "at_once").run_requests


@pytest.mark.parametrize("name", [schedule.name for schedule in defs.schedules])
def test_every_schedule_asks_for_a_run_that_succeeds_and_has_no_key(settings, acme, name):
    with open_instance(settings) as instance:
        tick = evaluated_schedule(instance, name)
        (request,) = tick.run_requests
        assert request.run_key is None  # Dagster keeps keys for ever, and would pass by a later run of the same
        assert execute(instance, request, defs.resolve_schedule_def(name).job_name).success


@pytest.mark.parametrize("name", [sensor.name for sensor in defs.sensors if isinstance(sensor, dg.SensorDefinition) and sensor.sensor_type.value == "STANDARD"])  # fmt: skip
def test_every_sensor_ticks_on_an_empty_installation(settings, connection, name):
    with open_instance(settings) as instance:
        evaluated_sensor(instance, name)


def test_rows_that_a_client_sent_are_read_by_one_run(settings, acme, connection, monkeypatch):
    send = """SELECT create_lead_list_from_csv(id, 'Sent', '[{"phone": "212 555 0101", "NoPhone": "X"}]') FROM businesses"""
    with open_instance(settings) as instance:
        connection.execute(send)
        connection.commit()
        (request,) = evaluated_sensor(instance, "sent_lists_arrive").run_requests
        with monkeypatch.context() as patch:
            patch.setattr("henk_pipeline.steps.sent_lists.read_rows", lambda *_: [].pop())
            assert not execute(instance, request, "read_sent_lists").success
        assert not evaluated_sensor(instance, "sent_lists_arrive").run_requests, "the same rows fail again"
        connection.execute(send)
        connection.commit()
        (request,) = evaluated_sensor(instance, "sent_lists_arrive").run_requests
        done = execute(instance, request, "read_sent_lists")
        assert done.asset_materializations_for_node("sent_lists")[0].metadata["opted out"].value == 1
        assert not evaluated_sensor(instance, "sent_lists_arrive").run_requests
    assert connection.execute("SELECT do_not_call FROM leads").fetchall() == [(True,)]


def test_the_night_comes_once_when_clocks_change(settings):
    """Two o'clock does not exist on the day summer time begins, and is there twice on the day it ends (America/New_York, 2027)."""
    zone = ZoneInfo("America/New_York")
    for first, days in ((datetime(2027, 3, 13, 12, tzinfo=zone), 3), (datetime(2027, 11, 6, 12, tzinfo=zone), 3)):
        ticks = schedule_execution_time_iterator(first.timestamp(), "0 2 * * *", "America/New_York")
        moments = [next(ticks) for _ in range(days)]
        assert len({moment.astimezone(zone).date() for moment in moments}) == days
        assert all(timedelta(hours=22) < later - earlier < timedelta(hours=26) for earlier, later in pairwise(moments))


def test_all_that_an_installation_needs_runs_by_default():
    assert {schedule.name for schedule in defs.schedules} >= {"nightly", "freshness", "upkeep"}
    for schedule in defs.schedules:
        assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    for sensor in defs.sensors:
        assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
