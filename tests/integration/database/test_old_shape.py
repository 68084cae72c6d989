"""A database in the old shape moves over as the design says: all of it, or nothing has changed."""

import os
import signal
import subprocess
import threading
import time
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from henk_pipeline.postgres import migrate
from henk_pipeline.postgres.embedded import binaries
from tests.conftest import HENK, new_database
from tests.integration.database.acting import acting_as, add_user, column, value

OLD_SHAPE = Path(__file__).with_name("old_shape.sql").read_text()
FILES = 8


@pytest.fixture
def old_url(server):
    """URL of a database in the old shape, with two businesses of the same name and nothing else in it."""
    with new_database(server, "template1") as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(OLD_SHAPE)
            connection.execute("INSERT INTO accounts DEFAULT VALUES")
            for name in ("Hope & Light", "Hope & Light", "Ärzte"):
                connection.execute("INSERT INTO businesses (account_id, name) SELECT id, %s FROM accounts", [name])
        yield url


@pytest.fixture
def old(old_url):
    with psycopg.connect(old_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def hope(old):
    return column(old, "SELECT id::text FROM businesses ORDER BY created_at")[0]


def campaign(old, business, name="Gala"):
    return str(value(old, "INSERT INTO campaigns (business_id, name, script) VALUES (%s, %s, 'Hello') RETURNING id", [business, name]))


def lead(old, business, **columns):
    told = {"business_id": business, **columns}
    names, places = ", ".join(told), ", ".join(["%s"] * len(told))
    return str(value(old, f"INSERT INTO leads ({names}) VALUES ({places}) RETURNING id", list(told.values())))


def dump(url):
    """Structure and rows, as pg_dump writes them; what it makes up anew each time left out."""
    text = subprocess.run([binaries() / "pg_dump", "--dbname", url], check=True, capture_output=True, text=True).stdout
    # dbmate notes that it was here; that is all a migration that did nothing may leave.
    parts = [part for part in text.split("\n--\n") if "schema_migrations" not in part]
    return "\n".join(line for part in parts for line in part.splitlines() if "restrict" not in line)


def test_it_moves_as_the_design_says(old, old_url, hope):
    gala, empty = campaign(old, hope), campaign(old, hope, "Nobody yet")
    second_gala = campaign(old, hope, "Gala")
    ana = lead(
        old, hope, campaign_id=gala, first_name="Ana", email=" Ana@Example.ORG", phone="(212) 555-0101", status="Contacted", attempts=2,
        last_contact_date="2026-01-02T03:04:05Z", pledged_amount=50, donated_amount=20, notes="call again", created_at="2025-12-01T00:00:00Z",
    )  # fmt: skip
    bo = lead(old, hope, campaign_id=second_gala, email="bo@example.org", attempts=None)
    cy = lead(old, hope, email="cy@example.org", attempts=3, pledged_amount=7)
    old.execute("INSERT INTO call_logs (lead_id, campaign_id, transcript) VALUES (%s, %s, 'hi')", [ana, gala])
    done = migrate.migrate(old_url)
    assert len(done.applied) == len(list((Path(__file__).parents[3] / "schemas" / "postgres").glob("*.sql")))

    lists = old.execute("SELECT name, list_type, lead_count, source_id FROM lead_lists ORDER BY name, source_id").fetchall()
    assert sorted(lists) == sorted([("Migrated Leads - Gala", "static", 1, gala), ("Migrated Leads - Gala", "static", 1, second_gala)])
    assert old.execute(
        """SELECT cl.campaign_id::text, ll.source_id, status, attempts, last_attempt_at::text, pledged_amount, donated_amount, cl.notes, outcome,
            cl.added_at::text, cl.contacted_at = cl.last_attempt_at
        FROM campaign_leads cl JOIN lead_lists ll ON ll.id = cl.lead_list_id WHERE lead_id = %s""",
        [ana],
    ).fetchall() == [(gala, gala, "contacted", 2, "2026-01-02 03:04:05+00", 50, 20, "call again", None, "2025-12-01 00:00:00+00", True)]
    assert old.execute("SELECT campaign_id::text, status, attempts FROM campaign_leads WHERE lead_id = %s", [bo]).fetchall() == [
        (second_gala, "new", 0)
    ]
    assert column(old, "SELECT campaign_id::text FROM campaign_lead_lists WHERE campaign_id = %s", [empty]) == []
    assert old.execute(
        "SELECT total_leads, contacted_leads, successful_leads FROM campaign_lead_lists WHERE campaign_id = %s", [gala]
    ).fetchall() == [(1, 1, 0)]
    # What was written about somebody of no campaign stays with the person.
    assert value(old, "SELECT source_metadata FROM leads WHERE id = %s", [cy]) == {"before_lists": {"attempts": 3, "pledged_amount": 7.00}}
    gone = {"campaign_id", "attempts", "last_contact_date", "pledged_amount", "donated_amount"}
    columns = set(column(old, "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'leads'"))
    assert not gone & columns
    assert {"lead_score", "quality_rating", "last_activity_at", "score_breakdown"} <= columns
    # Contacts in their one form, as they were typed beside them.
    assert old.execute("SELECT email, phone, source, source_metadata -> 'as_typed' FROM leads WHERE id = %s", [ana]).fetchall() == [
        ("ana@example.org", "+12125550101", "manual", {"email": "Ana@Example.ORG", "phone": "(212) 555-0101"})
    ]
    # What is not ours stays as it is; what lacked is there.
    assert old.execute("SELECT lead_id::text, transcript FROM call_logs").fetchall() == [(ana, "hi")]
    assert column(old, "SELECT slug FROM businesses ORDER BY created_at") == ["hope-light", "hope-light-2", "rzte"]
    assert value(old, "SELECT count(*) FROM campaigns WHERE script = 'Hello' AND max_attempts = 3") == 3
    assert (
        value(old, "SELECT data_type FROM information_schema.columns WHERE table_name = 'campaigns' AND column_name = 'status'")
        == "USER-DEFINED"
    )
    assert "leads: 3 before, 3 after" in done.messages
    assert "pledged_amount: 57.00 before, 57.00 after" in done.messages


@pytest.mark.parametrize(
    ("word", "flags", "status", "outcome"),
    [
        ("new", {}, "new", None),
        ("Queued", {}, "queued", None),
        ("CALLING", {}, "calling", None),
        ("contacted", {}, "contacted", None),
        ("Converted", {}, "converted", None),
        ("failed", {}, "failed", None),
        ("in_progress", {}, "queued", None),
        ("In Progress", {}, "queued", None),
        (None, {}, "new", None),
        ("", {}, "new", None),
        ("interested", {}, "new", "interested"),
        ("No phone", {}, "new", "No phone"),
        ("dnc", {}, "dnc", None),
        ("Do Not Call", {}, "dnc", None),
        ("opted_out", {}, "dnc", None),
        ("no more calls", {}, "dnc", None),
        ("don't contact", {}, "dnc", None),
        ("contacted", {"dnc": True}, "dnc", "contacted"),
        ("new", {"dnc": True}, "dnc", None),
        (None, {"dnc": True}, "dnc", None),
        ("queued", {"do_not_call": True}, "dnc", "queued"),
        ("converted", {"do_not_call": True}, "converted", None),
        ("new", {"dnc": None}, "new", None),
    ],
)
def test_status_words(old, old_url, hope, word, flags, status, outcome):
    identifier = lead(old, hope, campaign_id=campaign(old, hope), phone="2125550101", status=word, **flags)
    migrate.migrate(old_url)
    assert old.execute("SELECT status, outcome FROM campaign_leads WHERE lead_id = %s", [identifier]).fetchall() == [(status, outcome)]
    # Nobody loses an opt-out: it holds for the lead, and for the number in tomorrow's file.
    opted_out = status == "dnc" or bool(flags.get("do_not_call"))
    assert value(old, "SELECT dnc OR do_not_call FROM leads") is opted_out
    assert column(old, "SELECT value FROM suppressions") == (["+12125550101"] if opted_out else [])


def test_rows_that_need_care_stay_and_are_told(old, old_url, hope):
    first = lead(
        old, hope, email="a@example.org", source="hubspot", source_id="7", created_at="2025-01-01T00:00:00Z", tags=None, custom_fields="[1]"
    )
    second = lead(old, hope, email="A@EXAMPLE.org ", source="hubspot", source_id="7", created_at="2025-02-01T00:00:00Z")
    lead(old, hope, first_name="Nobody", phone=" ", email=None)
    lists = value(old, "INSERT INTO lead_lists (business_id, name, lead_count) VALUES (%s, 'Old', 99) RETURNING id", [hope])
    for _ in range(2):
        old.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lists, first])
    said = migrate.migrate(old_url).messages
    assert old.execute(
        "SELECT id::text, email, source_id, source_metadata - 'as_typed' FROM leads WHERE email IS NOT NULL ORDER BY created_at"
    ).fetchall() == [
        (first, "a@example.org", "7", {}),
        (second, "a@example.org", None, {"source_id": "7"}),
    ]
    assert old.execute("SELECT tags, custom_fields FROM leads WHERE id = %s", [first]).fetchall() == [([], {"value": [1]})]
    assert old.execute("SELECT name, lead_count FROM lead_lists").fetchall() == [("Old", 1)]
    for line in (
        "kept 1 leads that have neither a phone nor an e-mail",
        "moved 1 source ids that an older lead has, too, to source_metadata",
        "removed 1 list members that stood there twice",
        "corrected the lead_count of 1 lists",
        "list members: 2 before, 2 after",
    ):
        assert line in said
    # Such a lead can still be changed; a new one needs a contact.
    old.execute("UPDATE leads SET last_name = 'x' WHERE first_name = 'Nobody'")
    with pytest.raises(psycopg.errors.CheckViolation):
        old.execute("INSERT INTO leads (business_id) VALUES (%s)", [hope])


