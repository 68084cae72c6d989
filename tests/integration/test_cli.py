"""The `henk` command as people and machines call it: names, exit codes, JSON Lines."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import psycopg
import pytest
from psycopg.types.json import Jsonb

from henk_pipeline.analytics.publish import query
from henk_pipeline.postgres.embedded import binaries
from tests.integration.uploading import add_business

IMPORT_KEYS = [
    "file", "upload", "import_id", "status", "error", "rows_read", "rows_accepted", "rows_rejected", "rows_duplicate", "leads_inserted",
    "leads_updated", "leads_unchanged", "values_discarded", "notes", "list", "lead_list_id", "campaigns", "campaign_leads_added", "rejected_file", "report", "seconds",
]  # fmt: skip
CHECK_KEYS = [
    "file", "readable", "error", "container", "encoding", "delimiter", "quote", "escape", "header_line", "columns", "left_out", "realigned",
    "passed_over", "notes", "mapping", "mapping_reasons", "consent", "rows_read", "rows_accepted", "rows_rejected", "rows_duplicate", "values_discarded",
    "imported_before", "leads_known", "leads_inserted", "leads_updated", "leads_unchanged", "fields_changed", "campaigns", "review_pairs", "refused",
    "rejections",
]  # fmt: skip


def lines(result):
    """The JSON Lines of stdout, and nothing else there."""
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def acme(henk, database_url):
    # A connection that ends: PostgreSQL counts what an idle one has written up to ten seconds later, and a night would publish it.
    with psycopg.connect(database_url) as connection:
        add_business(connection, "acme", "Year End")
    return henk


def test_an_import_from_file_to_answers(acme, tmp_path, connection):
    path = tmp_path / "gala guests.csv"
    path.write_text(
        "Name,Email,Phone\nAna Lima,ana@example.org,(212) 555-0101\nBo,bad,\nAna L,ANA@EXAMPLE.ORG,\nCy Ng,cy@example.org,\nDi Roe,di@example.org,\n"
    )
    first = acme("import", path, "--business", "acme", "--campaign", "Year End", "--priority", "3", "--json")
    assert first.returncode == 0, first.stderr
    (told,) = lines(first)
    assert sorted(told) == sorted(IMPORT_KEYS)
    assert (told["file"], told["status"], told["error"], told["list"], told["campaigns"]) == (
        str(path),
        "partial",
        None,
        "gala guests",
        ["Year End"],
    )
    assert (told["rows_read"], told["rows_accepted"], told["rows_rejected"], told["rows_duplicate"]) == (5, 3, 1, 1)
    assert (told["leads_inserted"], told["leads_updated"], told["leads_unchanged"], told["campaign_leads_added"]) == (3, 0, 0, 3)
    assert connection.execute("SELECT priority FROM campaign_lead_lists").fetchall() == [(3,)]
    with Path(told["rejected_file"]).open(encoding="utf-8-sig", newline="") as file:
        (rejected,) = csv.DictReader(file)
    assert (rejected["Name"], rejected["Email"], rejected["Rejected line"]) == ("Bo", "bad", "3")
    assert rejected["Rejected because"].startswith("“bad” is not an e-mail address.")

    again = acme("import", path, "--business", "acme", "--campaign", "Year End", "--priority", "3", "--json")
    (told_again,) = lines(again)
    assert again.returncode == 0
    assert (told_again["import_id"], told_again["upload"]) == (told["import_id"], told["upload"])
    assert (told_again["leads_inserted"], told_again["leads_updated"], told_again["leads_unchanged"]) == (0, 0, 3)

    (listed,) = lines(acme("imports", "--json"))
    assert (listed["id"], listed["file_name"], listed["rows_read"]) == (told["import_id"], "gala guests.csv", 5)
    assert "“bad” is not an e-mail address" in acme("rejections", told["import_id"]).stdout
    assert lines(acme("sql", "SELECT quality_rating, count FROM lead_quality_distribution", "--json")) == [
        {"quality_rating": "unrated", "count": 3}
    ]


@pytest.mark.long
def test_a_mended_rejected_file_goes_in_as_it_is(acme, tmp_path):
    path = tmp_path / "guests.csv"
    path.write_text("Email,City\nana@example.org,Bath\nbad,York\ncy@example.org,\ndi@example.org,\n")
    (told,) = lines(acme("import", path, "--business", "acme", "--json"))
    mended = tmp_path / "guests mended.csv"
    mended.write_text(Path(told["rejected_file"]).read_text("utf-8-sig").replace("bad,", "bo@example.org,", 1))
    (second,) = lines(acme("import", mended, "--business", "acme", "--list", "guests", "--json"))
    assert (second["status"], second["leads_inserted"], second["lead_list_id"]) == ("loaded", 1, told["lead_list_id"])
    assert acme("sql", "SELECT 1").returncode == 0


@pytest.mark.long
def test_files_that_are_refused_end_with_1_and_the_good_ones_go_in(acme, tmp_path, connection):
    (tmp_path / "good.csv").write_text("Email\na@example.org\n")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0")
    result = acme("import", tmp_path / "good.csv", tmp_path / "picture.csv", "--business", "acme", "--json")
    assert result.returncode == 1
    good, picture = lines(result)
    assert (good["status"], picture["status"]) == ("loaded", "rejected")
    assert "JPEG picture" in picture["error"]
    assert (picture["rows_read"], picture["lead_list_id"], picture["rejected_file"]) == (0, None, None)
    assert connection.execute("SELECT status, error FROM lead_imports ORDER BY status").fetchall() == [
        ("loaded", None),
        ("rejected", picture["error"]),
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "FILE", "--business", "nobody"], "There is no business 'nobody'. There are: acme."),
        (["import", "FILE", "--business", "acme", "--campaign", "Gala"], "no campaign 'Gala'. It has: Year End."),
        (["import", "none.csv", "--business", "acme"], "none.csv"),
        (["import", "FILE"], "--business"),
        (["import", "FILE", "--business", "acme", "--update", "replace"], "replace"),
        (["import", "FILE", "--business", "acme", "--default-country", "USA"], "--default-country"),
        (["rejections", "7"], "no import id"),
        (["rejections", "00000000-0000-0000-0000-000000000000"], "There is no import"),
        (["business", "add", "Not A Slug"], "Not A Slug"),
        (["business", "add", "x", "--timezone", "Mars/Base"], "Mars/Base"),
        (["sql", "SELECT"], ""),
        (["fly"], "fly"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(acme, tmp_path, arguments, said):
    path = tmp_path / "a.csv"
    path.write_text("Email\na@example.org\n")
    acme("import", path, "--business", "acme") if arguments[0] == "sql" else None
    result = acme(*[str(path) if argument == "FILE" else argument for argument in arguments])
    assert result.returncode == 2, result.stderr
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert result.stdout == ""


def test_a_database_that_cannot_be_reached_ends_with_3_and_hides_the_password(henk, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Email\na@example.org\n")
    result = henk("import", path, "--business", "acme", "--json", HENK_DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/none")
    assert (result.returncode, result.stdout) == (3, "")
    assert "cannot be reached" in result.stderr
    assert "hunter2" not in result.stderr


def test_adding_what_exists_says_so_and_changes_nothing(henk):
    first, again = henk("business", "add", "acme", "--name", "Acme"), henk("business", "add", "acme", "--name", "Other")
    assert (first.stdout, again.returncode) == (again.stdout, 0)
    assert "exists already" in again.stderr
    first, again = henk("campaign", "add", "Gala", "--business", "acme"), henk("campaign", "add", "Gala", "--business", "acme")
    assert (first.stdout, again.returncode) == (again.stdout, 0)
    assert "exists already" in again.stderr


def test_a_name_is_one_line_without_blanks_around_it(henk, connection):
    henk("business", "add", "acme", "--name", " Acme \u2028")
    added = henk("campaign", "add", " Gala\u2028", "--business", "acme")
    assert (added.returncode, added.stderr) == (0, "")
    for name in ("Gala", "Gala ", " Gala"):
        assert henk("campaign", "add", name, "--business", "acme").stdout == added.stdout
    for name in ("Gala\nWinter", "Gala\tWinter", "Gala\x1b[1m", "Gala\u2029Winter", " "):
        for refused in (henk("campaign", "add", name, "--business", "acme"), henk("business", "add", "b", "--name", name)):
            assert (refused.returncode, refused.stdout) == (2, "")
            assert "a name " in refused.stderr
    assert connection.execute("SELECT b.name, c.name FROM businesses b LEFT JOIN campaigns c ON c.business_id = b.id").fetchall() == [
        ("Acme", "Gala")
    ]
    connection.execute("UPDATE campaigns SET name = E'Gala\\tWinter\\nid: 7 '")  # by a client
    shown = henk("campaign", "show", "Gala\tWinter\nid: 7", "--business", "acme")
    assert (shown.returncode, [line for line in shown.stdout.splitlines() if line.startswith("id: 7")]) == (0, [])
    assert "Gala\\tWinter\\nid: 7" in shown.stdout


def test_a_campaign_is_added_with_every_setting_that_can_be_changed(henk, connection):
    henk("business", "add", "acme")
    settings = {
        "--status": "active", "--description": "Autumn", "--start": "2026-11-01", "--end": "2026-12-31", "--call-from": "09:00", "--call-until": "17:30",
        "--max-attempts": "3", "--daily-cap": "50", "--budget": "1500.50", "--goal": "gifts",
    }  # fmt: skip
    options = [part for option in settings.items() for part in option]
    added = henk("campaign", "add", "Gala", "--business", "acme", *options, "--no-exclude-dnc", "--no-dedupe-by-phone")
    assert added.returncode == 0, added.stderr
    columns = """status, description, start_date::text, end_date::text, call_window_start::text, call_window_end::text, max_attempts, daily_call_cap,
        budget::text, goal_metric, exclude_dnc, dedupe_by_phone"""
    assert connection.execute(f"SELECT {columns} FROM campaigns WHERE id = %s", [added.stdout.strip()]).fetchall() == [
        ("active", "Autumn", "2026-11-01", "2026-12-31", "09:00:00", "17:30:00", 3, 50, "1500.50", "gifts", False, False)
    ]
    of_set = set(re.findall(r"--[a-z-]+", henk("campaign", "set", "--help", COLUMNS="200").stdout)) - {"--name"}
    assert of_set <= set(re.findall(r"--[a-z-]+", henk("campaign", "add", "--help", COLUMNS="200").stdout))


def test_a_campaign_that_would_end_before_its_start_is_not_added(henk, connection):
    henk("business", "add", "acme")
    refused = henk("campaign", "add", "Gala", "--business", "acme", "--start", "2026-12-01", "--end", "2026-11-01")
    assert refused.returncode == 2
    assert "its end would be before its start" in refused.stderr
    assert connection.execute("SELECT count(*) FROM campaigns").fetchone() == (0,)
    henk("campaign", "add", "Gala", "--business", "acme")
    again = henk("campaign", "add", "Gala", "--business", "acme", "--end", "2026-11-01")
    assert "exists already; nothing was changed" in again.stderr
    assert connection.execute("SELECT end_date, status FROM campaigns").fetchall() == [(None, "draft")]


def test_a_night_takes_what_lies_in_the_landing_folder(acme, settings, connection):
    folder = Path(settings.landing) / "acme"
    folder.mkdir(parents=True)
    (folder / "one.csv").write_text("Email\na@example.org\n")
    (folder / "two.csv").write_text("Email\nb@example.org\n")
    (folder / "two.csv.toml").write_text('list = "Second"\n[[campaigns]]\ncampaign = "Year End"\n')
    result = acme("nightly", "--json")
    assert result.returncode == 0, result.stderr
    assert {told["file"]: (told["list"], told["campaign_leads_added"]) for told in lines(result)} == {
        "one.csv": ("one", 0),
        "two.csv": ("Second", 1),
    }
    quiet = acme("nightly")
    assert (quiet.returncode, quiet.stdout) == (0, "Nothing new has landed.\n")


@pytest.mark.long
def test_a_night_reads_lists_that_clients_sent(acme, connection):
    connection.execute(
        """SELECT create_lead_list_from_csv(id, 'Sent', '[{"phone": "212 555 0101", "NoPhone": "X"}]') FROM businesses WHERE slug = 'acme'"""
    )
    connection.commit()
    result = acme("nightly")
    assert result.returncode == 0, result.stderr
    assert "acme: the sent list “Sent” was read: rows 1, leads opted out 1, unclear 0" in result.stderr
    assert connection.execute("SELECT do_not_call FROM leads").fetchall() == [(True,)]


@pytest.mark.long
def test_a_night_publishes_what_has_been_called_since(acme, guests, connection, settings):
    """No file has to come for the analytics to tell how a campaign goes."""
    people = "SELECT status, count(*) FROM fct_campaign_lead GROUP BY 1 ORDER BY 1"
    assert query(settings.analytics, people)[1] == [("new", 2)]
    assert acme("nightly").stdout == "Nothing new has landed.\n"
    connection.execute(
        "UPDATE campaign_leads SET status = 'converted', donated_amount = 50 WHERE id = (SELECT min(id::text)::uuid FROM campaign_leads)"
    )
    connection.commit()
    connection.execute("SELECT pg_stat_force_next_flush()")
    connection.commit()
    told = acme("nightly")
    assert told.stdout == "Nothing new has landed.\nThe analytics are published.\n", told.stderr
    assert query(settings.analytics, people)[1] == [("converted", 1), ("new", 1)]
    assert acme("nightly").stdout == "Nothing new has landed.\n"


def test_check_needs_no_database_and_no_home(tmp_path):
    good, odd = tmp_path / "in" / "good.csv", tmp_path / "in" / "deep" / "odd.csv"
    odd.parent.mkdir(parents=True)
    good.write_text("Vorname;E-Mail;Schuhgröße\nAna;ana@example.org;38\nBo;bad;\n")
    odd.write_bytes(b"%PDF-1.4")
    call = [
        sys.executable.replace("python", "henk").rsplit("/", 1)[0] + "/henk",
        "check",
        str(tmp_path / "in"),
        "--json",
        "--parsed",
        str(tmp_path / "out"),
    ]
    result = subprocess.run(
        call,
        capture_output=True,
        text=True,
        env={"HENK_HOME": str(tmp_path / "home"), "PATH": "", "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        cwd=tmp_path,
        check=False,
    )
    assert result.returncode == 1
    pdf, read = lines(result)
    assert sorted(pdf) == sorted(read) == sorted(CHECK_KEYS)
    assert (pdf["readable"], "PDF" in pdf["error"]) == (False, True)
    assert (read["readable"], read["encoding"], read["delimiter"], read["header_line"]) == (True, "utf-8", ";", 1)
    assert read["mapping"] == {"Vorname": "first_name", "E-Mail": "email", "Schuhgröße": None}
    assert (read["rows_read"], read["rows_accepted"], read["rows_rejected"]) == (2, 1, 1)
    assert read["rejections"] == [
        {"line": 3, "column": "E-Mail", "value": "bad", "rule": "email_invalid", "message": read["rejections"][0]["message"]}
    ]
    assert (tmp_path / "out" / "good.csv.csv").read_bytes().decode() == "Vorname,E-Mail,Schuhgröße\r\nAna,ana@example.org,38\r\nBo,bad,\r\n"
    assert not (tmp_path / "home").exists()
    alone = subprocess.run([*call[:2], str(good), "--parsed", str(tmp_path / "one.csv")], capture_output=True, text=True, check=False)
    assert alone.returncode == 0
    assert (tmp_path / "one.csv").exists()


def test_doctor_shows_every_setting_with_its_origin_and_no_secret(henk, settings):
    result = henk(
        "doctor",
        HENK_LANDING=str(settings.home / "elsewhere"),
        HENK_DATABASE_URL=settings.database_url.get_secret_value() + "&password=hunter2",
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "hunter2" not in result.stdout + result.stderr
    rows = {cells[1].strip(): cells[3].strip() for line in result.stdout.splitlines() if (cells := line.split("│")) and len(cells) > 4}
    assert (rows["HENK_HOME"], rows["HENK_LANDING"], rows["HENK_ANALYTICS"]) == ("environment", "environment", "default")


def test_a_setting_that_cannot_be_used_is_named(henk):
    result = henk("doctor", HENK_UI_PORT="many")
    assert result.returncode == 2
    assert "HENK_UI_PORT" in result.stderr


def test_help_and_check_load_no_dagster():
    code = "import sys, henk_pipeline.cli; print(sorted({'dagster', 'polars', 'duckdb', 'psycopg', 'pandera'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    code = "import sys, henk_pipeline.steps.validate; print('dagster' in sys.modules, 'psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False False\n"


@pytest.mark.long
def test_an_embedded_home_is_all_one_needs_and_two_do_not_disturb_each_other(tmp_path, henk):
    path = tmp_path / "a.csv"
    path.write_text("Email\na@example.org\n")
    homes = [str(tmp_path / "home one"), str(tmp_path / "home two")]
    try:
        for home in homes:
            own = {"HENK_HOME": home, "HENK_DATABASE_URL": ""}
            assert henk("business", "add", "acme", **own).returncode == 0
            (told,) = lines(henk("import", path, "--business", "acme", "--json", **own))
            assert told["leads_inserted"] == 1
        urls = [henk("db", HENK_HOME=home, HENK_DATABASE_URL="").stdout.strip() for home in homes]
        assert urls[0] != urls[1]
        assert (
            subprocess.run(
                [binaries() / "psql", urls[0], "-tAc", "SELECT count(*) FROM leads"], capture_output=True, text=True, check=True
            ).stdout
            == "1\n"
        )
    finally:
        for home in homes:
            assert henk("db", "stop", HENK_HOME=home, HENK_DATABASE_URL="").returncode == 0


# Taking back.


GUESTS = "First Name,Email,Phone\nAna,ana@example.org,(212) 555-0101\nBo,bo@example.org,(212) 555-0102\n"


@pytest.fixture
def guests(acme, tmp_path):
    """A file of two people that is imported into a campaign; its path and the import's id."""
    path = tmp_path / "guests.csv"
    path.write_text(GUESTS)
    (told,) = lines(acme("import", path, "--business", "acme", "--campaign", "Year End", "--json"))
    return path, told["import_id"]


