"""A merge changes calls of people beyond its two leads where they share a contact, and its end gives those back."""

import pytest

from tests.integration.database.acting import add_campaign, add_lead, add_list, assign, column, value

NUMBER, OTHER = "+12125550101", "+12125550102"


def merge(connection, keep, drop):
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    return value(connection, "SELECT id FROM lead_merges WHERE dropped_lead_id = %s AND taken_apart_at IS NULL", [drop])


def unmerge(connection, merge_id):
    connection.execute("SELECT unmerge_leads(%s)", [merge_id])


def call_of(connection, lead):
    return connection.execute(
        "SELECT status, next_attempt_at::date::text, attempts, outcome FROM campaign_leads WHERE lead_id = %s", [lead]
    ).fetchone()


@pytest.fixture
def family(connection, acme):
    """Ann refuses calls on her number; Bea and Cal share another one, and Cal is to be called again."""
    family = {
        "Ann": add_lead(connection, acme, first_name="Ann", phone=OTHER, do_not_call=True),
        "Bea": add_lead(connection, acme, first_name="Bea", phone=NUMBER, email="bea@example.org"),
        "Cal": add_lead(connection, acme, first_name="Cal", phone=NUMBER, email="cal@example.org"),
    }
    assign(connection, add_campaign(connection, acme, status="active"), add_list(connection, acme, leads=[*family.values()]))
    connection.execute(
        "UPDATE campaign_leads SET status = 'failed', attempts = 2, outcome = 'busy', next_attempt_at = '2027-01-05' WHERE lead_id = %s",
        [family["Cal"]],
    )
    return family


PLANNED = ("failed", "2027-01-05", 2, "busy")
ENDED = ("dnc", None, 2, "busy")


@pytest.mark.parametrize("kept", ["Ann", "Bea"])
@pytest.mark.parametrize("by", ["phone", "email"])
@pytest.mark.parametrize("said", ["in a file", "in a call"])
def test_a_third_person_of_the_contact_is_called_again_when_the_merge_is_taken_apart(connection, acme, family, kept, by, said):
    ann, bea, cal = family.values()
    if by == "email":
        connection.execute("UPDATE leads SET phone = NULL, email = 'family@example.org' WHERE id <> %s", [ann])
    elif kept == "Ann":  # whose own number would stay
        connection.execute("UPDATE leads SET phone = NULL, email = 'ann@example.org' WHERE id = %s", [ann])
    if said == "in a call":
        connection.execute("UPDATE leads SET do_not_call = false WHERE id = %s", [ann])
        connection.execute("DELETE FROM suppressions")
        connection.execute(
            "INSERT INTO campaign_leads (campaign_id, lead_id, lead_list_id, status, attempts) SELECT c.id, %s, l.id, 'dnc', 1 FROM campaigns c, lead_lists l",
            [ann],
        )
    before = connection.execute("SELECT to_jsonb(c) - 'updated_at' FROM campaign_leads c ORDER BY id").fetchall()
    merged = merge(connection, ann, bea) if kept == "Ann" else merge(connection, bea, ann)
    assert call_of(connection, cal) == ENDED
    unmerge(connection, merged)
    assert call_of(connection, cal) == PLANNED
    assert connection.execute("SELECT to_jsonb(c) - 'updated_at' FROM campaign_leads c ORDER BY id").fetchall() == before
    assert column(connection, "SELECT first_name FROM leads WHERE do_not_call OR dnc") == ["Ann"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leads SET do_not_call = true WHERE first_name = 'Cal'",
        "UPDATE leads SET dnc = true WHERE first_name = 'Cal'",
        "INSERT INTO suppressions (business_id, channel, value) SELECT id, 'phone', '+12125550101' FROM businesses ON CONFLICT DO NOTHING",
        "UPDATE leads SET dnc = true WHERE first_name = 'Bea'",
        "INSERT INTO leads (business_id, first_name, phone, do_not_call) SELECT id, 'Dot', '+12125550101', true FROM businesses",
        "UPDATE campaign_leads SET attempts = 3 WHERE outcome = 'busy'",
        "UPDATE campaign_leads SET outcome = 'asked for no more calls' WHERE outcome = 'busy'",
        "UPDATE campaign_leads SET notes = 'no more' WHERE outcome = 'busy'",
    ],
)
def test_what_is_said_or_worked_since_the_merge_keeps_the_call_ended(connection, acme, family, statement):
    ann, bea, cal = family.values()
    merged = merge(connection, bea, ann)
    connection.execute(statement)
    unmerge(connection, merged)
    assert call_of(connection, cal)[0] == "dnc"


def test_the_call_comes_back_with_the_last_of_two_merges_that_end_it(connection, acme, family):
    ann, bea, cal = family.values()
    dot = add_lead(connection, acme, first_name="Dot", phone=NUMBER)
    eve = add_lead(connection, acme, first_name="Eve", dnc=True)
    first = merge(connection, bea, ann)
    second = merge(connection, dot, eve)
    unmerge(connection, first)
    assert call_of(connection, cal) == ENDED
    unmerge(connection, second)
    assert call_of(connection, cal) == PLANNED


def test_a_third_person_who_was_called_when_the_merge_came_is_left_to_the_dialler(connection, acme, family):
    ann, bea, cal = family.values()
    connection.execute("UPDATE campaign_leads SET status = 'calling' WHERE lead_id = %s", [cal])
    before = call_of(connection, cal)
    merged = merge(connection, bea, ann)
    assert call_of(connection, cal) == before
    unmerge(connection, merged)
    assert call_of(connection, cal) == before


def test_a_third_person_who_is_merged_or_erased_since_breaks_nothing(connection, acme, family):
    ann, bea, cal = family.values()
    merged = merge(connection, bea, ann)
    connection.execute("SELECT erase_lead(%s)", [cal])
    unmerge(connection, merged)
    assert value(connection, "SELECT count(*) FROM leads") == 2
