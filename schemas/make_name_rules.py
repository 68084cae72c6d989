"""Print the rules of henk_pipeline/leads/given_names.py as SQL functions, for a migration: `python schemas/make_name_rules.py`."""

import json
import re
from collections.abc import Iterable

from henk_pipeline.leads.beginnings import FEMININE, FIRST_IDEOGRAPH, MIN_CUT_LENGTH, longer_forms
from henk_pipeline.leads.details import sex_words, short_forms, wife_pattern
from henk_pipeline.leads.given_names import (
    PARTICLES,
    genders,
    generation_patterns,
    generations,
    middle_name_member,
)
from henk_pipeline.leads.name_words import load_name_words, plain
from henk_pipeline.leads.nicknames import GIVEN_BY_THEMSELVES
from henk_pipeline.leads.spellings import (
    DOUBLED,
    FAMILY_PARTICLES,
    HEARD_ALIKE,
    MIN_SPELLING_LENGTH,
    MIN_WITH_UMLAUT_LENGTH,
    UMLAUT,
    names_heard_alike,
    short_forms_of_both,
    short_forms_of_their_own,
)
from henk_pipeline.uploads.known_names import load_synonyms, name_key

TABLE = """CREATE OR REPLACE FUNCTION henk.{name}() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{value}'::jsonb;
"""
DIVIDE = """-- Folded given and family names without their generation, and it: henk_pipeline.leads.given_names.divide_names.
CREATE OR REPLACE FUNCTION henk.divide_name(INOUT p_first text, INOUT p_last text, OUT generation text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    given text[] := CASE WHEN strpos(p_first, ' ') > 0 THEN regexp_match(p_first, '{given}') END;
    family text[] := CASE WHEN strpos(p_last, ' ') > 0 THEN regexp_match(p_last, '{family}') END;
    front_given text[];
    front_family text[];
BEGIN
    p_first := CASE WHEN given IS NULL THEN p_first ELSE given[1] || coalesce(given[3], '') END;
    p_last := CASE WHEN family IS NULL THEN p_last ELSE family[1] || coalesce(family[3], '') END;
    front_given := regexp_match(p_first, '{front}');
    front_family := regexp_match(p_last, '{front}');
    p_first := coalesce(front_given[2], p_first);
    p_last := coalesce(front_family[2], p_last);
    generation := henk.generations() ->> coalesce(family[2], family[4], given[2], front_family[1], front_given[1]);
END
$$;
"""
MIDDLE = """-- The first word behind the first of folded given names that is a name or an initial.
CREATE OR REPLACE FUNCTION henk.middle_name(p_first text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN strpos(p_first, ' ') > 0 THEN substring(p_first FROM '^[^ ]+ (?:(?:{particles}) )*([^ 0-9]+)(?: |$)') END;
"""
SUFFIX = """-- A family name with the generation that a custom field of suffixes names behind it, unless it has one.
CREATE OR REPLACE FUNCTION henk.with_generation(p_last text, p_custom jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found text;
BEGIN
    IF p_last IS NULL OR p_custom IS NULL OR p_custom::text !~ '{hint}' THEN
        RETURN p_last;
    END IF;
    IF (henk.divide_name(NULL, henk.folded(p_last))).generation IS NOT NULL THEN
        RETURN p_last;
    END IF;
    SELECT henk.folded(w.word) INTO found FROM jsonb_each_text(p_custom) f
    CROSS JOIN LATERAL (SELECT f.value AS word, 0 AS place UNION ALL
        SELECT s.word, s.place FROM regexp_split_to_table(f.value, '[,;/]|\\s') WITH ORDINALITY s (word, place)) w
    WHERE regexp_replace(henk.folded(f.key), '[^a-z0-9]', '', 'g') = ANY ('{{{keys}}}') AND henk.generations() ? henk.folded(w.word)
    ORDER BY f.key COLLATE "C", w.place LIMIT 1;
    RETURN p_last || coalesce(' ' || found, '');
END
$$;
"""

