"""Which columns of a file are about consent, judged by the words of their names. No cells are read here."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from henk_pipeline.consent.statements import Statement, read_statement
from henk_pipeline.consent.vocabulary import answers, asked_cells, joined_words, name_words, plain_words, tokens_of, word_set

Direction = Literal["refusal", "permission", "either", "stated"]
Channel = Literal["phone", "email", "sms", "post", "all"]
PHONE_AND_EMAIL = frozenset({"phone", "email"})
CHANNELS_OF: dict[str, frozenset[str]] = {
    "phone": frozenset({"phone"}), "email": frozenset({"email"}), "sms": frozenset({"sms"}), "post": frozenset({"post"}), "all": PHONE_AND_EMAIL,
}  # fmt: skip
# What a name of a channel alone consists of, besides these words: "Contact by phone".
CHANNEL_CLASSES = {"contact", "phone", "device", "email", "sms", "post"}
CHANNEL_FILLERS = word_set("channel_fillers")
YES_OR_NO = word_set("yes_or_no")  # "Phone (Y/N)"
# Other purposes that stand next to calls in one refusal: "Do Not Trade Or Call".
SHARED_PURPOSES = word_set("shared_purposes")
STATUS = word_set("status")
# Whose status or code it is, in the name of a column.
OF_PEOPLE = word_set("of_people")
# Names of columns that list the channels that must not be used.
RESTRICTIONS = word_set("restrictions")
SOLICITS = word_set("solicits")
# Of names of columns that say when to call.
HOURS = word_set("hours")
WAYS = word_set("ways")
# Of contact that may come ("Future Contact").
FURTHER = word_set("further")
# "Phone Valid", "Number in Service": no says that the number is wrong.
WORKS = re.compile(
    r"(?:is )?(?:(?:phone|telephone|tel|home|work|business|office|mobile|cell) )*(?:number )?(?:[1-9] )?(?:is )?(?:valid|working|in service)"
    r"(?: phone| number| telephone)*(?: [1-9])?(?: flag| y n)?"
)
LEGEND = re.compile(r"[(\[]([^()\[\]]*=[^()\[\]]*)[)\]]")  # "Phone Pref (1=ok to call 2=do not call)"
ALIVE = re.compile(
    r"(?:is |still |est |esta )?(?:alive|living|lebt(?: noch)?|noch lebend|lebend|vivant|vivante|vivo|viva|en vida|in leven)"
)
# Words for calling that are as often about something else.
OTHER_USES = word_set("other_uses")


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
    `noted`: notes; `flag`: what a plain yes says in a column that is otherwise about anything ("Stop"); `limit`: how many calls are accepted;
    `expiry`: when a permission ends; `lists`: its cells may be lists of the channels that a person ticked ("Communication Preferences").
    `explained`: codes that a legend of the file
    explains as a refusal; `asked`: cells that leave a question in a column of this name, `asks_dates`: a date is one of them. `source`: where
    people came from, or what a gift was for, in which "DNC" is the committee. `people`: names of people, of whom one may
    be called the late; `until`: its days say how long a refusal holds; `certain`: only what is stated for certain counts, for the cells were
    looked at (`quick_look.may_be_suspect`); `labels`: it says of
    what kind the number of another column is ("Phone 1 Type"); `for_number`: it is named as numbers and holds none. `option`: the question
    and the answer ("yes" or "no") of a column of an answer alone ("May we call you? - No").
    `field`: the field of a lead that a refusal sets, None for neither.
    """

    direction: Direction
    channels: frozenset[str] = PHONE_AND_EMAIL
    named: bool = False
    unnamed: frozenset[str] = PHONE_AND_EMAIL
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
    noted: bool = False
    flag: Literal["refused", "unclear"] | None = None
    limit: bool = False
    expiry: bool = False
    lists: bool = False
    explained: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    asks_dates: bool = False
    source: bool = False
    people: bool = False
    until: bool = False
    certain: bool = False
    labels: bool = False
    for_number: bool = False
    option: tuple[str, str] | None = None
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
        if self.dead or self.channels >= PHONE_AND_EMAIL:
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
# Where people came from.
SOURCE = ConsentColumn("stated", source=True)
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
    column = _read_without_cells(name)
    return None if column is None else _with_asked(column, name)


