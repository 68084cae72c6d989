"""Whom a file of a real system makes callable: by name, after the import, in the campaign."""

from pathlib import Path

import psycopg
import pytest

from tests.fixtures.hostile import zipped
from tests.integration.database.acting import value
from tests.integration.uploading import add_business, upload

FILES = {
    "bloomerang_restrictions": (
        """Account Number,Envelope Name,First Name,Last Name,Account Status,Communication Restrictions,Primary Email,Primary Phone
1001,Ana Silva,Ana,Silva,Active,,ana.01@example.org,(212) 555-0111
1002,Bo Smith,Bo,Smith,Active,Do Not Call,bo.01@example.org,(212) 555-0112
1003,Cy Lee,Cy,Lee,Active,Do Not Mail | Do Not Call,cy.01@example.org,(212) 555-0113
1004,Di Ray,Di,Ray,Deceased,,di.01@example.org,(212) 555-0114
1005,Ed Fox,Ed,Fox,Active,Do Not Solicit,ed.01@example.org,(212) 555-0115
""",
        "Ana",
    ),
    "nationbuilder_flags": (
        """nationbuilder_id,first_name,last_name,email1,phone_number,mobile_number,is_deceased,do_not_call,do_not_contact,federal_donotcall,email1_is_bad,email_opt_in,mobile_opt_in,phone_opt_in,unsubscribed_at
1,Ana,Silva,ana.02@example.org,2125550121,,false,false,false,false,false,true,true,true,
2,Bo,Smith,bo.02@example.org,2125550122,,false,false,false,true,false,true,true,true,
3,Cy,Lee,cy.02@example.org,2125550123,,false,false,true,false,false,true,true,true,
4,Di,Ray,di.02@example.org,2125550124,,true,false,false,false,false,true,true,true,
5,Ed,Fox,ed.02@example.org,2125550125,,false,false,false,false,false,false,false,false,2024-03-01 12:00:00
""",
        "Ana",
    ),
    "status_clean": (
        """Email,First name,Last name,Phone,Status
alaric31@example.org,Alaric,Bickerstaff,9175550101,active
berenice.c@example.net,Berenice,Cheeseborough,6465550122,unsubscribed
corydon@example.com,Corydon,Ducklington,7185550143,blocklisted
delphic.e@example.org,Delphine,Eggleston,2125550164,do not call
""",
        "Alaric",
    ),
    "vicidial_clean": (
        """lead_id,status,vendor_lead_code,phone_code,phone_number,first_name,last_name,state,postal_code,alt_phone,email,called_count
601,SALE,V1,1,9175550185,Everard,Fanshawe,NY,10001,,everard.f@example.org,2
602,DNC,V2,1,6465550106,Florian,Gathercole,NY,10001,,fg32@example.net,1
603,DNCL,V3,1,7185550127,Griselda,Hollingbery,NY,10001,,griselda@example.com,0
604,NEW,V4,44,2079460148,Hyacinth,Ivimey,,,,hyacinth.i@example.org,0
""",
        "Everard Hyacinth",
    ),
    "inverted_clean": (
        """First Name,Last Name,Email,Phone,Opt In,Call Opt-In,Accepts Calls,Phone Permission
Iolanthe,Jerningham,iolanthe@example.org,2125550169,Yes,Yes,Yes,Yes
Jocelyn,Kynaston,jk33@example.net,9175550190,No,Yes,Yes,Yes
Kerensa,Lutterworth,kerensa@example.com,6465550111,Yes,No,Yes,Yes
Leander,Mompesson,leander.m@example.org,7185550132,Yes,Yes,No,Yes
Melisande,Nettlefold,melisande@example.net,2125550153,Yes,Yes,Yes,No
""",
        "Iolanthe",
    ),
    "givebutter": (
        """Givebutter Contact ID,Prefix,First Name,Middle Name,Last Name,Primary Email,Primary Phone Number,Email Addresses,Phone Numbers,Date of Birth,Employer,Title,Household Name,Tags,Notes,Email Subscription Status,Phone Subscription Status,Address Subscription Status,Total Contributions,Recurring Contributions
90001,Mr,Casimir,,Oyelaran,casimir@example.org,+1 917-555-0141,casimir@example.org,+1 917-555-0141,1970-02-03,ACME,Chef,Oyelaran Household,vip,,yes,yes,yes,$120.00,0
90002,Ms,Delphine,,Vanterpool,delphine@example.org,+1 646-555-0142,delphine@example.org,+1 646-555-0142,1981-05-06,,,,,,no,no,no,$80.00,0
90003,,Emeka,,Lindqvist,emeka@example.org,+1 718-555-0143,emeka@example.org,+1 718-555-0143,,,,,,,Subscribed,Unsubscribed,Subscribed,$10.00,0
""",
        "Casimir",
    ),
    "causevox": (
        """Display Name,First Name,Last Name,Deceased,Can Contact,Email,Can Email,Phone,Can Call,Can Text
Fabiola Mbeki,Fabiola,Mbeki,No,Yes,fabiola@example.org,Yes,(917) 555-0144,Yes,Yes
Gaspard Nuñez,Gaspard,Nuñez,No,No,gaspard@example.org,Yes,(646) 555-0145,Yes,Yes
Hiroko Adeyemi,Hiroko,Adeyemi,No,Yes,hiroko@example.org,No,(718) 555-0146,No,Yes
Isidro Petrov,Isidro,Petrov,Yes,Yes,isidro@example.org,Yes,(212) 555-0147,Yes,Yes
""",
        "Fabiola",
    ),
    "raisers_edge_codes": (
        """CnBio_ID,CnBio_First_Name,CnBio_Last_Name,CnBio_Deceased,CnBio_Inactive,CnSolCd_1_01_Solicit_Code,CnSolCd_1_02_Solicit_Code,CnPh_1_01_Phone_type,CnPh_1_01_Phone_number,CnPh_1_01_Do_Not_Call,CnPh_1_02_Phone_type,CnPh_1_02_Phone_number,CnPh_1_02_Do_Not_Call
R1,Jacinta,Holloway,No,No,,,Email,jacinta@example.org,No,Home,(917) 555-0148,No
R2,Kwabena,Ostrander,No,No,Do Not Call,,Email,kwabena@example.org,No,Home,(646) 555-0149,No
R3,Lisbet,Moriarty,No,No,Do Not Mail,Do Not Phone,Email,lisbet@example.org,No,Home,(718) 555-0150,No
R4,Melchior,Tanaka,No,No,,,Email,melchior@example.org,No,Home,(212) 555-0151,Yes
R5,Niamh,Castellano,Yes,No,,,Email,niamh@example.org,No,Home,(917) 555-0152,No
""",
        "Jacinta",
    ),
    "re_nxt": (
        """Constituent ID,Key Indicator,First Name,Last Name,Solicit Codes,Is inactive,Deceased date,Preferred Email,Preferred Phone
R11,I,Otilia,Kruger,,No,,otilia@example.org,(917) 555-0153
R12,I,Pankaj,Sorensen,"Do not call; Do not mail",No,,pankaj@example.org,(646) 555-0154
R13,I,Quilla,Abernathy,,Yes,2024-05-01,quilla@example.org,(718) 555-0155
R14,I,Rosamund,Zielinski,No Phone Calls,No,,rosamund@example.org,(212) 555-0156
""",
        "Otilia",
    ),
    "optout_phone_list": (
        """Name,Cell,Opted Out
Xenia Quillfeather,(917) 555-0117,No
Yorick Plumbottom,(646) 555-0118,Yes
""",
        "Xenia",
    ),
    "spoke": (
        """contact[firstName],contact[lastName],contact[cell],contact[optOut],assignmentStatus
Xanthe,Brocklebank,+19175550137,false,messaged
Ysolde,Cranmer,+16465550138,true,closed
""",
        "Xanthe",
    ),
    "dnc_in_phone_cell": (
        """First Name,Last Name,Email,Phone
Kingsley,Uppington,kingsley26@example.org,DNC 917-555-0101
Lucasta,Vavasour,lucasta26@example.org,646-555-0102 DNC
Mortimer,Westerfield,mortimer26@example.org,718-555-0103 (dnc)
Ninette,Xenakis,ninette26@example.org,DO NOT CALL 212-555-0104
Osbert,Yelverton,osbert26@example.org,no calls 917-555-0105
Prudence,Zouche,prudence26@example.org,do not call: 646-555-0106
Ranulph,Abingdon,ranulph26@example.org,718-555-0107 bad
Sidonie,Beaumaris,sidonie26@example.org,wrong number 212-555-0108
Theobald,Carnarvon,theobald26@example.org,(disconnected) 917-555-0109
Urania,Dunstable,urania26@example.org,fax 646-555-0110
Vyvyan,Eastleigh,vyvyan26@example.org,718-555-0111 (fax)
Wilfreda,Fotheringay,wilfreda26@example.org,F: 212-555-0112
""",
        "",
    ),
    "more_consent": (
        """First Name,Last Name,Email,Phone,phoneNumberIsOptedOut,Do not allow Phone Calls,Do Not Call (Y/N),TPS,Phone Blacklisted,Call Opt Out,No Call,DNC Flag
Ambrose,Grimsditch,ambrose27@example.org,917-555-0113,true,,,,,,,
Belinda,Harbottle,belinda27@example.org,646-555-0114,,Do Not Allow,,,,,,
Cuthbert,Inglethorpe,cuthbert27@example.org,718-555-0115,,,Y,,,,,
Drusilla,Jessamine,drusilla27@example.org,212-555-0116,,,,Yes,,,,
Erasmus,Kettlewell,erasmus27@example.org,917-555-0117,,,,,True,,,
Fenella,Lillywhite,fenella27@example.org,646-555-0118,,,,,,Yes,,
Gervase,Micklethwait,gervase27@example.org,718-555-0119,,,,,,,X,
Hermione,Nethersole,hermione27@example.org,212-555-0120,,,,,,,,Y
""",
        "",
    ),
    "optin_words": (
        """First Name,Last Name,Phone,Email,Phone Consent
Ana,Optedin,212-555-0101,ana@example.org,Opted In
Ben,Optedout,212-555-0102,ben@example.org,Opted Out
Cy,Optout,212-555-0103,cy@example.org,Opt-Out
Dee,Optin,212-555-0104,dee@example.org,Opt-In
Eve,Donotcall,212-555-0105,eve@example.org,Do not call
Fay,Yes,212-555-0106,fay@example.org,Yes
Gus,No,212-555-0107,gus@example.org,No
Hal,Unsub,212-555-0108,hal@example.org,Unsubscribed
""",
        "Ana Dee Fay",
    ),
    "optout_errors": (
        """First Name,Last Name,Phone,Email,Do Not Call
Ana,X,212-555-0141,w1@example.org,#REF!
Ben,X,212-555-0142,w2@example.org,#N/A
Cy,X,212-555-0143,w3@example.org,#DIV/0!
Dee,X,212-555-0144,w4@example.org,no
""",
        "Dee",
    ),
    "npsp_api": (
        """Id,FirstName,LastName,Email,Phone,HomePhone,MobilePhone,npe01__PreferredPhone__c,DoNotCall,HasOptedOutOfEmail,npsp__Do_Not_Contact__c,npsp__Deceased__c,npo02__TotalOppAmount__c,npo02__LastCloseDate__c,npo02__NumberOfClosedOpps__c,MailingStreet,MailingCity,MailingState,MailingPostalCode,MailingCountry,Account.Name
003000000000001AAA,Ana,Silva,ana.s@example.org,(212) 555-0161,,,Home,false,false,false,false,1250.0,2026-03-05,3,1 Elm St,New York,NY,10001,United States,Silva Household
003000000000002AAA,Ben,Okafor,ben.o@example.org,(212) 555-0162,,,Home,false,false,true,false,20.0,2025-12-31,1,2 Elm St,New York,NY,10001,United States,Okafor Household
003000000000003AAA,Cy,Young,cy.y@example.org,(212) 555-0163,,,Home,false,false,false,true,20.0,2025-12-31,1,3 Elm St,New York,NY,10001,United States,Young Household
003000000000004AAA,Dee,Brown,dee.b@example.org,(212) 555-0164,,,Home,true,true,false,false,20.0,2025-12-31,1,4 Elm St,New York,NY,10001,United States,Brown Household
""",
        "Ana",
    ),
    "phone_cell_dnc": (
        """First Name,Last Name,Phone,Email
Ana,Silva,212-555-0101,ana.pc@example.org
Ben,Okafor,DO NOT CALL 212-555-0102,ben.pc@example.org
Cy,Young,DNC 212-555-0103,cy.pc@example.org
Dee,Brown,Deceased 212-555-0104,dee.pc@example.org
Eve,Black,No calls! 212-555-0105,eve.pc@example.org
""",
        "Ana",
    ),
    "vicidial": (
        """lead_id,entry_date,modify_date,status,user,vendor_lead_code,source_id,list_id,gmt_offset_now,called_since_last_reset,phone_code,phone_number,title,first_name,middle_initial,last_name,address1,address2,address3,city,state,province,postal_code,country_code,gender,date_of_birth,alt_phone,email,security_phrase,comments,called_count,last_local_call_time,rank,owner
1,2026-03-05 10:00:00,2026-03-06 10:00:00,NEW,,A1,S1,101,-5.00,N,1,2125550141,Mr,Ana,,Silva,1 Elm St,,,New York,NY,,10001,USA,F,1970-01-02,2125550142,ana.v@example.org,,,0,2008-01-01 00:00:00,0,
2,2026-03-05 10:00:00,2026-03-06 10:00:00,DNC,,A2,S2,101,-5.00,Y,1,2125550143,Mrs,Ben,,Okafor,2 Elm St,,,New York,NY,,10001,USA,M,0000-00-00,,ben.v@example.org,,,3,2026-03-06 10:00:00,0,
3,2026-03-05 10:00:00,2026-03-06 10:00:00,DNCL,,A3,S3,101,-5.00,Y,44,2079460123,Mr,Cy,,Young,3 Elm St,,,London,,,SW1A 1AA,GBR,M,0000-00-00,,cy.v@example.org,,,3,2026-03-06 10:00:00,0,
""",
        "Ana",
    ),
    "constant_contact": (
        """Email address,First name,Last name,Company,Job title,Email status,Email permission status,Email update source,Confirmed Opt-Out Date,Confirmed Opt-Out Source,Confirmed Opt-Out Reason,Phone - home,Phone - mobile,Street address line 1 - Home,City - Home,State/Province - Home,Zip/Postal Code - Home,Country - Home,Tags,Email Lists,Birthday,Anniversary,Created At,Updated At
ana.cc@example.org,Ana,Silva,,,Active,Express,Added by you,,,,(212) 555-0101,(212) 555-0102,1 Elm St,New York,NY,10001,US,gala,General,,,2026-03-05 14:22:10 -0500,2026-03-05 14:22:10 -0500
ben.cc@example.org,Ben,Okafor,,,Active,Implied,Added by you,,,,(212) 555-0103,,2 Elm St,New York,NY,10001,US,,General,,,2026-03-05 14:22:10 -0500,2026-03-05 14:22:10 -0500
cy.cc@example.org,Cy,Young,,,Unsubscribed,Express,Added by you,2026-01-02 03:04:05 -0500,Contact,Not interested,(212) 555-0104,,3 Elm St,New York,NY,10001,US,,General,,,2026-03-05 14:22:10 -0500,2026-03-05 14:22:10 -0500
""",
        "Ana Ben Cy",
    ),
}  # fmt: skip


