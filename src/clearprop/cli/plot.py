"""The learning curve as a picture."""

from __future__ import annotations

import io
import logging
import warnings
from pathlib import Path

from clearprop.cli.text import printable, shorten
from clearprop.storage.atomic import write_whole
from clearprop.training.history import History

# Okabe and Ito: told apart by the colour-blind, dark enough on white; dashed for print.
TRAIN, WATCHED = "#0072B2", "#D55E00"

# For names in Chinese: what Linux, Windows and macOS bring, whichever is there.
_FONTS = ["DejaVu Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"]

# Costs that fall to less than this part of where they began are drawn on a logarithmic axis.
_LOGARITHMIC = 1 / 30


def learning_curve(history: History, score_name: str, title: str, path: Path) -> None:
    """Draw cost and validation score against epochs into a .png, .svg or .pdf."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(8, 3.4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    epochs = range(1, len(history.costs) + 1)
    # A single epoch is a point, which a line does not show.
    marker = "o" if len(epochs) == 1 else ""
    left.plot(epochs, history.costs, marker=marker, color=TRAIN, label="training, with penalty")
    watched = {"marker": marker, "linestyle": "--", "color": WATCHED}
    left.plot(epochs, history.validation_costs, **watched, label="validation")
    left.set_ylabel("cost J")
    costs = history.costs + history.validation_costs
    if 0 < min(costs, default=0) < _LOGARITHMIC * max(costs, default=0):
        left.set_yscale("log")
    left.legend(frameon=False)
    right.plot(epochs, history.validation_scores, **watched)
    right.set_ylabel(f"validation {score_name}")
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        if len(epochs) == 1:
            axes.set_xlim(0, 2)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    name = shorten(printable(title), 60)
    figure.suptitle(name, parse_math=False, family=_FONTS)
    data = io.BytesIO()
    with warnings.catch_warnings():
        # A font or a sign that is missing spoils the title and nothing else.
        warnings.simplefilter("ignore", UserWarning)
        logging.getLogger("matplotlib.font_manager").setLevel(logging.CRITICAL)
        figure.savefig(data, format=path.suffix.lower()[1:], dpi=150)
    write_whole(path, data.getvalue())
