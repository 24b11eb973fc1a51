"""A trained network with its encoder and targets: raw rows in, the user's labels out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any

from clearprop.data.encoding import Encoder
from clearprop.data.scores import score
from clearprop.data.table import Table, count
from clearprop.data.targets import Targets
from clearprop.engines.slices import cost_in_slices, outputs_in_slices
from clearprop.errors import DataError, ParameterError, is_whole, raise_problems, shown
from clearprop.faces import face
from clearprop.network.architecture import Array, Network
from clearprop.network.samples import as_inputs, as_theta

if TYPE_CHECKING:
    from clearprop.foreign.taken import Taken

__all__ = ["Model"]


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """A trained network, its targets and its encoding: raw rows in, labels or numbers out.

    Parameters
    ----------
    network
        The architecture.
    theta
        ``(n_parameters,)``, float64 or float32; its dtype is the dtype of the computation.
    targets
        What the outputs mean: classes, or the scale of the numbers.
    encoder
        From raw rows to inputs; None: rows are the network's inputs as they are.
    image_shape
        ``(height, width)`` where a row is an image; for whoever draws it.
    trained
        How the model was trained (recipe, seed, epochs, ...), as JSON values.
    bag
        The parameters of further networks of the same architecture, each ``(n_parameters,)``. The
        model's outputs are the average over `theta` and these (Breiman 1996). ``()``: one network.

    Raises
    ------
    ParameterError
        For parts that do not fit together.

    Examples
    --------
    >>> targets = Targets.fit(["no", "yes"])
    >>> model = Model(Network((2, 1)), [0.0, 9.0, 9.0], targets)
    >>> model.predict([[1.0, 1.0], [-1.0, -1.0]])
    array(['yes', 'no'], dtype='<U3')
    >>> model.score([[1.0, 1.0], [-1.0, -1.0]], ["yes", "yes"])
    0.5
    """

    network: Network
    theta: Array
    targets: Targets
    encoder: Encoder | None = None
    image_shape: tuple[int, int] | None = None
    trained: Mapping[str, Any] = field(default_factory=dict)
    bag: tuple[Array, ...] = ()

    def __post_init__(self) -> None:
        network = self.network
        object.__setattr__(self, "theta", as_theta(network, self.theta))
        others = tuple(as_theta(network, theta).astype(self.theta.dtype) for theta in self.bag)
        object.__setattr__(self, "bag", others)
        columns = network.n_inputs if self.encoder is None else self.encoder.n_columns
        problems = _image_problems(self.image_shape, columns)
        try:
            units = self.targets.n_units(network.cost)
        except ParameterError as error:
            problems += error.problems
        else:
            if units != network.n_outputs:
                problems.append(
                    f"targets: {_described(self.targets)} need {count(units, 'output unit')} "
                    f"under the {network.cost} cost; the network has {network.n_outputs}"
                )
            if self.targets.interval is not None and network.quantiles != self.targets.quantiles:
                problems.append(
                    f"targets: the interval needs outputs of the quantiles "
                    f"{self.targets.quantiles}; the network has {network.quantiles}"
                )
        if self.encoder is not None and self.encoder.n_outputs != network.n_inputs:
            problems.append(
                f"encoder: gives {self.encoder.n_outputs} inputs; "
                f"the network takes {network.n_inputs}"
            )
        raise_problems(problems)

    def __repr__(self) -> str:
        return f"<Model {self.summary}>"

    def _repr_html_(self) -> str:
        return face(self, "fragment")(self)

    @classmethod
    def from_sklearn(cls, estimator: Any) -> Model:
        """The model of scikit-learn's own fitted MLPClassifier or MLPRegressor.

        A pipeline of StandardScaler, MinMaxScaler or MaxAbsScaler and one of these takes raw rows,
        as the pipeline does. Columns of a frame are found by the names of the fit.

        Raises
        ------
        ParameterError
            For anything else, naming what a pipeline holds.

        Examples
        --------
        >>> import numpy as np
        >>> from sklearn.neural_network import MLPRegressor
        >>> X, y = [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]
        >>> theirs = MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", random_state=0).fit(X, y)
        >>> ours = Model.from_sklearn(theirs)
        >>> ours.summary, bool(np.allclose(ours.predict(X), theirs.predict(X)))
        ('1-3-1, 1 number, float64', True)
        """
        from clearprop.foreign.sklearn import from_sklearn

        return cls._of(from_sklearn(estimator))

    @classmethod
    def from_torch(
        cls,
        module: Any,
        classes: Iterable[Any] | None = None,
        *,
        cost: str | None = None,
        multilabel: bool = False,
    ) -> Model:
        """The model of a ``torch.nn.Sequential`` of Linear layers and activations.

        Parameters
        ----------
        module
            It may also hold Flatten, Dropout, Identity, BatchNorm1d (by its running means, as after
            ``eval()``) and further Sequentials.
        classes
            The labels of the outputs in their order; those of no and yes for one output.
        cost
            What the outputs are, where the last layer is linear: ``"squared"`` for numbers,
            ``"softmax"`` or ``"logistic"`` for logits.
        multilabel
            Whether each output is a yes or no of its own.

        Raises
        ------
        ParameterError
            For a part that a network of dense layers lacks, by its name, and for a cost or classes
            that are needed and not given.

        Examples
        --------
        >>> Model.from_torch("net.pt")
        Traceback (most recent call last):
        clearprop.errors.ParameterError: module: expected a torch.nn.Sequential of Linear layers \
