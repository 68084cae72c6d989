"""Finds problems that no failed run reports: failed ticks, overdue schedules and sensors, a daemon that is gone. Reports each once.

It reads Dagster's storage only, so that it works in any process; it does not know the definitions, which
callers pass as automations.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from itertools import takewhile
from typing import Any

import dagster as dg
import filelock
from dagster._core import errors as dagster_errors
from dagster._core.scheduler.instigation import InstigatorState, InstigatorTick, ScheduleInstigatorData, SensorInstigatorData, TickStatus
from dagster._utils.schedules import cron_string_iterator

from henk_pipeline.orchestration.notifications import report_problem
from henk_pipeline.settings import Settings

# Daemons write a heartbeat every 30 seconds.
DAEMON_SECONDS = 120.0
# One that lives has written the newest of all its parts' heartbeats within so many seconds.
FRESH_SECONDS = 60.0
# A daemon looks at its schedules once a minute, at its sensors every five seconds.
SCHEDULE_SECONDS = 300.0
SENSOR_SECONDS = 300.0
SENSOR_INTERVALS = 5
# A tick that receives gigabytes may take an hour (DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS); other sensors wait for it meanwhile.
TICK_SECONDS = 3900.0
BLOCKING_SECONDS = 60.0
MAX_TICKS = 200
MAX_REASON = 500
REPORTED = "henk/heartbeat"  # key in Dagster's storage: the problems that were reported and still last


class Kind(Enum):
    """The kind of a problem."""

    DAEMON_GONE = "daemon gone"
    DAEMON_ERROR = "daemon error"
    TICK_FAILED = "tick failed"
    OVERDUE = "overdue"
    NOT_LOADED = "not loaded"
    LEFT_ASIDE = "left aside"


HEARTBEAT_KINDS = tuple(kind for kind in Kind if kind is not Kind.LEFT_ASIDE)  # what a check of the daemon, schedules and sensors looks for


@dataclass(frozen=True)
class Automation:
    """A schedule (cron, timezone) or a sensor (interval in seconds)."""

    name: str
    crons: tuple[str, ...] = ()
    timezone: str = "UTC"
    interval: float = 0.0

    @property
    def title(self) -> str:
        """The name of the schedule or sensor in messages."""
        return f"{'schedule' if self.crons else 'sensor'} {self.name}"


@dataclass(frozen=True)
class Problem:
    """Something that an operator must know: the object, since when, why, and what to do."""

    kind: Kind
    subject: str
    since: datetime
    reason: str
    remedy: str

    @property
    def key(self) -> str:
        """The identity of the problem, without numbers and ids of its reason: the same problem a minute later has the same key."""
        if self.kind in {Kind.DAEMON_GONE, Kind.OVERDUE}:
            return f"{self.kind.value}:{self.subject}:"
        # Numbers in the name of a file are part of it.
        reason = self.reason if self.kind is Kind.LEFT_ASIDE else re.sub(r"[0-9a-f-]{8,}|\d+", "#", self.reason)
        return f"{self.kind.value}:{self.subject}:{hashlib.sha256(reason.encode()).hexdigest()[:12]}"

    def text(self) -> str:
        """Describe the problem in one paragraph."""
        return f"The {self.subject}: {self.kind.value} since {moment(self.since)}.\nReason: {self.reason}\nWhat to do: {self.remedy}"


@dataclass(frozen=True)
class Automated:
    """The state of a schedule or sensor. `last` and `status` are of its newest tick; None before its first."""

    automation: Automation
    running: bool
    last: datetime | None
    status: str | None


def automations_of(repository: dg.RepositoryDefinition) -> list[Automation]:
    """Return the schedules and sensors of a code location."""
    schedules = [
        Automation(
            schedule.name,
            crons=(schedule.cron_schedule,) if isinstance(schedule.cron_schedule, str) else tuple(schedule.cron_schedule),
            timezone=schedule.execution_timezone or "UTC",
        )
        for schedule in repository.schedule_defs
    ]
    return [
        *schedules,
        *(Automation(sensor.name, interval=float(sensor.minimum_interval_seconds or 30)) for sensor in repository.sensor_defs),
    ]


def find_problems(
    instance: dg.DagsterInstance, automations: Iterable[Automation], now: float | None = None, since: float = 0.0
) -> list[Problem]:
    """Return the problems of the daemon, the schedules and the sensors.

    Args:
        instance: Dagster's instance.
        automations: The schedules and sensors of the code location; others in the storage (renamed, of other
            locations) do not count.
        now: Seconds since 1970.
        since: The start of the daemon, if it is known; ticks before it are not missed.

    Returns:
        One problem if the daemon is gone, since all else follows from it; otherwise those of each schedule and
            sensor that is running.
    """
    now = time.time() if now is None else now
    daemon = _daemon_problems(instance, now, since)
    states = _states(instance)
    running = [(automation, states[automation.name]) for automation in automations if automation.name in states]
    running = [(automation, state) for automation, state in running if state.is_running]
    ticks = {automation.name: _ticks(instance, state) for automation, state in running}
    failed = [problem for automation, _ in running if (problem := _failed_tick(automation, ticks[automation.name], now))]
    if any(problem.kind is Kind.DAEMON_GONE for problem in daemon) or not instance.get_daemon_heartbeats():
        return [*daemon, *failed]
    busy = any(_blocks(ticks[automation.name], now) for automation, _ in running if not automation.crons)
    overdue = [
        problem for automation, state in running if (problem := _overdue(automation, state, ticks[automation.name], now, since, busy=busy))
    ]
    return [*daemon, *failed, *overdue]


def daemon_state(instance: dg.DagsterInstance, now: float | None = None) -> tuple[bool | None, str]:
    """Return whether the daemon is alive (None if none ever ran), and a sentence on it."""
    now = time.time() if now is None else now
    newest = max((heartbeat.timestamp for heartbeat in instance.get_daemon_heartbeats().values()), default=None)
    if newest is None:
        return None, "has never run on this home"
    return now - newest <= DAEMON_SECONDS, f"last heartbeat {moment(_at(newest))}, {now - newest:.0f} s ago"


def states_of(instance: dg.DagsterInstance, automations: Iterable[Automation]) -> list[Automated]:
    """Return the state of each schedule and sensor, for a table."""
    states = _states(instance)
    result = []
    for automation in automations:
        state = states.get(automation.name)
        newest = next(iter(_ticks(instance, state, limit=1)), None) if state is not None else None
        last = _at(newest.timestamp) if newest else None
        result.append(Automated(automation, state is not None and state.is_running, last, newest.status.value.lower() if newest else None))
    return result


def report_problems(
    instance: dg.DagsterInstance, settings: Settings, problems: Sequence[Problem], kinds: Iterable[Kind] = HEARTBEAT_KINDS
) -> list[Problem]:
    """Report problems that were not reported yet to the log and to HENK_NOTIFY, in one message.

    Reported problems are kept in Dagster's storage, so that several processes and a restart report a problem
    once. One that is over and comes back is reported again. A process that is killed between the message and
    the record reports it twice, never not at all.

    Args:
        instance: Dagster's instance.
        settings: The settings, for HENK_NOTIFY.
        problems: All present problems of these kinds.
        kinds: The kinds that the caller has looked for; reported problems of other kinds stay as they are.

    Returns:
        The problems that were reported now.
    """
    storage, covered = instance.daemon_cursor_storage, {kind.value for kind in kinds}
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(settings.home / ".heartbeat.lock", timeout=0):
            reported: dict[str, float] = json.loads(storage.get_cursor_values({REPORTED}).get(REPORTED, "{}"))
            new = list({problem.key: problem for problem in problems if problem.key not in reported}.values())
            if new:
                report_problem(settings, _title(new), "\n\n".join(problem.text() for problem in new))
            present = {problem.key: reported.get(problem.key, time.time()) for problem in problems}
            kept = {key: when for key, when in reported.items() if key.split(":", 1)[0] not in covered}
            if {**kept, **present} != reported:
                storage.set_cursor_values({REPORTED: json.dumps({**kept, **present})})
            return new
    except filelock.Timeout:
        return []  # another process reports at this moment


def moment(when: datetime) -> str:
    """Write a time for a message."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def _title(problems: Sequence[Problem]) -> str:
    first, more = problems[0], len(problems) - 1
    others = f", and {more} more problem{'s' if more > 1 else ''}" if more else ""
    return f"The {first.subject}: {first.kind.value}{others}"


