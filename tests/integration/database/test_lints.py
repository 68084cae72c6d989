"""What linters of PostgreSQL report, and docs/security.md answers: foreign keys without an index of exactly their columns, search paths."""

FOREIGN_KEYS = """SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, c.conname,
        (SELECT json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod) ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k (attnum, place)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum)
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.contype = 'f' AND n.nspname IN ('public', 'henk') ORDER BY 1, 3"""
UNPINNED = """SELECT p.oid::regprocedure::text, p.prosecdef, p.provolatile FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('public', 'henk')
    AND NOT EXISTS (SELECT FROM unnest(coalesce(p.proconfig, '{}')) s WHERE s LIKE 'search_path=%')"""


def index_conditions(plan):
    yield plan.get("Index Cond", "")
    for part in plan.get("Plans", ()):
        yield from index_conditions(part)


def test_a_delete_of_a_parent_finds_its_rows_by_an_index(connection):
    keys = connection.execute(FOREIGN_KEYS).fetchall()
    assert len(keys) > 20
    connection.execute("SET enable_seqscan = off")
    slow = []
    for table, parent, name, columns in keys:
        # Of an empty table an index on business_id costs as little; of a full one that on the other column is chosen.
        own = {column: kind for column, kind in columns.items() if column != "business_id"} or columns
        where = " AND ".join(f"{column} = (SELECT NULL::{kind})" for column, kind in own.items())  # not known when it is planned
        ((plan,),) = connection.execute(f"EXPLAIN (FORMAT json) SELECT FROM ONLY {table} WHERE {where} FOR KEY SHARE").fetchall()
        conditions = " ".join(index_conditions(plan[0]["Plan"]))
        if not all(column in conditions for column in own):
            slow.append((table, parent, name, conditions))
    assert slow == []


def test_a_function_without_a_search_path_of_its_own_runs_with_the_rights_of_its_caller_and_writes_nothing(connection):
    functions = connection.execute(UNPINNED).fetchall()
    assert [name for name, is_definer, volatility in functions if is_definer or volatility == "v"] == []


def test_no_client_can_make_an_object_that_such_a_function_would_find(connection):
    roles = [
        role for (role,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role')")
    ]
    schemas = [name for (name,) in connection.execute("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'")]
    may = "SELECT has_schema_privilege(%s, %s, 'CREATE')"
    assert [(role, schema) for role in roles for schema in schemas if connection.execute(may, [role, schema]).fetchone() == (True,)] == []
