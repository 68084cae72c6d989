"""A number that is written in several columns is joined, and never to another number than its digits say."""

import json

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def read(tmp_path, country: str, *lines: str):
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n")
    upload = validate_file(file, Manifest(max_rejected=1), country)
    leads = {(lead["line"]): lead for lead in upload.leads.collect().to_dicts()}
    return leads, upload


def numbers(tmp_path, country: str, *lines: str) -> list[str | None]:
    leads, _ = read(tmp_path, country, *lines)
    return [leads[line]["phone"] or leads[line]["mobile_phone"] if line in leads else None for line in range(2, len(lines) + 1)]


@pytest.mark.parametrize(
    ("country", "header", "row", "number"),
    [
        ("US", "Name,Country Code,Area Code,Number", "Ada Quillon,1,212,5550101", "+12125550101"),
        ("US", "Name,Country Code,Area Code,Number", "Ada Quillon,+44,1522,555123", "+441522555123"),
        ("US", "Name,CC,Area,Local", "Ada Quillon,44,020,7946 0144", "+442079460144"),
        ("US", "Name,Country Code,Area Code,Number", "Ada Quillon,DE,30,2636790", "+49302636790"),
        ("US", "Name,Area Code,Phone Number", "Ada Quillon,(212),555-0101", "+12125550101"),
        ("US", "Name,Phone Area Code,Phone", "Ada Quillon,212.0,5550101.0", "+12125550101"),
        ("DE", "Name;Vorwahl;Rufnummer", "Ada Quillon;030;2636790", "+49302636790"),
        ("DE", "Name;CC;Ortsnetz;Rufnummer", "Ada Quillon;0049;30;263 67-90", "+49302636790"),
        ("DE", "Name;CC;Vorwahl;Rufnummer", "Ada Quillon;43;01;5128000", "+4315128000"),
        ("DE", "Name;Vorwahl;Telefon", "Ada Quillon;+4930;2636790", "+49302636790"),
        ("BR", "Nome;DDI;DDD;Telefone", "Ana Silva;55;011;961234567", "+5511961234567"),
        ("MX", "Nombre,Lada,Teléfono", "Ana Ruiz,55,5512 3456", "+525555123456"),
        ("IT", "Name,Area Code,Phone", "Ada Quillon,06,69812345", "+390669812345"),
        ("NL", "Naam,Netnummer,Telefoonnummer", "Ada Quillon,020,5551234", "+31205551234"),
    ],
)  # fmt: skip
def test_area_code_and_number_are_joined(tmp_path, country, header, row, number):
    assert numbers(tmp_path, country, header, row) == [number]


@pytest.mark.parametrize(
    ("country", "area", "cell", "number"),
    [
        ("US", "212", "(212) 555-0101", "+12125550101"),  # the number has it already
        ("US", "212", "917-555-0101", "+19175550101"),  # a whole number of another area
        ("US", "", "718-555-0103", "+17185550103"),
        ("DE", "030", "0171 2345678", "+491712345678"),  # dialled with the prefix: a whole number
        ("DE", "030", "+49 621 1234567", "+496211234567"),
        ("DE", "", "0621 1234567", "+496211234567"),
    ],
)
def test_a_number_that_is_whole_stands_alone(tmp_path, country, area, cell, number):
    assert numbers(tmp_path, country, "Name,Email,Area Code,Phone", f"Ada Quillon,,{area},{cell}", "Bo,bo@x.example,11,") == [number, None]


@pytest.mark.parametrize(
    ("country", "area", "cell"),
    [
        ("US", "999", "5550101"), ("US", "", "5550101"), ("US", "212", "55501"), ("DE", "", "2636790"), ("DE", "abc", "2636790"),
        ("DE", "30", "302636790"),  # with or without its area code: either is a number of Berlin
        ("US", "212", "5550101 / 5550102"), ("US", "N/A", "5550101"),
    ],
)  # fmt: skip
def test_what_is_no_number_or_may_be_two_is_rejected(tmp_path, country, area, cell):
    rows = (f"Ada Quillon,,{area},{cell}", "Bo Ark,,212,5550109", "Bo Ark,,212,5550109", "Cy Ark,,212,5550108", "Cy Ark,,212,5550107")
    _, upload = read(tmp_path, country, "Name,Email,Area Code,Phone", *rows)
    rejected = upload.rejections.collect()
    assert (2, "phone_invalid", cell) in rejected.select("line", "rule", "value").rows()


def test_extensions_of_a_column_are_kept(tmp_path):
    leads, _ = read(
        tmp_path, "US", "Name,Area Code,Number,Ext", "Ada Quillon,212,5550101,33", "Bo Ark,212,5550102 x7,", "Cy Ny,212,5550103,"
    )
    assert [json.loads(lead["custom_fields"]).get("phone_extension") for lead in leads.values()] == ["33", "7", None]
    leads, _ = read(tmp_path, "DE", "Name;Telefon;Durchwahl", "Ada Quillon;030 2636790;12")
    assert (leads[2]["phone"], json.loads(leads[2]["custom_fields"])["phone_extension"]) == ("+49302636790", "12")


