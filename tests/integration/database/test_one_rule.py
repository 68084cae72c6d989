"""Rules that exist in Python and in PostgreSQL give the same result, whatever the locale of the server's database."""

import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from henk_pipeline.leads.beginnings import begins_like, longer_forms
from henk_pipeline.leads.borne_names import names_of_either_kind
from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.details import compared_columns
from henk_pipeline.leads.emails import IS_ROLE, ROLES, normalise_emails
from henk_pipeline.leads.given_names import comparable_given_names, genders, generation_of, generations, written_generation
from henk_pipeline.leads.identity import PLUS_TAGS, PROVIDERS, email_key, folded, identities, names
from henk_pipeline.leads.letters import case_folds, later_letters, lowered
from henk_pipeline.leads.match import PROOFS, agrees
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.nicknames import GIVEN_BY_THEMSELVES
from henk_pipeline.leads.spellings import (
    heard,
    is_one_person_of_two_mailboxes,
    names_heard_alike,
    second_families_differ,
    short_forms_of_both,
    short_forms_of_their_own,
    spelled_alike,
    without_umlauts,
)
from henk_pipeline.postgres import embedded, migrate
from henk_pipeline.uploads.known_names import load_synonyms
from tests.integration.database.acting import add_business, add_lead, column, value

# Basic Latin to IPA, Additional, Extended-C to -E, ligatures and full width; Greek and Cyrillic, as the other scripts with case.
LATIN_BLOCKS = ((0x20, 0x2B0), (0x1E00, 0x1F00), (0x2C60, 0x2C80), (0xA720, 0xA800), (0xAB30, 0xAB70), (0xFB00, 0xFB07), (0xFF01, 0xFF5F))
OTHER_BLOCKS = ((0x300, 0x530), (0x1F00, 0x2190), (0x1E900, 0x1E944))


def characters(*blocks: tuple[int, int]) -> list[str]:
    # The boundary is Unicode 14: a later Python knows more letters, which are compared as they are (below).
    codes = (code for block in blocks for code in range(*block))
    return [chr(code) for code in codes if unicodedata.category(chr(code)) != "Cn" and chr(code) not in later_letters()]


LETTERS = characters(*LATIN_BLOCKS)
WORDS = st.text(st.sampled_from(LETTERS + characters(*OTHER_BLOCKS) + [" ", "-", "'", "´", ".", "7", "\u200b", "\t"]), max_size=12)
BY_LOCALE = (
    "LOCALE 'C'",
    "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C'",
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
)


@pytest.fixture(scope="module", params=BY_LOCALE, ids=["C", "Turkish", "C.UTF-8"])
def database(server: Path, request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """A connection to a migrated database of a locale."""
    name = f"one_rule_{secrets.token_hex(6)}"  # several workers have one each
    with psycopg.connect(embedded.connection_url(server), autocommit=True) as admin:
        try:
            admin.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0 {request.param}")
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedObject, psycopg.errors.SyntaxError) as error:
            pytest.skip(f"this server has no such locale: {error}")
    migrate.migrate(embedded.connection_url(server, name))
    with psycopg.connect(embedded.connection_url(server, name), autocommit=True) as connection:
        yield connection
    with psycopg.connect(embedded.connection_url(server), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def in_database(connection: psycopg.Connection, expression: str, texts: list[str]) -> list[str | None]:
    query = sql.SQL("SELECT {} FROM unnest(%s::text[]) WITH ORDINALITY AS u (t, n) ORDER BY n").format(sql.SQL(expression))
    return column(connection, query, [texts])


def different(texts: list[str], left: list[str | None], right: list[str | None]) -> list[tuple[str, str | None, str | None]]:
    return [(text, one, other) for text, one, other in zip(texts, left, right, strict=True) if one != other]


def words_of(texts: list[str]) -> list[str | None]:
    return folded(pl.Series(texts, dtype=pl.String)).to_list()


def composed_fold(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("henk.folded(t)", words_of),
        ("henk.lowered(t)", lambda texts: [lowered(text) for text in texts]),
        ("henk.case_folded(t)", lambda texts: [composed_fold(text) for text in texts]),
    ],
    ids=["folded", "lowered", "case_folded"],
)
def test_every_letter_of_every_latin_block_is_compared_alike(
    database: psycopg.Connection, expression: str, rule: Callable[[list[str]], list[str | None]]
):
    letters = LETTERS + characters(*OTHER_BLOCKS)
    texts = letters + [f"A{letter}b {letter}1" for letter in letters]
    assert different(texts, in_database(database, expression, texts), rule(texts)) == []


