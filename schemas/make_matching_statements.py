"""Write the SQL by which Splink weighs pairs under the model that ships: `python schemas/make_matching_statements.py`.

Run it when schemas/upload/matching.json, the comparisons or Splink change; a test compares. Splink takes 0.7 s of CPU to write it, and as long to
import: an import of ten people need not pay it.
"""

import json
from pathlib import Path

from henk_pipeline.linkage.likely import digest_of, without_prior, write_statement
from henk_pipeline.linkage.model import load_model

STATEMENTS = Path(__file__).parent / "upload" / "matching_statements.json"


def write_statements() -> str:
    """Return the content of the file: statements by the digests of their settings, one for each kind of population."""
    model = load_model()
    kinds = ({"households": True}, {"households": False}, {"households": False, "damaged_births": True})
    settings = [without_prior(model.for_people(1000, **kind)) for kind in kinds]
    return json.dumps({digest_of(one): write_statement(one) for one in settings}, indent=1) + "\n"


if __name__ == "__main__":
    STATEMENTS.write_text(write_statements())
