"""Keys of `create_lead_list_from_csv` that are about consent and are no fields of leads: what they refuse holds, what is unclear asks."""

import pytest

from tests.integration.database.acting import add_campaign, add_lead, assign, column, create_list, value

PHONE = "+12125550101"
REFUSED = [
    {"Do Not Call": "Yes"}, {"doNotCall": True}, {"DNC": "x"}, {"DNC Flag": "1"}, {"npsp__Do_Not_Contact__c": "true"}, {"Opted Out": "yes"},
    {"opt_out": "2025-01-31"}, {"Accepts Calls": "No"}, {"phone_opt_in": False}, {"Phone Consent": "Opted Out"}, {"consent": "no"},
    {"Solicit Code": "No Phone Calls"}, {"Status": "Do not call"}, {"deceased": "yes"}, {"Telefonsperre": "ja"}, {"tags": ["VIP", "DNC"]},
    {"custom_fields": {"Do Not Call": "Yes"}}, {"do_not_call": "yes"}, {"dnc": True}, {"phone": "212-555-0101 (do not call)"},
    {"Non chiamare": "sì"}, {"Consenso telefonico": "no"}, {"Ring ikke": "ja"}, {"Samtykke telefon": "nej"}, {"Soittokielto": "kyllä"},
    {"Robinson": "ja"}, {"Status": "Overleden"}, {"Phone consent": "STOP"}, {"tags": ["unsubscribed"]}, {"Niet benaderen": "ja"},
]  # fmt: skip
CALLABLE = [
    {}, {"Do Not Call": "No"}, {"doNotCall": False}, {"DNC": ""}, {"Opted Out": None}, {"Accepts Calls": "Yes"}, {"phone_opt_in": "Opted In"},
    {"Phone Consent": "granted"}, {"Solicit Code": "None"}, {"Status": "Current"}, {"HasOptedOutOfEmail": "true"}, {"email_opt_out": "yes"},
    {"do_not_mail": "yes"}, {"Preferred call time": "evenings"}, {"Last Call": "no answer"}, {"Is Deceased": "false"}, {"Notes": "ring again in May"},
    {"Optional": "no"}, {"tags": ["Volunteer", "no callback needed"]}, {"sms_opt_in": "no"}, {"consent": "yes"},
    {"Notes": "bus stop near the church"}, {"Comments": "loved the gala"}, {"Notes": "wants a call in May"}, {"Notes": "number of guests: 3"}, {"Reason": "gala"}, {"Non chiamare": "no"}, {"Samtykke": "ja"},
    {"Company": "DNC Parks"}, {"Status": "Active"}, {"Code": "A1"},
    {"tags": ["VIP", "Email DNC"]}, {"Spouse Deceased": "Yes"}, {"Unsubscribed from all email": "true"}, {"DNC Email": "Yes"}, {"Deceased": "0000-00-00"},
    {"Event opt-out": "Yes"}, {"WhatsApp consent": "Opted out"}, {"Solicit Code": "DNC (email)"}, {"Status": "unsubscribed (email)"},
]  # fmt: skip
UNCLEAR = [
           {"Do Not Call": "ask Dana"}, {"Phone Consent": "?"}, {"gdpr": "1"}, {"Accepts Calls": "weekends"}, {"TCPA": "pending"},
           {"Notes": "please do not call again"}, {"Bemerkung": "nicht mehr anrufen"}, {"Notes": "John died last May"}, {"Status": "Stop"}, {"Comments": "unsub"},
           {"Notes": "Take me off your list"}, {"Notas": "no quiere que la llamen"}, {"Remarques": "ne souhaite plus être contactée"},
           {"Opmerking": "wil niet gebeld worden"}, {"Do Not Call Until": "2099-01-01"}, {"Solicit Code": "No calls on Shabbat"}, {"DNC": "email and phone"}]  # fmt: skip


def send(connection, acme, people):
    campaign = add_campaign(connection, acme)
    assign(connection, campaign, create_list(connection, acme, people))
    return column(connection, "SELECT status FROM campaign_leads")


@pytest.mark.parametrize("cells", REFUSED, ids=str)
def test_what_a_sent_row_refuses_is_an_opt_out(connection, acme, cells):
    assert send(connection, acme, [{"phone": "(212) 555-0101", **cells}]) == []
    assert value(connection, "SELECT consent_unclear FROM leads") is None
    assert column(connection, "SELECT value FROM suppressions WHERE channel = 'phone'") == [PHONE]


@pytest.mark.parametrize("cells", CALLABLE, ids=str)
def test_a_sent_row_that_refuses_nothing_is_called(connection, acme, cells):
    assert send(connection, acme, [{"phone": "(212) 555-0101", "email": "ana@example.org", **cells}]) == ["new"]


@pytest.mark.parametrize("cells", UNCLEAR, ids=str)
def test_what_is_unclear_in_a_sent_row_is_not_called_until_a_person_decides(connection, acme, cells):
    assert send(connection, acme, [{"phone": "(212) 555-0101", **cells}]) == []
    ((key, cell),) = cells.items()
    assert value(connection, "SELECT consent_unclear FROM leads") == f"{key}: {cell}"
    assert value(connection, "SELECT count(*) FROM suppressions") == 0
    connection.execute("UPDATE leads SET do_not_call = false")
    assert value(connection, "SELECT count(*) FROM henk.leads_not_to_call") == 0


def test_one_row_of_a_person_that_refuses_is_enough(connection, acme):
    people = [
        {"phone": PHONE, "first_name": "Ana", "DNC": "no"},
        {"phone": PHONE, "first_name": "Ana", "DNC": "yes"},
        {"phone": "+12125550102", "DNC": ""},
    ]
    assert send(connection, acme, people) == ["new"]
    assert value(connection, "SELECT phone FROM leads WHERE do_not_call") == PHONE


def test_a_known_lead_is_opted_out_by_a_sent_row(connection, acme):
    lead = add_lead(connection, acme, phone=PHONE, first_name="Ana")
    assert send(connection, acme, [{"phone": PHONE, "first_name": "Ana", "Do Not Call": "yes"}]) == []
    assert value(connection, "SELECT do_not_call FROM leads WHERE id = %s", [lead]) is True
