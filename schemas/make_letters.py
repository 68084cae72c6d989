"""Print the rules of henk_pipeline/leads/letters.py as SQL functions, for a migration: `python schemas/make_letters.py`."""

import json

from henk_pipeline.leads.letters import ACUTE, APOSTROPHES, MARKS, SEPARATORS, case_folds, letter_folds, small_letters

FUNCTION = """CREATE OR REPLACE FUNCTION henk.{name}() RETURNS {type}
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{value}'{cast};
"""
# A substitution per distinct letter: a text holds few letters that change, and translate() compares each letter with the whole table.
REPLACING = """    LOOP
        letter := substring({text} FROM henk.{name}_class());
        EXIT WHEN letter IS NULL;
        {text} := replace({text}, letter, henk.{name}() ->> letter);
    END LOOP;"""
CASE = """CREATE OR REPLACE FUNCTION henk.{function}(p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    letter text;
BEGIN
    p_text := lower(p_text COLLATE "C"); -- ASCII only, whatever the locale of the server
    IF p_text !~ '[^\\u0001-~]' THEN
        RETURN p_text;
    END IF;
{replacing}
    RETURN normalize(p_text, NFC);
END
$$;
"""
FOLDED = """CREATE OR REPLACE FUNCTION henk.folded(p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    letter text;
BEGIN
    IF p_text ~ '^[a-zA-Z0-9]+( [a-zA-Z0-9]+)*$' THEN -- most words; the rest costs ten times as much
        RETURN lower(p_text COLLATE "C");
    END IF;
    IF p_text ~ '[^\\u0001-~]' THEN
        p_text := regexp_replace(normalize(replace(p_text, '{acute}', ''), NFKD), '[{marks}]', '', 'g');
{replacing}
    END IF;
    p_text := regexp_replace(lower(p_text COLLATE "C"), '[{apostrophes}]', '', 'g');
    RETURN nullif(btrim(regexp_replace(p_text, '[{separators}]+', ' ', 'g')), '');
END
$$;
"""


def ranges(characters: list[str]) -> str:
    """Return characters as a class of a regular expression, neighbours as ranges."""
    codes = sorted(map(ord, characters))
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "[" + "".join(_escaped(first) if first == last else f"{_escaped(first)}-{_escaped(last)}" for first, last in spans) + "]"


def _escaped(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def sql() -> str:
    """Return the functions of all rules as SQL."""
    parts = []
    for name, table in (("small_letters", small_letters()), ("case_folds", case_folds()), ("letter_folds", letter_folds())):
        value = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
        parts.append(FUNCTION.format(name=name, type="jsonb", value=value, cast="::jsonb"))
        parts.append(FUNCTION.format(name=f"{name}_class", type="text", value=ranges(list(table)), cast="::text"))
    for function, name in (("lowered", "small_letters"), ("case_folded", "case_folds")):
        parts.append(CASE.format(function=function, replacing=REPLACING.format(text="p_text", name=name)))
    replacing = "\n".join("    " + line for line in REPLACING.format(text="p_text", name="letter_folds").split("\n"))
    classes = {"marks": MARKS, "apostrophes": APOSTROPHES.replace("'", "''"), "separators": SEPARATORS}
    parts.append(FOLDED.format(acute=ACUTE, replacing=replacing, **classes))
    return "\n".join(parts)


if __name__ == "__main__":
    print(sql())
