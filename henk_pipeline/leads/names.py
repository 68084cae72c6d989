"""Names: all capitals and all small letters mended, full names split. Nothing in this module guesses a name from another field."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

import polars as pl

from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.given_names import gender_of_name, generation_of, is_name_too, title_of_another
from henk_pipeline.leads.name_words import hard_names, load_name_words, plain
from henk_pipeline.leads.text import over_distinct
from henk_pipeline.settings import word_list

if TYPE_CHECKING:
    from nameparser.config import Constants

# Particles of family names; small in the middle of a name, and at its start where the whole name shouts ("VAN DER BERG").
PARTICLES = {
    "van", "von", "der", "den", "de", "het", "ter", "ten", "te", "zu", "zum", "zur", "vom", "am", "la", "le", "du", "des", "da", "das",
    "do", "dos", "di", "del", "della", "dei", "y", "e", "af", "av", "bin", "ibn", "al", "el",
}  # fmt: skip
NUMERALS = {"ii", "iii", "iv", "vi", "vii", "viii", "ix"}
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
MAX_CREDENTIAL = 6
DECEASED = {"late", "estate"}  # "The Late John Smith" is a person
LATE = re.compile(r"(?i)^\s*the\s+late\s+(?=\w)")
POSSESSIVE = re.compile(r"[^\W\d_]{2}['’][sS](?=\s+\w|$)")
# "Maria y Jose Garcia": in "José Ortega y Gasset" the joint is of the family name.
SPANISH_PAIR = re.compile(r"^([^\W\d_]+) [yYeE] ([^\W\d_]+) (\S.*)$")
SLASHED_PAIR = re.compile(r"^([^\W\d_]{2,})\s*/\s*([^\W\d_]{2,})$")
ODD_FAMILY_NAME, ODD_GIVEN_NAME = r"[,(]|\S\s+\S", r"[(/&+.]|\S\s+\S"
MAX_SHORT = 3
MAX_EQUAL_NAMES, MAX_SHARE_OF_EQUAL_NAMES = 3, 0.02
MIN_WORDS_OF_LIKELY = 4
MIN_WORDS_OF_PHRASE = 3  # "John Smith the Elder": a name of two words stays
WORD = re.compile(r"[^\W\d_]+")
SHOUTED_OR_WHISPERED = r"^(?:[^\p{Ll}]*\p{Lu}[^\p{Ll}]+|[^\p{Lu}]*\p{Ll}[^\p{Lu}]*)$"
# "Ana Silva", "Silva, Ana": names that are split without the library.
TWO_WORDS = r"^(\p{L}[\p{L}'’-]+) (\p{L}[\p{L}'’-]+)$"
SIMPLE_TWO_WORDS = re.compile(r"^([^\W\d_][^\W\d_'’-]+) ([^\W\d_][^\W\d_'’-]+)$")
# Words before the name of a letter's addressee.
FORWARDED = re.compile(r"(?i)^\s*(?:c/o|attn\b\.?:?|attention:|z\.\s?hd\.?|z\.\s?h\.|zu händen|a/c)\s+(?=\w)")
# "Bob Hill; Sue Hill", "Bob / Sue Hill"
TWO_PEOPLE = re.compile(r"^([^\W\d_][^;/,]+?)\s*(?:;|\s/)\s+([^\W\d_][^;/,\s]+\s[^;/,]+)$")
# "Bob Hill c/o Sue Roe", "Bob Hill or current resident": the letter is Bob's.
BY_WAY_OF = re.compile(r"(?i)(?<=\w)\.?,?\s+(?:c/o|care of|z\.\s?hd\.?|attn\b\.?:?)\s+\w.*$|\s+or\s+(?:current\s+)?(?:resident|occupant)$")
# Small letters: "Or" is a given name, too.
OR = re.compile(r"(?<=\w)\s(?:or|oder)\s(?=[^\W\d_])")
SPANISH_TITLES = re.compile(
    r"(?i)^(?:(?:sr|sra|d|dña|don|doña|señor|señora)\.?\s+[ye]\s+)(?:sr|sra|d|dña|don|doña|señor|señora)\.?\s+(?=\w)"
)
LAST_FIRST = r"^(\p{L}[\p{L}'’ -]+), ?(\p{L}[\p{L}'’-]+)$"


def with_names_that_look_empty(cells: pl.Series, written: pl.Series, others: pl.Series, *, family: bool) -> pl.Series:
    """Return names, those of people called Null or Na among them, which are written as words for nothing.

    Args:
        cells: Names without placeholders.
        written: The same cells as written.
        others: The other part of each name, without placeholders: without it the word is one for nothing.
        family: Whether the names are family names.
    """
    names = load_cell_words().names
    bare = written.str.strip_chars()
    is_name = bare.is_in(names.surnames if family else names.given_names) & others.is_not_null()
    # A word that fills a good part of a column stands for nothing.
    if not is_name.any() or is_name.sum() > max(MAX_EQUAL_NAMES, MAX_SHARE_OF_EQUAL_NAMES * len(cells)):
        return cells
    return bare.zip_with(is_name.fill_null(value=False), cells).alias(cells.name)


def are_names_that_look_empty(given: pl.Series, family: pl.Series) -> pl.Series:
    """Return where both parts of a name are names that are written as different words for nothing: "Nan", "None" (Boolean, never null)."""
    names = load_cell_words().names
    given, family = given.str.strip_chars(), family.str.strip_chars()
    return (given.is_in(names.given_names) & family.is_in(names.surnames) & (given != family)).fill_null(value=False)


def is_salutation(cells: pl.Series) -> pl.Series:
    """Return where a title is a form of address ("Mr.", "Dr. and Mrs.") and no job (never null)."""

    def read(some: pl.Series) -> pl.Series:
        words = load_name_words().words
        salutations = {*words.titles, *words.joints} - {
            "judge",
            "justice",
            "senator",
            "pastor",
            "rabbi",
            "bishop",
            "professor",
            "captain",
            "doctor",
        }
        return pl.Series([cell is not None and all(plain(word) in salutations for word in cell.split()) for cell in some], dtype=pl.Boolean)

    return over_distinct(cells, read)


def mended_case(names: pl.Series, *, family: bool) -> pl.Series:
    """Return names in all capitals or all small letters as people write them ("McDonald", "van der Berg", "O'Brien"); others as they are.

    Args:
        names: The names.
        family: Whether they are family names, in which a particle at the start is written small.
    """

    def of(some: pl.Series) -> pl.Series:
        odd = some.str.contains(SHOUTED_OR_WHISPERED)
        if not odd.any():
            return some
        mended = pl.Series([mend(name, family=family) for name in some.filter(odd)], dtype=pl.String)
        return some.scatter(odd.arg_true(), mended)

    return over_distinct(names, of)


def mend(name: str, *, family: bool, shouts: bool = False) -> str:
    """Return a name in all capitals or all small letters as people write it. Initials ("J.R.", "JR") stay.

    Args:
        name: The name.
        family: Whether it is a family name.
        shouts: Whether it was in capitals before "and" was put between two people.
    """
    if shouts:
        return " and ".join(mend(part, family=family) for part in name.split(" and "))
    if len(name) <= 2 or re.fullmatch(r"(?:\w\.\s?)+\w?\.?", name):
        return name.upper() if len(name) == 1 else name
    words = name.split(" ")
    return " ".join(_mend_word(word, first=number == 0, family=family, alone=len(words) == 1) for number, word in enumerate(words))


def _mend_word(word: str, *, first: bool, family: bool, alone: bool) -> str:
    low = word.lower()
    if low in NUMERALS and (not first or alone):
        return word.upper()
    if low in load_name_words().organisations.capitals or re.fullmatch(r"\w{1,2}&\w{1,2}", low):
        return word.upper()
    if ORDINAL.fullmatch(low):
        return low
    if low in PARTICLES and not alone and (not first or family):
        return low
    capital = WORD.sub(lambda match: match.group()[0].upper() + match.group()[1:].lower(), word)
    # "o'brien", "d'angelo", "mcdonald"; an s after the apostrophe is no name.
    capital = re.sub(r"(['’])S\b", r"\1s", capital)
    return re.sub(r"\bMc([a-z])(?=[a-z])", lambda match: "Mc" + match.group(1).upper(), capital)


def split_full_names(names: pl.Series) -> pl.DataFrame:
    """Split full names: "Ana Silva", "Silva, Ana", "Dr. Ana María van der Berg Jr.".

    Titles and credentials are left out. A single word is a last name, and so is a name that cannot be split (organisations, two people of
    different names). The two commonest forms are read without nameparser.

    Args:
        names: Full names (String).

    Returns:
        `first_name` and `last_name` (String) of each.
    """
    frame = pl.DataFrame({"name": names})
    name = pl.col("name")
    simple = frame.select(
        pl.coalesce(name.str.extract(TWO_WORDS, 1), name.str.extract(LAST_FIRST, 2)).alias("first_name"),
        pl.coalesce(name.str.extract(TWO_WORDS, 2), name.str.extract(LAST_FIRST, 1)).alias("last_name"),
        name.str.contains(hard_names()).alias("hard"),
    )
    hard = frame.select(name.is_not_null() & (simple["first_name"].is_null() | simple["hard"])).to_series()
    distinct = names.filter(hard).unique()
    parsed = [parse_name(full_name) for full_name in distinct]
    by_library = pl.DataFrame(
        {"name": distinct, "first": [first for first, _ in parsed], "last": [last for _, last in parsed]},
        schema={"name": pl.String, "first": pl.String, "last": pl.String},
    )
    joined = frame.with_columns(simple["first_name"], simple["last_name"], hard.alias("hard")).join(
        by_library, on="name", how="left", maintain_order="left"
    )
    return joined.select(
        pl.when("hard").then("first").otherwise("first_name").alias("first_name"),
        pl.when("hard").then("last").otherwise("last_name").alias("last_name"),
    )


def parse_name(name: str) -> tuple[str | None, str | None]:
    """Return the first and the last name in a cell; only a last name if the cell cannot be split."""
    name = re.sub(r"\s*\(([^()]*)\)", _with_generation, LATE.sub("", FORWARDED.sub("", name)))
    name = OR.sub(" and ", TWO_PEOPLE.sub(r"\1 and \2", BY_WAY_OF.sub("", name)))
    bare = re.sub(r"\s*\(.*?\)|\s*[\"“].*?[\"”]|,?\s+n[ée]e\s.*$", "", name).strip(" ,;") or name
    if is_organisation(bare):
        return None, re.sub(r",\s*(?=\w+\.?$)", " ", bare)
    couple = SPANISH_TITLES.sub("", bare)
    if couple != bare:
        return _person(couple) if _is_given_name(couple.split()[0]) else (None, couple)
    pair = _spanish_pair(bare) or _pair(bare)
    if pair is not None:
        return (mend(pair[0], family=False, shouts=True), pair[1]) if pair[0] and bare == bare.upper() else pair
    first, last = _person(bare)
    return (_with_title_of_another(bare, first) if first is not None and last is not None else first), last


def _with_title_of_another(name: str, first: str) -> str:
    """Return a given name with the title by which it is another person's: "Mrs. John Smith" is his wife."""
    before, _, behind = name.partition(",")
    titles = [word for part in (before, behind) for word in takewhile(_is_title, part.split())]
    title = title_of_another(titles, first) if titles else None
    return f"{title} {first}" if title else first


