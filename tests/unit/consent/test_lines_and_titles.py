"""Refusals outside the cells of a column: systems, group headers, names of files, signs at names, sentences, remarks at numbers."""

import polars as pl
import pytest

from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.legends import refusing_marks
from henk_pipeline.consent.remarks import read_phone_cell
from henk_pipeline.consent.sentences import refusing_sentences
from henk_pipeline.consent.titles import find_refusal
from henk_pipeline.leads.phone_kinds import without_harmless_words
from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest
from tests.unit.consent.test_more_forms import split
from tests.unit.growth import growth

NAMES = "First Name,Last Name,Email,Phone"
ADA, ZOE = "Ada,Quillon,ada@example.org,212-555-0101", "Zoe,Rostand,zoe@example.org,917-555-0199"


def read(tmp_path, *lines, name="people.csv", manifest=None):
    path = tmp_path / "upload.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return validate_file(path, manifest or Manifest(max_rejected=1), "US", names=(name,))


def callable_people(validated):
    leads = validated.leads.collect()
    blocked = leads.select(pl.any_horizontal("do_not_call", "dnc") | pl.col("consent_unclear").is_not_null()).to_series()
    return [name.strip("*† ") for name, no in zip(leads["first_name"], blocked, strict=True) if not no]


# Columns of a system and the cells of one person: an opt-out of e-mails leaves calls as they are.
OF_EMAILS = [
    ("do_not_phone,is_opt_out", "0,1", True),
    ("contact_type,on_hold", "Individual,On Hold Opt Out", True),
    ("do_not_phone,is_opt_out", "1,0", False),
    ("Email Opt Out,Unsubscribed Mode,Unsubscribed Time", "true,Manual,2024-03-01 10:00", True),
    ("Unsubscribed Mode,Unsubscribed Time", "Consent form,2024-03-01 10:00", True),
    ("Unsubscribed Mode,Email Opt Out,Do Not Call", "Manual,true,true", False),
    ("UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,UNSUB_REASON_OTHER", "2024-01-01 10:00:00,Spring,Other,too many", True),
    ("BLOCKLISTED,ADDED_TIME,MODIFIED_TIME", "true,2020-01-01,2024-01-01", True),
    ("Suppressions,Klaviyo ID", "USER_SUPPRESSED,x1", True),
    ("List Status,Total Opens", "Unsubscribed,4", True),
    ("Status,Opens,Clicks", "do not call,3,1", False),
    ("OptOut_Date,idList,optout_type", "2024-01-01,1,0", True),
    ("Status,State", "Unsubscribed,NY", False),
    ("Status,State,Opens", "Unsubscribed,NY,4", True),
    ("Consent,Unsubscribed", "revoked,", False),
    ("Blacklisted,Unsubscribed", "yes,", False),
    ("is_opt_out,City", "1,Rome", False),
    ("Unsubscribed Time,City", "2024-01-01,Rome", False),
]


@pytest.mark.parametrize(("columns", "cells", "may"), OF_EMAILS)
def test_what_a_system_means_by_an_opt_out(tmp_path, columns, cells, may):
    nothing = "," * cells.count(",")
    validated = read(tmp_path, f"{NAMES},{columns}", f"{ADA},{cells}", f"{ZOE},{nothing}")
    assert callable_people(validated) == (["Ada", "Zoe"] if may else ["Zoe"])


GROUPS = [
    (",,,,Opt out,Opt out,Opt out", f"{NAMES},Phone,Email,Mail"),
    (f"{NAMES},Opt out,Opt out,Opt out", ",,,,Phone,Email,Mail"),
    (f"{NAMES},Do not contact,,", ",,,,Phone,Email,Mail"),
    (f"{NAMES},Opt out,Opt out,Opt out", "-,-,-,-,Phone,Email,Mail"),
    ("Contact,Contact,Contact,Contact,Opt out,Opt out,Opt out", f"{NAMES},Phone,Email,Mail"),
    (",,,,Widerspruch,Widerspruch,Widerspruch", "Vorname,Nachname,E-Mail,Telefon,Telefon,E-Mail,Post"),
]


@pytest.mark.parametrize(("above", "below"), GROUPS)
def test_a_group_of_opt_outs_stands_above_its_channels(tmp_path, above, below):
    assert callable_people(read(tmp_path, above, below, f"{ADA},Yes,No,No", f"{ZOE},No,Yes,Yes")) == ["Zoe"]


