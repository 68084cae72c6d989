"""A former telephone or address of a lead finds it, whether a merge or a file has discarded it."""

import pytest

from tests.integration.uploading import add_business, upload

HEADER = "First Name,Last Name,Email,Phone,Street,City,State,ZIP\n"
NEW, OLD = "207-555-0142", "207-555-0177"
HOME = "12 Maple Street,Portland,ME,04101"
ROWS = {
    "no e-mail": f"Ann,Lee,,{OLD},{HOME}\n",
    "another e-mail and home": f"Ann M.,Lee,ann.lee@third.example,{OLD},4 Elm Rd,Tucson,AZ,85701\n",
}


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("by_file", [False, True], ids=["merge", "file"])
def test_a_former_number_and_the_name_are_the_lead(connection, tmp_path, row, by_file):
    add_business(connection)
    if by_file:
        upload(connection, tmp_path, HEADER + f"Ann,Lee,a@one.example,{OLD},{HOME}\n", list="one")
        upload(connection, tmp_path, HEADER + f"Ann,Lee,a@one.example,{NEW},{HOME}\n", list="two")
    else:
        upload(connection, tmp_path, HEADER + f"Ann,Lee,a@one.example,{NEW},{HOME}\nBea,Fox,b@two.example,{OLD},{HOME}\n", list="one")
        connection.execute("UPDATE leads SET first_name = 'Ann', last_name = 'Lee' WHERE first_name = 'Bea'")
        keep, drop = (r[0] for r in connection.execute("SELECT id FROM leads ORDER BY email").fetchall())
        connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
        connection.commit()
    upload(connection, tmp_path, HEADER + ROWS[row], list="three")
    assert connection.execute("SELECT count(*) FROM leads").fetchone() == (1,)
