"""What lies in the landing folder, and how files get there and are received."""

import os
from datetime import UTC, datetime
from pathlib import Path

import fsspec
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


def listed(tmp_path, *names):
    """Return the files that are received of these, by name with the name of their manifest, and the reasons of those left alone."""
    for name in names:
        path = tmp_path / "acme" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text('list = "of the manifest"' if name.lower().endswith(".toml") else "Email\na@example.org\n")
    found, left, _ = find_landed(tmp_path)
    read = {file.name: Path(file.manifest).name if landing.fetch_manifest(file) else None for file in found}
    assert all((file.manifest_signature is not None) == bool(read[file.name]) for file in found)
    return read, {thing.location.rsplit("/", 1)[-1]: thing.reason for thing in left}


@pytest.mark.parametrize(
    ("names", "manifests"),
    [
        (["UPPER.CSV", "UPPER.CSV.TOML"], {"UPPER.CSV": "UPPER.CSV.TOML"}),
        (["Gala.csv", "gala.CSV.toml"], {"Gala.csv": "gala.CSV.toml"}),
        (["gala.csv", "gala.csv.toml"], {"gala.csv": "gala.csv.toml"}),
        (["gala", "gala.toml"], {"gala": "gala.toml"}),
        (["a.csv", "A.csv", "a.csv.toml"], {"A.csv": None, "a.csv": "a.csv.toml"}),  # on a disk that distinguishes them, the exact name
        (["a.csv", "a.csv.gz", "a.csv.toml"], {"a.csv": "a.csv.toml", "a.csv.gz": None}),
        (["a.csv", "a.xlsx", "a.csv.toml", "a.xlsx.toml"], {"a.csv": "a.csv.toml", "a.xlsx": "a.xlsx.toml"}),
        (["toml.csv", "b.toml.csv"], {"toml.csv": None, "b.toml.csv": None}),
        (["a.csv.part", "b.csv"], {"b.csv": None}),
    ],
)
def test_a_manifest_is_that_of_the_file_it_is_named_like_in_any_case(tmp_path, names, manifests):
    read, left = listed(tmp_path, *names)
    assert (read, set(left)) == (manifests, {name for name in names if name.endswith(".part")})


@pytest.mark.parametrize(
    ("names", "manifests", "reasons"),
    [
        (["swap.csv", "swap.toml"], {}, {"swap.csv": "rename that to swap.csv.toml", "swap.toml": "with .toml added: swap.csv.toml"}),
        (["Swap.CSV", "swap.Toml"], {}, {"Swap.CSV": "rename that to Swap.CSV.toml", "swap.Toml": "with .toml added: Swap.CSV.toml"}),
        (["a.csv.zip", "a.csv.toml"], {}, {"a.csv.zip": "rename that to a.csv.zip.toml", "a.csv.toml": ": a.csv.zip.toml"}),
        (
            ["a.csv", "a.xlsx", "a.toml"],
            {},
            {"a.csv": "rename that to a.csv.toml", "a.xlsx": "rename that to a.xlsx.toml", "a.toml": ": a.csv.toml"},
        ),
        (["swap.csv", "swap.csv.toml", "swap.toml"], {"swap.csv": "swap.csv.toml"}, {"swap.toml": "there is no file swap:"}),
        (["a.csv", "a.csv.toml", "A.CSV.TOML"], {"a.csv": "a.csv.toml"}, {"A.CSV.TOML": "a.csv has the manifest a.csv.toml"}),
        (["other.csv", "lost.csv.toml"], {"other.csv": None}, {"lost.csv.toml": "there is no file lost.csv:"}),
        (["A.csv", "a.csv", "a.CSV.toml"], {}, {"A.csv": "A.csv.toml", "a.csv": "a.csv.toml", "a.CSV.toml": "with .toml added"}),
        (["a.csv.part", "a.csv.toml"], {}, {"a.csv.part": "still being written"}),  # its file is on the way
        (["a.xlsx", "~$a.xlsx", ".~lock.a.xlsx#"], {"a.xlsx": None}, {}),  # somebody has it open
    ],
)
def test_a_manifest_of_another_name_is_left_alone_with_the_file_it_may_be_meant_for(tmp_path, names, manifests, reasons):
    read, left = listed(tmp_path, *names)
    assert read == manifests
    assert set(left) == set(reasons)
    assert [name for name, reason in reasons.items() if reason not in left[name]] == [], left


