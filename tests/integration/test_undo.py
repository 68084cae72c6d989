"""What an import did is taken back, what has been worked on since stays; people who ask to be forgotten do not come back."""

import json
from datetime import UTC, datetime

import psycopg
import pytest

from henk_pipeline.postgres import erasure, imports
from tests.integration.database.acting import column, value
from tests.integration.uploading import add_business, upload

CAMPAIGN = {"campaigns": [{"campaign": "Year End"}]}


def everything(connection):
    """Every row that an import may touch, but for the records of imports themselves and moments."""
    tables = {
        "leads": "to_jsonb(t)",
        "lead_lists": "to_jsonb(t) - 'updated_at'",
        "lead_list_members": "to_jsonb(t)",
        "campaign_lead_lists": "to_jsonb(t)",
        "campaign_leads": "to_jsonb(t)",
    }
    return {table: sorted(map(str, column(connection, f"SELECT {row} FROM {table} t"))) for table, row in tables.items()}


def undo(connection, outcome):
    return imports.undo_import(connection, outcome.import_id)


@pytest.fixture
def acme(connection):
    return add_business(connection, "acme", "Year End", "Gala")


def test_undoing_an_import_leaves_what_was_there_before(connection, tmp_path, acme):
    upload(connection, tmp_path, "Email,City,Tags,Shoe size\nana@example.org,Bath,old,38\nbo@example.org,,,\n", list="first", **CAMPAIGN)
    before = everything(connection)
    outcome = upload(
        connection, tmp_path, "Email,City,State,Tags,Shoe size,Pet\nana@example.org,Paris,NY,new,39,cat\nnew@example.org,,,,,\nBO@example.org,,,,,\n",
        list="second", update="overwrite", campaigns=[{"campaign": "Year End", "priority": 1}, {"campaign": "Gala"}],
    )  # fmt: skip
    assert (outcome.leads_inserted, outcome.leads_updated, outcome.leads_unchanged) == (1, 1, 1)
    assert everything(connection) != before
    report = undo(connection, outcome)
    assert everything(connection) == before
    assert {name: report[name] for name in ("leads_deleted", "leads_restored", "members_removed", "campaign_leads_removed", "lists_deleted", "leads_kept")} == {
        "leads_deleted": 1, "leads_restored": 1, "members_removed": 3, "campaign_leads_removed": 4, "lists_deleted": 1, "leads_kept": 0,
    }  # fmt: skip
    assert column(connection, "SELECT status FROM lead_imports WHERE id = %s", [outcome.import_id]) == ["undone"]
    # Again: nothing more.
    again = undo(connection, outcome)
    assert everything(connection) == before
    assert not any(again[name] for name in again if name.endswith(("deleted", "restored", "removed", "kept")))
    # The same bytes may come again, as if they had never come.
    assert upload(connection, tmp_path, "Email\nana@example.org\n", list="first").status == "loaded"


def test_the_first_import_undone_leaves_nothing(connection, tmp_path, acme):
    outcome = upload(connection, tmp_path, "Email,Phone\nana@example.org,2125550101\nana@example.org,\nbo@example.org,\n", **CAMPAIGN)
    undo(connection, outcome)
    assert everything(connection) == {name: [] for name in everything(connection)}


def test_leads_that_were_merged_and_taken_apart_go_with_their_import(connection, tmp_path, acme):
    outcome = upload(connection, tmp_path, "First Name,Email\nAna,ana@example.org\nBo,bo@example.org\nCy,cy@example.org\n", **CAMPAIGN)
    ana, bo, cy = column(connection, "SELECT id FROM leads ORDER BY email")
    for keep, drop in [(ana, bo), (bo, ana), (cy, bo)]:
        connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
        connection.execute("SELECT unmerge_leads(id) FROM lead_merges WHERE taken_apart_at IS NULL")
    connection.execute("UPDATE leads SET city = 'Bath' WHERE id = %s", [cy])
    report = undo(connection, outcome)
    assert column(connection, "SELECT id FROM leads") == [cy]
    assert [kept["reason"] for kept in report["kept"]] == ["has been changed since"]


@pytest.mark.parametrize(
    ("worked_on", "status"),
    [
        ("UPDATE campaign_leads SET attempts = 1", "new"),
        ("UPDATE campaign_leads SET status = 'converted', donated_amount = 5", "converted"),
        ("UPDATE campaign_leads SET notes = 'call back'", "new"),
    ],
)
def test_of_a_lead_that_has_been_worked_on_in_a_campaign_everything_stays(connection, tmp_path, acme, worked_on, status):
    outcome = upload(connection, tmp_path, "Email\nana@example.org\n", **CAMPAIGN)
    connection.execute(worked_on)
    before = everything(connection)
    report = undo(connection, outcome)
    assert [(kept["line"], kept["stays"], kept["reason"]) for kept in report["kept"]] == [
        (2, "everything", f'has been worked on in the campaign "Year End" ({status})')
    ]
    assert report["leads_kept"] == 1
    assert everything(connection) == before


