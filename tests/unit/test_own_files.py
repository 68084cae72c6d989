"""A file of the operator's that cannot be used is refused before anything is launched, in plain words."""

import pytest

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.settings import load_settings, schemas_folder
from henk_pipeline.steps.rules import written_rules


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Return what `written_rules`, with which every night begins, says of a file of the operator's; empty if it is used."""
    load_settings.cache_clear()

    def refusal(setting, text):
        path = tmp_path / "own.toml"
        path.write_text(text)
        monkeypatch.setenv(setting, str(path))
        load_settings.cache_clear()
        try:
            written_rules()
        except InfrastructureError as error:
            return str(error).replace(str(path), "own.toml")
        return ""

    yield refusal
    load_settings.cache_clear()


@pytest.mark.parametrize(
    ("setting", "text", "parts"),
    [
        (
            "HENK_SCORING",
            "# mine\n[reachability]\nphon = 12\n",
            ["line 3: the key 'phon' of [reachability] is not known. Known keys: phone, email, timezone. Did you mean 'phone'?"],
        ),
        (
            "HENK_SCORING",
            "phon = 12\n",
            ["line 1: the key 'phon' is not known. Known keys: reachability,", "Did you mean 'phone' of [reachability]?"],
        ),
        (
            "HENK_SCORING",
            "[giving.recency]\nday = 3\n",
            ["line 2: the key 'day' of [giving.recency]", "Known keys: points, unit_days, none_after_days."],
        ),
        ("HENK_SCORING", "[rating]\nhot = 'x'\n", ["line 2: 'rating.hot' cannot be 'x': it must be a whole number without quotes."]),
        ("HENK_SCORING", "[rating]\nhot = 1\n", ["rating.hot must be above rating.warm."]),
        ("HENK_SCORING", "[completeness]\nshoe = 0\n", ["no field of a lead: shoe."]),
        (
            "HENK_HEADERS",
            "[field]\nemail = ['x']\n",
            ["line 1: the key 'field' is not known. Known keys: fields,", "Did you mean 'fields'?"],
        ),
        (
            "HENK_HEADERS",
            "[fields]\n\ne_mail = ['x']\n",
            ["line 3: the key 'e_mail' of [fields] is not known. Known keys: ", "Did you mean 'email'?"],
        ),
        ("HENK_HEADERS", "[opposites]\nshoe = ['x']\n", ["line 2: the key 'shoe' of [opposites] is not known."]),
        ("HENK_HEADERS", "[fields]\nemail = 7\n", ["line 2: 'fields.email' cannot be 7: it must be a list in square brackets."]),
        (
            "HENK_HEADERS",
            "[systems.mine]\nsignatur = ['x']\n",
            ["the key 'signatur' of [systems.mine] is not known. Known keys: signature,", "'systems.mine.signature' is missing."],
        ),
        ("HENK_HEADERS", "not toml", ["HENK_HEADERS names own.toml, which cannot be used"]),
        ("HENK_MATCH_MODEL", "{}", ["The model own.toml (HENK_MATCH_MODEL", "'trained_on' is missing."]),
        ("HENK_MATCH_MODEL", "no json", ["The model own.toml (HENK_MATCH_MODEL", "henk match train"]),
        ("HENK_MATCH_MODEL", '{"trained_on": ["x"], "duplicates": 3, "settings": {}}', ["its 'settings' have no comparisons"]),
    ],
)
def test_a_mistake_is_refused_with_the_file_the_key_and_the_keys_there_are(check, setting, text, parts):
    refusal = check(setting, text)
    assert [part for part in [setting, "own.toml", *parts] if part not in refusal] == [], refusal
    assert "pydantic" not in refusal
    assert "validation error" not in refusal
    assert "type=" not in refusal


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("HENK_SCORING", ""),
        ("HENK_SCORING", "[rating]\nhot = 71\n"),
        ("HENK_HEADERS", '[fields]\nfirst_name = ["Rufname"]\n[opposites]\ndo_not_call = ["May phone"]\n'),
        ("HENK_MATCH_MODEL", (schemas_folder() / "upload" / "matching.json").read_text()),
    ],
)
def test_a_file_that_can_be_used_is_used(check, setting, text):
    assert check(setting, text) == ""


def test_a_file_that_is_not_there_is_refused(monkeypatch, tmp_path):
    for setting in ("HENK_SCORING", "HENK_HEADERS", "HENK_MATCH_MODEL"):
        monkeypatch.setenv(setting, str(tmp_path / "none"))
        load_settings.cache_clear()
        with pytest.raises(InfrastructureError, match=setting):
            written_rules()
        monkeypatch.delenv(setting)
    load_settings.cache_clear()