def test_letters_of_later_versions_of_unicode_stay_as_they_are(database: psycopg.Connection):
    letters = sorted(later_letters())
    assert words_of(letters) == letters
    assert in_database(database, "henk.folded(t)", letters) == letters


@given(st.lists(WORDS, min_size=1, max_size=60))
@settings(max_examples=25)
def test_words_are_compared_alike(database: psycopg.Connection, texts: list[str]):
    assert different(texts, in_database(database, "henk.folded(t)", texts), words_of(texts)) == []
    people = names(pl.DataFrame({"row": range(len(texts)), "first_name": texts, "last_name": texts, "birth_date": texts}), "row")
    assert different(texts, in_database(database, "(henk.compared_name(t, t, NULL)).first", texts), people["first"].to_list()) == []
    assert different(texts, in_database(database, "(henk.compared_name(t, t, NULL)).last", texts), people["last"].to_list()) == []


GIVEN = st.lists(
    st.sampled_from(["John", "J.", "Ana", "Jr.", "Junior", "II", "del", "María", "A", "the Elder", "ifj.", "V", "père", "7"]), max_size=4
)
FAMILY = st.lists(
    st.sampled_from(["Smith", "Silva", "Neto", "Jr.", "Sr", "III", "MD", "the", "the Second", "d. Ä.", "(père)", "sen.", "V", "id.", "2nd"]), max_size=4
)  # fmt: skip


@given(st.lists(st.tuples(GIVEN.map(" ".join), FAMILY.map(" ".join)), min_size=1, max_size=200))
@settings(max_examples=50)
def test_parts_of_names_are_read_alike(database: psycopg.Connection, people: list[tuple[str, str]]):
    first, last = ([name[side] or None for name in people] for side in (0, 1))
    frame = pl.DataFrame({"row": range(len(people)), "first_name": first, "last_name": last, "birth_date": [None] * len(people)})
    frame = frame.with_columns(pl.col("birth_date").cast(pl.String), pl.col("first_name", "last_name").cast(pl.String))
    parts = names(frame, "row").select("first", "last", "lasts", "generation", "middle", "gender").rows()
    query = """SELECT (n.c).first, (n.c).last, (n.c).last_words, (n.c).generation, (n.c).middle, (n.c).gender
        FROM (SELECT henk.compared_name(f, l, NULL) AS c, o FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY u (f, l, o)) n ORDER BY o"""
    rows = [tuple(row) for row in database.execute(query, [first, last]).fetchall()]
    assert [(name, one, other) for name, one, other in zip(people, rows, parts, strict=True) if one != other] == []


def test_tables_of_generations_and_genders_are_those_of_the_pipeline(database: psycopg.Connection):
    assert value(database, "SELECT henk.generations()") == generations()
    assert value(database, "SELECT henk.genders()") == genders()
    assert set(value(database, "SELECT henk.given_by_themselves()")) == GIVEN_BY_THEMSELVES
    assert set(value(database, "SELECT henk.short_forms_of_both()")) == short_forms_of_both()
    assert set(value(database, "SELECT henk.short_forms_of_their_own()")) == short_forms_of_their_own()
    assert set(value(database, "SELECT henk.names_heard_alike()")) == set(names_heard_alike())
    assert value(database, "SELECT henk.longer_forms()") == {name: " ".join(longer) for name, longer in longer_forms().items()}


