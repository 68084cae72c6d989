"""What the dashboard counts: each amount in its currency, each person at the stage of the call, each list as a bar of its own."""

import json
import re

import psycopg
import pytest

from henk_pipeline.steps.analytics import publish_analytics
from henk_pipeline.steps.dashboard import dashboard_path, write_dashboard

TWO = """
INSERT INTO businesses (id, slug, name, default_country) VALUES
    (md5('acme')::uuid, 'acme', 'Acme', 'US'), (md5('beta')::uuid, 'beta', 'Beta', 'DE'), (md5('nobody')::uuid, 'nobody', 'N', 'AQ');
INSERT INTO campaigns (id, business_id, name) SELECT md5('c' || slug)::uuid, id, 'Year End' FROM businesses;
INSERT INTO lead_lists (id, business_id, name) SELECT md5('l' || slug || n)::uuid, b.id, 'People' FROM businesses b, generate_series(1, 2) n;
INSERT INTO leads (id, business_id, email) SELECT md5(slug || n)::uuid, b.id, n || '@example.org' FROM businesses b, generate_series(1, 7) n;
INSERT INTO campaign_leads (business_id, campaign_id, lead_id, lead_list_id, status, donated_amount)
    SELECT b.id, md5('c' || slug)::uuid, md5(slug || n)::uuid, md5('l' || slug || (1 + n / 7))::uuid,
    (ARRAY['new', 'queued', 'calling', 'contacted', 'converted', 'failed', 'dnc'])[n], CASE n WHEN 5 THEN 10 END
    FROM businesses b, generate_series(1, 7) n;
"""


@pytest.fixture
def page(connection, settings):
    connection.execute(TWO)
    with psycopg.connect(settings.database_url.get_secret_value()) as other:
        publish_analytics(other, settings)
    write_dashboard(settings.analytics, dashboard_path(settings))
    return dashboard_path(settings).read_text("utf-8")


def values(page, number):
    specification = json.loads(re.search(rf"^  chart{number}: (.*),$", page, re.MULTILINE)[1])
    data = specification["data"]
    return specification, specification["datasets"][data["name"]] if "name" in data else data["values"]


def test_amounts_of_two_currencies_are_not_added(page):
    numbers = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    assert {name: value for name, value in numbers.items() if name.startswith("donated")} == {
        "donated, USD": "10.00", "donated, EUR": "10.00", "donated, currency not known": "10.00",
    }  # fmt: skip


def test_each_person_is_counted_at_the_stage_of_the_call_and_each_list_is_a_bar(page):
    specification, bars = values(page, 3)
    stages = {(bar["label"], bar["stage"]): bar["leads"] for bar in bars}
    assert len(stages) == len(bars) == 6 * 5
    assert len({label for label, _ in stages}) == 6
    first = next(label for label, stage in stages if label.startswith("People · Year End · acme") and stages[label, "converted"] == 1)
    assert {stage: leads for (label, stage), leads in stages.items() if label == first} == {
        "converted": 1, "contacted": 1, "not reached yet": 3, "given up": 1, "opted out": 0,
    }  # fmt: skip
    assert sum(leads for (_, stage), leads in stages.items() if stage == "opted out") == 3
    assert specification["description"].startswith("Campaigns by list.")


def test_every_chart_has_its_numbers_as_a_table(page):
    assert page.count("<caption>") == page.count("<details>") == 3  # nothing was rejected
    assert re.findall(r"<td>People</td>", page)
