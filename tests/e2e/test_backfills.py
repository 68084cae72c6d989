"""Backfills as an operator launches them: a real browser, webserver and daemon. The failed ones, a month, a business,
cancelling, re-execution."""

import os
import re
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.e2e.processes import wait_for
from tests.e2e.test_ui import IMAGES, ask, running_ui

FILES = 4


@pytest.fixture
def ui_of_home(night_before, tmp_path):
    """`henk ui` over that home."""
    with running_ui(tmp_path) as address:
        yield address


@pytest.fixture
def night_before(henk, settings, connection):
    """Eight uploads of two businesses, and one of which a step fails until somebody mends what is wrong."""
    for slug in ("acme", "beta"):
        assert henk("business", "add", slug).returncode == 0
        assert henk("campaign", "add", "Year End", "--business", slug).returncode == 0
        folder = Path(settings.landing) / slug
        folder.mkdir(parents=True)
        for number in range(FILES):
            (folder / f"f{number}.csv").write_text(f"Email,Phone\n{slug}{number}@example.org,212555010{number}\nbad,\n")
            (folder / f"f{number}.csv.toml").write_text('max_rejected = 0.9\n[[campaigns]]\ncampaign = "Year End"\n')
    (Path(settings.landing) / "beta" / "wrong.csv").write_text("Email\nwrong@example.org\n")
    connection.execute(
        "CREATE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.email LIKE 'wrong%' THEN RAISE 'what an operator must mend' "
        "USING ERRCODE = 'XX001'; END IF; RETURN NEW; END $$; CREATE TRIGGER wrong BEFORE INSERT ON leads FOR EACH ROW EXECUTE FUNCTION wrong()"
    )
    assert henk("nightly").returncode in (1, 3)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2 * FILES,)


def picture(page, name):
    path = IMAGES / f"{name}.png"
    if "HENK_SCREENSHOTS" in os.environ:
        page.screenshot(path=path)


def open_dialog(page, address):
    page.goto(f"{address}/locations/henk_pipeline.definitions/jobs/import_uploads/partitions")
    page.get_by_text("Total partitions").wait_for(timeout=60_000)
    page.get_by_role("button", name=re.compile("Materialize")).first.click()
    page.get_by_text("Partition selection").wait_for(timeout=30_000)


def launch(page):
    page.get_by_role("button", name=re.compile("^Launch (backfill|run|1 run)", re.IGNORECASE)).click()
    page.get_by_text("Partition selection").wait_for(state="hidden", timeout=30_000)


def finished(address, count):
    """Wait until so many backfills have come to an end; their statuses."""
    query = "{ partitionBackfillsOrError { ... on PartitionBackfills { results { id status } } } }"
    deadline = time.monotonic() + 120
    while True:
        told = [one["status"] for one in ask(address, query)["partitionBackfillsOrError"]["results"]]
        if len(told) >= count and not {"REQUESTED", "CANCELING", "FAILING"} & set(told):
            return told
        assert time.monotonic() < deadline, told
        time.sleep(1)


def state(connection):
    return connection.execute("SELECT id, updated_at, email FROM leads ORDER BY id").fetchall(), connection.execute("SELECT id, status, xmin::text FROM campaign_leads ORDER BY id").fetchall()  # fmt: skip


