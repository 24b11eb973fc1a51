"""``clearprop doctor``: files in a process of their own, exit codes, JSON, pages, Octave."""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from planted import LEARNERS, LOOP, VECTORISED, source_of

from clearprop.gradients.calling import Raised
from clearprop.gradients.child import ChildProcess
from clearprop.language import cells

OCTAVE = pytest.mark.skipif(
    not (shutil.which("octave-cli") or shutil.which("octave")), reason="no octave on the PATH"
)


def doctor(*arguments, folder="."):
    command = [sys.executable, "-c", "from clearprop.cli import main; main()", "doctor"]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, cwd=folder, check=False
    )


def write(folder, learner, *edits):
    path = folder / "mine.py"
    path.write_text(source_of(learner, *edits), encoding="utf-8")
    return path


def test_right_is_exit_code_0():
    done = doctor(f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "400,25,10")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("nnCostFunction: RIGHT. Cost and gradient are the course's")


def test_wrong_is_exit_code_1_and_all_within_3_seconds(tmp_path):
    path = write(tmp_path, LOOP, (" * sigmoidGradient(z2)", ""))
    started = time.monotonic()
    done = doctor(f"{path}:nnCostFunction", "--layers", "400,25,10")
    assert time.monotonic() - started < 3
    assert (done.returncode, done.stderr) == (1, "")
    assert "WRONG. The cost is right; the gradient is not." in done.stdout
    assert "[slope-missing]" in done.stdout
    assert "delta = (delta @" not in done.stdout  # a hint leads, and does not tell
    assert max(cells(line) for line in done.stdout.splitlines()) <= 79


def test_the_solution_is_shown_when_it_is_asked_for(tmp_path):
    path = write(tmp_path, LOOP, (" * sigmoidGradient(z2)", ""))
    done = doctor(f"{path}:nnCostFunction", "--layers", "400,25,10", "--solution", "--lang", "zh")
    assert "改法" in done.stdout
    assert "delta = (delta @ Theta[:, 1:]) * sigmoid_gradient(z)" in done.stdout
    assert max(cells(line) for line in done.stdout.splitlines()) <= 79


def test_json_is_all_that_is_printed(tmp_path):
    path = write(tmp_path, VECTORISED, ("D3 = H - Y", "print('hello')\n    D3 = Y - H"))
    done = doctor(f"{path}:cost_function", "--layers", "400,25,10", "--json", "--seed", "3")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["verdict"] == "wrong"
    assert [cause["id"] for cause in report["causes"]] == ["delta-sign"]
    assert report["seed"] == 3


def test_the_page_stands_alone(tmp_path):
    path = write(tmp_path, LOOP, (" * sigmoidGradient(z2)", ""))
    page = tmp_path / "report.html"
    done = doctor(f"{path}:nnCostFunction", "--layers", "400,25,10", "--html", page)
    assert done.stderr == f"-> {page}\n"
    html = page.read_text(encoding="utf-8")
    assert "<mark>.* g&#x27;(z^(l))</mark>" in html
    assert html.count('<svg role="img"') == 2  # a heat map for each Theta
    assert html.count("<rect") == 7 * 5 + 3 * 8 + 5  # and the legend
    assert "prefers-color-scheme:dark" in html
    assert not re.search(r"(src|href|url)\s*[=(]", html)


