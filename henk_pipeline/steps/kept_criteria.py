"""What a manifest says of lists that exist already and keep the criteria they have, in sentences."""

from uuid import UUID

import psycopg

from henk_pipeline.postgres import lists
from henk_pipeline.uploads.manifest import Manifest


def describe_kept_criteria(connection: psycopg.Connection, business_id: UUID, manifest: Manifest) -> list[str]:
    """Return a sentence for each list that the manifest would have follow criteria, and that has others or none.

    An import changes the criteria of no list that exists: a person may have changed them since, and its members and campaigns follow them.
    """
    notes = []
    for split in manifest.lists:
        present = lists.find_criteria(connection, business_id, split.list) if split.refresh is not None else None
        if present is None:
            continue
        remedy = f"To change it: henk list set {split.list!r} with --where or --refresh."
        if not present.is_smart:
            notes.append(
                f"The list {split.list!r} exists and is static: `refresh` and `where` of the manifest do not make it follow criteria. "
                f"The leads of this file that meet `where` are added. {remedy}"
            )
        elif present.criteria != split.where:
            notes.append(
                f"The list {split.list!r} exists with other criteria and keeps them: `where` of the manifest changes nothing. {remedy}"
            )
        elif present.refresh != "auto":
            notes.append(
                f"The list {split.list!r} exists and is refreshed {'by hand' if present.refresh == 'manual' else 'no more'}. {remedy}"
            )
    return notes
