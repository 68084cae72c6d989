"""Sums, ids and names under further headers, in six languages; and headers that are none of them."""

import polars as pl
import pytest

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.uploads.headers import map_columns


def mapped(cells):
    table = pl.DataFrame({"First Name": ["Ada", "Bo"], "Email": ["a@example.org", "b@example.org"], **cells})
    return map_columns(table, {})


@pytest.mark.parametrize(
    "column",
    ["Total Contributed", "Spende gesamt", "Spenden insgesamt", "Total donné", "Cumul des dons", "Donaciones totales", "Totaal gedoneerd", "Doações totais"],
)  # fmt: skip
def test_sums_of_gifts(column):
    assert mapped({column: ["120.00", "50.00"]}).by_column()[column] == "total_gifts"


@pytest.mark.parametrize("column", ["Total", "Total Calls", "Spende", "Gesamt", "Total Members", "Total Pledged"])
def test_other_sums_are_not(column):
    assert mapped({column: ["120.00", "50.00"]}).by_column()[column] != "total_gifts"


def test_the_gift_of_a_query_of_raisers_edge():
    one = mapped({"CnBio_ID": ["1", "2"], "CnGf_1_01_Amount": ["5.00", "7.00"], "CnGf_1_01_Date": ["1/15/2026", "1/16/2026"]})
    assert one.by_column() | {} == {
        "First Name": "first_name", "Email": "email", "CnBio_ID": "source_id", "CnGf_1_01_Amount": "gift_amount", "CnGf_1_01_Date": "gift_date",
    }  # fmt: skip
    several = mapped({"CnBio_ID": ["1", "2"], "CnGf_1_01_Amount": ["5.00", "7.00"], "CnGf_1_02_Amount": ["1.00", None]})
    assert several.by_column()["CnGf_1_01_Amount"] is None


@pytest.mark.parametrize(
    ("cells", "system"),
    [
        ({"Account Number": ["1001", "1002"], "Last Transaction Date": ["2026-01-15", None]}, "bloomerang"),
        ({"Account Number": ["1001", "1002"], "Communication Restrictions": [None, None]}, "bloomerang"),
        ({"Contact ID 18": ["003A000000abcdeAAA", "003A000000abcdfAAA"]}, "salesforce_id_of_18"),
    ],
)
def test_ids_of_systems(cells, system):
    mapping = mapped(cells)
    assert (mapping.by_column()[next(iter(cells))], mapping.system) == ("source_id", system)


@pytest.mark.parametrize(
    "column",
    [
        "Account Number",
        "Mitgl.-Nr.",
        "Mitgliedsnummer",
        "Numéro d'adhérent",
        "Número de socio",
        "Lidnummer",
        "Número de sócio",
        "Member ID",
    ],
)
def test_ids_of_no_known_system_are_asked_about(column):
    mapping = mapped({column: ["1001", "1002"]})
    assert mapping.by_column()[column] is None
    assert any(f"“{column}” may hold ids" in note for note in mapping.notes)


@pytest.mark.parametrize("cells", [{"Mitgl.-Nr.": ["7", "7"]}, {"Member since": ["2001", "2002"]}, {"VANID": ["1", "2"]}])
def test_columns_that_identify_nobody_are_not(cells):
    assert not any("may hold ids" in note for note in mapped(cells).notes)


@pytest.mark.parametrize("column", ["who", "Wer", "Qui", "Quién", "Wie", "Quem"])
def test_who_is_a_name_in_a_file_without_another(column):
    names = {column: ["Ada Quill", "Bo Li"], "Phone": ["212-555-0101", "212-555-0102"]}
    assert map_columns(pl.DataFrame(names), {}).by_column()[column] == "full_name"
    assert mapped(names).by_column()[column] is None  # they have given names already


@pytest.mark.parametrize("cells", [["Dana Ott", "Dana Ott", "Dana Ott"], ["by phone", "see 12", "3"]])
def test_who_called_is_no_name(cells):
    table = pl.DataFrame({"who": cells, "Phone": ["212-555-0101", "212-555-0102", "212-555-0103"]})
    assert map_columns(table, {}).by_column()["who"] is None


def test_a_file_without_names_says_so():
    table = pl.DataFrame({"Callee": ["Ada Quill", "Bo Li"], "Phone": ["212-555-0101", "212-555-0102"]})
    assert any("nobody of it has one" in note and "“Callee”" in note for note in map_columns(table, {}).notes)
    assert not any("nobody of it" in note for note in map_columns(table.select("Phone"), {}).notes)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Info Requested", None), ("INFO REQUESTED", None), ("(info requested)", None), ("Information demandée", None), ("Info angefordert", None),
        ("Información solicitada", None), ("Informatie gevraagd", None), ("Informação solicitada", None), ("TBD", None),
        ("Guest", "Guest"), ("Inforequest", "Inforequest"), ("Nomé", "Nomé"), ("Tba'a", "Tba'a"),
    ],
)  # fmt: skip
def test_a_placeholder_is_no_name(cell, name):
    table = pl.DataFrame({"First Name": [cell], "Email": ["a@example.org"]})
    columns = [ColumnMeaning("First Name", "first_name"), ColumnMeaning("Email", "email")]
    assert normalise(table, pl.Series([2]), columns, "US")["first_name"].to_list() == [name]
