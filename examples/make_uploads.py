"""Makes examples/uploads/: three exports of one made-up food bank's people, as messy as real ones. Seeded: the same files every time.

Nobody in them exists: addresses end in example.org, .com and .net (RFC 2606), phone numbers are 555-0100 to 555-0199 (reserved for fiction
by the North American Numbering Plan). The header names are those of the systems' own exports.
"""

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "uploads" / "harbor-light"
SEED = 20261123
TODAY = date(2026, 11, 20)

FIRST = [
    "Maria",
    "James",
    "Aisha",
    "Robert",
    "Elena",
    "David",
    "Chloé",
    "Michael",
    "Sofía",
    "John",
    "Priya",
    "William",
    "Zoë",
    "Thomas",
    "Fatima",
    "Daniel",
    "Renée",
    "Joseph",
    "Ana",
    "Charles",
    "Mei",
    "Paul",
    "Ingrid",
    "Mark",
    "Yusuf",
    "Linda",
    "Søren",
    "Susan",
    "Lucía",
    "Karen",
    "Omar",
    "Nancy",
    "Björn",
    "Betty",
    "Amélie",
    "Helen",
    "Diego",
    "Sandra",
    "Noor",
    "Ashley",
    "Kwame",
    "Kim",
    "Thảo",
    "Emily",
]
LAST = [
    "Rivera",
    "O'Brien",
    "Smith",
    "García",
    "Johnson",
    "Müller",
    "Williams",
    "Nguyen",
    "Brown",
    "Patel",
    "Jones",
    "Okafor",
    "Miller",
    "Lefèvre",
    "Davis",
    "Kowalski",
    "Wilson",
    "Fernández",
    "Moore",
    "Ibrahim",
    "Taylor",
    "Jørgensen",
    "Anderson",
    "McDonald",
    "Thomas",
    "Hernández",
    "Jackson",
    "Cohen",
    "White",
    "Papadopoulos",
    "Harris",
    "Sørensen",
    "Martin",
    "Núñez",
    "Thompson",
    "Chen",
    "Robinson",
    "Ångström",
    "Clark",
    "Silva",
    "Lewis",
    "Haddad",
    "Walker",
    "Novák",
    "Hall",
    "Mbeki",
    "Young",
    "Rossi",
    "King",
    "Yamamoto",
    "Wright",
    "Dvořák",
]
CITIES = (
    ("Portland", "ME", "04101", 207), ("Boston", "MA", "02108", 617), ("Providence", "RI", "02903", 401), ("Hartford", "CT", "06103", 860),
    ("Concord", "NH", "03301", 603), ("Burlington", "VT", "05401", 802), ("Albany", "NY", "12207", 518), ("Buffalo", "NY", "14202", 716),
    ("Worcester", "MA", "01608", 508), ("Syracuse", "NY", "13202", 315), ("Newark", "NJ", "07102", 973), ("Scranton", "PA", "18503", 570),
)  # fmt: skip
STREETS = ("Harbor St", "Maple Ave", "2nd St, Apt 4", "Oak Lane", "Washington Sq", "Mill Road", "Elm St #12")
COMPANIES = ("", "", "", "Casco Bay Bakery", "Rivera & Sons, LLC", 'The "Corner" Shop', "Northeast Credit Union", "St. Mary’s School")
PHONE_FORMATS = (
    "({a}) 555-{n}",
    "{a}-555-{n}",
    "{a}.555.{n}",
    "+1 {a} 555 {n}",
    "1{a}555{n}",
    "+1{a}555{n}",
    "{a} 555-{n}",
    "({a}) 555-{n} ext. 12",
)


@dataclass
class Person:
    """Somebody who does not exist."""

    number: int
    first: str
    last: str
    email: str
    area: int
    line: str
    street: str
    city: str
    state: str
    postal: str
    company: str
    gifts: int
    total: float
    last_gift: date | None
    last_amount: float
    no_call: bool
    no_email: bool
    active: date


