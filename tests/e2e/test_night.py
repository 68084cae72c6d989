"""Nights as an operator has them: a real daemon whose schedule ticks every minute, three businesses, good files, and one of every kind that is
refused, mended one after the other. Everything is loaded exactly once, every refusal is reported once a change, and the UI answers "which file
failed, and why" in three clicks.
"""

import json
import os
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import TimeoutError as BrowserTimeoutError

from tests.e2e.processes import wait_for
from tests.e2e.test_ui import IMAGES, ask, running_ui

SLUGS = ("acme", "beta", "gamma")
GOOD = 5  # files of each business
NIGHT_SECONDS = 240  # a tick a minute, planning, launching, running, on a machine that does other things, too


@contextmanager
def webhook():
    """A real HTTP server on loopback that keeps the messages posted to it."""
    messages: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            messages.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/henk", messages
    server.shutdown()


def people(name: str, count: int = 3) -> str:
    return "First Name,Email\n" + "".join(f"P{n},{name}{n}@example.org\n" for n in range(count))


# A file of each kind that is refused as a whole: (bytes, manifest), part of the reason, and the repair: what then lies in their place.
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
REFUSED = {
    "toml": ((people("toml").encode(), "list = Gala guests\n"), "Write: list", (None, 'campaigns = ["Year End"]\n')),
    "key": ((people("key").encode(), 'campagins = ["Year End"]\n'), "campaigns", (None, 'campaigns = ["Year End"]\n')),
    "where": (
        (people("where").encode(), '[[campaigns]]\ncampaign = "Year End"\nwhere = {field = "no_field", op = "=", value = 1}\n'),
        "where",
        (None, '[[campaigns]]\ncampaign = "Year End"\n'),
    ),
    "column": ((people("column").encode(), 'list_column = "Segment"\n'), "Segment", (None, 'campaigns = ["Year End"]\n')),
    "picture": ((PNG, ""), "picture", (people("picture").encode(), 'campaigns = ["Year End"]\n')),
    "empty": ((b"", ""), "empty", (people("empty").encode(), 'campaigns = ["Year End"]\n')),
    "rejected": ((b"First Name,Email\n" + b"A,none\n" * 30, ""), "rejected", (people("rejected").encode(), 'campaigns = ["Year End"]\n')),
}


