"""One person is one lead, whatever file and row they came in; doubtful pairs wait for somebody; a merge can be taken apart; scores follow."""

import itertools
from datetime import date

import polars as pl
import pytest
from psycopg.types.json import Jsonb

from henk_pipeline.postgres import lead_lookup, merge_candidates, scores
from henk_pipeline.postgres.imports import undo_import
from henk_pipeline.steps.match import Matching
from henk_pipeline.steps.report import ReportData, write_report
from henk_pipeline.steps.rescore import LeadsNotScoredError, rescore, rescore_all
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.validated_upload import LEAD_SCHEMA, REJECTION_SCHEMA
from tests.integration.uploading import TODAY, add_business, upload

HEADER = "First Name,Last Name,Email,Phone,Street,City,State,ZIP,Birthdate\n"
ANNABEL = "Annabel,Whitfield,annabel@example.org,,12 Maple Street,Portland,ME,04101,1961-03-04\n"
# The same by name, address and birth date only.
ANABEL = "Anabel,Whitfield,,(207) 555-0142,12 Maple St,Portland,ME,04101,1961-03-04\n"
# By name only: perhaps.
PERHAPS = "Annabel,Whitfield,ab.w@corp.example.com,,,,,,\n"
GEORGE = "George,Whitfield,,(207) 555-0142,12 Maple Street,Portland,ME,04101,\n"


BY_ID: dict = {"source": "crm", "columns": {"Donor ID": "source_id"}}


def leads(connection):
    return connection.execute("SELECT first_name, email, phone FROM leads ORDER BY first_name, email").fetchall()


def test_a_likely_match_is_the_lead_we_have_and_says_how_and_what_it_lost(connection, tmp_path):
    add_business(connection)
    upload(connection, tmp_path, HEADER + ANNABEL)
    outcome = upload(connection, tmp_path, HEADER + ANABEL + GEORGE)
    assert (outcome.leads_inserted, outcome.leads_updated) == (1, 1)
    assert leads(connection) == [("Annabel", "annabel@example.org", "+12075550142"), ("George", None, "+12075550142")]
    line, by, lost = connection.execute("SELECT line_number, matched_by, lost FROM lead_import_rows WHERE action = 'updated'").fetchone()
    assert (line, by["by"], set(by)) == (2, "likely", {"by", "lead_id", "probability"})
    assert by["probability"] >= 0.99
    assert lost == {"first_name": "Anabel", "street": "12 Maple St"}


def test_duplicates_within_a_file_say_by_which_line(connection, tmp_path):
    add_business(connection)
    outcome = upload(connection, tmp_path, HEADER + ANNABEL + GEORGE + ANABEL)
    assert (outcome.rows_accepted, outcome.rows_duplicate) == (2, 1)
    told = connection.execute("SELECT line_number, action, matched_by FROM lead_import_rows ORDER BY 1").fetchall()
    assert [(line, action) for line, action, _ in told] == [(2, "inserted"), (3, "inserted"), (4, "merged")]
    assert (told[2][2]["by"], told[2][2]["line"]) == ("likely", 2)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::4])
def test_the_order_of_files_decides_nothing_of_who_is_who(connection, tmp_path, order):
    files = [
        HEADER + ANNABEL,
        HEADER + "Annabel,,annabel@example.org,207-555-0199,,,,,\n",
        HEADER + "A.,Whitfield,,207-555-0199,,,,,\n" + GEORGE,
        HEADER + ANABEL,
    ]
    business = add_business(connection)
    for number in order:
        upload(connection, tmp_path, files[number])
    # An initial, and two leads that a file shows to be probably one, are reviewed; everything else is found.
    while pairs := candidates(connection, business):
        merge_candidates.decide(connection, pairs[0], "same")
    who = connection.execute("SELECT array_agg(DISTINCT lead_id) FROM lead_import_rows").fetchone()[0]
    assert len(who) == 2
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)
    assert connection.execute("SELECT count(*) FROM lead_list_members").fetchone() == (2,)


def test_a_row_that_shows_two_leads_to_be_one_merges_them_and_its_undo_takes_them_apart(connection, tmp_path):
    add_business(connection)
    upload(connection, tmp_path, HEADER + "Ana,Lima,ana@example.org,,,,,,\n", list="one")
    upload(connection, tmp_path, HEADER + "Ana,Lima,,207-555-0155,,,,,\n", list="two")
    before = sorted(connection.execute("SELECT id, email, phone FROM leads").fetchall(), key=str)
    assert len(before) == 2
    bridge = upload(connection, tmp_path, HEADER + "Ana,Lima,ana@example.org,207-555-0155,,,,,\n", list="three")
    assert leads(connection) == [("Ana", "ana@example.org", "+12075550155")]
    assert connection.execute("SELECT name, lead_count FROM lead_lists ORDER BY 1").fetchall() == [("one", 1), ("three", 1), ("two", 1)]
    undo_import(connection, bridge.import_id)
    assert sorted(connection.execute("SELECT id, email, phone FROM leads").fetchall(), key=str) == before
    assert connection.execute("SELECT name, lead_count FROM lead_lists ORDER BY 1").fetchall() == [("one", 1), ("two", 1)]