@pytest.mark.long
def test_an_import_told_other_terms_is_assigned_by_them_and_what_is_changed_by_hand_stays(acme, guests, connection):
    path, _ = guests
    terms = "SELECT priority, max_attempts_override FROM campaign_lead_lists"
    again = ("import", path, "--business", "acme", "--campaign", "Year End", "--priority", "3")
    assert acme(*again).returncode == 0
    assert connection.execute(terms).fetchall() == [(3, None)]
    connection.execute("UPDATE campaign_lead_lists SET priority = 7")
    connection.commit()
    assert acme(*again).stdout.splitlines()[-1] == "Nothing has changed: all of this was imported before."
    assert connection.execute(terms).fetchall() == [(7, None)]


@pytest.mark.long
def test_an_import_is_undone_once_and_comes_back_only_when_somebody_asks(acme, guests, connection, settings):
    path, import_id = guests
    (report,) = lines(acme("undo", import_id, "--json"))
    assert (report["leads_deleted"], report["members_removed"], report["campaign_leads_removed"], report["lists_deleted"]) == (2, 2, 2, 1)
    people = "SELECT count(*) FROM leads"
    assert connection.execute(people).fetchone() == (0,)
    assert lines(acme("sql", "FROM lead_quality_distribution", "--json")) == []
    again = acme("undo", import_id)
    assert again.returncode == 0
    assert "guests.csv: undone\n  leads       0 deleted" in again.stdout
    # Neither the night nor a backfill brings it back.
    assert acme("nightly").returncode == 0
    from henk_pipeline.definitions import defs  # noqa: PLC0415
    from henk_pipeline.orchestration.runs import open_instance, run_imports  # noqa: PLC0415

    with open_instance(settings) as instance:
        outcomes = {}
        keys = instance.get_dynamic_partitions("uploads")
        run_imports(defs, instance, list(keys), lambda _, key, told: outcomes.update({key: told}) if told else None)
    assert [told["status"] for told in outcomes.values()] == ["undone"]
    assert connection.execute(people).fetchone() == (0,)
    (told,) = lines(acme("import", path, "--business", "acme", "--campaign", "Year End", "--json"))
    assert (told["status"], told["leads_inserted"]) == ("loaded", 2)
    assert told["import_id"] != import_id


