"""What a cell says about consent, by its column: refusal, permission, nothing, or unclear, for calls and for e-mails."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Literal, NamedTuple

import polars as pl

from henk_pipeline.consent.columns import BOTH, ConsentColumn, read_column
from henk_pipeline.consent.remarks import NUMBER
from henk_pipeline.consent.statements import NUMBER_OF, Statement, read_statement
from henk_pipeline.consent.vocabulary import acronym_words, all_known, answer_key, answers, fold, load_vocabulary, plain_words, tokens_of

Word = Literal["refused", "permitted", "unclear"]
MAX_STATEMENT = 120  # characters of a sentence that is an opt-out and nothing else
MAX_CELL = 2000  # characters of a cell that are read
MIN_WORD = 2  # characters of a cell that may state something
MAX_DATED = 60  # characters of an answer with its date
MAX_CODE = 10  # characters of a code that says something by itself: "NP", "disc.", "not in svc"
SEPARATORS = re.compile(
    r"(?i)\s*(?:<br\s*/?>|[;|,\n•·+&~*^<>\[\]]|:::|\s[-–—/]+\s|[.!?](?=\s|$)|\((?=\D)|\)|/|\s(?:but|aber|pero|maar)\s"
    r"|\s(?:and|und|et|y|en|e)\s(?=(?:do not|don'?t|dnc|no calls?)\b))\s*"
)
HARD_SEPARATORS = re.compile(r"[;|\n]")  # between entries of a list, each of which stands by itself: "no email; opted out"
BUT_CALLS = r"(?:except|but|excluding|ausser|sauf|menos|excepto|behalve) (?:phone|calls?|tele|anruf|appels|llamadas|bellen)"
ALL_BUT_CALLS = re.compile(rf"(?:all|everything|anything|alles|tout|todo|tudo)\b.{{0,12}}? ?{BUT_CALLS}\w*\W*")
ALLOWED_CALL = {"call", "just call", "please call", "calls ok", "phone ok", "call instead", "phone is fine", "phone fine"}
LEADING = re.compile(r"^\s*([^\W\d_]{1,5})\s*[,;:./(–—-]\s*(\S.*)$", re.DOTALL)
PIECES = re.compile(r"\s*(?:[,;|\n]|\s/\s)\s*")
PAIR = re.compile(r"^(.*\w.*?)\s*(?:[:=]\s*|\s[-–—]\s|\s|-(?=[YNyn]$))\s*(\S+)$", re.DOTALL)  # "Email: Y", "phone = no", "SMS ✗"
ASSIGNED = re.compile(r"\w+[:=]\w+(?:\s+\w+[:=]\w+)*|\w+-[YNyn]")  # "email:in phone:out", "CALL-N"
# A law is a ground for being asked, no permission: "GDPR form".
LAWS = {"gdpr", "dsgvo", "rgpd", "lgpd", "avg"}
# What stands apart from a name: in brackets, after a dash, between asterisks.
REMARK = re.compile(r"\s*(?:[()\[\]{}*;|,]|\s[-–—]+\s|:\s)\s*")
CAPITALS = re.compile(r"(?<![^\W_])(?:DNC|DECEASED|DO NOT (?:CALL|CONTACT|PHONE)|NO CALLS?)(?![^\W_])")
OF_THE_DEAD = r"^(?:(?:the )?estate of|the late|nachlass|succession de|nalatenschap|espolio de|herencia de|sucesion de)\b"
CROSSES = "[†✝✞]"
ESTATE = re.compile(OF_THE_DEAD)
# Of a job the acronym is the employer: "DNC Data Director", "Director of Finance at the DNC".
AT_THE_DNC = re.compile(r"^\s*DNC\s+[^\W\d_]|\b(?:[Aa]t|[Oo]f|[Ff]or|[Ww]ith)\s+(?:the\s+)?DNC\b")
MIN_REMARK = 7  # letters: "Deceased", not the names Rip, Tod and Mort
SHORT_REMARKS = {"dnc", "d.n.c", "dec'd", "decd", "dcd"}
# An answer beside its question, as in JSON, in forms and in notes: "do_not_call": true, opt_out=false, "May call: N".
ASSIGNMENT = re.compile(r"""["']?([^\W\d][\w ./-]{1,60}?)["']?\s*[:=?]+\s*["']?([^\W\d_]{1,5}|[01])\b["']?""")
DENIED = r"[:=?]\s*\W?(?:n|no|non|nein|nee|nao|false|0)\b"
ALLOWED = {
    "allow",
    "allowed",
    "permit",
    "permitted",
    "erlaubt",
    "zulassen",
    "autoriser",
    "autorise",
    "permitir",
    "permitido",
    "toegestaan",
    "toestaan",
}
CODES = re.compile(r"[\s;,|/]+")
# Allows also where a yes would refuse: "Do Not Call: call ok".
OK = {"ok", "okay"}
LIVING = {"alive", "living", "lebt", "lebend", "vivant", "vivante", "vivo", "viva", "not deceased"}
# How somebody said it, not what it is about: "asked by e-mail".
SAID_BY = {
    "by",
    "per",
    "via",
    "par",
    "por",
    "through",
    "from",
    "durch",
    "door",
    "pelo",
    "pela",
    "asked",
    "request",
    "requested",
    "told",
    "said",
}
A_YEAR = re.compile(r"(?<!\d)(?:\d{1,2}[/.-]){0,2}(?:19|20)\d\d(?:[/.-]\d{1,2}){0,2}(?!\d)")
YEAR_OR_DATE = re.compile(
    r"(?:19|20)\d{2}(?:[-/.]\d{1,2}(?:[-/.]\d{1,2})?)?(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:,? .*)?"
    r"|\d{1,2}\.? ?[^\W\d_]{3,12}\.?,? \d{2,4}(?: .*)?|[^\W\d_]{3,12}\.? \d{1,2},? \d{4}(?: .*)?|(?:19|20)\d{6}|[^\W\d_]{3,12}\.? (?:19|20)\d{2}"
)
# Of the names of months in six languages what they begin with: "Expired 2024" is no date.
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "sept", "october", "november", "december",
    "januar", "februar", "marz", "maerz", "mai", "juni", "juli", "oktober", "dezember", "janvier", "fevrier", "mars", "avril", "juin", "juillet",
    "aout", "septembre", "octobre", "novembre", "decembre", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
    "septiembre", "octubre", "noviembre", "diciembre", "januari", "februari", "maart", "mrt", "mei", "augustus", "janeiro", "fevereiro", "marco",
    "maio", "junho", "julho", "setembro", "outubro", "novembro", "dezembro", "jaenner", "janner",
)  # fmt: skip
DATED = re.compile(r"([^\d]{1,40}?)[\s,(]+(?:am |on |le |el |op |em |since |seit |vom |as of |confirmed )?([^)(]*\d[^)(]*)\)?")
# Calls only after a permission, and the death of a person who is named or of a time only: a person decides.
EXCEPTED = re.compile(
    r"(?i)\b(?:do not|don.?t|never|not to be|no) (?:call|phone|ring|contact|solicit|approach)\w*\b.{0,40}?"
    r"\b(?:without|w/o|unless|except (?:by|with|through|via))\b"
    r"|\bpassed (?:on |in )?\d{1,4}[/.-]\d|^d\. ?(?:\d{1,2}[/.-]\d|(?:19|20)\d\d$)"
    r"|^gest\. ?(?:am )?\d|^rip,? (?:[a-z]{3,9}\.? )?(?:\d{1,2},? )?(?:19|20)\d\d\b"
    r"|^[\w .'’-]{1,40}\b(?:(?:has |have )?passed away|has died|is (?:deceased|dead)|ist (?:verstorben|gestorben)|est d[eé]c[eé]d[eé]e?"
    r"|ha (?:fallecido|muerto)|is overleden)\W*$"
)
PASSED_IN = r"\bpassed (?:on |in )?\d|^(?:d|gest)\. ?(?:am )?\d"
PENDING = re.compile(
    r"(?:^|[\W_])(?:pending|awaiting|unconfirmed|not confirmed|ausstehend|en attente|pendiente|in afwachting|pendente)(?:$|[\W_])"
)
# Words of an order: in English its beginning, elsewhere the infinitives and imperatives of contact.
ORDERS = {
    "do not", "dont", "donot", "never", "does not", "kontaktieren", "ansprechen", "contacter", "contactez", "solliciter", "demarcher", "deranger",
    "relancer", "contactar", "contacte", "contacten", "molestar", "contacteren", "benaderen", "benader", "storen", "contatar", "contactem",
    "incomodar", "perturbar",
}  # fmt: skip
UNASKED = re.compile(r"\bcomm(?:s|unication)|solicit")
BY_NAME = re.compile(r"\b(?:him|her|me|them|it)\s+[A-Z]")  # "do not call her Liz"
WORDED = rf"{CROSSES}|[📵🚫]|\p{{L}}{{3}}|\p{{L}}[^\p{{L}}]\p{{L}}|^[dD]\. ?\d"  # "DNC", "D.N.C.", "d. 2019"
CODED = rf"^\p{{L}}{{2}}$|{WORDED}"  # the same, and "NP"
AN_ADDRESS = r"^\s*\S+@\S+\s*$"
PLAIN_DATE, A_DATE = r"^(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[2-9]|[1-3]\d)(?:[T ][\d:.]+(?:Z|[ +-][\d:]+)?)?$", "2000-01-01"
MAX_TAGS = 20
# Of the words for the dead those that are nothing else: not "dead", "mort", "rip".
DECEASED = {
    "deceased", "decd", "dcd", "dcsd", "verstorben", "verstorbene", "verstorbener", "decede", "decedee", "fallecido", "fallecida", "overleden",
    "falecido", "falecida",
}  # fmt: skip
EVERY = {
    "all", "alle", "alles", "tous", "tout", "todos", "todas", "todo", "everything", "both", "any", "full", "all channels", "any channel",
    "every channel", "any means", "all methods", "any method", "alle kanale", "alle kanäle", "tous les canaux", "todos los canales", "alle kanalen",
    "todos os canais",
}  # fmt: skip
HOUR = re.compile(r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?| ?uhr| ?h)?|\d{1,2} ?(?:[ap]\.?m\.?|uhr|h\d{0,2}|uur|o'?clock)|noon|midday|midnight")
UNSUBSCRIBED = {
    "unsubscribed",
    "unsubscribe",
    "unsub",
    "unsubbed",
    "not subscribed",
    "abgemeldet",
    "desabonne",
    "désabonné",
    "desuscrito",
    "afgemeld",
}
FILLING = {"the", "a", "an", "of", "s"}
NOT_OF_ORGANISATIONS = {
    "list",
    "registry",
    "register",
    "call",
    "calls",
    "not",
    "no",
    "scrub",
    "flag",
    "flagged",
    "request",
    "requested",
    "per",
}
# What a spreadsheet shows where a formula failed.
ERROR = re.compile(
    r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA|BEZUG!|NV|WERT!|BUSY!|UNKNOWN!)"
)
# Words that in a column which is not about consent say too little by themselves.
NEEDS_CONTEXT = ("weak_refusal", "wrong", "only", "dead")