@pytest.mark.parametrize(
    ("used", "reason"),
    [
        ("UPDATE leads SET city = 'Paris'", "has been changed since"),
        ("INSERT INTO lead_lists (business_id, name) SELECT id, 'Mine' FROM businesses; "
         "INSERT INTO lead_list_members (lead_list_id, lead_id) SELECT ll.id, l.id FROM lead_lists ll, leads l WHERE ll.name = 'Mine'",
         'is on the list "Mine", too'),
        ("INSERT INTO campaign_leads (business_id, campaign_id, lead_id) SELECT c.business_id, c.id, l.id FROM campaigns c, leads l WHERE c.name = 'Gala'",
         'is in the campaign "Gala" by another way'),
        ("CREATE TABLE call_logs (lead_id uuid REFERENCES leads ON DELETE CASCADE); INSERT INTO call_logs SELECT id FROM leads",
         "is referred to by call_logs"),
    ],
)  # fmt: skip
def test_a_new_lead_that_something_else_uses_stays_without_what_the_import_did_with_it(connection, tmp_path, acme, used, reason):
    outcome = upload(connection, tmp_path, "Email\nana@example.org\n", **CAMPAIGN)
    connection.execute(used)
    before = everything(connection)
    report = undo(connection, outcome)
    assert [(kept["stays"], kept["reason"].replace("public.", "")) for kept in report["kept"]] == [("the lead", reason)]
    assert everything(connection)["leads"] == before["leads"]
    # Nobody is called because of the import, and it is on no list because of it.
    assert column(connection, "SELECT id FROM lead_list_members WHERE import_id IS NOT NULL") == []
    assert (
        column(connection, "SELECT c.name FROM campaign_leads cl JOIN campaigns c ON c.id = cl.campaign_id WHERE c.name = 'Year End'") == []
    )


def test_who_came_by_a_list_that_a_person_assigned_goes_with_the_file_that_filled_it(connection, tmp_path, acme):
    outcome = upload(connection, tmp_path, "Email\nana@example.org\nbo@example.org\ncy@example.org\n")
    connection.execute("SELECT add_lead_list_to_campaign(c.id, ll.id) FROM campaigns c, lead_lists ll WHERE c.name = 'Gala'")
    connection.execute("UPDATE campaign_leads SET attempts = 1 WHERE lead_id = (SELECT id FROM leads WHERE email LIKE 'cy%')")
    report = undo(connection, outcome)
    assert (report["leads_deleted"], report["campaign_leads_removed"], report["leads_kept"]) == (2, 2, 1)
    assert column(connection, "SELECT l.email FROM campaign_leads cl JOIN leads l ON l.id = cl.lead_id") == ["cy@example.org"]


def people_of(connection, campaign):
    return column(
        connection,
        "SELECT l.first_name FROM campaign_leads cl JOIN leads l ON l.id = cl.lead_id JOIN campaigns c ON c.id = cl.campaign_id "
        "WHERE c.name = %s ORDER BY 1",
        [campaign],
    )


def add_smart_list(connection, business, name, *cities):
    criteria = json.dumps({"field": "city", "op": "in", "value": list(cities)})
    connection.execute(
        "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) VALUES (%s, %s, 'dynamic', %s)", [business, name, criteria]
    )


HEADER = "First Name,Email,City"


@pytest.mark.parametrize("follow", ["frozen", "enter", "mirror"])
def test_whom_criteria_had_found_by_the_values_of_a_file_goes_with_it(connection, tmp_path, acme, follow):
    add_smart_list(connection, acme, "Bathers", "Bath")
    outcome = upload(connection, tmp_path, f"{HEADER}\nAna,ana@example.org,Bath\n", list="first")
    upload(connection, tmp_path, f"{HEADER}\nBo,bo@example.org,Bath\n", list="Bathers", campaigns=[{"campaign": "Gala", "follow": follow}])
    assert people_of(connection, "Gala") == ["Ana", "Bo"]
    undo(connection, outcome)
    assert column(connection, "SELECT first_name FROM leads") == people_of(connection, "Gala") == ["Bo"]


