"""Files of numbers to suppress: which rows of them say no, and numbers in several columns."""

import pytest

from henk_pipeline.steps.suppress import iter_file, with_reasons


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


def test_numbers_under_a_name_of_ids_are_read(tmp_path):
    found, _ = read(tmp_path / "stop.csv", "email,case number\na@example.org,9175581005\nb@example.org,9175582417\n")
    assert "+19175581005" in found


def test_a_no_without_a_header_is_not_suppressed_and_is_shown(tmp_path):
    assert read(tmp_path / "stop.csv", "9175581005,N\n9175581006,Y\n9175581007,N\n") == (["+19175581006"], [(1, "N"), (3, "N")])


def test_a_column_of_other_words_without_a_header_says_nothing(tmp_path):
    assert read(tmp_path / "stop.csv", "9175581005,N\n9175581006,Dana\n")[0] == ["+19175581005", "+19175581006"]


@pytest.mark.parametrize(
    "text", ["917,558,1005\n646,558,1006\n", "Area,Exchange,Line\n917,558,1005\n646,558,1006\n", "(917),558,1005,NY\n646,558,1006,CA\n"]
)
def test_a_number_in_three_columns(tmp_path, text):
    assert read(tmp_path / "stop.csv", text) == (["+19175581005", "+16465581006"], [])


FTC_CHANGES = "212,5550148,2026-06-06T12:00:00-05:00,A\n646,5550188,2026-06-06T12:00:00-05:00,D\n"


@pytest.mark.parametrize(
    "text", [FTC_CHANGES, "212,5550148,A\n646,5550188,D\n", "(212),555-0148,a\n(646),555-0188,d\n", "212,555,0148,A\n646,555,0188,D\n"]
)
def test_a_deletion_from_a_register_is_counted_and_not_suppressed(tmp_path, text):
    path = tmp_path / "changes.txt"
    assert read(path, text) == (["+12125550148"], [])
    assert sum(part.deletions for part in iter_file(path, "US")) == 1


def test_a_change_file_of_deletions_only_suppresses_nobody(tmp_path):
    path = tmp_path / "changes.txt"
    assert read(path, FTC_CHANGES.splitlines(keepends=True)[1]) == ([], [])
    assert sum(part.deletions for part in iter_file(path, "US")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "212,5550148,NY\n646,5550188,D\n",  # another column
        "Area,Number,Code\n212,5550148,A\n646,5550188,D\n",  # a code of the file's own
        "2125550148,A\n6465550188,D\n",  # no register
    ],
)
def test_a_letter_of_another_meaning_deletes_nothing(tmp_path, text):
    path = tmp_path / "stop.csv"
    assert read(path, text)[0] == ["+12125550148", "+16465550188"]
    assert sum(part.deletions for part in iter_file(path, "US")) == 0


def reasons(path, text, reason=None, date=None):
    path.write_text(text, "utf-8")
    return [row for part in iter_file(path, "US") for row in with_reasons(part.contacts, reason, date, "asked")["reason"]]


DATED = (
    "Phone,Date Added,Reason\n212-555-0148,2024-05-06,letter\n646-555-0188,5/17/2024,\n917-555-0199,,\n718-555-0101,03/04/2024,called us\n"
)


def test_the_date_and_the_reason_of_a_row_are_kept_where_none_is_given(tmp_path):
    path = tmp_path / "stop.csv"
    assert reasons(path, DATED) == ["letter (2024-05-06)", "asked (2024-05-17)", "asked", "called us (2024-03-04)"]
    assert reasons(path, DATED, reason="register") == [
        "register (2024-05-06)",
        "register (2024-05-17)",
        "register",
        "register (2024-03-04)",
    ]
    assert reasons(path, DATED, date="2026-01-01") == [f"{why} (2026-01-01)" for why in ("letter", "asked", "asked", "called us")]


def test_a_date_of_two_readings_stays_as_written(tmp_path):
    assert reasons(tmp_path / "stop.csv", "Phone,Date\n212-555-0148,03/04/2024\n") == ["asked (03/04/2024)"]


@pytest.mark.parametrize("header", ["Date of Birth", "Last Gift Date", "Reason for Gift"])
def test_dates_and_reasons_of_something_else_are_not_kept(tmp_path, header):
    assert reasons(tmp_path / "stop.csv", f"Phone,{header}\n212-555-0148,2001-02-03\n646-555-0188,2001-02-04\n") == ["asked", "asked"]


def test_a_file_of_another_country_is_read_with_its_numbers(tmp_path):
    path = tmp_path / "stop.txt"
    path.write_text("030 901820\n+1 212 555 0148\n")
    assert [value for part in iter_file(path, "DE") for value in part.contacts["value"]] == ["+4930901820", "+12125550148"]
