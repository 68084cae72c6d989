"""Withdrawals, payouts, fees and what the organisation pays are of no donor: no lead, and named as left out. One test a system."""

from pathlib import Path

import polars as pl
import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import MOVED_MONEY, validate_file
from henk_pipeline.steps.validated_upload import ValidatedUpload
from henk_pipeline.uploads.manifest import Manifest


def read(folder: Path, *lines: str, country: str = "US") -> tuple[ValidatedUpload, pl.DataFrame, list[int]]:
    file = folder / "payments.csv"
    file.write_text("\n".join(lines) + "\n")
    upload = validate_file(file, Manifest(), country)
    left_out = [part["first_line"] for part in describe_reading(upload)["left_out"] if part["why"] == MOVED_MONEY]
    assert upload.rows_read == upload.leads.collect().height + upload.rows_rejected
    assert upload.rows_read + len(left_out) == len(lines) - 1
    return upload, upload.leads.collect(), left_out


def test_paypal(tmp_path):
    """Activity Download Specification, version 3.0 (November 2018); kinds as in public ledger importers, looked up 2026-11-28."""
    upload, leads, left_out = read(
        tmp_path,
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,Balance Impact",
        "01/25/2026,09:12:33,PST,Ada Quillon,Donation Payment,Completed,USD,50.00,-1.75,48.25,ada@quillon.example,us@charity.example,1A,Credit",
        "01/26/2026,09:12:33,PST,Ben Arkwell,Subscription Payment,Completed,USD,25.00,-1.03,23.97,ben@arkwell.example,us@charity.example,2A,Credit",
        "01/27/2026,09:12:33,PST,Ben Arkwell,Payment Refund,Completed,USD,-25.00,1.03,-23.97,us@charity.example,ben@arkwell.example,2B,Debit",
        "01/28/2026,09:12:33,PST,,General Withdrawal,Completed,USD,-40.00,0.00,-40.00,us@charity.example,,3A,Debit",
        "01/28/2026,09:12:33,PST,,User Initiated Withdrawal,Completed,USD,-4.00,0.00,-4.00,us@charity.example,,3B,Debit",
        "01/28/2026,09:12:33,PST,,Bank Deposit to PP Account ,Completed,USD,30.00,0.00,30.00,us@charity.example,us@charity.example,4A,Credit",
        "01/28/2026,09:12:33,PST,,General Currency Conversion,Completed,USD,7.00,0.00,7.00,us@charity.example,,5A,Credit",
        "01/29/2026,09:12:33,PST,Paper Supply Inc,PreApproved Payment Bill User Payment,Completed,USD,-30.00,0.00,-30.00,us@charity.example,"
        "billing@paper.example,6A,Debit",
    )
    assert left_out == [5, 6, 7, 8, 9]
    assert leads["email"].to_list() == ["ada@quillon.example", "ben@arkwell.example", "ben@arkwell.example"]
    assert leads["gift_amount"].to_list() == [50.0, 25.0, -25.0]
    assert upload.error is None


def test_a_donor_who_gets_a_gift_back_is_not_taken_for_the_organisation(tmp_path):
    _, leads, left_out = read(
        tmp_path,
        "Date,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID",
        "01/27/2026,Ben Arkwell,Payment Refund,Completed,USD,-25.00,1.03,-23.97,us@charity.example,ben@arkwell.example,2B",
        "01/28/2026,Ben Arkwell,Payment Refund,Completed,USD,-5.00,1.03,-3.97,us@charity.example,ben@arkwell.example,2C",
    )
    assert (left_out, leads["email"].to_list()) == ([], ["ben@arkwell.example"] * 2)


def test_paypal_in_german(tmp_path):
    """Columns as read by public importers of the German activity report, looked up 2026-11-28. The kinds need not be known."""
    _, leads, left_out = read(
        tmp_path,
        "Datum;Uhrzeit;Zeitzone;Name;Typ;Status;Währung;Brutto;Gebühr;Netto;Absender E-Mail-Adresse;Empfänger E-Mail-Adresse;Transaktionscode",
        "25.01.2026;09:12:33;CET;Ada Quillon;Spendenzahlung;Abgeschlossen;EUR;1.050,00;-1,75;1.048,25;ada@quillon.example;wir@verein.example;1A",
        "26.01.2026;09:12:33;CET;Ben Arkwell;Spendenzahlung;Abgeschlossen;EUR;25,00;-1,75;23,25;ben@arkwell.example;wir@verein.example;2A",
        "27.01.2026;09:12:33;CET;;Von Nutzer eingeleitete Abbuchung;Abgeschlossen;EUR;-40,00;0,00;-40,00;wir@verein.example;;3A",
        "27.01.2026;09:12:33;CET;;Sonstiges;Abgeschlossen;EUR;3,00;0,00;3,00;wir@verein.example;;4A",
        "27.01.2026;09:12:33;CET;Ben Arkwell;Rückzahlung;Abgeschlossen;EUR;-25,00;1,75;-23,25;wir@verein.example;ben@arkwell.example;2B",
        country="DE",
    )
    assert left_out == [4, 5]
    assert leads.select("email", "gift_amount", "gift_currency").rows() == [
        ("ada@quillon.example", 1050.0, "EUR"), ("ben@arkwell.example", 25.0, "EUR"), ("ben@arkwell.example", -25.0, "EUR"),
    ]  # fmt: skip


