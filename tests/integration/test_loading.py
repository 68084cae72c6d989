"""What an upload does to PostgreSQL: leads, lists, provenance, opt-outs, campaigns; once, whatever happens."""

import threading

import psycopg
import pytest

from henk_pipeline import batching
from henk_pipeline.postgres import businesses, lead_writer
from tests.integration.uploading import add_business, upload

PEOPLE = """First Name,Last Name,Email,Phone,Do Not Call,City,Shoe size,Last Gift Amount,Tags
Ana,Lima,ana@example.org,(212) 555-0101,,Bath,38,25,donor
Bo,,not an address,5,,York,,,
Ana,Lima,ANA@example.org,,,,,,volunteer
Cy,Ng,,212-555-0103,,Hull,,,
Di,Roe,di@example.org,212-555-0104,yes,Leeds,,,
"""
LOOSE = {"max_rejected": 1.0}


def everything(connection: psycopg.Connection) -> dict[str, list[tuple]]:
    """Every row of every table, without ids and times."""
    queries = {
        "leads": "SELECT first_name, last_name, email, phone, do_not_call, city, tags, custom_fields, lead_score, quality_rating, source FROM leads ORDER BY email, phone",
        "lists": "SELECT name, lead_count FROM lead_lists ORDER BY name",
        "members": "SELECT count(*) FROM lead_list_members",
        "rows": "SELECT line_number, action, replaced FROM lead_import_rows ORDER BY import_id, line_number",
        "rejections": "SELECT line_number, column_name, value, rule FROM lead_import_rejections ORDER BY id",
        "suppressions": "SELECT channel, value FROM suppressions ORDER BY 1, 2",
        "campaign_leads": "SELECT status, count(*) FROM campaign_leads GROUP BY status",
    }
    return {name: connection.execute(query).fetchall() for name, query in queries.items()}


def test_every_row_finds_its_place(connection, tmp_path):
    add_business(connection)
    outcome = upload(connection, tmp_path, PEOPLE, **LOOSE)
    assert (outcome.status, outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected, outcome.rows_duplicate) == (
        "partial",
        5,
        3,
        1,
        1,
    )
    assert (outcome.leads_inserted, outcome.leads_updated, outcome.leads_unchanged) == (3, 0, 0)
    found = everything(connection)
    ana = next(row for row in found["leads"] if row[0] == "Ana")
    assert ana[1:8] == (
        "Lima",
        "ana@example.org",
        "+12125550101",
        False,
        "Bath",
        ["donor", "volunteer"],
        {"Shoe size": "38", "last_gift_amount": 25.0},
    )
    assert found["lists"] == [("people", 3)]
    assert [(line, action) for line, action, _ in found["rows"]] == [(2, "inserted"), (4, "merged"), (5, "inserted"), (6, "inserted")]
    assert found["rejections"] == [(3, "Email", "not an address", "email_invalid"), (3, "Phone", "5", "phone_invalid")]
    assert found["suppressions"] == [("phone", "+12125550104")]


def test_the_score_in_the_database_is_the_sum_of_its_breakdown(connection, tmp_path):
    add_business(connection)
    upload(connection, tmp_path, PEOPLE, **LOOSE)
    assert connection.execute(
        "SELECT count(*) FROM leads WHERE lead_score <> (SELECT sum(value::int) FROM jsonb_each_text(score_breakdown))"
    ).fetchone() == (0,)


def test_a_file_that_comes_again_does_not_touch_leads_that_it_does_not_change(connection, tmp_path):
    """Not even by a lock: PostgreSQL writes it into the row."""
    add_business(connection)
    people = "".join(f"p{number}@example.org,Ana{number},Lima,{{}}\n" for number in range(9))
    header, written = "Email,First Name,Last Name,City\n", "SELECT email, ctid::text, xmin::text, xmax::text FROM leads"
    upload(connection, tmp_path, header + people.format(*["Bath"] * 9))
    before = set(connection.execute(written))
    again = upload(connection, tmp_path, header + people.format(*["Bath"] * 8, "Hull"), update="overwrite")
    assert (again.leads_updated, again.leads_unchanged) == (1, 8)
    assert {row[0] for row in set(connection.execute(written)) - before} == {"p8@example.org"}


