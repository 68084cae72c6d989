"""Files of numbers to suppress: which rows of them say no, and numbers in several columns."""

import pytest

from henk_pipeline.steps.suppress import iter_file


def read(path, text):
    path.write_text(text, "utf-8")
    parts = list(iter_file(path, "US"))
    return [value for part in parts for value in part.contacts["value"]], [tuple(row) for part in parts for row in part.unread.rows()]


@pytest.mark.parametrize(
    ("header", "no", "yes"),
    [
        ("phone,do_not_call", "no", "yes"),
        ("phone,do_not_call", "N", "Y"),
        ("Telefon,Nicht anrufen", "nein", "ja"),
        ("Téléphone,Ne pas appeler", "non", "oui"),
        ("Teléfono,No llamar", "no", "sí"),
        ("Telefoon,Niet bellen", "nee", "ja"),
        ("Telefone,Não ligar", "não", "sim"),
        ("phone,accepts calls", "yes", "no"),
    ],
)
def test_a_row_that_refuses_nothing_is_not_suppressed(tmp_path, header, no, yes):
    text = f"{header}\n917-558-1005,{no}\n917-558-1006,{yes}\n917-558-1007,\n917-558-1008,ask Dana\n"
    assert read(tmp_path / "stop.csv", text) == (["+19175581006", "+19175581007", "+19175581008"], [])


def test_of_several_answers_one_refusal_is_enough(tmp_path):
    found, _ = read(tmp_path / "stop.csv", "phone,do_not_call,dnc\n917-558-1005,no,no\n917-558-1006,no,yes\n")
    assert found == ["+19175581006"]


def test_a_refusal_of_letters_only_does_not_lift_that_of_calls(tmp_path):
    found, _ = read(tmp_path / "stop.csv", "phone,do_not_mail\n917-558-1005,no\n917-558-1006,yes\n")
    assert found == ["+19175581005", "+19175581006"]


def test_a_no_to_an_opt_out_of_emails_says_nothing_of_numbers(tmp_path):
    found, _ = read(tmp_path / "stop.csv", "phone,email opt out\n917-558-1005,no\n")
    assert found == ["+19175581005"]


def test_a_column_of_emails_is_read_where_there_are_no_numbers(tmp_path):
    found, _ = read(tmp_path / "stop.csv", "email,unsubscribed\na@example.org,no\nb@example.org,yes\n")
    assert found == ["b@example.org"]


def test_a_no_without_a_header_is_not_suppressed_and_is_shown(tmp_path):
    assert read(tmp_path / "stop.csv", "9175581005,N\n9175581006,Y\n9175581007,N\n") == (["+19175581006"], [(1, "N"), (3, "N")])


def test_a_column_of_other_words_without_a_header_says_nothing(tmp_path):
    assert read(tmp_path / "stop.csv", "9175581005,N\n9175581006,Dana\n")[0] == ["+19175581005", "+19175581006"]


@pytest.mark.parametrize(
    "text", ["917,558,1005\n646,558,1006\n", "Area,Exchange,Line\n917,558,1005\n646,558,1006\n", "(917),558,1005,NY\n646,558,1006,CA\n"]
)
def test_a_number_in_three_columns(tmp_path, text):
    assert read(tmp_path / "stop.csv", text) == (["+19175581005", "+16465581006"], [])