@pytest.mark.parametrize("column", ["Do Not Call Number", "Opt out phone", "Anrufsperre"])
def test_a_number_in_a_column_of_refusals_is_opted_out(tmp_path, column):
    validated = read(tmp_path, f"Name,{column},Do Not Email", "Ada Quillon,212-555-0101,ada@example.org", "Zoe Rostand,,")
    assert sorted(validated.opt_outs.filter(pl.col("channel") != "person").select("channel", "value").rows()) == [
        ("email", "ada@example.org"),
        ("phone", "+12125550101"),
    ]


REFUSING = """
donors who asked not to be called; Bitte nicht anrufen; do not call list 2026; ne pas appeler; no call list; people who do not want to be called; asked not to be called; requested no calls;
Spender die keine Anrufe wünschen; Spender die nicht angerufen werden wollen; liste des personnes à ne pas appeler; ne veulent pas être appelés; lista de no llamar; no quieren ser llamados; niet bellen lijst;
mensen die niet gebeld willen worden; pessoas que não querem ser contactadas; removed from calling list; removals 2026; do not call - spring 2026; Spring 2026 do not call; Do NOT call - Smith family and friends;
do not call - Springfield chapter; Widersprüche Telefon; falecidos; consent withdrawn; revoked consent; Copy of do not call list; DNC export 2026-11-28 (1); complaints about calls;
do-not-phone; phone removals; donors no phone calls
"""
OTHER = """
call list; called donors; not yet called; donors not called yet; people to call; to be called; asked to be called; Bitte anrufen; noch nicht angerufen; à appeler; aún no llamados; nog niet gebeld; call list (DNC removed);
list without do not calls; minus DNC; no email list; do not mail; keine Post; geen post; DNC convention delegates 2024; DNC members; deceased spouse; do not call before 5pm; donors who were not called in 2025; could not call;
photo opt outs; donors no phone; never gave; unsubscribed from newsletter
"""


@pytest.mark.parametrize("title", split(REFUSING))
def test_the_name_of_a_file_that_refuses_calls(tmp_path, title):
    assert find_refusal([title], exclusive=True, orders=True) == title


@pytest.mark.parametrize("title", split(OTHER))
def test_the_name_of_a_file_that_refuses_no_calls(title):
    assert find_refusal([title]) is find_refusal([title], exclusive=True, orders=True) is None


@pytest.mark.parametrize(("name", "may"), [("donors who asked not to be called.csv", []), ("called donors.csv", ["Ada", "Zoe"])])
def test_people_of_a_file_whose_name_refuses_are_not_called(tmp_path, name, may):
    assert callable_people(read(tmp_path, NAMES, ADA, ZOE, name=name)) == may


# What stands outside the table, and what the cell of Ada's given name is; whether she may be called. Zoe always may.
OUTSIDE = [
    ("* do not call", "Ada*", False),
    ("* = nicht anrufen", "Ada *", False),
    ("Names with an asterisk do not want to be called", "*Ada", False),
    ("† = ne pas appeler", "Ada†", False),
    ("* board member; ** do not call", "Ada**", False),
    ("* monthly donor. ** = do not call", "Ada*", True),
    ("* board member", "Ada*", True),
    ("* do not call", "Ada", True),
    ("Please do not call Mrs Quillon any more", "Ada", False),
    ("Ada Quillon asked not to be called again", "Ada", False),
    ("Mrs. Quillon has passed away.", "Ada", False),
    ("Quillon: opted out", "Ada", False),
    ("Bitte Frau Quillon nicht mehr anrufen", "Ada", False),
    ("Ne plus appeler Mme Quillon svp", "Ada", False),
    ("No llamar a la señora Quillon", "Ada", False),
    ("Mevrouw Quillon niet meer bellen", "Ada", False),
    ("Não ligar para a sra. Quillon", "Ada", False),
    ("Please do not call Ada", "Ada", False),
    ("Please do not call Mr Underhill any more", "Ada", True),
    ("Please do not call Bea Quillon", "Ada", True),
    ("Please call Mrs Quillon again in May", "Ada", True),
    ("Do not call Mrs Quillon before 5pm", "Ada", True),
    ("Mrs Quillon gave 200 in May", "Ada", True),
    ("Confidential - do not share", "Ada", True),
    ("Total DNC: 4", "Ada", True),
]


