"""Names are written as people write them; countries, states and postal codes come in one form."""

import polars as pl
import pytest

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.names import mended_case, split_full_names
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.leads.places import normalise_countries, normalise_postal_codes, normalise_states


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("MCDONALD", "McDonald"), ("mcdonald", "McDonald"), ("O'BRIEN", "O'Brien"), ("o’brien", "O’Brien"), ("VAN DER BERG", "van der Berg"),
        ("von trapp", "von Trapp"), ("SMITH-JONES", "Smith-Jones"), ("DE LA CRUZ", "de la Cruz"), ("MÜLLER", "Müller"), ("smith iii", "Smith III"),
        ("D'ANGELO", "D'Angelo"), ("LEE", "Lee"), ("lee", "Lee"),
        # As people wrote them.
        ("McDonald", "McDonald"), ("Van der Berg", "Van der Berg"), ("DeVito", "DeVito"), ("LaToya", "LaToya"), ("Ng", "Ng"), ("J.R.", "J.R."), ("", ""),
    ],
)  # fmt: skip
def test_a_family_name_that_shouts_or_whispers_is_mended(name, mended):
    assert mended_case(pl.Series([name]), family=True).to_list() == [mended]


@pytest.mark.parametrize(
    ("name", "mended"), [("ANNA MARIA", "Anna Maria"), ("jean-luc", "Jean-Luc"), ("VAN", "Van"), ("JR", "JR"), ("a", "A")]
)
def test_a_given_name_that_shouts_or_whispers_is_mended(name, mended):
    assert mended_case(pl.Series([name]), family=False).to_list() == [mended]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana Silva", "Ana", "Silva"), ("Silva, Ana", "Ana", "Silva"), ("Dr. Ana María de la Cruz", "Ana María", "de la Cruz"),
        ("Vincent van Gogh", "Vincent", "van Gogh"), ("John Smith Jr.", "John", "Smith Jr."), ("Mr. John Q. Public", "John Q.", "Public"),
        ("van der Berg, Jan", "Jan", "van der Berg"), ("Cher", None, "Cher"), ("Jane Doe, PhD", "Jane", "Doe"), (None, None, None),
    ],
)  # fmt: skip
def test_full_names_are_told_apart(name, first, last):
    assert split_full_names(pl.Series([name], dtype=pl.String)).row(0) == (first, last)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Whitlock, Jr., Desmond", "Desmond", "Whitlock Jr."), ("Desmond Whitlock, Jr.", "Desmond", "Whitlock Jr."),
        ("Pemberton, Hugo, III", "Hugo", "Pemberton III"), ("Castellanos, MD, Irene", "Irene", "Castellanos"), ("Jane Smith, CFRE", "Jane", "Smith"),
        ("Maria Lopez RN", "Maria", "Lopez"), ("Mia Pe", "Mia", "Pe"), ("Soo Jin Ra", "Soo Jin", "Ra"), ("Ma, Ying Lu", "Ying Lu", "Ma"),
        ("Royal Smith", "Royal", "Smith"), ("Dean Martin", "Dean", "Martin"), ("Charlotte Church", "Charlotte", "Church"),
        ("Jean Pierre DUPONT", "Jean Pierre", "DUPONT"), ("Garcia Lopez, MARIA", "MARIA", "Garcia Lopez"), ("Don Van Vliet", "Don", "Van Vliet"),
        ("M. Night Shyamalan", "M. Night", "Shyamalan"), ("Henry VIII", "Henry", "VIII"), ("John Smith 3rd", "John", "Smith 3rd"),
        ("Mary Ann (Polly) Smith", "Mary Ann", "Smith"), ("Jane Doe Smith, née Jones", "Jane Doe", "Smith"), ("Cantor Ruth Levi", "Ruth", "Levi"),
        ("The Honorable Augusta Blythe", "Augusta", "Blythe"), ("Mr Lee", None, "Lee"), ("Jose Luis Sa", "Jose Luis", "Sa"),
    ],
)  # fmt: skip
def test_titles_and_credentials_go_and_no_part_of_a_name_does(name, first, last):
    assert split_full_names(pl.Series([name])).row(0) == (first, last)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Mrs. John Smith", "Mrs. John", "Smith"), ("Mrs John Smith", "Mrs John", "Smith"), ("Smith, Mrs. John", "Mrs. John", "Smith"),
        ("Mrs. Robert Q. Public", "Mrs. Robert Q.", "Public"), ("Mme Pierre Dupont", "Mme Pierre", "Dupont"), ("Frau Hans Müller", "Frau Hans", "Müller"),
        ("Mrs. Julia Smith", "Julia", "Smith"), ("Mrs. Susan Smith", "Susan", "Smith"), ("Mr. John Smith", "John", "Smith"),
        ("Mrs. J. Smith", "J.", "Smith"), ("Mrs. Chris Smith", "Chris", "Smith"), ("Mrs. Smith", None, "Smith"), ("Dr. John Smith", "John", "Smith"),
        ("Dr. and Mrs. John Smith", "John", "Smith"), ("Sister John Smith", "Sister John", "Smith"),
    ],
)  # fmt: skip
def test_a_title_that_shows_another_person_stays_before_the_given_name(name, first, last):
    assert split_full_names(pl.Series([name])).row(0) == (first, last)


