"""Names of countries and states as people write them: abbreviations, official forms. Reads schemas/upload/places.toml."""

import gettext
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import pycountry
from pydantic import BaseModel, ConfigDict, Field

from henk_pipeline.leads.phones import country_codes
from henk_pipeline.settings import schemas_folder

LANGUAGES = ("en", "de", "fr", "es", "nl", "pt", "pt_BR")
# "Republic of Ireland" is Ireland, but there are two republics of these names.
FORM_OF_STATE = (
    r"^(?:(?:federal|federative|people's|islamic|hellenic|united|french|italian|portuguese|swiss)\s+)*"
    r"(?:republic|commonwealth|kingdom|state|grand duchy|principality) of (?:the )?"
)
OF_TWO_STATES = {"china", "korea", "congo", "guinea", "georgia", "macedonia", "america", "american samoa", "samoa"}
MIN_BEGINNING = 4  # letters of a name that ends with a point: "Belg."
MAX_FORMS = 16


class PlaceNames(BaseModel):
    """`places.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    countries: dict[str, list[str]] = Field(min_length=1)
    words: dict[str, list[str]] = Field(min_length=1)
    states: dict[str, dict[str, list[str]]] = Field(min_length=1)


@lru_cache(maxsize=1)
def load_place_names() -> PlaceNames:
    """Return the validated table schemas/upload/places.toml."""
    return PlaceNames.model_validate(tomllib.loads((schemas_folder() / "upload" / "places.toml").read_text("utf-8")))


def folded(name: str) -> str:
    """Return a name without case, accents and points."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace(".", "").strip()


@lru_cache(maxsize=10_000)
def country_code(cell: str) -> str:
    """Return the code of a country's name, also in a longer form ("The Netherlands", "U.K. (England)", "Leeds, England"); else the cell."""
    names = country_names()
    plain = cell.lower().strip()
    outside = re.sub(r"\s*\(.*?\)", "", plain)
    for name in (plain, outside, plain.rpartition(",")[2], outside.rpartition(",")[2]):
        short = re.sub(r"^the ", "", name.strip().rstrip("."))
        country = re.sub(FORM_OF_STATE, "", short)
        for form in (name.strip(), short, folded(short), country if country not in OF_TWO_STATES else ""):
            if form in names:
                return names[form]
    return _in_short(cell) or _of_two_parts(plain) or cell


def _in_short(cell: str) -> str | None:
    """Return the code of a country that is written in short: "Rep. of Korea", "Great Britain & N. Ireland", "Belg."."""
    names = country_names()
    for form in written_out(cell):
        country = re.sub(FORM_OF_STATE, "", re.sub(r"^the ", "", form))
        for name in (form, country if country not in OF_TWO_STATES else ""):
            if name in names:
                return names[name]
    start = folded(cell)
    if not cell.strip().endswith(".") or len(start) < MIN_BEGINNING:
        return None
    codes = {code for name, code in names.items() if name.startswith(start)}
    return codes.pop() if len(codes) == 1 else None


def _of_two_parts(plain: str) -> str | None:
    """Return the code of a country that a cell names twice ("DE - Germany"); None where its parts differ."""
    parts = [part.strip() for part in re.split(r"\s+[-–/|]\s+|\s*[:/]\s*", plain) if part.strip()]
    codes = {country_names().get(folded(part)) for part in parts}
    return codes.pop() if len(parts) > 1 and len(codes) == 1 else None


def written_out(cell: str) -> Iterator[str]:
    """Yield the forms of a name with the words written out that are in short: "n carolina", "north carolina", "new carolina"."""
    longer = load_place_names().words
    bare = re.sub(r"[\s_-]+", " ", folded(re.sub(r"\.(?=\w)", ". ", cell)).replace("&", " and ")).strip()
    for form in dict.fromkeys((folded(cell).replace("&", "and"), bare, re.sub(r"[(),]", " ", bare))):
        words = form.split()
        choices = [(word, *longer.get(word, ())) for word in words]
        yield from (" ".join(some) for some, _ in zip(product(*choices), range(MAX_FORMS), strict=False))


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Return lower-case names in six languages and codes of two and three letters → the code of two."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        translated = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
        for form in ("official_name", "name"):
            names |= {
                translated.gettext(getattr(country, form)).lower(): country.alpha_2
                for country in pycountry.countries
                if hasattr(country, form)
            }
    for country in pycountry.countries:
        names |= {getattr(country, form).lower(): country.alpha_2 for form in ("official_name", "common_name") if hasattr(country, form)}
    names |= {folded(name): code for name, code in names.items()}
    names |= {country.alpha_3.lower(): country.alpha_2 for country in pycountry.countries} | country_codes()
    return names | {folded(name): code for code, some in load_place_names().countries.items() for name in some}


@lru_cache(maxsize=32)
def state_codes(country: str) -> dict[str, str]:
    """Return the names and codes of a country's states, folded → the code of ISO 3166-2 without the country."""
    of_country = pycountry.subdivisions.get(country_code=country) or []  # type: ignore[no-untyped-call]
    codes = {folded(subdivision.name): subdivision.code.removeprefix(f"{country}-") for subdivision in of_country}
    in_short = {name: code for code, some in load_place_names().states.get(country, {}).items() for name in some}
    return in_short | codes | {code.lower(): code for code in codes.values()}


@lru_cache(maxsize=10_000)
def state_code(cell: str, country: str) -> str:
    """Return the code of a state's name, also in short ("Calif.", "N. Carolina"); else the cell."""
    codes = state_codes(country)
    if (code := codes.get(folded(cell))) is not None:
        return code
    return next((codes[form] for form in written_out(cell) if form in codes), cell)