VERDICT_SCHEMA: dict[str, pl.DataType] = {"phone": pl.String(), "email": pl.String(), "empty": pl.Boolean()}


class Verdict(NamedTuple):
    """What a cell says about calls and about e-mails; None: nothing. `empty`: nothing is written there."""

    phone: Word | None = None
    email: Word | None = None
    empty: bool = False

    def __or__(self, other: object) -> "Verdict":
        """Return both together: a refusal wins, then what is unclear."""
        assert isinstance(other, Verdict)  # noqa: S101 - for the type checker
        return Verdict(_stronger(self.phone, other.phone), _stronger(self.email, other.email))


NOTHING = Verdict()
EMPTY = Verdict(empty=True)


def _stronger(one: Word | None, other: Word | None) -> Word | None:
    return next((word for word in ("refused", "unclear", "permitted") if word in (one, other)), None)


def is_date(cell: str) -> bool:
    """Return whether a cell is a year or a date and nothing else."""
    if YEAR_OR_DATE.fullmatch(cell) is None:
        return False
    word = re.search(r"[^\W\d_]{3,}", cell)
    return (
        word is None
        or not (word.start() == 0 or cell[: word.start()].strip(" .").isdigit())
        or any(month.startswith(fold(word[0])) for month in MONTHS)
    )


