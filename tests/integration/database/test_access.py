"""Who may do what, written out."""

import psycopg
import pytest

from tests.integration.database.acting import acting_as, column

WHO = ("anon", "stranger", "invited", "suspended", "viewer", "member", "admin", "owner", "of two", "service")

# read: whose rows are seen: - no right, 0 nobody's, a acme's, b acme's and the other business's.
# insert, update, delete of a row of acme's: y done, n not (no right, or no such row for the caller).
EXPECTED = """
                                   anon stranger invited suspended viewer member admin owner of_two service
businesses read                    -    0        0       0         a      a      a     a     b      b
businesses insert                  n    n        n       n         n      n      n     n     n      y
businesses update                  n    n        n       n         n      n      y     y     n      y
businesses delete                  n    n        n       n         n      n      n     n     n      n
team_members read                  -    0        0       0         a      a      a     a     b      b
team_members insert                n    n        n       n         n      n      n     n     n      y
team_members update                n    n        n       n         n      n      y     y     n      y
team_members delete                n    n        n       n         n      n      y     y     n      y
campaigns read                     -    0        0       0         a      a      a     a     b      b
campaigns insert                   n    n        n       n         n      y      y     y     y      y
campaigns update                   n    n        n       n         n      y      y     y     y      y
campaigns delete                   n    n        n       n         n      y      y     y     y      y
leads read                         -    0        0       0         a      a      a     a     b      b
leads insert                       n    n        n       n         n      y      y     y     y      y
leads update                       n    n        n       n         n      y      y     y     y      y
leads delete                       n    n        n       n         n      y      y     y     y      y
lead_lists read                    -    0        0       0         a      a      a     a     b      b
lead_lists insert                  n    n        n       n         n      y      y     y     y      y
lead_lists update                  n    n        n       n         n      y      y     y     y      y
lead_lists delete                  n    n        n       n         n      y      y     y     y      y
lead_list_members read             -    0        0       0         a      a      a     a     b      b
lead_list_members insert           n    n        n       n         n      y      y     y     y      y
lead_list_members update           n    n        n       n         n      y      y     y     y      y
lead_list_members delete           n    n        n       n         n      y      y     y     y      y
lead_list_exclusions read          -    0        0       0         a      a      a     a     b      b
lead_list_exclusions insert        n    n        n       n         n      y      y     y     y      y
lead_list_exclusions update        n    n        n       n         n      n      n     n     n      y
lead_list_exclusions delete        n    n        n       n         n      y      y     y     y      y
lead_list_events read              -    0        0       0         a      a      a     a     b      b
lead_list_events insert            n    n        n       n         n      n      n     n     n      y
lead_list_events update            n    n        n       n         n      n      n     n     n      y
lead_list_events delete            n    n        n       n         n      n      n     n     n      y
list_refreshes read                -    0        0       0         a      a      a     a     b      b
list_refreshes insert              n    n        n       n         n      n      n     n     n      y
list_refreshes update              n    n        n       n         n      n      n     n     n      y
list_refreshes delete              n    n        n       n         n      n      n     n     n      y
campaign_lead_lists read           -    0        0       0         a      a      a     a     b      b
campaign_lead_lists insert         n    n        n       n         n      y      y     y     y      y
campaign_lead_lists update         n    n        n       n         n      y      y     y     y      y
campaign_lead_lists delete         n    n        n       n         n      y      y     y     y      y
campaign_leads read                -    0        0       0         a      a      a     a     b      b
campaign_leads insert              n    n        n       n         n      y      y     y     y      y
campaign_leads update              n    n        n       n         n      y      y     y     y      y
campaign_leads delete              n    n        n       n         n      y      y     y     y      y
lead_imports read                  -    0        0       0         a      a      a     a     b      b
lead_imports insert                n    n        n       n         n      n      n     n     n      y
lead_imports update                n    n        n       n         n      n      n     n     n      y
lead_imports delete                n    n        n       n         n      n      n     n     n      y
lead_import_rows read              -    0        0       0         a      a      a     a     b      b
lead_import_rows insert            n    n        n       n         n      n      n     n     n      y
lead_import_rows update            n    n        n       n         n      n      n     n     n      y
lead_import_rows delete            n    n        n       n         n      n      n     n     n      y
lead_import_rejections read        -    0        0       0         a      a      a     a     b      b
lead_import_rejections insert      n    n        n       n         n      n      n     n     n      y
lead_import_rejections update      n    n        n       n         n      n      n     n     n      y
lead_import_rejections delete      n    n        n       n         n      n      n     n     n      y
lead_duplicate_candidates read     -    0        0       0         a      a      a     a     b      b
lead_duplicate_candidates insert   n    n        n       n         n      n      n     n     n      y
lead_duplicate_candidates update   n    n        n       n         n      y      y     y     y      y
lead_duplicate_candidates delete   n    n        n       n         n      n      n     n     n      y
lead_merges read                   -    0        0       0         a      a      a     a     b      b
lead_merges insert                 n    n        n       n         n      n      n     n     n      y
lead_merges update                 n    n        n       n         n      n      n     n     n      y
lead_merges delete                 n    n        n       n         n      n      n     n     n      y
suppressions read                  -    0        0       0         a      a      a     a     b      b
suppressions insert                n    n        n       n         n      y      y     y     y      y
suppressions update                n    n        n       n         n      y      y     y     y      y
suppressions delete                n    n        n       n         n      y      y     y     y      y
campaign_lead_lists_with_stats read - 0       0       0         a      a      a     a     b      b
lead_lists_with_campaigns read     -    0        0       0         a      a      a     a     b      b
add_lead_list_to_campaign call     n    n        n       n         n      y      y     y     y      y
remove_lead_list_from_campaign call n   n        n       n         n      y      y     y     y      y
create_lead_list_from_csv call     n    n        n       n         n      y      y     y     y      y
refresh_lead_list call             n    n        n       n         n      y      y     y     y      y
refresh_lead_list_now call         n    n        n       n         n      y      y     y     y      y
preview_lead_filter call           n    n        n       n         n      y      y     y     y      y
freeze_lead_list call              n    n        n       n         n      y      y     y     y      y
explain_membership call            n    n        n       n         n      y      y     y     y      y
undo_lead_import call              n    n        n       n         n      y      y     y     y      y
merge_leads call                   n    n        n       n         n      y      y     y     y      y
unmerge_leads call                 n    n        n       n         n      y      y     y     y      y
erase_lead call                    n    n        n       n         n      y      y     y     y      y
"""