@pytest.mark.long
def test_an_undo_that_has_to_leave_something_says_so(acme, guests, connection):
    connection.execute("UPDATE campaign_leads SET attempts = 1 WHERE lead_id = (SELECT id FROM leads WHERE first_name = 'Ana')")
    result = acme("undo", guests[1])
    assert result.returncode == 1
    assert "1 leads that are in use" in result.stdout
    assert 'It has been worked on in the campaign "Year End" (new).' in result.stdout
    assert "everything" in result.stdout
    assert acme("undo", "00000000-0000-4000-8000-000000000000").returncode == 2
    assert acme("undo", "nonsense").returncode == 2


@pytest.mark.long
@pytest.mark.parametrize("register", ["212,5550101\n646,5550102\n", "Area Code,Phone Number\n212,5550101\n646,555-0102\n"])
def test_suppressing_a_register_of_area_codes_and_numbers(acme, connection, tmp_path, register):
    path = tmp_path / "register.csv"
    path.write_text(register)
    result = acme("suppress", "--file", path, "--business", "acme", "--source", "national register", "--date", "2026-11-01", "--json")
    assert (result.returncode, lines(result)[0]["suppressed"], lines(result)[0]["unread"]) == (0, 2, [])
    assert connection.execute("SELECT value, source, reason FROM suppressions ORDER BY 1").fetchall() == [
        (number, "national register", "asked not to be called or written (2026-11-01)") for number in ("+12125550101", "+16465550102")
    ]
    assert acme("suppress", "--file", path, "--business", "acme", "--date", "yesterday").returncode == 2


