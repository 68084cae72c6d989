"""`henk check` counts what `henk import` into a business without leads counts, and refuses what it refuses."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import hypothesis
import psycopg
import pytest
from hypothesis import strategies as st

from henk_pipeline.cli.checking import Target, check_file
from henk_pipeline.postgres.businesses import find_business
from henk_pipeline.postgres.connect import connect
from henk_pipeline.postgres.discarded import count_discarded
from henk_pipeline.settings import Settings
from henk_pipeline.uploads.manifest import ManifestError
from tests.conftest import new_database
from tests.integration.uploading import add_business, upload

EXAMPLES = Path(__file__).parents[2] / "examples" / "uploads" / "harbor-light"
HENK = Path(sys.executable).with_name("henk")
LIKELY = """First Name,Last Name,Email,Phone,Street,City,State,ZIP,Birthdate
Annabel,Whitfield,annabel@example.org,,12 Maple Street,Portland,ME,04101,1961-03-04
Anabel,Whitfield,,(207) 555-0142,12 Maple St,Portland,ME,04101,1961-03-04
Annabel,Whitfield,annabel@example.org,(207) 555-0143,12 Maple Street,Portland,ME,04101,1961-03-04
Bo,Ro,bo@example.org,,,,,,
Cy,Ng,bad,,,,,,
"""
FILES = {
    "all new": "Email,Phone\nana@example.org,(212) 555-0101\nbo@example.org,\n",
    "duplicates by address": "Email,Phone\nana@example.org,(212) 555-0101\nana@example.org,(212) 555-0102\nbo@example.org,\n",
    "duplicates by name and home": LIKELY,
    "some rejected": "Email\nana@example.org\nbad\nbo@example.org\nana@example.org\ncy@example.org\n",
    "most rejected": "Email\nbad\nworse\nana@example.org\n",
    "all rejected": "Email\nbad\nworse\n",
    "no rows": "Email\n",
    "nothing": "",
    "blank lines": "\n\n",
    "a byte order mark": "\ufeff",
    "a header without a line end": "First Name,Last Name,Email,Phone",
    "a header and blank rows": 'First Name,Last Name,Email,Phone\n,,,\n , ,"",\n',
    "a known layout without rows": "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID\n",
    "only a withdrawal": "Date,Name,Email,Type,Amount,Currency\n2026-01-28,,us@charity.example,Withdrawal,-40.00,USD\n",
    "a withdrawal": "Date,Name,Email,Type,Amount\n2026-01-28,,us@x.example,Withdrawal,-40\n2026-01-29,Ana Ro,a@x.example,Donation,5\n",
    "headings": "First Name,Last Name,Email\nRegion North,,\nAna,Ro,ana@example.org\nTable 4,,\nBo,Li,bo@example.org\nA,,\nCy,Ng,bad\n",
    "no contact": "Shoe size\n38\n39\n",
    "not a table": "%PDF-1.4",
}
COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "rows_duplicate")
LEADS = ("leads_inserted", "leads_updated", "leads_unchanged")


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_check_and_import_count_the_same_and_refuse_the_same(connection, settings, tmp_path, content):
    add_business(connection)
    path = tmp_path / "people.csv"
    outcome = upload(connection, tmp_path, content)
    record = check_file(path, "US", None)
    assert [record[name] for name in COUNTS] == [getattr(outcome, name) for name in COUNTS]
    assert record["error"] == outcome.error


@pytest.mark.parametrize("manifest", ["suppressions = true", "update = 'fill'", "max_rejected = 0", "default_country = 'DE'"])
def test_they_agree_under_a_manifest(connection, settings, tmp_path, manifest):
    add_business(connection)
    outcome = upload(connection, tmp_path, LIKELY, **tomllib.loads(manifest))
    (tmp_path / "people.csv.toml").write_text(manifest)
    record = check_file(tmp_path / "people.csv", "US", None)
    assert [record[name] for name in COUNTS] == [getattr(outcome, name) for name in COUNTS]
    assert record["error"] == outcome.error


class TestForABusiness:
    """`henk check --business` counts, refuses and exits as `henk import` with the same options, whatever the database holds."""

    def both(self, connection, settings, path, **options):
        """What check says before the import, and the import's outcome."""
        business = find_business(connection, "acme")
        with connect(settings) as own:
            target = Target(business.default_country, business, own, dict(options), ())
            record = check_file(path, business.default_country, None, target)
        manifest = tomllib.loads(path.with_name(f"{path.name}.toml").read_text()) if path.with_name(f"{path.name}.toml").exists() else {}
        before = self.state(connection)
        outcome = upload(connection, path.parent, path.read_bytes(), **{"list": path.stem, **manifest, **options})
        if not record["refused"]:
            assert record["values_discarded"] == count_discarded(connection, outcome.import_id)
            pairs, *campaigns = (now - then for now, then in zip(self.state(connection), before, strict=True))
            assert (record["review_pairs"], sum(joined["leads_joining"] for joined in record["campaigns"])) == (pairs, campaigns[0])
        return record, outcome

    def state(self, connection):
        """Return how many pairs are open, and how many campaign leads there are."""
        counts = (
            """SELECT (SELECT count(*) FROM lead_duplicate_candidates WHERE decision = 'open'), (SELECT count(*) FROM campaign_leads)"""
        )
        return connection.execute(counts).fetchone()

    def assert_agree(self, record, outcome):
        assert [record[name] for name in COUNTS] == [getattr(outcome, name) for name in COUNTS]
        assert (record["error"], record["refused"]) == (outcome.error, outcome.status == "rejected")
        assert record["rows_read"] == record["rows_accepted"] + record["rows_rejected"] + record["rows_duplicate"]
        if not record["refused"]:
            assert record["leads_known"] == outcome.leads_updated + outcome.leads_unchanged
            if not record["imported_before"] and record["leads_inserted"] is not None:
                assert [record[name] for name in LEADS] == [getattr(outcome, name) for name in LEADS]

    @pytest.mark.long
    @pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
    def test_with_leads_that_are_there_already(self, connection, settings, tmp_path, content):
        add_business(connection)
        upload(
            connection,
            tmp_path,
            "Email,Phone,First Name\nana@example.org,(212) 555-0101,Ana\n,(212) 555-0102,Ana\nannabel@example.org,,Annabel\n",
            list="old",
        )
        (tmp_path / "people.csv").write_text(content)
        for _ in range(2):  # the second time it was imported before
            self.assert_agree(*self.both(connection, settings, tmp_path / "people.csv"))

    @pytest.mark.long
    @hypothesis.settings(max_examples=12, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(
        files=st.lists(
            st.lists(
                st.tuples(
                    st.sampled_from(["ana@example.org", "bo@example.org", "cy@example.org", "bad", "", "ANA@example.org "]),
                    st.sampled_from(["212 555 0101", "(212) 555-0102", "555", "", "212-555-0103 x5"]),
                    st.sampled_from(["Ana", "Anna", "Bo", ""]), st.sampled_from(["Lee", "Ng", ""]), st.sampled_from(["17", "18", ""]),
                ),
                max_size=7,
            ),
            min_size=1, max_size=3,
        )
    )  # fmt: skip
    def test_any_sequence_of_messy_files(self, server, tmp_path_factory, files):
        folder = tmp_path_factory.mktemp("messy")
        with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
            add_business(connection)
            settings = Settings(home=folder / "home", database_url=url)
            for number, rows in enumerate(files):
                path = folder / f"file{number}.csv"
                path.write_text("Email,Phone,First Name,Last Name,Donor ID\n" + "".join(",".join(row) + "\n" for row in rows))
                self.assert_agree(*self.both(connection, settings, path))

    @pytest.mark.parametrize(
        ("manifest", "statement"),
        [
            ('campaigns = ["None"]', ""), ('campaigns = ["Year End"]', ""),
            ('campaigns = ["Year End"]', "UPDATE campaigns SET status = 'completed'"),
            ("", "INSERT INTO lead_lists (business_id, name, is_archived) SELECT id, 'people', true FROM businesses"),
            ('list_column = "Team"', "INSERT INTO lead_lists (business_id, name, is_archived) SELECT id, 'Red', true FROM businesses"),
            ("suppressions = true", ""), ('default_country = "DE"', ""),
            ("", "INSERT INTO suppressions (business_id, channel, value) SELECT id, 'email', 'ana@example.org' FROM businesses"),
            ('[[campaigns]]\ncampaign = "Year End"\nwhere = { field = "Age", op = ">", value = "x" }', ""),
        ],
    )  # fmt: skip
    def test_what_the_database_refuses(self, connection, settings, tmp_path, manifest, statement):
        add_business(connection, "acme", "Year End")
        connection.execute(statement or "SELECT 1")
        path = tmp_path / "people.csv"
        path.write_text("Email,Phone,Team\nana@example.org,020 7946 0101,Red\nbo@example.org,,Blue\nana@example.org,,Red\n")
        (tmp_path / "people.csv.toml").write_text(manifest)
        try:
            record, outcome = self.both(connection, settings, path)
        except ManifestError:
            assert check_file(path, "US", None)["refused"]
            return
        self.assert_agree(record, outcome)

    def test_a_preview_names_changed_fields_campaigns_and_pairs(self, connection, settings, tmp_path):
        add_business(connection, "acme", "Year End", "Spring")
        upload(connection, tmp_path, "Email,Phone,First Name\nana@example.org,,Ana\nbo@example.org,212 555 0102,Bo\n", list="old")
        path = tmp_path / "people.csv"
        path.write_text(
            "Email,Phone,First Name,Last Name,Do Not Call,Age\nana@example.org,212 555 0101,Ana,Lee,,40\nbo@example.org,,Bo,Ng,yes,50\n"
            "cy@example.org,212 555 0103,Cy,Ro,,60\ndee@example.org,212 555 0103,Dee,Ro,,70\n"
        )
        (tmp_path / "people.csv.toml").write_text(
            '[[campaigns]]\ncampaign = "Year End"\n[[campaigns]]\ncampaign = "Spring"\n'
            'where = { custom_field = "Age", op = ">", value = 50 }\n'
        )
        record, outcome = self.both(connection, settings, path, update="fill")
        self.assert_agree(record, outcome)
        assert (record["leads_inserted"], record["leads_updated"]) == (2, 2)
        assert record["fields_changed"] == {"last_name": 2, "custom_fields": 2, "phone": 1, "timezone": 1, "do_not_call": 1}
        assert list(record["campaigns"]) == [
            {"campaign": name, "leads_joining": joining, "leads_already_in": 0, "leads_not_callable": 1, "leads_left_out": left_out}
            for name, joining, left_out in (("Spring", 2, 1), ("Year End", 3, 0))
        ]

    @pytest.mark.long
    def test_the_example_files_one_after_the_other(self, connection, settings, tmp_path):
        add_business(connection, "acme", "Year End", "Spring Gala")
        for example in sorted(EXAMPLES.glob("*.csv")):
            path = tmp_path / example.name
            path.write_bytes(example.read_bytes())
            path.with_name(f"{path.name}.toml").write_text('campaigns = ["Year End"]')
            record, outcome = self.both(connection, settings, path)
            self.assert_agree(record, outcome)
            assert record["rows_accepted"] > 100, example

    @pytest.mark.long
    def test_a_dry_run_is_a_check_of_an_import(self, henk, connection, tmp_path):
        add_business(connection, "acme", "Year End")
        path = tmp_path / "people.csv"
        path.write_text(LIKELY)
        options = ("--business", "acme", "--campaign", "Year End", "--priority", "3", "--update", "overwrite")
        shown = henk("import", path, *options, "--dry-run")
        assert (shown.returncode, "campaign 'Year End': 2 would join" in shown.stdout) == (0, True), shown
        assert connection.execute("SELECT count(*) FROM leads").fetchone() == (0,)
        record = json.loads(henk("import", path, *options, "--dry-run", "--json").stdout)
        loaded = json.loads(henk("import", path, *options, "--json").stdout)
        assert [record[name] for name in (*COUNTS, *LEADS)] == [loaded[name] for name in (*COUNTS, *LEADS)]
        assert henk("import", path, "--business", "acme", "--campaign", "None", "--dry-run").returncode == 2

    @pytest.mark.long
    def test_what_a_filter_cannot_compare_is_among_the_notes_of_check_and_import(self, henk, connection, tmp_path):
        """Also a custom field that nobody has: its name may be misspelt. `is_null` asks for just that."""
        add_business(connection, "acme", "Year End", "Spring", "Gala", "Fair")
        path = tmp_path / "people.csv"
        path.write_text('Email,Phone,Budget,Age\nana@example.org,212 555 0101,"$1,500",40\nbo@example.org,212 555 0102,900,50\n')
        (tmp_path / "people.csv.toml").write_text(
            "".join(
                f'[[campaigns]]\ncampaign = "{name}"\nwhere = {where}\n'
                for name, where in (
                    ("Year End", '{ custom_field = "Budget", op = ">=", value = 500 }'),
                    (
                        "Spring",
                        '{ any = [{ custom_field = "Bugdet", op = ">=", value = 500 }, { custom_field = "Age", op = ">", value = 1 }] }',
                    ),
                    ("Gala", '{ not = { custom_field = "Nothing", op = "is_null", value = true } }'),
                    ("Fair", '{ custom_field = "Agee", op = "is_null", value = false }'),
                )
            )
        )
        expected = [
            "The `where` of the campaign 'Year End' compares 'Budget' with a number: 1 of the file's leads has a text that is none, such as '$1,500', "
            "and is left out by it.",
            "The `where` of the campaign 'Spring' names the custom field 'Bugdet', which none of the file's leads has. Is it spelt as the column is?",
            "The `where` of the campaign 'Fair' names the custom field 'Agee', which none of the file's leads has. Is it spelt as the column is?",
        ]
        for arguments in (("check",), ("import", "--dry-run"), ("import",), ("import",)):
            shown = henk(arguments[0], path, "--business", "acme", *arguments[1:])
            assert shown.returncode == 0, shown
            assert [line.strip().removeprefix("note").strip() for line in shown.stdout.splitlines() if "`where`" in line] == expected
            record = json.loads(henk(arguments[0], path, "--business", "acme", *arguments[1:], "--json").stdout)
            assert [note for note in record["notes"] if "`where`" in note] == expected

    def test_check_changes_nothing(self, connection, settings, tmp_path):
        add_business(connection)
        (tmp_path / "people.csv").write_text(LIKELY)
        business = find_business(connection, "acme")
        with connect(settings) as own:
            check_file(tmp_path / "people.csv", "US", None, Target("US", business, own))
        for table in ("leads", "lead_lists", "lead_imports", "lead_merges", "suppressions"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        assert not settings.uploads.exists()

    @pytest.mark.long
    def test_exit_codes_and_words(self, henk, connection, tmp_path):
        add_business(connection, "acme", "Year End", "Over")
        connection.execute("UPDATE campaigns SET status = 'completed' WHERE name = 'Over'")
        path = tmp_path / "people.csv"
        path.write_text(FILES["all new"])
        shown = henk("check", path, "--business", "acme", "--campaign", "Year End")
        assert (shown.returncode, "2 new, 0 known already" in shown.stdout) == (0, True), shown.stderr
        for arguments, code in (
            (["--business", "nobody"], 2), (["--business", "acme", "--campaign", "None"], 2), (["--campaign", "Year End"], 2),
            (["--business", "acme", "--campaign", "Over"], 1),
        ):  # fmt: skip
            assert henk("check", path, *arguments).returncode == code, arguments
            if "--business" in arguments:
                assert henk("import", path, *arguments).returncode == code, arguments

    @pytest.mark.long
    @pytest.mark.parametrize("status", ["completed", "cancelled"])
    def test_a_file_that_was_imported_is_refused_for_a_campaign_that_has_ended(self, henk, connection, tmp_path, status):
        add_business(connection, "acme", "Over")
        connection.execute("UPDATE campaigns SET status = %s", [status])
        path = tmp_path / "people.csv"
        path.write_text(FILES["all new"])
        assert henk("import", path, "--business", "acme").returncode == 0
        for command in ("check", "import"):
            shown = henk(command, path, "--business", "acme", "--campaign", "Over")
            assert (shown.returncode, f"'Over' is {status}" in shown.stdout + shown.stderr) == (1, True), (command, shown)
            assert henk(command, path, "--business", "acme").returncode == 0

    @pytest.mark.long
    def test_the_commands_say_the_same_of_a_business_of_another_country(self, henk, connection, tmp_path):
        add_business(connection)
        connection.execute("UPDATE businesses SET default_country = 'GB'")
        path = tmp_path / "people.csv"
        path.write_text("Email,Phone\nana@example.org,020 7946 0101\nbo@example.org,020 7946 0102\nbad,212\nana@example.org,\n")
        (tmp_path / "people.csv.toml").write_text("max_rejected = 1.0")
        checked, loaded = (json.loads(henk(command, path, "--business", "acme", "--json").stdout) for command in ("check", "import"))
        assert [checked[name] for name in COUNTS] == [loaded[name] for name in COUNTS] == [4, 2, 1, 1]

    @pytest.mark.long
    def test_without_a_database_the_file_alone_is_checked(self, henk, tmp_path):
        path = tmp_path / "people.csv"
        path.write_text(FILES["duplicates by address"])
        shown = henk("check", path, "--business", "acme", "--json", HENK_DATABASE_URL="postgresql://x@127.0.0.1:1/x")
        assert (shown.returncode, "cannot be used" in shown.stderr) == (0, True), shown.stderr
        assert json.loads(shown.stdout)["rows_duplicate"] == 1
        assert henk("check", path, HENK_DATABASE_URL="postgresql://x@127.0.0.1:1/x").stderr == ""

    @pytest.mark.long
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO schema_migrations (version) VALUES ('20991231000000')",
            "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)",
        ],
    )
    def test_a_database_of_other_migrations_is_refused_as_an_import_refuses_it(self, henk, connection, tmp_path, statement):
        add_business(connection)
        connection.execute(statement)
        path = tmp_path / "people.csv"
        path.write_text(FILES["all new"])
        checked, loaded = (henk(command, path, "--business", "acme") for command in ("check", "import"))
        assert (checked.returncode, checked.stdout, checked.stderr) == (3, "", loaded.stderr)
        assert loaded.returncode == 3
        assert henk("check", path).returncode == 0


