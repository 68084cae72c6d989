"""Disks that are full, memory that is short, statements that take too long, files that change, folders that are gone, clocks that go back."""

import json
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import psycopg
import pytest

from henk_pipeline.postgres.embedded import connection_url
from henk_pipeline.settings import load_settings
from tests.conftest import HENK
from tests.faults.harness import HEADER, assert_always, assert_at_the_end, command, import_whole, run, seed_of, write_file
from tests.faults.test_kills import own_server  # noqa: F401 - a fixture

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def limited(which, amount):
    def before():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then writing fails as on a full disk, instead of ending the process
        resource.setrlimit(which, (amount, amount))

    return before


@pytest.mark.parametrize("limit", [20_000, 60_000, 200_000, 1_000_000, 3_000_000])
def test_no_room_for_the_pipelines_files(acme, connection, tmp_path, limit):
    """Staging, the report, Dagster's files, the DuckDB file: whichever comes to the limit first."""
    expected = write_file(path := tmp_path / "people.csv", 1, rows=3000)
    broken = run(command(path), preexec_fn=limited(resource.RLIMIT_FSIZE, limit))
    assert broken.returncode != 0, "no file reached the limit"
    assert_always(connection)
    import_whole(path, expected)
    assert_at_the_end(connection, acme)


@pytest.fixture
def small_disk(tmp_path):
    """Makes a disk of so many bytes, which can be made larger."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a disk; CI is root")
    place = tmp_path / "disk"
    place.mkdir()

    def sized(megabytes):
        how = f"{'remount,' if place.is_mount() else ''}size={megabytes}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", how, "tmpfs", place], check=True)
        return place

    yield sized
    subprocess.run(["umount", "--lazy", place], check=False)


@pytest.mark.parametrize("megabytes", [1, 2, 4])
def test_a_full_disk_under_the_home(acme, connection, tmp_path, small_disk, monkeypatch, megabytes):
    """Uploads, staging, Dagster's files and DuckDB on one disk, and no place left on it."""
    expected = write_file(path := tmp_path / "people.csv", 1, rows=6000)
    monkeypatch.setenv("HENK_HOME", str(small_disk(megabytes)))
    load_settings.cache_clear()
    broken = run(command(path))
    assert broken.returncode != 0
    assert_always(connection)
    small_disk(300)
    import_whole(path, expected)
    assert_at_the_end(connection, load_settings())


def test_no_room_for_duckdb(acme, connection, tmp_path):
    """Everything is loaded, and there is no place for the analysts' file: the old one stays."""
    import_whole(tmp_path / "a.csv", write_file(tmp_path / "a.csv", 2, rows=20_000))
    published = acme.analytics.read_bytes()
    connection.execute("UPDATE leads SET notes = repeat(md5(email), 20)")
    broken = run([HENK, "analytics", "build"], preexec_fn=limited(resource.RLIMIT_FSIZE, len(published) + 300_000))
    assert broken.returncode != 0
    assert "Traceback" not in broken.stderr
    assert acme.analytics.read_bytes() == published
    assert run([HENK, "analytics", "build"]).returncode == 0
    assert_at_the_end(connection, acme)


def test_no_room_for_postgres(own_server, henk, tmp_path):  # noqa: F811
    """A server none of whose files may grow over 17 MB: a segment of WAL fits, the table of leads does not."""
    expected = write_file(path := tmp_path / "people.csv", 1, rows=60_000)
    assert henk("db", "stop").returncode == 0
    assert run([HENK, "db"], preexec_fn=limited(resource.RLIMIT_FSIZE, 17_000_000)).returncode == 0
    broken = run(command(path))
    assert broken.returncode != 0
    with psycopg.connect(connection_url(own_server.postgres_data), autocommit=True) as connection:
        assert_always(connection)
        assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
    assert henk("db", "stop").returncode == 0
    import_whole(path, expected)
    with psycopg.connect(connection_url(own_server.postgres_data), autocommit=True) as connection:
        assert_at_the_end(connection, own_server)


