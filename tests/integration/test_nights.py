"""What a night finds, on a disk and in an object store, and what becomes of files that bring a run down."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import dagster as dg
import psycopg
import pytest
import s3fs
from moto.server import ThreadedMotoServer

from henk_pipeline.definitions import defs
from henk_pipeline.failures import InfrastructureError
from henk_pipeline.orchestration import assets, retry_policy
from henk_pipeline.orchestration.notifications import describe_failed_checks, describe_failure, report_problem
from henk_pipeline.orchestration.orphaned_runs import end_orphaned_runs
from henk_pipeline.orchestration.partitions import RANGE_END, RANGE_START, uploads_of_run
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.run_planner import plan_night, plan_runs
from henk_pipeline.orchestration.runs import open_instance, run_imports
from henk_pipeline.orchestration.sensors import at_once, died_batches, launch_planned_runs
from henk_pipeline.postgres import upload_attempts
from henk_pipeline.postgres.connect import connect
from henk_pipeline.postgres.planned_runs import claimed
from henk_pipeline.postgres.refusals import keep_refusal, list_refusals
from henk_pipeline.postgres.scores import keep_scoring
from henk_pipeline.settings import Settings, load_settings
from henk_pipeline.steps import intake
from henk_pipeline.steps.analytics import publish_analytics
from henk_pipeline.steps.discovery import discover_immediate, discover_uploads
from henk_pipeline.steps.rules import written_rules
from tests.conftest import HENK
from tests.integration.uploading import add_business

PEOPLE = "Email\na@example.org\nb@example.org\n"


@pytest.fixture
def acme(settings, connection):
    """The landing folder of a business."""
    add_business(connection, "acme", "Year End")
    folder = Path(settings.landing) / "acme"
    folder.mkdir(parents=True)
    return folder


def night(settings):
    """Names of the files that a night runs, each with its outcome."""
    outcomes = {}
    with connect(settings) as connection, open_instance(settings) as instance:
        found = discover_uploads(settings, connection)
        for batch in plan_runs(instance, settings, found.pending, found.limits):
            run_imports(defs, instance, batch, lambda _, upload, outcome: outcomes.update({upload: outcome} if outcome else {}))
    return {told["file"]: told for told in outcomes.values()}


def test_what_lies_there_as_it_was_is_not_even_read(settings, acme, monkeypatch):
    for name in ("one.csv", "two.csv"):
        (acme / name).write_text(PEOPLE.replace("@", f"@{name}."))
    assert night(settings).keys() == {"one.csv", "two.csv"}
    monkeypatch.setattr(intake, "receive", lambda *_: pytest.fail("it was read again"))
    assert night(settings) == {}


@pytest.mark.long
def test_a_file_that_arrives_again_does_what_a_person_expects(settings, acme, connection):
    add_business(connection, "beta")
    beta = acme.parent / "beta"
    beta.mkdir()
    (acme / "people.csv").write_text(PEOPLE)
    assert night(settings)["people.csv"]["leads_inserted"] == 2
    (acme / "people.csv").write_text(PEOPLE)  # written anew with the same bytes
    assert night(settings) == {}
    (acme / "people again.csv").write_text(PEOPLE)  # under another name: another list of the same people
    told = night(settings)
    assert (told["people again.csv"]["leads_inserted"], told["people again.csv"]["list"]) == (0, "people again")
    (beta / "people.csv").write_text(PEOPLE)  # of another business: its own people
    assert night(settings)["people.csv"]["leads_inserted"] == 2
    (acme / "people.csv").write_text(PEOPLE.replace("b@", "c@"))  # one byte changed: one more person on the same list
    told = night(settings)["people.csv"]
    assert (told["leads_inserted"], told["leads_unchanged"]) == (1, 1)
    assert connection.execute("SELECT l.name, l.lead_count FROM lead_lists l JOIN businesses b ON b.id = l.business_id WHERE b.slug = 'acme' ORDER BY 1").fetchall() == [("people", 3), ("people again", 2)]  # fmt: skip
    assert night(settings) == {}


@pytest.mark.long
def test_other_terms_of_a_campaign_in_the_manifest_reach_it_the_next_night(settings, acme, connection):
    (acme / "people.csv").write_text(PEOPLE)
    manifest = acme / "people.csv.toml"
    terms = "SELECT priority, max_attempts_override, filter_criteria FROM campaign_lead_lists"
    where = {"field": "email", "op": "contains", "value": "a@"}
    for told, expected in (
        ("", (1, None, None)),
        ("priority = 2\n", (2, None, None)),
        ("priority = 2\nmax_attempts_override = 5\n", (2, 5, None)),
        ("priority = 4\nmax_attempts_override = 5\nwhere = {field = 'email', op = 'contains', value = 'a@'}\n", (4, 5, where)),
        ("priority = 4\nmax_attempts_override = 5\n", (4, 5, None)),
        ("priority = 4\n", (4, None, None)),
    ):
        manifest.write_text(f'[[campaigns]]\ncampaign = "Year End"\n{told}')
        assert list(night(settings)) == ["people.csv"]
        assert connection.execute(terms).fetchall() == [expected]
        connection.commit()
        assert night(settings) == {}


def test_what_was_received_and_not_run_is_run_though_the_file_is_gone(settings, acme):
    (acme / "people.csv").write_text(PEOPLE)
    with connect(settings) as connection:
        assert [upload.file_name for upload in discover_uploads(settings, connection).pending] == ["people.csv"]
    (acme / "people.csv").unlink()
    assert night(settings)["people.csv"]["status"] == "loaded"
    assert night(settings) == {}


@pytest.mark.long
def test_a_campaign_that_is_added_later_lets_its_upload_in(settings, acme, connection):
    (acme / "people.csv").write_text(PEOPLE)
    (acme / "people.csv.toml").write_text('[[campaigns]]\ncampaign = "Gala"\n')
    assert "no campaign 'Gala'" in night(settings)["people.csv"]["error"]
    business = connection.execute("SELECT id FROM businesses").fetchone()[0]
    connection.execute("INSERT INTO campaigns (business_id, name) VALUES (%s, 'Gala')", [business])
    assert night(settings)["people.csv"]["campaign_leads_added"] == 2
    assert night(settings) == {}


@pytest.mark.long
@pytest.mark.parametrize("broken", ["list = Gala\n", 'list = "Gala"\nupdate = "never"\n', '[[campaigns]]\ncampaign = "Gala"\n'])
def test_a_file_whose_broken_manifest_is_deleted_is_tried_again(settings, acme, broken):
    (acme / "people.csv").write_text(PEOPLE)
    manifest = acme / "people.csv.toml"
    manifest.write_text(broken)
    assert night(settings)["people.csv"]["status"] == "rejected"
    assert night(settings) == {}
    manifest.unlink()
    assert night(settings)["people.csv"]["status"] == "loaded"
    assert night(settings) == {}


@contextmanager
def s3_server():
    """A real S3 server on loopback, with a bucket; yields a client."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port)
    server.start()
    try:
        client = boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/moto-api/reset", method="POST"))  # of a server before it
        client.create_bucket(Bucket="henk")
        yield client, f"http://127.0.0.1:{port}"
    finally:
        server.stop()


