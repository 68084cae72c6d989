"""SIGTERM and SIGINT at any moment of a night, to the process and to its group: it ends within ten seconds, rolled back, and no file is refused."""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import HENK
from tests.faults.harness import HEADER, assert_always, assert_at_the_end, run, seed_of

# 40 with HENK_SIGNALS=40; CI has less time.
ROUNDS = int(os.environ.get("HENK_SIGNALS", "12"))
SECONDS = 10


def land(folder: Path, number: int, rows: int) -> None:
    """Write files of people with small differences, so that probabilistic matching has work."""
    chance = random.Random(number)
    first = [f"{a}{b}" for a in ("Mar", "Jo", "An", "Kar", "Wil") for b in ("ia", "na", "ella", "len", "bert", "son")]
    lines = []
    for _ in range(rows):
        who = chance.randrange(10_000)
        lines.append(f"{first[who % 30]}{'x' * (who % 7 == 0)},p{number}_{who}@example.org,(212) {200 + number % 700:03d}-{who:04d},\n")
    (folder / f"f{number}.csv").write_text(HEADER + "".join(lines))


def end_at(moment: float, number: int, *, group: bool) -> tuple[int, float]:
    """Start a night, send it a signal after so many seconds. Returns: its exit code, and how long it took to end."""
    night = subprocess.Popen([HENK, "nightly"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    with suppress(subprocess.TimeoutExpired):
        night.communicate(timeout=moment)
    sent = time.monotonic()
    if night.poll() is None:
        (os.killpg if group else os.kill)(night.pid, number)
        out, _ = night.communicate(timeout=60)
        assert "Traceback" not in out, out
    return night.returncode, time.monotonic() - sent


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_a_night_interrupted_at_random_moments(acme, connection):
    chance = seed_of("signals")
    folder = Path(acme.landing) / "acme"
    folder.mkdir(parents=True)
    interrupted, codes = 0, set()
    for number in range(ROUNDS):
        if connection.execute("SELECT count(*) < 4 FROM lead_imports WHERE status = 'running'").fetchone()[0]:
            land(folder, number, 2500)
        sent = chance.choice((signal.SIGTERM, signal.SIGINT))
        code, took = end_at(chance.uniform(0.5, 12), sent, group=chance.random() < 0.5)
        assert took < SECONDS
        codes.add(code)
        interrupted += code not in (0, 1, 3)
        assert code in (0, 128 + sent, -sent)
        assert_always(connection)
        assert connection.execute("SELECT file_name, error FROM lead_imports WHERE status = 'rejected'").fetchall() == []
        assert connection.execute("SELECT upload, error FROM henk.upload_attempts").fetchall() == []
    assert interrupted >= ROUNDS / 2, codes
    last = run([HENK, "nightly"])
    assert last.returncode == 0, last.stderr
    assert_at_the_end(connection, acme)
    landed = len(list(folder.glob("*.csv")))
    assert connection.execute("SELECT count(*) FROM lead_imports WHERE status IN ('loaded', 'partial')").fetchone() == (landed,)
    assert (
        connection.execute("SELECT count(DISTINCT l.id) FROM leads l").fetchone()
        == connection.execute("SELECT count(DISTINCT lead_id) FROM lead_import_rows").fetchone()
    )
