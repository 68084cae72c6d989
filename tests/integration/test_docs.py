"""Documents that a program makes say what the program says now."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import psycopg
import pytest
from jsonschema import Draft202012Validator

from henk_pipeline.analytics.tables import load_tables
from henk_pipeline.steps.analytics import publish_analytics
from tests.integration.uploading import add_business, upload

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


def test_the_schema_to_read_is_the_databases(database_url):
    maker = _load(ROOT / "schemas" / "make_schema.py")
    files = maker.describe(database_url)
    present = {str(path.relative_to(maker.FOLDER)): path.read_text("utf-8") for path in maker.FOLDER.rglob("*.sql")}
    assert present == files, "run `make schema`"
    whole = "".join(files.values())
    assert whole.count("CREATE FUNCTION henk.erase_lead") + whole.count("CREATE FUNCTION public.erase_lead") == 1


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


def _published(settings, connection, folder):
    add_business(connection, "harbor-light", "Year End")
    text = "First Name,Email,Phone,Lead Source\nAna,ana@example.org,2125550101,Event\nBo,bad,,Event\n"
    upload(connection, folder, text, "harbor-light", max_rejected=0.9, campaigns=[{"campaign": "Year End"}])
    with psycopg.connect(settings.database_url.get_secret_value()) as other:
        publish_analytics(other, settings)


def test_the_data_dictionary_is_what_the_file_says(settings, connection):
    maker = _load(ROOT / "schemas" / "make_data_dictionary.py")
    with psycopg.connect(settings.database_url.get_secret_value()) as other:
        publish_analytics(other, settings)
    assert maker.describe(settings.analytics) == maker.DOCUMENT.read_text("utf-8"), "run `make data-dictionary`"


def test_the_lineage_of_columns_is_that_of_the_queries():
    maker = _load(ROOT / "schemas" / "make_column_lineage.py")
    assert maker.write_lineage(load_tables()) == maker.LINEAGE.read_text("utf-8"), "run `python schemas/make_column_lineage.py`"


def test_the_statements_of_matching_are_what_splink_writes():
    maker = _load(ROOT / "schemas" / "make_matching_statements.py")
    written, shipped = json.loads(maker.write_statements()), json.loads(maker.STATEMENTS.read_text("utf-8"))

    def lines(statement):
        """Return its lines without their order: that of columns is of a set, another one in each process."""
        return sorted(line.strip().rstrip(",") for line in statement.splitlines())

    assert {digest: lines(one) for digest, one in written.items()} == {digest: lines(one) for digest, one in shipped.items()}, (
        "run `python schemas/make_matching_statements.py`"
    )


@pytest.mark.long
def test_the_queries_for_analysts_and_the_notebook_run(settings, connection, tmp_path):
    _published(settings, connection, tmp_path)
    queries = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "analysts.md").read_text("utf-8"), re.DOTALL)
    assert len(queries) >= 6
    with duckdb.connect(str(settings.analytics), read_only=True) as henk:
        rows = [len(henk.execute(one).fetchall()) for one in queries]
    assert rows == [1, 1, 24, 1, 0, 1]
    ran = subprocess.run([sys.executable, ROOT / "notebooks" / "leads.py"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
