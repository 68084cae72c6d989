"""Smart lists from the command line, from manifests, in the graph and by the sensor."""

import json
from datetime import UTC, datetime, timedelta

import dagster as dg
import psycopg
import pytest
from typer.main import get_command

from henk_pipeline.cli import app
from henk_pipeline.definitions import defs
from henk_pipeline.orchestration import smart_lists as graph
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.postgres import smart_lists as lists
from henk_pipeline.postgres.connect import connect
from henk_pipeline.postgres.imports import find_notes
from henk_pipeline.steps.smart_lists import refresh_business
from tests.integration.test_directory import lines
from tests.integration.uploading import add_business, upload

HOT = {"field": "lead_score", "op": ">=", "value": 50}
CITY = {"field": "city", "op": "=", "value": "Bath"}
PEOPLE = """Email,Phone,City,First Name
ana@example.org,212-555-0101,Bath,Ana
bo@example.org,212-555-0102,Rome,Bo
cy@example.org,,Bath,Cy
"""


@pytest.fixture
def acme(connection, tmp_path):
    business = add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, PEOPLE, list="guests")
    return str(business)


def members(connection, name):
    rows = connection.execute(
        "SELECT l.first_name FROM lead_list_members m JOIN leads l ON l.id = m.lead_id JOIN lead_lists ll ON ll.id = m.lead_list_id "
        "WHERE ll.name = %s ORDER BY 1",
        [name],
    )
    return " ".join(name for (name,) in rows.fetchall())


def in_campaign(connection):
    rows = connection.execute("SELECT l.first_name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id ORDER BY 1")
    return " ".join(name for (name,) in rows.fetchall())


def of_acme(*arguments):
    return (*arguments, "--business", "acme")


def test_a_list_from_the_first_look_to_the_last_event(henk, acme, connection, tmp_path):
    (seen,) = lines(henk(*of_acme("list", "preview"), "--where", json.dumps(CITY), "--campaign", "Year End", "--json"))
    assert (seen["of"], seen["matched"], seen["callable"], seen["left_out"]["no_phone"], seen["would_enter_campaign"]) == (3, 2, 1, 1, 2)
    shown = henk(*of_acme("list", "preview"), "--where", json.dumps(CITY))
    assert (shown.returncode, "2 of 3 leads match; 1 of them may be called." in shown.stdout) == (0, True), shown.stderr
    assert "All but it" in shown.stdout
    (tmp_path / "bath.json").write_text(json.dumps(CITY))
    added = henk(*of_acme("list", "add", "Bath"), "--where", tmp_path / "bath.json", "--tag", "local")
    assert added.returncode == 0, added.stderr
    assert "Bath: 2 leads" in added.stderr
    assert henk(*of_acme("campaign", "assign", "Year End", "Bath"), "--follow", "mirror").returncode == 0
    assert in_campaign(connection) == "Ana Cy"
    connection.execute("UPDATE leads SET city = CASE first_name WHEN 'Ana' THEN 'Rome' ELSE 'Bath' END")
    (dry,) = lines(henk(*of_acme("list", "refresh", "Bath"), "--dry-run", "--json"))
    assert (dry["entered"], dry["left"], members(connection, "Bath")) == (1, 1, "Ana Cy")
    refreshed = henk(*of_acme("list", "refresh", "--all"))
    assert (refreshed.returncode, refreshed.stdout) == (
        0, "acme: Bath: 1 entered, 1 left, 2 members\n  Year End: 1 added, 1 withdrawn\n",
    )  # fmt: skip
    assert (members(connection, "Bath"), in_campaign(connection)) == ("Bo Cy", "Bo Cy")
    assert henk(*of_acme("list", "pin", "Bath", "ana@example.org")).returncode == 0
    assert henk(*of_acme("list", "exclude", "Bath", "(212) 555-0102"), "--reason", "board").returncode == 0
    assert members(connection, "Bath") == "Ana Cy"
    explained = henk(*of_acme("list", "explain", "Bath", "bo@example.org"))
    assert "bo@example.org is not on Bath: excluded (board)." in explained.stdout
    (told,) = lines(henk(*of_acme("list", "explain", "Bath", "ana@example.org"), "--json"))
    assert (told["member"]["origin"], told["meets_criteria"], told["clauses"][0]["value"]) == ("pinned", False, "Rome")
    events = lines(henk(*of_acme("list", "events", "Bath"), "--json"))
    assert [event["event"] for event in events[:3]] == ["excluded", "pinned", "entered"]
    refreshes = lines(henk(*of_acme("list", "events", "Bath"), "--refreshes", "--json"))
    assert [row["status"] for row in refreshes] == ["done", "done"]
    frozen = henk(*of_acme("list", "freeze", "Bath"), "--as", "Bath in November")
    assert frozen.returncode == 0
    assert members(connection, "Bath in November") == "Ana Cy"
    (figures,) = lines(henk(*of_acme("list", "show", "Bath"), "--json"))
    assert [figures[name] for name in ("refresh", "is_stale", "held", "pinned", "excluded")] == ["auto", False, None, 1, 1]
    assert figures["campaigns"][0]["follow"] == "mirror"


