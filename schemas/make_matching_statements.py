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
    """Return the content of the file: statements by the digests of their settings, one with households and one without."""
    model = load_model()
    settings = [without_prior(model.for_people(1000, households=households)) for households in (True, False)]
    return json.dumps({digest_of(one): write_statement(one) for one in settings}, indent=1) + "\n"


if __name__ == "__main__":
    STATEMENTS.write_text(write_statements())
