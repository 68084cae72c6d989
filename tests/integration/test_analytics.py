"""The DuckDB file: what its tables say beside what PostgreSQL says, always whole, as cheap as what has changed, and forgetting who must be forgotten."""

import ctypes
import hmac
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import psycopg
import pyarrow.parquet
import pytest

from henk_pipeline.analytics import history
from henk_pipeline.analytics.build import build
from henk_pipeline.analytics.derive import derive, export_parquet
from henk_pipeline.analytics.publish import kept_versions, query
from henk_pipeline.analytics.tables import load_tables
from henk_pipeline.postgres.snapshot import SOURCES, Snapshot, take_snapshot
from henk_pipeline.settings import load_settings
from henk_pipeline.steps.analytics import publish_analytics

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = """
INSERT INTO businesses (id, slug, name, timezone, settings) VALUES
    (md5('acme')::uuid, 'acme', 'Acme', 'America/New_York', '{"lead_source_costs": {"Event": 50, "Web": "soon"}}'),
    (md5('beta')::uuid, 'beta', 'Beta', 'UTC', '{}');
INSERT INTO campaigns (id, business_id, name, status) VALUES (md5('c1')::uuid, md5('acme')::uuid, 'Year End', 'active'),
    (md5('c2')::uuid, md5('acme')::uuid, 'Spring', 'draft');
INSERT INTO lead_lists (id, business_id, name) VALUES (md5('l1')::uuid, md5('acme')::uuid, 'People'), (md5('l2')::uuid, md5('acme')::uuid, 'Nobody');
INSERT INTO leads (id, business_id, first_name, email, phone, lead_source, source, lead_score, quality_rating, dnc, timezone, created_at) VALUES
    (md5('p1')::uuid, md5('acme')::uuid, 'Ana', 'ana@example.org', '+12125550101', 'Event', 'csv_import', 90, 'hot', false, 'America/New_York', '2026-09-03'),
    (md5('p2')::uuid, md5('acme')::uuid, 'Bo', 'bo@example.org', '+12125550102', 'Event', 'csv_import', 50, 'warm', false, 'America/New_York', '2026-09-04'),
    (md5('p3')::uuid, md5('acme')::uuid, 'Cy', 'cy@example.org', '+12125550103', 'Web', 'csv_import', 40, 'warm', true, NULL, '2026-10-01'),
    (md5('p4')::uuid, md5('acme')::uuid, 'Di', 'di@example.org', '+12125550104', NULL, 'manual', 10, 'cold', false, NULL, '2026-10-02'),
    (md5('p5')::uuid, md5('beta')::uuid, 'Ed', 'ed@example.org', NULL, NULL, 'manual', 0, 'unrated', false, NULL, '2026-10-02');
INSERT INTO suppressions (business_id, channel, value, source) VALUES (md5('acme')::uuid, 'phone', '+12125550104', 'manual');
INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT business_id, md5('l1')::uuid, id FROM leads WHERE business_id = md5('acme')::uuid;
INSERT INTO campaign_lead_lists (id, business_id, campaign_id, lead_list_id) VALUES (md5('a1')::uuid, md5('acme')::uuid, md5('c1')::uuid, md5('l1')::uuid);
INSERT INTO campaign_leads (business_id, campaign_id, lead_id, lead_list_id, status, attempts, pledged_amount, donated_amount, total_talk_time) VALUES
    (md5('acme')::uuid, md5('c1')::uuid, md5('p1')::uuid, md5('l1')::uuid, 'converted', 2, 100, 80.50, 600),
    (md5('acme')::uuid, md5('c1')::uuid, md5('p2')::uuid, md5('l1')::uuid, 'contacted', 1, NULL, NULL, 300),
    (md5('acme')::uuid, md5('c1')::uuid, md5('p4')::uuid, md5('l1')::uuid, 'new', 0, NULL, NULL, 0);
INSERT INTO lead_imports (id, business_id, upload, file_name, file_size, content_hash, list_name, rules, status, reading, rows_read, rows_accepted,
    rows_rejected, rows_duplicate, leads_inserted, started_at) VALUES
    (md5('i1')::uuid, md5('acme')::uuid, 'u1', 'a.csv', 1, repeat('a', 64), 'People', '', 'partial', '{"system": "HubSpot"}', 10, 5, 3, 2, 5, '2026-11-04'),
    (md5('i2')::uuid, md5('acme')::uuid, 'u2', 'b.csv', 1, repeat('b', 64), 'People', '', 'rejected', '{}', 4, 0, 4, 0, 0, '2026-11-05');
INSERT INTO lead_import_rejections (business_id, import_id, line_number, rule, message, row)
    SELECT md5('acme')::uuid, md5('i1')::uuid, n, CASE WHEN n < 4 THEN 'email_invalid' ELSE 'no_contact' END, 'm', '{}' FROM generate_series(2, 4) n;
INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability)
    SELECT md5('acme')::uuid, least(md5('p1')::uuid, md5('p2')::uuid), greatest(md5('p1')::uuid, md5('p2')::uuid), 0.9;
"""


@pytest.fixture
def example(connection, settings):
    connection.execute(EXAMPLE)
    return settings


def publish(settings):
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        return publish_analytics(connection, settings)