@pytest.mark.long
@pytest.mark.timeout(500)
def test_an_operator_backfills_the_failed_ones_a_month_and_a_business(
    night_before, ui_of_home, browser, connection, settings, henk, tmp_path
):
    ui = ui_of_home
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    # The failed ones, after what was wrong is mended.
    connection.execute("DROP TRIGGER wrong ON leads")
    open_dialog(page, ui)
    page.get_by_role("button", name="Failed", exact=True).click()
    page.get_by_text("1 partition", exact=True).wait_for(timeout=30_000)
    picture(page, "backfill-failed")
    launch(page)
    wait_for(
        lambda: connection.execute("SELECT status FROM lead_imports WHERE file_name = 'wrong.csv'").fetchone() == ("loaded",),
        90,
        tmp_path / "ui.log",
    )
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2 * FILES + 1,)

    # They turn green. One partition is a run, not a backfill.
    page.goto(f"{ui}/locations/henk_pipeline.definitions/jobs/import_uploads/partitions")
    page.get_by_text("Missing partitions").wait_for(timeout=30_000)
    page.wait_for_timeout(3000)
    picture(page, "partitions")

    # A month: all of it again changes nothing.
    before = state(connection)
    open_dialog(page, ui)
    month = search(page, f"{datetime.now(UTC):%Y-%m}", 2 * FILES + 1)
    picture(page, "backfill-month")
    month.click()
    page.keyboard.press("Escape")
    page.get_by_text(f"{2 * FILES + 1} partitions", exact=True).wait_for(timeout=30_000)
    launch(page)
    finished(ui, 1)
    assert state(connection) == before

    # Those of one business, which follow each other, while a night brings new ones. (From one to another is not to be had: the dialog knows no ranges of such partitions.)
    open_dialog(page, ui)
    search(page, "beta_", FILES + 1).click()
    page.keyboard.press("Escape")
    page.get_by_text(f"{FILES + 1} partitions", exact=True).wait_for(timeout=30_000)
    for slug in ("acme", "beta"):
        (Path(settings.landing) / slug / "more.csv").write_text(f"Email\nmore@{slug}.example.org\n")
    launch(page)
    assert henk("nightly").returncode == 0
    finished(ui, 2)
    now = state(connection)
    assert set(before[0]) < set(now[0])
    assert (len(now[0]), now[1]) == (len(before[0]) + 2, before[1])

    cancel_and_re_execute(ui, page, connection, settings, tmp_path / "ui.log")


def search(page, text, number):
    """Look for partitions in the dialog. Gives: what selects all that are found. On a busy machine the field may lose what is typed at once."""
    found = page.get_by_text(f"Select all ({number})")
    page.get_by_text("Select a partition or create one").click()
    for _ in range(3):
        page.keyboard.press("Control+A")
        page.keyboard.type(text, delay=30)
        with suppress(PlaywrightTimeoutError):
            found.wait_for(timeout=15_000)
            break
    return found


def cancel_and_re_execute(ui, page, connection, settings, log):
    before = state(connection)
    # Cancelling in the middle: the run waits for somebody who loads for the same business.
    (business,) = connection.execute("SELECT id FROM businesses WHERE slug = 'beta'").fetchone()
    connection.execute("UPDATE lead_imports SET rules = 'older' WHERE file_name = 'wrong.csv'")  # so that there is something to load
    with psycopg.connect(settings.database_url.get_secret_value()) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"henk.load.{business}"])
        open_dialog(page, ui)
        search(page, "beta_wrong_", 1).click()
        page.keyboard.press("Escape")
        launch(page)
        wait_for(lambda: newest_run(ui)["status"] == "STARTED" and loading(connection), 60, log)
        page.goto(f"{ui}/runs/{newest_run(ui)['runId']}")
        page.get_by_role("button", name="Terminate").click()
        page.get_by_role("button", name="Terminate").last.wait_for(timeout=30_000)
        picture(page, "cancel")
        page.get_by_role("button", name=re.compile("^Terminate")).last.click()
        wait_for(lambda: newest_run(ui)["status"] == "CANCELED", 60, log)
    assert state(connection) == before
    assert connection.execute("SELECT count(*) FROM henk.upload_attempts").fetchone() == (0,)  # nothing to blame the file for

    # Re-execution from where it was ended.
    page.goto(f"{ui}/runs/{newest_run(ui)['runId']}")
    ended = newest_run(ui)["runId"]
    page.get_by_role("button", name="Re-execute").first.wait_for(timeout=30_000)
    picture(page, "re-execute")
    page.get_by_role("button", name=re.compile("^Re-execute")).first.click()
    wait_for(lambda: newest_run(ui)["runId"] != ended and newest_run(ui)["status"] == "SUCCESS", 90, log)
    assert connection.execute("SELECT count(*) FROM lead_imports WHERE rules = 'older'").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2 * FILES + 3,)


def newest_run(address):
    told = ask(address, "{ runsOrError(limit: 20) { ... on Runs { results { runId status jobName } } } }")["runsOrError"]["results"]
    return next(run for run in told if run["jobName"] not in {"build_analytics", "rescore"})


def loading(connection):
    """Whether somebody waits for a business."""
    return connection.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone()
