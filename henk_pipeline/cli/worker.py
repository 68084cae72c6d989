"""`henk worker`: a Celery worker that executes runs on this machine, and ends in seconds when it is asked to."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def worker(
    config: Annotated[
        Path, typer.Option("--config", "-y", exists=True, dir_okay=False, help="the Celery configuration: deploy/celery.yaml")
    ],
    name: Annotated[str | None, typer.Option("--name", "-n", help="name of this worker among those of its host")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="runs that it executes at a time, each in a process")] = 2,
) -> None:
    """Execute runs that Dagster puts on the Celery queue (deploy/dagster.yaml). SIGTERM ends it within 10 seconds.

    Runs under way are interrupted and rolled back, and their uploads stay pending. Needs the extra `cluster`.
    """
    from dagster_celery.cli import get_config_dir, get_worker_name  # noqa: PLC0415 - an extra

    # `dagster-celery worker start` (0.29.27) waits for a child and passes no signal on, so that a worker outlives who is asked to end. And by
    # default Celery's worker waits for its tasks to finish, for hours; remapped, SIGTERM interrupts them after worker_soft_shutdown_timeout.
    folders = [folder for folder in (os.environ.get("PYTHONPATH"), get_config_dir(str(config))) if folder]  # type: ignore[no-untyped-call]
    environment = {"REMAP_SIGTERM": "SIGQUIT", **os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    command = [str(Path(sys.executable).with_name("celery")), "-A", "dagster_celery.app", "worker", "--prefetch-multiplier=1"]
    command += ["--loglevel", "INFO", "--concurrency", str(concurrency), "-n", get_worker_name(name)]
    os.execve(command[0], command, environment)  # noqa: S606 - a list, and no shell