def _daemon_problems(instance: dg.DagsterInstance, now: float, since: float) -> list[Problem]:
    heartbeats = instance.get_daemon_heartbeats()
    if not heartbeats or instance.daemon_skip_heartbeats_without_errors:
        return []
    required = instance.get_required_daemon_types()
    silent = {
        name: heartbeat.timestamp
        for name, heartbeat in heartbeats.items()
        if name in required and now - max(heartbeat.timestamp, since) > DAEMON_SECONDS
    }
    if len(silent) == len([name for name in heartbeats if name in required]):
        newest = max(silent.values(), default=now)
        reason = f"It has written no heartbeat for {now - newest:.0f} s. No schedule and no sensor runs, queued runs do not start."
        return [
            Problem(
                Kind.DAEMON_GONE, "daemon", _at(newest), reason, "Start it: henk ui (or systemctl start henk); its log says why it ended."
            )
        ]
    if now - max((heartbeat.timestamp for heartbeat in heartbeats.values()), default=0.0) > FRESH_SECONDS:
        silent = {}  # the whole daemon may be gone: that is known in a minute
    stopped = [
        Problem(
            Kind.DAEMON_ERROR,
            f"daemon {name}",
            _at(last),
            "This part of the daemon has stopped writing heartbeats, while others still do.",
            "Look at Deployment, Daemons, and at the log; restart henk ui.",
        )
        for name, last in silent.items()
    ]
    errors = [
        Problem(
            Kind.DAEMON_ERROR,
            f"daemon {name}",
            _at(heartbeat.timestamp),
            _reason(error),
            "Look at Deployment, Daemons. Two daemons on one home: end one of them.",
        )
        for name, heartbeat in heartbeats.items()
        for error in [error for error in heartbeat.errors or [] if not _is_of_a_tick(error)][:1]
        if name in required and name not in silent
    ]
    return [*stopped, *errors]


