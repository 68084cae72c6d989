"""Files that have a row a gift: which rows are gifts, whose they are, and what the person's rows come to."""

import polars as pl
import pytest

from henk_pipeline.leads.survivorship import merge_rows
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def gifts_of(tmp_path, text: str) -> dict[str, tuple[float | None, int | None]]:
    """E-mail address → sum and number of gifts, of the rows of a file put together by their address."""
    path = tmp_path / "gifts.csv"
    path.write_text(text)
    upload = validate_file(path, Manifest(), "US")
    assert upload.error is None
    assert upload.rows_rejected == 0
    leads = upload.leads.collect()
    merged = merge_rows(
        leads.with_columns(pl.lit("csv_import").alias("source"), pl.col("email").rank("dense").cast(pl.Int64).alias("person"))
    )
    return {email: (total, count) for email, total, count in merged.select("email", "total_gifts", "gift_count").rows()}


ROWS = "ana@example.org,{0},50\nana@example.org,{1},30\nana@example.org,{1},-30\nbo@example.org,{0},20\n"


@pytest.mark.parametrize("days", [("01/05/2026", "01/06/2026"), ("01/05/2026", "01/26/2026"), ("in spring", "in May")])
def test_gifts_are_summed_whatever_is_understood_of_their_dates(tmp_path, days):
    assert gifts_of(tmp_path, "Email,Gift Date,Gift Amount\n" + ROWS.format(*days)) == {
        "ana@example.org": (50, 2),
        "bo@example.org": (20, 1),
    }


def test_dates_that_are_not_understood_are_reported(tmp_path):
    path = tmp_path / "gifts.csv"
    path.write_text("Email,Gift Date,Gift Amount\n" + ROWS.format("01/05/2026", "01/06/2026"))
    assert [(kept.column, kept.cells) for kept in validate_file(path, Manifest(), "US").kept] == [("Gift Date", 4)]


def test_amounts_without_dates_are_no_cells_that_were_not_understood(tmp_path):
    path = tmp_path / "gifts.csv"
    path.write_text("Email,Gift Amount\nana@example.org,50\nbo@example.org,20\n")
    upload = validate_file(path, Manifest(), "US")
    assert upload.kept == []
    assert upload.leads.collect()["total_gifts"].to_list() == [50, 20]


@pytest.mark.parametrize("state", ["Denied", "pending", "Failed", "CANCELED", "Storniert", "annulé", "Rechazado", "Mislukt", "Refunded"])
@pytest.mark.parametrize("column", ["Payment Status", "Transaction Status", "Gift Status", "Status"])
def test_what_was_not_paid_is_no_gift(tmp_path, column, state):
    text = f"Email,Gift Date,Gift Amount,{column}\nana@example.org,2026-01-05,50,Paid\nana@example.org,2026-01-06,500,{state}\n"
    assert gifts_of(tmp_path, text) == {"ana@example.org": (50, 1)}


@pytest.mark.parametrize("state", ["Completed", "Paid", "succeeded", "Cleared", "Partially refunded", ""])
def test_what_was_paid_is_a_gift(tmp_path, state):
    text = f"Email,Gift Date,Gift Amount,Payment Status\nana@example.org,2026-01-06,500,{state}\n"
    assert gifts_of(tmp_path, text) == {"ana@example.org": (500, 1)}


def test_a_refund_of_paypal_is_its_receivers_and_is_subtracted_once(tmp_path):
    """Rows as in PayPal's activity download: the refund is a row of the organisation's own, and the payment is marked as refunded, too."""
    text = (
        "Date,Name,Type,Status,Currency,Gross,Net,From Email Address,To Email Address,Transaction ID\n"
        "01/25/2026,Bo Farlow,Donation Payment,Refunded,USD,25.00,24.00,bo@example.org,us@charity.example,1AB\n"
        "01/26/2026,Bo Farlow,Donation Payment,Completed,USD,100.00,97.00,bo@example.org,us@charity.example,1AC\n"
        "01/27/2026,Bo Farlow,Payment Refund,Completed,USD,-25.00,-24.00,us@charity.example,bo@example.org,1AD\n"
        "01/27/2026,Ada Whitlock,Donation Payment,Denied,USD,500.00,490.00,ada@example.org,us@charity.example,1AE\n"
    )
    gifts = gifts_of(tmp_path, text)
    assert gifts["bo@example.org"][0] == 100
    assert gifts["ada@example.org"][0] in (0, None)
    assert "us@charity.example" not in gifts


