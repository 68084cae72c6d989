"""The assets, run by a real Dagster instance on real files."""

import dagster as dg
import duckdb
import polars as pl
import pytest

from henk_pipeline.analytics.publish import NothingPublishedError, query
from henk_pipeline.definitions import defs
from henk_pipeline.orchestration import retry_policy
from henk_pipeline.orchestration.partitions import batches
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.run_planner import plan_runs
from henk_pipeline.orchestration.runs import RunFailedError, open_instance, run_analytics, run_imports
from henk_pipeline.orchestration.sensors import analytics_follow_changes, scores_follow_outcomes
from henk_pipeline.postgres.connect import connect
from henk_pipeline.settings import load_settings
from henk_pipeline.steps.discovery import discover_uploads
from henk_pipeline.uploads.landing import land
from tests.integration.uploading import add_business

CHAIN = {"uploads", "validated_leads", "rejected_rows", "upload_readings", "scored_leads", "lead_lists", "campaign_leads"}
TABLES = {
    "dim_business", "dim_campaign", "dim_lead_list", "dim_lead", "bridge_lead_list_member", "bridge_campaign_lead_list", "fct_campaign_lead",
    "fct_import", "fct_rejection", "campaign_list_performance", "lead_quality_distribution", "list_reusability", "campaign_funnel",
    "lead_source_performance", "list_performance_score", "import_quality", "duplicate_summary", "contactability", "suppression_summary",
    "cohort_retention", "fct_list_event", "fct_list_membership", "list_movement", "segment_engagement",
}  # fmt: skip


def test_the_assets_a_dagster_user_expects_are_there_and_described():
    graph = defs.resolve_asset_graph()
    names = {key.to_user_string() for key in graph.get_all_asset_keys()}
    assert names == CHAIN | TABLES | {"lead_scores", "sent_lists", "smart_lists", "dashboard", "night"}
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description
        assert node.owners == ["team:henk"]
        assert node.kinds
        assert node.group_name in {"intake", "leads", "analytics", "night"}
        assert (node.partitions_def is not None) == (key.to_user_string() in CHAIN)
        assert node.partitions_def is None or node.backfill_policy.policy_type.name == "MULTI_RUN"
    assert {job.name for job in defs.resolve_all_job_defs() if not job.name.startswith("__")} == {
        "import_uploads",
        "rescore",
        "read_sent_lists",
        "refresh_lists",
        "build_analytics",
        "check_freshness",
        "maintenance",
        "rederive_stale",
        "plan_imports",
    }