def _ticks(instance: dg.DagsterInstance, state: InstigatorState, limit: int = 1) -> list[InstigatorTick]:
    """Return the newest ticks, newest first: one, or if that failed or is under way all since the last that did not fail."""
    newest = list(instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=limit))
    if newest and newest[0].status in {TickStatus.FAILURE, TickStatus.STARTED} and limit < MAX_TICKS:
        return list(instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=MAX_TICKS))
    return newest


def _states(instance: dg.DagsterInstance) -> dict[str, InstigatorState]:
    """Return the state of each schedule and sensor by name; of one that several code locations had, the one used last."""
    return {state.instigator_name: state for state in sorted(instance.all_instigator_state(), key=_last_use)}


def _last_use(state: InstigatorState) -> float:
    data = state.instigator_data
    if isinstance(data, ScheduleInstigatorData):
        return max(data.start_timestamp or 0.0, data.last_iteration_timestamp or 0.0)
    return (
        max(data.last_tick_start_timestamp or 0.0, data.last_sensor_start_timestamp or 0.0)
        if isinstance(data, SensorInstigatorData)
        else 0.0
    )


def _blocks(ticks: Sequence[InstigatorTick], now: float) -> bool:
    """Return whether a tick has been under way for so long that other sensors wait for it."""
    return _is_started(ticks) and BLOCKING_SECONDS < now - ticks[0].timestamp <= TICK_SECONDS


def _is_started(ticks: Sequence[InstigatorTick]) -> bool:
    return bool(ticks) and ticks[0].status is TickStatus.STARTED


def _failed_tick(automation: Automation, ticks: Sequence[InstigatorTick], now: float) -> Problem | None:
    """Return the problem of a newest tick that failed. A tick under way decides nothing yet."""
    ended = [tick for tick in ticks if tick.status is not TickStatus.STARTED]
    failures = list(takewhile(lambda tick: tick.status is TickStatus.FAILURE, ended))
    if not failures or (not automation.crons and len(failures) == 1 and _is_unreachable(failures[0])):
        return None
    reason = _reason(failures[0].error) if failures[0].error is not None else "No reason was recorded."
    return Problem(Kind.TICK_FAILED, automation.title, _at(failures[-1].timestamp), reason, _remedy(automation, now))