def test_a_status_of_the_person_is_none_of_the_gift_and_is_still_heard(tmp_path):
    path = tmp_path / "gifts.csv"
    path.write_text("Email,Gift Date,Gift Amount,Status\nana@example.org,2026-01-05,50,Do Not Call\nbo@example.org,2026-01-06,20,Active\n")
    leads = validate_file(path, Manifest(), "US").leads.collect()
    assert leads["total_gifts"].to_list() == [50, 20]
    assert leads["do_not_call"].to_list() == [True, False]


def test_an_opt_out_among_the_states_of_gifts_is_heard(tmp_path):
    path = tmp_path / "gifts.csv"
    rows = "".join(f"p{n}@example.org,2026-01-05,50,Paid\n" for n in range(9)) + "z@example.org,2026-01-05,50,Do Not Call\n"
    path.write_text("Email,Gift Date,Gift Amount,Status\n" + rows)
    assert validate_file(path, Manifest(), "US").leads.collect()["do_not_call"].to_list() == [False] * 9 + [True]


@pytest.mark.parametrize(
    "column",
    ["Refund Amount", "Amount Refunded", "Refunded Amount", "Refunds", "Erstattungsbetrag", "Montant remboursé", "Order Refund Amount"],
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_what_went_back_is_subtracted_from_the_gift_of_its_row(tmp_path, column, sign):
    rows = f"ana@example.org,2026-01-05,100,{sign}100\nana@example.org,2026-01-06,80,{sign}30\nbo@example.org,2026-01-07,50,0\n"
    assert gifts_of(tmp_path, f"Email,Gift Date,Gift Amount,{column}\n{rows}") == {"ana@example.org": (50, 1), "bo@example.org": (50, 1)}


def test_a_gift_that_went_back_in_part_counts_with_the_rest(tmp_path):
    text = "Email,Gift Date,Gift Amount,Refund Date,Refund Amount\nana@example.org,2026-01-06,100,2026-01-09,40\n"
    assert gifts_of(tmp_path, text) == {"ana@example.org": (60, 1)}


def test_a_refunded_gift_counts_only_where_its_refund_has_a_row(tmp_path):
    rows = "ana@example.org,2026-01-05,75,Refunded\nbo@example.org,2026-01-05,40,Paid\nbo@example.org,2026-01-06,25,Refunded\n"
    text = f"Email,Gift Date,Gift Amount,Payment Status\n{rows}bo@example.org,2026-01-07,-25,Refunded\n"
    assert gifts_of(tmp_path, text) == {"ana@example.org": (None, 0), "bo@example.org": (40, 2)}


@pytest.mark.parametrize(
    ("header", "column"),
    [("Email,Donation Date,Donation Amount,Statut", "Remboursé"), ("E-Mail,Datum,Betrag,Status", "storniert"),
     ("Email,Date,Amount (AUD),Status", "REFUNDED"), ("E-Mail,Spendendatum,Betrag in EUR,Status", "erstattet")],
)  # fmt: skip
def test_a_state_of_gifts_is_heard_in_any_language(tmp_path, header, column):
    rows = f"ana@example.org,2026-01-15,50,OK\nana@example.org,2026-01-16,500,{column}\n"
    assert gifts_of(tmp_path, f"{header}\n{rows}") == {"ana@example.org": (50, 1)}


@pytest.mark.parametrize("state", ["Refunded", "Pending", "Failed"])
def test_a_gift_that_was_not_paid_is_not_the_latest(tmp_path, state):
    path = tmp_path / "gifts.csv"
    path.write_text(f"Email,Donation Date,Donation Status\nana@example.org,2026-01-05,Paid\nbo@example.org,2026-01-09,{state}\n")
    days = validate_file(path, Manifest(), "US").leads.collect()["last_gift_date"].to_list()
    assert [day and day.isoformat() for day in days] == ["2026-01-05", None]


def uses_of(tmp_path, header: str, row: str) -> dict[str, str | None]:
    path = tmp_path / "gifts.csv"
    path.write_text(f"{header}\n{row}\n")
    mapping = validate_file(path, Manifest(), "US").mapping
    assert mapping is not None
    return mapping.by_column()


@pytest.mark.parametrize("column", ["Gift Amount", "Donation Amount", "Contribution Amount", "Spendenbetrag", "Amount,Transaction ID"])
def test_rows_with_amounts_of_gifts_are_a_gift_each_also_without_a_day(tmp_path, column):
    ids = ["", "", ""] if "," not in column else [",T1", ",T2", ",T3"]
    rows = "".join(f"ana@example.org,25{number},{month}\n" for number, month in zip(ids, ("Jan", "Feb", "Mar"), strict=True))
    assert gifts_of(tmp_path, f"Email,{column},Campaign\n{rows}ana@example.org,25{ids[2]},Mar\n") == {"ana@example.org": (75, 3)}


@pytest.mark.parametrize(("column", "noted"), [("Amount", True), ("Montant", True), ("Total Gifts", False), ("Lifetime Giving", False)])
def test_the_largest_of_open_amounts_is_the_total_and_of_totals_too(tmp_path, column, noted):
    text = f"Email,{column},Campaign\nana@example.org,25,Jan\nana@example.org,50,Feb\n"
    assert gifts_of(tmp_path, text) == {"ana@example.org": (50, None)}
    mapping = validate_file(tmp_path / "gifts.csv", Manifest(), "US").mapping
    assert mapping is not None
    assert any("Gift Amount" in note for note in mapping.notes) == noted


def test_an_open_amount_next_to_the_total_is_kept_as_a_custom_field(tmp_path):
    assert uses_of(tmp_path, "Email,Amount,Lifetime Total", "ana@example.org,25,75") == {
        "Email": "email", "Amount": None, "Lifetime Total": "total_gifts"
    }  # fmt: skip


def test_an_amount_next_to_the_number_of_gifts_is_that_of_all(tmp_path):
    text = "Email,Gift Amount,Gift Count\nana@example.org,25,2\nana@example.org,50,3\n"
    assert gifts_of(tmp_path, text) == {"ana@example.org": (50, 3)}


@pytest.mark.parametrize(
    "column",
    ["Donation date (UTC)", "Donation Date UTC", "Date (UTC)", "Transaction Date/Time", "Donated On", "Close Date", "GL Post Date", "Buchungstag",
     "Order Date", "Received On", "Date Posted", "CloseDate", "Charge Date"],
)  # fmt: skip
def test_a_column_of_the_days_of_gifts_is_one_by_its_words(tmp_path, column):
    assert uses_of(tmp_path, f"Email,Amount,{column}", "ana@example.org,25,2025-01-05")[column] == "gift_date"


@pytest.mark.parametrize(
    "column", ["Next Gift Date", "Expected Close Date", "Next Payment On", "Pledge Due Date", "Event Date", "Transaction Time"]
)
def test_a_column_of_other_days_is_none_of_gifts(tmp_path, column):
    assert uses_of(tmp_path, f"Email,Amount,{column}", "ana@example.org,25,2025-01-05")[column] != "gift_date"


def test_the_day_of_the_gift_comes_before_a_column_named_created(tmp_path):
    uses = uses_of(tmp_path, "Email,Amount,Created At,Close Date", "ana@example.org,25,2025-01-05,2025-01-04")
    assert (uses["Created At"], uses["Close Date"]) == (None, "gift_date")


@pytest.mark.parametrize(
    ("column", "none", "given"),
    [
        ("Refunded", "Yes", "No"), ("Is Refunded", "TRUE", "FALSE"), ("Refunded?", "1", "0"), ("Refund", "Yes", "No"), ("Test Mode", "test", "live"),
        ("Is Test", "true", "false"), ("Transaction Type", "Pledge", "Donation"), ("Gift Type", "Pledge", "Pledge Payment"),
        ("Stage", "Closed Lost", "Closed Won"), ("Stage", "Pledged", "Posted"), ("Refunded", "50.00", "0.00"),
    ],
)  # fmt: skip
def test_what_is_refunded_promised_lost_or_a_test_is_no_gift(tmp_path, column, none, given):
    text = f"Email,Amount,Date,{column}\nana@example.org,50,2025-01-05,{none}\nana@example.org,25,2025-02-05,{given}\n"
    assert gifts_of(tmp_path, text) == {"ana@example.org": (25, 1)}


def test_a_flag_of_a_refund_that_has_a_row_is_subtracted_once(tmp_path):
    text = "Email,Amount,Date,Refunded\nana@example.org,50,2025-01-05,Yes\nana@example.org,-50,2025-01-06,No\nana@example.org,25,2025-02-05,No\n"
    assert gifts_of(tmp_path, text)["ana@example.org"][0] == 25


def test_an_amount_that_was_refunded_in_part_counts_with_the_rest(tmp_path):
    text = "Email,Amount,Date,Refunded\nana@example.org,50,2025-01-05,20.00\nana@example.org,25,2025-02-05,0.00\n"
    assert gifts_of(tmp_path, text) == {"ana@example.org": (55, 2)}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["G1,100,2025-01-05,60,Roof", "G1,100,2025-01-05,40,Food"], (100, 1)),
        (["G1,60,2025-01-05,60,Roof", "G1,40,2025-01-05,40,Food"], (100, 1)),
        (["G1,100,2025-01-05,100,Roof", "G2,100,2025-01-05,100,Roof"], (200, 2)),
        # A gift that recurs may keep its id.
        (["G1,100,2025-01-05,100,Roof", "G1,100,2025-02-05,100,Roof"], (200, 2)),
        (["G1,100,2025-01-05,100,Roof", "G1,-100,2025-01-05,-100,Roof", ",30,2025-01-05,30,Roof"], (30, 2)),
    ],
)
def test_rows_of_one_gift_are_one(tmp_path, rows, expected):
    lines = "".join(f"ana@example.org,{row}\n" for row in rows)
    assert gifts_of(tmp_path, f"Email,Gift ID,Gift Amount,Gift Date,Fund Split Amount,Fund\n{lines}") == {"ana@example.org": expected}


