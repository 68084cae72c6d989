"""What each system's export is mapped to, by its own column names: one test a system, with where and when its columns were looked up."""

import polars as pl
import pytest

from henk_pipeline.uploads.column_use import Mapping
from henk_pipeline.uploads.headers import map_columns


def mapped(columns: list[str], *cells: list[str]) -> Mapping:
    rows = cells or ([""] * len(columns),)
    return map_columns(pl.DataFrame([dict(zip(columns, row, strict=True)) for row in rows]).with_columns(pl.all().replace("", None)), {})


def fields_of(columns: str, **cells: str) -> dict[str, str]:
    names = columns.split(",")
    mapping = mapped(names, [cells.get(name.replace(" ", "_"), "") for name in names])
    return {column: field for column, field in mapping.by_column().items() if field is not None}


def test_vicidial():
    """vicidial_list and its lead loader: vicifast.com/glossary (lead, lead-loader, vendor-lead-code), 2026-11-28."""
    columns = (
        "lead_id,entry_date,modify_date,status,user,vendor_lead_code,source_id,list_id,gmt_offset_now,called_since_last_reset,phone_code,phone_number,"
        "title,first_name,middle_initial,last_name,address1,city,state,postal_code,country_code,gender,date_of_birth,alt_phone,email,comments,owner"
    )
    assert fields_of(columns) == {
        "lead_id": "source_id", "phone_number": "phone", "title": "title", "first_name": "first_name", "last_name": "last_name",
        "address1": "street", "city": "city", "state": "state", "postal_code": "postal_code", "country_code": "country",
        "date_of_birth": "birth_date", "alt_phone": "phone", "email": "email", "comments": "notes",
    }  # fmt: skip


def test_actblue():
    """Contributions download: secure.actblue.com/docs/report_builder, kitworkflows.com (ActBlue CSV Export Columns), 2026-11-28."""
    columns = (
        "Receipt ID,Date,Amount,Recurring Total Months,Recipient,Fundraising Page,Donor First Name,Donor Last Name,Donor Addr1,Donor City,Donor State,"
        "Donor ZIP,Donor Country,Donor Occupation,Donor Employer,Donor Email,Donor Phone,Comments,Employer Addr1,Refund Date,Mobile"
    )
    assert fields_of(columns) == {
        "Date": "gift_date", "Amount": "gift_amount", "Donor First Name": "first_name", "Donor Last Name": "last_name", "Donor Addr1": "street",
        "Donor City": "city", "Donor State": "state", "Donor ZIP": "postal_code", "Donor Country": "country", "Donor Occupation": "title",
        "Donor Employer": "company", "Donor Email": "email", "Donor Phone": "phone", "Comments": "notes", "Refund Date": "gift_refunded",
    }  # fmt: skip


def test_paypal():
    """Activity Download Specification, version 3.0 (November 2018), looked up 2026-11-28."""
    columns = (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,Address Line 1,Town/City,"
        "State/Province/Region/County/Territory/Prefecture/Republic,Zip/Postal Code,Country,Contact Phone Number"
    )
    assert fields_of(columns) == {
        "Date": "gift_date", "Name": "full_name", "Currency": "gift_currency", "Gross": "gift_amount", "Status": "gift_status", "Type": "gift_kind",
        "From Email Address": "email", "To Email Address": "refund_email",
        "Address Line 1": "street", "Town/City": "city", "State/Province/Region/County/Territory/Prefecture/Republic": "state",
        "Zip/Postal Code": "postal_code", "Country": "country", "Contact Phone Number": "phone",
    }  # fmt: skip


