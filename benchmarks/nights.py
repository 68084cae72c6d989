"""Measure what a night costs: `nights.py (night PEOPLE.csv | ticks | dialog | load) [--files N] [--rows N] [--smoke]`.

    night   as many files of as many rows by the daemon (two runs at a time), then the same rows as one upload: seconds, and their ratio
    ticks   planning with 20,000 uploads known and nothing new, and with a thousand new files
    dialog  with 20,000 upload partitions, in a browser: until the launch dialog is there, shows what is searched for, and has taken all
    load    what importing the definitions takes beside `import dagster`

PEOPLE.csv comes from benchmarks/people.py. Every part has a home of its own in a temporary folder. The numbers are kept in docs/benchmarks.md.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from playwright.sync_api import Page

BIN = Path(sys.executable).parent
BUSINESSES = 20
LOADED = "SELECT count(*) FROM lead_imports WHERE status IN ('loaded', 'partial')"


def told(name: str, **figures: object) -> None:
    print(f"{name}: " + json.dumps(figures), flush=True)


def home(folder: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "HENK_HOME": str(folder),
        "HENK_SETTLE_SECONDS": "0",
        "PATH": f"{BIN}:{os.environ['PATH']}",
        **more,
    }


def henk(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run([BIN / "henk", *arguments], env=environment, check=True, capture_output=True, text=True).stdout


def with_businesses(environment: dict[str, str], count: int) -> str:
    url = henk(environment, "db").strip()
    with psycopg.connect(url) as connection:
        for number in range(count):
            connection.execute(
                "INSERT INTO businesses (slug, name, default_country, timezone) VALUES (%s, %s, 'US', 'UTC')", [f"b{number}", "b"]
            )
    return url


def night(people: Path, files: int, rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="henk-night-") as scratch:
        many, one = Path(scratch) / "many", Path(scratch) / "one"
        environment = home(
            many, HENK_AT_ONCE="*", POLARS_MAX_THREADS="1", DAGSTER_HOME=str(many / "dagster"), DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS="600"
        )
        url = with_businesses(environment, BUSINESSES)
        whole = Path(scratch) / "whole.csv"
        with people.open() as source, whole.open("w") as together:
            together.write(head := next(source))
            for number in range(files):
                folder = many / "landing" / f"b{number % BUSINESSES}"
                folder.mkdir(parents=True, exist_ok=True)
                lines = [next(source) for _ in range(rows)]
                (folder / f"f{number:05d}.csv").write_text(head + "".join(lines))
                together.writelines(lines)
        subprocess.run(
            [
                sys.executable,
                "-c",
                "from henk_pipeline.orchestration.runs import *; from henk_pipeline.settings import *; prepare_dagster_home(load_settings())",
            ],
            env=environment,
            check=True,
        )
        started = time.monotonic()
        daemon = subprocess.Popen(
            [BIN / "dagster-daemon", "run", "-m", "henk_pipeline.definitions"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                while (done := connection.execute(LOADED).fetchone()[0]) < files and time.monotonic() - started < 3600:
                    time.sleep(0.5)
                seconds = time.monotonic() - started
                leads = connection.execute("SELECT count(*) FROM leads").fetchone()[0]
        finally:
            daemon.terminate()
            daemon.wait()
        told("night", files=files, rows=rows, loaded=done, leads=leads, seconds=round(seconds, 1))
        quiet = time.monotonic()
        henk(environment, "nightly")
        told("a night with nothing new", seconds_with_start_of_python=round(time.monotonic() - quiet, 2))
        henk(environment, "db", "stop")
        environment = home(one)
        with_businesses(environment, 1)
        started = time.monotonic()
        henk(environment, "import", str(whole), "--business", "b0", "--list", "whole")
        alone = time.monotonic() - started
        henk(environment, "db", "stop")
        told(
            "one upload",
            rows=files * rows,
            seconds=round(alone, 1),
            ratio=round(seconds / alone, 2),
            allowed=round(1.3 * alone + 0.1 * files, 1),
        )


def plan_once() -> None:
    """Plan the night with the settings of the environment; print the batches and the seconds."""
    from henk_pipeline.orchestration.run_planner import plan_night
    from henk_pipeline.orchestration.runs import open_instance
    from henk_pipeline.postgres.connect import connect
    from henk_pipeline.settings import load_settings
    from henk_pipeline.steps.discovery import discover_uploads

    settings = load_settings()
    with connect(settings) as connection, open_instance(settings) as instance:
        started = time.monotonic()
        plan = plan_night(instance, settings, connection, discover_uploads)
        print(len(plan.batches), round(time.monotonic() - started, 2))


def tick(environment: dict[str, str]) -> tuple[int, float]:
    asked, seconds = subprocess.run(
        [sys.executable, __file__, "--plan-once"], env=environment, check=True, capture_output=True, text=True
    ).stdout.split()
    return int(asked), float(seconds)


def ticks(known: int, new: int) -> None:
    with tempfile.TemporaryDirectory(prefix="henk-ticks-") as scratch:
        environment = home(Path(scratch))
        url = with_businesses(environment, BUSINESSES)
        landing = Path(scratch) / "landing"
        for number in range(known):
            folder = landing / f"b{number % BUSINESSES}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"f{number:05d}.csv").write_text(f"Email\np{number}@example.org\n")
        asked, seconds = tick(environment)
        told("tick, all new", files=known, runs=asked, seconds=seconds)
        with psycopg.connect(url) as connection:  # as if each had been loaded
            connection.execute(
                "INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status) SELECT b.id, f.upload, "
                "'x', 1, encode(sha256(f.upload::bytea), 'hex'), f.upload, '', 'loaded' FROM henk.landed_files f JOIN businesses b ON b.slug = f.business"
            )
            from henk_pipeline.postgres import landed_files
            from henk_pipeline.steps.rules import written_rules

            landed_files.settle_files(connection, landed_files.known_files(connection, written_rules()))
        told(
            "tick, nothing new", uploads=known, runs=tick(environment)[0], seconds=statistics.median(tick(environment)[1] for _ in range(3))
        )
        for number in range(new):
            (landing / f"b{number % BUSINESSES}" / f"n{number:05d}.csv").write_text(f"Email\nq{number}@example.org\n")
        asked, seconds = tick(environment)
        told("tick, some new", uploads=known, files=new, runs=asked, seconds=seconds)
        henk(environment, "db", "stop")


def register_once(count: int) -> None:
    """Register this many partitions with the settings of the environment."""
    from henk_pipeline.orchestration.partitions import register
    from henk_pipeline.orchestration.runs import open_instance, prepare_dagster_home
    from henk_pipeline.settings import load_settings

    settings = load_settings()
    prepare_dagster_home(settings)
    with open_instance(settings) as instance:
        register(instance, [f"b{n % 20}_f{n:05d}_{n:08x}_2026-11-{1 + n // 1000:02d}T0200" for n in range(count)])


def visit_pages(page: "Page", address: str) -> dict[str, float]:
    """Open the pages an operator looks at; the moment each is there."""
    page.goto(f"{address}/overview")  # what the browser loads once
    page.get_by_text("Catalog").first.wait_for()
    marks = {"": time.monotonic()}
    page.goto(f"{address}/assets/lead_lists?view=partitions")
    page.get_by_text(re.compile(r"b\d+_f\d+")).first.wait_for()
    marks["partitions of an asset"] = time.monotonic()
    page.goto(f"{address}/runs")
    # The daemon may have launched the run that keeps the home in order.
    page.get_by_text(re.compile("^(No runs found|Queued|Starting|Started|Success|Failure)$")).first.wait_for()
    marks["runs"] = time.monotonic()
    return marks


def dialog(known: int) -> None:
    import shutil
    import socket
    import urllib.error
    import urllib.request

    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="henk-dialog-") as scratch, sync_playwright() as playwright:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            environment = home(Path(scratch), HENK_REPORTS_PORT=str(free.getsockname()[1]))
        subprocess.run([sys.executable, __file__, "--register-once", str(known)], env=environment, check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        ui = subprocess.Popen(
            [BIN / "henk", "ui", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5)
                    break
                except (urllib.error.URLError, TimeoutError):
                    time.sleep(0.5)
            page = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]).new_page()
            page.set_default_timeout(60_000)
            marks = visit_pages(page, f"http://127.0.0.1:{port}")
            page.goto(f"http://127.0.0.1:{port}/locations/henk_pipeline.definitions/jobs/import_uploads/partitions")
            page.get_by_text("Total partitions").wait_for()
            marks["page"] = time.monotonic()
            page.get_by_role("button", name=re.compile("Materialize")).first.click()
            page.get_by_text("Partition selection").wait_for()
            marks["dialog"] = time.monotonic()
            page.get_by_text("Select a partition or create one").click()
            page.get_by_text(f"Select all ({known})").wait_for()
            marks["list"] = time.monotonic()
            page.keyboard.type("2026-11-02")
            page.get_by_text("Select all (1000)").wait_for()
            marks["search"] = time.monotonic()
            page.get_by_text("Select all (1000)").click()
            page.keyboard.press("Escape")
            page.get_by_text(re.compile("^1,?000 partitions$")).wait_for()
            marks["a day selected"] = time.monotonic()
            page.get_by_role("button", name="All", exact=True).click()
            page.get_by_text(re.compile(f"^({known}|{known:,}) partitions$")).wait_for()
            marks["all selected"] = time.monotonic()
        finally:
            ui.terminate()
            ui.wait()
            henk(environment, "db", "stop")
    times = list(marks.values())
    told("dialog", partitions=known, **{name: round(b - a, 2) for name, a, b in zip(list(marks)[1:], times, times[1:], strict=False)})


def load() -> None:
    def seconds(statement: str) -> float:
        started = time.monotonic()
        subprocess.run([sys.executable, "-c", statement], check=True, capture_output=True)
        return time.monotonic() - started

    pairs = [(seconds("import dagster"), seconds("import henk_pipeline.definitions")) for _ in range(7)]
    dagster, definitions = (statistics.median(side) for side in zip(*pairs, strict=True))
    told("definitions", dagster=round(dagster, 2), definitions=round(definitions, 2), ratio=round(definitions / dagster, 2))
    assert definitions < 3 * dagster


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("night", "ticks", "dialog", "load"), nargs="?", default="load")
    parser.add_argument("people", type=Path, nargs="?")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--uploads", type=int, default=20_000, help="partitions that are known before")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--smoke", action="store_true", help="small sizes of what needs no other data")
    parser.add_argument("--plan-once", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--register-once", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.plan_once:
        plan_once()
    elif arguments.register_once:
        register_once(arguments.register_once)
    elif arguments.smoke:
        load()
        ticks(200, 20)
    elif arguments.part == "night":
        night(arguments.people, arguments.files, arguments.rows)
    elif arguments.part == "ticks":
        ticks(arguments.uploads, arguments.files)
    elif arguments.part == "dialog":
        dialog(arguments.uploads)
    else:
        load()
