"""E-mail cells to one written form, by email-validator's rules (RFC 5322 and 6531 as mail is really sent), and flags for odd ones."""

import re
from functools import lru_cache

import polars as pl
from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email
from rapidfuzz.distance import OSA

from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.letters import lowered, lowered_cells

# Addresses that the library certainly accepts and leaves as they are (letters, digits and single separators, at most 64 characters):
# most cells of most files, so that the library validates the rest only. A property test holds the two equal.
COMMON = (
    r"^[a-z0-9]+([._+-][a-z0-9]+)*@([a-z0-9]+(-[a-z0-9]+)*\.)+(com|org|net|edu|gov|io|us|uk|ca|de|fr|es|nl|pt|br|mx|be|at|ch|it|au|nz|ie)$"
)
MAX_COMMON_LENGTH = 64
WRAPPED = r"(?i)^(?:mailto:)?(?:.*<)?([^<>]+?)>?[,;.]?$"
# Mailboxes of a function, not of a person (RFC 2142 and their like in the languages of our files).
ROLES = [
    "abuse", "accoglienza", "accounting", "accounts", "accueil", "adhesions", "admin", "administracao", "administracion",
    "administracja", "administratie", "administration", "administrator", "admissions", "advertising", "advies", "algemeen",
    "all", "all-staff", "all.staff", "alle", "allgemein", "allstaff", "amministrazione", "anfrage", "anfragen", "association",
    "atencion", "atendimento", "ayuda", "balie", "bestellung", "bestuur", "billing", "biuro", "board", "bonjour", "booking",
    "bookings", "bookkeeping", "buchhaltung", "buero", "bureau", "buro", "buzon", "campaign", "careers", "central",
    "centrala", "centralino", "centralita", "chancery", "chorale", "church", "clergy", "comite", "committee", "comms",
    "communication", "communications", "community", "compta", "comptabilite", "consultas", "contabilidad", "contabilita",
    "contact", "contact-us", "contact.us", "contacto", "contactus", "contato", "contatti", "corporate", "corporateoffice",
    "correio", "correo", "council", "courrier", "customer-care", "customer-service", "customer.care", "customer.service",
    "customercare", "customerservice", "dekanat", "desk", "diakonie", "direccion", "direction", "direktion", "direzione",
    "doacoes", "donaciones", "donate", "donation", "donations", "donativos", "donazioni", "donor", "donors", "dons", "eglise",
    "ekonomi", "empfang", "enquiries", "enquiry", "escritorio", "events", "everybody", "everyone", "faleconosco", "feedback",
    "finance", "finanzen", "firma", "foreningen", "frivillig", "front-desk", "front-office", "front.desk", "front.office",
    "front_desk", "frontdesk", "frontoffice", "fundacja", "fundraising", "gabinet", "gemeinde", "gemeindeamt",
    "gemeindebuero", "gemeindeverwaltung", "general", "general-inbox", "general.enquiries", "general.inbox", "general.office",
    "generale", "generalenquiries", "generalinbox", "generalinfo", "generalinquiries", "generaloffice", "geral",
    "geschaeftsstelle", "geschaftsstelle", "gifts", "giving", "gurdwara", "hauptbuero", "hauptverwaltung", "head-office",
    "head.office", "headoffice", "headquarters", "hello", "help", "help-desk", "helpdesk", "hola", "hoofdkantoor",
    "hovedkontor", "hovedkontoret", "hq", "hr", "huvudkontor", "iedereen", "iglesia", "igreja", "imprensa", "inbox", "info",
    "info-desk", "infodesk", "informacion", "informacje", "informatie", "information", "informazioni", "inquiries", "inquiry",
    "invoice", "invoices", "iroda", "jobs", "kaikki", "kancelar", "kancelaria", "kansli", "kanslia", "kantoor", "kasse",
    "kassenwart", "kassier", "kassierer", "kerk", "keskus", "kirche", "kirchenbuero", "kirjaamo", "kirkekontor", "kirkko",
    "kontakt", "kontor", "kozpont", "kundenservice", "ledelse", "leitung", "mail", "mailbox", "mailroom", "main",
    "main-office", "main.office", "main_office", "mainoffice", "mairie", "management", "marketing", "masjid", "media",
    "members", "membership", "memberships", "mindenki", "ministry", "mitarbeiter", "moskee", "mosque", "municipio",
    "neuvonta", "newsletter", "ngo", "no-reply", "no_reply", "noreply", "office", "oficina", "ogolne", "ogolny", "operations",
    "operator", "ordering", "orders", "organisation", "paakonttori", "palvelu", "parafia", "parish", "parochie", "paroisse",
    "paroquia", "parrocchia", "parroquia", "pastoral", "payments", "payroll", "personeel", "pfarramt", "pfarrbuero",
    "pfarrei", "poczta", "podatelna", "post", "posta", "posteingang", "postmaster", "postmottak", "poststelle", "prensa",
    "presbytere", "presidencia", "presidente", "press", "presse", "programme", "programs", "projekt", "protocollo",
    "publicrelations", "rathaus", "recepcao", "recepce", "recepcio", "recepcion", "recepcja", "receptie", "reception",
    "receptionen", "rectory", "redaction", "redaktion", "registrar", "registration", "registrator", "renseignements",
    "resepsjon", "reservations", "rezeption", "rh", "sales", "school", "schule", "schulleitung", "secretaire", "secretaria",
    "secretariaat", "secretariat", "secretary", "sede", "segreteria", "sekretaer", "sekretaerin", "sekretariat", "sekretarz",
    "sentralbord", "service", "seurakunta", "shop", "siedziba", "siege", "siegesocial", "sihteeri", "spende", "spenden",
    "stadt", "stadtverwaltung", "staff", "standard", "stiftung", "support", "switchboard", "synagogue", "synod", "team",
    "temple", "tesoreria", "tesorero", "tickets", "titkarsag", "todos", "toimisto", "tous", "treasurer", "tresorerie",
    "tresorier", "trustees", "tutti", "ufficio", "ugyfelszolgalat", "urzad", "ustredi", "vastaanotto", "vaxel", "verein",
    "vereniging", "verwaltung", "vicar", "volunteer", "volunteers", "vorsitz", "vorstand", "vsichni", "web", "webmaster",
    "webteam", "welcome", "wszyscy", "zarzad", "zentralbuero", "zentrale",
]  # fmt: skip
IS_ROLE = f"^(?:{'|'.join(ROLES).replace('.', '[.]')})@"
# The providers that most private addresses are at; an address a slip away from one of them is probably meant to be there.
PROVIDERS = (
    "gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com", "live.com", "msn.com",
    "comcast.net", "verizon.net", "sbcglobal.net", "att.net", "bellsouth.net", "protonmail.com", "gmx.de", "gmx.net", "web.de",
    "t-online.de", "freenet.de", "orange.fr", "wanadoo.fr", "laposte.net", "hotmail.fr", "yahoo.fr", "yahoo.co.uk", "hotmail.co.uk",
    "btinternet.com", "hotmail.es", "yahoo.es", "ziggo.nl", "planet.nl", "kpnmail.nl", "sapo.pt", "uol.com.br", "terra.com.br",
    "yahoo.com.br", "hotmail.com.br",
)  # fmt: skip
# Real domains that are near a bigger one.
REAL_NEIGHBOURS = {
    "ymail.com", "mail.com", "email.com", "gmx.com", "gmx.at", "gmx.ch", "me.com", "hotmail.de", "hotmail.it", "live.de", "live.fr",
    "live.nl", "yahoo.de", "yahoo.it", "yahoo.ca", "yahoo.in", "outlook.de", "outlook.fr", "outlook.es", "aol.de", "aim.com",
    "rocketmail.com", "att.com", "wed.de", "sapo.com", "planet.com", "proton.me", "pm.me",
}  # fmt: skip
WRONG_ENDINGS = {
    "con": "com",
    "cmo": "com",
    "comm": "com",
    "vom": "com",
    "xom": "com",
    "ocm": "com",
    "ogr": "org",
    "orgg": "org",
    "nte": "net",
    "ent": "net",
}


