"""Rows sent to create_lead_list_from_csv are read again by the reader of files, whose vocabulary is the finer one."""

import polars as pl
import psycopg
import pytest

from henk_pipeline.leads.phones import kinds_not_called
from henk_pipeline.steps import sent_lists
from henk_pipeline.steps.sent_lists import SentListsNotReadError, read_sent_lists
from tests.integration.database.acting import acting_as, add_business, add_campaign, assign, column, create_list, value

PHONE = "+12125550101"
# What SQL does not hear.
REFUSED = [
    {"Notes": "He hangs up on us every time, forget it. TPS"}, {"Contact me by phone": "No thanks"}, {"Kann ich Sie anrufen?": "nein"},
    {"Anrede": "Familie (bitte nicht stören)"}, {"NoPhone": "X"}, {"custom_fields": {"Bloqueo telefonico": "sí"}}, {"last_name": "Lovelace (deceased)"},
]  # fmt: skip
CALLABLE = [
    {"Notes": "ring again in May"}, {"Preferred call time": "evenings"}, {"Code": "A1"}, {"tags": ["VIP", "gala 2024"]},
    {"Is Deceased": "false"}, {"Gift": 25.5, "Recurring": True}, {"custom_fields": {"T-shirt": "L"}}, {"Notes": None}, {"": ""},
]  # fmt: skip


def send(connection, business, cells, name="Sent", phone="(212) 555-0101"):
    campaign = add_campaign(connection, business)
    assign(connection, campaign, create_list(connection, business, [{"phone": phone, "first_name": "Ada", **cells}], name))
    return campaign


@pytest.mark.parametrize("cells", REFUSED, ids=str)
def test_what_sql_does_not_hear_ends_the_calls(connection, acme, cells):
    send(connection, acme, cells)
    assert column(connection, "SELECT status FROM campaign_leads") == ["new"], "SQL hears it, too: take another form"
    (read,) = read_sent_lists(connection)
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc"]
    assert (read.rows, read.opted_out + read.unclear) == (1, 1)
    assert value(connection, "SELECT count(*) FROM henk.sent_rows") == 0


@pytest.mark.parametrize("cells", CALLABLE, ids=str)
def test_a_row_that_refuses_nothing_stays_callable(connection, acme, cells):
    send(connection, acme, cells)
    read_sent_lists(connection)
    assert column(connection, "SELECT status FROM campaign_leads") == ["new"]
    assert value(connection, "SELECT count(*) FROM henk.sent_rows") == 0


def test_a_certain_refusal_suppresses_the_number_and_the_address(connection, acme):
    send(connection, acme, {"last_name": "Lovelace (deceased)", "email": "ada@example.org"})
    read_sent_lists(connection)
    assert set(column(connection, "SELECT channel || ' ' || value FROM suppressions")) == {f"phone {PHONE}", "email ada@example.org"}


@pytest.mark.parametrize(
    ("first", "last"),
    [("Estate of", "John Smith"), ("Estate of John", "Smith"), (None, "Estate of John Smith"), ("Nachlass", "Karl Weber")],
)
def test_an_estate_is_not_called(connection, acme, first, last):
    create_list(connection, acme, [{"first_name": first, "last_name": last, "phone": "+12075550142"}])
    read_sent_lists(connection)
    assert value(connection, "SELECT do_not_call FROM leads") is True


@pytest.mark.parametrize(("first", "last"), [("Deca", "Lateman"), ("Ann", "Smith"), ("Herbert", "Erb")])
def test_a_name_that_only_begins_like_an_estates_is_called(connection, acme, first, last):
    create_list(connection, acme, [{"first_name": first, "last_name": last, "phone": "+12075550142"}])
    read_sent_lists(connection)
    assert value(connection, "SELECT do_not_call OR dnc FROM leads") is False


@pytest.mark.parametrize("number", ["+19005550123", "+447012345678", "+33891123456"])
def test_a_premium_number_is_left_out_and_the_other_one_called(connection, acme, number):
    assert kinds_not_called(pl.Series([number])).to_list() != [None]
    create_list(connection, acme, [{"first_name": "Ann", "phone": number, "mobile_phone": "+12125550101"}])
    assert connection.execute("SELECT phone, mobile_phone, custom_fields ->> 'phone_as_sent' FROM leads").fetchall() == [
        (None, "+12125550101", number)
    ]