def relations_in_names(names: pl.Series) -> pl.Series:
    """Return the relation that stands behind a name, in brackets or behind a dash ("Tom Reed (son)"), unless it is read as a generation."""
    pattern = _relation_behind_name()
    if not names.str.contains(r"[(\[]|\s[-–—]\s").any():
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(names))
    return names.to_frame("n").select(pl.coalesce(pl.col("n").str.extract(pattern, 1), pl.col("n").str.extract(pattern, 2))).to_series()


@lru_cache(maxsize=1)
def _relation_behind_name() -> str:
    table = load_name_words().details
    words = {word for some in (*table.kin.values(), table.relations.men, table.relations.women) for word in some}
    behind = "|".join(sorted((re.escape(word) for word in words if not generation_of(word)), key=lambda word: (-len(word), word)))
    return rf"(?i)[(\[]\s*(?:the\s+)?({behind})\s*[)\]]|\s[-–—]\s+({behind})\s*$"


def titles_of_unisex_names(names: pl.Series) -> pl.Series:
    """Return the title of a man or a woman before a given name that says neither ("Mr." of "Mr. Robin Smith")."""
    pattern = _title_before_name()
    has_title = names.str.contains(pattern).fill_null(value=False)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(names))
    if not has_title.any():
        return nothing
    some = names.filter(has_title).str.extract_groups(pattern).struct.unnest()
    some.columns = ["title", "name"]
    is_clear = [gender_of_name(name) is not None or plain(name) in load_name_words().words.joints for name in some["name"]]
    return nothing.scatter(has_title.arg_true(), some.select(pl.when(~pl.Series(is_clear, dtype=pl.Boolean)).then("title")).to_series())


