"""Documents that a program makes say what the program says now."""

import importlib.util
from pathlib import Path

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


def test_the_manifests_keys_are_documented():
    from henk_pipeline.uploads.manifest import ListSplit, Manifest  # noqa: PLC0415

    text = (ROOT / "docs" / "upload-format.md").read_text("utf-8")
    for model in (Manifest, ListSplit):
        for name, info in model.model_fields.items():
            assert f"| `{name}` | {info.description}" in text


def test_the_rules_are_documented():
    from henk_pipeline.leads.contract import RULES  # noqa: PLC0415

    text = (ROOT / "docs" / "upload-format.md").read_text("utf-8")
    for code, rule in RULES.items():
        assert f"| `{code}` |" in text
        assert rule.remedy in text