def test_the_parts_of_gifts_without_ids_are_summed(tmp_path):
    rows = "ana@example.org,100,2025-01-05,60,Roof\nana@example.org,100,2025-01-05,40,Food\n"
    assert gifts_of(tmp_path, f"Email,Gift Amount,Gift Date,Split Amount,Fund\n{rows}")["ana@example.org"][0] == 100


@pytest.mark.parametrize(
    ("days", "expected"),
    [(("2025-01-05 10:00", "2025-01-05 18:00"), (100, 2)), (("2025-01-05 10:00", "2025-01-05 10:00"), (50, 1)),
     (("2025-01-05", "2025-01-05"), (50, 1))],
)  # fmt: skip
def test_gifts_of_one_day_are_told_apart_by_their_times(tmp_path, days, expected):
    rows = "".join(f"ana@example.org,50,{day}\n" for day in days)
    assert gifts_of(tmp_path, f"Email,Amount,Date\n{rows}") == {"ana@example.org": expected}


def test_gifts_next_to_the_total_give_the_amount_of_the_latest(tmp_path):
    path = tmp_path / "gifts.csv"
    path.write_text("Email,Amount,Date,Lifetime Total\nana@example.org,50,2025-01-05,75\nana@example.org,25,2025-03-14,75\n")
    leads = validate_file(path, Manifest(), "US").leads.collect()
    merged = merge_rows(leads.with_columns(pl.lit("csv_import").alias("source"), pl.lit(2, dtype=pl.Int64).alias("person")))
    assert merged.select("total_gifts", "last_gift_amount").row(0) == (75, 25)


@pytest.mark.parametrize(
    ("column", "field"),
    [("Latest Transaction Date", "last_gift_date"), ("Latest Transaction Amount", "last_gift_amount"), ("Last Payment Date", "last_gift_date"),
     ("Last Payment Amount", "last_gift_amount"), ("Last Gave", "last_gift_date"), ("Amount of Last Gift", "last_gift_amount"),
     ("Letzter Betrag", "last_gift_amount"), ("Lifetime Donation Total", "total_gifts"), ("Lifetime Value", "total_gifts"),
     ("Lifetime Spend", "total_gifts"), ("LTD Giving", "total_gifts"), ("Cumulative Giving", "total_gifts")],
)  # fmt: skip
def test_columns_of_last_gifts_and_totals_are_known_by_name(tmp_path, column, field):
    assert uses_of(tmp_path, f"Email,{column}", f"ana@example.org,{'2025-01-05' if 'date' in field else 25}")[column] == field
