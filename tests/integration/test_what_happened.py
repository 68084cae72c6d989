"""What the UI shows of a night: refusals, each upload's own page, stale uploads, the operator's first page."""

import json
import sqlite3
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from henk_pipeline.definitions import defs
from henk_pipeline.orchestration.notifications import describe_failed_checks, describe_failure
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.run_planner import plan_runs
from henk_pipeline.orchestration.runs import open_instance, run_analytics, run_imports
from henk_pipeline.orchestration.sensors import launch_planned_runs
from henk_pipeline.postgres.connect import connect
from henk_pipeline.postgres.planned_runs import list_planned_runs
from henk_pipeline.settings import load_settings
from henk_pipeline.steps.discovery import discover_uploads
from henk_pipeline.uploads.fingerprint import parse_key
from tests.integration.uploading import add_business

CHAIN = ("uploads", "validated_leads", "rejected_rows", "upload_readings", "scored_leads", "lead_lists", "campaign_leads")
GOOD = "First Name,Last Name,Email,Phone\nQuirin,Zwackelmann,quirin@acme-mail.example,212 555 0142\nBo,Xu,not-bo-mail,\n"


@pytest.fixture
def land(settings, connection):
    """Two businesses; lands a file for one."""
    add_business(connection, "acme", "Year End")
    add_business(connection, "beta")

    def put(name, text=GOOD, manifest=None, business="acme"):
        folder = Path(settings.landing) / business
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        if manifest is not None:
            (folder / f"{name}.toml").write_text(manifest)

    return put


def run_night(settings, keys=None):
    """Run what a night finds, or these uploads; keys by file name, and the runs, newest first."""
    with open_instance(settings) as instance:
        before = {run.run_id for run in instance.get_runs()}
        if keys is None:
            with connect(settings) as connection:
                found = discover_uploads(settings, connection)
            batches = plan_runs(instance, settings, found.pending, found.limits)
        else:
            batches = [keys]
        for batch in batches:
            run_imports(defs, instance, batch, lambda *_: None)
        runs = [run for run in instance.get_runs() if run.run_id not in before]
        return [key for batch in batches for key in batch], runs, [describe_failed_checks(instance, run) for run in runs]


def metadata_of(settings, asset, key):
    with open_instance(settings) as instance:
        records = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[key]), limit=1
        ).records
    return records[0].asset_materialization.metadata


def evaluation_of(settings, run_id, name):
    with open_instance(settings) as instance:
        entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        (found,) = [data for entry in entries if (data := entry.dagster_event.asset_check_evaluation_data).check_name == name]
    return found


