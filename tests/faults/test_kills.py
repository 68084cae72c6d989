"""kill -9 at any moment: of the pipeline, of what it talks to, of the whole server. Then again: the same end state, nothing twice."""

import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress

import psutil
import psycopg
import pytest

from henk_pipeline.postgres.embedded import connection_url
from henk_pipeline.settings import load_settings
from tests.faults.harness import assert_always, assert_at_the_end, command, import_whole, run, seed_of, wait_until, write_file

# 200 with HENK_KILLS=200 (docs/reliability.md says when that was run last); CI has less time.
KILLS = int(os.environ.get("HENK_KILLS", "16"))


def begin(path):
    return subprocess.Popen(command(path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_the_pipeline_killed_at_random_moments(acme, connection, tmp_path):
    chance = seed_of("kills")
    import_whole(tmp_path / "f0.csv", write_file(tmp_path / "f0.csv", 0))
    started = time.monotonic()
    import_whole(tmp_path / "f1.csv", write_file(tmp_path / "f1.csv", 1))
    usual = time.monotonic() - started
    killed = 0
    for number in range(2, KILLS + 2):
        expected = write_file(path := tmp_path / f"f{number}.csv", number)
        victim, began = begin(path), time.monotonic()
        try:
            victim.wait(chance.uniform(0, usual))
            usual = min(usual, time.monotonic() - began)  # the machine was busy when it was measured
        except subprocess.TimeoutExpired:
            victim.send_signal(signal.SIGKILL)
            killed += 1
        victim.wait()
        assert_always(connection)
        import_whole(path, expected)
        if number % 8 == 0:
            assert_at_the_end(connection, acme)
    assert_at_the_end(connection, acme)
    assert killed > KILLS / 2
    leads = 200 * (KILLS + 3)
    assert connection.execute("SELECT count(*), count(*) FILTER (WHERE do_not_call) FROM leads").fetchone() == (leads, -(-leads // 40))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_backends_terminated_at_random_moments(acme, connection, tmp_path):
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    chance, ended = seed_of("backends"), 0
    for number in range(40):
        expected = write_file(path := tmp_path / f"f{number}.csv", number)
        victim = begin(path)
        moment, seen = chance.randint(1, 20), set()  # an import connects some twenty times, most of them for an instant
        while victim.poll() is None:
            seen |= set(connection.execute(f"SELECT pid {others}").fetchall())
            if len(seen) < moment:
                time.sleep(0.003)
                continue
            time.sleep(chance.choice([0, 0, chance.uniform(0, 0.3)]))
            ended += connection.execute(f"SELECT pg_terminate_backend(pid) {others}").rowcount
            moment = len(seen) + chance.randint(1, 20)
            if chance.random() < 0.4:
                victim.wait()
        assert_always(connection)
        import_whole(path, expected)
        if number >= 7 and ended >= 8:
            break
    assert ended >= 8, "few backends were at work when they were to be ended"
    assert_at_the_end(connection, acme)


@pytest.fixture
def own_server(tmp_path, monkeypatch, henk, settings):
    """An installation with an embedded server of its own."""
    monkeypatch.delenv("HENK_DATABASE_URL")
    load_settings.cache_clear()
    own = load_settings()
    assert henk("business", "add", "acme").returncode == 0
    assert henk("campaign", "add", "Year End", "--business", "acme").returncode == 0
    yield own
    henk("db", "stop")


def postmaster(settings):
    return int((settings.postgres_data / "postmaster.pid").read_text().split()[0])


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("moment", ["COPY", "INSERT", "COMMIT", "random"])
def test_the_whole_server_killed(own_server, tmp_path, moment):
    chance = seed_of(f"server {moment}")
    expected = write_file(path := tmp_path / "people.csv", 1, rows=8000)
    victim = begin(path)
    url = connection_url(own_server.postgres_data)
    with psycopg.connect(url, autocommit=True) as watching:
        loading = "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND xact_start IS NOT NULL AND query ILIKE %s"
        if moment == "random":
            time.sleep(chance.uniform(1, 5))
        else:
            wait_until(
                lambda: (
                    victim.poll() is not None
                    or watching.execute(loading, [f"%{moment}%leads%" if moment != "COMMIT" else "%UPDATE%lead_imports%"]).fetchone()
                )
            )
        # All of it at once, as a power cut would: the postmaster first, so that it cannot tidy up.
        server = psutil.Process(postmaster(own_server))
        for process in [server, *server.children(recursive=True)]:
            process.kill()
    victim.kill()
    victim.wait()
    import_whole(path, expected)  # starts the server again
    with psycopg.connect(url, autocommit=True) as connection:
        assert_at_the_end(connection, own_server)
        assert connection.execute("SELECT count(*) FROM leads").fetchone() == (8000,)


class Proxy:
    """TCP on loopback before the server's unix socket; every connection is cut after so many bytes from the client."""

    def __init__(self, target, limit):
        self.target, self.limit, self.passed = target, limit, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.target)
            threading.Thread(target=self.pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, False), daemon=True).start()

    def pump(self, source, sink, counted):
        try:
            while data := source.recv(4096):
                if counted:
                    self.passed += len(data)
                    if self.passed > self.limit:
                        break
                sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_connection_cut(acme, server, connection, database_url, tmp_path, monkeypatch):
    chance = seed_of("connection")
    name = connection.execute("SELECT current_database()").fetchone()[0]
    socket_file = f"{psycopg.conninfo.conninfo_to_dict(database_url)['host']}/.s.PGSQL.5432"
    for number in range(6):
        expected = write_file(path := tmp_path / f"f{number}.csv", number)
        proxy = Proxy(socket_file, chance.choice([2_000, 20_000, 60_000, 120_000, 200_000]))
        with monkeypatch.context() as patch:
            patch.setenv("HENK_DATABASE_URL", f"postgresql://postgres@127.0.0.1:{proxy.port}/{name}")
            broken = run(command(path))
        proxy.listening.close()
        if broken.returncode not in (0, 1):
            assert "Traceback" not in broken.stderr, broken.stderr
        assert_always(connection)
        import_whole(path, expected)
    assert_at_the_end(connection, acme)
