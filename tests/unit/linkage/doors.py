"""Addresses of two doors and of one, for the tests of who is one person where two of one name live in one house or street."""

# Two homes: other flats, buildings, lots, kinds, headings or numbers of streets. Of two people of one name with other contacts.
OF_TWO_DOORS = [
    ("500 Tower Dr Apt 3", "500 Tower Dr Apt 12"), ("500 Tower Dr # 301", "500 Tower Dr # 302"), ("500 Tower Dr #3", "500 Tower Dr Apt 12"),
    ("500 Tower Dr Unit 1A", "500 Tower Dr Unit 7C"), ("500 Tower Dr Apt B", "500 Tower Dr Apt D"), ("500 Tower Dr Bldg 1 Apt 4", "500 Tower Dr Bldg 2 Apt 4"),
    ("500 Tower Dr Bldg 1 Apt 4", "500 Tower Dr Bldg 4 Apt 1"), ("12A Elm St", "12B Elm St"), ("12 A Elm St", "12 B Elm St"), ("77 Park Rd Lot 5", "77 Park Rd Lot 19"),
    ("Apt 3, 500 Tower Dr", "Apt 12, 500 Tower Dr"), ("Flat 3, 12 Mill Lane", "Flat 4, 12 Mill Lane"), ("500 Tower Dr Ste 200", "500 Tower Dr Ste 210"),
    ("500 Tower Dr 2nd Floor", "500 Tower Dr 3rd Floor"), ("500 Tower Dr Rear", "500 Tower Dr Front"), ("500-2 Tower Dr", "500-4 Tower Dr"),
    ("10 Elm Ct", "10 Elm St"), ("500 Main St", "500 Main Ave"), ("10 Oak Lane", "10 Oak Loop"), ("10 21st St", "10 31st St"), ("10 W 4th St", "10 W 5th St"),
    ("4410 Highway 20 W", "4410 Highway 20 E"), ("4410 Highway 20", "4410 Highway 21"), ("500 N Main St", "500 S Main St"), ("500 North Main St", "500 Main St South"),
    ("10 Avenue A", "10 Avenue B"), ("800 NE Alder St", "800 NW Alder St"), ("Hauptstr. 5a", "Hauptstr. 5b"), ("Hauptstraße 5 a", "Hauptstr. 5b"),
    ("Am Park 7 Haus 3 Whg 12", "Am Park 7 Haus 3 Whg 14"), ("Am Park 7 Haus 3 Whg 12", "Am Park 7 Haus 4 Whg 12"), ("Bahnhofstr. 9", "Bahnhofweg 9"),
    ("Hauptstr. 5/12", "Hauptstr. 5/14"), ("Lange Str. 8, 2. OG", "Lange Str. 8, 3. OG"), ("Lange Str. 8 links", "Lange Str. 8 rechts"),
    ("12 rue Victor Hugo", "12 avenue Victor Hugo"), ("Calle Mayor 5 Piso 2", "Calle Mayor 5 Piso 4"),
]  # fmt: skip
# One home, written otherwise or in part.
OF_ONE_DOOR = [
    ("500 Tower Dr Apt 3", "500 Tower Drive #3"), ("500 Tower Dr Apt 3", "500 Tower Dr Unit 3"), ("500 Tower Dr Apt 3", "500 Tower Dr"), ("500 Tower Dr Apt. 3-B", "500 Tower Dr #3B"),
    ("500 Tower Dr, Apartment 3", "500 TOWER DR APT 03"), ("500 Tower Dr Bldg 1 Apt 4", "500 Tower Dr Apt 4"), ("500 Tower Dr Bldg 1 Apt 4", "500 Tower Dr Apt 4 Bldg 1"),
    ("500 Main St", "500 Main Street"), ("500 N Main St", "500 North Main Street"), ("500 Main St", "500 Main"),
    ("12A Elm St", "12 Elm St Apt A"), ("Hauptstr. 5 e", "Hauptstr. 5e"), ("12 Elm St", "12A Elm St"), ("10 21st St", "10 21st Street"), ("4410 Highway 20 W", "4410 Hwy 20 West"),
    ("4410 Highway 20", "4410 Highway 20 Lot 3"), ("10 Oak Ave", "10 Oak Avenue"), ("10 Oak Blvd", "10 Oak Boulevard"), ("10 St James Pl", "10 Saint James Place"),
    ("77 Park Rd Lot 5", "77 Park Road #5"), ("Hauptstr. 5a", "Hauptstraße 5 a"), ("Hauptstr. 5", "Hauptstraße 5a"), ("Haupt Str. 5", "Hauptstrasse 5"),
    ("Am Park 7 Whg 12", "Am Park 7 Wohnung 12"), ("Lange Str. 8, 2. OG", "Lange Straße 8"), ("10 E 4th St", "10 East 4th Street"), ("10 Avenue A", "10 Ave A"),
]  # fmt: skip
