"""The embedded server starts wherever it is put, once, and is told from strangers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from henk_pipeline.postgres import embedded
from henk_pipeline.postgres.connect import connect
from henk_pipeline.settings import Settings


@pytest.mark.parametrize("folder", ["a home with spaces, 'quotes' and ünïcode", "far/" + "/".join(["a-rather-long-folder-name"] * 6)])
def test_it_starts_in_any_folder_and_listens_on_no_network(tmp_path, folder):
    data = tmp_path / folder / "postgres"
    url = embedded.start(data)
    try:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_setting('listen_addresses'), current_setting('TimeZone')").fetchone() == ("", "UTC")
        assert embedded.start(data) == url
        assert data.stat().st_mode & 0o077 == 0
    finally:
        assert embedded.stop(data)
    assert not embedded.stop(data)


def test_a_recycled_process_id_is_not_taken_for_the_server(tmp_path):
    data = tmp_path / "postgres"
    embedded.start(data)
    embedded.stop(data)
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert not embedded.is_running(data)
    (data / "postmaster.pid").unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a server as another user; CI is root")
def test_another_users_server_on_the_machine_is_no_hindrance(tmp_path, server):
    """`server` belongs to the user pgserver; whoever cannot look into its processes starts one of their own."""
    home = tmp_path / "home"
    home.mkdir()
    for folder in (home, *home.parents):
        folder.chmod(folder.stat().st_mode | 0o011) if folder != home else shutil.chown(home, "nobody")
    code = (
        # Everything is imported first: the interpreter may lie where nobody may go.
        "import os, pwd, random, shlex, tempfile; from pathlib import Path; from henk_pipeline.postgres import embedded; embedded.binaries()\n"
        "nobody = pwd.getpwnam('nobody'); os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)\n"
        f"data = Path({str(home)!r}) / 'postgres'; embedded.start(data); print(embedded.stop(data))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert told.stdout == "True\n", told.stderr


def test_what_a_killed_initdb_left_is_made_anew_and_starters_at_once_share_one_server(tmp_path):
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "half").touch()
    code = f"from pathlib import Path; from henk_pipeline.postgres import embedded; print(embedded.start(Path({str(data)!r})))"
    starters = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    try:
        urls = {starter.communicate(timeout=60)[0] for starter in starters}
        assert len(urls) == 1
        with psycopg.connect(urls.pop().strip()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        embedded.stop(data)


def test_a_server_that_was_killed_starts_again_with_what_was_committed(tmp_path):
    data = tmp_path / "postgres"
    url = embedded.start(data)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    pid = int(Path(data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, 9)
    settings = Settings(home=tmp_path)
    try:
        with connect(settings) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    finally:
        embedded.stop(data)