def asked(settings, statement):
    return query(settings.analytics, statement)[1]


def test_a_foreign_number_without_a_time_zone_is_not_called_by_the_clock_of_the_business(example, connection):
    connection.execute("INSERT INTO leads (business_id, mobile_phone) SELECT id, '+61412345678' FROM businesses WHERE slug = 'acme'")
    publish(example)
    rows = asked(
        example,
        "SELECT DISTINCT timezone, leads, local_hour, callable_now FROM contactability WHERE business = 'acme' AND timezone = 'unknown'",
    )
    assert rows == [("unknown", 1, None, 0)]
    assert asked(example, "SELECT calling_code FROM dim_business WHERE business = 'acme'") == [("1",)]


def test_the_marts_say_what_a_person_would_count(example):
    publish(example)

    def one(statement):
        (row,) = asked(example, statement)
        return row

    assert asked(example, "SELECT campaign_name, name, total_leads, contacted_leads, successful_leads, conversion_rate FROM campaign_list_performance") == [("Year End", "People", 3, 2, 1, 50.0)]  # fmt: skip
    assert asked(example, "SELECT business, quality_rating, count, avg_score FROM lead_quality_distribution") == [
        ("acme", "cold", 1, 10), ("acme", "hot", 1, 90), ("acme", "warm", 2, 45), ("beta", "unrated", 1, 0),
    ]  # fmt: skip
    assert asked(example, "SELECT name, campaigns_used_in, total_conversions FROM list_reusability") == [("People", 1, 1)]
    funnel = "SELECT leads, waiting, attempted, contacted, converted, contact_rate, conversion_rate, donated_amount, average_donation, attempts, talk_hours FROM campaign_funnel WHERE campaign_name = "
    assert one(funnel + "'Year End'") == (3, 0, 2, 2, 1, 1.0, 0.5, Decimal("80.50"), 80.5, 3, 0.25)
    assert one(funnel + "'Spring'") == (0, 0, 0, 0, 0, None, None, 0, None, 0, 0)
    sources = "SELECT lead_source, leads, contacted, converted, conversion_rate, donated_amount, cost, cost_per_lead, cost_per_conversion, round(roi, 2) FROM lead_source_performance WHERE business = 'acme' ORDER BY 1"
    assert asked(example, sources) == [
        ("Event", 2, 2, 1, 0.5, Decimal("80.50"), 50, 25, 50, 0.61), ("Web", 1, 0, 0, None, 0, None, None, None, None),
        ("manual", 1, 0, 0, None, 0, None, None, None, None),
    ]  # fmt: skip
    # 0.4 × 47.5 + 20 × 3/4 + 40 × what is usual, which is half of twice the usual.
    assert asked(example, "SELECT list_name, leads, callable_share, contacted, performance_score FROM list_performance_score") == [("People", 4, 0.75, 2, 54.0), ("Nobody", 0, None, 0, None)]  # fmt: skip
    assert asked(example, "SELECT source, week, imports, refused, rows_read, reject_rate, duplicate_rate, commonest_reason, reasons FROM import_quality ORDER BY source") == [
        ("HubSpot", date(2026, 11, 2), 1, 0, 10, 0.3, 0.2, "email_invalid", {"email_invalid": 2, "no_contact": 1}),
        ("unknown", date(2026, 11, 2), 1, 1, 4, 1.0, 0.0, None, None),
    ]  # fmt: skip
    assert one("SELECT rows_read, rows_duplicate, leads_merged, pairs_open, pairs_same, open_probability FROM duplicate_summary WHERE business = 'acme'") == (14, 2, 0, 1, 0, 0.9)  # fmt: skip
    assert one("SELECT rows_read, duplicate_rate, open_probability FROM duplicate_summary WHERE business = 'beta'") == (0, None, None)
    # Ana and Bo can be called; Cy has opted out, Di's number is suppressed; nobody of them waits but Di. New York is four or five hours behind.
    assert one("SELECT sum(leads), sum(callable_leads), sum(waiting_leads) FROM contactability WHERE business = 'acme' AND hour_utc = 0") == (4, 2, 0)  # fmt: skip
    assert one("SELECT count(*), count(DISTINCT local_hour) FROM contactability WHERE timezone = 'America/New_York'") == (24, 24)
    assert one("SELECT local_hour FROM contactability WHERE business = 'acme' AND hour_utc = 12")[0] in (7, 8)
    assert asked(example, "SELECT channel, source, suppressed FROM suppression_summary WHERE source = 'manual'") == [("phone", "manual", 1)]
    assert asked(example, "SELECT cohort_month, leads, in_campaigns, contacted, converted, opted_out, contact_rate, conversion_rate FROM cohort_retention WHERE business = 'acme'") == [
        (date(2026, 9, 1), 2, 2, 2, 1, 0, 1.0, 0.5), (date(2026, 10, 1), 2, 1, 0, 0, 1, 0.0, None),
    ]  # fmt: skip


def test_callable_now_follows_the_calling_window_in_the_leads_time(example, connection):
    connection.execute("UPDATE campaign_leads SET status = 'queued' WHERE lead_id = md5('p1')::uuid")
    connection.execute("UPDATE campaigns SET call_window_start = '10:00', call_window_end = '12:00' WHERE name = 'Year End'")
    publish(example)
    hours = asked(example, "SELECT local_hour FROM contactability WHERE business = 'acme' AND callable_now > 0 ORDER BY 1")
    assert hours == [(10,), (11,)]


