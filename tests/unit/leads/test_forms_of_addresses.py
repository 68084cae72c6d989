"""E-mail cells in the forms that people and programs write; what is no address for certain is refused. Zones of cells that are none are named."""

import json

import pytest

from henk_pipeline.leads.emails import addresses_in
from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

OWN = "ana@example.org"


def read(tmp_path, cell: str):
    path = tmp_path / "people.csv"
    quoted = '"' + cell.replace('"', '""') + '"'
    rows = "".join(f"Bo Fox,b{row}@example.org,212-555-0{row}\n" for row in range(100, 104))
    path.write_text(f"Name,Email,Phone\n{rows}Ana Quill,{quoted},212-555-0199\n", encoding="utf-8")
    validated = validate_file(path, Manifest(), "US")
    return validated.leads.collect().rows(named=True)[4:], validated.rejections.collect()["line"].to_list()


@pytest.mark.parametrize(
    "cell",
    [
        "ana(at)example.org", "ana (at) example.org", "ana [at] example [dot] org", "ana AT example DOT org", "ana at example dot org", "ana AT example.org", "ana@example dot org", "ana@example(dot)org",
        "ana (ät) example (punkt) org", "ana (arroba) example (punto) org", "ana arobase example point org", "ana chiocciola example punto org", "ana {at} example.org", "ana (a) example.org", "ana%40example.org",
        "ana&#64;example.org", "ana＠example.org", "mailto:ana@example.org", "MAILTO:Ana@Example.org?subject=Hi", "Ana <ana@example.org>", "<ana@example.org>", "ana@example.org (work)", "E-mail: ana@example.org",
        "Email ana@example.org", "ana@example,org", "ana @ example.org", "ana@ example.org", "ana@example. org", "'ana@example.org'", '"ana@example.org"', "(ana@example.org)", "[ana@example.org]", ",ana@example.org",
        "ana@example.org.", "ana@example.org,", "ana@example.org;", "ana@example.org#mailto:ana@example.org#", "[ana@example.org](mailto:ana@example.org)",
    ],
)  # fmt: skip
def test_an_address_of_one_reading_is_read(tmp_path, cell):
    (lead,), rejected = read(tmp_path, cell)
    assert (lead["email"], lead["custom_fields"], rejected) == (OWN, "{}", [])


@pytest.mark.parametrize(
    "cell",
    [
        "ana@@example.org", "ana@example@org", "ana@example..org", "ana at home", "meet at example.org", "MEET AT EXAMPLE.ORG", "call at 5", "at dot com", "ana@example", "an a@example.org", "ana@example,xyzzy",
        "http://ana@example.org", "ana@example.org?", "ana.@example.org", "ana (at) home", "look at example dot org please",
    ],
)  # fmt: skip
def test_what_is_no_address_for_certain_is_kept_as_text(tmp_path, cell):
    (lead,), rejected = read(tmp_path, cell)
    assert (lead["email"], json.loads(lead["custom_fields"]), rejected) == (None, {"email (not read)": cell}, [])


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("ana@example.org; bo@example.org", (OWN, "bo@example.org")), ("ana (at) example (dot) org, bo (at) example (dot) org", (OWN, "bo@example.org")), ("o'brien@example.org", ("o'brien@example.org",)),
        ("dot.at@example.org", ("dot.at@example.org",)), ("ana@example.co.uk", ("ana@example.co.uk",)), ("ana%test@example.org", ("ana%test@example.org",)), ("ana.quill(at)example(dot)co(dot)uk", ("ana.quill@example.co.uk",)),
    ],
)  # fmt: skip
def test_addresses_of_cells(cell, addresses):
    assert addresses_in(cell) == addresses


@pytest.mark.parametrize(
    ("cell", "refused"), [("ana(at)example.org - do not call", "do_not_call"), ("ana (at) example.org (unsubscribed)", "email_opt_out")]
)
def test_a_refusal_next_to_an_address_in_words_is_kept(tmp_path, cell, refused):
    (lead,), _ = read(tmp_path, cell)
    assert lead[refused]
    assert cell in lead["custom_fields"]


ZONES = {
    "GMT Standard Time": "Europe/London",
    "W. Europe Standard Time": "Europe/Berlin",
    "Eastern Time (US & Canada)": "America/New_York",
    "us_slash_eastern": "America/New_York",
    "Europe/Berlin": "Europe/Berlin",
}


@pytest.mark.parametrize("cell", [*ZONES, "UTC+1", "GMT-5", "GMT", "BST", "Nowhere Time", "Etc/GMT+5"])
def test_a_zone_is_one_of_the_iana_database_or_named_in_a_note(tmp_path, cell):
    path = tmp_path / "people.csv"
    path.write_text(f"Name,Email,Time Zone\nZed Quill,z@example.org,{cell}\n", encoding="utf-8")
    validated = validate_file(path, Manifest(), "US")
    (lead,) = validated.leads.collect().rows(named=True)
    notes = [note for note in describe_reading(validated)["notes"] if f"“{cell}” in line 2" in note]
    assert (lead["timezone"], lead["custom_fields"], len(notes)) == (ZONES.get(cell), "{}", 0 if cell in ZONES else 1)
