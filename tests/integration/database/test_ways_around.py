"""Ways to call a person who opted out, or who was erased, found by writing SQL as an outsider would; and people blocked who never opted out."""

from typing import Any

import psycopg
import pytest

from tests.integration.database.acting import add_campaign, add_lead, column, value
from tests.integration.database.test_opt_outs_hold import EMAIL, MOBILE, OPEN, PHONE, Scene, add_trigger

TYPED = "INSERT INTO suppressions (business_id, channel, value) VALUES (%(business)s, 'phone', '{}')"


@pytest.fixture
def scene(connection, acme, member):
    lead = add_lead(connection, acme, first_name="Ana", email=EMAIL, phone=PHONE, mobile_phone=MOBILE)
    return Scene(connection, acme, member, lead, add_campaign(connection, acme, "Spring"))


def put(scene: Scene, lead: str, status: str = "new", campaign: str | None = None) -> str:
    """Insert a campaign lead by hand; return the status it got."""
    return value(
        scene.connection,
        "INSERT INTO campaign_leads (campaign_id, lead_id, status) VALUES (%s, %s, %s) RETURNING status",
        [campaign or scene.campaign, lead, status],
    )


def add_everybody(scene: Scene) -> str:
    return add_campaign(scene.connection, scene.acme, "Everybody", exclude_dnc=False)


def statuses(scene: Scene, lead: str) -> set[str]:
    return set(
        column(scene.connection, "SELECT status FROM campaign_leads WHERE lead_id = %s AND campaign_id = %s", [lead, scene.campaign])
    )


# Written forms of a contact ---------------------------------------------------------------------------------------------------------

NUMBERS = [
    "(212) 555-0101", "+1 212 555 0101 ext. 5",  # held already
    "212-555-0101x22", "+12125550101,,5", "+12125550101;5", "(212) 555-0101 (home)", "home: 212-555-0101", "212-555-0101 cell", "Tel 212-555-0101",
    "212-555-0101 / 212-555-0199", "212-555-0101 or 212-555-0199", "1-212-555-0101 (Ana)", "+112125550101",
    "\uff12\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff10\uff11", "\u0662\u0661\u0662\u0665\u0665\u0665\u0660\u0661\u0660\u0661",
]  # fmt: skip
ADDRESSES = [
    f"Ana <{EMAIL.upper()}>",  # held already
    f"mailto:{EMAIL}", f'"{EMAIL}"', f"'{EMAIL}'", f"{EMAIL}\u00a0", f"\u200b{EMAIL}", f"\ufeff{EMAIL}", f"({EMAIL})", f"{EMAIL} (home)", f"email:{EMAIL}",
]  # fmt: skip


@pytest.mark.parametrize("source", ["opted out", "erased"])
@pytest.mark.parametrize(
    "contact",
    [pytest.param({"phone": n}, id=ascii(n)) for n in NUMBERS]
    + [pytest.param({"phone": "+12125550155", "email": a}, id=ascii(a)) for a in ADDRESSES],
)
def test_a_contact_in_another_written_form_is_recognised(scene, source, contact):
    statement = "SELECT erase_lead(%(lead)s)" if source == "erased" else "UPDATE leads SET dnc = true WHERE id = %(lead)s"
    scene.sql(statement, "member")
    put(scene, add_lead(scene.connection, scene.acme, **contact))
    assert value(scene.connection, OPEN) == 0


@pytest.mark.parametrize(("country", "national", "written"), [
    ("GB", "020 7946 0123", "+4402079460123"), ("DE", "030 901820", "+49030901820"), ("FR", "01 23 45 67 89", "+330123456789"),
    ("NL", "020 624 1111", "+310206241111")])  # fmt: skip
def test_a_trunk_prefix_after_the_calling_code_is_recognised(scene, country, national, written):
    connection, acme = scene.connection, scene.acme
    connection.execute("UPDATE businesses SET default_country = %s", [country])
    add_lead(connection, acme, phone=national, dnc=True)
    put(scene, add_lead(connection, acme, phone=written))
    assert value(connection, OPEN) == 0


# Regions: what is suppressed under one country and read under another -----------------------------------------------------------------