def test_what_strangers_left_is_removed_where_it_harms_and_named(old, old_url, hope):
    identifier = lead(old, hope, campaign_id=campaign(old, hope), email="a@example.org")
    old.execute("TRUNCATE audit_log")
    said = migrate.migrate(old_url).messages
    for line in (
        'removed the row policy "Everybody reads leads" on leads',
        'removed the row policy "Everybody writes lists" on lead_lists',
        'removed the trigger "update_count" on lead_list_members: its function members_changed keeps lead_count or reads a column that is gone',
        'removed the trigger "campaign_changed" on leads: its function campaign_changed keeps lead_count or reads a column that is gone',
        'kept the trigger "audit_leads" on leads; it did not fire while rows were moved',
        "look at the function campaign_totals(uuid): it speaks of leads and of a column that is gone from them",
    ):
        assert line in said
    # 0007 writes contacts in their one form: an audit sees that, and that alone.
    assert value(old, "SELECT count(*) FROM audit_log") == 0
    old.execute("UPDATE leads SET first_name = 'Ana' WHERE id = %s", [identifier])
    assert value(old, "SELECT count(*) FROM audit_log") == 1
    stranger = add_user(old, None)
    with acting_as(old, stranger):
        assert column(old, "SELECT id FROM leads") == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting_as(old, None, "anon"):
        old.execute("SELECT FROM leads")
    # Members of the team, by their enum role and status, see theirs.
    with acting_as(old, add_user(old, hope, "viewer")):
        assert column(old, "SELECT id::text FROM leads") == [identifier]


