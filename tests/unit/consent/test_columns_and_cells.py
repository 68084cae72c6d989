"""Names and cells of consent as real systems and people write them, and others that only look like it."""

import polars as pl
import pytest

from henk_pipeline.consent.cells import judge, judge_cells
from henk_pipeline.consent.columns import EMBEDDED, read_column
from henk_pipeline.consent.tables import judge_table

# By what a "yes" in the column says about calls.
REFUSE_CALLS = """
Do Not Call; DoNotCall; do_not_call; DONOTCALL; donotphone; DoNotPhone; Do Not Phone; Do Not Allow Phone Calls; Do Not Call (Y/N); Do Not Call?;
is_do_not_call; isDoNotCall; federal_donotcall; on_do_not_call_list; DNC; DNC Flag; DNC Status; On DNC List; National DNC; is_dnc; Internal DNC;
TPS; CTPS; TPS Registered; TPS/CTPS; Telephone Preference Service; FPS; Bloctel; Robinsonliste; Lista Robinson; Bel-me-niet; Bel-me-niet Register;
CnBio_Deceased; CnPh_1_01_Do_Not_Call; Deceased; Is Deceased; Deceased Date; Date of Death; Deceased?; npsp__Deceased__c; npsp__Do_Not_Contact__c;
contact[doNotCall]; phoneNumberIsOptedOut; Phone Opt Out; Phone Opt-Out; phone_opted_out; Opted Out of Calls; Call Opt Out; voice_opt_out;
Phone Blacklisted; Phone Blocklisted; No Call; No Calls; NO_PHONE; No Phone Calls; NoPhone; Never Call; Don't Call; Please do not call; Calls Blocked; Block Calls;
Exclude From Calls; Phone Suppressed; Suppress Phone; Requests no phone; Privacy: Do Not Phone; Do Not Contact; No Contact; donotcontact; Do Not Solicit; No Solicitation;
Unsubscribed from calls; Opt Out of Phone Solicitation; Stop Calling; Remove from Call List; Phone Restricted; Refuses Calls; Declined Calls; Does Not Want Calls; Cannot Call;
Cannot Be Called; May Not Be Contacted; Phone Consent Withdrawn; Call Objection; Objected to Telemarketing; Telemarketing Opt-Out; Wrong Number; Bad Phone; Invalid Phone; Phone Disconnected;
Do Not Call Date; DNC Date; Do Not Call Reason; DNC Added On; Date Added to DNC;
Telefonsperre; Anrufsperre; Telefonverbot; Nicht anrufen; Bitte nicht anrufen; Keine Anrufe; Keine Telefonate; Anrufe unerwünscht; Telefonische Ansprache nicht erwünscht; Kontaktsperre; Werbesperre;
Werbesperre Telefon; Sperre Telefon; Telefonkontakt gesperrt; Widerspruch Telefonwerbung; Verstorben; Verstorben am; Todesdatum; Kein Telefonkontakt; Keine telefonische Kontaktaufnahme; Darf nicht angerufen werden;
Ne pas appeler; Ne plus appeler; Ne pas téléphoner; Ne pas contacter; Opposition téléphone; Opposition au démarchage; Pas d'appels; Refus d'appel; Décédé; Date de décès; N'accepte pas les appels; Appels bloqués;
No llamar; No llame; Sin llamadas; No contactar; No desea llamadas; Llamadas bloqueadas; Oposición telefónica; Fallecido; Fecha de fallecimiento; No acepta llamadas; No quiere ser llamado;
Niet bellen; Niet meer bellen; Geen telefoon; Belverbod; Niet benaderen; Telefoon geblokkeerd; Overleden; Overlijdensdatum; Wil niet gebeld worden; Bezwaar telefonisch; Mag niet gebeld worden;
Não ligar; Não telefonar; Não contactar; Sem chamadas; Não aceita chamadas; Não quer ser contactado; Ligações bloqueadas; Falecido; Data de falecimento; Não deseja receber ligações
"""
ALLOW_CALLS = """
Accepts Calls; accepts_calls; Call Opt-In; Phone Opt In; phone_opt_in; Phone Permission; Phone Consent; Phone Consent?; Telephone Consent; Consent - Phone; Consent (Phone); consent_phone; Consents to calls; Consent to Call;
Voice Opt-In; OK to Call; Okay to Phone; May Call; May We Call; May be called; Can Call; CanCall; Can Be Called; Can Contact; Allow Calls; AllowPhone; Calls Allowed; Phone Allowed; Permission to Call; Permission to contact; Callable; Contactable; Phone OK;
Phone Subscription Status; Telephone Marketing Consent; Telemarketing Consent; Happy to be called; Happy to be contacted by phone; Wants Calls; Willing to receive calls; Agrees to calls; Opted in to calls; GDPR Consent Phone; Contact by phone allowed; Phone Permitted; GDPR Phone Opt-in;
Darf angerufen werden; Darf kontaktiert werden; Telefonische Einwilligung; Einwilligung Telefon; Einwilligung Anruf; Telefonerlaubnis; Telefon erlaubt; Anruf erlaubt; Zustimmung Telefon; Mit Anrufen einverstanden; Kontakt per Telefon erlaubt; Möchte angerufen werden;
Accord téléphone; Accepte les appels; Accepte d'être appelé; Consentement téléphone; Autorise les appels; Peut être contacté; Souhaite recevoir des appels; Autorisation d'appel; Accord pour être appelé;
Acepta llamadas; Autoriza llamadas; Consentimiento telefónico; Puede ser contactado; Permite llamadas; Desea recibir llamadas; Se puede llamar; Autorización telefónica;
Mag gebeld worden; Toestemming telefoon; Toestemming bellen; Telefonisch toegestaan; Wil gebeld worden; Telefonische toestemming; Bellen toegestaan; Mag benaderd worden;
Aceita chamadas; Autoriza ligações; Consentimento telefone; Permite contacto; Pode ligar; Deseja receber chamadas; Aceita ligações; Autorização telefone
"""
NO_CHANNEL_REFUSAL = """
contact[optOut]; Opted Out; Opt Out; OptOut; opt_out; Opt-Out; is_opted_out; Global Opt Out; Unsubscribed; unsubscribed_at; Unsubscribe Date; Opt-Out Date; Blacklisted; blocklisted; Blocked; Suppressed; Gesperrt; Sperrvermerk; Abgemeldet; Abmeldedatum; Widerspruch; Désabonné; Désinscrit;
Dado de baja; Baja; Fecha de baja; Uitgeschreven; Afgemeld; Descadastrado; Consent Withdrawn; Consent Revoked; Einwilligung widerrufen; Consent Refused; GDPR Erasure
"""
NO_CHANNEL_PERMISSION = "Opt In; Opted In; opt_in; OptIn; Consent; GDPR Consent; DSGVO Einwilligung; Einwilligung; Consentement RGPD; Toestemming; AVG toestemming; Consentimiento; Consentimento LGPD; Subscribed; Permission"
OTHER_CHANNELS = """
HasOptedOutOfEmail; Email Opt Out; email_opt_out; Do Not Email; DoNotEMail; donotemail; donotbulkemail; No Bulk Emails (User Opt Out); NO_EMAIL; Email Blacklisted; Unsubscribed from all email; Opted out of email: Marketing Information; Email Opt In; email_opt_in;
Email Consent; Email Marketing Consent; Email Subscription Status; Can Email; Newsletter opt-in; Accepts Email Marketing; Do Not Mail; donotpostalmail; DoNotFax; donotfax; No Mail; Mail Opt Out; Post Consent; Keine E-Mails; Keine Post; Ne pas envoyer d'e-mail; Geen post; Niet mailen;
SMS Opt Out; sms_opt_out; sms_consent; Accepts SMS Marketing; Text Message Opt In; Can Text; Do Not Text; WhatsApp Opt-In; Address Subscription Status; Privacy: Do Not SMS
"""
NOT_CONSENT = """
Status; Account Status; Lead Status; Notes; Comments; Tags; Segment; Type; Contact Type; Disposition; Call Status; Call Result; Call Outcome; Last Call Date; Last Called; Last Contacted; Called Count; called_count; Number of Calls; No. of Calls; Total Calls; Call Attempts; Call Duration;
Preferred Call Time; Best Time to Call; Call Time; Call Back Date; Callback; Next Call; Phone; Phone Number; Phone No; Phone No.; Tel No; Mobile No; Phone Type; Phone Extension; Phone 1 - Type; Preferred Phone; Preferred Contact Method; Contact Name; Contact ID; Contact Owner; Contact Source; Primary Contact;
Photo Consent; Photo Permission; Media Release Consent; Consent Source; Consent Method; Consent Text; Consent IP; Opt-In Source; Opt-In Method; Medical Consent; Gift Aid; Gift Aid Declaration; Restricted Fund; Gift Restriction; Block; Stop; Bus Stop; Subscription Amount; Subscription Plan; Subscription Status;
Marketing contact status; Legal basis; May; May Gift; Can opener; Membership Status; Volunteer; Donor Type; Campaign; Appeal; Appeal Code; Country Code; Deceased Name; Do Not Share Data; Do Not Acknowledge; Do Not Publish; Do Not Trade; No Receipt; Anonymous; Times Called; Call Notes; Company; Lapsed; Nobel; Text; Cancelled Date; Refused Gift;
Not Contacted; Not Called; Called; Opposed; Object; Deadline; Deathly; Textile; Contract; Contact Stage; Email Bounced; Email Status; Is Active; Inactive; Optional; Option; Options; Adopted; Adoption; Cooption; Postal Code; Post Code; Address; Mailing Address; Mailing City; Letter Date; Ring Size; Voice Part; Dialect; Allowance; Acceptance Date; Pledge Accepted;
Accepted Date; Approved; Approval Status; Agreed Amount; Consent Form Signed By; Call Center; Call Script; Recording URL; Recording Consent; Assigned Caller; Caller; Calling List; Call List; Phone Bank; Phonebank Shift; Received; Wants; Willing to Volunteer; Will; Bequest in Will; Date Received; Land; Ort; Name; Anrede; Briefanrede; Betrag; Bemerkung; Naam; Nom; Nombre; Número; No.; Nr; N°
"""


