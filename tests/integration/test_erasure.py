"""After `henk erase` nothing of the person is in the database, and every file of the home that still holds the person is listed."""

import gzip
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.fixtures.hostile import workbook, zipped
from tests.integration.uploading import add_business

FIRST, LAST, EMAIL = "Zephyrine", "Quackenbush", "zephyrine.q@example.org"
ENDS = ("2125550143", "2125550144")
# What names her: in lower case, and digits without punctuation.
WORDS = (FIRST.lower(), LAST.lower(), EMAIL, "12 walpurgis lane")
HEADER = "First Name,Last Name,Email,Phone,Mobile,Street,T-Shirt\n"
OTHERS = "Bo,Xu,bo@example.org,(212) 555-0150,,1 Elm Street,M\nCy,Ng,cy@example.org,212-555-0151,,2 Elm Street,S\n"
HERS = f"{FIRST},{LAST},{EMAIL},(212) 555-0143,212.555.0144,12 Walpurgis Lane,L\n"


def texts_of(path: Path) -> Iterator[str]:
    """Everything readable in a file: its bytes, and what is packed in it."""
    content = path.read_bytes()
    yield content.decode("latin-1")
    if path.suffix == ".gz":
        yield gzip.decompress(content).decode("utf-8", "replace")
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    elif path.suffix == ".parquet":
        yield json.dumps(pl.read_parquet(path).to_dicts(), default=str)


def speaks_of_her(text: str) -> bool:
    text = text.lower()
    return any(word in text for word in WORDS) or any(end in re.sub(r"[() .+-]", "", text) for end in ENDS)


def files_of_her(home: Path) -> set[Path]:
    return {path for path in home.rglob("*") if path.is_file() and any(speaks_of_her(text) for text in texts_of(path))}


def rows_of_her(connection) -> list[str]:
    """The tables of the whole database with a row that speaks of her."""
    tables = connection.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
    ).fetchall()
    return [
        name for (name,) in tables if any(speaks_of_her(text) for (text,) in connection.execute(f"SELECT t::text FROM {name} t").fetchall())
    ]


def erase(henk, *contacts) -> set[Path]:
    """Erase as an operator does; the files that the command lists."""
    result = henk("erase", *contacts, "--business", "acme", "--yes", "--json")
    assert result.returncode == 0, result.stderr
    return {Path(name) for line in result.stdout.splitlines() for name in json.loads(line)["files_that_hold_the_person"]}


@pytest.fixture
def landing(settings, connection):
    add_business(connection, "acme", "Year End")
    folder = Path(settings.landing) / "acme"
    folder.mkdir(parents=True)
    return folder


def assert_only_listed_files_remain(settings, connection, listed):
    assert rows_of_her(connection) == []
    assert files_of_her(settings.home) == listed


