"""Every source of an opt-out against every later write that could cause a call: the person is in no campaign as `new`, `queued` or `calling`."""

from contextlib import nullcontext
from typing import Any, NamedTuple

import psycopg
import pytest

from tests.integration.database.acting import acting_as, add_campaign, add_lead, add_list, assign, column, create_list, value

PHONE, MOBILE, EMAIL = "+12125550101", "+12125550102", "ana@example.org"
OPEN = (
    "SELECT count(*) FROM campaign_leads cl JOIN campaigns c ON c.id = cl.campaign_id "
    "WHERE c.exclude_dnc AND cl.status IN ('new', 'queued', 'calling')"
)
STATES = ("new", "queued", "calling", "contacted", "converted", "failed")


class Scene(NamedTuple):
    """A lead in a campaign that excludes opt-outs, and the ids the writes need."""

    connection: psycopg.Connection
    acme: Any
    member: str
    lead: str
    campaign: str

    def sql(self, statement: str, role: str = "owner") -> None:
        """Run a statement as a role: `owner` of the database, `member` by claims, or `service`."""
        values = {"business": self.acme.id, "lead": self.lead, "campaign": self.campaign}
        if role == "owner":
            self.connection.execute(statement, values)
        else:
            who = (self.member, "authenticated") if role == "member" else (None, "service_role")
            with acting_as(self.connection, *who) as acting:
                acting.execute(statement, values)


@pytest.fixture
def scene(connection, acme, member):
    lead = add_lead(connection, acme, first_name="Ana", email=EMAIL, phone=PHONE, mobile_phone=MOBILE)
    return Scene(connection, acme, member, lead, add_campaign(connection, acme, "Spring"))


SOURCES: dict[str, tuple[str, str]] = {
    "a member sets dnc": ("member", "UPDATE leads SET dnc = true WHERE id = %(lead)s"),
    "a member sets do_not_call": ("member", "UPDATE leads SET do_not_call = true WHERE id = %(lead)s"),
    "the service sets dnc": ("service", "UPDATE leads SET dnc = true WHERE id = %(lead)s"),
    "a member suppresses the phone": (
        "member", "INSERT INTO suppressions (business_id, channel, value) VALUES (%(business)s, 'phone', '(212) 555-0101')"),
    "the service suppresses the mobile": (
        "service", "INSERT INTO suppressions (business_id, channel, value) VALUES (%(business)s, 'phone', '+12125550102')"),
    "said in a call": ("member", "UPDATE campaign_leads SET status = 'dnc', attempts = attempts + 1 WHERE lead_id = %(lead)s"),
    "said in a call of a campaign that calls everybody": ("service", "INSERT INTO campaigns (business_id, name, status, exclude_dnc) "
        "VALUES (%(business)s, 'All', 'active', false); INSERT INTO campaign_leads (business_id, campaign_id, lead_id, status) "
        "SELECT business_id, id, %(lead)s, 'queued' FROM campaigns WHERE name = 'All'; "
        "UPDATE campaign_leads SET status = 'dnc' FROM campaigns c WHERE c.id = campaign_id AND c.name = 'All'"),
    "comes as dnc": ("service", "INSERT INTO campaigns (business_id, name, status) VALUES (%(business)s, 'All', 'active'); "
        "INSERT INTO campaign_leads (business_id, campaign_id, lead_id, status) "
        "SELECT business_id, id, %(lead)s, 'dnc' FROM campaigns WHERE name = 'All'"),
    "the import of a refusal": ("owner", "UPDATE leads SET do_not_call = true, consent_unclear = NULL WHERE id = %(lead)s"),
    "an unclear consent": ("owner", "UPDATE leads SET consent_unclear = 'Calls: ask Dana' WHERE id = %(lead)s"),
}  # fmt: skip
WRITES: dict[str, tuple[str, str]] = {
    f"{role} sets {state}": (role, f"UPDATE campaign_leads SET status = '{state}' WHERE lead_id = %(lead)s")
    for role in ("member", "service", "owner")
    for state in ("new", "queued", "calling")
} | {
    f"{role} inserts {state} into another campaign": (role, insert)
    for state in ("new", "queued", "calling")
    for role, insert in (
        ("member", f"INSERT INTO campaign_leads (campaign_id, lead_id, status) SELECT id, %(lead)s, '{state}' FROM campaigns WHERE name = 'Next'"),
        ("service", "INSERT INTO campaign_leads (business_id, campaign_id, lead_id, status) "
            f"SELECT business_id, id, %(lead)s, '{state}' FROM campaigns WHERE name = 'Next'"),
    )
} | {
    "removed and put back": ("member", "WITH gone AS (DELETE FROM campaign_leads WHERE lead_id = %(lead)s) "
        "INSERT INTO campaign_leads (campaign_id, lead_id) SELECT id, %(lead)s FROM campaigns WHERE name = 'Next'"),
    "assigned by a list": ("member", "SELECT add_lead_list_to_campaign((SELECT id FROM campaigns WHERE name = 'Next'), (SELECT id FROM lead_lists LIMIT 1))"),
    "failed, later queued": ("member", "INSERT INTO campaign_leads (campaign_id, lead_id, status) "
        "SELECT id, %(lead)s, 'failed' FROM campaigns WHERE name = 'Next'; UPDATE campaign_leads SET status = 'queued'"),
    "moved to another campaign": ("service", "UPDATE campaign_leads SET status = 'queued', campaign_id = (SELECT id FROM campaigns WHERE name = 'Next') "
        "WHERE id = (SELECT min(id::text)::uuid FROM campaign_leads)"),
    "the switch off and on": ("member", "UPDATE campaigns SET exclude_dnc = false; UPDATE campaign_leads SET status = 'queued'; "
        "UPDATE campaigns SET exclude_dnc = true"),
    "the reason of the suppression edited": ("member", "UPDATE suppressions SET reason = ''; UPDATE campaign_leads SET status = 'queued'"),
}  # fmt: skip