@pytest.fixture
def bucket(settings, connection, monkeypatch):
    """The landing folder is `s3://henk/landing`; gives a client and the settings."""
    with s3_server() as (client, url):
        for name, value in {
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1",
            "HENK_LANDING": "s3://henk/landing",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        load_settings.cache_clear()
        s3fs.S3FileSystem.clear_instance_cache()  # of another test, which had another server
        add_business(connection, "acme", "Year End")
        yield client, load_settings()
        load_settings.cache_clear()


@pytest.mark.long
def test_a_night_takes_in_what_lies_in_an_object_store(bucket, henk, tmp_path):
    client, settings = bucket

    def put(key, text):
        client.put_object(Bucket="henk", Key=f"landing/{key}", Body=text)

    put("acme/people.csv", PEOPLE)
    put("acme/people.csv.toml", 'list = "Gala guests"\n')
    put("acme/on its way.csv.part", PEOPLE)
    put("acme/deep/er.csv", PEOPLE)
    put("loose.csv", PEOPLE)
    put("Not a slug/x.csv", PEOPLE)
    unfinished = client.create_multipart_upload(Bucket="henk", Key="landing/acme/half.csv")
    client.upload_part(Bucket="henk", Key="landing/acme/half.csv", UploadId=unfinished["UploadId"], PartNumber=1, Body=PEOPLE)
    told = night(settings)
    assert {file: one["list"] for file, one in told.items()} == {"people.csv": "Gala guests"}
    assert night(settings) == {}
    put("acme/people.csv", PEOPLE)  # the same bytes, put again
    assert night(settings) == {}
    put("acme/people.csv", PEOPLE + "c@example.org\n")
    assert night(settings)["people.csv"]["leads_inserted"] == 1
    put("acme/people.csv.toml", 'list = "Gala guests"\nupdate = "overwrite"\n')
    assert night(settings).keys() == {"people.csv"}
    assert night(settings) == {}
    # and by hand, through the same folder
    (tmp_path / "mine.csv").write_text("Email\nme@example.org\n")
    assert henk("import", tmp_path / "mine.csv", "--business", "acme").returncode == 0
    assert client.get_object(Bucket="henk", Key="landing/acme/mine.csv")["Body"].read() == b"Email\nme@example.org\n"
    assert night(settings) == {}
    erased = json.loads(henk("erase", "me@example.org", "--business", "acme", "--yes", "--json").stdout)
    assert [name for name in erased["files_that_hold_the_person"] if "://" in name] == ["s3://henk/landing/acme/mine.csv"]


def test_an_object_written_moments_ago_waits(bucket, monkeypatch):
    client, settings = bucket
    client.put_object(Bucket="henk", Key="landing/acme/people.csv", Body=PEOPLE)
    with connect(settings) as connection:
        assert discover_uploads(settings.model_copy(update={"settle_seconds": 3600}), connection).pending == []
        assert len(discover_uploads(settings, connection).pending) == 1


def test_a_landing_folder_whose_store_is_not_installed_says_what_to_install(settings, connection):
    with connect(settings) as opened, pytest.raises(InfrastructureError, match=r"henk_pipeline\[s3\]"):
        discover_uploads(settings.model_copy(update={"landing": "gs://bucket/landing"}), opened)


def test_at_once_is_for_those_who_ask_for_it(settings, acme, connection):
    add_business(connection, "beta")
    (acme.parent / "beta").mkdir()
    for folder in (acme, acme.parent / "beta"):
        (folder / "people.csv").write_text(PEOPLE)
    with connect(settings) as opened, open_instance(settings) as instance:
        assert discover_immediate(settings, opened).pending == []
        (acme / ".at-once").touch()
        plan = plan_night(instance, settings, opened, discover_immediate)
        assert [["acme" in key for key in batch] for batch in plan.batches] == [[True]]
        assert discover_immediate(settings, opened).pending == []  # it has been asked for
        everybody = settings.model_copy(update={"at_once": ("*",)})
        assert [upload.business for upload in discover_immediate(everybody, opened).pending] == ["beta"]
        with dg.build_sensor_context(instance=instance, resources={"henk": Henk()}) as context:
            assert isinstance(at_once(context), dg.SkipReason)


def test_what_is_planned_or_under_way_is_not_planned_again(settings, acme):
    (acme / "people.csv").write_text(PEOPLE)
    with connect(settings) as connection, open_instance(settings) as instance:
        assert len(plan_night(instance, settings, connection, discover_uploads).batches) == 1
        assert plan_night(instance, settings, connection, discover_uploads).batches == []  # the daemon is about to launch it
        connection.execute("UPDATE henk.planned_runs SET planned_at = now() - interval '10 min'")
        (batch,) = plan_night(instance, settings, connection, discover_uploads).batches  # it did not: planned once more, not twice
        assert connection.execute("SELECT count(*) FROM henk.planned_runs").fetchone() == (1,)
        connection.execute("UPDATE henk.planned_runs SET planned_at = now() - interval '10 min'")
        connection.commit()
        tags = {RANGE_START: batch[0], RANGE_END: batch[-1]}
        instance.create_run_for_job(defs.resolve_job_def("import_uploads"), tags=tags, status=dg.DagsterRunStatus.NOT_STARTED)
        assert plan_night(instance, settings, connection, discover_uploads).batches == []


def test_a_process_that_runs_uploads_itself_keeps_planners_from_them_while_it_lives(settings, acme):
    (acme / "people.csv").write_text(PEOPLE)
    with connect(settings) as connection, open_instance(settings) as instance:
        (upload,) = discover_uploads(settings, connection).pending
        with connect(settings) as process, claimed(process, [upload.key]):
            assert plan_night(instance, settings, connection, discover_uploads).batches == []
        assert connection.execute("SELECT count(*) FROM henk.planned_runs").fetchone() == (0,)
        with connect(settings) as process:
            claimed(process, [upload.key]).__enter__()
            process.close()  # killed
        assert plan_night(instance, settings, connection, discover_uploads).batches == [[upload.key]]


# A `henk` in which reading a certain file does what a file must not be able to do.
BRITTLE = """
import os, sys, signal
from henk_pipeline.orchestration import assets
read = assets.validate_file
def validate_file(path, *rest, **more):
    if path.name.startswith("poison"):
        {fault}
    return read(path, *rest, **more)
assets.validate_file = validate_file
from henk_pipeline.cli import main
sys.argv = ["henk", "nightly", "--json"]
main()
"""


def brittle_night(fault):
    script = BRITTLE.format(fault=fault)
    return subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.long
def test_a_file_that_kills_the_process_is_found_by_halves_and_marked(settings, acme, connection):
    for name in ("a1", "a2", "a3", "z1", "z2", "z3"):
        (acme / f"{name}.csv").write_text(f"Email\n{name}@example.org\n")
    (acme / "poison.csv").write_text(PEOPLE)
    sizes = []
    for _ in range(10):
        ended = brittle_night("os.kill(os.getpid(), signal.SIGKILL)")
        if ended.returncode >= 0:
            break
        sizes.append(connection.execute("SELECT uploads FROM henk.upload_attempts WHERE upload LIKE '%%poison%%'").fetchone()[0])
    assert sizes == [7, 3, 1, 1]  # one death alone may have been bad luck
    assert ended.returncode == 0, ended.stderr
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (6,)
    status, error = connection.execute("SELECT status, error FROM lead_imports WHERE file_name = 'poison.csv'").fetchone()
    assert status == "rejected"
    assert "crashed 2 times" in error
    again = brittle_night("os.kill(os.getpid(), signal.SIGKILL)")
    assert (again.returncode, again.stdout) == (0, "")  # no night tries it again
    (acme / "poison.csv").write_text(PEOPLE + "c@example.org\n")  # but mended it is a new file
    assert night(settings)["poison.csv"]["status"] == "loaded"


@pytest.mark.long
def test_a_file_that_makes_a_step_fail_harms_nobody_else(settings, acme, connection):
    for number in range(4):
        (acme / f"good{number}.csv").write_text(f"Email\na{number}@example.org\n")
    (acme / "poison.csv").write_text(PEOPLE)
    ended = brittle_night("raise RuntimeError('cannot be')")
    told = {one["file"]: one for one in map(json.loads, ended.stdout.splitlines())}
    # It is not known to be the data's fault: the file stays pending, and runs alone until it can be loaded.
    assert ended.returncode == 3, ended.stderr
    assert {file: one["status"] for file, one in told.items()} == {**{f"good{n}.csv": "loaded" for n in range(4)}, "poison.csv": "failed"}
    assert "RuntimeError: cannot be" in told["poison.csv"]["error"]
    (acme / "another.csv").write_text("Email\nother@example.org\n")
    again = brittle_night("raise RuntimeError('cannot be')")
    told = {one["file"]: one["status"] for one in map(json.loads, again.stdout.splitlines())}
    assert (again.returncode, told) == (3, {"another.csv": "loaded", "poison.csv": "failed"})
    assert night(settings)["poison.csv"]["status"] == "loaded"
    assert connection.execute("SELECT status FROM lead_imports WHERE file_name = 'poison.csv'").fetchone() == ("loaded",)
    assert connection.execute("SELECT count(*) FROM henk.upload_attempts").fetchone() == (0,)


def run_planner(instance, request):
    """Run what a schedule or sensor asks for, as the daemon would."""
    return defs.resolve_job_def(request.job_name).execute_in_process(instance=instance, run_config=request.run_config, tags=request.tags)


def started_import(connection, path):
    """An import that has begun to load."""
    victim = subprocess.Popen([HENK, "import", str(path), "--business", "acme"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not connection.execute("SELECT 1 FROM henk.upload_attempts").fetchone():
        assert victim.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return victim


@pytest.mark.long
def test_a_run_whose_process_is_gone_is_ended_and_its_uploads_run_again(settings, acme, connection, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Email\n" + "".join(f"p{n}@example.org\n" for n in range(3000)))
    victim = started_import(connection, path)
    with open_instance(settings) as instance:
        assert end_orphaned_runs(instance, connection) == []  # it lives
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        with dg.build_sensor_context(instance=instance, resources={"henk": Henk()}) as context:
            request = died_batches(context)
        (run,) = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.STARTED  # a tick changes nothing
        assert run_planner(instance, request).success
        assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE
        with dg.build_sensor_context(instance=instance, resources={"henk": Henk()}) as context:
            assert isinstance(died_batches(context), dg.SkipReason)  # it is planned
            (launch,) = launch_planned_runs(context)
        keys = uploads_of_run(run, instance.get_dynamic_partitions("uploads"))
        assert [launch.tags[RANGE_START]] == [launch.tags[RANGE_END]] == keys
        run_imports(defs, instance, keys, lambda *_: None)
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (3000,)


@pytest.mark.long
def test_runs_of_one_business_wait_for_each_other_and_those_of_two_do_not(settings, acme, connection, henk, tmp_path):
    add_business(connection, "beta")
    business = connection.execute("SELECT id FROM businesses WHERE slug = 'acme'").fetchone()[0]
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    with psycopg.connect(settings.database_url.get_secret_value()) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"henk.load.{business}"])
        waiting = subprocess.Popen([HENK, "import", str(path), "--business", "acme"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert henk("import", path, "--business", "beta").returncode == 0
        assert waiting.poll() is None
        assert connection.execute("SELECT count(*) FROM leads WHERE business_id = %s", [business]).fetchone() == (0,)
    assert waiting.wait(timeout=60) == 0
    assert connection.execute("SELECT count(*) FROM leads WHERE business_id = %s", [business]).fetchone() == (2,)


@pytest.mark.parametrize("code", ["40P01", "40001", "57P01"])
def test_a_deadlock_a_serialization_failure_and_a_restart_heal(settings, acme, connection, code):
    """Raised by the server itself, three times, where leads are written."""
    connection.execute("CREATE SEQUENCE failures")
    connection.execute(
        f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('failures') <= 3 THEN RAISE 'made to' USING ERRCODE = '{code}'; "
        "END IF; RETURN NULL; END $$"
    )
    connection.execute("CREATE TRIGGER fail AFTER INSERT ON leads FOR EACH STATEMENT EXECUTE FUNCTION fail()")
    (acme / "people.csv").write_text(PEOPLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retry_policy, "FIRST_WAIT_SECONDS", 0.05)
        assert night(settings)["people.csv"]["leads_inserted"] == 2
    with open_instance(settings) as instance:
        (run,) = instance.get_runs()
        retries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_UP_FOR_RETRY)
    assert len(retries) == 3


def checks_of(instance, settings=None, names=None):
    """Run checks by themselves; name → evaluation."""
    keys = {key for key in defs.resolve_asset_graph().asset_check_keys if names is None or key.name in names}
    job = defs.resolve_implicit_global_asset_job_def().get_subset(asset_selection=set(), asset_check_selection=keys)
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    return {told.check_name: told for told in result.get_asset_check_evaluations()}, result


def checked_in(instance, run):
    """What the checks of a run found; name → evaluation."""
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    return {told.check_name: told for told in (event.dagster_event.asset_check_evaluation_data for event in events)}


def test_checks_of_a_good_night_pass_and_each_finds_what_it_looks_for(settings, acme, connection):
    (acme / "people.csv").write_text("Email,Phone\n" + "".join(f"p{n}@example.org,212555{n:04d}\n" for n in range(100, 120)))
    (acme / "people.csv.toml").write_text('[[campaigns]]\ncampaign = "Year End"\n')
    night(settings)
    with open_instance(settings) as instance:
        (run,) = instance.get_runs()
        told = {name: evaluation.passed for name, evaluation in checked_in(instance, run).items()}
        assert told == dict.fromkeys(("rows_add_up", "no_upload_was_refused", "few_rows_rejected", "few_rows_duplicate", "lists_count_their_members", "nobody_suppressed_is_called", "values_can_be_published", "scores_are_as_usual"), True)  # fmt: skip
        assert describe_failed_checks(instance, run) == ""
        connection.execute(
            "ALTER TABLE lead_list_members DISABLE TRIGGER USER; ALTER TABLE leads DISABLE TRIGGER USER; ALTER TABLE lead_import_rows DISABLE TRIGGER USER"
        )
        connection.execute("DELETE FROM lead_list_members WHERE lead_id = (SELECT min(lead_id::text)::uuid FROM lead_list_members)")
        connection.execute("UPDATE leads SET do_not_call = true WHERE email = 'p110@example.org'")
        # And the fingerprint that is left of somebody who was erased.
        connection.execute(
            "ALTER TABLE suppressions DISABLE TRIGGER USER; INSERT INTO suppressions (business_id, channel, value, reason, source) "
            "SELECT business_id, 'phone', henk.fingerprint(business_id, phone), 'erased', 'x' FROM leads WHERE email = 'p111@example.org'; "
            "ALTER TABLE henk.erasures DISABLE TRIGGER USER; INSERT INTO henk.erasures (business_id, channel, fingerprint) "
            "SELECT business_id, channel, value FROM suppressions WHERE reason = 'erased'"
        )
        connection.execute("DELETE FROM lead_import_rows WHERE line_number = 5")
        connection.execute(
            "INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status, rows_read, rows_rejected, "
            "rows_accepted, leads_inserted, rows_duplicate) SELECT id, 'u', 'bad.csv', 1, repeat('a', 64), 'x', '', 'partial', 10, 3, 3, 3, 4 FROM businesses"
        )
        for days in range(10, 20):
            connection.execute(
                "INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status, started_at) "
                "SELECT id, 'd' || %(d)s, 'x', 1, md5(%(d)s::text) || md5(%(d)s::text), 'x', '', 'loaded', now() - make_interval(days => %(d)s) FROM businesses",
                {"d": days},
            )
        connection.execute(
            "UPDATE lead_imports SET started_at = started_at - interval '10 days' WHERE started_at > now() - interval '1 day'"
        )
        found, result = checks_of(instance)
        failed = {name for name, told in found.items() if not told.passed}
        assert failed == {"rows_add_up", "few_rows_rejected", "few_rows_duplicate", "lists_count_their_members", "nobody_suppressed_is_called", "business_is_silent"}  # fmt: skip
        assert found["few_rows_rejected"].severity == dg.AssetCheckSeverity.WARN
        assert found["nobody_suppressed_is_called"].blocking
        assert found["rows_add_up"].blocking
        assert "campaign Year End, leads 2" in found["nobody_suppressed_is_called"].description
        assert "bad.csv" in describe_failed_checks(instance, instance.get_run_by_id(result.run_id))


def test_scores_unlike_those_of_the_nights_before_are_told(settings, acme, connection):
    for days in range(1, 7):
        connection.execute(
            "INSERT INTO leads (business_id, email, lead_score, created_at) SELECT id, n || 'd' || %(days)s || '@example.org', 80, "
            "now() - make_interval(days => %(days)s) FROM businesses, generate_series(1, 20) n",
            {"days": days},
        )
    with connect(settings) as building:
        publish_analytics(building, settings)
    (acme / "people.csv").write_text("Email\n" + "".join(f"p{n}@example.org\n" for n in range(20)))
    night(settings)
    with open_instance(settings) as instance:
        (run,) = instance.get_runs()
        told = checked_in(instance, run)["scores_are_as_usual"]
    assert not told.passed
    assert told.severity == dg.AssetCheckSeverity.WARN
    assert "over 6 nights 80.0, give or take 5.0" in told.description
    assert told.metadata["people"].value == 20


@contextmanager
def webhook(answers=()):
    """A real HTTP server on loopback that keeps what is posted to it; the first answers are as told."""
    kept, answers = [], list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            kept.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/henk", kept
    server.shutdown()


@pytest.mark.long
def test_a_failed_run_is_told_with_upload_reason_and_remedy(settings, acme, connection):
    (acme / "people.csv").write_text(PEOPLE)
    connection.execute("REVOKE ALL ON leads FROM PUBLIC")
    connection.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'No space left on device' USING ERRCODE = '53100'; END $$"
    )
    connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON leads FOR EACH STATEMENT EXECUTE FUNCTION full_disk()")
    with open_instance(settings) as instance, webhook(answers=[500]) as (url, kept):
        with pytest.raises(Exception, match="No space left"):
            night(settings)
        (run,) = instance.get_runs()
        title, text = describe_failure(instance, settings, run, "it failed")
        report_problem(settings.model_copy(update={"notify": (url, "http://127.0.0.1:1/nobody")}), title, text)
    assert len(kept) == 2  # refused once, sent again
    assert kept[0] == kept[1]
    assert kept[0]["title"] == "import_uploads failed"
    for said in ("people.csv of acme", "lead_lists: No space left on device", "Make room on the disk", run.run_id):
        assert said in kept[0]["message"]
    # Of the surroundings, not of the file: the next night runs it in the same batch.
    assert connection.execute("SELECT count(*) FROM henk.upload_attempts").fetchone() == (0,)


@pytest.mark.long
def test_a_night_on_the_command_line_reports_to_henk_notify(henk, acme, connection):
    (acme / "people.csv").write_text(PEOPLE)
    (acme / "void.csv").write_bytes(b"")
    with webhook() as (url, kept):
        assert henk("nightly", HENK_NOTIFY=url).returncode == 1
        assert [one["title"] for one in kept if "void.csv of acme: The file is empty." in one["message"]] == [
            "Checks failed in import_uploads"
        ]
        refused = len(kept)
        assert henk("nightly", HENK_NOTIFY=url).returncode == 0
        assert len(kept) == refused  # reported before
        connection.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'No space left' USING ERRCODE = '53100'; END $$"
        )
        connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON leads FOR EACH STATEMENT EXECUTE FUNCTION full_disk()")
        (acme / "more.csv").write_text(PEOPLE.replace("@", "+more@"))
        assert henk("nightly", HENK_NOTIFY=url).returncode == 3
        assert kept[refused]["title"] == "import_uploads failed"
        assert "more.csv of acme" in kept[refused]["message"]
        assert "Make room on the disk" in kept[refused]["message"]


@pytest.mark.parametrize("where", ["add_run_tags", "begin_attempts"])
def test_an_interrupt_right_after_the_record_of_a_run_blames_no_upload(settings, acme, connection, monkeypatch, where):
    (acme / "people.csv").write_text(PEOPLE)
    with connect(settings) as opened, open_instance(settings) as instance:
        found = discover_uploads(settings, opened)
        (batch,) = plan_runs(instance, settings, found.pending, found.limits)

        def interrupt(*arguments, **options):
            original(*arguments, **options)
            raise KeyboardInterrupt

        place = (dg.DagsterInstance, where) if where == "add_run_tags" else (upload_attempts, where)
        original = getattr(*place)
        with monkeypatch.context() as patch:
            patch.setattr(*place, interrupt)
            with pytest.raises((KeyboardInterrupt, Exception)):
                run_imports(defs, instance, batch, lambda *_: None)
    assert connection.execute("SELECT count(*) FROM henk.upload_attempts").fetchone() == (0,)
    assert night(settings)["people.csv"]["leads_inserted"] == 2


def test_upkeep_removes_what_is_old_and_keeps_the_history(settings, acme, connection):
    (acme / "people.csv").write_text(PEOPLE)
    night(settings)
    for upload, age in (("2020-01-01T0200_acme_gone_00000000", 9999), ("2020-01-01T0200_acme_new_00000000", 0)):
        keep_refusal(
            connection, dict.fromkeys(("file_name", "list_name", "reason", "state", "run_id"), "x") | {"upload": upload, "business": "acme"}
        )
        connection.execute(
            "UPDATE henk.refused_uploads SET last_refused_at = now() - %s * interval '1 day' WHERE upload = %s", [age, upload]
        )
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("uploads", ["2020-01-01T0200_acme_old_00000000", "2026-11*"])
        old = settings.staging / "lead_lists" / "2020-01-01T0200_acme_old_00000000.parquet"
        old.touch()
        os.utime(old, (0, 0))
        incoming = settings.uploads / ".incoming" / "0123456789abcdef"
        (incoming / "original").mkdir(parents=True)
        begun = [
            incoming,
            *(folder / ".0123456789abcdef" for folder in (acme, old.parent)),
            settings.analytics.with_name(".lead_quality-01234567.parquet"),
        ]
        settings.analytics.parent.mkdir(exist_ok=True)
        for path in begun[1:]:
            path.touch()
        for path in begun[:-1]:
            os.utime(path, (0, 0))
        assert defs.resolve_job_def("maintenance").execute_in_process(instance=instance).success
        left = instance.get_dynamic_partitions("uploads")
    assert not old.exists()
    assert [path.exists() for path in begun] == [False, False, False, True]  # the last may still be written
    assert len(left) == 1  # also what somebody has typed into the dialog is gone
    assert len(list(settings.staging.glob("*/*.parquet"))) == 7
    assert connection.execute("SELECT count(*) FROM lead_imports").fetchone() == (1,)
    assert [refusal.upload for refusal in list_refusals(connection)] == ["2020-01-01T0200_acme_new_00000000"]
    assert night(settings) == {}


def test_settings_of_nights_are_checked():
    assert Settings(at_once="acme, beta gamma").at_once == ("acme", "beta", "gamma")
    with pytest.raises(ValueError, match="IANA time zone"):
        Settings(timezone="Mars/Olympus")


@pytest.mark.long
def test_a_backfill_under_other_rules_loads_anew_and_keeps_what_campaigns_have_done(settings, acme, connection, monkeypatch):
    (acme / "people.csv").write_text("Email,Phone,First Name\na@example.org,2125550101,Ana\nb@example.org,2125550102,Bo\n")
    (acme / "people.csv.toml").write_text('[[campaigns]]\ncampaign = "Year End"\n')
    night(settings)
    connection.execute(
        "UPDATE campaign_leads SET status = 'converted', converted_at = now() WHERE lead_id = (SELECT id FROM leads WHERE first_name = 'Ana')"
    )
    connection.execute("UPDATE leads SET do_not_call = true WHERE first_name = 'Bo'")
    calls = connection.execute("SELECT lead_id, status, converted_at FROM campaign_leads ORDER BY 1").fetchall()
    key, business = connection.execute("SELECT upload, business_id FROM lead_imports").fetchone()
    keep_scoring(connection, business, {"reachability": {"phone": 1}})
    monkeypatch.setattr(assets, "rules_digest", lambda *_: "as of today")
    with open_instance(settings) as instance:
        run_imports(defs, instance, [key], lambda *_: None)
    assert connection.execute("SELECT lead_id, status, converted_at FROM campaign_leads ORDER BY 1").fetchall() == calls
    assert connection.execute("SELECT rules FROM lead_imports").fetchone() == ("as of today",)
    assert connection.execute("SELECT do_not_call FROM leads WHERE first_name = 'Bo'").fetchone() == (True,)


def test_what_was_made_under_other_rules_is_stale():
    graph = defs.resolve_asset_graph()
    derived = ("validated_leads", "rejected_rows", "upload_readings", "scored_leads", "lead_lists", "campaign_leads")
    assert {graph.get(dg.AssetKey(name)).code_version for name in derived} == {written_rules()[:12]}