def test_a_list_of_criteria_that_does_not_follow_brings_nobody_who_came_to_it_later(connection, tmp_path, acme):
    add_smart_list(connection, acme, "North", "Leeds")
    connection.execute(
        "SELECT add_lead_list_to_campaign(c.id, ll.id, 3) FROM campaigns c, lead_lists ll WHERE c.name = 'Gala' AND ll.name = 'North'"
    )
    connection.execute("UPDATE campaign_lead_lists SET follow = 'frozen'")
    row = f"{HEADER}\nAna,ana@example.org,Leeds\n"
    upload(connection, tmp_path, row, list="first")
    connection.execute("SELECT henk.refresh_list(id, true, 'refresh', NULL) FROM lead_lists WHERE name = 'North'")
    assert column(connection, "SELECT count(*) FROM lead_list_members WHERE origin = 'criteria'") == [1]
    outcome = upload(connection, tmp_path, row + "\n", list="second", campaigns=[{"campaign": "Gala", "priority": 2}])
    assert people_of(connection, "Gala") == ["Ana"]
    undo(connection, outcome)
    assert people_of(connection, "Gala") == []


@pytest.mark.parametrize(("follow", "stays"), [("frozen", []), ("mirror", ["Bo"])])
def test_who_is_on_a_list_by_a_later_file_too_was_not_on_it_when_it_was_assigned(connection, tmp_path, acme, follow, stays):
    upload(connection, tmp_path, f"{HEADER}\nAna,ana@example.org,Bath\n", list="L")
    outcome = upload(connection, tmp_path, f"{HEADER}\nBo,bo@example.org,Leeds\n", list="L")
    connection.execute(
        "SELECT add_lead_list_to_campaign(c.id, ll.id) FROM campaigns c, lead_lists ll WHERE c.name = 'Gala' AND ll.name = 'L'"
    )
    connection.execute("UPDATE campaign_lead_lists SET follow = %s", [follow])
    upload(connection, tmp_path, f"{HEADER}\nBo,bo@example.org,Bath\n", list="L")
    undo(connection, outcome)
    assert people_of(connection, "Gala") == ["Ana", *stays]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_call_for_another_file_keeps_nothing_of_the_undone_one(connection, tmp_path, acme, order):
    files = [("Leeds", "first", "Gala"), ("Bath", "second", "Year End")]
    loaded = {}
    for number in order:
        city, name, campaign = files[number]
        loaded[number] = upload(
            connection, tmp_path, f"{HEADER}\nAna,ana@example.org,{city}\n", list=name, update="fill", campaigns=[{"campaign": campaign}]
        )
    connection.execute(
        "UPDATE campaign_leads SET status = 'contacted', attempts = 1 WHERE campaign_id = (SELECT id FROM campaigns WHERE name = 'Year End')"
    )
    undo(connection, loaded[0])
    assert (people_of(connection, "Gala"), people_of(connection, "Year End")) == ([], ["Ana"])
    assert connection.execute("SELECT city FROM leads").fetchall() == [("Bath",)]
    assert column(connection, "SELECT ll.name FROM lead_list_members m JOIN lead_lists ll ON ll.id = m.lead_list_id") == ["second"]


def test_what_stayed_is_taken_back_when_it_has_become_free(connection, tmp_path, acme):
    first = upload(connection, tmp_path, "Email\nana@example.org\n", list="first")
    second = upload(connection, tmp_path, "Email,City\nana@example.org,Bath\n", list="second")
    assert undo(connection, first)["kept"][0]["reason"] == 'came with the file "people.csv", too'
    assert undo(connection, second)["leads_restored"] == 1
    assert undo(connection, first)["leads_deleted"] == 1
    assert everything(connection) == {name: [] for name in everything(connection)}


def test_a_value_that_somebody_has_changed_since_stays(connection, tmp_path, acme):
    upload(connection, tmp_path, "Email,City,State\nana@example.org,Bath,NY\n", list="first")
    outcome = upload(connection, tmp_path, "Email,City,State\nana@example.org,Paris,CA\n", list="second", update="overwrite")
    connection.execute("UPDATE leads SET city = 'Rome'")
    report = undo(connection, outcome)
    assert connection.execute("SELECT city, state FROM leads").fetchall() == [("Rome", "NY")]
    assert report["values_changed_since"] == 1


@pytest.mark.parametrize("by", ["a later file", "a person"])
def test_what_has_changed_since_is_counted_by_what_people_know_of_a_lead(connection, tmp_path, acme, by):
    upload(connection, tmp_path, "Email,City,Pet,Shoe size\nana@example.org,Bath,cat,38\n", list="first")
    outcome = upload(connection, tmp_path, "Email,City,Pet,Shoe size\nana@example.org,Paris,dog,38\n", list="second", update="overwrite")
    if by == "a person":
        connection.execute("UPDATE leads SET city = 'Rome', custom_fields = custom_fields || '{\"Pet\": \"owl\"}', lead_score = 99")
    else:
        text = "Email,City,Pet,Phone,State\nana@example.org,Rome,owl,2125550101,NY\n"
        upload(connection, tmp_path, text, list="third", update="overwrite")
    assert undo(connection, outcome)["values_changed_since"] == 2


