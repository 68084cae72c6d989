"""`henk doctor`: the settings, whether what Henk needs is there, and whether the daemon, the schedules and the sensors do their work."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from henk_pipeline.cli.output import complain, print_line, print_table, read_settings, say

if TYPE_CHECKING:
    import dagster as dg

    from henk_pipeline.orchestration.heartbeat import Automation, Problem
    from henk_pipeline.settings import Settings

WATCH_SECONDS = 60.0
MAX_SHOWN = 20  # missing rights
Check = tuple[str, bool, str]


def doctor(
    *,
    heartbeat: Annotated[
        bool, typer.Option("--heartbeat", help="print only problems of the daemon, schedules and sensors; for cron and probes")
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="look for these problems once a minute, and report each once to HENK_NOTIFY; for where `henk ui` does not run"
        ),
    ] = False,
) -> None:
    """Show every setting with its origin, what is missing, and the state of the daemon, schedules and sensors. Exit code 3 if a check failed.

    What is left aside in the landing folder is listed, and fails no check. Exit codes: 0 all is well, 2 a setting cannot be used, 3 a check
    failed or there is a problem.
    """
    try:
        settings = read_settings()
    except ValueError:  # pydantic's; the message that names the settings follows on stderr
        if not (heartbeat or watch):
            rows = [(name, "", "not made: a setting cannot be used") for name, _ in CHECKS if name != "Python"]
            print_table(["Check", "", "Found"], [("Python", "ok", sys.version.split()[0]), *rows], title="Checks")
        raise
    if watch:
        _watch(settings)
    if heartbeat:
        problems = check_heartbeat(settings)
        for problem in problems:
            _print_problem(problem)
        raise typer.Exit(3 if problems else 0)
    print_table(["Setting", "Value", "From", "What it is"], _settings_rows(settings), title="Settings")
    checks = [*_checks(settings), *_automation_checks(settings)]
    print_table(["Check", "", "Found"], [(name, "ok" if ok else "FAILED", result) for name, ok, result in checks], title="Checks")
    _show_left_aside(settings)
    if not all(ok for _, ok, _ in checks):
        raise typer.Exit(3)


def _show_left_aside(settings: "Settings") -> None:
    """Print the entries of the landing folder that no night receives. They are no failure: the nights work without them."""
    from henk_pipeline.failures import InfrastructureError  # noqa: PLC0415
    from henk_pipeline.uploads.landing import list_left_aside  # noqa: PLC0415

    with suppress(InfrastructureError, OSError):  # the check of the landing folder reports it
        left = list_left_aside(settings.landing, time.time() - settings.settle_seconds)
        if left:
            print_table(["Where", "Reason"], [(entry.location, entry.reason) for entry in left], title="Left aside in the landing folder")


def check_heartbeat(settings: "Settings", *, since: float = 0.0, report: bool = False) -> list["Problem"]:
    """Return the problems of the daemon, the schedules and the sensors; none on a home where no daemon ever ran.

    Args:
        settings: The settings, for the home.
        since: The start of the daemon (seconds since 1970), if it is known.
        report: Whether to report new ones to HENK_NOTIFY.
    """
    from datetime import UTC, datetime  # noqa: PLC0415

    from henk_pipeline.cli.supervision import describe_killed  # noqa: PLC0415
    from henk_pipeline.cli.ui import lock_path  # noqa: PLC0415
    from henk_pipeline.orchestration.heartbeat import Kind, Problem, find_problems, report_problems  # noqa: PLC0415

    if not has_instance(settings):
        return []
    automations, problems = _automations()
    with watched_instance(settings) as instance:
        problems += find_problems(instance, automations, since=since)
        if killed := describe_killed(lock_path(settings)):  # all else follows from it
            problems = [problem for problem in problems if problem.kind not in {Kind.DAEMON_GONE, Kind.DAEMON_ERROR, Kind.OVERDUE}]
            remedy = "Start it again: henk ui (or systemctl start henk)."
            problems.append(Problem(Kind.DAEMON_GONE, "henk ui", datetime.now(UTC), killed, remedy))
        if report:
            report_problems(instance, settings, problems)
    return problems


def warn_of_problems(settings: "Settings") -> None:
    """Print the problems of the daemon, the schedules and the sensors on stderr, a line each.

    Never fails. A daemon that was stopped in order is no problem here.
    """
    try:
        problems = [] if _was_stopped(settings) else check_heartbeat(settings)
    except Exception as error:  # noqa: BLE001 - the night's result must not be lost for a check that cannot be made
        say(f"Warning: the schedules and sensors could not be checked: {error}")
        return
    for problem in problems:
        say(
            f"Warning: the {problem.subject}: {problem.kind.value} since {problem.since:%Y-%m-%d %H:%M} UTC: {problem.reason} {problem.remedy}"
        )


def has_instance(settings: "Settings") -> bool:
    """Return whether Dagster has storage to look at, so that a check makes none."""
    return (_dagster_home(settings) / "dagster.yaml").exists()


@contextmanager
def watched_instance(settings: "Settings") -> Iterator["dg.DagsterInstance"]:
    """Open the instance of the daemon: DAGSTER_HOME if it is set (compose, Kubernetes), otherwise that of the home."""
    import dagster as dg  # noqa: PLC0415

    from henk_pipeline.orchestration.runs import open_instance  # noqa: PLC0415

    if _dagster_home(settings) == settings.dagster_home:
        with open_instance(settings) as instance:
            yield instance
    else:
        with dg.DagsterInstance.from_config(str(_dagster_home(settings))) as instance:
            yield instance


def _dagster_home(settings: "Settings") -> Path:
    return Path(os.environ.get("DAGSTER_HOME") or settings.dagster_home)


def _automations() -> tuple[list["Automation"], list["Problem"]]:
    """Return the schedules and sensors of the code location, and the problem if it cannot be loaded."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from henk_pipeline.orchestration.heartbeat import Kind, Problem, automations_of  # noqa: PLC0415

    try:
        from henk_pipeline.definitions import defs  # noqa: PLC0415

        return automations_of(defs.get_repository_def()), []
    except Exception as error:  # noqa: BLE001 - any error of an edited package is the problem to report
        reason = f"{type(error).__name__}: {error}"
        remedy = "Look at the log of `henk ui` for the lines; install the version that worked, or mend it."
        return [], [Problem(Kind.NOT_LOADED, "code location henk_pipeline.definitions", datetime.now(UTC), reason, remedy)]