def normalise_emails(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Normalise `column`: lower case, without `mailto:` and `Name <…>` around it. A cell that is no address becomes null.

    The form is that of henk.normalise_email in PostgreSQL. It has lower case before the @, too: every provider in use treats both as one
    mailbox, and an opt-out must find it (docs/decisions/0004).

    Args:
        frame: Rows with `column` (String).
        column: The column of addresses.
    """
    cells = frame[column]
    if cells.null_count() == len(cells):
        return frame
    common = _is_common(cells)
    if common.all():  # null: nothing to judge
        return frame
    rest = cells.filter(~common.fill_null(value=True))
    bare = lowered_cells(rest.str.extract(WRAPPED, 1).str.strip_chars())
    judged = pl.DataFrame({"bare": bare, "common": _is_common(bare)})
    others = judged.filter(~pl.col("common")).get_column("bare").unique()
    by_library = pl.Series([_validated(cell) for cell in others], dtype=pl.String)
    address = (
        pl.when("common").then("bare").otherwise(pl.col("bare").replace_strict(others, by_library, default=None, return_dtype=pl.String))
    )
    mended = judged.select(address).to_series()
    return frame.with_columns(cells.scatter((~common.fill_null(value=True)).arg_true(), mended).alias(column))


# Between addresses of one cell; a comma may also stand within a name, and its part without an @ is passed over.
SEPARATORS = re.compile(r"\s*(?::::|[;|,/\n\t•])\s*|\s+(?:or|and|oder|und|ou|et|o|y|e|en|of|&)\s+", re.IGNORECASE)
JSON_ARRAY = re.compile(r'\s*\[\s*"[^"@]+@[^"@]+"(?:\s*,\s*"[^"@]+@[^"@]+")*\s*\]\s*')
LABEL_AFTER = re.compile(r"^(.*\S@\S+?)\s*[(\[][^)\]@]*[)\]]$")
LABEL_BEFORE = re.compile(
    r"^(?:(?!mailto|https?|ftp)(?:e-?mail|[^\W\d_]{1,12})(?:\s[^\W\d_]{1,12})?\s*:|e-?mail(?:\saddress)?\s)\s*(\S+@\S+)$", re.IGNORECASE
)
NOT_PLAIN = r"@.*@|[(\[{\s:,#]|%40|&#64;|＠|^['\"]|[?](?:subject|cc|bcc|body)="
# What stands around an address or behind it: quotes, brackets, a link's query, the link of a cell of Access ("a@example.org#mailto:a@example.org#").
AROUND = " \t\"'“”‘’()[]{}<>,;:"
BEHIND = re.compile(r"\?(?:subject|cc|bcc|body)=.*$|#(?:mailto:)?[^#]*#?$|\]\(mailto:[^)]*\)?$", re.IGNORECASE)
BLANKS_IN_ADDRESS = re.compile(r"([^\s@]+)\s*@\s*([^\s@.]+(?:\.[^\s@.]+)*?)(?:\s*\.\s*([a-z]{2,}))?", re.IGNORECASE)
COMMA_IN_DOMAIN = re.compile(r"([^\s@,;]+@[^\s@,;.]+),((?:com?|org|net|ac|gov|edu),)?([a-z]{2,4})", re.IGNORECASE)


def read_emails(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the rows with the first address of each cell in its one form, and the others in `<column>_more`: `split_emails`, `normalise_emails`."""
    cells = frame[column]
    common = _is_common(cells)
    if common.all():  # nearly every file: one look at the cells instead of three
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias(f"{column}_more"))
    return normalise_emails(split_emails(frame, column, common), column)


