"""One written form for e-mails and phones, whoever writes; and an opt-out that ends calls wherever it is said."""

import phonenumbers
import polars as pl
import psycopg
import pytest

from henk_pipeline.leads.emails import normalise_emails
from tests.integration.database.acting import acting_as, add_campaign, add_lead, add_list, assign, column, value


def written_numbers():
    """Numbers of every region libphonenumber knows, as people write them, with the region they are dialled in."""
    kinds = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.TOLL_FREE)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        numbers = [number for kind in kinds if (number := phonenumbers.example_number_for_type(region, kind))]
        for number in numbers:
            plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
            international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            for form in (international, national, plain[1:], f"00{plain[1:]}", f"{national} ext. 12", national.replace(" ", ".")):
                yield form, region
            yield f"011 {plain[1:]}", "US"
            yield national, "US"


def pipelines_number(written, region):
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


@pytest.mark.long
def test_sql_reads_phones_as_libphonenumber_does(connection):
    cases = list(dict.fromkeys(written_numbers()))
    assert len(cases) > 3000
    found = connection.execute(
        "SELECT n, r, henk.normalise_phone(n, r) FROM unnest(%s::text[], %s::text[]) AS t (n, r)",
        [[n for n, _ in cases], [r for _, r in cases]],
    ).fetchall()
    different = [(n, r, ours, theirs) for n, r, ours in found if ours != (theirs := pipelines_number(n, r))]
    assert different == []


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("(212) 555-0101", "US", "+12125550101"),
        ("1.212.555.0101 x4", "US", "+12125550101"),
        ("tel:+49 (0)30 901820", "US", "+4930901820"),
        ("030/901820", "DE", "+4930901820"),
        ("+1 212 555 0101", None, "+12125550101"),
        ("555-1234", "US", None),
        ("1-800-FLOWERS", "US", None),
        ("2.12555E+09", "US", None),
        ("", "US", None),
        ("call me", "US", None),
        ("1" * 5000, "US", None),
        (None, "US", None),
    ],
)
def test_phones_by_example(connection, written, region, number):
    assert value(connection, "SELECT henk.normalise_phone(%s, %s)", [written, region]) == number


def test_sql_reads_emails_as_the_pipeline_does(connection):
    cells = [
        "Ana@Example.ORG",
        " ana@example.org ",
        "mailto:ana@example.org",
        "Ana Lima <ana@EXAMPLE.org>",
        "ana@example.org;",
        "<ana@example.org>,",
    ]
    pipeline = normalise_emails(pl.DataFrame({"email": [cell.strip() for cell in cells]}), "email")["email"].to_list()
    assert (
        column(connection, "SELECT henk.normalise_email(e) FROM unnest(%s::text[]) AS e", [cells])
        == pipeline
        == ["ana@example.org"] * len(cells)
    )


def test_whoever_writes_a_lead_writes_its_one_form(connection, acme, member):
    with acting_as(connection, member):
        connection.execute(
            "INSERT INTO leads (business_id, email, phone, mobile_phone) VALUES (%s, ' Ana@Example.org', '(212) 555-0101', '555-1234')",
            [acme.id],
        )
        connection.execute("INSERT INTO leads (business_id, phone, country) VALUES (%s, '030 901820', 'DE')", [acme.id])
        connection.execute("UPDATE leads SET mobile_phone = '212.555.0102' WHERE email IS NOT NULL")
        for country in ("Deutschland", "germany", "Nowhere"):
            connection.execute("INSERT INTO leads (business_id, phone, country) VALUES (%s, '030 901820', %s)", [acme.id, country])
    assert connection.execute("SELECT email, phone, mobile_phone FROM leads ORDER BY email, phone").fetchall() == [
        ("ana@example.org", "+12125550101", "+12125550102"),
        (None, "+4930901820", None),
        (None, "+4930901820", None),
        (None, "+4930901820", None),
        (None, "030 901820", None),
    ]


@pytest.fixture
def called(connection, acme):
    """A lead with a number, new in a campaign that leaves opt-outs out, and in one that does not."""
    lead = add_lead(connection, acme, phone="(212) 555-0101", mobile_phone="212 555 0102")
    lead_list = add_list(connection, acme, leads=[lead])
    for name, exclude in (("Careful", True), ("Careless", False)):
        assign(connection, add_campaign(connection, acme, name, exclude_dnc=exclude), lead_list)
    return lead


def statuses(connection):
    return dict(connection.execute("SELECT c.name, cl.status FROM campaign_leads cl JOIN campaigns c ON c.id = cl.campaign_id").fetchall())


