"""Names of columns in twenty languages: of every field, as people and systems write them (names_of_fields.csv), and opt-outs above all."""

import csv
from pathlib import Path

import polars as pl
import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.manifest import Manifest

with (Path(__file__).parent / "names_of_fields.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [(row["language"], row["field"], row["name"]) for row in csv.DictReader(file)]
CELLS = {
    "first_name": ["Ana", "Bo"], "last_name": ["Ash", "Burke"], "full_name": ["Ana Ash", "Bo Burke"], "phone": ["+45 32 12 34 56", "+45 32 12 34 57"],
    "mobile_phone": ["+45 20 12 34 56", "+45 20 12 34 57"], "email": ["a@q.example", "b@q.example"], "street": ["Elm 1", "Oak 2"], "city": ["Aarhus", "Ribe"],
    "postal_code": ["8000", "6760"], "country": ["DK", "SE"], "birth_date": ["1970-12-31", "1971-12-31"], "notes": ["calm", "kind"], "do_not_call": ["x", ""],
    "last_gift_date": ["2026-01-31", "2026-02-28"], "last_gift_amount": ["50.00", "75.00"], "gift_amount": ["50.00", "75.00"], "gift_date": ["2026-01-31", "2026-02-28"],
}  # fmt: skip
# Names that are another word elsewhere have a column of their language next to them.
NEXT_TO = {
    "By": "Postnr", "İl": "Ülke", "Kent": "Ülke", "Ad": "Soyad", "İsim": None, "이름": None, "名字": "姓氏", "Via": "CAP", "Gate": "Poststed", "Vei": "Poststed", "Vej": "Postnr",
    "Kod": "Miasto", "Stát": "PSČ", "Štát": "Obec", "Not": "Soyad", "说明": "姓名", "참고": "성명", "Cep": "Ad Soyad", "Summa": "Lahjoituspäivä", "Suma": "Dátum daru", "Sumă": "Data donației", "Сума": "Дата пожертви",
}  # fmt: skip
YES = {"tr": "Evet", "hu": "Igen", "cs": "Ano", "sk": "Áno", "pl": "Tak", "ro": "Da", "el": "Ναι", "it": "Sì", "zh": "是", "ja": "はい", "ko": "예", "ru": "Да", "fi": "Kyllä", "fr": "Oui", "es": "Sí", "pt": "Sim"}  # fmt: skip
NO = {"tr": "Hayır", "hu": "Nem", "ro": "Nu", "cs": "Ne", "el": "Όχι", "it": "No", "zh": "否", "ja": "いいえ", "ko": "아니오", "ru": "Нет", "fi": "Ei", "fr": "Non", "es": "No", "pt": "Não", "da": "Nej", "sv": "Nej", "no": "Nei", "nl": "Nee", "de": "Nein"}  # fmt: skip
FIELDS = {language: {field for of, field, _ in ROWS if of == language} for language, _, _ in ROWS}


def table_of(field, name):
    columns = {name: CELLS[field]}
    if (near := NEXT_TO.get(name)) and near != name:
        columns[near] = CELLS["full_name"] if field in ("notes", "mobile_phone") else ["", ""]
    if field == "last_name":
        columns["First Name"] = CELLS["first_name"]
    if field == "first_name" and not near:
        columns["Last Name"] = CELLS["last_name"]
    return pl.DataFrame(columns)


@pytest.mark.parametrize("language", FIELDS)
def test_names_in_a_language_are_their_fields(language):
    named = [(field, name) for of, field, name in ROWS if of == language]
    taken = [(field, name, map_columns(table_of(field, name), {}).by_column()[name]) for field, name in named]
    # "Robinsonlisten" is a register.
    assert [wrong for wrong in taken if wrong[2] != wrong[0] and (wrong[0], wrong[2]) != ("do_not_call", "dnc")] == []


@pytest.mark.parametrize("language", sorted(FIELDS.keys() - {"sk", "uk"}))
def test_a_language_has_a_name_for_every_field(language):
    # In Turkish the last gift begins with "Son", a child of an English list of a family.
    missing = {"last_gift_date", "last_gift_amount"} if language == "tr" else set()
    assert FIELDS[language] | missing == CELLS.keys()


@pytest.mark.parametrize(("language", "name"), [(language, name) for language, field, name in ROWS if field == "do_not_call"])
def test_who_refuses_calls_in_a_language_is_not_called(tmp_path, language, name):
    no = NO.get(language, "")
    text = f"Name,Phone,Email,{name}\nAna Ash,212-555-0101,a@q.example,{YES.get(language, 'Ja')}\nBo Burke,212-555-0102,b@q.example,{no}\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    leads = validate_file(tmp_path / "a.csv", Manifest(), "US", scratch=tmp_path).leads.collect()
    assert leads.select(pl.col("do_not_call") | pl.col("dnc")).to_series().to_list() == [True, False]


@pytest.mark.parametrize(
    ("name", "cells", "field"),
    [
        ("By", ["web", "fair"], "city"), ("Ad", ["spring", "fall"], "first_name"), ("Via", ["web", "fair"], "street"), ("Not", ["x", "y"], "notes"), ("Kent", ["yes", "no"], "city"), ("Gate", ["A", "B"], "street"),
        ("Stat", ["ok", "open"], "country"), ("Kod", ["a1", "b2"], "postal_code"), ("Cep", ["01310-100", "01310-200"], "mobile_phone"),
    ],
)  # fmt: skip
def test_a_short_word_elsewhere_is_no_field(name, cells, field):
    table = pl.DataFrame({"Name": CELLS["full_name"], "Phone": CELLS["phone"], name: cells})
    assert map_columns(table, {}).by_column()[name] != field


@pytest.mark.parametrize(
    "columns",
    [
        {"Nume": "last_name", "Prenume": "first_name", "Telefon": "phone"},
        {"Ad": "first_name", "Soyad": "last_name", "Cep": "mobile_phone"},
        {"姓": "last_name", "名": "first_name", "手机": "mobile_phone", "邮箱": "email"},
        {"氏名": "full_name", "電話番号": "phone", "メールアドレス": "email"},
        {"Imię i nazwisko": "full_name", "Telefon kom.": "mobile_phone", "Miejscowość": "city"},
        {"Nome e cognome": "full_name", "Data di nascita": "birth_date", "Cellulare": "mobile_phone"},
        {"Navn": "full_name", "Postnr": "postal_code", "By": "city", "Tlf.": "phone"},
        {"Nimi": "full_name", "Puhelinnumero": "phone", "Postitoimipaikka": "city"},
    ],
)  # fmt: skip
def test_a_header_in_a_language(columns):
    table = pl.DataFrame({name: CELLS[field] for name, field in columns.items()})
    assert map_columns(table, {}).by_column() == columns


def names_in(folder: Path, header: str, *rows: str) -> list[tuple[str | None, str | None]]:
    """Return the given and family names that a file of names and numbers gives."""
    file = folder / "people.csv"
    file.write_text("\n".join([f"{header};Tel", *(f"{row};+33 1 42 68 53 {number:02}" for number, row in enumerate(rows))]) + "\n")
    upload = validate_file(file, Manifest(), "FR")
    assert upload.error is None, upload.error
    return upload.leads.select("first_name", "last_name").collect().rows()


@pytest.mark.parametrize(
    ("header", "row", "first", "last"),
    [
        ("NOM Prénom", "DUPONT Marie", "Marie", "Dupont"),
        ("NOM Prénom", "DE LA TOUR Jean-Marc", "Jean-Marc", "de la Tour"),
        ("Nom et prénom", "Martin Sophie", "Sophie", "Martin"),
        ("Nom et prénom", "Mme DUPONT Marie", "Marie", "Dupont"),
        ("Nom et prénom", "M. Martin Paul", "Paul", "Martin"),
        ("Head of Household", "Ann Lee", "Ann", "Lee"),
        ("Név", "Nagy János", "János", "Nagy"),
        ("Cognome e nome", "Rossi Maria", "Maria", "Rossi"),
        ("Nazwisko i imię", "Kowalski Jan", "Jan", "Kowalski"),
        ("Nachname Vorname", "von Ardenne Jutta", "Jutta", "von Ardenne"),
        ("Apellidos y nombre", "García López Ana", "Ana", "García López"),
        ("Achternaam en voornaam", "de Vries Jan", "Jan", "de Vries"),
        ("Last, First", "Lee Ann", "Ann", "Lee"),
        ("Nom", "DUPONT Marie", "Marie", "Dupont"),
        ("Name", "DUPONT Marie", "Marie", "Dupont"),
        # The order of other columns, and of cells with a comma, stays.
        ("Nom et prénom", "Martin, Sophie", "Sophie", "Martin"),
        ("Prénom et nom", "Sophie Martin", "Sophie", "Martin"),
        ("Name", "MARY Jones", "Mary", "Jones"),
        ("Nom", "Marie Dupont", "Marie", "Dupont"),
        ("Names", "Ann Lee", "Ann", "Lee"),
        ("Socio", "Maria Rossi", "Maria", "Rossi"),
        ("Socia", "Ana López", "Ana", "López"),
        ("Socio/a", "María de los Ángeles García López", "María", "de los Ángeles García López"),
        ("Donatore", "Maria Rossi", "Maria", "Rossi"),
    ],
)
def test_family_names_are_not_lost(tmp_path, header, row, first, last):
    assert names_in(tmp_path, header, row) == [(first, last)]


def test_two_family_names_in_two_columns_are_joined(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Nombre,Apellido Paterno,Apellido Materno,Teléfono\nAna,García,López,+52 55 5123 4567\nIván,Ruiz,,+52 55 5123 4568\n")
    leads = validate_file(file, Manifest(), "MX").leads.collect()
    assert leads.select("first_name", "last_name").rows() == [("Ana", "García López"), ("Iván", "Ruiz")]


def test_a_column_of_members_that_holds_no_names_is_none(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Socio;Teléfono;Nombre;Apellidos\nSí;+34 912 345 678;Ana;García\n12;+34 912 345 679;Iván;Ruiz\n")
    leads = validate_file(file, Manifest(), "ES").leads.collect()
    assert leads.select("first_name", "last_name").rows() == [("Ana", "García"), ("Iván", "Ruiz")]
