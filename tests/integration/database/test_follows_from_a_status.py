"""What a status implies is written by the database where the client leaves it out; what the client writes stays."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from henk_pipeline.postgres import scores
from tests.integration.database.acting import acting_as, add_campaign, add_lead, add_list, assign, column, create_list, value

TIMES = ("last_attempt_at", "contacted_at", "converted_at")


@pytest.fixture
def called(connection, acme):
    """Two leads on a list in a campaign; their ids."""
    leads = [add_lead(connection, acme, email=f"{n}@example.org") for n in range(2)]
    assign(connection, add_campaign(connection, acme), add_list(connection, acme, leads=leads))
    return leads


def times_of(connection, lead):
    """Which of TIMES and of the lead's last activity are now."""
    recent = ", ".join(f"{name} > now() - interval '1 minute'" for name in (*(f"c.{name}" for name in TIMES), "l.last_activity_at"))
    row = connection.execute(f"SELECT {recent} FROM campaign_leads c JOIN leads l ON l.id = c.lead_id WHERE l.id = %s", [lead]).fetchone()
    return {name for name, is_now in zip((*TIMES, "last_activity_at"), row, strict=True) if is_now}


@pytest.mark.parametrize(
    ("status", "written"),
    [
        ("queued", set()),
        ("dnc", set()),
        ("calling", {"last_attempt_at"}),
        ("failed", {"last_attempt_at"}),
        ("contacted", {"last_attempt_at", "contacted_at", "last_activity_at"}),
        ("converted", {"last_attempt_at", "contacted_at", "converted_at", "last_activity_at"}),
    ],
)
def test_a_dialler_that_sets_only_the_status(connection, called, member, status, written):
    with acting_as(connection, member):
        connection.execute("UPDATE campaign_leads SET status = %s WHERE lead_id = %s", [status, called[0]])
    assert times_of(connection, called[0]) == written
    assert times_of(connection, called[1]) == set()


def test_a_call_waits_for_nobody_who_writes_its_lead_and_the_next_scoring_notes_it(connection, acme, called, member, database_url):
    with psycopg.connect(database_url) as editor:
        editor.execute("UPDATE leads SET city = 'Bath' WHERE id = %s", [called[0]])
        with acting_as(connection, member):  # a call that waited for the lead could wait for an editor who waits for the call
            connection.execute("SET LOCAL lock_timeout = '1s'")
            connection.execute("UPDATE campaign_leads SET status = 'contacted'")
        editor.execute("UPDATE leads SET do_not_call = true WHERE id = %s", [called[0]])
    assert [times_of(connection, lead) for lead in called] == [{"last_attempt_at", "contacted_at"}, {"last_attempt_at", "contacted_at", "last_activity_at"}]  # fmt: skip
    edited = value(connection, "SELECT updated_at FROM leads WHERE id = %s", [called[0]])
    scores.note_calls(connection, acme.id)
    assert times_of(connection, called[0]) == {"last_attempt_at", "contacted_at", "last_activity_at"}
    assert value(connection, "SELECT updated_at FROM leads WHERE id = %s", [called[0]]) == edited


def test_a_row_that_comes_with_a_status_has_its_times(connection, acme, member):
    lead, campaign = add_lead(connection, acme), add_campaign(connection, acme)
    with acting_as(connection, member):
        connection.execute("INSERT INTO campaign_leads (campaign_id, lead_id, status) VALUES (%s, %s, 'converted')", [campaign, lead])
    assert times_of(connection, lead) == {*TIMES, "last_activity_at"}


def test_what_the_client_writes_stays(connection, called):
    connection.execute("UPDATE campaign_leads SET status = 'calling', last_attempt_at = '2026-01-01'")
    connection.execute("UPDATE campaign_leads SET status = 'contacted', contacted_at = '2026-01-02'")
    connection.execute("UPDATE campaign_leads SET status = 'converted', converted_at = '2026-01-03', next_attempt_at = '2026-02-01'")
    assert set(connection.execute("SELECT last_attempt_at::date::text, contacted_at::date::text, converted_at::date::text, next_attempt_at::date::text FROM campaign_leads").fetchall()) == {("2026-01-01", "2026-01-02", "2026-01-03", "2026-02-01")}  # fmt: skip
    assert set(column(connection, "SELECT last_activity_at::date::text FROM leads")) == {"2026-01-03"}