REGIONS: dict[str, tuple[str, str, str | None, dict[str, str]]] = {
    "a lead of another country": ("US", "020 7946 0123", None, {"phone": "020 7946 0123", "country": "GB"}),
    "an American lead of a British business": ("GB", "(212) 555-0109", None, {"phone": "(212) 555-0109", "country": "US"}),
    "the default country set right later": ("US", "020 7946 0123", "GB", {"phone": "020 7946 0123"}),
    "a country that cannot be read": ("US", "(212) 555-0109", None, {"phone": "(212) 555-0109", "country": "Freedonia"}),
}


@pytest.mark.parametrize("case", REGIONS)
def test_a_number_suppressed_as_typed_is_not_called(scene, case):
    country, typed, later, lead = REGIONS[case]
    connection = scene.connection
    connection.execute("UPDATE businesses SET default_country = %s", [country])
    try:
        scene.sql(TYPED.format(typed), "member")
    except psycopg.errors.DataError:
        return  # refused: the member learns that the number cannot be read
    connection.execute("UPDATE businesses SET default_country = %s", [later or country])
    put(scene, add_lead(connection, scene.acme, **lead))
    assert value(connection, OPEN) == 0


@pytest.mark.parametrize("source", ["opted out", "erased"])
def test_a_lead_whose_number_could_not_be_read_is_recognised_when_it_can(scene, source):
    connection, acme = scene.connection, scene.acme
    lead = add_lead(connection, acme, phone="020 7946 0123", dnc=source == "opted out")
    if source == "erased":
        connection.execute("SELECT erase_lead(%s)", [lead])
    put(scene, add_lead(connection, acme, phone="020 7946 0123", country="GB"))
    assert value(connection, OPEN) == 0


# Merges -----------------------------------------------------------------------------------------------------------------------------

WHILE_MERGED: dict[str, tuple[str, ...]] = {
    "the number suppressed by a member": (TYPED.format(PHONE) + " ON CONFLICT DO NOTHING",),
    "said in a call": ("UPDATE campaign_leads SET status = 'calling'", "UPDATE campaign_leads SET status = 'dnc', attempts = attempts + 1"),
    "said by another lead with the number, deleted": (
        "INSERT INTO leads (business_id, first_name, phone, dnc) VALUES (%(business)s, 'Cy', '+12125550101', true)",
        "DELETE FROM leads WHERE first_name = 'Cy'"),
    "said by another lead with the address, deleted": (
        "INSERT INTO leads (business_id, first_name, email, dnc) VALUES (%(business)s, 'Cy', 'ana@example.org', true)",
        "DELETE FROM leads WHERE first_name = 'Cy'"),
}  # fmt: skip


@pytest.mark.parametrize("case", WHILE_MERGED)
def test_an_opt_out_said_while_merged_with_one_who_opted_out_outlives_the_unmerge(scene, case):
    connection, acme = scene.connection, scene.acme
    other = add_lead(connection, acme, first_name="Bea", phone="+12125550120", email="bea@example.org", dnc=True)
    put(scene, scene.lead, "queued", add_everybody(scene))
    connection.execute("SELECT merge_leads(%s, %s)", [scene.lead, other])
    for statement in WHILE_MERGED[case]:
        scene.sql(statement, "member")
    connection.execute("SELECT unmerge_leads((SELECT id FROM lead_merges))")
    assert put(scene, scene.lead) == "dnc"


def test_a_merge_does_not_settle_what_is_unclear(scene):
    """An unclear consent opts nobody out for good: neither the kept lead's number, nor another lead that has it."""
    connection, acme = scene.connection, scene.acme
    unclear = add_lead(connection, acme, phone="+12125550143", consent_unclear="Calls: ask Dana")
    connection.execute("SELECT merge_leads(%s, %s)", [scene.lead, unclear])
    assert value(connection, "SELECT consent_unclear FROM leads") is not None
    assert put(scene, add_lead(connection, acme, phone=PHONE)) == "new"


# Said in a call by a lead that is already not called, for another reason ----------------------------------------------------------------

