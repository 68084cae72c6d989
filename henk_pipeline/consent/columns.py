"""Which columns of a file are about consent, judged by the words of their names. No cells are read here."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from henk_pipeline.consent.statements import Statement, read_statement
from henk_pipeline.consent.vocabulary import tokens_of

Direction = Literal["refusal", "permission", "either", "stated"]
Channel = Literal["phone", "email", "sms", "post", "all"]
BOTH = frozenset({"phone", "email"})
CHANNELS_OF: dict[str, frozenset[str]] = {
    "phone": frozenset({"phone"}), "email": frozenset({"email"}), "sms": frozenset({"sms"}), "post": frozenset({"post"}), "all": BOTH,
}  # fmt: skip
# What a name of a channel alone consists of, besides these words: "Contact by phone".
CHANNEL_CLASSES = {"contact", "phone", "device", "email", "sms", "post"}
CHANNEL_FILLERS = {"by", "via", "per", "par", "por", "me", "please", "through", "in", "for", "bitte", "door", "pelo"}
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
    codes, whose cells may say more than the bare statement. `field`: the field of a lead that a refusal sets, None for neither.
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


@lru_cache(maxsize=10_000)
def read_column(name: str) -> ConsentColumn | None:  # noqa: C901, PLR0911 - a line a kind of name, the surest first
    """Return what a column's name says about consent.

    Returns:
        The column; `STATED` or a lenient one where only its cells may say something; None where not even they do: it is about another
        person, or holds links.
    """
    # "contact[optOut]" of a form is the field in brackets.
    name = re.sub(r"^\w+\[(.+)\]$", r"\1", name.strip())
    said = read_statement(name, trailing=False)
    if said.has("other_person") or (said.has("link") and said.polarity):
        return None
    if said.has("other_purpose"):
        return STATED
    if said.both:
        return _column("either", said, strict=True)
    if said.has("checked") and (said.polarity or said.has("register")):
        return _column("stated", said, register=said.has("register"), lenient=True)
    if said.polarity == "refusal" and (said.strength != "weak" or _is_bare(said)):
        if said.has("wrong") and not said.has("refusal", "register", "dead") and not (said.wrong_number or said.channels):
            return _stated(said)
        if said.has("measure") and not said.has("refusal", "dead", "register") and said.strength != "negated":
            return _stated(said)
        present = said.has("about", "date") or (said.has("dead") and said.has("date"))
        if said.has("dead") and said.has("measure"):
            return _stated(said)  # "Deceased Name"
        return _column("refusal", said, strict=True, present=present)
    if said.has("restriction"):
        return replace(_stated(said), lenient=True, restriction=said.has("contact", "phone") or bool(said.channels))
    if said.polarity == "permission":
        return _permission(said, name)
    if said.has("subscription") and said.channels and not said.has("measure"):
        return _column("permission", said, strict=True) if not said.has("date", "about") else _stated(said)
    if said.has("preference") and "phone" in said.channels and not said.has("measure", "date"):
        return _column("permission", said, lenient=True)
    return _stated(said)


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
    return any(abs(a - b) <= 3 for a in modals for b in channels) and sum(token.has("unknown") for token in tokens) <= 2


def is_channel_alone(name: str) -> bool:
    """Return whether a name says a channel and nothing else ("Phone calls", "Contact by post"): with cells of yes and no it is a permission."""
    tokens = tokens_of(name)
    ways = [token for token in tokens if not token.classes.isdisjoint(CHANNEL_CLASSES) and token.text not in OTHER_USES]
    return bool(ways) and all(token in ways or token.text in CHANNEL_FILLERS for token in tokens)


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
    lenient = said.has("code", "preference", "preferred", "restriction", "subscription")
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