def run_all(scene: Scene, role: str, statements: str) -> None:
    for statement in statements.split("; "):
        scene.sql(statement, role)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("source", SOURCES)
def test_an_opt_out_holds(scene, source, write):
    connection = scene.connection
    add_campaign(connection, scene.acme, "Next")
    assign(connection, scene.campaign, add_list(connection, scene.acme, leads=[scene.lead]))
    run_all(scene, *SOURCES[source])
    assert value(connection, OPEN) == 0
    run_all(scene, *WRITES[write])
    assert value(connection, OPEN) == 0


@pytest.mark.parametrize("write", WRITES)
def test_a_person_without_an_opt_out_stays_callable(scene, write):
    connection = scene.connection
    add_campaign(connection, scene.acme, "Next")
    assign(connection, scene.campaign, add_list(connection, scene.acme, leads=[scene.lead]))
    stranger = add_lead(connection, scene.acme, phone="+12125550199", email="bo@example.org", dnc=True)
    run_all(scene, *WRITES[write])
    assert value(connection, OPEN) >= 1
    assert column(connection, "SELECT id::text FROM henk.leads_not_to_call") == [stranger]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("source", [name for name in SOURCES if "said" not in name])
def test_an_opt_out_holds_from_every_state(scene, source, state):
    connection = scene.connection
    connection.execute("INSERT INTO campaign_leads (campaign_id, lead_id, status) VALUES (%s, %s, %s)", [scene.campaign, scene.lead, state])
    run_all(scene, *SOURCES[source])
    scene.sql("UPDATE campaign_leads SET status = 'queued'", "member")
    assert set(column(connection, "SELECT status FROM campaign_leads")) == {"dnc"}


# A second lead that shares a contact with the person, or the person who comes back under a new number.
RETURNS: dict[str, dict[str, str]] = {
    "another lead with the phone": {"phone": "212-555-0101"},
    "another lead with the phone as its mobile": {"mobile_phone": "2125550101"},
    "a new number with the address": {"phone": "+12125550155", "email": "Ana@Example.org"},
}
# An unclear consent blocks its own lead alone.
FLAGS = [name for name in SOURCES if "suppresses" not in name and "unclear" not in name]


