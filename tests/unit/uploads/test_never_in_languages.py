"""A "never" in a column of calls refuses them, in any language; in a column of what happened it says that nothing did."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def refused(tmp_path, column: str, *cells: str) -> list[bool]:
    file = tmp_path / "people.csv"
    rows = "".join(f"P{n} Quillon,212-555-010{n},{cell}\n" for n, cell in enumerate(cells))
    file.write_text(f"Name,Phone,{column}\n{rows}")
    leads = validate_file(file, Manifest(), "US").leads.collect()
    return (leads["do_not_call"] | leads["dnc"] | leads["consent_unclear"].is_not_null()).to_list()


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Call?", "never"), ("Call?", "Never!"), ("Call", "Never"), ("OK to call", "never"), ("Contact by phone", "never"), ("Phone contact", "never again"),
        ("Anrufen", "nie"), ("Anrufen?", "niemals"), ("Anrufen", "nie wieder"), ("Telefonkontakt", "nie"), ("Telefonieren", "nie"),
        ("Appeler", "jamais"), ("Appeler?", '"non, jamais"'), ("Llamar", "nunca"), ("Contacto telefónico", "nunca"), ("Ligar", "nunca mais"),
        ("Bellen", "nooit"), ("Chiamare?", "mai"), ("Telefonate", "mai"), ("Ringa", "aldrig"), ("Ringe", "aldri"), ("Soittaa", "ei koskaan"),
        ("Puhelut", "ei koskaan"), ("Dzwonić", "nigdy"), ("Dzwonić?", "nie"), ("Volat", "nikdy"), ("Hívható", "soha"), ("Aranabilir mi?", "asla"),
        ("Arama İzni", "Hayır"), ("Aranmasın", "Evet"), ("Zgoda na kontakt telefoniczny", "nie"), ("Nie dzwonić", "tak"), ("Nevolat", "ano"),
        ("DNC/DNM", "Yes"), ("DNC / DNM", "X"), ("Do Not Call/Mail", "Yes"), ("No Call No Mail", "Yes"), ("DNC & DNM", "1"),
    ],
)  # fmt: skip
def test_a_never_refuses_calls(tmp_path, column, cell):
    assert refused(tmp_path, column, cell, "") == [True, False]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Last called", "never"), ("Last call", "never"), ("Last contacted", "never"), ("Last phone contact", "never"), ("Called before", "never"),
        ("Declined calls", "never"), ("Refused calls", "never"), ("Letzter Anruf", "nie"), ("Zuletzt angerufen", "nie"), ("Dernier appel", "jamais"),
        ("Última llamada", "nunca"), ("Laatste gesprek", "nooit"), ("Ultima chiamata", "mai"), ("Ostatni telefon", "nigdy"), ("Son arama", "hiç"),
        ("Aranmasın", "Hayır"), ("Arama İzni", "Evet"), ("Dzwonić", "tak"), ("Nie dzwonić", ""), ("DNC/DNM", "No"), ("Birth month", "Mai"),
        ("Volunteer", "never"), ("Attended", "nie"), ("Married", "jamais"),
    ],
)  # fmt: skip
def test_a_never_of_what_happened_refuses_nothing(tmp_path, column, cell):
    assert refused(tmp_path, column, cell, "") == [False, False]