def names(table: str) -> list[str]:
    return [name.strip() for name in table.replace("\n", " ").split(";") if name.strip()]


def says(column: str, cell: str) -> str | None:
    read = read_column(column)
    return judge(cell, read).phone if read is not None else None


@pytest.mark.parametrize("name", names(REFUSE_CALLS))
def test_a_column_that_refuses_calls_is_known_by_its_words(name):
    read = read_column(name)
    assert read is not None
    assert (read.direction, "phone" in read.channels, read.named) == ("refusal", True, True)
    assert says(name, "yes") == says(name, "2024-03-01") == "refused"
    assert says(name, "no") == says(name, "false") == "permitted"
    assert says(name, "") is None
    assert says(name, "Opted In") in ("permitted", "refused") if read.present else says(name, "Opted In") == "permitted"


@pytest.mark.parametrize("name", names(ALLOW_CALLS))
def test_a_column_that_allows_calls_is_known_by_its_words(name):
    read = read_column(name)
    assert read is not None
    assert (read.direction, "phone" in read.channels, read.named) == ("permission", True, True)
    assert says(name, "Yes") == says(name, "Opted In") == says(name, "ja") == "permitted"
    assert says(name, "No") == says(name, "Opted Out") == says(name, "Do not call") == says(name, "nein") == "refused"
    assert says(name, "ask Dana") == "unclear"
    assert says(name, "") is None