def test_no_undo_takes_an_opt_out_back(connection, tmp_path, acme):
    upload(connection, tmp_path, "Email,Phone\nana@example.org,2125550101\n", list="first", **CAMPAIGN)
    outcome = upload(connection, tmp_path, "Email,Do Not Call\nana@example.org,yes\n", list="second")
    undo(connection, outcome)
    assert connection.execute("SELECT do_not_call FROM leads").fetchall() == [(True,)]
    assert column(connection, "SELECT status FROM campaign_leads") == ["dnc"]


def test_a_lead_that_another_list_brings_to_the_campaign_stays_in_it(connection, tmp_path, acme):
    upload(connection, tmp_path, "Email\nana@example.org\n", list="mine")
    outcome = upload(connection, tmp_path, "Email\nana@example.org\n", list="theirs", **CAMPAIGN)
    connection.execute(
        "SELECT add_lead_list_to_campaign(c.id, ll.id, 5) FROM campaigns c, lead_lists ll WHERE c.name = 'Year End' AND ll.name = 'mine'"
    )
    undo(connection, outcome)
    rows = "SELECT ll.name, cl.status FROM campaign_leads cl JOIN lead_lists ll ON ll.id = cl.lead_list_id"
    assert connection.execute(rows).fetchall() == [("mine", "new")]
    assert column(connection, "SELECT name FROM lead_lists") == ["mine"]


def test_a_refused_import_can_be_undone_and_a_running_one_cannot(connection, tmp_path, acme):
    outcome = upload(connection, tmp_path, "Email\nbad\n")
    assert undo(connection, outcome)["leads_deleted"] == 0
    connection.execute("UPDATE lead_imports SET status = 'running'")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="has not finished"):
        undo(connection, outcome)


SPLIT = {
    "lists": [
        {
            "list": "Majors",
            "where": {"custom_field": "total_gifts", "op": ">=", "value": 1000},
            "campaigns": [{"campaign": "Gala", "priority": 1}],
        },
        {"list": "Bath", "where": {"field": "city", "op": "=", "value": "bath"}},
    ]
}


def test_an_upload_is_split_into_lists_by_criteria(connection, tmp_path, acme):
    add_business(connection, "other")
    text = "Email,City,Total Gifts\nana@example.org,Bath,5000\nbo@example.org,BATH,20\ncy@example.org,Rome,\n"
    outcome = upload(connection, tmp_path, text, **SPLIT)
    lists = "SELECT name, lead_count FROM lead_lists ORDER BY name"
    assert connection.execute(lists).fetchall() == [("Bath", 2), ("Majors", 1), ("people", 3)]
    assert connection.execute(
        "SELECT c.name, l.email FROM campaign_leads cl JOIN campaigns c ON c.id = campaign_id JOIN leads l ON l.id = lead_id"
    ).fetchall() == [("Gala", "ana@example.org")]
    upload(connection, tmp_path, text, **SPLIT)
    assert connection.execute(lists).fetchall() == [("Bath", 2), ("Majors", 1), ("people", 3)]
    undo(connection, outcome)
    assert everything(connection) == {name: [] for name in everything(connection)}


def test_criteria_that_only_the_database_can_judge_refuse_the_upload_in_words(connection, tmp_path, acme):
    outcome = upload(
        connection,
        tmp_path,
        "Email\nana@example.org\n",
        lists=[{"list": "x", "where": {"field": "created_at", "op": ">", "value": "2026-02-30"}}],
    )
    assert (outcome.status, outcome.error) == (
        "rejected", "The manifest's list 'x' has a `where` that cannot be used: filter_criteria at $: there is no such day or time.",
    )  # fmt: skip


def test_an_erased_person_does_not_come_back_with_an_old_file(connection, tmp_path, acme):
    received = datetime.now(UTC)
    text = "Email,Phone,First Name\nana@example.org,2125550101,Ana\nANA@example.org,,\nbo@example.org,,Bo\n"
    upload(connection, tmp_path, text)
    connection.execute("SELECT erase_lead(id) FROM leads WHERE first_name = 'Ana'")
    # A backfill under other rules reads the file again, as it was received before.
    outcome = upload(connection, tmp_path, text, received_at=received, update="overwrite")
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected, outcome.rows_duplicate) == (3, 1, 2, 0)
    assert column(connection, "SELECT first_name FROM leads") == ["Bo"]
    assert connection.execute("SELECT line_number, rule, row FROM lead_import_rejections").fetchall() == [
        (2, "erased", {}),
        (3, "erased", {}),
    ]
    assert "ana@example.org" not in str(connection.execute("SELECT * FROM lead_import_rejections").fetchall())
    # A new file may bring the person, who is not called.
    upload(connection, tmp_path, text + "cy@example.org,,Cy\n", list="new", **CAMPAIGN)
    assert sorted(column(connection, "SELECT first_name FROM leads")) == ["Ana", "Bo", "Cy"]
    assert value(connection, "SELECT count(*) FROM campaign_leads") == 2


