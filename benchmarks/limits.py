"""Measure how far an import is from what PostgreSQL can do: `limits.py [limit|growth|again|others|start …] [--rows N] [--smoke]`.

    limit   `henk import` of N rows (1,000,000; 10 % duplicates, 2 % rejected) from file to committed campaign leads, with sure matching alone and with
            likely matching, beside COPY of the finished rows (leads, members, campaign leads, provenance) into the same empty tables, with
            constraints, indexes, triggers and row policies; then the same with as many other leads there already
    growth  seconds a row and peak memory from 10,000 rows on
    again   the same file again, a file of which 1 % has changed (seconds and bytes of WAL), one in which everybody else has
    others  the same people by a function that loops over rows, as the original database had it, by pandas with SQLAlchemy and drop_duplicates,
            and by dlt (merge, upsert; a table of leads of its own, no lists); each a process of its own, with the start of Python and its packages
    start   `henk --help` beside `import typer`, `henk check` of a small file beside `import polars, duckdb, pandera.polars`

Without a part all but growth. Every part has homes of its own in a temporary folder. Each prints a table and a line of JSON.
"""

import argparse
import csv
import hashlib
import importlib.util
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from henk_pipeline.postgres.embedded import binaries

BIN = Path(sys.executable).parent
FINISHED = ("leads", "lead_list_members", "campaign_leads", "lead_import_rows")
HEADER = "First Name,Last Name,Email,Phone,Street,City,State,ZIP,Lead Source,Total Gifts,Last Gift Date,Notes\n"


def told(name: str, **figures: object) -> None:
    width = max(len(key) for key in figures)
    print(name)
    for key, value in figures.items():
        print(f"  {key:<{width}}  {value}")
    print(json.dumps({name: figures}), flush=True)


def word(of: str, syllables: int) -> str:
    """Return a name that can be said, the same each time; names of different people are not alike."""
    digest = hashlib.blake2b(of.encode(), digest_size=2 * syllables).digest()
    return "".join("bdfgklmnprstvz"[digest[2 * i] % 14] + "aeiou"[digest[2 * i + 1] % 5] for i in range(syllables)).title()


def people(path: Path, rows: int, *, seed: int = 1, first: int = 0, changed: float = 0) -> None:
    """Write a file of so many rows: 10 % repeat an earlier e-mail in other words, 2 % have an address that is none, `changed` of them have gifts since."""
    told_by, touched = random.Random(seed), random.Random(99)
    with path.open("w") as file:
        file.write(HEADER)
        for number in range(first, first + rows):
            who = told_by.randrange(first, number) if number > first and told_by.random() < 0.1 else number
            email = f"no address {number}" if told_by.random() < 0.02 else f"Person{who}@Example.org"
            # Area codes and exchanges that exist, four million numbers.
            phone = f"({212 + who // 8_000_000}) {200 + who // 10_000 % 800:03d}-{who % 10_000:04d}" if email.startswith("Person") else ""
            gifts = f"{who % 900 + (1000 if touched.random() < changed else 0)}.50"
            file.write(
                f"{word(f'f{who % 5003}', 3)},{word(f'l{who}', 4)},{email},{phone},{who % 900 + 1} {word(f's{who}', 4)} Street,{word(f'c{who % 2003}', 3)},NY,"
                f"{10000 + who % 4000},{('Event', 'Web', 'Mail')[who % 3]},{gifts},2025-0{who % 9 + 1}-1{who % 9},note {who}\n"
            )


@contextmanager
def home(**more: str) -> Iterator[tuple[dict[str, str], str]]:
    """Make a home with a business and a campaign: its environment and the URL of its database."""
    with tempfile.TemporaryDirectory(prefix="henk-limits-") as folder:
        # What only the others need is on a path of its own; Henk runs as it is installed.
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"HENK_HOME": folder, **more}
        url = henk(environment, "db").split()[0]
        try:
            henk(environment, "business", "add", "acme")
            henk(environment, "campaign", "add", "Year End", "--business", "acme")
            henk(environment, "nightly")  # nothing to do; but what is made once an installation, is made
            yield environment, url
        finally:
            henk(environment, "db", "stop")