def test_what_is_held_is_exit_code_1_until_it_is_forced(henk, acme, connection):
    assert henk(*of_acme("list", "add", "Bath"), "--where", json.dumps(CITY)).returncode == 0
    changed = henk(*of_acme("list", "set", "Bath"), "--where", '{"field": "city", "op": "=", "value": "nowhere"}')
    assert (changed.returncode, "all 2 members would leave" in changed.stderr) == (1, True), changed.stderr
    assert henk(*of_acme("list", "set", "Bath"), "--color", "red").returncode == 0  # held before, and not by this
    held = henk(*of_acme("list", "refresh", "--all"))
    assert held.returncode == 1
    assert "held: all 2 members would leave. Apply it with: henk list refresh 'Bath' --business acme --force" in held.stderr
    (listed,) = [row for row in lines(henk(*of_acme("list", "list"), "--json")) if row["name"] == "Bath"]
    assert listed["state"] == "held"
    assert henk(*of_acme("list", "refresh", "Bath"), "--force").returncode == 0
    assert members(connection, "Bath") == ""
    assert henk(*of_acme("list", "set", "Bath"), "--where", "").returncode == 0
    (figures,) = lines(henk(*of_acme("list", "show", "Bath"), "--json"))
    assert figures["is_stale"] is False


def test_a_campaign_is_activated_paused_and_completed(henk, acme, connection):
    for command, status in (("activate", "active"), ("pause", "paused"), ("complete", "completed")):
        assert henk(*of_acme("campaign", command, "Year End")).stdout == f"Year End is {status}.\n"
        assert connection.execute("SELECT status FROM campaigns").fetchone() == (status,)
    refused = henk(*of_acme("campaign", "assign", "Year End", "guests"))
    assert (refused.returncode, "is completed: no lead joins it" in refused.stderr.replace("\n", " ")) == (2, True), refused.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["list", "add", "New", "--where", "{"], "--where"),
        (["list", "add", "New", "--where", "[1]"], "criteria are an object"),
        (["list", "add", "New", "--where", '{"field": "x", "op": "=", "value": 1}'], "there is no field"),
        (["list", "add", "guests", "--where", '{"callable": true}'], "already"),
        (["list", "add", "New", "--where", '{"list": "00000000-0000-0000-0000-000000000000", "op": "in"}'], "no list of that id"),
        (["list", "refresh"], "name a list, or give --all"),
        (["list", "refresh", "none"], "no list"),
        (["list", "pin", "guests", "nobody@example.org"], "no such lead"),
        (["list", "preview", "--where", '{"calls": {}}'], "--where"),
        (["list", "preview", "--where", ""], "criteria are empty"),
        (["list", "add", "New", "--where", " "], "criteria are empty"),
        (["list", "preview", "--where", '{"field": "lead_score", "op": "between", "value": [9, 1]}'], "9 comes after 1"),
        (["list", "add", "New", "--where", '{"campaign": "any", "measure": "status", "op": "=", "value": "bogus"}'], "not 'bogus'"),
        (["list", "freeze", "guests", "--as", "guests"], "already"),
    ],
)
def test_what_cannot_be_is_a_usage_error(henk, acme, arguments, why):
    result = henk(*of_acme(*arguments))
    assert result.returncode == 2, result.stdout
    assert why in " ".join(result.stderr.split()).replace("│ ", "")
    assert "Traceback" not in result.stderr


def test_a_manifest_makes_a_list_that_follows_and_undo_takes_its_people(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, "Email,City,First Name\ndi@example.org,Bath,Di\n", list="first")
    manifest = {
        "list": "guests",
        "lists": [{"list": "Bath", "where": CITY, "refresh": "auto", "campaigns": [{"campaign": "Year End", "follow": "mirror"}]}],
    }
    outcome = upload(connection, tmp_path, PEOPLE, **manifest)
    assert members(connection, "Bath") == "Ana Cy Di"  # not those of the file alone
    assert connection.execute("SELECT follow FROM campaign_lead_lists").fetchone() == ("mirror",)
    assert in_campaign(connection) == "Ana Cy Di"
    origins = connection.execute(
        "SELECT DISTINCT origin, import_id FROM lead_list_members m JOIN lead_lists l ON l.id = lead_list_id WHERE l.name = 'Bath'"
    )
    assert origins.fetchall() == [("criteria", None)]
    upload(connection, tmp_path, "Email,City,First Name\ned@example.org,Bath,Ed\n", list="third", lists=manifest["lists"])
    assert members(connection, "Bath") == in_campaign(connection) == "Ana Cy Di Ed"
    connection.execute("SELECT undo_lead_import(%s)", [outcome.import_id])
    assert members(connection, "Bath") == "Di Ed"
    assert in_campaign(connection) in ("Di Ed", "Ed")


