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

from clearprop.errors import ClearpropError, library_problems

# Every way to a figure leads through this file, so the extra is asked for here.
if _lacks := library_problems("figures", "matplotlib", "figures"):
    raise ClearpropError(*_lacks)

from clearprop.figures.accumulation import compute_accumulation, draw_accumulation
from clearprop.figures.added_up import compute_added_up, draw_added_up
from clearprop.figures.answer import compute_answer, draw_answer
from clearprop.figures.architectures import draw_architectures
from clearprop.figures.chain import compute_chain, draw_chain
from clearprop.figures.cost_curves import compute_cost_curves, draw_cost_curves
from clearprop.figures.double_sum import compute_double_sum, draw_double_sum
from clearprop.figures.downhill import compute_downhill, draw_downhill
from clearprop.figures.drawing import Picture
from clearprop.figures.expansion import compute_expansion, draw_expansion
from clearprop.figures.gallery import FIGURES, Asked, make
from clearprop.figures.hidden_sizes import compute_hidden_sizes, draw_hidden_sizes
from clearprop.figures.hidden_units import compute_hidden_units, draw_hidden_units
from clearprop.figures.importance import draw_importance
from clearprop.figures.learning_curve import draw_learning_curve, recorded
from clearprop.figures.learning_rates import compute_learning_rates, draw_learning_rates
from clearprop.figures.local_rules import compute_local_rules, draw_local_rules
from clearprop.figures.misread import compute_misread, draw_misread
from clearprop.figures.network_diagram import compute_diagram, draw_diagram
from clearprop.figures.nudge import compute_nudge, draw_nudge
from clearprop.figures.relu import compute_relu, draw_relu
from clearprop.figures.row_times_column import compute_row_times_column, draw_row_times_column
from clearprop.figures.same_wires import compute_same_wires, draw_same_wires
from clearprop.figures.secant import compute_secant, draw_secant
from clearprop.figures.sensitivity import compute_sensitivity, draw_sensitivity
from clearprop.figures.six_steps import compute_six_steps, draw_six_steps
from clearprop.figures.surface import compute_surface, draw_surface
from clearprop.figures.symmetry import compute_symmetry, draw_symmetry
from clearprop.figures.training_set_size import (
    compute_training_set_size,
    draw_training_set_size,
)
from clearprop.figures.turn import compute_turn, draw_turn
from clearprop.figures.two_classes import compute_two_classes, draw_two_classes
from clearprop.figures.wishes import compute_wishes, draw_wishes

__all__ = [
    "FIGURES",
    "Asked",
    "Picture",
    "compute_accumulation",
    "compute_added_up",
    "compute_answer",
    "compute_chain",
    "compute_cost_curves",
    "compute_diagram",
    "compute_double_sum",
    "compute_downhill",
    "compute_expansion",
    "compute_hidden_sizes",
    "compute_hidden_units",
    "compute_learning_rates",
    "compute_local_rules",
    "compute_misread",
    "compute_nudge",
    "compute_relu",
    "compute_row_times_column",
    "compute_same_wires",
    "compute_secant",
    "compute_sensitivity",
    "compute_six_steps",
    "compute_surface",
    "compute_symmetry",
    "compute_training_set_size",
    "compute_turn",
    "compute_two_classes",
    "compute_wishes",
    "draw_accumulation",
    "draw_added_up",
    "draw_answer",
    "draw_architectures",
    "draw_chain",
    "draw_cost_curves",
    "draw_diagram",
    "draw_double_sum",
    "draw_downhill",
    "draw_expansion",
    "draw_hidden_sizes",
    "draw_hidden_units",
    "draw_importance",
    "draw_learning_curve",
    "draw_learning_rates",
    "draw_local_rules",
    "draw_misread",
    "draw_nudge",
    "draw_relu",
    "draw_row_times_column",
    "draw_same_wires",
    "draw_secant",
    "draw_sensitivity",
    "draw_six_steps",
    "draw_surface",
    "draw_symmetry",
    "draw_training_set_size",
    "draw_turn",
    "draw_two_classes",
    "draw_wishes",
    "make",
    "recorded",
]
