"""merge_leads and erase_lead; and what the service is told of ids that are none."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.integration.database.acting import add_campaign, add_lead, add_list, assign, column, create_list, value


def test_merging_moves_lists_campaigns_and_provenance_and_doubles_no_amount(connection, acme):
    keep = add_lead(connection, acme, email="ana@example.org", tags=["a"], custom_fields={"k": 1})
    drop = add_lead(
        connection,
        acme,
        phone="+12125550101",
        city="Bath",
        tags=["a", "b"],
        custom_fields={"k": 2, "j": 3},
        dnc=True,
        source="hubspot",
        source_id="7",
    )
    both, only = add_campaign(connection, acme, "Both", exclude_dnc=False), add_campaign(connection, acme, "Only", exclude_dnc=False)
    a, b = add_list(connection, acme, "A", [keep, drop]), add_list(connection, acme, "B", [drop])
    assign(connection, both, a)
    assign(connection, only, b)
    connection.execute("UPDATE campaign_leads SET status = 'contacted', attempts = 1, pledged_amount = 50 WHERE lead_id = %s", [keep])
    connection.execute(
        "UPDATE campaign_leads SET status = 'converted', attempts = 2, pledged_amount = 50, donated_amount = 20 WHERE lead_id = %s", [drop]
    )
    assert str(value(connection, "SELECT merge_leads(%s, %s)", [keep, drop])) == keep
    assert connection.execute(
        "SELECT id::text, email, phone, city, tags, custom_fields, dnc, source, source_id, source_metadata FROM leads"
    ).fetchall() == [
        (keep, "ana@example.org", "+12125550101", "Bath", ["a", "b"], {"k": 1, "j": 3}, True, "hubspot", "7", {"merged_leads": [drop]})
    ]
    assert connection.execute(
        "SELECT c.name, status_.status, attempts, pledged_amount, donated_amount FROM campaign_leads status_ JOIN campaigns c ON c.id = campaign_id ORDER BY 1"
    ).fetchall() == [("Both", "converted", 3, 50, 20), ("Only", "converted", 2, 50, 20)]
    assert connection.execute("SELECT name, lead_count FROM lead_lists ORDER BY 1").fetchall() == [("A", 1), ("B", 1)]


def test_only_two_leads_of_one_business_can_be_merged(connection, acme, other):
    lead = add_lead(connection, acme)
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="different businesses"):
        connection.execute("SELECT merge_leads(%s, %s)", [lead, add_lead(connection, other)])
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="with itself"):
        connection.execute("SELECT merge_leads(%s, %s)", [lead, lead])


def test_what_other_tables_say_of_a_merged_lead_goes_over(connection, acme):
    connection.execute("CREATE TABLE call_logs (id int, lead_id uuid REFERENCES leads ON DELETE CASCADE)")
    keep, drop = add_lead(connection, acme), add_lead(connection, acme)
    connection.execute("INSERT INTO call_logs VALUES (1, %s)", [drop])
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    assert column(connection, "SELECT lead_id::text FROM call_logs") == [keep]


def everything(connection):
    """Every row of the tables that a merge touches, but for when it was last written."""
    told = {}
    for table in ("leads", "campaign_leads", "lead_list_members", "lead_lists", "campaign_lead_lists", "lead_import_rows", "call_logs"):
        rows = column(connection, f"SELECT (to_jsonb(t) - '{{updated_at,updated_by}}'::text[])::text FROM {table} t")
        told[table] = sorted(rows)
    return told


def furnished_pair(connection, acme):
    """Two leads that share a list and a campaign, and each have one of their own; a call log; provenance."""
    connection.execute("CREATE TABLE call_logs (id int PRIMARY KEY, lead_id uuid REFERENCES leads ON DELETE CASCADE)")
    keep = add_lead(connection, acme, email="ana@example.org", tags=["a"], custom_fields={"k": 1})
    drop = add_lead(
        connection, acme, phone="+12125550101", city="Bath", tags=["b"], custom_fields={"k": 2}, source="hubspot", source_id="7"
    )
    both, only = add_campaign(connection, acme, "Both", exclude_dnc=False), add_campaign(connection, acme, "Only", exclude_dnc=False)
    assign(connection, both, add_list(connection, acme, "A", [keep, drop]))
    assign(connection, only, add_list(connection, acme, "B", [drop]))
    connection.execute("UPDATE campaign_leads SET status = 'contacted', attempts = 1, pledged_amount = 50 WHERE lead_id = %s", [keep])
    connection.execute("UPDATE campaign_leads SET status = 'converted', attempts = 2, donated_amount = 20 WHERE lead_id = %s", [drop])
    connection.execute("INSERT INTO call_logs VALUES (1, %s), (2, %s)", [keep, drop])
    imported = value(
        connection,
        "INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status) "
        "VALUES (%s, 'old', 'f', 1, repeat('0', 64), 'l', '', 'rejected') RETURNING id",
        [acme.id],
    )
    connection.execute(
        "INSERT INTO lead_import_rows (import_id, business_id, line_number, lead_id, action) VALUES (%s, %s, 2, %s, 'inserted')",
        [imported, acme.id, drop],
    )
    return keep, drop


def the_merge(connection):
    return value(connection, "SELECT id FROM lead_merges ORDER BY merged_at DESC LIMIT 1")


def test_a_merge_taken_apart_leaves_everything_as_it_was(connection, acme):
    keep, drop = furnished_pair(connection, acme)
    before = everything(connection)
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    assert everything(connection) != before
    assert str(value(connection, "SELECT unmerge_leads(%s)", [the_merge(connection)])) == drop
    assert everything(connection) == before
    assert connection.execute("SELECT decision FROM lead_duplicate_candidates").fetchall() == [("different",)]
    connection.execute("SELECT unmerge_leads(%s)", [the_merge(connection)])  # again: nothing more happens
    assert everything(connection) == before


def test_what_has_changed_since_the_merge_stays_and_an_opt_out_is_of_both(connection, acme):
    keep, drop = furnished_pair(connection, acme)
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    connection.execute("UPDATE leads SET first_name = 'Ana', dnc = true WHERE id = %s", [keep])
    connection.execute("SELECT unmerge_leads(%s)", [the_merge(connection)])
    assert connection.execute("SELECT id::text, first_name, city, dnc FROM leads ORDER BY first_name").fetchall() == [
        (keep, "Ana", None, True),
        (drop, None, "Bath", True),
    ]


def test_merges_are_taken_apart_the_last_one_first(connection, acme):
    first, second, third = (add_lead(connection, acme, first_name=name) for name in "ABC")
    connection.execute("SELECT merge_leads(%s, %s)", [second, third])
    inner = the_merge(connection)
    connection.execute("SELECT merge_leads(%s, %s)", [first, second])
    outer = the_merge(connection)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="take that merge apart first"), connection.transaction():
        connection.execute("SELECT unmerge_leads(%s)", [inner])
    connection.execute("SELECT unmerge_leads(%s)", [outer])
    connection.execute("SELECT unmerge_leads(%s)", [inner])
    assert sorted(column(connection, "SELECT first_name FROM leads")) == ["A", "B", "C"]


def test_what_was_decided_of_a_merged_lead_holds_for_the_one_it_became(connection, acme):
    keep, drop, stranger = (add_lead(connection, acme) for _ in range(3))
    connection.execute(
        "INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, decision) "
        "VALUES (%s, least(%s::uuid, %s), greatest(%s::uuid, %s), 0.9, 'different')",
        [acme.id, drop, stranger, drop, stranger],
    )
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    pairs = connection.execute("SELECT lead_id::text, other_lead_id::text, decision FROM lead_duplicate_candidates").fetchall()
    assert [({a, b}, decision) for a, b, decision in pairs] == [({keep, stranger}, "different")]


def everything_as_text(connection):
    """All that any table of ours holds, as one text."""
    tables = column(
        connection,
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'henk') AND tablename NOT IN ('phone_regions', 'given_names')",
    )
    return "\n".join(str(connection.execute(f"SELECT to_jsonb(t) FROM {table} t").fetchall()) for table in tables)


def test_an_erased_person_is_gone_counts_stay_true_and_the_suppression_stays_as_a_hash(connection, acme):
    ana = add_lead(
        connection, acme, first_name="Anastasia", email="anastasia@example.org", phone="+12125550101", mobile_phone="+12125550102"
    )
    add_lead(connection, acme, first_name="Bo", phone="+12125550103")
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'email', 'anastasia@example.org')", [acme.id])
    lead_list = add_list(connection, acme, leads=column(connection, "SELECT id FROM leads"))
    given, waiting = add_campaign(connection, acme, "Given"), add_campaign(connection, acme, "Waiting")
    for campaign in (given, waiting):
        assign(connection, campaign, lead_list)
    connection.execute(
        "UPDATE campaign_leads SET status = 'converted', attempts = 1, donated_amount = 50, notes = 'Anastasia was glad' WHERE campaign_id = %s AND lead_id = %s",
        [given, ana],
    )
    import_id = value(
        connection,
        """INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status, rows_read, rows_accepted,
            rows_rejected, leads_updated)
        VALUES (%s, 'the-upload', 'f.csv', 1, repeat('0', 64), 'People', '', 'partial', 3, 1, 2, 1) RETURNING id""",
        [acme.id],
    )
    connection.execute(
        "INSERT INTO lead_import_rows (import_id, business_id, line_number, lead_id, action, replaced) VALUES (%s, %s, 2, %s, 'updated', %s)",
        [import_id, acme.id, ana, Jsonb({"first_name": "Anastasia"})],
    )
    for line, row in ((3, {"Name": "Anastasia", "Tel": "(212) 555-0101", "Mail": "x"}), (4, {"Name": "Bo", "Tel": "1"})):
        connection.execute(
            "INSERT INTO lead_import_rejections (import_id, business_id, line_number, value, rule, message, row) VALUES (%s, %s, %s, 'x', 'r', 'm', %s)",
            [import_id, acme.id, line, Jsonb(row)],
        )
    refused = value(
        connection,
        """INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status, rows_read, rows_rejected)
        VALUES (%s, 'nothing-but-rejected', 'g.csv', 1, repeat('1', 64), 'People', '', 'rejected', 1, 1) RETURNING id""",
        [acme.id],
    )
    connection.execute(
        "INSERT INTO lead_import_rejections (import_id, business_id, line_number, value, rule, message, row) VALUES (%s, %s, 2, 'x', 'r', 'm', %s)",
        [refused, acme.id, Jsonb({"Name": "Anastasia", "Tel": "212 5550102"})],
    )
    report = value(connection, "SELECT erase_lead(%s)", [ana])
    assert (report["uploads"], report["campaign_leads_kept_without_name"], report["rejections_blanked"]) == (
        ["nothing-but-rejected", "the-upload"], 1, 2,
    )  # fmt: skip
    text = everything_as_text(connection)
    for trace in ("nastasia", "2125550101", "2125550102", "555-0101"):
        assert trace not in text
    assert "Bo" in text
    assert value(connection, "SELECT lead_count FROM lead_lists") == 1
    assert connection.execute(
        "SELECT c.name, a.total_leads, a.successful_leads FROM campaign_lead_lists a JOIN campaigns c ON c.id = a.campaign_id ORDER BY 1"
    ).fetchall() == [("Given", 2, 1), ("Waiting", 1, 0)]
    assert value(connection, "SELECT sum(donated_amount) FROM campaign_leads") == 50
    # Whoever uploads the person again finds that nobody may call.
    again = create_list(connection, acme, [{"first_name": "Anastasia", "phone": "(212) 555-0102"}], "Again")
    assign(connection, given, again)
    assert (
        value(connection, "SELECT count(*) FROM campaign_leads cl JOIN leads l ON l.id = cl.lead_id WHERE l.first_name = 'Anastasia'") == 0
    )


def test_tables_that_must_name_the_person_stop_the_erasure_and_others_let_go(connection, acme):
    connection.execute("CREATE TABLE call_logs (id int, lead_id uuid REFERENCES leads)")
    lead = add_lead(connection, acme)
    connection.execute("INSERT INTO call_logs VALUES (1, %s)", [lead])
    connection.execute("CREATE TABLE conversations (lead_id uuid NOT NULL REFERENCES leads)")
    connection.execute("INSERT INTO conversations VALUES (%s)", [lead])
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="conversations refers to this person in 1 rows"):
        connection.execute("SELECT erase_lead(%s)", [lead])
    connection.execute("DELETE FROM conversations")
    assert value(connection, "SELECT erase_lead(%s)", [lead])["rows_of_other_tables"] == {"call_logs": 1}
    assert connection.execute("SELECT id, lead_id FROM call_logs").fetchall() == [(1, None)]


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("add_lead_list_to_campaign(gen_random_uuid(), gen_random_uuid())", "campaign"),
        ("remove_lead_list_from_campaign(gen_random_uuid(), gen_random_uuid())", "campaign"),
        ("create_lead_list_from_csv(gen_random_uuid(), 'x', '[]')", "business"),
        ("refresh_lead_list(gen_random_uuid())", "lead list"),
        ("undo_lead_import(gen_random_uuid())", "import"),
        ("merge_leads(gen_random_uuid(), gen_random_uuid())", "lead"),
        ("erase_lead(gen_random_uuid())", "lead"),
        ("erase_lead(NULL)", "lead"),
    ],
)
def test_the_service_is_told_of_an_unknown_id(connection, call, what):
    with pytest.raises(psycopg.errors.NoDataFound, match=f"There is no {what} "):
        connection.execute(f"SELECT {call}")


@pytest.mark.parametrize("how", ["flag", "number"])
def test_a_merge_brings_no_call_to_somebody_who_must_not_be_called(connection, acme, how):
    keep = add_lead(connection, acme, phone="+12125550101", do_not_call=how == "flag")
    if how == "number":
        connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550101')", [acme.id])
    drop = add_lead(connection, acme, email="ana@example.org")
    campaign = add_campaign(connection, acme)
    assign(connection, campaign, add_list(connection, acme, "A", [drop]))
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    assert connection.execute("SELECT lead_id::text, status FROM campaign_leads").fetchall() == [(keep, "dnc")]


def test_a_number_that_was_erased_ends_the_calls_of_whoever_shares_it(connection, acme):
    gone, spouse, other = (
        add_lead(connection, acme, email=f"{n}@example.org", **numbers)
        for n, numbers in enumerate([{"phone": "+12125550101"}, {"mobile_phone": "+12125550101"}, {"phone": "+12125550102"}])
    )
    assign(connection, add_campaign(connection, acme, dedupe_by_phone=False), add_list(connection, acme, "A", [gone, spouse, other]))
    connection.execute("SELECT erase_lead(%s)", [gone])
    assert connection.execute("SELECT lead_id::text, status FROM campaign_leads ORDER BY status").fetchall() == [
        (spouse, "dnc"),
        (other, "new"),
    ]
