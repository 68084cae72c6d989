"""What a text states about contact: a refusal or a permission, and for which channels. The grammar over the words; no columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from henk_pipeline.consent.vocabulary import Token, tokens_of, word_set

CHANNELS = ("phone", "email", "sms", "post", "fax")
# What a negation may be about, the nearest after it first.
ABOUT = (
    "phone", "email", "sms", "post", "fax", "contact", "modal", "permission", "refusal", "weak_refusal", "register", "dead", "wrong",
    "subscription", "other_purpose",
)  # fmt: skip


# The telephone as a thing: "no phone" may say that there is none.
NOUNS = {"phone", "phones", "telephone", "telephones", "tel", "telefon", "telefono", "telefoon", "telefone"}
AND = ("or", "and", "nor", "oder", "ou", "o", "e", "en", "of")


# "Phone no: 212-555-0101", "Tel no. is new": a number, no refusal.
NUMBER_OF = re.compile(
    r"(?i)(?<!\w)((?:new )?(?:phone|tel|telephone|contact|call|mobile|cell|fax))\s+no\b\.?(?=\s*(?:[:#]\s*)?\(?\+?\d|\.?\s+(?:is|changed)\b)"
)
# "do not call at 785-633-2005x22": an extension is no word.
EXTENSION = re.compile(r"(?i)(?<=\d)\s*(?:x|ext\.?|extension)\s*\d{1,6}(?!\w)")
# From when on it holds: no condition.
SINCE = re.compile(r"(?i)(?<!contact )\b(?:as of|effective|since|seit|depuis|desde|sinds)\s+[\w ,./-]{3,20}$")
# What may stand between a word of the end and a permission: "withdrew her consent".
DETERMINERS = word_set("determiners")
# What may stand between a permission and the word that it ended: "consent to calls has lapsed".
BETWEEN = ("filler", "date", "modal", "phone", "phone_past", "contact", "contact_past", "email", "sms", "post", "device")
# Who said it is not whom it is about: "deceased per daughter", "son says she is deceased".
SOURCE_BEFORE = word_set("source_before")
SOURCE_AFTER = word_set("source_after")


# "DNC" is written for any channel ("Email DNC"); "do not call list" and the names of registers are about calls.
ACRONYMS = word_set("acronyms")
# Registers for each channel: "Robinsonliste Post" is about letters.
OF_ANY_CHANNEL = word_set("of_any_channel")
MAIL = word_set("mail")
REGISTER_NAME_WORDS = word_set("register_name_words")
LISTED = re.compile(r"[,;|/&+\n]")  # "DNC, email" lists two refusals


@dataclass(frozen=True)
class Statement:
    """What a text states.

    `polarity`: refusal, permission, or None where it states neither. `channels`: those it names, `contact` for contact of any kind, empty where
    it names none. `strength`: `strong` where its words refuse by themselves, `negated` where a negation does, `weak` where they refuse only in
    a column of consent. `is_either`: it names a refusal and a permission ("Opt In/Out"). `unknown`: words of it are not in the vocabulary.
    `wrong_number`: it names a number, or a telephone, that is wrong ("bad" alone may be anything).
    """

    polarity: Literal["refusal", "permission"] | None
    channels: frozenset[str]
    strength: Literal["strong", "negated", "weak"]
    classes: frozenset[str]
    is_either: bool = False
    unknown: bool = False
    only: bool = False
    wrong_number: bool = False

    def has(self, *names: str) -> bool:
        """Return whether one of its words belongs to one of these classes."""
        return not self.classes.isdisjoint(names)


@lru_cache(maxsize=50_000)
def read_statement(text: str, *, trailing: bool = True) -> Statement:  # noqa: C901 - the grammar in one place
    """Read what `text` states.

    Args:
        text: A column's name, or a cell or a part of one.
        trailing: Whether a negation at the end is about what stands before it ("calls: no"); it is not in names ("Phone No").
    """
    tokens = _without_sources(tokens_of(SINCE.sub("", NUMBER_OF.sub(r"\1 number", text))))
    classes = frozenset(name for token in tokens for name in token.classes)
    wish = bool(classes & {"modal", "being"})
    targets = _targets(tokens, wish=wish, trailing=trailing)
    channels = _channels(tokens, wish=wish)
    negated_refusal = negated_contact = negated_permission = False
    for target in targets.values():
        token = tokens[target]
        if token.has("refusal", "weak_refusal", "register", "dead", "wrong"):
            negated_refusal = True
        elif token.has("modal", "permission", "subscription"):
            negated_permission = True
        elif not token.has("other_purpose") and not _is_number(tokens, target):
            negated_contact = True
    aimed = set(targets.values())
    free = [token for number, token in enumerate(tokens) if number not in aimed]
    if negated_contact and (refused := _refused_channels(tokens, targets)):
        channels = refused | _channels_of_refusals(free)
    if _is_register_of_channel(text, tokens):
        channels -= {"phone"}
    strong = any(token.has("refusal", "register", "dead", "wrong") for token in free)
    permits = any(token.has("permission") for token in free)
    weak = any(token.has("weak_refusal") for token in free) or _is_permission_ended(free)
    unknown = any(token.has("unknown") for token in tokens)
    only = "only" in classes
    has_number = any(token.has("device", "number") or token.text in NOUNS or token.text.endswith(("nummer", "number")) for token in tokens)
    wrong_number = any(map(is_wrong_number, free)) or ("wrong" in classes and has_number)

    def stated(
        polarity: Literal["refusal", "permission"] | None, strength: Literal["strong", "negated", "weak"], *, is_either: bool = False
    ) -> Statement:
        return Statement(polarity, channels, strength, classes, is_either, unknown, only, wrong_number)

    if strong:
        return stated("refusal", "strong", is_either=permits and _is_either(tokens))
    if negated_contact or negated_permission:
        # "Cannot", "not allowed" alone say no only in a column of consent.
        named = negated_contact or channels or permits or any(tokens[target].has("permission") for target in targets.values())
        return stated("refusal", "negated" if named else "weak")
    if weak:
        return stated("refusal", "negated" if channels or permits or "law" in classes else "weak", is_either=permits and _is_either(tokens))
    if negated_refusal or permits:
        return stated("permission", "strong")
    if "modal" in classes and channels:
        return stated("permission", "weak")
    return stated(None, "weak")


def _is_permission_ended(tokens: Sequence[Token]) -> bool:
    """Return whether a permission is said to hold no longer: "consent lapsed in 2024", not "opted in; membership lapsed"."""
    before: Literal["permission", "end"] | None = None
    for token in tokens:
        if token.has("permission", "law"):
            if before == "end":
                return True
            before = "permission"
        elif before == "end" and token.text not in DETERMINERS:
            before = None  # "lapsed donor, opted in"
        elif token.has("ended"):
            if before == "permission":
                return True
            before = "end"
        elif not token.has(*BETWEEN):
            before = None
    return False


def _without_sources(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the tokens, those of people who only said it as words that carry nothing."""
    if not any(token.has("other_person") for token in tokens):
        return tokens
    kept_tokens = list(tokens)
    for at, token in enumerate(tokens):
        if not token.has("other_person"):
            continue
        before = next((other.text for other in reversed(tokens[:at]) if other.text not in DETERMINERS), "")
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if before in SOURCE_BEFORE or after in SOURCE_AFTER:
            kept_tokens[at] = Token(token.text, frozenset({"filler"}))
    return tuple(kept_tokens)


