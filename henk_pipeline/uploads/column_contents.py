"""What the cells of a column show of it: whether they are e-mail addresses, numbers, dates, names, or mostly equal."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import phonenumbers
import polars as pl

from henk_pipeline.batching import pattern_threads
from henk_pipeline.settings import word_list
from henk_pipeline.uploads import roles
from henk_pipeline.uploads.cells import DAY
from henk_pipeline.uploads.column_use import Candidate
from henk_pipeline.uploads.known_names import PHONE_FIELDS, Meaning, Synonyms, load_synonyms, name_key, names_of_fields
from henk_pipeline.uploads.phone_columns import names_contacts_only, names_ids

# If several columns hold one of these, a later one counts in the rows in which the earlier is empty: a person must not be lost for it.
CONTACT_FIELDS = {"email", "phone", "mobile_phone"}
FIRST_NAMED = "a column named"
SEVERAL = "another column could be it as well"
NAMED_IDS = "its name is one of ids, dates or amounts"
NOT_VALID = "most of its cells are no valid numbers"
COUNTED = "its cells count up as ids do"
# Fields whose names ("Contact", "Name") also head columns of addresses.
LOOSELY_NAMED = {
    "full_name",
    "first_name",
    "last_name",
    "company",
    "title",
    "notes",
    "description",
    "street",
    "lead_source",
    "email",
    "phone",
    "mobile_phone",
}
# A column is an e-mail or phone column by its content when at least this share of its filled cells is one.
CONTENT_SHARE = 0.8
CONTENT_SAMPLE = 1000
GIVEN_NAMES, MIN_SHARE_OF_GIVEN_NAMES = "given_names.txt", 0.5
# "DUPONT Marie", "DE LA TOUR Jean-Marc"; "JP Morgan" is no such name.
SHOUTED_FIRST = r"^\s*(?:\p{Lu}[\p{Lu}'’-]+ )*\p{Lu}[\p{Lu}'’-]{2,}(?: \p{Lu}[\p{Lu}'’-]+)* \p{Lu}\p{Ll}+(?:[ -]\p{Lu}\p{Ll}+)*\s*$"
# A column is mostly equal, and so of no single person, if one cell fills more than this share of it.
MAX_EQUAL_SHARE = 0.5
EMAIL_CELL = r"^\s*(?:[^<@]*<)?[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,}>?\s*$"
PHONE_CELL = r"^\s*\+?\(?\d[\d\s().\-/]{5,18}\d\s*$"
PHONE_DIGITS = r"^\D*(?:\d\D*){7,15}$"
DATE_CELL = r"^\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\s*$"
DATED_CELL = rf"(?i)^\s*{DAY}(?:[T ].*)?$"
BARE_DIGITS = r"^\s*\d{7,15}\s*$"
# Bare digits count up as ids do where MIN_COUNTED different ones are MAX_GAP apart on average, or MIN_SORTED with as many equal digits at their
# beginning go up from row to row. Numbers of one exchange have six equal digits, but are in no order.
MIN_COUNTED = 3
MAX_GAP = 3
MIN_SORTED = 6
MIN_EQUAL_DIGITS = 6
# Less than half of random ids of ten digits are numbers of the United States.
MIN_SHARE_OF_VALID = 0.5
MAX_NATIONAL = 10  # digits; longer ones may begin with a calling code
MIN_PARSED, MAX_PARSED = 5, 200  # different cells
MANY_DIGITS = r"^\D*(?:\d\D*){9,15}$"  # those of a number with its area code
SOME_NUMBER = r"(?:\d\D{0,4}){6}\d"
# Numbers of orders and invoices, which some systems call names (Shopify's "#1001", "INV-1001").
ORDER_CELL = r"^\s*(?:#\s?[\p{L}\d/_.-]*\d[\p{L}\d/_.-]*|\d[\d\s/_.-]*|(?:\p{Lu}{2,6}|\p{L}{2,6}[\s#/_.:-])[\s#/_.:-]*\d{3,}[\d/_.-]*)\s*$"
MIN_SHARE_OF_ORDERS = 0.9
# Without a header more fields are recognised by content.
FULL_NAME_CELL = r"^\s*\p{L}[\p{L}'’.-]+(?: \p{L}[\p{L}'’.-]*){1,3}\s*$"
NAME_CELL = r"^\s*\p{L}[\p{L}'’. -]*\s*$"
POSTAL_CELL = r"^\s*(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)\s*$"
STATE_CELL = r"^\s*(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\s*$"
COUNTRY_CELL = (
    r"(?i)^\s*(?:US|USA|United States|Canada|GB|UK|United Kingdom|DE|Deutschland|Germany|FR|France|ES|España|Spain"
    r"|NL|Nederland|PT|Portugal|BR|Brasil|AT|CH|BE)\s*$"
)


def are_given_names(table: pl.DataFrame, column: str, last: str) -> bool:
    """Return whether a column named as one of full names holds given names: nearly no cell has the family name of its row in it."""
    rows = [
        (words, others)
        for name, family in table.select(column, last).head(CONTENT_SAMPLE).iter_rows()
        if (words := set(roles.words_of(name or ""))) and (others := set(roles.words_of(family or "")))
    ]
    with_family = sum(bool(words & others) for words, others in rows)
    return bool(rows) and with_family <= (1 - CONTENT_SHARE) * len(rows) and not is_mostly_equal(table, column, [last])


def by_their_cells(table: pl.DataFrame, field: str, columns: list[str], phones: list[str]) -> tuple[list[str], list[str]]:
    """Return which columns named as a field hold it, and which plainly hold something else.

    A column of dates is no amount. A column of numbers to call holds none only where another one does (`phones`).
    """
    if field in PHONE_FIELDS:
        others = [
            c
            for c in columns
            if c not in phones and set(phones) - {c} and len(sample_of(table, c)) and not share_of(sample_of(table, c), SOME_NUMBER)
        ]
    else:
        others = [column for column in columns if share_of(sample_of(table, column), DATED_CELL) >= CONTENT_SHARE]
    return [column for column in columns if column not in others], others


def proves_numbers(cells: pl.Series) -> bool:
    """Return whether cells are plainly numbers to call with their area codes, whatever the name of their column."""
    return share_of(cells, PHONE_CELL) >= CONTENT_SHARE and share_of(cells, MANY_DIGITS) >= CONTENT_SHARE


def contents_of(table: pl.DataFrame, columns: list[str]) -> dict[str, str]:
    """Return column → "email" or "phone", of columns that hold such in nearly all of their filled cells."""
    emails, phones = shares_of(table, columns, EMAIL_CELL), shares_of(table, columns, PHONE_CELL)
    by_email = [column for column in columns if emails[column] >= CONTENT_SHARE]
    maybe = [column for column in columns if phones[column] >= CONTENT_SHARE and column not in by_email]
    digits, dates = shares_of(table, maybe, PHONE_DIGITS), shares_of(table, maybe, DATE_CELL)
    by_phone = [column for column in maybe if digits[column] >= CONTENT_SHARE and dates[column] < 0.5]
    return {column: "email" if column in by_email else "phone" for column in columns if column in by_email or column in by_phone}


def numbered_names(table: pl.DataFrame, columns: Sequence[str], synonyms: Synonyms) -> list[str]:
    """Return the columns called names in which nearly every cell is a number of an order or an invoice."""
    keys = {name_key(name) for field, _, names in names_of_fields(synonyms, None) if field in roles.NAME_FIELDS for name in names}
    contacts = contents_of(table, [column for column in columns if name_key(column) in keys])
    named = [column for column in columns if name_key(column) in keys and column not in contacts]
    return [column for column in named if share_of(sample_of(table, column), ORDER_CELL) >= MIN_SHARE_OF_ORDERS]


def describe_numbered(table: pl.DataFrame, column: str) -> str:
    """Return in words that a column that is called a name holds numbers."""
    return f"Column “{column}” holds numbers such as “{sample_of(table, column)[0]}” and no names: it is kept as a custom field."


def sample_of(table: pl.DataFrame, column: str) -> pl.Series:
    """Return the first filled cells of a column."""
    cells = table[column].drop_nulls().head(CONTENT_SAMPLE)
    return cells.filter(cells != "") if len(cells) else cells.cast(pl.String)


def share_of(cells: pl.Series, pattern: str) -> float:
    """Return the share, 0 to 1, of cells that a pattern is in; 0 of none."""
    return float(_is_in(pattern, cells).mean() or 0) if len(cells) else 0.0  # type: ignore[arg-type]


def shares_of(table: pl.DataFrame, columns: Sequence[str], pattern: str) -> dict[str, float]:
    """Return by column the share, 0 to 1, of its first filled cells that a pattern is in; 0 of none. One look at all columns."""
    samples = {column: sample_of(table, column) for column in columns}
    if not any(map(len, samples.values())):
        return dict.fromkeys(columns, 0.0)
    matches, start = _is_in(pattern, pl.concat([cells.alias("") for cells in samples.values()])), 0
    shares = {}
    for column, cells in samples.items():
        shares[column] = float(matches.slice(start, len(cells)).mean() or 0)  # type: ignore[arg-type]
        start += len(cells)
    return shares


def _is_in(pattern: str, cells: pl.Series) -> pl.Series:
    return pattern_threads("contents").submit(cells.str.contains, pattern).result()


def holds_people(cells: pl.Series) -> bool:
    """Return whether cells are names of people: full names, half of which begin with a given name that is known."""
    if not len(cells) or share_of(cells, FULL_NAME_CELL) < CONTENT_SHARE:
        return False
    given = word_list(GIVEN_NAMES)
    firsts = [words[0] for cell in cells.unique() if (words := roles.words_of(cell))]
    return sum(word in given for word in firsts) >= MIN_SHARE_OF_GIVEN_NAMES * len(firsts)


def has_family_names_first(table: pl.DataFrame, column: str, synonyms: Synonyms) -> bool:
    """Return whether the whole names of a column begin with the family name: it is called so, or shouts only that ("DUPONT Marie")."""
    if name_key(column) in {name_key(name) for name in synonyms.reports.get("family_name_first", [])}:
        return True
    cells = sample_of(table, column)
    if share_of(cells, SHOUTED_FIRST) < CONTENT_SHARE:
        return False
    given = word_list(GIVEN_NAMES)
    words = [roles.words_of(cell) for cell in cells.unique()]  # "JOHN Smith" shouts the given name
    return sum(some[-1] in given for some in words if some) > sum(some[0] in given for some in words if some)


def holds_another(holds: str | None, field: str) -> bool:
    """Return whether a column so plainly holds something else that its name must be wrong."""
    if holds is None or field not in LOOSELY_NAMED:
        return False
    if holds == "email":
        return field != "email"
    return field in ("full_name", "first_name", "last_name", "email")


def column_by_content(
    table: pl.DataFrame, holds: dict[str, str], settled: set[str], uses: dict[str, tuple[str, Meaning]], turned_down: list[Candidate]
) -> dict[str, str]:
    """Return the e-mail and phone column whose names say nothing, where no named column is one; add those not taken to `turned_down`.

    A column of mostly equal cells is of one other person (the one that looks after all of them). Among several, the one whose name begins as
    those of the name columns do is the person's; if none does, it is not certain and none is taken.
    """
    named = {field for field, _ in uses.values()}
    name_columns = [column for column, (field, _) in uses.items() if field in roles.NAME_FIELDS]
    prefixes = {prefix for column in name_columns if (prefix := roles.prefix_of(column)) is not None}
    others = [column for column in table.columns if column not in holds]
    of_others = {prefix for column in others if (prefix := roles.prefix_of(column)) is not None}
    prefixes |= of_others if len(of_others) == 1 and not name_columns else set()  # "Ward Name", "Ward Phone", "Ward City"
    taken: dict[str, str] = {}
    for field in ("email", "phone"):
        columns = [column for column, content in holds.items() if content == field and column not in settled]
        if field in named or (field == "phone" and "mobile_phone" in named):
            turned_down += [Candidate(column=column, field=field, reason=f"{FIRST_NAMED} {field} comes first") for column in columns]
            continue
        unknown = [column for column in columns if roles.prefix_of(column) not in prefixes and _is_of_unknown(column)]
        if field == "email":
            unknown = [column for column in unknown if not names_only_email(column)]
        turned_down += [Candidate(column=column, field=field, reason=SEVERAL) for column in unknown]
        columns = [column for column in columns if column not in unknown]
        equal = {column for column in columns if is_mostly_equal(table, column, name_columns)}
        turned_down += [Candidate(column=column, field=field, reason="its cells are mostly equal") for column in columns if column in equal]
        columns = [column for column in columns if column not in equal]
        alike = [column for column in columns if roles.prefix_of(column) in prefixes]
        chosen = alike[0] if alike else columns[0] if len(columns) == 1 or (columns and not name_columns and _is_unnamed(columns)) else None
        if chosen is not None:
            taken[field] = chosen
        reason = SEVERAL if chosen is None else f"“{chosen}” is nearer to the person's name"
        turned_down += [Candidate(column=column, field=field, reason=reason) for column in columns if column != chosen]
    return taken


def why_ids(table: pl.DataFrame, column: str, country: str | None) -> str | None:
    """Return why a column of cells like numbers to call holds ids, dates or amounts, None if nothing says so.

    Args:
        table: The text table.
        column: The column.
        country: The country of numbers without a calling code; None if it is not known or the rows have countries of their own.
    """
    if names_contacts_only(column):
        return None
    if not _is_unnamed([column]) and names_ids(column):
        return NAMED_IDS
    cells = sample_of(table, column)
    if share_of(cells, BARE_DIGITS) < 1:
        return None
    if counts_up(cells):
        return COUNTED
    if country is None or cells.n_unique() < MIN_PARSED:
        return None
    return NOT_VALID if _share_of_valid(cells, country) < MIN_SHARE_OF_VALID else None


def _share_of_valid(cells: pl.Series, country: str) -> float:
    """Return the share, 0 to 1, of cells of bare digits that are valid numbers in a country, or with the plus that they lack."""
    numbers = cells.str.strip_chars().unique(maintain_order=True).head(MAX_PARSED)
    valid = 0
    for digits in numbers:
        for text in (digits, f"+{digits}")[: 2 if len(digits) > MAX_NATIONAL else 1]:
            try:
                if phonenumbers.is_valid_number(phonenumbers.parse(text, country)):
                    valid += 1
                    break
            except phonenumbers.NumberParseException:
                continue
    return valid / max(len(numbers), 1)


def counts_up(cells: pl.Series) -> bool:
    """Return whether cells are bare digits that count up as ids do (2025000101, 2025000102, …), in the order of the rows or in any other."""
    numbers = cells.str.strip_chars().cast(pl.Int64).unique(maintain_order=True)
    if len(numbers) < MIN_COUNTED:
        return False
    low, high = str(numbers.min()), str(numbers.max())
    if int(high) - int(low) <= MAX_GAP * (len(numbers) - 1):
        return True
    is_alike = len(low) == len(high) and low[:MIN_EQUAL_DIGITS] == high[:MIN_EQUAL_DIGITS]
    return is_alike and len(numbers) >= MIN_SORTED and (numbers.is_sorted() or numbers.is_sorted(descending=True))


def _is_of_unknown(column: str) -> bool:
    """Return whether a header names a contact and a word that may be somebody else ("Warden Phone"): the cells do not say whose it is."""
    contacts, neutral = _words_of_contacts()
    heading = roles.read_heading(column)
    words = [word for word in heading.rest if not word.isdigit()]
    return not contacts.isdisjoint(words) and not neutral.issuperset(words) and _neutral("person").isdisjoint(words)


def names_only_email(column: str) -> bool:
    """Return whether a header names an e-mail and otherwise nothing but words that say nothing of whose it is ("EMAIL_ADDR", "User Email")."""
    contacts, neutral = _words_of_contacts()
    words = {word for word in roles.words_of(column) if not word.isdigit()}
    return not contacts.isdisjoint(words) and words <= neutral | _neutral("emails")


@lru_cache(maxsize=4)
def _words_of_contacts() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that are names of contacts by themselves ("phone"), and all words that stand in names of contacts ("home")."""
    names = [roles.words_of(name) for field in CONTACT_FIELDS for name in load_synonyms().fields[field]]
    return frozenset(words[0] for words in names if len(words) == 1), frozenset(word for words in names for word in words) | _neutral(
        "contacts"
    )


