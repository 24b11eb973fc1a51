"""Figures for notes and slides, in English and Chinese: each one is drawn from computed numbers.

Every figure has two functions. One computes a record of numbers, which tests compare with
independent computations. The other draws that record and nothing else. :func:`make` does both for a
figure that it is given by name, as ``clearprop figure`` does.

Examples
--------
>>> from clearprop import figures
>>> figures.make("secant").to_bytes(".svg")[:5]
b'<?xml'
"""

from clearprop.figures.architectures import draw_architectures
from clearprop.figures.drawing import Picture
from clearprop.figures.gallery import FIGURES, Asked, make
from clearprop.figures.hidden_sizes import compute_hidden_sizes, draw_hidden_sizes
from clearprop.figures.hidden_units import compute_hidden_units, draw_hidden_units
from clearprop.figures.importance import draw_importance
from clearprop.figures.learning_curve import draw_learning_curve, recorded
from clearprop.figures.learning_rates import compute_learning_rates, draw_learning_rates
from clearprop.figures.network_diagram import compute_diagram, draw_diagram
from clearprop.figures.secant import compute_secant, draw_secant
from clearprop.figures.six_steps import compute_six_steps, draw_six_steps
from clearprop.figures.surface import compute_surface, draw_surface
from clearprop.figures.symmetry import compute_symmetry, draw_symmetry
from clearprop.figures.training_set_size import (
    compute_training_set_size,
    draw_training_set_size,
)

__all__ = [
    "FIGURES",
    "Asked",
    "Picture",
    "compute_diagram",
    "compute_hidden_sizes",
    "compute_hidden_units",
    "compute_learning_rates",
    "compute_secant",
    "compute_six_steps",
    "compute_surface",
    "compute_symmetry",
    "compute_training_set_size",
    "draw_architectures",
    "draw_diagram",
    "draw_hidden_sizes",
    "draw_hidden_units",
    "draw_importance",
    "draw_learning_curve",
    "draw_learning_rates",
    "draw_secant",
    "draw_six_steps",
    "draw_surface",
    "draw_symmetry",
    "draw_training_set_size",
    "make",
    "recorded",
]