def split_emails(frame: pl.DataFrame, column: str, common: pl.Series) -> pl.DataFrame:
    """Leave the first address of each cell in `column`, without a label around it; add the others to `<column>_more`, divided by commas.

    A cell of several of which one is no address stays as it is, so that it is reported.
    """
    cells = frame[column]
    others = cells.filter(~common.fill_null(value=True))
    asked = others.filter(others.str.contains(NOT_PLAIN)).unique()
    parts = [addresses_in(cell) for cell in asked]
    first = pl.Series([addresses[0] for addresses in parts], dtype=pl.String)
    more = pl.Series([", ".join(addresses[1:]) or None for addresses in parts], dtype=pl.String)
    return frame.with_columns(
        cells.replace_strict(asked, first, default=cells, return_dtype=pl.String).alias(column),
        cells.replace_strict(asked, more, default=None, return_dtype=pl.String).alias(f"{column}_more"),
    )


@lru_cache(maxsize=50_000)
def addresses_in(cell: str) -> tuple[str, ...]:
    """Return the addresses of a cell, each once, without labels; the cell itself where it does not hold several addresses and nothing else."""
    cell = _with_signs(cell)
    if re.search(r"#mailto:|\]\(mailto:", cell, re.IGNORECASE):
        cell = BEHIND.sub("", cell)
    if JSON_ARRAY.fullmatch(cell):
        cell = re.sub(r'[\[\]"]', "", cell).strip()
    parts = (
        [_without_label(part) for part in SEPARATORS.split(cell) if "@" in part] if cell.count("@") > 1 else [_mended(_without_label(cell))]
    )
    # A line break has become a blank: "a@example.org b@example.org".
    divided = [word for part in parts for word in (part.split() if all("@" in word for word in part.split()) else [part])]
    if len(divided) == 1:
        return (divided[0],)
    judged = [_validated((re.match(WRAPPED, part) or [part, part])[1].strip()) for part in divided]
    addresses = tuple(dict.fromkeys(address for address in judged if address is not None))
    return addresses if addresses and None not in judged else (cell,)