def test_a_call_is_noted_once_and_each_attempt_anew(connection, called):
    connection.execute("UPDATE campaign_leads SET status = 'calling', last_attempt_at = '2026-01-01'")
    connection.execute("UPDATE campaign_leads SET status = 'failed'")
    assert set(column(connection, "SELECT last_attempt_at::date::text FROM campaign_leads")) == {"2026-01-01"}
    connection.execute("UPDATE campaign_leads SET status = 'calling'")
    assert times_of(connection, called[0]) == {"last_attempt_at"}
    connection.execute("UPDATE campaign_leads SET last_attempt_at = '2026-01-01'")
    connection.execute("UPDATE campaign_leads SET attempts = attempts + 1")
    assert times_of(connection, called[0]) == {"last_attempt_at"}


def test_a_call_that_is_not_made_is_no_attempt(connection, called):
    connection.execute("UPDATE campaign_leads SET status = 'queued'")
    connection.execute("UPDATE leads SET dnc = true WHERE id = %s", [called[0]])
    connection.execute("UPDATE campaign_leads SET status = 'calling' WHERE lead_id = %s", [called[0]])
    assert (times_of(connection, called[0]), value(connection, "SELECT status FROM campaign_leads WHERE lead_id = %s", [called[0]])) == (
        set(),
        "dnc",
    )


@pytest.mark.parametrize("status", ["converted", "dnc"])
def test_nobody_who_is_done_with_has_a_next_call(connection, called, status):
    connection.execute("UPDATE campaign_leads SET next_attempt_at = now()")
    connection.execute("UPDATE campaign_leads SET status = %s", [status])
    assert column(connection, "SELECT next_attempt_at FROM campaign_leads") == [None, None]


def test_an_assignment_is_done_with_its_last_lead_and_open_with_the_next(connection, acme, called):
    def is_done():
        return column(connection, "SELECT completed_at IS NOT NULL FROM campaign_lead_lists ORDER BY priority")

    campaign = value(connection, "SELECT id FROM campaigns")
    first = value(connection, "SELECT id FROM lead_lists")
    third = add_lead(connection, acme)
    other = add_list(connection, acme, "Other", [third])
    assign(connection, campaign, other, 2)
    assert is_done() == [False, False]
    connection.execute("UPDATE campaign_leads SET status = 'contacted' WHERE lead_id = %s", [called[0]])
    assert is_done() == [False, False]
    connection.execute("UPDATE campaign_leads SET status = 'failed' WHERE lead_id = %s", [called[1]])
    assert is_done() == [True, False]
    assign(connection, campaign, first)  # again, with nobody new
    assert is_done() == [True, False]
    connection.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [first, add_lead(connection, acme)])
    assign(connection, campaign, first)
    assert is_done() == [False, False]
    connection.execute("UPDATE campaign_leads SET status = 'converted'")
    assert is_done() == [True, True]
    connection.execute("UPDATE campaign_leads SET status = 'queued' WHERE lead_id = %s", [third])
    assert is_done() == [True, False]


def test_the_rescore_sensor_sees_a_status(connection, called):
    seen = [scores.newest_outcome(connection)]
    for status in ("contacted", "converted"):
        connection.execute("UPDATE campaign_leads SET status = %s WHERE lead_id = %s", [status, called[0]])
        seen.append(scores.newest_outcome(connection))
    connection.execute("UPDATE campaign_leads SET status = 'converted', contacted_at = '2026-01-01', converted_at = '2026-01-01', last_attempt_at = '2026-01-01' WHERE lead_id = %s", [called[1]])  # fmt: skip
    seen.append(scores.newest_outcome(connection))
    assert len(set(seen)) == 4
    assert seen[0] is None