def judge_cells(cells: pl.Series, column: ConsentColumn) -> pl.DataFrame:
    """Judge the cells of a column, each distinct one once.

    Args:
        cells: Text as it is written in the file, or null.
        column: What the column is.

    Returns:
        A row a cell: `phone` and `email` (refused, permitted, unclear or null), `empty` (true where nothing is said, else false or null).
    """
    if column.addresses:
        cells = cells.to_frame("cell").select(pl.when(~pl.col("cell").str.contains(AN_ADDRESS)).then("cell")).to_series()
    elif column.direction != "stated":  # every date says the same, and a column of moments has a distinct one in each row
        cells = (
            cells.to_frame("cell")
            .select(pl.when(pl.col("cell").str.contains(PLAIN_DATE)).then(pl.lit(A_DATE)).otherwise("cell"))
            .to_series()
        )
    if column.direction == "stated" and not column.restriction and not column.register and not column.explained and not column.ways:
        worded = CODED if column.lenient else WORDED
        filled = cells.filter(cells.str.contains(worded).fill_null(value=False))  # ids and numbers state nothing
        start = filled.head(4096)
        filled = filled if start.n_unique() > 0.9 * len(start) else filled.unique()  # where all differ, to find that out takes longest
        distinct = filled.filter(may_state(filled, lenient=column.lenient) | _may_be_code(filled, column)).unique()
    else:
        distinct = cells.unique().drop_nulls()
    verdicts = [(cell, *verdict) for cell, verdict in _judged(distinct.to_list(), column)]
    telling = [verdict for verdict in verdicts if any(verdict[1:])]
    if not telling:
        return pl.DataFrame({name: pl.Series([None], dtype=dtype).new_from_index(0, len(cells)) for name, dtype in VERDICT_SCHEMA.items()})
    told = pl.DataFrame(telling, schema={"cell": pl.String, **VERDICT_SCHEMA}, orient="row")
    return cells.alias("cell").to_frame().join(told, on="cell", how="left", maintain_order="left").drop("cell")


def judge_pairs(frame: pl.DataFrame, columns: Mapping[str, ConsentColumn]) -> pl.DataFrame:
    """Judge cells of which each names the column that it answers.

    Args:
        frame: `question` and `answer`, text or null.
        columns: What the questions are as columns; the answers to others say nothing.

    Returns:
        As `judge_cells`.
    """
    asked = frame.filter(pl.col("question").is_in(list(columns)) & pl.col("answer").is_not_null()).unique()
    told = pl.DataFrame(
        [(question, answer, *judge(answer, columns[question])) for question, answer in asked.rows()],
        schema={"question": pl.String, "answer": pl.String, **VERDICT_SCHEMA},
        orient="row",
    )
    return frame.join(told, on=["question", "answer"], how="left", maintain_order="left").select(list(VERDICT_SCHEMA))


def _may_be_code(cells: pl.Series, column: ConsentColumn) -> pl.Series:
    """Return which cells of a column of codes may be one that says something by itself, or the error of a formula."""
    if not (column.lenient or column.reasons):
        return pl.Series([False]).new_from_index(0, len(cells))
    return (cells.str.len_chars() <= MAX_CODE) | cells.str.starts_with("#")