def _is_either(tokens: Sequence[Token]) -> bool:
    """Return whether a name says both ("Opt In/Out", "Subscribed/Unsubscribed"), not that a permission was refused ("consent withdrawn")."""
    permits = any(token.has("permission") and token.text.startswith(("opt", "subscri")) for token in tokens)
    return permits and any(
        token.text.startswith(("opt out", "opted out", "unsub", "optout")) or token.text in ("out", "off") for token in tokens
    )


def is_wrong_number(token: Token) -> bool:
    """Return whether a phrase says by itself that a number is wrong: "wrong number", "disconnected", not "bad"."""
    return token.has("wrong") and (" " in token.text or token.text.startswith("disconnect"))


def _targets(tokens: Sequence[Token], *, wish: bool, trailing: bool) -> dict[int, int]:
    """Return for each negation the place of what it is about."""
    targets: dict[int, int] = {}
    about = {*ABOUT, *({"phone_past", "contact_past"} if wish else set())}
    is_about = [bool(token.classes & about) for token in tokens]
    following: list[int | None] = [None] * (len(tokens) + 1)  # the nearest place of such a word from each place on
    for at in range(len(tokens) - 1, -1, -1):
        following[at] = at if is_about[at] and not tokens[at].has("negation") else following[at + 1]
    before: int | None = None
    for at, token in enumerate(tokens):
        preceding, before = before, at if is_about[at] else before
        if not token.has("negation"):
            continue
        if token.text == "no" and at + 1 < len(tokens) and tokens[at + 1].text in ("of", "de", "von"):
            continue  # "No. of calls"
        after = following[at + 1]
        if after is None and (trailing or token.text not in ("no", "non")):
            after = preceding
        if after is not None:
            targets[at] = after
    return targets