def check(*arguments, home):
    return subprocess.run(
        [HENK, "check", *map(str, arguments)], capture_output=True, text=True, env={**os.environ, "HENK_HOME": str(home)}, check=False
    )


@pytest.mark.parametrize(
    ("content", "manifest", "code"),
    [
        (FILES["all new"], None, 0),
        (FILES["some rejected"], None, 0),
        (FILES["most rejected"], None, 0),
        (FILES["all rejected"], None, 1),
        (FILES["all new"], "lists = 3", 1),
        (FILES["all new"], "list =", 1),
        (FILES["all new"], 'list_column = "Team"', 1),
    ],
)
def test_check_exits_1_for_what_import_refuses(tmp_path, content, manifest, code):
    path = tmp_path / "people.csv"
    path.write_text(content)
    if manifest:
        path.with_name("people.csv.toml").write_text(manifest)
    assert check(path, home=tmp_path / "home").returncode == code


def test_a_folder_without_files_is_a_usage_error(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "people.csv.toml").write_text("")
    result = check(tmp_path / "in", home=tmp_path / "home")
    assert (result.returncode, result.stdout) == (2, "")
    assert "holds no file to check" in result.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("given", "meant"), [("Germany", "DE"), ("deutschland", "DE"), ("UK", "GB"), ("USA", "US"), ("Germny", "DE"), ("XX", "")]
)
def test_a_country_that_is_no_iso_code_is_refused_with_the_code_that_may_be_meant(tmp_path, given, meant):
    path = tmp_path / "people.csv"
    path.write_text(FILES["all new"])
    result = check(path, "--default-country", given, home=tmp_path / "home")
    assert result.returncode == 2
    assert (f"did you mean {meant}?" if meant else "such as US or DE") in result.stderr.replace("\n", " ")
    assert check(path, "--default-country", "de", home=tmp_path / "home").returncode == 0


@pytest.mark.long
def test_the_command_line_takes_the_manifest_that_a_night_takes(connection, settings, tmp_path, henk):
    add_business(connection)
    for name in ("UPPER.CSV", "swap.csv"):
        (tmp_path / name).write_text("Email\nana@example.org\n")
    (tmp_path / "UPPER.CSV.TOML").write_text('list = "Gala"')
    (tmp_path / "swap.toml").write_text('list = "Gala"')
    assert check_file(tmp_path / "UPPER.CSV", "US", None)["error"] is None
    assert "rename that to swap.csv.toml" in check_file(tmp_path / "swap.csv", "US", None)["error"]
    assert henk("import", tmp_path / "UPPER.CSV", "--business", "acme").returncode == 0
    refused = henk("import", tmp_path / "swap.csv", "--business", "acme")
    assert (refused.returncode, "swap.csv.toml" in refused.stderr) == (2, True), refused.stderr
    assert connection.execute("SELECT name FROM lead_lists").fetchall() == [("Gala",)]
    shown = henk("doctor")
    assert "Left aside" not in shown.stdout
    (Path(settings.landing) / "loose.csv").touch()
    assert "loose.csv" in henk("doctor").stdout
