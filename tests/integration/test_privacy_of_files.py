"""Files with names and contacts are for their owner alone, lie outside the analysts' folder, and go when a setting forbids them."""

import grp
import os
import stat

import duckdb
import psycopg
import pytest

from henk_pipeline.analytics.publish import kept_versions, query
from henk_pipeline.file_modes import make_private_folder, restrict_home
from henk_pipeline.settings import Settings, load_settings
from henk_pipeline.steps.analytics import publish_analytics
from henk_pipeline.steps.stale_files import remove_stale_files
from henk_pipeline.uploads.landing import find_landed
from henk_pipeline.uploads.received import receive
from tests.integration.test_analytics import EXAMPLE
from tests.integration.uploading import add_business


@pytest.fixture
def example(connection, settings):
    connection.execute(EXAMPLE)
    return settings


@pytest.fixture
def with_settings(monkeypatch):
    def change(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"HENK_{name.upper()}", value)
        load_settings.cache_clear()
        return load_settings()

    yield change
    load_settings.cache_clear()


def publish(settings):
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        return publish_analytics(connection, settings)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def open_to_others(folder):
    """Files and folders that the group or others may read, list or write, where no folder above them keeps these out."""
    found = []
    for path in sorted(folder.iterdir()):
        if mode(path) & 0o066:
            found.append(str(path.relative_to(folder)))
        if path.is_dir() and not path.is_symlink() and mode(path) & 0o011:
            found += [f"{path.name}/{name}" for name in open_to_others(path)]
    return found


@pytest.mark.parametrize("personal", ["keep", "hash", "drop"])
def test_what_is_published_is_for_its_owner_alone(example, with_settings, personal):
    settings = with_settings(analytics_personal=personal, analytics_per_business="true")
    publish(settings)
    publish(settings)
    files = [path for path in settings.home.rglob("*") if path.suffix in (".duckdb", ".parquet")]
    assert len(files) > 5
    assert {mode(path) for path in files if path.suffix == ".duckdb"} == {0o600}
    assert open_to_others(settings.home) == []


@pytest.mark.parametrize("personal", ["hash", "drop"])
def test_the_file_with_every_name_is_outside_the_analysts_folder(example, with_settings, personal):
    settings = with_settings(analytics_personal=personal)
    publish(settings)
    publish(settings)
    holders = [path for path in settings.home.rglob("*") if path.is_file() and b"ana@example.org" in path.read_bytes()]
    assert holders == [settings.private / "analytics.duckdb"]
    assert (mode(settings.private), mode(holders[0])) == (0o700, 0o600)
    assert settings.analytics.parent not in holders[0].parents


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "after", "gone"), [("keep", "hash", b"ana@example.org"), ("keep", "drop", b"ana@example.org"), ("hash", "drop", None)]
)
def test_a_stricter_setting_removes_what_it_forbids(example, with_settings, before, after, gone):
    settings = with_settings(analytics_personal=before, analytics_per_business="true")
    for _ in range(3):
        publish(settings)
    assert len(kept_versions(settings.analytics)) == 2
    needle = gone or query(settings.analytics, "SELECT max(email) FROM dim_lead")[1][0][0].encode()
    settings = with_settings(analytics_personal=after)
    publish(settings)
    folder = settings.analytics.parent
    assert [path for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()] == []
    publish(settings)
    assert kept_versions(settings.analytics) != []  # those that the setting allows stay


def test_a_looser_setting_removes_the_private_file(example, with_settings):
    settings = with_settings(analytics_personal="drop")
    publish(settings)
    publish(settings)
    settings = with_settings(analytics_personal="keep")
    publish(settings)
    assert list(settings.private.iterdir()) == []


def test_files_of_one_business_go_when_they_are_not_wanted_any_more(example, with_settings):
    settings = with_settings(analytics_per_business="true")
    publish(settings)
    assert list((settings.analytics.parent / "businesses").glob("*.duckdb"))
    settings = with_settings(analytics_per_business="false")
    publish(settings)
    assert list((settings.analytics.parent / "businesses").iterdir()) == []


