"""Every lock has a timeout, and its error names the holder."""

import os
import re
from pathlib import Path

import filelock
import pytest

from henk_pipeline import locking
from henk_pipeline.locking import LockedError, held
from henk_pipeline.postgres import embedded
from henk_pipeline.uploads.landing import land
from henk_pipeline.uploads.received import receive


def test_a_lock_that_another_holds_is_given_up_and_names_the_holder(tmp_path):
    path = tmp_path / "x.lock"
    with held(path, "work"), pytest.raises(LockedError, match=rf"process {os.getpid()} since .*to work"), held(path, "work", seconds=0.3):
        pass
    with held(path, "work", seconds=0.3):
        pass


def test_a_holder_that_names_nobody_is_no_obstacle_to_the_error(tmp_path):
    path = tmp_path / "x.lock"
    with filelock.FileLock(path), pytest.raises(LockedError), held(path, "work", seconds=0.3):
        pass


def test_an_upload_that_waits_for_another_process_gives_up_and_names_it(tmp_path, monkeypatch):
    (tmp_path / "guests.csv").write_text("Email\nana@example.org\n")
    uploads = tmp_path / "uploads"
    landed = land(tmp_path / "guests.csv", "acme", tmp_path / "landing", None)
    first = receive(landed, uploads)
    monkeypatch.setattr(locking, "WAIT_SECONDS", 0.3)
    with (
        held(uploads / ".lock", "test"),
        pytest.raises(LockedError, match=rf"\.lock.*process {os.getpid()} since .*receive guests\.csv"),
    ):
        receive(landed, uploads)
    assert receive(landed, uploads) == first
    assert sorted(path.name for path in uploads.iterdir()) == sorted([".incoming", ".lock", first.key])
    assert list((uploads / ".incoming").iterdir()) == []


def test_a_server_that_another_process_starts_is_given_up_and_names_it(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "START_SECONDS", 0.3)
    with held(tmp_path / "postgres.lock", "test"), pytest.raises(LockedError, match=rf"process {os.getpid()} .*start the embedded server"):
        embedded.start(tmp_path / "postgres")


@pytest.mark.parametrize("folder", ["/proc", "/nonexistent", "/proc/1/x"])
def test_a_folder_that_cannot_be_written_fails_at_once(folder):
    with pytest.raises(LockedError, match="cannot be written"), held(Path(folder) / "x.lock", "work"):
        pass


@pytest.mark.parametrize(("target", "code"), [("/proc/x.duckdb", 3), ("/proc/new/x.duckdb", 2), ("/proc", 3), ("/proc/new", 3)])
def test_an_export_to_where_nothing_can_be_written_ends_at_once(henk, tmp_path, target, code):
    assert henk("analytics", "build").returncode == 0
    refused = henk("analytics", "export", target)
    assert (refused.returncode, "/proc" in refused.stderr, "Traceback" in refused.stderr) == (code, True, False), refused.stderr
    assert not re.search(r"DuckDB|/\.", refused.stderr), refused.stderr


@pytest.mark.long
def test_an_export_onto_what_is_no_target_says_so(henk, settings, tmp_path):
    assert henk("analytics", "build", HENK_ANALYTICS_PER_BUSINESS="true").returncode == 0
    (tmp_path / "file").touch()
    (tmp_path / "folder.duckdb").mkdir()
    settings.private.mkdir(exist_ok=True)
    own = [settings.analytics, settings.analytics.parent / "businesses" / "acme.duckdb", settings.private / "analytics.duckdb"]
    for target in ("/dev/null", tmp_path / "file", tmp_path / "folder.duckdb", *own):
        refused = henk("analytics", "export", target)
        words = " ".join(refused.stderr.split())
        assert (refused.returncode, str(target) in words.replace(" ", ""), "DuckDB:" in words) == (2, True, False), words
        assert not re.search(r"/\.\w", words.replace(str(tmp_path), "")), words
    folder = settings.analytics.parent
    for target in (
        "",
        " ",
        ".duckdb",
        tmp_path / ".duckdb",
        folder,
        folder / "mine.duckdb",
        folder / "parquet",
        folder / "history" / "mine",
    ):
        refused = henk("analytics", "export", target)
        assert (refused.returncode, "Traceback" in refused.stderr) == (2, False), refused.stderr
        assert re.search(
            "it is empty|suffix without a name|where Henk publishes itself", " ".join(refused.stderr.split()).replace("│ ", "")
        )
    assert not list(folder.glob("*.parquet"))
    assert b"a part" not in settings.analytics.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.duckdb", "home"]


def test_doctor_prints_its_whole_table_for_a_home_that_cannot_be_written(henk):
    shown = henk("doctor", HENK_HOME="/proc/home", HENK_LANDING="/proc/home/landing")
    assert shown.returncode == 3
    assert "HENK_HOME can be written" in shown.stdout
    assert "PostgreSQL" in shown.stdout.partition("Checks")[2]


def test_a_wait_for_a_lock_names_its_holder_in_seconds(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(locking, "SILENT_SECONDS", 0.2)
    path = tmp_path / "x.lock"
    with held(path, "work"), pytest.raises(LockedError), held(path, "publish", seconds=0.5):
        pass
    (record,) = caplog.records
    assert record.getMessage().startswith("Waiting to publish, for at most 0 seconds: ")
    assert f"process {os.getpid()}" in record.getMessage()