@pytest.mark.parametrize("domain", [*PROVIDERS, "acme.example"])
def test_a_mailbox_is_numbered_by_an_office_and_not_at_a_provider(database: psycopg.Connection, domain: str):
    expected = None if domain in PROVIDERS else f"j.smith@{domain}"
    assert value(database, "SELECT henk.unnumbered_mailbox(%s)", (f"j.smith42@{domain}",)) == expected


NAMES = sorted(longer_forms())
BEGINNINGS = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(NAMES).flatmap(lambda name: st.integers(1, len(name)).map(lambda end: name[:end])),
    st.sampled_from(
        ["敏", "敏华", "민", "민수", "j", "ł", "зоя", "з", "donor1", "donor12", "xyzzyqu", "xyzzyquo", "xyz", "xyzzy", "", None]
    ),
)
SIDES = BEGINNINGS.flatmap(
    lambda name: st.tuples(
        st.just(name), st.one_of(BEGINNINGS, st.sampled_from([other for other in NAMES if name and other.startswith(name)] or [name]))
    )
)


@given(st.lists(SIDES, min_size=1, max_size=200))
@settings(max_examples=50)
def test_names_begin_alike(database: psycopg.Connection, pairs: list[tuple[str | None, str | None]]):
    frame = pl.DataFrame(pairs, schema={"one": pl.String, "other": pl.String}, orient="row")
    pipeline = frame.select(begins_like(pl.col("one"), pl.col("other"))).to_series().to_list()
    query = "SELECT henk.begins_like(a, b) FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY u (a, b, n) ORDER BY n"
    in_sql = column(database, query, [frame["one"].to_list(), frame["other"].to_list()])
    assert [(pair, one, other) for pair, one, other in zip(pairs, in_sql, pipeline, strict=True) if one != other] == []


SPELLED = st.one_of(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from([*"aceghijkhlmnopqrstuwxyz", "ee", "ou", "sch", "ue", "ph", "ß", "敏", "з"]), max_size=8).map("".join),
)


@pytest.mark.long
@given(st.lists(st.tuples(SPELLED, SPELLED), min_size=1, max_size=200))
@settings(max_examples=50)
def test_spellings_are_heard_alike(database: psycopg.Connection, pairs: list[tuple[str, str]]):
    frame = pl.DataFrame(pairs, schema={"one": pl.String, "other": pl.String}, orient="row")
    one, other = pl.col("one"), pl.col("other")
    pipeline = frame.select(heard(one).alias("a"), without_umlauts(one).alias("b"), spelled_alike(one, other).alias("c")).rows()
    query = """SELECT henk.heard(a), henk.without_umlauts(a), henk.spelled_alike(a, b)
        FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY u (a, b, n) ORDER BY n"""
    in_sql = database.execute(query, [frame["one"].to_list(), frame["other"].to_list()]).fetchall()
    assert [(pair, a, b) for pair, a, b in zip(pairs, in_sql, pipeline, strict=True) if tuple(a) != b] == []


TITLED = st.lists(
    st.sampled_from([
        "Mr.", "MRS.", "Mrs", "Dr.", "dr", "Frau", "FRÄULEIN", "Señora", "Sister", "Rev.", "the", "and", "&", "J.R.", "J.", "J.R.R.", "É.Ł.", "Dr.Amos",
        "Amos.Lee", "7.B", "John", "Julia", "Ana", "d'Arc", "Jean-P.", "MD", "x", "", "\u00a0", "\t",
    ]),
    max_size=4,
)  # fmt: skip


@given(st.lists(TITLED.map(" ".join), min_size=1, max_size=200))
@settings(max_examples=50)
def test_initials_and_titles_are_read_alike(database: psycopg.Connection, given_names: list[str]):
    pipeline = comparable_given_names(pl.Series(given_names, dtype=pl.String)).to_list()
    in_sql = in_database(database, "henk.comparable_given_name(t)", given_names)
    # Names are compared in the form of `folded`.
    assert different(given_names, words_of(in_sql), words_of(pipeline)) == []


