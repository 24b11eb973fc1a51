"""The learning curve as a picture."""

from __future__ import annotations

from pathlib import Path

from clearprop.training.history import History

# Okabe and Ito: told apart by the colour-blind, dark enough on white; dashed for print.
TRAIN, WATCHED = "#0072B2", "#D55E00"


def learning_curve(history: History, score_name: str, title: str, path: Path) -> None:
    """Draw cost and validation score against epochs into a .png, .svg or .pdf."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(8, 3.4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    epochs = range(1, len(history.costs) + 1)
    left.plot(epochs, history.costs, color=TRAIN, label="training (with the penalty)")
    left.plot(epochs, history.validation_costs, "--", color=WATCHED, label="validation")
    left.set_ylabel("cost J")
    if min(history.costs + history.validation_costs, default=0) > 0:
        left.set_yscale("log")
    left.legend(frameon=False)
    right.plot(epochs, history.validation_scores, "--", color=WATCHED)
    right.set_ylabel(f"validation {score_name}")
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title)
    figure.savefig(path, dpi=150)