def make_people(random_: random.Random, count: int) -> list[Person]:
    """People who share no e-mail; each telephone line belongs to one of them or to a couple."""
    # Twelve area codes with a hundred fictional lines each: enough for the two thirds who give a number.
    lines = [(area, f"{n:04d}", city, state, postal) for city, state, postal, area in CITIES for n in range(100, 200)]
    random_.shuffle(lines)
    names = [(first, last) for first in FIRST for last in LAST]
    random_.shuffle(names)
    people = []
    for number in range(count):
        first, last = names[number]
        has_line = number < len(lines)
        area, line, city, state, postal = lines[number] if has_line else (0, "", *random_.choice(CITIES)[:3])
        plain = (
            f"{first}.{last}".lower().translate(str.maketrans("éèíóöüãøåñýářảâäëçěëïôû'’", "eeioouaoanyaraaaeceeiou  ")).replace(" ", "")
        )
        plain = plain.encode("ascii", "ignore").decode()
        gifts = random_.choice((0, 0, 1, 1, 2, 3, 5, 12))
        last_amount = float(random_.choice((10, 25, 25, 40, 50, 100, 250, 1000)))
        people.append(
            Person(
                number, first, last, f"{plain}{number % 7 or ''}@example.{random_.choice(('org', 'com', 'net'))}", area, line,
                f"{random_.randint(1, 999)} {random_.choice(STREETS)}", city, state, postal, random_.choice(COMPANIES), gifts,
                round(last_amount * gifts * random_.uniform(0.6, 1.0), 2), TODAY - timedelta(days=random_.randint(5, 2400)) if gifts else None,
                last_amount if gifts else 0.0, random_.random() < 0.04, random_.random() < 0.06, TODAY - timedelta(days=random_.randint(1, 1500)),
            )
        )  # fmt: skip
    return people


def phone(random_: random.Random, person: Person) -> str:
    """Return the person's number as somebody typed it; nothing for those who gave none."""
    return random_.choice(PHONE_FORMATS).format(a=person.area, n=person.line) if person.line else ""


def spelled(random_: random.Random, text: str) -> str:
    """`text` as it comes out of forms: mostly right, now and then shouted, whispered or with blanks around it."""
    return random_.choice((text, text, text, text, text, text.upper(), text.lower(), f" {text} ", f"{text}\u00a0"))


def hubspot(random_: random.Random, people: list[Person]) -> list[list[str]]:
    """HubSpot's contact export, all properties that matter here."""
    rows = [["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Mobile Phone Number", "Company Name", "Job Title", "Street Address",
             "City", "State/Region", "Postal Code", "Country/Region", "Lifecycle Stage", "Lead Status", "Contact owner", "Create Date",
             "Last Activity Date", "Unsubscribed from all email", "Do Not Call", "Total Gifts", "Number of Gifts", "Last Gift Date", "Last Gift Amount"]]  # fmt: skip
    for person in people:
        rows.append([
            str(51000000 + person.number * 37), spelled(random_, person.first), spelled(random_, person.last),
            random_.choice((person.email, person.email, person.email.upper(), f" {person.email}")), phone(random_, person),
            phone(random_, person) if random_.random() < 0.2 else "", person.company, random_.choice(("", "", "Teacher", "Owner", "Retired")),
            person.street, person.city, person.state, person.postal, random_.choice(("United States", "United States", "USA", "US", "")),
            random_.choice(("lead", "customer", "subscriber")), random_.choice(("", "New", "Open")), "Dana Whitfield (dana@example.org)",
            f"{person.active - timedelta(days=400):%Y-%m-%d} 09:{person.number % 60:02d}", f"{person.active:%Y-%m-%d} 14:{person.number % 60:02d}",
            "Yes" if person.no_email else random_.choice(("No", "")), "Yes" if person.no_call else "", f"{person.total:.2f}" if person.gifts else "",
            str(person.gifts) if person.gifts else "", f"{person.last_gift:%Y-%m-%d}" if person.last_gift else "",
            f"{person.last_amount:.2f}" if person.gifts else "",
        ])  # fmt: skip
    return rows


def salesforce(random_: random.Random, people: list[Person]) -> list[list[str]]:
    """Return a Salesforce contact report with the fields of its Nonprofit Success Pack, exported for the United States."""
    rows = [["Contact ID", "Salutation", "First Name", "Last Name", "Title", "Account Name", "Mailing Street", "Mailing City",
             "Mailing State/Province", "Mailing Zip/Postal Code", "Mailing Country", "Phone", "Mobile", "Email", "Contact Owner", "Do Not Call",
             "Email Opt Out", "Lead Source", "Last Activity", "Total Gifts", "Total Number of Gifts", "Last Gift Date", "Last Gift Amount", "Description"]]  # fmt: skip
    for person in people:
        rows.append([
            f"003Hs00000{person.number:05d}AAX", random_.choice(("", "Ms.", "Mr.", "Dr.")), person.first, person.last, "",
            person.company or f"{person.last} Household", person.street, person.city, person.state, person.postal, "United States",
            phone(random_, person), phone(random_, person) if random_.random() < 0.3 else "", person.email, "Dana Whitfield",
            "1" if person.no_call else "0", "1" if person.no_email else "0", random_.choice(("Event", "Web", "Phone Inquiry", "")),
            f"{person.active:%-m/%-d/%Y}", f"${person.total:,.2f}" if person.gifts else "", str(person.gifts),
            f"{person.last_gift:%-m/%-d/%Y}" if person.last_gift else "", f"${person.last_amount:,.2f}" if person.gifts else "",
            random_.choice(("", "", "", "Met at the gala.\nWants a call after six.", 'Says "call my wife first"', "Volunteer, Tuesdays")),
        ])  # fmt: skip
    return rows


