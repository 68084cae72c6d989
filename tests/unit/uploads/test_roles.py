"""Whose a column is: the person's own role is mapped, other people's columns are custom fields, and content never decides between people."""

import polars as pl
import pytest
from pydantic import ValidationError

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.known_names import load_synonyms
from henk_pipeline.uploads.manifest import Manifest
from henk_pipeline.uploads.roles import RoleTable, load_roles, read_heading

NAMES = ["Ana Silva", "Bo Diddley", "Cy Ng"]
EMAILS = ["ana@example.org", "bo@example.org", "cy@example.org"]
PHONES = ["(212) 555-0101", "(646) 555-0102", "(718) 555-0103"]


def people(names: str, email: str, phone: str) -> dict[str, list[str]]:
    return {names: NAMES, email: EMAILS, phone: PHONES}


def others(role: str, *, apart: bool = False) -> dict[str, list[str]]:
    email, phone = "rep@example.org", "(917) 555-0199"
    cells = {f"{role} Email": [email] * 3, f"{role} Phone": [phone] * 3}
    return {f"{role} Email": ["x@example.org", "y@example.org", "z@example.org"], f"{role} Phone": PHONES[::-1]} if apart else cells


def mapped(cells: dict[str, list[str]]) -> dict[str, str]:
    return {field: column for column, field in map_columns(pl.DataFrame(cells), {}).by_column().items() if field}


@pytest.mark.parametrize(
    "role",
    ["Fundraiser", "Owner", "Sales Rep", "Staff", "Partner", "Spouse", "Emergency Contact", "Assistant's", "Referred By", "Account Manager",
     "Contact Owner", "Gift Officer", "Mother's", "Team Captain", "Assigned To", "assigned_to"],
)  # fmt: skip
@pytest.mark.parametrize("own", ["Donor", "Supporter", "Constituent", "Attendee", "Bidder", "Contact", "Primary", "Member", "Client"])
def test_the_persons_own_columns_are_mapped_and_another_persons_are_not(role, own):
    cells = others(role, apart=True) | people(f"{own} Name", f"{own} Email", f"{own} Phone")
    assert mapped(cells) == {"full_name": f"{own} Name", "email": f"{own} Email", "phone": f"{own} Phone"}


@pytest.mark.parametrize(
    ("header", "role", "rest"),
    [
        ("Fundraiser Email", "fundraiser", ("email",)), ("Email (Emergency Contact)", "emergency_contact", ("email",)),
        ("ownerEmail", "owner", ("email",)), ("spouse_first_name", "spouse", ("first", "name")), ("Name of Spouse", "spouse", ("name",)),
        ("Assistant's Phone", "assistant", ("phone",)), ("Donor Owner Phone", "owner", ("donor", "phone")),
        ("Supporter First Name", "supporter", ("first", "name")), ("Primary Contact Phone", "", ("phone",)), ("Email", "", ("email",)),
        ("phones.primaryPhoneNumber", "", ("phone", "number")), ("Name / Last Name", "", ("last", "name")),
        ("Company / Name", "", ("company", "name")), ("Send to", "", ("send", "to")),
    ],
)  # fmt: skip
def test_a_header_is_a_role_and_a_field(header, role, rest):
    heading = read_heading(header)
    assert (heading.role, heading.rest) == (role, rest)


def test_a_column_of_another_person_is_not_taken_where_the_persons_own_is_missing():
    mapping = map_columns(pl.DataFrame({"Name": NAMES} | others("Fundraiser", apart=True)), {})
    assert mapping.by_column() == {"Name": "full_name", "Fundraiser Email": None, "Fundraiser Phone": None}
    assert "of other people: “Fundraiser Email”, “Fundraiser Phone”" in mapping.notes[-1]


def test_the_only_kind_of_person_in_a_file_is_the_person():
    mapping = map_columns(pl.DataFrame(people("Owner Name", "Owner Email", "Owner Phone") | {"Parcel": ["1", "2", "3"]}), {})
    assert mapping.by_column() == {"Owner Name": "full_name", "Owner Email": "email", "Owner Phone": "phone", "Parcel": None}
    assert "owner" in mapping.notes[0]