def test_what_erased_people_gave_is_in_every_sum(example, connection):
    connection.execute("SELECT erase_lead(md5('p1')::uuid)")
    publish(example)
    amounts = [
        asked(example, f"SELECT sum(donated_amount) FROM {table} WHERE business = 'acme'")
        for table in ("campaign_funnel", "cohort_retention", "lead_source_performance", "list_performance_score")
    ]
    assert amounts == [[(Decimal("80.50"),)]] * 4
    erased = (
        "SELECT leads, contacted, converted, donated_amount, pledged_amount FROM lead_source_performance WHERE lead_source = '(erased)'"
    )
    assert asked(example, erased) == [(0, 1, 1, Decimal("80.50"), Decimal(100))]
    assert asked(example, "SELECT leads, in_campaigns, donated_amount FROM cohort_retention WHERE cohort_month IS NULL") == [(0, 1, Decimal("80.50"))]  # fmt: skip


def test_every_amount_says_its_currency(example, connection):
    connection.execute("UPDATE businesses SET default_country = 'DE' WHERE slug = 'beta'")
    for slug, country, settings in [
        ("gamma", "AU", "{}"), ("delta", "CH", '{"currency": "eur"}'), ("epsilon", "BG", '{"currency": "leva"}'), ("zeta", "AQ", "{}"),
    ]:  # fmt: skip
        connection.execute(
            "INSERT INTO businesses (slug, name, default_country, settings) VALUES (%s, %s, %s, %s)", [slug, slug, country, settings]
        )
    publish(example)
    assert asked(example, "SELECT business, currency FROM dim_business ORDER BY 1") == [
        ("acme", "USD"), ("beta", "EUR"), ("delta", "EUR"), ("epsilon", "EUR"), ("gamma", "AUD"), ("zeta", None),
    ]  # fmt: skip
    columns = asked(
        example,
        "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name IN ('donated_amount', 'pledged_amount', 'budget', 'cost') "
        "AND NOT (table_name = 'fct_campaign_lead')",
    )
    for (table,) in columns:
        assert asked(example, f"SELECT count(*) FROM duckdb_columns() WHERE table_name = '{table}' AND column_name = 'currency'") == [
            (1,)
        ], table
    assert asked(example, "SELECT DISTINCT currency FROM campaign_funnel") == [("USD",)]


