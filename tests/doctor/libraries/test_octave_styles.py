"""Octave: outputs by name, structs and cells, scripts, cost and gradient apart."""

import os
import shutil

import pytest

from clearprop.doctor import interview

pytestmark = pytest.mark.needs("octave")

MATRICES = """\
function [cost, dW1, db1, dW2, db2] = mine(W1, b1, W2, b2, X, Y)
m = columns(X);
A1 = act(W1 * X + b1);
A2 = act(W2 * A1 + b2);
cost = -sum(sum(Y .* log(A2) + (1 - Y) .* log(1 - A2))) / m;
d2 = (A2 - Y) / m;
dW2 = d2 * A1';
db2 = sum(d2, 2);
d1 = (W2' * d2) .* A1 .* (1 - A1);
dW1 = d1 * X';
db1 = sum(d1, 2);
end
function a = act(z)
a = 1 ./ (1 + exp(-z));
end
"""
STRUCT = """\
function [cost, grads] = mine(params, X, Y)
m = columns(X);
A1 = 1 ./ (1 + exp(-(params.W1 * X + params.b1)));
A2 = 1 ./ (1 + exp(-(params.W2 * A1 + params.b2)));
cost = -sum(sum(Y .* log(A2) + (1 - Y) .* log(1 - A2))) / m;
d2 = (A2 - Y) / m;
grads.dW2 = d2 * A1';
grads.db2 = sum(d2, 2);
d1 = (params.W2' * d2) .* A1 .* (1 - A1);
grads.dW1 = d1 * X';
grads.db1 = sum(d1, 2);
end
"""
CELLS = """\
function [grad, J] = mine(Theta, X, y)
  m = rows(X);
  A1 = [ones(m, 1) X];
  A2 = [ones(m, 1) 1 ./ (1 + exp(-A1 * Theta{1}'))];
  H = 1 ./ (1 + exp(-A2 * Theta{2}'));
  Y = eye(columns(H))(y, :);
  J = -sum(sum(Y .* log(H) + (1 - Y) .* log(1 - H))) / m;
  D3 = (H - Y) / m;
  D2 = (D3 * Theta{2} .* A2 .* (1 - A2))(:, 2:end);
  grad = {D2' * A1, D3' * A2};
endfunction
"""
RIGHT = ("right", [], [])


@pytest.mark.parametrize("code", [MATRICES, STRUCT, CELLS])
def test_what_goes_in_and_comes_out(verdict, code):
    assert verdict(code, file="mine.m") == RIGHT
    wrong = code.replace(" .* (1 - A1);", ";").replace(" .* A2 .* (1 - A2))(", " .* A2)(")
    assert wrong != code
    assert verdict(wrong, file="mine.m") == ("wrong", ["slope-is-activation"], [])


def test_patience_is_for_the_code_and_not_for_octave_to_come_up(verdict, tmp_path, monkeypatch):
    """On a busy machine Octave may need seconds to start; the other ways are asked all the same."""
    program = shutil.which("octave-cli") or shutil.which("octave")
    late = tmp_path / "bin" / "octave-cli"
    late.parent.mkdir()
    late.write_text(f'#!/bin/sh\nsleep 1.5\nexec "{program}" "$@"\n')
    late.chmod(0o755)
    monkeypatch.setenv("PATH", f"{late.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(interview, "_SECONDS", 1.0)
    assert verdict(CELLS, file="mine.m") == RIGHT


def test_a_script_that_fails_without_its_data(verdict):
    code = f"% my homework\nclear; close all; clc\n1;\n{MATRICES}\nload('ex4data1.mat');\nplot(X)\n"
    assert verdict(code, file="ex4.m") == RIGHT
    assert verdict(code, "mine", file="ex4.m") == RIGHT


def test_functions_without_an_end_of_their_own(verdict):
    code = MATRICES.replace("\nend\n", "\n")
    assert verdict(code, file="mine.m") == RIGHT
    assert verdict("1;\n" + code, file="script.m") == RIGHT


LOGISTIC = """\
function J = cost(theta, X, y)
h = 1 ./ (1 + exp(-([ones(rows(X), 1) X] * theta)));
J = mean(-y .* log(h) - (1 - y) .* log(1 - h));
end
"""
GRADIENT = """\
function g = gradient_of(theta, X, y)
A = [ones(rows(X), 1) X];
g = A' * (1 ./ (1 + exp(-A * theta)) - y) / rows(X);
end
"""


def test_cost_and_gradient_apart(verdict, tmp_path):
    layers = (3, 1)
    assert verdict(LOGISTIC + GRADIENT, "cost,gradient_of", "both.m", layers) == RIGHT
    (tmp_path / "gradient_of.m").write_text(GRADIENT)
    assert verdict(LOGISTIC, "cost,gradient_of", "cost.m", layers) == RIGHT
    wrong = LOGISTIC + GRADIENT.replace(" / rows(X)", "")
    assert verdict(wrong, "cost,gradient_of", "both.m", layers) == (
        "wrong",
        ["average-missing"],
        [],
    )


def test_a_step_of_gradient_descent(verdict):
    code = """\
function [theta, J_history] = gradientDescent(X, y, theta, alpha, num_iters)
m = length(y);
J_history = zeros(num_iters, 1);
for iter = 1:num_iters
    A = [ones(m, 1) X];
    J_history(iter) = sum((A * theta - y) .^ 2) / (2 * m);
    theta = theta - alpha / m * A' * (A * theta - y);
end
end
"""
    found = verdict(code, "gradientDescent", "gradientDescent.m", (3, 1), cost="squared")
    assert found == RIGHT