@pytest.mark.long
def test_suppressing_a_change_file_of_another_country_with_its_dates_and_reasons(acme, connection, tmp_path):
    changes = tmp_path / "changes.txt"
    changes.write_text("212,5550148,2026-06-06T12:00:00-05:00,A\n646,5550188,2026-06-06T12:00:00-05:00,D\n")
    result = acme("suppress", "--file", changes, "--business", "acme", "--json")
    assert (result.returncode, lines(result)[0]["suppressed"], lines(result)[0]["rows_deleted_from_register"]) == (0, 1, 1)
    result = acme("suppress", "--file", changes, "--business", "acme")
    assert "1 rows are deletions" in result.stdout
    assert "henk suppress lift" in result.stdout
    own = tmp_path / "own.csv"
    own.write_text("Phone,Date Added,Reason\n030 901820,2024-05-06,letter\n030 901821,,\n")
    refused = acme("suppress", "--file", own, "--business", "acme")
    assert (refused.returncode, "--default-country" in refused.stderr) == (1, True)
    assert acme("suppress", "--file", own, "--business", "acme", "--default-country", "DE").returncode == 0
    assert acme("suppress", "--file", own, "--business", "acme", "--default-country", "XX").returncode == 2
    assert connection.execute("SELECT value, reason FROM suppressions ORDER BY 1").fetchall() == [
        ("+12125550148", "asked not to be called or written"),
        ("+4930901820", "letter (2024-05-06)"),
        ("+4930901821", "asked not to be called or written"),
    ]