def henk(environment: dict[str, str], *arguments: str | Path) -> str:
    done = subprocess.run([BIN / "henk", *map(str, arguments)], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode in (0, 1), (arguments, done.returncode)
    return done.stdout


def imported(environment: dict[str, str], path: Path, list_name: str) -> tuple[float, int, dict[str, Any]]:
    """Import a file. Gives: seconds until the command ended, peak memory of the process in MB, and the outcome, whose `seconds` are those until
    the campaign leads were committed.
    """
    script = (
        "import resource, sys; from henk_pipeline.cli import main; sys.argv = ['henk', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    arguments = ["import", path, "--business", "acme", "--campaign", "Year End", "--list", list_name, "--json"]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    seconds = time.monotonic() - started
    outcome, peak = done.stdout.strip().splitlines()[-2:]
    return seconds, int(peak), json.loads(outcome)


def copied_out(url: str, folder: Path) -> None:
    """Return what an import has made of these tables, as COPY takes it back; and what its rows refer to."""
    folder.mkdir()
    for table in ("lead_lists", "campaign_lead_lists", "lead_imports", *FINISHED):
        psql(url, f"\\copy (SELECT * FROM {table}) TO '{folder / table}' (FORMAT binary)")


def psql(url: str, *commands: str) -> None:
    subprocess.run(
        [binaries() / "psql", url, "-q", "-v", "ON_ERROR_STOP=1", *(part for one in commands for part in ("-c", one))], check=True
    )


def copied_in(url: str, folder: Path) -> float:
    """Seconds of COPY of the finished rows into tables with all that stands on them."""
    psql(
        url, *(f"\\copy {table} FROM '{folder / table}' (FORMAT binary)" for table in ("lead_lists", "campaign_lead_lists", "lead_imports"))
    )
    started = time.monotonic()
    psql(url, "BEGIN", *(f"\\copy {table} FROM '{folder / table}' (FORMAT binary)" for table in FINISHED), "COMMIT")
    return time.monotonic() - started


def same_ids(url: str, other: str) -> None:
    """Return the business and the campaign of one database under the ids they have in another."""
    with psycopg.connect(other) as theirs, psycopg.connect(url) as ours:
        business = theirs.execute("SELECT id FROM businesses").fetchone()[0]
        campaign = theirs.execute("SELECT id FROM campaigns").fetchone()[0]
        ours.execute("DELETE FROM campaigns")
        ours.execute("UPDATE businesses SET id = %s", [business])
        ours.execute("INSERT INTO campaigns (id, business_id, name) VALUES (%s, %s, 'Year End')", [campaign, business])


def limit(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="henk-limit-") as scratch:
        file, other = Path(scratch) / "people.csv", Path(scratch) / "others.csv"
        people(file, rows)
        people(other, rows, seed=2, first=10 * rows)
        finished, further = Path(scratch) / "finished", Path(scratch) / "further"
        with home(HENK_MATCH_LIKELY="false") as (sure_home, sure_url):
            whole, peak, outcome = imported(sure_home, file, "people")
            sure = outcome["seconds"]
            copied_out(sure_url, finished)
            with home() as (_, empty):
                same_ids(empty, sure_url)
                copy = copied_in(empty, finished)
            with home() as (likely_home, _):
                _, likely_peak, with_likely = imported(likely_home, file, "people")
                likely = with_likely["seconds"]
            with home(HENK_MATCH_LIKELY="false") as (_, filled):
                same_ids(filled, sure_url)
                # The other leads first on both sides.
                copied_in(filled, finished)
                imported(sure_home, other, "others")
                further.mkdir()
                of = "(SELECT id FROM lead_imports WHERE list_name = 'others')"
                for table, where in {
                    "lead_lists": "name = 'others'",
                    "campaign_lead_lists": "lead_list_id IN (SELECT id FROM lead_lists WHERE name = 'others')",
                    "lead_imports": f"id IN {of}",
                    "leads": f"id IN (SELECT lead_id FROM lead_import_rows WHERE import_id IN {of} AND action = 'inserted')",
                    "lead_list_members": f"import_id IN {of}",
                    "campaign_leads": f"import_id IN {of}",
                    "lead_import_rows": f"import_id IN {of}",
                }.items():
                    psql(sure_url, f"\\copy (SELECT * FROM {table} WHERE {where}) TO '{further / table}' (FORMAT binary)")
                copy_filled = copied_in(filled, further)
        with home(HENK_MATCH_LIKELY="false") as (environment, _):
            imported(environment, file, "people")
            import_filled = imported(environment, other, "others")[2]["seconds"]
        told(
            "limit",
            rows=rows,
            accepted=outcome["rows_accepted"],
            copy=round(copy, 2),
            sure=round(sure, 2),
            sure_with_analytics=round(whole, 2),
            sure_to_copy=f"{sure / copy:.2f} (at most 1.25)",
            likely=round(likely, 2),
            likely_to_copy=f"{likely / copy:.2f} (at most 2)",
            copy_into_filled=round(copy_filled, 2),
            sure_into_filled=round(import_filled, 2),
            filled_ratio=f"{import_filled / copy_filled:.2f} (at most 1.4)",
            peak_mb=peak,
            peak_mb_likely=likely_peak,
        )


def growth(largest: int) -> None:
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= largest]
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="henk-growth-") as scratch, home() as (environment, _):
            people(file := Path(scratch) / "people.csv", size)
            seconds, peak, _ = imported(environment, file, "people")
            told(f"growth {size}", seconds=round(seconds, 1), microseconds_a_row=round(1e6 * seconds / size, 1), peak_mb=peak)