def refreshed(connection, **options):
    return {result.list: result for result in refresh_business(connection, "acme", **options)}


def test_a_list_that_fails_keeps_no_other_from_it(connection, acme, settings):
    campaign = connection.execute("INSERT INTO campaigns (business_id, name) VALUES (%s, 'Old') RETURNING id", [acme]).fetchone()[0]
    called = {"campaign": str(campaign), "measure": "attempts", "op": ">", "value": 0}
    for name, criteria in (("Bath", CITY), ("Called", called)):
        connection.execute(
            "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, %s, 'dynamic', %s)",
            [acme, name, json.dumps(criteria)],
        )
    connection.execute("DELETE FROM campaigns WHERE name = 'Old'")
    connection.execute("UPDATE leads SET city = 'Bath'")
    with connect(settings) as own:
        results = refreshed(own)
        assert (results["Bath"].status, results["Called"].status) == ("done", "failed")
        assert "the business has no campaign of that id" in results["Called"].reason
        refreshed(own)
        assert [row["list"] for row in lists.unsettled_lists(own, 26, 5000)["stale"]] == ["Called"]
    assert connection.execute("SELECT count(*) FROM list_refreshes WHERE status = 'failed'").fetchone() == (1,)  # once
    # A list that fails asks for no run a minute.
    assert connection.execute("SELECT count(*) FROM henk.list_changes").fetchone() == (0,)


def materialize(settings, held=(), **tags):
    return dg.materialize(
        [defs.get_assets_def("smart_lists"), *graph.CHECKS],
        resources={"henk": Henk()},
        tags=tags,
        run_config={"ops": {"smart_lists": {"config": {"apply_held": [{"business": "acme", "list": name} for name in held]}}}},
        selection=dg.AssetSelection.assets("smart_lists"),
        raise_on_error=True,
    )


def test_the_asset_shows_what_changed_and_its_checks_what_waits(connection, acme, settings):
    for name in ("Bath", "Held"):
        connection.execute(
            "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, %s, 'dynamic', %s)",
            [acme, name, json.dumps(CITY)],
        )
    connection.execute("UPDATE leads SET city = 'Bath' WHERE first_name = 'Bo'")
    connection.execute("UPDATE lead_lists SET held = '{}', filter_criteria = %s WHERE name = 'Held'", [json.dumps({**CITY, "value": "x"})])
    result = materialize(settings)
    (event,) = result.asset_materializations_for_node("smart_lists")
    metadata = {name: entry.value for name, entry in event.metadata.items()}
    assert {name: metadata[name] for name in ("lists", "matched", "entered", "left", "held", "failed")} == {
        "lists": 2, "matched": 3, "entered": 1, "left": 0, "held": 1, "failed": 0,
    }  # fmt: skip
    assert "Held" in metadata["preview"]
    assert "all 2 members would leave" in metadata["preview"]
    checks = {evaluation.check_name: evaluation.passed for evaluation in result.get_asset_check_evaluations()}
    assert checks == {"smart_lists_are_fresh": True, "smart_lists_hold": False, "smart_list_slow": True}
    connection.execute("UPDATE lead_lists SET refreshed_at = now() - interval '27 hours', refresh_ms = 6000 WHERE name = 'Bath'")
    henk = Henk()
    assert not graph.smart_lists_are_fresh(henk).passed
    assert not graph.smart_list_slow(henk).passed


def test_the_asset_shows_a_row_a_list_what_waits_and_what_changed_first(connection, acme, settings):
    for n in range(9):
        connection.execute(
            "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, %s, 'dynamic', %s)",
            [acme, f"L{n}", json.dumps({**CITY, "value": "Rome" if n == 7 else "Bath"})],
        )
    connection.execute("UPDATE leads SET city = 'Bath' WHERE first_name = 'Bo'")  # the only one of L7
    (event,) = materialize(settings).asset_materializations_for_node("smart_lists")
    rows = [line.split(" | ")[1:3] for line in event.metadata["preview"].value.splitlines()[2:]]
    assert rows == [["L7", "held"], *([f"L{n}", "done"] for n in range(9) if n != 7)]