def callable_people(connection: psycopg.Connection) -> list[str]:
    """First names of the people of campaigns who may be called."""
    query = """SELECT l.first_name FROM campaign_leads c JOIN leads l ON l.id = c.lead_id
        WHERE c.status IN ('new', 'queued', 'calling', 'contacted', 'failed') AND coalesce(l.phone, l.mobile_phone) IS NOT NULL ORDER BY 1"""
    return [name for (name,) in connection.execute(query).fetchall()]


def imported(connection: psycopg.Connection, folder: Path, content: str | bytes, **manifest: object) -> list[str]:
    """Import a file for a new business and give who may be called."""
    add_business(connection, "acme", "Calls")
    upload(connection, folder, content, campaigns=[{"campaign": "Calls"}], max_rejected=1.0, **manifest)
    return callable_people(connection)


@pytest.mark.parametrize("system", FILES)
def test_nobody_who_opted_out_is_called_and_everybody_else_is(connection, tmp_path, system):
    text, names = FILES[system]
    assert imported(connection, tmp_path, text) == names.split()


HEADER = "First Name,Last Name,Email,Phone,{}\n"


def rows(*cells: str, column: str) -> str:
    """People a, b, c …, one a cell of a column."""
    people = (f'{chr(65 + n)},Lima,{chr(97 + n)}@example.org,212-555-01{n:02},"{cell}"\n' for n, cell in enumerate(cells))
    return HEADER.format(f'"{column}"') + "".join(people)


