"""Cells of several numbers with labels: which of them is called, in the languages of our files."""

import json

import pytest

from henk_pipeline.leads.labelled_numbers import read_labelled_cell
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

# The first number of each country, and the second.
NUMBERS = {
    "US": ("212-555-0101", "212-555-0111"),
    "DE": ("030 12345678", "030 12345679"),
    "FR": ("01 23 45 67 89", "01 23 45 67 80"),
    "ES": ("912 345 678", "912 345 679"),
    "IT": ("02 1234 5678", "02 1234 5679"),
    "NL": ("020 123 4567", "020 123 4568"),
}
E164 = {
    "US": ("+12125550101", "+12125550111"),
    "DE": ("+493012345678", "+493012345679"),
    "FR": ("+33123456789", "+33123456780"),
    "ES": ("+34912345678", "+34912345679"),
    "IT": ("+390212345678", "+390212345679"),
    "NL": ("+31201234567", "+31201234568"),
}


def read_row(tmp_path, cell: str, country: str = "US", salutation: str = "", name: str = "Zed,Quill", field: str = "Phone"):
    path = tmp_path / "people.csv"
    quoted = '"' + cell.replace('"', '""') + '"'
    header, other = f"Salutation,First Name,Last Name,Email,{field}", f",Ada,Quill,a@example.org,{NUMBERS.get(country, ('', ''))[0]}"
    path.write_text(f"{header}\n{salutation},{name},z@example.org,{quoted}\n{f'{other}{chr(10)}' * 3}", encoding="utf-8")
    lead, *_ = validate_file(path, Manifest(), country).leads.collect().rows(named=True)
    return lead


def written(cell: str, country: str) -> str:
    first, second = NUMBERS[country]
    return cell.replace("#1", first).replace("#2", second)


@pytest.mark.parametrize(
    ("country", "cell"),
    [
        # A fax next to the number.
        ("US", "#1 (fax: #2)"), ("US", "fax #2, tel #1"), ("US", "ph: #1 fx: #2"), ("US", "T #1 F #2"), ("US", "#1 (h), #2 (f)"), ("US", "#1 (not a fax) #2 (fax)"),
        ("US", "cell: #1 (fax #2)"), ("US", "pager #2, home #1"), ("DE", "#1 (Fax: #2)"), ("DE", "Telefax #2, Tel. #1"), ("FR", "#1 (fax : #2)"), ("FR", "fax #2, tél #1"),
        ("ES", "#1 (fax: #2)"), ("IT", "fax #2, tel #1"), ("IT", "#1 (fax: #2)"), ("NL", "fax #2, tel #1"), ("NL", "#1 (fax: #2)"),
        # An old number.
        ("US", "old #2 new #1"), ("US", "new #1 (old #2)"), ("US", "previous #2, current #1"), ("US", "former: #2 now #1"), ("US", "#1 (formerly #2)"),
        ("US", "was #2, now #1"), ("US", "#2 changed to #1"), ("US", "use #1 instead of #2"), ("US", "#2, new: #1"), ("US", "old number #2; new number #1"),
        ("DE", "alt #2 neu #1"), ("DE", "#2 (alt), #1 (neu)"), ("DE", "#1, alt: #2"), ("DE", "früher #2, jetzt #1"), ("DE", "bisher #2 neu #1"), ("DE", "alte Nummer #2, neue Nummer #1"),
        ("FR", "ancien #2 nouveau #1"), ("FR", "ancien numéro : #2, nouveau : #1"), ("FR", "#1 (anciennement #2)"), ("ES", "antiguo #2 nuevo #1"), ("ES", "anterior: #2, actual: #1"),
        ("IT", "vecchio #2 nuovo #1"), ("IT", "precedente: #2, attuale: #1"), ("NL", "oud #2 nieuw #1"), ("NL", "oude nummer: #2, nieuwe nummer: #1"), ("NL", "vorig #2, nu #1"),
    ],
)  # fmt: skip
def test_one_number_is_called_and_the_cell_is_kept(tmp_path, country, cell):
    text = written(cell, country)
    lead = read_row(tmp_path, text, country)
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == (E164[country][0], None, None)
    assert json.loads(lead["custom_fields"])["Phone (not used)"] == text


@pytest.mark.parametrize(
    ("country", "cell", "phone"),
    [
        ("US", "212-555-0101 / 0111", "+12125550101"), ("US", "212-555-0101/0111", "+12125550101"), ("US", "212-555-0101 or 0111", "+12125550101"),
        ("US", "212-555-0101, 0111", "+12125550101"), ("US", "(212) 555-0101 & 0111 (home)", "+12125550101"), ("US", "+1 212-555-0101/0111", "+12125550101"),
        ("GB", "020 7946 0101 / 0102", "+442079460101"), ("FR", "01 23 45 67 89/90", "+33123456789"),
    ],
)  # fmt: skip
def test_a_second_ending_leaves_the_first_number(tmp_path, country, cell, phone):
    lead = read_row(tmp_path, cell, country)
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == (phone, None, None)
    custom = json.loads(lead["custom_fields"])
    assert custom == {"Phone (not used)": cell}


