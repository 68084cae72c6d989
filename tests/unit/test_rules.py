"""Uploads are read again when a rule changes, wherever the rule stands."""

import shutil

import pytest

from henk_pipeline.settings import PACKAGE
from henk_pipeline.steps import rules


@pytest.mark.parametrize(
    ("file", "is_rule"),
    [
        ("steps/validate.py", True),
        ("steps/stated_refusals.py", True),
        ("steps/upload_verdict.py", True),
        ("steps/upload_words.py", False),
        ("steps/match.py", True),
        ("consent/columns.py", True),
        ("steps/report.py", False),
        ("cli/output.py", False),
    ],
)
def test_code_that_judges_rows_is_part_of_the_rules(tmp_path, monkeypatch, file, is_rule):
    package = tmp_path / "package"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(rules, "PACKAGE", package)
    rules._digest_of_rules.cache_clear()
    before = rules.written_rules()
    (package / file).write_text((package / file).read_text() + "# changed\n")
    rules._digest_of_rules.cache_clear()
    changed = rules.written_rules() != before
    rules._digest_of_rules.cache_clear()
    assert changed == is_rule