REFUSED = {
    "broken.csv": (GOOD, "list = \n", "manifest", "Correct the manifest"),
    "empty.csv": (b"", None, "The file is empty", "Correct the file"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n not a table", None, "PNG picture", "Correct the file"),
    "rows.csv": ("Email\nzork-one\nzork-two\n", None, "2 of 2 rows were rejected", "Send the report"),
    "campaign.csv": (GOOD, 'max_rejected = 1.0\n[[campaigns]]\ncampaign = "Gala"\n', "no campaign 'Gala'", "henk campaign add"),
}


def test_every_kind_of_refusal_is_red_reported_once_and_on_the_page_of_its_upload(settings, land, connection, henk):
    for name, (text, manifest, _, _) in REFUSED.items():
        land(name, text, manifest)
    land("nobody.csv", "Email\nq@unknown.example\n", business="gamma")
    land("good.csv", GOOD, "max_rejected = 0.9\n")
    expected = {**REFUSED, "nobody.csv": (None, None, "There is no business 'gamma'", "henk business add")}
    keys, (run,), (message,) = run_night(settings)
    by_file = {name: next(key for key in keys if parse_key(key).stem == name.partition(".")[0]) for name in [*expected, "good.csv"]}
    with open_instance(settings) as instance:
        assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.SUCCESS
        assert instance.get_run_by_id(run.run_id).tags["henk/outcome"] == "6 rejected, 1 partial"
        assert run.tags["henk/businesses"] == "acme, gamma"
        evaluations = [entry.dagster_event.asset_check_evaluation_data for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)]  # fmt: skip
    (check,) = [one for one in evaluations if one.check_name == "no_upload_was_refused"]
    assert (check.passed, check.severity, check.blocking) == (False, dg.AssetCheckSeverity.ERROR, False)
    rows = {record.data["file"]: record.data for record in check.metadata["Refused"].records}
    assert rows.keys() == expected.keys()
    for name, (_, _, reason, remedy) in expected.items():
        assert reason in rows[name]["reason"]
        assert remedy in rows[name]["what to do"]
        assert name in message
        assert reason in metadata_of(settings, "lead_lists", by_file[name])["Refused because"].value
        assert remedy in metadata_of(settings, "campaign_leads", by_file[name])["What to do"].value
    assert "Refused because" not in metadata_of(settings, "lead_lists", by_file["good.csv"])
    assert "good.csv" not in message.partition("few_rows_rejected")[0]

    # henk imports lists all of them, the unknown business's too.
    listed = {record["file_name"]: record for record in map(json.loads, henk("imports", "--json").stdout.splitlines())}
    assert listed.keys() == {*expected, "good.csv"}
    assert (listed["nobody.csv"]["business"], listed["nobody.csv"]["status"], listed["nobody.csv"]["id"]) == ("gamma", "rejected", None)
    assert "There is no business 'gamma'" in henk("imports").stdout

    # The same again, unchanged: red, and nobody is told again.
    _, _, (again,) = run_night(settings, keys)
    assert "no_upload_was_refused" not in again

    # One changes: it alone is told. One is mended: it is gone.
    add_business(connection, "gamma")
    land("broken.csv", GOOD, "lists = 7\n")
    _, runs, messages = run_night(settings)
    told = "\n".join(messages)
    assert "broken.csv" in told
    assert "nobody.csv" not in told
    assert "picture.csv" not in told.partition("few_rows_rejected")[0]
    left = {name for (name,) in connection.execute("SELECT file_name FROM henk.refused_uploads")}
    assert left == set(REFUSED)
    # Files that were received anew have a key of their own minute; the earlier refusal of the same bytes is not kept twice.
    assert len(runs) >= 1


@pytest.mark.long
def test_each_refusal_of_a_run_is_reported_however_many_there_are(settings, land, monkeypatch):
    monkeypatch.setenv("HENK_LOADERS", "1")  # one run of all of them
    load_settings.cache_clear()
    names = [f"empty{number:02}.csv" for number in range(53)]
    for name in names:
        land(name, b"")
    land("told.csv", GOOD, "lists = 7\n")
    _, (run,), (message,) = run_night(load_settings())
    assert [name for name in [*names, "told.csv"] if f"{name} of acme" not in message] == []
    assert message.count("The file is empty.") + message.count("has the reason") == len(names)
    # Dagster shows a description as Markdown: an item of a list each, and no `<file>`, which it would take for HTML.
    lines = evaluation_of(settings, run.run_id, "no_upload_was_refused").description.splitlines()
    assert lines[:2] == ["54 refused, of which 54 new or changed.", ""]
    assert [line for line in lines[2:] if not line.startswith("- ")] == []
    assert len(lines) == 56
    assert "<" not in message


@pytest.mark.long
def test_the_check_is_red_until_the_refused_upload_is_mended(settings, land):
    land("picture.csv", *REFUSED["picture.csv"][:2])
    run_night(settings)
    land("good.csv", GOOD, "max_rejected = 0.9\n")
    _, (run,), (message,) = run_night(settings)
    check = evaluation_of(settings, run.run_id, "no_upload_was_refused")
    assert not check.passed
    assert [record.data["file"] for record in check.metadata["Refused"].records] == ["picture.csv"]
    assert "picture.csv" not in message.partition("few_rows_rejected")[0]  # reported before
    land("picture.csv", GOOD.replace("@", "+2@"), "max_rejected = 0.9\n")
    _, (run,), _ = run_night(settings)
    assert evaluation_of(settings, run.run_id, "no_upload_was_refused").passed


@pytest.mark.long
def test_a_refused_file_that_is_moved_to_another_business_is_that_ones_alone(settings, land, connection, henk):
    land("unknown.csv", business="delta")
    run_night(settings)
    assert connection.execute("SELECT business FROM henk.refused_uploads").fetchall() == [("delta",)]
    landing = Path(settings.landing)
    (landing / "acme").mkdir()
    (landing / "delta" / "unknown.csv").rename(landing / "acme" / "unknown.csv")
    run_night(settings)
    assert connection.execute("SELECT count(*) FROM henk.refused_uploads").fetchone() == (0,)
    add_business(connection, "delta")
    run_night(settings)
    owners = "SELECT b.slug, count(*) FROM leads l JOIN businesses b ON b.id = l.business_id GROUP BY 1"
    assert connection.execute(owners).fetchall() == [("acme", 1)]