def _was_stopped(settings: "Settings") -> bool:
    """Return whether `henk ui` was ended in order, and not started again since."""
    from henk_pipeline.cli.supervision import read_holder  # noqa: PLC0415
    from henk_pipeline.cli.ui import lock_path  # noqa: PLC0415

    return "stopped" in read_holder(lock_path(settings))


def _print_problem(problem: "Problem") -> None:
    for line in [*problem.text().splitlines(), ""]:
        print_line(line)


def _watch(settings: "Settings") -> None:
    reported: set[str] = set()
    say("Looking for problems once a minute. Ctrl-C ends it.")
    while True:
        try:
            problems = check_heartbeat(settings, report=True)
            for problem in problems:
                if problem.key not in reported:
                    _print_problem(problem)
            reported = {problem.key for problem in problems}
            sys.stdout.flush()
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except Exception as error:  # noqa: BLE001 - the watch must outlive a storage that is away for a while
            complain(f"The check failed: {type(error).__name__}: {error}")
        try:
            time.sleep(WATCH_SECONDS)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None


def _settings_rows(settings: "Settings") -> list[tuple[str, str, str, str]]:
    from henk_pipeline.postgres.connect import masked  # noqa: PLC0415
    from henk_pipeline.settings import masked_address  # noqa: PLC0415

    rows = []
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        if value is None:
            shown = "(embedded)" if name == "database_url" else "(none)"
        else:
            shown = masked(value.get_secret_value()) if name == "database_url" else str(value)
        if name == "notify" and value:
            shown = " ".join(map(masked_address, value))
        origin = "environment" if name in settings.model_fields_set else "default"
        rows.append((f"HENK_{name.upper()}", shown, origin, info.description or ""))
    return rows


def _checks(settings: "Settings") -> list[Check]:
    """Return the checks of what Henk needs. One that cannot be made has failed; the others are still made."""
    return [_made(name, check, settings) for name, check in CHECKS]


def _made(name: str, check: "Callable[[Settings], tuple[bool, str]]", settings: "Settings") -> Check:
    try:
        return (name, *check(settings))
    except Exception as error:  # noqa: BLE001 - a check that cannot be made is a finding, not the end of the table
        return (name, False, str(error) or type(error).__name__)


def _home(settings: "Settings") -> tuple[bool, str]:
    import tempfile  # noqa: PLC0415

    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home):
            return True, str(settings.home)
    except OSError as error:
        return False, f"{settings.home}: {error.strerror}. Give this user the folder, or set HENK_HOME"


