"""Documents that a program makes say what the program says now."""

import importlib.util
import json
from pathlib import Path

from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_data_model_is_the_catalogs(connection):
    maker = _load(ROOT / "schemas" / "make_data_model.py")
    document = maker.DOCUMENT.read_text("utf-8")
    assert maker.fill(document, maker.describe(connection)) == document, "run `make data-model`"


def test_what_is_told_of_uploads_is_what_the_code_knows():
    maker = _load(ROOT / "schemas" / "make_upload_format.py")
    document = maker.DOCUMENT.read_text("utf-8")
    assert maker.fill(document, maker.describe()) == document, "run `make upload-format`"
    assert maker.SCHEMA.read_text("utf-8") == maker.schema_text(), "run `make upload-format`"


def test_the_schema_of_an_upload_takes_the_rows_that_the_contract_takes():
    maker = _load(ROOT / "schemas" / "make_upload_format.py")
    validator = Draft202012Validator(json.loads(maker.SCHEMA.read_text("utf-8")))
    row = {"line": 2, "email": "ana@example.org", "phone": None, "last_gift_amount": 5.0}
    assert not list(validator.iter_errors(row))
    assert list(validator.iter_errors({**row, "email": None}))
    assert list(validator.iter_errors({**row, "phone": "555-0123"}))
    assert list(validator.iter_errors({**row, "last_gift_amount": -1}))


def test_the_rules_are_documented():
    from henk_pipeline.leads.contract import RULES  # noqa: PLC0415

    text = (ROOT / "docs" / "upload-format.md").read_text("utf-8")
    for code, rule in RULES.items():
        assert f"| `{code}` |" in text
        assert rule.remedy in text