@pytest.mark.parametrize("names_of", [("First", "Last"), ("Name",)], ids=["two columns", "one column"])
@pytest.mark.parametrize(
    ("title", "first", "called"),
    [
        ("Mrs.", "John", "Mrs. John"), ("MRS", "JOHN", "Mrs John"), ("Mr.", "John", "John"), ("Mrs.", "Julia", "Julia"), ("Mr. and Mrs.", "John", "John"),
        ("Dr.", "John", "John"), (None, "John", "John"), ("Mr.", "Julia", "Julia"), ("Mr.", "Joan", "Joan"), ("Treasurer", "John", "John"),
    ],
)  # fmt: skip
def test_a_title_in_a_column_of_its_own_that_shows_another_person_stays_before_the_given_name(names_of, title, first, called):
    cells = [first, "Smith"] if len(names_of) > 1 else [f"{first} Smith"]
    uses = [ColumnMeaning("Title", "title")]
    uses += (
        [ColumnMeaning("Name", "full_name")]
        if len(names_of) == 1
        else [ColumnMeaning("First", "first_name"), ColumnMeaning("Last", "last_name")]
    )
    table = pl.DataFrame(
        {"Title": [title], **{name: [cell] for name, cell in zip(names_of, cells, strict=True)}}, schema_overrides={"Title": pl.String}
    )
    frame = normalise(table, pl.Series([2]), uses, "US")
    assert frame.select("first_name", "last_name").row(0) == (called, "Smith")


@pytest.mark.parametrize(
    "name",
    [
        "St. Brendan's Parish", "Hargreaves & Sons LLC", "Acme SA", "Smith & Co", "The Smith Family", "Church of the Holy Rest", "Estate of Mary Jones",
        "Bäckerei Huber GmbH", "Weber AG", "First National Bank",
    ],
)  # fmt: skip
def test_an_organisation_is_not_taken_apart(name):
    assert split_full_names(pl.Series([name])).row(0) == (None, name)


@pytest.mark.parametrize(
    "name",
    [
        "ACME Inc", "Smith Family Trust", "Bob's Auto Repair", "Jones Plumbing", "Temple Beth El", "Girl Scouts of America", "The Home Depot", "Miller Farms",
        "Goldman Sachs", "United Way", "Ben & Jerry's", "VFW Post 123", "Springfield Elementary School", "The Smiths", "Scout Troop 45", "City of Boston",
        "Friends of the Library", "Lodge No. 5 Elks", "Habitat for Humanity",
    ],
)  # fmt: skip
def test_a_name_that_no_person_has_is_left_whole(name):
    assert split_full_names(pl.Series([name])).row(0) == (None, name)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("John Law", "John", "Law"), ("Grace Church", "Grace", "Church"), ("Faith Temple", "Faith", "Temple"), ("Paris Bank", "Paris", "Bank"),
        ("Rose School", "Rose", "School"), ("Temple Grandin", "Temple", "Grandin"), ("The Honorable Ann Blythe", "Ann", "Blythe"), ("Kim Post", "Kim", "Post"),
        ("The Late John Smith", "John", "Smith"), ("Anne Marie O'Neil", "Anne Marie", "O'Neil"), ("Al City", "Al", "City"),
        ("Maria y Jose Garcia Lopez", "Maria and Jose", "Garcia Lopez"), ("TOM & SUE MCDONALD", "Tom and Sue", "MCDONALD"),
    ],
)  # fmt: skip
def test_a_person_with_a_name_like_an_organisation_is_one(name, first, last):
    assert split_full_names(pl.Series([name])).row(0) == (first, last)


