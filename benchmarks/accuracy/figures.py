"""What fits say: differences, ranks, and where a method is worse than another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


def wide(fits: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The mean over splits: a row for each table, a column for each method.

    A method that failed on one split of a table has no mean there: others' would cover more splits.
    """
    by_fit = fits.groupby(["table", "method"], sort=False)[measure]
    means = by_fit.agg(lambda values: values.mean(skipna=False))
    return means.unstack()[list(fits["method"].unique())].loc[list(fits["table"].unique())]


def _pairs(fits: pd.DataFrame, method: str, other: str) -> pd.Series:
    """loss of `method` / loss of `other`, for each table and split on which both gave one."""
    losses = fits.pivot(index=["table", "split"], columns="method", values="loss")
    return (losses[method] / losses[other]).dropna().astype(float)


@dataclass(frozen=True)
class Difference:
    """Relative: exp(mean log ratio) - 1, the ratios of all fits weighing the same."""

    relative: float
    wins: int  # fits with the smaller loss
    fits: int


def difference(fits: pd.DataFrame, method: str, other: str) -> Difference:
    """How much larger the loss of `method` is than that of `other`."""
    ratios = _pairs(fits, method, other)
    return Difference(float(np.expm1(np.log(ratios).mean())), int((ratios < 1).sum()), len(ratios))


def ranks(means: pd.DataFrame) -> pd.Series:
    """The mean rank of each method, over the tables of `ranked`."""
    return ranked(means).rank(axis=1).mean().reindex(means.columns)


def ranked(means: pd.DataFrame) -> pd.DataFrame:
    """The tables on which every method gave a model; a method that never did is left out."""
    return means.dropna(axis=1, how="all").dropna()


def worse(fits: pd.DataFrame, method: str, other: str) -> pd.DataFrame:
    """For each table: on how many of its splits `method` has the larger loss, and by how much.

    `difference` is the mean over splits of loss / loss of `other` - 1, and `spread` the standard
    deviation of it over the splits; `own` is that of the loss of `other`, as a share of its mean.
    A table is `beyond` if the difference is above its spread.
    """
    ratios = _pairs(fits, method, other)
    of_other = fits[fits["method"] == other].set_index(["table", "split"])["loss"]
    by_table = ratios.groupby("table", sort=False)
    losses = of_other.loc[ratios.index].groupby("table", sort=False)
    found = pd.DataFrame(
        {
            "worse": (ratios > 1).groupby("table", sort=False).sum(),
            "fits": by_table.size(),
            "difference": by_table.mean() - 1,
            "spread": by_table.std(),
            "own": losses.std() / losses.mean(),
        }
    )
    # One split has no spread; any difference is then beyond it.
    return found.assign(beyond=found["difference"] > found["spread"].fillna(0))


def losing(means: pd.DataFrame, method: str) -> dict[str, tuple[str, float]]:
    """Tables on which another method's mean is smaller: whose is smallest, and ours / its - 1."""
    found = {}
    for table, row in means.iterrows():
        best = row.idxmin() if row.notna().any() else method
        if best != method and row[method] > row[best]:
            found[str(table)] = (str(best), float(row[method] / row[best] - 1))
    return found
