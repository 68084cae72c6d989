"""`henk ui` as an operator meets it: a real webserver and daemon, a real browser."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.conftest import HENK
from tests.e2e.processes import free_port, wait_for

IMAGES = Path(__file__).parents[2] / "docs" / "images"
CHAIN = ("uploads", "validated_leads", "rejected_rows", "upload_readings", "scored_leads", "lead_lists", "campaign_leads")


@pytest.fixture
def ui(henk, settings, tmp_path):
    """`henk ui` over a home with one import. Gives its address."""
    assert henk("business", "add", "acme").returncode == 0
    assert henk("campaign", "add", "Year End", "--business", "acme").returncode == 0
    path = tmp_path / "people.csv"
    path.write_text("First Name,Email\nAna,ana@example.org\nBo,bad\nCy,cy@example.org\n<img src=x onerror=alert(1)>,di@example.org\n")
    assert henk("import", path, "--business", "acme", "--campaign", "Year End").returncode == 0
    with running_ui(tmp_path) as address:
        yield address


@contextmanager
def running_ui(tmp_path):
    """`henk ui` on a free port. Gives its address; afterwards nothing of it is left."""
    port = free_port()
    log = (tmp_path / "ui.log").open("w")
    folder = tmp_path / "started-here"
    folder.mkdir(exist_ok=True)
    (folder / "gql.py").write_text("raise ImportError('a file of the folder in which henk was started')")
    process = subprocess.Popen([HENK, "ui", "--port", str(port)], stdout=log, stderr=log, cwd=folder)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: urllib.request.urlopen(f"{address}/server_info", timeout=2).status == 200, 90, tmp_path / "ui.log")
        yield address
    finally:
        family = [process, *psutil.Process(process.pid).children(recursive=True)]
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        wait_for(lambda: not any(psutil.pid_exists(member.pid) for member in family[1:]), 30, tmp_path / "ui.log")


def ask(address, query):
    request = urllib.request.Request(
        f"{address}/graphql", data=json.dumps({"query": query}).encode(), headers={"content-type": "application/json"}
    )
    return json.loads(urllib.request.urlopen(request, timeout=30).read())["data"]


def daemons(address):
    told = ask(address, "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }")
    return {
        daemon["daemonType"]: daemon["healthy"] for daemon in told["instance"]["daemonHealth"]["allDaemonStatuses"] if daemon["required"]
    }


def see_the_graph(address, page, tmp_path):
    # A group with its neighbours: in the graph of everything the names are too small to be drawn.
    page.goto(f"{address}/locations/henk_pipeline.definitions/asset-groups/leads")
    shown = ("uploads", "validated_leads", "rejected_rows", "scored_leads", "lead_lists", "campaign_leads", "fct_campaign_lead", "dim_lead")
    for asset in shown:
        page.get_by_text(asset, exact=True).first.wait_for(timeout=60_000)
    page.wait_for_timeout(2000)  # until it has settled
    picture = tmp_path / "asset-graph.png"
    page.screenshot(path=picture, clip={"x": 245, "y": 165, "width": 1750, "height": 1000})
    if "HENK_SCREENSHOTS" in os.environ:
        IMAGES.mkdir(exist_ok=True)
        shutil.copy(picture, IMAGES)


def see_the_metadata(address, page):
    for asset, texts in (
        ("lead_lists", ("Leads inserted", "Report", "One transaction an upload")),
        ("validated_leads", ("Preview", "…@example.org")),
        ("rejected_rows", ("is not an e-mail address", "Rejected rows as a file")),
    ):
        page.goto(f"{address}/assets/{asset}")
        for shown in texts:
            page.get_by_text(shown).first.wait_for(timeout=30_000)


def backfill(address, key):
    """Launch a backfill of one upload as the UI's button does, and wait for its end."""
    selection = ", ".join(f'{{path: ["{asset}"]}}' for asset in CHAIN)
    launched = ask(
        address,
        f'mutation {{ launchPartitionBackfill(backfillParams: {{assetSelection: [{selection}], partitionNames: ["{key}"]}}) '
        "{ __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }",
    )["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    query = f'{{ partitionBackfillOrError(backfillId: "{launched["backfillId"]}") {{ ... on PartitionBackfill {{ status }} }} }}'
    deadline = time.monotonic() + 150
    while (status := ask(address, query)["partitionBackfillOrError"]["status"]) not in ("COMPLETED_SUCCESS", "COMPLETED"):
        assert time.monotonic() < deadline, status
        assert "FAILED" not in status, status
        time.sleep(1)


@pytest.mark.long
def test_an_operator_sees_the_graph_and_its_metadata_and_backfills_without_changing_anything(ui, browser, connection, tmp_path):
    before = connection.execute("SELECT id, updated_at FROM leads ORDER BY id").fetchall()
    (key,) = connection.execute("SELECT upload FROM lead_imports").fetchone()
    page = browser.new_page(viewport={"width": 2000, "height": 1250})
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    see_the_graph(ui, page, tmp_path)
    see_the_metadata(ui, page)
    assert dialogs == []  # the cell with a script in it stayed a cell
    wait_for(lambda: daemons(ui).keys() >= {"SCHEDULER", "SENSOR", "BACKFILL"} and all(daemons(ui).values()), 60, tmp_path / "ui.log")
    schedules = ask(ui, "{ repositoriesOrError { ... on RepositoryConnection { nodes { schedules { name scheduleState { status } } } } } }")
    assert schedules["repositoriesOrError"]["nodes"][0]["schedules"] == [
        {"name": name, "scheduleState": {"status": "RUNNING"}} for name in ("freshness", "nightly", "upkeep")
    ]
    backfill(ui, key)
    assert connection.execute("SELECT id, updated_at FROM leads ORDER BY id").fetchall() == before