def test_an_unclear_cell_blocks_until_the_manifest_decides(connection, tmp_path):
    text = rows("A", "B", "", "Yes", column="Phone Consent")
    assert imported(connection, tmp_path, text) == ["C", "D"]
    assert connection.execute("SELECT first_name, do_not_call, consent_unclear FROM leads ORDER BY 1").fetchall() == [
        ("A", True, "Phone Consent: A"), ("B", True, "Phone Consent: B"), ("C", False, None), ("D", False, None),
    ]  # fmt: skip
    assert connection.execute("SELECT count(*) FROM suppressions").fetchone() == (0,)
    consent = {"Phone Consent": {"meaning": "permission", "yes": ["A"], "no": ["B"]}}
    upload(connection, tmp_path, text, campaigns=[{"campaign": "Calls"}], consent=consent)
    assert callable_people(connection) == ["A", "C", "D"]
    assert connection.execute("SELECT do_not_call, consent_unclear FROM leads WHERE first_name = 'B'").fetchone() == (True, None)


def test_a_refusal_is_final_whatever_was_unclear_before_or_is_decided_later(connection, tmp_path):
    add_business(connection, "acme", "Calls")
    for column, cell in (("Phone Consent", "maybe"), ("Do Not Call", "yes"), ("Phone Consent", "hm")):
        upload(connection, tmp_path, rows(cell, column=column), campaigns=[{"campaign": "Calls"}])
    assert connection.execute("SELECT do_not_call, consent_unclear FROM leads").fetchall() == [(True, None)]
    upload(connection, tmp_path, rows("hm", column="Phone Consent"), campaigns=[{"campaign": "Calls"}], consent={"Phone Consent": "ignore"})
    assert callable_people(connection) == []