# Above a table in which nobody is surely meant they are titles, and everybody is asked about.
TITLES = {
    ("* do not call", "Ada"), ("Please do not call Ada", "Ada"), ("Quillon: opted out", "Ada"), ("Please do not call Mr Underhill any more", "Ada"),
    ("Please do not call Bea Quillon", "Ada"),
}  # fmt: skip
PLACED = [(*case, above) for case in OUTSIDE for above in (False, True) if not above or case[:2] not in TITLES]


@pytest.mark.parametrize(("line", "given", "may", "above"), PLACED)
def test_a_line_outside_the_table_about_some_of_its_people(tmp_path, line, given, may, above):
    person = ADA.replace("Ada", given, 1)
    lines = [f"{line},,,", NAMES, person, ZOE] if above else [NAMES, person, ZOE, "", line]
    assert callable_people(read(tmp_path, *lines)) == (["Ada", "Zoe"] if may else ["Zoe"])


def test_a_line_above_that_names_nobody_of_the_table_is_a_title(tmp_path):
    assert callable_people(read(tmp_path, "* do not call,,,", NAMES, ADA, ZOE)) == []
    assert callable_people(read(tmp_path, "Springfield: do not call,,,", NAMES, ADA, ZOE)) == []


def test_a_line_below_that_refuses_for_all(tmp_path):
    assert callable_people(read(tmp_path, NAMES, ADA, ZOE, "", "Do not call any of these people!")) == []


def test_a_sentence_is_reported_and_the_manifest_decides(tmp_path):
    lines = [NAMES, ADA, ZOE, "", "Please do not call Mr Underhill any more"]
    notes = describe_reading(read(tmp_path, *lines))["notes"]
    assert any("Underhill" in note for note in notes)
    lines[-1] = "Please do not call Mrs Quillon any more"
    assert callable_people(read(tmp_path, *lines, manifest=Manifest(do_not_call=False))) == ["Ada", "Zoe"]


def test_rejected_rows_that_are_unclear_are_reported_by_line(tmp_path):
    rows = ["Ada,Quillon,bad,12,ask Dana", f"{ZOE},No", "Max,Orly,worse,,?", "Bea,Orly,worst,,No"]
    validated = read(tmp_path, f"{NAMES},Do Not Call", *rows)
    assert (validated.rows_rejected, validated.unclear_lines) == (3, [2, 4])
    assert any(note.startswith("2 rejected or hidden rows") and "2, 4" in note for note in describe_reading(validated)["notes"])


WHEN = """
after 5pm; (after 5pm); evenings only; office hours; (office hours only); - after 6; before noon; 5-7pm; (5pm-7pm); from 17:00; weekends or evenings; Mon-Fri; (Mon-Fri, 9-5); not before 10am; nur abends; (ab 18 Uhr); le soir;
après 18h30; por la tarde; después de las 5; 's avonds; na 17 uur; à noite; depois das 18h; call after 5pm; do not call after 5pm; please call after 6; not on sundays; business hours 9-5; werktags 9-17 Uhr; evenings after 7; between 5 and 7
"""


@pytest.mark.parametrize("remark", split(WHEN))
def test_a_remark_that_says_when_leaves_the_number_callable(tmp_path, remark):
    validated = read(tmp_path, NAMES, f'Ada,Quillon,ada@example.org,"212-555-0101 {remark}"', ZOE)
    assert callable_people(validated) == ["Ada", "Zoe"]
    assert validated.leads.collect()["phone"].to_list() == ["+12125550101", "+19175550199"]


@pytest.mark.parametrize(
    "remark",
    split("(no calls evenings); after 5pm do not call; evenings only - wife; never; winter only; after surgery"),
)
def test_a_remark_that_says_more_than_when_does_not(tmp_path, remark):
    assert callable_people(read(tmp_path, NAMES, f'Ada,Quillon,ada@example.org,"212-555-0101 {remark}"', ZOE)) == ["Zoe"]


@pytest.mark.parametrize("start", ["after ", "evening, ", "5-", "not on ", "(", "de 5 a ", "* ", "Mr A ", "do not call Mr Orly ", ". "])
def test_hostile_cells_are_read_in_time_proportional_to_their_length(start):
    def read_it(length):
        cell = (start * length)[:length]
        for _ in range(20):
            without_harmless_words(cell)
            refusing_marks([[cell]])
            refusing_sentences([[cell]])

    assert growth(read_it, 5_000, 20_000) < 8


