"""The fits as text for a terminal, and as the table of the README in English or Chinese."""

from __future__ import annotations

import pandas as pd

from benchmarks.accuracy.figures import difference, losing, ranked, ranks, wide, worse
from benchmarks.accuracy.methods import interval
from benchmarks.accuracy.tables import CLASSES, NUMBERS

LINEAR = "linear"
WORDS = {
    "en": {
        "table": "table",
        LINEAR: "linear",
        CLASSES: "log-loss",
        NUMBERS: "RMSE",
        "against": "{measure} against {base}",
        "rank": "mean rank",
        "rank of error": "mean rank by wrong classes",
        "worse": "fits worse than the linear model",
        "of": "{some} of {all}",
        "cpu": "CPU seconds a fit",
        "losing": "{method} loses to LightGBM or the linear model on {items}.",
        "item": "{table} ({share} behind {best})",
        "failed": "{method} gave no model on {items}.",
        "fit": "split {split} of {table}",
        "comma": ", ",
    },
    "zh": {
        "table": "表格",
        LINEAR: "线性模型",
        CLASSES: "对数损失",
        NUMBERS: "均方根误差",
        "against": "{measure}（与 {base} 相比）",
        "rank": "平均名次",
        "rank of error": "平均名次（按错误率）",
        "worse": "不如线性模型的拟合次数",
        "of": "{some}/{all}",
        "cpu": "每次拟合的 CPU 秒数",
        "losing": "{method} 在下列表格上不如 LightGBM 或线性模型：{items}。",
        "item": "{table}（比{best}差 {share}）",
        "failed": "{method} 在下列数据上没有得出模型：{items}。",
        "fit": "{table} 的第 {split} 次划分",
        "comma": "、",
    },
}
NAMES = {"lightgbm": "LightGBM", "realmlp": "RealMLP"}


def text(fits: pd.DataFrame, base: str) -> str:
    """Everything that the fits say."""
    parts = [_of_task(part, base) for _, part in fits.groupby("task", sort=False)]
    parts += [_worse(fits, method) for method in _ours(fits) if LINEAR in set(fits["method"])]
    parts += [_covered(fits, method) for method in _ours(fits) if interval(method.split())]
    made = fits[fits["failed"] == ""]
    seconds = made.groupby("method", sort=False)[["cpu", "seconds"]].mean()
    parts.append(f"seconds a fit, CPU and by the clock\n{seconds.round(2).to_string()}")
    failed = fits[fits["failed"] != ""]
    for (method, why), part in failed.groupby(["method", "failed"], sort=False):
        where = ", ".join(f"{fit.table} {fit.split}" for fit in part.itertuples())
        parts.append(f"FAILED: {method} on {len(part)} fits (table, split: {where}): {why}")
    return "\n\n".join(parts)


def _ours(fits: pd.DataFrame) -> list[str]:
    return [method for method in fits["method"].unique() if method.split()[0] == "clearprop"]


def _measures(fits: pd.DataFrame) -> tuple[str, dict[str, str]]:
    """The name of the loss, and the columns of measures with their names."""
    if (fits["task"] == CLASSES).all():
        return "log-loss", {"loss": "log-loss", "error": "wrong classes"}
    return "RMSE", {"loss": "RMSE"}


def _of_task(fits: pd.DataFrame, base: str) -> str:
    loss, measures = _measures(fits)
    lines = []
    for column, label in measures.items():
        means = wide(fits, column)
        lines.append(f"{label}, mean over splits\n{means.map(significant).to_string()}")
        lines.append(f"mean rank over {len(ranked(means))} tables: {_each(ranks(means))}\n")
    for method in fits["method"].unique():
        d = difference(fits, method, base)
        if method != base and d.fits:
            lines.append(
                f"{loss} of {method} against {base}: {percent(d.relative)}; "
                f"smaller on {d.wins} of {d.fits} fits"
            )
    return "\n".join(lines)


def _each(values: pd.Series) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in values.dropna().items())


def _worse(fits: pd.DataFrame, method: str) -> str:
    found = worse(fits, method, LINEAR)
    lines = [f"{method} worse than the linear model: {_of_fits(found)} fits"]
    for table, row in found[found["worse"] > 0].iterrows():
        lines.append(
            f"  {table}: {row.worse} of {row.fits}, mean difference {percent(row.difference)}, "
            f"spread of it {percent(row.spread, '')}, of the linear model {percent(row.own, '')}"
            f"{'  BEYOND THE SPREAD' if row.beyond else ''}"
        )
    return "\n".join(lines)


