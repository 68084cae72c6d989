"""Many at once: overlapping files of one business, files of many, somebody who edits leads meanwhile."""

import json
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from henk_pipeline.steps.smart_lists import refresh_business
from tests.conftest import HENK
from tests.faults.harness import assert_always, assert_at_the_end, command, connect, run, seed_of, wait_until, write_file

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


# What the UI's button does, of uploads by their keys, under rules that have changed since: everything is loaded anew.
BACKFILL = """
import sys
from henk_pipeline.definitions import defs
from henk_pipeline.orchestration import assets
from henk_pipeline.orchestration.runs import open_instance, run_imports
from henk_pipeline.settings import load_settings
assets.rules_digest = lambda *_: "as of today"
with open_instance(load_settings()) as instance:
    run_imports(defs, instance, sys.argv[1:], lambda *_: None)
"""


@pytest.mark.parametrize("count", [2, 4, 8])
@pytest.mark.parametrize("businesses", ["one", "many"])
def test_imports_at_once(acme, henk, connection, tmp_path, count, businesses):
    calls = []
    for number in range(count):
        business = "acme" if businesses == "one" or number == 0 else f"b{number}"
        if business != "acme":
            assert henk("business", "add", business).returncode == 0
            assert henk("campaign", "add", "Year End", "--business", business).returncode == 0
        expected = write_file(path := tmp_path / f"f{number}.csv", number)
        calls.append((command(path, business), expected))
    running = [subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for call, _ in calls]
    ended = [process.communicate(timeout=400) for process in running]
    for process, (out, err), (_, expected) in zip(running, ended, calls, strict=True):
        assert process.returncode == 0, err
        told = json.loads(out.splitlines()[-1])
        assert {name: told[name] for name in expected} == expected
    leads = 200 * (count + 1) if businesses == "one" else 400 * count
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (leads,)
    assert henk("analytics", "build").returncode == 0
    assert_at_the_end(connection, acme)