@lru_cache(maxsize=1)
def _title_before_name() -> str:
    words = load_name_words().words
    titles = sorted(words.women | words.men, key=lambda word: (-len(word), word))
    certain, doubtful = ("|".join(title for title in titles if (title in words.also_names) is also) for also in (False, True))
    return rf"(?i)^(?:[^,]+,\s*)?((?:{certain})\.?|(?:{doubtful})\.)\s+(?:dr\.?\s+|prof\.?\s+)*([^\s,.&+]{{2,}})"


def _with_generation(brackets: re.Match[str]) -> str:
    """Return a generation without its brackets ("Jean Dupont (père)"), anything else as it is."""
    return f" {brackets[1].strip()}" if generation_of(brackets[1]) else brackets[0]


def is_organisation(name: str) -> bool:
    """Return whether a name is an organisation's, a family's or an estate's."""
    words = [plain(word) for word in re.split(r"[\s,]+", name)]
    organisations = load_name_words().organisations
    written = re.split(r"[\s,]+", name)
    if _is_like_no_person(name, words):
        return True
    if any(
        word in organisations.certain and (len(word) > MAX_SHORT or _is_short_form(raw, name))
        for raw, word in zip(written[1:], words[1:], strict=True)
    ):
        return True
    if not any(word in organisations.likely for word in words):
        return False
    unlike_people = words[0] in {"the", "st", "saint", "first", "our"} or "of" in words or re.search(r"['’]s\b", name) is not None
    return unlike_people or len(words) >= MIN_WORDS_OF_LIKELY or (len(words) > 1 and words[-1] in {"family", "household"})