def test_each_number_has_its_own_area_code(tmp_path):
    header = "Name,Home Area Code,Home Phone,Mobile Area Code,Mobile Phone"
    leads, _ = read(tmp_path, "US", header, "Ada Quillon,212,555-0101,917,555-0102")
    assert (leads[2]["phone"], leads[2]["mobile_phone"]) == ("+12125550101", "+19175550102")
    # One without a name of its own is of the number next to it: "30" before a mobile number without its zero would be another number.
    leads, _ = read(tmp_path, "DE", "Name;Vorwahl;Telefon;Handy", "Ada Quillon;30;2636790;1712345678")
    assert (leads[2]["phone"], leads[2]["mobile_phone"]) == ("+49302636790", "+491712345678")


def test_a_column_named_area_that_holds_places_is_no_area_code(tmp_path):
    assert numbers(tmp_path, "US", "Name,Area,Phone", "Ada Quillon,North,212-555-0101", "Bo Ark,South,212-555-0102") == [
        "+12125550101",
        "+12125550102",
    ]


@pytest.mark.parametrize(
    ("country", "header", "row", "number"),
    [
        ("US", "Name,Area Code,Exchange,Line", "Ada Quillon,212,555,0101", "+12125550101"),
        ("US", "Name,Area Code,Exchange,Number", "Ada Quillon,212,555,0101", "+12125550101"),
        ("US", "Name,Area Code,Prefix,Suffix", "Ada Quillon,(212),555,0101", "+12125550101"),
        ("US", "Name,Area Code,Prefix,Phone", "Ada Quillon,212,555,0101", "+12125550101"),
        ("US", "Name,Phone Area Code,Phone Prefix,Phone Suffix", "Ada Quillon,212,555,0101", "+12125550101"),
        ("US", "Name,NPA,NXX,Line Number", "Ada Quillon,212.0,555.0,0101", "+12125550101"),
        ("US", "Name,Home Area Code,Home Exchange,Home Line", "Ada Quillon,212,555,0101", "+12125550101"),
        ("US", "Name,Exchange,Line,Area Code", "Ada Quillon,555,0101,212", "+12125550101"),
        ("DE", "Name,Country Code,Area Code,Exchange,Line", "Ada Quillon,1,212,555,0101", "+12125550101"),
        ("BR", "Nome;DDD;Prefixo;Sufixo", "Ana Silva;11;3333;4444", "+551133334444"),
        ("BR", "Nome;DDD;Prefixo;Número", "Ana Silva;11;96123;4567", "+5511961234567"),
    ],
)  # fmt: skip
def test_a_number_in_three_columns_is_joined(tmp_path, country, header, row, number):
    assert numbers(tmp_path, country, header, row) == [number]


def test_each_number_in_three_columns_has_its_own_parts(tmp_path):
    header = "Name,Home Area Code,Home Exchange,Home Line,Cell Area Code,Cell Exchange,Cell Line"
    leads, upload = read(tmp_path, "US", header, "Ada Quillon,212,555,0101,917,555,0102", "Bo Ark,,,,917,555,0103")
    assert [(lead["phone"], lead["mobile_phone"]) for lead in leads.values()] == [
        ("+12125550101", "+19175550102"), (None, "+19175550103"),
    ]  # fmt: skip
    assert "Columns “Home Area Code”, “Home Exchange” and “Home Line” are joined to one number." in upload.mapping.notes


@pytest.mark.parametrize(
    ("area", "exchange", "line", "number"),
    [
        ("212", "555", "0101", "+12125550101"),
        ("", "", "(212) 555-0101", "+12125550101"),  # whole by itself
        ("212", "", "555-0101", "+12125550101"),
        ("212", "555", "555-0101", "+12125550101"),  # has its exchange already
        ("212", "556", "555-0101", None),
        ("212", "555", "101", None),  # a digit is missing, which one is not known
        ("212", "", "0101", None),
        ("", "555", "0101", None),
        ("212", "55", "0101", None),
        ("212", "555 or 556", "0101", None),
        ("212", "555", "0101 / 0102", None),
        ("999", "555", "0101", None),
        ("212", "055", "0101", None),
    ],
)  # fmt: skip
def test_a_number_in_three_columns_that_is_none_is_rejected(tmp_path, area, exchange, line, number):
    good = [f"Bo Ark,bo@x.example,212,555,01{place}" for place in range(10, 30)]
    found = numbers(tmp_path, "US", "Name,Email,Area Code,Exchange,Line", f"Ada Quillon,,{area},{exchange},{line}", *good)
    assert found[:2] == [number, "+12125550110"]


@pytest.mark.parametrize(
    ("header", "row", "custom"),
    [
        ("Name,Phone,Prefix,Suffix", "Ada Quillon,212-555-0101,Ms.,Jr.", {"Prefix": "Ms.", "Suffix": "Jr."}),
        ("Name,Phone,Exchange,Line", "Ada Quillon,212-555-0101,555,0101", {"Exchange": "555", "Line": "0101"}),
        ("Name,Area Code,Phone,Exchange", "Ada Quillon,212,555-0101,NYSE", {"Area Code": "212", "Exchange": "NYSE"}),
    ],
)
def test_columns_named_as_parts_of_numbers_that_are_none_are_left(tmp_path, header, row, custom):
    leads, _ = read(tmp_path, "US", header, row)
    assert (leads[2]["phone"], json.loads(leads[2]["custom_fields"])) == ("+12125550101", custom)