def test_a_second_ending_is_asked_about_where_numbers_have_many_lengths(tmp_path):
    lead = read_row(tmp_path, "030 12345678 / 79", "DE")
    assert (lead["phone"], lead["consent_unclear"]) == ("+493012345678", "Phone: 030 12345678 / 79")


@pytest.mark.parametrize(
    ("country", "cell", "phone"),
    [
        ("US", "+1 (0) 212 555 0101", "+12125550101"), ("US", "+1 (0)212-555-0101", "+12125550101"), ("US", "+34 (0) 912 345 678", "+34912345678"), ("US", "+44 (0)20 7946 0101", "+442079460101"),
        ("US", "+49 (0)30 12345678", "+493012345678"), ("US", "+39 (0)2 1234 5678", "+390212345678"), ("US", "0044 20 7946 0101", "+442079460101"), ("US", "0044 (0)20 7946 0101", "+442079460101"),
        ("US", "00 1 212 555 0101", "+12125550101"), ("US", "tel:+12125550101", "+12125550101"), ("US", "callto:+12125550101", "+12125550101"), ("US", "212-555-0101h", "+12125550101"),
        ("DE", "030 / 12 34 56 / 78", "+493012345678"), ("DE", "030 1234 / 5678", "+493012345678"), ("DE", "+49 30 123456 / 78", "+493012345678"), ("DE", "030/12345678-79", "+49301234567879"),
        ("FR", "Tél. : 01 23 45 67 89", "+33123456789"), ("IT", "347 123 4567 (cellulare)", "+393471234567"), ("IT", "ufficio 02 1234 5678", "+390212345678"),
    ],
)  # fmt: skip
def test_a_number_that_is_certain_is_called(tmp_path, country, cell, phone):
    lead = read_row(tmp_path, cell, country)
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"], lead["custom_fields"]) == (phone, None, None, "{}")


@pytest.mark.parametrize("cell", ["003215550101", "1-212-555-01", "2.12555E+09", "21255501012125550111"])
def test_a_number_that_is_not_certain_is_refused(tmp_path, cell):
    path = tmp_path / "people.csv"
    path.write_text(f"Name,Email,Phone\nAda Quill,a@example.org,212-555-0100\nZed Quill,z@example.org,{cell}\nBo Quill,,{cell}\n")
    validated = validate_file(path, Manifest(max_rejected=1), "US")
    assert validated.rejections.collect()["line"].to_list() == [4]
    assert validated.leads.collect()["phone"].to_list() == ["+12125550100", None]


@pytest.mark.parametrize(
    ("country", "cell"),
    [
        ("US", "#1 or #2"), ("US", "#1 and #2"), ("US", "#1 & #2"), ("US", "#1 - #2"), ("US", "#1\n#2"), ("US", "#1 #2"), ("US", "#1 (h) #2 (c)"), ("US", "#1h #2c"),
        ("US", "home #1 cell #2"), ("US", "cell #2 home #1"), ("US", "#1 home #2 cell"), ("US", "main #1 alt #2"), ("US", "home #1, new cell #2"), ("DE", "#1 oder #2"),
        ("DE", "Festnetz #1, Handy #2"), ("DE", "Handy #2, Festnetz #1"), ("DE", "#1 #2"), ("FR", "#1 ou #2"), ("FR", "#1 #2"), ("FR", "domicile #1 portable #2"), ("ES", "#1 o #2"),
        ("ES", "#1 #2"), ("ES", "casa #1 móvil #2"), ("IT", "#1 o #2"), ("IT", "casa #1 cell #2"), ("NL", "#1 of #2"), ("NL", "thuis #1 mobiel #2"),
    ],
)  # fmt: skip
def test_two_numbers_of_the_person_are_two_and_the_landline_is_first(tmp_path, country, cell):
    lead = read_row(tmp_path, written(cell, country), country)
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"], lead["custom_fields"]) == (*E164[country], None, "{}")


def test_three_numbers_go_to_their_fields(tmp_path):
    lead = read_row(tmp_path, "H: 212-555-0101 W: 646-555-0101 M: 917-555-0101")
    assert (lead["phone"], lead["mobile_phone"], json.loads(lead["custom_fields"])) == (
        "+12125550101",
        "+19175550101",
        {"phone_2": "+16465550101"},
    )


def test_a_column_of_mobile_phones_takes_the_mobile_phone_first(tmp_path):
    lead = read_row(tmp_path, "home 212-555-0101, cell 917-555-0101", field="Mobile Phone")
    assert lead["mobile_phone"] == "+19175550101"


@pytest.mark.parametrize(
    "cell", ["#1 fax #2", "#1 (fax) #2", "#1 old #2", "His #1, Hers #2", "#1 (his), #2 (hers)", "husband #1, wife #2", "Mr. #1 Mrs. #2"]
)
def test_what_is_open_is_not_called_kept_and_asked_about(tmp_path, cell):
    text = written(cell, "US")
    lead = read_row(tmp_path, text)
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == (None, None, f"Phone: {text}")
    assert json.loads(lead["custom_fields"])["Phone (not used)"] == text


