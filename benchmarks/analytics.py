"""Measure what publishing the analytics costs: `python benchmarks/analytics.py [--leads N] [--smoke]`.

N leads (1,000,000), as many list members and twice as many campaign leads, in 20 businesses: from PostgreSQL to the published file, beside
`COPY … TO STDOUT (FORMAT binary)` of the same columns by psql into /dev/null; then again after 1 % of the leads and campaign leads have changed;
then every mart's query. Peak memory of the process that builds. Exits 1 where a bound is missed (not with --smoke).
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg import sql

from henk_pipeline.analytics.tables import load_tables
from henk_pipeline.postgres.connect import connect
from henk_pipeline.postgres.embedded import binaries
from henk_pipeline.postgres.snapshot import SOURCES
from henk_pipeline.settings import load_settings
from henk_pipeline.steps.analytics import publish_analytics

BIN = Path(sys.executable).parent
BUSINESSES, LISTS, CAMPAIGNS = 20, 5, 4
FILL = """
ALTER TABLE leads DISABLE TRIGGER USER; ALTER TABLE lead_list_members DISABLE TRIGGER USER; ALTER TABLE campaign_leads DISABLE TRIGGER USER;
ALTER TABLE suppressions DISABLE TRIGGER USER;
INSERT INTO businesses (id, slug, name, default_country, timezone, settings)
    SELECT md5('b' || n)::uuid, 'b' || n, 'Business ' || n, 'US', 'America/Chicago', '{"lead_source_costs": {"Event": 1200, "Web": 90.5}}' FROM generate_series(0, %(b)s - 1) n;
INSERT INTO campaigns (id, business_id, name, status) SELECT md5('c' || b || '-' || n)::uuid, md5('b' || b)::uuid, 'Campaign ' || n, 'active'
    FROM generate_series(0, %(b)s - 1) b, generate_series(0, %(c)s - 1) n;
INSERT INTO lead_lists (id, business_id, name) SELECT md5('l' || b || '-' || n)::uuid, md5('b' || b)::uuid, 'List ' || n
    FROM generate_series(0, %(b)s - 1) b, generate_series(0, %(l)s - 1) n;
INSERT INTO campaign_lead_lists (business_id, campaign_id, lead_list_id, priority) SELECT c.business_id, c.id, l.id, 1
    FROM campaigns c JOIN lead_lists l USING (business_id);
INSERT INTO leads (id, business_id, first_name, last_name, email, phone, street, city, state, postal_code, country, timezone, lead_source, source, source_id,
    do_not_call, lead_score, quality_rating, last_activity_at, created_at)
    SELECT md5('p' || n)::uuid, md5('b' || n %% %(b)s)::uuid, 'First' || n %% 3000, 'Last' || n %% 50000, 'person' || n || '@example.org',
        '+1' || 2122000000 + n, n %% 900 || ' Maple Street', 'City ' || n %% 2000, 'NY', lpad((n %% 90000)::text, 5, '0'), 'US',
        (ARRAY['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'])[1 + n %% 4], (ARRAY['Event', 'Web', 'Mail', NULL])[1 + n %% 4],
        'csv_import', n::text, n %% 37 = 0, n %% 101, (ARRAY['hot', 'warm', 'cold', 'unrated'])[1 + n %% 4], now() - n %% 400 * interval '1 day',
        now() - n %% 700 * interval '1 day'
    FROM generate_series(0, %(n)s - 1) n;
INSERT INTO lead_list_members (business_id, lead_list_id, lead_id, added_at)
    SELECT md5('b' || n %% %(b)s)::uuid, md5('l' || n %% %(b)s || '-' || n / %(b)s %% %(l)s)::uuid, md5('p' || n)::uuid, now() FROM generate_series(0, %(n)s - 1) n;
INSERT INTO campaign_leads (business_id, campaign_id, lead_id, lead_list_id, status, attempts, outcome, pledged_amount, donated_amount, total_talk_time)
    SELECT md5('b' || n %% %(b)s)::uuid, md5('c' || n %% %(b)s || '-' || (n / %(b)s + k) %% %(c)s)::uuid, md5('p' || n)::uuid,
        md5('l' || n %% %(b)s || '-' || n / %(b)s %% %(l)s)::uuid, (ARRAY['new', 'queued', 'contacted', 'converted', 'failed', 'dnc'])[1 + n %% 6], n %% 4,
        CASE WHEN n %% 6 = 3 THEN 'pledged' END, CASE WHEN n %% 6 = 3 THEN 25.50 END, CASE WHEN n %% 12 = 3 THEN 25.50 END, n %% 300
    FROM generate_series(0, %(n)s - 1) n, generate_series(0, 1) k;