def test_a_run_applies_the_held_refreshes_that_it_names(connection, acme, settings):
    for name in ("Bath", "Rome"):
        connection.execute(
            "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, %s, 'dynamic', %s)",
            [acme, name, json.dumps({**CITY, "value": name})],
        )
    materialize(settings)
    connection.execute("UPDATE leads SET city = 'York'")
    waiting = materialize(settings).asset_materializations_for_node("smart_lists")[0]
    assert (waiting.metadata["held"].value, members(connection, "Bath"), members(connection, "Rome")) == (2, "Ana Cy", "Bo")
    with pytest.raises(dg.Failure, match="no list 'Paris'"):
        materialize(settings, ["Bath", "Paris"])
    assert members(connection, "Bath") == "Ana Cy"  # not half of what was asked
    applied = materialize(settings, ["Bath"]).asset_materializations_for_node("smart_lists")[0]
    assert {name: applied.metadata[name].value for name in ("lists", "left", "held")} == {"lists": 2, "left": 2, "held": 1}
    assert (members(connection, "Bath"), members(connection, "Rome")) == ("", "Bo")


def tick(instance):
    with dg.build_sensor_context(instance=instance, resources={"henk": Henk()}) as context:
        result = graph.smart_lists_follow_changes(context)
    return result.tags.get(graph.BUSINESSES) if isinstance(result, dg.RunRequest) else None


def test_the_sensor_follows_changes_and_each_midnight_of_the_business(connection, acme, settings):
    with dg.DagsterInstance.ephemeral() as instance:
        assert tick(instance) is None
        connection.execute(
            "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, 'Bath', 'dynamic', %s)",
            [acme, json.dumps(CITY)],
        )
        with connect(settings) as own:
            refreshed(own)
        assert tick(instance) is None
        connection.execute("UPDATE leads SET city = 'Bath'")
        assert tick(instance) == "acme"
        with connect(settings) as own:
            assert refreshed(own)["Bath"].entered == 1
        assert tick(instance) is None
        # A midnight has passed in the business's zone since the last refresh, whatever the hour is in UTC.
        connection.execute("UPDATE lead_lists SET criteria_changed_at = now() - interval '3 days' WHERE filter_criteria IS NOT NULL")
        for zone in ("Pacific/Kiritimati", "America/New_York"):
            connection.execute("UPDATE businesses SET timezone = %s", [zone])
            assert tick(instance) == "acme"  # the days of the business begin at other moments
            connection.execute("DELETE FROM henk.list_changes")
            connection.execute("UPDATE lead_lists SET refreshed_at = henk.start_of_day(%s, now(), '0 days') + interval '1 second'", [zone])
            assert tick(instance) is None, zone
            connection.execute("UPDATE lead_lists SET refreshed_at = henk.start_of_day(%s, now(), '0 days') - interval '1 second'", [zone])
            assert tick(instance) == "acme", zone


def add_smart_list(connection, business, name, criteria=CITY):
    connection.execute(
        "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, %s, 'dynamic', %s)",
        [business, name, json.dumps(criteria)],
    )


def test_a_list_follows_a_business_that_moves_to_another_time_zone(connection, acme, settings):
    connection.execute("UPDATE businesses SET timezone = 'America/New_York'")
    # Active an hour ago by the clock of a zone whose day began two hours ago.
    connection.execute("UPDATE leads SET last_activity_at = now() - interval '23 hours'")
    add_smart_list(connection, acme, "Today", {"field": "last_activity_at", "op": ">=", "value": {"days_ago": 0}})
    with connect(settings) as own, dg.DagsterInstance.ephemeral() as instance:
        refreshed(own)
        assert tick(instance) is None
        for zone in ("Pacific/Kiritimati", "Pacific/Niue"):  # 25 hours apart: of one of them it was another day
            connection.execute("UPDATE businesses SET timezone = %s", [zone])
            assert tick(instance) == "acme"
            refreshed(own, force=True)
            ((expected,),) = connection.execute(
                "SELECT count(*) FROM leads WHERE last_activity_at >= henk.start_of_day(%s, now(), '0 days')", [zone]
            ).fetchall()
            assert len(members(connection, "Today").split()) == expected


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_refresh_that_is_killed_loses_no_change(connection, acme, settings, after):
    for name in ("Bath", "Later"):
        add_smart_list(connection, acme, name)
    with connect(settings) as own:
        refreshed(own)
    connection.execute("UPDATE leads SET city = 'Bath'")
    with connect(settings) as killed:
        under_way = refresh_business(killed, "acme")
        for _ in range(after):
            next(under_way)
        if not after:  # between what is noted and the first list
            killed.execute("SELECT 1")
            lists.take_changes(killed, acme)
            killed.commit()
        # A change that comes now is noted by itself: the note of the refresh goes with its end.
        connection.execute("UPDATE leads SET city = 'Rome' WHERE first_name = 'Bo'")
        del under_way
    with connect(settings) as own, dg.DagsterInstance.ephemeral() as instance:
        assert tick(instance) == "acme"
        refreshed(own)
        assert (members(connection, "Bath"), members(connection, "Later")) == ("Ana Cy", "Ana Cy")
        assert tick(instance) is None


