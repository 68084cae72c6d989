"""The fields of a lead that an upload can fill, by their kinds. All other modules of leads/ read these tables."""

TEXT_FIELDS = (
    "first_name", "last_name", "company", "title", "department", "street", "city", "state", "postal_code", "country", "timezone",
    "preferred_language", "lead_source", "description", "notes", "source_id",
)  # fmt: skip
# As ISO 8601 if the cell is a date of one reading, else as written: it helps to distinguish people, and rejects no row.
BIRTH_DATE = "birth_date"
PHONE_FIELDS = ("phone", "mobile_phone")
CONSENT_FIELDS = ("do_not_call", "dnc", "do_not_email", "email_opt_out")
# The reason in words why it is unclear whether the person may be called ("Do Not Call: maybe"), else null. Blocks calls until a person decides.
CONSENT_UNCLEAR = "consent_unclear"
NO_CALL = ("do_not_call", "dnc")
NO_EMAIL = ("do_not_email", "email_opt_out")
DATE_FIELDS = ("first_gift_date", "last_gift_date")
AMOUNT_FIELDS = ("last_gift_amount", "total_gifts")
COUNT_FIELDS = ("gift_count",)
TIME_FIELDS = ("last_activity_at",)
GIFT_FIELDS = (*DATE_FIELDS, *AMOUNT_FIELDS, *COUNT_FIELDS)

# Members of custom_fields.
OBJECT_FIELDS = (*GIFT_FIELDS, BIRTH_DATE)
# Columns of the table `leads` that an upload fills one to one.
SCALAR_FIELDS = (*TEXT_FIELDS, "email", *PHONE_FIELDS, *TIME_FIELDS, *CONSENT_FIELDS, CONSENT_UNCLEAR)
UPLOAD_FIELDS = (*SCALAR_FIELDS, *OBJECT_FIELDS, "tags", "custom_fields")