INSERTS = {
    "businesses": "(name, slug) VALUES ('New', 'new')",
    "team_members": "(business_id, user_id, role) VALUES (%(business)s, %(new_user)s, 'member')",
    "campaigns": "(business_id, name, status) VALUES (%(business)s, 'New', 'draft')",
    "leads": "(business_id, email) VALUES (%(business)s, 'new@example.org')",
    "lead_lists": "(business_id, name) VALUES (%(business)s, 'New')",
    "lead_list_members": "(lead_list_id, lead_id) VALUES (%(list)s, %(second_lead)s)",
    "lead_list_exclusions": "(lead_list_id, lead_id) VALUES (%(dynamic_list)s, %(third_lead)s)",
    "lead_list_events": "(business_id, lead_list_id, event, cause) VALUES (%(business)s, %(list)s, 'left', 'hand')",
    "list_refreshes": "(business_id, lead_list_id, cause, started_at, finished_at, status) VALUES (%(business)s, %(list)s, 'hand', now(), now(), 'done')",
    "campaign_lead_lists": "(campaign_id, lead_list_id) VALUES (%(campaign)s, %(dynamic_list)s)",
    "campaign_leads": "(campaign_id, lead_id) VALUES (%(campaign)s, %(second_lead)s)",
    "lead_imports": "(business_id, upload, file_name, file_size, content_hash, list_name, rules, status) "
    "VALUES (%(business)s, 'new', 'f', 1, repeat('1', 64), 'l', '', 'rejected')",
    "lead_import_rows": "(import_id, business_id, line_number, lead_id, action) VALUES (%(import)s, %(business)s, 9, %(lead)s, 'unchanged')",
    "lead_import_rejections": "(import_id, business_id, line_number, rule, message, row) VALUES (%(import)s, %(business)s, 9, 'r', 'm', '{}')",
    "lead_duplicate_candidates": "(business_id, lead_id, other_lead_id, match_probability) VALUES (%(business)s, least(%(lead)s::uuid, %(third_lead)s), "
    "greatest(%(lead)s::uuid, %(third_lead)s), 0.9)",
    "lead_merges": "(business_id, kept_lead_id, dropped_lead_id, rows_before, rows_after, moved) VALUES (%(business)s, %(lead)s, gen_random_uuid(), '{}', '{}', '{}')",
    "suppressions": "(business_id, channel, value) VALUES (%(business)s, 'phone', '+12125550109')",
}
UPDATES = {
    "businesses": "name = 'Changed'",
    "team_members": "status = 'left'",
    "campaigns": "name = 'Changed'",
    "leads": "first_name = 'Changed'",
    "lead_lists": "name = 'Changed'",
    "lead_list_members": "notes = 'changed'",
    "lead_list_exclusions": "reason = 'changed'",
    "lead_list_events": "cause = 'undo'",
    "list_refreshes": "status = 'failed'",
    "campaign_lead_lists": "priority = 7",
    "campaign_leads": "status = 'contacted'",
    "lead_imports": "error = 'changed'",
    "lead_import_rows": "taken_back = true",
    "lead_import_rejections": "message = 'changed'",
    "lead_duplicate_candidates": "decision = 'different'",
    "lead_merges": "taken_apart_at = now()",
    "suppressions": "reason = 'changed'",
}
CALLS = {
    "add_lead_list_to_campaign": "(%(campaign)s, %(list)s, 2)",
    "remove_lead_list_from_campaign": "(%(campaign)s, %(list)s)",
    "create_lead_list_from_csv": "(%(business)s, 'New', '[{\"email\": \"new@example.org\"}]')",
    "refresh_lead_list": "(%(dynamic_list)s)",
    "refresh_lead_list_now": "(%(dynamic_list)s)",
    "preview_lead_filter": "(%(business)s, '{\"callable\": true}')",
    "freeze_lead_list": "(%(dynamic_list)s, 'Copy')",
    "explain_membership": "(%(dynamic_list)s, %(lead)s)",
    "undo_lead_import": "(%(import)s)",
    "merge_leads": "(%(lead)s, %(second_lead)s)",
    "unmerge_leads": "(%(merge)s)",
    "erase_lead": "(%(lead)s)",
}