CODED = [
    ("D = deceased", "Ada Quillon (D)", False),
    ("(X) do not call", "Ada Quillon (x)", False),
    ("X: keine Anrufe", "Ada Quillon - X", False),
    ("D = donor", "Ada Quillon (D)", True),
    ("D = deceased", "Ada Quillon (E)", True),
    ("D = deceased", "Ada Quillon", True),
]


@pytest.mark.parametrize(("legend", "name", "may"), CODED)
def test_a_code_in_brackets_at_a_name(tmp_path, legend, name, may):
    validated = read(tmp_path, "Name,Phone,City", f"{name},212-555-0101,Rome", "Zoe Rostand,917-555-0199,Rome", "", legend)
    assert callable_people(validated) == (["Ada", "Zoe"] if may else ["Zoe"])


def test_a_number_in_a_sentence_is_opted_out(tmp_path):
    validated = read(tmp_path, NAMES, ADA, ZOE, "", "Please do not call 646-555-0111 any more")
    assert validated.opt_outs.select("channel", "value").rows() == [("phone", "+16465550111")]
    assert callable_people(validated) == ["Ada", "Zoe"]


def test_a_legend_may_be_a_row_of_a_table_of_two_columns(tmp_path):
    validated = read(tmp_path, "Name,Phone", "Ada Quillon*,212-555-0101", "Zoe Rostand,917-555-0199", "* asked not to be called,")
    assert callable_people(validated) == ["Zoe"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cmte", "CMTE_NM,NAME,EMPLOYER,PHONE,EMAIL\nDNC SERVICES CORP,Ada Quillon,DNC,212-555-0101,ada@example.org\n"),
        (
            "committee",
            "committee_name,contributor_first_name,contributor_last_name,contributor_employer,phone\nDNC,Ada,Quillon,DNC,212-555-0101\n",
        ),
    ],
)
def test_the_committee_of_a_party_is_no_register(tmp_path, name, text):
    assert callable_people(read(tmp_path, *text.splitlines(), name=f"{name}.csv")) == ["Ada"]


@pytest.mark.parametrize("start", ["no,", "dnc,", "do not ", "phone yes, ", "consent lapsed ", "no no no call "])
def test_hostile_cells_of_numbers_and_names_are_read_in_time_proportional_to_their_length(start):
    def read_it(length):
        cell = (start * length)[:length]
        read_phone_cell(cell)
        read_column(cell)
        find_refusal([cell], exclusive=True, orders=True)

    assert growth(read_it, 10_000, 40_000) < 8


OF_NOBODY = """
Thank you for your support!; Please call Dana with questions; If you have questions do not hesitate to call; Do not distribute; * estimated; Do not call the office after 5pm; Source: DNC voter file;
Note: opt-outs have been removed; All do-not-call records were excluded; DNC numbers removed; Prepared by Ada Quillon; Unsubscribe from these reports; Report excludes deceased; Call Zoe Rostand to update; Last contacted by Ada Quillon
"""
OF_ADA = """
Ada Quillon does not want any more calls; A. Quillon: please no calls; Ada Quillon (do not call); Ada Quillon died on 3 May; Please remove Ada Quillon from the list; Ada Quillon revoked consent; do not call: ada quillon;
Frau Quillon ist verstorben; M. Quillon ne veut plus être appelé; La Sra. Quillon falleció; Dhr. Quillon is overleden; A Sra. Quillon faleceu; ADA QUILLON - DO NOT CALL; please do not call mrs quillon again
"""


@pytest.mark.parametrize("line", split(OF_NOBODY))
def test_a_line_below_the_table_that_refuses_for_nobody(tmp_path, line):
    assert callable_people(read(tmp_path, NAMES, ADA, ZOE, "", line)) == ["Ada", "Zoe"]


@pytest.mark.parametrize("line", split(OF_ADA))
@pytest.mark.parametrize("after", [[""], []])
def test_a_line_below_the_table_that_refuses_for_a_person(tmp_path, line, after):
    assert callable_people(read(tmp_path, NAMES, ADA, ZOE, *after, f'"{line}",,,' if not after else line)) == ["Zoe"]


