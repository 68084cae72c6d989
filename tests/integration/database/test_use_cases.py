"""The customer's five use cases in the customer's own SQL, with real ids; the monitoring queries; the React hooks as PostgREST runs them."""

import uuid

import pytest

from tests.integration.database.acting import acting_as, column, value


@pytest.fixture
def ids(connection, acme):
    """The design's names for ids, real ones: %(business-123)s and so on."""
    return {"business-123": acme.id}


def new_campaign(connection, ids, name):
    return value(
        connection, "INSERT INTO campaigns (business_id, name, status) VALUES (%(b)s, %(n)s, 'draft') RETURNING id",
        {"b": ids["business-123"], "n": name},
    )  # fmt: skip


def fill(connection, ids, name, *emails):
    """A list of the business with a lead for each e-mail; leads that exist are used again."""
    list_id = value(
        connection, "INSERT INTO lead_lists (business_id, name) VALUES (%s, %s) RETURNING id", [ids["business-123"], name]
    )  # fmt: skip
    for email in emails:
        connection.execute(
            """INSERT INTO leads (business_id, email, source, source_id) VALUES (%s, %s, 'csv_import', %s)
            ON CONFLICT (business_id, source, source_id) DO NOTHING""",
            [ids["business-123"], email, email],
        )
        connection.execute(
            "INSERT INTO lead_list_members (lead_list_id, lead_id) SELECT %s, id FROM leads WHERE email = %s", [list_id, email]
        )
    return list_id


def test_1_upload_leads_without_a_campaign(connection, ids):
    # 1. Upload leads to the leads table
    leads = column(
        connection,
        """INSERT INTO leads (business_id, first_name, last_name, email, phone, source)
        VALUES
          (%(business-123)s, 'John', 'Doe', 'john@example.com', '555-1234', 'csv_import'),
          (%(business-123)s, 'Jane', 'Smith', 'jane@example.com', '555-5678', 'csv_import')
        RETURNING id""",
        ids,
    )
    ids |= {"lead-id-1": leads[0], "lead-id-2": leads[1]}
    # 2. Create a lead list
    ids["list-456"] = value(
        connection,
        """INSERT INTO lead_lists (business_id, name, description, list_type)
        VALUES (%(business-123)s, 'Q4 2025 Prospects', 'Uploaded from October event', 'static')
        RETURNING id""",
        ids,
    )
    # 3. Add leads to the list
    connection.execute(
        """INSERT INTO lead_list_members (lead_list_id, lead_id)
        VALUES
          (%(list-456)s, %(lead-id-1)s),
          (%(list-456)s, %(lead-id-2)s)""",
        ids,
    )
    assert connection.execute("SELECT name, lead_count FROM lead_lists").fetchall() == [("Q4 2025 Prospects", 2)]
    assert value(connection, "SELECT count(*) FROM campaign_leads") == 0


def test_2_create_groups_first_then_upload(connection, ids):
    # 1. Create multiple lead lists
    connection.execute(
        """INSERT INTO lead_lists (business_id, name, tags)
        VALUES
          (%(business-123)s, 'Major Donors', '["high-value", "priority"]'::jsonb),
          (%(business-123)s, 'Event Attendees', '["events", "engaged"]'::jsonb),
          (%(business-123)s, 'Newsletter Subscribers', '["email", "nurture"]'::jsonb)""",
        ids,
    )
    # 2. Upload and assign leads to appropriate lists based on criteria: here by a list's own filter
    connection.execute(
        """UPDATE lead_lists SET list_type = 'dynamic', filter_criteria = '{"field": "lead_score", "op": ">=", "value": 80}'
        WHERE name = 'Major Donors'"""
    )
    for score in (10, 79, 80, 95):
        connection.execute(
            "INSERT INTO leads (business_id, email, lead_score) VALUES (%s, %s, %s)", [ids["business-123"], f"{score}@example.org", score]
        )
    assert value(connection, "SELECT refresh_lead_list(id) FROM lead_lists WHERE name = 'Major Donors'") == 2
    assert connection.execute("SELECT name, lead_count FROM lead_lists WHERE tags ? 'priority'").fetchall() == [("Major Donors", 2)]