def test_a_manifest_without_a_file_waits_for_it_as_long_as_it_may_still_be_on_its_way(tmp_path):
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "a.csv.toml").touch()
    os.utime(tmp_path / "acme" / "a.csv.toml", (1990.0, 1990.0))
    assert ["next round" in thing.reason for thing in find_landed(tmp_path, settled_before=1980.0).left] == [True]
    assert ["there is no file a.csv" in thing.reason for thing in find_landed(tmp_path, settled_before=2000.0).left] == [True]


def test_a_folder_within_a_business_is_named_as_such(tmp_path):
    assert listed(tmp_path, "sub/a.csv", "sub/a.csv.toml", "b.csv") == (
        {"b.csv": None},
        {"sub": "it is a folder within the business's folder; put its files into the business's folder itself"},
    )


def test_a_bucket_pairs_manifests_as_a_folder_does():
    store = fsspec.filesystem("memory")
    for name in ("UPPER.CSV", "UPPER.CSV.TOML", "swap.csv", "swap.toml", "sub/c.csv", "sub/c.csv.toml"):
        store.pipe_file(f"/pairs/acme/{name}", b'list = "x"')
    found, left, _ = find_landed("memory://pairs")
    assert [(file.name, landing.fetch_manifest(file)) for file in found] == [("UPPER.CSV", 'list = "x"')]
    assert {thing.location.rsplit("/", 1)[-1] for thing in left} >= {"swap.csv", "swap.toml"}
    assert "c.csv.toml" not in {thing.location.rsplit("/", 1)[-1] for thing in left}
    store.rm("/pairs", recursive=True)


def test_a_file_on_the_command_line_has_the_manifest_that_a_night_takes(tmp_path):
    for name in ("UPPER.CSV", "UPPER.CSV.TOML", "swap.csv", "swap.toml", "alone.csv"):
        (tmp_path / name).touch()
    assert landing.find_manifest(tmp_path / "UPPER.CSV") == tmp_path / "UPPER.CSV.TOML"
    assert landing.find_manifest(tmp_path / "alone.csv") is None
    with pytest.raises(landing.ManifestNameError, match=r"swap\.csv: .*rename that to swap\.csv\.toml"):
        landing.find_manifest(tmp_path / "swap.csv")


def test_a_name_that_is_not_utf8_is_left_alone_and_printable(tmp_path):
    (folder := tmp_path / "acme").mkdir()
    (folder / "good.csv").write_text("Email\n")
    for name in (b"sp\xe9cial.csv", b"caf\xe9.csv.toml"):
        (Path(os.fsdecode(bytes(folder) + b"/" + name))).write_bytes(b"Email\n")
    (Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9"))).mkdir()
    listing = find_landed(tmp_path)
    assert [file.name for file in listing.files] == ["good.csv"]
    assert len(listing.left) == 3
    for entry in listing.left:
        (entry.location + entry.reason).encode("utf-8")
    assert "its name is not written in UTF-8" in next(entry.reason for entry in listing.left if "cial" in entry.location)


@pytest.mark.parametrize(
    "name", ["people.csv.toml.txt", "people.csv.tml", "PEOPLE.csv.TOML.TXT", "people.toml.txt", "people.csv.toml.toml"]
)
def test_a_manifest_with_a_mistaken_ending_holds_its_file(tmp_path, name):
    (folder := tmp_path / "acme").mkdir()
    (folder / "people.csv").write_text("Email\n")
    (folder / name).write_text('list = "a"\n')
    listing = find_landed(tmp_path)
    assert listing.files == []
    reasons = {entry.location.rpartition("/")[2]: entry.reason for entry in listing.left}
    assert reasons.keys() == {"people.csv", name}
    assert "rename that to people.csv.toml" in reasons["people.csv"]
    (folder / "people.csv.toml").write_text('list = "b"\n')
    listing = find_landed(tmp_path)
    assert [file.name for file in listing.files] == ["people.csv"]
    (entry,) = listing.left
    assert entry.reason.startswith(("people.csv has the manifest people.csv.toml", "there is no file people:"))