@pytest.mark.parametrize("mode", ["fill", "overwrite"])
def test_what_somebody_edits_while_an_import_runs_stays(connection, database_url, tmp_path, monkeypatch, mode):
    """The import has read the lead, then a client edits it, then the import writes: what both would change is as the client has it."""
    add_business(connection)
    upload(connection, tmp_path, "Email,First Name,Tags,Shoe size,Last Gift Amount\nana@example.org,Ana,donor,38,25\n")
    writes = lead_writer.update_leads

    def edited_before(*arguments):
        with psycopg.connect(database_url, autocommit=True) as client:
            client.execute("""UPDATE leads SET city = 'Hull', tags = tags || '["called back"]',
                custom_fields = custom_fields || '{"hat": "7", "last_gift_amount": 30}' WHERE email = 'ana@example.org'""")
        return writes(*arguments)

    monkeypatch.setattr(lead_writer, "update_leads", edited_before)
    told = "Email,Last Name,City,Tags,Glove,Last Gift Amount,Last Gift Date,Last Activity\n"
    told += "ana@example.org,Lima,Bath,volunteer,8,40,2026-01-02,2026-01-03T04:05:06Z\n"
    assert upload(connection, tmp_path, told, update=mode).leads_updated == 1
    query = "SELECT last_name, city, tags, custom_fields, last_activity_at::date::text FROM leads"
    assert connection.execute(query).fetchall() == [
        (
            "Lima",
            "Hull",
            ["donor", "called back", "volunteer"],
            {"Shoe size": "38", "hat": "7", "Glove": "8", "last_gift_amount": 30, "last_gift_date": "2026-01-02"},
            "2026-01-03",
        )
    ]
    replaced, written = connection.execute("SELECT replaced, written FROM lead_import_rows WHERE action = 'updated'").fetchone()
    assert not {"city", "last_gift_amount"} & (replaced.keys() | written.keys())
    assert (replaced["tags"], written["tags"]) == (["donor", "called back"], ["donor", "called back", "volunteer"])


def test_of_known_people_only_those_that_may_change_are_kept_and_pieces_change_nothing(connection, tmp_path, monkeypatch):
    add_business(connection)
    people = "".join(f"p{number}@example.org,Ana,Lima,{number}.50\n" for number in range(9))
    header, several = "Email,First Name,Last Name,Total Gifts\n", "p3@example.org,A.,Lima,2.00\n"
    first = upload(connection, tmp_path, header + people + several)
    kept, writes = [], lead_writer.update_leads
    monkeypatch.setattr(
        lead_writer, "update_leads", lambda opened, people, mode: kept.append(people.height) or writes(opened, people, mode)
    )
    monkeypatch.setattr(batching, "BATCH_ROWS", 2)
    outcome = upload(connection, tmp_path, header + people.replace(",6.50", ",60.50") + several)
    assert (first.leads_inserted, outcome.leads_inserted, outcome.leads_updated, outcome.leads_unchanged) == (9, 0, 1, 8)
    assert kept == [1]
    rows = "SELECT line_number, action, lost, lead_id FROM lead_import_rows WHERE import_id = %s ORDER BY line_number"
    before, after = (connection.execute(rows, [one.import_id]).fetchall() for one in (first, outcome))
    assert [row[1] for row in after] == ["unchanged"] * 6 + ["updated"] + ["unchanged"] * 2 + ["merged"]
    assert [row[3] for row in after] == [row[3] for row in before]


def test_known_people_who_all_change_are_written_piece_by_piece(connection, tmp_path, monkeypatch):
    add_business(connection)

    def told(more: int) -> str:
        people = "".join(f"p{number}@example.org,Ana{number},Lima,{number + more}.50\n" for number in range(9))
        return "Email,First Name,Last Name,Total Gifts\n" + people + f"p3@example.org,Ana3,Lima,{3 + more}.50\n"

    upload(connection, tmp_path, told(0))
    kept, writes = [], lead_writer.update_leads
    monkeypatch.setattr(
        lead_writer, "update_leads", lambda opened, people, mode: kept.append(people.height) or writes(opened, people, mode)
    )
    monkeypatch.setattr(batching, "BATCH_ROWS", 4)
    outcome = upload(connection, tmp_path, told(100))
    assert (outcome.leads_inserted, outcome.leads_updated, outcome.leads_unchanged) == (0, 9, 0)
    assert kept == [4, 4, 1]
    rows = """SELECT line_number, action, replaced -> 'custom_fields' -> 'total_gifts', written -> 'custom_fields' -> 'total_gifts'
        FROM lead_import_rows WHERE import_id = %s ORDER BY line_number"""
    found = connection.execute(rows, [outcome.import_id]).fetchall()
    assert found == [*((number + 2, "updated", number + 0.5, number + 100.5) for number in range(9)), (11, "merged", None, None)]
    written = connection.execute("SELECT email, custom_fields -> 'total_gifts' FROM leads ORDER BY 1").fetchall()
    assert written == [(f"p{number}@example.org", number + 100.5) for number in range(9)]