def _is_like_no_person(name: str, words: list[str]) -> bool:
    """Return whether a name has the form of an organisation's or a household's: "Bob's Auto Repair", "The Smiths", "Girl Scouts of America"."""
    organisations, people = load_name_words().organisations, load_name_words().words
    is_begun = words[0] in organisations.first_words and len(words) >= MIN_WORDS_OF_PHRASE
    is_closed = len(words) > 1 and (words[-1] in organisations.trades or any(word in organisations.legal_forms for word in words[1:]))
    is_of_all = words[0] == "the" and len(words) > 1 and words[1] not in {*people.titles, *DECEASED}
    is_household = is_of_all or (words[0] in people.households and len(words) > 1)
    is_titled = words[0] in people.titles and words[0] != "the"
    is_of_something = "of" in words[1:-1] and not is_titled and gender_of_name(words[0]) is None and words[0] != "the"
    return (
        is_begun
        or is_closed
        or is_household
        or is_of_something
        or (not is_titled and POSSESSIVE.search(name) is not None)
        or organisations.phrase_pattern.search(name) is not None
        or (len(words) == 1 and words[0] in organisations.capitals)
    )


def _is_short_form(word: str, name: str) -> bool:
    """Return whether a word of two or three letters is written as that of a company ("SA", "Co.", "& Co"), not as a surname ("Sa", "Co")."""
    return "." in word or " & " in name or (word.isupper() and name != name.upper())


def _pair(name: str) -> tuple[str | None, str | None] | None:
    """Return two people in a cell: their first names and the last name they share, else both as a whole; None for one person."""
    joints = "|".join(re.escape(joint) for joint in load_name_words().words.joints)
    last, comma, firsts = name.partition(",")
    reversed_name = bool(comma) and re.search(rf"\s(?:{joints})\s", firsts) is not None and not re.search(rf"\s(?:{joints})\s", last)
    sides = [side.strip() for side in re.split(rf"\s(?:{joints})\s", firsts if reversed_name else name, flags=re.IGNORECASE)]
    if len(sides) != 2:
        return None
    named = _named_side(sides)
    if named is not None:
        return _person(f"{last}, {named}") if reversed_name else _person(named)
    if reversed_name and "," not in sides[1]:
        (given, family), (other_given, other_family) = (_person(side) for side in sides)
        return f"{_given(given, family)} and {_given(other_given, other_family)}", last.strip()
    if reversed_name:  # "Quill, Ada & Rand, Bo"
        sides = [f"{last}, {sides[0]}", sides[1]]
    return _two_people(name, sides)


def _named_side(sides: list[str]) -> str | None:
    """Return the side of a pair that names somebody where the other is a title only ("Mr. & Mrs. John Smith", "Mme et M. Tom Quill")."""
    side, other = sides
    if all(_is_title_of_couple(word) for word in other.split()):
        return side
    if not all(_is_title_of_couple(word) for word in side.split()):
        return None
    words = other.split()
    return " ".join(words[1:]) if len(words) > 1 and _is_title_of_couple(words[0]) else other