def _files(settings: "Settings") -> tuple[bool, str]:
    """Return whether files and folders with people's names and contacts are for their owner alone, or also for the analysts' group."""
    from henk_pipeline.file_modes import OTHERS, find_open_to_others  # noqa: PLC0415

    group = 0o050 if settings.analytics_group is not None else 0
    home = settings.home
    kept = {settings.uploads: 0, settings.staging: 0, settings.private: 0, settings.dagster_home: 0}
    # A folder of the operator's own may hold other files, too.
    kept[settings.analytics.parent if home in settings.analytics.parents else settings.analytics] = group
    paths = [path for folder, keep in kept.items() if not _is_common(folder) for path in find_open_to_others(folder, keep)]
    if home.is_dir() and not _is_common(home) and home.stat().st_mode & OTHERS & 0o066:
        paths.insert(0, home)
    if not paths:
        return True, "others can neither read nor list them"
    modes = ", ".join(f"{path} ({path.stat().st_mode & 0o777:04o})" for path in paths[:3])
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    folders = shlex.join(dict.fromkeys(str(next(folder for folder in (*kept, home) if folder in (path, *path.parents))) for path in paths))
    return False, f"{modes}{more} can be read or listed by others. Files 0600, folders 0700: chmod -R go-rwx {folders}"


def _is_common(folder: Path) -> bool:
    """Return whether a folder is the system's or the user's (/tmp, the home directory), which is not Henk's to restrict."""
    return folder in (Path.home(), Path("/")) or (folder.is_dir() and bool(folder.stat().st_mode & 0o1002))


def _disk(settings: "Settings") -> tuple[bool, str]:
    import shutil  # noqa: PLC0415

    existing = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    return free > 2**30, f"{free / 2**30:.1f} GiB free"


def _tables(_: "Settings") -> tuple[bool, str]:
    from henk_pipeline.leads.score import load_scoring  # noqa: PLC0415
    from henk_pipeline.uploads.known_names import load_synonyms  # noqa: PLC0415

    return True, f"{len(load_synonyms().fields)} fields; hot from {load_scoring().rating.hot} points"


def _postgres(settings: "Settings") -> tuple[bool, str]:
    from henk_pipeline.failures import InfrastructureError  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    try:
        with connect(settings) as connection:
            row = connection.execute("SELECT split_part(version(), ' ', 2), (SELECT count(*) FROM businesses)").fetchone()
    except InfrastructureError as error:
        complain(str(error))
        return False, "not usable"
    return True, f"{row[0]}; businesses: {row[1]}" if row else ""


def _rights(settings: "Settings") -> tuple[bool, str]:
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.rights import missing_rights, owners_rights  # noqa: PLC0415

    with connect(settings) as connection:
        missing, owners = missing_rights(connection), owners_rights(connection)
    if missing:
        shown = ", ".join(missing[:MAX_SHOWN]) + (f" and {len(missing) - MAX_SHOWN} more" if len(missing) > MAX_SHOWN else "")
        return False, f"it lacks {shown}. Run deploy/loader_role.sql again as an administrator"
    return True, "it may import and publish" + (
        f"; not {', '.join(owners)}, which the owner of the tables runs" if owners else ", undo, unmerge and erase"
    )


def _sessions(settings: "Settings") -> tuple[bool, str]:
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.pooling import is_pooled  # noqa: PLC0415
    from henk_pipeline.postgres.rights import session_facts  # noqa: PLC0415

    with connect(settings) as connection:
        facts, pooled = session_facts(connection), is_pooled(connection)
    faults = []
    if facts.read_only:
        faults.append(f"the server is a standby, or the role {facts.role} is read-only: nothing can be loaded. Name the primary")
    if "transaction_timeout" in facts.timeouts:
        limit = facts.timeouts["transaction_timeout"]
        faults.append(f"transaction_timeout is {limit}: an import is one transaction. ALTER ROLE {facts.role} SET transaction_timeout = 0")
    kept = ", ".join(f"{name} {value}" for name, value in facts.timeouts.items()) or "none"
    pool = "a pooler by session" if pooled else "no pooler"
    session = f"role {facts.role}, {pool}; by default search_path {facts.search_path or 'empty'}, timeouts {kept} (imports set their own)"
    return not faults, ". ".join([*faults, session])


def _landing(settings: "Settings") -> tuple[bool, str]:
    """Return whether the landing folder can be listed; of an object store whether the bucket and credentials for it are there."""
    if "://" not in settings.landing:
        folder = Path(settings.landing)
        if folder.exists() and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            return False, f"{folder} cannot be read and written by this user"
        if folder.exists():
            return True, f"{folder}, there"
        gone = _gone(settings)
        return gone is None, gone or f"{folder}, not there yet"
    from henk_pipeline.uploads.landing import require_store  # noqa: PLC0415

    require_store(settings.landing)
    return True, f"{settings.landing} can be listed"


