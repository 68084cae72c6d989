"""Refusals outlive an undo, a skipped file may become a lead's first, and what imports, exports and the landing folder say of themselves."""

import itertools
from pathlib import Path

import pytest

from henk_pipeline.postgres import imports, landed_files
from henk_pipeline.postgres.discarded import find_discarded
from henk_pipeline.steps import report
from henk_pipeline.steps.discovery import find_problem
from henk_pipeline.uploads.landing import LandingListing
from tests.integration.database.acting import acting_as, add_user, column, value
from tests.integration.test_directory import lines
from tests.integration.uploading import add_business, upload

CAMPAIGN = {"campaigns": [{"campaign": "Year End"}]}
ANA = "Email,Phone\nana@example.org,2125550101\n"


@pytest.fixture
def acme(connection):
    return add_business(connection, "acme", "Year End", "Gala")


@pytest.mark.parametrize("who", ["a member", "the service"])
@pytest.mark.parametrize("exclude", [True, False])
def test_a_refusal_by_telephone_outlives_the_undo_of_its_import(connection, tmp_path, acme, who, exclude):
    outcome = upload(connection, tmp_path, ANA, **CAMPAIGN)
    connection.execute("UPDATE campaigns SET exclude_dnc = %s", [exclude])
    refuse = "UPDATE campaign_leads SET status = 'dnc'"
    if who == "a member":
        with acting_as(connection, add_user(connection, str(acme), "member", "active")) as client:
            client.execute(refuse)
    else:
        connection.execute(refuse)
    undone = imports.undo_import(connection, outcome.import_id)
    assert [(kept["stays"], kept["reason"]) for kept in undone["kept"]] == [
        ("everything", 'has been worked on in the campaign "Year End" (dnc)')
    ]
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc"]
    assert connection.execute("SELECT dnc FROM leads").fetchall() == [(True,)]
    assert column(connection, "SELECT value FROM suppressions WHERE source = 'campaign'") == ["+12125550101"]


def test_an_opt_out_of_a_file_alone_keeps_no_campaign_lead(connection, tmp_path, acme):
    outcome = upload(connection, tmp_path, ANA, **CAMPAIGN)
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550101')", [acme])
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc"]  # by the rule
    assert imports.undo_import(connection, outcome.import_id)["kept"] == []
    assert column(connection, "SELECT id FROM leads") == []
    assert column(connection, "SELECT value FROM suppressions") == ["+12125550101"]


FILES = {
    "first": ("Email,City,Company,Tags\nana@example.org,Bath,Acme,old\n", "fill"),
    "skipped": ('Email,City,Department,Pet,Tags\nana@example.org,Paris,Sales,cat,"two, three"\n', "skip"),
    "later": ("Email,City,Company,Title,Department,Pet,Tags\nana@example.org,Rome,Other,Dr,Board,dog,three\n", "fill"),
}
STATE = """SELECT l.first_name, l.city, l.company, l.department, l.title, l.custom_fields,
        ARRAY(SELECT jsonb_array_elements_text(l.tags) ORDER BY 1),
        ARRAY(SELECT ll.name::text FROM lead_list_members m JOIN lead_lists ll ON ll.id = m.lead_list_id WHERE m.lead_id = l.id ORDER BY 1)
    FROM leads l JOIN businesses b ON b.id = l.business_id WHERE b.slug = %s"""


ORDERS = list(itertools.permutations(FILES))
UNDONE = [["first"], ["later"], ["first", "later"], ["later", "first"], ["first", "skipped"]]


@pytest.mark.parametrize(
    ("order", "undone"), [pytest.param(order, undone, id=f"{order} {undone}") for order in ORDERS for undone in UNDONE]
)
def test_a_skipped_file_may_become_the_first_of_its_lead(connection, tmp_path, acme, order, undone):
    loaded = {name: upload(connection, tmp_path, FILES[name][0], list=name, update=FILES[name][1]) for name in order}
    for name in undone:
        imports.undo_import(connection, loaded[name].import_id)
    add_business(connection, "other")
    for name in order:  # as if what was undone had never come
        if name not in undone:
            upload(connection, tmp_path, FILES[name][0], "other", list=name, update=FILES[name][1])
    assert connection.execute(STATE, ["acme"]).fetchall() == connection.execute(STATE, ["other"]).fetchall()
    for name in order:
        imports.undo_import(connection, loaded[name].import_id)
    assert column(connection, "SELECT slug FROM leads l JOIN businesses b ON b.id = business_id WHERE slug = 'acme'") == []


def test_tags_that_are_skipped_are_reported_and_those_of_a_later_file_are_its_own(connection, tmp_path, acme):
    first = upload(connection, tmp_path, ANA, list="one")
    skipped = upload(connection, tmp_path, "Email,Tags\nana@example.org,x; y\n", list="one", update="skip")
    later = upload(connection, tmp_path, "Email,Tags\nana@example.org,y; z\n", list="one")
    (discarded,) = find_discarded(connection, skipped.import_id)
    assert (discarded.field, discarded.value, discarded.kept) == ("tags", "x, y", "y, z")
    imports.undo_import(connection, first.import_id)
    tags = "SELECT array_agg(t ORDER BY t) FROM leads, jsonb_array_elements_text(tags) t"
    assert value(connection, tags) == ["x", "y", "z"]
    assert find_discarded(connection, skipped.import_id) == []
    imports.undo_import(connection, later.import_id)
    assert value(connection, tags) == ["x", "y"]
    imports.undo_import(connection, skipped.import_id)
    assert column(connection, "SELECT id FROM leads") == []