def _is_number(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a telephone is named as a number that somebody has, as in "no phone number"."""
    return tokens[at].text in NOUNS and any(token.has("number") for token in tokens[at + 1 : at + 2])


def _refused_channels(tokens: Sequence[Token], targets: dict[int, int]) -> frozenset[str]:
    """Return the channels that negations are about: of "cell (no texts)" the texts, of "no phone or email" both."""
    channels: set[str] = set()
    first = {target: at for at, target in reversed(targets.items())}  # of several negations of a word the first one
    for target, at in first.items():
        end = next((n for n in range(target + 1, len(tokens)) if tokens[n].has("negation", "modal", "permission")), len(tokens))
        if end < len(tokens) and tokens[end].has("modal") and end - 1 > target and tokens[end - 2].text not in AND:
            end -= 1  # of "no e-mail, phone ok" the telephone is what is allowed
        about = tokens[target:end] if target > at else [tokens[target]]
        channels |= {channel for token in about for channel in (*CHANNELS, "contact") if token.has(channel)}
        channels |= {"phone" for token in about if token.has("phone_past")}
    return frozenset(channels - {"contact"}) if channels != {"contact"} else frozenset()


def _channels_of_refusals(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the channels of the words that refuse without a negation: of "no email, DNC" and "no mail, wrong number" the telephone, of
    "no email, deceased" every one.
    """
    channels: set[str] = set()
    for token in tokens:
        if token.has("register") or (token.has("refusal") and token.has("phone")) or is_wrong_number(token):
            channels.add("phone")
        if token.has("dead") and not token.has("wrong"):
            channels.add("contact")
    return frozenset(channels)


def _is_register_of_channel(text: str, tokens: Sequence[Token]) -> bool:
    """Return whether a text is the acronym "DNC" or a register of any channel beside channels other than the telephone, and nothing else:
    "Email DNC", "DNC (email)", "Robinsonliste Post".
    """
    registers = [token for token in tokens if token.has("register")]
    others = [token for token in tokens if not token.has("register")]
    named = [token for token in others if token.has("email", "sms") or token.text in MAIL]
    return (
        bool(registers)
        and bool(named)
        and all(token.text in ACRONYMS | OF_ANY_CHANNEL for token in registers)
        and all(
            token in named or token.text in REGISTER_NAME_WORDS or (token.has("only") and _is_before(named, registers, tokens))
            for token in others
        )
        and not LISTED.search(text)
    )


def _is_before(channels: Sequence[Token], registers: Sequence[Token], tokens: Sequence[Token]) -> bool:
    """Return whether channels stand before a register, or after "for": "email DNC only", "DNC for email only", not "DNC email only"."""
    return tokens.index(channels[-1]) < tokens.index(registers[0]) or any(token.text == "for" for token in tokens)


def _channels(tokens: Sequence[Token], *, wish: bool) -> frozenset[str]:
    channels: set[str] = set()
    for token in tokens:
        channels |= {channel for channel in CHANNELS if token.has(channel)}
        if token.has("device", "register", "law") or is_wrong_number(token) or (wish and token.has("phone_past")):
            channels.add("phone")
        if token.has("contact") or (wish and token.has("contact_past")):
            channels.add("contact")
    if channels & set(CHANNELS):
        channels.discard("contact")
    return frozenset(channels)