def _judged(cells: list[str], column: ConsentColumn) -> list[tuple[str, Verdict]]:
    """Judge the distinct cells of a column. "O" is "oui" where there is an "N", "out" where there is an "I"."""
    keys = {answer_key(cell) for cell in cells} if column.direction in ("permission", "either") else set()
    verdicts = [(cell, judge(cell, column)) for cell in cells]
    if "o" not in keys or "n" in keys:
        return verdicts
    letter = _of(column, "refused" if "i" in keys else "unclear")
    return [(cell, letter if answer_key(cell) == "o" else verdict) for cell, verdict in verdicts]


@lru_cache(maxsize=1)
def _stems() -> tuple[str, str, str]:
    """Return patterns over folded text: words that refuse by themselves, negations, what they may be about."""
    words = load_vocabulary().words

    def pattern(*names: str, shortest: int = 3) -> str:
        found = {r"[^a-z0-9]*".join(map(re.escape, plain_words(word))) for name in names for word in words[name]}  # type: ignore[index]
        return "|".join(sorted(stem for stem in found if len(stem) >= shortest))

    alone = "|".join(map(re.escape, answers()["alone"] | answers()["removal_codes"]))
    return (
        f"{pattern('refusal')}|{CROSSES}|[📵🚫]|\\b(?:{pattern('register', 'dead', 'wrong', 'only')})\\b|^(?:{alone})$",
        f"\\b(?:{pattern('negation', shortest=2)})|(?:{pattern('weak_refusal', 'ended')})",
        f"(?:{pattern('phone', 'contact', 'phone_past', 'contact_past', 'permission', 'law')}|\\btm\\b)",
    )


def may_state(cells: pl.Series, *, lenient: bool = False, permits: bool = False) -> pl.Series:
    """Return which cells may state a refusal: a cheap look that lets too many through, never too few.

    Args:
        cells: Text or null.
        lenient: Whether they are of a column of short codes.
        permits: Whether those that may state a permission are let through as well.
    """
    alone, negation, about = _stems()
    folded = cells.str.replace_all("['’`´‘]", "").str.to_lowercase()
    odd = folded.str.contains("[^ -~]").fill_null(value=False)
    if odd.any():  # decomposing letters takes longer than all that follows
        plain = folded.filter(odd).str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
        folded = folded.scatter(odd.arg_true(), plain)
    folded = folded.str.replace_all(r"_|(\p{L})(\d)", "$1 $2")
    states = folded.str.contains("|".join((alone, PASSED_IN, DENIED, OF_THE_DEAD, BUT_CALLS)))
    if permits:
        states |= folded.str.contains(about)
    return states | (folded.str.contains(negation) if lenient else folded.str.contains(about) & folded.str.contains(negation))


@lru_cache(maxsize=50_000)
def judge(cell: str, column: ConsentColumn) -> Verdict:
    """Judge one cell of a column. What a cell of a column of e-mails or of post states about calls is heard as well: "Do Not Mail: Deceased"."""
    verdict = _judge(cell, column)
    if column.direction == "stated" or "phone" in column.channels or len(cell) < MIN_WORD:
        return verdict
    stated = replace(column, direction="stated", unnamed=column.channels, lenient=False, present=False, register=False)
    return Verdict(_judge(cell, stated).phone or verdict.phone, verdict.email, verdict.empty)


def _judge(cell: str, column: ConsentColumn) -> Verdict:  # noqa: C901, PLR0911, PLR0912 - a line a kind of answer
    cell = cell.strip()[:MAX_CELL]
    key = answer_key(cell.strip(";,. []{}()\"'")) or answer_key(cell.strip("[]{}()\"' "))
    if key in column.yes or key in column.no:
        return _answer(column, yes=key in column.yes)
    if column.direction == "stated":
        return _stated(cell, key, column)
    known = answers()
    if (column.dead and key in LIVING) or (column.direction == "refusal" and key in ALLOWED):
        return _of(column, "permitted")
    if column.direction == "refusal" and key in known["lifted"]:
        return _of(column, "permitted")
    if column.hours and HOUR.fullmatch(key):
        return NOTHING
    if column.wrong and NUMBER.search(cell) and not is_date(cell):
        return NOTHING  # "Old Phone": that number is not called; the person's other one is
    if key in known["none"] and column.direction == "permission" and column.strict:
        return _of(column, "refused")
    if key in known["empty"]:
        return EMPTY
    if key in known["no"]:
        return _answer(column, yes=False)
    if len(cell) <= MAX_DATED and (dated := DATED.fullmatch(cell)) and is_date(dated[2]) and not is_date(cell):
        return judge(dated[1], column)  # "No 12/03/2021": an answer with its date
    if column.direction == "refusal" and len(key) > 6 and NUMBER.fullmatch(cell) and not is_date(cell):
        return _of(column, "refused")  # "Do Not Call Number"
    if (leading := LEADING.match(cell)) and column.present and answer_key(leading[1]) in known["no"]:
        return _answer(column, yes=False)
    if column.present:
        return _present(cell, column)
    if key in known["yes"] or key in EVERY or is_date(cell):
        return _answer(column, yes=True)
    if column.register and (key in known["listed"] or key in known["unlisted"]):
        return _answer(column, yes=key in known["listed"])
    if column.direction != "refusal" and key in known["granted"] | known["refused"]:
        return _of(column, "permitted" if key in known["granted"] else "refused")
    return _worded(cell, column)


