"""Lines of files refer to leads and imports without a foreign key, which would write every lead that a file names; what one promises holds."""

import psycopg
import pytest

LINE = "INSERT INTO lead_import_rows (import_id, business_id, line_number, lead_id, action) VALUES (%({import_})s, %(business)s, {line}, %({lead})s, 'inserted')"
IMPORT = """INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status)
    VALUES (%s, 'people', 'people.csv', 1, repeat('0', 64), 'people', '', 'rejected') RETURNING id"""


@pytest.fixture
def ids(connection):
    """Two businesses, each with two leads and an import, whose lines 2 and 3 became them; the other's by names with `other_`."""
    told = {}
    for prefix in ("", "other_"):
        business = connection.execute(
            "INSERT INTO businesses (name, slug) VALUES ('x', %s) RETURNING id", [f"{prefix}acme".replace("_", "-")]
        )
        told[f"{prefix}business"] = business.fetchone()[0]
        mine = [told[f"{prefix}business"]]
        for name in ("lead", "second"):
            lead = connection.execute("INSERT INTO leads (business_id, email) VALUES (%s, %s) RETURNING id", [*mine, f"{name}@example.org"])
            told[prefix + name] = lead.fetchone()[0]
        told[f"{prefix}import"] = connection.execute(IMPORT, mine).fetchone()[0]
        for line, name in ((2, "lead"), (3, "second")):
            values = {"business": mine[0], "import": told[f"{prefix}import"], "lead": told[prefix + name]}
            connection.execute(LINE.format(import_="import", line=line, lead="lead"), values)
    return told


def lines(connection, ids, prefix=""):
    query = "SELECT line_number, lead_id FROM lead_import_rows WHERE import_id = %s ORDER BY 1"
    return connection.execute(query, [ids[f"{prefix}import"]]).fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        LINE.format(import_="other_import", line=4, lead="lead"),
        LINE.format(import_="lead", line=4, lead="lead"),
        LINE.format(import_="import", line=4, lead="other_lead"),
        LINE.format(import_="import", line=4, lead="import"),
        "UPDATE lead_import_rows SET lead_id = %(other_lead)s WHERE lead_id = %(lead)s",
        "UPDATE lead_import_rows SET import_id = %(other_import)s, line_number = 9 WHERE lead_id = %(lead)s",
        "UPDATE lead_import_rows SET business_id = %(other_business)s WHERE lead_id = %(lead)s",
        "UPDATE leads SET business_id = %(other_business)s, email = 'c@example.org' WHERE id = %(lead)s",
        "UPDATE leads SET id = gen_random_uuid() WHERE id = %(lead)s",
        "UPDATE lead_imports SET business_id = %(other_business)s, list_name = 'x' WHERE id = %(import)s",
        "UPDATE lead_imports SET id = gen_random_uuid() WHERE id = %(import)s",
    ],
)
def test_a_line_is_of_its_business_import_and_lead(connection, ids, statement):
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute(statement, ids)


def test_a_line_may_be_moved_to_another_lead_of_the_business(connection, ids):
    connection.execute("UPDATE lead_import_rows SET lead_id = %(second)s WHERE lead_id = %(lead)s", ids)
    assert lines(connection, ids) == [(2, ids["second"]), (3, ids["second"])]


def test_a_lead_that_goes_leaves_its_line(connection, ids):
    connection.execute("DELETE FROM leads WHERE id = %(lead)s", ids)
    assert lines(connection, ids) == [(2, None), (3, ids["second"])]
    connection.execute("DELETE FROM leads WHERE business_id = %(business)s", ids)
    assert lines(connection, ids) == [(2, None), (3, None)]
    assert lines(connection, ids, "other_") == [(2, ids["other_lead"]), (3, ids["other_second"])]


def test_an_import_that_goes_takes_its_lines_with_it(connection, ids):
    connection.execute("DELETE FROM lead_imports WHERE id = %(import)s", ids)
    assert lines(connection, ids) == []
    assert len(lines(connection, ids, "other_")) == 2


def test_a_lead_and_an_import_may_move_as_long_as_no_line_names_them(connection, ids):
    connection.execute("DELETE FROM lead_import_rows WHERE business_id = %(business)s", ids)
    connection.execute("UPDATE leads SET business_id = %(other_business)s, email = 'c@example.org' WHERE id = %(lead)s", ids)
    connection.execute("UPDATE lead_imports SET business_id = %(other_business)s, list_name = 'x' WHERE id = %(import)s", ids)
    of = "SELECT l.business_id, i.business_id FROM leads l, lead_imports i WHERE l.id = %(lead)s AND i.id = %(import)s"
    assert connection.execute(of, ids).fetchone() == (ids["other_business"], ids["other_business"])