@lru_cache(maxsize=3)
def _neutral(kind: Literal["contacts", "emails", "person"]) -> frozenset[str]:
    return frozenset(word for name in roles.load_roles().neutral[kind] for word in roles.words_of(name))


def _is_unnamed(columns: list[str]) -> bool:
    """Return whether columns have no names but those that reading gave them (`column_3`)."""
    return all(re.fullmatch(r"column_\d+", column) for column in columns)


def is_mostly_equal(table: pl.DataFrame, column: str, name_columns: list[str]) -> bool:
    """Return whether more than half of the people in a column have one cell. Rows of one name count once: a person may have several."""
    cells = table.select(
        pl.col(column).str.strip_chars().alias("cell"), *(pl.col(name).alias(f"n{i}") for i, name in enumerate(name_columns))
    )
    cells = cells.filter(pl.col("cell").is_not_null() & (pl.col("cell") != "")).head(CONTENT_SAMPLE).unique()
    if not name_columns:
        # Nothing tells one person's rows from two people's.
        cells = table.select(pl.col(column).str.strip_chars().alias("cell")).filter(pl.col("cell") != "").head(CONTENT_SAMPLE)
    if cells.height < 2:
        return False
    return int(cells["cell"].value_counts()["count"].max() or 0) > MAX_EQUAL_SHARE * cells.height  # type: ignore[arg-type]


