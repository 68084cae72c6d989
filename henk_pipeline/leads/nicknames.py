"""Nicknames that count as the same given name: the table of the package `nicknames` without its doubtful pairs.

The package pairs names of different people (Bill with Robert, Lisa with Elizabeth, Lee with Shirley). A pair counts if both names
share their first two letters, or if it is one of CUSTOMARY.
"""

from functools import lru_cache

from nicknames import NickNamer

SHARED_LETTERS = 2
# Customary short forms that begin otherwise than the formal name.
CUSTOMARY: dict[str, str] = {
    "abigail": "gail", "albert": "bert", "alexander": "sandy xander", "alexandra": "sandra sandy", "alfred": "fred freddy",
    "amanda": "mandy", "amelia": "millie milly", "andrea": "drea", "andrew": "drew", "ann": "nan nancy", "anthony": "tony",
    "antonio": "tony", "arabella": "bella", "augustus": "gus", "augustine": "gus", "bridget": "biddy", "catherine": "kathy katy kate kit",
    "charlotte": "lottie", "christina": "kris tina", "christine": "kris tina", "christopher": "kit kris", "cornelius": "neil",
    "cynthia": "cindy", "deborah": "deb debbie", "edmund": "ned ted", "edward": "ned ted teddy",
    "elizabeth": "bess bessie beth betsy betty lib libby liz liza lizzie lizzy", "eleanor": "nell nellie nelly nora", "ernestine": "tina",
    "eugene": "gene", "evangeline": "vangie", "ferdinand": "fred", "frances": "fanny", "frederick": "rick", "geoffrey": "jeff",
    "gertrude": "trudy", "gwendolyn": "wendy", "helen": "nell nellie", "henrietta": "etta hank", "henry": "hal hank harry",
    "herbert": "bert", "isaac": "ike", "isabel": "bella belle", "isabella": "bella belle", "james": "jem jim jimmie jimmy", "john": "jack",
    "jonathan": "nathan", "josephine": "fina", "katherine": "cathy kit kittie kitty trina", "kathleen": "cathy kit kittie kitty",
    "kristine": "chris tina", "kristopher": "chris", "lawrence": "lon lonny", "leroy": "roy", "louis": "lewis",
    "margaret": "daisy meg peg peggy rita", "martina": "tina", "mary": "molly polly", "matilda": "tilly tillie", "melinda": "mindy lindy",
    "melissa": "missy lissa", "michelle": "shelly shelley", "miranda": "mandy randi", "natasha": "tasha", "nathaniel": "than",
    "nicholas": "claus", "olivia": "livia", "oswald": "ozzy", "patricia": "tricia trish trisha", "philip": "pip", "priscilla": "cilla",
    "rebecca": "becca becky", "regina": "gina", "richard": "dick", "robert": "bob bobby rupert", "roberta": "bobbie", "roderick": "rick",
    "samantha": "mantha", "sidney": "syd", "sydney": "sid", "theodore": "ted teddy", "theresa": "tess tessa tracy terry",
    "thomas": "tom tommy", "vanessa": "nessa", "veronica": "ronnie", "victoria": "tori tory", "virginia": "ginger ginny",
    "wilhelmina": "minnie mina", "william": "bill billy", "winifred": "freddie",
}  # fmt: skip


@lru_cache(maxsize=1)
def formal_names_by_nickname() -> dict[str, list[str]]:
    """Return for each nickname the formal names that it may stand for, sorted."""
    pairs = {(short, formal) for formal, shorts in CUSTOMARY.items() for short in shorts.split()}
    for short, formals in NickNamer().canonical_lookup.items():
        pairs |= {(short, formal) for formal in formals if short[:SHARED_LETTERS] == formal[:SHARED_LETTERS]}
    table: dict[str, list[str]] = {}
    for short, formal in sorted(pairs):
        table.setdefault(short, []).append(formal)
    return table
