"""Many at once: overlapping files of one business, files of many, a backfill in the night."""

import json
import subprocess

import pytest

from tests.faults.harness import assert_at_the_end, command, write_file

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
