"""Family names that are alike and two families', for the tests of who is one person where two of one given name share a home or a telephone."""

OF_TWO_FAMILIES = [
    ("Barton", "Burton"), ("Hanson", "Hansen"), ("Carter", "Carver"), ("Miller", "Millar"), ("Parker", "Barker"), ("Marsh", "March"), ("Holland", "Hollard"),
    ("Mason", "Nason"), ("Weber", "Webber"), ("Reed", "Reid"), ("Barlow", "Barrow"), ("Larsen", "Larson"), ("Morris", "Norris"), ("Harmon", "Harman"), ("Meier", "Maier"),
]  # fmt: skip
# With other contacts all the same: one name in two spellings, or a part of it.
OF_ONE_FAMILY = [
    ("Müller", "Mueller"),
    ("Müller", "Muller"),
    ("O'Brien", "OBrien"),
    ("Lima-Ng", "Lima Ng"),
    ("McDonald", "Mc Donald"),
    ("Quackenbush", "QUACKENBUSH"),
]