@pytest.mark.long
def test_a_refused_file_that_is_deleted_is_withdrawn_and_comes_again_when_it_is_put_back(settings, land, connection):
    land("picture.csv", *REFUSED["picture.csv"][:2])
    land("good.csv")
    run_night(settings)
    picture = Path(settings.landing) / "acme" / "picture.csv"
    kept = picture.read_bytes()
    picture.unlink()
    run_night(settings)
    assert connection.execute("SELECT count(*) FROM henk.refused_uploads").fetchone() == (0,)
    picture.write_bytes(kept)
    run_night(settings)
    assert connection.execute("SELECT file_name FROM henk.refused_uploads").fetchall() == [("picture.csv",)]


def test_an_upload_that_postgresql_cannot_judge_holds_up_no_other(settings, land, connection):
    # Received by a version whose manifests could hold U+0000.
    land("nul.csv")
    (key,), _, _ = run_night(settings)
    facts = settings.uploads / key / "upload.json"
    facts.write_text(facts.read_text().replace('"list_name": "nul"', '"list_name": "n\\u0000l"'))
    assert "u0000" in facts.read_text()
    connection.execute("UPDATE henk.landed_files SET settled = NULL")
    connection.commit()
    land("good.csv", business="beta")
    with open_instance(settings) as instance, connect(settings) as opened:
        pending = {upload.file_name for upload in discover_uploads(settings, opened).pending}
        assert instance is not None
    assert pending == {"nul.csv", "good.csv"}


@pytest.mark.long
def test_a_landing_folder_that_is_gone_or_empty_withdraws_nothing(settings, land, connection, henk, caplog):
    land("picture.csv", *REFUSED["picture.csv"][:2])
    run_night(settings)
    landing = Path(settings.landing)
    landing.rename(landing.with_name("away"))
    done = henk("nightly")
    assert (done.returncode, "The landing folder" in done.stderr, "Mount the share" in done.stderr) == (3, True, True), done.stderr
    landing.mkdir()
    run_night(settings)
    assert "Is its share mounted?" in caplog.text
    assert connection.execute("SELECT file_name FROM henk.refused_uploads").fetchall() == [("picture.csv",)]


def test_a_run_that_is_marked_as_failed_from_outside_is_reported_as_repeated(settings, land):
    land("good.csv")
    _, (run,), _ = run_night(settings)
    with open_instance(settings) as instance:
        instance.report_run_failed(run, "The process that worked on this run is gone.")
        title, text = describe_failure(instance, settings, run, "The process that worked on this run is gone.")
        assert ("failed" in title, "Nothing: what it has committed stays" in text) == (True, True), text
        job = instance.create_run_for_job(defs.resolve_job_def("build_analytics"))
        instance.report_run_failed(job, "gone")
        assert "launch the job again" in describe_failure(instance, settings, job, "gone")[1]


@pytest.mark.long
def test_a_night_without_a_daemon_takes_over_what_waits_in_its_queue(settings, land, henk):
    land("good.csv")
    with open_instance(settings) as instance, connect(settings) as connection:
        found = discover_uploads(settings, connection)
        (batch,) = plan_runs(instance, settings, found.pending, found.limits)
        tags = {"dagster/asset_partition_range_start": batch[0], "dagster/asset_partition_range_end": batch[-1]}
        location = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name="henk_pipeline.definitions"))
        origin = RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), "import_uploads")
        job = defs.resolve_job_def("import_uploads")
        status = dg.DagsterRunStatus.QUEUED
        queued = instance.create_run_for_job(job, status=status, tags=tags, remote_job_origin=origin)
    done = henk("nightly")
    assert (done.returncode, "loaded" in done.stdout or "partial" in done.stdout) in ((0, True), (1, True)), done.stderr
    with open_instance(settings) as instance:
        assert instance.get_run_by_id(queued.run_id).status == dg.DagsterRunStatus.CANCELED