INSERT INTO suppressions (business_id, channel, value, source) SELECT md5('b' || n %% %(b)s)::uuid, 'phone', '+1' || 2122000000 + n, 'manual'
    FROM generate_series(0, %(n)s - 1, 97) n;
ALTER TABLE leads ENABLE TRIGGER USER; ALTER TABLE lead_list_members ENABLE TRIGGER USER; ALTER TABLE campaign_leads ENABLE TRIGGER USER;
ALTER TABLE suppressions ENABLE TRIGGER USER;
"""
CHANGE = """
UPDATE leads SET notes = 'x', lead_score = 50 WHERE source_id::int %% 100 = %(turn)s;
UPDATE campaign_leads SET attempts = attempts + 1 WHERE lead_id IN (SELECT id FROM leads WHERE source_id::int %% 100 = %(turn)s)
"""


def copied(url: str) -> float:
    """Seconds of COPY of what a build reads, into /dev/null."""
    with psycopg.connect(url) as connection:
        statements = [
            sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT binary)")
            .format(sql.SQL(", ").join(sql.SQL(given or name) for name, given in columns.items()), sql.Identifier(table))
            .as_string(connection)
            for table, columns in SOURCES.items()
        ]
    started = time.monotonic()
    subprocess.run(
        [binaries() / "psql", url, "-q", *(part for one in statements for part in ("-c", one))], check=True, stdout=subprocess.DEVNULL
    )
    return time.monotonic() - started


def build_once() -> None:
    """Build with the settings of the environment; print the seconds, whether it began from nothing, and the peak of memory in MB."""
    settings = load_settings()
    with connect(settings) as connection:
        started = time.monotonic()
        build = publish_analytics(connection, settings)
        seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": round(seconds, 2), "is_whole": build.is_whole, "peak_mb": peak}))


def built(environment: dict[str, str]) -> dict[str, Any]:
    """Return what `build_once` prints in a process of its own."""
    command = [sys.executable, __file__, "--build-once"]
    result: dict[str, Any] = json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return result


def main(leads: int, *, smoke: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="henk-analytics-") as scratch:
        environment = {**os.environ, "HENK_HOME": scratch}
        url = subprocess.run([BIN / "henk", "db"], env=environment, check=True, capture_output=True, text=True).stdout.split()[0]
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(
                    psycopg.ClientCursor(connection).mogrify(FILL, {"b": BUSINESSES, "l": LISTS, "c": CAMPAIGNS, "n": leads})
                )
                connection.execute("VACUUM ANALYZE")
            published = Path(scratch) / "analytics" / "henk.duckdb"
            copied(url)  # so that both sides find it in memory
            sides = []
            for _ in range(1 if smoke else 3):
                published.unlink(missing_ok=True)
                sides.append((copied(url), built(environment)))
            copy, whole = statistics.median(one for one, _ in sides), statistics.median(one["seconds"] for _, one in sides)
            peak = max(one["peak_mb"] for _, one in sides)
            size = published.stat().st_size // 2**20
            again = []
            for turn in range(1 if smoke else 3):
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(psycopg.ClientCursor(connection).mogrify(CHANGE, {"turn": turn}))
                again.append(built(environment))
            nothing = built(environment)
            part = statistics.median(one["seconds"] for one in again)
            print(
                json.dumps(
                    {
                        "leads": leads,
                        "copy": round(copy, 2),
                        "build": whole,
                        "ratio": round(whole / copy, 2),
                        "bound": 2.5,
                        "peak_mb": peak,
                        "file_mb": size,
                    }
                )
            )
            print(
                json.dumps(
                    {
                        "after 1 %": part,
                        "of a whole build": round(part / whole, 3),
                        "bound": 0.2,
                        "from nothing": [one["is_whole"] for one in again],
                    }
                )
            )
            print(json.dumps({"nothing new": nothing["seconds"]}))
            slowest = asked(published)
        finally:
            subprocess.run([BIN / "henk", "db", "stop"], env=environment, check=True, capture_output=True)
    missed = whole > 2.5 * copy or part > 0.2 * whole or peak > 2000 or slowest > 0.1
    return 1 if missed and not smoke else 0


def asked(published: Path) -> float:
    """Query the marts as an analyst does, all rows of each, and run each query on the tables it reads. Return the slowest, in seconds."""
    times = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        for table in load_tables():
            if not table.name.startswith(("dim_", "fct_", "bridge_")):
                turns = []
                for _ in range(5):
                    started = time.monotonic()
                    connection.execute(f"FROM {table.name}").fetchall()
                    turns.append(time.monotonic() - started)
                times[table.name] = round(statistics.median(turns), 4)
    print(json.dumps({"marts, all rows": times}))
    return max(times.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--build-once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build_once:
        build_once()
        sys.exit()
    sys.exit(main(2000 if arguments.smoke else arguments.leads, smoke=arguments.smoke))