def again(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="henk-again-") as scratch, home() as (environment, url):
        file, newer, other = (Path(scratch) / name for name in ("people.csv", "newer.csv", "other.csv"))
        people(file, rows)
        people(newer, rows, changed=0.01)
        people(other, rows, changed=1)
        first, first_peak, _ = imported(environment, file, "people")
        same, _, _ = imported(environment, file, "people")

        def written(work: Callable[[], object]) -> int:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CHECKPOINT")
                before = connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()[0]
                work()
                return int(connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), %s)", [before]).fetchone()[0])

        results: list[tuple[float, int, dict[str, Any]]] = []
        wal = written(lambda: results.append(imported(environment, newer, "people")))
        seconds, peak, outcome = results[0]
        all_changed, all_peak, all_outcome = imported(environment, other, "people")
        told(
            "again",
            rows=rows,
            first=round(first, 2),
            same=round(same, 2),
            same_share=f"{same / first:.3f} (at most 0.02)",
            changed=round(seconds, 2),
            changed_share=f"{seconds / first:.3f} (at most 0.15)",
            peak_mb_first=first_peak,
            peak_mb_changed=peak,
            everybody_changed=round(all_changed, 2),
            peak_mb_everybody_changed=all_peak,
            leads_updated_everybody=all_outcome["leads_updated"],
            leads_updated=outcome["leads_updated"],
            leads_unchanged=outcome["leads_unchanged"],
            wal_bytes_a_changed_lead=round(wal / max(int(str(outcome["leads_updated"])), 1)),
        )


