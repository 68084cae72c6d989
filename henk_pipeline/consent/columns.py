"""Which columns of a file are about consent, judged by the words of their names. No cells are read here."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from henk_pipeline.consent.statements import Statement, read_statement
from henk_pipeline.consent.vocabulary import joined_words, name_words, plain_words, tokens_of

Direction = Literal["refusal", "permission", "either", "stated"]
Channel = Literal["phone", "email", "sms", "post", "all"]
BOTH = frozenset({"phone", "email"})
CHANNELS_OF: dict[str, frozenset[str]] = {
    "phone": frozenset({"phone"}), "email": frozenset({"email"}), "sms": frozenset({"sms"}), "post": frozenset({"post"}), "all": BOTH,
}  # fmt: skip
# What a name of a channel alone consists of, besides these words: "Contact by phone".
CHANNEL_CLASSES = {"contact", "phone", "device", "email", "sms", "post"}
CHANNEL_FILLERS = {"by", "via", "per", "par", "por", "me", "please", "through", "in", "for", "bitte", "door", "pelo"}
YES_OR_NO = {"y", "n", "j", "o", "s", "yes", "no", "ja", "nein", "oui", "non", "si", "nee", "sim"}  # "Phone (Y/N)"
# Other purposes that stand next to calls in one refusal: "Do Not Trade Or Call".
SHARED_PURPOSES = {
    "trade",
    "trading",
    "share",
    "sharing",
    "exchange",
    "rent",
    "rental",
    "swap",
    "swapping",
    "sell",
    "publish",
    "media",
    "publicity",
}
STATUS = {"status", "telefonstatus", "kontaktstatus", "statut", "estado", "situacao", "eligibility", "contactability"}
# Whose status or code it is, in the name of a column.
OF_PEOPLE = {
    "contact", "donor", "constituent", "person", "lead", "record", "customer", "supporter", "current", "kontakt", "spender", "donateur", "donante",
    "doador", "persona", "personne", "persoon",
}  # fmt: skip
# Names of columns that list the channels that must not be used.
RESTRICTIONS = {
    "exclude from", "exclusions", "exclusion", "suppressions", "restriction", "restrictions", "objection", "objections", "channels not allowed",
    "not allowed channels", "suppressed channels", "blocked channels", "sperrkennzeichen", "kontaktsperren", "exclusiones", "uitsluitingen",
    "communication restrictions", "sperren", "sperrmerkmal", "sperrmerkmale", "sperrvermerke", "blokkade", "blokkades", "contactblokkade",
    "bloqueo", "bloqueos", "bloqueio", "bloqueios", "blocages", "oppositions",
}  # fmt: skip
SOLICITS = {"solicit", "solicitation", "solicitations", "noncontact"}
# Of names of columns that say when to call.
HOURS = {
    "best", "preferred", "frequency", "convenient", "ideal", "good", "beste", "bester", "bevorzugte", "bevorzugter", "meilleur", "meilleure",
    "prefere", "preferee", "mejor", "preferida", "preferido", "melhor", "voorkeur",
}  # fmt: skip
LEGEND = re.compile(r"[(\[]([^()\[\]]*=[^()\[\]]*)[)\]]")  # "Phone Pref (1=ok to call 2=do not call)"
ALIVE = re.compile(r"(?:is |still |est |esta )?(?:alive|living|lebt|lebend|vivant|vivante|vivo|viva|en vida|in leven)")
# Words for calling that are as often about something else.
OTHER_USES = {
    "ring",
    "dial",
    "voice",
    "tele",
    "appel",
    "appeal",
    "appeals",
    "approach",
    "address",
    "magazine",
    "catalog",
    "catalogue",
    "paper",
}


@dataclass(frozen=True)
class ConsentColumn:
    """How the cells of a column are read.

    `direction`: refusal ("Do Not Call": yes is no), permission ("Accepts Calls"), either ("Opt In/Out": only words decide), or stated: a column
    of anything else, in which only cells that state a refusal count. `channels`: what yes and no are about; `named`: the name says so, or
    else the file decides (`with_channels`). `unnamed`: what a refusal without a channel in a cell is about. `strict`: a cell that is neither
    yes nor no is unclear; otherwise it says nothing. `present`: any filled cell is a yes (a date, a reason). `lenient`: a column of short
    codes, whose cells may say more than the bare statement; `status`: it is called so; `coded`: it says what people are, and of nothing
    else; `of_people`: it is called so and no more ("Status", "Donor Status"); `hours`: when to call; `solicits`: its codes are those of
    solicitation; `wrong`: it says that a number is wrong, or holds numbers that are. `embedded`: names, addresses, in which a remark may
    stand ("Ada Li (deceased)"); `addresses`: e-mail addresses; `organisation`: of organisations, whose names may be
    acronyms of registers ("DNC"); `job`: what people do, and where; `reasons`: its codes are reasons, of which one is a death; `ways`: its cells list
    how a person may be contacted; `subscription`: it is the status on a list that e-mails go to ("Newsletter list status").
    `explained`: codes that a legend of the file
    explains as a refusal. `field`: the field of a lead that a refusal sets, None for neither.
    """

    direction: Direction
    channels: frozenset[str] = BOTH
    named: bool = False
    unnamed: frozenset[str] = BOTH
    strict: bool = False
    present: bool = False
    lenient: bool = False
    restriction: bool = False
    register: bool = False
    dead: bool = False
    outcome: bool = False
    negated: bool = False
    status: bool = False
    coded: bool = False
    of_people: bool = False
    hours: bool = False
    solicits: bool = False
    wrong: bool = False
    embedded: bool = False
    addresses: bool = False
    organisation: bool = False
    job: bool = False
    reasons: bool = False
    ways: bool = False
    subscription: bool = False
    explained: frozenset[str] = frozenset()
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()

    def with_channels(self, unnamed: frozenset[str]) -> "ConsentColumn":
        """Return the column of a file in which a refusal that names no channel is about `unnamed`."""
        return (
            replace(self, unnamed=self.channels, channels=self.channels) if self.named else replace(self, channels=unnamed, unnamed=unnamed)
        )

    @property
    def field(self) -> str | None:
        """The field of a lead that a refusal in this column sets first."""
        if "phone" in self.channels:
            return "dnc" if self.register else "do_not_call"
        if "email" in self.channels:
            return "do_not_email" if self.negated else "email_opt_out"
        return None

    @property
    def channel(self) -> str:
        """The channel in a word, for people."""
        if self.dead or self.channels >= BOTH:
            return "all" if self.named or self.dead else "phone, email"
        return ", ".join(sorted(self.channels)) or "none"


# A column in which any cell that is exactly an opt-out counts.
STATED = ConsentColumn("stated")
# Of another purpose than contact ("Gift Aid Status"): a refusal in it counts only for the channel that it names.
OF_ANOTHER_PURPOSE = ConsentColumn("stated", frozenset(), named=True, unnamed=frozenset())
# E-mail addresses: a remark stands where one should, or after it.
ADDRESSES = ConsentColumn("stated", CHANNELS_OF["email"], named=True, unnamed=CHANNELS_OF["email"], addresses=True)
# Names, companies, titles and addresses.
EMBEDDED = ConsentColumn("stated", embedded=True)
# Names of employers, committees, recipients of gifts.
NAMES_OF_ORGANISATIONS = ConsentColumn("stated", organisation=True)


@lru_cache(maxsize=10_000)
def read_column(name: str) -> ConsentColumn | None:
    """Return what a column's name says about consent.

    Returns:
        The column; `STATED` or a lenient one where only its cells may say something; None where not even they do: it is about another
        person, or holds links.
    """
    name = name[:MAX_NAME]
    if is_of_organisations(name):
        return replace(OF_ANOTHER_PURPOSE, organisation=True) if read_statement(name).has("other_purpose") else NAMES_OF_ORGANISATIONS
    name = _OF_SYSTEMS.sub("", name)
    if (question := _QUESTION.fullmatch(name)) is not None:
        name = question[1]
    column = _read_name(name)
    if column is None:
        return None
    if column.direction == "refusal" and read_statement(name, trailing=False).has("condition"):
        column = replace(column, hours=True)  # "Do not call before": its cells are hours
    words = plain_words(name)
    is_coded_mail = column.direction == "stated" and "post" in column.channels and "code" in {c for t in tokens_of(name) for c in t.classes}
    if not name_words()["reason"].isdisjoint(words) or is_coded_mail:
        column = replace(column, reasons=True)
    if column.direction == "stated" and not {"list", "lists"}.isdisjoint(words) and not NOT_ON_A_LIST.issuperset(words):
        column = replace(column, subscription=True)
    if column.direction == "stated" and joined_words(_WISH.sub("", " ".join(words))) in name_words()["way"]:
        column = replace(column, ways=True, lenient=True)
    return column


NOT_ON_A_LIST = {"list", "lists", "name", "names", "mailing", "source", "id", "code", "tag", "tags"}
MAX_NAME = 1000  # characters that are read
_OF_SYSTEMS = re.compile(r"^can2_")  # Action Network writes it before each of its own columns; it is no "can"
# "Survey: May we call again?": what stands before the colon says where it was asked.
_QUESTION = re.compile(
    r"\s*(?:survey|poll|questionnaire|canvass|script|umfrage|enqu[eê]te|encuesta|pesquisa)(?: question| response)?\s*\d*\s*[:–-]\s*([^:]+\?)\s*",
    re.IGNORECASE,
)
_WISH = re.compile(r"^(?:please|bitte|svp|por favor|graag|prefers?|wants?) ")


def is_of_organisations(name: str) -> bool:
    """Return whether a column names employers, committees, recipients of gifts or other organisations, and is of nothing else."""
    words = joined_words(name)
    spaced = f" {words} "
    if not any(f" {entry} " in spaced for entry in name_words()["organisation"]):
        return False
    said = read_statement(name, trailing=False)
    return not said.has(
        "code", "phone", "phone_past", "refusal", "register", "restriction", "preference", "negation", "permission", "email", "sms"
    )


def _read_name(name: str) -> ConsentColumn | None:  # noqa: C901, PLR0911, PLR0912 - a line a kind of name, the surest first
    """Return what a column's name says about consent, by its words."""
    name = _without_remarks(_without_form(LEGEND.sub("", name).strip()))
    said = read_statement(name, trailing=False)
    if " ".join(plain_words(name)) in RESTRICTIONS:
        return ConsentColumn("stated", BOTH, lenient=True, restriction=True)
    if said.has("other_person") or (said.has("link") and said.polarity):
        return None
    if ALIVE.fullmatch(" ".join(plain_words(name))):
        return ConsentColumn("permission", BOTH, named=True, strict=True, dead=True)
    if said.has("other_purpose") and not _is_shared_refusal(name, said):
        return OF_ANOTHER_PURPOSE
    if re.search(r"\bopt(?:ed)? in (?:or |and )?(?:opt(?:ed)? )?out\b|\bopt (?:status|choice)\b", " ".join(plain_words(name))):
        return _column("either", said, strict=True)
    if said.classes == {"negation"} and " ".join(plain_words(name)) in ("do not", "donot", "dont"):
        return ConsentColumn("refusal", BOTH, named=True, strict=True)  # "Do Not": its cells say what
    if said.both:
        return _column("either", said, strict=True)
    if _is_all_but_calls(said, name):
        return ConsentColumn("refusal", CHANNELS_OF["phone"], named=True, unnamed=CHANNELS_OF["phone"])  # "Mail only"
    if said.has("checked") and (said.polarity or said.has("register")):
        return _column("stated", said, register=said.has("register"), lenient=True)
    if said.has("other_purpose") or (said.polarity == "refusal" and (said.strength != "weak" or _is_bare(said))):
        if said.has("wrong") and not said.has("refusal", "register", "dead") and not (said.wrong_number or said.channels):
            return _stated(said)
        if said.has("measure") and not said.has("refusal", "dead", "register") and said.strength != "negated":
            return _stated(said)
        present = said.has("about") or _has_date(name)
        if said.has("dead") and said.has("measure"):
            return _stated(said)  # "Deceased Name"
        wrong = said.has("wrong") and said.strength == "strong" and not said.has("refusal", "dead", "register", "contact", "negation")
        return replace(_column("refusal", said, strict=True, present=present), wrong=wrong)
    if said.has("restriction"):
        return replace(_stated(said), lenient=True, restriction=said.has("contact", "phone") or bool(said.channels))
    if said.polarity == "permission":
        return _permission(said, name)
    if said.has("subscription") and said.channels and not said.has("measure"):
        return _column("permission", said, strict=True) if not said.has("date", "about") else _stated(said)
    if said.has("preference") and "phone" in said.channels and not said.has("measure", "date"):
        return _column("permission", said, lenient=True)
    words = plain_words(name)
    hours = "phone" in said.channels and not HOURS.isdisjoint(words)
    stated = _stated(said)
    of_law = said.has("law") and not said.unknown
    return replace(
        stated,
        lenient=stated.lenient or hours or of_law,
        status=not STATUS.isdisjoint(words) or of_law,
        coded=said.has("code") and not said.unknown and not said.channels,
        of_people=said.has("code") and all(token.has("code") or token.text in OF_PEOPLE for token in tokens_of(name)),
        hours=hours,
        solicits=not SOLICITS.isdisjoint(words),
    )