# The same questions asked of PostgreSQL, where it can be asked at all.
SAME = {
    "SELECT campaign_id::text, lead_list_id::text, total_leads, contacted_leads, successful_leads FROM campaign_list_performance": """
        SELECT cll.campaign_id::text, cll.lead_list_id::text, cll.total_leads, cll.contacted_leads, cll.successful_leads FROM campaign_lead_lists cll""",
    "SELECT business_id::text, quality_rating, count, round(avg_score, 6) FROM lead_quality_distribution": """
        SELECT business_id::text, quality_rating, count(*), round(avg(lead_score), 6)::float8 FROM leads GROUP BY 1, 2""",
    "SELECT id::text, campaigns_used_in, total_conversions FROM list_reusability": """
        SELECT ll.id::text, count(DISTINCT cll.campaign_id), sum(cll.successful_leads) FROM campaign_lead_lists cll JOIN lead_lists ll
        ON cll.lead_list_id = ll.id GROUP BY ll.id""",
    "SELECT campaign_id::text, leads, waiting, contacted, converted, donated_amount FROM campaign_funnel": """
        SELECT c.id::text, count(cl.id), count(cl.id) FILTER (WHERE cl.status IN ('new', 'queued')), count(cl.id) FILTER (WHERE cl.status IN
        ('contacted', 'converted')), count(cl.id) FILTER (WHERE cl.status = 'converted'), coalesce(sum(cl.donated_amount), 0)
        FROM campaigns c LEFT JOIN campaign_leads cl ON cl.campaign_id = c.id GROUP BY c.id""",
    "SELECT business_id::text, lead_source, leads, contacted, converted, donated_amount FROM lead_source_performance": """
        SELECT l.business_id::text, coalesce(l.lead_source, l.source), count(DISTINCT l.id), count(DISTINCT l.id) FILTER (WHERE cl.status IN
        ('contacted', 'converted')), count(DISTINCT l.id) FILTER (WHERE cl.status = 'converted'), coalesce(sum(cl.donated_amount), 0)
        FROM leads l LEFT JOIN campaign_leads cl ON cl.lead_id = l.id GROUP BY 1, 2
        UNION ALL SELECT business_id::text, '(erased)', 0, count(*) FILTER (WHERE status IN ('contacted', 'converted')), count(*) FILTER (WHERE
        status = 'converted'), coalesce(sum(donated_amount), 0) FROM campaign_leads WHERE lead_id IS NULL GROUP BY 1""",
    "SELECT lead_list_id::text, leads, contacted, converted FROM list_performance_score": """
        SELECT ll.id::text, (SELECT count(*) FROM lead_list_members m WHERE m.lead_list_id = ll.id),
        (SELECT count(*) FROM campaign_leads c WHERE c.lead_list_id = ll.id AND c.status IN ('contacted', 'converted')),
        (SELECT count(*) FROM campaign_leads c WHERE c.lead_list_id = ll.id AND c.status = 'converted') FROM lead_lists ll""",
    "SELECT business_id::text, week, sum(imports), sum(rows_read), sum(rows_rejected) FROM import_quality GROUP BY 1, 2": """
        SELECT business_id::text, date_trunc('week', started_at AT TIME ZONE 'UTC')::date, count(*), sum(rows_read), sum(rows_rejected)
        FROM lead_imports WHERE status <> 'undone' GROUP BY 1, 2""",
    "SELECT business_id::text, pairs_open, leads_merged FROM duplicate_summary": """
        SELECT b.id::text, (SELECT count(*) FROM lead_duplicate_candidates d WHERE d.business_id = b.id AND decision = 'open'),
        (SELECT count(*) FROM lead_merges m WHERE m.business_id = b.id AND taken_apart_at IS NULL) FROM businesses b""",
    "SELECT business_id::text, sum(leads), sum(callable_leads) FROM contactability WHERE hour_utc = 7 GROUP BY 1": """
        SELECT business_id::text, count(*), count(*) FILTER (WHERE NOT (dnc OR do_not_call) AND (phone IS NOT NULL OR mobile_phone IS NOT NULL)
        AND NOT henk.is_suppressed(business_id, phone, mobile_phone)) FROM leads GROUP BY 1""",
    "SELECT business_id::text, channel, sum(suppressed) FROM suppression_summary GROUP BY 1, 2": """
        SELECT business_id::text, channel, count(*) FROM suppressions GROUP BY 1, 2""",
    "SELECT business_id::text, cohort_month, leads, contacted, opted_out FROM cohort_retention": """
        SELECT l.business_id::text, date_trunc('month', l.created_at AT TIME ZONE 'UTC')::date, count(DISTINCT l.id), count(DISTINCT l.id)
        FILTER (WHERE cl.status IN ('contacted', 'converted')), count(DISTINCT l.id) FILTER (WHERE l.dnc OR l.do_not_call)
        FROM leads l LEFT JOIN campaign_leads cl ON cl.lead_id = l.id GROUP BY 1, 2
        UNION ALL SELECT business_id::text, NULL, 0, count(*) FILTER (WHERE status IN ('contacted', 'converted')), 0
        FROM campaign_leads WHERE lead_id IS NULL GROUP BY 1""",
    **{
        f"SELECT business_id::text, sum(donated_amount) FROM {table} GROUP BY 1 HAVING sum(donated_amount) > 0": """
        SELECT business_id::text, sum(donated_amount) FROM campaign_leads GROUP BY 1 HAVING sum(donated_amount) > 0"""
        for table in ("campaign_funnel", "cohort_retention", "lead_source_performance", "list_performance_score")
    },
}


def assert_same(settings, connection):
    for ours, theirs in SAME.items():
        assert sorted(asked(settings, ours), key=str) == sorted(connection.execute(theirs).fetchall(), key=str), ours


class World:
    """A business that changes at random, as campaigns, members and privacy requests change it."""

    def __init__(self, connection, seed):
        self.connection, self.random = connection, random.Random(seed)
        connection.execute(EXAMPLE)
        self.count = 0

    def add(self):
        self.count += self.random.randint(1, 30)
        self.connection.execute(
            "WITH new AS (INSERT INTO leads (business_id, email, phone, source, lead_source, lead_score, quality_rating, timezone) "
            "SELECT b.id, 'x' || %(c)s || '-' || n || '@example.org', '+1646' || lpad((%(c)s * 100 + n)::text, 7, '5'), 'csv_import', "
            "(ARRAY['Event', 'Web', NULL])[1 + n %% 3], n, 'cold', (ARRAY['Europe/Berlin', 'Nowhere/Odd', NULL])[1 + n %% 3] "
            "FROM businesses b, generate_series(1, %(m)s) n WHERE b.slug = 'acme' RETURNING id, business_id) "
            "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT business_id, md5('l1')::uuid, id FROM new",
            {"c": self.count, "m": self.random.randint(1, 40)},
        )
        self.connection.execute("SELECT add_lead_list_to_campaign(md5('c1')::uuid, md5('l1')::uuid)")

    def call(self):
        self.connection.execute(
            "UPDATE campaign_leads SET status = (ARRAY['contacted', 'converted', 'failed'])[1 + floor(random() * 3)::int], attempts = attempts + 1, "
            "donated_amount = floor(random() * 100) WHERE id IN (SELECT id FROM campaign_leads ORDER BY random() LIMIT 5)"
        )

    def opt_out(self):
        self.connection.execute(
            "INSERT INTO suppressions (business_id, channel, value, source) SELECT business_id, 'phone', phone, 'manual' FROM leads "
            "WHERE phone IS NOT NULL ORDER BY random() LIMIT 2 ON CONFLICT DO NOTHING"
        )

    def edit(self):
        self.connection.execute("UPDATE leads SET first_name = 'E' || random(), dnc = random() < 0.3 WHERE id IN (SELECT id FROM leads ORDER BY random() LIMIT 4)")  # fmt: skip

    def leave(self):
        self.connection.execute("DELETE FROM lead_list_members WHERE id IN (SELECT id FROM lead_list_members ORDER BY random() LIMIT 3)")

    def erase(self):
        self.connection.execute("SELECT erase_lead(id) FROM leads ORDER BY random() LIMIT 1")

    def nothing(self):
        pass

    def rename(self):
        self.connection.execute("UPDATE campaigns SET name = 'Renamed ' || random() WHERE name LIKE 'Year%' OR name LIKE 'Renamed%'")

    def step(self):
        name = self.random.choice(["add", "add", "call", "opt_out", "edit", "leave", "erase", "nothing", "rename"])
        getattr(self, name)()
        return name