@pytest.mark.parametrize("name", names(NO_CHANNEL_REFUSAL))
def test_a_refusal_without_a_channel_waits_for_the_file_to_say_which(name):
    read = read_column(name)
    assert read is not None
    assert (read.direction, read.named) == ("refusal", False)


@pytest.mark.parametrize("name", names(NO_CHANNEL_PERMISSION))
def test_a_permission_without_a_channel_waits_for_the_file_to_say_which(name):
    read = read_column(name)
    assert read is not None
    assert (read.direction, read.named) == ("permission", False)


@pytest.mark.parametrize("name", names(OTHER_CHANNELS))
def test_a_column_of_another_channel_says_nothing_about_calls(name):
    read = read_column(name)
    assert read is not None
    assert read.direction in ("refusal", "permission")
    assert says(name, "yes") is says(name, "no") is says(name, "ask Dana") is None


@pytest.mark.parametrize("name", names(NOT_CONSENT))
def test_a_column_of_anything_else_blocks_nobody_for_a_yes_or_a_no(name):
    for cell in ("yes", "no", "true", "0", "x", "2024-03-01", "ask Dana", "active", "None", "5", "Evenings"):
        is_asked = cell == "None" and name == "Preferred Contact Method"  # no way at all, or none that was named
        assert says(name, cell) == ("unclear" if is_asked else None), cell