def test_salesforce_npsp_api_names():
    """Contact fields of NPSP by API name: docs.movedata.io/reference (NPSP fields and objects), schemaforce.com, 2026-11-28."""
    columns = (
        "Id,FirstName,LastName,Email,Phone,HomePhone,MobilePhone,npe01__PreferredPhone__c,npo02__TotalOppAmount__c,npo02__LastCloseDate__c,"
        "npo02__FirstCloseDate__c,npo02__LastOppAmount__c,npo02__NumberOfClosedOpps__c,MailingStreet,MailingCity,MailingState,MailingPostalCode,MailingCountry"
    )
    assert fields_of(columns) == {
        "Id": "source_id", "FirstName": "first_name", "LastName": "last_name", "Email": "email", "Phone": "phone", "HomePhone": "phone",
        "MobilePhone": "mobile_phone", "npo02__TotalOppAmount__c": "total_gifts", "npo02__LastCloseDate__c": "last_gift_date",
        "npo02__FirstCloseDate__c": "first_gift_date", "npo02__LastOppAmount__c": "last_gift_amount", "npo02__NumberOfClosedOpps__c": "gift_count",
        "MailingStreet": "street", "MailingCity": "city", "MailingState": "state", "MailingPostalCode": "postal_code", "MailingCountry": "country",
    }  # fmt: skip


def test_donorperfect():
    """Donor record (dp): truegivers.com/integrations/donorperfect/data, 2026-11-28."""
    columns = (
        "DONOR_ID,DONOR_TYPE,TITLE,FIRST_NAME,MIDDLE_NAME,LAST_NAME,SUFFIX,OPT_LINE,ADDRESS,CITY,STATE,ZIP,COUNTRY,EMAIL,HOME_PHONE,MOBILE_PHONE,"
        "BUSINESS_PHONE,LAST_CONTRIB_DATE,LAST_CONTRIB_AMT,GIFT_TOTAL"
    )
    assert fields_of(columns) == {
        "DONOR_ID": "source_id", "TITLE": "title", "FIRST_NAME": "first_name", "LAST_NAME": "last_name", "SUFFIX": "name_suffix", "ADDRESS": "street", "CITY": "city",
        "STATE": "state", "ZIP": "postal_code", "COUNTRY": "country", "EMAIL": "email", "HOME_PHONE": "phone", "MOBILE_PHONE": "mobile_phone",
        "BUSINESS_PHONE": "phone", "LAST_CONTRIB_DATE": "last_gift_date", "LAST_CONTRIB_AMT": "last_gift_amount", "GIFT_TOTAL": "total_gifts",
    }  # fmt: skip


def test_constant_contact():
    """Export of contacts, as in the file of 2026-11-27 in the issue."""
    columns = (
        "Email address,First name,Last name,Company,Job title,Email update source,Phone - home,Phone - mobile,Street address line 1 - Home,City - Home,"
        "State/Province - Home,Zip/Postal Code - Home,Country - Home,Tags,Birthday"
    )
    assert fields_of(columns) == {
        "Email address": "email", "First name": "first_name", "Last name": "last_name", "Company": "company", "Job title": "title",
        "Phone - home": "phone", "Phone - mobile": "mobile_phone", "Street address line 1 - Home": "street", "City - Home": "city",
        "State/Province - Home": "state", "Zip/Postal Code - Home": "postal_code", "Country - Home": "country", "Tags": "tags", "Birthday": "birth_date",
    }  # fmt: skip


def test_google_contacts():
    """Export of contacts, as in the file of 2026-11-27 in the issue."""
    columns = (
        "First Name,Middle Name,Last Name,Name Prefix,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,"
        "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Street,Address 1 - City,Address 1 - Region,Address 1 - Postal Code"
    )
    assert fields_of(columns) == {
        "First Name": "first_name", "Last Name": "last_name", "Organization Name": "company", "Organization Title": "title", "Birthday": "birth_date",
        "Notes": "notes", "Labels": "tags", "E-mail 1 - Value": "email", "Phone 1 - Value": "phone", "Phone 2 - Value": "phone",
        "Address 1 - Street": "street", "Address 1 - City": "city", "Address 1 - Region": "state", "Address 1 - Postal Code": "postal_code",
    }  # fmt: skip


def test_twenty():
    """Export of people, as in the file of 2026-11-27 in the issue."""
    columns = "Id,Name / First Name,Name / Last Name,Emails / Primary Email,Phones / Primary Phone Number,Phones / Primary Phone Calling Code,City"
    assert fields_of(columns) == {
        "Name / First Name": "first_name", "Name / Last Name": "last_name", "Emails / Primary Email": "email",
        "Phones / Primary Phone Number": "phone", "City": "city",
    }  # fmt: skip