@pytest.fixture
def landing(settings, connection, tmp_path):
    """Lands a file of this text for `acme`."""
    add_business(connection, "acme", "Year End")

    def put(name, text, manifest=None, business="acme"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return land(path, business, settings.landing, manifest)

    return put


def plan_night(instance, settings):
    """Keys of the uploads a night would run, a list a run."""
    with connect(settings) as connection:
        found = discover_uploads(settings, connection)
    return plan_runs(instance, settings, found.pending, found.limits)


def run_night(settings):
    """Keys of the uploads that were run, the asset of each step reported, and the outcomes by key."""
    steps, outcomes = set(), {}

    def listen(asset, upload, outcome):
        steps.add(asset)
        if outcome is not None:
            outcomes[upload] = outcome

    with open_instance(settings) as instance:
        planned = plan_night(instance, settings)
        for batch in planned:
            run_imports(defs, instance, batch, listen)
    return [key for batch in planned for key in batch], steps, outcomes


def test_a_night_runs_every_upload_in_one_run_and_a_bad_file_harms_nobody(settings, connection, landing):
    landing("good.csv", "Email\na@example.org\nb@example.org\n", '[[campaigns]]\ncampaign = "Year End"\n')
    landing("picture.csv", b"\x89PNG not a table")
    landing("broken manifest.csv", "Email\nc@example.org\n", "list = \n")
    landing("other.csv", "Name;Phone\nBo;212-555-0101\n")
    landing("for nobody.csv", "Email\nd@example.org\n", business="unknown")
    keys, steps, outcomes = run_night(settings)
    assert len(keys) == 5
    assert steps == {"validated_leads", "scored_leads", "lead_lists", "campaign_leads"}
    outcomes = {told["file"]: told for told in outcomes.values()}
    assert {file: told["status"] for file, told in outcomes.items()} == {
        "good.csv": "loaded", "picture.csv": "rejected", "broken manifest.csv": "rejected", "other.csv": "loaded", "for nobody.csv": "rejected",
    }  # fmt: skip
    assert "PNG picture" in outcomes["picture.csv"]["error"]
    assert "not valid TOML" in outcomes["broken manifest.csv"]["error"]
    assert "no business 'unknown'" in outcomes["for nobody.csv"]["error"]
    assert outcomes["good.csv"]["campaign_leads_added"] == 2
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (3,)
    with open_instance(settings) as instance:
        assert len(instance.get_runs()) == 1
        for asset in CHAIN:
            assert instance.get_materialized_partitions(
                next(k for k in defs.resolve_asset_graph().get_all_asset_keys() if k.to_user_string() == asset)
            ) == set(keys)


@pytest.mark.long
def test_the_next_night_runs_only_what_is_new_or_told_anew(settings, landing):
    landing("a.csv", "Email\na@example.org\n")
    first, _, _ = run_night(settings)
    assert run_night(settings)[0] == []
    landing("b.csv", "Email\nb@example.org\n")
    assert [key.split("_")[1] for key in run_night(settings)[0]] == ["b"]
    landing("a.csv", "Email\na@example.org\n", 'update = "overwrite"\n')
    assert run_night(settings)[0] == first
    assert run_night(settings)[0] == []


def test_metadata_tells_an_operator_what_happened_to_each_upload(settings, landing, monkeypatch):
    monkeypatch.setenv("HENK_REPORTS_URL", "https://henk.example/reports/")
    load_settings.cache_clear()
    landing("a.csv", "Email,Name\na@example.org,Ana | <b>Lima</b>\nbad,Bo\n", "max_rejected = 0.9\n")
    (key,), _, outcomes = run_night(settings)
    with open_instance(settings) as instance:
        record = instance.get_latest_materialization_event(
            next(k for k in defs.resolve_asset_graph().get_all_asset_keys() if k.to_user_string() == "lead_lists")
        )
        told = {name: value.value for name, value in record.asset_materialization.metadata.items()}
        assert (told["Status"], told["Rows read"], told["Rows rejected"], told["dagster/partition_row_count"]) == ("partial", 2, 1, 1)
        assert told["Report"] == f"https://henk.example/reports/{key}/report.html"
        validated = instance.get_latest_materialization_event(
            next(k for k in defs.resolve_asset_graph().get_all_asset_keys() if k.to_user_string() == "validated_leads")
        )
        preview = validated.asset_materialization.metadata["Preview"].value
    assert "…@example.org" in preview
    assert "| A… |" in preview
    assert "Ana" not in preview
    assert outcomes[key]["rejected_file"].endswith("a.rejected.csv")


def test_an_import_refuses_few_rows_by_the_share_that_a_check_takes(settings, landing):
    """The manifest on its way through the assets had every key set, so that a quarter of eight rows refused a file that `henk check` took."""
    content = "Email\n" + "".join(f"a{number}@example.org\n" for number in range(5)) + "bad\n" * 3
    landing("few.csv", content)
    landing("strict.csv", content, "max_rejected = 0.25\n")
    keys, _, outcomes = run_night(settings)
    assert {key.split("_")[1]: outcomes[key]["status"] for key in keys} == {"few": "partial", "strict": "rejected"}


def test_what_stands_between_assets_is_parquet_a_file_an_upload(settings, landing):
    landing("a.csv", "Email\na@example.org\n")
    landing("b.csv", "Email\nbad\n")
    keys, _, _ = run_night(settings)
    for asset in CHAIN:
        assert {path.stem for path in (settings.staging / asset).glob("*.parquet")} == set(keys)
    valid = pl.scan_parquet(settings.staging / "validated_leads" / "*.parquet").collect()
    assert valid["email"].to_list() == ["a@example.org"]


def test_a_database_that_is_gone_fails_the_run_and_says_so(settings, landing, monkeypatch):
    landing("a.csv", "Email\na@example.org\n")
    with open_instance(settings) as instance:
        (batch,) = plan_night(instance, settings)
        monkeypatch.setattr(settings, "database_url", type(settings.database_url)("postgresql://nobody@127.0.0.1:1/none"))
        monkeypatch.setattr(retry_policy, "FIRST_WAIT_SECONDS", 0.01)
        with pytest.raises(RunFailedError, match="PostgreSQL at .* cannot be reached"):
            run_imports(defs, instance, batch, lambda *_: None)


@pytest.mark.long
def test_the_analytics_are_published_whole_while_somebody_reads(settings, connection, landing):
    with pytest.raises(NothingPublishedError, match="henk nightly"):
        query(settings.analytics, "SELECT 1")
    landing("a.csv", "Email,Phone\na@example.org,2125550101\n", '[[campaigns]]\ncampaign = "Year End"\n')
    run_night(settings)
    with open_instance(settings) as instance:
        run_analytics(defs, instance)
        with duckdb.connect(str(settings.analytics), read_only=True) as reader:
            connection.execute("UPDATE leads SET lead_score = 99, quality_rating = 'hot'")
            run_analytics(defs, instance)
            assert reader.execute("SELECT quality_rating, count FROM lead_quality_distribution").fetchall() == [("unrated", 1)]
    assert query(settings.analytics, "SELECT business, quality_rating, count, avg_score FROM lead_quality_distribution")[1] == [
        ("acme", "hot", 1, 99.0)
    ]
    assert query(settings.analytics, "SELECT name, total_leads, contacted_leads, conversion_rate FROM campaign_list_performance")[1] == [
        ("a", 1, 0, None)
    ]
    assert query(settings.analytics, "SELECT name, campaigns_used_in, total_conversions FROM list_reusability")[1] == [("a", 1, 0)]
    assert {row[0] for row in query(settings.analytics, "SELECT table_name FROM build_info")[1]} == TABLES
    assert sorted(path.name for path in settings.analytics.parent.iterdir()) == [".henk.duckdb.lock", "henk.duckdb", "history", "versions"]


@pytest.mark.long
def test_dagster_shows_columns_and_where_they_come_from_and_skips_what_did_not_change(settings, connection, landing):
    landing("a.csv", "Email,Phone\na@example.org,2125550101\n", '[[campaigns]]\ncampaign = "Year End"\n')
    run_night(settings)
    with open_instance(settings) as instance:
        run_analytics(defs, instance)
        told = instance.get_latest_materialization_event(dg.AssetKey("campaign_funnel")).asset_materialization.metadata
        schema = {column.name: column for column in told["dagster/column_schema"].value.columns}
        assert (schema["conversion_rate"].type, schema["conversion_rate"].description) == ("DOUBLE", "converted of contacted")
        lineage = told["dagster/column_lineage"].value.deps_by_column
        assert [(dep.asset_key.to_user_string(), dep.column_name) for dep in lineage["converted"]] == [("fct_campaign_lead", "status")]
        leads = instance.get_latest_materialization_event(dg.AssetKey("dim_lead")).asset_materialization.metadata
        assert "a@example.org" not in leads["preview"].value
        connection.execute("UPDATE campaigns SET budget = 5")
        run_analytics(defs, instance, dashboard=True)
        run = instance.get_runs(limit=1)[0]
        events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        done = {event.dagster_event.asset_key.to_user_string() for event in events}
        # What a transaction of another database of the server overlapped counts as written since; most tables are left alone all the same.
        assert done >= {"dim_campaign", "dashboard", "night"}
        assert len(done) <= 6, done
        assert run.is_success
    assert "Leads and campaigns" in (settings.analytics.parent / "dashboard.html").read_text()


def test_the_customers_three_queries_give_the_same_in_postgres(settings, connection, landing):
    landing(
        "a.csv",
        "Email,Phone\n" + "".join(f"p{n}@example.org,(212) 555-01{n:02d}\n" for n in range(20)),
        '[[campaigns]]\ncampaign = "Year End"\n',
    )
    run_night(settings)
    connection.execute("UPDATE campaign_leads SET status = 'contacted' WHERE id IN (SELECT id FROM campaign_leads LIMIT 7)")
    connection.execute(
        "UPDATE campaign_leads SET status = 'converted' WHERE id IN (SELECT id FROM campaign_leads WHERE status = 'contacted' LIMIT 2)"
    )
    with open_instance(settings) as instance:
        run_analytics(defs, instance)
    theirs = connection.execute(
        """SELECT cll.lead_list_id, ll.name, cll.total_leads, cll.contacted_leads, cll.successful_leads,
            ROUND(cll.successful_leads::numeric / NULLIF(cll.contacted_leads, 0) * 100, 2)::float8 AS conversion_rate
        FROM campaign_lead_lists cll JOIN lead_lists ll ON cll.lead_list_id = ll.id ORDER BY cll.priority"""
    ).fetchall()
    ours = query(
        settings.analytics,
        "SELECT lead_list_id, name, total_leads, contacted_leads, successful_leads, conversion_rate FROM campaign_list_performance",
    )[1]
    assert ours == theirs == [(theirs[0][0], "a", 20, 7, 2, 28.57)]


def test_batches_are_ranges_of_wanted_keys_within_their_limits():
    keys = ["a", "b", "c", "d", "e", "f"]
    sizes = {"a": 1, "b": 1, "c": 1, "e": 9, "f": 1}
    assert batches(keys, sizes, most_uploads=2, most_bytes=100, limits={}) == [["a", "b"], ["c"], ["e", "f"]]
    assert batches(keys, sizes, most_uploads=10, most_bytes=3, limits={}) == [["a", "b", "c"], ["e"], ["f"]]
    assert batches(keys, {}, most_uploads=10, most_bytes=3, limits={}) == []
    # What died in a run of two runs alone, and takes nobody with it.
    assert batches(keys, sizes, most_uploads=10, most_bytes=100, limits={"b": 1}) == [["a"], ["b"], ["c"], ["e", "f"]]
    assert batches(keys, sizes, most_uploads=10, most_bytes=100, limits={"a": 2}) == [["a", "b"], ["c"], ["e", "f"]]


@pytest.mark.long
def test_analytics_follow_what_is_no_import(settings, connection, landing):
    landing("people.csv", "Email,Phone\nana@example.org,212 555 0101\n", '[[campaigns]]\ncampaign = "Year End"\n')
    run_night(settings)
    with open_instance(settings) as instance:

        def look():
            connection.execute("SELECT pg_stat_force_next_flush()")
            connection.commit()
            with dg.build_sensor_context(instance=instance, resources={"henk": Henk()}) as context:
                return analytics_follow_changes(context)

        for change in (
            "SELECT 'nothing is published yet'",
            "UPDATE campaign_leads SET status = 'contacted'",
            "INSERT INTO suppressions (business_id, channel, value) SELECT business_id, 'phone', phone FROM leads",
            "DELETE FROM lead_list_members",
        ):
            connection.execute(change)
            connection.commit()
            assert isinstance(look(), dg.RunRequest), change
            assert defs.resolve_job_def("build_analytics").execute_in_process(instance=instance).success
            assert isinstance(look(), dg.SkipReason), change


def test_scores_follow_calls(settings, connection, landing):
    """The sensor asks for the job once a new call is there, and the asset writes what changes."""
    landing(
        "people.csv",
        "First Name,Email,Phone,Last Gift Date\nAna,ana@example.org,212 555 0101,2026-01-01\n",
        '[[campaigns]]\ncampaign = "Year End"\n',
    )
    run_night(settings)
    with open_instance(settings) as instance:

        def look(cursor=None):
            with dg.build_sensor_context(instance=instance, cursor=cursor, resources={"henk": Henk()}) as context:
                return scores_follow_outcomes(context)

        assert isinstance(look(), dg.SkipReason)
        connection.execute("UPDATE campaign_leads SET status = 'converted', converted_at = now()")
        connection.commit()
        assert isinstance(look(look().run_key), dg.SkipReason)
        done = defs.resolve_job_def("rescore").execute_in_process(instance=instance)
        assert done.success
        told = done.asset_materializations_for_node("lead_scores")[0].metadata
    assert (told["leads"].value, told["changed"].value) == (1, 1)
    assert connection.execute("SELECT score_breakdown -> 'earlier_campaigns' FROM leads").fetchone() == (6,)
