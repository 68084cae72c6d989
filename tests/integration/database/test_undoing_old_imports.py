"""An import of a version that kept no record of what it wrote cannot be undone: that is refused, and nothing is marked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from henk_pipeline.postgres import migrate
from henk_pipeline.settings import schemas_folder
from tests.conftest import new_database
from tests.integration.uploading import upload

OLD = "0010"  # undo_lead_import is made by 0011
# What the code of that time executed for a file of a new lead and a known one, in two transactions.
BEGUN = """
INSERT INTO businesses (id, name, slug) VALUES ('00000000-0000-0000-0000-00000000000b', 'Acme', 'acme');
INSERT INTO leads (id, business_id, email, company, source) VALUES
    ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-00000000000b', 'known@example.org', 'Umbrella', 'manual');
INSERT INTO lead_imports (id, business_id, upload, file_name, file_size, content_hash, list_name, rules, status)
VALUES ('00000000-0000-0000-0000-0000000000f1', '00000000-0000-0000-0000-00000000000b', 'key', 'guests.csv', 9, repeat('a', 64), 'guests', 'r', 'running');
"""
INSERTED = """
INSERT INTO leads (id, business_id, email, source) VALUES
    ('00000000-0000-0000-0000-0000000000a2', '00000000-0000-0000-0000-00000000000b', 'new@example.org', 'csv_import');
"""
UPDATED = "UPDATE leads SET company = 'Acme' WHERE email = 'known@example.org';"
LISTED = """
INSERT INTO lead_lists (id, business_id, name, source)
VALUES ('00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-00000000000b', 'guests', 'csv_import');
INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT l.business_id, '00000000-0000-0000-0000-0000000000c1', l.id FROM leads l
WHERE l.email = ANY (%(members)s);
"""
NOTED_INSERT = """
INSERT INTO lead_import_rows (import_id, business_id, line_number, lead_id, action) VALUES
('00000000-0000-0000-0000-0000000000f1', '00000000-0000-0000-0000-00000000000b', 2, '00000000-0000-0000-0000-0000000000a2', 'inserted');
"""
NOTED_UPDATE = """
INSERT INTO lead_import_rows (import_id, business_id, line_number, lead_id, action, replaced) VALUES
('00000000-0000-0000-0000-0000000000f1', '00000000-0000-0000-0000-00000000000b', 3, '00000000-0000-0000-0000-0000000000a1', 'updated',
    '{"company": "Umbrella"}');
"""
ENDED = """
UPDATE lead_imports SET status = 'loaded', rows_read = %(rows)s, rows_accepted = %(rows)s, leads_inserted = %(inserted)s, leads_updated = %(updated)s,
    lead_list_id = '00000000-0000-0000-0000-0000000000c1', finished_at = clock_timestamp();
"""
NEW, KNOWN = "new@example.org", "known@example.org"
IMPORTS = {
    "a lead inserted": (INSERTED + LISTED + NOTED_INSERT + ENDED, {"members": [NEW], "rows": 1, "inserted": 1, "updated": 0}),
    "a lead updated": (UPDATED + LISTED + NOTED_UPDATE + ENDED, {"members": [KNOWN], "rows": 1, "inserted": 0, "updated": 1}),
    "both": (
        INSERTED + UPDATED + LISTED + NOTED_INSERT + NOTED_UPDATE + ENDED,
        {"members": [NEW, KNOWN], "rows": 2, "inserted": 1, "updated": 1},
    ),
    "without lines": (INSERTED + LISTED + ENDED, {"members": [NEW], "rows": 1, "inserted": 1, "updated": 0}),
}
THERE = """SELECT l.email, l.company, (SELECT count(*) FROM lead_list_members m WHERE m.lead_id = l.id), (SELECT status FROM lead_imports)
    FROM leads l ORDER BY 1"""


@pytest.fixture
def old_folder(tmp_path):
    """The migrations as they were before undo."""
    folder = tmp_path / "old" / "postgres"
    folder.mkdir(parents=True)
    for path in sorted((schemas_folder() / "postgres").glob("[0-9]*_*.sql")):
        if path.name[:4] <= OLD:
            shutil.copy(path, folder)
    return folder.parent


@pytest.fixture
def old_database(server, old_folder, monkeypatch):
    """URL of a database as it was before undo."""
    with new_database(server, "template0") as url:
        with monkeypatch.context() as patched:
            patched.setattr(migrate, "schemas_folder", lambda: old_folder)
            migrate.migrate(url)
        yield url


@pytest.mark.parametrize(("statements", "values"), IMPORTS.values(), ids=IMPORTS.keys())
def test_an_import_of_before_undo_is_refused_in_words_and_stays_as_it_is(old_database, statements, values):
    with psycopg.connect(old_database, autocommit=True) as connection:
        connection.execute(BEGUN)
        with connection.transaction():
            for statement in filter(str.strip, statements.split(";")):
                connection.execute(statement, {name: value for name, value in values.items() if f"%({name})s" in statement})
    assert migrate.migrate(old_database).applied
    with psycopg.connect(old_database, autocommit=True) as connection:
        before = connection.execute(THERE).fetchall()
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"guests\.csv.*no record of what it wrote.*henk list set"):
            connection.execute("SELECT undo_lead_import('00000000-0000-0000-0000-0000000000f1')")
        assert connection.execute(THERE).fetchall() == before
        assert before[0][-1] == "loaded"


def test_the_command_says_so_too(old_database, tmp_path):
    with psycopg.connect(old_database, autocommit=True) as connection:
        connection.execute(BEGUN)
        statements, values = IMPORTS["a lead inserted"]
        with connection.transaction():
            for statement in filter(str.strip, statements.split(";")):
                connection.execute(statement, {name: value for name, value in values.items() if f"%({name})s" in statement})
    migrate.migrate(old_database)
    shown = subprocess.run(
        [Path(sys.executable).with_name("henk"), "undo", "00000000-0000-0000-0000-0000000000f1"], capture_output=True, text=True, check=False,
        env={**os.environ, "HENK_HOME": str(tmp_path / "home"), "HENK_DATABASE_URL": old_database},
    )  # fmt: skip
    assert (shown.returncode, "no record of what it wrote" in " ".join(shown.stderr.split()), "Traceback" in shown.stderr) == (
        2,
        True,
        False,
    )


def test_an_import_of_today_is_undone_whatever_was_on_its_list_before(connection, acme, tmp_path):
    first = upload(connection, tmp_path, f"Email,Company\n{NEW},\n{KNOWN},Umbrella\n", list="guests")
    again = upload(connection, tmp_path, f"Email,Company\n{NEW},Acme\n{KNOWN},Acme\n", list="guests")
    # Taken off the list and put on it again by a person: the member is no longer the import's.
    connection.execute("WITH gone AS (DELETE FROM lead_list_members RETURNING *) SELECT count(*) FROM gone")
    connection.execute(
        "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT business_id, %s, id FROM leads", [first.lead_list_id]
    )
    for outcome in (again, first):
        connection.execute("SELECT undo_lead_import(%s)", [outcome.import_id])
    assert connection.execute("SELECT array_agg(status) FROM lead_imports").fetchone() == (["undone", "undone"],)
