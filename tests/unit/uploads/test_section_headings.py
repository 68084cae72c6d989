"""A heading among the rows is no person: it is left out with its line, and every line of the file is accounted for."""

from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest, check_manifest, parse_manifest, write_manifest

PEOPLE = [
    "Ada,Quillon,ada@quillon.example,212-555-0101", "Ben,Arkwell,ben@arkwell.example,212-555-0102", "Cy,Farrow,cy@farrow.example,212-555-0103",
    "Di,Holt,di@holt.example,212-555-0104", "Ed,Poe,ed@poe.example,212-555-0105", "Flo,Ray,flo@ray.example,212-555-0106",
]  # fmt: skip
HEADER = "First Name,Last Name,Email,Phone"


def read(folder: Path, *lines: str, header: str = HEADER):
    file = folder / "people.csv"
    file.write_text("\n".join([header, *lines]) + "\n")
    upload = validate_file(file, Manifest(), "US")
    left_out = {part["first_line"]: part["why"] for part in describe_reading(upload)["left_out"]}
    return upload, left_out


@pytest.mark.parametrize(
    "headings",
    [("Region North,,,", "Region South,,,", "Region West,,,"), ("Table 4", "Table 5", "Table 6"), ("A,,,", "B,,,", "C,,,"),
     ("--- Board members ---,,,", "--- Staff ---,,,", "--- Guests ---,,,"), (",Vorstand,,", ",Gäste,,", ",Nord,,"),
     (",,Ladies,", ",,Gentlemen,", ",,Children,")],
)  # fmt: skip
def test_headings_are_left_out_and_refuse_no_file(tmp_path, headings):
    first, second, third = headings
    upload, left_out = read(tmp_path, first, *PEOPLE[:2], second, *PEOPLE[2:4], third, *PEOPLE[4:])
    assert (upload.error, upload.rows_read, upload.rows_rejected) == (None, 6, 0)
    assert left_out == dict.fromkeys((2, 5, 8), "heading of a section")
    assert upload.leads.collect()["last_name"].to_list() == ["Quillon", "Arkwell", "Farrow", "Holt", "Poe", "Ray"]


@pytest.mark.parametrize("heading", ["Region South,,,", "Table 5", "B,,,", "** Staff **,,,", "Donors:,,,", "2026,,,"])
def test_a_single_heading_between_rows_is_one(tmp_path, heading):
    upload, left_out = read(tmp_path, *PEOPLE[:3], heading, *PEOPLE[3:])
    assert (upload.rows_read, upload.rows_rejected, left_out) == (6, 0, {5: "heading of a section"})


@pytest.mark.parametrize(
    ("header", "row"), [(HEADER, "Gus,,,"), ("Name,City,Email,Phone", "Gus Hale,,,"), (HEADER, ",,,555"), (HEADER, ",,gus@,")]
)
def test_a_person_without_a_contact_is_rejected_and_not_left_out(tmp_path, header, row):
    upload, left_out = read(tmp_path, *PEOPLE[:3], row, *PEOPLE[3:], header=header)
    assert (upload.rows_read, upload.rows_rejected, left_out) == (7, 1, {})


def test_a_heading_that_refuses_calls_still_does(tmp_path):
    upload, left_out = read(tmp_path, "Members,,,", *PEOPLE[:2], "DO NOT CALL,,,", *PEOPLE[2:])
    assert left_out == dict.fromkeys((2, 5), "heading of a section")
    unclear = upload.leads.collect()["consent_unclear"].is_not_null().to_list()
    assert unclear == [False, False, True, True, True, True]


@pytest.mark.long
@hypothesis.settings(max_examples=60, suppress_health_check=list(hypothesis.HealthCheck), deadline=None)
@hypothesis.given(
    lines=st.lists(
        st.sampled_from([*PEOPLE, "Region North,,,", "Table 4", "A,,,", "Gus,,,", "Gus,Hale,,", "Ivy,Orr,bad,", ",,,", ",North,,"]),
        max_size=25,
    )
)
def test_every_line_is_accepted_rejected_or_left_out(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("lines")
    upload, left_out = read(folder, *PEOPLE, *lines)
    accepted = set(upload.leads.collect()["line"])
    rejected = set(upload.rejections.collect()["line"])
    parts = describe_reading(upload)["left_out"]
    outside = {line for part in parts for line in range(part["first_line"], part["last_line"] + 1)}
    filled = {number for number, line in enumerate([HEADER, *PEOPLE, *lines], start=1) if line.strip(",") and number > 1}
    assert accepted | rejected | (outside & filled) == filled
    assert len(accepted) + len(rejected) + len(outside & filled) == len(filled)
    assert upload.rows_read == len(accepted) + len(rejected)
    assert set(left_out).isdisjoint(accepted)


@pytest.mark.long
@hypothesis.settings(max_examples=40, suppress_health_check=list(hypothesis.HealthCheck), deadline=None)
@hypothesis.given(good=st.integers(0, 50), bad=st.integers(0, 50), share=st.sampled_from([None, 0, 0.25, 0.5, 1]))
def test_a_manifest_refuses_the_same_however_it_was_kept(tmp_path_factory, good, bad, share):
    """`henk import` keeps the manifest as TOML, then hands it on as JSON; both made the default share one that was set for the file."""
    path = tmp_path_factory.mktemp("kept") / "people.csv"
    path.write_text("Email\n" + "".join(f"a{n}@example.org\n" for n in range(good)) + "bad\n" * bad)
    manifest = check_manifest({} if share is None else {"max_rejected": share})
    kept = Manifest.model_validate_json(parse_manifest(write_manifest(manifest)).model_dump_json())
    assert validate_file(path, kept, "US").error == validate_file(path, manifest, "US").error