def _gone(settings: "Settings") -> str | None:
    """Return what a night would say of a landing folder that is not there; None if none ever was, or the database cannot tell."""
    from henk_pipeline.failures import InfrastructureError  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.landed_files import known_uploads  # noqa: PLC0415
    from henk_pipeline.steps.discovery import find_problem  # noqa: PLC0415
    from henk_pipeline.uploads.landing import LandingListing  # noqa: PLC0415

    try:
        with connect(settings) as connection:
            problem = find_problem(settings.landing, LandingListing([], [], set()), known_uploads(connection))
    except InfrastructureError:  # a check of its own says so
        return None
    return None if problem is None else str(problem)


def _notify(settings: "Settings") -> tuple[bool, str]:
    """Return whether Apprise knows each address; nothing is sent."""
    if not settings.notify:
        return True, "none: failures go to the log alone"
    from henk_pipeline.orchestration.notifications import service_of  # noqa: PLC0415
    from henk_pipeline.settings import masked_address  # noqa: PLC0415

    unknown = [masked_address(address) for address in settings.notify if service_of(address) is None]
    if unknown:
        return False, f"{', '.join(unknown)} is no Apprise URL, or one that lacks a part: nothing is sent to it. Compare docs/operators.md"
    return True, f"{len(settings.notify)} that can be used; none was tried"


def _automation_checks(settings: "Settings") -> list[Check]:
    """Print the table of schedules and sensors, and return the checks of the daemon and of every problem."""
    from henk_pipeline.cli.supervision import describe_killed, read_running  # noqa: PLC0415
    from henk_pipeline.cli.ui import lock_path  # noqa: PLC0415

    running = read_running(lock_path(settings))
    address = f"process {running['pid']}, http://127.0.0.1:{running.get('port', '?')}" if running else "not running"
    killed = describe_killed(lock_path(settings))
    interface = ("henk ui", killed is None, f"{killed} Start it again: henk ui" if killed else address)
    try:
        return [interface, *_look_at_automations(settings)]
    except Exception as error:  # noqa: BLE001 - see _made
        return [interface, ("Daemon", False, f"Dagster's storage cannot be used: {error or type(error).__name__}")]


def _look_at_automations(settings: "Settings") -> list[Check]:
    if not has_instance(settings):
        return [("Daemon", True, "has never run on this home (henk ui starts it)")]
    from henk_pipeline.orchestration.heartbeat import Kind, daemon_state, find_problems, states_of  # noqa: PLC0415

    automations, problems = _automations()
    with watched_instance(settings) as instance:
        problems += find_problems(instance, automations)
        states = states_of(instance, automations)
        alive, sentence = daemon_state(instance)
    rows = [
        (
            state.automation.name,
            ", ".join(state.automation.crons) + f" {state.automation.timezone}"
            if state.automation.crons
            else f"every {state.automation.interval:.0f} s",
            "on" if state.running else "off",
            f"{state.last:%Y-%m-%d %H:%M:%S} UTC" if state.last else "never",
            state.status or "",
        )
        for state in states
    ]
    print_table(["Schedule or sensor", "When", "", "Last tick", "Result"], rows, title="Schedules and sensors")
    stopped = _was_stopped(settings)
    checks = [("Daemon", alive is not False or stopped, f"{sentence}{'; `henk ui` was stopped' if stopped and not alive else ''}")]
    return checks + [
        (problem.subject, False, f"{problem.kind.value} since {problem.since:%Y-%m-%d %H:%M:%S} UTC: {problem.reason} {problem.remedy}")
        for problem in problems
        if problem.kind is not Kind.DAEMON_GONE
    ]


CHECKS: "list[tuple[str, Callable[[Settings], tuple[bool, str]]]]" = [
    ("Python", lambda _: (sys.version_info >= (3, 11), sys.version.split()[0])),
    ("HENK_HOME can be written", _home),
    ("Files for their owner alone", _files),
    ("Disk under HENK_HOME", _disk),
    ("Tables in schemas/upload", _tables),
    ("Analytics file", lambda settings: (True, f"{settings.analytics}, {'there' if settings.analytics.exists() else 'not built yet'}")),
    ("Landing folder", _landing),
    ("Addresses in HENK_NOTIFY", _notify),
    ("PostgreSQL", _postgres),
    ("Rights of the role", _rights),
    ("Sessions of the role", _sessions),
]
