"""Many at once: overlapping files of one business, files of many, somebody who edits leads meanwhile."""

import json
import subprocess

import pytest

from tests.faults.harness import assert_at_the_end, command, connect, wait_until, write_file

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


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