def _is_all_but_calls(said: Statement, name: str) -> bool:
    """Return whether a name says that a person is contacted in other ways than by telephone only."""
    ways = said.classes & {"email", "sms", "post", "phone", "device"}
    is_plain = said.classes <= {"email", "sms", "post", "only", "contact", "filler"} and OTHER_USES.isdisjoint(plain_words(name))
    return said.only and bool(ways) and is_plain


def _without_form(name: str) -> str:
    """Return the field of "contact[optOut]"; of "consents[phone]" both words, for the field alone says nothing."""
    form = re.fullmatch(r"(\w+)\[(.+)\]", name)
    if form is None:
        return name
    return form[2] if read_statement(form[2], trailing=False).polarity or not read_statement(form[1]).polarity else f"{form[1]} {form[2]}"


def _without_remarks(name: str) -> str:
    """Return a name of consent without what says which of several it is, or where to look: "Phone Consent (old)"."""
    spaced = re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", name)
    parts = re.findall(r"\([^()]*\)|\[[^\[\]]*\]|[^\s_()\[\]]+", spaced)
    kept = _strip_remarks(parts)
    if len(kept) == len(parts):
        return name
    rest = " ".join(kept)
    said = read_statement(rest, trailing=False)
    # "Old phone" is a number; "Old phone consent" is consent.
    return rest if said.polarity and said.has("permission", "refusal", "negation", "register", "modal", "dead") else name