@pytest.mark.parametrize("column_name", [*load_name_words().words.middle_columns, "MIDDLE_NAME", "Milk", "Spouse Middle Name"])
@pytest.mark.parametrize("middle", ["A.", "Łukasz", "Mary Ann", "", " B", "7", 'a"b'])
def test_a_middle_name_of_a_custom_field_is_read_alike(database: psycopg.Connection, column_name: str, middle: str):
    custom = {"Pet": "cat", column_name: middle}
    frame = pl.DataFrame({"first_name": ["John"], "custom_fields": [json.dumps(custom, ensure_ascii=False, separators=(",", ":"))]})
    in_sql = value(database, "SELECT henk.with_middle_name('John', %s)", [psycopg.types.json.Jsonb(custom)])
    assert in_sql == frame.select(compared_columns(["first_name"])).item()


@pytest.mark.parametrize("column_name", [*load_synonyms().fields["name_suffix"], "SUFFIX", "name_suffix"])
@pytest.mark.parametrize("suffix", ["Jr.", "JR", "iii", "Sr., MD", "PhD", "fils", "the Elder", "", "Jr. PhD"])
def test_a_suffix_is_read_alike(database: psycopg.Connection, column_name: str, suffix: str):
    query = "SELECT (henk.compared_name('John', henk.with_generation('Smith', %s), NULL)).generation"
    word = written_generation(suffix)
    assert value(database, query, [psycopg.types.json.Jsonb({"Pet": "Jr.", column_name: suffix})]) == (
        generation_of(word) if word else None
    )
    assert value(database, "SELECT henk.with_generation('Smith III', %s)", [psycopg.types.json.Jsonb({column_name: suffix})]) == "Smith III"


PART = {
    "first_name": [
        "John",
        "Nathan",
        "Nate",
        "Jon",
        "Jonathan",
        "Bob",
        "Rob",
        "Don",
        "Donna",
        "J.",
        "Johnny",
        "Francis",
        "Frances",
        "John A.",
        "John B.",
        "John Albert",
        "Smith",
        "Simon",
        "Simone",
        "Marie",
        "Mari",
        "Alex",
        "Alexa",
        "Alexand",
        "Alexander",
        "Van An",
        "Van Anh",
        "Xin",
        "Xinyi",
        "Ann",
        "Anne",
        "John Ed",
        "John Edward",
        "Terry",
        "Teresa",
        "Wei-Ting",
        "Chen",
        "Jürgen",
        "Juergen",
        "Mueller",
        "Laxmi",
        "Lakshmi",
        "Hamid",
        "Hamida",
        "Dima",
        "Dmytro",
        "Mary Ann",
        "Mary Anne",
        "Maryann",
        "Hank",
        "Henrietta",
        "Fran",
        "Frank",
        "József",
        "Józsefné",
        "Taylor",
        "James",
    ],
    "last_name": [
        "Smith",
        "Smith Jr.",
        "Smith Sr",
        "Smith II",
        "Jones",
        "Smith-Jones",
        "John",
        "Wei-Ting",
        "Weiting",
        "Chen",
        "Jürgen",
        "Müller",
        "Mueller",
        "Rivero",
        "Rivero Salas",
        "Rivero-Tovar",
        "Rivero y Salas",
        "Rivero S.",
        "Saint Clair",
        "St. Clair",
        "Kovács Józsefné",
        "de la Cruz",
        "de la Rosa",
        "San Martín Pérez",
        "Sanmartín Pérez",
        "Taylor",
        "James",
    ],
    "birth_date": ["1950-03-04", "1980-03-04"],
}
PEOPLE = st.fixed_dictionaries({name: st.one_of(st.none(), st.sampled_from(values)) for name, values in PART.items()})