UNCLEAR = "UPDATE leads SET consent_unclear = 'Calls: ask Dana' WHERE id = %(lead)s"
COMES = "INSERT INTO campaign_leads (campaign_id, lead_id, status, attempts) SELECT id, %(lead)s, 'dnc', 1 FROM campaigns WHERE name = 'Everybody'"


@pytest.mark.parametrize("before", [UNCLEAR, TYPED.format(PHONE)], ids=["unclear", "suppressed"])
@pytest.mark.parametrize("way", ["inserted", "by a trigger"])
def test_a_no_said_in_a_call_is_kept_whatever_blocked_the_lead_before(scene, before, way):
    connection = scene.connection
    add_everybody(scene)
    if way == "inserted":
        scene.sql(before)
        scene.sql(COMES, "member")
    else:
        put(scene, scene.lead, "calling")
        scene.sql(before)
        connection.execute("CREATE TABLE call_results (word text)")
        add_trigger(
            connection, "t", "AFTER INSERT", "call_results", "UPDATE campaign_leads SET status = NEW.word, attempts = attempts + 1;"
        )
        connection.execute("INSERT INTO call_results VALUES ('dnc')")
    assert value(connection, "SELECT dnc FROM leads") is True
    assert set(column(connection, "SELECT value FROM suppressions")) == {PHONE, MOBILE}


def test_a_no_that_comes_for_an_unclear_consent_outlives_the_decision(scene):
    add_everybody(scene)
    scene.sql(UNCLEAR)
    scene.sql(COMES, "member")
    scene.sql("UPDATE leads SET do_not_call = false WHERE id = %(lead)s", "member")
    assert put(scene, scene.lead) == "dnc"


# Triggers of the installation that keep a row as it was -----------------------------------------------------------------------------------

KEEPING = ["NEW.status := OLD.status;", "RETURN NULL;", "IF NEW.status = 'dnc' THEN NEW.status := OLD.status; END IF;"]
OPT_OUTS = ["UPDATE leads SET dnc = true WHERE id = %(lead)s", TYPED.format(PHONE), "SELECT erase_lead(%(lead)s)"]


@pytest.mark.parametrize("name", ["aa", "zz"])
@pytest.mark.parametrize("body", KEEPING)
@pytest.mark.parametrize("opt_out", OPT_OUTS[:2])
def test_a_trigger_that_keeps_a_row_open_has_the_opt_out_refused_or_held(scene, name, body, opt_out):
    put(scene, scene.lead)
    add_trigger(scene.connection, name, "BEFORE UPDATE", "campaign_leads", body)
    try:
        scene.sql(opt_out, "member")
    except psycopg.errors.CheckViolation:
        return
    assert value(scene.connection, OPEN) == 0


@pytest.mark.parametrize("name", ["aa", "zz"])
@pytest.mark.parametrize("body", KEEPING)
def test_a_trigger_that_keeps_rows_as_they_are_opens_no_inserted_row(scene, name, body):
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s", "member")
    add_trigger(scene.connection, name, "BEFORE UPDATE", "campaign_leads", body)
    try:
        scene.sql(
            "INSERT INTO campaign_leads (business_id, campaign_id, lead_id, status) VALUES (%(business)s, %(campaign)s, %(lead)s, 'queued')",
            "service",
        )
    except psycopg.errors.CheckViolation:
        return
    assert value(scene.connection, OPEN) == 0


def test_a_trigger_that_sorts_last_writes_no_number_past_the_rule(scene):
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s", "member")
    add_trigger(scene.connection, '"~~last"', "BEFORE INSERT", "leads", "NEW.phone := '(212) 555-0101';")
    put(scene, add_lead(scene.connection, scene.acme, phone="+12125550177"))
    assert value(scene.connection, OPEN) == 0


def test_a_trigger_that_sorts_last_writes_no_suppression_past_the_rule(scene):
    add_trigger(scene.connection, '"~~last"', "BEFORE INSERT", "suppressions", "NEW.value := '(212) 555-0101';")
    with pytest.raises(psycopg.errors.CheckViolation, match="A trigger on suppressions"):
        scene.sql(TYPED.format(PHONE), "member")


# A call that begins before the number is the opted-out one ---------------------------------------------------------------------------------


