"""`henk ui` as a set of processes: one a home, ended as a whole however it is ended, restarted where one ends by itself."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.conftest import HENK
from tests.e2e.processes import command_of, free_port, wait_for
from tests.integration.test_nights import webhook
from tests.integration.uploading import add_business

END_SECONDS = 10.0


class Started:
    """A started `henk ui`: its process, its port, its log, and everything that it has started."""

    def __init__(self, tmp_path, name="ui", by_script=False, **environment):
        self.port, self.log = free_port(), tmp_path / f"{name}.log"
        command = [HENK, "ui", "--port", str(self.port)]
        if by_script:
            # A shell that is not interactive sets SIGINT and SIGQUIT to SIG_IGN in what it starts with &.
            command = [
                "sh",
                "-c",
                f"'{HENK}' ui --port {self.port} & echo $! > '{tmp_path / 'pid'}'; wait $!; echo $? > '{tmp_path / 'code'}'",
            ]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **environment}, start_new_session=True)
        self.address = f"http://127.0.0.1:{self.port}"

    def answers(self):
        return urllib.request.urlopen(f"{self.address}/server_info", timeout=2).status == 200

    def wait(self):
        wait_for(lambda: self.answers() and "Dagster UI:" in self.log.read_text(), 120, self.log)
        return self

    def family(self):
        return [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]

    def child(self, part):
        """The process of the family that has `part` in its command line, and no other of the family as its child."""
        return next(member for member in self.family() if part in command_of(member))


@contextmanager
def started(*arguments, **options):
    ui = Started(*arguments, **options)
    family = []
    try:
        yield ui
        family = ui.family() if ui.process.poll() is None else []
    finally:
        if ui.process.poll() is None:
            family = family or ui.family()
            ui.process.terminate()
        psutil.wait_procs(family, timeout=15)
        for member in family:
            if member.is_running():
                member.kill()
        ui.process.wait(timeout=20)


def ignores(process, number):
    """Whether a process ignores a signal, where the kernel tells."""
    status = Path(f"/proc/{process.pid}/status")
    masks = dict(line.split(":", 1) for line in status.read_text().splitlines()) if status.exists() else {}
    return bool(int(masks.get("SigIgn", "0"), 16) >> (number - 1) & 1)


def left_of(family):
    return [member for member in family if member.is_running() and member.status() != psutil.STATUS_ZOMBIE]


def assert_ended(family, log):
    """Everything has ended within END_SECONDS, without a traceback."""
    _, left = psutil.wait_procs(family, timeout=END_SECONDS)
    assert left_of(left) == [], [command_of(member) for member in left_of(left)]
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]


@pytest.fixture
def folder(settings, connection):
    """The landing folder of a business."""
    add_business(connection, "acme", "Year End")
    landing = Path(settings.landing) / "acme"
    landing.mkdir(parents=True)
    return landing


@pytest.mark.long
def test_a_second_one_names_the_first_and_a_taken_port_is_named(henk, folder, settings, tmp_path):
    with started(tmp_path) as ui:
        lock = settings.home / "ui.lock"
        wait_for(lambda: lock.exists() and lock.read_text() and json.loads(lock.read_text())["port"] == ui.port, 30, ui.log)
        second = henk("ui", "--port", str(free_port()))
        assert second.returncode == 3
        assert f"process {ui.process.pid}" in second.stderr
        assert f"http://127.0.0.1:{ui.port}" in second.stderr
        stop = henk("db", "stop")
        assert (stop.returncode, f"kill {ui.process.pid}" in stop.stderr) == (3, True)
        assert "Traceback" not in second.stderr
        other_home = henk("ui", "--port", str(ui.wait().port), HENK_HOME=str(tmp_path / "other"))
        assert other_home.returncode == 3
        assert f"Port {ui.port} " in other_home.stderr
        assert "--port" in other_home.stderr
        assert not (tmp_path / "other" / "dagster").exists()  # nothing was started
        family = ui.family()
        ui.process.terminate()
        assert ui.process.wait(timeout=END_SECONDS) == -signal.SIGTERM
        assert_ended(family, ui.log)
    assert henk("doctor", "--heartbeat").returncode == 0


def test_a_port_that_somebody_listens_on_at_every_address_is_taken(henk, settings):
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))  # noqa: S104
        listener.listen()
        refused = henk("ui", "--port", str(listener.getsockname()[1]))
    assert (refused.returncode, "in use" in refused.stderr) == (3, True)


@pytest.mark.long
def test_the_port_of_the_reports_is_none_for_the_ui(henk, settings):
    refused = henk("ui", "--port", str(settings.reports_port))
    assert (refused.returncode, "Traceback" in refused.stderr) == (3, False)
    assert f"Port {settings.reports_port} is that of the reports" in refused.stderr
    assert "HENK_REPORTS_PORT" in refused.stderr


@pytest.mark.long
def test_kill_9_leaves_no_orphans_and_the_next_one_starts_at_once(henk, folder, tmp_path):
    with started(tmp_path) as ui:
        family = ui.wait().family()
        assert len(family) >= 6  # the supervisor, the guard, two of the code server, webserver, daemon
        ui.process.kill()
        ui.process.wait()
        assert f"process {family[0].pid}, was killed" in " ".join(henk("doctor", COLUMNS="1000").stdout.split())
        assert f"process {family[0].pid}, was killed" in henk("doctor", "--heartbeat").stdout
        with started(tmp_path, "next") as following:
            assert_ended(family[1:], ui.log)
            following.wait()
            assert f"The last one, process {family[0].pid}, was killed or lost its machine" in following.log.read_text()
        with started(tmp_path, "third") as third:
            third.wait()
            assert "was killed" not in third.log.read_text()  # the second one was ended in order


@pytest.mark.long
def test_started_by_a_script_in_the_background_it_obeys_sigterm(folder, tmp_path):
    with started(tmp_path, by_script=True) as ui:
        family = ui.wait().family()
        pid = int((tmp_path / "pid").read_text())
        for part in ("dagster._daemon", "code-server", "dagster_webserver"):
            assert not ignores(ui.child(part), signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
        assert_ended(family, ui.log)
        assert (tmp_path / "code").read_text().strip() == str(128 + signal.SIGTERM)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_group_ends_everything(folder, tmp_path, number):
    with started(tmp_path) as ui:
        family = ui.wait().family()
        os.killpg(ui.process.pid, number)
        assert ui.process.wait(timeout=END_SECONDS) == -number
        assert_ended(family, ui.log)


@pytest.mark.long
def test_what_ends_by_itself_is_started_again(folder, tmp_path):
    with started(tmp_path) as ui:
        ui.wait()
        for part, name in (("dagster._daemon", "daemon"), ("code-server", "code server"), ("dagster_webserver", "webserver")):
            victim = ui.child(part)
            victim.kill()
            wait_for(lambda name=name: f"The {name} ended by signal 9. Restart 1 of 5" in ui.log.read_text(), 20, ui.log)
            wait_for(lambda part=part, victim=victim: any(part in command_of(m) and m != victim for m in ui.family()), 30, ui.log)
        # The process that holds the definitions is a child of the code server, which goes on without it.
        wait_for(lambda: any("api grpc" in command_of(m) for m in ui.family()), 60, ui.log)
        wait_for(ui.answers, 60, ui.log)
        time.sleep(6)  # one that still starts is left alone
        victim = ui.child("api grpc")
        victim.kill()
        wait_for(lambda: "The code server lives, but does not do its work" in ui.log.read_text(), 30, ui.log)
        wait_for(lambda: any("api grpc" in command_of(m) and m != victim for m in ui.family()), 60, ui.log)
        wait_for(ui.answers, 60, ui.log)
        query = json.dumps(
            {"query": "{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { __typename } } } } }"}
        )
        request = urllib.request.Request(f"{ui.address}/graphql", data=query.encode(), headers={"content-type": "application/json"})
        wait_for(lambda: '"RepositoryLocation"' in urllib.request.urlopen(request, timeout=30).read().decode(), 60, ui.log)
        family = ui.family()
        ui.process.terminate()
        _, left = psutil.wait_procs(family, timeout=END_SECONDS)
        assert left_of(left) == []


@pytest.mark.long
def test_a_run_under_way_is_rolled_back_within_ten_seconds(folder, settings, database_url, connection, tmp_path):
    (folder / ".at-once").touch()
    (folder / "people.csv").write_text("Email\nana@example.org\n")
    with psycopg.connect(database_url) as blocker, started(tmp_path) as ui:
        blocker.execute("LOCK TABLE leads IN SHARE MODE")  # the import waits when it wants to write
        ui.wait()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'leads'::regclass"
        wait_for(lambda: connection.execute(waiting).fetchone() != (0,), 90, ui.log)
        family = ui.family()
        begun = time.monotonic()
        ui.process.terminate()
        _, left = psutil.wait_procs(family, timeout=END_SECONDS)
        assert left_of(left) == [], [command_of(member) for member in left_of(left)]
        assert time.monotonic() - begun < END_SECONDS
        blocker.rollback()
        wait_for(lambda: connection.execute(waiting).fetchone() == (0,), 20, ui.log)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM lead_imports WHERE status = 'rejected'").fetchone() == (0,)


@pytest.mark.long
@pytest.mark.timeout(500)
def test_a_failing_tick_and_a_daemon_that_is_gone_are_reported_once(henk, folder, settings, connection, tmp_path):
    (folder / ".at-once").touch()  # so that the sensor at_once has something to look at
    connection.execute("ALTER TABLE henk.landed_files RENAME TO hidden")
    with webhook() as (url, messages), started(tmp_path, HENK_NOTIFY=url) as ui:
        ui.wait()
        wait_for(lambda: any("sensor at_once" in message["message"] for message in messages), 200, ui.log)
        time.sleep(140)  # two more ticks fail, and both the supervisor and the daemon's sensor look again
        of_at_once = [message for message in messages if "sensor at_once" in message["message"]]
        assert len(of_at_once) == 1
        assert "landed_files" in of_at_once[0]["message"]
        assert "What to do" in of_at_once[0]["message"]
        found = henk("doctor", "--heartbeat")
        assert found.returncode == 3
        assert "sensor at_once: tick failed since" in found.stdout
        connection.execute("ALTER TABLE henk.hidden RENAME TO landed_files")
        wait_for(lambda: henk("doctor", "--heartbeat").returncode == 0, 100, ui.log)


@pytest.mark.long
@pytest.mark.timeout(500)
def test_a_daemon_that_hangs_is_reported_once_and_ended_all_the_same(henk, folder, tmp_path):
    with webhook() as (url, messages), started(tmp_path, HENK_NOTIFY=url) as ui:
        ui.wait()
        assert "Warning" not in henk("nightly").stderr
        ui.child("dagster._daemon").suspend()
        wait_for(lambda: messages, 300, ui.log)
        time.sleep(70)
        assert [message["title"] for message in messages] == ["The daemon: daemon gone"]
        assert "The daemon: daemon gone since" in henk("doctor", "--heartbeat").stdout
        assert "Warning: the daemon: daemon gone" in henk("nightly").stderr
        family = ui.family()
        ui.process.terminate()
        assert_ended(family, ui.log)