@pytest.mark.parametrize("way", ["INSERT", "function", "there before", "changed later"])
@pytest.mark.parametrize("back", RETURNS)
@pytest.mark.parametrize("source", FLAGS)
@pytest.mark.parametrize("deleted", [False, True])
def test_the_person_who_returns_is_not_called(scene, source, back, way, deleted):
    connection, acme = scene.connection, scene.acme
    assign(connection, scene.campaign, add_list(connection, acme, leads=[scene.lead]))
    following = add_campaign(connection, acme, "Next")
    other = ""
    if way == "there before":
        other = add_lead(connection, acme, first_name="Bo", **RETURNS[back])
        assign(connection, following, add_list(connection, acme, "Later", leads=[other]))
    elif way == "changed later":
        other = add_lead(connection, acme, first_name="Bo", phone="+12125550177")
        assign(connection, following, add_list(connection, acme, "Later", leads=[other]))
    run_all(scene, *SOURCES[source])
    if deleted:
        scene.sql("DELETE FROM leads WHERE id = %(lead)s", "member")
    if way == "INSERT":
        other = add_lead(connection, acme, first_name="Bo", **RETURNS[back])
        assign(connection, following, add_list(connection, acme, "Later", leads=[other]))
    elif way == "function":
        assign(connection, following, create_list(connection, acme, [{"first_name": "Bo", **RETURNS[back]}]))
    elif way == "changed later":
        for name, told in RETURNS[back].items():
            connection.execute(f"UPDATE leads SET {name} = %s WHERE id = %s", [told, other])
    assert value(connection, OPEN) == 0


@pytest.mark.parametrize("back", RETURNS)
@pytest.mark.parametrize("way", ["INSERT", "function"])
def test_an_erased_person_who_returns_is_not_called_whatever_a_member_edits(scene, back, way):
    connection, acme = scene.connection, scene.acme
    connection.execute("SELECT erase_lead(%s)", [scene.lead])
    scene.sql("UPDATE suppressions SET reason = 'never mind'", "member")
    scene.sql("DELETE FROM suppressions", "member")
    people = [{"first_name": "Ana", **RETURNS[back]}]
    lead_list = create_list(connection, acme, people) if way == "function" else add_list(
        connection, acme, leads=[add_lead(connection, acme, **people[0])])  # fmt: skip
    assign(connection, scene.campaign, lead_list)
    assert value(connection, OPEN) == 0


def test_a_flagged_lead_keeps_what_it_gets_later(scene):
    connection, acme = scene.connection, scene.acme
    lead = add_lead(connection, acme, phone="+12125550130", dnc=True)
    scene.sql("UPDATE leads SET email = 'late@example.org', mobile_phone = '212-555-0131' WHERE dnc", "member")
    back = [
        add_lead(connection, acme, phone="+12125550140", email="late@example.org"),
        add_lead(connection, acme, phone="+12125550131"),
        add_lead(connection, acme, mobile_phone="+12125550130"),
    ]
    assert set(column(connection, "SELECT id::text FROM henk.leads_not_to_call")) == {lead, *back}


def test_a_campaign_lead_that_comes_as_dnc_opts_the_lead_out(scene):
    connection = scene.connection
    assign(connection, scene.campaign, add_list(connection, scene.acme, leads=[scene.lead]))
    add_campaign(connection, scene.acme, "Next")
    scene.sql(
        "INSERT INTO campaign_leads (campaign_id, lead_id, status) SELECT id, %(lead)s, 'dnc' FROM campaigns WHERE name = 'Next'", "member"
    )
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc", "dnc"]
    assert value(connection, "SELECT dnc FROM leads") is True


def test_dnc_by_a_trigger_of_the_installation_reaches_every_campaign(scene):
    connection, acme = scene.connection, scene.acme
    lead_list = add_list(connection, acme, leads=[scene.lead])
    for campaign in (scene.campaign, add_campaign(connection, acme, "Next")):
        assign(connection, campaign, lead_list)
    connection.execute("CREATE TABLE call_results (campaign_id uuid, lead_id uuid, word text)")
    connection.execute(
        """CREATE FUNCTION take_result() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE campaign_leads SET status = NEW.word WHERE campaign_id = NEW.campaign_id AND lead_id = NEW.lead_id; RETURN NULL; END $$"""
    )
    connection.execute("CREATE TRIGGER t AFTER INSERT ON call_results FOR EACH ROW EXECUTE FUNCTION take_result()")
    connection.execute("INSERT INTO call_results VALUES (%s, %s, 'dnc')", [scene.campaign, scene.lead])
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc", "dnc"]
    assert value(connection, "SELECT dnc FROM leads") is True
    connection.execute("INSERT INTO call_results VALUES (%s, %s, 'queued')", [scene.campaign, scene.lead])
    assert value(connection, OPEN) == 0


@pytest.mark.parametrize(("number", "suppressed"), [("555-0142", "5550142"), ("5550142", "555 0142"), ("ext. 5550142", "555.0142")])
def test_unreadable_numbers_are_compared_by_their_digits(scene, number, suppressed):
    connection, acme = scene.connection, scene.acme
    before, mobile = add_lead(connection, acme, phone=number), add_lead(connection, acme, mobile_phone=number)
    assign(connection, scene.campaign, add_list(connection, acme, leads=[before, mobile, scene.lead]))
    scene.connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', %s)", [acme.id, suppressed])
    assert column(connection, "SELECT lead_id::text FROM campaign_leads WHERE status = 'new'") == [scene.lead]