def test_an_older_function_of_our_name_is_replaced_and_named(old, old_url):
    old.execute(
        "CREATE FUNCTION create_lead_list_from_csv(p_business uuid, p_name text, p_rows json) RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )
    assert "replaced the function create_lead_list_from_csv(uuid,text,json)" in migrate.migrate(old_url).messages
    assert column(old, "SELECT oid::regprocedure::text FROM pg_proc WHERE proname = 'create_lead_list_from_csv'") == [
        "create_lead_list_from_csv(uuid,character varying,jsonb)"
    ]


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ("CREATE VIEW campaign_overview AS SELECT campaign_id, count(*) FROM leads GROUP BY 1", "view campaign_overview"),
        ("CREATE MATERIALIZED VIEW pledges AS SELECT sum(pledged_amount) FROM leads", "materialized view pledges"),
        (
            "CREATE POLICY by_lead ON call_logs USING (EXISTS (SELECT FROM leads l WHERE l.campaign_id = call_logs.campaign_id))",
            "policy by_lead on table call_logs",
        ),
    ],
)
def test_what_reads_an_old_column_is_named_before_anything_changes(old, old_url, hope, made, named):
    lead(old, hope, campaign_id=campaign(old, hope), email="a@example.org")
    old.execute(made)
    before = dump(old_url)
    for attempt in (migrate.dry_run, migrate.migrate):
        with pytest.raises(migrate.MigrationError, match=named):
            attempt(old_url)
        assert dump(old_url) == before