@pytest.mark.parametrize(
    "own", ["Primary Member", "Main Donor", "Current Customer", "Head of Household", "Household Head", "Preferred Guest"]
)
@pytest.mark.parametrize("other", ["Spouse", "Secondary Member", "Joint Donor"])
def test_a_word_that_names_nobody_before_a_role_changes_nothing(own, other):
    cells = people(f"{own} Name", f"{own} Email", f"{own} Phone")
    cells |= {
        f"{other} Name": ["P", "Q", "R"],
        f"{other} Email": ["p@example.org", "q@example.org", "r@example.org"],
        f"{other} Cell": PHONES[::-1],
    }
    assert mapped(cells) == {"full_name": f"{own} Name", "email": f"{own} Email", "phone": f"{own} Phone"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{} 1", "{} 2"),
        ("Contact 1 {}", "Contact 2 {}"),
        ("{}", "{} 2"),
        ("Person 1 {}", "Person 2 {}"),
        ("{}1", "{}2"),
        ("Donor 1 {}", "Donor 2 {}"),
    ],
)
def test_the_second_of_numbered_people_gives_the_first_no_address(first, second):
    parts = {"First Name": ["Ana", "Bo", "Cy"], "Last Name": ["Silva", "Diddley", "Ng"], "Email": EMAILS, "Phone": PHONES}
    one = {first.format(part): cells for part, cells in parts.items()}
    other = {second.format(part): cells[::-1] for part, cells in parts.items()}
    fields = ("first_name", "last_name", "email", "phone")
    assert mapped(one | other) == dict(zip(fields, one, strict=True))


@pytest.mark.parametrize(
    "names", [{"Name": NAMES}, {"Nombre": ["Ana", "Bo", "Cy"], "Apellido 1": ["S", "D", "N"], "Apellido 2": ["S", "D", "N"]}]
)
def test_a_second_address_of_one_person_stays_the_persons(names):
    mapping = map_columns(
        pl.DataFrame(names | {"Email 1": EMAILS, "Email 2": EMAILS[::-1], "Phone 1": PHONES, "Phone 2": PHONES[::-1]}), {}
    )
    assert [field for field in mapping.by_column().values() if field in {"email", "phone"}] == ["email", "email", "phone", "phone"]


@pytest.mark.parametrize("runner", ["Participant", "Team Captain", "Fundraiser", "Member"])
def test_a_sponsor_who_gives_is_the_donor(runner):
    gifts = {"Amount": ["25", "35", "45"], "Donation Date": ["2026-01-15"] * 3}
    sponsors = people("Sponsor Name", "Sponsor Email", "Sponsor Phone")
    runners = {f"{runner} Name": ["P X", "P X", "Q Y"], f"{runner} Email": ["p@example.org"] * 3, f"{runner} Phone": ["(917) 555-0199"] * 3}
    expected = {"full_name": "Sponsor Name", "email": "Sponsor Email", "phone": "Sponsor Phone", "gift_amount": "Amount"}
    assert mapped(runners | sponsors | gifts) == expected | {"gift_date": "Donation Date"}
    if runner in {"Participant", "Member"}:  # without a gift a sponsor is who recommended somebody
        assert mapped(runners | sponsors)["full_name"] == f"{runner} Name"


@pytest.mark.parametrize("buyer", ["Buyer", "Purchaser", "Payer"])
def test_the_bill_of_another_person_gives_the_guest_no_address(buyer):
    guest = {"First Name": ["Ana", "Bo", "Cy"], "Last Name": ["Silva", "Diddley", "Ng"], "Email": EMAILS, "Home City": ["Reno", "", ""]}
    paid = {f"{buyer} First Name": ["P", "Q", "R"], f"{buyer} Last Name": ["X", "Y", "Z"], f"{buyer} Email": ["p@example.org"] * 3}
    bill = {"Billing City": ["Boise"] * 3, "Billing Zip": ["83702"] * 3, "Billing Phone": PHONES}
    assert mapped(guest | paid | bill) == {"first_name": "First Name", "last_name": "Last Name", "email": "Email", "city": "Home City"}
    assert mapped(guest | bill)["postal_code"] == "Billing Zip"
    assert "total_gifts" not in mapped(guest | paid | {"Total Paid": ["50", "50", "100"]})
    assert mapped(guest | {"Total Paid": ["50", "50", "100"]})["total_gifts"] == "Total Paid"


