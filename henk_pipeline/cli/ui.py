"""`henk ui`: Dagster's webserver, daemon and code server, the reports server, and a heartbeat check, as one process to start and to end."""

import importlib.util
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from henk_pipeline.cli.output import complain, read_settings

if TYPE_CHECKING:
    from henk_pipeline.cli.forwarding import Printer
    from henk_pipeline.cli.supervision import Child, Supervisor
    from henk_pipeline.settings import Settings

LOCATION = "henk_pipeline.definitions"
REPORT_SERVER = "henk_pipeline.orchestration.report_server"
DAEMON = "daemon"
HEARTBEAT_SECONDS = 60.0


def ui(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="port on 127.0.0.1; by default HENK_UI_PORT or 3000")] = None,
) -> None:
    """Start the Dagster UI and its daemon (schedules, sensors, backfills) on 127.0.0.1. Ctrl-C or SIGTERM ends everything within ten seconds.

    One at a time on a home. Exit codes: 130 after Ctrl-C, 143 after SIGTERM, 3: another one runs, a port is taken, or a process cannot be kept
    running.
    """
    from henk_pipeline.cli import forwarding, supervision  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the supervisor handles it: nothing to end yet, and no traceback of an import
    settings = read_settings()
    number = port or settings.ui_port
    lock = supervision.HomeLock(lock_path(settings))
    lock.acquire()
    killed = supervision.describe_killed(lock.path)
    supervision.check_port(number, "henk ui --port PORT, or HENK_UI_PORT")
    reports_port = _reports_port(settings)
    if reports_port == number:
        raise supervision.PortTakenError(
            f"Port {number} is that of the reports. Choose another: henk ui --port PORT, or HENK_UI_PORT; or HENK_REPORTS_PORT for the reports"
        )
    if reports_port is not None:
        supervision.check_port(reports_port, "HENK_REPORTS_PORT")
    if killed:
        _report_killed(settings, killed)
    facts = {"port": number, "reports_port": reports_port}
    lock.write(facts)
    _prepare(settings)
    printer = forwarding.Printer()
    supervisor = supervision.Supervisor(lock, _environment(settings), printer)
    children = _children(supervisor.folder, number, reports_port)

    def begin() -> None:
        lock.write({**facts, "ready": True})
        _start_heartbeat(settings, supervisor, printer, number)

    try:
        ended_by = supervisor.run(children, ready=begin)
    except supervision.ProcessesFailedError as error:
        lock.write({"stopped": time.time()})
        _report_end(settings, str(error))
        raise
    lock.write({"stopped": time.time()})
    printer.say("`henk ui` has ended, with all its processes.")
    printer.flush()
    supervision.end_as_signalled(ended_by)


def lock_path(settings: "Settings") -> Path:
    """Return the lock file of a home, which holds the process id and the port of its `henk ui`."""
    return settings.home / "ui.lock"


def _prepare(settings: "Settings") -> None:
    from henk_pipeline.orchestration.runs import prepare_dagster_home  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    if settings.scoring or settings.headers or settings.match_model:
        from henk_pipeline.steps.rules import check_own_files  # noqa: PLC0415

        check_own_files(settings)
        _restore_interrupts()
    connect(settings).close()  # a database that cannot be used is reported here, not in the middle of the night
    prepare_dagster_home(settings)


def _restore_interrupts() -> None:
    """Let Ctrl-C end this process again after polars 2.1 was loaded: it takes a SIGINT of the default action, and forgets it.

    findings/polars_takes_a_default_sigint.sh shows it.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _reports_port(settings: "Settings") -> int | None:
    """Return the port of the reports server; None if there is no such server."""
    port = getattr(settings, "reports_port", None)
    return port if port is not None and importlib.util.find_spec(REPORT_SERVER) else None


def _environment(settings: "Settings") -> dict[str, str]:
    """Return the environment of Dagster's processes. Paths are absolute, because these processes run in a folder of their own."""
    # A tick that receives gigabytes of files takes longer than the minute that Dagster gives it.
    timeouts = dict.fromkeys(("DAGSTER_SCHEDULE_GRPC_TIMEOUT_SECONDS", "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS"), "3600")
    paths = {"HENK_HOME": str(settings.home), "HENK_LANDING": str(settings.landing), "HENK_ANALYTICS": str(settings.analytics)}
    files = {"HENK_MATCH_MODEL": settings.match_model, "HENK_SCORING": settings.scoring, "HENK_HEADERS": settings.headers}
    paths |= {name: str(file) for name, file in files.items() if file is not None}
    if "PYTHONPATH" in os.environ:
        paths["PYTHONPATH"] = os.pathsep.join(str(Path(folder).absolute()) for folder in os.environ["PYTHONPATH"].split(os.pathsep))
    return {**timeouts, **os.environ, **paths, "DAGSTER_HOME": str(settings.dagster_home)}