def test_3_a_campaign_with_multiple_lead_lists(connection, ids):
    ids["list-major-donors"] = fill(connection, ids, "Major Donors", "ana@example.org", "bo@example.org")
    ids["list-event-attendees"] = fill(connection, ids, "Event Attendees", "bo@example.org", "cy@example.org")
    ids["list-newsletter"] = fill(connection, ids, "Newsletter", "cy@example.org", "di@example.org", "ed@example.org")
    # 1. Create campaign
    ids["campaign-789"] = value(
        connection,
        """INSERT INTO campaigns (business_id, name, status)
        VALUES (%(business-123)s, 'Year End Campaign 2025', 'draft')
        RETURNING id""",
        ids,
    )
    # 2. Assign multiple lead lists to the campaign
    connection.execute("SELECT add_lead_list_to_campaign(%(campaign-789)s, %(list-major-donors)s, 1)", ids)
    connection.execute("SELECT add_lead_list_to_campaign(%(campaign-789)s, %(list-event-attendees)s, 2)", ids)
    connection.execute("SELECT add_lead_list_to_campaign(%(campaign-789)s, %(list-newsletter)s, 3)", ids)
    # 3. Assignments, all leads of the lists, source list tracking: a lead of two lists belongs to the one with the smaller number
    assert connection.execute(
        "SELECT ll.name, a.priority, a.total_leads FROM campaign_lead_lists a JOIN lead_lists ll ON ll.id = a.lead_list_id ORDER BY 2"
    ).fetchall() == [("Major Donors", 1, 2), ("Event Attendees", 2, 1), ("Newsletter", 3, 2)]
    assert value(connection, "SELECT count(DISTINCT lead_id) FROM campaign_leads WHERE campaign_id = %(campaign-789)s", ids) == 5


def test_4_direct_upload_to_a_campaign(connection, ids):
    ids["campaign-789"] = new_campaign(connection, ids, "Holiday")
    # 1. Create list and upload leads in one operation
    ids["list-999"] = value(
        connection,
        """SELECT create_lead_list_from_csv(
          %(business-123)s,
          'Holiday Campaign Import - Oct 18',
          '[
            {"first_name": "Alice", "last_name": "Johnson", "email": "alice@example.com"},
            {"first_name": "Bob", "last_name": "Wilson", "email": "bob@example.com"}
          ]'::jsonb
        ) AS list_id""",
        ids,
    )
    # 2. Immediately assign to campaign
    connection.execute("SELECT add_lead_list_to_campaign(%(campaign-789)s, %(list-999)s, 4)", ids)
    assert connection.execute("SELECT name, lead_count, source FROM lead_lists").fetchall() == [
        ("Holiday Campaign Import - Oct 18", 2, "csv_import")
    ]
    assert connection.execute("SELECT priority, total_leads FROM campaign_lead_lists").fetchall() == [(4, 2)]
    assert connection.execute("SELECT first_name, last_name, source FROM leads ORDER BY 1").fetchall() == [
        ("Alice", "Johnson", "csv_import"),
        ("Bob", "Wilson", "csv_import"),
    ]


def test_5_reuse_lead_lists_across_campaigns(connection, ids):
    ids["list-major-donors"] = fill(connection, ids, "Major Donors", "ana@example.org", "bo@example.org")
    for name in ("spring-campaign-id", "fall-campaign-id", "year-end-campaign-id"):
        ids[name] = new_campaign(connection, ids, name)
    # Major Donors list can be used in multiple campaigns
    connection.execute("SELECT add_lead_list_to_campaign(%(spring-campaign-id)s, %(list-major-donors)s, 1)", ids)
    connection.execute("SELECT add_lead_list_to_campaign(%(fall-campaign-id)s, %(list-major-donors)s, 1)", ids)
    connection.execute("SELECT add_lead_list_to_campaign(%(year-end-campaign-id)s, %(list-major-donors)s, 1)", ids)
    # Each campaign tracks its own progress with the same list
    connection.execute("UPDATE campaign_leads SET status = 'converted' WHERE campaign_id = %(fall-campaign-id)s", ids)
    assert connection.execute(
        "SELECT c.name, a.successful_leads FROM campaign_lead_lists a JOIN campaigns c ON c.id = a.campaign_id ORDER BY 2 DESC, 1"
    ).fetchall() == [("fall-campaign-id", 2), ("spring-campaign-id", 0), ("year-end-campaign-id", 0)]
    # … and nobody is there twice
    assert value(connection, "SELECT count(*) FROM leads") == 2