def contents(file, tables):
    with duckdb.connect(str(file), read_only=True) as opened:
        return {
            name: sorted(opened.execute(f"FROM {name}").fetchall(), key=str) for name in tables
        }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_going_on_from_the_last_file_gives_what_building_from_nothing_gives(connection, settings, tmp_path, seed):
    world = World(connection, seed)
    tables = load_tables()
    world.add()
    publish(settings)
    whole = 0
    for _ in range(8):
        done = [world.step() for _ in range(world.random.randint(1, 3))]
        built = publish(settings)
        whole += built.is_whole
        afresh = tmp_path / f"{time.time_ns()}.duckdb"
        with psycopg.connect(settings.database_url.get_secret_value()) as other, take_snapshot(other) as moment:
            build(afresh, moment, tables)
        names = [table.name for table in tables]
        assert contents(settings.analytics, names) == contents(afresh, names), done
        assert_same(settings, connection)
        if done == ["nothing"]:
            assert not built.changed
        if "erase" not in done:
            assert not built.is_whole, done
    assert whole < 8


def test_a_transaction_that_was_under_way_is_in_the_next_build(connection, example, database_url):
    with psycopg.connect(database_url) as slow:
        slow.execute("UPDATE leads SET first_name = 'Late' WHERE email = 'ana@example.org'")
        connection.execute("UPDATE leads SET first_name = 'Early' WHERE email = 'bo@example.org'")
        publish(example)
        assert asked(example, "SELECT first_name FROM dim_lead WHERE email IN ('ana@example.org', 'bo@example.org') ORDER BY email") == [("Ana",), ("Early",)]  # fmt: skip
        slow.commit()
    spilled = example.analytics.with_name(f".{example.analytics.name}.building-01234567.tmp")
    spilled.mkdir()  # where a publisher that was killed had put what memory does not hold
    assert not publish(example).is_whole
    assert not spilled.exists()
    assert asked(example, "SELECT first_name FROM dim_lead WHERE email = 'ana@example.org'") == [("Late",)]


def test_all_tables_show_one_moment_and_the_file_says_which(connection, example, monkeypatch, tmp_path):
    count = Snapshot.reading

    def while_others_write(self, table, since=None):
        connection.execute("UPDATE leads SET first_name = 'x' || random()")
        connection.execute("INSERT INTO lead_lists (business_id, name) SELECT id, random()::text FROM businesses")
        return count(self, table, since)

    monkeypatch.setattr(Snapshot, "reading", while_others_write)
    publish(example)
    assert asked(example, "SELECT count(*) FROM dim_lead WHERE first_name LIKE 'x%'") == [(0,)]
    assert asked(example, "SELECT count(*) FROM dim_lead_list") == [(2,)]
    info = asked(example, "SELECT count(*), count(DISTINCT postgres_snapshot), min(built_at) > now() - INTERVAL 1 MINUTE FROM build_info")
    assert info == [(len(load_tables()), 1, True)]
    assert asked(example, "SELECT row_count FROM build_info WHERE table_name = 'dim_lead'") == [(5,)]


READER = """
import sys, time, duckdb
published, until, attached = sys.argv[1], float(sys.argv[2]), sys.argv[3] == "attached"
reads = met = 0
while time.time() < until or reads < 3:
    try:
        connection = duckdb.connect() if attached else duckdb.connect(published, read_only=True)
    except duckdb.SerializationException:  # opened in the very moment of a swap (analytics.publish.opened)
        met += 1
        assert met <= 3, "more often than by chance"
        continue
    with connection:
        if attached:
            connection.execute(f"ATTACH '{published}' AS henk (TYPE duckdb, READ_ONLY); USE henk")
        for _ in range(3):
            leads, told, members, campaign = connection.execute("SELECT (SELECT count(*) FROM dim_lead), (SELECT row_count FROM build_info WHERE table_name = 'dim_lead'), "
                "(SELECT count(*) FROM bridge_lead_list_member), (SELECT sum(count) FROM lead_quality_distribution)").fetchall()[0]
            assert leads == told == campaign and members == leads - 1, (leads, told, members, campaign)
            reads += 1
print(reads)
"""