@pytest.mark.long
@given(st.lists(st.tuples(PEOPLE, PEOPLE), min_size=1, max_size=200))
@settings(max_examples=50)
def test_names_agree_alike(database: psycopg.Connection, pairs: list[tuple[dict[str, str], dict[str, str]]]):
    ones, others = (
        names(pl.DataFrame([pair[side] for pair in pairs], schema=dict.fromkeys(PART, pl.String)).with_row_index("row"), "row")
        for side in (0, 1)
    )
    both = pl.concat([ones, others.rename(lambda name: f"{name}_other")], how="horizontal")
    columns = [[pair[side][name] for pair in pairs] for side in (0, 1) for name in PART]
    query = """SELECT henk.is_one_person_of_two_mailboxes(henk.compared_name(a, b, c), henk.compared_name(d, e, f))
        FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY u (a, b, c, d, e, f, o) ORDER BY o"""
    surely = zip(
        pairs, column(database, query, columns), both.select(is_one_person_of_two_mailboxes(("", "_other"))).to_series(), strict=True
    )
    assert [(pair, one, other) for pair, one, other in surely if one != other] == []
    query = query.replace("is_one_person_of_two_mailboxes", "second_families_differ")
    differ = zip(pairs, column(database, query, columns), both.select(second_families_differ(("", "_other"))).to_series(), strict=True)
    assert [(pair, one, other) for pair, one, other in differ if one != other] == []
    for number, kind in enumerate(PROOFS):
        python = both.with_columns(pl.lit(kind).alias("kind"), pl.lit(kind == "email").alias("own_mailbox"))
        query = """SELECT henk.names_agree(%s, henk.compared_name(a, b, c), henk.compared_name(d, e, f))
            FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY u (a, b, c, d, e, f, o) ORDER BY o"""
        verdicts = column(database, query, [number, *columns])
        wrong = zip(pairs, verdicts, python.select(agrees()).to_series(), strict=True)
        assert [(kind, pair, one, other) for pair, one, other in wrong if one != other] == []


@pytest.mark.parametrize(
    ("names_of_one", "word"),
    [
        (["Błaszczykowska", "BŁASZCZYKOWSKA", "Blaszczykowska"], "blaszczykowska"),
        (["Sørensen", "SØRENSEN", "Sorensen"], "sorensen"),
        (["Groß", "GROSS", "Groẞ", "gross"], "gross"),
        (["Ægir", "Aegir"], "aegir"),
        (["Đorđević", "Dordevic"], "dordevic"),
        (["Þórr", "Thorr"], "thorr"),
        (["Iğdır", "IGDIR", "Iğdir"], "igdir"),
        (["O’Brien", "O'Brien", "O´Brien", "OʼBrien", "OBRIEN"], "obrien"),
        (["ΓΙΩΡΓΟΣ", "Γιώργος"], "γιωργοσ"),
        (["ИВАНОВ", "Иванов"], "иванов"),
    ],
)
def test_spellings_of_a_name_are_one_word(database: psycopg.Connection, names_of_one: list[str], word: str):
    assert words_of(names_of_one) == [word] * len(names_of_one)
    assert in_database(database, "henk.folded(t)", names_of_one) == [word] * len(names_of_one)


def test_letters_of_scripts_without_case_stay(database: psycopg.Connection):
    texts = ["राम", "रीमा", "ガラ", "カラ", "王小明", "محمد", "김"]
    assert in_database(database, "henk.folded(t)", texts) == words_of(texts)
    assert len(set(words_of(texts))) == len(texts)


MAILBOXES = st.text(st.sampled_from("ab.+@-_1"), max_size=8)
DOMAINS = st.sampled_from([*PLUS_TAGS, "googlemail.com", "example.org", "sub.gmail.com", ""])