@pytest.mark.parametrize("opt_out", OPT_OUTS)
def test_a_lead_that_takes_an_opted_out_number_is_not_called_under_it(scene, opt_out):
    """The opt-out came before the call; only the number of the lead came later."""
    connection = scene.connection
    scene.sql(opt_out, "member")
    other = add_lead(connection, scene.acme, first_name="Bo", phone="+12125550190")
    put(scene, other, "calling")
    scene.sql("UPDATE leads SET phone = '(212) 555-0101' WHERE first_name = 'Bo'", "member")
    assert statuses(scene, other) == {"dnc"}


# Opt-outs taken back ---------------------------------------------------------------------------------------------------------------------


def test_the_number_of_a_flagged_lead_stays_blocked_without_its_suppression(scene):
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s", "member")
    scene.sql("DELETE FROM suppressions", "member")
    put(scene, add_lead(scene.connection, scene.acme, first_name="Bo", phone=PHONE))
    assert value(scene.connection, OPEN) == 0


FLAG_OFF = "UPDATE leads SET dnc = false, email = 'ana@example.org' WHERE first_name = 'Bo'"


def test_a_flag_taken_away_frees_no_address_that_another_person_opted_out(scene):
    connection, acme = scene.connection, scene.acme
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s", "member")
    scene.sql("DELETE FROM leads WHERE id = %(lead)s", "member")
    add_lead(connection, acme, first_name="Bo", phone="+12125550188", email="bo@example.org", dnc=True)
    scene.sql(FLAG_OFF, "member")
    assert put(scene, add_lead(connection, acme, phone="+12125550199", email=EMAIL)) == "dnc"


def test_a_flag_taken_away_with_a_new_address_frees_the_old_address(scene):
    connection, acme = scene.connection, scene.acme
    add_lead(connection, acme, first_name="Bo", phone="+12125550188", email="bo@example.org", dnc=True)
    scene.sql("UPDATE leads SET dnc = false, email = 'new@example.org' WHERE first_name = 'Bo'", "member")
    assert put(scene, add_lead(connection, acme, phone="+12125550199", email="bo@example.org")) == "new"


LIFTS: dict[str, tuple[dict[str, Any], tuple[str, ...], tuple[str, str]]] = {
    "the number was replaced": (
        {"phone": "+12125550131"}, ("UPDATE leads SET phone = '+12125550132' WHERE first_name = 'Cy'",), ("phone", "+12125550132")),
    "the number was removed": (
        {"phone": "+12125550131", "email": "cy@example.org"}, ("UPDATE leads SET phone = NULL WHERE first_name = 'Cy'",), ("email", "cy@example.org")),
    "there was no number": ({"email": "cy@example.org"}, (), ("email", "cy@example.org")),
    "the lead was deleted": (
        {"phone": "+12125550131", "email": "cy@example.org"}, ("DELETE FROM leads WHERE first_name = 'Cy'",), ("email", "cy@example.org")),
    "the number was suppressed before": ({"phone": PHONE}, (), ("phone", PHONE)),
}  # fmt: skip


@pytest.mark.parametrize("case", LIFTS)
def test_what_was_said_in_a_call_is_not_lifted(scene, case):
    from henk_pipeline.postgres.suppressions import LiftRefusedError, lift  # noqa: PLC0415

    contacts, later, (channel, contact) = LIFTS[case]
    connection, acme = scene.connection, scene.acme
    if case == "the number was suppressed before":
        scene.sql(TYPED.format(PHONE), "member")
    lead = add_lead(connection, acme, first_name="Cy", **contacts)
    put(scene, lead, "dnc")
    for statement in later:
        scene.sql(statement, "member")
    with pytest.raises(LiftRefusedError):
        lift(connection, acme.id, channel, contact, "a mistake", "dana")


# Erased people ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [{"phone": "+12125550166"}, {"phone": "+12125550161", "email": "second@example.org"}])
def test_further_contacts_of_an_erased_person_are_not_called(scene, back):
    """The pipeline keeps the second number and the second address of a file in custom_fields."""
    connection, acme = scene.connection, scene.acme
    further = {"Phone 2": "(212) 555-0166", "Work Email": "second@example.org"}
    connection.execute("SELECT erase_lead(%s)", [add_lead(connection, acme, phone="+12125550165", custom_fields=further)])
    put(scene, add_lead(connection, acme, **back))
    assert value(connection, OPEN) == 0


