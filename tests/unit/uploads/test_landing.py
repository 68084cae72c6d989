"""What lies in the landing folder, and how files get there and are received."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from henk_pipeline.uploads import landing
from henk_pipeline.uploads.fingerprint import plain_stem, upload_key
from henk_pipeline.uploads.landing import find_landed, land
from henk_pipeline.uploads.received import content_path, open_upload, read_manifest, receive


def test_files_of_businesses_are_found_and_the_rest_is_named(tmp_path):
    for name in ("acme/b.csv", "acme/a.csv", "acme/a.csv.toml", "acme/.hidden.csv", "acme/c.csv.part", "Not A Slug/x.csv", "loose.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "acme" / "link.csv").symlink_to("/etc/passwd")
    (tmp_path / "elsewhere").symlink_to("/etc")
    found, left, _ = find_landed(tmp_path)
    assert [(file.business, file.name) for file in found] == [("acme", "a.csv"), ("acme", "b.csv")]
    assert {thing.location.rsplit("/", 1)[-1]: thing.reason.split()[0] for thing in left} == {
        "c.csv.part": "it",
        "Not A Slug": "its",
        "loose.csv": "it",
        "link.csv": "it",
        "elsewhere": "it",
    }


def test_a_file_that_may_still_be_written_waits_for_the_next_round(tmp_path):
    (tmp_path / "acme").mkdir()
    for name, written in (("old.csv", 1000.0), ("new.csv", 1990.0)):
        (tmp_path / "acme" / name).touch()
        os.utime(tmp_path / "acme" / name, (written, written))
    found, left, _ = find_landed(tmp_path, settled_before=1980.0)
    assert [file.name for file in found] == ["old.csv"]
    assert [(thing.location.rsplit("/", 1)[-1], "taken in on the next round" in thing.reason) for thing in left] == [("new.csv", True)]


def test_no_landing_folder_holds_nothing(tmp_path):
    assert find_landed(tmp_path / "none") == ([], [], set())


def test_landing_never_overwrites_other_bytes(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first, second = tmp_path / "one" / "leads.csv", tmp_path / "two" / "leads.csv"
    first.write_text("Email\na@example.org\n")
    second.write_text("Email\nb@example.org\n")
    landed = [land(file, "acme", tmp_path / "landing", None) for file in (first, second, first)]
    assert landed[0] == landed[2]
    assert landed[1].name.startswith("leads-")
    assert {Path(file.location).read_text() for file in landed} == {"Email\na@example.org\n", "Email\nb@example.org\n"}


@pytest.mark.parametrize("business", ["../etc", "a/b", "Acme", "", ".", "-a"])
def test_a_business_cannot_lead_out_of_the_landing_folder(tmp_path, business):
    file = tmp_path / "leads.csv"
    file.touch()
    with pytest.raises(ValueError, match="slug"):
        land(file, business, tmp_path / "landing", None)


def test_received_bytes_no_longer_depend_on_the_landing_folder(tmp_path):
    file = tmp_path / "leads.csv"
    file.write_text("Email\na@example.org\n")
    landed = land(file, "acme", tmp_path / "landing", 'list = "Gala"')
    upload = receive(landed, tmp_path / "uploads")
    Path(landed.location).write_text("something else")
    assert content_path(tmp_path / "uploads", upload).read_text() == "Email\na@example.org\n"
    assert open_upload(tmp_path / "uploads", upload.key) == upload
    assert (upload.list_name, upload.size, upload.business) == ("Gala", 20, "acme")


def test_the_same_bytes_for_the_same_list_keep_their_key_and_take_the_newer_manifest(tmp_path):
    (tmp_path / "leads.csv").write_text("Email\na@example.org\n")
    landed = land(tmp_path / "leads.csv", "acme", tmp_path / "landing", None)
    first = receive(landed, tmp_path / "uploads")
    Path(landed.manifest).write_text('update = "skip"')
    again = receive(landed, tmp_path / "uploads")
    assert again == first
    assert read_manifest(tmp_path / "uploads", again).update == "skip"
    Path(landed.manifest).write_text('list = "Other"')
    assert receive(landed, tmp_path / "uploads").key != first.key
    assert len(list((tmp_path / "uploads").glob("*/upload.json"))) == 2


def test_an_upload_may_be_called_like_our_own_files(tmp_path):
    (tmp_path / "upload.json").write_text("Email\na@example.org\n")
    landed = land(tmp_path / "upload.json", "acme", tmp_path / "landing", None)
    upload = receive(landed, tmp_path / "uploads")
    assert content_path(tmp_path / "uploads", open_upload(tmp_path / "uploads", upload.key)).read_text() == "Email\na@example.org\n"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Große Liste, März.csv", "grosse-liste-marz"),
        ("leads.2026.csv", "leads.2026"),
        ("…csv", "csv"),
        (",.csv", "upload"),
        ("x" * 300 + ".csv", "x" * 60),
    ],
)
def test_a_key_holds_no_character_that_dagster_cannot_take(name, stem):
    assert plain_stem(name) == stem
    key = upload_key(datetime(2026, 11, 22, 2, 4, tzinfo=UTC), "acme", name, "1f0c9a2b" + "0" * 56)
    assert key == f"acme_{stem}_1f0c9a2b_2026-11-22T0204"


@pytest.mark.parametrize(
    ("info", "written"),
    [
        ({"LastModified": datetime(2026, 11, 24, tzinfo=UTC), "ETag": '"a"'}, 1795478400.0),  # s3fs
        ({"updated": "2026-11-24T00:00:00.000Z", "etag": "a", "md5Hash": "b"}, 1795478400.0),  # gcsfs
        ({"last_modified": datetime(2026, 11, 24, tzinfo=UTC), "etag": "0x8D"}, 1795478400.0),  # adlfs
        ({"mtime": 1795478400.0, "ino": 1, "created": 2.0}, 1795478400.0),  # a disk
        ({}, 0.0),
    ],
)
def test_stores_tell_in_their_own_words_when_a_file_was_written_and_what_state_it_is_in(info, written):
    assert landing._written(info) == written
    same, other = landing._state({"size": 1, **info}), landing._state({"size": 2, **info})
    assert same == landing._state({"size": 1, **info}) != other
    for name in ("ETag", "etag", "ino"):
        if name in info:
            assert landing._state({"size": 1, **info, name: "another"}) != same


def test_a_name_that_a_disk_cannot_hold_is_left_alone_and_says_so():
    reason = landing._why_not(["x" * 251 + ".csv"], {"type": "file", "size": 1}, None, None)
    assert "too long" in reason
    assert "folder within" in landing._why_not(["deep", "a.csv"], {"type": "file", "size": 1}, None, None)
