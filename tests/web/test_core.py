"""The core in a page, beside the engines and the equations."""

import gzip
import json
import math
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")

import numpy as np
from playwright.sync_api import Browser, Page

import clearprop
from clearprop import Network, equations, initial_theta
from clearprop.engines.protocol import epoch_order
from clearprop.names import InitName
from clearprop.network.activations import ACTIVATIONS
from clearprop.network.costs import COSTS
from clearprop.network.parameters import INITS
from clearprop.web.element import SCRIPTS

ASSETS = Path(clearprop.__file__).parent / "web" / "assets"


def doubles(text: str) -> np.ndarray:
    """What the page's `hex` made of a Float64Array."""
    return np.frombuffer(bytes.fromhex(text), np.float64)


# -- Training --------------------------------------------------------------------------------------

# Each kind of kernel once: minibatches, samples in lanes, groups of rows, few rows on a wide layer.
TRAININGS = {
    "adam on 64-25-10, softmax, float32": {
        "net": {"sizes": [64, 25, 10], "activation": "sigmoid", "cost": "softmax", "lambda": 1.0},
        "train": {"solver": "adam", "rate": 0.003, "batch": 64, "seed": 1, "dtype": "float32"},
        "rows": 500,
    },
    "nesterov on 2-9-7-1, logistic, float64": {
        "net": {"sizes": [2, 9, 7, 1], "activation": "tanh", "cost": "logistic", "lambda": 0.1},
        "train": {"solver": "sgd", "rate": 0.05, "batch": 30, "seed": 2**40 + 3},
        "rows": 400,
    },
    "descent on 4-16-3, squared, float64": {
        "net": {"sizes": [4, 16, 3], "activation": "relu", "cost": "squared", "lambda": 0.0},
        "train": {"solver": "gd", "rate": 0.2, "batch": 1, "seed": 0},
        "rows": 1100,
    },
    "adamw on 70-40-5, quadratic, float64": {
        "net": {"sizes": [70, 40, 5], "activation": "silu", "cost": "quadratic", "lambda": 0.0},
        "train": {"solver": "adamw", "rate": 0.01, "batch": 1050, "seed": 5},
        "rows": 2000,
    },
    "sgd on 150-240-2, huber, float32": {
        "net": {
            "sizes": [150, 240, 2],
            "activation": "leaky_relu",
            "cost": "huber",
            "lambda": 2.0,
            "threshold": 0.5,
        },
        "train": {
            "solver": "sgd",
            "momentum": 0,
            "rate": 0.01,
            "batch": 5,
            "seed": 7,
            "dtype": "float32",
        },
        "rows": 203,
    },
}

# In a child process, since the instruction set is chosen once in a process.
NATIVE = """
import json, math, sys
import numpy as np
from clearprop import Network, initial_theta
from clearprop.training.loop import Training
from clearprop.training.options import Options

for case in json.load(sys.stdin):
    net, train = case["net"], case["train"]
    network = Network(net["sizes"], net["activation"], net["cost"], net["lambda"],
                      threshold=net.get("threshold", 1.0))
    dtype = train.get("dtype", "float64")
    options = Options(train["solver"], train["rate"], momentum=train.get("momentum", 0.9),
                      epochs=20, batch_size=train["batch"], seed=train["seed"],
                      patience=math.inf, check_gradient=False)
    training = Training(network, initial_theta(network, 3, dtype=dtype), np.array(case["X"], dtype),
                        np.array(case["Y"], dtype), options, engine="native")
    training.run()
    print(training.theta.astype(np.float64).tobytes().hex(), training.history.costs[-1])
"""

# An epoch in three pieces, as a page runs it between its pictures.
IN_PAGE = """
(cases) => cases.map(({net, train, X, Y}) => {
    const trainer = core.trainer(net, core.initialTheta(net, 3), X.flat(), Y.flat(),
                                 {...train, epochs: 20});
    const pieces = Math.ceil(X.length / train.batch / 3);
    while (trainer.epoch < 20)
        if (trainer.epoch % 2) trainer.runEpoch(); else trainer.advance(pieces);
    const result = [hex(trainer.theta), trainer.cost, trainer.epoch, trainer.position];
    trainer.free();
    return result;
})
"""