@pytest.mark.long
def test_a_person_of_many_files_and_calls(henk, settings, connection, landing):
    (landing / "guests.csv").write_text(HEADER + HERS + OTHERS)
    (landing / "guests.csv.toml").write_text('campaigns = ["Year End"]\n')
    with gzip.open(landing / "packed.csv.gz", "wt") as packed:
        packed.write(HEADER + HERS.replace(",L", ",XL"))
    (landing / "hidden.xlsx").write_bytes(workbook([line.split(",") for line in (HEADER + OTHERS + HERS).splitlines()], hidden={4}))
    (landing / "rejected.csv").write_text(
        HEADER + OTHERS + HERS.replace(EMAIL, EMAIL.replace("@", " at ")).replace("(212) 555-0143", "12-3")
    )
    (landing / "others.csv").write_text(HEADER + OTHERS)
    (landing / "refused.pdf").write_bytes(b"%PDF-1.4 a list of " + LAST.encode())
    (landing / "waits.csv").write_text(HEADER + HERS + OTHERS.replace("Elm", "Oak"))
    (landing / "waits.csv.toml").write_text('campaigns = ["Not There Yet"]\n')
    assert henk("nightly").returncode in (0, 1)
    called = "UPDATE campaign_leads SET status = 'contacted', attempts = 1, notes = %s, outcome = %s WHERE lead_id IN (SELECT id FROM leads WHERE email = %s)"
    connection.execute(called, [f"{FIRST} rang", EMAIL, EMAIL])
    other = connection.execute("SELECT id FROM leads WHERE first_name = 'Bo'").fetchone()[0]
    hers = connection.execute("SELECT id FROM leads WHERE first_name = %s", [FIRST]).fetchone()[0]
    for keep, drop in ((hers, other), (other, hers)):
        connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
        connection.execute("SELECT unmerge_leads((SELECT id FROM lead_merges WHERE taken_apart_at IS NULL))")
    assert henk("analytics", "build").returncode == 0
    assert files_of_her(settings.home)
    assert rows_of_her(connection)
    listed = erase(henk, EMAIL)
    assert_only_listed_files_remain(settings, connection, listed)
    assert {path.name for path in listed} >= {"guests.csv", "packed.csv.gz", "hidden.xlsx", "rejected.csv", "waits.csv", "refused.pdf"}
    assert "others.csv" not in {path.name for path in listed}


@pytest.mark.long
def test_a_person_of_a_rejected_row_only(henk, settings, connection, landing):
    row = (
        HERS.replace(EMAIL, "zephyrine.q@").replace("(212) 555-0143", "12").replace("212.555.0144", "").replace(",L\n", ",(212) 555-0143\n")
    )
    (landing / "rejected.csv").write_text(HEADER + OTHERS + row)
    (landing / "rejected.csv.toml").write_text("max_rejected = 1.0\n")
    assert henk("nightly").returncode == 0
    assert "lead_import_rejections" in " ".join(rows_of_her(connection))
    assert_only_listed_files_remain(settings, connection, erase(henk, "(212) 555-0143"))


UNREADABLE = HERS.replace(EMAIL, "not-a-mail").replace("(212) 555-0143", "12").replace("212.555.0144", "")
OTHER_REJECTED = "Di,Roe,neither,7,,3 Elm Street,S\n"


def import_ids(connection) -> list[str]:
    return [str(row[0]) for row in connection.execute("SELECT id FROM lead_imports ORDER BY started_at, file_name")]


@pytest.mark.long
def test_a_person_of_a_rejected_row_without_a_contact(henk, settings, connection, landing):
    (landing / "rejected.csv").write_text(HEADER + OTHERS + UNREADABLE + OTHER_REJECTED)
    (landing / "again.csv").write_text(HEADER + OTHER_REJECTED + UNREADABLE)
    (landing / "others.csv").write_text(HEADER + OTHERS + OTHER_REJECTED)
    (landing / "book.xlsx").write_bytes(workbook([line.split(",") for line in (HEADER + OTHERS + UNREADABLE).splitlines()]))
    for name in ("rejected.csv", "again.csv", "others.csv", "book.xlsx"):
        (landing / f"{name}.toml").write_text("max_rejected = 1.0\n")
    assert henk("nightly").returncode in (0, 1)
    query = "SELECT import_id, line_number FROM lead_import_rejections WHERE row ->> 'First Name' = %s LIMIT 1"
    identifier, line = connection.execute(query, [FIRST]).fetchone()
    listed = erase(henk, "--rejected", f"{identifier}:{line}")
    assert_only_listed_files_remain(settings, connection, listed)
    assert {path.name for path in listed} >= {"rejected.csv", "again.csv", "book.xlsx"}
    assert "others.csv" not in {path.name for path in listed}
    others = connection.execute("SELECT count(DISTINCT import_id) FROM lead_import_rejections WHERE row ->> 'First Name' = 'Di'")
    assert others.fetchone() == (3,)
    assert connection.execute("SELECT count(*) FROM lead_import_rejections WHERE message = 'erased on request'").fetchone()[0] >= 3


