-- One row a rule that a row of a file broke. What stood in the row is not here: see rejected.csv of the upload.
--
-- key: rejection_id
--
-- rejection_id: the rejection
-- business_id: the business, as in dim_business
-- import_id: the import
-- line_number: line of the file
-- column_name: header of the column; null if the whole row is meant
-- rule: the rule, by its code (docs/upload-format.md)

SELECT
    id AS rejection_id,
    business_id,
    import_id,
    line_number,
    column_name,
    rule
FROM lead_import_rejections
