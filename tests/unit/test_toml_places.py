"""The line of each key of a TOML text."""

import pytest

from henk_pipeline.toml_places import find_place

TEXT = '''list = "a"
campaigns = ["x",
  ""]
note = """
list = "not a key"
"""
[columns]
"Tel. (private)" = "phone"
[consent.Call]
meaning = "x"

[[lists]]
list = "b"

[[lists]]
list = "c"
[[lists.campaigns]]
priority = 1
[[lists.campaigns]]
priority = 0
'''


@pytest.mark.parametrize(
    ("path", "line", "is_table"),
    [
        (("list",), 1, False),
        (("campaigns", 1, "campaign"), 2, False),
        (("columns", "Tel. (private)"), 8, False),
        (("consent", "Call", "meaning"), 10, False),
        (("consent", "Call", "channel"), 9, True),
        (("lists", 0, "list"), 13, False),
        (("lists", 1, "list"), 16, False),
        (("lists", 1, "where"), 15, True),
        (("lists", 1, "campaigns", 1, "priority"), 20, False),
        (("lists", 1, "campaigns", 0, "priority"), 18, False),
    ],
)
def test_a_value_has_the_line_of_its_key_or_of_what_holds_it(path, line, is_table):
    place = find_place(path, TEXT)
    assert (place.line, place.is_table) == (line, is_table)


def test_one_table_may_stand_for_an_array():
    assert find_place(("campaigns", 0, "priority"), "[campaigns]\npriority = 0").line == 2


@pytest.mark.parametrize("text", ["", "= 1", "[", "[[", '"""', "a.b.", "\x00"])
def test_a_text_that_is_no_toml_has_no_places(text):
    assert find_place(("list",), text) is None
