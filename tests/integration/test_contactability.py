"""The table contactability against a model that looks at every minute of the day, with Python's own time zones."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import duckdb
import psycopg
import pytest

from henk_pipeline.analytics.publish import query
from henk_pipeline.steps.analytics import publish_analytics

ZONES = [
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Nowhere/Odd",
    "BST",
]
WINDOWS = [
    (None, None), (time(9, 30), time(17, 15)), (time(22), time(2, 30)), (time(10), time(12)), (time(0), time(0)), (None, time(8)),
    (time(21), None), (time(13, 0), time(13, 20)),
]  # fmt: skip


def today():
    return datetime.now(UTC).date()


def add_business(connection, slug="acme", timezone="America/New_York"):
    return connection.execute(
        "INSERT INTO businesses (slug, name, timezone) VALUES (%s, %s, %s) RETURNING id", [slug, slug, timezone]
    ).fetchone()[0]


def add_campaign(connection, business, name, **values):
    columns = {"status": "active", **values}
    return connection.execute(
        f"INSERT INTO campaigns (business_id, name, {', '.join(columns)}) VALUES (%s, %s{', %s' * len(columns)}) RETURNING id",
        [business, name, *columns.values()],
    ).fetchone()[0]


def add_lead(connection, business, number, **values):
    columns = {"phone": f"+1212555{number:04d}", **values}
    return connection.execute(
        f"INSERT INTO leads (business_id, {', '.join(columns)}) VALUES (%s{', %s' * len(columns)}) RETURNING id",
        [business, *columns.values()],
    ).fetchone()[0]


def add_call(connection, business, campaign, lead, **values):
    columns = {"status": "queued", **values}
    connection.execute(
        f"INSERT INTO campaign_leads (business_id, campaign_id, lead_id, {', '.join(columns)}) VALUES (%s, %s, %s{', %s' * len(columns)})",
        [business, campaign, lead, *columns.values()],
    )


def published(settings, statement):
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        publish_analytics(connection, settings)
    return query(settings.analytics, statement)[1]


def hours(settings, where="true"):
    """Local hours in which somebody is callable."""
    rows = published(settings, f"SELECT local_hour FROM contactability WHERE callable_now > 0 AND {where} ORDER BY 1")
    return [hour for (hour,) in rows]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ((None, None), list(range(9, 20))),
        ((time(9, 30), time(17, 15)), list(range(9, 18))),
        ((time(22, 30), time(1)), [0, 22, 23]),
        ((time(0), time(0)), list(range(24))),
        ((time(21), None), []),
    ],
)
def test_a_window_may_have_minutes_and_go_over_midnight(connection, settings, window, expected):
    business = add_business(connection)
    campaign = add_campaign(connection, business, "C", call_window_start=window[0], call_window_end=window[1])
    add_call(connection, business, campaign, add_lead(connection, business, 1))
    assert hours(settings) == expected


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (("22:00", "24:00"), [22, 23]),
        (("24:00", "02:30"), [0, 1, 2]),
        (("00:00", "24:00"), list(range(24))),
        (("24:00", "24:00"), list(range(24))),
        ((None, "24:00"), []),
    ],
)
def test_a_window_until_24_hours_is_published_as_midnight_which_polars_reads(connection, settings, window, expected):
    business = add_business(connection)
    campaign = add_campaign(connection, business, "C", call_window_start=window[0], call_window_end=window[1])
    add_call(connection, business, campaign, add_lead(connection, business, 1))
    assert hours(settings) == expected
    with duckdb.connect(str(settings.analytics), read_only=True) as file:
        (row,) = file.sql("SELECT call_window_start, call_window_end FROM dim_campaign").pl().rows()
    midnight = {"24:00": time(0), None: None}
    assert row == tuple(midnight.get(value, value and time.fromisoformat(value.replace("24:00", "00:00"))) for value in window)


def test_a_lead_of_two_campaigns_is_callable_in_the_window_of_each_and_not_between(connection, settings):
    business = add_business(connection)
    lead = add_lead(connection, business, 1)
    for name, opens, closes in [("A", time(9), time(11)), ("B", time(15), time(16))]:
        add_call(connection, business, add_campaign(connection, business, name, call_window_start=opens, call_window_end=closes), lead)
    assert hours(settings) == [9, 10, 15]
    assert query(settings.analytics, "SELECT max(callable_now), max(waiting_leads) FROM contactability")[1] == [(1, 1)]


def test_attempts_the_last_day_and_the_next_attempt_count(connection, settings):
    business = add_business(connection)
    day = {"call_window_start": time(0), "call_window_end": time(0)}
    over = add_campaign(connection, business, "Over", start_date=today() - timedelta(9), end_date=today() - timedelta(2), **day)
    far = add_campaign(connection, business, "Far", end_date=date(9999, 12, 31), **day)
    later = add_campaign(connection, business, "Later", start_date=today() + timedelta(3), **day)
    connection.execute(
        "INSERT INTO campaigns (business_id, name, status, end_date) VALUES (%s, 'Latest', 'active', '9999-12-31')", [business]
    )
    leads = [add_lead(connection, business, number) for number in range(6)]
    add_call(connection, business, over, leads[0])
    add_call(connection, business, far, leads[1], attempts=3)
    add_call(connection, business, far, leads[2], attempts=2, next_attempt_at=datetime.now(UTC) + timedelta(days=2))
    add_call(connection, business, later, leads[3])
    noon = datetime.combine(today(), time(12, 30), UTC)
    add_call(connection, business, far, leads[4], attempts=2, next_attempt_at=noon)
    add_call(connection, business, far, leads[5], status="contacted")
    rows = published(settings, "SELECT hour_utc FROM contactability WHERE callable_now = 1 ORDER BY 1")
    assert [hour for (hour,) in rows] == list(range(12, 24))
    assert query(settings.analytics, "SELECT max(callable_now), any_value(waiting_leads) FROM contactability")[1] == [(1, 3)]


@pytest.mark.parametrize(
    ("override", "is_active", "waiting"), [(None, True, 2), (1, True, 1), (2, True, 2), (9, True, 3), (None, False, 0)]
)
def test_attempts_are_those_of_the_assignment_and_a_list_that_is_paused_waits_for_nothing(
    connection, settings, override, is_active, waiting
):
    business = add_business(connection)
    campaign = add_campaign(connection, business, "C", max_attempts=3)
    given = connection.execute("INSERT INTO lead_lists (business_id, name) VALUES (%s, 'L') RETURNING id", [business]).fetchone()[0]
    connection.execute(
        "INSERT INTO campaign_lead_lists (business_id, campaign_id, lead_list_id, max_attempts_override) VALUES (%s, %s, %s, %s)",
        [business, campaign, given, override],
    )
    for attempts in (0, 1, 3):
        lead = add_lead(connection, business, attempts)
        connection.execute(
            "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) VALUES (%s, %s, %s)", [business, given, lead]
        )
        add_call(connection, business, campaign, lead, attempts=attempts, lead_list_id=given)
    connection.execute("UPDATE campaign_lead_lists SET is_active = %s", [is_active])
    assert published(settings, "SELECT max(waiting_leads), max(callable_now) FROM contactability") == [(waiting, waiting)]


def test_a_campaign_that_includes_opt_outs_counts_them(connection, settings):
    business = add_business(connection)
    strict, loose = add_campaign(connection, business, "A"), add_campaign(connection, business, "B", exclude_dnc=False)
    said_no = add_lead(connection, business, 1, dnc=True)
    add_call(connection, business, strict, said_no)
    assert published(settings, "SELECT max(callable_now) FROM contactability") == [(0,)]
    add_call(connection, business, loose, said_no)
    assert published(settings, "SELECT max(callable_now), max(callable_leads) FROM contactability") == [(1, 0)]


@pytest.mark.parametrize("timezone", ["Nowhere/Odd", "BST", "Factory", "SystemV/EST5", None])
def test_a_time_zone_that_is_not_known_is_nobodys_clock(connection, settings, timezone):
    business = add_business(connection, timezone="UTC" if timezone is None else "America/New_York")
    add_call(connection, business, add_campaign(connection, business, "C"), add_lead(connection, business, 1, timezone=timezone))
    rows = published(settings, "SELECT DISTINCT timezone, local_hour, waiting_leads, callable_now FROM contactability")
    assert rows == [(timezone or "unknown", None, 1, 0)]


def model(leads):
    """Callable leads by time zone and hour of the day in UTC."""
    found = {}
    for zone, calls in leads:
        if zone not in available_timezones():
            continue
        for hour in range(24):
            minutes = (datetime.combine(today(), time(hour, minute), UTC) for minute in range(60))
            if any(may_call(minute, minute.astimezone(ZoneInfo(zone)), **call) for minute in minutes for call in calls):
                found[zone, hour] = found.get((zone, hour), 0) + 1
    return found


def may_call(moment, local, window, first, last, due):
    if (due is not None and moment < due) or (first is not None and local.date() < first) or (last is not None and local.date() > last):
        return False
    opens, closes = window[0] or time(9), window[1] or time(20)
    if None in window and opens >= closes:
        return False
    if opens < closes:
        return opens <= local.time() < closes
    return local.time() >= opens or local.time() < closes


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_every_hour_is_what_a_look_at_every_minute_says(connection, settings, seed):
    chosen = random.Random(seed)
    business = add_business(connection)
    campaigns = []
    for number in range(6):
        window = chosen.choice(WINDOWS)
        first = chosen.choice([None, None, today(), today() + timedelta(1), today() - timedelta(400)])
        last = chosen.choice([None, None, today(), today() - timedelta(1), today() + timedelta(1)])
        if first is not None and last is not None and last < first:
            last = None
        identifier = add_campaign(
            connection, business, f"C{number}", call_window_start=window[0], call_window_end=window[1], start_date=first, end_date=last
        )
        campaigns.append((identifier, {"window": window, "first": first, "last": last}))
    leads = []
    for number in range(60):
        zone, calls = chosen.choice(ZONES), []
        lead = add_lead(connection, business, number, timezone=zone)
        for identifier, terms in chosen.sample(campaigns, chosen.randint(0, 3)):
            minutes = chosen.choice([None, None, -9999, 5000, chosen.randint(0, 1439)])
            due = None if minutes is None else datetime.combine(today(), time(0), UTC) + timedelta(minutes=minutes)
            add_call(connection, business, identifier, lead, next_attempt_at=due)
            calls.append({**terms, "due": due})
        leads.append((zone, calls))
    rows = published(settings, "SELECT timezone, hour_utc, callable_now FROM contactability WHERE callable_now > 0")
    assert {(zone, hour): count for zone, hour, count in rows} == model(leads)