@pytest.mark.parametrize("filtered", [False, True])
def test_undo_leaves_nobody_to_an_assignment_of_its_own(connection, tmp_path, filtered):
    add_business(connection, "acme", "First", "Second")
    ana, bo = "Email,City\nana@example.org,Bath\n", "Email,City\nbo@example.org,Bath\n"
    where = {"where": {"field": "city", "op": "=", "value": "Bath"}} if filtered else {}
    upload(connection, tmp_path, ana, list="two", campaigns=[{"campaign": "First", "priority": 2, **where}])
    undone = upload(connection, tmp_path, bo, list="one", campaigns=[{"campaign": "First", "priority": 1}])
    upload(connection, tmp_path, ana + "cy@example.org,Rome\n", list="one", campaigns=[{"campaign": "Second"}])
    attribution = """SELECT split_part(l.email, '@', 1), c.name, ll.name FROM campaign_leads cl JOIN campaigns c ON c.id = cl.campaign_id
        JOIN lead_lists ll ON ll.id = cl.lead_list_id JOIN leads l ON l.id = cl.lead_id ORDER BY 1, 2"""
    assert connection.execute(attribution).fetchall()[:2] == [("ana", "First", "one"), ("ana", "Second", "one")]
    imports.undo_import(connection, undone.import_id)
    assert connection.execute(attribution).fetchall() == [("ana", "First", "two"), ("ana", "Second", "one"), ("cy", "Second", "one")]
    assigned = "SELECT c.name || ' ' || ll.name FROM campaign_lead_lists JOIN campaigns c ON c.id = campaign_id JOIN lead_lists ll ON ll.id = lead_list_id"
    assert sorted(column(connection, assigned)) == ["First two", "Second one"]


def test_a_file_that_comes_again_is_reported_with_all_its_campaigns(henk, connection, acme, tmp_path):
    (tmp_path / "guests.csv").write_text(ANA)
    command = ("import", tmp_path / "guests.csv", "--business", "acme", "--list", "guests")
    assert "campaigns   Year End (1 campaign leads added)" in henk(*command, "--campaign", "Year End").stdout
    assert "campaigns   Gala, Year End (1 campaign leads added)" in henk(*command, "--campaign", "Gala").stdout
    again = henk(*command)
    assert (again.returncode, "campaigns   Gala, Year End (0 campaign leads added)" in again.stdout) == (0, True), again.stdout
    (record,) = lines(henk("imports", "--json"))
    assert (record["campaigns"], "." in record["started_at"], "." in record["finished_at"]) == (["Gala", "Year End"], False, False)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((1, 1, 1), "1 is a new person, 1 was known and got something new, 1 was known as it is."),
        ((0, 2, 1000), "0 are new people, 2 were known and got something new, 1,000 were known as they are."),
    ],
)
def test_counts_of_the_report_agree_with_their_words(counts, sentence):
    (line,) = [line for line in (Path(report.__file__).with_name(report.TEMPLATE)).read_text().splitlines() if "Of the accepted" in line]
    names = ("leads_inserted", "leads_updated", "leads_unchanged")
    outcome = {"lead_list_id": "1", **dict(zip(names, counts, strict=True))}
    assert sentence in report._template().environment.from_string(line).render(outcome=outcome)


@pytest.mark.parametrize(
    ("landing", "warned"), [("s3://bucket/never", False), ("s3://bucket/in", True), ("s3://bucket/in/", True), ("s3://bucket/i", False)]
)
def test_a_prefix_that_never_held_anything_has_lost_nothing(connection, caplog, landing, warned):
    landed_files.remember_files(connection, [("s3://bucket/in/acme/a.csv", "acme", "x", "acme_a_1")])
    assert find_problem(landing, LandingListing([], [], set()), landed_files.known_uploads(connection)) is None
    assert ("were received from it before" in caplog.text) is warned


def test_a_folder_that_is_gone_is_missed_only_where_files_came_from_it(connection, tmp_path):
    landing = tmp_path / "landing"
    landed_files.remember_files(connection, [(f"{landing}/acme/a.csv", "acme", "x", "acme_a_1")])
    earlier = landed_files.known_uploads(connection)
    assert "is gone" in str(find_problem(landing, LandingListing([], [], set()), earlier))
    assert find_problem(tmp_path / "another", LandingListing([], [], set()), earlier) is None


@pytest.mark.parametrize("name", ["typo/deep/out", "typo/deep/out.duckdb"])
def test_an_export_makes_no_tree_of_folders(henk, connection, acme, tmp_path, name):
    assert henk("analytics", "build").returncode == 0
    refused = henk("analytics", "export", tmp_path / name)
    assert (refused.returncode, "there is no folder" in " ".join(refused.stderr.split())) == (2, True), refused.stderr
    assert not (tmp_path / "typo").exists()
    (tmp_path / "typo" / "deep").mkdir(parents=True)
    assert henk("analytics", "export", tmp_path / name).returncode == 0
    assert (tmp_path / name).exists()


@pytest.mark.parametrize("command", [["business", "add", "next"], ["business", "set", "acme"]])
@pytest.mark.parametrize(
    ("zone", "code"),
    [("Factory", 2), ("localtime", 2), ("EST5EDT", 2), ("Etc/GMT+5", 2), ("UTC", 0), ("Etc/UTC", 0), ("America/New_York", 0)],
)
def test_a_business_has_the_time_zone_of_a_place(henk, connection, acme, command, zone, code):
    result = henk(*command, "--timezone", zone)
    assert (result.returncode, "Traceback" in result.stderr) == (code, False), result.stderr
    if code == 0:
        assert value(connection, "SELECT timezone FROM businesses WHERE slug = %s", [command[-1]]) == zone