def test_a_page_that_cannot_be_written_is_said_first(tmp_path):
    page = tmp_path / "no" / "report.html"
    done = doctor(f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,5,3", "--html", page)
    assert done.returncode == 2
    assert "is not there; make it first" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py:f"], "nowhere.py: no such file; expected FILE.py:FUNCTION"),
        (["nowhere"], "nowhere: expected FILE.py:FUNCTION, such as my_network.py:cost_function"),
        ([f"{LEARNERS / LOOP.file}:cost"], "has no function 'cost'; it has sigmoid, "),
        ([f"{LEARNERS / LOOP.file}:nnCostFunction"], "--layers: nnCostFunction takes X and y"),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,x"],
            "--layers: expected whole numbers such as 400,25,10; got '4,x'",
        ),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,5,3", "--cost", "logistc"],
            '--cost: expected one of logistic, softmax, quadratic, squared, poisson; got "logistc"',
        ),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,5,3", "--time-limit", "0"],
            "--time-limit: expected seconds above 0; got 0",
        ),
        ([f"{LEARNERS / LOOP.file}:sigmoid", "--layers", "4,5,3"], "sigmoid: cannot tell what to"),
    ],
)
def test_a_usage_mistake_is_one_line_and_exit_code_2(arguments, message):
    done = doctor(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message.replace('"logistc"', "'logistc'") in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_exception_is_shown_with_file_line_and_code(tmp_path):
    path = write(tmp_path, LOOP, ("h = sigmoid(z3)", "h = sigmoid(z4)"))
    done = doctor(f"{path}:nnCostFunction", "--layers", "400,25,10")
    line = 1 + path.read_text().splitlines().index("        h = sigmoid(z4)")
    assert done.returncode == 1
    assert "NameError: name 'z4' is not defined" in done.stdout
    assert f"{path}:{line}\n    h = sigmoid(z4)" in done.stdout


def test_a_syntax_error_is_shown_with_its_line(tmp_path):
    path = write(tmp_path, LOOP, ("h = sigmoid(z3)", "h = sigmoid(z3"))
    done = doctor(f"{path}:nnCostFunction", "--layers", "400,25,10", "--json")
    error = json.loads(done.stdout)["error"]
    assert (error["kind"], error["file"]) == ("SyntaxError", str(path))
    assert error["code"].startswith("h = sigmoid(z3")


def test_a_loop_that_does_not_end_is_ended_and_its_line_is_shown(tmp_path):
    path = tmp_path / "endless.py"
    path.write_text("def f(theta, X, y):\n    while True:\n        theta = theta + 1\n")
    started = time.monotonic()
    done = doctor(f"{path}:f", "--layers", "3,1", "--time-limit", "1.5")
    assert time.monotonic() - started < 6
    assert done.returncode == 1
    assert "Timeout: no answer within 1.5 s: a loop that does not end?" in done.stdout
    assert re.search(rf"{re.escape(str(path))}:[23]\n", done.stdout)


def child(folder, code, time_limit=20.0):
    path = folder / "code.py"
    path.write_text(code, encoding="utf-8")
    return ChildProcess(path, "f", time_limit)


def test_prints_and_reads_do_not_disturb_the_protocol(tmp_path):
    code = (
        "import sys, os\n"
        "def f(theta):\n"
        "    print('{\"value\": 1}'); os.write(1, b'noise\\n'); sys.stdout.flush()\n"
        "    assert sys.stdin.read() == ''\n"
        "    return theta.sum(), theta\n"
    )
    with child(tmp_path, code) as process:
        answer = process.call({"theta": np.arange(3.0)}, "numpy")
    assert answer.value[0] == 3.0
    np.testing.assert_array_equal(answer.value[1], [0.0, 1.0, 2.0])


def test_a_function_that_ends_its_process_is_told(tmp_path):
    with child(tmp_path, "import os\ndef f(theta):\n    os._exit(7)\n") as process:
        answer = process.call({"theta": np.zeros(2)}, "numpy")
    assert isinstance(answer, Raised)
    assert (answer.kind, answer.message) == (
        "ProcessEnded",
        "the function ended its process (exit code 7)",
    )


def test_sys_exit_is_an_exception_with_a_line(tmp_path):
    with child(tmp_path, "import sys\ndef f(theta):\n    sys.exit('enough')\n") as process:
        answer = process.call({"theta": np.zeros(2)}, "numpy")
    assert (answer.kind, answer.message, answer.line) == ("SystemExit", "enough", 3)


def test_what_it_started_ends_with_it(tmp_path):
    code = (
        "import subprocess\n"
        "def f(theta):\n"
        "    return subprocess.Popen(['sleep', '60']).pid, theta\n"
    )
    with child(tmp_path, code) as process:
        pid = process.call({"theta": np.zeros(2)}, "numpy").value[0]
    time.sleep(0.1)
    status = Path(f"/proc/{pid}/status")
    assert not status.exists() or "\nState:\tZ" in status.read_text()


def test_modules_beside_the_file_are_found(tmp_path):
    (tmp_path / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
    code = "from helper import twice\ndef f(theta):\n    return twice(1.0), twice(theta)\n"
    with child(tmp_path, code) as process:
        assert process.call({"theta": np.ones(2)}, "numpy").value[0] == 2.0


def test_a_function_of_theta_alone_from_the_command_line(tmp_path):
    path = tmp_path / "alone.py"
    path.write_text("def f(theta):\n    return (theta**4).sum(), 4 * theta**3\n")
    done = doctor(f"{path}:f", "--parameters", "6")
    assert done.returncode == 0
    assert "RIGHT. The gradient is the derivative of the cost." in done.stdout
    assert "Taylor slope 2.00" in done.stdout


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