def test_the_three_monitoring_queries(connection, ids):
    major = fill(connection, ids, "Major Donors", *(f"m{n}@example.org" for n in range(4)))
    newsletter = fill(connection, ids, "Newsletter", *(f"n{n}@example.org" for n in range(3)))
    ids["campaign-id"] = new_campaign(connection, ids, "Year End")
    second = new_campaign(connection, ids, "Spring")
    for campaign, lead_list, priority in ((ids["campaign-id"], major, 1), (ids["campaign-id"], newsletter, 2), (second, major, 1)):
        connection.execute("SELECT add_lead_list_to_campaign(%s, %s, %s)", [campaign, lead_list, priority])
    connection.execute(
        """UPDATE campaign_leads SET status = 'contacted' WHERE campaign_id = %s AND lead_id IN
        (SELECT id FROM leads WHERE email IN ('m0@example.org', 'm1@example.org', 'm2@example.org'))""",
        [ids["campaign-id"]],
    )
    connection.execute(
        "UPDATE campaign_leads SET status = 'converted' WHERE status = 'contacted' AND lead_id = (SELECT id FROM leads WHERE email = 'm0@example.org')"
    )
    connection.execute("UPDATE leads SET quality_rating = 'hot', lead_score = 90 WHERE email LIKE 'm%%'")

    # Campaign performance by lead list
    performance = connection.execute(
        """SELECT
          cll.lead_list_id,
          ll.name,
          cll.total_leads,
          cll.contacted_leads,
          cll.successful_leads,
          ROUND(cll.successful_leads::numeric / NULLIF(cll.contacted_leads, 0) * 100, 2) as conversion_rate
        FROM campaign_lead_lists cll
        JOIN lead_lists ll ON cll.lead_list_id = ll.id
        WHERE cll.campaign_id = %(campaign-id)s
        ORDER BY cll.priority""",
        ids,
    ).fetchall()
    assert [(row[1:5], row[5] and float(row[5])) for row in performance] == [
        (("Major Donors", 4, 3, 1), 33.33),
        (("Newsletter", 3, 0, 0), None),
    ]

    # Lead quality distribution
    distribution = connection.execute(
        """SELECT
          quality_rating,
          COUNT(*) as count,
          AVG(lead_score) as avg_score
        FROM leads
        WHERE business_id = %(business-123)s
        GROUP BY quality_rating""",
        ids,
    ).fetchall()
    assert {(rating, count, float(score)) for rating, count, score in distribution} == {("hot", 4, 90.0), ("unrated", 3, 0.0)}

    # List reusability
    reusability = connection.execute(
        """SELECT
          ll.id,
          ll.name,
          COUNT(DISTINCT cll.campaign_id) as campaigns_used_in,
          SUM(cll.successful_leads) as total_conversions
        FROM lead_lists ll
        JOIN campaign_lead_lists cll ON ll.id = cll.lead_list_id
        GROUP BY ll.id, ll.name
        ORDER BY campaigns_used_in DESC"""
    ).fetchall()
    assert [row[1:] for row in reusability] == [("Major Donors", 2, 1), ("Newsletter", 1, 0)]


# The hooks. PostgREST runs `.from('lead_lists').select('*, lead_count').eq(…).order(…)` as the select below, with the role and the claims
# of the token set for the transaction; `.rpc(name, arguments)` is a call with named arguments.
def test_hook_use_lead_lists(connection, acme, other, member, ids):
    fill(connection, ids, "Newer", "a@example.org")
    fill(connection, ids, "Older")
    connection.execute("UPDATE lead_lists SET created_at = now() - interval '1 day' WHERE name = 'Older'")
    connection.execute("INSERT INTO lead_lists (business_id, name, is_archived) VALUES (%s, 'Gone', true)", [acme.id])
    connection.execute("INSERT INTO lead_lists (business_id, name) VALUES (%s, 'Not mine')", [other.id])
    select = """SELECT lead_lists.*, lead_lists.lead_count FROM public.lead_lists
        WHERE lead_lists.business_id = %s AND lead_lists.is_archived = %s ORDER BY lead_lists.created_at DESC"""
    with acting_as(connection, member):
        found = connection.execute(
            f"SELECT name, lead_count FROM ({select.replace(', lead_lists.lead_count', '')}) pgrst_source", [acme.id, False]
        )
        assert found.fetchall() == [("Newer", 1), ("Older", 0)]
        assert connection.execute(select, [other.id, False]).fetchall() == []


def test_hook_use_assign_list_to_campaign(connection, acme, member, ids):
    lead_list = fill(connection, ids, "People", "a@example.org")
    campaign = new_campaign(connection, ids, "Year End")
    with acting_as(connection, member):
        assigned = value(
            connection,
            "SELECT * FROM public.add_lead_list_to_campaign(p_campaign_id => %s, p_lead_list_id => %s, p_priority => %s)",
            [campaign, lead_list, 2],
        )
        assert connection.execute("SELECT id, priority, assigned_by::text, total_leads FROM campaign_lead_lists").fetchall() == [
            (assigned, 2, member, 1)
        ]


def test_hook_use_create_list_from_csv(connection, acme, member):
    with acting_as(connection, member):
        list_id = value(
            connection,
            "SELECT * FROM public.create_lead_list_from_csv(p_business_id => %s, p_list_name => %s, p_leads => %s::jsonb)",
            [acme.id, "Import - 10/18/2025", '[{"first_name": "Ana", "phone": "(212) 555-0101"}]'],
        )
        assert isinstance(list_id, uuid.UUID)
        assert connection.execute("SELECT phone, created_by::text FROM leads").fetchall() == [("+12125550101", member)]
        assert connection.execute("SELECT name, created_by::text, lead_count FROM lead_lists").fetchall() == [
            ("Import - 10/18/2025", member, 1)
        ]