@given(st.lists(st.one_of(MAILBOXES, st.builds("{}@{}".format, MAILBOXES, DOMAINS)), min_size=1, max_size=200))
@settings(max_examples=25)
def test_mailboxes_have_one_key(database: psycopg.Connection, emails: list[str]):
    assert different(emails, in_database(database, "henk.email_key(t)", emails), email_key(pl.Series(emails)).to_list()) == []


def test_the_lists_of_mailboxes_are_equal(database: psycopg.Connection):
    words = value(database, "SELECT henk.mailboxes_of_nobody()")
    assert words == load_cell_words().empty.mailboxes
    listed = value(database, "SELECT pg_get_functiondef('henk.is_role_mailbox(text)'::regprocedure)")
    assert sorted(re.findall(r"'([^']+)'::text[],\]]", listed.split("ARRAY[")[1])) == sorted(ROLES)


def test_the_lists_of_names_of_either_kind_are_equal(database: psycopg.Connection):
    listed = value(database, "SELECT pg_get_functiondef('henk.is_name_of_either_kind(text)'::regprocedure)")
    assert tuple(re.search("{(.*)}", listed)[1].split(",")) == names_of_either_kind()


EMPTY = load_cell_words().empty
OF_NOBODY_OR_ROLES = st.sampled_from([*EMPTY.mailboxes, *ROLES, "ana", "in.fo", "info+list", "noemaily", "na na", ""])
DOMAINS_OF_NOBODY = st.builds(
    "{}{}".format,
    st.sampled_from([*EMPTY.mailboxes, "gmail", "hotmail", "harbor", "x.no", ""]),
    st.sampled_from([".com", ".co.uk", ".com.au", ".museum", ".c", "", ".com.", ".a1"]),
)


@given(st.lists(st.builds("{}@{}".format, OF_NOBODY_OR_ROLES, DOMAINS_OF_NOBODY), min_size=1, max_size=200))
@settings(max_examples=25)
def test_mailboxes_of_nobody_and_of_functions_are_known_alike(database: psycopg.Connection, emails: list[str]):
    keys, nobodys = email_key(pl.Series(emails)), pl.Series(emails).str.contains(EMPTY.addresses)
    roles = keys.str.contains(IS_ROLE)
    assert different(emails, in_database(database, "henk.is_nobodys_mailbox(t)", emails), nobodys.to_list()) == []
    assert different(emails, in_database(database, "henk.is_role_mailbox(t)", emails), roles.to_list()) == []
    own = keys.zip_with(~(nobodys | roles), pl.Series([None], dtype=pl.String).new_from_index(0, len(keys)))
    assert different(emails, in_database(database, "henk.own_mailbox(t)", emails), own.to_list()) == []


def test_emails_have_one_form(database: psycopg.Connection):
    letters = [letter for letter in LETTERS if unicodedata.category(letter)[0] in "LN"]
    cells = [f"a{letter}B@Example.org" for letter in letters] + [f"ab@x{letter}Y.example" for letter in letters]
    cells += [
        "ΓΙΩΡΓΟΣ@Example.org",
        "Ana Lima <ANA@EXAMPLE.org>",
        "mailto:İnci@example.org",
        "ana@example.org;",
        "\u200bana@example.org\u00a0",
    ]
    pipeline = normalise_emails(pl.DataFrame({"email": [cell.strip("\u200b\u00a0") for cell in cells]}), "email")["email"].to_list()
    in_sql = in_database(database, "henk.normalise_email(t)", cells)
    read = [number for number, email in enumerate(pipeline) if email is not None]
    assert len(read) > 1_500
    assert different([cells[n] for n in read], [in_sql[n] for n in read], [pipeline[n] for n in read]) == []


@given(st.lists(st.text(st.sampled_from([*"aZ9@.<>,;:+- \t", "É", "é", "ł"]), max_size=10), min_size=1, max_size=200))
@settings(max_examples=25)
def test_a_plain_email_is_in_its_one_form(database: psycopg.Connection, texts: list[str]):
    changed = in_database(database, "henk.is_plain_email(t) AND henk.normalise_email(t) <> t", texts)
    assert [text for text, differs in zip(texts, changed, strict=True) if differs] == []