@pytest.mark.parametrize("megabytes", [300, 600, 1000, 1500])
def test_too_little_memory(acme, connection, tmp_path, megabytes):
    expected = write_file(path := tmp_path / "people.csv", 1, rows=3000)
    starved = subprocess.Popen(
        command(path), preexec_fn=limited(resource.RLIMIT_AS, megabytes * 2**20), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        starved.wait(timeout=60)
    except subprocess.TimeoutExpired:
        # A library's thread that could not be started is waited for (docs/reliability.md); whoever watches would end it.
        starved.kill()
        starved.wait()
    assert starved.returncode != 0, "there was memory enough"
    assert_always(connection)
    import_whole(path, expected)
    assert_at_the_end(connection, acme)


def test_statements_that_take_too_long(acme, connection, tmp_path):
    expected = write_file(path := tmp_path / "people.csv", 1, rows=3000)
    broken = run(command(path), env={**os.environ, "HENK_STATEMENT_SECONDS": "0.015"})
    assert broken.returncode != 0
    assert_always(connection)
    import_whole(path, expected)
    assert_at_the_end(connection, acme)


CHANGES = {
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 2),
    "deleted": lambda path: path.unlink(missing_ok=True),
    "replaced": lambda path: (Path(f"{path}.new").write_text(HEADER + "New,new@example.org,,\n"), Path(f"{path}.new").replace(path)),
    "written over": lambda path: path.write_text(HEADER + "".join(f"Q{n},q{n}@example.org,,\n" for n in range(3000))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_landed_file_that_changes_while_it_is_read(acme, connection, change):
    """Either what it was or what it became, and never a mixture of both."""
    chance = seed_of(f"landing {change}")
    folder = Path(acme.landing) / "acme"
    folder.mkdir(parents=True)
    for number in range(4):
        write_file(path := folder / f"f{number}.csv", number, rows=3000)
        night = subprocess.Popen([HENK, "nightly"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        timer = threading.Timer(chance.uniform(0, 2), CHANGES[change], [path])
        timer.start()
        night.wait()
        timer.join()
        assert_always(connection)
    assert run([HENK, "nightly"]).returncode in (0, 1, 3)
    assert run([HENK, "nightly"]).returncode in (0, 1)
    assert_at_the_end(connection, acme)
    for rows, prefix in connection.execute(
        "SELECT count(*), count(DISTINCT left(l.email, 1)) FROM lead_import_rows r JOIN leads l ON l.id = r.lead_id GROUP BY r.import_id"
    ):
        assert prefix == 1
        assert rows in ((3001, 3000, 1) if change != "truncated" else range(3002))


@pytest.mark.parametrize("part", ["staging", "dagster", "analytics", "uploads"])
def test_a_home_that_is_half_deleted(acme, connection, tmp_path, part):
    expected = write_file(path := tmp_path / "people.csv", 1)
    import_whole(path, expected)
    before = connection.execute("SELECT id, updated_at FROM leads ORDER BY id").fetchall()
    shutil.rmtree(acme.home / part)
    import_whole(path, expected)
    assert run([HENK, "nightly"]).returncode == 0
    assert connection.execute("SELECT id, updated_at FROM leads ORDER BY id").fetchall() == before
    import_whole(tmp_path / "more.csv", write_file(tmp_path / "more.csv", 2))
    assert_at_the_end(connection, acme)


def test_the_clock_set_back(acme, connection, tmp_path):
    if shutil.which("faketime") is None:
        pytest.fail("faketime is missing: apt-get install faketime")
    import_whole(tmp_path / "a.csv", write_file(tmp_path / "a.csv", 1))
    expected = write_file(tmp_path / "b.csv", 2)
    back = run(["faketime", "-f", "-1d", *command(tmp_path / "b.csv")])
    assert back.returncode == 0, back.stderr
    told = json.loads(back.stdout.splitlines()[-1])
    assert {name: told[name] for name in expected} == expected
    import_whole(tmp_path / "c.csv", write_file(tmp_path / "c.csv", 3))
    assert_at_the_end(connection, acme)


def test_a_migration_and_an_undo_during_an_import(acme, connection, tmp_path):
    first = run(command(tmp_path / "a.csv")) if write_file(tmp_path / "a.csv", 1, rows=3000) else None
    import_id = json.loads(first.stdout.splitlines()[-1])["import_id"]
    expected = write_file(path := tmp_path / "b.csv", 2, rows=3000)  # shares half of the people
    loading = subprocess.Popen(command(path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    assert run([HENK, "migrate"]).returncode == 0
    undone = run([HENK, "undo", import_id])
    assert undone.returncode in (0, 1), undone.stderr
    out, err = loading.communicate(timeout=120)
    assert loading.returncode == 0, err
    told = json.loads(out.splitlines()[-1])
    assert {name: told[name] for name in expected} == expected
    assert_always(connection)
    assert connection.execute("SELECT lead_count FROM lead_lists WHERE name = 'b'").fetchone() == (3000,)
    assert run([HENK, "analytics", "build"]).returncode == 0
    assert_at_the_end(connection, acme)