def _with_asked(column: ConsentColumn, name: str) -> ConsentColumn:
    """Return a column with the cells that leave a question in one of its name."""
    phrase = joined_words(_without_system(name))
    words = phrase if phrase in asked_cells() else _AROUND_ASKED.sub("", phrase)
    asked, dates = asked_cells().get(words, (frozenset(), False))
    is_plain = not read_statement(name).unknown
    if (column.status and column.of_people) or (is_plain and not name_words()["reason"].isdisjoint(phrase.split())):
        asked |= answers()["dead_letters"]
    if column.outcome and is_plain:
        asked |= answers()["asked_outcomes"] | answers()["dead_codes"] - {"dis"}
    source = column.direction == "stated" and words in name_words()["source"]
    return replace(column, asked=asked, asks_dates=dates, source=source) if asked or dates or source else column


# Of a name what says nothing of which cells leave a question.
_AROUND_ASKED = re.compile(
    r"^(?:(?:is|has|was|the|contact|constituent|custom) )+(?=\w{3})"
    r"|(?: (?:flag|indicator|ind|y n|yes no|j n|o n|s n|c|\d+))+$"
)


def _read_without_cells(name: str) -> ConsentColumn | None:  # noqa: C901, PLR0912 - a line a kind of name
    """Return what a column's name says by itself, whatever cells leave a question in it."""
    if is_of_organisations(name):
        return replace(OF_ANOTHER_PURPOSE, organisation=True) if read_statement(name).has("other_purpose") else NAMES_OF_ORGANISATIONS
    name = _without_system(_OF_SYSTEMS.sub("", name))
    if (question := _QUESTION.fullmatch(name)) is not None:
        name = question[1]
    column = _read_name(name)
    if column is None:
        return None
    if column.direction == "stated":
        column = _of_a_topic(name) or column
    if column.direction == "stated" and (flag := _ONE_WORD_FLAG.fullmatch(name)) is not None and (read := _read_name(flag[1])) is not None:
        column = read if read.direction != "stated" else column  # "donotcallflag"
    if column.direction == "refusal" and read_statement(name, trailing=False).has("condition"):
        column = replace(column, hours=True)  # "Do not call before": its cells are hours
        column = replace(column, until=UNTIL_A_DAY.search(joined_words(name)) is not None)
    words = plain_words(name)
    if column.direction == "stated" and not BOUNCES.isdisjoint(words):
        return STATED  # "Bounced: FALSE" refuses no e-mails
    if column.direction == "stated" and " ".join(words) in name_words()["salutation"]:
        return replace(EMBEDDED, people=True)
    is_coded_mail = column.direction == "stated" and "post" in column.channels and "code" in {c for t in tokens_of(name) for c in t.classes}
    if column.direction == "stated":
        column = _with_name(column, name, words)
    elif column.direction == "permission" and _EXPIRY.search(" ".join(words)):
        column = replace(column, expiry=True)
    if not name_words()["reason"].isdisjoint(words) or is_coded_mail:
        column = replace(column, reasons=True)
    of_mail = " ".join(words) in name_words()["mail_status"]
    if column.direction == "stated" and (of_mail or (not {"list", "lists"}.isdisjoint(words) and not NOT_ON_A_LIST.issuperset(words))):
        column = replace(column, subscription=True)
    if column.direction == "stated" and joined_words(_WISH.sub("", " ".join(words))) in name_words()["way"]:
        column = replace(column, ways=True, lenient=True)
    return replace(column, lists=True) if column.direction == "stated" and _is_of_ticked_channels(name, words) else column


BOUNCES = frozenset({"bounce", "bounced", "bounces"})
# "How should we contact you? (check all that apply)": what is not ticked was not chosen.
ALL_THAT_APPLY = re.compile(
    r"\ball (?:that|which|of the above that) appl(?:y|ies)\b|\bmehrfach(?:auswahl|nennung)|\bplusieurs (?:choix|réponses)|\bmeerdere antwoorden",
    re.IGNORECASE,
)