def _of_fits(found: pd.DataFrame) -> str:
    return f"{found['worse'].sum()} of {found['fits'].sum()}"


def _covered(fits: pd.DataFrame, method: str) -> str:
    level = interval(method.split())
    part = fits[(fits["method"] == method) & fits["coverage"].notna()]
    if part.empty:
        return f"{method}: no fit gave an interval"
    means = part.groupby("table", sort=False)[["coverage", "width", "crossings"]].mean()
    shown = means.assign(
        coverage=means["coverage"].map("{:.1%}".format), width=means["width"].round(3)
    )
    return (
        f"{method}: {level:.0%} of targets are to be inside; widths beside one interval for all\n"
        f"{shown.to_string()}\n"
        f"mean coverage {part['coverage'].mean():.1%}; beyond 3 points on "
        f"{int(((means['coverage'] - level).abs() > 0.03).sum())} of {len(means)} tables; "
        f"crossings on {int((part['crossings'] > 0).sum())} of {len(part)} fits"
    )


def markdown(fits: pd.DataFrame, base: str, language: str) -> str:
    """The table of the README, and the tables on which a rival is better than Clearprop."""
    words = WORDS[language]
    methods = list(fits["method"].unique())
    names = {method: _name(method, words) for method in methods}
    # Chinese sets Latin letters off by spaces.
    beside = {m: f" {n} " if language == "zh" and n.isascii() else n for m, n in names.items()}
    lines = [_row([words["table"], *names.values()]), "|---|" + "---:|" * len(methods)]
    lost: dict[str, list[str]] = {method: [] for method in _ours(fits)}
    rivals = [method for method in methods if method not in lost]
    for task, part in fits.groupby("task", sort=False):
        means = wide(part, "loss")
        lines.append(_row([f"**{words[str(task)]}**", *[""] * len(methods)]))
        for table, row in means.iterrows():
            cells = [f"**{significant(v)}**" if v == row.min() else significant(v) for v in row]
            lines.append(_row([str(table), *cells]))
        relative = [difference(part, method, base).relative for method in methods]
        against = words["against"].format(measure=words[str(task)], base=names[base])
        lines.append(_row([f"*{against}*", *(percent(share) for share in relative)]))
        lines.append(_row([f"*{words['rank']}*", *_rounded(ranks(means), 2)]))
        if task == CLASSES:
            by_error = ranks(wide(part, "error"))
            lines.append(_row([f"*{words['rank of error']}*", *_rounded(by_error, 2)]))
        for method, items in lost.items():
            items += [
                words["item"].format(table=table, best=beside[best], share=percent(share, ""))
                for table, (best, share) in losing(means[[method, *rivals]], method).items()
            ]
    if LINEAR in methods:
        found = [worse(fits, method, LINEAR) for method in methods]
        counts = [words["of"].format(some=w["worse"].sum(), all=w["fits"].sum()) for w in found]
        cells = ["-" if method == LINEAR else n for method, n in zip(methods, counts, strict=True)]
        lines.append(_row([f"*{words['worse']}*", *cells]))
    cpu = fits[fits["failed"] == ""].groupby("method")["cpu"].mean().reindex(methods)
    lines.append(_row([f"*{words['cpu']}*", *_rounded(cpu, 1)]))
    failed = {method: _failed(part, words) for method, part in fits.groupby("method", sort=False)}
    for sentence, items_of in (("losing", lost), ("failed", failed)):
        for method, items in items_of.items():
            if items:
                told = words["comma"].join(items)
                lines += ["", words[sentence].format(method=names[method], items=told)]
    return "\n".join(lines)


def _failed(fits: pd.DataFrame, words: dict[str, str]) -> list[str]:
    failed = fits[fits["failed"] != ""].itertuples()
    return [words["fit"].format(table=fit.table, split=fit.split) for fit in failed]


def _rounded(values: pd.Series, digits: int) -> list[str]:
    return ["-" if pd.isna(value) else f"{value:.{digits}f}" for value in values]


def _name(method: str, words: dict[str, str]) -> str:
    """As readers know it; a command line is code."""
    return words[LINEAR] if method == LINEAR else NAMES.get(method, f"`{method}`")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def percent(share: float, sign: str = "+") -> str:
    """A share as percent, with its sign unless `sign` is empty."""
    if pd.isna(share):
        return "-"
    rounded = round(100 * share, 1)
    return f"{rounded:{sign}.1f} %" if rounded else "0"


def significant(value: float) -> str:
    """Four digits or more, and no exponent: 24,080 and 0.1564."""
    if pd.isna(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:#.4g}"