def test_rows_no_constraint_allows_stop_it_or_go_to_quarantine(old, old_url, hope):
    other = column(old, "SELECT id::text FROM businesses ORDER BY created_at")[1]
    gala, theirs = campaign(old, hope), campaign(old, other)
    strayed = lead(old, hope, campaign_id=theirs, email="strayed@example.org", attempts=2, donated_amount=30)
    negative = lead(old, hope, campaign_id=gala, email="negative@example.org", attempts=1, pledged_amount=-5, donated_amount=10)
    fine = lead(old, hope, campaign_id=gala, email="fine@example.org", attempts=1, donated_amount=10)
    lists = value(old, "INSERT INTO lead_lists (business_id, name) VALUES (%s, 'Theirs') RETURNING id", [other])
    old.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lists, fine])
    before = dump(old_url)
    with pytest.raises(migrate.MigrationError) as stopped:
        migrate.migrate(old_url)
    for told in (
        f"1 × a lead whose campaign belongs to another business: leads {strayed}",
        f"1 × a lead with a negative amount or number of attempts: leads {negative}",
        "1 × a list member whose list and lead belong to different businesses: lead_list_members",
        "henk migrate --quarantine",
        "Nothing was changed",
    ):
        assert told in str(stopped.value)
    assert dump(old_url) == before

    said = migrate.migrate(old_url, quarantine=True).messages
    assert old.execute("SELECT reason, table_name, row ->> 'donated_amount' FROM henk.quarantine ORDER BY id").fetchall() == [
        ("a list member whose list and lead belong to different businesses", "lead_list_members", None),
        ("a lead whose campaign belongs to another business", "leads", "30.00"),
        ("a lead with a negative amount or number of attempts", "leads", "10.00"),
    ]
    rows = old.execute("SELECT lead_id::text, pledged_amount, donated_amount FROM campaign_leads").fetchall()
    assert sorted(rows) == sorted([(negative, None, Decimal(10)), (fine, None, Decimal(10))])
    assert value(old, "SELECT count(*) FROM leads") == 3
    for line in (
        "donated_amount: 50.00 before, 50.00 after",
        "pledged_amount: -5.00 before, -5.00 after",
        "leads in a campaign: 3 before, 3 after",
    ):
        assert line in said


def test_orphans_are_told_and_quarantined(old, old_url, hope):
    old.execute("ALTER TABLE lead_list_members DROP CONSTRAINT lead_list_members_lead_id_fkey")
    old.execute("ALTER TABLE leads DROP CONSTRAINT leads_campaign_id_fkey")
    lists = value(old, "INSERT INTO lead_lists (business_id, name) VALUES (%s, 'Old') RETURNING id", [hope])
    old.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, gen_random_uuid())", [lists])
    lead(old, hope, campaign_id="00000000-0000-4000-8000-000000000000", email="a@example.org", attempts=4)
    with pytest.raises(migrate.MigrationError, match="a lead whose campaign does not exist"):
        migrate.migrate(old_url)
    said = migrate.migrate(old_url, quarantine=True).messages
    assert "moved to henk.quarantine: 1 × a list member whose list or lead does not exist" in said
    assert "attempts: 4 before, 4 after" in said


def test_a_business_that_is_gone_stops_it(old, old_url, hope):
    old.execute("ALTER TABLE leads DROP CONSTRAINT leads_business_id_fkey")
    lead(old, "00000000-0000-4000-8000-000000000000", email="a@example.org")
    with pytest.raises(migrate.MigrationError, match="belong to no business"):
        migrate.migrate(old_url, quarantine=True)


def test_a_failure_in_the_middle_leaves_it_as_it_was(old, old_url, hope):
    lead(old, hope, campaign_id=campaign(old, hope, "Boom"), email="a@example.org")
    old.execute("ALTER TABLE lead_lists ADD CHECK (name <> 'Migrated Leads - Boom')")
    before = dump(old_url)
    with pytest.raises(migrate.MigrationError, match="lead_lists_name_check"):
        migrate.migrate(old_url)
    assert dump(old_url) == before


@pytest.mark.long
def test_a_rehearsal_says_what_a_run_would_say_and_changes_nothing(old, old_url, hope):
    for n in range(5):
        lead(old, hope, campaign_id=campaign(old, hope, f"Gala {n}"), email=f"{n}@example.org", status="interested")
    before = dump(old_url)
    rehearsed = migrate.dry_run(old_url)
    assert dump(old_url) == before
    assert migrate.migrate(old_url) == rehearsed
    assert migrate.dry_run(old_url) == ([], [])