def test_outlook_fills_in_the_business_address():
    """Export of Outlook for Windows: support.microsoft.com (export contacts), columns as known 2026-11."""
    mapping = mapped(
        ["First Name", "Last Name", "E-mail Address", "Business Phone", "Home Street", "Home City", "Business Street", "Business City"]
    )
    assert [(use.column, use.field, use.meaning) for use in mapping.uses if use.field in {"street", "city"}] == [
        ("Home Street", "street", "value"), ("Home City", "city", "value"),
        ("Business Street", "street", "further"), ("Business City", "city", "further"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [("Order Time", "14:22:10", None), ("Call Time", "2025-12-25 14:22", None), ("End Time", "9:00 PM", None), ("Created At", "2025-12-25 14:22:10", None),
     ("Created At", "2025-12-25", "timezone"), ("Best Time to Call", "14:22", "timezone"), ("City", "Reno", "timezone")],
)  # fmt: skip
def test_a_time_zone_that_follows_the_time_of_an_order_or_a_call_is_that_times(column, cell, field):
    table = pl.DataFrame({"Name": ["Ana Ash"], column: [cell], "Time Zone": ["America/Los_Angeles"], "Phone": ["212-555-0161"]})
    assert map_columns(table, {}).by_column()["Time Zone"] == field


def test_a_time_zone_beside_a_time_of_day_is_the_reports():
    for columns in (["Date", "Time", "TimeZone", "Name", "Email"], ["Datum", "Uhrzeit", "Zeitzone", "Name", "E-Mail"]):
        mapping = mapped(columns)
        assert mapping.by_column()[columns[2]] is None
        assert [(one.column, one.reason) for one in mapping.candidates if one.field == "timezone"] == [
            (columns[2], "it is of the report's times")
        ]
    assert mapped(["Name", "Email", "Time Zone"]).by_column()["Time Zone"] == "timezone"


@pytest.mark.parametrize("name", ["Letzte Spende", "Last Gift", "Dernier don"])
def test_a_column_of_last_gifts_that_holds_dates_is_one_of_dates(name):
    dates = map_columns(pl.DataFrame({"Email": ["a@x.org", "b@x.org"], name: ["2026-01-02", "03.04.2025"]}), {})
    amounts = map_columns(pl.DataFrame({"Email": ["a@x.org", "b@x.org"], name: ["50", "1.000,00"]}), {})
    assert (dates.by_column()[name], amounts.by_column()[name]) == ("last_gift_date", "last_gift_amount")


def test_a_column_named_phone_without_numbers_yields_to_one_that_has_them():
    table = pl.DataFrame({"Email": ["a@x.org", "b@x.org"], "Phone": ["Home", "Work"], "Reach At": ["212-555-0101", "212-555-0102"]})
    mapping = map_columns(table, {})
    assert mapping.by_column() == {"Email": "email", "Phone": None, "Reach At": "phone"}
    assert ("Phone", "phone", "its cells are no phone") in [(one.column, one.field, one.reason) for one in mapping.candidates]
    alone = map_columns(pl.DataFrame({"Email": ["a@x.org"], "Phone": ["unlisted"]}), {})
    assert alone.by_column()["Phone"] == "phone"


def test_a_date_beside_an_amount_is_the_gifts():
    gifts = map_columns(pl.DataFrame({"Email": ["a@x.org"], "Amount": ["25"], "Date": ["2026-01-02"]}), {})
    people = map_columns(pl.DataFrame({"Email": ["a@x.org"], "Date": ["2026-01-02"]}), {})
    assert (gifts.by_column()["Date"], people.by_column()["Date"]) == ("gift_date", None)


def test_telephones_of_civicrm_have_a_place_and_a_kind_in_their_names():
    """An export of contacts has a column a location and kind of telephone."""
    columns = "First Name,Do Not Phone,Home-Email,Home-Phone-Mobile,Home-Phone-Phone"
    assert fields_of(columns) == {
        "First Name": "first_name", "Do Not Phone": "do_not_call", "Home-Email": "email",
        "Home-Phone-Mobile": "mobile_phone", "Home-Phone-Phone": "phone",
    }  # fmt: skip
