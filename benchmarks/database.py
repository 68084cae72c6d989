"""What the database's promises cost: `python benchmarks/database.py [--smoke]`, on the embedded PostgreSQL, or `--programs DIR` of another.

Prints ratios of two things measured in turn in one run (the machine is noisy; a median of several turns says more than one), and exits 1
where one is above its bound. The numbers are kept in docs/benchmarks.md.
"""

import argparse
import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from henk_pipeline.postgres import embedded, migrate

TABLES = ("leads", "lead_list_members", "campaign_leads")
AREA_CODES = (212, 213, 312, 415, 617)


@contextmanager
def database(programs: Path | None) -> Iterator[psycopg.Connection]:
    """Yield a connection to a migrated database of its own server, both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="henk-benchmark-") as folder:
        data = Path(folder) / "postgres"
        url = embedded.start(data, programs)
        try:
            migrate.migrate(url)
            with psycopg.connect(url, autocommit=True) as connection:
                yield connection
        finally:
            embedded.stop(data, programs)


def people(count: int, turn: int) -> list[dict[str, str]]:
    """Rows as a client sends them: eleven fields, phones as people type them, nobody twice."""
    return [
        {
            "first_name": f"First{n}", "last_name": f"Last{n}", "email": f"p{turn}-{n}@example.org",
            "phone": f"({AREA_CODES[n % 5]}) {200 + n // 10_000 % 700}-{n % 10_000:04d}", "company": "Acme", "street": f"{n} Main St",
            "city": "Springfield", "state": "NY", "postal_code": f"{n % 99_999:05d}", "lead_source": "event", "title": "Dr",
        }
        for n in range(count)
    ]  # fmt: skip


def add_business(connection: psycopg.Connection) -> tuple[str, str]:
    """Add a business and a campaign of it."""
    business = connection.execute(
        "INSERT INTO businesses (name, slug) VALUES ('b', %s) RETURNING id", [f"b{secrets.token_hex(8)}"]
    ).fetchone()
    campaign = connection.execute("INSERT INTO campaigns (business_id, name) VALUES (%s, 'c') RETURNING id", business).fetchone()
    return str(business[0]), str(campaign[0])


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def through_functions(connection: psycopg.Connection, rows: str) -> tuple[float, str]:
    """create_lead_list_from_csv, then add_lead_list_to_campaign. Gives: seconds, and the business it filled."""
    business, campaign = add_business(connection)

    def work() -> None:
        made = connection.execute("SELECT create_lead_list_from_csv(%s, 'List', %s::jsonb)", [business, rows]).fetchone()
        connection.execute("SELECT add_lead_list_to_campaign(%s, %s)", [campaign, made[0]])

    return seconds(work), business


def plainly(connection: psycopg.Connection, rows: str, like: str | None) -> float:
    """Insert the same rows by plain INSERT … SELECT into the same tables, our triggers off.

    From the same JSON where `like` is None; else from a table that holds the leads of the business `like`, ready as they came out.
    """
    business, campaign = add_business(connection)
    lead_list = connection.execute("INSERT INTO lead_lists (business_id, name) VALUES (%s, 'List') RETURNING id", [business]).fetchone()[0]
    fields = list(json.loads(rows)[0])
    columns = sql.SQL(", ").join(map(sql.Identifier, ["business_id", *fields, "source"]))
    connection.execute("DROP TABLE IF EXISTS ready")
    if like is None:
        typed = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in fields)
        names = sql.SQL(", ").join(map(sql.Identifier, fields))
        source = sql.SQL("SELECT {}, {}, 'csv_import' FROM jsonb_to_recordset({}::jsonb) AS t ({})").format(
            sql.Literal(business), names, sql.Literal(rows), typed
        )
    else:
        connection.execute(
            sql.SQL("CREATE TEMP TABLE ready AS SELECT {} FROM leads WHERE business_id = {}").format(columns, sql.Literal(like))
        )
        connection.execute("UPDATE ready SET business_id = %s", [business])
        connection.execute("ANALYZE ready")
        source = sql.SQL("SELECT * FROM ready")

    def work() -> None:
        connection.execute(sql.SQL("INSERT INTO leads ({}) {}").format(columns, source))
        connection.execute(
            "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT business_id, %s, id FROM leads WHERE business_id = %s",
            [lead_list, business],
        )
        connection.execute(
            "INSERT INTO campaign_leads (business_id, campaign_id, lead_id, lead_list_id) "
            "SELECT business_id, %s, lead_id, lead_list_id FROM lead_list_members WHERE lead_list_id = %s",
            [campaign, lead_list],
        )

    for table in TABLES:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        return seconds(work)
    finally:
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def functions(connection: psycopg.Connection, counts: list[int], turns: int) -> dict[str, float]:
    """Cost a lead of the two functions by the number of leads, and against plain inserts of the same rows."""
    cost: dict[int, list[float]] = {count: [] for count in counts}
    by_json: dict[int, list[float]] = {count: [] for count in counts}
    by_table: dict[int, list[float]] = {count: [] for count in counts}
    through_functions(connection, json.dumps(people(1000, 999)))  # plans and caches
    for turn in range(turns):
        for count in counts:
            rows = json.dumps(people(count, turn))
            ours, business = through_functions(connection, rows)
            cost[count].append(ours / count)
            by_json[count].append(ours / plainly(connection, rows, None))
            by_table[count].append(ours / plainly(connection, rows, business))
    for count in counts:
        print(
            f"{count:>6} leads: {statistics.median(cost[count]) * 1e6:6.1f} µs a lead; "
            f"{statistics.median(by_json[count]):.2f} times plain INSERT … SELECT of the same JSON, "
            f"{statistics.median(by_table[count]):.2f} times from a ready table"
        )
    medians = [statistics.median(cost[count]) for count in counts]
    return {
        "cost a lead, most expensive size to cheapest": max(medians) / min(medians),
        "functions to plain inserts from JSON, largest size": statistics.median(by_json[counts[-1]]),
        "functions to plain inserts from a ready table, largest size": statistics.median(by_table[counts[-1]]),
    }


def views(connection: psycopg.Connection, count: int, turns: int) -> dict[str, float]:
    """Explain the two views and a plain select for a campaign with `count` leads: their plans, and what row policies add for a member."""
    business, campaign = add_business(connection)
    user = connection.execute("INSERT INTO auth.users DEFAULT VALUES RETURNING id").fetchone()[0]
    connection.execute("INSERT INTO team_members (business_id, user_id, role) VALUES (%s, %s, 'member')", [business, user])
    connection.execute(
        "INSERT INTO leads (business_id, email, lead_score) SELECT %s, 'v' || n || '@example.org', n %% 100 FROM generate_series(1, %s) n",
        [business, count],
    )
    for number in range(4):
        connection.execute("INSERT INTO lead_lists (business_id, name) VALUES (%s, %s)", [business, f"List {number}"])
    connection.execute(
        """INSERT INTO campaign_leads (business_id, campaign_id, lead_id, lead_list_id, status)
        SELECT %(b)s, %(c)s, l.id, ll.id, (ARRAY['new', 'queued', 'contacted', 'converted'])[1 + l.lead_score %% 4]
        FROM leads l JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM lead_lists WHERE business_id = %(b)s) ll ON ll.n = 1 + l.lead_score %% 4
        WHERE l.business_id = %(b)s""",
        {"b": business, "c": campaign},
    )
    connection.execute(
        "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id) SELECT %s, id FROM lead_lists WHERE business_id = %s",
        [campaign, business],
    )
    connection.execute("VACUUM ANALYZE")
    selects = {
        "campaign_lead_lists_with_stats": sql.SQL("SELECT * FROM campaign_lead_lists_with_stats WHERE campaign_id = {}").format(
            sql.Literal(campaign)
        ),
        "lead_lists_with_campaigns": sql.SQL("SELECT * FROM lead_lists_with_campaigns WHERE business_id = {}").format(
            sql.Literal(business)
        ),
        "campaign_leads": sql.SQL("SELECT * FROM campaign_leads WHERE campaign_id = {} AND status = 'queued'").format(
            sql.Literal(campaign)
        ),
        "count": sql.SQL("SELECT status, count(*) FROM campaign_leads WHERE campaign_id = {} GROUP BY status").format(
            sql.Literal(campaign)
        ),
    }
    ratios = {}
    for name, select in selects.items():
        by_service, by_member = [], []
        for _ in range(turns):
            by_service.append(read_as(connection, "service_role", None, select))
            by_member.append(read_as(connection, "authenticated", user, select))
        ratio = statistics.median(m / s for m, s in zip(by_member, by_service, strict=True))
        print(f"{name}: {statistics.median(by_service) * 1000:.1f} ms by the service role, {ratio:.2f} times that by a member")
        # What takes under two milliseconds is planning and the network: no ratio of the policies.
        if statistics.median(by_service) > 0.002:
            ratios[f"row policies on {name}"] = ratio
    for name in list(selects)[:2]:
        plan = connection.execute(
            sql.SQL("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) {}").format(selects[name])
        ).fetchall()
        print(f"\n{name}:\n" + "\n".join(f"    {line}" for (line,) in plan))
    return ratios


def read_as(connection: psycopg.Connection, role: str, user: str | None, select: sql.Composable) -> float:
    """Seconds of a select, run inside the server, as PostgREST would set role and claims."""
    with connection.transaction():
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        claims = json.dumps({"role": role} | ({"sub": str(user)} if user else {}))
        connection.execute("SELECT set_config('request.jwt.claims', %s, true)", [claims])
        return seconds(lambda: connection.execute(select).fetchmany(1))


BOUNDS = {"cost a lead": 1.5, "functions to plain inserts": 1.5, "row policies": 1.3}


def main() -> None:
    """Measure, print, and compare with the bounds."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--smoke", action="store_true", help="small, for CI: that it runs, not what it says")
    arguments.add_argument("--programs", type=Path, help="folder of another PostgreSQL's programs")
    told = arguments.parse_args()
    with database(told.programs) as connection:
        print(connection.execute("SELECT split_part(version(), ' on ', 1)").fetchone()[0])
        counts, turns, leads = ([200, 400], 2, 2000) if told.smoke else ([1000, 8000, 64_000], 7, 1_000_000)
        ratios = functions(connection, counts, turns) | views(connection, leads, turns)
    print()
    over = []
    for name, ratio in ratios.items():
        bound = next(bound for what, bound in BOUNDS.items() if name.startswith(what))
        over += [name] if ratio > bound else []
        print(f"{name}: {ratio:.2f} (at most {bound})" + (" OVER" if ratio > bound else ""))
    sys.exit(1 if over and not told.smoke else 0)


if __name__ == "__main__":
    main()