@pytest.mark.long
def test_a_rejected_row_that_cannot_be_named(henk, settings, connection, landing):
    (landing / "rejected.csv").write_text(HEADER + OTHERS + UNREADABLE)
    assert henk("nightly").returncode == 0
    (identifier,) = import_ids(connection)
    add_business(connection, "beta", "Year End")
    for arguments in (
        ["--rejected", f"{identifier}:2", "--business", "acme"],  # accepted
        ["--rejected", f"{identifier}:99", "--business", "acme"],
        ["--rejected", f"{identifier}:4", "--business", "beta"],  # another business's
        ["--rejected", identifier, "--business", "acme"],
        ["--rejected", "x:4", "--business", "acme"],
        ["--rejected", f"{identifier}:4", EMAIL, "--business", "acme"],
    ):
        assert henk("erase", *arguments, "--yes").returncode == 2, arguments
    assert henk("erase", "--rejected", f"{identifier}:4", "--business", "acme").returncode == 1  # nobody there to say yes
    assert "lead_import_rejections" in " ".join(rows_of_her(connection))


@pytest.mark.long
def test_a_person_whose_import_was_undone(henk, settings, connection, landing):
    (landing / "guests.csv").write_text(HEADER + HERS + OTHERS)
    assert henk("nightly").returncode == 0
    identifier = connection.execute("SELECT id FROM lead_imports").fetchone()[0]
    assert henk("undo", str(identifier)).returncode == 0
    assert_only_listed_files_remain(settings, connection, erase(henk, EMAIL, "(212) 555-0143", "(212) 555-0144"))


def test_a_person_whose_lead_a_client_deleted(henk, settings, connection, landing):
    (landing / "guests.csv").write_text(HEADER + HERS + OTHERS)
    (landing / "again.csv").write_text(HEADER + HERS.replace(",L", ",XL"))
    assert henk("nightly").returncode == 0
    connection.execute("DELETE FROM leads WHERE first_name = %s", [FIRST])
    assert_only_listed_files_remain(settings, connection, erase(henk, EMAIL, "(212) 555-0143", "(212) 555-0144"))


@pytest.mark.long
def test_a_person_who_opted_out_before(henk, settings, connection, landing):
    (landing / "stop.csv").write_text(HEADER.replace("T-Shirt", "Do Not Call") + HERS.replace(",L", ",yes"))
    (landing / "stop.csv.toml").write_text('campaigns = ["Year End"]\n')
    assert henk("nightly").returncode == 0
    assert henk("suppress", EMAIL, "(212) 555-0143", "--business", "acme").returncode == 0
    assert_only_listed_files_remain(settings, connection, erase(henk, EMAIL))


COMMENT = "<comments><commentList><comment ref='A2'><text><r><t>ask zephyrine.q@</t></r><r><rPr><sz val='9'/></rPr><t>example.org</t></r></text></comment></commentList></comments>"
BESIDE_CELLS = {
    "comment.xlsx": ("xl/comments1.xml", COMMENT),
    "threaded.xlsx": ("xl/threadedComments/threadedComment1.xml", "<ThreadedComments><threadedComment><text>rang (212) 555-0143</text></threadedComment></ThreadedComments>"),
    "link.xlsx": ("xl/worksheets/_rels/sheet1.xml.rels", "<Relationships><Relationship Id='r1' Target='mailto:zephyrine.q%40example.org'/></Relationships>"
        .replace("%40", "@")),
    "drawing.xlsx": ("xl/drawings/vmlDrawing1.vml", "<xml><v:textbox><div>212-555-0144</div></v:textbox></xml>"),
    "properties.xlsx": ("docProps/core.xml", "<coreProperties><dc:description>list of zephyrine.q@example.org</dc:description></coreProperties>"),
    "embedded.xlsx": ("xl/embeddings/document.docx", "what is in another document cannot be searched"),
}  # fmt: skip