def test_stripe_balance(tmp_path):
    """Itemized balance change from activity, docs.stripe.com/reports/report-types/balance and reporting-categories, looked up 2026-11-28."""
    _, leads, left_out = read(
        tmp_path,
        "balance_transaction_id,created,available_on,currency,gross,fee,net,reporting_category,source_id,description,customer_id,customer_email,"
        "customer_name,charge_id",
        "txn_1,2026-01-25 10:00:00,2026-01-27 00:00:00,usd,50.00,1.75,48.25,charge,ch_1,Donation,cus_1,ada@quillon.example,Ada Quillon,ch_1",
        "txn_2,2026-01-26 10:00:00,2026-01-27 00:00:00,usd,25.00,1.03,23.97,charge,ch_2,Donation,cus_2,ben@arkwell.example,Ben Arkwell,ch_2",
        "txn_3,2026-01-26 10:00:00,2026-01-27 00:00:00,usd,-25.00,0.00,-25.00,refund,re_2,Refund,cus_2,ben@arkwell.example,Ben Arkwell,ch_2",
        "txn_4,2026-01-27 10:00:00,2026-01-27 00:00:00,usd,-48.25,0.00,-48.25,payout,po_1,STRIPE PAYOUT,,,,",
        "txn_5,2026-01-27 10:00:00,2026-01-27 00:00:00,usd,-2.00,0.00,-2.00,fee,fee_1,Radar,,,,",
        "txn_6,2026-01-27 10:00:00,2026-01-27 00:00:00,usd,10.00,0.00,10.00,topup,tu_1,Top-up,,us@charity.example,,",
    )
    assert left_out == [5, 6, 7]
    assert leads.select("email", "last_name", "gift_amount", "gift_currency").rows() == [
        ("ada@quillon.example", "Quillon", 50.0, "USD"), ("ben@arkwell.example", "Arkwell", 25.0, "USD"),
        ("ben@arkwell.example", "Arkwell", -25.0, "USD"),
    ]  # fmt: skip


def test_stripe_payments(tmp_path):
    """Export of payments: columns of public samples of it, looked up 2026-11-28."""
    _, leads, _ = read(
        tmp_path,
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Fee,Status,Description,Customer Email,Invoice ID,Transfer",
        "ch_1,2026-06-05 20:38:34,3125.00,0.00,usd,true,90.93,Paid,Spring appeal,ada@quillon.example,,po_1",
        "ch_2,2026-06-06 20:38:34,50.00,0.00,usd,false,0.00,Failed,Spring appeal,ben@arkwell.example,,",
    )
    assert leads.select("email", "total_gifts", "gift_count").rows() == [
        ("ada@quillon.example", 3125.0, 1),
        ("ben@arkwell.example", None, 0),
    ]


@pytest.mark.parametrize("kind", ["Withdrawal", "Transfer", "Payout", "Bank transfer", "Fee"])
def test_a_report_of_donations_and_transfers_as_gofundme_has_it(tmp_path, kind):
    """Transaction management lists donations and their payout: charitysupport.gofundme.com (Revenue Center), looked up 2026-11-28."""
    _, leads, left_out = read(
        tmp_path,
        "Transaction Date,Transaction Type,Donor First Name,Donor Last Name,Donor Email,Amount,Currency",
        "2026-01-25,One-time donation,Ada,Quillon,ada@quillon.example,50.00,USD",
        "2026-01-26,Recurring donation,Ben,Arkwell,ben@arkwell.example,25.00,USD",
        f"2026-01-27,{kind},,,treasurer@charity.example,-73.00,USD",
        f"2026-01-28,{kind},,,,-10.00,USD",
    )
    assert left_out == [4, 5]
    assert leads["email"].to_list() == ["ada@quillon.example", "ben@arkwell.example"]


def test_donorbox(tmp_path):
    """Export of donations: columns as in public importers of it, looked up 2026-11-28."""
    _, leads, left_out = read(
        tmp_path,
        "Name,Donating Company,Donor's First Name,Donor's Last Name,Donor Email,Make Donation Anonymous,Campaign,Amount,Currency,Amount in USD,"
        "Processing Fee,Platform Fee,Total Fee,Net Amount,Fee Covered,Donor Comment,Internal Notes,Donated At,Phone,Address,Address 2,City,"
        "State / Province,Postal Code,Country,Employer,Occupation,Designation,Receipt Id,Donation Type,Card Type,Status",
        "Ada Quillon,,Ada,Quillon,ada@quillon.example,no,Spring,50.0,USD,50.0,1.75,0.88,2.63,47.37,no,Keep it up,,01/25/2026 10:00:00,"
        "212-555-0101,1 Elm St,,Albany,NY,12207,United States,Acme Inc,Nurse,General,1001,stripe,visa,paid",
        "Ben Arkwell,,Ben,Arkwell,ben@arkwell.example,yes,Spring,25.0,USD,25.0,1.03,0.44,1.47,23.53,no,,,01/26/2026 10:00:00,"
        "(212) 555-0102,2 Oak St,,Albany,NY,12207,United States,,,General,1002,paypal,,refunded",
    )
    assert left_out == []
    assert leads.select("first_name", "last_name", "email", "phone", "street", "state", "total_gifts").rows() == [
        ("Ada", "Quillon", "ada@quillon.example", "+12125550101", "1 Elm St", "NY", 50.0),
        ("Ben", "Arkwell", "ben@arkwell.example", "+12125550102", "2 Oak St", "NY", None),
    ]  # fmt: skip


def test_a_donor_who_gives_by_transfer_is_one(tmp_path):
    _, leads, left_out = read(
        tmp_path,
        "Date,Name,Email,Type,Amount",
        "2026-01-25,Ada Quillon,ada@quillon.example,Bank transfer,50.00",
        "2026-01-26,Ben Arkwell,ben@arkwell.example,Transfer,25.00",
    )
    assert (left_out, leads.height) == ([], 2)