def _without_label(part: str) -> str:
    part = part.strip()
    match = LABEL_AFTER.match(part) or LABEL_BEFORE.match(part)
    return match[1] if match else part


def _with_signs(cell: str) -> str:
    """Return a cell with "@" and "." where words or codes stand for them in all of an address: "ana (at) example [dot] org", "ana%40example.org"."""
    cell = re.sub(r"%40|&#64;|＠", "@", cell) if "@" not in cell else cell
    in_brackets, between_blanks = _worded_signs()
    if not in_brackets.search(cell) and not between_blanks.fullmatch(cell.strip()):
        return cell
    words = load_cell_words().emails
    for sign, some in (("@", words.at), (".", words.dot)):
        each = "|".join(map(re.escape, some))
        cell = re.sub(rf"\s*[(\[{{<]\s*(?:{each})\s*[)\]}}>]\s*", sign, cell, flags=re.IGNORECASE)
        if between_blanks.fullmatch(cell.strip()):
            cell = re.sub(rf"\s+(?:{each})\s+", sign, cell, flags=re.IGNORECASE)
    return cell


@lru_cache(maxsize=1)
def _worded_signs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of words for signs in brackets, anywhere in a cell, and between blanks, in all of an address."""
    words = load_cell_words().emails
    at, dot = ("|".join(map(re.escape, some)) for some in (words.at, words.dot))
    in_brackets = re.compile(rf"[(\[{{<]\s*(?:{at}|{dot})\s*[)\]}}>]", re.IGNORECASE)
    # "meet at example.org" is no address: without a word for the dot, "AT" is in capitals.
    ending = rf"[\w-]+(?:(?:\s+(?i:{dot})\s+|\.)[\w-]+)*\s+(?i:{dot})\s+\w+"
    return in_brackets, re.compile(rf"[\w.+-]+(?:\s+(?i:{at})\s+|@){ending}|[\w.+-]*[a-z][\w.+-]*\s+AT\s+[\w.-]+\.[a-z]+")


def _mended(part: str) -> str:
    """Return a cell without what stands around its address, where it is one then; else as it is."""
    if _validated((re.match(WRAPPED, part) or [part, part])[1].strip()) is not None:
        return part
    bare = BEHIND.sub("", part).strip(AROUND)
    if (blanks := BLANKS_IN_ADDRESS.fullmatch(bare)) is not None:
        mailbox, domain, ending = blanks.groups()
        bare = f"{mailbox}@{domain}" + (f".{ending}" if ending else "")
    if (comma := COMMA_IN_DOMAIN.fullmatch(bare)) is not None and re.search(COMMON, f"a@a.{comma[3].lower()}"):
        bare = bare.replace(",", ".")
    bare = re.sub(r"^mailto:\s*", "", bare, flags=re.IGNORECASE)
    return bare if _validated(bare) is not None else part


def _is_common(cells: pl.Series) -> pl.Series:
    return cells.str.contains(COMMON) & (cells.str.len_bytes() <= MAX_COMMON_LENGTH)


def _validated(cell: str) -> str | None:
    try:
        # .test is reserved for testing (RFC 6761); a test import is a wanted import. No look-up in DNS: a file is read offline.
        return lowered(validate_email(lowered(cell), check_deliverability=False, test_environment=True).normalized)
    except EmailNotValidError:
        return None


def oddities(emails: pl.Series) -> pl.DataFrame:
    """Flag odd addresses. Nothing is changed: a person decides about a suggestion.

    Args:
        emails: Normalised addresses.

    Returns:
        `email_flag` (`role`, `disposable`, null) and `email_suggestion` (the address that was probably meant, null).
    """
    # An address has one @; to divide it there takes half as long again.
    after = pl.col("email").str.find("@", literal=True) + 1
    domain = emails.to_frame("email").select(pl.col("email").str.slice(after)).to_series()
    domain_facts = [(name, name in blocklist, probable_domain(name)) for name in domain.drop_nulls().unique()]
    disposable = [name for name, is_disposable, _ in domain_facts if is_disposable]
    probable = {name: meant for name, _, meant in domain_facts if meant}
    flag: pl.Expr = pl.when(pl.col("email").str.contains(IS_ROLE)).then(pl.lit("role"))
    if disposable:
        flag = pl.when(pl.col("domain").is_in(disposable)).then(pl.lit("disposable")).otherwise(flag)
    meant: pl.Expr = pl.lit(None, dtype=pl.String)
    if probable:
        of_domain = pl.col("domain").replace_strict(probable, default=None, return_dtype=pl.String)
        meant = pl.when(of_domain.is_not_null()).then(pl.col("email").str.extract("^([^@]*)@", 1) + "@" + of_domain)
    return pl.DataFrame({"email": emails, "domain": domain}).select(flag.alias("email_flag"), meant.alias("email_suggestion"))


@lru_cache(maxsize=100_000)
def probable_domain(domain: str) -> str | None:
    """Return the domain that was probably meant, None if this one is as good.

    A domain is replaced if it is one slip of the fingers (a letter too many, too few, another, or two exchanged) away from a big provider,
    or has an ending that does not exist and is close to one that does.
    """
    if domain in PROVIDERS or domain in REAL_NEIGHBOURS:
        return None
    near = [
        provider for provider in PROVIDERS if abs(len(provider) - len(domain)) <= 1 and OSA.distance(domain, provider, score_cutoff=1) <= 1
    ]
    if len(near) == 1:
        return near[0]
    name, _, ending = domain.rpartition(".")
    return f"{name}.{WRONG_ENDINGS[ending]}" if name and ending in WRONG_ENDINGS else None