def test_a_change_during_a_refresh_outlives_it(connection, acme, settings):
    add_smart_list(connection, acme, "Bath")
    with connect(settings) as own, dg.DagsterInstance.ephemeral() as instance:
        refreshed(own)
        connection.execute("UPDATE leads SET city = 'Bath'")
        under_way = refresh_business(own, "acme")
        next(under_way)
        connection.execute("UPDATE leads SET city = 'Rome' WHERE first_name = 'Bo'")
        assert list(under_way) == []
        assert tick(instance) == "acme"
        refreshed(own)
        assert members(connection, "Bath") == "Ana Cy"
        assert tick(instance) is None


def failed_run(instance, tags):
    """A run of refresh_lists that has failed."""
    from dagster._core.test_utils import create_run_for_test  # noqa: PLC0415

    return create_run_for_test(instance, job_name=graph.JOB, status=dg.DagsterRunStatus.FAILURE, tags=tags)


BY_SENSOR = {"dagster/sensor_name": "smart_lists_follow_changes"}


@pytest.mark.parametrize(
    ("tags", "follows"),
    [
        ({}, True),  # an operator's, refused before anything happened
        ({graph.BUSINESSES: "acme"}, True),
        (BY_SENSOR, False),
        (BY_SENSOR | {graph.BUSINESSES: "acme,other"}, False),
        (BY_SENSOR | {graph.BUSINESSES: "acme,other", graph.UNREFRESHED: "other"}, True),
        (BY_SENSOR | {graph.BUSINESSES: "acme,other", graph.UNREFRESHED: "acme"}, False),
        (BY_SENSOR | {graph.BUSINESSES: "other"}, True),
    ],
)
def test_a_failed_run_lets_only_those_wait_for_whom_it_failed(connection, acme, settings, tags, follows):
    add_smart_list(connection, acme, "Bath")
    connection.execute("UPDATE leads SET city = 'Bath'")
    with dg.DagsterInstance.ephemeral() as instance:
        assert tick(instance) == "acme"
        failed_run(instance, tags)
        assert tick(instance) == ("acme" if follows else None)
        assert graph.resting_businesses(instance, datetime.now(UTC) + graph.REST + timedelta(seconds=1)) == set()


def test_a_business_that_cannot_be_refreshed_keeps_no_other_from_it(connection, acme, settings, monkeypatch):
    other = connection.execute("INSERT INTO businesses (slug, name) VALUES ('aaa', 'Aaa') RETURNING id").fetchone()[0]
    for business in (acme, other):
        add_smart_list(connection, business, "Bath")
    real = lists.lists_to_refresh

    def refuse(own, business):
        return own.execute("SELECT 1 / 0") if business == other else real(own, business)

    monkeypatch.setattr(lists, "lists_to_refresh", refuse)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [defs.get_assets_def("smart_lists")], instance=instance, resources={"henk": Henk()}, raise_on_error=False, tags=BY_SENSOR
        )
        assert not result.success
        assert members(connection, "Bath") == "Ana Cy"
        assert instance.get_run_by_id(result.run_id).tags[graph.UNREFRESHED] == "aaa"


def test_a_night_refreshes_lists_also_where_no_file_has_come(henk, connection, acme):
    assert henk(*of_acme("list", "add", "Bath"), "--where", json.dumps(CITY)).returncode == 0
    connection.execute("UPDATE leads SET city = 'Bath'")
    night = henk("nightly")
    assert night.returncode == 0, night.stderr
    assert members(connection, "Bath") == "Ana Bo Cy"


def test_the_loader_role_refreshes(connection, acme, database_url):
    """deploy/loader_role.sql: what the pipeline runs as."""
    import subprocess  # noqa: PLC0415

    from henk_pipeline.postgres.embedded import binaries  # noqa: PLC0415
    from tests.integration.test_loader_role import ROLE  # noqa: PLC0415

    subprocess.run([binaries() / "psql", database_url, "-q", "-v", "ON_ERROR_STOP=1", "-f", ROLE], check=True)
    with psycopg.connect(database_url.replace("postgres@", "henk_loader@", 1)) as own:
        list_id = lists.add_list(own, acme, "Bath", {"filter_criteria": CITY})
        own.commit()
        connection.execute("UPDATE leads SET city = 'Rome' WHERE first_name = 'Cy'")
        assert refreshed(own)["Bath"].left == 1
        assert lists.preview(own, acme, CITY)["matched"] == 1
        (lead,) = lists.find_leads(own, acme, "bo@example.org")
        assert lists.pin(own, list_id, lead)
        assert lists.exclude(own, list_id, lead, None)
        assert lists.explain(own, list_id, lead)["exclusion"]
        assert lists.freeze(own, list_id, "Copy")