def test_a_backfill_during_the_night(acme, connection):
    folder = Path(acme.landing) / "acme"
    folder.mkdir(parents=True)

    def land(numbers):
        for number in numbers:
            write_file(folder / f"f{number}.csv", number)
            (folder / f"f{number}.csv.toml").write_text('[[campaigns]]\ncampaign = "Year End"\n')

    land(range(3))
    assert run([HENK, "nightly"]).returncode == 0
    connection.execute(
        "UPDATE campaign_leads SET status = 'converted', donated_amount = 25 WHERE lead_id IN (SELECT id FROM leads ORDER BY id LIMIT 50)"
    )
    worked_on = "SELECT id, lead_id, lead_list_id, status, donated_amount FROM campaign_leads WHERE status = 'converted' ORDER BY id"
    before = connection.execute(worked_on).fetchall()
    keys = [key for (key,) in connection.execute("SELECT upload FROM lead_imports ORDER BY upload")]
    assert (len(keys), len(before)) == (3, 48)  # two of the fifty had said no
    land(range(3, 6))
    night = subprocess.Popen([HENK, "nightly"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    backfill = subprocess.Popen(
        [HENK.with_name("python"), "-c", BACKFILL, *keys], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for process in (night, backfill):
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
    assert_always(connection)
    told = connection.execute("SELECT status, rules = 'as of today', rows_accepted FROM lead_imports ORDER BY upload").fetchall()
    assert told == [("partial", True, 400)] * 3 + [("partial", False, 400)] * 3
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (1400,)
    assert connection.execute(worked_on).fetchall() == before
    assert run([HENK, "nightly"]).returncode == 0
    assert_at_the_end(connection, acme)


def test_a_deadlock_with_somebody_who_edits(acme, henk, connection, tmp_path):
    """Two imports of one business wait for each other and cannot deadlock; a client that edits leads in another order can."""
    write_file(path := tmp_path / "people.csv", 1)
    assert subprocess.run(command(path), capture_output=True, check=False).returncode == 0
    lines = path.read_text().splitlines()[1:]
    path.write_text("Email,City\n" + "".join(f"{line.split(',')[1]},Boston\n" for line in lines[:400]))
    one = lines[200].split(",")[1]
    edit = "UPDATE leads SET notes = 'called back', tags = tags || jsonb_build_array('asked') WHERE email {} %s"
    with connect(acme) as client:
        client.execute("SET deadlock_timeout = '1h'")  # so that it is the import that PostgreSQL ends
        with client.transaction():
            client.execute(edit.format("="), [one])
            loading = subprocess.Popen(command(path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'"
            wait_until(lambda: connection.execute(waits).fetchone())
            client.execute(edit.format("<>"), [one])
    out, err = loading.communicate(timeout=200)
    assert loading.returncode == 0, err
    assert json.loads(out.splitlines()[-1])["leads_updated"] == 400
    assert connection.execute(
        "SELECT count(*) FROM leads WHERE city = 'Boston' AND notes = 'called back' AND tags ? 'asked'"
    ).fetchone() == (400,)
    connection.execute("SELECT pg_stat_force_next_flush()")
    assert connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()[0] >= 1
    assert_at_the_end(connection, acme)


def test_lists_are_refreshed_next_to_imports_and_edits(acme, henk, connection, tmp_path):
    """Two refreshers, a member who edits, and imports: in the end the lists and their campaign are what the criteria say."""
    chance = seed_of("lists")
    bath = {"field": "city", "op": "=", "value": "Bath"}
    assert henk("list", "add", "Bath", "--business", "acme", "--where", json.dumps(bath)).returncode == 0
    (first,) = connection.execute("SELECT id FROM lead_lists WHERE name = 'Bath'").fetchone()
    odd = {"all": [{"list": str(first), "op": "in"}, {"field": "email", "op": "contains", "value": "1@"}]}
    assert henk("list", "add", "Odd", "--business", "acme", "--where", json.dumps(odd)).returncode == 0
    assert henk("campaign", "assign", "Year End", "Odd", "--business", "acme", "--follow", "mirror").returncode == 0

    def edit(client):
        for _ in range(chance.randrange(1, 5)):
            client.execute(
                "UPDATE leads SET city = %s WHERE id IN (SELECT id FROM leads ORDER BY random() LIMIT %s)",
                [chance.choice(["Bath", "Rome"]), chance.randrange(1, 40)],
            )
        time.sleep(chance.random() / 50)

    def refresh(client):
        assert [result for result in refresh_business(client, "acme", force=True) if result.status == "failed"] == []

    over = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        others = [pool.submit(again_and_again, acme, work, over) for work in (edit, refresh, refresh)]
        try:
            for number in range(4):
                expected = write_file(path := tmp_path / f"f{number}.csv", number)
                done = run([HENK, "import", path, "--business", "acme", "--list", "all", "--json"])
                assert done.returncode == 0, done.stderr
                outcome = json.loads(done.stdout.splitlines()[-1])
                assert {name: outcome[name] for name in expected} == expected
        finally:
            over.set()
    assert all(other.result() > 5 for other in others)
    assert run([HENK, "list", "refresh", "--all", "--business", "acme", "--force"]).returncode == 0
    members = "SELECT m.lead_id FROM lead_list_members m JOIN lead_lists l ON l.id = m.lead_list_id WHERE l.name = %s ORDER BY 1"
    in_bath = "SELECT id FROM leads WHERE city = 'Bath' {} ORDER BY 1"
    for name, condition in (("Bath", ""), ("Odd", "AND email LIKE '%1@%'")):
        found = connection.execute(members, [name]).fetchall()
        assert found == connection.execute(in_bath.format(condition)).fetchall() != []
    called = connection.execute("SELECT lead_id FROM campaign_leads ORDER BY 1").fetchall()
    assert called == connection.execute(in_bath.format("AND email LIKE '%1@%' AND NOT do_not_call")).fetchall()
    again = run([HENK, "list", "refresh", "--all", "--business", "acme", "--json"])
    assert {json.loads(line)["status"] for line in again.stdout.splitlines()} == {"unchanged"}
    assert henk("analytics", "build").returncode == 0
    assert_at_the_end(connection, acme)


def again_and_again(settings, work, over):
    """Do what `work` does in transactions of its own until it is over. Gives how often; a deadlock, which PostgreSQL ends, counts as none."""
    done = 0
    with connect(settings) as client:
        client.autocommit = False
        while not over.is_set():
            try:
                work(client)
                client.commit()
                done += 1
            except psycopg.errors.DeadlockDetected:
                client.rollback()
    return done
