"""Names of fields for people, as notes, reports and commands show them."""

# Any other field is its own name with blanks.
LABELS = {
    "email": "e-mail address", "phone": "phone number", "mobile_phone": "mobile number", "dnc": "do-not-call register", "source_id": "id",
    "source": "source system", "company": "organisation", "title": "job title", "state": "state or region", "timezone": "time zone",
    "do_not_email": "do not e-mail", "email_opt_out": "unsubscribed from e-mail", "last_activity_at": "last activity",
    "full_name": "full name", "name_suffix": "suffix of the name",
    "birth_date": "date of birth", "first_gift_date": "date of first gift", "last_gift_date": "date of last gift",
    "last_gift_amount": "amount of last gift", "total_gifts": "sum of gifts", "gift_count": "number of gifts", "gift_amount": "amount of gift",
    "gift_currency": "currency of gift", "gift_id": "id of gift",
}  # fmt: skip


def label(field: str) -> str:
    """Return the name of a field for people, e.g. `mobile number` for mobile_phone."""
    return LABELS.get(field, field.replace("_", " "))