def _answer(column: ConsentColumn, *, yes: bool) -> Verdict:
    if column.direction == "either":
        return _of(column, "unclear")
    refused = yes == (column.direction in ("refusal", "stated"))
    return _of(column, "refused" if refused else "permitted")


def _of(column: ConsentColumn, word: Word) -> Verdict:
    return _about(column.channels, word)


def _about(channels: frozenset[str], word: Word) -> Verdict:
    every = "contact" in channels
    return Verdict(word if every or "phone" in channels else None, word if every or "email" in channels else None)


def _present(cell: str, column: ConsentColumn) -> Verdict:
    """Judge a reason, a date or a source of a refusal: that there is one is the refusal."""
    said = read_statement(cell)
    channels = said.channels - {"fax", "contact"}  # "Contact" is who said so
    if channels and not said.unknown and not column.named:
        return _about(channels, "refused")
    return _of(column, "refused")


def _worded(cell: str, column: ConsentColumn) -> Verdict:
    """Judge a cell of a column of consent that is no bare answer."""
    if column.direction == "permission" and PENDING.search(fold(cell)):
        return _of(column, "unclear")
    verdict = _pairs(cell, column) or _of_words(cell, column)
    if column.strict and column.channels == {"phone"} and verdict.phone is None and not verdict.empty:
        return _of(column, "unclear")  # it says something, and not about calls
    return verdict


def _of_words(cell: str, column: ConsentColumn) -> Verdict:
    if (leading := LEADING.match(cell)) and (key := answer_key(leading[1])) in answers()["yes"] | answers()["no"]:
        return _explained(_answer(column, yes=key in answers()["yes"]), leading[2], column)
    if not set("|;\n") & set(cell):
        whole = _words(cell, column)
        if whole is not None:
            return whole
    parts = [part for part in SEPARATORS.split(cell) if part]
    if len(parts) > 1:
        listed = _listed(parts, column)
        if listed is not None:
            return listed
        verdicts = [judge(part, column) for part in parts]
        joined = verdicts[0]
        for verdict in verdicts[1:]:
            joined = joined | verdict
        return joined
    return _of(column, "unclear") if column.strict else NOTHING


def _explained(answer: Verdict, rest: str, column: ConsentColumn) -> Verdict:
    """Return an answer with what stands after it: words after a "yes" or a "no" may refuse, and take no refusal back.

    In a column of several channels a list of channels says which ones the answer is about ("Yes (e-mail)").
    """
    rest = rest.strip(" ().")
    how = any(token.text in SAID_BY for token in tokens_of(rest))
    if column.direction == "permission" and how and answer.phone == "permitted" and read_statement(rest).polarity != "refusal":
        return answer
    if column.direction == "refusal" and len(column.channels) > 1 and not how:
        listed = _listed([part for part in SEPARATORS.split(rest) if part], column)
        if listed is not None and answer.phone == "refused":
            return listed
    if (
        column.direction == "refusal"
        and answer.phone == "permitted"
        and (said := read_statement(rest)).polarity
        and said.strength == "weak"
    ):
        return answer  # "No (removed 3/2/20)"
    key = answer_key(rest)
    explained = (
        _answer(column, yes=key in answers()["yes"])
        if key in answers()["yes"] | answers()["no"]
        else _pairs(rest, column) or _words(rest, column)
    )
    if explained is not None:
        return answer | explained
    narrowed = read_statement(rest).has("condition", "only") and answer.phone != "refused"
    return _of(column, "unclear") if narrowed else answer


def _pairs(cell: str, column: ConsentColumn) -> Verdict | None:
    """Judge answers by channel ("Email: Y, Phone: N"); None where a part of the cell is none."""
    found = NOTHING
    for piece in cell.split() if ASSIGNED.fullmatch(cell) else PIECES.split(cell):
        match = PAIR.fullmatch(piece.strip(" .()[]{}"))
        if match is None:
            return None
        named, key = read_statement(match[1], trailing=False), answer_key(match[2].strip("\"'.()[]"))
        if ASSIGNED.fullmatch(piece):
            key = {"in": "yes", "out": "no"}.get(key, key)  # "phone:out"
        yes = key in answers()["yes"] | OK
        if not named.channels or named.polarity or named.unknown or not (yes or key in answers()["no"]):
            return None
        refused = yes and key not in OK if column.direction == "refusal" else not yes
        found = found | _about(named.channels, "refused" if refused else "permitted")
    return found


