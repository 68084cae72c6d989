"""What is wrong with ticks, schedules, sensors and the daemon, as Dagster's own storage tells, and that each is reported once."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import dagster as dg
import filelock
import pytest
from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.types import DaemonHeartbeat
from dagster._utils.error import SerializableErrorInfo

from henk_pipeline.definitions import defs
from henk_pipeline.file_modes import restrict
from henk_pipeline.orchestration.failed_ticks import report_failed_ticks
from henk_pipeline.orchestration.heartbeat import (
    DAEMON_SECONDS,
    Automation,
    Kind,
    automations_of,
    daemon_state,
    find_problems,
    report_problems,
    states_of,
)
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.runs import open_instance
from tests.integration.test_nights import webhook

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC).timestamp()
NIGHTLY = Automation("nightly", crons=("0 2 * * *",))
EVERY_MINUTE = Automation("at_once", interval=60.0)
MINUTE, HOUR = 60.0, 3600.0


@pytest.fixture
def instance(settings):
    """The Dagster instance of a home whose daemon has just written its heartbeats."""
    with open_instance(settings) as opened:
        beat(opened)
        yield opened


def beat(instance, at=NOW - 10, only=None, errors=None):
    for daemon in instance.get_required_daemon_types() if only is None else only:
        instance.add_daemon_heartbeat(DaemonHeartbeat(at, daemon, "one", errors))


def error_of(message, cls="OperationalError", cause=None):
    return SerializableErrorInfo(message=f"{cls}: {message}\n", stack=[], cls_name=cls, cause=cause)


def error_of_a_tick(message):
    """What a tick's error is with Dagster's wrapping (seen in 1.13.27)."""
    return error_of("Error occurred during the execution of evaluation_fn for sensor at_once", "SensorExecutionError", error_of(message))


def origin_of(name, location="henk_pipeline.definitions"):
    target = LoadableTargetOrigin(executable_path="python", module_name=location)
    return RemoteInstigatorOrigin(RemoteRepositoryOrigin(ManagedGrpcPythonEnvCodeLocationOrigin(target, location), "__repository__"), name)


def known(instance, automation, status=InstigatorStatus.DECLARED_IN_CODE, location="henk_pipeline.definitions", **data):
    """Store the state of a schedule or sensor, as the daemon does."""
    kind, content = (
        (InstigatorType.SCHEDULE, ScheduleInstigatorData(automation.crons[0], **{"start_timestamp": NOW - 10 * 24 * HOUR, **data}))
        if automation.crons
        else (InstigatorType.SENSOR, SensorInstigatorData(min_interval=int(automation.interval), **data))
    )
    return instance.add_instigator_state(InstigatorState(origin_of(automation.name, location), kind, status, content))


def tick(instance, state, at, status=TickStatus.SUCCESS, error=None):
    instance.create_tick(
        TickData(
            instigator_origin_id=state.instigator_origin_id,
            instigator_name=state.instigator_name,
            instigator_type=state.instigator_type,
            status=status,
            timestamp=at,
            selector_id=state.selector_id,
            run_ids=["one"] if status is TickStatus.SUCCESS else [],
            error=error,
            skip_reason=None,
        )
    )


def found(instance, *automations, now=NOW, since=0.0):
    return [(problem.kind, problem.subject) for problem in find_problems(instance, automations, now, since)]


def test_a_home_where_no_daemon_ever_ran_has_no_problems(settings):
    with open_instance(settings) as instance:
        assert find_problems(instance, [NIGHTLY, EVERY_MINUTE], NOW) == []
        assert daemon_state(instance, NOW)[0] is None


def test_a_part_of_the_daemon_has_stopped_only_while_the_others_go_on(instance):
    parts = sorted(instance.get_required_daemon_types())
    beat(instance, at=NOW - 130, only=parts[:1])
    beat(instance, at=NOW - 10, only=parts[1:])
    assert found(instance) == [(Kind.DAEMON_ERROR, f"daemon {parts[0]}")]
    # Killed 80 s ago: the others have stopped as well, and that shows a minute later.
    beat(instance, at=NOW - 80, only=parts[1:])
    assert found(instance) == []
    assert found(instance, now=NOW + 60) == [(Kind.DAEMON_GONE, "daemon")]


def test_a_daemon_without_heartbeats_is_one_problem_and_overdue_sensors_are_none_of_their_own(instance):
    state = known(instance, EVERY_MINUTE)
    tick(instance, state, NOW - 10)
    assert found(instance, EVERY_MINUTE) == []
    later = NOW + HOUR
    (problem,) = find_problems(instance, [EVERY_MINUTE], later)
    assert (problem.kind, problem.subject, problem.since.timestamp()) == (Kind.DAEMON_GONE, "daemon", NOW - 10)
    assert "henk ui" in problem.remedy
    assert daemon_state(instance, later)[0] is False
    # Started a moment ago, it is given time.
    assert found(instance, EVERY_MINUTE, now=later, since=later - DAEMON_SECONDS) == []


def test_a_part_of_the_daemon_that_hangs_or_fails_is_named(instance):
    beat(instance, at=NOW - 600, only=["SENSOR"])
    beat(instance, only=["SCHEDULER"], errors=[error_of("Another SCHEDULER daemon is still sending heartbeats", "Exception")])
    problems = {problem.subject: problem for problem in find_problems(instance, [], NOW)}
    assert problems.keys() == {"daemon SENSOR", "daemon SCHEDULER"}
    beat(instance, only=["MONITORING"], errors=[error_of_a_tick("a tick's own problem says it")])
    assert len(find_problems(instance, [], NOW)) == 2
    assert problems["daemon SCHEDULER"].reason == "Another SCHEDULER daemon is still sending heartbeats"


@pytest.mark.parametrize("automation", [NIGHTLY, EVERY_MINUTE])
def test_a_failed_tick_is_a_problem_until_one_does_not_fail(instance, automation):
    state = known(instance, automation, last_tick_start_timestamp=NOW - 30) if automation is EVERY_MINUTE else known(instance, automation)
    due = datetime(2026, 11, 28, 2, 0, tzinfo=UTC).timestamp()
    tick(instance, state, due - 24 * HOUR)
    for late in (0, 20, 40):
        tick(instance, state, due + late, TickStatus.FAILURE, error_of_a_tick(f"PostgreSQL cannot be reached (attempt {late})"))
    (problem,) = find_problems(instance, [automation], NOW)
    assert (problem.kind, problem.subject, problem.since.timestamp()) == (Kind.TICK_FAILED, automation.title, due)
    assert problem.reason == "PostgreSQL cannot be reached (attempt 40)"
    assert ("2026-11-29 02:00:00 UTC" if automation is NIGHTLY else "every 60 s") in problem.remedy
    tick(instance, state, NOW - 20, TickStatus.STARTED)
    assert [other.key for other in find_problems(instance, [automation], NOW)] == [problem.key]
    tick(instance, state, NOW - 10, TickStatus.SKIPPED)
    assert find_problems(instance, [automation], NOW) == []


@pytest.mark.parametrize(("automation", "failures", "problems"), [(EVERY_MINUTE, 1, 0), (EVERY_MINUTE, 2, 1), (NIGHTLY, 1, 1)])
def test_a_tick_whose_code_server_has_gone_is_a_problem_of_a_sensor_when_the_next_fails_too(instance, automation, failures, problems):
    state = known(instance, automation, last_tick_start_timestamp=NOW - 30) if automation is EVERY_MINUTE else known(instance, automation)
    unreachable = error_of("<_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n>", "_InactiveRpcError")
    stopped = error_of("Could not reach user code server", "DagsterUserCodeUnreachableError", unreachable)
    for number in range(failures):
        tick(instance, state, NOW - 60 + number, TickStatus.FAILURE, stopped)
    assert [kind for kind, _ in found(instance, automation)] == [Kind.TICK_FAILED] * problems


def test_a_failed_tick_is_found_while_the_daemon_is_gone(instance):
    tick(instance, known(instance, NIGHTLY), NOW - HOUR, TickStatus.FAILURE, error_of("wrong"))
    assert {kind for kind, _ in found(instance, NIGHTLY, now=NOW + HOUR)} == {Kind.DAEMON_GONE, Kind.TICK_FAILED}


@pytest.mark.parametrize(
    ("crons", "timezone", "last", "due"),
    [
        (("0 2 * * *",), "UTC", "2026-11-27T02:00+00:00", "2026-11-28T02:00+00:00"),
        (("0 2 * * *",), "UTC", "2026-11-28T02:00+00:00", None),
        (("0 7 * * *",), "America/New_York", "2026-11-27T12:00+00:00", None),  # 07:00 in New York is 12:00 UTC: due this very minute
        (("0 6 * * *",), "America/New_York", "2026-11-27T11:00+00:00", "2026-11-28T11:00+00:00"),
        (("* * * * *",), "UTC", "2026-11-28T11:54+00:00", None),
        (("*/5 * * * *",), "UTC", "2026-11-28T11:40+00:00", "2026-11-28T11:45+00:00"),
        (("0 11 * * *", "30 1 * * *"), "UTC", "2026-11-28T01:30+00:00", "2026-11-28T11:00+00:00"),
        (("0 5 * * 0",), "UTC", "2026-11-22T05:00+00:00", None),
    ],
)
def test_a_schedule_is_overdue_when_its_tick_has_not_come(instance, crons, timezone, last, due):
    automation = Automation("nightly", crons, timezone)
    tick(instance, known(instance, automation), datetime.fromisoformat(last).timestamp())
    problems = find_problems(instance, [automation], NOW)
    assert [problem.since.isoformat(timespec="minutes") for problem in problems] == ([due] if due else [])


def test_a_schedule_that_never_ticks_is_overdue_however_often_it_is_due(instance):
    automation = Automation("nightly", ("* * * * *",))
    tick(instance, known(instance, automation), NOW - 20 * MINUTE)
    assert found(instance, automation) == [(Kind.OVERDUE, "schedule nightly")]


@pytest.mark.parametrize(("day", "hour"), [("2026-03-08", 2), ("2026-11-01", 1)])
def test_clock_changes_make_no_schedule_overdue(instance, day, hour):
    """2026-03-08 02:00 does not exist in New York, 2026-11-01 01:00 comes twice."""
    automation = Automation("nightly", (f"0 {hour} * * *",), "America/New_York")
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo("America/New_York")).timestamp()
    state = known(instance, automation, start_timestamp=noon - 24 * HOUR)
    beat(instance, at=noon)
    (problem,) = find_problems(instance, [automation], noon)
    tick(instance, state, problem.since.timestamp())
    assert find_problems(instance, [automation], noon) == []


def test_a_schedule_just_turned_on_just_started_or_changed_is_not_overdue(instance):
    known(instance, NIGHTLY, start_timestamp=NOW - MINUTE)
    assert found(instance, NIGHTLY) == []
    freshness = Automation("freshness", ("0 7 * * *",))
    known(instance, freshness, last_iteration_timestamp=NOW - HOUR)  # the scheduler looked an hour ago: it was due at another time then
    assert found(instance, freshness) == []
    upkeep = Automation("upkeep", ("0 11 * * *",))
    known(instance, upkeep)
    assert found(instance, upkeep) == [(Kind.OVERDUE, "schedule upkeep")]
    assert found(instance, upkeep, since=NOW - MINUTE) == []


@pytest.mark.parametrize(
    ("interval", "silent", "overdue"), [(30, 290, False), (30, 310, True), (3600, 4 * HOUR, False), (3600, 6 * HOUR, True)]
)
def test_a_sensor_is_overdue_after_five_intervals_and_five_minutes_at_least(instance, interval, silent, overdue):
    automation = Automation("at_once", interval=float(interval))
    tick(instance, known(instance, automation), NOW - silent, TickStatus.SKIPPED)
    assert found(instance, automation) == ([(Kind.OVERDUE, "sensor at_once")] if overdue else [])


def test_a_long_tick_makes_no_other_sensor_overdue_and_is_overdue_itself_in_the_end(instance):
    other = Automation("died_batches", interval=30.0)
    tick(instance, known(instance, other), NOW - 20 * MINUTE, TickStatus.SKIPPED)
    state = known(instance, EVERY_MINUTE)
    tick(instance, state, NOW - 20 * MINUTE, TickStatus.STARTED)
    assert found(instance, EVERY_MINUTE, other) == []
    beat(instance, at=NOW + 2 * HOUR)
    assert set(found(instance, EVERY_MINUTE, other, now=NOW + 2 * HOUR)) == {
        (Kind.OVERDUE, "sensor at_once"),
        (Kind.OVERDUE, "sensor died_batches"),
    }


def test_what_is_turned_off_renamed_or_of_another_location_counts_for_nothing(instance):
    for number, (name, status, location) in enumerate(
        [
            ("at_once", InstigatorStatus.STOPPED, "henk_pipeline.definitions"),
            ("old_name", InstigatorStatus.RUNNING, "henk_pipeline.definitions"),
            ("died_batches", InstigatorStatus.RUNNING, "another.location"),
        ]
    ):
        state = known(instance, Automation(name, interval=30.0), status, location, last_sensor_start_timestamp=NOW - HOUR - number)
        tick(instance, state, NOW - HOUR, TickStatus.FAILURE, error_of("wrong"))
    tick(instance, known(instance, Automation("died_batches", interval=30.0), last_tick_start_timestamp=NOW - 5), NOW - 5)
    assert found(instance, EVERY_MINUTE, Automation("died_batches", interval=30.0)) == []


def test_every_schedule_and_sensor_of_the_location_is_looked_at(instance):
    repository = defs.get_repository_def()
    automations = automations_of(repository)
    assert {one.name for one in automations} == {one.name for one in [*repository.schedule_defs, *repository.sensor_defs]}
    for automation in automations:
        state = known(instance, automation)
        tick(instance, state, NOW - MINUTE, TickStatus.FAILURE, error_of(f"{automation.name} failed"))
    assert {subject for _, subject in found(instance, *automations)} == {one.title for one in automations}
    states = {state.automation.name: state for state in states_of(instance, automations)}
    assert {(state.running, state.status) for state in states.values()} == {(True, "failure")}


def test_a_problem_is_reported_once_and_again_when_it_comes_back_or_changes(instance, settings, monkeypatch):
    state = known(instance, EVERY_MINUTE)
    with webhook() as (url, messages):
        settings = settings.model_copy(update={"notify": (url,)})

        def look(at, status, reason=None):
            tick(instance, state, at, status, error_of(reason) if reason else None)
            beat(instance, at=at)
            return report_problems(instance, settings, find_problems(instance, [EVERY_MINUTE], at))

        assert [len(look(NOW + minute * 60, TickStatus.FAILURE, f"run {minute}0a2f6d11 lost")) for minute in range(4)] == [1, 0, 0, 0]
        assert len(messages) == 1
        assert messages[0]["title"] == "The sensor at_once: tick failed"
        assert "Reason: run 00a2f6d11 lost" in messages[0]["message"]
        assert "What to do: " in messages[0]["message"]
        assert len(look(NOW + 300, TickStatus.FAILURE, "permission denied for table leads")) == 1  # another reason
        assert look(NOW + 360, TickStatus.SKIPPED) == []  # over
        assert len(look(NOW + 420, TickStatus.FAILURE, "permission denied for table leads")) == 1  # it has come back
        assert len(messages) == 3
        with filelock.FileLock(settings.home / ".heartbeat.lock"):
            assert look(NOW + 480, TickStatus.FAILURE, "disk full") == []  # another process is at it
        assert len(messages) == 3


def test_one_who_looks_for_failed_ticks_only_forgets_nothing_of_the_others(instance, settings):
    tick(instance, known(instance, EVERY_MINUTE), NOW - 10, TickStatus.FAILURE, error_of("wrong"))
    gone = find_problems(instance, [EVERY_MINUTE], NOW + HOUR)
    assert len(report_problems(instance, settings, gone)) == 2
    failed = [problem for problem in gone if problem.kind is Kind.TICK_FAILED]
    assert report_problems(instance, settings, failed, kinds=[Kind.TICK_FAILED]) == []
    assert report_problems(instance, settings, [], kinds=[Kind.TICK_FAILED]) == []
    assert [problem.kind for problem in report_problems(instance, settings, gone)] == [Kind.TICK_FAILED]


def test_the_sensor_reports_failed_ticks_of_the_others(instance, settings):
    automation = next(one for one in automations_of(defs.get_repository_def()) if one.name == "nightly")
    tick(instance, known(instance, automation), datetime.now(UTC).timestamp(), TickStatus.FAILURE, error_of("wrong"))
    with dg.build_sensor_context(instance=instance, repository_def=defs.get_repository_def(), resources={"henk": Henk()}) as context:
        texts = [report_failed_ticks.evaluate_tick(context).skip_message for _ in range(2)]
    assert [text.split("; ")[1] for text in texts] == ["1 reported now.", "0 reported now."]


@pytest.mark.long
def test_doctor_prints_problems_alone_and_exits_with_3(henk, settings):
    assert (henk("doctor", "--heartbeat").returncode, henk("doctor", "--heartbeat").stdout) == (0, "")
    assert not settings.dagster_home.exists()
    with open_instance(settings) as instance:
        beat(instance, at=NOW - 30 * 24 * HOUR)
    result = henk("doctor", "--heartbeat")
    assert result.returncode == 3
    assert result.stdout.startswith("The daemon: daemon gone since 2026-10-29 12:00:00 UTC.")
    whole = henk("doctor")
    assert whole.returncode == 3
    assert "Schedules and sensors" in whole.stdout
    assert "nightly" in whole.stdout
    for path in settings.dagster_home.rglob("*"):  # made by this process, whose umask is not henk's
        restrict(path)
    (settings.home / "ui.lock").touch(0o600)
    (settings.home / "ui.lock").write_text('{"pid": 1, "stopped": 1}')  # ended in order: for a probe a problem, for a person none
    assert henk("doctor").returncode == 0
    assert henk("doctor", "--heartbeat").returncode == 3


def test_doctor_shows_its_tables_where_the_home_cannot_be_written(henk, settings, tmp_path):
    (tmp_path / "file").write_text("")
    result = henk("doctor", HENK_HOME=str(tmp_path / "file" / "home"))
    assert result.returncode == 3
    assert "Traceback" not in result.stderr
    assert "HENK_LANDING" in result.stdout
    assert re.search(r"HENK_HOME can be written +│ FAILED", result.stdout)
    assert re.search(r"PostgreSQL +│ ok", result.stdout)
    for storage in ("dagster.yaml", "schedules"):
        (settings.dagster_home / storage).parent.mkdir(parents=True, exist_ok=True)
        (settings.dagster_home / storage).write_text("not: [yaml")
    broken = henk("doctor")
    assert broken.returncode == 3
    assert "Traceback" not in broken.stderr
    assert re.search(r"PostgreSQL +│ ok", broken.stdout)
