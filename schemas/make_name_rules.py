"""Print the rules of henk_pipeline/leads/given_names.py as SQL functions, for a migration: `python schemas/make_name_rules.py`."""

import json

from henk_pipeline.leads.given_names import PARTICLES, genders, generation_patterns, generations
from henk_pipeline.uploads.headers import load_synonyms, name_key

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
            SUFFIX.format(keys=",".join(keys), hint="[Ss][Uu][Ff]|[Gg][Ee][Nn][Ee][Rr]|[Zz][Uu][Ss][Aa]|[Aa][Cc][Hh][Tt][Ee][Rr]"),
        ]
    )


if __name__ == "__main__":
    print(sql())