and activations; got str; other modules go by way of a file: torch.onnx.export, then Model.from_onnx
        """
        from clearprop.foreign.torch import from_torch

        return cls._of(from_torch(module, classes, cost, multilabel))

    @classmethod
    def from_onnx(
        cls,
        path: str | PathLike[str],
        classes: Iterable[Any] | None = None,
        *,
        cost: str | None = None,
        multilabel: bool = False,
    ) -> Model:
        """The model of an ONNX file of dense layers; parameters as of :meth:`from_torch`.

        The way from an output back to the input may hold Gemm, MatMul, Add, Sub, Mul, Div,
        BatchNormalization, activations, and what only reshapes a row.

        Raises
        ------
        ParameterError
            For another node, by its name and operator, and as :meth:`from_torch`.
        ModelFileError
            For a file that cannot be read.
        ClearpropError
            Without the library onnx.

        Examples
        --------
        >>> Model.from_onnx("no-such-net.onnx", cost="squared")
        Traceback (most recent call last):
        clearprop.errors.ModelFileError: no-such-net.onnx: there is no such file
        """
        from clearprop.foreign.onnx import from_onnx

        return cls._of(from_onnx(path, classes, cost, multilabel))

    @classmethod
    def _of(cls, parts: Taken) -> Model:
        return cls(parts.network, parts.theta, parts.targets, parts.encoder, trained=parts.trained)

    @property
    def summary(self) -> str:
        """The model in a line: its layers, what it answers, its dtype."""
        layers = "-".join(map(str, self.network.layer_sizes))
        several = f"average of {len(self.thetas)} networks " if self.bag else ""
        return f"{several}{layers}, {_described(self.targets)}, {self.theta.dtype}"

    @property
    def validation_costs(self) -> dict[float, float]:
        """The validation cost of each lambda among which this model was chosen, from the smallest.

        Of a bag it is that of its first fold. Empty where nothing was chosen.
        """
        found: dict[float, float] = {}
        for candidate in _listed(self.trained.get("candidates")):
            try:
                if candidate["fold"] == 0 and candidate["validation_cost"] is not None:
                    found[float(candidate["regularization"])] = float(candidate["validation_cost"])
            except (KeyError, TypeError, ValueError):
                continue  # a file may hold anything here
        return dict(sorted(found.items()))

    @property
    def made(self) -> dict[str, Any]:
        """How the model was trained, without the candidates and their long curves."""
        long = ("candidates", "search")
        return {name: value for name, value in self.trained.items() if name not in long}

    @property
    def thetas(self) -> tuple[Array, ...]:
        """The parameters of all networks whose outputs are averaged; usually just `theta`."""
        return (self.theta, *self.bag)

    def outputs(self, rows: Any) -> Array:
        """h(x) of every row, ``(m, K)``, in the dtype of theta.

        Parameters
        ----------
        rows
            Raw rows: a :class:`~clearprop.data.table.Table`, an array ``(m, n)``, one row ``(n,)``,
            or a pandas or Polars frame. Without an encoder: the network's inputs, which may be
            sparse.

        Raises
        ------
        DataError, ParameterError
            For rows that do not fit, naming row and column.
        """
        return outputs_in_slices(self.network, self.thetas, self.inputs(rows))

    def predict(self, rows: Any) -> Array:
        """The label or number of every row, ``(m,)``; ``(m, K)`` where a row has several."""
        return self.targets.decode(self.outputs(rows))

    def predict_proba(self, rows: Any) -> Array:
        """The probability of every class, ``(m, n_classes)``, columns as in ``targets.classes``."""
        return self.targets.probabilities(self.outputs(rows))

    def predict_interval(self, rows: Any) -> Array:
        """Both ends of the prediction interval of every row, ``(m, 2)``.

        They are ``(m, T, 2)`` where a row has T numbers. The number that :meth:`predict` gives lies
        between them, and ``targets.interval.coverage`` is the share of rows that they are to cover.

        Raises
        ------
        ParameterError
            For a model that was trained without an interval.

        Examples
        --------
        >>> targets = Targets.fit([0.0, 9.0], standardise=False).with_interval(0.9)
        >>> network = Network((1, 3), cost="quantile", quantiles=targets.quantiles)
        >>> model = Model(network, [-1.0, 0.0, 1.0, 1.0, 1.0, 1.0], targets)  # x - 1, x, x + 1
        >>> model.predict([[5.0]]), model.predict_interval([[5.0]])
        (array([5.]), array([[4., 6.]]))
        """
        return self.targets.bounds(self.outputs(rows))

    def score(self, rows: Any, y: Any) -> float:
        """Accuracy, or R^2 for regression; see :func:`clearprop.data.scores.score`.

        Raises
        ------
        DataError
            Where `y` does not fit the rows or holds a label that the model does not know.
        """
        return score(self.targets, self.predict(rows), y)

    def cost(self, rows: Any, y: Any) -> float:
        """J of these rows without lambda, so that training and test rows can be compared.

        For regression the numbers are compared on the scale that the network was trained on.

        Equation
        --------
        ``J = (1/m) sum_i J_i`` (course, week 5, "Cost function").
        """
        X = self.inputs(rows)  # (m, s_1)
        Y = self.targets.encode(y, self.network.cost)  # (m, K)
        if len(Y) != X.shape[0]:
            raise DataError(f"y: expected as many values as rows, {X.shape[0]}; got {len(Y)}")
        return cost_in_slices(self.network, self.thetas, X, Y)

    def inputs(self, rows: Any, dtype: Any = None) -> Array:
        """The network's inputs for raw rows, ``(m, s_1)``, in `dtype` or else the dtype of theta.

        Raises
        ------
        DataError, ParameterError
            For rows that do not fit, naming row and column.
        """
        # The rows are encoded all at once. Errors and warnings then name rows of the whole, and
        # only a whole column can tell whether none of its values was seen in training.
        dtype = self.theta.dtype if dtype is None else dtype
        if self.encoder is not None:
            rows = self.encoder.transform(rows, dtype)
        elif isinstance(rows, Table):
            rows = rows.X
        return as_inputs(self.network, rows, dtype)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _image_problems(shape: object, columns: int) -> list[str]:
    expected = "image_shape: expected (height, width) or None"
    if shape is None:
        return []
    if (
        not isinstance(shape, tuple)
        or len(shape) != 2
        or not all(is_whole(size) and size >= 1 for size in shape)
    ):
        return [f"{expected}; got {shown(shape)}"]
    if shape[0] * shape[1] != columns:
        return [f"{expected} with a product of {columns}, the values of a row; got {shape!r}"]
    return []


def _described(targets: Targets) -> str:
    if targets.classes is not None:
        return f"{len(targets.classes)} classes"
    assert targets.mean is not None
    numbers, interval = count(len(targets.mean), "number"), targets.interval
    return numbers if interval is None else f"{numbers} with an interval of {interval.coverage:g}"