@pytest.mark.long
def test_listing_and_lifting_suppressions(acme, guests, connection):
    acme("suppress", "212-555-0101", "--business", "acme", "--reason", "letter")
    listed = lines(acme("suppress", "list", "--business", "acme", "--json"))
    assert [(row["value"], row["reason"], row["source"]) for row in listed] == [("+12125550101", "letter", "manual")]
    assert acme("suppress", "lift", "212 555 0101", "--business", "acme").returncode == 2
    assert acme("suppress", "lift", "212 555 0101", "--business", "acme", "--reason", "typed wrongly").returncode == 0
    assert connection.execute("SELECT count(*) FROM suppressions").fetchall() == [(0,)]
    assert connection.execute("SELECT reason, lifted_by <> '', channel FROM henk.lifted_suppressions").fetchall() == [
        ("typed wrongly", True, "phone")
    ]
    connection.execute(
        "INSERT INTO suppressions (business_id, channel, value, source) SELECT id, 'phone', '+12125550101', 'campaign' FROM businesses"
    )
    assert acme("suppress", "lift", "212 555 0101", "--business", "acme", "--reason", "please").returncode == 1
    assert connection.execute("SELECT count(*) FROM suppressions").fetchall() == [(1,)]


@pytest.mark.long
def test_suppressing_values_and_files(acme, guests, connection, tmp_path):
    result = acme("suppress", "212-555-0101", "--business", "acme", "--json")
    assert lines(result) == [{"suppressed": 1, "suppressed_before": 0, "campaign_leads_ended": 1, "unread": []}]
    path = tmp_path / "stop.csv"
    path.write_text("Name,Phone,Email\nAna,(212) 555-0101,\nBo,+1 212 555 0102,Bo@Example.org\nCy,none,\n")
    result = acme("suppress", "--file", path, "--business", "acme", "--reason", "letter of May", "--json")
    assert result.returncode == 1
    assert lines(result) == [{"suppressed": 2, "suppressed_before": 1, "campaign_leads_ended": 1, "unread": [{"line": 4, "value": "none"}]}]
    assert connection.execute("SELECT channel, value, reason FROM suppressions ORDER BY 1, 2").fetchall() == [
        ("email", "bo@example.org", "letter of May"),
        ("phone", "+12125550101", "asked not to be called or written"),
        ("phone", "+12125550102", "letter of May"),
    ]
    assert connection.execute("SELECT status FROM campaign_leads").fetchall() == [("dnc",), ("dnc",)]
    assert connection.execute("SELECT first_name FROM leads WHERE do_not_call").fetchall() == [("Bo",)]
    plain = tmp_path / "numbers.txt"
    plain.write_text("212 555 0103\ncy@example.org\n")
    assert lines(acme("suppress", "--file", plain, "--business", "acme", "--json"))[0]["suppressed"] == 2
    assert acme("suppress", "--business", "acme").returncode == 2
    assert acme("suppress", "x", "--business", "nobody").returncode == 2


