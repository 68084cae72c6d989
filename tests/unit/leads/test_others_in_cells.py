"""A number or an address that a cell gives to somebody else by name is not the row's; its own one is used."""

import pytest

from henk_pipeline.leads.others_in_cells import OwnCell, read_cell
from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

OWN, OTHER = "+12125550101", "+19175550199"


def read_rows(tmp_path, text: str):
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    validated = validate_file(path, Manifest(), "US")
    return validated, validated.leads.collect().rows(named=True)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Ana Ash", "212-555-0101 (Ana), 917-555-0199 (Carl)"), ("Ana Ash", "Ana 212-555-0101, Carl 917-555-0199"), ("Bo Bri", "212-555-0101 / Carl: 917-555-0199"),
        ("Bo Bri", "(H) 212-555-0101 (Mom) 917-555-0199"), ("Ana Ash", "Ana: 212-555-0101 | Carl: 917-555-0199"), ("Ana Ash", "212-555-0101 (self), 917-555-0199 (son)"),
        ("Robert Fox", "Bob: 212-555-0101; Carl: 917-555-0199"), ("Ana Ash", "212-555-0101 (Ana); 917-555-0199 (Xiomara)"), ("Di Dan", "212-555-0101; Carl Dan 917-555-0199"),
        ("Ash, Ana", "Ana: 212-555-0101; Carl's cell: 917-555-0199"), ("Ann Lee", "212-555-0101 (wife: 917-555-0199)"), ("Ann Lee", "212-555-0101 (wife 917-555-0199)"),
        ("Ann Lee", "212-555-0101 (Al: 917-555-0199)"), ("Ann Lee", "212-555-0101 husband: 917-555-0199"), ("Ann Lee", "212-555-0101 (Ann) 917-555-0199 (Carl)"),
        ("Ann Lee", "212-555-0101 or her daughter at 917-555-0199"),
    ],
)  # fmt: skip
def test_a_number_of_somebody_else_is_left_out_and_kept_as_written(tmp_path, name, cell):
    _, (lead,) = read_rows(tmp_path, f'Name,Email,Phone\n"{name}",a@example.org,"{cell}"\n')
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == (OWN, None, None)
    assert cell in lead["custom_fields"]


def test_the_lines_of_numbers_of_others_are_named(tmp_path):
    validated, _ = read_rows(tmp_path, 'Name,Phone\nBo Bri,212-555-0102\nAna Ash,"Ana 212-555-0101, Carl 917-555-0199"\n')
    assert validated.lines_of_others == [3]
    assert any("those of the lines 3" in note for note in describe_reading(validated)["notes"])


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Ana Ash", "Home: 212-555-0101; Cell: 917-555-0199"), ("Robert Fox", "Bob 212-555-0101, Bob's cell 917-555-0199"), ("John & Jane Fox", "John 212-555-0101, Jane 917-555-0199"),
        ("Ana Ash", "212-555-0101, 917-555-0199 (until May)"), ("Acme", "Carl 212-555-0101, Ann 917-555-0199"), ("Ana Ash", "212-555-0101 / 917-555-0199"),
    ],
)  # fmt: skip
def test_two_numbers_that_no_name_divides_stay_two(tmp_path, name, cell):
    _, (lead,) = read_rows(tmp_path, f'Name,Email,Phone\n"{name}",a@example.org,"{cell}"\n')
    assert (lead["phone"], lead["mobile_phone"]) == (OWN, OTHER)


def test_numbers_of_two_others_are_nobodys(tmp_path):
    _, (lead,) = read_rows(tmp_path, 'Name,Email,Phone\nIx Ox,a@example.org,"Carl 212-555-0101, Ann 917-555-0199"\n')
    assert (lead["phone"], lead["mobile_phone"]) == (None, None)


def test_the_only_number_is_asked_about(tmp_path):
    _, (lead,) = read_rows(tmp_path, "Name,Email,Phone\nIx Ox,a@example.org,Carl 212-555-0101\n")
    assert lead["consent_unclear"] == "Phone: Carl 212-555-0101"