@pytest.mark.long
def test_a_refusal_that_a_killed_run_did_not_report_is_reported_by_the_next(settings, land, connection):
    land("empty.csv", b"")
    keys, (run,), _ = run_night(settings)
    with open_instance(settings) as instance:
        instance.event_log_storage.delete_events(run.run_id)  # as if it had died between the two steps
    _, _, (message,) = run_night(settings, keys)
    assert "empty.csv" in message
    assert "empty.csv" not in run_night(settings, keys)[2][0]


@pytest.mark.long
def test_each_partition_shows_its_own_and_nobody_is_in_the_event_log(settings, land):
    beta = "First Name,Last Name,Email,Phone,Shoe\nLuitgard,Kneifel,luitgard@beta-mail.example,(212) 555-0177,wanda.wunder@x.example\nTorfstecher,,torf-kein-mail,notanumber-2125550188,\n"
    land("people.csv", GOOD, "max_rejected = 0.9\n")
    land("people.csv", beta, "max_rejected = 0.9\n", business="beta")
    land("wrong.csv", "Name,Email\nXaverl,xaverl-kaputt\n", business="beta")
    keys, (run,), _ = run_night(settings)
    with open_instance(settings) as instance:
        run_analytics(defs, instance, dashboard=True)
        events = [entry.dagster_event for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)]
    assert {(event.asset_key.to_user_string(), event.partition) for event in events} == {(asset, key) for asset in CHAIN for key in keys}
    own = {"acme": ("Quirin", "acme"), "beta": ("Luitgard", "beta")}
    for event in events:
        shown = str(event.step_materialization_data.materialization.metadata)
        other = "beta" if parse_key(event.partition).business == "acme" else "acme"
        for word in (*own[other], f"{other}-mail"):
            assert word not in shown, (event.asset_key, event.partition, word)
    # Nothing of a person anywhere in what Dagster keeps.
    words = ("quirin", "zwackelmann", "luitgard", "kneifel", "wanda", "torfstecher", "xaverl", "torf-kein", "not-bo", "555 0142", "5550142", "5550177", "5550188", "555-0177")  # fmt: skip
    for database in (settings.dagster_home).rglob("*.db"):
        with sqlite3.connect(database) as opened:
            dump = "\n".join(opened.iterdump()).lower()
        for word in words:
            assert word not in dump, (database, word)


def test_an_error_of_postgres_leaves_no_cell_in_the_event_log(settings, land, connection):
    connection.execute("ALTER TABLE leads ADD CONSTRAINT no_quirin CHECK (first_name <> 'Quirin')")
    land("people.csv", GOOD, "max_rejected = 0.9\n")
    with pytest.raises(Exception, match="no_quirin"):
        run_night(settings)
    for database in (settings.dagster_home).rglob("*.db"):
        with sqlite3.connect(database) as opened:
            dump = "\n".join(opened.iterdump()).lower()
        assert "quirin@acme" not in dump
        assert "zwackelmann" not in dump


@pytest.mark.long
def test_stale_uploads_are_counted_listed_and_derived_again(settings, land, connection, henk, tmp_path, monkeypatch):
    land("one.csv", "First Name,Email\nAna,ana@example.org\n")
    land("two.csv", "First Name,Email\nBo,bo@example.org\n", business="beta")
    keys, _, _ = run_night(settings)
    assert henk("stale", "--json").stdout == ""

    # Other weights by setting: every upload is stale; another country: those of the business.
    weights = tmp_path / "weights.toml"
    weights.write_text("[rating]\nhot = 71\n")
    listed = henk("stale", "--json", HENK_SCORING=str(weights))
    assert [json.loads(line)["upload"] for line in listed.stdout.splitlines()] == keys, listed.stderr
    connection.execute("UPDATE businesses SET default_country = 'DE' WHERE slug = 'beta'")
    assert [json.loads(line)["file_name"] for line in henk("stale", "--json").stdout.splitlines()] == ["two.csv"]
    assert "1 stale uploads" in henk("stale").stdout

    with open_instance(settings) as instance:
        checked = defs.resolve_job_def("check_freshness").execute_in_process(instance=instance)
        (check,) = [one for one in checked.get_asset_check_evaluations() if one.check_name == "no_upload_is_stale"]
        assert (check.passed, check.metadata["found"].value) == (False, 1)
        counted = defs.resolve_job_def("rederive_stale").execute_in_process(instance=instance)
        assert counted.success
        with dg.build_sensor_context(instance=instance, resources={"henk": Henk()}) as context:
            (request,) = launch_planned_runs(context)
        tags = request.tags
        assert tags["dagster/asset_partition_range_start"] == tags["dagster/asset_partition_range_end"] == keys[1]
        run_imports(defs, instance, [keys[1]], lambda *_: None)
    assert henk("stale", "--json").stdout == ""


