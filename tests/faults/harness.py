"""An installation that is broken on purpose: files to import, child processes to kill, and what must be true whatever happened."""

import json
import os
import random
import subprocess
import time
from pathlib import Path

import duckdb
import psycopg

from henk_pipeline.steps.stale_files import remove_stale_files
from tests.conftest import HENK

ROWS = 400
HEADER = "First Name,Email,Phone,Do Not Call\n"
# What holds in every state that a run leaves behind, also one that was broken off. Each query gives what breaks it.
ALWAYS = {
    "rows add up": "SELECT upload FROM lead_imports WHERE status IN ('loaded', 'partial', 'rejected') AND rows_read <> rows_accepted + rows_rejected + rows_duplicate",
    "every accepted row has its lead": """SELECT i.upload FROM lead_imports i WHERE i.status IN ('loaded', 'partial') AND i.lead_list_id IS NOT NULL
        AND i.rows_accepted + i.rows_duplicate <> (SELECT count(*) FROM lead_import_rows r JOIN leads l ON l.id = r.lead_id WHERE r.import_id = i.id)
        AND NOT EXISTS (SELECT FROM suppressions s WHERE s.business_id = i.business_id AND s.source = 'erasure')""",
    "every rejected row is told": """SELECT i.upload FROM lead_imports i WHERE i.status = 'partial'
        AND i.rows_rejected <> (SELECT count(DISTINCT line_number) FROM lead_import_rejections r WHERE r.import_id = i.id)""",
    "an upload is loaded whole or not at all": """SELECT i.upload FROM lead_imports i WHERE i.status = 'running'
        AND EXISTS (SELECT FROM lead_import_rows r WHERE r.import_id = i.id)""",
    "lines of files name leads that are there, of their business": """SELECT r.import_id FROM lead_import_rows r
        WHERE r.lead_id IS NOT NULL AND NOT EXISTS (SELECT FROM leads l WHERE l.id = r.lead_id AND l.business_id = r.business_id)""",
    "nobody is there twice": "SELECT business_id, email FROM leads WHERE email IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1",
    "lists count their members": "SELECT l.name FROM lead_lists l WHERE lead_count <> (SELECT count(*) FROM lead_list_members m WHERE m.lead_list_id = l.id)",
    "assignments count their leads": """SELECT a.id FROM campaign_lead_lists a LEFT JOIN LATERAL (SELECT count(*) AS n,
        count(*) FILTER (WHERE c.status IN ('contacted', 'converted')) AS reached, count(*) FILTER (WHERE c.status = 'converted') AS won
        FROM campaign_leads c WHERE c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id) c ON true
        WHERE (a.total_leads, a.contacted_leads, a.successful_leads) <> (c.n, c.reached, c.won)""",
    "no list is of nothing": """SELECT l.name FROM lead_lists l WHERE l.source = 'csv_import' AND NOT EXISTS (SELECT FROM lead_imports i WHERE i.id::text = l.source_id)""",
    "nobody is called who must not be": """SELECT l.email FROM campaign_leads c JOIN leads l ON l.id = c.lead_id WHERE c.status IN ('new', 'queued', 'calling')
        AND (l.do_not_call OR l.dnc OR henk.is_suppressed(l.business_id, l.phone, l.mobile_phone))""",
    "businesses are not mixed": """SELECT m.id FROM lead_list_members m JOIN leads l ON l.id = m.lead_id JOIN lead_lists s ON s.id = m.lead_list_id
        WHERE l.business_id <> s.business_id OR m.business_id <> l.business_id""",
}
# What holds besides once the run has come to its end.
AT_THE_END = {
    "no import is under way": "SELECT upload FROM lead_imports WHERE status = 'running'",
    "nothing stays locked": """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""",
    "no transaction stays open": """SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
        AND pid <> pg_backend_pid()""",
    "no attempt waits": "SELECT upload FROM henk.upload_attempts WHERE given_up IS NOT TRUE",
}


def assert_always(connection):
    for what, query in ALWAYS.items():
        broken = connection.execute(query).fetchmany(3)
        assert broken == [], (what, broken)


def assert_at_the_end(connection, settings, *, published=True):
    """`published`: the DuckDB file was built after the last change, so that it holds what PostgreSQL holds."""
    assert_always(connection)
    deadline = time.monotonic() + 10  # a backend that was left behind takes a moment to notice
    while broken := {what: found for what, query in AT_THE_END.items() if (found := connection.execute(query).fetchmany(3))}:
        assert time.monotonic() < deadline, broken
        time.sleep(0.1)
    # Nobody works here now, so that whatever was begun is of somebody who died; upkeep finds all of it.
    remove_stale_files(settings, older_than=0)
    hidden = {str(path.relative_to(settings.home)) for path in settings.home.rglob(".*") if "postgres" not in path.parts}
    assert {path for path in hidden if not path.endswith((".lock", "uploads/.incoming"))} == set()
    with duckdb.connect(str(settings.analytics), read_only=True) as analysts:
        seen = analysts.execute("SELECT (SELECT count(*) FROM dim_lead), (SELECT count(*) FROM fct_campaign_lead)").fetchall()[0]
    assert (
        not published or seen == connection.execute("SELECT (SELECT count(*) FROM leads), (SELECT count(*) FROM campaign_leads)").fetchone()
    )


def write_file(path: Path, number: int, rows: int = ROWS) -> dict[str, int]:
    """A file of people of its own, half of whom the file before has, too. Gives: what an undisturbed import counts."""
    first = number * rows // 2
    path.write_text(
        HEADER
        + "".join(
            f"P{n},p{n}@example.org,(212) {200 + n // 10_000:03d}-{n % 10_000:04d},{'yes' if n % 40 == 0 else ''}\n"
            for n in range(first, first + rows)
        )
        + f"P{first},P{first}@EXAMPLE.org,,\nBad,none,,\n"
    )
    return {"rows_read": rows + 2, "rows_accepted": rows, "rows_rejected": 1, "rows_duplicate": 1}


def command(path: Path, business: str = "acme") -> list[str | Path]:
    return [HENK, "import", path, "--business", business, "--campaign", "Year End", "--json"]


def run(arguments, **more):
    return subprocess.run(arguments, capture_output=True, text=True, timeout=180, check=False, **more)


def import_whole(path: Path, expected: dict[str, int], business: str = "acme") -> None:
    """Import a file without a fault, and see that it comes out as it should."""
    done = run(command(path, business))
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert {name: outcome[name] for name in expected} == expected


def seed_of(name: str) -> random.Random:
    """Chance that can be had again: HENK_SEED of a failure's output."""
    seed = int(os.environ.get("HENK_SEED", time.time_ns() % 1_000_000))
    print(f"HENK_SEED={seed} for {name}")
    return random.Random(f"{name} {seed}")


def wait_until(true, seconds=60, pause=0.002):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(pause)


def connect(settings) -> psycopg.Connection:
    return psycopg.connect(settings.database_url.get_secret_value(), autocommit=True)