def _is_unreachable(tick: InstigatorTick) -> bool:
    """Return whether a tick's code server had gone, as at each restart: a sensor ticks again by itself, a schedule may have missed its night."""
    return tick.error is not None and "StatusCode.UNAVAILABLE" in tick.error.to_string()


def _remedy(automation: Automation, now: float) -> str:
    look = f"Remove the reason (Automation, {automation.name} in the UI shows the tick)."
    if not automation.crons:
        return f"{look} It is tried again every {automation.interval:.0f} s; nothing is lost."
    following = min(_next(cron, now, automation.timezone) for cron in automation.crons)
    by_hand = " To import now: henk nightly." if automation.name == "nightly" else ""
    return f"{look} It is tried again at {moment(following.astimezone(UTC))}.{by_hand}"


def _overdue(
    automation: Automation, state: InstigatorState, ticks: Sequence[InstigatorTick], now: float, since: float, *, busy: bool
) -> Problem | None:
    newest = ticks[0].timestamp if ticks else 0.0
    remedy = "Look at Deployment, Daemons, and at the log; restart henk ui. To import now: henk nightly."
    if _is_started(ticks):
        if now - max(newest, since) <= TICK_SECONDS:
            return None
        return Problem(Kind.OVERDUE, automation.title, _at(newest), "Its tick was started and has not ended.", remedy)
    if automation.crons:
        due = _due(automation, state, newest)
        if due is None or now - max(due, since) <= SCHEDULE_SECONDS:
            return None
        return Problem(Kind.OVERDUE, automation.title, _at(due), f"It was due at {moment(_at(due))} and has not started.", remedy)
    data = state.instigator_data
    seen = [newest]
    if isinstance(data, SensorInstigatorData):
        seen += [data.last_tick_timestamp or 0.0, data.last_tick_start_timestamp or 0.0, data.last_sensor_start_timestamp or 0.0]
    last = max(seen)
    patience = TICK_SECONDS if busy else max(SENSOR_INTERVALS * automation.interval, SENSOR_SECONDS)
    if now - max(last, since) <= patience:
        return None
    reason = f"Its last tick was {now - last:.0f} s ago; it should have one every {automation.interval:.0f} s."
    return Problem(Kind.OVERDUE, automation.title, _at(last), reason, remedy)


def _due(automation: Automation, state: InstigatorState, newest: float) -> float | None:
    """Return when a schedule was or will be due for the first time after its newest tick, and after it was turned on or looked at."""
    data = state.instigator_data
    moments = [newest]
    if isinstance(data, ScheduleInstigatorData):
        # `last_iteration_timestamp`: the scheduler has looked then, and found the schedule (with the times that it had) not due.
        moments += [data.start_timestamp or 0.0, data.last_iteration_timestamp or 0.0]
    return min(_next(cron, max(moments), automation.timezone) for cron in automation.crons).timestamp() if max(moments) else None


def _next(cron: str, after: float, timezone: str) -> datetime:
    return next(due for due in cron_string_iterator(after, cron, timezone) if due.timestamp() > after)


def _is_of_a_tick(error: Any) -> bool:  # noqa: ANN401 - Dagster does not export the type
    """Return whether an error that a daemon reports with its heartbeat is one of user code, which its tick reports, too."""
    return _unwrapped(error) is not error or (error.cls_name or "").startswith("DagsterUserCode")


def _unwrapped(error: Any) -> Any:  # noqa: ANN401 - see above
    """Return the error that code of ours raised, without those that Dagster puts around it, such as SensorExecutionError."""
    while error.cause is not None and hasattr(dagster_errors, error.cls_name or ""):
        error = error.cause
    return error


def _reason(error: Any) -> str:  # noqa: ANN401 - see above
    text = str(_unwrapped(error).message).split(": ", 1)[-1].strip()
    return text if len(text) <= MAX_REASON else f"{text[:MAX_REASON]}…"


def _at(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
