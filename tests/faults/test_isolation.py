"""Tenants under load: imports of several businesses that know the same people, and members who read and write meanwhile over connections they share."""

import json
import subprocess
import threading

import psycopg
import pytest

from tests.faults.harness import assert_at_the_end, command, connect, seed_of
from tests.integration.database.acting import acting_as, add_user, column, value

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

SLUGS = ("acme", "birch", "cedar")
PEOPLE = 300
# What of the imports must be seen while they run, by whom: each business by some reads.
MIN_READS = 10


def write_people(path, slug, first):
    """The same people for every business: only the city tells whose file they came by."""
    rows = [f"P{n},p{n}@example.org,(212) 200-{n:04d},Town of {slug}\n" for n in range(first, first + PEOPLE)]
    path.write_text("First Name,Email,Phone,City\n" + "".join(rows) + f"Bad,none of {slug},,\n")


class Pool(threading.Thread):
    """A connection as a pooler hands it on: each transaction is of another member of another business."""

    def __init__(self, settings, members, tables, ended, chance):
        super().__init__()
        self.settings, self.members, self.tables, self.ended, self.chance = settings, members, tables, ended, chance
        self.reads = dict.fromkeys(members, 0)
        self.strays = []

    def run(self):
        try:
            with connect(self.settings) as connection:
                while not self.ended.is_set():
                    slug = self.chance.choice(sorted(self.members))
                    with acting_as(connection, self.members[slug][1]) as acting:
                        self.look(acting, slug)
                    for attempt in (self.write_to_others, self.call_with_others):
                        attempt(connection, slug)
        except Exception as error:  # noqa: BLE001 - told by the test, which asserts that there are none
            self.strays.append(repr(error))

    def look(self, acting, slug):
        own = self.members[slug][0]
        for table in self.tables:
            seen = set(column(acting, f"SELECT DISTINCT business_id::text FROM {table}"))
            if not seen <= {own}:
                self.strays.append((slug, table, seen))
        towns = column(acting, "SELECT DISTINCT city FROM leads")
        if not set(towns) <= {f"Town of {slug}"}:
            self.strays.append((slug, towns))
        self.reads[slug] += bool(towns)
        acting.execute("UPDATE leads SET department = %s WHERE id = (SELECT id FROM leads ORDER BY random() LIMIT 1)", [slug])

    def write_to_others(self, connection, slug):
        with acting_as(connection, self.members[slug][1]) as acting:
            for table, change in (
                ("leads", "department = 'stray'"),
                ("campaign_leads", "status = 'dnc'"),
                ("lead_lists", "name = 'stray'"),
            ):
                touched = acting.execute(f"UPDATE {table} SET {change} WHERE business_id <> %s", [self.members[slug][0]]).rowcount
                if touched:
                    self.strays.append((slug, table, touched))

    def call_with_others(self, connection, slug):
        """An own list for somebody else's campaign, and somebody else's list for an own one."""
        other = self.chance.choice([one for one in SLUGS if one != slug])
        for mine, theirs in (("lead_lists", "campaigns"), ("campaigns", "lead_lists")):
            ids = {
                table: connection.execute(f"SELECT id FROM {table} WHERE business_id = %s", [self.members[who][0]]).fetchone()
                for table, who in ((mine, slug), (theirs, other))
            }
            if not all(ids.values()):
                continue  # no import has come so far
            try:
                with acting_as(connection, self.members[slug][1]) as acting:
                    acting.execute("SELECT add_lead_list_to_campaign(%s, %s)", [ids["campaigns"][0], ids["lead_lists"][0]])
                self.strays.append((slug, theirs, "was assigned"))
            except (psycopg.errors.NoDataFound, psycopg.errors.InsufficientPrivilege):
                pass


def test_businesses_that_know_the_same_people_never_meet(henk, settings, connection, tmp_path):
    members = {}
    for slug in SLUGS:
        assert henk("business", "add", slug).returncode == 0
        assert henk("campaign", "add", "Year End", "--business", slug).returncode == 0
        business = str(value(connection, "SELECT id FROM businesses WHERE slug = %s", [slug]))
        members[slug] = (business, add_user(connection, business))
    tables = column(
        connection,
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'business_id' ORDER BY 1",
    )
    assert {"leads", "lead_import_rejections", "campaign_lead_lists_with_stats"} <= set(tables)
    chance, ended = seed_of("isolation"), threading.Event()
    pools = [Pool(settings, members, tables, ended, chance) for _ in range(2)]
    calls = []
    for number in range(2):
        for slug in SLUGS:
            write_people(path := tmp_path / f"{slug}-{number}.csv", slug, number * PEOPLE // 2)
            calls.append(command(path, slug))
    for pool in pools:
        pool.start()
    try:
        running = [subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for call in calls]
        results = [process.communicate(timeout=400) for process in running]
    finally:
        ended.set()
        for pool in pools:
            pool.join()
    for process, (out, err) in zip(running, results, strict=True):
        assert process.returncode == 0, err
        told = json.loads(out.splitlines()[-1])
        assert (told["rows_accepted"], told["rows_rejected"], told["rows_duplicate"]) == (PEOPLE, 1, 0)
    assert [pool.strays for pool in pools] == [[], []]
    assert all(sum(pool.reads[slug] for pool in pools) >= MIN_READS for slug in SLUGS), [pool.reads for pool in pools]
    for slug, (business, _) in members.items():
        leads = connection.execute("SELECT city, coalesce(department, %s) FROM leads WHERE business_id = %s", [slug, business]).fetchall()
        assert leads == [(f"Town of {slug}", slug)] * (PEOPLE * 3 // 2)
        called = value(connection, "SELECT count(*) FROM campaign_leads WHERE business_id = %s AND status = 'new'", [business])
        assert called == PEOPLE * 3 // 2
    assert henk("analytics", "build").returncode == 0
    assert_at_the_end(connection, settings)
