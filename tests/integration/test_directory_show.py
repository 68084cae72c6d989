"""`henk business|campaign|list show` gives the figures of one; `set` changes it, and refuses what cannot be."""

import pytest

from tests.integration.test_directory import lines
from tests.integration.uploading import add_business, upload

PEOPLE = """Email,Phone,Do Not Call
ana@example.org,212-555-0101,
bo@example.org,212-555-0102,yes
cy@example.org,,
"""


@pytest.fixture
def acme(connection, tmp_path):
    """A business with a campaign and a list of three: one may be called, one opted out, one has no number. The import's outcome."""
    add_business(connection, "acme", "Year End")
    connection.execute("UPDATE businesses SET name = 'Acme Relief'")
    return upload(connection, tmp_path, PEOPLE, list="guests", campaigns=[{"campaign": "Year End"}])


@pytest.fixture
def made(connection):
    """A business with a campaign and a list, without leads."""
    business = add_business(connection, "acme", "Year End")
    (identifier,) = connection.execute(
        "INSERT INTO lead_lists (business_id, name) VALUES (%s, 'guests') RETURNING id", [business]
    ).fetchone()
    return str(identifier)


def test_a_business_is_shown_with_its_figures(henk, acme):
    (shown,) = lines(henk("business", "show", "acme", "--json"))
    assert {name: shown[name] for name in ("slug", "name", "country", "timezone", "status")} == {
        "slug": "acme", "name": "Acme Relief", "country": "US", "timezone": "UTC", "status": "active",
    }  # fmt: skip
    assert {name: shown[name] for name in ("leads", "leads_to_call", "leads_without_phone", "leads_opted_out", "leads_unclear")} == {
        "leads": 3, "leads_to_call": 1, "leads_without_phone": 1, "leads_opted_out": 1, "leads_unclear": 0,
    }  # fmt: skip
    assert (shown["lists"], shown["campaigns"], shown["imports"], shown["suppressions"]) == (
        1, {"draft": 1}, {"loaded": 1}, {"phone": 1},
    )  # fmt: skip
    words = henk("business", "show", "acme").stdout
    assert "Acme Relief" in words
    assert "leads to call" in words


def test_a_campaign_is_shown_with_its_figures(henk, acme, connection):
    connection.execute("UPDATE campaign_leads SET status = 'converted', attempts = 2, pledged_amount = 50 WHERE status = 'new' AND lead_id = (SELECT id FROM leads WHERE email = 'ana@example.org')")  # fmt: skip
    (shown,) = lines(henk("campaign", "show", "Year End", "--business", "acme", "--json"))
    assert (shown["name"], shown["status"], shown["max_attempts"]) == ("Year End", "draft", 3)
    assert (shown["leads"], shown["leads_by_status"]["converted"], shown["attempts"], shown["pledged"]) == (
        sum(shown["leads_by_status"].values()), 1, 2, 50,
    )  # fmt: skip
    (assigned,) = shown["lists"]
    assert (assigned["list"], assigned["priority"], assigned["converted"]) == ("guests", 1, 1)
    assert "guests" in henk("campaign", "show", shown["id"], "--business", "acme").stdout


def test_a_list_is_shown_with_its_figures(henk, acme):
    (shown,) = lines(henk("list", "show", "guests", "--business", "acme", "--json"))
    assert (shown["name"], shown["state"], shown["leads"], shown["leads_to_call"]) == ("guests", "in use", 3, 1)
    assert [assigned["campaign"] for assigned in shown["campaigns"]] == ["Year End"]
    assert [loaded["file"] for loaded in shown["imports"]] == ["people.csv"]
    assert "Year End" in henk("list", "show", acme.lead_list_id, "--business", "acme").stdout


@pytest.mark.long
def test_a_list_is_changed_and_listed(henk, acme, connection, tmp_path):
    changed = henk("list", "set", "guests", "--business", "acme", "--name", "Gala guests", "--description", "of 2026", "--tag", "gala", "--archived")  # fmt: skip
    assert changed.returncode == 0, changed.stderr
    (shown,) = lines(henk("list", "show", "Gala guests", "--business", "acme", "--json"))
    assert [shown[name] for name in ("name", "description", "tags", "state")] == ["Gala guests", "of 2026", ["gala"], "archived"]
    assert lines(henk("list", "--business", "acme", "--json")) == lines(henk("lists", "--business", "acme", "--json"))
    # An archived list takes nobody any more; taken out of the archive it does.
    more = "Email\ndi@example.org\n"
    assert upload(connection, tmp_path, more, list="Gala guests").status == "rejected"
    assert henk("list", "set", "Gala guests", "--business", "acme", "--not-archived", "--description", "").returncode == 0
    assert upload(connection, tmp_path, more, list="Gala guests").status == "loaded"
    (shown,) = lines(henk("list", "show", "Gala guests", "--business", "acme", "--json"))
    assert (shown["leads"], shown["description"], shown["tags"]) == (4, None, ["gala"])


