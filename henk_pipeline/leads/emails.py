"""E-mail cells to one written form, by email-validator's rules (RFC 5322 and 6531 as mail is really sent)."""

import polars as pl
from email_validator import EmailNotValidError, validate_email

# What the library certainly accepts and leaves as it is (letters, digits and single separators, at most 64 characters before the @):
# most cells of most files, so that the library is asked about the rest only. A property test holds the two equal.
COMMON = (
    r"^[a-z0-9]+([._+-][a-z0-9]+)*@([a-z0-9]+(-[a-z0-9]+)*\.)+(com|org|net|edu|gov|io|us|uk|ca|de|fr|es|nl|pt|br|mx|be|at|ch|it|au|nz|ie)$"
)
LONGEST_COMMON = 64
WRAPPED = r"(?i)^(?:mailto:)?(?:.*<)?([^<>]+?)>?[,;.]?$"


def normalise_emails(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """`column` in lower case, without `mailto:` and `Name <…>` around it. A cell that is no address becomes null.

    Lower case before the @, too: every provider in use treats both as one mailbox, and an opt-out must find it (docs/decisions/0004).
    """
    bare = pl.col(column).str.extract(WRAPPED, 1).str.strip_chars().str.to_lowercase()
    frame = frame.with_columns(bare.alias("_bare"))
    common = pl.col("_bare").str.contains(COMMON) & (pl.col("_bare").str.len_chars() <= LONGEST_COMMON)
    others = frame.filter(~common).select("_bare").drop_nulls().unique().to_series()
    judged = pl.DataFrame(
        {"_bare": others, "_address": [_validated(cell) for cell in others]}, schema={"_bare": pl.String, "_address": pl.String}
    )
    joined = frame.join(judged, on="_bare", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(common).then("_bare").otherwise("_address").alias(column),
    ).drop("_bare", "_address")


def _validated(cell: str) -> str | None:
    try:
        # .test is reserved for testing (RFC 6761); a test import is a wanted import. No look-up in DNS: a file is read offline.
        return validate_email(cell, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return None