def test_what_criteria_cannot_compare_is_counted_and_what_postgresql_cannot_hold_is_refused(henk, acme, connection, tmp_path):
    connection.execute("""UPDATE leads SET custom_fields = '{"visits": "about ten"}' WHERE first_name = 'Ana'""")
    visits = json.dumps({"custom_field": "visits", "op": ">", "value": 5})
    seen = henk(*of_acme("list", "preview"), "--where", visits, "--json")
    assert lines(seen)[0]["uncompared"] == [{"custom_field": "visits", "compared_with": "number", "leads": 1, "example": "about ten"}]
    added = henk(*of_acme("list", "add", "Often"), "--where", visits)
    refreshed = henk(*of_acme("list", "refresh", "Often"))
    for done in (seen, added, refreshed):
        assert (done.returncode, "could not be compared, such as 'about ten'" in done.stderr) == (0, True), done
    deep = tmp_path / "deep.json"
    deep.write_text('{"not":' * 100_000 + "1" + "}" * 100_000)
    long = tmp_path / "long.json"
    long.write_text(json.dumps({"field": "city", "op": "in", "value": [f"Town {n}" for n in range(100_000)]}))
    for where, part in (
        ('{"field": "lead_score", "op": ">=", "value": NaN}', "at $.value, nan is no number"),
        ('{"field": "lead_score", "op": ">=", "value": 1e400}', "at $.value, inf is no number"),
        ('{"field": "city", "op": "=", "value": "\\u0000"}', "at $.value, the text holds a character"),
        ('{"all": [{"field": "city", "op": "=", "value": "\\ud800"}]}', "at $.all[0].value, the text holds a character"),
        ("[]", "criteria are an object"), (deep, "at $, criteria go eight levels deep"), (long, "at $, criteria have 100,000 characters at most"),
        ('{"all": [' * 40 + "1" + "]}" * 40, "at $.all[0].all[0]"),
        ('{"field": "city", "op": "=", "value": "x", "value": "y"}', "the key 'value' stands twice"),
        ('{"all": [{"field": "city", "field": "state", "op": "=", "value": "y"}]}', "the key 'field' stands twice"),
    ):  # fmt: skip
        refused = henk(*of_acme("list", "preview"), "--where", where)
        assert (refused.returncode, part in " ".join(refused.stderr.split())) == (2, True), (part, refused.stderr[-2000:])
    refused = henk(*of_acme("list", "refresh", "guests"))
    assert (refused.returncode, connection.execute("SELECT count(*) FROM list_refreshes WHERE status = 'failed'").fetchone()) == (1, (0,))
    (tmp_path / "p.csv").write_text(PEOPLE)
    (tmp_path / "p.csv.toml").write_text(
        '[[lists]]\nlist = "K"\nrefresh = "auto"\nwhere = {field = "total_gifts", op = ">=", value = nan}\n'
    )
    upload_refused = henk("import", tmp_path / "p.csv", "--business", "acme")
    assert (upload_refused.returncode, "is no number that can be compared" in upload_refused.stdout + upload_refused.stderr) == (1, True)


ROME = {"field": "city", "op": "=", "value": "Rome"}


def test_a_manifest_with_other_criteria_for_a_list_that_exists_changes_nothing_and_says_so(henk, acme, connection, tmp_path):
    assert henk(*of_acme("list", "add", "Bath"), "--where", json.dumps(CITY)).returncode == 0
    (tmp_path / "more.csv").write_text("Email,City,First Name\ndi@example.org,Rome,Di\n")
    (tmp_path / "more.csv.toml").write_text(
        '[[lists]]\nlist = "Bath"\nwhere = {field = "city", op = "=", value = "Rome"}\nrefresh = "auto"\n'
    )
    note = "The list 'Bath' exists with other criteria and keeps them: `where` of the manifest changes nothing."
    checked = henk(*of_acme("check", tmp_path / "more.csv"))
    assert (checked.returncode, note in " ".join(checked.stdout.split())) == (0, True), checked.stdout + checked.stderr
    imported = henk(*of_acme("import", tmp_path / "more.csv"))
    assert (imported.returncode, note in " ".join(imported.stdout.split())) == (0, True), imported.stdout + imported.stderr
    assert members(connection, "Bath") == "Ana Cy"


@pytest.mark.parametrize(
    ("change", "where", "note"),
    [
        ("description = 'x'", CITY, None),
        ("filter_criteria = NULL, list_type = 'static'", CITY, "exists and is static"),
        ("refresh = 'manual'", CITY, "is refreshed by hand"),
        ("description = 'x'", ROME, "exists with other criteria"),
        ("name = 'Another'", ROME, None),
    ],
)
def test_a_manifest_is_compared_with_the_list_that_exists(connection, acme, tmp_path, change, where, note):
    manifest = {"list": "more", "lists": [{"list": "Bath", "where": CITY, "refresh": "auto"}]}
    upload(connection, tmp_path, "Email,City\ndi@example.org,Bath\n", **manifest)
    connection.execute(f"UPDATE lead_lists SET {change} WHERE name = 'Bath'")
    manifest["lists"][0]["where"] = where
    outcome = upload(connection, tmp_path, "Email,City\ned@example.org,Bath\n", **manifest)
    notes = [written for written in find_notes(connection, outcome.import_id) if written.startswith("The list")]
    assert [note in written for written in notes] == [True] * (note is not None)


