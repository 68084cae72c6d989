"""Columns that ask whether a person wants news: a no is one to e-mails, not to calls; a no to staying in touch is one to calls, too."""

from pathlib import Path

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

NEWS = """
Keep me updated; Keep me informed; Keep us updated; Please keep me posted; Keep me up to date; Keep me in the loop; keep_me_updated; KeepMeUpdated; Yes, keep me updated;
Receive news; Receive updates; Get updates; Send me updates; Send news; Receive our news; Would you like to receive updates?; Updates; News; News and updates;
I would like to receive news and updates; Receive news about our work; Keep me updated about the campaign; Wants updates; Interested in news; Receive information;
Halten Sie mich auf dem Laufenden; Auf dem Laufenden bleiben; Neuigkeiten erhalten; Infos erhalten; Bitte informieren Sie mich; Neuigkeiten; Möchten Sie Neuigkeiten erhalten?;
Tenez-moi informé; Me tenir informé; Tenez-moi au courant; Recevoir des nouvelles; Recevoir nos actualités; Actualités; Souhaitez-vous recevoir des nouvelles ?; Rester informé;
Mantenerme informado; Manténgame informado; Recibir noticias; Recibir novedades; Quiero recibir noticias; Noticias;
Op de hoogte houden; Houd mij op de hoogte; Nieuws ontvangen; Wil nieuws ontvangen; Nieuws;
Mantenha-me informado; Receber novidades; Receber notícias; Novidades;
Tienimi aggiornato; Ricevere notizie; Hold meg oppdatert; Hold mig opdateret; Håll mig uppdaterad; Pidä minut ajan tasalla
"""
CONTACT = """
Keep in contact; Stay in contact; Remain in contact; Stay connected; Keep connected; Restons en contact; Garder le contact; Manter contato; Manter o contato;
In verbinding blijven; In Verbindung bleiben; Restare in contatto; Holde kontakten; Hålla kontakten; Can we keep in contact?; Mantener el contacto
"""
NO_TO_NEWS = ["Do not send me updates", "Do not keep me updated", "No news", "No updates", "Keine Neuigkeiten", "Pas de nouvelles"]


def names_of(text: str) -> list[str]:
    return [name for name in (part.strip() for part in text.split(";")) if name]


def rows_of(folder: Path, column: str, cells: list[str]) -> list[tuple[bool, bool, str | None]]:
    """Return of each row whether it refuses calls, whether e-mails, and what is unclear in it."""
    file = folder / "people.csv"
    rows = [f'P{number};Roe;{number:02}@q.example;212-555-01{number:02};"{cell}"' for number, cell in enumerate(cells, start=1)]
    file.write_text("\n".join(["First Name;Last Name;Email;Phone;" + column, *rows]) + "\n", "utf-8")
    leads = validate_file(file, Manifest(), "US").leads.collect().sort("email")
    return list(leads.select("do_not_call", "email_opt_out", "consent_unclear").rows())


@pytest.mark.parametrize("column", names_of(NEWS))
@pytest.mark.parametrize(("no", "yes"), [("No", "Yes"), ("FALSE", "TRUE")])
def test_a_no_to_news_is_one_to_emails(tmp_path, column, no, yes):
    assert rows_of(tmp_path, column, [no, yes, ""]) == [(False, True, None), (False, False, None), (False, False, None)]


@pytest.mark.parametrize("column", names_of(CONTACT))
def test_a_no_to_staying_in_contact_is_one_to_every_channel(tmp_path, column):
    assert rows_of(tmp_path, column, ["No", "Yes", ""]) == [(True, True, None), (False, False, None), (False, False, None)]


@pytest.mark.parametrize("column", NO_TO_NEWS)
def test_a_yes_to_no_news_is_a_no_to_emails(tmp_path, column):
    assert rows_of(tmp_path, column, ["Yes", "No", ""]) == [(False, True, None), (False, False, None), (False, False, None)]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("Keep me updated by phone", (True, False)),
        ("Receive updates by phone", (True, False)),
        ("Keep me updated by email", (False, True)),
        ("Receive text updates", (False, False)),
        ("Keep me updated by post", (False, False)),
    ],
)
def test_a_channel_that_is_named_counts(tmp_path, column, expected):
    (refused, allowed) = rows_of(tmp_path, column, ["No", "Yes"])
    assert (refused[:2], allowed[:2]) == (expected, (False, False))


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Updates", ["moved to Ohio", "new job", ""]),
        ("News", ["Her son married", "No news", ""]),
        ("Updated", ["No", "Yes", ""]),
        ("Update", ["No", "Yes", ""]),
        ("Last Update", ["2024-01-01", "No", ""]),
        ("Information", ["No", "Yes", ""]),
        ("Record updated", ["No", "Yes", ""]),
        ("Keep", ["No", "Yes", ""]),
        ("Send", ["No", "Yes", ""]),
        ("News source", ["No", "Yes", ""]),
        ("Read the news", ["No", "Yes", ""]),
        ("Updates sent", ["0", "3", ""]),
        ("Interests", ["News, Updates", "News", ""]),
        ("Communication channel", ["News", "Updates", ""]),
    ],
)
def test_what_asks_about_no_news_refuses_nothing(tmp_path, column, cells):
    assert rows_of(tmp_path, column, cells) == [(False, False, None)] * len(cells)


def test_a_question_about_news_and_the_answer_next_to_it(tmp_path):
    file = tmp_path / "people.csv"
    rows = ["Ada,Roe,a@q.example,212-555-0101,Keep me updated,No", "Bo,Roe,b@q.example,212-555-0102,Keep me updated,Yes"]
    file.write_text("\n".join(["First Name,Last Name,Email,Phone,Preference,Preference Value", *rows]) + "\n", "utf-8")
    leads = validate_file(file, Manifest(), "US").leads.collect().sort("email")
    assert list(leads.select("do_not_call", "email_opt_out").rows()) == [(False, True), (False, False)]