@pytest.mark.parametrize("buyer", ["Purchaser", "Buyer", "Payer"])
def test_one_buyer_of_all_rows_is_no_guest(buyer):
    cells = {f"{buyer} Name": ["Zoe Payne"] * 3, f"{buyer} Email": ["zoe@example.org"] * 3, f"{buyer} Phone": ["(917) 555-0199"] * 3}
    guests = {
        "Guest First Name": ["Ana", "Bo", "Cy"],
        "Guest Last Name": ["Silva", "Diddley", "Ng"],
        "Guest Email": ["a@example.org", "", ""],
    }
    assert mapped(cells | guests) == {"first_name": "Guest First Name", "last_name": "Guest Last Name", "email": "Guest Email"}


def test_of_two_other_kinds_of_people_none_is_taken():
    cells = people("Owner Name", "Owner Email", "Owner Phone") | people("Spouse Name", "Spouse Email", "Spouse Phone")
    mapping = map_columns(pl.DataFrame(cells), {})
    assert set(mapping.by_column().values()) == {None}
    assert "does not say whom to call" in mapping.notes[0]


def test_a_second_person_with_a_name_of_its_own_gives_no_second_address():
    cells = people("Attendee Name", "Attendee Email", "Attendee Phone")
    cells |= {"Buyer Name": ["P", "Q", "R"], "Buyer Email": ["p@example.org", "q@example.org", "r@example.org"]}
    assert mapped(cells) == {"full_name": "Attendee Name", "email": "Attendee Email", "phone": "Attendee Phone"}
    further = {"Primary Name": NAMES, "Primary Email": EMAILS, "Secondary Name": NAMES[::-1], "Secondary Email": EMAILS[::-1]}
    assert mapped(further) == {"full_name": "Primary Name", "email": "Primary Email"}
    assert map_columns(pl.DataFrame({"Email": EMAILS, "Secondary Email": EMAILS}), {}).by_column()["Secondary Email"] == "email"


def test_an_address_whose_role_has_no_name_is_the_persons_where_there_is_no_other():
    assert (
        mapped({"Name": NAMES, "From Email Address": EMAILS, "To Email Address": ["give@example.org"] * 3})["email"] == "From Email Address"
    )
    assert "Buyer Email" not in mapped({"Name": NAMES, "Email": EMAILS, "Buyer Email": EMAILS[::-1]}).values()


@pytest.mark.parametrize("column", ["Reach", "Ihr Kontakt", "Addr", "Comms", "kanal"])
def test_content_never_picks_a_column_of_mostly_equal_cells(column):
    mapping = map_columns(pl.DataFrame({"Name": NAMES, column: ["office@example.org", "office@example.org", "x@example.org"]}), {})
    assert mapping.by_column()[column] is None
    assert [(one.column, one.reason) for one in mapping.candidates] == [(column, "its cells are mostly equal")]


def test_one_persons_rows_are_no_equal_cells():
    cells = {"Name": ["Ana Silva"] * 3 + ["Bo Diddley", "Cy Ng"], "Reach": ["ana@example.org"] * 3 + ["bo@example.org", "cy@example.org"]}
    assert mapped(cells)["email"] == "Reach"


@pytest.mark.parametrize(
    ("own", "other"), [("Patient", "Nurse"), ("Alumni", "Dean"), ("Pupil", "Teacher"), ("Resident", "Warden"), ("VIP", "PA")]
)
def test_content_prefers_the_column_that_begins_as_the_name_columns_do(own, other):
    table = pl.DataFrame({f"{other} Reach": EMAILS[::-1], f"{own} First Name": NAMES, f"{own} Reach": EMAILS})
    mapping = map_columns(table, {f"{own} First Name": "first_name"})
    assert mapping.by_column()[f"{own} Reach"] == "email"
    assert mapping.by_column()[f"{other} Reach"] is None