def _strip_remarks(parts: list[str]) -> list[str]:
    """Return the parts of a name without those at its ends, or in brackets, that are remarks and nothing else."""

    def is_remark(*some: str) -> bool:
        tokens = tokens_of(" ".join(some))
        return (
            bool(tokens)
            and all(token.has("remark") or token.has("digits") for token in tokens)
            and any(token.has("remark") for token in tokens)
        )

    kept = [part for part in parts if not (part[0] in "([" and is_remark(part))]
    while len(kept) > 1 and (not tokens_of(kept[-1]) or is_remark(kept[-1])):
        kept = kept[:-1]
    while len(kept) > 1 and is_remark(kept[0]):
        kept = kept[1:]
    return kept


def _is_shared_refusal(name: str, said: Statement) -> bool:
    """Return whether a name refuses calls and something else at once."""
    tokens = tokens_of(name)
    purposes = {token.text for token in tokens if token.has("other_purpose")}
    calls = read_statement(" ".join(token.text for token in tokens if token.text not in purposes), trailing=False)
    return purposes <= SHARED_PURPOSES and calls.polarity == "refusal" and calls.strength != "weak" and "phone" in said.channels


def _has_date(name: str) -> bool:
    """Return whether a name has a word of a date; at its beginning "on" is none ("On DNC list?")."""
    tokens = tokens_of(name)
    return any(token.has("date") and not (at == 0 and token.text == "on") for at, token in enumerate(tokens))