# As the customer's database had it, from its design: a loop over the elements, a look for each, a statement for each.
LOOPING = """
CREATE FUNCTION looping_import(p_business_id uuid, p_list_name text, p_leads jsonb) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_list uuid; v_lead uuid; v_one jsonb;
BEGIN
    INSERT INTO lead_lists (business_id, name) VALUES (p_business_id, p_list_name) RETURNING id INTO v_list;
    FOR v_one IN SELECT * FROM jsonb_array_elements(p_leads) LOOP
        SELECT id INTO v_lead FROM leads WHERE business_id = p_business_id AND email = lower(v_one ->> 'email') LIMIT 1;
        IF v_lead IS NULL THEN
            INSERT INTO leads (business_id, first_name, last_name, email, phone, street, city, state, postal_code, lead_source, notes, source)
            VALUES (p_business_id, v_one ->> 'first_name', v_one ->> 'last_name', v_one ->> 'email', v_one ->> 'phone', v_one ->> 'street', v_one ->> 'city',
                v_one ->> 'state', v_one ->> 'postal_code', v_one ->> 'lead_source', v_one ->> 'notes', 'csv_import') RETURNING id INTO v_lead;
        END IF;
        INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) VALUES (p_business_id, v_list, v_lead) ON CONFLICT DO NOTHING;
        UPDATE lead_lists SET lead_count = (SELECT count(*) FROM lead_list_members WHERE lead_list_id = v_list) WHERE id = v_list;
    END LOOP;
    RETURN v_list;
END $$;
CREATE FUNCTION looping_assign(p_campaign_id uuid, p_list_id uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_member record;
BEGIN
    INSERT INTO campaign_lead_lists (business_id, campaign_id, lead_list_id) SELECT business_id, id, p_list_id FROM campaigns WHERE id = p_campaign_id;
    FOR v_member IN SELECT * FROM lead_list_members WHERE lead_list_id = p_list_id LOOP
        INSERT INTO campaign_leads (business_id, campaign_id, lead_id, lead_list_id) VALUES (v_member.business_id, p_campaign_id, v_member.lead_id, p_list_id)
        ON CONFLICT DO NOTHING;
    END LOOP;
END $$;
"""
MAX_LOOPED = 10_000  # rows; what the loops take grows with their square
NAMES = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "street",
    "city",
    "state",
    "postal_code",
    "lead_source",
    "total_gifts",
    "last_gift_date",
    "notes",
)


def read_rows(file: Path) -> list[dict[str, str]]:
    """Return the rows that have an address, as the sides without a reader of their own take them."""
    with file.open() as opened:
        return [dict(zip(NAMES, row, strict=True)) for row in list(csv.reader(opened))[1:] if "@" in row[2]]


def by_pandas(file: Path, url: str) -> None:
    """By pandas and SQLAlchemy: drop_duplicates, to_sql into leads, members and campaign leads."""
    import pandas as pd
    import sqlalchemy

    engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))

    def insert(rows: "pd.DataFrame", table: str, opened: "sqlalchemy.Connection") -> None:
        rows.to_sql(table, opened, if_exists="append", index=False, method="multi", chunksize=1000)

    table = pd.read_csv(file, dtype=str)
    table.columns = list(NAMES)
    table = table[table["email"].str.contains("@")].assign(email=lambda t: t["email"].str.lower()).drop_duplicates("email")
    with engine.begin() as opened:
        business, campaign = opened.execute(sqlalchemy.text("SELECT business_id::text, id::text FROM campaigns")).one()
        table = table.drop(columns=["total_gifts", "last_gift_date"]).assign(business_id=business, source="csv_import")
        insert(table, "leads", opened)
        made = opened.execute(
            sqlalchemy.text("INSERT INTO lead_lists (business_id, name) VALUES (:b, 'people') RETURNING id::text"), {"b": business}
        ).scalar()
        members = pd.read_sql(sqlalchemy.text("SELECT id::text AS lead_id, business_id::text FROM leads"), opened).assign(lead_list_id=made)
        insert(members, "lead_list_members", opened)
        insert(members.assign(campaign_id=campaign), "campaign_leads", opened)


def by_dlt(file: Path, url: str) -> None:
    """By dlt: a merge by upsert, keyed by address, into a table of leads of its own making, with no index or constraint but its own.

    It has no type uuid, so that PostgreSQL refuses its merge into our table ("operator does not exist: uuid = character varying", dlt 1.31).
    """
    import dlt

    with psycopg.connect(url) as connection:
        business = str(connection.execute("SELECT id FROM businesses").fetchone()[0])
    with tempfile.TemporaryDirectory(prefix="henk-dlt-") as work:
        read = read_rows(file)
        wanted = [name for name in NAMES if name not in {"total_gifts", "last_gift_date"}]
        # A merge in SQL takes no two rows of a key, so dlt is told to take one of them.
        rows = {row["email"].lower(): {name: row[name] for name in wanted} for row in read}
        people = [
            {**row, "email": email, "id": str(uuid.uuid5(uuid.UUID(business), email)), "business_id": business, "source": "csv_import"}
            for email, row in rows.items()
        ]
        known = psycopg.conninfo.conninfo_to_dict(url)
        # It insists on a password and a host in its URL; a query gives the socket's folder its place.
        where = f"postgresql://{known['user']}:none@localhost/{known['dbname']}?host={known['host']}"
        pipeline = dlt.pipeline("people", destination=dlt.destinations.postgres(where), dataset_name="people", pipelines_dir=work)
        merge = {"disposition": "merge", "strategy": "upsert"}
        pipeline.run(dlt.resource(people, name="leads", primary_key="id", write_disposition=merge))


