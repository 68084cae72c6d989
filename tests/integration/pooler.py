"""A real pgbouncer before the tests' server, on a unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
PORT = 6432  # of the socket's name only


@contextmanager
def pgbouncer(url: str, **options: object) -> Iterator[str]:
    """URL of the same database by way of a pgbouncer with these options, gone afterwards."""
    if PGBOUNCER is None:
        if "CI" in os.environ:
            pytest.fail("CI must have pgbouncer: apt-get install pgbouncer")
        pytest.skip("no pgbouncer on this machine; CI runs these tests (apt-get install pgbouncer)")
    known = conninfo_to_dict(url)
    with tempfile.TemporaryDirectory(prefix="pgb-") as name:
        folder = Path(name)
        lines = {"unix_socket_dir": folder, "listen_port": PORT, "auth_type": "any", "logfile": folder / "log", "default_pool_size": 20,
                 "max_client_conn": 200, **options}  # fmt: skip
        target = f"host={known['host']} port={known.get('port', 5432)} user={known['user']} dbname={known['dbname']}"
        (folder / "ini").write_text(
            f"[databases]\n{known['dbname']} = {target}\n[pgbouncer]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
        )
        user = {}
        if os.geteuid() == 0:  # it refuses to run as root, and the server's socket is for the server's user alone
            owner = Path(str(known["host"])).stat().st_uid
            shutil.chown(folder, owner)
            user = {"user": owner, "group": pwd.getpwuid(owner).pw_gid, "extra_groups": []}
        process = subprocess.Popen([PGBOUNCER, "-q", folder / "ini"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)
        try:
            address = make_conninfo("", host=str(folder), port=str(PORT), user=known["user"], dbname=known["dbname"])
            _wait(address, folder, process)
            yield f"postgresql://{known['user']}@/{known['dbname']}?host={folder}&port={PORT}"
        finally:
            process.terminate()
            process.wait()


def _wait(address: str, folder: Path, process: subprocess.Popen) -> None:
    for _ in range(100):
        try:
            psycopg.connect(address, autocommit=True).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    log = folder / "log"
    pytest.fail(f"pgbouncer ({process.poll()}) did not start: {log.read_text() if log.exists() else 'no log'}")