@pytest.mark.long
def test_erasing_a_person(acme, guests, connection, settings):
    refused = acme("erase", "ana@example.org", "--business", "acme")
    assert refused.returncode == 1  # nobody there to say yes
    result = acme("erase", "(212) 555-0101", "--business", "acme", "--yes")
    assert result.returncode == 0
    assert result.stdout.splitlines()[0].startswith("erased ")
    assert result.stdout.splitlines()[1].strip().endswith("guests.csv")
    assert connection.execute("SELECT first_name FROM leads").fetchall() == [("Bo",)]
    assert list(settings.staging.glob("validated_leads/*.parquet")) == []
    again = acme("erase", "ana@example.org", "--business", "acme", "--yes").stdout  # no lead any more, but files that hold the person
    assert {Path(line).name for line in again.splitlines()} == {"guests.csv"}
    assert "Nobody of that business" in acme("erase", "nobody@example.org", "--business", "acme", "--yes").stdout
    assert acme("erase", "not a contact", "--business", "acme", "--yes").returncode == 2


def test_criteria_of_further_lists_are_checked_before_anything_is_loaded(acme, tmp_path):
    path = tmp_path / "guests.csv"
    path.write_text(GUESTS)
    path.with_name("guests.csv.toml").write_text('[[lists]]\nlist = "A"\nwhere = { field = "shoe_size", op = "=", value = "1" }\n')
    (told,) = lines(acme("check", path, "--json"))
    assert "there is no field 'shoe_size'. There are: first_name, " in told["error"]