@pytest.mark.parametrize(
    "said",
    [
        "UPDATE leads SET dnc = true",
        "UPDATE leads SET do_not_call = true",
        "INSERT INTO suppressions (business_id, channel, value) SELECT business_id, 'phone', '212-555-0101' FROM leads",
        "INSERT INTO suppressions (business_id, channel, value) SELECT business_id, 'phone', '+12125550102' FROM leads",
    ],
)
def test_an_opt_out_ends_the_calls_to_come(connection, acme, member, called, said):
    with acting_as(connection, member):
        connection.execute(said)
    assert statuses(connection) == {"Careful": "dnc", "Careless": "new"}


def test_the_address_of_whoever_has_a_flag_is_kept_when_the_lead_goes_and_until_the_flag_is_taken_away(connection, acme, member):
    kept = "SELECT count(*) FROM henk.no_calls WHERE address = henk.fingerprint(business_id, 'ana@example.org')"
    lead = add_lead(connection, acme, email="ana@example.org")
    for flag in ("do_not_call", "dnc"):
        with acting_as(connection, member) as acting:
            acting.execute(f"UPDATE leads SET {flag} = true WHERE id = %s", [lead])
        assert value(connection, kept) == 1
        with acting_as(connection, member) as acting:
            acting.execute(f"UPDATE leads SET {flag} = false WHERE id = %s", [lead])
        assert value(connection, kept) == 0
    connection.execute("UPDATE leads SET do_not_call = true, dnc = true")
    connection.execute("UPDATE leads SET dnc = false")
    connection.execute("DELETE FROM leads")
    assert value(connection, kept) == 1


def test_what_is_said_in_a_call_of_one_campaign_holds_for_all(connection, acme, other, member, called):
    """Also for somebody else with the number, for the business's next lists, and not for another business."""
    connection.execute("UPDATE leads SET email = 'ana@example.org'")
    wife = add_lead(connection, acme, mobile_phone="+12125550101")
    stranger = add_lead(connection, other, phone="+12125550101")
    assign(connection, add_campaign(connection, acme, "Wife"), add_list(connection, acme, leads=[wife]))
    assign(connection, add_campaign(connection, other, "Other"), add_list(connection, other, leads=[stranger]))
    with acting_as(connection, member) as acting:
        acting.execute(
            "UPDATE campaign_leads SET status = 'dnc', attempts = 1 WHERE campaign_id = (SELECT id FROM campaigns WHERE name = 'Careless')"
        )
    assert statuses(connection) == {"Careless": "dnc", "Careful": "dnc", "Wife": "dnc", "Other": "new"}
    assert connection.execute("SELECT id::text, dnc FROM leads WHERE dnc").fetchall() == [(called, True)]
    assert connection.execute("SELECT value, reason, source FROM suppressions ORDER BY 1").fetchall() == [
        ("+12125550101", "said in a call", "campaign"), ("+12125550102", "said in a call", "campaign"),
    ]  # fmt: skip
    assert column(connection, "SELECT address = henk.fingerprint(business_id, 'ana@example.org') FROM henk.no_calls") == [True]
    assign(connection, later := add_campaign(connection, acme, "Later"), add_list(connection, acme, "Later", leads=[called, wife]))
    assert value(connection, "SELECT count(*) FROM campaign_leads WHERE campaign_id = %s", [later]) == 0


@pytest.mark.parametrize("then", ["new", "queued", "contacted", "failed"])
def test_nobody_is_called_again_who_opts_out_during_a_call(connection, acme, member, called, then):
    connection.execute("UPDATE campaign_leads SET status = 'calling'")
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550101')", [acme.id])
    assert statuses(connection) == {"Careful": "calling", "Careless": "calling"}
    with acting_as(connection, member) as acting:
        acting.execute("UPDATE campaign_leads SET status = %s, next_attempt_at = now()", [then])
    assert statuses(connection) == {"Careful": "dnc", "Careless": then}
    assert value(connection, "SELECT count(*) FROM campaign_leads WHERE status = 'dnc' AND next_attempt_at IS NULL") == 1
    with acting_as(connection, member) as acting:
        acting.execute("UPDATE campaign_leads SET status = 'queued'")
    assert statuses(connection) == {"Careful": "dnc", "Careless": "queued"}
    # Somebody who says yes again is called again.
    connection.execute("DELETE FROM suppressions")
    connection.execute("UPDATE leads SET dnc = false")
    connection.execute("UPDATE campaign_leads SET status = 'queued'")
    assert statuses(connection) == {"Careful": "queued", "Careless": "queued"}