def test_what_an_earlier_version_left_open_is_closed_and_its_whole_file_is_gone(example, with_settings):
    settings = with_settings(analytics_personal="drop")
    folder = settings.analytics.parent
    (folder / "versions").mkdir(parents=True)
    left = [
        folder / ".henk.whole.duckdb",
        folder / "..henk.whole.duckdb.lock",
        folder / "versions" / "henk-2026-11-01T020000.000000.duckdb",
    ]
    for file in left:
        file.write_bytes(b"ana@example.org")
    folder.chmod(0o755)
    publish(settings)
    assert [file for file in left if file.exists()] == []
    assert open_to_others(settings.home) == []


@pytest.mark.parametrize("after", [{"analytics_per_business": "false"}, {"analytics_personal": "drop"}, {"analytics_personal": "keep"}])
def test_what_a_killed_publisher_had_begun_goes_with_its_file(example, with_settings, after):
    settings = with_settings(analytics_per_business="true")
    publish(settings)
    folder = settings.analytics.parent
    begun = [
        folder / ".henk.duckdb.building-0badcafe",
        folder / "businesses" / ".acme.duckdb.building-0badcafe",  # published, too
        folder / "businesses" / ".closed-since.duckdb.building-0badcafe",  # not yet, or not any more
        settings.private / ".analytics.duckdb.building-0badcafe",
    ]
    for path in begun:
        path.mkdir(parents=True)
        (path / "some.duckdb").write_bytes(b"ana@example.org")
    publish(with_settings(**after))
    assert [path for path in begun if path.exists()] == []


def test_upkeep_removes_what_killed_publishers_had_begun(settings):
    folder = settings.analytics.parent
    for path in (folder, folder / "businesses", settings.private):
        (path / ".some.duckdb.building-0badcafe").mkdir(parents=True)
    assert remove_stale_files(settings) == 0  # a publisher may be at it
    assert remove_stale_files(settings, older_than=-1) == 3


@pytest.mark.long
def test_an_export_after_a_stricter_setting_waits_for_a_build(henk, example, tmp_path):
    assert henk("analytics", "build").returncode == 0
    for target in (tmp_path / "folder", tmp_path / "part.duckdb"):
        refused = henk("analytics", "export", target, HENK_ANALYTICS_PERSONAL="drop")
        assert (refused.returncode, "henk analytics build" in refused.stderr, target.exists()) == (3, True, False), refused.stderr
    assert henk("analytics", "build", HENK_ANALYTICS_PERSONAL="drop").returncode == 0
    assert henk("analytics", "export", tmp_path / "folder", HENK_ANALYTICS_PERSONAL="drop").returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_an_import_and_a_home_that_everybody_could_read_are_for_their_owner_alone(henk, settings, connection, tmp_path, umask):
    add_business(connection, "acme", "Year End")
    (tmp_path / "people.csv").write_text("First Name,Email\n" + "".join(f"P{n},p{n}@example.org\n" for n in range(20)) + "Bo,bad\n")
    settings.home.mkdir(parents=True)
    settings.home.chmod(0o755)
    before = os.umask(umask)
    try:
        ran = henk("import", tmp_path / "people.csv", "--business", "acme")
    finally:
        os.umask(before)
    assert ran.returncode == 0, ran.stderr
    assert mode(settings.home) == 0o700
    assert open_to_others(settings.home) == []
    (original,) = settings.uploads.glob("*/original/people.csv")
    assert (mode(settings.uploads), mode(original.parents[1]), mode(original)) == (0o700, 0o700, 0o600)


def test_an_upload_that_is_received_without_the_command_is_for_its_owner_alone(settings, connection, tmp_path):
    add_business(connection, "acme", "Year End")
    folder = settings.home / "landing" / "acme"
    folder.mkdir(parents=True)
    (folder / "people.csv").write_text("First Name,Email\nAna,ana@example.org\n")
    (landed,) = find_landed(folder.parent).files
    received = receive(landed, settings.uploads)
    kept = settings.uploads / received.key
    assert (mode(settings.uploads), mode(kept)) == (0o700, 0o700)
    assert {mode(path) for path in kept.rglob("*") if path.is_file()} == {0o600}