def test_a_person_decides_by_taking_the_flag_from_the_lead(connection, tmp_path):
    imported(connection, tmp_path, rows("perhaps", column="Do Not Call"))
    connection.execute("UPDATE leads SET do_not_call = false")
    assert connection.execute("SELECT do_not_call, consent_unclear FROM leads").fetchone() == (False, None)
    upload(connection, tmp_path, rows("", column="Do Not Call"), campaigns=[{"campaign": "Calls"}])
    assert callable_people(connection) == ["A"]


def test_a_known_lead_is_not_called_once_a_file_leaves_it_open(connection, tmp_path):
    assert imported(connection, tmp_path, rows("no", "no", column="Do Not Call")) == ["A", "B"]
    upload(connection, tmp_path, rows("no", "#REF!", column="Do Not Call"), campaigns=[{"campaign": "Calls"}])
    assert callable_people(connection) == ["A"]


def test_the_manifest_says_what_a_column_means(connection, tmp_path):
    text = rows("P", "D", column="Kontaktschluessel")
    assert imported(connection, tmp_path, text) == ["A", "B"]
    consent = {"Kontaktschluessel": {"meaning": "refusal", "channel": "phone", "yes": ["D"], "no": ["P"]}}
    upload(connection, tmp_path, text, campaigns=[{"campaign": "Calls"}], consent=consent)
    assert callable_people(connection) == ["A"]


