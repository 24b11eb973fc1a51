"""J and its gradient against numbers that GNU Octave computed with the course's own functions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import loadmat

from clearprop import Network, cost_and_gradient, predict
from clearprop.network.parameters import theta_from_course

FILES = {"golden_small.npz": (3, 5, 3), "golden_400_25_10.npz": (400, 25, 10)}
# Asked for: 1e-9. Both sides are float64 sums of at most 400 terms, so far less is lost.
TOLERANCE = 1e-12


@pytest.fixture(params=FILES)
def golden(request: pytest.FixtureRequest, shared_data: Path) -> dict[str, Any]:
    """One golden file with its network's sizes and its parameters, unrolled."""
    course = shared_data / "course"
    with np.load(course / request.param) as file:
        case = dict(file)
    thetas = case if "Theta1" in case else loadmat(course / "ex4weights.mat")
    case["theta"] = theta_from_course(thetas["Theta1"], thetas["Theta2"])
    case["sizes"] = FILES[request.param]
    case["classes"] = case["y"].astype(int) - 1  # the course counts from 1
    return case


def test_the_files_hold_the_lambdas_that_are_meant(golden: dict[str, Any]) -> None:
    assert golden["lambdas"].tolist() == [0, 1, 3]
    assert golden["grad"].shape == (3, Network(golden["sizes"]).n_parameters)


@pytest.mark.parametrize("row", range(3), ids=lambda row: f"lambda={(0, 1, 3)[row]}")
def test_cost_and_gradient_agree_with_octave(golden: dict[str, Any], row: int) -> None:
    network = Network(golden["sizes"], regularization=golden["lambdas"][row])
    J, gradient = cost_and_gradient(network, golden["theta"], golden["X"], golden["classes"])
    np.testing.assert_allclose(J, golden["J"][row], rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(gradient, golden["grad"][row], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("row", range(3), ids=lambda row: f"lambda={(0, 1, 3)[row]}")
def test_class_numbers_and_one_hot_rows_agree(golden: dict[str, Any], row: int) -> None:
    network = Network(golden["sizes"], regularization=golden["lambdas"][row])
    one_hot = (golden["classes"][:, None] == np.arange(network.n_outputs)).astype(float)
    by_number = cost_and_gradient(network, golden["theta"], golden["X"], golden["classes"])
    by_row = cost_and_gradient(network, golden["theta"], golden["X"], one_hot)
    assert by_number[0] == by_row[0]
    assert by_number[1].tobytes() == by_row[1].tobytes()


def test_the_gradient_agrees_with_octaves_own_differences(shared_data: Path) -> None:
    with np.load(shared_data / "course" / "golden_small.npz") as golden:
        theta = theta_from_course(golden["Theta1"], golden["Theta2"])
        for lambda_, differences in zip(golden["lambdas"], golden["numgrad"], strict=True):
            network = Network((3, 5, 3), regularization=lambda_)
            _, gradient = cost_and_gradient(
                network, theta, golden["X"], golden["y"].astype(int) - 1
            )
            np.testing.assert_allclose(gradient, differences, rtol=0, atol=1e-9)


def test_float32_agrees_to_its_own_precision(golden: dict[str, Any]) -> None:
    network = Network(golden["sizes"], regularization=1.0)
    theta = golden["theta"].astype(np.float32)
    J, gradient = cost_and_gradient(network, theta, golden["X"], golden["classes"])
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(J, golden["J"][1], rtol=1e-5)
    np.testing.assert_allclose(gradient, golden["grad"][1], rtol=1e-4, atol=1e-5)


def test_the_course_weights_read_the_cropped_digits_as_well_as_documented(
    shared_data: Path,
) -> None:
    course = shared_data / "course"
    matrices = loadmat(course / "ex4weights.mat")
    theta = theta_from_course(matrices["Theta1"], matrices["Theta2"])
    with np.load(course / "golden_400_25_10.npz") as golden:
        h = predict(Network((400, 25, 10)), theta, golden["X"])
        right = h.argmax(axis=1) == golden["y"] - 1
    assert right.mean() == pytest.approx(0.556)