def rows_of(case: dict[str, Any]) -> dict[str, Any]:
    """The case with samples: a third of the numbers of X are 0, and Y are classes."""
    sizes, rows = case["net"]["sizes"], case["rows"]
    generator = np.random.default_rng(rows)
    X = generator.normal(size=(rows, sizes[0])) * (generator.random((rows, sizes[0])) < 0.67)
    if sizes[-1] == 1:
        Y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
    else:
        Y = np.eye(sizes[-1])[np.argmax(X[:, : sizes[-1]], axis=1)]
    return {**case, "X": X.astype(np.float32).tolist(), "Y": Y.tolist()}


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"),
    reason="the baseline of other processors has multiply-adds, which WebAssembly lacks",
)
def test_training_in_a_page_gives_the_bits_of_the_native_baseline(page: Page) -> None:
    cases = [rows_of(case) for case in TRAININGS.values()]
    native = subprocess.run(
        [sys.executable, "-c", NATIVE],
        input=json.dumps(cases),
        env={**os.environ, "CLEARPROP_ISA": "baseline"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split() for line in native.stdout.splitlines()]
    for name, (theta, cost), found in zip(
        TRAININGS, lines, page.evaluate(IN_PAGE, cases), strict=True
    ):
        in_page, in_page_cost, epoch, position = found
        assert doubles(in_page).tobytes().hex() == theta, name
        assert (epoch, position) == (20, 0), name
        # Softmax asks the C library for a logarithm of float32, and the page's is another library.
        assert math.isclose(in_page_cost, float(cost), rel_tol=1e-8), name


def test_a_trainer_keeps_to_its_epochs_and_takes_a_new_theta(page: Page) -> None:
    ran = page.evaluate(
        """() => {
        const net = {sizes: [1, 1], activation: "tanh", cost: "squared", lambda: 0};
        const options = {solver: "gd", rate: 0.5, batch: 9, seed: 0, epochs: 3};
        const trainer = core.trainer(net, [0, 0], [1, 2], [1, 1], options);
        const J = trainer.advance(1);
        const before = [trainer.epoch, trainer.step];
        trainer.theta = new Float64Array([1, 0]);
        const right = trainer.advance(10);
        return [J, before, right, Array.from(trainer.theta), trainer.epoch, trainer.step];
    }"""
    )
    assert ran == [0.5, [1, 1], 0, [1, 0], 3, 3]


# -- Passes ----------------------------------------------------------------------------------------

PASSES = """
(cases) => cases.map(({net, theta, x, y}) => {
    const {z, a, J} = core.forward(net, theta, x, y), back = core.backward(net, theta, x, y);
    return {z: z.map((v) => Array.from(v)), a: a.map((v) => Array.from(v)), J,
            delta: back.delta.map((v) => Array.from(v)), gradient: Array.from(back.gradient),
            backward_J: back.J};
})
"""


def drawn_network(generator: np.random.Generator, activation: Any, cost: Any) -> Network:
    sizes = [int(s) for s in generator.integers(2, 9, generator.integers(2, 5))]
    levels = tuple(generator.uniform(0.1, 0.9, sizes[-1])) if cost == "quantile" else ()
    threshold = 0.7 if cost == "huber" else 1.0
    return Network(sizes, activation, cost, 0.5, quantiles=levels, threshold=threshold)


def as_net(network: Network) -> dict[str, Any]:
    return {
        "sizes": list(network.layer_sizes),
        "activation": network.activation,
        "cost": network.cost,
        "lambda": network.regularization,
        "threshold": network.threshold,
        **({"levels": list(network.levels)} if network.levels else {}),
    }


def close(found: Any, expected: Any) -> bool:
    return bool(np.allclose(found, expected, rtol=1e-12, atol=1e-12))


def test_passes_are_those_of_the_equations(page: Page) -> None:
    generator = np.random.default_rng(0)
    cases = []
    for activation in ACTIVATIONS:
        for cost in COSTS:
            network = drawn_network(generator, activation, cost)
            theta = generator.normal(size=network.n_parameters)
            x = generator.normal(size=network.n_inputs)
            y = np.abs(generator.normal(size=network.n_outputs))
            if cost in ("logistic", "softmax", "quadratic"):
                y = np.eye(network.n_outputs)[0]
            cases.append((network, theta, x, y))
    told = [
        {"net": as_net(n), "theta": theta.tolist(), "x": x.tolist(), "y": y.tolist()}
        for n, theta, x, y in cases
    ]
    for (network, theta, x, y), found in zip(cases, page.evaluate(PASSES, told), strict=True):
        plain = Network(
            *(network.layer_sizes, network.activation, network.cost),
            quantiles=network.quantiles,
            threshold=network.threshold,
        )
        X, Y = x[None, :], y[None, :]
        passed = equations.forward(np, plain, theta, X)
        back = equations.backward(np, plain, theta, passed, Y)
        J = equations.cost(np, plain, theta, passed.weighted_inputs[-1], Y)
        assert close(found["J"], J)
        assert close(found["backward_J"], J)
        assert close(found["gradient"], back.gradient)
        assert (found["z"][0], found["delta"][0]) == ([], [])
        pairs = [
            *zip(found["z"][1:], passed.weighted_inputs, strict=True),
            *zip(found["a"], passed.activations, strict=True),
            *zip(found["delta"][1:], back.deltas, strict=True),
        ]
        assert all(close(one, two[0]) for one, two in pairs), network


def test_a_pass_from_a_layer_measures_delta(page: Page) -> None:
    """The change of J when z of any unit is moved, over the move, is that unit's delta."""
    measured = page.evaluate(
        """() => {
        const net = {sizes: [3, 4, 5, 2], activation: "silu", cost: "softmax", lambda: 0};
        const theta = core.initialTheta(net, 4), x = [0.3, -1, 2], y = [0, 1], e = 1e-5, found = [];
        const pass = core.forward(net, theta, x, y), {delta} = core.backward(net, theta, x, y);
        for (let l = 1; l < 4; l++)
            for (let k = 0; k < net.sizes[l]; k++) {
                const J = (by) => {
                    const z = pass.z[l].slice();
                    z[k] += by;
                    return core.forwardFrom(net, theta, l, z, x, y).J;
                };
                found.push([delta[l][k], (J(e) - J(-e)) / (2 * e)]);
            }
        const same = core.forwardFrom(net, theta, 2, pass.z[2], x, y);
        return [found, same.J === pass.J, String(same.z) === String(pass.z)];
    }"""
    )
    pairs, *same = measured
    assert same == [True, True]
    assert len(pairs) == 11
    assert np.allclose([p[0] for p in pairs], [p[1] for p in pairs], rtol=0, atol=1e-9)


def test_rows_are_averaged_and_lambda_has_its_own_m(page: Page) -> None:
    network = Network((3, 4, 2), "tanh", "logistic", 2.0)
    theta = initial_theta(network, 1)
    generator = np.random.default_rng(1)
    X, Y = generator.normal(size=(5, 3)), generator.integers(0, 2, (5, 2)).astype(float)
    J, D, J_of_800, h = page.evaluate(
        """([net, theta, X, Y]) => {
        const {J, D} = core.costAndGradient(net, theta, X, Y, 5);
        return [J, Array.from(D), core.costAndGradient(net, theta, X, Y, 5, 800).J,
                Array.from(core.predict(net, theta, X, 5))];
    }""",
        [as_net(network), theta.tolist(), X.ravel().tolist(), Y.ravel().tolist()],
    )
    right, gradient = equations.cost_and_gradient(np, network, theta, X, Y)
    assert close(J, right)
    assert close(D, gradient)
    assert close(J_of_800, equations.cost_and_gradient(np, network, theta, X, Y, None, 800)[0])
    assert close(h, equations.forward(np, network, theta, X).activations[-1].ravel())


def test_activations_and_slopes(page: Page) -> None:
    zs = [-1000.0, -2.5, -1e-9, 0.0, 0.3, 7.0, 1000.0]
    found = page.evaluate(
        """([names, zs]) => names.map((name) =>
            zs.map((z) => [core.activation(name, z), core.slope(name, z)]))""",
        [list(ACTIVATIONS), zs],
    )
    z = np.array(zs)
    for g, pairs in zip(ACTIVATIONS.values(), found, strict=True):
        a = g.f(np, z)
        assert close(pairs, np.stack([a, g.prime(np, z, a)], axis=1))


# -- NumPy's random numbers ------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:init='zeros'")
def test_initial_theta_has_the_same_bits(page: Page) -> None:
    networks = [Network((5, 4, 3)), Network((400, 25, 10), "tanh"), Network((1, 1), cost="squared")]
    kinds: list[tuple[InitName | float, str]] = [
        *((name, name) for name in INITS),  # type: ignore[misc]
        (0.12, "0.12"),
    ]
    cases = [
        (network, seed, kind)
        for network in networks
        for seed in (0, 7, 2**33 + 1)
        for kind in kinds
    ]
    told = [[as_net(network), seed, kind] for network, seed, (_, kind) in cases]
    draw = "cases => cases.map((told) => hex(core.initialTheta(...told)))"
    for (network, seed, (init, _)), found in zip(cases, page.evaluate(draw, told), strict=True):
        assert doubles(found).tobytes() == initial_theta(network, seed, init).tobytes(), init


def test_normal_numbers_have_the_same_bits_beyond_the_ziggurat(page: Page) -> None:
    """Of 200,000 numbers some hundred fall outside the steps, and some fifty into the tail."""
    network = Network((1, 200_000), cost="squared")
    draw = "net => hex(core.initialTheta(net, 1, 'nielsen'))"
    found = doubles(page.evaluate(draw, as_net(network)))
    assert np.abs(found).max() > 3.7  # the tail begins at 3.65
    assert found.tobytes() == initial_theta(network, 1, "nielsen").tobytes()


def test_the_order_of_an_epoch_is_that_of_training(page: Page) -> None:
    cases = [[0, 0, 1], [0, 1, 2], [3, 0, 10], [2**40, 19, 1797], [1, 2**33, 60_000]]
    found = page.evaluate(
        "cases => cases.map((c) => hex(Float64Array.from(core.epochOrder(...c))))", cases
    )
    for case, order in zip(cases, found, strict=True):
        assert doubles(order).tolist() == epoch_order(*case).tolist()


# -- The script ------------------------------------------------------------------------------------


def test_the_core_works_from_a_file_and_loads_nothing(browser: Browser, tmp_path: Any) -> None:
    """Twice the classic script and once the module's text: registered once, one core a script."""
    classic = (ASSETS / "clearprop.js").as_uri()
    path = tmp_path / "page.html"
    path.write_text(
        f"<!doctype html><script src='{classic}'></script><script src='{classic}'></script>"
        f"<script type=module>{(ASSETS / 'clearprop.mjs').read_text('utf-8')}</script>",
        encoding="utf-8",
    )
    page = browser.contexts[0].new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    same = page.evaluate("async () => await clearprop.Core.load() === await clearprop.Core.load()")
    page.close()
    assert same
    assert said == []
    assert {url for url in asked if not url.startswith("blob:")} == {path.as_uri(), classic}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("core.activation('rellu', 1)", "activation: expected one of sigmoid, tanh,"),
        ("core.initialTheta(net, 0, 'nilsen')", "init: expected one of uniform, scikit-learn,"),
        ("core.initialTheta(net, -1)", "seed: expected a whole number from 0 to 2^53 - 1; got -1"),
        ("core.forward({...net, cost: 'l2'}, [0, 0], [1])", "cost: expected one of logistic,"),
        ("core.forward({...net, sizes: [1]}, [], [1])", "sizes: expected two whole numbers"),
        ("core.forward(net, [0], [1])", "theta: expected 2 numbers; got 1"),
        ("core.predict(net, [0, 0], [1, 2], 1)", "X: expected 1 numbers; got 2"),
        (
            "const t = core.trainer(net, [0, 0], [1], [1], options); t.free(); t.advance(1)",
            "trainer: it was freed",
        ),
        ("core.trainer(net, [0, 0], [], [], options)", "X: expected rows of 1 numbers"),
        ("core.trainer(net, [0, 0], [1], [1, 2], options)", "Y: expected 1 numbers; got 2"),
    ],
)
def test_what_does_not_fit_is_refused(page: Page, call: str, message: str) -> None:
    """The core reads memory by these sizes."""
    said = page.evaluate(
        f"""() => {{
        const net = {{sizes: [1, 1], activation: "tanh", cost: "squared", lambda: 0}};
        const options = {{solver: "adam", rate: 0.1, batch: 1, seed: 0}};
        try {{ {call}; return "nothing"; }} catch (error) {{ return error.message; }}
    }}"""
    )
    assert said.startswith(message)


def test_the_size_of_what_a_page_loads() -> None:
    """All that a page loads, gzipped: under 150 kB."""
    for name in (*SCRIPTS.values(), "clearprop.mjs"):
        assert len(gzip.compress((ASSETS / name).read_bytes())) < 150_000