def test_an_opt_out_of_a_rejected_row_is_kept(connection, tmp_path):
    """Here by a status and by a word beside the number, of a number that no lead has yet."""
    text = "First Name,Email,Phone,Status\nA,broken@,212-555-0101,do not call\nB,broken@,DNC 212-555-0102,\nC,c@example.org,212-555-0103,\n"
    assert imported(connection, tmp_path, text) == ["C"]
    assert connection.execute("SELECT value FROM suppressions WHERE channel = 'phone' ORDER BY 1").fetchall() == [
        ("+12125550101",),
        ("+12125550102",),
    ]
    upload(connection, tmp_path, "First Name,Phone\nAda,212-555-0101\nBen,212-555-0102\n", campaigns=[{"campaign": "Calls"}])
    assert callable_people(connection) == ["C"]


def test_an_opt_out_of_a_row_that_fits_no_columns_is_kept(connection, tmp_path):
    text = "First Name,Email,Phone,Status\nA,a@example.org,212-555-0101,active\nB,x,x,x,b@example.org,212-555-0102,Do Not Call,x\n"
    assert imported(connection, tmp_path, text) == ["A"]
    upload(
        connection,
        tmp_path,
        "First Name,Email,Phone\nBen,b@example.org,212-555-0109\nEve,,212-555-0102\n",
        campaigns=[{"campaign": "Calls"}],
    )
    assert callable_people(connection) == ["A"]