@pytest.mark.long
def test_eight_readers_through_twenty_publishes_see_no_half_and_those_who_attach_no_error(connection, example):
    publish(example)
    until = time.time() + 600
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, example.analytics, str(until), ("attached", "connected")[number % 2]],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    try:
        for number in range(20):
            connection.execute(
                "WITH n AS (INSERT INTO leads (business_id, email, source) SELECT id, %s, 'manual' FROM businesses WHERE slug = 'acme' RETURNING *) "
                "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT business_id, md5('l1')::uuid, id FROM n",
                [f"n{number}@example.org"],
            )
            publish(example)
            assert all(reader.poll() is None for reader in readers), [
                reader.communicate() for reader in readers if reader.poll() is not None
            ]
    finally:
        for reader in readers:
            reader.terminate()
    for reader in readers:
        assert "Error" not in reader.communicate()[1]
    assert len(kept_versions(example.analytics)) == example.analytics_keep


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_what_reads_the_published_file_opens_it_once(example):
    """Opened twice, it may be the header of one file and the blocks of the next."""
    publish(example)
    libc = ctypes.CDLL(None)
    opening, closing = 0x20, 0x10  # inotify(7): IN_OPEN, IN_CLOSE_NOWRITE; both, because equal events that follow each other are one
    watch = libc.inotify_init1(os.O_NONBLOCK)
    libc.inotify_add_watch(watch, os.fsencode(example.analytics), opening | closing)
    assert query(example.analytics, "SELECT count(*) FROM dim_lead") == (["count_star()"], [(5,)])
    events = os.read(watch, 4096)
    os.close(watch)
    assert [mask for _, mask, _, _ in struct.iter_unpack("iIII", events)] == [opening, closing]