def test_what_the_first_row_of_a_person_says_in_vain_finds_the_person_too(connection, tmp_path):
    """A file says of one person an old address, then a newer one; the next file has the old one again, and a third one that loses to the lead's."""
    add_business(connection)
    header = "Email,Phone,First Name,Last Name,Last Activity\n"
    old, new = "old@example.org,2125550101,Ana,Lima,2024-01-01\n", "new@example.org,2125550101,Ana,Lima,2026-01-01\n"
    upload(connection, tmp_path, header + old + new)
    assert upload(connection, tmp_path, "Email,First Name,Last Name\nold@example.org,Ana,Lima\n").leads_inserted == 0
    third, fourth = old.replace("old@", "third@"), old.replace("old@", "fourth@").replace("2024", "2025")
    outcome = upload(connection, tmp_path, header + third + fourth)
    assert (outcome.leads_inserted, connection.execute("SELECT email FROM leads").fetchall()) == (0, [("new@example.org",)])
    lost = connection.execute("SELECT lost ->> 'email' FROM lead_import_rows WHERE lost ? 'email' ORDER BY 1").fetchall()
    assert lost == [("fourth@example.org",), ("old@example.org",), ("old@example.org",), ("third@example.org",)]
    for name in ("third", "fourth"):
        assert upload(connection, tmp_path, f"Email,First Name,Last Name\n{name}@example.org,Ana,Lima\n").leads_inserted == 0


