"""Alerts on what the landing folder holds that no night receives."""

import os
from pathlib import Path

import pytest

from henk_pipeline.definitions import defs
from henk_pipeline.orchestration.runs import open_instance
from henk_pipeline.settings import load_settings
from tests.integration.test_nights import webhook
from tests.integration.uploading import add_business


@pytest.fixture
def landing(settings, connection):
    add_business(connection, "acme")
    (Path(settings.landing) / "acme").mkdir(parents=True)
    return Path(settings.landing)


@pytest.fixture
def plan(settings, monkeypatch):
    """Run the job that looks into the landing folder, and return the messages that it sends."""
    with webhook() as (url, messages), open_instance(settings) as instance:
        monkeypatch.setenv("HENK_NOTIFY", url)

        def planned():
            load_settings.cache_clear()
            before = len(messages)
            assert defs.resolve_job_def("plan_imports").execute_in_process(instance=instance).success
            return messages[before:]

        yield planned


def test_what_no_night_receives_is_reported_once_and_again_when_it_changes(landing, plan):
    assert plan() == []
    (landing / "gala-2025.csv").write_text("Email\na@example.org\n")
    (landing / "~$gala.xlsx").touch()  # somebody has it open
    (landing / "Acme Corp").mkdir()
    (landing / "acme" / "new").mkdir()
    (message,) = plan()
    assert message["title"] == "The landing folder: left aside, and 1 more problem"
    assert "gala-2025.csv: it lies in no business's folder" in message["message"]
    assert "Acme Corp: its name is not a business slug" in message["message"]
    assert "The landing folder of acme" in message["message"]
    assert plan() == []
    (landing / "gala-2025.csv").rename(landing / "gala-2026.csv")
    (message,) = plan()
    assert "gala-2026.csv" in message["message"]
    assert "of acme" not in message["message"]
    (landing / "gala-2026.csv").unlink()
    (landing / "Acme Corp").rmdir()
    assert plan() == []
    (landing / "gala-2026.csv").write_text("Email\na@example.org\n")
    assert len(plan()) == 1


def test_what_is_still_on_its_way_is_no_alert(landing, plan, monkeypatch):
    monkeypatch.setenv("HENK_SETTLE_SECONDS", "60")
    part = landing / "acme" / "people.csv.part"
    part.write_text("Email\n")
    (landing / "acme" / "other.csv").write_text("Email\na@example.org\n")
    assert plan() == []
    os.utime(part, (0, 0))  # nobody writes to it any more
    (message,) = plan()
    assert "people.csv.part: it looks like a file that is still being written" in message["message"]


def test_contacts_in_names_are_masked(landing, plan):
    (landing / "ana@example.org.csv").write_text("Email\na@example.org\n")
    (message,) = plan()
    assert "ana@" not in message["message"]


@pytest.mark.long
def test_a_night_on_the_command_line_reports_them_too(landing, henk):
    (landing / "loose.csv").write_text("Email\na@example.org\n")
    with webhook() as (url, messages):
        assert [henk("nightly", HENK_NOTIFY=url).returncode for _ in range(2)] == [0, 0]
    assert [message["title"] for message in messages] == ["The landing folder: left aside"]