def test_merging_and_unmerging_a_suppressed_lead_blocks_nobody_else(scene):
    connection, acme = scene.connection, scene.acme
    said_no = add_lead(connection, acme, phone="+12125550120", email="no@example.org")
    lead_list = add_list(connection, acme, leads=[scene.lead, said_no])
    assign(connection, scene.campaign, lead_list)
    connection.execute("UPDATE leads SET dnc = true WHERE id = %s", [said_no])
    for keep, drop in ((scene.lead, said_no), (said_no, scene.lead)):
        connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
        assert value(connection, OPEN) == 0
        connection.execute("SELECT unmerge_leads((SELECT id FROM lead_merges WHERE taken_apart_at IS NULL))")
        assert column(connection, "SELECT id::text FROM henk.leads_not_to_call") == [said_no]
        assert column(connection, "SELECT lead_id::text FROM campaign_leads WHERE status = 'new'") == [scene.lead]


def test_an_opt_out_said_while_two_leads_are_merged_holds_for_both(scene):
    connection, acme = scene.connection, scene.acme
    other = add_lead(connection, acme, phone="+12125550120")
    connection.execute("SELECT merge_leads(%s, %s)", [scene.lead, other])
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s", "member")
    connection.execute("SELECT unmerge_leads((SELECT id FROM lead_merges))")
    assert set(column(connection, "SELECT id::text FROM henk.leads_not_to_call")) == {scene.lead, other}


def test_the_switch_off_is_the_customers_word(scene):
    """A campaign with exclude_dnc = false calls; switched on, it ends the calls to come."""
    connection = scene.connection
    connection.execute("UPDATE campaigns SET exclude_dnc = false")
    connection.execute("UPDATE leads SET dnc = true")
    assign(connection, scene.campaign, add_list(connection, scene.acme, leads=[scene.lead]))
    assert column(connection, "SELECT status FROM campaign_leads") == ["new"]
    scene.sql("UPDATE campaigns SET exclude_dnc = true", "member")
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc"]


@pytest.mark.parametrize("copies", [3, 120])
def test_suppressing_an_address_suppresses_all_who_share_it(scene, copies):
    import polars as pl  # noqa: PLC0415

    from henk_pipeline.postgres.suppressions import forbid_calls  # noqa: PLC0415

    connection, acme = scene.connection, scene.acme
    for number in range(copies):
        add_lead(connection, acme, email="office@example.org", phone=f"+1212555{1000 + number}")
    with connection.transaction():
        forbid_calls(connection, acme.id, pl.DataFrame({"email": ["office@example.org"]}))
    assert value(connection, "SELECT count(*) FROM leads WHERE do_not_call") == copies
    assert value(connection, "SELECT count(*) FROM henk.leads_not_to_call") == copies


# Triggers an installation may have; each runs before or after those of the contract ("aa", "zz") and writes columns that the statement does not name.
REOPENING = "NEW.status := 'queued';"
WRITTEN_NUMBER = "NEW.phone := '(212) 555-0101';"