CASES = [
    (name, what, who, expected)
    for line in EXPECTED.strip().splitlines()[1:]
    for name, what, *outcomes in [line.split()]
    for who, expected in zip(WHO, outcomes, strict=True)
]


def outcome(connection, name, what, acme, other):
    """What happens, in the letters of the table."""
    key = "id" if name in ("businesses", "lead_lists_with_campaigns") else "business_id"
    key = "business_id" if name == "lead_lists_with_campaigns" else key
    narrow = {"team_members": " AND user_id = %(colleague)s"}.get(name, "")
    if (name, what) == ("lead_lists", "delete"):
        narrow = " AND id = %(dynamic_list)s"  # the other one is assigned to a campaign
    try:
        with connection.transaction():
            if what == "read":
                seen = set(column(connection, f"SELECT DISTINCT {key}::text FROM {name}"))
                assert seen <= {acme["business"], other["business"]}
                return {frozenset(): "0", frozenset([acme["business"]]): "a"}.get(frozenset(seen), "b")
            if what == "call":
                connection.execute(f"SELECT {name}{CALLS[name]}", acme)
                return "y"
            statement = {
                "insert": f"INSERT INTO {name} {INSERTS.get(name)}",
                "update": f"UPDATE {name} SET {UPDATES.get(name)} WHERE {key} = %(business)s{narrow}",
                "delete": f"DELETE FROM {name} WHERE {key} = %(business)s{narrow}",
            }[what]
            return "y" if connection.execute(statement, acme).rowcount else "n"
    except psycopg.errors.InsufficientPrivilege:
        return "-" if what == "read" else "n"
    except (psycopg.errors.ForeignKeyViolation, psycopg.errors.RestrictViolation):
        return "n"  # a business that has something is nobody's to delete