def _words(cell: str, column: ConsentColumn) -> Verdict | None:  # noqa: PLR0911 - a line a kind of statement
    """Judge a cell by what it states; None where it states nothing for certain."""
    said = read_statement(cell)
    channels = _named(said) or column.channels
    if (
        column.direction == "permission"
        and said.classes
        and said.classes <= {"condition", "digits", "filler", "preference", "only", "date"}
        and said.has("condition")
    ):
        return _about(channels, "permitted")  # "evenings": when, not whether
    if said.has("other_person") or (said.has("condition") and said.strength != "strong"):
        return None
    if said.polarity == "refusal":
        return _about(channels, "refused")
    if column.direction == "refusal" and not _lifts(cell, said, column):
        return (
            None if said.polarity or said.has("modal") or said.only else _listed([part for part in SEPARATORS.split(cell) if part], column)
        )
    if said.polarity == "permission":
        return _about(channels, "permitted")
    if said.has("modal") and not said.unknown:
        return _about(channels, "permitted")
    if said.only and said.channels:
        return Verdict("permitted" if "phone" in said.channels else "refused", "permitted" if "email" in said.channels else "refused")
    return _listed([part for part in SEPARATORS.split(cell) if part], column)


def _lifts(cell: str, said: Statement, column: ConsentColumn) -> bool:
    """Return whether a statement in a column of refusal allows contact: calls, or by a word such as "opted in" or "not opted out".

    "Accepted" may be the refusal that was accepted, "GDPR form" the form in which it was made.
    """
    if said.polarity != "permission" or said.unknown or said.only:
        return False
    allowed = said.channels & (column.channels | {"contact"})
    return bool(allowed) or said.has("negation") or any(token.has("permission") and token.text not in LAWS for token in tokens_of(cell))


def _listed(parts: list[str], column: ConsentColumn) -> Verdict | None:
    """Judge a list of channels: in a column of refusal those refused, in one of permission those allowed."""
    said = [read_statement(part) for part in parts]
    if not said or any(
        one.polarity
        or one.unknown
        or not one.channels
        or not one.classes <= {"filler", "contact", "phone", "device", "email", "sms", "post", "fax"}
        for one in said
    ):
        return None
    channels = frozenset(channel for one in said for channel in one.channels)
    if column.direction == "refusal" and (
        len(column.channels) == 1 or any(token.text in SAID_BY for part in parts for token in tokens_of(part))
    ):
        return _about(channels & column.channels, "refused") if channels & column.channels else None
    if column.direction == "refusal":
        listed = _about(channels, "refused")
        return Verdict(
            listed.phone or ("permitted" if "phone" in column.channels else None),
            listed.email or ("permitted" if "email" in column.channels else None),
        )
    if column.direction != "permission":
        return _of(column, "unclear") if column.strict else NOTHING
    listed = _about(channels, "permitted")
    # What is not in the list was not allowed, and not refused either.
    lacking: Word | None = "unclear" if column.strict else None
    return Verdict(
        listed.phone or (lacking if "phone" in column.channels else None), listed.email or (lacking if "email" in column.channels else None)
    )


def _named(said: Statement) -> frozenset[str]:
    return said.channels or frozenset({"contact"} if said.has("dead") else ())


def _stated(cell: str, key: str, column: ConsentColumn) -> Verdict:  # noqa: C901, PLR0911, PLR0912 - a line a kind of cell
    """Judge a cell of a column that is not of consent: only a statement of a refusal counts."""
    if column.organisation and _is_organisation(cell):
        return NOTHING
    if column.subscription and (not column.named or column.channels == BOTH) and key in UNSUBSCRIBED:
        return _about(column.unnamed if "email" not in column.unnamed else frozenset({"email"}), "refused")
    if column.reasons and key in answers()["dead_codes"]:
        return Verdict("refused", "refused")
    if column.explained and not column.explained.isdisjoint(map(answer_key, CODES.split(cell))):
        return _of(column, "unclear")
    cell = NUMBER_OF.sub(r"\1 number", cell)
    if not cell or key in answers()["empty"] or (key in answers()["no"] and not (column.hours and key in answers()["never"])):
        return EMPTY if not cell or key in answers()["empty"] else NOTHING
    if column.hours and key in answers()["never"]:
        return _about(frozenset({"phone"}), "refused")  # "Best time to call: never"
    if column.restriction and (key in answers()["yes"] or key in EVERY):
        return _of(column, "refused")
    if column.restriction and is_date(cell):
        return _of(column, "unclear")  # since when, of which nothing says what
    if column.register and key in answers()["listed"]:
        return _of(column, "refused")
    if column.lenient and (coded := _coded(cell, key, column)) is not None:
        return coded
    if column.embedded:
        return _embedded(cell, column)
    assigned = _assigned(cell) or (_pairs(cell, column) if column.lenient or PIECES.search(cell) or "false" in key else None)
    if assigned is not None:
        phone, email, _ = assigned
        return Verdict("refused" if phone == "refused" else None, "refused" if email == "refused" else None)
    parts = [part for part in SEPARATORS.split(cell) if part]
    if column.ways and (listed := _listed(parts, replace(column, direction="permission", channels=BOTH, strict=True))) is not None:
        return listed
    if column.restriction and (listed := _listed(parts, replace(column, direction="refusal"))) is not None:
        return listed
    clauses = _clauses(parts) if len(parts) > 1 else None
    if clauses is not None:
        return clauses
    whole = _refusal(cell, column)
    if whole is not None and (whole.phone == "refused" or not HARD_SEPARATORS.search(cell)):
        return whole
    # "Told us in June: do not call any more": what stands after the colon is a statement by itself.
    split = [piece for part in parts if ": " in part for piece in part.split(": ", 1)]
    found, of_another = whole or NOTHING, read_statement(cell).has("other_person")
    for part in [*(parts if len(parts) > 1 else ()), *split]:
        if of_another and read_statement(part).classes <= {"dead", "filler"}:
            continue  # "in memory of John (deceased)"
        verdict = _refusal(part, column)
        if verdict is not None:
            found = found | verdict
    if found == NOTHING and column.restriction and not any(_is_understood(part) for part in parts):
        return _of(column, "unclear")
    if found == NOTHING and column.coded and any(_is_blocked(part) for part in parts or [cell]):
        return _of(column, "unclear")  # an account may be blocked for many reasons
    if found == NOTHING and column.lenient and _holds_refusing_tag(cell):
        return _of(column, "unclear")
    return found


