"""The tables about lists with criteria: stays, movement, and how segments were engaged."""

import json

from henk_pipeline.analytics.publish import opened
from henk_pipeline.postgres.connect import connect
from henk_pipeline.steps.analytics import publish_analytics
from tests.integration.uploading import add_business

BATH = json.dumps({"field": "city", "op": "=", "value": "Bath"})


def published(settings, query):
    with connect(settings) as own:
        publish_analytics(own, settings)
    with opened(settings.analytics) as tables:
        return tables.execute(query).fetchall()


def test_stays_movement_and_engagement(connection, settings):
    business = add_business(connection, "acme", "Year End")
    for name, city in (("Ana", "Bath"), ("Bo", "Bath"), ("Cy", "Rome"), ("Di", "Rome")):
        connection.execute(
            "INSERT INTO leads (business_id, first_name, email, city) VALUES (%s, %s, %s, %s)", [business, name, f"{name}@x.org", city]
        )
    list_id = connection.execute(
        "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, 'Bath', 'dynamic', %s) RETURNING id",
        [business, BATH],
    ).fetchone()[0]
    connection.execute("SELECT add_lead_list_to_campaign((SELECT id FROM campaigns), %s)", [list_id])
    lead = "(SELECT id FROM leads WHERE first_name = %s)"
    connection.execute(f"SELECT henk.pin_lead(%s, {lead})", [list_id, "Di"])
    for city in ("Rome", "Bath"):  # Bo leaves, and comes again
        connection.execute("UPDATE leads SET city = %s WHERE first_name = 'Bo'", [city])
        connection.execute("SELECT refresh_lead_list(%s)", [list_id])
    connection.execute(f"SELECT henk.exclude_lead(%s, {lead})", [list_id, "Ana"])
    connection.execute(f"SELECT henk.exclude_lead(%s, {lead})", [list_id, "Cy"])  # who is not on it
    connection.execute("UPDATE lead_lists SET filter_criteria = %s", [BATH.replace("Bath", "nowhere")])  # held? Di is pinned: Bo leaves
    connection.execute("UPDATE lead_lists SET filter_criteria = %s", [BATH])
    connection.execute("UPDATE campaign_leads SET attempts = 3, status = 'converted', donated_amount = 50 WHERE lead_id = " + lead, ["Bo"])
    connection.execute(
        "UPDATE campaign_leads SET attempts = 1, status = 'failed', last_attempt_at = now() - interval '60 days' WHERE lead_id = " + lead,
        ["Di"],
    )
    stays = published(
        settings,
        "SELECT l.first_name, m.origin, m.left_at IS NOT NULL, m.left_by FROM fct_list_membership m JOIN dim_lead l USING (lead_id) "
        "ORDER BY l.first_name, m.entered_at",
    )
    assert stays == [
        ("Ana", "criteria", True, "hand"),
        ("Bo", "criteria", True, "refresh"),
        ("Bo", "criteria", True, "rule"),
        ("Bo", "criteria", False, None),
        ("Di", "pinned", False, None),
    ]
    assert published(settings, "SELECT entered, left_out, pinned, excluded, held, failed FROM list_movement") == [(5, 3, 1, 1, 0, 0)]
    assert published(settings, "SELECT last_days, members, called, attempts, contacts, conversions, gifts, donated_amount FROM segment_engagement") == [
        (30, 2, 1, 3, 1, 1, 1, 50), (90, 2, 2, 4, 1, 1, 1, 50),
    ]  # fmt: skip
    connection.execute("SELECT erase_lead(%s)", [connection.execute("SELECT id FROM leads WHERE first_name = 'Bo'").fetchone()[0]])
    assert published(settings, "SELECT count(*), count(lead_id) FROM fct_list_event") == [(10, 4)]
    assert published(settings, "SELECT count(*) FROM fct_list_membership") == [(2,)]


# Stays of a lead on a list that begin before the last one has ended, or are open twice; lists whose movement does not add up to their members.
OVERLAPS = """SELECT * FROM (SELECT *, lag(coalesce(left_at, 'infinity')) OVER (PARTITION BY lead_list_id, lead_id ORDER BY entered_at, left_at NULLS LAST) AS before
    FROM fct_list_membership) WHERE before > entered_at OR left_at < entered_at"""
SUMS = """SELECT l.list_name, m.n, v.n FROM (SELECT lead_list_id, sum(entered) - sum(left_out) AS n FROM list_movement GROUP BY ALL) v
    FULL JOIN (SELECT lead_list_id, count(*) AS n FROM fct_list_membership WHERE left_at IS NULL GROUP BY ALL) m USING (lead_list_id)
    JOIN dim_lead_list l USING (lead_list_id) WHERE coalesce(m.n, 0) <> coalesce(v.n, 0)"""


def test_members_from_before_a_list_had_criteria_and_of_merges_have_their_stays(connection, settings):
    business = add_business(connection, "acme", "Year End")
    leads = {}
    for name, city in (("Ana", "Bath"), ("Anna", "Bath"), ("Bo", "Rome"), ("Cy", "Rome"), ("Di", "Rome"), ("Zb", "Rome")):
        leads[name] = connection.execute(
            "INSERT INTO leads (business_id, first_name, email, city) VALUES (%s, %s, %s, %s) RETURNING id",
            [business, name, f"{name}@x.org", city],
        ).fetchone()[0]
    list_id = connection.execute(
        "INSERT INTO lead_lists (business_id, name, max_leave) VALUES (%s, 'Old', 1) RETURNING id", [business]
    ).fetchone()[0]
    for name in ("Bo", "Cy", "Di", "Zb"):
        connection.execute(
            "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id, added_at) VALUES (%s, %s, %s, '2026-01-02 10:00Z')",
            [business, list_id, leads[name]],
        )
    connection.execute("UPDATE lead_lists SET list_type = 'dynamic', filter_criteria = %s", [BATH])
    connection.execute("SELECT henk.exclude_lead(%s, %s)", [list_id, leads["Zb"]])
    connection.execute("UPDATE leads SET city = 'Rome' WHERE first_name = 'Anna'")
    connection.execute("SELECT refresh_lead_list(%s)", [list_id])  # Anna leaves, and is Ana, who stays
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Ana"], leads["Anna"]])
    connection.execute("SELECT merge_leads(%s, %s)", [leads["Bo"], leads["Cy"]])
    stays = published(
        settings,
        "SELECT l.first_name, m.origin, m.entered_at < TIMESTAMP '2026-02-01', m.left_at IS NOT NULL, m.left_by FROM fct_list_membership m "
        "JOIN dim_lead l USING (lead_id) ORDER BY l.first_name, m.entered_at",
    )
    assert stays == [
        ("Ana", "criteria", False, True, "refresh"),
        ("Ana", "criteria", False, False, None),
        ("Bo", "given", True, False, None),
        ("Di", "given", True, False, None),
        ("Zb", "given", True, True, "hand"),
    ]
    assert published(settings, "SELECT sum(left_out), sum(excluded) FROM list_movement") == [(2, 1)]
    assert published(settings, OVERLAPS) == published(settings, SUMS) == []
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    assert published(settings, OVERLAPS) == published(settings, SUMS) == []
    assert published(settings, "SELECT count(*), count(left_at) FROM fct_list_membership") == [(6, 2)]
