"""The report on an upload as a person reads it, on a narrow screen, too."""

import json
from pathlib import Path

import pytest

NAMES = "First Name,Last Name,Email,Phone,Gift Total,A column with a very long name that nobody can break,Do Not Call"
ROWS = [
    "Ana,Lima,ana.with.a.very.long.address.indeed.and.more@a-very-long-domain-name-of-an-organisation.example.org,212-555-0101,100,x,no",
    "Ana,Lima,ana.with.a.very.long.address.indeed.and.more@a-very-long-domain-name-of-an-organisation.example.org,212-555-0102,\"1,500.00\",x,no",
    "Bo,Ro,bad" + "x" * 80 + ",,,,maybe",
    "Cy,Ng,cy@example.org,12,,,",
    "annabel,whitfield,d@example.org,(212) 555-0104,50,,yes",
    "Di,Roe,di@example.org,(212) 555-0105,,,",
]  # fmt: skip


@pytest.fixture
def report(henk, tmp_path):
    path = tmp_path / "a long name of people & friends_in_words_without_any_blank_between_them.csv"
    path.write_text("\n".join([NAMES, *ROWS * 1, *(f"P{i},Q{i},p{i}@example.org,,,," for i in range(8))]) + "\n")
    assert henk("business", "add", "acme").returncode == 0
    (told,) = [json.loads(line) for line in henk("import", path, "--business", "acme", "--json").stdout.splitlines()]
    assert told["status"] == "partial", told
    return Path(told["report"])


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_of_the_report_is_wider_than_the_screen_and_its_tables_have_headers(report, browser, tmp_path, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(report.as_uri())
    page.screenshot(path=tmp_path / f"report-{width}.png", full_page=True)
    wide = """width => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width)
        .map(e => e.tagName + '.' + e.className + ' ' + e.getBoundingClientRect().right + ' ' + e.textContent.slice(0, 40))"""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(wide, width)
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator(".bars").count() == page.locator("div:has(> h3) > .bars").count() > 0
    link = page.locator('a[href$=".rejected.csv"]')
    assert (report.parent / link.inner_text()).exists()
    assert page.evaluate("document.querySelector('a').href").endswith(".rejected.csv")
    text = page.locator("body").inner_text()
    assert " UTC for acme" in text
    assert "T1" not in text.split("for acme")[0]
    assert "“100” → “100.0”" not in text
    assert "the person has “1500”" in text
    assert page.evaluate(
        "[...document.querySelectorAll('th[scope=col]')].every(h => h.getBoundingClientRect().height < 140)"
    )  # no letters one below another
    assert "email_invalid" not in text
    assert "A cell is not an e-mail address" in text
    assert "e-mail address" in text
    assert "first_name" not in text