@pytest.mark.parametrize(
    ("name", "mended"), [("IBM", "IBM"), ("AT&T", "AT&T"), ("ibm", "IBM"), ("ACME LLC", "Acme LLC"), ("SMITH", "Smith"), ("LEE", "Lee")]
)
def test_letters_of_an_organisation_stay_capitals(name, mended):
    assert mended_case(pl.Series([name]), family=True).to_list() == [mended]


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("Desmond", "Whitlock, Jr.", ("Desmond", "Whitlock Jr.")), ("Jane", "Smith, CFRE", ("Jane", "Smith")), ("Ann", "Fox PhD", ("Ann", "Fox")),
        ("Dr. Ann", "Fox", ("Ann", "Fox")), ("John & Jane", "Smith", ("John and Jane", "Smith")), ("Bob/Sue", "Miller", ("Bob and Sue", "Miller")),
        ("Mary (Polly)", "Smith", ("Mary", "Smith")), ("Ann", "Fox (née Lee)", ("Ann", "Fox")), ("Ana", "Silva Neto", ("Ana", "Silva Neto")),
        # As they are.
        ("Mrs. John", "Smith", ("Mrs. John", "Smith")), ("Ann", "Lee, Bob", ("Ann", "Lee, Bob")), ("Mary Beth", "van der Berg", ("Mary Beth", "van der Berg")),
        ("Sister Mary", "Fox", ("Sister Mary", "Fox")), (None, "Smith, Jones & Co.", (None, "Smith, Jones & Co.")), ("Kim", "St. John", ("Kim", "St. John")),
        ("J.R.", "Ma", ("J.R.", "Ma")), (None, "Acme Inc.", (None, "Acme Inc.")), ("Juan Carlos", "García Márquez", ("Juan Carlos", "García Márquez")),
    ],
)  # fmt: skip
def test_columns_of_given_and_family_names_are_read_as_full_names_are(first, last, names):
    table = pl.DataFrame({"First": [first], "Last": [last]}, schema={"First": pl.String, "Last": pl.String})
    frame = normalise(table, pl.Series([2]), [ColumnMeaning("First", "first_name"), ColumnMeaning("Last", "last_name")], "US")
    assert frame.select("first_name", "last_name").row(0) == names


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("John and Jane Smith", "John and Jane", "Smith"), ("Edgar & Lucinda Abernethy", "Edgar and Lucinda", "Abernethy"),
        ("Mr. & Mrs. John Smith", "John", "Smith"), ("Smith, John & Jane", "John and Jane", "Smith"),
        ("Mr. John Smith and Mrs. Jane Smith", "John and Jane", "Smith"), ("John Smith & Jane Doe", None, "John Smith and Jane Doe"),
        ("Mr. Edgar Abernethy and Ms. Lucinda Vance", None, "Edgar Abernethy and Lucinda Vance"), ("Fitzwilliam, Mr. & Mrs. Edgar", "Edgar", "Fitzwilliam"),
        ("Hans und Grete Müller", "Hans and Grete", "Müller"), ("José Ortega y Gasset", "José", "Ortega y Gasset"),
    ],
)  # fmt: skip
def test_two_people_in_a_cell_are_named_as_one_says_them(name, first, last):
    assert split_full_names(pl.Series([name])).row(0) == (first, last)


def test_people_whose_names_look_like_nothing_keep_them():
    columns = [ColumnMeaning("First", "first_name"), ColumnMeaning("Last", "last_name")]
    table = pl.DataFrame(
        {"First": ["Jennifer", "Yuna", "None", "Nil", "Ann", None, "Bo"], "Last": ["Null", "Na", "Smythe", "Roy", "n/a", "Null", "NULL"]}
    )
    frame = normalise(table, pl.int_range(7, eager=True), columns, "US")
    assert frame.select("first_name", "last_name").rows() == [
        ("Jennifer", "Null"), ("Yuna", "Na"), (None, "Smythe"), ("Nil", "Roy"), ("Ann", None), (None, None), ("Bo", None),
    ]  # fmt: skip
    many = pl.DataFrame({"First": ["Ana", "Bo", "Cy", "Di", "Ed"], "Last": ["None"] * 5})
    assert normalise(many, pl.int_range(5, eager=True), columns, "US")["last_name"].null_count() == 5


def test_a_form_of_address_is_no_job():
    table = pl.DataFrame({"TITLE": ["Mr.", "Dr. & Mrs.", "Director", "Frau", "Judge", None]})
    frame = normalise(table, pl.int_range(6, eager=True), [ColumnMeaning("TITLE", "title")], "US")
    assert frame["title"].to_list() == [None, None, "Director", None, "Judge", None]
    assert frame["custom_fields"].to_list()[:3] == ['{"TITLE":"Mr."}', '{"TITLE":"Dr. & Mrs."}', "{}"]


def test_countries_become_codes():
    told = normalise_countries(
        pl.Series(["USA", "DEU", "Russia", "España", "Nederland", "Deutschland", "Países Baixos", "Allemagne", "us", "Atlantis", None])
    )
    assert told.to_list() == ["US", "DE", "RU", "ES", "NL", "DE", "NL", "DE", "US", "Atlantis", None]