# Whole exports: in each Ada refuses e-mails or letters, and Zoe calls.
EXPORTS = [
    ("contact_type,is_opt_out,do_not_email,do_not_phone,do_not_mail,is_deceased", "Individual,1,1,0,1,0", "Individual,0,0,1,0,0"),
    (
        "Record Id,Email Opt Out,Unsubscribed Mode,Unsubscribed Time,Do Not Call",
        "z1,true,Consent form,2024-03-01 10:00,false",
        "z2,false,,,true",
    ),
    ("Lists,List Status,Tags,Total Opens", "Newsletter,Unsubscribed,vip,3", "Newsletter,Active,DNC,1"),
    ("Unsubscribed from all email,Opted out of email: Marketing Information,Do not call", "true,true,", ",,Yes"),
    ("EMAIL_BLACKLIST,SMS_BLACKLIST,ADDED_TIME,DNC", "1,1,2020-01-01,", "0,0,2020-01-01,1"),
    ("UNSUB_TIME,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID", "2024-01-01,NORMAL,,1,a", "2024-01-01,OTHER,please stop calling,2,b"),
    ("DoNotCall,HasOptedOutOfEmail,HasOptedOutOfFax", "false,true,true", "true,false,false"),
    (
        "Klaviyo ID,Email Marketing Consent,SMS Marketing Consent,Suppressions,Tags",
        "k1,UNSUBSCRIBED,UNSUBSCRIBED,UNSUBSCRIBE,",
        "k2,SUBSCRIBED,SUBSCRIBED,,DNC",
    ),
    ("Communication Restrictions,Email Interest Type", "Do Not Mail,Opted Out", "Do Not Call,All"),
    ("nomail,nomail_reason,no_email", "Y,OR,Y", "Y,DEC,Y"),
    ("Do not allow Emails,Do not allow Phone Calls,Do not allow Mails", "Do Not Allow,Allow,Do Not Allow", "Allow,Do Not Allow,Allow"),
]


@pytest.mark.parametrize(("columns", "ada", "zoe"), EXPORTS)
def test_an_export_of_a_system_blocks_whom_it_says(tmp_path, columns, ada, zoe):
    assert callable_people(read(tmp_path, f"{NAMES},{columns}", f"{ADA},{ada}", f"{ZOE},{zoe}")) == ["Ada"]


REFUSING_ROWS = "Ada,Quillon,ada@example.org,212-555-0101,x,,\nZoe,Rostand,zoe@example.org,917-555-0199,,x,x\n"


def notes_on_sentences(folder, text):
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    validated = validate_file(path, Manifest(), "US")
    assert validated.error is None
    return [note for note in describe_reading(validated)["notes"] if "outside the table refuses calls" in note]


@pytest.mark.parametrize(
    "above",
    [
        f"{NAMES},Do Not,,\n,,,,Call,Email,Mail\n",
        f",,,,Do Not,,\n{NAMES},Call,Email,Mail\n",
        f",,,,Excludes deceased and do not call,,\n{NAMES},Gala,Ball,Fair\n",
        f"Donors of 2024\nExcludes deceased and do not call\n{NAMES},Gala,Ball,Fair\n",
        f"Donors of 2024\nWithout opt-outs and deceased\n{NAMES},Gala,Ball,Fair\n",
    ],
)
def test_a_line_of_the_header_or_about_the_list_is_no_sentence_about_a_person(tmp_path, above):
    assert notes_on_sentences(tmp_path, above + REFUSING_ROWS) == []


@pytest.mark.parametrize(
    "line",
    [
        "Excludes Ada Quillon, do not call",
        "Do not call 212-555-0101 (removed)",
        "Please do not call Mrs Quillon",
        "removed: ada quillon, deceased",
    ],
)
def test_a_line_above_the_table_that_names_a_person_is_reported(tmp_path, line):
    (note,) = notes_on_sentences(tmp_path, f'Donors of 2024\n"{line}"\n{NAMES},Gala,Ball,Fair\n' + REFUSING_ROWS)
    assert line in note


def test_two_lines_of_a_header_are_read_together(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(f"{NAMES},Do Not,,\n,,,,Call,Email,Mail\n" + REFUSING_ROWS)
    assert validate_file(path, Manifest(), "US").leads.collect()["do_not_call"].to_list() == [True, False]