@pytest.mark.parametrize(
    ("header", "row", "email_opt_out", "called"),
    [
        ("Name,Cell,Opted Out", "Xenia Q,212-555-0101,Yes", False, False),
        ("Name,Cell,Email,Opted Out", "Xenia Q,212-555-0101,x@example.org,Yes", True, False),
        ("Name,Cell,Email,Email Opt Out", "Xenia Q,212-555-0101,x@example.org,Yes", True, True),
        ("Name,Phone,Email,UNSUB_TIME,LEID,EUID", "Xenia Q,212-555-0101,x@example.org,2025-01-01 10:00,1,2", True, True),
        ("uuid,email,name,phone,attributes,status", "u,x@example.org,Xenia Q,212-555-0101,{},blocklisted", True, True),
        ("Name,Phone,Email,Do Not Contact", "Xenia Q,212-555-0101,x@example.org,Yes", True, False),
        ("Name,Phone,Email,TPS", "Xenia Q,212-555-0101,x@example.org,Registered", False, False),
        ("Name,Phone Number,Email,Phone,Post", "Xenia Q,212-555-0101,x@example.org,No,Yes", False, False),
        ("Name,Phone Number,Email,Phone,Post", "Xenia Q,212-555-0101,x@example.org,Yes,No", False, True),
    ],
)  # fmt: skip
def test_an_opt_out_is_of_the_channel_that_the_column_the_system_or_the_file_says(connection, tmp_path, header, row, email_opt_out, called):
    names = imported(connection, tmp_path, f"{header}\n{row}\n")
    assert names == (["Xenia"] if called else [])
    (stored,) = connection.execute("SELECT do_not_email OR email_opt_out FROM leads").fetchone() or (None,)
    assert stored is email_opt_out