def test_criteria_are_shown_and_explained_in_words(henk, acme, connection):
    where = {"all": [{"callable": True}, {"field": "city", "op": "=", "value": "Bath"}]}
    added = henk(*of_acme("list", "add", "Bath"), "--where", json.dumps(where))
    assert added.returncode == 0, added.stderr
    shown = henk(*of_acme("list", "show", "Bath")).stdout
    assert '\nWhere\n  all of these:\n    may be called\n    city is "Bath"\n' in shown
    assert "{" not in shown
    (figures,) = lines(henk(*of_acme("list", "show", "Bath"), "--json"))
    assert figures["where"] == where
    named = json.dumps({"list": added.stdout.strip(), "op": "in"})
    assert henk(*of_acme("list", "add", "Same"), "--where", named).returncode == 0
    assert "where                is on the list 'Bath'\n" in henk(*of_acme("list", "show", "Same")).stdout
    explained = henk(*of_acme("list", "explain", "Bath", "cy@example.org")).stdout
    assert ("may be called" in explained, "no telephone" in explained, "{" in explained) == (True, True, False)


def test_a_preview_for_a_campaign_that_is_over_says_so(henk, acme):
    assert henk(*of_acme("campaign", "complete", "Year End")).returncode == 0
    seen = henk(*of_acme("list", "preview"), "--where", json.dumps(CITY), "--campaign", "Year End")
    assert (seen.returncode, 'The campaign "Year End" is completed: no lead joins it.' in seen.stderr) == (0, True), seen.stderr
    assert "would enter campaign  0" in seen.stdout


def test_no_word_on_a_list_that_failed_ends_twice(henk, acme):
    assert henk(*of_acme("list", "add", "Bath"), "--where", json.dumps(CITY)).returncode == 0
    assert henk(*of_acme("list", "set", "Bath"), "--archived").returncode == 0
    failed = henk(*of_acme("list", "refresh", "Bath"))
    assert (failed.returncode, "is archived: its members stay as they are." in failed.stderr, ".." in failed.stderr) == (1, True, False)
    pinned = henk(*of_acme("list", "pin", "Bath", "bo@example.org"))
    assert (pinned.returncode, "takes no leads" in " ".join(pinned.stderr.split()), "Traceback" in pinned.stderr) == (2, True, False), (
        pinned.stderr
    )


def test_a_member_of_a_held_list_is_explained_as_held(henk, acme, connection):
    assert henk(*of_acme("list", "add", "Bath"), "--where", json.dumps(CITY)).returncode == 0
    assert henk(*of_acme("list", "set", "Bath"), "--where", json.dumps({**CITY, "value": "Rome"}), "--max-leave", "0.5").returncode == 0
    assert (members(connection, "Bath"), henk(*of_acme("list", "explain", "Bath", "bo@example.org")).stdout[:30]) == (
        "Bo",
        "bo@example.org is on Bath: its",
    )
    connection.execute("UPDATE leads SET city = CASE first_name WHEN 'Bo' THEN 'Bath' ELSE 'York' END")
    assert henk(*of_acme("list", "refresh", "Bath")).returncode == 1
    shown = henk(*of_acme("list", "explain", "Bath", "bo@example.org")).stdout
    assert "bo@example.org is on Bath: its criteria found the lead, and do not any more, since" in shown
    assert "The list is held, so its members stay as they are: all 1 members would leave." in shown
    assert "henk list refresh 'Bath' --business acme --force" in shown
    connection.execute("UPDATE leads SET city = 'Rome' WHERE first_name = 'Ana'")
    assert (
        "ana@example.org is not on Bath, although its criteria find the lead."
        in henk(*of_acme("list", "explain", "Bath", "ana@example.org")).stdout
    )
    assert henk(*of_acme("list", "refresh", "Bath"), "--force").returncode == 0
    shown = henk(*of_acme("list", "explain", "Bath", "ana@example.org")).stdout
    assert ("its criteria find the lead, since" in shown, "held" in shown) == (True, False)
    assert henk(*of_acme("list", "set", "Bath"), "--where", "").returncode == 0
    assert "its criteria found the lead" in henk(*of_acme("list", "explain", "Bath", "ana@example.org")).stdout


def commands(group):
    """Each command of a group."""
    return sorted(get_command(app).commands[group].commands)


