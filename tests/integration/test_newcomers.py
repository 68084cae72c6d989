"""What a newcomer gets wrong is named in words, with the exit code of a usage error or of the surroundings, never a traceback."""

import os

import pytest

from tests.integration.uploading import add_business

NO_TEXT = os.fsdecode(b"\xff")


@pytest.mark.parametrize(
    "arguments",
    [
        ["business", "add", "zed", "--name", NO_TEXT], ["business", "set", "acme", "--name", NO_TEXT], ["campaign", "add", NO_TEXT, "--business", "acme"],
        ["campaign", "list", "--business", NO_TEXT], ["list", "show", NO_TEXT, "--business", "acme"], ["suppress", NO_TEXT, "--business", "acme"],
        ["undo", NO_TEXT], ["check", NO_TEXT],
    ],
    ids=lambda arguments: " ".join(arguments[:2]).encode(errors="replace").decode(),
)  # fmt: skip
def test_an_argument_that_is_no_text_is_named(henk, connection, arguments):
    add_business(connection)
    result = henk(*arguments)
    assert "Traceback" not in result.stderr, result.stderr
    assert result.returncode in (1, 2), (result.returncode, result.stderr)


def test_a_file_whose_name_is_no_text_is_refused_in_words(henk, connection, tmp_path):
    add_business(connection)
    path = os.fsdecode(os.fsencode(tmp_path) + b"/g\xff.csv")
    with open(path, "w") as file:  # noqa: PTH123 - a name that is no text
        file.write("Email\nana@example.org\n")
    for command in (["check", path], ["import", path, "--business", "acme"]):
        result = henk(*command)
        assert "Traceback" not in result.stderr, result.stderr
        assert "\\udcff" in result.stdout + result.stderr, (result.stdout, result.stderr)


@pytest.mark.parametrize("command", [["business", "list"], ["imports"], ["nightly"], ["db"]], ids=lambda command: command[0])
def test_a_home_that_cannot_be_made_is_named_with_its_setting(henk, monkeypatch, command):
    monkeypatch.delenv("HENK_DATABASE_URL")
    result = henk(*command, HENK_HOME="/proc/home")
    words = " ".join(result.stderr.split())
    assert result.returncode == 3
    assert "HENK_HOME is /proc/home" in words
    assert "Errno" not in words