MARKER = '{"migrated_without_contact": true}'


@pytest.mark.parametrize("role", ["member", "service"])
@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO leads (business_id, source_metadata) SELECT id, '{MARKER}' FROM businesses",
        f"UPDATE leads SET source_metadata = '{MARKER}', email = NULL",
    ],
)
def test_no_source_metadata_is_a_way_round_the_contact_rule(connection, acme, member, role, statement):
    add_lead(connection, acme)
    with pytest.raises(psycopg.errors.CheckViolation, match="needs a phone"):  # noqa: PT012 - a transaction
        if role == "service":
            connection.execute(statement)
        with acting_as(connection, member):
            connection.execute("SELECT set_config('henk.moving_rows', 'on', true)")
            connection.execute(statement)


BLANK = [" ", "\t", "\n \r", "\u00a0", "\u3000", "\u200b", "\u2060\t\ufeff", ""]


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("field", ["phone", "mobile_phone", "email"])
def test_blanks_are_no_contact(connection, acme, member, field, blank):
    lead = add_lead(connection, acme)
    update = "UPDATE leads SET email = %s" if field == "email" else f"UPDATE leads SET {field} = %s, email = NULL"
    for statement in (f"INSERT INTO leads (business_id, {field}) SELECT id, %s FROM businesses", update):
        with pytest.raises(psycopg.errors.CheckViolation, match="contact"), acting_as(connection, member):
            connection.execute(statement, [blank])
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="neither phone, mobile_phone nor email: 2"):
        connection.execute("SELECT create_lead_list_from_csv(%s, 'x', %s)", [acme.id, Jsonb([{"email": "bo@example.org"}, {field: blank}])])
    if field != "email":
        connection.execute(f"UPDATE leads SET {field} = %s WHERE id = %s", [blank, lead])
        assert value(connection, f"SELECT {field} FROM leads WHERE id = %s", [lead]) is None


def test_a_phone_that_cannot_be_read_stays_as_it_was_written(connection, acme):
    lead = add_lead(connection, acme)
    for written in ("n/a", "-", "ask\tAna"):
        connection.execute("UPDATE leads SET phone = %s WHERE id = %s", [f"\t{written}\u00a0", lead])
        assert value(connection, "SELECT phone FROM leads WHERE id = %s", [lead]) == written


def test_a_lead_that_came_without_a_contact_can_be_worked_on_merged_and_unmerged(connection, acme):
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        bare = add_lead(connection, acme, first_name="Bo", email=None, source_metadata={"migrated_without_contact": True})
    connection.execute("UPDATE leads SET first_name = 'Bob' WHERE id = %s", [bare])
    other = add_lead(connection, acme)
    for keep, drop in ((other, bare), (bare, other)):
        connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
        connection.execute("SELECT unmerge_leads(id) FROM lead_merges WHERE taken_apart_at IS NULL")
        assert value(connection, "SELECT email FROM leads WHERE id = %s", [bare]) is None


