"""A number of somebody else is never the donor's, and a gift that did not come is none."""

import polars as pl
import pytest

from henk_pipeline.uploads.headers import map_columns
from tests.unit.uploads.test_other_people_and_parts_of_names import read

NUMBERS = ["212-555-0111", "212-555-0112"]
PERSON = {"Name": ["Ann Lee", "Bo Ray"], "Email": ["ann@example.org", "bo@example.org"]}


@pytest.mark.parametrize("has_own", [True, False])
@pytest.mark.parametrize(
    "column",
    [
        "Tutor teléfono", "Tel. tutor", "Teléfono del tutor", "Buyer phone", "Emergency contact phone", "Spouse mobile", "Parent phone", "Phone (spouse)",
        "Handy Ehefrau", "Phone of next of kin", "Neighbor phone", "Roommate cell", "Téléphone voisin", "Téléphone du conjoint",
    ],
)  # fmt: skip
def test_a_number_of_somebody_else_is_nobodys(column: str, *, has_own: bool) -> None:
    own = {"Phone": ["207-555-0101", "207-555-0102"]} if has_own else {}
    mapping = map_columns(pl.DataFrame(PERSON | own | {column: NUMBERS}), {}).by_column()
    assert mapping[column] is None
    assert mapping["Email"] == "email"


@pytest.mark.parametrize(
    ("names", "column"),
    [
        (("Buyer Name", "Buyer Email"), "Buyer phone"), (("Name",), "Buyer phone"), (("Name",), "From Phone"), (("Tutor Name", "Tutor Email"), "Tutor phone"),
        (("Child Name", "Tutor nombre"), "Tutor teléfono"),
    ],
)  # fmt: skip
def test_the_only_number_of_the_person_is_the_persons(names: tuple[str, ...], column: str) -> None:
    cells = {name: PERSON["Email"] if "Email" in name else PERSON["Name"] for name in names}
    assert map_columns(pl.DataFrame(cells | {column: NUMBERS}), {}).by_column()[column] == "phone"


@pytest.mark.parametrize(
    "column",
    [
        "Última aportación", "Última donación", "Última doação", "Último donativo", "Última contribución", "Dernier don", "Letzte Spende", "Letzte Zuwendung",
        "Ultima donazione", "Laatste gift", "Laatste donatie", "Last Contribution", "Most Recent Gift",
    ],
)  # fmt: skip
def test_the_last_gift_is_a_day_or_an_amount_by_its_cells(column: str) -> None:
    for cells, field in ((["05/13/2025", "06/14/2025"], "last_gift_date"), (["50.00", "25.50"], "last_gift_amount")):
        assert map_columns(pl.DataFrame(PERSON | {column: cells}), {}).by_column()[column] == field


@pytest.mark.parametrize("person", ["Resident", "Tenant", "Patient", "Voter", "Bewohner", "Paciente"])
@pytest.mark.parametrize("other", ["Neighbor", "Spouse", "Emergency Contact", "Guardian"])
def test_who_is_named_is_the_person_also_where_only_another_has_a_number(person: str, other: str) -> None:
    cells = {f"{person} Name": ["Ann Lee", "Cy Lo"], f"{other} Name": ["Bo Ray", "Di Ma"], f"{other} Phone": NUMBERS}
    mapping = map_columns(pl.DataFrame(cells | {"Email": PERSON["Email"]}), {}).by_column()
    assert mapping == {f"{person} Name": "full_name", f"{other} Name": None, f"{other} Phone": None, "Email": "email"}


CONTRIBUTIONS = [
    "Ann Lee;ann@example.org;50.00;2025-03-01;Completed",
    "Ann Lee;ann@example.org;500.00;2025-04-01;Refunded",
    "Bo Ray;bo@example.org;20.00;2025-04-02;Pending (Incomplete Transaction)",
    "Bo Ray;bo@example.org;30.00;2025-04-02;Pending (Pay Later)",
    "Cy Lo;cy@example.org;30.00;2025-04-03;Cancelled",
    "Di Ma;di@example.org;40.00;2025-04-04;Failed",
    "Ed Po;ed@example.org;60.00;2025-04-05;In Progress",
    "Fa Qu;fa@example.org;70.00;2025-04-06;Partially paid",
]


@pytest.mark.parametrize("status", ["Status", "Contribution Status"])
def test_contributions_of_civicrm_count_once_the_money_came(status: str) -> None:
    """docs.civicrm.org/user/en/latest/contributions (contribution statuses), 2026-11-30."""
    frame = read(f"Display Name,Email,Total Amount,Date Received,{status}", *CONTRIBUTIONS)
    gifts = frame.select("total_gifts", "gift_count", pl.col("last_gift_date").dt.to_string("%Y-%m-%d")).rows()
    nothing = {(None, None, None), (0.0, 0, None), (None, 0, None)}
    assert gifts[0] == (50.0, 1, "2025-03-01")
    assert {*gifts[1:7]} <= nothing
    assert gifts[7] == (70.0, 1, "2025-04-06")


def test_a_total_amount_without_gifts_of_their_own_is_that_of_all() -> None:
    frame = pl.DataFrame(PERSON | {"Total Amount": ["50.00", "25.50"], "Gift Count": ["2", "1"], "Gift Date": ["2025-03-01", "2025-03-02"]})
    assert map_columns(frame, {}).by_column()["Total Amount"] == "total_gifts"
    assert map_columns(frame.drop("Gift Count", "Gift Date"), {}).by_column()["Total Amount"] == "total_gifts"


@pytest.mark.parametrize("name", ["Info Requested", "Info Requested Info Requested", "info angefordert Info angefordert"])
def test_a_ticket_without_a_guests_name_is_nobodys(name: str) -> None:
    frame = read("Attendee,Email,Phone", f"{name};buyer@example.org;207-555-0101", "Ann Lee;ann@example.org;207-555-0102")
    assert frame.select("first_name", "last_name").rows() == [(None, None), ("Ann", "Lee")]