def _is_of_ticked_channels(name: str, words: list[str]) -> bool:
    """Return whether a column is of preferences about contact, in which several channels may be ticked: not one of when to call."""
    statement = read_statement(name, trailing=False)
    is_of_contact = bool(statement.channels) or not WAYS.isdisjoint(words)
    is_a_choice = statement.has("preference", "preferred") or ALL_THAT_APPLY.search(name) is not None
    return is_a_choice and is_of_contact and HOURS.isdisjoint(set(words) - {"preferred"})


def _of_a_topic(name: str) -> ConsentColumn | None:
    """Return the column of calls about a topic ("May we call you about our campaign?", "Do Not Call (survey)"); None where the name has none."""
    for topic in (_ABOUT_A_TOPIC, _topics()):
        rest = topic.sub(" ", name)
        statement = read_statement(rest, trailing=False)
        if rest != name and statement.polarity and "phone" in statement.channels and not statement.has("other_purpose"):
            read = _read_name(rest.strip())
            if read is not None and read.direction in ("permission", "refusal"):
                return replace(read, strict=read.strict and name.rstrip().endswith("?"))
    return None


# What calls are about, after a preposition: to the end of an English name, elsewhere one noun.
_ABOUT_A_TOPIC = re.compile(
    r"\b(?:about|regarding|concerning)\b.*$|\bwith\b.*\b(?:updates?|news|information|info)\b.*$"
    r"|\b(?:[üu]e?ber|sobre|over|omtrent|concernant|au sujet d\w+|à propos d\w+)\s+(?:(?:unser\w*|die|der|das|den|nuestr[oa]s?|nos|notre|les?|la|el"
    r"|l[oa]s|onze|ons|de|het|nossos?|nossas?|as?|os?)\s+)?[^\W\d_]+",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _topics() -> re.Pattern[str]:
    """Return a pattern of topics apart from the rest of a name: "Phone Consent - Spring Campaign", "Call consent (campaign)"."""
    words = "|".join(sorted(name_words()["topic"], key=len, reverse=True))
    return re.compile(
        rf"(?:\s[-–—]+|[:(\[])\s*(?:[^\W\d_]+\s+){{0,2}}(?:{words})(?:\s+(?:updates?|news|calls?))?\s*[)\]]?\s*$|\b(?:for|für|pour|para|voor)\s+(?:[^\W\d_]+\s+){{0,2}}(?:{words})\s*\??$"
        rf"|^(?:{words})\s+(?=calls?\b)",
        re.IGNORECASE,
    )


def _with_name(column: ConsentColumn, name: str, words: list[str]) -> ConsentColumn:
    """Return a column whose cells state something, with what its name says of a plain yes, of a zero and of orders in it."""
    word_sets, joined = name_words(), " ".join(words)
    joined = joined if joined in word_sets["flag"] | word_sets["short_flag"] else _flag_ending().sub("", joined)
    for kind, word in (("flag", "refused"), ("short_flag", "unclear")):
        if joined in word_sets[kind] | word_sets[f"dead_{kind}"]:
            return replace(column, flag=word, dead=joined in word_sets[f"dead_{kind}"], channels=PHONE_AND_EMAIL, named=True)  # type: ignore[arg-type]
    statement = read_statement(name, trailing=False)
    channels = statement.channels
    if statement.has("permission") and not statement.unknown and not statement.has("refusal", "other_purpose") and _EXPIRY.search(joined):
        return replace(column, expiry=True)
    if not word_sets["limit"].isdisjoint(words) and channels & {"phone", "contact"} and _OF_A_CALL.isdisjoint(words):
        return replace(column, limit=True)
    return replace(column, noted=True) if not word_sets["note"].isdisjoint(words) else column


@lru_cache(maxsize=1)
def _flag_ending() -> re.Pattern[str]:
    """Return a pattern of what the name of a flag ends with: "dnp flag", "dnpflag"."""
    return re.compile(rf"(?<=\w{{2}}) ?(?:{'|'.join(sorted(name_words()['flag_ending'], key=len, reverse=True))})$")


_ONE_WORD_FLAG = re.compile(r"([a-z]{7,})(?:flag|flg)", re.IGNORECASE)
UNTIL_A_DAY = re.compile(r"\b(?:until|till|til|thru|through|bis|jusqu\w*|hasta|tot|ate)\b")
# "Consent expires", "Consentement valable jusqu'au".
_EXPIRY = re.compile(
    r"\b(?:expir(?:y|es|ed|ation|ing|a|acion|acao|e)|valid (?:until|till|to|thru|through)|until|gueltig bis|gultig bis|ablauf|ablaufdatum"
    r"|laeuft ab|lauft ab"
    r"|jusqu\w*|valid[oa] hasta|hasta|vencimiento|vence|geldig tot|vervalt|vervaldatum|valid[oa] ate|vencimento|validade|validite)\b"
)
# Limits of each call and of those who call, not of how many a person accepts.
_OF_A_CALL = word_set("of_a_call")
NOT_ON_A_LIST = word_set("not_on_a_list")
MAX_NAME = 1000  # characters that are read
# Action Network writes "can2_" before each of its own columns, it is no "can"; Raiser's Edge "CnBio_" before what is the constituent's.
_OF_SYSTEMS = re.compile(r"^(?:can2_|(?:Gf_)?CnBio_)")
# "Survey: May we call again?": what stands before the colon says where it was asked.
_QUESTION = re.compile(
    r"\s*(?:survey|poll|questionnaire|canvass|script|umfrage|enqu[eê]te|encuesta|pesquisa)(?: question| response)?\s*\d*\s*[:–-]\s*([^:]+\?)\s*",
    re.IGNORECASE,
)
# A second person of the row, where the name is about a death.
_OF_A_SECOND = re.compile(
    r"\b(?:secondary|second (?:adult|person|member|contact|donor)|(?:contact|person|member|adult|donor|individual) 2)\b"
)
# "Add to call list": who is on it is called. "On call list" is of people on call.
_CALL_LIST = re.compile(
    r"(?!on call )(?:(?:add(?:ed)?|put|keep|include(?:d)?|is|soll|mettre|inclure|incluir|opnemen|colocar) )?"
    r"(?:to|on|in|auf|auf die|auf der|in die|in der|dans|dans la|sur la|en|en la|op|op de|in de|na|em)"
    r" (?:the |our )?(?:(?:call|calls|calling|phone|telephone|phoning|dialing|dialling) (?:list|sheet)|anrufliste|telefonliste"
    r"|liste (?:de |des )?appels?|lista (?:de )?llamadas|bellijst|lista (?:de )?(?:chamadas|ligacoes))(?: (?:y n|j n|o n|s n))?"
)
# "tel_opt": in or out.
_OPT = re.compile(r"(?P<channel>.+) opt(?: flag)?")
_OF_EVENTS = re.compile(
    r"(?:all )?(?:events?|veranstaltung(?:en)?|evenements?|eventos?|evenementen)"
    r"(?: (?:invitations?|invites?|mailings?|notices?|notifications?|updates?|einladungen|uitnodigingen|convites|invitaciones))?"
    r" (?:opt(?:ed)? ?outs?|unsubscribed?|unsubs?|abgemeldet|abmeldung|desinscrite?|desinscription|dado de baja|afgemeld|afmelding|descadastrado)"
    r"|(?:opt(?:ed)? ?out|unsubscribed?|abgemeldet|desinscrit|afgemeld) (?:of|from|von|des?|voor) (?:all )?"
    r"(?:events?|veranstaltungen|evenements|eventos|evenementen)"
)
_PHONE_BANK = re.compile(r"\bphone ?bank(?:ing|s|er|ers)?\b")
_WISH = re.compile(r"^(?:please|bitte|svp|por favor|graag|prefers?|wants?) ")


def _without_system(name: str) -> str:
    """Return a name without that of the system it comes from: "Dialpad Blocked", "thankQ No Phone"."""
    system_match = _named_system().match(name)
    return system_match[1] if system_match is not None else name


@lru_cache(maxsize=1)
def _named_system() -> re.Pattern[str]:
    systems = "|".join(r"\W*".join(entry.split()) for entry in sorted(name_words()["system"], key=len, reverse=True))
    return re.compile(rf"(?:{systems})[\s_:./>–-]+(.*\w.*)", re.IGNORECASE)


INACTIVE = re.compile(r"(?:cn (?:adr prf )?ph )?(?:\w+ )*(?:ph|phone|telephone|tel|number|mobile|cell)(?: \w+){0,2} (?:is )?inactive")
# Of no number by itself: only behind each of several.
IN_USE = re.compile(r"(?:is )?(?:valid|working|in service)(?: \d)?")


def _of_calls(direction: Literal["permission", "refusal"]) -> ConsentColumn:
    """Return how a column is read that is named as one of calls, and whose answers are about these."""
    return ConsentColumn(direction, CHANNELS_OF["phone"], named=True, unnamed=CHANNELS_OF["phone"])


def read_out_of_use(name: str) -> ConsentColumn | None:
    """Return how a column is read that says whether the number it is about is in use ("Phone 2 Inactive", "Valid?"); None for any other."""
    words = " ".join(plain_words(name))
    if INACTIVE.fullmatch(words):
        return _of_calls("refusal")
    return _of_calls("permission") if IN_USE.fullmatch(words) else None


def is_of_working_numbers(name: str) -> bool:
    """Return whether a column says whether a number is one that can be called ("Phone Valid"), which no person refuses."""
    return WORKS.fullmatch(" ".join(plain_words(name))) is not None


def is_of_organisations(name: str) -> bool:
    """Return whether a column names employers, committees, recipients of gifts or other organisations, and is of nothing else."""
    words = joined_words(name)
    spaced = f" {words} "
    if not any(f" {entry} " in spaced for entry in name_words()["organisation"]):
        return False
    statement = read_statement(name, trailing=False)
    if statement.polarity == "permission" and "contact" in statement.channels:
        return False  # "Allow organisation contact"
    return not statement.has(
        "code", "phone", "phone_past", "refusal", "register", "restriction", "preference", "negation", "permission", "email", "sms"
    )


def _read_name(name: str) -> ConsentColumn | None:  # noqa: C901, PLR0911, PLR0912 - a line a kind of name, the surest first
    """Return what a column's name says about consent, by its words."""
    name = _without_remarks(_without_form(LEGEND.sub("", name).strip()))
    statement = read_statement(name, trailing=False)
    words_alone = " ".join(plain_words(name))
    if words_alone in name_words()["neutral"]:
        return STATED
    if words_alone in RESTRICTIONS:
        return ConsentColumn("stated", PHONE_AND_EMAIL, lenient=True, restriction=True)
    if (
        statement.has("other_person")
        or (statement.has("link") and statement.polarity)
        or (statement.has("dead") and _OF_A_SECOND.search(words_alone))
    ):
        return None
    if _OF_EVENTS.fullmatch(words_alone):
        return OF_ANOTHER_PURPOSE
    if _CALL_LIST.fullmatch(words_alone):
        return _of_calls("permission")
    if (opt := _OPT.fullmatch(words_alone)) is not None and is_channel_alone(opt["channel"]):
        return _column("either", statement, strict=True)
    if statement.polarity != "refusal" and _PHONE_BANK.search(words_alone):
        return _stated(statement)  # whether somebody would call others
    if ALIVE.fullmatch(words_alone):
        return ConsentColumn("permission", PHONE_AND_EMAIL, named=True, strict=True, dead=True)
    if WORKS.fullmatch(words_alone) and {"phone", "telephone", "number", "mobile", "cell"} & set(words_alone.split()):
        return _of_calls("permission")  # "Phone 2 Valid"
    if statement.has("other_purpose") and not _is_shared_refusal(name, statement):
        return OF_ANOTHER_PURPOSE
    if re.search(r"\bopt(?:ed)? in (?:or |and )?(?:opt(?:ed)? )?out\b|\bopt (?:status|choice)\b", words_alone):
        return _column("either", statement, strict=True)
    if statement.classes == {"negation"} and words_alone in ("do not", "donot", "dont"):
        return ConsentColumn("refusal", PHONE_AND_EMAIL, named=True, strict=True)  # "Do Not": its cells say what
    if statement.is_either:
        return _column("either", statement, strict=True)
    if _is_all_but_calls(statement, name):
        return _of_calls("refusal")  # "Mail only"
    if statement.has("checked") and (statement.polarity or statement.has("register")):
        return _column("stated", statement, register=statement.has("register"), lenient=True)
    if statement.has("other_purpose") or (statement.polarity == "refusal" and (statement.strength != "weak" or _is_bare(statement))):
        if (
            statement.has("wrong")
            and not statement.has("refusal", "register", "dead")
            and not (statement.wrong_number or statement.channels)
        ):
            return _stated(statement)
        if statement.has("measure") and not statement.has("refusal", "dead", "register") and statement.strength != "negated":
            return _stated(statement)
        present = statement.has("about") or _has_date(name)
        if statement.has("dead") and statement.has("measure"):
            return _stated(statement)  # "Deceased Name"
        wrong = (
            statement.has("wrong")
            and statement.strength == "strong"
            and not statement.has("refusal", "dead", "register", "contact", "negation")
        )
        return replace(_column("refusal", statement, strict=True, present=present), wrong=wrong)
    if statement.has("restriction"):
        dated = " ".join(token.text for token in tokens_of(name) if not token.has("date") and token.text != "of") in RESTRICTIONS
        return replace(
            _stated(statement),
            lenient=True,
            solicits=not statement.unknown,
            restriction=dated or statement.has("contact", "phone") or bool(statement.channels),
        )
    if statement.polarity == "permission":
        return _permission(statement, name)
    if statement.has("subscription") and statement.channels and not statement.has("measure"):
        return _column("permission", statement, strict=True) if not statement.has("date", "about") else _stated(statement)
    if statement.has("preference") and "phone" in statement.channels and not statement.has("measure", "date"):
        return _column("permission", statement, lenient=True)
    words = plain_words(name)
    hours = ("phone" in statement.channels and not HOURS.isdisjoint(words)) or ("contact" in statement.channels and "frequency" in words)
    stated = _stated(statement)
    of_law = statement.has("law") and not statement.unknown
    return replace(
        stated,
        lenient=stated.lenient or hours or of_law,
        status=not STATUS.isdisjoint(words) or of_law,
        coded=statement.has("code") and not statement.unknown and not statement.channels,
        of_people=statement.has("code") and all(token.has("code") or token.text in OF_PEOPLE for token in tokens_of(name)),
        hours=hours,
        solicits=not SOLICITS.isdisjoint(words),
    )


def _is_all_but_calls(statement: Statement, name: str) -> bool:
    """Return whether a name says that a person is contacted in other ways than by telephone only."""
    ways = statement.classes & {"email", "sms", "post", "phone", "device"}
    words = plain_words(name)
    classes = statement.classes - {"harmless"} if "prefers" in words else statement.classes
    is_plain = classes <= {"email", "sms", "post", "only", "contact", "filler", "modal", "being", "preference"} and OTHER_USES.isdisjoint(
        words
    )
    return statement.only and bool(ways) and is_plain


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
    statement = read_statement(rest, trailing=False)
    # "Old phone" is a number; "Old phone consent" is consent.
    return rest if statement.polarity and statement.has("permission", "refusal", "negation", "register", "modal", "dead") else name


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


def _is_shared_refusal(name: str, statement: Statement) -> bool:
    """Return whether a name refuses calls and something else at once."""
    tokens = tokens_of(name)
    purposes = {token.text for token in tokens if token.has("other_purpose")}
    calls = read_statement(" ".join(token.text for token in tokens if token.text not in purposes), trailing=False)
    return purposes <= SHARED_PURPOSES and calls.polarity == "refusal" and calls.strength != "weak" and "phone" in statement.channels


def _has_date(name: str) -> bool:
    """Return whether a name has a word of a date; at its beginning "on" is none ("On DNC list?")."""
    tokens = tokens_of(name)
    return any(token.has("date") and not (at == 0 and token.text == "on") for at, token in enumerate(tokens))


def _permission(statement: Statement, name: str) -> ConsentColumn:
    if statement.has("about", "link") or (statement.has("measure") and statement.strength == "weak"):
        rest = _without_way(name)
        return _stated(statement) if rest is None else _permission(read_statement(rest, trailing=False), rest)
    if statement.strength == "weak" and not _modal_is_near(name):
        return _stated(statement)
    return _column("permission", statement, strict=not statement.has("date"))


def _without_way(name: str) -> str | None:
    """Return of "Contact Method: Phone Opted In" what is permitted; None where a name begins with no such words before a permission of a channel."""
    tokens = tokens_of(name)
    at = next((n for n, token in enumerate(tokens) if token.text in WAYS), None)
    if at is None or not all(token.has("contact", "preferred", "preference") for token in tokens[:at]):
        return None
    rest = tokens[at + 1 :]
    if not rest or not rest[0].has("phone", "device", "email", "sms", "post") or any(token.has("about", "link") for token in rest):
        return None
    return " ".join(token.text for token in rest) if any(token.has("permission") for token in rest) else None


def _modal_is_near(name: str) -> bool:
    """Return whether a word such as "may" or "accepts" stands near what it allows: not in "May gifts, calls of volunteers"."""
    tokens = tokens_of(name)
    modals = [n for n, token in enumerate(tokens) if token.has("modal")]
    channels = [
        n
        for n, token in enumerate(tokens)
        if token.has("phone", "phone_past", "contact", "contact_past", "email", "sms", "post", "device", "fax")
    ]
    positions = [n for n, token in enumerate(tokens) if not token.has("filler") or n in modals or n in channels]
    place = {n: at for at, n in enumerate(positions)}
    return any(abs(place[a] - place[b]) <= 3 for a in modals for b in channels) and sum(token.has("unknown") for token in tokens) <= 2


def is_channel_alone(name: str) -> bool:
    """Return whether a name says a channel and nothing else ("Phone calls", "Contact by post"): with cells of yes and no it is a permission."""
    tokens = tokens_of(name)
    words = joined_words(name)
    if words == "contacts" or words in name_words()["neutral"] or _PHONE_BANK.search(words) or not BOUNCES.isdisjoint(words.split()):
        return False  # how many there were; who is to be called back; who would call others; what came back
    asks = len(tokens) > 2 and all(token.text in YES_OR_NO for token in tokens[-2:])
    named = list(tokens[:-2] if asks else tokens)
    if any(token.has("refusal", "weak_refusal", "register", "permission", "dead", "wrong") for token in named):
        return False  # "DNTCALL", "In writing only": phrases that decide by themselves
    if not FURTHER.isdisjoint(words.split()):
        of_whom = OF_PEOPLE | FURTHER  # "Donor Further Contact"
        named = [token for token in named if token.has("contact") or token.text not in of_whom]
    ways = [token for token in named if not token.classes.isdisjoint(CHANNEL_CLASSES) and (asks or token.text not in OTHER_USES)]
    fundraising = any(token.has("phone", "email", "sms", "post") for token in ways)  # "Telephone appeals"
    return bool(ways) and all(token in ways or token.text in CHANNEL_FILLERS or (fundraising and token.has("contact")) for token in named)


def is_about_consent(name: str) -> bool:
    """Return whether a name is plainly of consent: a question ("Consent", "Do Not"), a list of what is refused ("Sperren"), or preferences."""
    column, statement = read_column(name), read_statement(name, trailing=False)
    of_preferences = statement.has("preference") and not statement.unknown and "contact" in statement.channels
    return column is not None and (column.direction != "stated" or column.restriction or of_preferences)


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


def _is_bare(statement: Statement) -> bool:
    """Return whether a weak word of refusal ("Blocked") is all that a name says."""
    return statement.has("bare") and not statement.unknown and not statement.has("measure", "other_purpose", "restriction")


def _stated(statement: Statement) -> ConsentColumn:
    lenient = statement.has("code", "outcome", "preference", "preferred", "restriction", "subscription")
    return replace(_column("stated", statement, lenient=lenient), outcome=statement.has("outcome"))


def _column(
    direction: Direction,
    statement: Statement,
    *,
    strict: bool = False,
    present: bool = False,
    lenient: bool = False,
    register: bool = False,
) -> ConsentColumn:
    channels = statement.channels
    resolved = PHONE_AND_EMAIL if channels == {"contact"} or statement.has("dead") else channels - {"fax", "contact"}
    if "fax" in channels and not resolved:
        resolved = frozenset({"fax"})
    named = bool(resolved)
    return ConsentColumn(
        direction, resolved if named else PHONE_AND_EMAIL, named, resolved if named else PHONE_AND_EMAIL,
        strict=strict, present=present, lenient=lenient, register=register or statement.has("register"),
        dead=statement.has("dead"), negated=statement.has("negation"),
    )  # fmt: skip