def test_who_wrote_a_row_is_the_caller(connection, acme, member):
    stranger = acme.owner
    with acting_as(connection, member):
        lead = value(connection, "INSERT INTO leads (business_id, email, created_by, updated_by) VALUES (%s, 'a@example.org', %s, %s) RETURNING id", [acme.id, stranger, stranger])  # fmt: skip
        lead_list = value(connection, "INSERT INTO lead_lists (business_id, name, created_by) VALUES (%s, 'x', %s) RETURNING id", [acme.id, stranger])  # fmt: skip
        connection.execute(
            "INSERT INTO lead_list_members (lead_list_id, lead_id, added_by) VALUES (%s, %s, %s)", [lead_list, lead, stranger]
        )
        campaign = value(connection, "INSERT INTO campaigns (business_id, name, status) VALUES (%s, 'c', 'draft') RETURNING id", [acme.id])
        connection.execute("INSERT INTO campaign_lead_lists (campaign_id, lead_list_id, assigned_by) VALUES (%s, %s, %s)", [campaign, lead_list, stranger])  # fmt: skip
    written = "SELECT l.created_by, ll.created_by, m.added_by, a.assigned_by FROM leads l, lead_lists ll, lead_list_members m, campaign_lead_lists a"
    assert {str(who) for who in connection.execute(written).fetchone()} == {member}
    with acting_as(connection, acme.owner):
        connection.execute("UPDATE leads SET city = 'Bath', created_by = %s, updated_by = %s", [acme.owner, member])
        connection.execute("UPDATE lead_list_members SET added_by = %s", [acme.owner])
        connection.execute("UPDATE campaign_lead_lists SET assigned_by = %s, priority = 3", [acme.owner])
        connection.execute("UPDATE lead_lists SET color = 'red', created_by = %s", [acme.owner])
    assert {str(who) for who in connection.execute(written).fetchone()} == {member}
    assert str(value(connection, "SELECT updated_by FROM leads")) == acme.owner
    with acting_as(connection, member):
        create_list(connection, acme, [{"email": "b@example.org"}])
    assert str(value(connection, "SELECT created_by FROM leads WHERE email = 'b@example.org'")) == member
    connection.execute("UPDATE leads SET created_by = %s", [acme.owner])  # the service names whom it means
    assert {str(who) for who in column(connection, "SELECT created_by FROM leads")} == {acme.owner}


def test_the_word_same_merges_nobody_and_names_the_function(connection, acme, member):
    one, two = sorted(add_lead(connection, acme) for _ in range(2))
    connection.execute("INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability) VALUES (%s, %s, %s, 0.9)", [acme.id, one, two])  # fmt: skip
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=f"merge_leads.*{one}"), acting_as(connection, member):
        connection.execute("UPDATE lead_duplicate_candidates SET decision = 'same'")
    with acting_as(connection, member):
        connection.execute("UPDATE lead_duplicate_candidates SET decision = 'different', decided_by = %s", [acme.owner])
    assert connection.execute("SELECT decision, decided_by::text, decided_at IS NOT NULL FROM lead_duplicate_candidates").fetchall() == [
        ("different", member, True)
    ]
    with acting_as(connection, member):
        connection.execute("SELECT merge_leads(%s, %s)", [one, two])


@pytest.mark.parametrize("change", ["DELETE FROM team_members WHERE user_id = %s", "UPDATE team_members SET status = 'left' WHERE user_id = %s", "UPDATE team_members SET role = 'member' WHERE user_id = %s"])  # fmt: skip
def test_the_last_owner_cannot_leave(connection, acme, member, change):
    with pytest.raises(psycopg.errors.CheckViolation, match="no active owner"), acting_as(connection, acme.owner):
        connection.execute(change, [acme.owner])
    with acting_as(connection, acme.owner):
        connection.execute("UPDATE team_members SET role = 'owner' WHERE user_id = %s", [member])
        connection.execute(change, [acme.owner])
    with pytest.raises(psycopg.errors.CheckViolation, match="no active owner"), acting_as(connection, member):
        connection.execute(change, [member])
    connection.execute("DELETE FROM auth.users WHERE id = %s", [member])  # an account that is deleted is not held up


def test_two_owners_cannot_leave_at_once(connection, acme, database_url):
    user = value(connection, "INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'two@example.org') RETURNING id")
    connection.execute("INSERT INTO team_members (business_id, user_id, role) VALUES (%s, %s, 'owner')", [acme.id, user])
    with psycopg.connect(database_url) as one, psycopg.connect(database_url, autocommit=True) as two:
        one.execute("DELETE FROM team_members WHERE user_id = %s", [user])
        two.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            two.execute("DELETE FROM team_members WHERE user_id = %s", [acme.owner])
        one.commit()
        with pytest.raises(psycopg.errors.CheckViolation, match="no active owner"):
            two.execute("DELETE FROM team_members WHERE user_id = %s", [acme.owner])
