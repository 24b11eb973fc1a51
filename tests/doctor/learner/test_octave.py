"""Octave functions: asked as they are, where there is an octave."""

import json
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from clearprop.doctor.learner.octave import OctaveProcess

OCTAVE = pytest.mark.skipif(
    not (shutil.which("octave-cli") or shutil.which("octave")), reason="no octave on the PATH"
)


def doctor(*arguments, folder="."):
    command = [sys.executable, "-c", "from clearprop.cli import main; main()", "doctor"]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, cwd=folder, check=False
    )


COURSE = """\
function [J grad] = nnCostFunction(nn_params, ...
                                   input_layer_size, ...
                                   hidden_layer_size, ...
                                   num_labels, ...
                                   X, y, lambda)
n1 = hidden_layer_size * (input_layer_size + 1);
Theta1 = reshape(nn_params(1:n1), hidden_layer_size, input_layer_size + 1);
Theta2 = reshape(nn_params(n1 + 1:end), num_labels, hidden_layer_size + 1);
m = size(X, 1)
Y = eye(num_labels)(y, :);
A1 = [ones(m, 1) X];
A2 = [ones(m, 1) 1 ./ (1 + exp(-A1 * Theta1'))];
H = 1 ./ (1 + exp(-A2 * Theta2'));
J = -sum(sum(Y .* log(H) + (1 - Y) .* log(1 - H))) / m;
J += lambda / (2 * m) * (sum(sum(Theta1(:, 2:end) .^ 2)) + sum(sum(Theta2(:, 2:end) .^ 2)));
D3 = H - Y;
D2 = (D3 * Theta2 .* A2 .* (1 - A2))(:, 2:end);
Theta2_grad = D3' * A2 / m;
Theta1_grad = D2' * A1 / m;
Theta1_grad(:, 2:end) += lambda / m * Theta1(:, 2:end);
Theta2_grad(:, 2:end) += lambda / m * Theta2(:, 2:end);
grad = [Theta1_grad(:); Theta2_grad(:)];
end
"""


@OCTAVE
@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("", "", []),
        (" .* A2 .* (1 - A2)", "", ["slope-missing"]),
        ("D2' * A1 / m", "D2' * A1", ["average-missing"]),
        ("lambda / (2 * m)", "lambda / m", ["penalty-twice"]),
        (
            "[Theta1_grad(:); Theta2_grad(:)]",
            "[Theta2_grad(:); Theta1_grad(:)]",
            ["unroll-layers-reversed"],
        ),
    ],
)
def test_the_course_s_octave_function(tmp_path, old, new, named):
    path = tmp_path / "nnCostFunction.m"
    path.write_text(COURSE.replace(old, new, 1) if old else COURSE)
    done = doctor(path, "--layers", "400,25,10", "--json")
    report = json.loads(done.stdout)
    assert [cause["id"] for cause in report["causes"]] == named
    assert (done.returncode, report["labels"]) == (1 if named else 0, "1")


@OCTAVE
def test_an_octave_error_is_shown_with_its_line(tmp_path):
    path = tmp_path / "nnCostFunction.m"
    path.write_text(COURSE.replace("A2 = [ones(m, 1)", "A2 = [ones(m + 1, 1)"))
    done = doctor(path, "--layers", "400,25,10", "--json")
    error = json.loads(done.stdout)["error"]
    assert (error["kind"], error["file"]) == ("OctaveError", str(path))
    assert "dimensions mismatch" in error["message"]
    assert error["code"].startswith("A2 = [ones(m + 1, 1)")


def test_without_octave_it_says_so(tmp_path):
    (tmp_path / "f.m").write_text(COURSE)
    code = "from clearprop.cli import main; main(['doctor', 'f.m', '--layers', '4,5,3'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 2
    assert "expected octave on the PATH to run it, and found none" in done.stderr


ALONE = "def adapter(theta):\n    return f(theta)\n"
HOSTILE = {
    "while true, end": "Timeout",
    "while true, disp(ones(1, 1000)); fflush(stdout); end": "Timeout",
    "while true, fputs(stderr, repmat('x', 1, 100000)); end": "Timeout",
    "system('sleep 1000 &'); while true, end": "Timeout",
    "c = {}; while true, c{end + 1} = ones(1000); end": ("Memory", "OctaveError", "Timeout"),
    "exit(3)": "ProcessEnded",
    "J = 1; D = zeros(3000, 1000);": "ReturnValue",
    "x = input('x? '); figure; plot(1:3); pause; keyboard; error('after them');": "OctaveError",
    'error("\\x1b[2J")': "OctaveError",
}


@OCTAVE
@pytest.mark.parametrize("code", HOSTILE)
def test_octave_code_ends_within_its_limits(tmp_path, code):
    path = tmp_path / "f.m"
    path.write_text(f"function [J, D] = f(theta)\n{code}\nend\n")
    started = time.monotonic()
    with OctaveProcess(path, "f", 5.0, 1 << 29) as process:
        answer = process.call({"theta": np.ones(2)}, "octave", ALONE)
    assert time.monotonic() - started < 7
    assert answer.kind in HOSTILE[code]
    assert answer.message.isprintable()
    if "after" in code:
        assert (answer.message, answer.line) == ("after them", 2)


@OCTAVE
def test_whatever_octave_returns_comes_back(tmp_path):
    path = tmp_path / "f.m"
    path.write_text(
        "function [J, T, c, s, t] = f(theta, X, none)\n"
        "J = sum(theta); T = X'; c = {X, 2}; s.W1 = X; s.more.b = true; t = 'text';\nend\n"
    )
    X = np.arange(6.0).reshape(2, 3)
    with OctaveProcess(path, "f", 30.0) as process:
        assert [p.name for p in process.survey.functions[0].parameters] == ["theta", "X", "none"]
        given = {"theta": np.ones(3), "X": X, "weights": [X]}
        adapter = "def adapter(theta, X, weights):\n    return f(theta, X, weights)\n"
        J, T, c, s, t = process.call(given, "octave", adapter).value
        missing = process.call({"theta": np.ones(3)}, "octave", adapter)
    assert (J, s["more"], t) == (3.0, {"b": 1.0}, "char")
    np.testing.assert_array_equal(T, X.T)
    np.testing.assert_array_equal(c[0], X)
    np.testing.assert_array_equal(s["W1"], X)
    assert "'X' undefined" in missing.message


@OCTAVE
def test_cpu_seconds_are_those_of_the_answers(tmp_path):
    path = tmp_path / "mine.m"
    path.write_text(
        "function [a, b] = mine(busy)\n  a = b = 0;\n"
        "  began = cputime;\n  while cputime - began < busy, a += 1; end\n"
        "  builtin('pause', 0.5);\nend\n"
    )
    with OctaveProcess(path, "mine") as callee:
        callee.call({"x": 0.0}, "octave", "def adapter(x):\n    return mine(x)\n")
        assert callee.cpu_seconds < 0.2
        callee.call({"x": 0.5}, "octave", "def adapter(x):\n    return mine(x)\n")
        assert 0.5 <= callee.cpu_seconds < 0.9
