"""A manifest says what it means or is told what is wrong with it."""

import pytest

from henk_pipeline.uploads.manifest import CampaignAssignment, Manifest, ManifestError, parse_manifest, write_manifest


def test_an_empty_manifest_has_the_defaults():
    assert parse_manifest("") == Manifest(list=None, update="fill", max_rejected=0.25)


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
def test_a_mistake_is_told_with_its_key_and_value(text, said):
    with pytest.raises(ManifestError, match=said.replace("[", r"\[")):
        parse_manifest(text)
