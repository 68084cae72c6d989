"""Nicknames that count as the same given name: the table of the package `nicknames` without its doubtful pairs.

The package pairs names of different people (Bill with Robert, Lisa with Elizabeth, Lee with Shirley). A pair counts if both names
share their first two letters, or if it is one of CUSTOMARY.
"""

from functools import lru_cache

from nicknames import NickNamer

SHARED_LETTERS = 2
# Customary short forms that begin otherwise than the formal name, and spellings of one name.
CUSTOMARY: dict[str, str] = {
    "abigail": "gail", "alan": "allan allen", "albert": "bert", "alexander": "sandy xander", "alexandra": "sandra sandy",
    "alfred": "fred freddy", "amanda": "mandy manda", "amelia": "millie milly", "andrea": "drea", "andrew": "drew", "angelina": "lina",
    "ann": "nan nancy", "anthony": "tony", "antonio": "tony", "arabella": "bella", "augustine": "gus", "augustus": "gus",
    "belinda": "linda", "brian": "bryan", "bridget": "biddy", "carl": "karl", "cassandra": "sandra",
    "catherine": "kathy katy kate kit kathryn catharine", "charlotte": "lottie", "christina": "kris tina",
    "christine": "kris tina kristine", "christopher": "kit kris kristopher", "cornelius": "neil", "cynthia": "cindy",
    "deborah": "deb debbie debra", "delbert": "bert", "dominick": "nick", "edmund": "ned ted", "edward": "ned ted teddy",
    "eleanor": "nell nellie nelly nora", "elizabeth": "bess bessie beth betsy betty lib libby liz liza lizzie lizzy", "eric": "erik",
    "ernestine": "tina", "estella": "stella", "eugene": "gene", "evangeline": "vangie", "ferdinand": "fred", "frances": "fanny",
    "frederick": "rick frederic fredrick", "geoffrey": "jeff jeffrey", "gertrude": "trudy", "gilbert": "bert", "gwendolyn": "wendy",
    "helen": "nell nellie", "helena": "lena", "henrietta": "etta hank", "henry": "hal hank harry", "herbert": "bert", "honora": "nora",
    "hubert": "bert", "isaac": "ike", "isabel": "bella belle isobel", "isabella": "bella belle", "james": "jem jim jimmie jimmy",
    "john": "jack", "jonathan": "nathan", "josephine": "fina",
    "katherine": "cathy kit kittie kitty trina catherine kathryn catharine katharine", "kathleen": "cathy kit kittie kitty cathleen",
    "kristine": "chris tina", "kristopher": "chris", "latisha": "tisha", "lawrence": "lon lonny laurence", "leonora": "nora",
    "leroy": "roy", "loretta": "etta retta", "louis": "lewis", "magdalena": "lena", "marc": "mark", "margaret": "daisy meg peg peggy rita",
    "marissa": "rissa", "martina": "tina", "mary": "molly polly", "matilda": "tilly tillie", "melinda": "mindy lindy",
    "melissa": "missy lissa", "michelle": "shelly shelley chelle", "miranda": "mandy randi", "natasha": "tasha", "nathaniel": "than",
    "nicholas": "claus nicolas", "norbert": "bert", "olivia": "livia", "oswald": "ozzy", "patricia": "tricia trish trisha",
    "paulina": "lina", "philip": "pip phillip", "priscilla": "cilla", "ramona": "mona", "rebecca": "becca becky", "regina": "gina",
    "richard": "dick", "robert": "bob bobby rupert", "roberta": "bobbie", "roderick": "rick", "rudolph": "dolph", "sabrina": "brina",
    "samantha": "mantha", "sean": "shaun shawn", "serena": "rena", "sidney": "syd", "stephen": "steven", "sydney": "sid",
    "theodore": "ted teddy", "theresa": "tess tessa tracy terry teresa", "thomas": "tom tommy", "vanessa": "nessa", "veronica": "ronnie",
    "victoria": "tori tory", "virginia": "ginger ginny", "wilfred": "fred", "wilhelmina": "minnie mina", "william": "bill billy",
    "winifred": "freddie",
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
