"""What stands beside the cells of a workbook: comments that refuse calls, and text that is struck through."""

import zipfile

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest
from tests.unit.uploads.test_workbooks import MAIN, OFFICE, PACKAGE, write

HEADER = ["First Name", "Last Name", "Email", "Phone", "Notes"]
PEOPLE = [["Ada", "Quillon", "ada@example.org", "212-555-0101", ""], ["Zoe", "Rostand", "zoe@example.org", "917-555-0199", ""]]
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
STYLES = (
    f'<styleSheet {MAIN}><fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>'
    '<cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/></cellXfs></styleSheet>'
)


def commented(path, cell, text, *, thread):
    write(path, {"Donors": [HEADER, *PEOPLE]})
    kind = "threadedComment" if thread else "comments"
    body = (
        f'<ThreadedComments xmlns="{THREADS}"><threadedComment ref="{cell}"><text>{text}</text></threadedComment></ThreadedComments>'
        if thread
        else f'<comments {MAIN}><commentList><comment ref="{cell}"><text><r><t>Ann:\n</t></r><r><t>{text}</t></r></text></comment></commentList></comments>'
    )
    relation = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="../remarks.xml"/>'
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/worksheets/_rels/sheet1.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{relation}</Relationships>'
        )
        archive.writestr("xl/remarks.xml", body)