def test_content_that_leaves_several_open_takes_none_and_asks():
    mapping = map_columns(pl.DataFrame({"Name": NAMES, "Reach A": EMAILS, "Reach B": EMAILS[::-1]}), {})
    assert mapping.by_column() == {"Name": "full_name", "Reach A": None, "Reach B": None}
    assert mapping.notes == (
        "Which column is the person's e-mail address is not certain: “Reach A”, “Reach B”. None is taken: name it as email under [columns] in the manifest.",
    )


def test_every_mapping_has_a_reason_and_the_candidates_that_were_not_taken():
    cells = {"Record ID": ["1", "2", "3"], "Lifecycle Stage": ["a", "b", "c"], "First Name": NAMES, "Member Phone": PHONES, "Reach": EMAILS,
             "Fundraiser Email": EMAILS, "Town": NAMES, "City": NAMES, "X": NAMES}  # fmt: skip
    mapping = map_columns(pl.DataFrame(cells), {"X": "company"})
    assert {row["column"]: row["by"] for row in mapping.reasons()} == {
        "Record ID": "system", "First Name": "content", "Member Phone": "role", "Reach": "content", "City": "name", "X": "manifest",
    }  # fmt: skip
    rejected = {row["column"]: row["rejected"] for row in mapping.reasons()}
    assert rejected["City"] == [{"column": "Town", "reason": "another name comes first"}]
    assert rejected["Reach"] == [{"column": "Fundraiser Email", "reason": "it is of another person (fundraiser)"}]


def test_the_vocabulary_has_no_word_of_two_roles():
    table = load_roles().model_dump()
    with pytest.raises(ValidationError, match="stands for 'donor' and for 'owner'"):
        RoleTable.model_validate({**table, "other": {"owner": ["Donor"]}})
    with pytest.raises(ValidationError, match="empty word"):
        RoleTable.model_validate({**table, "own": {"donor": ["-"]}})


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            {"Name": NAMES, "Donor's First Name": ["Ana", "Bo", "Cy"], "Donor Email": EMAILS, "Phone": PHONES},
            {"first_name": "Donor's First Name", "full_name": "Name", "email": "Donor Email", "phone": "Phone"},
        ),
        (
            {"Name": ["Silva", "Diddley", "Ng"], "Donor First Name": ["Ana", "Bo", "Cy"], "Donor Email": EMAILS, "Mobile": PHONES},
            {"first_name": "Donor First Name", "last_name": "Name", "email": "Donor Email", "mobile_phone": "Mobile"},
        ),
        (
            {"First Name": ["Ana", "Bo", "Cy"], "Last Name": ["Silva", "Diddley", "Ng"], "Member Name": NAMES, "Member Email": EMAILS,
             "Phone": PHONES},
            {"first_name": "First Name", "last_name": "Last Name", "email": "Member Email", "phone": "Phone"},
        ),
        (
            {"Donor First Name": ["Ana", "Bo", "Cy"], "Last Name": ["Silva", "Diddley", "Ng"], "Donor Email": EMAILS, "Phone": PHONES},
            {"first_name": "Donor First Name", "last_name": "Last Name", "email": "Donor Email", "phone": "Phone"},
        ),
        (
            {"Name": ["Gala 2026"] * 3, "Supporter Name": NAMES, "Supporter Email": EMAILS, "Phone": PHONES},
            {"full_name": "Supporter Name", "email": "Supporter Email", "phone": "Phone"},
        ),
        (
            {"Customer Name": ["SILVA, ANA", "Diddley, Bo", "Ng, Cy"], "Customer Phone": PHONES, "Donor Name": NAMES, "Donor Email": EMAILS},
            {"full_name": "Donor Name", "email": "Donor Email", "phone": "Customer Phone"},
        ),
    ],
)  # fmt: skip
def test_columns_without_a_role_are_the_persons_where_the_names_are_one_persons(cells, expected):
    assert mapped(cells) == expected
    assert mapped(cells | others("Fundraiser", apart=True)) == expected