BY_THEMSELVES = """-- Given names that are no short form of a third name: henk_pipeline.leads.nicknames.GIVEN_BY_THEMSELVES.
CREATE OR REPLACE FUNCTION henk.given_by_themselves() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{{{names}}}'::text[];
"""
MIDDLE_MEMBER = """-- Given names with the middle name of a custom field behind them: henk_pipeline.leads.given_names.compared_columns.
CREATE OR REPLACE FUNCTION henk.with_middle_name(p_first text, p_custom jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_custom = '{{}}' THEN p_first ELSE p_first || coalesce(' ' || substring(p_custom::text FROM '{member}'), '') END;
"""
LETTER = r"[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff]"  # noqa: E501
BLANK = r"[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
WORD = "[0-9_" + LETTER[1:]
COMPARABLE = r"""-- Given names with initials apart ("J.R." as "J. R.") and without the title before them; "Mrs." before a name that is not
-- known to be a woman's stays: henk_pipeline.leads.given_names.comparable_given_names.
CREATE OR REPLACE FUNCTION henk.comparable_given_name(p_first text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    words text[];
    bare integer := 1;
    taken text[];
    is_woman boolean;
BEGIN
    IF p_first !~ '[. \u0009-\u000d]|[^\u0001-~]' OR henk.lowered(p_first) !~ '^{blank}*({titles})(\.|{blank})'
        AND p_first !~ '(?<!{word}){letter}\.{letter}' THEN
        RETURN p_first;
    END IF;
    words := regexp_split_to_array(regexp_replace(regexp_replace(regexp_replace(p_first, '(?<={letter}{letter})\.(?={letter})', '. ', 'g'),
        '(?<!{word})({letter})\.(?={letter})', '\1. ', 'g'), '^{blank}+|{blank}+$', '', 'g'), '{blank}+');
    WHILE bare < cardinality(words) AND btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()') = ANY ('{{{title_words}}}')
        AND (right(words[bare], 1) = '.' OR btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()') <> ALL ('{{{also_names}}}')) LOOP
        taken := taken || btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()');
        bare := bare + 1;
    END LOOP;
    is_woman := coalesce(henk.genders() ->> split_part(henk.folded(words[bare]), ' ', 1) = 'f', false);
    IF taken && '{{{women}}}' AND NOT is_woman OR taken && '{{{men}}}' AND is_woman
        OR EXISTS (SELECT FROM unnest(words[bare:]) w WHERE btrim(replace(henk.case_folded(w), '.', ''), ',;()') = ANY ('{{{joints}}}')) THEN
        bare := 1;
    END IF;
    RETURN array_to_string(words[bare:], ' ');
END
$$;
"""