def test_a_call_that_a_suppression_ends_says_nothing_of_the_lead_itself(connection, acme, called):
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550101')", [acme.id])
    assert statuses(connection)["Careful"] == "dnc"
    assert column(connection, "SELECT dnc FROM leads") == [False]
    assert column(connection, "SELECT value FROM suppressions") == ["+12125550101"]


def test_a_lead_that_gets_a_suppressed_number_is_not_called(connection, acme, called):
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550199')", [acme.id])
    assert statuses(connection) == {"Careful": "new", "Careless": "new"}
    connection.execute("UPDATE leads SET mobile_phone = '212-555-0199'")
    assert statuses(connection) == {"Careful": "dnc", "Careless": "new"}


def test_a_converted_call_stays_converted_and_an_email_suppression_ends_no_call(connection, acme, called):
    connection.execute("UPDATE leads SET email = 'ana@example.org'")
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'email', 'Ana@Example.org')", [acme.id])
    assert statuses(connection) == {"Careful": "new", "Careless": "new"}
    connection.execute("UPDATE campaign_leads SET status = 'converted'")
    connection.execute("UPDATE leads SET dnc = true")
    assert statuses(connection) == {"Careful": "converted", "Careless": "converted"}


def test_a_client_that_puts_an_opt_out_into_a_campaign_by_hand_finds_it_marked(connection, acme, member):
    lead = add_lead(connection, acme, phone="(212) 555-0101", dnc=True)
    campaign = add_campaign(connection, acme)
    with acting_as(connection, member):
        connection.execute("INSERT INTO campaign_leads (campaign_id, lead_id) VALUES (%s, %s)", [campaign, lead])
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc"]


def test_one_business_opt_out_is_not_the_others(connection, acme, other, called):
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550101')", [other.id])
    assert statuses(connection)["Careful"] == "new"


@pytest.mark.parametrize(
    "contacts",
    [
        {"phone": "abc"},
        {"phone": "12"},
        {"mobile_phone": "unknown"},
        {"phone": "see notes", "mobile_phone": "555"},
        {"email": "john"},
        {"phone": "١٢", "email": "at home"},
    ],
)
def test_a_lead_has_a_contact_that_may_reach_somebody(connection, acme, member, contacts):
    names = ", ".join(contacts)
    places = ", ".join(["%s"] * len(contacts))
    insert = f"INSERT INTO leads (business_id, first_name, {names}) VALUES (%s, 'John', {places})"
    with pytest.raises(psycopg.errors.CheckViolation, match="needs a phone"), acting_as(connection, member):
        connection.execute(insert, [acme.id, *contacts.values()])
    with pytest.raises(psycopg.errors.CheckViolation, match="needs a phone"):
        connection.execute(insert, [acme.id, *contacts.values()])
    lead = add_lead(connection, acme, phone="+12125550101")
    changes = ", ".join(f"{name} = %s" for name in {"phone": None} | contacts)
    with pytest.raises(psycopg.errors.CheckViolation), acting_as(connection, member):
        connection.execute(f"UPDATE leads SET {changes} WHERE id = %s", [*({"phone": None} | contacts).values(), lead])


@pytest.mark.parametrize(
    "contacts",
    [
        {"phone": "1-800-FLOWERS"},
        {"phone": "555-1234"},
        {"phone": "abc", "email": "john@example.org"},
        {"phone": "see notes", "mobile_phone": "(212) 555-0101"},
        {"phone": "٢١٢٥٥٥٠١٠١"},
    ],
)
def test_what_cannot_be_read_stays_as_it_was_written(connection, acme, member, contacts):
    names = ", ".join(contacts)
    places = ", ".join(["%s"] * len(contacts))
    with acting_as(connection, member):
        assert connection.execute(
            f"INSERT INTO leads (business_id, first_name, {names}) VALUES (%s, 'John', {places}) RETURNING id",
            [acme.id, *contacts.values()],
        ).fetchone()


def test_a_lead_of_before_without_a_contact_that_reaches_anybody_can_be_changed(connection, acme, member):
    connection.execute("ALTER TABLE leads DISABLE TRIGGER contact_reaches_inserted")
    lead = add_lead(connection, acme, phone="12")
    connection.execute("ALTER TABLE leads ENABLE TRIGGER contact_reaches_inserted")
    with acting_as(connection, member):
        connection.execute("UPDATE leads SET first_name = 'Jo', phone = phone WHERE id = %s", [lead])
    assert value(connection, "SELECT first_name FROM leads WHERE id = %s", [lead]) == "Jo"


def test_settings_of_a_business_are_an_object(connection, acme):
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("UPDATE businesses SET settings = '[1]' WHERE id = %s", [acme.id])