@pytest.mark.parametrize(
    ("plain", "role"),
    [
        ({"Name": ["Di Holt", "Ed Poe", "Flo Ray"]}, {"Donor Name": NAMES}),
        ({"Name": ["Di Holt", "Ed Poe", "Flo Ray"]}, {"Donor First Name": ["Ana", "Bo", "Cy"]}),
        ({"First Name": ["Di", "Ed", "Flo"], "Last Name": ["Holt", "Poe", "Ray"]}, {"Donor Name": NAMES}),
    ],
)
def test_columns_without_a_role_are_another_persons_where_the_names_are_others(plain, role):
    fields = mapped(plain | {"Email": EMAILS[::-1], "Phone": PHONES} | role | {"Donor Email": EMAILS})
    assert fields == {"full_name" if "Donor Name" in role else "first_name": next(iter(role)), "email": "Donor Email"}


def test_the_other_half_of_a_name_comes_from_the_full_name(tmp_path):
    file = tmp_path / "donors.csv"
    file.write_text(
        "Name,Donor's First Name,Donor Email,Phone\n"
        "Ada Quillon,Ada,ada@quillon.example,212-555-0101\n"
        "Mr. Benedict Arkwell Jr.,Benedict,ben@arkwell.example,212-555-0102\n"
        "Oak Lane Foundation,,office@oaklane.example,212-555-0103\n"
    )
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert leads.select("first_name", "last_name", "phone").rows() == [
        ("Ada", "Quillon", "+12125550101"), ("Benedict", "Arkwell Jr.", "+12125550102"), (None, "Oak Lane Foundation", "+12125550103"),
    ]  # fmt: skip


CHILDREN = ["Tom Silva", "Tim Diddley", "Kim Ng"]
FIRST, LAST = ["Ana", "Bo", "Cy"], ["Silva", "Diddley", "Ng"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Parent Name": NAMES, "Child Name": CHILDREN, "Phone": PHONES}, {"full_name": "Parent Name", "phone": "Phone"}),
        ({"Child Name": CHILDREN, "Parent Name": NAMES, "Phone": PHONES}, {"full_name": "Parent Name", "phone": "Phone"}),
        ({"Child": CHILDREN, "Parent": NAMES, "Email": EMAILS}, {"full_name": "Parent", "email": "Email"}),
        ({"Student Name": CHILDREN, "Guardian Name": NAMES, "Cell": PHONES}, {"full_name": "Guardian Name", "mobile_phone": "Cell"}),
        ({"Camper": CHILDREN, "Parent/Guardian Name": NAMES, "Phone": PHONES}, {"full_name": "Parent/Guardian Name", "phone": "Phone"}),
        ({"Student's Mother's Name": NAMES, "Mother's Phone": PHONES}, {"full_name": "Student's Mother's Name", "phone": "Mother's Phone"}),
        ({"Schüler": CHILDREN, "Name Mutter": NAMES, "Telefon Mutter": PHONES}, {"full_name": "Name Mutter", "phone": "Telefon Mutter"}),
        ({"Nom complet du père": NAMES, "Enfant": CHILDREN, "Tél": PHONES}, {"full_name": "Nom complet du père", "phone": "Tél"}),
        ({"Aluno": CHILDREN, "Nome do responsável": NAMES, "Telefone": PHONES}, {"full_name": "Nome do responsável", "phone": "Telefone"}),
        # The e-mail address of a child is not its parent's, nor is the parent's number the child's.
        ({"Parent Name": NAMES, "Phone": PHONES, "Student Email": EMAILS}, {"full_name": "Parent Name", "phone": "Phone"}),
        ({"Child Name": CHILDREN, "Parent Phone": PHONES}, {"phone": "Parent Phone"}),
        ({"Child Name": CHILDREN, "Child Phone": PHONES, "Parent Name": NAMES}, {"full_name": "Parent Name"}),
        # Of several adults one: a number of the father is not the mother's.
        (
            {"Mother Name": NAMES, "Mother Phone": PHONES, "Father Name": CHILDREN, "Father Phone": PHONES[::-1]},
            {"full_name": "Mother Name", "phone": "Mother Phone"},
        ),
        (
            {"Mother Name": NAMES, "Father Name": CHILDREN, "Father Phone": PHONES},
            {"full_name": "Father Name", "phone": "Father Phone"},
        ),
        (
            {"Parent 2 Name": CHILDREN, "Parent 1 Name": NAMES, "Parent 1 Phone": PHONES, "Parent 2 Phone": PHONES[::-1]},
            {"full_name": "Parent 1 Name", "phone": "Parent 1 Phone"},
        ),
        ({"Parent1Name": NAMES, "Parent2Name": CHILDREN, "Phone": PHONES}, {"full_name": "Parent1Name", "phone": "Phone"}),
        ({"Second Parent Name": CHILDREN, "First Parent Name": NAMES, "Phone": PHONES}, {"full_name": "First Parent Name", "phone": "Phone"}),
        (
            {"Parent First Name": FIRST, "Parent Last Name": LAST, "Student First Name": ["Tom"] * 3, "Student Last Name": LAST,
             "Home Phone": PHONES},
            {"first_name": "Parent First Name", "last_name": "Parent Last Name", "phone": "Home Phone"},
        ),
        (
            {"Child First Name": ["Tom", "Tim", "Kim"], "Parent First Name": FIRST, "Last Name": LAST, "Phone": PHONES},
            {"first_name": "Parent First Name", "last_name": "Last Name", "phone": "Phone"},
        ),
    ],
)  # fmt: skip
def test_the_adult_of_a_list_of_children_is_the_person(cells, expected):
    assert mapped(cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            {"First Name": FIRST, "Last Name": LAST, "Parent Name": CHILDREN, "Phone": PHONES},
            {"first_name": "First Name", "last_name": "Last Name", "phone": "Phone"},
        ),
        ({"Name": NAMES, "Parent Name": CHILDREN, "Parent Phone": PHONES}, {"full_name": "Name"}),
        ({"Donor Name": NAMES, "Phone": PHONES, "Mother": CHILDREN}, {"full_name": "Donor Name", "phone": "Phone"}),
        ({"Name": NAMES, "Phone": PHONES, "Parent Company": ["Acme"] * 3}, {"full_name": "Name", "phone": "Phone"}),
        ({"Student Name": NAMES, "Phone": PHONES}, {"full_name": "Student Name", "phone": "Phone"}),
        ({"Student Name": NAMES, "Email": EMAILS, "Phone": PHONES, "Advisor Name": CHILDREN},
         {"full_name": "Student Name", "email": "Email", "phone": "Phone"}),
        # No adult is named: the number is called without a name, not under a child's.
        ({"Child Name": CHILDREN, "Phone": PHONES}, {"phone": "Phone"}),
    ],
)  # fmt: skip
def test_a_person_of_its_own_comes_before_an_adult_of_a_list_of_children(cells, expected):
    assert mapped(cells) == expected


