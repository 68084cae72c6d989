"""Words of names: titles, generations, credentials, organisations. Reads schemas/upload/names.toml."""

import re
import tomllib
from functools import cached_property, lru_cache

from pydantic import BaseModel, ConfigDict, Field

from henk_pipeline.settings import schemas_folder


class Words(BaseModel):
    """Words of people's names by what they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: list[str] = Field(min_length=1)
    also_names: list[str]
    titles_of_full_names: list[str] = Field(min_length=1)
    faculties: list[str] = Field(min_length=1)
    titles_of_couples: list[str] = Field(min_length=1)
    titles_at_the_end: list[str] = Field(min_length=1)
    households: list[str] = Field(min_length=1)
    credentials: list[str] = Field(min_length=1)
    joints: list[str] = Field(min_length=1)
    titles_of_women: list[str] = Field(min_length=1)
    titles_of_men: list[str] = Field(min_length=1)
    middle_columns: list[str] = Field(min_length=1)
    numbers: list[str] = Field(min_length=1)

    @cached_property
    def women(self) -> frozenset[str]:
        """The titles of women."""
        return frozenset(self.titles_of_women)

    @cached_property
    def men(self) -> frozenset[str]:
        """The titles of men."""
        return frozenset(self.titles_of_men)


class Remarks(BaseModel):
    """What people write next to a name that is no part of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offices: list[str] = Field(min_length=1)
    around: list[str] = Field(min_length=1)
    records: list[str] = Field(min_length=1)
    straight: list[str] = Field(min_length=1)
    capitals: list[str] = Field(min_length=1)
    behind_small_letters: list[str] = Field(min_length=1)
    died: list[str] = Field(min_length=1)
    marks: str = Field(min_length=1)


class Generations(BaseModel):
    """Words and phrases that say which generation of one name a person is, by generation, by where they count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    anywhere: dict[str, list[str]] = Field(min_length=1)
    at_the_end: dict[str, list[str]] = Field(min_length=1)
    before: dict[str, list[str]] = Field(min_length=1)


class GenderedNames(BaseModel):
    """Given names of one gender that are written like names of the other one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    male: list[str] = Field(min_length=1)
    female: list[str] = Field(min_length=1)


class Organisations(BaseModel):
    """Words of organisations' names, by where they stand and how sure they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    certain: list[str] = Field(min_length=1)
    likely: list[str] = Field(min_length=1)
    legal_forms: list[str] = Field(min_length=1)
    trades: list[str] = Field(min_length=1)
    phrases: list[str] = Field(min_length=1)
    numbered: list[str] = Field(min_length=1)
    first_words: list[str] = Field(min_length=1)
    acronyms: list[str] = Field(min_length=1)
    no_words: list[str] = Field(min_length=1)
    in_short: dict[str, list[str]] = Field(min_length=1)

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The words that are written in capitals."""
        return frozenset(self.acronyms)

    @cached_property
    def phrase_pattern(self) -> re.Pattern[str]:
        """A pattern of the phrases, and of words before a number."""
        phrases, numbered = ("|".join(map(re.escape, words)) for words in (self.phrases, self.numbered))
        return re.compile(rf"(?i)(?<!\w)(?:{phrases})(?!\w)|(?<=\s)(?:{numbered})\s+(?:no\.?\s*|#\s*)?\d+\b")


class BorneNames(BaseModel):
    """Given names, and short family names, that are no slip of the keys.

    `complete` and `no_spellings` are of names that begin alike, the two lists before it of short forms; `heard_alike_of_two` holds pairs.
    `families_only` are no given names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: list[str] = Field(min_length=1)
    complete: list[str] = Field(min_length=1)
    given_in_full: list[str]
    short_all_the_same: list[str]
    no_spellings: list[str]
    heard_alike_of_two: list[str]
    families: list[str] = Field(min_length=1)
    families_only: list[str]


class WordsOfSexes(BaseModel):
    """Words of men and of women."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    men: list[str] = Field(min_length=1)
    women: list[str] = Field(min_length=1)


class Details(BaseModel):
    """Columns that say more about a person, and the words in them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    men: list[str] = Field(min_length=1)
    women: list[str] = Field(min_length=1)
    unclear: list[str]
    columns: dict[str, list[str]] = Field(min_length=1)
    kin: dict[str, list[str]] = Field(min_length=1)
    relations: WordsOfSexes


class Husbands(BaseModel):
    """Given names of men of which a wife's name is made, in the form of `folded`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: list[str] = Field(min_length=1)


class NameWords(BaseModel):
    """`names.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Words
    remarks: Remarks
    generations: Generations
    gendered: GenderedNames
    borne: BorneNames
    short_forms: dict[str, list[str]] = Field(min_length=1)
    organisations: Organisations
    details: Details
    sex_words: dict[str, WordsOfSexes] = Field(min_length=1)
    husbands: Husbands
    family_forms: dict[str, list[str]] = Field(min_length=1)


@lru_cache(maxsize=1)
def load_name_words() -> NameWords:
    """Return the validated table schemas/upload/names.toml."""
    return NameWords.model_validate(tomllib.loads((schemas_folder() / "upload" / "names.toml").read_text("utf-8")))


def plain(word: str) -> str:
    """Return a word without case and without the points and commas around and in it."""
    return word.casefold().replace(".", "").strip(",;()")


@lru_cache(maxsize=1)
def hard_names() -> str:
    """Return a pattern of names that are not simply a first and a last name."""
    words, organisations = load_name_words().words, load_name_words().organisations
    tables = load_name_words().generations
    phrases = [word for table in (tables.anywhere, tables.at_the_end, tables.before) for some in table.values() for word in some]
    some = [
        *words.titles,
        *words.titles_of_full_names,
        *words.households,
        *phrases,
        *words.credentials,
        *organisations.certain,
        *organisations.likely,
    ]
    some += [*organisations.legal_forms, *organisations.trades, *organisations.phrases, *organisations.acronyms, "of"]
    joints = [re.escape(joint) for joint in words.joints]
    alternatives = "|".join(re.escape(plain(word)) for word in some)
    return rf"(?i)(?:^|[\s,(])(?:{alternatives})\.?(?:$|[\s,)])|\s(?:{'|'.join(joints)})\s|[0-9(\"“]|\w['’]s(?:$|\s)"