def by_loops(file: Path, url: str) -> None:
    """By the functions that loop."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(LOOPING)
        business = connection.execute("SELECT id FROM businesses").fetchone()[0]
        campaign = connection.execute("SELECT id FROM campaigns").fetchone()[0]
        read = read_rows(file)
        list_id = connection.execute("SELECT looping_import(%s, 'people', %s)", [business, json.dumps(read)]).fetchone()[0]
        connection.execute("SELECT looping_assign(%s, %s)", [campaign, list_id])


# How a side is told, what does it, and a package that it needs.
SIDES = {
    "looping_functions": (by_loops, "psycopg"),
    "pandas_to_sql": (by_pandas, "pandas"),
    "dlt_upsert": (by_dlt, "dlt"),
}


def others(rows: int) -> None:
    """Each side is a process, and begins with an interpreter that has loaded nothing. None of the others looks for likely duplicates."""
    with tempfile.TemporaryDirectory(prefix="henk-others-") as scratch:
        people(file := Path(scratch) / "people.csv", rows)
        figures: dict[str, object] = {"rows": rows}
        for name, likely in {"henk_import": "false", "henk_import_likely": "true"}.items():
            with home(HENK_MATCH_LIKELY=likely) as (environment, _):
                whole, _, outcome = imported(environment, file, "people")
            figures |= {name: round(float(outcome["seconds"]), 2), f"{name}_with_analytics": round(whole, 2)}
        for name, (_, package) in SIDES.items():
            if name == "looping_functions" and rows > MAX_LOOPED:
                continue
            if importlib.util.find_spec(package) is None:
                figures[name] = f"no package {package}: make bench installs it"
                continue
            with home() as (_, url):
                started = time.monotonic()
                subprocess.run([sys.executable, __file__, "--side", name, file, url], check=True, stdout=subprocess.DEVNULL)
                seconds = time.monotonic() - started
            figures |= {name: round(seconds, 2), f"times_faster_than_{name}": round(seconds / float(str(figures["henk_import"])), 2)}
        told("others", **figures)


def start() -> None:
    with tempfile.TemporaryDirectory(prefix="henk-start-") as scratch:
        (file := Path(scratch) / "people.csv").write_text("Email\nana@example.org\n")
        sides = {
            "typer": [sys.executable, "-c", "import typer"],
            "help": [BIN / "henk", "--help"],
            "libraries": [sys.executable, "-c", "import polars, duckdb, pandera.polars"],
            "check": [BIN / "henk", "check", file],
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(7):
            for name, command in sides.items():
                started = time.monotonic()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                times[name].append(time.monotonic() - started)
        took = {name: statistics.median(turns) for name, turns in times.items()}
    told(
        "start",
        **{name: round(seconds, 3) for name, seconds in took.items()},
        help_to_typer=f"{took['help'] / took['typer']:.2f} (at most 2)",
        check_to_libraries=f"{took['check'] / took['libraries']:.2f} (at most 1.3)",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=["limit", "growth", "again", "others", "start", []], default=[])
    parser.add_argument("--rows", type=int)
    parser.add_argument("--smoke", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument("--side", nargs=3, metavar=("SIDE", "FILE", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        side, file, url = arguments.side
        SIDES[side][0](Path(file), url)
        sys.exit()
    wanted = arguments.parts or ["start", "limit", "again", "others"]
    rows = arguments.rows or (5000 if arguments.smoke else 1_000_000)
    for part in wanted:
        if part == "start":
            start()
        elif part == "others":
            others(rows)
        else:
            {"limit": limit, "growth": growth, "again": again}[part](rows)