def _holds_refusing_tag(cell: str) -> bool:
    """Return whether one of several tags that only blanks stand between refuses by itself: "GoneAway Deceased", "VIP NoCalls"."""
    words = cell.split()
    said = read_statement(cell)
    if not 1 < len(words) <= MAX_TAGS or said.polarity != "refusal" or said.has("other_person", "harmless", "checked"):
        return False
    return any(_is_refusing_tag(word) for word in words)


def _is_refusing_tag(word: str) -> bool:
    tokens = tokens_of(word)
    if not tokens or any(token.has("unknown") for token in tokens):
        return False
    said = read_statement(word)
    return any(token.text in DECEASED for token in tokens) or (
        said.polarity == "refusal"
        and said.strength != "weak"
        and said.has("refusal", "register", "negation")
        and (not said.channels or bool(said.channels & {"phone", "contact"}))
    )


def _is_organisation(cell: str) -> bool:
    """Return whether a cell is the name of an organisation that is written like a register: "DNC", "DNC Services Corp"."""
    words = plain_words(cell)
    acronyms = acronym_words()
    return (not acronyms["register"].isdisjoint(words) and all(word in acronyms["register"] or word in FILLING for word in words)) or (
        not acronyms["register"].isdisjoint(words)
        and not acronyms["organisation"].isdisjoint(words)
        and NOT_OF_ORGANISATIONS.isdisjoint(words)
    )


def _clauses(parts: list[str]) -> Verdict | None:
    """Judge a cell of which one part refuses and another one allows ("phone: opted in, email: opted out"); None where a part does neither."""
    said = [read_statement(part) for part in parts]
    allows = [
        one.polarity == "permission" or (one.only and bool(one.channels)) or one.has("preference") or answer_key(part) in ALLOWED_CALL
        for one, part in zip(said, parts, strict=True)
    ]
    refuses = [one.polarity == "refusal" for one in said]
    if (
        not any(allows)
        or not all(a or b for a, b in zip(allows, refuses, strict=True))
        or any(one.unknown or one.has("condition") for one in said)
    ):
        return None
    found = NOTHING
    for one, refused in zip(said, refuses, strict=True):
        if refused:
            found = found | _about(one.channels or frozenset({"contact"}), "refused")
        elif one.only and one.channels and "phone" not in one.channels:
            found = found | _about(frozenset({"phone"}), "refused")
    return found


def _coded(cell: str, key: str, column: ConsentColumn) -> Verdict | None:  # noqa: PLR0911 - a line a kind of code
    """Judge a code that says something by itself; None where it is none."""
    known = answers()
    if key in known["alone"]:
        return _about(column.unnamed, "refused")
    if column.named and ERROR.fullmatch(cell):
        return _of(column, "unclear")
    if column.solicits and key in known["no_phone_codes"] | known["no_contact_codes"]:
        return _about(frozenset({"phone" if key in known["no_phone_codes"] else "contact"}), "refused")
    if (column.outcome or column.status) and key in known["wrong_codes"]:
        return _about(frozenset({"phone"}), "refused")
    if column.restriction and key in known["lifted"]:
        return NOTHING
    if key in known["removal_codes"] and (column.outcome or column.of_people):
        return _about(column.unnamed, "refused") if column.outcome else _of(column, "unclear")
    return None


def _is_blocked(part: str) -> bool:
    """Return whether a status says that somebody is blocked, and not from what."""
    said = read_statement(part)
    return said.has("blocked") and said.polarity == "refusal" and not said.classes - {"blocked", "weak_refusal", "bare", "filler", "code"}


def _assigned(cell: str) -> Verdict | None:
    """Judge answers to questions that a cell repeats; None where it has none about consent."""
    found: Verdict | None = None
    for question, answer in ASSIGNMENT.findall(cell):
        column, key = read_column(question), answer_key(answer)
        if column is None or column.direction not in ("refusal", "permission") or key not in answers()["yes"] | answers()["no"]:
            continue
        said = _answer(column, yes=key in answers()["yes"])
        found = said if found is None else found | said
    return found