def test_an_erased_person_does_not_come_back_by_an_old_number(connection, tmp_path, acme):
    """Of a person known by another number before, that one is not called either, and a file that knows no other does not bring the person."""
    received = datetime.now(UTC)
    old = "Phone,First Name,Last Name\n2125550101,Ana,Lima\n"
    upload(connection, tmp_path, old, list="old", **CAMPAIGN)
    names = "Phone,Email,First Name,Last Name\n"
    assert upload(connection, tmp_path, names + "2125550101,ana@example.org,Ana,Lima\n", list="moving").leads_updated == 1
    moved = names + "2125550109,ana@example.org,Ana,Lima\n"
    assert upload(connection, tmp_path, moved, list="moved", update="overwrite").leads_updated == 1
    assert column(connection, "SELECT phone FROM leads") == ["+12125550109"]
    connection.execute("SELECT erase_lead(id) FROM leads")
    outcome = upload(connection, tmp_path, old, list="old", received_at=received, update="overwrite", max_rejected=1, **CAMPAIGN)
    assert (outcome.rows_rejected, column(connection, "SELECT first_name FROM leads")) == (1, [])
    assert upload(connection, tmp_path, old, list="new", **CAMPAIGN).leads_inserted == 1
    assert value(connection, "SELECT count(*) FROM campaign_leads") == 0


def test_rejected_rows_of_an_erased_person_say_nothing_when_the_file_is_read_again(connection, tmp_path, acme):
    received = datetime.now(UTC)
    text = "Email,Phone,First Name,Notes\nana@example.org,2125550101,Ana,\n"
    text += "ana@,,Ana,212.555.0101\nana@,,Ana,Ana <ana@example.org>\nbo@,,Bo,212-555-0199\n"
    upload(connection, tmp_path, text, max_rejected=1)
    assert value(connection, "SELECT count(*) FROM lead_import_rejections") == 3
    report = value(connection, "SELECT erase_lead(id) FROM leads")
    assert report["rejections_blanked"] == 2
    blanked = connection.execute("SELECT line_number, value, message, row FROM lead_import_rejections ORDER BY 1").fetchall()
    assert blanked[:2] == [(3, None, "erased on request", {}), (4, None, "erased on request", {})]
    outcome = upload(connection, tmp_path, text, max_rejected=1, received_at=received, update="overwrite")
    assert (outcome.rows_rejected, outcome.rows_accepted) == (4, 0)
    again = connection.execute("SELECT line_number, value, message, row FROM lead_import_rejections ORDER BY 1").fetchall()
    assert again[1:] == blanked
    assert "Ana" not in str(again)
    # Of a file that comes later somebody is told again what is wrong with it.
    upload(connection, tmp_path, text, max_rejected=1, list="new")
    assert "212.555.0101" in str(column(connection, "SELECT row FROM lead_import_rejections"))


def test_opt_outs_of_an_erased_person_are_not_written_down_again(connection, tmp_path, acme):
    received = datetime.now(UTC)
    text = "Email,Phone,First Name,Do Not Call\nana@example.org,2125550101,Ana,yes\nx,(212) 555-0101,Ana,yes\nbo@example.org,2125550102,Bo,yes\n"
    upload(connection, tmp_path, text, max_rejected=1)
    connection.execute("SELECT erase_lead(id) FROM leads WHERE first_name = 'Ana'")
    upload(connection, tmp_path, text, max_rejected=1, received_at=received, update="overwrite")
    kept = "SELECT left(value, 6), reason FROM suppressions ORDER BY 1"
    assert connection.execute(kept).fetchall() == [
        ("+12125", "opted out in people.csv"), ("sha256", "erased"), ("sha256", "erased"),
    ]  # fmt: skip
    assert "2125550101" not in str(connection.execute("SELECT * FROM suppressions").fetchall())


def test_a_person_who_asks_to_be_erased_is_found_by_what_files_said_before(connection, tmp_path, acme):
    text = "Email,Phone,First Name,Last Name,Last Activity\nold@example.org,2125550101,Ana,Lima,2024-01-01\n"
    upload(connection, tmp_path, text + "new@example.org,2125550101,Ana,Lima,2026-01-01\nbo@example.org,2125550102,Bo,,\n")
    assert column(connection, "SELECT email FROM leads ORDER BY 1") == ["bo@example.org", "new@example.org"]
    for contact in ("old@example.org", "new@example.org", "+12125550101"):
        assert [person.first_name for person in erasure.find_people(connection, acme, [contact], None)] == ["Ana"]
    assert erasure.find_people(connection, add_business(connection, "other"), ["old@example.org"], None) == []