def candidates(connection, business):
    found = merge_candidates.list_candidates(connection, business, 10)
    connection.rollback()
    return found


def test_a_doubtful_pair_waits_and_a_decision_is_never_asked_again(connection, tmp_path):
    business = add_business(connection)
    upload(connection, tmp_path, HEADER + ANNABEL)
    assert candidates(connection, business) == []
    upload(connection, tmp_path, HEADER + PERHAPS)
    (pair,) = candidates(connection, business)
    assert 0.8 <= pair.match_probability < 0.99
    assert pair.agreement["last_name"]["level"] == "the same"
    assert {pair.lead["email"], pair.other["email"]} == {"annabel@example.org", "ab.w@corp.example.com"}
    page = tmp_path / "report.html"
    nobody = {
        "rows_accepted": 1,
        "rows_rejected": 0,
        "rows_duplicate": 0,
        "rows_read": 1,
        "status": "loaded",
        "error": None,
        "lead_list_id": None,
    }
    people = pl.concat(score_rows(pl.LazyFrame(schema=LEAD_SCHEMA), TODAY)).lazy()
    write_report(
        ReportData("f.csv", "acme", "today", "people", [], {}, {}, [], nobody, pl.DataFrame(schema=REJECTION_SCHEMA), people, [pair]), page
    )
    assert "before anything is compared" in page.read_text()
    assert "ab.w@corp.example.com" in page.read_text()
    count = connection.execute("SELECT count(*) FROM leads").fetchone()
    connection.rollback()
    assert merge_candidates.decide(connection, pair, "different") is None
    upload(connection, tmp_path, HEADER + PERHAPS + "Zed,Quux,zed@example.org,,,,,,\n")
    assert candidates(connection, business) == []
    assert connection.execute("SELECT count(*) FROM leads").fetchone()[0] == count[0] + 1


def test_same_merges_and_is_taken_apart_again(connection, tmp_path):
    business = add_business(connection)
    upload(connection, tmp_path, HEADER + "Ana,Lima,a@example.org,,,,,,\nAnn,Lemaire,b@example.org,,,,,,\n")
    ids = sorted(row[0] for row in connection.execute("SELECT id FROM leads"))
    connection.execute(
        "INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability) VALUES (%s, %s, %s, 0.9)",
        [business, *ids],
    )
    connection.commit()
    (pair,) = candidates(connection, business)
    merge = merge_candidates.decide(connection, pair, "same")
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (1,)
    assert [one.id for one in merge_candidates.list_merges(connection, business, 5)] == [merge]
    connection.rollback()
    merge_candidates.take_apart(connection, merge)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)
    assert candidates(connection, business) == []
    connection.rollback()
    # What somebody said holds against the surest proof.
    upload(connection, tmp_path, HEADER + "Ana,Lima,a@example.org,207-555-0155,,,,,\nAnn,Lemaire,b@example.org,207-555-0155,,,,,\n")
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)
    with pytest.raises(merge_candidates.UnknownPairError, match="No pair"):
        merge_candidates.find_candidate(connection, "ffffffff")


def test_the_source_id_of_a_merged_lead_finds_its_person_and_the_merge_is_taken_apart(connection, tmp_path):
    business = add_business(connection)
    header = "Donor ID,First Name,Last Name,Email\n"
    upload(connection, tmp_path, header + "K-1,Ana,Lima,a@example.org\nK-2,Ann,Lemaire,b@example.org\n", list="one", **BY_ID)
    keep, drop = (row[0] for row in connection.execute("SELECT id FROM leads ORDER BY source_id").fetchall())
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    connection.commit()
    assert connection.execute("SELECT lost ->> 'source_id', lost ? 'source' FROM lead_merges").fetchall() == [("K-2", True)]
    upload(connection, tmp_path, header + "K-2,Ann,Lemaire,new@example.org\nK-3,Zed,Quux,z@example.org\n", list="two", **BY_ID)
    assert connection.execute("SELECT source_id FROM leads ORDER BY 1").fetchall() == [("K-1",), ("K-3",)]
    found = connection.execute("SELECT lead_id FROM lead_import_rows WHERE lost ->> 'email' = 'new@example.org'").fetchall()
    assert found == [(keep,)]
    merge = merge_candidates.list_merges(connection, business, 5)[0]
    connection.rollback()
    merge_candidates.take_apart(connection, merge.id)
    assert connection.execute("SELECT source_id FROM leads ORDER BY 1").fetchall() == [("K-1",), ("K-2",), ("K-3",)]


