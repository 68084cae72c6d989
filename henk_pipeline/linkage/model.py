"""The model of likely matches: Splink's settings with what each level of agreement weighs, from schemas/upload/matching.json."""

import json
import math
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.linkage.comparisons import comparisons
from henk_pipeline.settings import schemas_folder
from henk_pipeline.table_errors import describe_mistakes

# How common a value is among people, as a share, where nothing is counted: the mean over the training data.
TYPICAL = {
    "first": 0.003, "last": 0.002, "birth": 0.00006, "street": 0.001, "city": 0.001, "postal": 0.0005, "email": 0.002, "house": 0.002,
    "sharers": 0.002,
}  # fmt: skip
# Columns of people that rules on different people read, whether a comparison weighs them or not.
RULE_COLUMNS = ("generation", "middle", "gender")
# Levels whose weight no pair of random people tells, because they stand for a household or repeat another comparison: set by hand (in bits,
# log2 of m/u), held against labelled data.
SET_BY_HAND: Mapping[str, Mapping[str, float]] = {
    "first_name": {
        "exchanged with the last name": 5.5, "half exchanged with the last name": -3, "a little alike": -2,
        "another, but born on the same day": -4,
    },
    "last_name": {"the same, of other first names": 1, "exchanged with the first name": 5.5, "half exchanged with the first name": 2},
    "email": {"the same, of other first names": 0.5, "the same before the @": 4, "alike": 4},
    "phone": {"the same, of other first names": 0.5, "a neighbouring number": 1, "one digit differs": 10},
    "birth_date": {"the same year, or the same day": -4, "another": -7},
    "street": {"the same house, of other first names": 0.5, "the street alike": 3, "another, with another postal code": -0.5, "another": -3.5},
    "city": {
        "the same or alike, as the postal code": 2, "the same, of other first names": 0, "another, with another postal code": 0, "another": -3,
    },
    "postal_code": {"the same, of other first names": 0},
}  # fmt: skip
# Where a file shows that nobody in it shares a house with another, other first names at one house are one person, damaged.
WITHOUT_HOUSEHOLDS: Mapping[str, Mapping[str, float]] = {
    "last_name": {"the same, of other first names": 7},
    "email": {"the same, of other first names": 8},
    "phone": {"the same, of other first names": 8},
    "birth_date": {"the same year, or the same day": -2.3, "another": -4.7},
    "street": {"the same house, of other first names": 12},
    "city": {"the same or alike, as the postal code": 6, "the same, of other first names": 7},
    "postal_code": {"the same, of other first names": 9},
}

# Where a list shows that its birth dates are damaged, the other fields are, too, and a row has more copies than elsewhere.
DAMAGED_BIRTHS: Mapping[str, Mapping[str, float]] = {
    "first_name": {
        "one has none": 0, "half exchanged with the last name": 1, "a little alike": 3, "another, but born on the same day": -2, "another": -3,
        "another, and born on another day": -4,
    },
    "last_name": {
        "the same, of other first names": 3, "half exchanged with the first name": 3, "a little alike": 4, "another": -2,
    },
    "email": {"alike": 9, "the same before the @": 6, "another": -0.5},
    "birth_date": {"two digits differ": 4, "the same year, or the same day": 4.5, "another": -3},
    "city": {"the same, of other first names": 1, "another": -0.5},
}  # fmt: skip
MORE_COPIES = 10


class Model(BaseModel):
    """`matching.json`. `duplicates`: how many other rows of the same person a row is expected to have,
    before anything is compared; `common`: names that many have, by column the share of people that does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    trained_on: list[str] = Field(min_length=1)
    duplicates: float = Field(gt=0)
    common: dict[str, dict[str, float]] = Field(default_factory=dict)
    settings: dict[str, Any]

    def for_people(self, count: int, *, households: bool, damaged_births: bool = False) -> dict[str, Any]:
        """Return Splink's settings for a population of `count` people (`households`, `damaged_births`: as in Population)."""
        settings = deepcopy(self.settings)
        settings["probability_two_random_records_match"] = min(self.duplicates / count, 0.5)
        # Here, not in the file: a model that was trained before has them, too.
        settings["additional_columns_to_retain"] = list(RULE_COLUMNS)
        if not households:
            set_weights(settings, WITHOUT_HOUSEHOLDS)
        if damaged_births:
            set_weights(settings, DAMAGED_BIRTHS)
            settings["probability_two_random_records_match"] = min(MORE_COPIES * self.duplicates / count, 0.5)
        return settings

    @classmethod
    def untrained(cls) -> Self:
        """Return the comparisons with the weights that are set by hand, all others next to nothing."""
        settings = {
            "link_type": "dedupe_only",
            "sql_dialect": "duckdb",
            "unique_id_column_name": "row",
            "blocking_rules_to_generate_predictions": [],
            "comparisons": comparisons(),
            "retain_matching_columns": True,
            "retain_intermediate_calculation_columns": True,
        }
        for level in levels(settings):
            level["u_probability"] = TYPICAL.get(level.get("tf_adjustment_column", ""), 1e-3)
            level["m_probability"] = level["u_probability"] * 2
        set_weights(settings, SET_BY_HAND)
        return cls(trained_on=["nothing"], duplicates=3, settings=settings)


@lru_cache(maxsize=4)
def load_model(path: Path | None = None) -> Model:
    """Load the model of a file, by default the one that ships.

    Raises:
        InfrastructureError: The file cannot be read, or is no model.
    """
    file = path or schemas_folder() / "upload" / "matching.json"
    try:
        model = Model.model_validate(json.loads(file.read_text("utf-8")))
        levels(model.settings)
    except ValidationError as error:
        raise _unusable(file, describe_mistakes(error, Model, "")) from error
    except (KeyError, TypeError) as error:
        raise _unusable(file, "its 'settings' have no comparisons with levels.") from error
    except (OSError, ValueError) as error:
        raise _unusable(file, f"{error}.") from error
    return model


def _unusable(file: Path, mistakes: str) -> InfrastructureError:
    return InfrastructureError(
        f"The model {file} (HENK_MATCH_MODEL, or an option) cannot be used: {mistakes} Train one with `henk match train`, or unset HENK_MATCH_MODEL."
    )


def write_model(model: Model, path: Path) -> None:
    """Write a model, whole or not at all."""
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(json.dumps(model.model_dump(), indent=1) + "\n", "utf-8")
    temporary.replace(path)


def levels(settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the levels that have a weight, of all comparisons."""
    return [level for comparison in settings["comparisons"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]


def set_weights(settings: dict[str, Any], weights: Mapping[str, Mapping[str, float]]) -> None:
    """Give levels, by comparison and label, a weight in bits: `m` is moved so that log2(m/u) is it."""
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            weight = weights.get(comparison["output_column_name"], {}).get(level["label_for_charts"])
            if weight is not None:
                # A probability is at most 1: where m would be more, u gives way.
                u = min(level["u_probability"], 0.99 / 2**weight)
                level["u_probability"], level["m_probability"] = u, u * 2**weight


def weight_of(level: dict[str, Any]) -> float:
    """Return what a level weighs, in bits."""
    return math.log2(level["m_probability"] / level["u_probability"])
