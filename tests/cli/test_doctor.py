"""``clearprop doctor``: exit codes, JSON, pages, and all that is wrong with a command at once."""

import json
import re
import resource
import subprocess
import sys
import time

import pytest
from planted import LEARNERS, LOOP, SQUARE, VECTORISED, source_of

from clearprop.language import cells


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
    assert done.stdout.startswith("nnCostFunction: RIGHT, if your labels start at 1. Cost and")


def test_wrong_is_exit_code_1_and_all_within_3_seconds(tmp_path):
    path = write(tmp_path, LOOP, (" * sigmoidGradient(z2)", ""))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = doctor(f"{path}:nnCostFunction", "--layers", "400,25,10")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The processor's seconds, not the clock's: other programs may be running.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
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


def test_quiet_says_nothing_of_the_page(tmp_path):
    page = tmp_path / "report.html"
    learner = f"{LEARNERS / LOOP.file}:nnCostFunction"
    done = doctor(learner, "--layers", "4,5,3", "--html", page, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("nnCostFunction: RIGHT, ")
    assert page.exists()


def test_a_page_that_cannot_be_written_is_said_first(tmp_path):
    page = tmp_path / "no" / "report.html"
    done = doctor(f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,5,3", "--html", page)
    assert done.returncode == 2
    assert "is not there; make it first" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py:f"], "nowhere.py: no such file; expected FILE, FILE:FUNCTION"),
        (["nowhere"], "nowhere: no such file; expected FILE, FILE:FUNCTION"),
        ([f"{LEARNERS / LOOP.file}:cost"], "has no 'cost'; it has sigmoid, "),
        (["nowhere.m"], "nowhere.m: no such file; expected FILE, FILE:FUNCTION"),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,x"],
            "--layers: expected whole numbers from 1 to 1,000,000, as in 400,25,10; got '4,x'",
        ),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "400-25-10"],
            "--layers: expected whole numbers from 1 to 1,000,000, as in 400,25,10; got "
            "'400-25-10'",
        ),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "none"],
            "--layers: expected an input layer and an output layer at least; got ()",
        ),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,5,3", "--cost", "logistc"],
            "--cost: expected one of logistic, softmax, quadratic, squared, poisson, huber, "
            'quantile; got "logistc"',
        ),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,5,3", "--time-limit", "0"],
            "--time-limit: expected seconds, a number above 0; got 0",
        ),
        (
            [f"{LEARNERS / LOOP.file}:nnCostFunction", "--layers", "4,5,3", "--parameters", "9"],
            "--parameters: only for a function of theta alone; nnCostFunction takes X and y too",
        ),
    ],
)
def test_a_usage_mistake_is_one_line_and_exit_code_2(arguments, message):
    done = doctor(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message.replace('"logistc"', "'logistc'") in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_sizes_that_are_needed_are_asked_for():
    done = doctor(f"{LEARNERS / SQUARE.file}:f")
    assert done.returncode == 2
    assert "".join(done.stdout.split()) == ""
    assert " ".join(done.stderr.split()) == (
        "clearprop: error: --layers: f takes theta as one vector and is not told the sizes of its "
        "layers; state them, as in --layers 400,25,10"
    )


def test_all_that_is_wrong_with_a_command_is_said_at_once():
    done = doctor(
        *("nowhere.py:f", "--layers", "4,x", "--activation", "relo", "--cost", "logistc"),
        *("--labels", "2", "--parameters", "many", "--seed", "-1", "--lang", "fr"),
        *("--html", "no/report.gif", "--time-limit", "soon"),
    )
    assert (done.returncode, done.stdout) == (2, "")
    message = done.stderr.removeprefix("clearprop: error: 10 problems: ").rstrip("\n")
    assert message.split("; --") == [
        "nowhere.py: no such file; expected FILE, FILE:FUNCTION or FILE:CLASS.METHOD",
        "layers: expected whole numbers from 1 to 1,000,000, as in 400,25,10; got '4,x'",
        "activation: expected one of sigmoid, tanh, relu, identity, leaky_relu, silu; "
        "got 'relo' "
        '(did you mean "relu"?)',
        "cost: expected one of logistic, softmax, quadratic, squared, poisson, huber, quantile; "
        "got 'logistc' "
        '(did you mean "logistic"?)',
        "labels: expected one of auto, 0, 1, one-hot; got '2'",
        "lang: expected one of en, zh; got 'fr'",
        "seed: expected a whole number of at least 0; got -1",
        "parameters: expected a whole number of at least 1; got 'many'",
        "time-limit: expected seconds, a number above 0; got 'soon'",
        "html: expected a name that ends in .html or .htm; got 'no/report.gif'",
    ]


def test_the_learner_s_file_is_not_overwritten(tmp_path):
    path = tmp_path / "mine.html"  # a strange name, and a file all the same
    path.write_text("def f(theta):\n    return 0.0, theta\n")
    done = doctor(f"{path}:f", "--parameters", "3", "--html", path)
    assert done.returncode == 2
    assert f"--html: {path} is read and would be overwritten" in done.stderr


def test_without_sizes_they_are_found(tmp_path):
    path = write(tmp_path, LOOP, (" * sigmoidGradient(z2)", ""))
    done = doctor(f"{path}:nnCostFunction")
    assert (done.returncode, done.stderr) == (1, "")
    assert "[slope-missing]" in done.stdout
    assert "networks of 4-7-3, 3-6-4 were chosen" in " ".join(done.stdout.split())


def test_a_function_of_theta_alone_says_what_to_state(tmp_path):
    path = tmp_path / "alone.py"
    path.write_text("def f(theta):\n    return (theta**4).sum(), 4 * theta**3\n")
    assert doctor(f"{path}:f").stderr == (
        "clearprop: error: --parameters: f takes theta alone; state where to check it, as in "
        "--parameters 12, or the sizes of its layers, as in --layers 400,25,10\n"
    )


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
    done = doctor(f"{path}:f", "--layers", "3,1", "--time-limit", "5")
    assert time.monotonic() - started < 30  # on a busy machine
    assert done.returncode == 1
    assert "Timeout: no answer within 5 s: a loop that does not end?" in done.stdout
    assert re.search(rf"{re.escape(str(path))}:[23]\n", done.stdout)


def test_a_function_of_theta_alone_from_the_command_line(tmp_path):
    path = tmp_path / "alone.py"
    path.write_text("def f(theta):\n    return (theta**4).sum(), 4 * theta**3\n")
    done = doctor(f"{path}:f", "--parameters", "6")
    assert done.returncode == 0
    assert "RIGHT. The gradient is the derivative of the cost." in done.stdout
    assert "Taylor slope 2.00" in done.stdout
