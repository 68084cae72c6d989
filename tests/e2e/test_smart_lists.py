"""A list with criteria on its whole way, as an operator follows it in the UI: a file comes, the list fills and its campaign follows; too many would
leave, the check shows it, the operator applies it; the analytics have who was on the list.
"""

import json
import os
import shutil
import time
from pathlib import Path

import duckdb
import pytest

from tests.e2e.processes import wait_for
from tests.e2e.test_ui import IMAGES, running_ui

BATH = json.dumps({"field": "city", "op": "=", "value": "Bath"})
PEOPLE = "First Name,Email,Phone,City\n" + "".join(f"P{n},p{n}@example.org,212-555-01{n:02},Bath\n" for n in range(40))
SECONDS = 150  # sensors, launching and running, on a machine that does other things, too


def names(connection):
    rows = connection.execute("SELECT l.first_name FROM lead_list_members m JOIN leads l ON l.id = m.lead_id JOIN lead_lists ll ON ll.id = m.lead_list_id WHERE ll.name = 'Bath'")  # fmt: skip
    return {name for (name,) in rows.fetchall()}


def called(connection):
    rows = connection.execute("SELECT l.first_name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id")
    return {name for (name,) in rows.fetchall()}


def picture(page, name, tmp_path):
    path = tmp_path / f"{name}.png"
    page.screenshot(path=path)
    if "HENK_SCREENSHOTS" in os.environ:
        shutil.copy(path, IMAGES)


def launch(page, config=None):
    """Press Materialize on the page of an asset, with a configuration by way of its Launchpad."""
    button = page.get_by_role("button", name="Materialize").first
    if config is None:
        button.click()
        expected = page.get_by_text("Launched run").or_(page.get_by_text("Run launched"))
    else:
        button.locator("xpath=following::button[1]").click()  # its menu
        page.get_by_text("Open launchpad").click()
        expected = page.locator(".CodeMirror")
    # The UI asks where assets before this one have never been materialized: here lead_scores.
    confirm = page.get_by_role("button", name="Confirm")
    expected.or_(confirm).first.wait_for(timeout=60_000)
    if confirm.is_visible():
        confirm.click()
    if config is not None:
        expected.first.click(timeout=60_000)
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(config)
        page.get_by_role("dialog").get_by_role("button", name="Materialize").click(timeout=60_000)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_list_from_its_criteria_to_the_analyst(henk, settings, connection, browser, tmp_path):
    assert henk("business", "add", "acme").returncode == 0
    assert henk("campaign", "add", "Year End", "--business", "acme").returncode == 0
    assert henk("list", "add", "Bath", "--business", "acme", "--where", BATH).returncode == 0
    assert henk("campaign", "assign", "Year End", "Bath", "--business", "acme", "--follow", "mirror").returncode == 0
    log = tmp_path / "ui.log"
    with running_ui(tmp_path) as address:
        (tmp_path / "people.csv").write_text(PEOPLE)
        assert henk("import", tmp_path / "people.csv", "--business", "acme").returncode == 0
        everybody = {f"P{n}" for n in range(40)}
        wait_for(lambda: (names(connection), called(connection)) == (everybody, everybody), SECONDS, log)

        connection.execute("UPDATE leads SET city = 'Rome' WHERE first_name <> 'P0'")  # a member of the business corrects them
        wait_for(lambda: connection.execute("SELECT held FROM lead_lists WHERE name = 'Bath'").fetchone()[0], SECONDS, log)
        assert names(connection) == everybody
        page = browser.new_page(viewport={"width": 1600, "height": 1100})
        page.goto(f"{address}/assets/smart_lists?view=overview")
        page.get_by_text("39 of 40").first.wait_for(timeout=60_000)
        picture(page, "smart-lists-held", tmp_path)
        page.goto(f"{address}/assets/smart_lists?view=checks")
        page.get_by_text("smart_lists_hold").first.wait_for(timeout=60_000)

        page.goto(f"{address}/assets/smart_lists")
        launch(page, "ops:\n  smart_lists:\n    config:\n      apply_held: [{business: acme, list: Bath}]\n")
        wait_for(lambda: (names(connection), called(connection)) == ({"P0"}, {"P0"}), SECONDS, log)

        page.goto(f"{address}/assets/fct_list_membership")
        deadline = time.monotonic() + SECONDS
        launch(page)
        while rows_of(settings.analytics) != [(None, 1), (True, 39)]:
            assert time.monotonic() < deadline, rows_of(settings.analytics)
            time.sleep(1)


def rows_of(file: Path) -> list[tuple]:
    """Whether they have left, and how many, of those who were on the list; nothing before the file is there."""
    if not file.exists():
        return []
    with duckdb.connect(file, read_only=True) as analyst:
        query = "SELECT left_at IS NOT NULL OR NULL AS gone, count(*) FROM fct_list_membership GROUP BY 1 ORDER BY 1 NULLS FIRST"
        return analyst.execute(query).fetchall()