IDS = {"source": "crm", "columns": {"Constituent ID": "source_id"}}


@pytest.mark.parametrize(
    ("text", "manifest", "accepted"),
    [
        ("Email,Phone,Do Not Call\nana@example.org,12,yes\nx@example.org,,\n", {}, 2),  # a phone that is none
        ("Email,Phone,Do Not Call\nANA@example.org,(207) 555-0142 or so,dnc\nx@example.org,,\n", {}, 2),
        ("Constituent ID,Email,Phone,Do Not Call\nA-1,,,yes\nX-1,x@example.org,,\n", IDS, 1),  # rejected: no contact left
        ("Email\nana@example.org\n", {"suppressions": True}, 1),
        ("Phone,Email,Do Not Call\n2125550188,ana at example,yes\n2125550177,,\n", {}, 2),  # a number that she had
    ],
)
def test_whoever_must_not_be_called_is_not_though_the_row_says_no_number_or_is_rejected(
    connection, tmp_path, acme, text, manifest, accepted
):
    known = "Constituent ID,Email,Phone,First Name,Last Name,Last Activity\nA-1,ana@example.org,2125550188,Ana,Lima,2024-01-01\n"
    known += "A-1,ana@example.org,2125550101,Ana,Lima,2026-01-01\nB-1,bo@example.org,2125550102,Bo,Ray,\n"
    upload(connection, tmp_path, known, list="known", **IDS, **CAMPAIGN)
    waiting = "SELECT l.first_name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id WHERE c.status = 'new'"
    assert sorted(column(connection, waiting)) == ["Ana", "Bo"]
    outcome = upload(connection, tmp_path, text, list="told", max_rejected=1, **manifest)
    assert outcome.rows_accepted == accepted
    assert column(connection, waiting) == ["Bo"]
    assert connection.execute("SELECT first_name, phone FROM leads WHERE do_not_call").fetchall() == [("Ana", "+12125550101")]


@pytest.mark.parametrize("how", ["a file of addresses", "a rejected row", "an import that is undone", "an erasure"])
def test_whoever_must_not_be_called_is_not_when_a_later_file_brings_a_number(connection, tmp_path, acme, how):
    if how == "a file of addresses":
        upload(connection, tmp_path, "Email\nAna@example.org\n", list="told", suppressions=True)
    elif how == "a rejected row":
        upload(connection, tmp_path, "Email,Phone,Do Not Call\nana@example.org,12,yes\nx@example.org,,\n", list="told", max_rejected=1)
    elif how == "an import that is undone":
        undo(connection, upload(connection, tmp_path, "Email,Do Not Call\nana@example.org,yes\n", list="told"))
        assert column(connection, "SELECT email FROM leads") == []
    else:
        upload(connection, tmp_path, "Email,Phone\nana@example.org,2125550188\n", list="told")
        connection.execute("SELECT erase_lead(id) FROM leads")
    upload(connection, tmp_path, "Phone,First Name,Last Name\n2125550103,Cy,Ng\n", list="first", **CAMPAIGN)
    later = "Email,Phone,First Name,Last Name\nana@example.org,2125550101,Ana,Lima\nbo@example.org,2125550102,Bo,Ray\n"
    outcome = upload(connection, tmp_path, later, list="later", **CAMPAIGN)
    called = "SELECT l.first_name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id ORDER BY 1"
    assert column(connection, called) == ["Bo", "Cy"]
    # It is of an address that a known lead gets, too; and what another business was told does not count here.
    upload(connection, tmp_path, "Phone,First Name,Last Name,Email\n2125550103,Cy,Ng,ana@example.org\n", list="filled")
    add_business(connection, "other", "Year End")
    upload(connection, tmp_path, later, "other", list="later", **CAMPAIGN)
    connection.execute("DELETE FROM campaign_leads WHERE status = 'dnc'")
    assert column(connection, called) == ["Ana", "Bo", "Bo"]
    assert undo(connection, outcome)["leads_kept"] == 0


def test_whoever_says_yes_again_is_called_again(connection, tmp_path, acme):
    """By somebody who takes the flag from the lead; a file that says nothing of it does not bring it back."""
    upload(connection, tmp_path, "Email,Do Not Call\nana@example.org,yes\nbo@example.org,yes\n", list="told")
    connection.execute("UPDATE leads SET do_not_call = false WHERE email = 'ana@example.org'")
    text = "Email,Phone,City\nana@example.org,2125550101,Bath\nbo@example.org,2125550102,York\n"
    outcome = upload(connection, tmp_path, text, list="later", **CAMPAIGN)
    called = "SELECT l.email FROM campaign_leads c JOIN leads l ON l.id = c.lead_id"
    assert (outcome.leads_updated, column(connection, called)) == (2, ["ana@example.org"])
    connection.execute("DELETE FROM leads")
    upload(connection, tmp_path, text, list="again", **CAMPAIGN)
    assert column(connection, called) == ["ana@example.org"]