def _two_people(name: str, sides: list[str]) -> tuple[str | None, str | None]:
    """Return the first names of two people and the last name they share; both as a whole where they do not, or where one is called by a title.

    Args:
        name: Both, as they are written.
        sides: Each of them.
    """
    (given, family), (other_given, other_family) = (_person(side) for side in sides)
    is_titled = any(_without_titles(side) != side for side in sides)
    if given is None and is_titled and (family == other_family or not _is_given_name(family or "")):  # "Mr. Smith and Jane Smith"
        return None, family if other_given is None and family == other_family else name
    if given is None:
        return (f"{family} and {other_given}", other_family) if other_given is not None else (None, f"{family} and {other_family}")
    if family == other_family:
        return (f"{given} and {other_given}", other_family) if other_given is not None else (None, name)
    return None, f"{given} {family} and {other_given} {other_family}" if other_given is not None else f"{given} {family} and {other_family}"


def _spanish_pair(name: str) -> tuple[str, str] | None:
    """Return two people whose given names are joined by "y" or "e" before the family name they share; None for anybody else."""
    match = SPANISH_PAIR.match(name)
    if match is None or gender_of_name(match[1]) is None or gender_of_name(match[2]) is None:
        return None
    return f"{match[1]} and {match[2]}", match[3]


def bare_family_names(names: pl.Series) -> pl.Series:
    """Return family names of a column of their own without credentials and remarks: "Whitlock, Jr." as "Whitlock Jr.", "Fox PhD" as "Fox"."""
    return _over_odd(names, ODD_FAMILY_NAME, _bare_family_name)


def bare_given_names(names: pl.Series) -> pl.Series:
    """Return given names of a column of their own without titles and nicknames, two people's joined by "and"."""
    return _over_odd(names, ODD_GIVEN_NAME, _bare_given_name)


def _over_odd(names: pl.Series, pattern: str, function: Callable[[str], str]) -> pl.Series:
    odd = names.filter(names.str.contains(pattern).fill_null(value=False)).unique()
    pairs = {name: bare for name in odd if (bare := function(name)) != name}
    return names.replace(pairs) if pairs else names


def _bare_family_name(name: str) -> str:
    if is_organisation(name):
        return name
    bare = _without_brackets(name)
    parts = [part.strip() for part in bare.split(",") if part.strip()]
    if not parts or any(not (generation_of(part) or _is_credential(part, parts[0])) for part in parts[1:]):
        return name
    family, generations = _without_ends(f"X {parts[0]}")  # of a name with a given name
    generations += [part for part in parts[1:] if generation_of(part)]
    return " ".join([family.removeprefix("X "), *generations])


def _bare_given_name(name: str) -> str:
    bare = SLASHED_PAIR.sub(r"\1 and \2", _without_brackets(name))
    joints = "|".join(re.escape(joint) for joint in load_name_words().words.joints)
    bare = re.sub(rf"(?i)(?<=\w)\.?\s(?:{joints})\s(?=\w)", " and ", bare) if not is_organisation(bare) else bare
    without = _without_titles(bare)
    return bare if without == bare or " and " in bare else _with_title_of_another(bare, without)


def _without_brackets(name: str) -> str:
    """Return a name without what stands in brackets or quotes, or is a name at birth; a generation stays."""
    name = re.sub(r"\s*\(([^()]*)\)", _with_generation, name)
    return re.sub(r"\s*\(.*?\)|\s*[\"“].*?[\"”]|,?\s+n[ée]e\s.*$", "", name).strip(" ;") or name


def _is_given_name(word: str) -> bool:
    """Return whether people bear a word as a given name."""
    borne, name = load_name_words().borne, plain(word)
    is_given_only = name in word_list("given_names.txt") and name not in word_list("family_names.txt")
    return gender_of_name(word) is not None or name in borne.names or name in borne.complete or is_given_only


def _given(first: str | None, last: str | None) -> str:
    return " ".join(part for part in (first, last) if part)