def test_a_campaign_is_changed(henk, made):
    values = {
        "--status": "active", "--description": "Calls of December", "--start": "2026-12-01", "--end": "2026-12-31", "--max-attempts": "5",
        "--daily-cap": "200", "--budget": "1500.50", "--goal": "pledges", "--call-from": "10:00", "--call-until": "19:30",
    }  # fmt: skip
    result = henk(
        "campaign", "set", "Year End", "--business", "acme", *[part for pair in values.items() for part in pair], "--dedupe-by-phone"
    )
    assert result.returncode == 0, result.stderr
    (shown,) = lines(henk("campaign", "show", "Year End", "--business", "acme", "--json"))
    expected = {
        "status": "active", "description": "Calls of December", "start": "2026-12-01", "end": "2026-12-31", "max_attempts": 5, "daily_cap": 200,
        "budget": 1500.5, "goal": "pledges", "call_from": "10:00:00", "call_until": "19:30:00", "dedupe_by_phone": True, "exclude_dnc": True,
    }  # fmt: skip
    assert {name: shown[name] for name in expected} == expected
    assert henk("campaign", "set", "Year End", "--business", "acme", "--end", "", "--budget", "", "--daily-cap", "").returncode == 0
    (shown,) = lines(henk("campaign", "show", "Year End", "--business", "acme", "--json"))
    assert (shown["start"], shown["end"], shown["budget"], shown["daily_cap"]) == ("2026-12-01", None, None, None)


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "set", "guests", "--business", "acme"], ["list", "set", "none", "--business", "acme", "--name", "x"],
        ["list", "set", "guests", "--business", "acme", "--name", ""], ["list", "set", "guests", "--business", "acme", "--name", "x" * 256],
        ["list", "show", "none", "--business", "acme"], ["list", "show", "guests", "--business", "nobody"], ["business", "show", "nobody"],
        ["campaign", "show", "none", "--business", "acme"], ["campaign", "set", "Year End", "--business", "acme", "--end", "31.12.2026"],
        ["campaign", "set", "Year End", "--business", "acme", "--start", "2026-12-02", "--end", "2026-12-01"],
        ["campaign", "set", "Year End", "--business", "acme", "--budget", "NaN"], ["campaign", "set", "Year End", "--business", "acme", "--budget", "-1"],
        ["campaign", "set", "Year End", "--business", "acme", "--budget", "1e60"], ["campaign", "set", "Year End", "--business", "acme", "--max-attempts", "0"],
        ["campaign", "set", "Year End", "--business", "acme", "--daily-cap", "99999999999"], ["campaign", "set", "Year End", "--business", "acme", "--call-from", "25:00"],
        ["campaign", "set", "Year End", "--business", "acme"],
    ],
    ids=lambda arguments: " ".join(arguments)[:60],
)  # fmt: skip
def test_what_cannot_be_shown_or_changed_is_a_usage_error(henk, made, arguments):
    result = henk(*arguments)
    assert result.returncode == 2, (result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    assert "Usage" in result.stderr


@pytest.mark.long
def test_a_name_that_another_has_is_refused(henk, made, connection):
    connection.execute("INSERT INTO lead_lists (business_id, name) SELECT id, 'others' FROM businesses")
    connection.execute("INSERT INTO campaigns (business_id, name) SELECT id, 'Spring' FROM businesses")
    for command in (["list", "set", "others", "--name", "guests"], ["campaign", "set", "Spring", "--name", "Year End"]):
        result = henk(*command, "--business", "acme")
        assert (result.returncode, "already" in result.stderr) == (2, True), result.stderr
    # The other one is in the archive: its name is free, but it cannot come back under it.
    assert henk("list", "set", "guests", "--business", "acme", "--archived").returncode == 0
    assert henk("list", "set", "others", "--business", "acme", "--name", "guests").returncode == 0
    assert henk("list", "set", made, "--business", "acme", "--not-archived").returncode == 2


def test_nothing_of_another_business_is_shown_or_changed(henk, made):
    assert henk("business", "add", "other").returncode == 0
    for command in (["list", "show"], ["list", "set"]):
        options = ["--name", "stolen"] if command[1] == "set" else []
        assert henk(*command, made, "--business", "other", *options).returncode == 2


def test_values_of_old_rows_that_python_does_not_know_stop_nothing(henk, made, connection):
    connection.execute("SET session_replication_role = replica")
    connection.execute("UPDATE campaigns SET end_date = 'infinity', budget = 'NaN'")
    connection.execute("SET session_replication_role = DEFAULT")
    assert lines(henk("campaign", "list", "--business", "acme", "--json"))[0]["end"] is None
    (shown,) = lines(henk("campaign", "show", "Year End", "--business", "acme", "--json"))
    assert (shown["end"], shown["budget"]) == (None, None)


def test_a_calling_window_until_midnight_is_shown(henk, made, connection):
    connection.execute("UPDATE campaigns SET call_window_start = '09:00', call_window_end = '24:00'")
    (shown,) = lines(henk("campaign", "show", "Year End", "--business", "acme", "--json"))
    assert (shown["call_from"], shown["call_until"]) == ("09:00:00", "24:00:00")
    assert "24:00:00" in henk("campaign", "show", "Year End", "--business", "acme").stdout