@pytest.mark.long
def test_the_report_of_another_upload_does_not_keep_an_erased_person(henk, settings):
    """A pair of leads that look alike stands in the report of the second file, with the contacts of the first."""
    files = {
        "first.csv": "First Name,Last Name,Email,Phone\nBo,Lind,bo.lind@example.org,(212) 555-0111\nCy,Ott,cy.ott@example.org,(212) 555-0112\n"
        "Zephyrine,Quackenbush,zeph.quack@example.org,(212) 555-0147\n",
        "second.csv": "Name,Cell Phone,Address,City,Notes\nGil Hart,212-555-0114,1 Elm St,Utica,ok\n"
        "Zephyrine Quackenbush,646-555-0148,77 Birdsong Lane,Utica,likes tea\n",
    }
    settings.home.mkdir(parents=True, exist_ok=True)
    assert henk("business", "add", "acme").returncode == 0
    for name, content in files.items():
        path = settings.home / name
        path.write_text(content)
        assert henk("import", path, "--business", "acme").returncode == 0
    erased = henk("erase", "zeph.quack@example.org", "--business", "acme", "--yes")
    assert erased.returncode == 0
    holding = [path for path in settings.uploads.rglob("*") if path.is_file() and b"zeph.quack@" in path.read_bytes()]
    assert [path for path in holding if str(path) not in erased.stdout] == []


# People who never opted out ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("opted_out", "other"), [
    ("212-555-HELP", "212-555-GOLD"), ("1-800-FLOWERS", "1-800-CONTACTS"), ("see notes 1", "ask 1"), ("n/a", "n/a"), ("unknown", "unknown"), ("-", "-"),
    ("home", "home"), ("000-000-0000", "0000000000")])  # fmt: skip
def test_a_cell_that_is_no_number_blocks_nobody_else(scene, opted_out, other):
    connection, acme = scene.connection, scene.acme
    add_lead(connection, acme, phone=opted_out, email="no@example.org", dnc=True)
    assert put(scene, add_lead(connection, acme, phone=other, mobile_phone="+12125550122")) == "new"


@pytest.mark.parametrize(
    "phone",
    [
        "212-555-0199 / 212-555-0198",
        "home: 212-555-0199",
        "555-0199",
        "020 7946 0199",
        "1-800-CONTACTS",
        "+4402079460199",
        "see 0101",
        "n/a",
        "extension 0101",
    ],
)
def test_a_number_in_another_form_blocks_no_other_person(scene, phone):
    connection, acme = scene.connection, scene.acme
    for typed in ("(212) 555-0101 / 212-555-0102", "555-0142", "020 7946 0123", "1-800-FLOWERS", "+4402079460123"):
        scene.sql(TYPED.format(typed), "member")
    scene.sql("UPDATE leads SET dnc = true WHERE id = %(lead)s", "member")
    connection.execute("SELECT erase_lead(%s)", [add_lead(connection, acme, phone="555-0143", email="cy@example.org")])
    assert put(scene, add_lead(connection, acme, phone=phone, email="bo@example.org")) == "new"


@pytest.mark.parametrize(
    "address", ["banana@example.org", "ana@example.org.uk", "ana+2@example.org", "ana@example.net", "o'ana@example.org"]
)
@pytest.mark.parametrize("source", OPT_OUTS[0::2])
def test_another_address_is_another_person(scene, source, address):
    scene.sql(source, "member")
    assert put(scene, add_lead(scene.connection, scene.acme, phone="+12125550155", email=address)) == "new"