def sheet(body: str, after: str = "") -> bytes:
    """A workbook of one sheet with these rows."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Donors" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>{after}</worksheet>'.encode(),
    })  # fmt: skip


def line(number: int, *cells: str, hidden: bool = False) -> str:
    """A row of a sheet; a cell that starts with < stands as it is."""
    written = []
    for place, cell in enumerate(cells):
        name = f"{chr(65 + place)}{number}"
        if cell.startswith("<"):
            written.append(f'<c r="{name}" {cell[1:]}')
        elif cell:
            written.append(f'<c r="{name}" t="inlineStr"><is><t>{cell}</t></is></c>')
    shown = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{shown}>{"".join(written)}</row>'


HEAD = line(1, "First Name", "Email", "Phone", "Do Not Call")


def test_error_cells_and_formulas_without_a_result_are_unclear(connection, tmp_path):
    cells = [
        '<t="e"><f>X!#REF!</f><v>#REF!</v></c>',
        "<><f>VLOOKUP(1,A:B,2)</f></c>",
        "<><f>B2</f><v></v></c>",
        '<t="str"><f>""</f><v></v></c>',
        "no",
    ]
    body = HEAD + "".join(line(n + 2, chr(65 + n), f"{chr(97 + n)}@example.org", f"212-555-010{n}", cell) for n, cell in enumerate(cells))
    assert imported(connection, tmp_path, sheet(body)) == ["D", "E"]
    unclear = connection.execute("SELECT consent_unclear FROM leads WHERE consent_unclear IS NOT NULL ORDER BY first_name").fetchall()
    assert unclear == [("Do Not Call: #REF!",), ("Do Not Call: #FORMULA!",), ("Do Not Call: #FORMULA!",)]


def test_a_merged_cell_is_said_of_all_its_rows(connection, tmp_path):
    body = HEAD + "".join(line(n, f"p{n}", f"p{n}@example.org", f"212-555-010{n}", "yes" if n == 3 else "") for n in range(2, 7))
    assert imported(connection, tmp_path, sheet(body, '<mergeCells count="1"><mergeCell ref="D3:D5"/></mergeCells>')) == ["p2", "p6"]


def test_hidden_rows_are_told_and_read_only_where_the_manifest_says_so(connection, tmp_path):
    from henk_pipeline.steps.validate import validate_file  # noqa: PLC0415
    from henk_pipeline.uploads.manifest import Manifest  # noqa: PLC0415

    body = HEAD + "".join(line(n, f"p{n}", f"p{n}@example.org", f"212-555-010{n}", hidden=n in (3, 4)) for n in range(2, 7))
    assert imported(connection, tmp_path, sheet(body)) == ["p2", "p5", "p6"]
    validated = validate_file(tmp_path / "people.csv", Manifest(), "US")
    assert validated.rows_read == 3
    assert [(part.first_line, part.last_line) for part in validated.reading.left_out] == [(3, 4)]
    upload(connection, tmp_path, sheet(body), campaigns=[{"campaign": "Calls"}], hidden_rows=True)
    assert callable_people(connection) == ["p2", "p3", "p4", "p5", "p6"]


@pytest.mark.parametrize(
    ("cell", "phone", "called"),
    [
        ("DNC 212-555-0101", "+12125550101", False), ("212-555-0101 (do not call)", "+12125550101", False), ("212-555-0101 verstorben", "+12125550101", False),
        ("fax: 212-555-0101", None, False), ("212-555-0101 fax / 212-555-0102", "+12125550102", True), ("cell 212-555-0101; wrong number 212-555-0102", "+12125550101", True),
        ("212-555-0101 (home)", "+12125550101", True), ("home: 212-555-0101", "+12125550101", True), ("212-555-0101 ext. 5", "+12125550101", True),
    ],
)  # fmt: skip
def test_words_beside_a_number_refuse_calls_or_leave_that_number_out(connection, tmp_path, cell, phone, called):
    names = imported(connection, tmp_path, f'First Name,Email,Phone\nAda,a@example.org,"{cell}"\n')
    assert connection.execute("SELECT phone FROM leads").fetchone() == (phone,)
    assert names == (["Ada"] if called else [])


def test_a_number_that_a_column_beside_it_calls_a_fax_is_never_called(connection, tmp_path):
    text = "First Name,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\nAda,a@example.org,Work Fax,212-555-0101,Mobile,212-555-0102\n"
    imported(connection, tmp_path, text)
    assert connection.execute("SELECT phone, mobile_phone FROM leads").fetchone() == (None, "+12125550102")
    assert imported_fax(tmp_path) == [None]


def imported_fax(folder: Path) -> list[str | None]:
    """Phones of a file whose only numbers are in a column of faxes."""
    from henk_pipeline.steps.validate import validate_file  # noqa: PLC0415
    from henk_pipeline.uploads.manifest import Manifest  # noqa: PLC0415

    path = folder / "fax.csv"
    path.write_text("First Name,Email,Fax Number\nAda,a@example.org,212-555-0101\n")
    return validate_file(path, Manifest(), "US").leads.collect()["phone"].to_list()


def notes_of(connection, outcome):
    return value(connection, "SELECT coalesce(reading -> 'notes', '[]') FROM lead_imports WHERE id = %s", [outcome.import_id])


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("Bo,Li,both@example.org,917-555-0102,No", "(lines 3)"),
        ("Bo,Li,own@example.org,212-555-0101,No", "same telephone number"),
        ("Bo,Li,own@example.org,917-555-0102,No", None),
        ("Bo,Li,own@example.org,917-555-0102,ask Dana", None),  # its own cell is the reason
    ],
)
def test_who_is_left_out_for_the_refusal_of_another_person_is_reported(connection, tmp_path, other, reason):
    add_business(connection, "acme", "Year End")
    header = "First Name,Last Name,Email,Phone,Do Not Call"
    outcome = upload(
        connection, tmp_path, f"{header}\nAda,Quill,both@example.org,212-555-0101,Yes\n{other}\n", campaigns=[{"campaign": "Year End"}]
    )
    notes = [note for note in notes_of(connection, outcome) if "not called though" in note]
    assert bool(notes) == (reason is not None)
    assert all(reason in note for note in notes)
    called = value(connection, "SELECT count(*) FROM campaign_leads WHERE status = 'new'")
    assert called == (1 if other.endswith("own@example.org,917-555-0102,No") else 0)


def test_the_refusal_of_an_earlier_file_is_a_reason_too(connection, tmp_path):
    add_business(connection, "acme", "Year End")
    upload(
        connection, tmp_path, "First Name,Last Name,Email,Phone,Do Not Call\nAda,Quill,both@example.org,212-555-0101,Yes\n", list="first"
    )
    outcome = upload(
        connection, tmp_path, "First Name,Last Name,Email,Phone,Do Not Call\nBo,Li,both@example.org,917-555-0102,No\n", list="second"
    )
    assert any("same e-mail address" in note for note in notes_of(connection, outcome))