def add_trigger(connection: psycopg.Connection, name: str, when: str, table: str, body: str) -> None:
    connection.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$")
    connection.execute(f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


@pytest.mark.parametrize("name", ["aa", "zz"])
def test_a_trigger_that_opens_rows_on_another_write_has_the_write_refused_or_held(scene, name):
    connection = scene.connection
    assign(connection, scene.campaign, add_list(connection, scene.acme, leads=[scene.lead]))
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s")
    add_trigger(connection, name, "BEFORE UPDATE", "campaign_leads", REOPENING)
    # One that fires after ours would open the row once more.
    refused = pytest.raises(psycopg.errors.CheckViolation, match="A trigger on campaign_leads") if name == "zz" else nullcontext()
    with refused:
        scene.sql("UPDATE campaign_leads SET notes = 'rang'", "member")
    assert value(connection, OPEN) == 0
    assert name == "zz" or column(connection, "SELECT notes FROM campaign_leads") == ["rang"]


@pytest.mark.parametrize("name", ["aa", "zz"])
def test_a_trigger_that_opens_new_rows_is_held(scene, name):
    connection = scene.connection
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s")
    add_trigger(connection, name, "BEFORE INSERT", "campaign_leads", REOPENING)
    assign(connection, scene.campaign, add_list(connection, scene.acme, leads=[scene.lead]))
    scene.sql("INSERT INTO campaign_leads (campaign_id, lead_id, status) VALUES (%(campaign)s, %(lead)s, 'failed')", "member")
    assert value(connection, OPEN) == 0


@pytest.mark.parametrize("name", ["aa", "zz"])
def test_a_status_that_a_trigger_writes_is_kept_as_an_opt_out(scene, name):
    connection = scene.connection
    assign(connection, scene.campaign, add_list(connection, scene.acme, leads=[scene.lead]))
    add_trigger(connection, name, "BEFORE UPDATE", "campaign_leads", "IF NEW.notes = 'said no' THEN NEW.status := 'dnc'; END IF;")
    scene.sql("UPDATE campaign_leads SET notes = 'said no'", "member")
    assert value(connection, "SELECT dnc FROM leads") is True
    assert column(connection, "SELECT id::text FROM henk.leads_not_to_call") == [scene.lead]


@pytest.mark.parametrize("name", ["aa", "zz"])
@pytest.mark.parametrize("when", ["BEFORE INSERT", "BEFORE UPDATE"])
def test_a_number_that_a_trigger_writes_is_compared(scene, name, when):
    connection, acme = scene.connection, scene.acme
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s")
    if when == "BEFORE INSERT":
        add_trigger(connection, name, when, "leads", WRITTEN_NUMBER)
    other = add_lead(connection, acme, first_name="Bo", phone="+12125550177")
    if when == "BEFORE UPDATE":
        add_trigger(connection, name, when, "leads", "IF NEW.id = '" + other + "' THEN " + WRITTEN_NUMBER + " END IF;")
        if name == "zz":  # it would write its form once more
            with pytest.raises(psycopg.errors.CheckViolation, match="A trigger on leads"):
                connection.execute("UPDATE leads SET city = 'Utica' WHERE id = %s", [other])
            return
        connection.execute("UPDATE leads SET city = 'Utica' WHERE id = %s", [other])
    assert set(column(connection, "SELECT id::text FROM henk.leads_not_to_call")) == {scene.lead, other}
    assign(connection, scene.campaign, add_list(connection, acme, leads=[other]))
    assert value(connection, OPEN) == 0


@pytest.mark.parametrize("name", ["aa", "zz"])
def test_a_flag_that_a_trigger_writes_is_an_opt_out(scene, name):
    connection, acme = scene.connection, scene.acme
    assign(connection, scene.campaign, add_list(connection, acme, leads=[scene.lead]))
    add_trigger(connection, name, "BEFORE UPDATE", "leads", "NEW.dnc := true;")
    connection.execute("UPDATE leads SET city = 'Utica' WHERE id = %s", [scene.lead])
    assert value(connection, OPEN) == 0
    connection.execute(f"DROP TRIGGER {name} ON leads")
    other = add_lead(connection, acme, first_name="Bo", mobile_phone=PHONE)
    assert set(column(connection, "SELECT id::text FROM henk.leads_not_to_call")) == {scene.lead, other}


def test_said_by_a_donor_after_a_conversion_holds_for_every_number(scene):
    connection = scene.connection
    assign(connection, scene.campaign, add_list(connection, scene.acme, leads=[scene.lead]))
    scene.sql("UPDATE campaign_leads SET status = 'converted'", "member")
    scene.sql("INSERT INTO suppressions (business_id, channel, value) VALUES (%(business)s, 'phone', '+12125550101')", "member")
    scene.sql("UPDATE campaign_leads SET status = 'dnc'", "member")
    assert set(column(connection, "SELECT value FROM suppressions")) == {PHONE, MOBILE}


def test_a_number_that_a_trigger_writes_once_is_normalised_after_it(scene):
    connection, acme = scene.connection, scene.acme
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s")
    other = add_lead(connection, acme, first_name="Bo", phone="+12125550177")
    add_trigger(connection, "zz", "BEFORE UPDATE", "leads", "IF NEW.city IS DISTINCT FROM OLD.city THEN " + WRITTEN_NUMBER + " END IF;")
    connection.execute("UPDATE leads SET city = 'Utica' WHERE id = %s", [other])
    assert value(connection, "SELECT phone FROM leads WHERE id = %s", [other]) == PHONE
    assert set(column(connection, "SELECT id::text FROM henk.leads_not_to_call")) == {scene.lead, other}
