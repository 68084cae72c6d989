"""Countries and states in short, and in their official forms; a name that may be of two, or is none, stays as written."""

import polars as pl
import pytest

from henk_pipeline.leads.phones import normalise_phones
from henk_pipeline.leads.places import normalise_countries, normalise_states

COUNTRIES = {
    "GB": ["Great Britain & N. Ireland", "Great Britain and Northern Ireland", "N. Ireland", "U.K.", "G.B.", "England", "Gt. Britain", "Utd. Kingdom"],
    "CN": ["P.R. China", "P. R. of China", "People's Rep. of China", "PRC", "VR China"],
    "TW": ["Republic of China", "Taiwan R.O.C.", "Taiwan (ROC)"],
    "KR": ["Rep. of Korea", "Republic of Korea", "S. Korea", "Korea, South", "Korea (South)", "Korea, Republic of"],
    "KP": ["N. Korea", "Korea, North", "DPRK"],
    "DE": ["Deutschl.", "Bundesrepublik Deutschland", "Fed. Rep. of Germany", "Germany (DE)", "DE - Germany"],
    "US": ["U.S. of A.", "USofA", "U.S. of America", "EE.UU.", "EEUU", "United States of America (USA)", "America"],
    "AT": ["Oesterreich", "Österr.", "Republik Österreich"], "CH": ["Switz.", "Confoederatio Helvetica", "Schweizerische Eidgenossenschaft"],
    "BE": ["Belg."], "NZ": ["N. Zealand"], "ZA": ["S. Africa", "Rep. of South Africa"], "AE": ["U.A.E."], "RU": ["Russian Fed."], "CZ": ["Czech Rep."],
    "DO": ["Dominican Rep."], "HK": ["Hong Kong SAR"], "IE": ["Rep. of Ireland", "Eire"], "FR": ["Rép. française", "République française"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "cell"), [(code, cell) for code, cells in COUNTRIES.items() for cell in cells])
def test_a_country_in_another_form(code, cell):
    assert normalise_countries(pl.Series([cell])).to_list() == [code]


@pytest.mark.parametrize(
    "cell",
    ["Untied Kingdom", "Austr.", "Rep.", "Korea", "Ruritania", "Rep. of Ruritania", "N.", "DE - France", "Unit.", "S. Ruritania", "NA / ?"],
)
def test_what_is_no_country_for_certain_stays_and_is_not_the_default_country(cell):
    frame = pl.DataFrame({"phone": ["212-555-0101"], "country": normalise_countries(pl.Series([cell]))})
    assert frame["country"].to_list() == [cell]
    assert normalise_phones(frame, "phone", "US")["phone"].to_list() == [None]


STATES = {
    "US": {"CA": ["Calif.", "Cal.", "CALIF"], "PA": ["Penna", "Penna.", "Penn."], "MA": ["Mass."], "NC": ["N. Carolina", "No. Carolina", "N.C.", "N Carolina"],
           "DC": ["D.C.", "Wash. D.C.", "Washington, D.C."], "WV": ["W. Va.", "W.Va.", "West Va"], "NM": ["N. Mex.", "N.Mex."], "NY": ["N.Y.", "N. York"], "IL": ["Ill."],
           "FL": ["Fla."], "TX": ["Tex."], "OR": ["Ore.", "Oreg."], "WI": ["Wis.", "Wisc."], "MI": ["Mich."], "MN": ["Minn."], "MS": ["Miss."], "SD": ["S. Dakota", "So. Dak."]},
    "CA": {"ON": ["Ont."], "QC": ["Que.", "P.Q.", "Québec"], "BC": ["B.C."], "AB": ["Alta."], "MB": ["Man."], "NL": ["Nfld."], "SK": ["Sask."], "PE": ["P.E.I."]},
    "AU": {"NSW": ["N.S.W.", "New S. Wales"], "VIC": ["Vic."], "QLD": ["Qld."], "SA": ["S. Australia"], "WA": ["W. Australia"], "NT": ["Northern Terr."]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("country", "code", "cell"), [(country, code, cell) for country, of in STATES.items() for code, cells in of.items() for cell in cells]
)
def test_a_state_in_another_form(country, code, cell):
    other = "DE" if country == "US" else "US"
    alone = normalise_states(pl.DataFrame({"state": [cell], "country": [country]}), other)
    mixed = normalise_states(pl.DataFrame({"state": [cell, "Hessen"], "country": [country, "DE"]}), other)
    assert alone["state"].to_list() == [code]
    assert mixed["state"].to_list() == [code, "Hessen"]


@pytest.mark.parametrize(
    ("country", "cell"), [("US", "Ont."), ("US", "N. Ruritania"), ("CA", "Calif."), ("DE", "Mass."), ("GB", "N.S.W."), ("US", "Virgin")]
)
def test_what_is_no_state_of_the_country_stays(country, cell):
    assert normalise_states(pl.DataFrame({"state": [cell], "country": [country]}), "US")["state"].to_list() == [cell]
