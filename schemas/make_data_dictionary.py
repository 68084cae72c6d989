"""Writes docs/data-dictionary.md from the comments and types of a DuckDB file: `python schemas/make_data_dictionary.py FILE.duckdb`.

`make data-dictionary` does it with a file of its own; a test holds the document equal to what this says.
"""

import sys
from pathlib import Path

import duckdb

DOCUMENT = Path(__file__).parents[1] / "docs" / "data-dictionary.md"
HEAD = """# Data dictionary

What is in the DuckDB file: made from its own comments (`make data-dictionary`), which `DESCRIBE` and every tool show, too. How to ask it:
[analysts.md](analysts.md). `dim_…` are things, `fct_…` what happened, `bridge_…` which belongs to which; the others answer a question each.

## Conventions

| what | convention | exceptions |
| --- | --- | --- |
| rates and shares (`…_rate`, `…_share`, `roi`, `open_probability`) | shares of 1: 0.25 is a quarter; null where there is nothing to divide by | `campaign_list_performance.conversion_rate`, in per cent with two places |
| scores (`…_score`, `lead_score`) | 0 to 100 | |
| amounts (`…_amount`, `budget`, `cost…`, `average_donation`) | in the currency of the business, which the column `currency` of the same row names; never add amounts of two currencies | `fct_campaign_lead`: join `dim_business` for it |
| names | `<thing>_name`: `list_name`, `campaign_name`, `business_name`; `business` is the slug | `campaign_list_performance` and `list_reusability`: `name` is that of the list |
| ids | `<thing>_id`, UUID (text in exported Parquet), equal in all tables | `list_reusability.id` is the list |
| counts | the plural of what is counted: `leads`, `attempts`, `contacted` | `lead_quality_distribution.count`: leads; `campaign_list_performance.…_leads` |
| times | UTC (`TIMESTAMP WITH TIME ZONE`); dates are days, months and weeks in UTC | `night`: the day in `HENK_TIMEZONE`; calling windows and `local_hour`: the time of the lead |
| erased people | what they gave stays in every sum, in a row of its own: `lead_source` is `(erased)`, `cohort_month` is null; `segment_engagement` counts who is on a list, so not them | |

`campaign_list_performance`, `lead_quality_distribution` and `list_reusability` keep the names and units that reports were built on before: they are
the exceptions above.
"""  # noqa: E501 - a row of a Markdown table is one line


def describe(file: Path) -> str:
    """Return the document."""
    with duckdb.connect(str(file), read_only=True) as connection:
        relations = connection.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal "
            "UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY 1"
        ).fetchall()
        parts = [HEAD]
        for name, answers in relations:
            columns = connection.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [name]
            ).fetchall()
            parts.append(f"## {name}\n\n{answers}\n\n| column | type | what it means |\n| --- | --- | --- |")
            parts[-1] += "".join(f"\n| `{column}` | {kind} | {means or ''} |" for column, kind, means in columns) + "\n"
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(describe(Path(sys.argv[1])), "utf-8")