def _permission(said: Statement, name: str) -> ConsentColumn:
    if said.has("about", "link") or (said.has("measure") and said.strength == "weak"):
        return _stated(said)
    if said.strength == "weak" and not _modal_is_near(name):
        return _stated(said)
    return _column("permission", said, strict=not said.has("date"))


def _modal_is_near(name: str) -> bool:
    """Return whether a word such as "may" or "accepts" stands near what it allows: not in "May gifts, calls of volunteers"."""
    tokens = tokens_of(name)
    modals = [n for n, token in enumerate(tokens) if token.has("modal")]
    channels = [
        n
        for n, token in enumerate(tokens)
        if token.has("phone", "phone_past", "contact", "contact_past", "email", "sms", "post", "device", "fax")
    ]
    said = [n for n, token in enumerate(tokens) if not token.has("filler") or n in modals or n in channels]
    place = {n: at for at, n in enumerate(said)}
    return any(abs(place[a] - place[b]) <= 3 for a in modals for b in channels) and sum(token.has("unknown") for token in tokens) <= 2


def is_channel_alone(name: str) -> bool:
    """Return whether a name says a channel and nothing else ("Phone calls", "Contact by post"): with cells of yes and no it is a permission."""
    tokens = tokens_of(name)
    asks = len(tokens) > 2 and all(token.text in YES_OR_NO for token in tokens[-2:])
    named = tokens[:-2] if asks else tokens
    if any(token.has("refusal", "weak_refusal", "register", "permission", "dead", "wrong") for token in named):
        return False  # "DNTCALL", "In writing only": phrases that decide by themselves
    ways = [token for token in named if not token.classes.isdisjoint(CHANNEL_CLASSES) and (asks or token.text not in OTHER_USES)]
    fundraising = any(token.has("phone", "email", "sms", "post") for token in ways)  # "Telephone appeals"
    return bool(ways) and all(token in ways or token.text in CHANNEL_FILLERS or (fundraising and token.has("contact")) for token in named)