def test_a_build_that_fails_leaves_the_file_as_it_was(connection, example, monkeypatch):
    publish(example)
    before = example.analytics.read_bytes()
    monkeypatch.setattr("henk_pipeline.steps.analytics.keep_night", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(example)
    monkeypatch.undo()
    assert example.analytics.read_bytes() == before
    assert not list(example.analytics.parent.glob(".henk.duckdb.building-*"))


@pytest.mark.parametrize(
    "damage", [lambda file: file.write_bytes(b"nothing of a database"), lambda file: file.write_bytes(file.read_bytes()[:20000])]
)
def test_a_damaged_file_is_built_from_nothing(example, damage):
    publish(example)
    damage(example.analytics)
    assert publish(example).is_whole
    assert asked(example, "SELECT count(*) FROM dim_lead") == [(5,)]


def test_an_erased_lead_is_gone_from_the_file_its_versions_and_the_history(connection, example):
    publish(example)
    connection.execute("UPDATE leads SET lead_score = 91 WHERE email = 'ana@example.org'")
    publish(example)
    assert b"bo@example.org" in example.analytics.read_bytes()
    assert kept_versions(example.analytics)
    connection.execute("SELECT erase_lead(md5('p2')::uuid)")
    built = publish(example)
    assert (built.is_whole, built.forgotten) == (True, True)
    left = [file for file in example.analytics.parent.rglob("*") if file.is_file() and b"bo@example.org" in file.read_bytes()]
    assert left == []
    assert kept_versions(example.analytics) == []
    assert b"ana@example.org" in example.analytics.read_bytes()


def test_what_has_grown_much_is_read_once_and_forgets_all_the_same(connection, example, monkeypatch):
    def grow(kind):
        rows = "SELECT id, %s || n || '@example.org' FROM businesses, generate_series(1, 3000) n WHERE slug = 'acme'"
        connection.execute(f"INSERT INTO leads (business_id, email) {rows}", [kind])

    publish(example)
    reads, reading = [], Snapshot.reading

    def read(self, table, since=None):
        reads.append((table, since))
        return reading(self, table, since)

    monkeypatch.setattr(Snapshot, "reading", read)
    grow("new")
    built = publish(example)
    assert (built.is_whole, built.forgotten, built.rows["dim_lead"]) == (True, False, 3005)
    assert [since for table, since in reads if table == "leads"] == [None]
    grow("newer")
    connection.execute("SELECT erase_lead(md5('p2')::uuid)")
    built = publish(example)
    assert (built.is_whole, built.forgotten, built.rows["dim_lead"]) == (True, True, 6004)
    assert kept_versions(example.analytics) == []


@pytest.fixture
def with_settings(monkeypatch):
    def change(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"HENK_{name.upper()}", value)
        load_settings.cache_clear()
        return load_settings()

    yield change
    load_settings.cache_clear()


@pytest.mark.parametrize("personal", ["hash", "drop"])
def test_personal_columns_can_be_left_out_or_hashed(example, connection, with_settings, personal):
    connection.execute("UPDATE leads SET phone = '+12125550101' WHERE email = 'bo@example.org'")
    settings = with_settings(analytics_personal=personal)
    publish(settings)
    text = settings.analytics.read_bytes()
    for told in (b"ana@example.org", b"+12125550101", b"Ana"):
        assert told not in text
    assert asked(settings, "SELECT count(*), sum(lead_score) FROM dim_lead") == [(5, 190)]
    columns = {row[0] for row in asked(settings, "DESCRIBE dim_lead")}
    assert ("first_name" in columns, "email" in columns) == (False, personal == "hash")
    if personal == "hash":
        key = (settings.analytics.parent / ".salt").read_bytes()
        assert asked(settings, "SELECT email FROM dim_lead WHERE email = '" + hmac.digest(key, b"ana@example.org", "sha256").hex() + "'")
        assert asked(settings, "SELECT count(phone), count(DISTINCT phone), min(length(phone)) FROM dim_lead") == [(4, 3, 64)]
    assert not publish(settings).is_whole  # the whole file is gone on from
    assert asked(settings, "SELECT count(*) FROM campaign_funnel") == [(2,)]
    back = with_settings(analytics_personal="keep")
    publish(back)
    assert asked(back, "SELECT count(*) FROM dim_lead WHERE email LIKE '%@example.org'") == [(5,)]
    assert not list(back.analytics.parent.glob(".henk.whole*"))


def test_files_of_one_business_hold_nothing_of_another(example, with_settings):
    settings = with_settings(analytics_per_business="true")
    publish(settings)
    folder = settings.analytics.parent / "businesses"
    assert sorted(file.name for file in folder.glob("*.duckdb")) == ["acme.duckdb", "beta.duckdb"]
    assert b"ana@example.org" not in (folder / "beta.duckdb").read_bytes()
    assert query(folder / "beta.duckdb", "SELECT email FROM dim_lead")[1] == [("ed@example.org",)]
    assert query(folder / "beta.duckdb", "SELECT row_count FROM build_info WHERE table_name = 'dim_lead'")[1] == [(1,)]
    assert query(folder / "acme.duckdb", "SELECT DISTINCT business FROM history_lead_quality")[1] == [("acme",)]


def test_a_night_again_replaces_that_night_and_a_missing_night_is_seen(example, connection, monkeypatch):
    class Day:
        now = date(2026, 11, 20)

    def keep(file, folder, _):
        history.keep_night(file, folder, Day.now)

    monkeypatch.setattr("henk_pipeline.steps.analytics.keep_night", keep)
    publish(example)
    Day.now += timedelta(days=2)
    publish(example)
    connection.execute("UPDATE leads SET quality_rating = 'hot' WHERE email = 'di@example.org'")
    publish(example)
    told = asked(example, "SELECT night, quality_rating, leads FROM history_lead_quality WHERE business = 'acme' ORDER BY ALL")
    first, later = date(2026, 11, 20), date(2026, 11, 22)
    assert told == [(first, "cold", 1), (first, "hot", 1), (first, "warm", 2), (later, "hot", 2), (later, "warm", 2)]
    assert asked(example, "FROM history_nights") == [(first, False), (date(2026, 11, 21), True), (later, False)]
    assert asked(example, "SELECT night, leads FROM history_list_size WHERE list_name = 'People' ORDER BY 1") == [(first, 4), (later, 4)]


def test_every_column_is_explained_in_the_file_and_nothing_is_read_in_vain(example):
    publish(example)
    columns = asked(example, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal")  # fmt: skip
    assert [row for row in columns if not row[2]] == []
    told = {table.name: set(table.columns) for table in load_tables()}
    there: Mapping[str, set[str]] = {name: {column for table, column, _ in columns if table == name} for name in told}
    assert told == there
    assert {name for table in load_tables() for name in table.reads} >= SOURCES.keys()


@pytest.mark.parametrize("personal", ["keep", "drop"])
@pytest.mark.parametrize("is_kept", [True, False])
def test_an_exported_file_has_every_history_and_answers_the_docs_queries(example, tmp_path, personal, is_kept):
    publish(example)
    columns = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal AND table_name LIKE 'history%' ORDER BY ALL"
    expected = asked(example, columns)
    if not is_kept:
        shutil.rmtree(example.analytics.parent / "history")
    target = tmp_path / "acme.duckdb"
    derive(
        example.analytics, target, load_tables(), example.analytics.parent / "history", personal=personal,
        business_id=asked(example, "SELECT business_id::VARCHAR FROM dim_business WHERE business = 'acme'")[0][0],
    )  # fmt: skip
    assert query(target, columns)[1] == expected
    assert query(target, "SELECT count(*) FROM history_nights")[1] == [(int(is_kept),)]
    for statement in re.findall(r"```sql\n(.*?)```", (DOCS / "analysts.md").read_text("utf-8"), re.DOTALL):
        if personal == "keep" or "first_name" not in statement:
            query(target, statement)


def test_the_nights_of_one_business_begin_with_its_first(example, connection, monkeypatch, tmp_path):
    night = date(2026, 11, 20)
    monkeypatch.setattr("henk_pipeline.steps.analytics.keep_night", lambda file, folder, _: history.keep_night(file, folder, night))
    publish(example)
    night = date(2026, 11, 23)
    connection.execute("INSERT INTO businesses (slug, name) VALUES ('new', 'New')")
    connection.execute("INSERT INTO leads (business_id, email) SELECT id, 'n@example.org' FROM businesses WHERE slug = 'new'")
    publish(example)
    identifier = asked(example, "SELECT business_id::VARCHAR FROM dim_business WHERE business = 'new'")[0][0]
    derive(example.analytics, tmp_path / "new.duckdb", load_tables(), example.analytics.parent / "history", business_id=identifier)
    assert query(tmp_path / "new.duckdb", "FROM history_nights")[1] == [(night, False)]
    assert len(asked(example, "FROM history_nights")) == 4


def test_duckdb_of_the_year_before_reads_it(example, tmp_path):
    """Storage of DuckDB 1.4, read by that version itself."""
    publish(example)
    old = tmp_path / "old"
    subprocess.run(["uv", "pip", "install", "-q", "--target", old, "--python", sys.executable, "duckdb==1.4.4"], check=True, env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"})  # fmt: skip
    script = "import duckdb, sys, json; c = duckdb.connect(sys.argv[1], read_only=True); print(json.dumps([duckdb.__version__, c.execute('SELECT count(*) FROM dim_lead').fetchall(), c.execute('SELECT count(*) FROM history_list_size').fetchall()]))"  # fmt: skip
    told = subprocess.run([sys.executable, "-c", script, example.analytics], check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(old)})  # fmt: skip
    assert json.loads(told.stdout) == ["1.4.4", [[5]], [[2]]]


def test_exported_parquet_is_read_alike_by_polars_pyarrow_and_duckdb(example, tmp_path):
    """Ids join as text in every reader; pandas and ibis read Parquet by pyarrow and DuckDB."""
    publish(example)
    files = export_parquet(example.analytics, tmp_path / "out")
    assert {file.stem for file in files} >= {table.name for table in load_tables()} | {"history_nights", "history_list_size", "build_info"}
    acme = asked(example, "SELECT business_id::VARCHAR FROM dim_business WHERE business = 'acme'")[0][0]
    for file in files:
        frame, table = pl.read_parquet(file), pyarrow.parquet.read_table(file)
        stored = duckdb.sql(f"SELECT * FROM '{file}'")
        assert len(frame) == table.num_rows == len(stored.fetchall())
        assert frame.to_dicts() == table.to_pylist(), file.name
        assert [kind for kind in frame.schema.values() if kind in (pl.Binary, pl.Object)] == [], file.name
        assert [kind for kind in table.schema.types if pyarrow.types.is_binary(kind) or pyarrow.types.is_fixed_size_binary(kind)] == []
        for name in frame.columns:
            if name == "id" or (name.endswith("_id") and name not in ("rejection_id", "event_id")):
                assert frame.schema[name] == pl.String, (file.name, name)
                assert pyarrow.types.is_string(table.schema.field(name).type), (file.name, name)
                assert stored.types[frame.columns.index(name)] == "VARCHAR"
    leads = pl.read_parquet(tmp_path / "out" / "dim_lead.parquet").join(
        pl.read_parquet(tmp_path / "out" / "dim_business.parquet"), on="business_id"
    )
    assert sorted(leads.filter(pl.col("business_id") == acme)["first_name"]) == ["Ana", "Bo", "Cy", "Di"]
    reasons = pl.read_parquet(tmp_path / "out" / "import_quality.parquet")["reasons"].drop_nulls().to_list()
    assert [json.loads(text) for text in reasons] == [{"email_invalid": 2, "no_contact": 1}]
    assert pl.read_parquet(tmp_path / "out" / "list_reusability.parquet").schema["total_conversions"] == pl.Int64
    assert pl.read_parquet(tmp_path / "out" / "campaign_funnel.parquet").schema["donated_amount"] == pl.Decimal(38, 2)


def test_no_value_of_one_business_stops_the_tables_of_all(example, connection):
    with connection.transaction():  # what stands from before the database refused it
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "UPDATE campaign_leads SET donated_amount = 'NaN', pledged_amount = 1e60, last_attempt_at = 'infinity', contacted_at = '-infinity' "
            "WHERE lead_id = md5('p1')::uuid"
        )
        connection.execute(
            "UPDATE campaign_leads SET donated_amount = ('0.' || repeat('0', 9000) || '1')::numeric WHERE lead_id = md5('p2')::uuid"
        )
        connection.execute(
            "UPDATE campaigns SET budget = 'Infinity', end_date = 'infinity', start_date = '-infinity', created_at = '290000-01-01'"
        )
        connection.execute("UPDATE leads SET last_activity_at = 'infinity', created_at = '-infinity' WHERE id = md5('p1')::uuid")
        connection.execute("UPDATE lead_lists SET created_at = 'infinity'")
        connection.execute("UPDATE businesses SET timezone = '../..' WHERE slug = 'acme'")
    connection.execute("UPDATE campaigns SET call_window_start = '24:00', call_window_end = '24:00'")
    costs = {"$[": 5, "$.x": 1, "a*": 2, "Event": 50, "Web": "soon", "x": [[]], "y": None}
    connection.execute(
        "UPDATE businesses SET settings = jsonb_build_object('lead_source_costs', %s::jsonb || jsonb_build_object('z', 1e400)) "
        "WHERE slug = 'acme'",
        [json.dumps(costs)],
    )
    publish(example)
    assert asked(example, "SELECT donated_amount, pledged_amount, last_attempt_at, contacted_at FROM fct_campaign_lead WHERE lead_id = md5('p1')::uuid") == [
        (None, None, None, None)
    ]  # fmt: skip
    assert asked(example, "SELECT DISTINCT budget, start_date, end_date, created_at FROM dim_campaign") == [(None, None, None, None)]
    assert asked(example, "SELECT last_activity_at, created_at FROM dim_lead WHERE first_name = 'Ana'") == [(None, None)]
    assert asked(example, "SELECT cost FROM lead_source_performance WHERE lead_source = 'Event'") == [(50,)]
    assert asked(example, "SELECT count(*) FROM dim_lead WHERE business_id = md5('beta')::uuid") == [(1,)]
