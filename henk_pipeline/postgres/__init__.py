"""Access to PostgreSQL, through psycopg. Modules take and return polars frames and know no rule about leads."""