def test_a_landing_folder_that_others_write_to_stays_within_reach(tmp_path):
    home, landing = tmp_path / "home", tmp_path / "home" / "landing"
    (landing / "acme").mkdir(parents=True)
    home.chmod(0o755)
    (landing / "acme").chmod(0o770)
    restrict_home(home, landing)
    assert mode(home) == 0o711
    (landing / "acme").chmod(0o700)
    restrict_home(home, landing)
    assert mode(home) == 0o700


def test_missing_folders_are_made_private_and_existing_parents_stay(tmp_path):
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path / "a" / "b")
    assert (mode(tmp_path), mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o755, 0o700, 0o700)


def test_members_of_a_group_may_read_the_analytics_and_nothing_else(example, with_settings):
    group = next(one.gr_name for one in grp.getgrall() if one.gr_gid in (os.getgid(), *os.getgroups()) or os.geteuid() == 0)
    settings = with_settings(analytics_group=group, analytics_personal="hash")
    publish(settings)
    publish(settings)
    folder = settings.analytics.parent
    assert (mode(folder), mode(settings.analytics)) == (0o750, 0o640)
    assert {mode(path) for path in (folder / "history").rglob("*.parquet")} == {0o640}
    assert {mode(path) for path in kept_versions(settings.analytics)} == {0o640}
    assert (mode(settings.private), mode(folder / ".salt")) == (0o700, 0o600)


def test_a_group_that_does_not_exist_and_a_file_among_private_ones_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no group 'nobody-at-all'"):
        Settings(home=tmp_path, analytics_group="nobody-at-all")
    with pytest.raises(ValueError, match="HENK_ANALYTICS must not lie in"):
        Settings(home=tmp_path, analytics=tmp_path / "private" / "henk.duckdb")


@pytest.mark.long
def test_a_file_of_one_business_reveals_nothing_about_the_platform(example, connection, with_settings):
    connection.execute(
        "INSERT INTO lead_imports (id, business_id, upload, file_name, file_size, content_hash, list_name, rules, status, reading) "
        "VALUES (md5('i3')::uuid, md5('beta')::uuid, 'u3', 'b.csv', 1, repeat('c', 64), 'L', '', 'partial', '{}')"
    )
    connection.execute(
        "INSERT INTO lead_import_rejections (business_id, import_id, line_number, rule, message, row) "
        "SELECT md5('beta')::uuid, md5('i3')::uuid, n, 'no_contact', 'm', '{}' FROM generate_series(2, 3) n"
    )
    settings = with_settings(analytics_per_business="true", analytics_personal="hash")
    publish(settings)
    publish(settings)
    folder = settings.analytics.parent / "businesses"
    with duckdb.connect(str(folder / "beta.duckdb"), read_only=True) as beta:
        told = beta.execute(
            "SELECT count(changed_rows), count(changed_since_whole), count(rebuilt), count(postgres_snapshot), count(postgres_written), "
            "list(DISTINCT built_from) FROM build_info"
        ).fetchone()
        assert told == (0, 0, 0, 0, 0, ["a part"])
        assert beta.execute("SELECT rejection_id FROM fct_rejection ORDER BY 1").fetchall() == [(1,), (2,)]
        for (table,) in beta.execute(
            "SELECT table_name FROM duckdb_tables() WHERE table_name NOT IN ('build_info', 'history_nights')"
        ).fetchall():
            others = beta.execute(f"SELECT count(*) FROM {table} WHERE business_id <> md5('beta')::UUID").fetchone()
            assert others == (0,), table
    # The same address in the files of two businesses must not look the same.
    connection.execute("INSERT INTO leads (business_id, email) VALUES (md5('beta')::uuid, 'ana@example.org')")
    publish(settings)
    emails = [{email for (email,) in query(folder / f"{slug}.duckdb", "SELECT email FROM dim_lead")[1]} for slug in ("acme", "beta")]
    assert emails[0] & emails[1] == set()
