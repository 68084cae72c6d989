"""A manifest says what it means or is told what is wrong with it."""

import re
from pathlib import Path

import pytest

from henk_pipeline.uploads.manifest import CampaignAssignment, Manifest, ManifestError, parse_manifest, write_manifest


def test_an_empty_manifest_has_the_defaults():
    assert parse_manifest("") == Manifest(list=None, update="fill", max_rejected=None)


def test_a_manifest_survives_being_written():
    manifest = Manifest(
        list="Gala “2026”", campaigns=(CampaignAssignment(campaign="Year End", priority=2),), columns={"Tel.": "phone"}, max_rejected=0.5
    )
    assert parse_manifest(write_manifest(manifest)) == manifest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("list = Gala", "not valid TOML"),
        ("liste = 'Gala'", "'liste' is not known. Known keys: list, description"),
        ("update = 'replace'", "'update' cannot be 'replace'"),
        ("max_rejected = 25", "'max_rejected' cannot be 25"),
        ("default_country = 'USA'", "'default_country' cannot be 'USA'"),
        ("[[campaigns]]\ncampaign = 'A'\npriority = 0", "'campaigns.0.priority' cannot be 0"),
        ("[[campaigns]]\nname = 'A'", "'campaigns.0.name' is not known. Known keys: campaign, priority"),
    ],
)
def test_a_mistake_is_reported_with_its_key_and_value(text, said):
    with pytest.raises(ManifestError, match=said.replace("[", r"\[")):
        parse_manifest(text)


def test_campaigns_are_named_in_the_short_form_or_with_their_terms():
    short = parse_manifest('campaigns = ["Year End", "Gala"]')
    assert [(one.campaign, one.priority) for one in short.campaigns] == [("Year End", 1), ("Gala", 1)]
    assert parse_manifest('campaigns = "Year End"').campaigns == (CampaignAssignment(campaign="Year End"),)
    mixed = parse_manifest('campaigns = ["Gala", {campaign = "Year End", priority = 2}]')
    assert mixed.campaigns == (CampaignAssignment(campaign="Gala"), CampaignAssignment(campaign="Year End", priority=2))
    assert parse_manifest('[campaigns]\ncampaign = "Gala"').campaigns == (CampaignAssignment(campaign="Gala"),)
    assert parse_manifest('[[lists]]\nlist = "x"\nwhere = {field = "email", op = "is_null"}\ncampaigns = ["Gala"]').lists[0].campaigns == (
        CampaignAssignment(campaign="Gala"),
    )
    assert parse_manifest(write_manifest(mixed)) == mixed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list = Gala guests", "line 1, 'list = Gala guests', cannot be read"),
        ("list = Gala guests", 'Write: list = "Gala guests".'),
        ("list: Gala", 'Write: list = "Gala".'),
        ("list = “Gala”", 'Write: list = "Gala".'),
        ("# mine\nlist = 'x'\ncampaigns = Year End\n", "line 3"),
        ("campaigns = Year End", 'Write: campaigns = ["Year End"].'),
        ('campaigns = ["Year End"\n', 'campaigns = ["Year End"]'),
        (
            "tags = 3",
            """Line 1 of the manifest: 'tags' cannot be 3: it must be a list in square brackets. Write for example: tags = ["gala", "2026"].""",
        ),
        ("[[campaigns]]\npriority = 1", 'campaign = "Year End"'),
        ("\npriority = 1", "Line 2 of the manifest: the key 'priority' is not known"),
        ("campagins = ['x']", "Did you mean 'campaigns'? Write for example: campaigns = [\"Year End\"]."),
        ("do_not_call = 'perhaps'", "true or false, without quotes. Write for example: do_not_call = true."),
        ("update = 'replace'", "choose one of 'fill', 'overwrite' or 'skip'"),
        ("max_rejected = 25", "the most is 1. Write for example: max_rejected = 0.25."),
        ("default_country = 'Germany'", "Did you mean 'DE'?"),
        ("default_country = 'XX'", "ISO 3166-1 code of two letters"),
    ],
)
def test_an_error_names_the_line_and_shows_one_that_is_right(text, expected):
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    assert expected in str(caught.value)
    assert "http" not in str(caught.value)


def test_the_example_in_the_documentation_can_be_used():
    document = (Path(__file__).parents[3] / "docs" / "upload-format.md").read_text()
    examples = [parse_manifest(text) for text in re.findall(r"```toml\n(.*?)```", document, re.DOTALL)]
    assert "Gala guests" in {manifest.list for manifest in examples}


def test_a_manifest_that_is_not_utf_8_is_refused_with_its_line():
    text = 'campaigns = ["Year End"]\nlist = "G\u00e4ste"\n'.encode("cp1252").decode("utf-8", errors="replace")
    with pytest.raises(ManifestError, match="Line 2 holds a character that is not UTF-8"):
        parse_manifest(text)