def test_a_merge_is_taken_apart_where_another_lead_has_got_its_source_id(connection, tmp_path):
    business = add_business(connection)
    upload(connection, tmp_path, "Donor ID,First Name,Email\nK-1,Ana,a@example.org\nK-2,Ann,b@example.org\n", **BY_ID)
    keep, drop = (row[0] for row in connection.execute("SELECT id FROM leads ORDER BY source_id").fetchall())
    connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    connection.execute(
        "INSERT INTO leads (business_id, email, source, source_id) SELECT business_id, 'c@example.org', source, 'K-2' FROM leads WHERE id = %s",
        [keep],
    )
    connection.commit()
    merge = merge_candidates.list_merges(connection, business, 5)[0]
    connection.rollback()
    merge_candidates.take_apart(connection, merge.id)
    source = connection.execute("SELECT source FROM leads WHERE id = %s", [keep]).fetchone()[0]
    assert connection.execute("SELECT email, source_id, custom_fields FROM leads WHERE id <> %s ORDER BY 1", [keep]).fetchall() == [
        ("b@example.org", None, {f"{source}_id": "K-2"}),
        ("c@example.org", "K-2", {}),
    ]


def test_a_second_id_of_a_person_finds_the_person_in_the_next_file(connection, tmp_path):
    add_business(connection)
    header = "Donor ID,First Name,Last Name,Email,Pet\n"
    upload(connection, tmp_path, header + "K-1,Ana,Lima,a@example.org,cat\nK-2,Ana,Lima,a@example.org,dog\n", list="one", **BY_ID)
    lost = [row[0] for row in connection.execute("SELECT lost FROM lead_import_rows ORDER BY line_number").fetchall()]
    assert [one for one in lost if one] == [{"source": "crm", "source_id": "K-2", "custom_fields": {"Pet": "dog"}}]
    upload(connection, tmp_path, header + "K-2,Ana,Lima,later@example.org,dog\nK-9,Bo,Ng,b@example.org,\n", list="two", **BY_ID)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)
    assert connection.execute("SELECT lost -> 'custom_fields' FROM lead_import_rows WHERE lost ->> 'email' LIKE 'later%'").fetchall() == [
        ({"Pet": "dog"},)
    ]


def test_an_opt_out_in_a_likely_duplicate_holds(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, HEADER + ANNABEL, campaigns=[{"campaign": "Year End"}])
    text = HEADER.replace("\n", ",Do Not Call\n") + ANABEL.replace("\n", ",yes\n")
    upload(connection, tmp_path, text)
    assert connection.execute("SELECT do_not_call, lead_score, quality_rating FROM leads").fetchall() == [(True, 0, "unrated")]
    assert connection.execute("SELECT status FROM campaign_leads").fetchall() == [("dnc",)]


DONOR = "First Name,Email,Phone,Gift Count,Total Gifts,Last Gift Date\nAna,ana@example.org,207-555-0155,3,250,2026-09-01\nBo,bo@example.org,,,,\n"


def test_scores_follow_outcomes_weights_and_suppressions_and_only_changes_are_written(connection, tmp_path):
    business = add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, DONOR, campaigns=[{"campaign": "Year End"}])

    def told():
        rows = connection.execute("SELECT first_name, lead_score, score_breakdown, updated_at FROM leads ORDER BY 1").fetchall()
        connection.rollback()
        assert all(sum(parts.values()) == total for _, total, parts, _ in rows)
        return {name: (total, parts, at) for name, total, parts, at in rows}

    today = date(2026, 11, 1)
    before = told()
    assert rescore(connection, "acme", today)[1:3] == (2, 0)
    connection.execute(
        "UPDATE campaign_leads SET status = 'converted', converted_at = now() WHERE lead_id = (SELECT id FROM leads WHERE first_name = 'Ana')"
    )
    connection.commit()
    assert scores.newest_outcome(connection)
    connection.rollback()
    assert rescore(connection, "acme", today)[1:3] == (2, 1)
    after = told()
    # The conversion is her last activity, which the database writes.
    gained = {part: points - before["Ana"][1][part] for part, points in after["Ana"][1].items()}
    assert (gained.pop("earlier_campaigns"), gained.pop("engagement"), set(gained.values())) == (6, 8, {0})
    assert after["Bo"] == before["Bo"]
    assert after["Ana"][2] == before["Ana"][2]  # nothing that is known of her has changed
    scores.keep_scoring(connection, business, {"outcome": {"converted": 1}, "reachability": {"phone": 12}})
    assert rescore(connection, "acme", today)[2] == 0 or told()["Ana"][0] != after["Ana"][0]
    scores.keep_scoring(connection, business, {"reachability": {"phone": 99}})
    wrong = rescore(connection, "acme", today)
    assert "cannot be used" in wrong.error
    scores.keep_scoring(connection, business, None)
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12075550155')", [business])
    connection.commit()
    rescore(connection, "acme", today)
    assert told()["Ana"][0] == 0


