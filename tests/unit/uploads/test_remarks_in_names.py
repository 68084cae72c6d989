"""What stands next to a name and is no part of it is kept as a note; what refuses calls there still does."""

import json

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def lead_of(tmp_path, header: str, row: str) -> dict:
    file = tmp_path / "people.csv"
    file.write_text(
        f"{header},Phone\n{row},212-555-0101\nZoe Zander,212-555-0102\n" if header == "Name" else f"{header},Phone\n{row},212-555-0101\n"
    )
    return validate_file(file, Manifest(), "US").leads.collect().to_dicts()[0]


@pytest.mark.parametrize(
    ("cell", "name", "note", "refused"),
    [
        ("Ida Jung DO NOT USE", ("Ida", "Jung"), "DO NOT USE", True), ("Ida Jung do not call", ("Ida", "Jung"), "do not call", True),
        ("Ida Jung - do not call!", ("Ida", "Jung"), "do not call", True), ("DO NOT CALL - Ida Jung", ("Ida", "Jung"), "DO NOT CALL", True),
        ("DECEASED Ida Jung", ("Ida", "Jung"), "DECEASED", True), ("Ida Jung (deceased)", ("Ida", "Jung"), "deceased", True),
        ("Tom Reed †", ("Tom", "Reed"), "†", True), ("† Tom Reed", ("Tom", "Reed"), "†", True), ("Tom Reed (†)", ("Tom", "Reed"), "†", True),
        ("Ann Lee *", ("Ann", "Lee"), "*", False), ("**Ann Lee", ("Ann", "Lee"), "**", False), ("Ann Lee #", ("Ann", "Lee"), "#", False),
        ("Bob Hale - Treasurer", ("Bob", "Hale"), "Treasurer", False), ("Bob Hale (Treasurer)", ("Bob", "Hale"), "Treasurer", False),
        ("Bob Hale – Past Board Chair", ("Bob", "Hale"), "Past Board Chair", False), ("Bob Hale / Secretary", ("Bob", "Hale"), "Secretary", False),
        ('"Bob Hale, Treasurer"', ("Bob", "Hale"), "Treasurer", False), ('"Hale, Bob - Treasurer"', ("Bob", "Hale"), "Treasurer", False),
        ("Treasurer: Bob Hale", ("Bob", "Hale"), "Treasurer", False), ("Bob Hale - Schatzmeister", ("Bob", "Hale"), "Schatzmeister", False),
        ("Bob Hale [VIP]", ("Bob", "Hale"), "VIP", False), ("Bob Hale - duplicate", ("Bob", "Hale"), "duplicate", False),
        ("c/o Mary Hale", ("Mary", "Hale"), "c/o", False), ("Attn: Mary Hale", ("Mary", "Hale"), "Attn", False),
        ("1. Cal Reed", ("Cal", "Reed"), "1.", False), ("12) Cal Reed", ("Cal", "Reed"), "12", False),
        ("3. Cal Reed (Treasurer) *", ("Cal", "Reed"), "3. * Treasurer", False),
    ],
)  # fmt: skip
def test_a_remark_is_no_part_of_a_name(tmp_path, cell, name, note, refused):
    lead = lead_of(tmp_path, "Name", cell)
    assert (lead["first_name"], lead["last_name"]) == name
    assert json.loads(lead["custom_fields"])["Name Note"] == note
    assert (lead["do_not_call"] or lead["consent_unclear"] is not None) == refused


@pytest.mark.parametrize(
    ("row", "name", "note"),
    [
        ("Ida,Jung DO NOT USE", ("Ida", "Jung"), "DO NOT USE"),
        ("Bob,Hale - Treasurer", ("Bob", "Hale"), "Treasurer"),
        ("Tom,Reed †", ("Tom", "Reed"), "†"),
        ("1. Cal,Reed", ("Cal", "Reed"), "1."),
        ("c/o Mary,Hale", ("Mary", "Hale"), "c/o"),
        ("*Zoe,Leek", ("Zoe", "Leek"), "*"),
    ],
)
def test_a_remark_in_a_part_of_a_name(tmp_path, row, name, note):
    lead = lead_of(tmp_path, "First Name,Last Name", row)
    assert (lead["first_name"], lead["last_name"], json.loads(lead["custom_fields"])["Name Note"]) == (*name, note)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("Jean-Luc,Smith - Jones", ("Jean-Luc", "Smith - Jones")), ("Ann,Moved", ("Ann", "Moved")), ("Bob,Board", ("Bob", "Board")), ("Mary Ann,Chair", ("Mary Ann", "Chair")),
        ("Bob,Director", ("Bob", "Director")), ("J.,Reed", ("J.", "Reed")), ("Mary,O'Neil-Reed", ("Mary", "O'Neil-Reed")), ("Ann,Lee Jr.", ("Ann", "Lee Jr.")),
        ("Rosa,de la Cruz", ("Rosa", "de la Cruz")), ("Sam,Contact", ("Sam", "Contact")),
    ],
)  # fmt: skip
def test_names_that_look_like_remarks_stay(tmp_path, row, name):
    lead = lead_of(tmp_path, "First Name,Last Name", row)
    assert (lead["first_name"], lead["last_name"], lead["custom_fields"]) == (*name, "{}")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Mary Chair", ("Mary", "Chair")), ('"Chair, Mary"', ("Mary", "Chair")), ("Bob Member", ("Bob", "Member")), ("Ann Dupe", ("Ann", "Dupe")),
        ("Ann Lapsed", ("Ann", "Lapsed")), ("Ann Lee-Hale", ("Ann", "Lee-Hale")), ("1st Street Church", ("1st Street", "Church")),
        ("#1 Dads Club", (None, "#1 Dads Club")), ("Board of Deacons Church", (None, "Board of Deacons Church")), ("ROE Ann", ("Roe", "Ann")),
    ],
)  # fmt: skip
def test_full_names_that_look_like_remarks_stay(tmp_path, cell, name):
    lead = lead_of(tmp_path, "Name", cell)
    assert (lead["first_name"], lead["last_name"], lead["custom_fields"]) == (*name, "{}")
