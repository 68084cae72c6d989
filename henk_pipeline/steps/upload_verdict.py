"""Whether an upload is refused as a whole, and why."""

from collections.abc import Sequence
from itertools import chain

import polars as pl
import pycountry

from henk_pipeline.leads import contract, fields
from henk_pipeline.leads.locales import language_of, load_locales
from henk_pipeline.leads.phones import SCIENTIFIC, probable_countries
from henk_pipeline.steps.validated_upload import ValidatedUpload

# A share of fewer rows means little: three bad ones of five are no reason to leave out two good ones.
MIN_ROWS_FOR_SHARE = 40
# Where the contact of most rows is in a column that is asked about, the answer comes first.
MAX_ASKED_OF_FEW = 0.5
MAX_REJECTED = 0.25
MAX_NUMBERS_TRIED = 50
MIN_NUMBERS_ASKED = 3  # of rows that name no country and have another contact: fewer are slips
MAX_COUNTRIES_NAMED = 3
MAX_COLUMNS_NAMED = 20


def why_hopeless(upload: ValidatedUpload, share: float | None) -> str | None:  # noqa: PLR0911 - a case a line
    """Return why nothing of an upload is loaded; None if its good rows are. `share`: set for this file, it counts for few rows, too."""
    read_rows, rejected = upload.rows_read, upload.rows_rejected
    if read_rows == 0 and upload.left_out:
        kinds = " or ".join(sorted({part.why for part in upload.left_out}))
        return f"No row of the file is a person: {len(upload.left_out)} were left out, each a {kinds}."
    if read_rows == 0:
        return "The file has a header, but no rows."
    if question := _why_numbers_are_asked_about(upload, share):
        return question
    max_rejected = share if share is not None else MAX_REJECTED
    if rejected <= max_rejected * read_rows or (share is None and _has_good_rows_of_few(upload)):
        return None
    if upload.mapping is not None and upload.reasons[contract.NO_CONTACT.code] == rejected:
        if upload.mapping.questions:
            return f"{rejected} of {read_rows} rows have no contact that is certain, so nothing was loaded. {' '.join(upload.mapping.questions)}"
        if upload.mapping.numbers_not_read:
            named = ", ".join(f"“{column}”" for column in upload.mapping.numbers_not_read)
            return (
                f"{rejected} of {read_rows} rows have no contact that is certain, so nothing was loaded. Not read, because their names do not "
                f"say whose numbers they hold: {named}. If they are the person's, name them as phone under [columns] in the manifest."
            )
        if rejected == read_rows and {use.field for use in upload.mapping.uses}.isdisjoint({"email", *fields.PHONE_FIELDS}):
            named = ", ".join(use.column[:60] for use in upload.mapping.uses[:MAX_COLUMNS_NAMED])
            return (
                f"No column of the file is a phone number or an e-mail address, so nothing was loaded. Its columns: {named}. "
                "If one of them is, name it under [columns] in the manifest; else upload the export that has them."
            )
    commonest = min(upload.reasons, key=lambda reason: (-upload.reasons[reason], reason))
    elsewhere = _numbers_of_another_country(upload, _rejected_numbers(upload)) if commonest == contract.PHONE.code else ""
    allowed, remedy = "", "Mend the file."
    if rejected < read_rows:
        allowed, remedy = (
            f", more than the {max_rejected:.0%} that are allowed",
            "Mend the file, or allow more with max_rejected in its manifest.",
        )
    return (
        f"{rejected} of {read_rows} rows were rejected{allowed}, so nothing was loaded. "
        f"Most often: {contract.RULES[commonest].without_cells()} {elsewhere}{remedy}"
    )


def _why_numbers_are_asked_about(upload: ValidatedUpload, share: float | None) -> str | None:
    """Return why nothing is loaded of a file with e-mail addresses most of whose numbers Excel has shortened, or are of another country.

    A single wrong number is one person's; these are a fault of the file that one answer mends.
    """
    unread = [change for change in upload.kept if change.field in fields.PHONE_FIELDS]
    count = sum(change.cells for change in unread) + upload.reasons[contract.PHONE.code] + upload.reasons[contract.PHONE_SCIENTIFIC.code]
    if not unread or count <= (share if share is not None else MAX_REJECTED) * upload.rows_read:
        return None
    if share is None and count < upload.rows_read < MIN_ROWS_FOR_SHARE:
        return None
    numbers = [cell for change in unread for _, cell, country in change.examples if not country]
    if len(numbers) < MIN_NUMBERS_ASKED:
        return None
    is_shortened = pl.Series(numbers).str.contains(SCIENTIFIC).mean()
    if isinstance(is_shortened, float) and is_shortened > MAX_ASKED_OF_FEW:
        return f"Excel has shortened {count} phone numbers, so nothing was loaded. {contract.PHONE_SCIENTIFIC.remedy}"
    if elsewhere := _numbers_of_another_country(upload, numbers):
        return f"{count} of {upload.rows_read} rows have a number that is none here, so nothing was loaded. {elsewhere.strip()}"
    return None


def _has_good_rows_of_few(upload: ValidatedUpload) -> bool:
    """Return whether a file of few rows has a good one, and no question about a column explains why most others are bad."""
    rows, rejected = upload.rows_read, upload.rows_rejected
    is_asked = upload.mapping is not None and bool(upload.mapping.questions) and upload.reasons[contract.NO_CONTACT.code] == rejected
    return rejected < rows < MIN_ROWS_FOR_SHARE and not (is_asked and rejected > MAX_ASKED_OF_FEW * rows)


def _rejected_numbers(upload: ValidatedUpload) -> list[str]:
    numbers = upload.rejections.lazy().filter(pl.col("rule") == contract.PHONE.code).select("value").head(MAX_NUMBERS_TRIED).collect()
    return numbers["value"].drop_nulls().to_list()


def _numbers_of_another_country(upload: ValidatedUpload, numbers: Sequence[str]) -> str:
    """Return a question where numbers that are none exist in another country that speaks the language of the file, else ""."""
    reading = upload.reading
    language = language_of(reading.columns) if reading is not None and reading.header_line is not None else None
    by_language = load_locales().numbers
    spoken = by_language.get(language or "") or list(dict.fromkeys(chain.from_iterable(by_language.values())))
    countries = probable_countries(numbers, spoken)
    if not 0 < len(countries) <= MAX_COUNTRIES_NAMED:
        return ""
    names = " or ".join(f"{pycountry.countries.lookup(country).name} ({country})" for country in countries)
    return f'They may be numbers of {names}: if they are, write default_country = "{countries[0]}" in the manifest. '