def _person(name: str) -> tuple[str | None, str | None]:
    """Return the first and last name of one person, without titles and credentials, the generation behind the last name."""
    parts = [part.strip() for part in name.split(",") if part.strip()]
    generations = [part for part in parts[1:] if generation_of(part)]
    parts = [part for number, part in enumerate(parts) if not number or not (part in generations or _is_credential(part, parts[0]))]
    ends = [_without_ends(part) for part in parts]
    generations += [generation for _, some in ends for generation in some]
    parts = [part for part, _ in ends if part]
    if len(parts) == 2 and all(_is_title(word) for word in parts[1].split()):
        parts = parts[:1]
    bare, is_last_first = _without_titles_behind(_without_titles(", ".join(parts)))
    if is_last_first:
        bare = " ".join(reversed(bare.split()))
    simple = SIMPLE_TWO_WORDS.match(bare)
    if simple is not None and simple[2].lower() not in PARTICLES and simple[1].lower() not in PARTICLES:
        return simple[1], " ".join((simple[2], *generations))
    from nameparser import HumanName  # noqa: PLC0415 - a millisecond a name, and most files have first and last names apart

    parsed = HumanName(bare, constants=_constants())
    first = " ".join(part for part in (parsed.title, parsed.first, parsed.middle) if part)
    family = " ".join(part for part in (parsed.last, parsed.suffix) if part)  # a single small letter is a suffix there
    last = " ".join(part for part in (family, *generations) if part)
    if not first and not last:
        return None, name
    return (first or None, last or None) if family else (None, " ".join((first, *generations)))


@lru_cache(maxsize=1)
def _constants() -> "Constants":
    """Return nameparser's vocabulary without titles and what follows names: "Soo Jin Ra" and "Royal Smith" lose none of their words."""
    from nameparser.config import Constants  # noqa: PLC0415 - with it

    return Constants(titles=(), first_name_titles=(), suffix_acronyms=(), suffix_not_acronyms=(), suffix_acronyms_ambiguous=())


def _without_titles(name: str) -> str:
    """Return a name without the titles before it, also after the comma of "Smith, Mr. John"."""
    before, comma, rest = name.partition(",")
    if comma:
        return f"{before}, {_without_titles(rest.strip())}"
    words, faculties = before.split(), load_name_words().words.faculties
    while (
        len(words) > 1
        and _is_title(words[0])
        and (words[0].endswith(".") or plain(words[0]) not in {*load_name_words().words.also_names, "me"} or len(words) > 2)
    ):
        is_doctor = plain(words[0]) in {"dr", "doctor"}
        words = words[1:]
        while is_doctor and len(words) > 1 and plain(words[0]) in faculties and (words[0].endswith(".") or words[0].islower()):
            words = words[1:]
    return " ".join(words)


def _without_titles_behind(name: str) -> tuple[str, bool]:
    """Return a name without the title behind it, and whether the family name of two words stands first ("Smith Jane Ms")."""
    words = name.split()
    if "," in name or len(words) == 1 or plain(words[-1]) not in load_name_words().words.titles_at_the_end:
        return name, False
    bare = words[:-1]
    return " ".join(bare), len(bare) == 2 and not _is_given_name(bare[0]) and _is_given_name(bare[1])


def _without_ends(part: str) -> tuple[str, list[str]]:
    """Return a part of a name without the generations and credentials at its end, and those generations."""
    words = part.split()
    generations: list[str] = []
    while len(words) > 1:
        phrase = " ".join(words[-2:])
        if len(words) > MIN_WORDS_OF_PHRASE and generation_of(phrase):
            generations.insert(0, phrase)
            words = words[:-2]
        elif generation_of(words[-1]) and (len(words) > 2 or not is_name_too(words[-1])):
            generations.insert(0, words.pop())
        elif len(words) > 2 and _is_credential(words[-1], part) and words[-1] != words[-1].lower():
            words.pop()
        else:
            break
    return " ".join(words), generations


def _is_title(word: str) -> bool:
    words = load_name_words().words
    return plain(word) in words.titles or plain(word) in words.titles_of_full_names


def _is_title_of_couple(word: str) -> bool:
    return _is_title(word) or plain(word) in load_name_words().words.titles_of_couples


def _is_credential(part: str, name: str) -> bool:
    """Return whether all words of a part are credentials as they are written, or capitals after a name that has small letters."""
    credentials = {word.replace(".", "") for word in load_name_words().words.credentials}
    shouts = name == name.upper()
    words = [word.strip(".,") for word in part.split()]
    return bool(words) and all(
        (word.replace(".", "") in credentials and not (shouts and len(word) <= 2))
        or (not shouts and part != name and re.fullmatch(rf"[B-DF-HJ-NP-TV-XZ]{{2,{MAX_CREDENTIAL}}}", word) is not None)
        or plain(word) in {"esq", "esquire", "phd", "md", "cfre"}
        for word in words
    )