def is_about_consent(name: str) -> bool:
    """Return whether a name is plainly of consent: a question ("Consent", "Do Not") or a list of what is refused ("Sperren")."""
    column = read_column(name)
    return column is not None and (column.direction != "stated" or column.restriction)


def channel_permission(name: str) -> ConsentColumn:
    """Return the column of a name that is a channel alone."""
    return _column("permission", read_statement(name, trailing=False), strict=True)


def field_column(field: str | None, meaning: str) -> ConsentColumn:
    """Return the column of a field of a lead, where its name is a synonym of the field or the manifest says so; `meaning` as in headers.toml."""
    channels = CHANNELS_OF["phone" if field in ("do_not_call", "dnc") else "email"]
    return ConsentColumn(
        "permission" if meaning == "opposite" else "refusal", channels, named=True, unnamed=channels, strict=True, present=meaning == "present",
        register=field == "dnc", negated=field == "do_not_email",
    )  # fmt: skip


def _is_bare(said: Statement) -> bool:
    """Return whether a weak word of refusal ("Blocked") is all that a name says."""
    return said.has("bare") and not said.unknown and not said.has("measure", "other_purpose", "restriction")


def _stated(said: Statement) -> ConsentColumn:
    lenient = said.has("code", "outcome", "preference", "preferred", "restriction", "subscription")
    return replace(_column("stated", said, lenient=lenient), outcome=said.has("outcome"))


def _column(
    direction: Direction, said: Statement, *, strict: bool = False, present: bool = False, lenient: bool = False, register: bool = False
) -> ConsentColumn:
    channels = said.channels
    resolved = BOTH if channels == {"contact"} or said.has("dead") else channels - {"fax", "contact"}
    if "fax" in channels and not resolved:
        resolved = frozenset({"fax"})
    named = bool(resolved)
    return ConsentColumn(
        direction, resolved if named else BOTH, named, resolved if named else BOTH, strict=strict, present=present, lenient=lenient,
        register=register or said.has("register"), dead=said.has("dead"), negated=said.has("negation"),
    )  # fmt: skip