BEGINS = r"""-- Given names, each with the longer ones that begin with it and may be the same person's: henk_pipeline.leads.beginnings.longer_forms.
CREATE OR REPLACE FUNCTION henk.longer_forms() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{forms}'::jsonb;

-- Whether a folded name may be the same as one that it begins like; null where one is missing: henk_pipeline.leads.beginnings.begins_like.
CREATE OR REPLACE FUNCTION henk.begins_like(p_one text, p_other text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
AS $$
DECLARE
    shorter text := CASE WHEN length(p_one) <= length(p_other) THEN p_one ELSE p_other END;
    longer text := CASE WHEN length(p_one) <= length(p_other) THEN p_other ELSE p_one END;
BEGIN
    IF p_one = p_other OR NOT starts_with(longer, shorter) THEN
        RETURN p_one = p_other;
    END IF;
    RETURN length(shorter) = 1 AND shorter COLLATE "C" < U&'\{ideograph}'
        OR coalesce(longer = ANY (string_to_array(henk.longer_forms() ->> shorter, ' ')), false)
        OR longer <> ALL (ARRAY[{feminine}]) AND NOT henk.longer_forms() ? shorter
            AND (henk.longer_forms() ? longer OR length(shorter) >= {shortest});
END
$$;
"""
SPELLINGS = r"""-- Folded names with the letters that henk.folded makes of umlauts: henk_pipeline.leads.spellings.without_umlauts.
CREATE OR REPLACE FUNCTION henk.without_umlauts(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN length(p_name) >= {umlaut_length} THEN regexp_replace(p_name, '{umlaut}', '{bare}', 'g') ELSE p_name END;

-- Folded given names in one spelling of those that are heard alike: henk_pipeline.leads.spellings.heard.
CREATE OR REPLACE FUNCTION henk.heard(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN henk.without_umlauts({heard});

-- Whether two folded names are spellings of one; null where one is missing: henk_pipeline.leads.spellings.spelled_alike.
CREATE OR REPLACE FUNCTION henk.spelled_alike(p_one text, p_other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(length(p_one), length(p_other)) >= {shortest} AND NOT starts_with(p_one, p_other) AND NOT starts_with(p_other, p_one)
    AND henk.heard(p_one) = henk.heard(p_other);

-- Short forms of names of men and of women: henk_pipeline.leads.spellings.short_forms_of_both.
CREATE OR REPLACE FUNCTION henk.short_forms_of_both() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{{{of_both}}}'::text[];

-- Short forms that are the whole name of other people: henk_pipeline.leads.spellings.short_forms_of_their_own.
CREATE OR REPLACE FUNCTION henk.short_forms_of_their_own() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{{{of_their_own}}}'::text[];

-- Pairs of given names that are heard alike and are two people's as often: henk_pipeline.leads.spellings.names_heard_alike.
CREATE OR REPLACE FUNCTION henk.names_heard_alike() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{{{heard_alike}}}'::text[];

-- The words of family names that the others lack, sorted and as one word: henk_pipeline.leads.spellings.own_words. A particle that stands alone is a
-- name ("Do", "Le").
CREATE OR REPLACE FUNCTION henk.own_words(p_words text[], p_others text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(string_agg(w.word, '' ORDER BY w.word COLLATE "C"), '')
    FROM (SELECT DISTINCT unnest(p_words) AS word) AS w
    WHERE w.word <> all(p_others) AND (cardinality(p_words) = 1
        OR w.word <> all('{{{particles}}}'::text []))
);

-- Whether of two family names of several words each has one of its own ("Rivero Salas", "Rivero Tovar").
CREATE OR REPLACE FUNCTION henk.second_families_differ(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    own text;
    other text;
BEGIN
    IF NOT coalesce((p_one).last_words && (p_other).last_words AND (p_one).last <> (p_other).last, false) THEN
        RETURN false;
    END IF;
    own := henk.own_words((p_one).last_words, (p_other).last_words);
    other := henk.own_words((p_other).last_words, (p_one).last_words);
    RETURN own <> '' AND other <> '' AND NOT starts_with(own, other) AND NOT starts_with(other, own) AND henk.heard(own) <> henk.heard(other);
END
$$;
"""


DETAILS = """-- Names of organisations with their legal forms, and "Saint", in short: henk_pipeline.leads.details.shortened.
CREATE OR REPLACE FUNCTION henk.shortened(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN {short};

-- Whether words of two names are a man's and a woman's ("Van" and "Thi"): henk_pipeline.leads.details.sex_words_contradict.
CREATE OR REPLACE FUNCTION henk.sex_words_contradict(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    one text := concat(' ', (p_one).middle, ' ', array_to_string((p_one).last_words, ' '), ' ');
    other text := concat(' ', (p_other).middle, ' ', array_to_string((p_other).last_words, ' '), ' ');
BEGIN
    RETURN {contradictions}
        OR coalesce(strpos(concat(' ', (p_other).first, other), ' ' || substring(concat(' ', (p_one).first, one) FROM '{wife}') || ' ') > 0, false)
        OR coalesce(strpos(concat(' ', (p_one).first, one), ' ' || substring(concat(' ', (p_other).first, other) FROM '{wife}') || ' ') > 0, false);
END
$$;
"""