def _embedded(cell: str, column: ConsentColumn) -> Verdict:
    """Judge a name or an address: only a remark that stands apart from it, or in capitals, is no part of it."""
    remarks = [part.strip() for part in REMARK.split(cell)]
    capitals = CAPITALS.search(cell)
    if capitals and column.job and capitals[0] == "DNC" and NOT_OF_ORGANISATIONS.isdisjoint(plain_words(cell)):
        is_employer = AT_THE_DNC.search(cell) or not acronym_words()["organisation"].isdisjoint(plain_words(cell))
        return NOTHING if is_employer else _about(column.unnamed, "unclear")
    # One short word may be a name: "Tod, Anna", "Anna (Mort)".
    apart = [part for part in remarks if len(part) >= MIN_REMARK or " " in part or fold(part).strip(".") in SHORT_REMARKS]
    if capitals or re.search(CROSSES, cell) or ESTATE.match(fold(cell)):
        return _about(column.unnamed, "refused")
    for remark in apart:
        said = read_statement(A_YEAR.sub("", remark))
        plain = not said.unknown and not said.has("other_person", "other_purpose", "condition", "digits")
        if (
            plain
            and said.polarity == "refusal"
            and said.strength != "weak"
            and (said.has("refusal", "register", "dead") or said.channels & {"phone", "contact"})
        ):
            return _about(_named(said) or column.unnamed, "refused")
    return NOTHING


def _is_understood(part: str) -> bool:
    """Return whether a restriction that is not about calls is about something that is known: letters, other people, acknowledgements."""
    said = read_statement(part)
    known = said.channels - {"phone", "contact"}
    return (
        bool(known)
        or said.has("other_purpose")
        or (said.has("condition") and said.polarity is None and not said.unknown)
        or not said.classes - {"filler", "code", "harmless", "digits"}
        or said.polarity == "permission"
        or (said.has("harmless", "preference") and said.polarity is None and not said.only)
    )


def _refusal(cell: str, column: ConsentColumn) -> Verdict | None:  # noqa: PLR0911 - a line a kind of statement
    """Return what a statement of a refusal is about; None where the cell is none, or says more than that."""
    if ALL_BUT_CALLS.fullmatch(fold(cell)):
        return _about(frozenset({"phone"}), "refused")
    if len(cell) <= MAX_STATEMENT and EXCEPTED.search(cell) and _is_of_the_person(cell):
        return _of(column, "unclear") if "phone" in column.unnamed | column.channels else _about(frozenset({"phone"}), "unclear")
    if not column.lenient and (len(cell) > MAX_STATEMENT or not all_known(cell)):
        return None  # most notes end here, at a tenth of what reading them costs
    said = read_statement(cell)
    if said.has("other_person", "other_purpose") or (
        said.has("wrong") and said.has("condition") and not said.has("refusal", "register", "dead")
    ):
        return None  # of another person, or a number that was corrected
    if said.has("checked") and not said.has("refusal", "dead") and said.strength == "strong":
        return None  # "DNC scrubbed"
    if said.only and said.channels and not said.unknown and not said.has("condition") and said.polarity is None:
        return Verdict(None if "phone" in said.channels else "refused", None)
    several = len([part for part in SEPARATORS.split(cell) if part]) > 1
    if (
        column.lenient
        and not several
        and said.has("register")
        and said.unknown
        and said.strength == "strong"
        and not said.has("measure", "condition")
    ):
        return _about(
            _named(said) or column.unnamed, "unclear"
        )  # "dnc_q3_upload": it names the list, and says more than that somebody is on it
    if said.polarity != "refusal" or not _is_plain(said, cell, column):
        return None
    channels = _named(said) or column.unnamed
    if (
        channels == {"phone"}
        and column.named
        and "phone" not in column.channels
        and not said.has("negation", "register", "phone", "phone_past")
    ):
        channels = column.channels
    return _about(channels, "refused") if channels & {"phone", "email", "contact"} else NOTHING


def _is_of_the_person(cell: str) -> bool:
    """Return whether a text that is not understood whole names no other person, and is no plain statement."""
    said = read_statement(cell)
    return said.unknown and not said.has("other_person", "other_purpose", "harmless")


def _is_plain(said: Statement, cell: str, column: ConsentColumn) -> bool:  # noqa: PLR0911 - a line a kind of statement
    """Return whether the refusal is all that a text says, or in a column of short codes the plain part of it."""
    if said.strength == "weak":
        return (
            column.lenient
            and not said.unknown
            and not said.has("measure", "code", "subscription")
            and said.has("weak_refusal")
            and (
                (column.named and column.channels == {"phone"})
                or (column.solicits and said.has("blocked"))
                or (column.status and column.named and "phone" in column.channels and not column.restriction)
            )
        )
    if (
        column.outcome
        and said.strength == "negated"
        and "contact" in said.channels
        and not _is_order(cell)
        and not UNASKED.search(fold(cell))
    ):
        return False  # nobody was reached
    if said.strength == "negated":
        if said.has("condition", "measure") or (said.channels and not said.channels & {"phone", "contact"} and said.unknown):
            return False
        return not said.unknown or (column.lenient and not BY_NAME.search(cell))
    if said.has("dead", "wrong", "register") and not said.has("refusal"):
        if said.has("wrong") and not said.wrong_number:
            return column.named and column.channels == {"phone"} and not said.unknown
        return not said.unknown
    return not said.unknown or column.lenient


def _is_order(cell: str) -> bool:
    """Return whether a refusal of contact is an order ("do not contact", "ne pas contacter"), no report that nobody was reached."""
    return any(token.text in ORDERS for token in tokens_of(cell))