PEOPLE = """person,First Name,Last Name,Email,Phone,Street,City,State,ZIP,Birthdate
1,Annabel,Whitfield,annabel@example.org,,12 Maple Street,Portland,ME,04101,1961-03-04
1,Anabel,Whitfield,,(207) 555-0142,12 Maple St,Portland,ME,04101,1961-03-04
2,George,Whitfield,annabel@example.org,(207) 555-0142,12 Maple Street,Portland,ME,04101,
3,Zed,Quux,,,,,,,
3,,,z@example.org,,,,,,
"""


@pytest.mark.long
def test_matching_a_file_without_a_database(henk, tmp_path):
    path, out = tmp_path / "people.csv", tmp_path / "clusters.csv"
    path.write_text(PEOPLE)
    (told,) = lines(henk("match", path, "--truth", "person", "--json", "--clusters", out))
    assert {name: told[name] for name in ("rows", "people", "pairs_true", "pairs_found", "precision", "recall", "f1")} == {
        "rows": 5, "people": 4, "pairs_true": 2, "pairs_found": 1, "precision": 1.0, "recall": 0.5, "f1": 0.66667,
    }  # fmt: skip
    assert told["seconds"] > 0
    assert told["peak_mb"] > 0
    rows = list(csv.DictReader(out.open()))
    assert [(row["line"], row["cluster"]) for row in rows] == [("2", "2"), ("3", "2"), ("4", "4"), ("5", "5"), ("6", "6")]
    assert (rows[1]["matched_with"], rows[1]["matched_by"]) == ("2", "likely")
    wrong = henk("match", path, "--truth", "persons")
    assert (wrong.returncode, "has no column 'persons'" in wrong.stderr) == (2, True)
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert henk("match", tmp_path / "picture.csv").returncode == 1


@pytest.mark.long
def test_a_model_from_own_data_is_used(henk, tmp_path):
    path, model = tmp_path / "people.csv", tmp_path / "ours.json"
    rows = [
        f"{n},Al{chr(97 + n % 26)}{chr(97 + n // 26)}n,Bro{chr(97 + n // 26)}{chr(97 + n % 26)}k,Town{n % 5},19{n % 80 + 10}-01-02"
        for n in range(60)
    ]
    path.write_text("person,First Name,Last Name,City,Birthdate\n" + "\n".join(row for row in rows for _ in (1, 2)) + "\n")
    taught = henk("match", "train", path, "--truth", "person", "--out", model)
    assert taught.returncode == 0, taught.stderr
    (told,) = lines(henk("match", path, "--truth", "person", "--model", model, "--json"))
    assert told["f1"] > 0.9
    path.write_text("person,First Name\n1,Ana\n2,Ben\n")
    assert henk("match", "train", path, "--truth", "person", "--out", model).returncode == 1


def add_people(connection, *people):
    """Leads of acme, each by first name, last name, e-mail, gifts; their ids."""
    ids = []
    for first, last, email, gifts in people:
        row = connection.execute(
            "INSERT INTO leads (business_id, first_name, last_name, email, custom_fields) SELECT id, %s, %s, %s, %s FROM businesses RETURNING id",
            [first, last, email, Jsonb(gifts)],
        ).fetchone()
        ids.append(row[0])
    return ids