def test_what_a_client_writes_into_custom_fields_keeps_nobody_from_scores_and_imports(connection, tmp_path):
    add_business(connection)
    add_business(connection, "beta")
    upload(connection, tmp_path, DONOR)
    upload(connection, tmp_path, DONOR, "beta")
    gifts = {"total_gifts": "NaN", "gift_count": "NaN", "last_gift_amount": "Infinity", "last_gift_date": "9999-12-31"}
    connection.execute(
        "UPDATE leads SET custom_fields = %s WHERE business_id = (SELECT id FROM businesses WHERE slug = 'acme')", [Jsonb(gifts)]
    )
    connection.commit()
    assert [result.leads for result in rescore_all(connection, ["acme", "beta"], date(2026, 11, 1))] == [2, 2]
    assert upload(connection, tmp_path, DONOR + "Cy,cy@example.org,,,,\n", list="more").leads_inserted == 1


def test_leads_that_cannot_be_scored_keep_no_other_business_from_its_scores(connection, monkeypatch):
    seen = []

    def fail_for_acme(_connection, slug, _today):
        seen.append(slug)
        if slug == "acme":
            raise pl.exceptions.InvalidOperationError("conversion from f64 to i32 failed: 4155550199")

    monkeypatch.setattr("henk_pipeline.steps.rescore.rescore", fail_for_acme)
    with pytest.raises(LeadsNotScoredError, match=r"^The leads of acme cannot be scored \(InvalidOperationError\)\.$"):
        rescore_all(connection, ["acme", "beta"], TODAY)
    assert seen == ["acme", "beta"]


def test_people_are_looked_up_by_key_also_in_a_table_that_has_just_been_filled(connection, tmp_path):
    """Without statistics the planner would compute the keys of every lead for every key: minutes for some thousand people."""
    business = add_business(connection)
    connection.execute(
        "INSERT INTO leads (business_id, first_name, email) SELECT %s, 'N' || n, 'n' || n || '@example.org' FROM generate_series(1, 20000) n",
        [business],
    )
    nobody = dict.fromkeys(lead_lookup.KEYED_COLUMNS)
    people = pl.DataFrame(
        [nobody | {"source": "x", "first_name": "N", "email": f"n{n}@example.org"} for n in range(1, 2001)],
        schema=dict.fromkeys(lead_lookup.KEYED_COLUMNS, pl.String),
    )
    other = add_business(connection, "other")
    with connection.transaction():
        connection.execute("SET LOCAL statement_timeout = '20s'")
        assert lead_lookup.fetch_known(connection, business, people).height == 2000
        assert lead_lookup.fetch_known(connection, other, people).height == 0


AGAIN = (
    "Annabel,Whitfield,annabel@example.org,,12 Maple Street,Portland,ME,04101,1961-03-04\n"
    "Office,,info@shop.example.org,,,,,,\n"  # of a function: it and its name are one's
    "George,Hale,hales@example.org,(207) 555-0142,,,,,\n"
    "Mary,Hale,hales@example.org,(207) 555-0142,,,,,\n"
    "Bo,Lind,,(207) 555-0177,,,,,\n"
    "Cy,Marsh,cy.marsh+gifts@gmail.com,,,,,,\n"
)


@pytest.mark.parametrize("likely", [True, False])
def test_a_file_that_comes_again_with_a_row_more_makes_one_lead_more(connection, tmp_path, likely):
    """Whoever is a lead's to the letter is not looked for by every key; it is found all the same, and so are the others."""
    add_business(connection)
    matching = Matching(likely=likely)
    assert upload(connection, tmp_path, HEADER + AGAIN, matching=matching).leads_inserted == 6
    outcome = upload(connection, tmp_path, HEADER + AGAIN + "Ed,Orr,ed@example.org,,,,,,\n", matching=matching)
    assert (outcome.leads_inserted, outcome.leads_unchanged) == (1, 6)
    # The address in another form, the name in another way.
    outcome = upload(connection, tmp_path, HEADER + "Cy,Marsh,cymarsh@gmail.com,,,,,,\nE.,Orr,ed@example.org,,,,,,\n", matching=matching)
    assert outcome.leads_inserted == 0