def lead(connection, *fields):
    """These fields of the only lead."""
    return connection.execute("SELECT " + ", ".join(fields) + " FROM leads").fetchone()


def test_what_another_import_has_takes_the_place_of_what_an_undone_one_inserted(connection, tmp_path, acme):
    first = upload(
        connection, tmp_path, "Email,Phone,Company,City,State,Job title,Department,Tags,Pet,Shoe size\n"
        "ana@example.org,2125550101,Acme,Bath,NY,Nurse,Sales,\"old,shared\",cat,38\n", list="first",
    )  # fmt: skip
    second = upload(
        connection, tmp_path, "Email,Phone,Company,City,State,Job title,Tags,Pet\n"
        "ana@example.org,2125550102,Umbrella,Rome,,Nurse,\"new,shared\",dog\n", list="second",
    )  # fmt: skip
    shown = ("phone", "company", "city", "state", "title", "department", "tags", "custom_fields", "email")
    assert lead(connection, *shown)[:6] == ("+12125550101", "Acme", "Bath", "NY", "Nurse", "Sales")
    report = undo(connection, first)
    assert report["values_restored"] == 7  # title and e-mail stay
    umbrella = ("+12125550102", "Umbrella", "Rome", None, "Nurse", None, ["shared", "new"], {"Pet": "dog"}, "ana@example.org")
    assert lead(connection, *shown) == umbrella
    undo(connection, first)
    assert lead(connection, *shown) == umbrella
    # The values are the second import's by now: they go with it, also where a person keeps the lead.
    connection.execute("UPDATE leads SET notes = 'mine'")
    undo(connection, second)
    assert lead(connection, *shown, "notes") == ("+12125550102", None, None, None, None, None, [], {}, "ana@example.org", "mine")


@pytest.mark.parametrize("mode", ["fill", "overwrite", "skip"])
def test_values_that_a_third_import_has_outlive_the_one_that_wrote_them(connection, tmp_path, acme, mode):
    upload(connection, tmp_path, "Email\nana@example.org\n", list="first")
    second = upload(connection, tmp_path, "Email,Company,Tags,Pet\nana@example.org,Acme,vip,cat\n", list="second")
    upload(connection, tmp_path, "Email,Company,Tags,Pet,City\nana@example.org,Acme,vip,cat,\n", list="third", update=mode)
    undo(connection, second)
    kept = ("Acme", ["vip"], {"Pet": "cat"}) if mode != "skip" else (None, [], {})
    assert lead(connection, "company", "tags", "custom_fields") == kept


def test_figures_of_gifts_are_those_of_the_imports_that_remain(connection, tmp_path, acme):
    header = "Email,Total gifts,Number of gifts,Last gift date,Last gift amount,First gift date,Last activity\n"
    first = upload(connection, tmp_path, header + "ana@example.org,900,9,2026-09-09,90,2001-01-01,2026-09-30\n", list="first")
    upload(connection, tmp_path, header + "ana@example.org,100,1,2021-01-01,10,2011-01-01,2021-01-01\n", list="second")
    third = upload(connection, tmp_path, header + "ana@example.org,300,3,2023-03-03,30,2013-03-03,2023-03-03\n", list="third")
    undo(connection, first)
    figures = "custom_fields - 'currency'", "last_activity_at::date::text"
    assert lead(connection, *figures) == (
        {"total_gifts": 300, "gift_count": 3, "last_gift_date": "2023-03-03", "last_gift_amount": 30, "first_gift_date": "2011-01-01"},
        "2023-03-03",
    )
    undo(connection, third)
    assert lead(connection, *figures) == (
        {"total_gifts": 100, "gift_count": 1, "last_gift_date": "2021-01-01", "last_gift_amount": 10, "first_gift_date": "2011-01-01"},
        "2021-01-01",
    )


def test_what_people_type_and_say_stays_whatever_is_undone(connection, tmp_path, acme):
    first = upload(
        connection, tmp_path, "Email,Phone,Company,Job title,Do not call\nana@example.org,2125550101,Acme,Nurse,yes\n", list="first"
    )
    upload(connection, tmp_path, "Email,Company,Job title,City\nana@example.org,Umbrella,Cook,Rome\n", list="second")
    connection.execute("UPDATE leads SET company = 'Mine'")
    connection.execute("UPDATE leads SET company = 'Acme', tags = '[\"typed\"]'")  # what the file had said
    undo(connection, first)
    assert lead(connection, "company", "title", "city", "tags", "phone", "do_not_call") == ("Acme", "Cook", "Rome", ["typed"], None, True)