def test_states_become_codes_where_addresses_have_them():
    frame = pl.DataFrame(
        {"state": ["California", "ca", "Ontario", "Bayern", "New York", "Nowhere"], "country": [None, "US", "CA", "DE", "US", "US"]}
    )
    assert normalise_states(frame, "US")["state"].to_list() == ["CA", "CA", "ON", "Bayern", "NY", "Nowhere"]
    assert normalise_states(frame.filter(pl.col("country") == "US"), "US")["state"].to_list() == ["CA", "NY", "Nowhere"]


def test_postal_codes_get_their_zeros_back():
    frame = pl.DataFrame(
        {
            "postal_code": ["2134", "501", "02134", "21341234", "1067", "sw1a 1aa", "1234", "2134.0", "2134-1234"],
            "country": [None, "US", "US", "US", "DE", "GB", "NL", "US", "US"],
        }
    )
    told = normalise_postal_codes(frame, "US")["postal_code"].to_list()
    assert told == ["02134", "00501", "02134", "02134-1234", "01067", "SW1A 1AA", "1234", "02134", "02134-1234"]


GENERATIONS = load_name_words().generations


@pytest.mark.parametrize("word", [word for some in GENERATIONS.anywhere.values() for word in some])
def test_a_word_that_is_only_a_generation_stands_behind_any_name(word):
    for name in (f"John Smith {word}", f"Smith {word}, John", f"Smith, John, {word}", f"John Smith, {word}"):
        assert split_full_names(pl.Series([name])).rows() == [("John", f"Smith {word}")], name
    if " " not in word:
        assert split_full_names(pl.Series([f"Smith {word}"])).rows() == [(None, f"Smith {word}")]


@pytest.mark.parametrize("word", [word for some in GENERATIONS.at_the_end.values() for word in some if " " not in word])
def test_a_word_that_is_a_family_name_too_is_a_generation_behind_two_words(word):
    assert split_full_names(pl.Series([f"John Smith {word}", f"John {word}"])).rows() == [("John", f"Smith {word}"), ("John", word)]


@pytest.mark.parametrize(
    ("state", "country", "found"),
    [
        ("New York (US)", "US", ("NY", "US")), ("New York (US)", None, ("NY", "US")), ("NY (US)", None, ("NY", "US")),
        ("California (United States)", "United States", ("CA", "US")), ("US-NY", None, ("NY", "US")), ("Ontario (CA)", None, ("ON", "CA")),
        ("São Paulo (BR)", "Brazil", ("SP", "BR")), ("Bayern (DE)", None, ("Bayern", "DE")),
        # Another country, or no state of it: nothing is known.
        ("New York (US)", "CA", ("New York (US)", "CA")), ("Los Angeles (CA)", None, ("Los Angeles (CA)", None)),
        ("Los Angeles (CA)", "US", ("Los Angeles (CA)", "US")), ("(US)", None, ("(US)", None)), ("North (old)", "US", ("North (old)", "US")),
    ],
)  # fmt: skip
def test_a_state_that_names_its_country_is_the_state(state, country, found):
    columns = [ColumnMeaning("State", "state"), ColumnMeaning("Country", "country")]
    table = pl.DataFrame({"State": [state, "NY"], "Country": [country, "US"]}, schema=dict.fromkeys(("State", "Country"), pl.String))
    frame = normalise(table, pl.Series([2, 3]), columns, "US")
    assert frame.select("state", "country").rows() == [found, ("NY", "US")]


def test_the_country_of_a_state_is_that_of_the_number():
    columns = [ColumnMeaning("State", "state"), ColumnMeaning("Phone", "phone")]
    frame = normalise(pl.DataFrame({"State": ["Berlin (DE)"], "Phone": ["030 2636790"]}), pl.Series([2]), columns, "US")
    assert frame["phone"].to_list() == ["+49302636790"]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Bob Hill; Sue Hill", "Bob and Sue", "Hill"), ("Bob Hill / Sue Hill", "Bob and Sue", "Hill"), ("Bob / Sue Hill", "Bob and Sue", "Hill"),
        ("Bob Hill; Ann Reed", None, "Bob Hill and Ann Reed"), ("c/o Bob Reed", "Bob", "Reed"), ("Attn: Treasurer", None, "Treasurer"),
        ("ATTN Ana Silva", "Ana", "Silva"), ("z. Hd. Ana Silva", "Ana", "Silva"),
    ],
)  # fmt: skip
def test_signs_that_nobody_says_are_no_parts_of_a_name(name, first, last):
    assert split_full_names(pl.Series([name])).row(0) == (first, last)