def test_the_choice_of_an_adult_is_reported():
    notes = map_columns(pl.DataFrame({"Mother Name": NAMES, "Father Name": CHILDREN, "Child": CHILDREN, "Phone": PHONES}), {}).notes
    assert notes[:2] == (
        "The file is of adults and their children: the mother is taken for the person to call.",
        "Of several adults the mother is taken for the person to call; columns of the father are custom fields.",
    )


def test_plain_columns_of_somebody_else_are_reported():
    notes = map_columns(pl.DataFrame({"Name": NAMES, "Phone": PHONES, "Attendee Name": CHILDREN, "Attendee Phone": PHONES[::-1]}), {}).notes
    assert notes[0].startswith(
        "The file names people of several kinds: the attendee is taken for the person to call, columns of the one without a role are custom fields."
    )


@pytest.mark.parametrize("column", ["País", "PAIS", "Pais"])
def test_a_country_is_no_father(column):
    cells = {"Nome completo": NAMES, "Telefone": PHONES, column: ["Brasil"] * 3}
    assert mapped(cells) == {"full_name": "Nome completo", "phone": "Telefone", "country": column}
    assert mapped({"Telefone": PHONES, column: ["Brasil"] * 3}) == {"phone": "Telefone", "country": column}


@pytest.mark.parametrize("name", sorted({name for names in load_synonyms().fields.values() for name in names}))
def test_no_name_of_a_field_is_an_adult_of_a_list_of_children(name):
    assert read_heading(name).kind not in ("adult", "child")