def mailchimp(random_: random.Random, people: list[Person]) -> list[list[str]]:
    """Mailchimp's audience export, unsubscribed members included."""
    rows = [["Email Address", "First Name", "Last Name", "Address", "Phone Number", "Birthday", "MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP",
             "CONFIRM_TIME", "CONFIRM_IP", "LATITUDE", "LONGITUDE", "GMTOFF", "DSTOFF", "TIMEZONE", "CC", "REGION", "UNSUB_TIME", "LAST_CHANGED",
             "LEID", "EUID", "NOTES", "TAGS"]]  # fmt: skip
    for person in people:
        opted = f"{person.active - timedelta(days=500):%Y-%m-%d} 11:{person.number % 60:02d}:07"
        known = random_.random() < 0.7
        rows.append([
            person.email, person.first if known else "", person.last if known else "",
            f"{person.street}  {person.city}  {person.state}  {person.postal}  US" if random_.random() < 0.3 else "",
            phone(random_, person) if random_.random() < 0.4 else "", "", str(random_.randint(1, 5)), opted, "", opted, "192.0.2.17", "", "", "-5",
            "-4", "America/New_York", "US", person.state, f"{person.active:%Y-%m-%d} 08:00:11" if person.no_email else "",
            f"{person.active:%Y-%m-%d} 08:00:11", str(700000000 + person.number), f"{person.number * 2654435761 % 2**40:010x}", "",
            random_.choice(("", "", '"newsletter"', '"newsletter","volunteer"', '"gala 2025"')),
        ])  # fmt: skip
    return rows


def with_duplicates(random_: random.Random, rows: list[list[str]], count: int, email: int) -> list[list[str]]:
    """Return the same people again further down, as exports have them: another spelling of the e-mail, another blank."""
    again = [list(row) for row in random_.sample(rows[1:], count)]
    for row in again:
        row[email] = random_.choice((row[email].strip().upper(), f"{row[email]} ", row[email].strip().lower()))
    body = rows[1:] + again
    random_.shuffle(body)
    return [rows[0], *body]


def write(
    name: str, rows: list[list[str]], *, encoding: str, delimiter: str = ",", line_end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL
) -> None:
    """Write `rows` the way the system does."""
    with (FOLDER / name).open("w", encoding=encoding, errors="replace", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]


def main() -> None:
    """Write the three files and the manifest."""
    random_ = random.Random(SEED)
    FOLDER.mkdir(parents=True, exist_ok=True)
    people = make_people(random_, 1480)

    rows = with_duplicates(random_, hubspot(random_, people[:760]), 32, email=3)
    rows[41][3], rows[41][4] = "not given", ""  # broken rows, as people leave them behind
    rows[130][4] = "555-0142"  # no area code
    rows[277][4] = "1.20756E+10"  # what Excel makes of a number
    rows[391][21] = "three"
    rows[505][3:6] = ["", "", ""]
    rows[620][19] = "ask Dana"
    write("hubspot-contacts.csv", rows, encoding="utf-8", line_end="\n", quoting=csv.QUOTE_ALL)

    rows = with_duplicates(random_, salesforce(random_, people[560:1120]), 18, email=13)
    rows[88][13] = rows[88][13].replace("@", " at ")
    rows[199][21] = "13/45/2025"
    rows[300][19] = "about $500"
    rows[411].append("left over from a comma")
    write("salesforce contacts (Major Donors).csv", rows, encoding="cp1252", quoting=csv.QUOTE_ALL)

    rows = with_duplicates(random_, mailchimp(random_, people[900:]), 25, email=0)
    rows[77][0], rows[77][4] = "n/a", ""
    rows[210][0] = "someone@example"
    write("mailchimp_audience_export.csv", rows, encoding="utf-8", quoting=csv.QUOTE_MINIMAL)

    (FOLDER / "hubspot-contacts.csv.toml").write_text(
        "# What to do with hubspot-contacts.csv. Every key may be left out.\n"
        'list = "HubSpot supporters"\n'
        'description = "Everybody in HubSpot, exported in November 2026"\n'
        'tags = ["hubspot", "year-end"]\n'
        'default_country = "US"\n'
        "max_rejected = 0.05\n\n"
        "[[campaigns]]\n"
        'campaign = "Year End 2026"\n'
        "priority = 1\n\n"
        "[[campaigns]]\n"
        'campaign = "Spring Gala 2027"\n'
        "priority = 2\n"
    )


if __name__ == "__main__":
    main()