def test_postal_codes_have_one_key(database: psycopg.Connection):
    codes = ["12345", "12345-6789", "123456789", "SW1A 1AA", "sw1a1aa", "1234 ab", "Ł-1", "-", "١٢٣"]
    frame = pl.DataFrame({"row": range(len(codes)), "postal_code": codes}).with_columns(
        pl.lit(None, dtype=pl.String).alias(name)
        for name in ("first_name", "last_name", "email", "phone", "mobile_phone", "street", "city", "birth_date")
    )
    assert in_database(database, "henk.postal_key(t)", codes) == identities(frame, "row")["postal"].to_list()


def test_a_lead_is_stored_in_one_form_and_found_by_it(database: psycopg.Connection):
    acme = add_business(database, f"acme-{value(database, 'SELECT gen_random_uuid()')}")
    one = add_lead(database, acme, email="ÉVA@Example.org", first_name="Éva", last_name="BŁASZCZYKOWSKA", city="Łódź")
    add_lead(database, acme, email="b@example.org", first_name="Bo", city="Straße")
    assert value(database, "SELECT email FROM leads WHERE id = %s", [one]) == "éva@example.org"
    keys = "henk.match_keys(business_id, first_name, last_name, email, street, city, postal_code, custom_fields ->> 'birth_date')"
    query = f"SELECT id::text FROM leads WHERE business_id = %s AND {keys} @> henk.match_keys(%s, %s, %s, NULL, NULL, %s, NULL, NULL)"
    assert column(database, query, [acme.id, acme.id, "eva", "Blaszczykowska", "LODZ"]) == [one]


def test_filters_compare_texts_and_tags_by_unicode_case_folding(database: psycopg.Connection):
    acme = add_business(database, f"acme-{value(database, 'SELECT gen_random_uuid()')}")
    add_lead(database, acme, first_name="Ana", city="ÉVRY", tags=["Größe"], custom_fields={"Pet": "ŁOŚ"})

    def matches(field: str, op: str, wanted: object, key: str = "field") -> bool:
        criteria = psycopg.types.json.Jsonb({key: field, "op": op, "value": wanted})
        return bool(column(database, "SELECT henk.matching_leads(%s, %s)", [acme.id, criteria]))

    for field, op, wanted in (
        ("city", "=", "évry"), ("city", "contains", "Évr"), ("city", "in", ["évry"]), ("tags", "contains", "GRÖSSE"),
        ("tags", "in", ["x", "grösse"]), ("first_name", "=", "ANA"),
    ):  # fmt: skip
        assert matches(field, op, wanted), (field, op, wanted)
    assert matches("Pet", "=", "łoś", "custom_field")
    assert not matches("city", "!=", "évry")
    assert not matches("tags", "contains", "GRÖS")


def test_countries_and_flags_are_read_alike_on_any_server(database: psycopg.Connection):
    assert in_database(database, "henk.region_of(t, 'US')", ["ÖSTERREICH", "österreich", "IN", "Nowhere", ""]) == [
        "AT",
        "AT",
        "IN",
        None,
        "US",
    ]
    assert in_database(database, "henk.read_flag(t)::text", ["TRUE", "X", "FALSE", "OFF", "maybe"]) == [
        "true",
        "true",
        "false",
        "false",
        None,
    ]


def test_a_contact_in_a_rejected_row_is_seen_in_any_case(database: psycopg.Connection):
    seen = value(database, "SELECT henk.speaks_of(%s, 'éva@example.org', '{}')", [psycopg.types.json.Jsonb({"a": "call ÉVA@Example.org"})])
    assert seen


def test_folding_is_final():
    assert all(fold not in case_folds() for folds in case_folds().values() for fold in folds)