@pytest.mark.long
def test_reviewing_and_deciding(acme, connection):
    ids = sorted(
        add_people(connection, ("Annabel", "Whitfield", "annabel@example.org", {}), ("Annabel", "Whitfield", "ab.w@example.org", {}))
    )
    assert acme("duplicates", "--business", "nobody").returncode == 2
    connection.execute(
        "INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, agreement) SELECT id, %s, %s, 0.95, %s FROM businesses",
        [
            *ids,
            Jsonb({"last_name": {"level": "the same", "weight": 7.3}, "prior": {"level": "before anything is compared", "weight": -8.4}}),
        ],
    )
    (pair,) = lines(acme("duplicates", "--business", "acme", "--json"))
    assert (pair["decision"], list(pair["agreement"])) == ("open", ["prior", "last_name"])
    shown = acme("duplicates", "--business", "acme").stdout
    assert pair["id"][:8] in shown
    assert "before anything is compared" in shown
    (merged,) = lines(acme("duplicates", "decide", pair["id"][:8], "same", "--json"))
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (1,)
    assert merged["merge_id"][:8] in acme("duplicates", "merges", "--business", "acme").stdout
    (back,) = lines(acme("duplicates", "unmerge", merged["merge_id"][:8], "--json"))
    assert back["merge_id"] == merged["merge_id"]
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (2,)
    assert "Nothing to decide" in acme("duplicates", "--business", "acme").stdout
    assert acme("duplicates", "decide", "ffffffff", "same").returncode == 2


def test_weights_of_a_business_and_scores_anew(acme, tmp_path, connection):
    weights = tmp_path / "weights.toml"
    add_people(connection, ("Ana", None, "ana@example.org", {"gift_count": 20, "last_gift_date": "2026-11-01"}))
    weights.write_text("[reachability]\nphone = 99\n")
    refused = acme("business", "scoring", "acme", weights)
    assert (refused.returncode, "nothing was changed" in refused.stderr) == (1, True)
    weights.write_text("[reachability]\nphone = 0\nemail = 15\n")
    assert acme("business", "scoring", "acme", weights).returncode == 0
    assert json.loads(acme("business", "scoring", "acme").stdout) == {"reachability": {"phone": 0, "email": 15}}
    (told,) = lines(acme("rescore", "--business", "acme", "--json"))
    assert (told["leads"], told["changed"], told["error"]) == (1, 1, None)
    (again,) = lines(acme("rescore", "--json"))
    assert again["changed"] == 0


@pytest.mark.long
def test_a_build_names_what_is_published_as_null(acme, connection):
    assert acme("campaign", "add", "Year End", "--business", "acme").returncode == 0
    with connection.transaction():  # as a version wrote it that refused nothing
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE campaigns SET budget = 'NaN'")
    build = acme("analytics", "build", "--json")
    (named,) = json.loads(build.stdout)["published_as_null"]
    assert (build.returncode, named["business"], named["table"], named["column"], named["value"]) == (
        0,
        "acme",
        "campaigns",
        "budget",
        "NaN",
    )
    assert "campaigns.budget" in build.stderr
    connection.execute("UPDATE campaigns SET budget = 5")
    again = acme("analytics", "build", "--json")
    assert (json.loads(again.stdout)["published_as_null"], again.stderr) == ([], "")


@pytest.mark.long
def test_the_analytics_are_built_handed_on_and_shown(acme, tmp_path):
    missing = acme("analytics", "export", tmp_path / "parquet")
    assert (missing.returncode, "henk nightly" in missing.stderr) == (3, True)
    assert acme("analytics", "dashboard").returncode == 3
    (tmp_path / "people.csv").write_text("Email\nana@example.org\n")
    assert acme("import", tmp_path / "people.csv", "--business", "acme").returncode == 0
    built = json.loads(acme("analytics", "build", "--json").stdout)
    assert (built["whole"], built["changed"], built["rows"]["dim_lead"]) == (False, [], 1)
    assert "dim_lead                                1   as it was" in acme("analytics", "build").stdout
    written = acme("analytics", "export", tmp_path / "parquet").stdout.split()
    assert pl.read_parquet(tmp_path / "parquet" / "dim_lead.parquet")["email"].to_list() == ["ana@example.org"]
    assert len(written) == len(built["rows"]) + 5  # build_info, the histories and their nights
    part = acme("analytics", "export", tmp_path / "part.duckdb", "--business", "acme", "--personal", "drop")
    assert part.stdout.strip() == str(tmp_path / "part.duckdb")
    assert b"ana@example.org" not in (tmp_path / "part.duckdb").read_bytes()
    assert "there are acme" in acme("analytics", "export", tmp_path / "x.duckdb", "--business", "nobody").stderr.replace("\n", " ")
    assert acme("analytics", "export", tmp_path / "folder", "--business", "acme").returncode == 2
    page = Path(acme("analytics", "dashboard").stdout.strip())
    assert "Leads and campaigns" in page.read_text()