def struck(path, cells, style):
    write(path, {"Donors": [HEADER, *PEOPLE]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for cell in cells:
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(f'r="{cell}"', f'r="{cell}" s="{style}"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, "xl/styles.xml": STYLES}.items():
            archive.writestr(name, content)


def read(path):
    return validate_file(path, Manifest(), "US").leads.collect()


@pytest.mark.parametrize("thread", [False, True])
@pytest.mark.parametrize("cell", ["A2", "B2", "C2", "D2", "E2"])
@pytest.mark.parametrize("text", ["Do not call!", "Opted out of calls in May", "deceased 2024", "bitte nicht mehr anrufen"])
def test_a_comment_on_any_cell_of_a_person_that_refuses_calls_is_heard(tmp_path, cell, text, thread):
    commented(tmp_path / "upload.xlsx", cell, text, thread=thread)
    leads = read(tmp_path / "upload.xlsx")
    assert leads["do_not_call"].to_list() == [True, False]
    assert leads["first_name"].to_list() == ["Ada", "Zoe"]
    assert leads["phone"].to_list() == ["+12125550101", "+19175550199"]


@pytest.mark.parametrize(
    ("cell", "text"), [("D2", "ring again in May"), ("A2", "prefers Addie"), ("D1", "Y = do not call"), ("C2", "do not email")]
)
def test_a_comment_that_refuses_no_calls_blocks_nobody(tmp_path, cell, text):
    commented(tmp_path / "upload.xlsx", cell, text, thread=False)
    leads = read(tmp_path / "upload.xlsx")
    assert leads.select("do_not_call", "consent_unclear").rows() == [(False, None), (False, None)]


@pytest.mark.parametrize(
    ("cells", "style", "asks"),
    [(["D2"], 1, True), (["A2"], 1, True), (["A2", "B2", "C2", "D2"], 1, True), (["C2"], 1, False), (["D2"], 2, False), (["D2"], 0, False)],
)
def test_people_and_numbers_that_are_struck_through_are_not_called_until_a_person_decides(tmp_path, cells, style, asks):
    struck(tmp_path / "upload.xlsx", cells, style)
    leads = read(tmp_path / "upload.xlsx")
    assert leads["consent_unclear"].is_not_null().to_list() == [asks, False]
    assert leads["phone"].to_list() == ["+12125550101", "+19175550199"]


FILLS = ("FFFF0000", "FFFFC7CE", "FF92D050", "FFFFFF00", "FF4F81BD")
RED, LIGHT_RED, GREEN, YELLOW, BLUE, BOLD, RED_TEXT, THEMED = range(1, 9)
COLORS = (
    f'<styleSheet {MAIN}><fonts><font/><font><b/></font><font><color rgb="FFFF0000"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    + "".join(f'<fill><patternFill patternType="solid"><fgColor rgb="{color}"/></patternFill></fill>' for color in FILLS)
    + '<fill><patternFill patternType="solid"><fgColor theme="5"/></patternFill></fill></fills><cellXfs><xf fontId="0" fillId="0"/>'
    + "".join(f'<xf fontId="0" fillId="{number}"/>' for number in range(2, 7))
    + '<xf fontId="1" fillId="0"/><xf fontId="2" fillId="0"/><xf fontId="0" fillId="7"/></cellXfs></styleSheet>'
)


def colored(path, sheets, cells):
    """Write a workbook whose first sheet has cells of these styles, by their names."""
    write(path, sheets)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for cell, style in cells.items():
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(f'r="{cell}"', f'r="{cell}" s="{style}"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, "xl/styles.xml": COLORS}.items():
            archive.writestr(name, content)


# A legend below the table, the styles of cells, and whether Ada (row 2) is asked about; Zoe (row 3) never is.
LEGENDS = [
    ("Red = do not call", {"A2": RED}, True),
    ("rows in red: do not call", {"D2": RED}, True),
    ("red: do not call, green: ok to call", {"A2": RED}, True),
    ("Rot = bitte nicht anrufen", {"A2": RED}, True),
    ("en rouge : ne pas appeler", {"B2": LIGHT_RED}, True),
    ("Amarillo: no llamar", {"A2": YELLOW}, True),
    ("names in bold do not want calls", {"A2": BOLD}, True),
    ("red text = deceased", {"A2": RED_TEXT}, True),
    ("orange: opted out", {"A2": THEMED}, True),
    ("Do not call", {"A2": BLUE, "A5": BLUE}, True),
    ("Red = do not call", {"A2": BLUE}, False),
    ("Red = do not call", {"A1": RED}, False),
    ("Red = board member", {"A2": RED}, False),
    ("Red = call first", {"A2": RED}, False),
    ("Exported by Dana", {"A2": RED, "A5": RED}, False),
]


@pytest.mark.parametrize(("legend", "cells", "asks"), LEGENDS)
def test_people_in_a_color_that_a_legend_explains_as_a_refusal_are_asked_about(tmp_path, legend, cells, asks):
    colored(tmp_path / "upload.xlsx", {"Donors": [HEADER, *PEOPLE, [], [legend]]}, cells)
    leads = read(tmp_path / "upload.xlsx")
    assert leads["consent_unclear"].is_not_null().to_list() == [asks, False]
    assert leads["phone"].to_list() == ["+12125550101", "+19175550199"]


def test_a_legend_of_colors_may_stand_in_another_sheet_or_in_two_cells(tmp_path):
    colored(
        tmp_path / "one.xlsx", {"Donors": [HEADER, *PEOPLE], "Key": [["Red", "Do not call"], ["Green", "OK"]]}, {"A2": RED, "A3": GREEN}
    )
    assert read(tmp_path / "one.xlsx")["consent_unclear"].is_not_null().to_list() == [True, False]
    colored(tmp_path / "two.xlsx", {"Donors": [HEADER, *PEOPLE], "Key": [["Green", "Do not call"]]}, {"A2": RED, "A3": GREEN})
    assert read(tmp_path / "two.xlsx")["consent_unclear"].is_not_null().to_list() == [False, True]


def test_a_legend_above_the_table_is_no_title_where_a_row_has_its_color(tmp_path):
    sheet = [["Red rows: do not call"], [], HEADER, *PEOPLE]
    colored(tmp_path / "some.xlsx", {"Donors": sheet}, {"A4": RED})
    assert read(tmp_path / "some.xlsx")["consent_unclear"].is_not_null().to_list() == [True, False]
    colored(tmp_path / "none.xlsx", {"Donors": sheet}, {})
    assert read(tmp_path / "none.xlsx")["consent_unclear"].is_not_null().to_list() == [True, True]


def test_a_row_of_a_narrow_table_that_refuses_is_no_legend(tmp_path):
    sheet = [["Name", "Phone", "Notes"], ["Ada Quillon", "212-555-0101", "red flag: do not call"], ["Zoe Rostand", "917-555-0199", ""]]
    colored(tmp_path / "upload.xlsx", {"Donors": sheet}, {"A2": RED, "A3": RED, "C2": RED})
    leads = read(tmp_path / "upload.xlsx")
    assert leads.select("first_name", "do_not_call", "consent_unclear").rows() == [("Ada", True, None), ("Zoe", False, None)]


def test_people_whom_a_sheet_of_refusals_names_are_asked_about(tmp_path):
    people = [["Name", "Phone"], ["Uma Gabler", "212-555-0101"], ["Vic Gadfly", "212-555-0102"], ["Wim Gale", "212-555-0103"]]
    refusing = [["First Name", "Last Name", "Reason"], ["Vic", "Gadfly", "asked in May"], ["Nora", "Elsewhere", ""]]
    write(tmp_path / "people.xlsx", {"People": people, "Do not call": refusing})
    leads = validate_file(tmp_path / "people.xlsx", Manifest(), "US").leads.collect()
    assert dict(zip(leads["first_name"], leads["consent_unclear"].is_null(), strict=True)) == {"Uma": True, "Vic": False, "Wim": True}


@pytest.mark.parametrize(
    ("legend", "cells", "asks"),
    [
        (["Red = do not call, green = ok to call"], {"A2": RED, "A3": GREEN}, [True, False]),
        (["Red = do not call, green = ok to call"], {"A2": GREEN, "A3": RED}, [False, True]),
        (["Green = call first. Red = deceased"], {"A2": GREEN, "A3": RED}, [False, True]),
        (["Do not call: yellow; ok to call: blue"], {"A2": YELLOW, "A3": BLUE}, [True, False]),
        (["Amarillo: no llamar, verde: llamar"], {"A2": YELLOW, "A3": GREEN}, [True, False]),
        (["Red or yellow = do not call"], {"A2": RED, "A3": YELLOW}, [True, True]),
        (["Pink = do not call, red = board"], {"A2": LIGHT_RED, "A3": RED}, [True, False]),
        (["Red = do not call, pink = board"], {"A2": LIGHT_RED, "A3": RED}, [False, True]),
        (["Bold = board; red = do not call"], {"A2": BOLD, "A3": RED}, [False, True]),
    ],
)
def test_each_color_has_its_own_meaning(tmp_path, legend, cells, asks):
    colored(tmp_path / "upload.xlsx", {"Donors": [HEADER, *PEOPLE, [], legend]}, cells)
    assert read(tmp_path / "upload.xlsx")["consent_unclear"].is_not_null().to_list() == asks


ODS = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
ODS += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
ODS += 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
ODS_STYLES = """<style:style style:name="Red" style:family="table-cell"><style:table-cell-properties fo:background-color="#ff0000"/></style:style>
<style:style style:name="Child" style:family="table-cell" style:parent-style-name="Red"/>
<style:style style:name="Green" style:family="table-cell"><style:table-cell-properties fo:background-color="#92d050"/></style:style>
<style:style style:name="Bold" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>"""


def document(path, sheets, styles, rows=None, columns=None):
    """Write an .ods workbook; `styles`: of cells of its first sheet by row and column, `rows` and `columns` those of whole ones."""

    def cell(text, style):
        own = f' table:style-name="{style}"' if style else ""
        return (
            f'<table:table-cell{own} office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
            if text
            else f"<table:table-cell{own}/>"
        )

    def default(style):
        return f' table:default-cell-style-name="{style}"' if style else ""

    tables = []
    for name, lines in sheets.items():
        first = name == next(iter(sheets))
        body = "".join(
            f"<table:table-row{default((rows or {}).get(r) if first else None)}>"
            + "".join(cell(text, styles.get((r, c)) if first else None) for c, text in enumerate(line))
            + "</table:table-row>"
            for r, line in enumerate(lines)
        )
        width = max(map(len, lines))
        heads = "".join(f"<table:table-column{default((columns or {}).get(c) if first else None)}/>" for c in range(width))
        tables.append(f'<table:table table:name="{name}">{heads}{body}</table:table>')
    content = f"<office:document-content {ODS}><office:automatic-styles>{ODS_STYLES}</office:automatic-styles>"
    content += f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)


@pytest.mark.parametrize(
    ("legend", "styles", "rows", "asks"),
    [
        ("Red = do not call", {(1, 0): "Red"}, {}, [True, False]),
        ("Red = do not call", {(1, 0): "Child"}, {}, [True, False]),
        ("Red = do not call", {(2, 0): "Red", (1, 0): "Green"}, {}, [False, True]),
        ("Red = do not call", {}, {1: "Red"}, [True, False]),
        ("Green = ok, red = do not call", {(1, 0): "Green", (2, 0): "Red"}, {}, [False, True]),
        ("Bold = do not call", {(1, 1): "Bold"}, {}, [True, False]),
        ("Red = board", {(1, 0): "Red"}, {}, [False, False]),
    ],
)
@pytest.mark.parametrize("elsewhere", [True, False])
def test_colors_of_an_open_document(tmp_path, legend, styles, rows, asks, elsewhere):
    sheets = {"Donors": [HEADER, *PEOPLE, *([] if elsewhere else [[], [legend]])]} | ({"Legend": [[legend]]} if elsewhere else {})
    document(tmp_path / "upload.ods", sheets, styles, rows)
    leads = read(tmp_path / "upload.ods")
    assert leads["consent_unclear"].is_not_null().to_list() == asks
    assert leads["phone"].to_list() == ["+12125550101", "+19175550199"]


@pytest.mark.parametrize(
    ("legend", "asks"),
    [
        ("Red = do not call", True), ("Rows in red: do not call", True), ("Rot markierte Zeilen: nicht anrufen", True), ("rouge = ne pas appeler", True),
        ("Green = ok to call; yellow = deceased", True), ("Red = board member", False), ("Please do not call Mr Brown", False),
        ("Brown: do not call", False), ("Red Cross donors", False), ("Green Party", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", [True, False])
def test_colors_that_a_file_cannot_have_are_asked_about(tmp_path, legend, asks, above):
    people = [HEADER, *PEOPLE, ["Kim", "Brown", "", "646-555-0111"]]
    people = [[*row, *[""] * (len(HEADER) - len(row))] for row in people]
    lines = [",".join(row) for row in people]
    path = tmp_path / "upload.csv"
    path.write_text("\n".join([legend, "", *lines] if above else [*lines, "", legend]) + "\n", encoding="utf-8")
    validated = validate_file(path, Manifest(max_rejected=1), "US")
    if asks:
        assert validated.leads.collect()["consent_unclear"].is_not_null().all()
        assert any(legend in note for note in describe_reading(validated)["notes"])
    elif "Brown" not in legend or not above:
        assert validated.leads.collect()["consent_unclear"].is_not_null().to_list()[:2] == [False, False]