def with_part(name: str, content: str) -> bytes:
    """A workbook of other people with one more part."""
    import io  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(workbook([line.split(",") for line in (HEADER + OTHERS).splitlines()]))) as archive:
        return zipped({part: archive.read(part) for part in archive.namelist()} | {name: content.encode()})


@pytest.mark.long
def test_workbooks_are_searched_beside_their_cells_and_files_by_their_names(henk, settings, connection, landing):
    (landing / "guests.csv").write_text(HEADER + HERS + OTHERS)
    for name, part in BESIDE_CELLS.items():
        (landing / name).write_bytes(with_part(*part))
    named = ["Quackenbush, Zephyrine.csv", "zephyrine.q@example.org.csv", "call 212-555-0143.csv"]
    for name in named:
        (landing / name).write_text(HEADER + OTHERS + f"Di,Wu,di@example.org,(212) 555-0152,,{named.index(name)} Elm Street,M\n")
    (landing / "others.xlsx").write_bytes(
        with_part("xl/comments1.xml", "<comments><comment><text>zephyr 212 555 014</text></comment></comments>")
    )
    (landing / "quackers.csv").write_text(HEADER + OTHERS)
    assert henk("nightly").returncode in (0, 1)
    listed = {path.name for path in erase(henk, EMAIL)}
    assert listed >= {"guests.csv", *BESIDE_CELLS, *named}
    assert not listed & {"others.xlsx", "quackers.csv"}


MENTIONS = [
    'UPDATE leads SET notes = \'partner: Zephyrine.Q@Example.org, 212.555.0143\', custom_fields = \'{"Friend": ["+1 (212) 555-0144", 2125550143], '
    "\"zephyrine.q@example.org\": 1}', tags = '[\"of zephyrine.q@example.org\"]' WHERE first_name = 'Bo'",
    "INSERT INTO lead_lists (business_id, name, list_type, filter_criteria) SELECT id, 'Hers', 'dynamic', "
    '\'{"any": [{"field": "email", "op": "=", "value": "zephyrine.q@example.org"}, '
    '{"field": "phone", "op": "in", "value": ["+12125550143"]}]}\' FROM businesses',
    "INSERT INTO suppressions (business_id, channel, value, reason) SELECT id, 'phone', '+12125550199', 'asked by zephyrine.q@example.org' FROM businesses",
    'UPDATE lead_imports SET mapping = mapping || \'{"zephyrine.q@example.org": null, "(212) 555-0143": "phone"}\', error = \'at 212-555-0143\'',
    "UPDATE campaign_leads SET notes = 'same as (212) 555-0144' WHERE lead_id = (SELECT id FROM leads WHERE first_name = 'Bo')",
]


@pytest.mark.long
def test_rows_of_others_that_mention_a_contact(henk, settings, connection, landing):
    (landing / "guests.csv").write_text(HEADER + HERS + OTHERS)
    (landing / "guests.csv.toml").write_text('campaigns = ["Year End"]\n')
    assert henk("nightly").returncode == 0
    for statement in MENTIONS:
        connection.execute(statement)
    kept = "UPDATE leads SET notes = 'order 99921255501430, banazephyrine.q@example.org' WHERE first_name = 'Cy'"
    connection.execute(kept)
    listed = erase(henk, EMAIL)
    connection.execute(
        "UPDATE leads SET notes = NULL WHERE first_name = 'Cy' AND notes = 'order 99921255501430, banazephyrine.q@example.org'"
    )
    assert_only_listed_files_remain(settings, connection, listed)
    found = connection.execute("SELECT notes, custom_fields, tags FROM leads WHERE first_name = 'Bo'").fetchone()
    assert found == (
        "partner: [erased], [erased]",
        {"Friend": ["[erased]", 0], "[erased]": 1, **({"T-Shirt": "M"} if "T-Shirt" in found[1] else {})},
        ["of [erased]"],
    )
    assert connection.execute("SELECT count(*) FROM leads WHERE first_name = 'Cy' AND notes IS NULL").fetchone()[0] == 1