def test_running_it_again_changes_nothing(old, old_url, hope):
    lead(old, hope, campaign_id=campaign(old, hope), email="a@example.org")
    migrate.migrate(old_url)
    before = dump(old_url)
    assert migrate.migrate(old_url) == ([], [])
    # … not even where somebody runs the file of the migration itself again, as other tools do that keep their own record.
    with psycopg.connect(old_url) as connection:
        connection.execute((Path(__file__).parents[3] / "schemas/postgres/0002_leads_lists_campaigns.sql").read_bytes())
    assert dump(old_url) == before


STATUSES = "ARRAY['new','Queued','calling','contacted','CONVERTED','failed','in_progress','interested','do not call',NULL]"


@pytest.fixture
def crowd(old):
    """100,000 leads: every status, nulls, leads of no campaign, campaigns of the same name, contacts as people type them."""
    old.execute("INSERT INTO campaigns (business_id, name, script) SELECT id, 'Gala', 'x' FROM businesses, generate_series(1, 4)")
    old.execute(
        f"""INSERT INTO leads (business_id, campaign_id, email, phone, status, attempts, pledged_amount, donated_amount, dnc, last_contact_date)
        SELECT c.business_id, CASE WHEN n % 7 > 0 THEN c.id END, CASE WHEN n % 3 > 0 THEN 'P' || n % 60000 || '@Example.org' END,
            CASE WHEN n % 5 > 0 THEN '(212) 5' || lpad((n % 100)::text, 2, '0') || '-' || lpad((n % 10000)::text, 4, '0') END,
            ({STATUSES})[1 + n % 10], CASE WHEN n % 4 > 0 THEN n % 4 END, CASE WHEN n % 9 = 0 THEN n % 100 + 0.5 END,
            CASE WHEN n % 11 = 0 THEN n % 50 END, n % 40 = 0, CASE WHEN n % 2 = 0 THEN now() END
        FROM generate_series(1, 100000) n JOIN (SELECT *, row_number() OVER (ORDER BY id) AS k FROM campaigns) c ON c.k = 1 + n % 12"""
    )
    return old


SUMS = {
    "before": """SELECT count(*), count(campaign_id), sum(attempts), sum(pledged_amount), sum(donated_amount), count(DISTINCT campaign_id) FROM leads""",
    "after": """SELECT (SELECT count(*) FROM leads), count(*),
        sum(attempts) + (SELECT sum((source_metadata -> 'before_lists' ->> 'attempts')::int) FROM leads),
        sum(pledged_amount) + (SELECT sum((source_metadata -> 'before_lists' ->> 'pledged_amount')::numeric) FROM leads),
        sum(donated_amount) + (SELECT sum((source_metadata -> 'before_lists' ->> 'donated_amount')::numeric) FROM leads),
        (SELECT count(*) FROM lead_lists) FROM campaign_leads""",
}


@pytest.mark.long
def test_a_hundred_thousand_leads_killed_in_the_middle_and_run_again(crowd, old_url, tmp_path):
    before = crowd.execute(SUMS["before"]).fetchone()
    structure = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations' ORDER BY 1, 2"
    columns = crowd.execute(structure).fetchall()
    environment = {**os.environ, "HENK_DATABASE_URL": old_url, "HENK_HOME": str(tmp_path)}
    victim = subprocess.Popen(
        [HENK, "migrate"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 60
    working = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%Every table:%' AND pid <> pg_backend_pid()"
    while not value(crowd, working) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.5)
    assert value(crowd, working) == 1
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    while value(crowd, working) and time.monotonic() < deadline:
        crowd.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        time.sleep(0.1)
    assert crowd.execute(structure).fetchall() == columns
    assert crowd.execute(SUMS["before"]).fetchone() == before

    started = threading.Event()

    def read_on():
        with psycopg.connect(old_url) as reader:
            reader.execute("SELECT count(*) FROM accounts")
            started.set()

    threading.Thread(target=read_on).start()
    assert started.wait(10)
    done = subprocess.run([HENK, "migrate"], env=environment, check=False, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert crowd.execute(SUMS["after"]).fetchone() == before
    assert "applied 0002_leads_lists_campaigns.sql" in done.stdout
    assert "status 'in_progress' became queued for" in done.stdout
    wrong = "SELECT count(*) FROM campaign_lead_lists a WHERE total_leads <> (SELECT count(*) FROM campaign_leads cl WHERE cl.lead_list_id = a.lead_list_id)"
    assert value(crowd, wrong) == 0
