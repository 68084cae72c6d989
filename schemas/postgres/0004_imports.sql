-- migrate:up
-- What came in, what became of each row, and whom not to call or write.

CREATE TABLE lead_imports (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE RESTRICT,
    upload text NOT NULL,                           -- the upload's key, Dagster's partition
    file_name text NOT NULL,
    file_size bigint NOT NULL CHECK (file_size >= 0),
    content_hash char(64) NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'), -- SHA-256 of the bytes
    list_name varchar(255) NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',            -- the manifest as it was applied
    rules text NOT NULL,                            -- digest of options and rules: the same bytes under the same rules are not loaded again
    mapping jsonb NOT NULL DEFAULT '{}',            -- column of the file → field, or null for custom_fields
    reading jsonb NOT NULL DEFAULT '{}',            -- encoding, delimiter, header line: how the bytes were understood
    status text NOT NULL CHECK (status IN ('running', 'loaded', 'partial', 'rejected', 'undone')),
    rows_read integer NOT NULL DEFAULT 0,
    rows_accepted integer NOT NULL DEFAULT 0,
    rows_rejected integer NOT NULL DEFAULT 0,
    rows_duplicate integer NOT NULL DEFAULT 0,
    leads_inserted integer NOT NULL DEFAULT 0,
    leads_updated integer NOT NULL DEFAULT 0,
    leads_unchanged integer NOT NULL DEFAULT 0,
    lead_list_id uuid,
    campaign_ids uuid[] NOT NULL DEFAULT '{}',
    campaign_leads_added integer NOT NULL DEFAULT 0,
    error text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    run_id text,
    FOREIGN KEY (business_id, lead_list_id) REFERENCES lead_lists (business_id, id) ON DELETE SET NULL (lead_list_id),
    UNIQUE (business_id, id),
    CONSTRAINT no_row_is_lost CHECK (rows_read = rows_accepted + rows_rejected + rows_duplicate),
    CONSTRAINT every_accepted_row_is_a_lead CHECK (
        rows_accepted = leads_inserted + leads_updated + leads_unchanged OR status IN ('rejected', 'running')
    )
);
CREATE UNIQUE INDEX lead_imports_same_bytes_same_list ON lead_imports (business_id, content_hash, list_name)
WHERE status <> 'undone';
CREATE INDEX lead_imports_upload ON lead_imports (upload);
CREATE INDEX lead_imports_lead_list_id ON lead_imports (lead_list_id);

CREATE TABLE lead_import_rows (
    import_id uuid NOT NULL,
    business_id uuid NOT NULL,
    line_number integer NOT NULL CHECK (line_number > 0),
    lead_id uuid,
    action text NOT NULL CHECK (action IN ('inserted', 'updated', 'unchanged', 'merged')),
    replaced jsonb, -- for updated: the values that stood there before
    PRIMARY KEY (import_id, line_number),
    FOREIGN KEY (business_id, import_id) REFERENCES lead_imports (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, lead_id) REFERENCES leads (business_id, id) ON DELETE SET NULL (lead_id)
);
CREATE INDEX lead_import_rows_lead_id ON lead_import_rows (lead_id);

CREATE TABLE lead_import_rejections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import_id uuid NOT NULL,
    business_id uuid NOT NULL,
    line_number integer NOT NULL CHECK (line_number > 0),
    column_name text,
    value text,    -- as it stood in the file
    rule text NOT NULL,
    message text NOT NULL,
    row jsonb NOT NULL,
    FOREIGN KEY (business_id, import_id) REFERENCES lead_imports (business_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_import_rejections_import_id ON lead_import_rejections (import_id, line_number);

CREATE TABLE lead_duplicate_candidates (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    other_lead_id uuid NOT NULL,
    match_probability double precision NOT NULL CHECK (match_probability BETWEEN 0 AND 1),
    agreement jsonb NOT NULL DEFAULT '{}', -- field → what agreed and what did not
    decision text NOT NULL DEFAULT 'open' CHECK (decision IN ('open', 'same', 'different')),
    decided_by uuid,
    decided_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (lead_id < other_lead_id), -- a pair has one row, whichever was seen first
    UNIQUE (lead_id, other_lead_id),
    FOREIGN KEY (business_id, lead_id) REFERENCES leads (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, other_lead_id) REFERENCES leads (business_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_duplicate_candidates_other_lead_id ON lead_duplicate_candidates (other_lead_id);
CREATE INDEX lead_duplicate_candidates_open ON lead_duplicate_candidates (business_id) WHERE decision = 'open';

CREATE TABLE suppressions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE RESTRICT,
    channel text NOT NULL CHECK (channel IN ('phone', 'email')),
    value text NOT NULL CHECK (value <> ''), -- E.164, or an e-mail in lower case
    reason text,
    source text NOT NULL DEFAULT 'manual',
    added_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, channel, value)
);

-- migrate:down
-- Forward only.
