"""Storage between assets: one Parquet file an asset and upload, `<staging>/<asset>/<upload>.parquet`. Nothing is pickled."""

import secrets
from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import polars as pl

from henk_pipeline.batching import BATCH_ROWS
from henk_pipeline.failures import InfrastructureError
from henk_pipeline.file_modes import make_private_folder, restrict
from henk_pipeline.settings import load_settings

UPLOAD = "upload"
# Metadata of an input that is read upload by upload: AssetIn(metadata=BY_UPLOAD).
BY_UPLOAD = {"by_upload": True}


class MissingStagingError(InfrastructureError):
    """What an earlier asset made of an upload is no longer there; the message names the asset and the uploads."""

    remedy = "Materialise the whole chain for these uploads: what was between the assets has been removed meanwhile."


class UploadParquetIOManager(dg.ConfigurableIOManager):
    """A store of one Parquet file for each asset and upload.

    It writes a frame with the column `upload`, or a frame for each upload, to a file for each upload. It reads
    a LazyFrame of all uploads of the run or, where an input has BY_UPLOAD, one for each upload without the
    column. An upload without rows gets a file without rows, so that a missing file always means that the asset
    was not made.
    """

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame | Mapping[str, pl.LazyFrame]) -> None:
        """Write `obj`, each file whole or not at all. Lazy frames are never in memory as a whole."""
        keys = context.asset_partition_keys
        if isinstance(obj, pl.DataFrame):
            parts = {str(key[0]): part.lazy() for key, part in obj.partition_by(UPLOAD, as_dict=True).items()}
            of_upload = {key: parts.get(key, obj.clear().lazy()) for key in {*keys, *parts}}
        else:
            of_upload = {key: rows.select(pl.lit(key).alias(UPLOAD), pl.all()) for key, rows in obj.items()}
        stray = set(of_upload) - set(keys)
        if stray:
            raise ValueError(f"{context.asset_key.to_user_string()} gave rows of uploads that are not in this run: {sorted(stray)}")
        folder = self._folder(context.asset_key)
        make_private_folder(folder)
        for key in keys:
            temporary = folder / f".{secrets.token_hex(8)}"
            of_upload[key].sink_parquet(temporary, row_group_size=BATCH_ROWS)
            restrict(temporary)
            temporary.replace(folder / f"{key}.parquet")

    def load_input(self, context: dg.InputContext) -> pl.LazyFrame | dict[str, pl.LazyFrame]:
        """Return the rows of every upload of the run, in the order of the keys."""
        folder = self._folder(context.asset_key)
        paths = {key: folder / f"{key}.parquet" for key in context.asset_partition_keys}
        missing = [key for key, path in paths.items() if not path.exists()]
        if missing:
            raise MissingStagingError(
                f"{context.asset_key.to_user_string()} has not been made for {', '.join(missing)}: materialise the whole chain for these uploads."
            )
        if BY_UPLOAD.items() <= context.definition_metadata.items():
            return {key: pl.scan_parquet(path).drop(UPLOAD) for key, path in paths.items()}
        return pl.scan_parquet(list(paths.values()))

    def _folder(self, asset_key: dg.AssetKey) -> Path:
        return load_settings().staging.joinpath(*asset_key.path)