def test_a_lead_that_a_person_keeps_is_never_left_without_a_contact(connection, tmp_path, acme):
    first = upload(connection, tmp_path, "Email,Phone,Company\nana@example.org,2125550101,Acme\n")
    connection.execute("UPDATE leads SET notes = 'mine'")
    undo(connection, first)
    assert lead(connection, "email", "phone", "company", "notes") == ("ana@example.org", "+12125550101", None, "mine")


def test_a_contact_that_a_person_removed_does_not_end_an_undo(connection, tmp_path, acme):
    upload(connection, tmp_path, "Phone,First name,Last name\n2125550101,Ana,Lee\n", list="first")
    second = upload(connection, tmp_path, "Phone,First name,Last name,Email\n2125550101,Ana,Lee,ana@example.org\n", list="second")
    connection.execute("UPDATE leads SET phone = NULL")
    undo(connection, second)
    assert lead(connection, "email", "phone") == ("ana@example.org", None)


def test_an_import_of_before_the_record_of_edits_is_undone_as_before(connection, tmp_path, acme):
    first = upload(connection, tmp_path, "Email,Company\nana@example.org,Acme\n", list="first")
    upload(connection, tmp_path, "Email,Company\nana@example.org,Umbrella\n", list="second")
    connection.execute("UPDATE lead_imports SET records_agreement = false WHERE id = %s", [first.import_id])
    undo(connection, first)
    assert lead(connection, "company") == ("Acme",)


def test_edits_are_kept_of_people_and_not_of_imports_merges_and_scores(connection, tmp_path, acme):
    edits = "SELECT field || member FROM henk.lead_edits ORDER BY 1"
    upload(connection, tmp_path, "Email,Company,Phone\nana@example.org,Acme,(212) 555-0101\nbo@example.org,,2125550102\n", list="first")
    upload(connection, tmp_path, "Email,Company,City,Pet\nana@example.org,Umbrella,Bath,cat\n", list="second", update="overwrite")
    connection.execute("UPDATE leads SET lead_score = 7, dnc = true, updated_at = now()")
    ana, bo = column(connection, "SELECT id FROM leads ORDER BY email")
    connection.execute("SELECT merge_leads(%s, %s)", [ana, bo])
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges")
    assert column(connection, edits) == []
    connection.execute(
        "UPDATE leads SET custom_fields = custom_fields || '{\"Pet\": \"dog\"}', city = 'Rome', company = company WHERE id = %s", [ana]
    )
    assert column(connection, edits) == ["city", "custom_fieldsPet"]
    # They go with the lead, but for one that a merge has dropped.
    connection.execute("UPDATE leads SET city = 'Rome' WHERE id = %s", [bo])
    connection.execute("SELECT merge_leads(%s, %s)", [ana, bo])
    assert column(connection, edits) == ["city", "city", "custom_fieldsPet"]
    connection.execute("SELECT unmerge_leads(id) FROM lead_merges WHERE taken_apart_at IS NULL")
    connection.execute("DELETE FROM leads")
    assert column(connection, edits) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_assignment_that_stays_for_a_called_lead_brings_nobody_to_the_campaign(connection, tmp_path, acme, order):
    people = "".join(f"p{n}@example.org\n" for n in range(4))
    outcomes = [
        upload(connection, tmp_path, f"Email\n{people}", list="L1", **CAMPAIGN),
        upload(connection, tmp_path, f"E-Mail\n{people}", list="L2", **CAMPAIGN),
    ]
    upload(connection, tmp_path, f"Email address\n{people}", list="L1", campaigns=[{"campaign": "Gala"}])
    connection.execute(
        "UPDATE campaign_leads SET status = 'contacted' WHERE lead_id = (SELECT id FROM leads WHERE email = 'p0@example.org')"
    )
    for place in order:
        undo(connection, outcomes[place])
    of_year_end = "FROM campaign_leads l JOIN campaigns c ON c.id = l.campaign_id WHERE c.name = 'Year End'"
    assert column(connection, f"SELECT l.status {of_year_end}") == ["contacted"]


def test_who_refused_e_mails_has_refused_them_when_they_come_again(connection, tmp_path, acme):
    header = "First Name,Email,Phone"
    row = "Ana,ana@example.org,212-555-0101"
    refusing = upload(connection, tmp_path, f"{header},Email Opt Out,Do Not Call\n{row},yes,yes\n")
    undo(connection, refusing)
    assert value(connection, "SELECT count(*) FROM leads") == 0
    upload(connection, tmp_path, f"{header}\n{row}\nBo,bo@example.org,\n")
    flags = connection.execute("SELECT first_name, do_not_call, do_not_email OR email_opt_out FROM leads ORDER BY 1").fetchall()
    assert flags == [("Ana", True, True), ("Bo", False, False)]