def test_a_premium_number_and_an_ordinary_one_look_alike(connection):
    numbers = ["+18005550123", "+12125550123", "+447400123456", "+19045550123", "+4990012345678", "+33612345678", "+4930901820"]
    assert value(connection, "SELECT bool_or(henk.is_premium_phone(n)) FROM unnest(%s::text[]) n", [numbers]) is False
    assert kinds_not_called(pl.Series(numbers)).null_count() == len(numbers)


def test_a_plain_list_is_not_kept(connection, acme):
    create_list(
        connection, acme, [{"phone": PHONE, "first_name": "Zoë", "last_name": "O'Brien-Smith", "email": "zoe@example.org", "city": "Rome"}]
    )
    assert value(connection, "SELECT count(*) FROM henk.sent_rows") == 0


def test_what_a_person_has_decided_since_stays(connection, acme):
    create_list(connection, acme, [{"phone": PHONE, "Notes": "please do not call again"}])
    assert value(connection, "SELECT consent_unclear FROM leads") is not None
    connection.execute("UPDATE leads SET do_not_call = false")
    read_sent_lists(connection)
    assert value(connection, "SELECT do_not_call FROM leads") is False


def test_a_merge_takes_the_rows_along(connection, acme):
    create_list(connection, acme, [{"phone": PHONE, "first_name": "Ada", "NoPhone": "X"}])
    dropped = value(connection, "SELECT id FROM leads")
    create_list(connection, acme, [{"email": "ada@example.org", "first_name": "Ada"}], "Other")
    kept = value(connection, "SELECT id FROM leads WHERE id <> %s", [dropped])
    connection.execute("SELECT merge_leads(%s, %s)", [kept, dropped])
    read_sent_lists(connection)
    assert value(connection, "SELECT do_not_call FROM leads WHERE id = %s", [kept]) is True


def test_an_erased_person_leaves_no_row(connection, acme):
    create_list(connection, acme, [{"phone": PHONE, "first_name": "Ada", "NoPhone": "X"}])
    connection.execute("SELECT erase_lead(id) FROM leads")
    assert value(connection, "SELECT count(*) FROM henk.sent_rows") == 0


def test_a_list_that_cannot_be_read_holds_up_no_other(connection, acme, monkeypatch):
    other = add_business(connection, "other")
    send(connection, acme, {"NoPhone": "X", "Trap": "1"})
    send(connection, other, {"NoPhone": "X"})
    whole = sent_lists.read_rows

    def read_rows(rows, country):
        if any("Trap" in row.cells for row in rows):
            raise ValueError("trap")
        return whole(rows, country)

    monkeypatch.setattr(sent_lists, "read_rows", read_rows)
    with pytest.raises(SentListsNotReadError, match="“Sent” of acme"):
        read_sent_lists(connection)
    assert dict(connection.execute("SELECT b.slug, l.do_not_call FROM leads l JOIN businesses b ON b.id = l.business_id").fetchall()) == {
        "acme": False, "other": True}  # fmt: skip
    monkeypatch.undo()
    read_sent_lists(connection)
    assert value(connection, "SELECT count(*) FROM leads WHERE do_not_call") == 2


@pytest.mark.long
def test_rows_of_many_keys_are_read_in_pieces(connection, acme):
    people = [{"phone": f"+1212555{n:04}", **{f"key {n} {m}": "x" for m in range(200)}, "NoPhone": "X"} for n in range(100, 104)]
    create_list(connection, acme, people)
    read_sent_lists(connection)
    assert value(connection, "SELECT count(*) FROM leads WHERE do_not_call") == 4


def test_no_client_reads_sent_rows(connection, acme, member):
    create_list(connection, acme, [{"phone": PHONE, "first_name": "Ada", "NoPhone": "X"}])
    with acting_as(connection, member), pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute("SELECT * FROM henk.sent_rows")