def test_the_same_upload_again_changes_nothing(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    told = {**LOOSE, "campaigns": [{"campaign": "Year End"}]}
    first = upload(connection, tmp_path, PEOPLE, **told)
    before = everything(connection), connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
    again = upload(connection, tmp_path, PEOPLE, **told)
    assert everything(connection) == before[0]
    assert again.import_id == first.import_id
    assert (again.leads_inserted, again.leads_updated, again.leads_unchanged) == (0, 0, 3)


def test_another_file_with_the_same_people_updates_them_and_keeps_what_stood_there(connection, tmp_path):
    add_business(connection)
    upload(connection, tmp_path, PEOPLE, **LOOSE)
    text = "Email,Phone,City,Last Name,Shoe size\nana@example.org,,Paris,,39\n,2125550103,,Ng,\nnew@example.org,,,,\n"
    outcome = upload(connection, tmp_path, text, update="overwrite")
    assert (outcome.leads_inserted, outcome.leads_updated, outcome.leads_unchanged) == (1, 1, 1)
    replaced, written = connection.execute("SELECT replaced, written FROM lead_import_rows WHERE action = 'updated'").fetchone()
    assert {key: replaced[key] for key in ("city", "custom_fields")} == {
        "city": "Bath",
        "custom_fields": {"Shoe size": "38", "last_gift_amount": 25.0},
    }
    assert written.keys() == {"city", "custom_fields", "lead_score", "quality_rating", "score_breakdown"}
    assert replaced.keys() == {*written, "updated_at"}
    assert connection.execute("SELECT city, last_name, custom_fields ->> 'Shoe size' FROM leads WHERE email = 'ana@example.org'").fetchone() == (
        "Paris", "Lima", "39",
    )  # fmt: skip


def test_rows_that_do_not_change_are_not_written(connection, tmp_path):
    add_business(connection)
    upload(connection, tmp_path, PEOPLE, **LOOSE)
    before = connection.execute("SELECT id, xmin FROM leads ORDER BY id").fetchall()
    upload(connection, tmp_path, PEOPLE.replace("Bo,,", "Bob,,"), **LOOSE)
    assert connection.execute("SELECT id, xmin FROM leads ORDER BY id").fetchall() == before


@pytest.mark.parametrize("mode", ["fill", "overwrite", "skip"])
def test_an_opt_out_reaches_the_lead_and_the_campaign_in_every_mode_and_stays(connection, tmp_path, mode):
    add_business(connection, "acme", "Year End")
    campaigns = [{"campaign": "Year End"}]
    upload(connection, tmp_path, "Email,Phone\nana@example.org,2125550101\nbo@example.org,2125550102\n", campaigns=campaigns)
    upload(connection, tmp_path, "Email,Do Not Call\nana@example.org,yes\n", update=mode)
    upload(connection, tmp_path, "Email,Do Not Call\nana@example.org,no\n", update=mode)
    assert connection.execute("SELECT email FROM leads WHERE do_not_call").fetchall() == [("ana@example.org",)]
    statuses = connection.execute("SELECT l.email, c.status FROM campaign_leads c JOIN leads l ON l.id = c.lead_id ORDER BY 1").fetchall()
    assert statuses == [("ana@example.org", "dnc"), ("bo@example.org", "new")]


def test_an_opt_out_in_a_rejected_row_is_not_lost(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, "Email,Phone\nana@example.org,2125550101\n", campaigns=[{"campaign": "Year End"}])
    rows = f"No,Email,Phone,Do Not Call\n{'7' * 300},,(212) 555-0101,yes\n8,bo@example.org,,\n"
    outcome = upload(connection, tmp_path, rows, columns={"No": "source_id"}, source="crm", **LOOSE)
    assert outcome.rows_rejected == 1
    assert connection.execute("SELECT status FROM campaign_leads").fetchall() == [("dnc",)]


def test_who_shares_a_number_with_an_opt_out_is_not_called(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, "First Name,Phone,DNC\nAna,2125550101,yes\n")
    upload(connection, tmp_path, "First Name,Phone\nBen,2125550101\nCy,2125550102\n", campaigns=[{"campaign": "Year End"}])
    called = connection.execute("SELECT l.first_name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id").fetchall()
    assert called == [("Cy",)]


def test_a_lead_on_two_lists_belongs_to_the_one_called_first(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, "Email\na@example.org\nb@example.org\n", list="later", campaigns=[{"campaign": "Year End", "priority": 2}])
    upload(connection, tmp_path, "Email\nb@example.org\nc@example.org\n", list="first", campaigns=[{"campaign": "Year End", "priority": 1}])
    found = connection.execute(
        "SELECT l.email, ll.name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id JOIN lead_lists ll ON ll.id = c.lead_list_id ORDER BY 1"
    ).fetchall()
    assert found == [("a@example.org", "later"), ("b@example.org", "first"), ("c@example.org", "first")]
    assert connection.execute("SELECT priority, total_leads FROM campaign_lead_lists ORDER BY 1").fetchall() == [(1, 2), (2, 1)]


def test_assigning_again_does_not_reset_how_far_a_call_has_come(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    told = {"campaigns": [{"campaign": "Year End"}], "list": "people"}
    upload(connection, tmp_path, "Email\na@example.org\n", **told)
    connection.execute("UPDATE campaign_leads SET status = 'converted', attempts = 2, donated_amount = 50")
    upload(connection, tmp_path, "Email\na@example.org\nb@example.org\n", **told)
    found = connection.execute("SELECT status, attempts, donated_amount FROM campaign_leads ORDER BY attempts DESC").fetchall()
    assert found == [("converted", 2, 50), ("new", 0, None)]


def test_a_file_with_too_many_bad_rows_is_refused_as_a_whole(connection, tmp_path):
    add_business(connection)
    outcome = upload(connection, tmp_path, "Email\na@example.org\nbad\nworse\n", max_rejected=0.5)
    assert (outcome.status, outcome.rows_read, outcome.rows_rejected, outcome.lead_list_id) == ("rejected", 3, 3, None)
    assert outcome.error.startswith("2 of 3 rows were rejected, more than the 50% that are allowed, so nothing was loaded.")
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM lead_import_rejections").fetchone() == (2,)
    assert upload(connection, tmp_path, "Email\na@example.org\nbad\nworse\n", max_rejected=0.7).status == "partial"
    assert upload(connection, tmp_path, "Email\nbad\nworse\n").status == "rejected"
    assert upload(connection, tmp_path, "Email\nb@example.org\nbad\nworse\n").status == "partial"  # of few rows the good ones are loaded


def test_an_unknown_campaign_refuses_the_upload_until_it_is_there(connection, tmp_path):
    business = add_business(connection, "acme", "Year End")
    told = {"campaigns": [{"campaign": "Gala"}]}
    outcome = upload(connection, tmp_path, "Email\na@example.org\n", **told)
    assert (outcome.status, outcome.error.split(".")[0]) == ("rejected", "The business has no campaign 'Gala'")
    connection.execute("INSERT INTO campaigns (business_id, name) VALUES (%s, 'Gala')", [business])
    connection.execute("UPDATE lead_imports SET started_at = now() - interval '1 day'")
    assert upload(connection, tmp_path, "Email\na@example.org\n", **told).status == "loaded"
    assert connection.execute("SELECT started_at > now() - interval '1 hour' FROM lead_imports").fetchall() == [
        (True,)
    ]  # of the run that loaded it


def test_a_business_sees_only_its_own_leads(connection, tmp_path):
    add_business(connection, "acme")
    add_business(connection, "other")
    assert upload(connection, tmp_path, "Email\na@example.org\n", slug="acme").leads_inserted == 1
    assert upload(connection, tmp_path, "Email\na@example.org\n", slug="other").leads_inserted == 1


def test_ids_of_a_system_recognise_a_person_whose_address_changed(connection, tmp_path):
    add_business(connection)
    header = "Record ID,Email,Lifecycle Stage\n"
    upload(connection, tmp_path, header + "7,old@example.org,lead\n")
    outcome = upload(connection, tmp_path, header + "7,new@example.org,lead\n", update="overwrite")
    assert (outcome.leads_inserted, outcome.leads_updated) == (0, 1)
    assert connection.execute("SELECT email FROM leads").fetchall() == [("new@example.org",)]


def test_two_uploads_of_overlapping_people_at_once_make_nobody_twice(connection, database_url, tmp_path):
    add_business(connection)
    errors = []

    def load(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = "".join(f"p{n}@example.org,(212) 555-01{n:02d}\n" for n in range(60))
        try:
            with psycopg.connect(database_url) as own:
                upload(own, folder, f"Email,Phone\n{rows}only{number}@example.org,\n", list=f"list {number}")
        except Exception as error:  # noqa: BLE001 - told in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=load, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert connection.execute("SELECT count(*), count(DISTINCT email) FROM leads").fetchone() == (64, 64)
    assert connection.execute("SELECT lead_count FROM lead_lists").fetchall() == [(61,)] * 4


def test_cells_that_look_like_sql_json_or_copy_marks_are_only_cells(connection, tmp_path):
    add_business(connection)
    nasty = ["'); DROP TABLE leads; --", '{"a": [1]}', "\\.", "\\N", '"quoted"', "tab\there", "line\nbreak", "{}", "$1", "%s", "NULL"]
    rows = "".join(
        f'n{n}@example.org,"{cell.replace(chr(34), chr(34) * 2)}","{cell.replace(chr(34), chr(34) * 2)}"\n' for n, cell in enumerate(nasty)
    )
    outcome = upload(connection, tmp_path, f"Email,City,Odd {{}} “column”\n{rows}")
    assert outcome.leads_inserted == len(nasty)
    kept = [
        row[0]
        for row in connection.execute("SELECT custom_fields ->> 'Odd {} “column”' FROM leads ORDER BY substr(email, 2)::text COLLATE \"C\"")
    ]
    # \N is null in the exports of databases.
    assert sorted(cell or "" for cell in kept) == sorted("" if cell == "\\N" else cell for cell in nasty)


def test_a_column_names_further_lists(connection, tmp_path):
    add_business(connection, "acme")
    text = "Email,Segment\nana@example.org,Gala\nbo@example.org,Choir\nana@example.org,Choir\ncy@example.org,\n"
    upload(connection, tmp_path, text, list_column="Segment")
    members = connection.execute(
        "SELECT ll.name, l.email FROM lead_list_members m JOIN lead_lists ll ON ll.id = m.lead_list_id JOIN leads l ON l.id = m.lead_id "
        "WHERE ll.name <> 'people' ORDER BY 1, 2"
    ).fetchall()
    assert members == [("Choir", "ana@example.org"), ("Choir", "bo@example.org"), ("Gala", "ana@example.org")]


@pytest.mark.long
@pytest.mark.parametrize("piece", [1, 3])
def test_the_pieces_in_which_a_file_is_worked_on_change_nothing(connection, tmp_path, monkeypatch, piece):
    header = "Email,First Name,Last Name,Phone,City,Postal Code,Group\n"
    first = header + (
        "ana@example.org,Ana,Silva,,Boston,02101,Red\nbo@example.org,Bo,Quill,(212) 555-0102,,,\nbad,Cy,,,,,\n"
        "cy@example.org,Cy,Marlowe,(212) 555-0103,Salem,01970,Blue\nANA@EXAMPLE.ORG,Ana Maria,Silva,(212) 555-0101,,,Blue\n"
        ",Bo,Quill,(212) 555-0102,Lynn,01901,Red\ndi@example.org,Di,Vantongeren,,Salem,01970,\n"
        "di.v@example.com,Dy,Vantongeren,,Salem,01970,Green\n"
    )
    second = header + (
        "eve@example.org,Eve,Orr,,,,Red\nana@example.org,Ana,Silva,,Cambridge,02139,\ncy@example.org,Cy,Marlowe,(212) 555-0103,Salem,01970,Blue\n"
        "fay@example.org,Fay,Zorn,(212) 555-0199,,,\nbo@example.org,Bo,Quill,(212) 555-0102,,,Green\nEVE@example.org,Eve,Orr,(212) 555-0198,,,\n"
    )
    told = []
    for slug in ("whole", "parts"):
        business = add_business(connection, slug, "Gala")
        if slug == "parts":
            monkeypatch.setattr(batching, "BATCH_ROWS", piece)
        outcomes = [
            upload(connection, tmp_path, text, slug, list_column="Group", update="overwrite", campaigns=[{"campaign": "Gala"}])
            for text in (first, second)
        ]
        counts = [{name: value for name, value in vars(one).items() if not name.endswith("_id")} for one in outcomes]
        asked = [
            """SELECT email, first_name, last_name, phone, city, postal_code, tags, custom_fields, lead_score, quality_rating FROM leads
                WHERE business_id = %s ORDER BY id""",
            "SELECT name, lead_count FROM lead_lists WHERE business_id = %s ORDER BY 1",
            """SELECT l.name, array_agg(p.email ORDER BY p.email) FROM lead_lists l JOIN lead_list_members m ON m.lead_list_id = l.id
                JOIN leads p ON p.id = m.lead_id WHERE l.business_id = %s GROUP BY 1 ORDER BY 1""",
            """SELECT i.started_at > min(i.started_at) OVER (), r.line_number, r.action, r.replaced - 'updated_at', r.written, r.lost,
                r.matched_by - 'lead_id', l.email FROM lead_import_rows r JOIN lead_imports i ON i.id = r.import_id JOIN leads l ON l.id = r.lead_id
                WHERE r.business_id = %s ORDER BY 1, 2""",
            "SELECT match_probability, agreement FROM lead_duplicate_candidates WHERE business_id = %s ORDER BY 1",
            "SELECT status, count(*) FROM campaign_leads WHERE business_id = %s GROUP BY 1",
        ]
        told.append([counts, *(connection.execute(query, [business]).fetchall() for query in asked)])
    assert (told[0][0][0]["rows_duplicate"], told[0][0][1]["leads_inserted"], told[0][0][1]["leads_updated"]) == (2, 2, 2)
    assert told[1] == told[0]


def test_a_column_of_lists_that_the_file_lacks_is_told(connection, tmp_path):
    add_business(connection, "acme")
    outcome = upload(connection, tmp_path, "Email\nana@example.org\n", list_column="Segment")
    assert "list_column names 'Segment', but the file's columns are: Email" in outcome.error


def test_a_campaign_calls_who_meets_its_terms_and_as_often_as_they_say(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    where = {"field": "city", "op": "=", "value": "Bath"}
    terms = [{"campaign": "Year End", "priority": 3, "where": where, "max_attempts_override": 2}]
    upload(connection, tmp_path, "Phone,City\n2125550101,Bath\n2125550102,York\n", campaigns=terms)
    called = connection.execute("SELECT l.phone FROM campaign_leads c JOIN leads l ON l.id = c.lead_id").fetchall()
    kept = connection.execute("SELECT priority, max_attempts_override, filter_criteria FROM campaign_lead_lists").fetchall()
    assert called == [("+12125550101",)]
    assert kept == [(3, 2, where)]


def test_a_file_whose_people_may_not_be_called(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, "Phone\n2125550101\n", do_not_call=True, campaigns=[{"campaign": "Year End"}])
    assert connection.execute("SELECT do_not_call FROM leads").fetchall() == [(True,)]
    assert connection.execute("SELECT count(*) FROM campaign_leads").fetchone() == (0,)
    assert connection.execute("SELECT channel, value FROM suppressions").fetchall() == [("phone", "+12125550101")]


def test_a_file_of_suppressions_makes_nobody_a_lead_and_takes_people_out_of_calls(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    upload(connection, tmp_path, "Phone\n2125550101\n2125550102\n", campaigns=[{"campaign": "Year End"}])
    outcome = upload(
        connection, tmp_path, "Phone,Mail\n(212) 555-0101,x@example.org\n12,\n", suppressions=True, list="stop", max_rejected=0.5
    )
    assert (outcome.status, outcome.rows_accepted, outcome.rows_rejected, outcome.lead_list_id) == ("partial", 1, 1, None)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)
    assert connection.execute("SELECT status FROM campaign_leads ORDER BY status").fetchall() == [("dnc",), ("new",)]
    suppressed = connection.execute("SELECT channel, value FROM suppressions ORDER BY 1").fetchall()
    assert suppressed == [("email", "x@example.org"), ("phone", "+12125550101")]
    assert (
        upload(
            connection, tmp_path, "Phone,Mail\n(212) 555-0101,x@example.org\n12,\n", suppressions=True, list="stop", max_rejected=0.5
        ).rows_accepted
        == 1
    )


def test_what_somebody_changes_in_a_campaign_stays_when_a_file_is_loaded_under_other_rules(connection, tmp_path):
    add_business(connection, "acme", "Spring")
    told = {"campaigns": [{"campaign": "Spring", "priority": 2, "max_attempts_override": 5}]}
    upload(connection, tmp_path, "Email\nana@example.org\n", **told)
    connection.execute("UPDATE campaign_lead_lists SET priority = 7, max_attempts_override = 9")
    connection.commit()
    upload(connection, tmp_path, "Email\nana@example.org\n", description="other rules", **told)
    terms = "SELECT priority, max_attempts_override FROM campaign_lead_lists"
    assert connection.execute(terms).fetchall() == [(7, 9)]
    connection.execute("DELETE FROM campaign_lead_lists")
    connection.commit()
    upload(connection, tmp_path, "Email\nana@example.org\n", description="still others", **told)
    assert connection.execute(terms).fetchall() == [(2, 5)]


def test_an_import_that_was_loaded_forgets_an_error_once_it_is_mended(connection, tmp_path):
    """A manifest that names a campaign nobody has added yet, of a file that is loaded: the list goes to it once it is there."""
    add_business(connection, "acme", "Spring")
    people = "Email\nana@example.org\nbo@example.org\n"
    upload(connection, tmp_path, people, campaigns=[{"campaign": "Spring"}])
    both = [{"campaign": "Spring"}, {"campaign": "Autumn"}]
    assert "Autumn" in upload(connection, tmp_path, people, campaigns=both).error
    businesses.add_campaign(connection, businesses.find_business(connection, "acme").id, "Autumn")
    connection.commit()
    outcome = upload(connection, tmp_path, people, campaigns=both)
    assert (outcome.error, outcome.status, outcome.leads_unchanged) == (None, "loaded", 2)
    called = "SELECT c.name, count(*) FROM campaign_leads JOIN campaigns c ON c.id = campaign_id GROUP BY 1 ORDER BY 1"
    assert connection.execute(called).fetchall() == [("Autumn", 2), ("Spring", 2)]


def test_the_record_of_an_import_keeps_what_it_brought_when_it_is_loaded_anew(connection, tmp_path):
    """Under other rules nothing of it is new, and an analyst still asks how many leads came with the file."""
    add_business(connection)
    upload(connection, tmp_path, "Email,City\nana@example.org,Bath\nbo@example.org,York\n", list="first")
    text = "Email,City\nana@example.org,Hull\nBO@example.org,York\ncy@example.org,\ncy@example.org,\n"
    counts = "SELECT leads_inserted, leads_updated, leads_unchanged FROM lead_imports WHERE list_name = 'second'"
    upload(connection, tmp_path, text, list="second", update="overwrite")
    assert connection.execute(counts).fetchall() == [(1, 1, 1)]
    again = upload(connection, tmp_path, text, list="second", update="fill", description="under other rules")
    assert (again.leads_inserted, again.leads_updated, again.leads_unchanged) == (0, 0, 3)
    assert connection.execute(counts).fetchall() == [(1, 1, 1)]


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_an_import_into_a_campaign_that_has_ended_is_refused_with_the_reason(connection, tmp_path, status):
    add_business(connection, "acme", "Year End", "Gala")
    first = upload(connection, tmp_path, "Email\nana@example.org\n", list="first", campaigns=[{"campaign": "Year End"}])
    connection.execute("UPDATE campaigns SET status = %s WHERE name = 'Year End'", [status])
    outcome = upload(
        connection, tmp_path, "Email\nbo@example.org\n", list="second", campaigns=[{"campaign": "Gala"}, {"campaign": "Year End"}]
    )
    assert (outcome.status, outcome.rows_rejected) == ("rejected", 1)
    assert f"'Year End' is {status}" in outcome.error
    assert connection.execute("SELECT count(*) FROM leads").fetchall() == [(1,)]
    # A file that was loaded before is what it was; a campaign that it names only now is not joined.
    again = upload(connection, tmp_path, "Email\nana@example.org\n", list="first", campaigns=[{"campaign": "Year End"}])
    assert (again.import_id, again.status, again.error) == (first.import_id, "loaded", None)
    # As soon as the campaign is open the file loads.
    connection.execute("UPDATE campaigns SET status = 'active'")
    opened = upload(
        connection, tmp_path, "Email\nbo@example.org\n", list="second", campaigns=[{"campaign": "Gala"}, {"campaign": "Year End"}]
    )
    assert opened.status == "loaded"
    assert connection.execute("SELECT count(*) FROM campaign_leads").fetchall() == [(3,)]


@pytest.mark.parametrize(
    "manifest",
    [
        {"list": "old"},
        {"list": "new", "lists": [{"list": "old", "where": {"field": "email", "op": "is_null", "value": False}}]},
        {"list": "new", "list_column": "Group"},
    ],
)
def test_an_import_into_an_archived_list_is_refused_with_the_reason(connection, tmp_path, manifest):
    add_business(connection, "acme")
    connection.execute("INSERT INTO lead_lists (business_id, name, is_archived) SELECT id, 'old', true FROM businesses")
    text = "Email,Group\nbo@example.org,old\n"
    outcome = upload(connection, tmp_path, text, **manifest)
    assert (outcome.status, "'old' is archived" in (outcome.error or "")) == ("rejected", True)
    assert connection.execute("SELECT name FROM lead_lists").fetchall() == [("old",)]
    connection.execute("INSERT INTO lead_lists (business_id, name) SELECT id, 'old' FROM businesses")  # one that is not
    assert upload(connection, tmp_path, text, **manifest).status == "loaded"


def test_values_that_a_where_cannot_compare_are_noted(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    big = {"custom_field": "Pledge level", "op": ">", "value": 100}
    text = 'Email,Pledge level\nana@example.org,"$1,500"\nbo@example.org,300\ncy@example.org,"$20"\n'
    upload(connection, tmp_path, text, lists=[{"list": "Big", "where": big}], campaigns=[{"campaign": "Year End", "where": big}])
    assert connection.execute("SELECT lead_count FROM lead_lists WHERE name = 'Big'").fetchall() == [(1,)]
    ((reading,),) = connection.execute("SELECT reading FROM lead_imports").fetchall()
    assert [note.split(": ")[1].split(", such")[0] for note in reading["notes"]] == ["2 of the file's leads have a text that is none"] * 2
    assert "list 'Big'" in reading["notes"][0]


def people_by_name(connection):
    rows = connection.execute(
        "SELECT first_name, source_id, phone, custom_fields ->> 'source_id (of another person)' FROM leads"
    ).fetchall()
    return {name: rest for name, *rest in rows}


def test_an_id_that_another_person_has_is_kept_as_a_custom_field_and_loses_nobody(connection, tmp_path):
    """Systems give ids again, and exports of two databases have the same: with two names that contradict each other an id is two people's."""
    add_business(connection)
    assert upload(connection, tmp_path, "VANID,Last,First,Phone\n1,Zeller,Ned,(212) 555-2101\n").status == "loaded"
    second = (
        "VANID,Last,First,Phone,Do Not Call\n1,Quimbly,Bob,(212) 555-2102,yes\n2,Rose,Cy,(212) 555-2103,\n2,Farlow,Abe,(212) 555-2104,\n"
    )
    outcome = upload(connection, tmp_path, second)
    assert (outcome.status, outcome.rows_accepted, outcome.leads_inserted) == ("loaded", 3, 3)
    assert people_by_name(connection) == {
        "Ned": ["1", "+12125552101", None], "Bob": [None, "+12125552102", "1"], "Cy": ["2", "+12125552103", None],
        "Abe": [None, "+12125552104", "2"],
    }  # fmt: skip
    assert connection.execute("SELECT do_not_call FROM leads WHERE first_name = 'Bob'").fetchone() == (True,)
    # The same people again, and one of them with the number that a known lead has.
    outcome = upload(connection, tmp_path, second.replace("(212) 555-2103,", "(212) 555-2103,no"))
    assert (outcome.leads_inserted, len(people_by_name(connection))) == (0, 4)
    outcome = upload(connection, tmp_path, "VANID,Last,First,Phone\n2,Zeller,Ned,(212) 555-2101\n")
    assert (outcome.status, outcome.leads_inserted, people_by_name(connection)["Ned"][0]) == ("loaded", 0, "1")