def columns_by_content_alone(table: pl.DataFrame, settled: set[str], taken_fields: set[str]) -> dict[str, str]:
    """Return field → column of names, states, postal codes and countries in a file without header."""
    columns_by_field: dict[str, str] = {}
    samples = {column: table[column].drop_nulls().head(CONTENT_SAMPLE) for column in table.columns if column not in settled}
    for field, pattern in (("country", COUNTRY_CELL), ("state", STATE_CELL), ("postal_code", POSTAL_CELL)):
        column = next(
            (
                c
                for c, cells in samples.items()
                if c not in columns_by_field.values() and len(cells) and share_of(cells, pattern) >= CONTENT_SHARE
            ),
            None,
        )
        if column is not None and field not in taken_fields:
            columns_by_field[field] = column
    names = [
        c
        for c, cells in samples.items()
        if c not in columns_by_field.values() and len(cells) and share_of(cells, NAME_CELL) >= CONTENT_SHARE
    ]
    if taken_fields & {"first_name", "last_name", "full_name"} or not names:
        return columns_by_field
    full_name_column = next((column for column in names[:2] if share_of(samples[column], FULL_NAME_CELL) >= CONTENT_SHARE), None)
    if full_name_column is not None:
        return columns_by_field | {"full_name": full_name_column}
    order = table.columns
    if len(names) >= 2 and order.index(names[1]) == order.index(names[0]) + 1:
        return columns_by_field | {"first_name": names[0], "last_name": names[1]}
    return columns_by_field | {"full_name": names[0]}
