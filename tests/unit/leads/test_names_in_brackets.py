"""A name in brackets behind a name of one word, or behind an organisation's: it may be the person, and is kept."""

import json

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def note_of(tmp_path, name: str) -> str | None:
    file = tmp_path / "people.csv"
    file.write_text(f'Name,Phone\n"{name}",212-555-0101\nBo Rand,212-555-0102\n')
    lead = validate_file(file, Manifest(), "US").leads.collect().to_dicts()[0]
    return json.loads(lead["custom_fields"] or "{}").get("Name in Brackets")


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("Smith (Jane)", "Jane"),
        ("Acme Inc. (Ada Quill)", "Ada Quill"),
        ("Quill (Ada & Bo)", "Ada & Bo"),
        ("Müller (Änne)", "Änne"),
        ("Verein der Freunde e.V. (Ada Quill)", "Ada Quill"),
    ],
)
def test_a_name_in_brackets_is_kept(tmp_path, name, note):
    assert note_of(tmp_path, name) == note


@pytest.mark.parametrize(
    "name", ["Ada (Addie) Quill", "Bo Rand (Bobby)", "Jean Dupont (père)", "Dupont (père)", "Tom Reed (son)", "Ada Quill"]
)
def test_a_nickname_or_a_relation_is_no_note(tmp_path, name):
    assert note_of(tmp_path, name) is None
