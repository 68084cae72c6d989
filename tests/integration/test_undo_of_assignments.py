"""Undo leaves an assignment as it was before the import: absent or ended, where somebody had taken the list off the campaign."""

import pytest

from tests.integration.uploading import add_business, upload

HEADER = "First Name,Last Name,Email,Phone\n"


@pytest.fixture
def acme(connection):
    return add_business(connection, "acme", "Year End")


def load(connection, folder, name, number, priority):
    upload(
        connection, folder, f"{HEADER}{name},Ash,{name.lower()}@example.org,212-555-02{number:02}\n", list="People",
        campaigns=[{"campaign": "Year End", "priority": priority}],
    )  # fmt: skip
    connection.commit()
    return connection.execute("SELECT id FROM lead_imports ORDER BY started_at DESC LIMIT 1").fetchone()[0]


def call(connection, function, *arguments):
    connection.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", arguments)
    connection.commit()


def take_off(connection):
    query = "SELECT c.id, ll.id FROM campaigns c, lead_lists ll WHERE ll.name = 'People'"
    call(connection, "remove_lead_list_from_campaign", *connection.execute(query).fetchone())


def assignments(connection):
    return connection.execute("SELECT priority, is_active, completed_at, total_leads FROM campaign_lead_lists").fetchall()


def in_campaign(connection):
    query = "SELECT l.first_name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id ORDER BY 1"
    return [name for (name,) in connection.execute(query).fetchall()]


@pytest.mark.parametrize("is_called", [True, False])
@pytest.mark.parametrize("order", ["alone", "last first", "first first"])
def test_a_list_that_was_taken_off_is_taken_off_after_undo(connection, tmp_path, acme, is_called, order):
    load(connection, tmp_path, "Ana", 1, 1)
    if is_called:
        connection.execute("UPDATE campaign_leads SET status = 'contacted', attempts = 1")
    load(connection, tmp_path, "Bo", 2, 1)
    take_off(connection)
    before = assignments(connection), in_campaign(connection)
    assert len(before[0]) == is_called
    imports = [load(connection, tmp_path, "Cy", 3, 3)]
    if order != "alone":
        imports.append(load(connection, tmp_path, "Di", 4, 4))
    assert [row[1] for row in assignments(connection)] == [True]
    for undone in reversed(imports) if order == "last first" else imports:
        call(connection, "undo_lead_import", undone)
    assert (assignments(connection), in_campaign(connection)) == before


def test_an_assignment_that_was_there_stays(connection, tmp_path, acme):
    load(connection, tmp_path, "Ana", 1, 1)
    before = assignments(connection)
    call(connection, "undo_lead_import", load(connection, tmp_path, "Bo", 2, 3))
    assert (assignments(connection), in_campaign(connection)) == (before, ["Ana"])


def test_a_paused_assignment_that_somebody_goes_on_with_stays(connection, tmp_path, acme):
    load(connection, tmp_path, "Ana", 1, 1)
    connection.execute("UPDATE campaign_lead_lists SET is_active = false")
    undone = load(connection, tmp_path, "Bo", 2, 3)
    connection.execute("UPDATE campaign_lead_lists SET is_active = true")
    call(connection, "undo_lead_import", undone)
    assert [row[1] for row in assignments(connection)] == [True]