@pytest.mark.parametrize(
    ("opted_out", "back"),
    [
        ("ana.lima@gmail.com", "analima@gmail.com"),
        ("analima@googlemail.com", "a.n.a.lima+list@gmail.com"),
        ("ana+x@outlook.com", "ana@outlook.com"),
        ("ana@outlook.com", "ana+news@outlook.com"),
        ("ana@example.org; bea@example.org", "bea@example.org"),
        ("bea@example.org", "ana@example.org / bea@example.org"),
    ],
)
@pytest.mark.parametrize("source", ["opted out", "erased"])
@pytest.mark.parametrize("there_before", [False, True])
def test_a_mailbox_is_recognised_in_every_form(scene, source, opted_out, back, there_before):
    connection, acme = scene.connection, scene.acme
    if there_before:
        put(scene, add_lead(connection, acme, phone="+12125550155", email=back))
    lead = add_lead(connection, acme, phone="+12125550154", email=opted_out)
    connection.execute("SELECT erase_lead(%s)" if source == "erased" else "UPDATE leads SET dnc = true WHERE id = %s", [lead])
    if not there_before:
        put(scene, add_lead(connection, acme, phone="+12125550155", email=back))
    assert value(connection, OPEN) == 0


@pytest.mark.parametrize(
    "contact", [{"phone": n} for n in NUMBERS] + [{"phone": "020 7946 0123"}, {"mobile_phone": "020 7946 0123", "country": "GB"}]
)
@pytest.mark.parametrize(
    "opt_out", [TYPED.format(PHONE), TYPED.format("020 7946 0123"), "UPDATE leads SET dnc = true WHERE first_name = 'Ana'"]
)
def test_a_lead_that_waits_for_a_call_is_taken_out_in_every_form(scene, contact, opt_out):
    connection = scene.connection
    british = "020" in str(contact)
    waits = add_lead(connection, scene.acme, first_name="Bo", **contact)
    assert put(scene, waits) == "new"
    scene.sql(opt_out, "member")
    assert statuses(scene, waits) == {"dnc" if british == ("020" in opt_out) else "new"}


@pytest.mark.parametrize(
    "phone", ["DNC 212-555-0177", "212-555-0177 (do not call)", "do not call: (212) 555-0177", "212-555-0177 - deceased"]
)
def test_words_that_refuse_beside_a_number_are_an_opt_out(scene, phone):
    connection, acme = scene.connection, scene.acme
    assert put(scene, add_lead(connection, acme, phone=phone, first_name="Bo")) == "dnc"
    assert put(scene, add_lead(connection, acme, phone="+12125550177")) == "dnc"
    assert put(scene, add_lead(connection, acme, phone="212-555-0178 (Donald Calloway)", mobile_phone="call 212-555-0179")) == "new"


@pytest.mark.parametrize("key", ["Spouse Phone", "Emergency Contact Phone", "Donor ID", "Gift date", "EIN"])
def test_custom_fields_that_are_no_contact_of_the_erased_person_block_nobody(scene, key):
    connection, acme = scene.connection, scene.acme
    further = {key: "2125550166" if "Phone" not in key else "(212) 555-0166"}
    connection.execute("SELECT erase_lead(%s)", [add_lead(connection, acme, phone="+12125550165", custom_fields=further)])
    assert put(scene, add_lead(connection, acme, phone="+12125550166")) == "new"


def test_the_suppression_that_a_lead_without_a_flag_had_can_be_taken_away(scene):
    scene.sql(TYPED.format(PHONE), "member")
    scene.sql("DELETE FROM suppressions", "member")
    assert put(scene, scene.lead) == "new"


def test_a_merge_taken_apart_says_nothing_new_of_a_call_that_had_ended(scene):
    """The row was ended by a suppression that was lifted since; it comes back as it was, and opts nobody out."""
    connection, acme = scene.connection, scene.acme
    other = add_lead(connection, acme, first_name="Bea", phone="+12125550120")
    put(scene, other)
    scene.sql(TYPED.format("+12125550120"), "member")
    scene.sql("DELETE FROM suppressions", "member")
    connection.execute("SELECT merge_leads(%s, %s)", [scene.lead, add_lead(connection, acme, phone="+12125550121")])
    merge = value(connection, "SELECT henk.merge_into(%s, %s, NULL, NULL)", [add_lead(connection, acme, phone="+12125550122"), other])
    assert statuses(scene, other) == set()
    connection.execute("SELECT unmerge_leads(%s)", [merge])
    assert statuses(scene, other) == {"dnc"}