@pytest.mark.parametrize(
    "cell",
    names(
        "Do Not Call; do not call; DO-NOT-CALL; DoNotCall; DNC; DNCL; No Calls; No phone calls; No Phone Calls!; Please do not call; Never call; Don't call; Do not phone; Do Not Contact; No contact by phone; Do Not Solicit; Unsubscribed; Opted Out; Opt-Out; optout; Blocklisted; blacklisted; Deceased; "
        "DECEASED; passed away; died 2021; Wrong number; wrong #; Disconnected; TPS; On DNC list; Asked not to be called; requested no calls; Stop calling; Take me off your call list; Remove from call list; Nicht anrufen; bitte nicht mehr anrufen; keine Anrufe; verstorben; Ne pas appeler; décédé; ne plus appeler; No llamar; no llamar más; fallecido; "
        "Niet bellen; niet meer bellen; overleden; uitgeschreven; Não ligar; falecido; não telefonar mais; Falsche Nummer; mauvais numéro; número equivocado; verkeerd nummer; abgemeldet; Volunteer, no phone calls; Do Not Mail | Do Not Call; VIP, do not call; Do not call - per family; no calls, email ok"
    ),
)  # fmt: skip
@pytest.mark.parametrize(
    "column", ["Status", "Solicit Codes", "Tags", "Communication Restrictions", "Contact Preference", "Segment", "Notes", "Custom 7"]
)
def test_a_cell_that_states_a_refusal_counts_in_any_column(column, cell):
    assert says(column, cell) == "refused"


@pytest.mark.parametrize("column", ["Status", "Notes", "Tags", "Custom 7", "Segment", "Solicit Codes", "Disposition"])
@pytest.mark.parametrize(
    "cell",
    names(
        "active; Current; none; no; yes; n/a; ring again in May; call in May; Call after 6pm; evenings; Do not call before 10am; do not call at work; do not call on Sundays; do not call after 8 pm; husband deceased; widow, spouse passed away 2019; late husband was a member; No answer; Left message; Not called; not contacted yet; "
        "No phone number; no email; Email; Phone; Newsletter; Do not mail; no mail; Do Not Email; Unsubscribed from newsletter; Callback requested; will call back; wants to be called; happy to be called; may call; Opted in; subscribed; contact again; Major donor; Board; Blocked street; restricted gift; Refused gift; Opposed; Lapsed; "
        "Democratic National Committee; DNC donor; Not deceased; not on DNC; Removed from board; bad; wrong; old; Priority: baja; out of office; off; excluded from raffle; invalid; do not call her Liz, prefers Elizabeth; Nicht angerufen; nicht erreicht; pas de réponse; no contesta; geen gehoor; não atende; keine Angabe; rappeler en mai; "
        "No receipt needed; do not publish name; do not share data; no preference; No restrictions; No limit; call anytime; Non-marketing contact; SALE; NEW; Text only in emergencies; Called twice"
    ),
)  # fmt: skip
def test_a_cell_that_states_no_refusal_blocks_nobody(column, cell):
    assert says(column, cell) is None


# Several cells of a column, and of which of them people are not called.
TOGETHER = [
    ("Do Not Call", ["✗", None, None], [True, False, False]),
    ("Do Not Call", ["✗", "✓", None], [False, True, False]),
    ("Do Not Call", ["✗", "✗", "✗"], [True, True, True]),
    ("Do Not Call", ["✗"], [True]),
    ("Do Not Call", ["✗"] * 1000, [False] * 1000),
    ("Do Not Call", ["❌", None, "no"], [False, False, False]),
    ("PhoneOptIn", ["O", "I", None], [True, False, False]),
    ("PhoneOptIn", ["O", "N", None], [False, True, False]),
    ("PhoneOptIn", ["O", None, None], [True, False, False]),
]


@pytest.mark.parametrize(("name", "cells", "blocked"), TOGETHER)
def test_a_sign_is_read_by_those_beside_it(name, cells, blocked):
    said = judge_table(pl.DataFrame({name: cells}, schema={name: pl.String}), {name: read_column(name)}).frame
    assert (said["do_not_call"] | said["consent_unclear"].is_not_null()).to_list() == blocked


@pytest.mark.parametrize(
    ("name", "cells", "words"),
    [
        ("Stop", ["Y", "N", None], ["refused", None, None]),
        ("Stop", ["1", "0", None], ["unclear", None, None]),
        ("Stop", ["1", "2", "3"], [None, None, None]),
        ("Tot", ["ja", "nein", None], ["refused", None, None]),
        ("Tot", ["31.12.2026", "30.6.2027", None], [None, None, None]),
        ("DNS", ["yes", "no", None], ["unclear", None, None]),
        ("DNS", ["ns1.example.org", "ns2.example.org", "yes"], [None, None, None]),
    ],
)
def test_a_word_that_is_a_flag_only_where_the_cells_are_answers(name, cells, words):
    assert judge_cells(pl.Series(name, cells), read_column(name))["phone"].to_list() == words


def test_a_death_of_one_of_two_in_a_name_is_a_question():
    assert judge("Mr & Mrs Li (he is deceased)", EMBEDDED).phone == "unclear"
    assert judge("Mr Li (deceased)", EMBEDDED).phone == "refused"