@pytest.mark.parametrize(("name", "what", "who", "expected"), CASES)
def test_who_may_do_what(world, name, what, who, expected):
    connection, acme, other, people = world
    role, user = people[who]
    with acting_as(connection, user, role, take_back=True):
        assert outcome(connection, name, what, acme, other) == expected


def test_the_table_names_every_table_view_and_function_there_is(world):
    connection = world[0]
    named = {line.split()[0] for line in EXPECTED.strip().splitlines()[1:]}
    relations = column(
        connection,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p') AND relname <> 'schema_migrations'",
    )
    functions = column(
        connection, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype"
    )
    assert named == {*relations, *functions}


def test_the_catalog_holds_what_the_policies_promise(world):
    connection = world[0]
    tables = "relnamespace = 'public'::regnamespace AND relkind = 'r'"
    assert column(connection, f"SELECT relname FROM pg_class WHERE {tables} AND NOT relrowsecurity") == []
    assert (
        connection.execute("SELECT polrelid::regclass, polcmd, polroles FROM pg_policy GROUP BY 1, 2, 3 HAVING count(*) > 1").fetchall()
        == []
    )
    assert column(connection, "SELECT polname FROM pg_policy WHERE polroles <> ARRAY['authenticated'::regrole::oid]") == []
    # One call a statement: the helper stands inside a sub-select.
    expressions = column(connection, "SELECT concat(qual, with_check) FROM pg_policies WHERE schemaname = 'public'")
    assert expressions
    assert all(text.count("my_businesses") // 2 == text.count("SELECT henk.my_businesses(") for text in expressions)
    definers = connection.execute(
        "SELECT oid::regprocedure::text, proconfig FROM pg_proc WHERE prosecdef AND pronamespace IN ('public'::regnamespace, 'henk'::regnamespace)"
    ).fetchall()
    assert all(any(setting.startswith("search_path=") for setting in config or []) for _, config in definers)
    public = {name: config for name, config in definers if not name.startswith("henk.")}
    assert len(public) == 12
    assert all(config[0] == 'search_path=""' for config in public.values())
    functions = "pronamespace IN ('public'::regnamespace, 'henk'::regnamespace)"
    assert (
        column(
            connection, f"SELECT oid::regprocedure::text FROM pg_proc WHERE {functions} AND has_function_privilege('anon', oid, 'execute')"
        )
        == []
    )
    inner = (
        "SELECT proname FROM pg_proc WHERE pronamespace = 'henk'::regnamespace AND has_function_privilege('authenticated', oid, 'execute')"
    )
    assert set(column(connection, inner)) == {
        "my_businesses", "is_suppressed", "fingerprint", "is_plain_email", "is_e164", "caller_id", "publishable",
        "match_keys", "folded", "email_key", "call_key", "phone_tails", "numbers_in", "plain_text",  # of an index: as whoever writes a lead
        "first_name_key", "postal_key", "letter_folds", "letter_folds_class", "is_final_phone",
    }  # fmt: skip