# What each command that changes something is called with, after `--business acme`, in this order, and what its object has next to business and id.
CHANGES = {
    "business add": (["beta", "--name", "Beta"], {"business": "beta", "added": True}),
    "business set": (["acme", "--name", "Acme", "--country", "DE"], {"changed": {"name": "Acme", "default_country": "DE"}}),
    "business scoring": (["acme", "--reset"], {"scoring": None}),
    "campaign add": (["Spring"], {"campaign": "Spring", "added": True}),
    "campaign set": (
        ["Spring", "--budget", "12.50", "--start", "2026-03-01", "--goal", ""],
        {"campaign": "Spring", "changed": {"budget": 12.5, "start_date": "2026-03-01", "goal_metric": None}},
    ),
    "campaign activate": (["Spring"], {"campaign": "Spring", "status": "active"}),
    "campaign pause": (["Spring"], {"campaign": "Spring", "status": "paused"}),
    "list add": (["Bath", "--where", json.dumps(CITY)], {"list": "Bath", "leads": 2, "uncompared": []}),
    "campaign assign": (["Spring", "Bath", "--priority", "2"], {"list": "Bath", "priority": 2, "follow": "enter", "leads_added": 2}),
    "campaign complete": (["Spring"], {"status": "completed"}),
    "list set": (["Bath", "--archived"], {"list": "Bath", "changed": {"is_archived": True}, "held": None}),
    "list freeze": (["Bath", "--as", "Was"], {"list": "Was", "leads": 2}),
    "list pin": (["guests", "bo@example.org"], {"list": "guests", "changed": False}),
    "list exclude": (["guests", "bo@example.org", "--reason", "board"], {"list": "guests", "changed": True}),
    "list refresh": (["More"], {"list": "More", "status": "unchanged"}),
}
SHOWS = {
    "business list": [], "business show": ["acme"], "campaign list": [], "campaign show": ["Year End"], "list list": [], "list show": ["guests"],
    "list preview": ["--where", json.dumps(CITY)], "list explain": ["guests", "ana@example.org"], "list events": ["More"],
}  # fmt: skip


def test_every_command_of_businesses_campaigns_and_lists_prints_json(henk, acme, connection):
    assert {f"{group} {name}" for group in ("business", "campaign", "list") for name in commands(group)} == CHANGES.keys() | SHOWS.keys()
    assert henk(*of_acme("list", "add", "More"), "--where", json.dumps(CITY)).returncode == 0
    for command, (arguments, expected) in [*CHANGES.items(), *((command, (arguments, {})) for command, arguments in SHOWS.items())]:
        group = command.split()[0]
        ran = henk(*command.split(), *arguments, *([] if group == "business" else ["--business", "acme"]), "--json")
        assert ran.returncode == 0, (command, ran.stderr)
        objects = lines(ran)
        assert all(isinstance(one, dict) for one in objects), command
        if command in CHANGES:
            (done,) = objects
            assert {"business": "acme", **expected} == {name: done[name] for name in {"business", *expected}}, command
            assert command == "list refresh" or len(done["id"]) == 36, command
    (frozen,) = lines(henk(*of_acme("list", "freeze", "guests"), "--as", "Then", "--json"))
    assert frozen["frozen_of"]["list"] == "guests"
    held = henk(*of_acme("list", "set", "More"), "--where", json.dumps({**CITY, "value": "nowhere"}), "--json")
    assert (held.returncode, json.loads(held.stdout)["held"]["reason"]) == (1, "all 2 members would leave")
    by_id = henk(*of_acme("campaign", "set", lines(henk(*of_acme("campaign", "list"), "--json"))[0]["id"]), "--name", "Autumn", "--json")
    assert lines(by_id)[0]["campaign"] == "Autumn"
    again = henk("business", "add", "beta", "--json")
    assert (lines(again)[0]["added"], "exists already" in again.stderr) == (False, True)


@pytest.mark.parametrize(("slow_until", "code"), [("2s", 0), ("1min", 1)])
def test_a_preview_that_takes_its_time_gives_its_figures_all_the_same(henk, acme, connection, slow_until, code):
    connection.execute("ALTER FUNCTION henk.preview_filter(uuid, jsonb, uuid, uuid) RENAME TO preview_in_time")
    connection.execute(
        f"""CREATE FUNCTION henk.preview_filter(uuid, jsonb, uuid, uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
            SELECT CASE WHEN current_setting('statement_timeout')::interval <= '{slow_until}'::interval THEN '{{"slow": true}}'
                ELSE henk.preview_in_time($1, $2, $3, $4) END $$"""
    )
    seen = henk(*of_acme("list", "preview"), "--where", json.dumps(CITY))
    assert (seen.returncode, "2 of 3 leads match" in seen.stdout) == (code, code == 0), seen.stderr
    assert "more than 2 seconds to count; counting for 60 seconds at most" in seen.stderr
    assert ("take more than 60 seconds to count" in seen.stderr) == (code == 1)