@pytest.mark.parametrize(
    ("name", "cell", "own"),
    [
        ("Ana Ash", "Carl: carl@example.org; Ana: a@example.org", "a@example.org"), ("Bo Bri", "bo@example.org; c@example.org (Carl)", "bo@example.org"),
        ("Di Dan", "Carl Dan <c@example.org>", None), ("Ed Ell", "Ell, Ed <ed@example.org>", "ed@example.org"), ("Robert Fox", "Bob Fox <rf@example.org>", "rf@example.org"),
        ("Ann Lee", "a@lee.example (wife: w@lee.example)", "a@lee.example"), ("Ann Lee", "a@lee.example (assistant: z@lee.example)", "a@lee.example"),
        ("Liz Fox", "Betty: liz@example.org", "liz@example.org"), ("Ana Ash", "office: o@example.org; a@example.org", "o@example.org"),
    ],
)  # fmt: skip
def test_an_address_of_somebody_else_is_left_out(tmp_path, name, cell, own):
    _, (lead,) = read_rows(tmp_path, f'Name,Email,Phone\n"{name}","{cell}",212-555-0101\n')
    assert lead["email"] == own


def test_a_relation_alone_is_left_to_the_words_next_to_numbers():
    assert read_cell("212-555-0101 (wife)", "Ana Ash", addresses=False) == OwnCell(
        "212-555-0101 (wife)", is_dropped=False, is_of_other=True
    )
    assert read_cell("a@example.org wife", "Ana Ash", addresses=True) is None
    assert read_cell("Ana 212-555-0101", "Ana Ash", addresses=False) == OwnCell("212-555-0101", is_dropped=False)


REFUSALS = ["Do Not Call", "DNC 3/4/22", "Nicht Anrufen", "Ne Pas Appeler", "No Llamar", "Niet Bellen", "Não Ligar", "Non Chiamare", "Verstorben", "Décédé", "TPS", "Widerspruch"]  # fmt: skip


@pytest.mark.parametrize("words", REFUSALS)
@pytest.mark.parametrize("form", ["212-555-0101 {} (Ana), 917-555-0199 (Carl)", "212-555-0101 (Ana), 917-555-0199 (Carl) {}", "{} 212-555-0101, Carl 917-555-0199", "212-555-0101 {} 917-555-0199 Ana"])  # fmt: skip
def test_a_refusal_in_the_part_of_somebody_else_is_not_lost(tmp_path, form, words):
    _, leads = read_rows(tmp_path, f'Name,Email,Phone\nAna Ash,a@example.org,"{form.format(words)}"\n')
    assert [lead["do_not_call"] for lead in leads] == [True]


@pytest.mark.parametrize("words", ["unsubscribed", "abgemeldet", "do not email", "opted out"])
def test_a_refusal_next_to_the_address_of_somebody_else_is_not_lost(words):
    assert read_cell(f"a@example.org (Ana), c@example.org (Carl) {words}", "Ana Ash", addresses=True) is None


@pytest.mark.parametrize("cell", ["917-555-0199 (wife)", "mom's cell 917-555-0199", "Carl 917-555-0199", "917-555-0199 daughter Eva"])
def test_the_number_of_another_does_not_hold_back_one_of_the_rows_own(tmp_path, cell):
    _, rows = read_rows(tmp_path, f'Name,Home Phone,Cell Phone\nAna Ash,212-555-0101,"{cell}"\nBo Bri,,"{cell}"\n')
    ana, bo = rows
    assert ({ana["phone"], ana["mobile_phone"]}, ana["consent_unclear"]) == ({OWN, None}, None)
    assert cell in ana["custom_fields"]
    assert bo["consent_unclear"]


@pytest.mark.parametrize("cell", ["212-555-0101 (Bob and Ana)", "212-555-0101 Ana and Bob", "212-555-0101 (Bob & Ana)"])
def test_a_number_of_the_person_and_another_is_the_persons(tmp_path, cell):
    _, (lead,) = read_rows(tmp_path, f'Name,Phone\nAna Ash,"{cell}"\n')
    assert (lead["phone"], lead["consent_unclear"]) == (OWN, None)