def land(folder: Path, name: str, content: bytes | None, manifest: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if content is not None:
        (folder / f"{name}.csv").write_bytes(content)
    (folder / f"{name}.csv.toml").write_text(manifest)


def loaded(connection: psycopg.Connection) -> dict[str, int]:
    """Files that are loaded, with how many imports of each there are."""
    rows = connection.execute("SELECT file_name FROM lead_imports WHERE status IN ('loaded', 'partial')").fetchall()
    return Counter(name for (name,) in rows)


def count(connection: psycopg.Connection, table: str) -> int:
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def wait_for_night(connection, expected: set[str], log: Path) -> None:
    wait_for(lambda: set(loaded(connection)) >= expected, NIGHT_SECONDS, log)


@pytest.fixture
def installation(henk, settings, monkeypatch):
    for slug in SLUGS:
        assert henk("business", "add", slug).returncode == 0
        assert henk("campaign", "add", "Year End", "--business", slug).returncode == 0
    monkeypatch.setenv("HENK_NIGHTLY_AT", "* * * * *")
    with webhook() as (url, messages):
        monkeypatch.setenv("HENK_NOTIFY", url)
        yield Path(settings.landing), messages


def reported(messages: list[dict[str, str]], name: str) -> int:
    """How many messages name the file."""
    return sum(f"{name}.csv" in message["message"] for message in messages)


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_seven_nights_of_three_businesses(installation, settings, connection, tmp_path, browser, henk):
    landing, messages = installation
    good = {f"{slug}{number}" for slug in SLUGS for number in range(GOOD)}
    for name in good:
        land(landing / name[:-1], name, people(name).encode(), 'campaigns = ["Year End"]\n')
    for number, (name, ((content, manifest), _, _)) in enumerate(REFUSED.items()):
        land(landing / SLUGS[number % 3], name, content, manifest)
    land(landing / "delta", "stranger", people("stranger").encode(), "")
    land(landing / "acme", "gala", people("gala").encode(), 'campaigns = ["Gala"]\n')
    log = tmp_path / "ui.log"
    with running_ui(tmp_path) as address:
        wait_for_night(connection, {f"{name}.csv" for name in good}, log)
        refusals = [*REFUSED, "stranger", "gala"]
        wait_for(lambda: all(reported(messages, name) for name in refusals), NIGHT_SECONDS, log)
        reasons = {name: reason for name, (_, reason, _) in REFUSED.items()} | {"stranger": "delta", "gala": "Gala"}
        for name, reason in reasons.items():
            assert any(f"{name}.csv" in one["message"] and reason in one["message"] for one in messages), (name, messages)
        answer_in_three_clicks(browser, address, reasons)
        # A night in which nothing has changed reports nothing and runs nothing.
        runs = count_runs(address)
        before = Counter({name: reported(messages, name) for name in refusals})
        time.sleep(130)  # two ticks
        assert count_runs(address) == runs
        assert Counter({name: reported(messages, name) for name in refusals}) == before
        assert set(before.values()) == {1}, before
        # One repair a night.
        done = set(good)
        for number, (name, (_, _, (content, manifest))) in enumerate(REFUSED.items()):
            land(landing / SLUGS[number % 3], name, content, manifest)
            done.add(name)
            wait_for_night(connection, {f"{one}.csv" for one in done}, log)
        assert henk("business", "add", "delta").returncode == 0
        assert henk("campaign", "add", "Gala", "--business", "acme").returncode == 0
        done |= {"stranger", "gala"}
        wait_for_night(connection, {f"{one}.csv" for one in done}, log)
        # The people of a file are loaded in one step of its run, assigned to campaigns in the next; delta has no campaign.
        wait_for(lambda: count(connection, "campaign_leads") >= 3 * (len(done) - 1), NIGHT_SECONDS, log)
    assert set(loaded(connection).values()) == {1}
    assert connection.execute("SELECT count(*), count(DISTINCT email) FROM leads").fetchone() == (3 * len(done), 3 * len(done))
    assert count(connection, "campaign_leads") == 3 * (len(done) - 1)
    assert {name: reported(messages, name) for name in refusals} == dict.fromkeys(refusals, 1)
    assert count(connection, "henk.planned_runs") == 0
    assert count(connection, "henk.upload_attempts") == 0


def count_runs(address: str) -> int:
    """How many runs of imports there have been."""
    query = '{ runsOrError(filter: {pipelineName: "import_uploads"}) { ... on Runs { results { runId } } } }'
    return len(ask(address, query)["runsOrError"]["results"])


def answer_in_three_clicks(browser, address: str, reasons: dict[str, str]) -> None:
    """Find each refused file with its reason from the first page of the UI: Catalog, the asset `night`, Show Markdown. Scrolling is no click."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    deadline = time.monotonic() + NIGHT_SECONDS
    while True:
        text = ""
        # The page is made again with every part of the night: not there yet, of a part that refused nothing, or replaced while it is read.
        with suppress(BrowserTimeoutError):
            text = shown_night(page, address)
        missing = {name for name, reason in reasons.items() if f"{name}.csv" not in text or reason not in text}
        if not missing:
            break
        assert time.monotonic() < deadline, (missing, text)
        time.sleep(5)
    if "HENK_SCREENSHOTS" in os.environ:
        page.screenshot(path=IMAGES / "night.png")
    page.close()


def shown_night(page, address: str) -> str:
    """Return the text of the night's page, opened as an operator does.

    Raises:
        BrowserTimeoutError: the UI does not show the page.
    """
    page.goto(address)
    page.get_by_text("Catalog", exact=True).first.click()
    page.get_by_text("campaign_funnel").first.wait_for(timeout=60_000)
    page.mouse.move(700, 600)
    row = page.locator('a[href$="/assets/night"], a[href*="/assets/night?"]').first
    for _ in range(60):
        if row.count():
            break
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(200)
    row.click()
    page.get_by_text("Show Markdown").first.click()
    dialog = page.locator(".bp5-dialog, [role=dialog]").last
    dialog.get_by_text("in the last 24 hours").wait_for(timeout=30_000)
    return dialog.inner_text()