@pytest.mark.parametrize(
    ("country", "cell", "his", "hers"),
    [
        ("US", "His #1, Hers #2", "Mr.", "Mrs."), ("DE", "Sein: #1, Ihr: #2", "Herr", "Frau"), ("FR", "Lui #1, Elle #2", "M.", "Mme"), ("ES", "Él #1, Ella #2", "Sr.", "Sra."),
        ("IT", "Lui #1, Lei #2", "Sig.", "Signora"), ("NL", "Hij #1, Zij #2", "Dhr.", "Mevr."),
    ],
)  # fmt: skip
def test_the_form_of_address_says_whose_number_is_the_person_s(tmp_path, country, cell, his, hers):
    text = written(cell, country)
    for form, number in ((his, 0), (hers, 1)):
        lead = read_row(tmp_path, text, country, salutation=form)
        assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == (E164[country][number], None, None)
    assert read_row(tmp_path, text, country)["consent_unclear"] == f"Phone: {text}"


def test_the_numbers_of_a_couple_that_is_the_lead_are_both_its_own(tmp_path):
    lead = read_row(tmp_path, "His 212-555-0101, Hers 212-555-0111", name="John & Jane,Quill")
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == ("+12125550101", "+12125550111", None)


def test_a_question_about_a_cell_does_not_hold_back_another_number(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        'Name,Email,Phone,Mobile Phone\nZed Quill,z@example.org,"His 212-555-0101, Hers 212-555-0111",917-555-0101\n', encoding="utf-8"
    )
    (lead,) = validate_file(path, Manifest(), "US").leads.collect().rows(named=True)
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == (None, "+19175550101", None)


@pytest.mark.parametrize(
    ("country", "cell"),
    [
        ("US", "#1 (fax: #2) do not call"), ("US", "#1 / 0111 do not call"), ("US", "His #1, Hers #2, DNC"), ("US", "do not call: cell #1, home #2"), ("US", "#1 no longer wants calls; new #2"),
        ("DE", "nicht anrufen: alt #1, neu #2"), ("FR", "ne pas appeler : ancien #1, nouveau #2"),
    ],
)  # fmt: skip
def test_a_refusal_in_the_cell_is_never_lost(tmp_path, country, cell):
    assert read_row(tmp_path, written(cell, country), country)["do_not_call"]


@pytest.mark.parametrize(
    "cell",
    ["212-555-0101", "212-555-0101 x0111", "Ana 212-555-0101, Carl 212-555-0111", "Home: 212-555-0101; Work: 212-555-0111", "wife 212-555-0101", "new 212-555-0101", ""],
)  # fmt: skip
def test_other_cells_are_not_read(cell):
    assert read_labelled_cell(cell, "", "US") is None


@pytest.mark.parametrize(("salutation", "email"), [("Mr.", "al@example.org"), ("Mrs.", "bea@example.org"), ("", None)])
def test_an_address_of_a_couple_is_the_person_s_by_the_form_of_address(tmp_path, salutation, email):
    path = tmp_path / "people.csv"
    cell = "his: al@example.org, hers: bea@example.org"
    path.write_text(f'Salutation,First Name,Last Name,Phone,Email\n{salutation},Zed,Quill,212-555-0101,"{cell}"\n', encoding="utf-8")
    (lead,) = validate_file(path, Manifest(), "US").leads.collect().rows(named=True)
    assert (lead["email"], json.loads(lead["custom_fields"])["Email (not used)"]) == (email, cell)


def test_two_addresses_without_a_couple_are_both_the_person_s(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text('Name,Phone,Email\nZed Quill,212-555-0101,"home: z@example.org, work: quill@example.org"\n', encoding="utf-8")
    (lead,) = validate_file(path, Manifest(), "US").leads.collect().rows(named=True)
    assert (lead["email"], json.loads(lead["custom_fields"])) == ("z@example.org", {"email_2": "quill@example.org"})


@pytest.mark.parametrize(
    "cell",
    [
        "new# 212-555-0101 old# 917-555-0199", "old# 917-555-0199 new# 212-555-0101", "new#212-555-0101 old#917-555-0199", "new # 212-555-0101, old # 917-555-0199",
        "NEW#: 212-555-0101 / OLD#: 917-555-0199", "212-555-0101 (new#) 917-555-0199 (old#)", "new ph# 212-555-0101 old ph# 917-555-0199",
    ],
)  # fmt: skip
def test_a_sign_for_number_stands_next_to_old_and_new(tmp_path, cell):
    file = tmp_path / "people.csv"
    file.write_text(f'Name,Phone\nAna Ash,"{cell}"\n')
    (lead,) = validate_file(file, Manifest(), "US").leads.collect().to_dicts()
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == ("+12125550101", None, None)


def test_an_old_number_alone_is_not_called(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Name,Phone\nAna Ash,old# 917-555-0199\nBo Bri,212-555-0101\n")
    assert validate_file(file, Manifest(), "US").leads.collect()["phone"].to_list() == ["+12125550101"]