def _children(folder: Path, port: int, reports_port: int | None) -> list["Child"]:
    """Return the processes in the order of their start.

    Not `dagster dev`: it is superseded by `dg dev` (1.13), which starts the same three processes, waits up to a minute for each at the end, and
    ends all of them when one does. The code server is shared and reloadable as there: without it the daemon starts a new one every minute.
    """
    from henk_pipeline.cli.supervision import Child, has_children  # noqa: PLC0415

    code_socket, workspace = folder / "code.sock", folder / "workspace.yaml"
    workspace.write_text(f'load_from:\n  - grpc_server: {{socket: "{code_socket}", location_name: {LOCATION}}}\n')
    python = [sys.executable, "-m"]
    quiet = ["--log-level", "warning"]
    code_server = [*python, "dagster", "code-server", "start", "--socket", str(code_socket), "--location-name", LOCATION, "-m", LOCATION]
    webserver = [*python, "dagster_webserver", "-w", str(workspace), "--host", "127.0.0.1", "--port", str(port)]
    daemon = [*python, "dagster._daemon", "run", "-w", str(workspace)]
    # The code server passes everything on to a child that holds the definitions, and never replaces it (1.13.27): without it every tick fails.
    children = [
        Child("code server", [*code_server, "--inject-env-vars-from-instance", *quiet], lambda: _listens(code_socket), has_children),
        Child("webserver", webserver, lambda: _listens(("127.0.0.1", port))),
        Child(DAEMON, daemon),
    ]
    if reports_port is not None:
        children.append(Child("reports server", [*python, REPORT_SERVER]))
    return children


def _listens(address: Path | tuple[str, int]) -> bool:
    """Return whether a server listens on a unix socket or on a port."""
    family, target = (socket.AF_UNIX, str(address)) if isinstance(address, Path) else (socket.AF_INET, address)
    with socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex(target) == 0


def _start_heartbeat(settings: "Settings", supervisor: "Supervisor", printer: "Printer", port: int) -> None:
    printer.say(f"Dagster UI: http://127.0.0.1:{port}")
    threading.Thread(target=_watch, args=(settings, supervisor), name="heartbeat", daemon=True).start()


def _watch(settings: "Settings", supervisor: "Supervisor") -> None:
    """Report problems once a minute. A thread, because a process of its own would cost 160 MB; the daemon cannot report that it is gone itself."""
    from henk_pipeline.cli.doctor import check_heartbeat  # noqa: PLC0415

    since = time.time()
    while True:
        time.sleep(HEARTBEAT_SECONDS)
        started = supervisor.started(DAEMON)
        if started is not None:
            since = time.time() - (time.monotonic() - started)
        try:
            check_heartbeat(settings, since=since, report=True)
        except Exception as error:  # noqa: BLE001 - the check must outlive any error, and logs it
            complain(f"The heartbeat check failed: {type(error).__name__}: {error}")


def _report_killed(settings: "Settings", reason: str) -> None:
    from henk_pipeline.orchestration.notifications import report_problem  # noqa: PLC0415

    report_problem(
        settings,
        "henk ui was killed, and is started again",
        f"{reason} Nights that were due meanwhile are made up for by the next one.\n"
        "What to do: nothing for the uploads: what was not committed is rolled back and run again. If nobody killed it, look whether memory ran out "
        "(journalctl -k). Where it is not started again by systemd, let cron run `henk doctor --heartbeat`.",
    )
    _restore_interrupts()


def _report_end(settings: "Settings", reason: str) -> None:
    from henk_pipeline.orchestration.notifications import report_problem  # noqa: PLC0415

    report_problem(settings, "henk ui has ended", f"{reason}\nNo schedule and no sensor runs until it is started again: henk ui")
