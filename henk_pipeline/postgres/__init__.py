"""Everything that speaks to PostgreSQL, through psycopg. It takes and gives polars frames and knows no rule about leads."""