def details() -> str:
    """Return the rules of words of organisations, and of men and women in names, as SQL."""
    short = "p_name"
    for pattern, word in short_forms():
        short = f"regexp_replace({short}, '{pattern}', '{word}', 'g')".replace(r"\b", r"\y")
    pairs = [
        f"{a} ~ '{his}' AND {a} !~ '{hers}' AND {b} ~ '{hers}'"
        for his, hers in sex_words()
        for a, b in (("one", "other"), ("other", "one"))
    ]
    return DETAILS.format(short=short, contradictions="\n        OR ".join(pairs), wife=wife_pattern())


def spellings() -> str:
    """Return the rules of spellings as SQL."""
    expression = "p_name"
    for pattern, letters in HEARD_ALIKE:
        expression = f"regexp_replace({expression}, '{pattern}', '{_backward(letters)}', 'g')"
    expression = f"regexp_replace({expression}, '([{DOUBLED}])\\1+', '\\1', 'g')"
    return SPELLINGS.format(
        heard=expression, umlaut=UMLAUT[0], bare=_backward(UMLAUT[1]), umlaut_length=MIN_WITH_UMLAUT_LENGTH, shortest=MIN_SPELLING_LENGTH,
        of_both=",".join(sorted(short_forms_of_both())), of_their_own=",".join(sorted(short_forms_of_their_own())),
        heard_alike=",".join(f'"{pair}"' for pair in names_heard_alike()), particles=",".join([*PARTICLES.split("|"), *FAMILY_PARTICLES]),
    )  # fmt: skip


def _backward(letters: str) -> str:
    """Return a replacement as PostgreSQL writes it."""
    return re.sub(r"\$\{(\d)\}", r"\\\1", letters)


def _array(words: Iterable[str]) -> str:
    return ",".join(sorted({plain(word) for word in words}))


def comparable() -> str:
    """Return the rule of initials and titles as SQL."""
    words = load_name_words().words
    titles = "|".join(sorted((re.escape(plain(title)) for title in words.titles), key=lambda word: (-len(word), word)))
    return COMPARABLE.format(
        letter=LETTER, word=WORD, blank=BLANK, titles=titles, title_words=_array(words.titles), also_names=_array(words.also_names),
        joints=_array(words.joints), women=_array(words.women), men=_array(words.men),
    )  # fmt: skip


def sql() -> str:
    """Return the functions of all rules as SQL."""
    tables = {"generations": generations(), "genders": genders()}
    given, family, front = generation_patterns()
    keys = sorted({name_key(name) for name in load_synonyms().fields["name_suffix"]})
    return "\n".join(
        [
            *(TABLE.format(name=name, value=json.dumps(table, ensure_ascii=False, sort_keys=True)) for name, table in tables.items()),
            DIVIDE.format(given=given, family=family, front=front),
            MIDDLE.format(particles=PARTICLES),
            BEGINS.format(
                forms=json.dumps({name: " ".join(longer) for name, longer in longer_forms().items()}, ensure_ascii=False, sort_keys=True),
                ideograph=f"{ord(FIRST_IDEOGRAPH):04X}",
                shortest=MIN_CUT_LENGTH,
                feminine=", ".join(f"shorter || '{ending}'" for ending in FEMININE),
            ),
            BY_THEMSELVES.format(names=",".join(sorted(GIVEN_BY_THEMSELVES))),
            MIDDLE_MEMBER.format(member=middle_name_member().replace("'", "''")),
            comparable(),
            spellings(),
            details(),
            SUFFIX.format(keys=",".join(keys), hint="[Ss][Uu][Ff]|[Gg][Ee][Nn][Ee][Rr]|[Zz][Uu][Ss][Aa]|[Aa][Cc][Hh][Tt][Ee][Rr]"),
        ]
    )


if __name__ == "__main__":
    print(sql())