def test_the_operators_tables_come_before_the_shipped_ones(settings, land, connection, tmp_path, monkeypatch):
    headers = tmp_path / "headers.toml"
    headers.write_text('[fields]\nfirst_name = ["Rufname des Gastes", "Company"]\n')
    monkeypatch.setenv("HENK_HEADERS", str(headers))
    load_settings.cache_clear()
    land("one.csv", "Company,Email\nAna,ana@example.org\n")
    run_night(load_settings())
    assert connection.execute("SELECT first_name, company FROM leads").fetchall() == [("Ana", None)]


@pytest.mark.parametrize(
    ("setting", "text", "message"),
    [
        ("HENK_SCORING", "[rating]\nhot = 1\n", "HENK_SCORING names"),
        ("HENK_SCORING", "[shoe]\n", "HENK_SCORING names"),
        ("HENK_HEADERS", "[fields]\nshoe = ['x']\n", "line 2: the key 'shoe' of [fields] is not known. Known keys: "),
        ("HENK_HEADERS", "[fields]\nemail = 7\n", "HENK_HEADERS names"),
        ("HENK_HEADERS", "not toml", "Correct the file or unset HENK_HEADERS"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(settings, henk, tmp_path, setting, text, message):
    path = tmp_path / "own.toml"
    path.write_text(text)
    result = henk("doctor", **{setting: str(path)})
    assert result.returncode == 3
    assert message in " ".join((result.stdout + result.stderr).split())


@pytest.mark.long
@pytest.mark.parametrize(
    ("setting", "text", "message"),
    [
        ("HENK_SCORING", "phon = 12\n", "line 1: the key 'phon' is not known."),
        ("HENK_HEADERS", "[field]\nemail = ['x']\n", "line 1: the key 'field' is not known."),
        ("HENK_MATCH_MODEL", "{}", "'trained_on' is missing."),
    ],
)
def test_nothing_is_launched_with_a_file_that_cannot_be_used(settings, land, connection, henk, tmp_path, setting, text, message):
    land("good.csv", GOOD, "max_rejected = 0.9\n")
    path = tmp_path / "own.toml"
    path.write_text(text)
    for command in (["nightly"], ["import", Path(settings.landing) / "acme" / "good.csv", "--business", "acme"], ["ui"]):
        result = henk(*command, **{setting: str(path)})
        assert (result.returncode, result.stdout) == (3, ""), result.stdout + result.stderr
        assert setting in result.stderr
        assert str(path) in result.stderr
        assert message in result.stderr
        assert "pydantic" not in result.stderr
        assert "Traceback" not in result.stderr
    assert connection.execute("SELECT count(*) FROM lead_imports").fetchone() == (0,)
    assert henk("nightly").returncode == 0
    assert "was killed" not in henk("doctor").stdout  # `henk ui` has ended by itself


@pytest.mark.long
def test_the_page_of_the_night_shows_what_an_operator_asks_first(settings, land, connection):
    land("good.csv", GOOD, "max_rejected = 0.9\n")
    land("<b>bad|x.csv", b"")
    land("nobody.csv", "Email\nq@unknown.example\n", business="gamma")
    run_night(settings)
    connection.execute("INSERT INTO henk.landed_files (file_location, business, signature, upload) VALUES ('x', 'acme', 's', 'acme_late_00000000_2026-11-22T0204')")  # fmt: skip
    with open_instance(settings) as instance:
        for job in ("build_analytics", "check_freshness"):
            done = defs.resolve_job_def(job).execute_in_process(instance=instance)
            (shown,) = done.asset_materializations_for_node("night")
            counts = {name: value.value for name, value in shown.metadata.items()}
            assert (counts["Files"], counts["Files loaded"], counts["Files refused"], counts["Files waiting"]) == (4, 1, 2, 1)
    assert [value for name, value in counts.items() if name.startswith("Refused: <b>bad|x.csv of acme")] == ["The file is empty."]
    page = counts["Night"]
    assert page.startswith("**1 loaded, 2 refused, 1 waiting** in the last 24 hours")
    assert f"| acme | &lt;b>bad\\|x.csv | [report](http://127.0.0.1:{settings.reports_port}/acme_b-bad-x_" in page
    assert "There is no business 'gamma'." in page
    assert "henk business add" in page
    assert "acme\\_late\\_00000000" in page
    assert "Quirin" not in page


@pytest.mark.long
def test_keys_of_an_older_home_keep_working(settings, land, connection):
    land("people.csv", GOOD, "max_rejected = 0.9\n")
    (key,), _, _ = run_night(settings)
    parts = parse_key(key)
    old = f"{parts.received}_{parts.business}_{parts.stem}_{parts.identity}"
    (settings.uploads / key).rename(settings.uploads / old)
    facts = settings.uploads / old / "upload.json"
    facts.write_text(facts.read_text().replace(key, old))
    connection.execute("UPDATE lead_imports SET upload = %s", [old])
    connection.execute("UPDATE henk.landed_files SET upload = %s", [old])
    with open_instance(settings) as instance:
        instance.delete_dynamic_partition("uploads", key)
    (Path(settings.landing) / "acme" / "people.csv").write_text(GOOD)  # written again with the same bytes
    assert run_night(settings)[0] == []
    (Path(settings.landing) / "acme" / "people.csv.toml").write_text('max_rejected = 0.9\nupdate = "overwrite"\n')
    assert run_night(settings)[0] == [old]
    assert connection.execute("SELECT count(*) FROM lead_imports").fetchone() == (1,)


@pytest.mark.long
def test_a_warning_stays_for_a_day_and_is_reported_by_the_run_that_loaded_the_upload(settings, land):
    land("half.csv", "Email\na@example.org\nzork\n", "max_rejected = 0.9\n")
    keys, (run,), (message,) = run_night(settings)
    assert "few_rows_rejected" in message
    land("clean.csv", "Email\nb@example.org\n")
    _, (run,), (message,) = run_night(settings)
    check = evaluation_of(settings, run.run_id, "few_rows_rejected")
    assert (check.passed, message) == (False, "")
    # A backfill that finds nothing left to do warns of nothing new, and its page shows the counts of the import.
    _, (run,), (message,) = run_night(settings, keys)
    assert message == ""
    shown = metadata_of(settings, "lead_lists", keys[0])
    assert (shown["Leads inserted"].value, shown["Leads unchanged"].value) == (1, 0)


@pytest.mark.long
@pytest.mark.parametrize(
    ("close", "reopen"),
    [
        ("UPDATE campaigns SET status = 'completed'", "UPDATE campaigns SET status = 'active'"),
        ("UPDATE lead_lists SET is_archived = true", "UPDATE lead_lists SET is_archived = false"),
    ],
)
def test_a_file_for_what_is_closed_waits_without_a_run_until_it_is_opened(settings, land, connection, close, reopen):
    land("good.csv", "Email\na@example.org\n", 'list = "Gala"\ncampaigns = ["Year End"]\n')
    run_night(settings)
    connection.execute(close)
    land("more.csv", "Email\nb@example.org\n", 'list = "Gala"\ncampaigns = ["Year End"]\n')
    (key,), _, (message,) = run_night(settings)
    assert "no lead joins it any more" in message
    assert run_night(settings) == ([], [], [])
    connection.execute(reopen)
    assert run_night(settings)[0] == [key]
    assert connection.execute("SELECT count(*) FROM campaign_leads").fetchone() == (2,)


@pytest.mark.long
def test_what_was_received_is_loaded_while_the_landing_folder_is_gone(settings, land, connection, henk):
    land("good.csv", GOOD, "max_rejected = 0.9\n")
    with connect(settings) as opened:
        assert len(discover_uploads(settings, opened).pending) == 1
    Path(settings.landing).rename(settings.home / "away")
    assert "is gone, from which 1 files were received" in " ".join(henk("doctor", COLUMNS="1000").stdout.split())
    with open_instance(settings) as instance:
        result = defs.resolve_job_def("plan_imports").execute_in_process(instance=instance, raise_on_error=False)
        assert not result.success
        with connect(settings) as opened:
            assert len(list_planned_runs(opened)) == 1
    connection.execute("DELETE FROM henk.planned_runs")
    ended = henk("nightly")
    assert ended.returncode == 3
    assert "is gone, from which 1 files were received" in ended.stdout + ended.stderr
    assert connection.execute("SELECT status FROM lead_imports").fetchone() == ("partial",)
    assert "is gone" in henk("nightly").stderr
