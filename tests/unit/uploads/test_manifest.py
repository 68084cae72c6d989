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
        ('\ncampaigns = [""]', "Line 2 of the manifest: 'campaigns.0.campaign' cannot be ''"),
        ('campaigns = [""]', 'Write for example: campaigns = ["Year End"].'),
        ('campaigns = [\n"Gala",\n7]', "Line 1 of the manifest: 'campaigns.1' "),
        ('campaigns = [{campaign = "A", priority = 0}]', 'Write for example: campaigns = [{campaign = "Year End", priority = 1}].'),
        ("campaigns = [{priority = 1}]", 'Write for example: campaigns = [{campaign = "Year End", priority = 1}].'),
        ('campaigns = [{name = "A"}]', "Write for example: campaigns = "),
        (
            '[[campaigns]]\ncampaign = "A"\npriority = 1\n[[campaigns]]\ncampaign = "B"\npriority = 0',
            "Line 6 of the manifest: 'campaigns.1.priority'",
        ),
        (
            '[[campaigns]]\ncampaign = ""',
            "Line 2 of the manifest: 'campaigns.0.campaign' cannot be '': it must not be empty. Write for example: campaign = \"Year End\".",
        ),
        ('[[campaigns]]\ncampaign = "A"\n[[campaigns]]\npriority = 1', "Line 3 of the manifest: 'campaigns.1.campaign' is missing"),
        ('tags = [""]', "Line 1 of the manifest: 'tags.0'"),
        ('[columns]\n"list" = "first_name"\n[[lists]]\nlist = 7', "Line 4 of the manifest: 'lists.0.list'"),
        ('[consent]\n"A" = "x"\n"B" = "refusal"', "Line 2 of the manifest: 'consent.A.meaning'"),
        ('list = "a"\nlist = "b"', "line 2 sets 'list' again, which line 1 sets already. Keep one of the two and remove the other."),
        ('list = "a"\n# mine\n\nlist = "b"\n\n', "line 4 sets 'list' again, which line 1 sets already."),
        ('[columns]\na = "email"\n[columns]\nb = "phone"', "line 3 sets 'columns' again, which line 1 sets already."),
        ('[[lists]]\nlist = "a"\n[[lists]]\nlist = "b"\nlist = "c"', "line 5 sets 'list' again, which line 4 sets already."),
        ('campaigns = ["x"]\n[[campaigns]]\ncampaign = "y"', "line 2 sets 'campaigns' again, which line 1 sets already."),
        ('campaigns = [{campaign = "a", campaign = "b"}]', "line 1 sets 'campaign' twice. Keep one of the two and remove the other."),
        ("locale = 'xx-YY'", "there is no language 'xx' (ISO 639-1)"),
        ("locale = 'en-YY'", "there is no country 'YY' (ISO 3166-1)"),
        ("locale = 'xx-YY'", 'such as "en-GB" or "de". Write for example: locale = "en-GB".'),
        ("locale = 'EN_gb'", "Did you mean 'en-GB'?"),
        ("locale = 'german'", "Did you mean 'de'?"),
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


@pytest.mark.parametrize("locale", ["de", "en", "ja", "en-US", "de-CH", "hu-HU", "en-UK", "fr-CA", "nb-NO", "no", "zh-TW", "en-EU"])
def test_locales_of_languages_and_countries_there_are_can_be_used(locale):
    assert parse_manifest(f"locale = '{locale}'").locale == locale


@pytest.mark.parametrize(
    "text", ['list = "a"\nlist = "b"', '[columns]\na = "email"\n[columns]\n', 'campaigns = [{campaign = "a", campaign = "b"}]']
)
def test_advice_on_a_key_that_stands_twice_does_not_show_the_faulty_line_again(text):
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    assert "Write" not in str(caught.value)
    assert "double quotes" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ['campaigns = [""]', "campaigns = [{priority = 1}]", 'tags = [""]', "[consent]\nA = 'x'", "[columns]\nA = 7", "locale = 'xx'"]
)
def test_the_line_that_is_shown_is_right_where_it_stands(text):
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    parse_manifest(str(caught.value).partition("Write for example: ")[2].removesuffix("."))


@pytest.mark.parametrize(
    "text",
    [
        'list = "a\\u0000b"',
        'description = "\\u0000"',
        'tags = ["x", "a\\u0000"]',
        '[columns]\n"a\\u0000" = "email"',
        '[[lists]]\nlist = "a\\U00000000"\nwhere = { field = "city", op = "=", value = "x" }',
    ],
)
def test_a_character_that_no_database_keeps_is_refused_with_its_line(text):
    with pytest.raises(ManifestError, match=r"^Line [12] holds the character U\+0000"):
        parse_manifest(text)
