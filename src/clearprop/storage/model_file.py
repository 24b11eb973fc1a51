"""Model files: one ``.safetensors`` file that holds all that `predict` needs on raw rows.

``docs/en/model-file.md`` describes it byte by byte. Theta is stored as the course's ``Theta1``,
``Theta2``, ..., ``(s_{l+1}, s_l + 1)`` with the bias in column 0, in the dtype of the training. The
further networks of a bag have ``2/Theta1``, ..., ``3/Theta1``, ... . The metadata key ``clearprop``
holds the rest as one JSON object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, overload

import numpy as np

from clearprop.data.encoding import Encoder
from clearprop.data.targets import Targets
from clearprop.errors import ClearpropError, ModelFileError, ParameterError, did_you_mean, shown
from clearprop.faces import face
from clearprop.model import Model
from clearprop.network.architecture import Array, Network
from clearprop.network.equations import split
from clearprop.network.parameters import MAX_PARAMETERS, course_matrices
from clearprop.storage import container
from clearprop.storage.as_model import as_model

__all__ = ["load", "save"]

MAX_TEXT = 2**30  # bytes, of all class names as one array

_DTYPES = {"F32": np.float32, "F64": np.float64}
_NULL = type(None)
# The keys of all format versions, which differ in the encoder, and their types in JSON.
_KEYS: dict[str, tuple[type, ...]] = {
    "network": (dict,),
    "targets": (dict,),
    "encoder": (dict, _NULL),
    "image_shape": (list, _NULL),
    "trained": (dict,),
}
# Keys that stand in a file only where they say something.
_OPTIONAL_KEYS: dict[str, tuple[type, ...]] = {"bag": (int,)}
_OPTIONAL_NETWORK_KEYS: dict[str, tuple[type, ...]] = {
    "quantiles": (list,),
    "threshold": (int, float),
}
# Activations and costs that version 2 does not know.
_NEWER_NAMES = ("leaky_relu", "silu", "huber", "quantile")
_NETWORK_KEYS: dict[str, tuple[type, ...]] = {
    "layer_sizes": (list,),
    "activation": (str,),
    "cost": (str,),
    "regularization": (int, float),
}
_JSON_NAMES = {
    dict: "an object", list: "a list", str: "text", int: "a number", float: "a number",
    _NULL: "null",
}  # fmt: skip


# -- Writing --------------------------------------------------------------------------------------


def save(model: Any, path: Any) -> None:
    """Write a model file, whole or not at all. The same model gives the same bytes.

    Parameters
    ----------
    model
        A :class:`~clearprop.model.Model`, or a fitted estimator (anything with ``to_model()``).
        Also a fitted pipeline of a ``TableEncoder`` and an estimator, and a
        ``TransformedTargetRegressor`` whose transformer is a ``StandardScaler``.
    path
        The file's name. The folder must exist, and an old file is replaced.

    Raises
    ------
    ParameterError
        For a `model` of another kind. The message says what to hand in.
    ModelFileError
        For a file that cannot be written. An old file is untouched then.

    Examples
    --------
    >>> import tempfile
    >>> from clearprop.data.targets import Targets
    >>> network, targets = Network((2, 1)), Targets.fit(["no", "yes"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Model(network, [0.0, 9.0, 9.0], targets), f"{folder}/and.safetensors")
    ...     load(f"{folder}/and.safetensors").predict([[1.0, 1.0], [-1.0, -1.0]])
    array(['yes', 'no'], dtype='<U3')
    """
    model = as_model(model)
    network: Network = model.network
    if network.n_parameters > MAX_PARAMETERS:
        raise ModelFileError(f"cannot write {path}: {_too_many(network.n_parameters)}")
    values = {
        "network": _network_values(network),
        "targets": model.targets.to_dict(),
        "encoder": None if model.encoder is None else model.encoder.to_dict(),
        "image_shape": model.image_shape,
        "trained": model.trained,
        **({"bag": len(model.thetas)} if model.bag else {}),
    }
    tensors = {
        f"{prefix}Theta{l}": Theta
        for prefix, theta in zip(_prefixes(len(model.thetas)), model.thetas, strict=True)
        for l, Theta in enumerate(course_matrices(network, theta), start=1)
    }
    container.write(path, container.MODEL, values, tensors, _version(values))


def _version(values: Mapping[str, Any]) -> int:
    """The oldest format version that holds the values, so that older readers read what they can."""
    network, encoder = values["network"], values["encoder"] or {}
    newer = (
        network.keys() & _OPTIONAL_NETWORK_KEYS
        or network["activation"] in _NEWER_NAMES
        or network["cost"] in _NEWER_NAMES
        or "bag" in values
        or "bins" in encoder
    )
    return 3 if newer else 2


def _network_values(network: Network) -> dict[str, Any]:
    values = {name: getattr(network, name) for name in _NETWORK_KEYS}
    if network.quantiles:
        values["quantiles"] = network.quantiles
    if network.cost == "huber":
        values["threshold"] = network.threshold
    return values


def _prefixes(networks: int) -> list[str]:
    """What stands before the names of each network's tensors: ``["", "2/", "3/"]``."""
    return ["", *(f"{n}/" for n in range(2, networks + 1))]


# -- Reading --------------------------------------------------------------------------------------


@overload
def load(path: Any, as_estimator: Literal[False] = False) -> Model: ...
@overload
def load(path: Any, as_estimator: bool) -> Any: ...
def load(path: Any, as_estimator: bool = False) -> Any:
    """Read a model file. It holds numbers and text only, so reading one runs no code.

    Parameters
    ----------
    path
        The file's name.
    as_estimator
        True: return a fitted estimator of scikit-learn's contract, an ``MLPClassifier`` or an
        ``MLPRegressor``. Where the model was trained on a table, it is a pipeline that takes raw
        frames. It predicts what the model predicts.

    Returns
    -------
    A :class:`~clearprop.model.Model`, or an estimator.

    Raises
    ------
    ModelFileError
        For a file that is not there, cut, foreign, hostile or newer. The message says which.

    Examples
    --------
    >>> load("no-such-model.safetensors")
    Traceback (most recent call last):
    clearprop.errors.ModelFileError: no-such-model.safetensors: there is no such file; ...

    >>> import tempfile
    >>> from clearprop.data.targets import Targets
    >>> model = Model(Network((2, 1)), [0.0, 9.0, 9.0], Targets.fit(["no", "yes"]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, f"{folder}/and.safetensors")
    ...     estimator = load(f"{folder}/and.safetensors", as_estimator=True)
    >>> type(estimator).__name__, estimator.score([[1.0, 1.0], [-1.0, -1.0]], ["yes", "no"])
    ('MLPClassifier', 1.0)
    """
    with container.opened(path, container.MODEL) as contents:
        values = contents.values
        _check_keys(path, "", values, _KEYS, _OPTIONAL_KEYS)
        _check_keys(path, "network: ", values["network"], _NETWORK_KEYS, _OPTIONAL_NETWORK_KEYS)
        network = _network(path, values["network"], len(contents.shapes))
        prefixes = _prefixes(_networks(path, contents))
        dtype = _check_tensors(path, network, prefixes, contents)
        # Allocate only now: the file is known to hold all these numbers.
        thetas = np.empty((len(prefixes), network.n_parameters), dtype)
        for prefix, theta in zip(prefixes, thetas, strict=True):
            for l, B in enumerate(split(network, theta), start=1):
                name = f"{prefix}Theta{l}"
                B[...] = _finite(path, name, contents.read(name)).T
    image_shape = values["image_shape"]
    encoder = values["encoder"]
    model = _model(
        path,
        network=network,
        theta=thetas[0],
        bag=tuple(thetas[1:]),
        targets=_targets(path, values["targets"]),
        encoder=None if encoder is None else _encoder(path, network, encoder),
        image_shape=None if image_shape is None else tuple(image_shape),
        trained=values["trained"],
    )
    # The estimators stand above this room. The front door binds them to the model.
    return face(model, "estimator")(model) if as_estimator else model


def _check_keys(
    path: Any,
    place: str,
    values: Mapping[str, Any],
    keys: Mapping[str, tuple[type, ...]],
    optional: Mapping[str, tuple[type, ...]] | None = None,
) -> None:
    optional = optional or {}
    for name, types in {**keys, **optional}.items():
        if name not in values:
            if name in optional:
                continue
            raise ModelFileError(f"{path}: {place}{name} is missing")
        if not isinstance(values[name], types) or isinstance(values[name], bool):
            expected = " or ".join(dict.fromkeys(_JSON_NAMES[kind] for kind in types))
            raise ModelFileError(
                f"{path}: {place}{name}: expected {expected}; got {shown(values[name])}"
            )
    for name in values:
        if name not in keys and name not in optional:
            raise ModelFileError(
                f"{path}: {place}unknown key {shown(name)}{did_you_mean(name, keys)}; "
                f"format version {container.MODEL.version} has {', '.join(keys)}"
            )


def _networks(path: Any, contents: container.Contents) -> int:
    """How many networks the file holds: one, or those of a bag."""
    values = contents.values
    networks: int = values.get("bag", 1)
    # Each network has a tensor at least, so more networks than tensors are a forged count.
    if "bag" in values and not 2 <= networks <= len(contents.shapes):
        raise ModelFileError(
            f"{path}: bag: expected the number of its networks, from 2 to the number of tensors; "
            f"got {shown(networks)}"
        )
    return networks


def _network(path: Any, values: Mapping[str, Any], tensors: int) -> Network:
    # Each layer but the first has a tensor, so more layers than tensors are a forged list.
    if len(values["layer_sizes"]) > tensors + 1:
        raise ModelFileError(
            f"{path}: network: layer_sizes: {len(values['layer_sizes']):,} layers, and the file "
            f"holds {tensors:,} tensors: Theta1 to Theta{len(values['layer_sizes']) - 1} are needed"
        )
    for size in values["layer_sizes"]:
        # Check before any arithmetic or message: the number may have thousands of digits.
        if isinstance(size, int) and size > MAX_PARAMETERS:
            raise ModelFileError(
                f"{path}: network: layer_sizes: a layer of more than {MAX_PARAMETERS:,} units"
            )
    try:
        network = Network(**values)
    except ClearpropError as error:
        raise ModelFileError(f"{path}: network: {error}") from None
    if network.n_parameters > MAX_PARAMETERS:
        raise ModelFileError(f"{path}: network: {_too_many(network.n_parameters)}")
    return network


def _too_many(count: int) -> str:
    return f"{count:,} parameters; a model file may hold {MAX_PARAMETERS:,}"


def _check_tensors(
    path: Any, network: Network, prefixes: list[str], contents: container.Contents
) -> Any:
    """Compare the tensors' shapes and dtypes with the network before any tensor is read."""
    shapes = {
        f"{prefix}Theta{l}": (columns, rows)
        for prefix in prefixes
        for l, (rows, columns) in enumerate(network.block_shapes, start=1)
    }
    several = f" for each of {len(prefixes)} networks" if len(prefixes) > 1 else ""
    layers = len(network.block_shapes)
    for name, shape in shapes.items():
        if name not in contents.shapes:
            raise ModelFileError(
                f"{path}: {name} is missing; layers {_sizes(network)} have Theta1 to "
                f"Theta{layers}{several}"
            )
        if contents.shapes[name] != shape:
            raise ModelFileError(
                f"{path}: {name}: expected shape {shape} for layers {_sizes(network)}; "
                f"got {contents.shapes[name]}"
            )
    for name, dtype in contents.dtypes.items():
        if name not in shapes:
            raise ModelFileError(
                f"{path}: {shown(name)} is one tensor too many; layers "
                f"{_sizes(network)} have Theta1 to Theta{layers}{several}"
            )
        if dtype not in _DTYPES or dtype != contents.dtypes["Theta1"]:
            raise ModelFileError(
                f"{path}: {name}: expected float32 (F32) or float64 (F64), the same in all; "
                f"got {dtype}"
            )
    return _DTYPES[contents.dtypes["Theta1"]]


def _sizes(network: Network) -> str:
    return shown(network.layer_sizes)


def _finite(path: Any, name: str, Theta: Array) -> Array:
    bad = ~np.isfinite(Theta)  # (s_{l+1}, s_l + 1)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ModelFileError(
            f"{path}: {name}: expected finite numbers; got {Theta[row, column]} in row {row + 1}, "
            f"column {column + 1} ({int(bad.sum())} such values)"
        )
    return Theta


def _targets(path: Any, values: Mapping[str, Any]) -> Targets:
    # In an array of NumPy every text takes the room of the longest one, 4 bytes a character.
    classes = values.get("classes")
    texts = [c for c in classes if isinstance(c, str)] if isinstance(classes, list) else []
    if 4 * len(texts) * max(map(len, texts), default=0) > MAX_TEXT:
        raise ModelFileError(
            f"{path}: targets: classes: {len(texts):,} texts of up to "
            f"{max(map(len, texts)):,} characters; they may take {MAX_TEXT:,} bytes"
        )
    targets: Targets = _from_dict(path, "targets", Targets, values)
    return targets


def _encoder(path: Any, network: Network, values: Mapping[str, Any]) -> Encoder:
    # A column gives at least one input, so more columns than inputs are a forged count.
    columns = values.get("columns")
    if not isinstance(columns, int) or not 1 <= columns <= network.n_inputs:
        raise ModelFileError(
            f"{path}: encoder: columns: expected a whole number from 1 to {network.n_inputs}, the "
            f"inputs of the network; got {shown(columns)}"
        )
    encoder: Encoder = _from_dict(path, "encoder", Encoder, values)
    return encoder


def _from_dict(path: Any, name: str, kind: Any, values: Mapping[str, Any]) -> Any:
    try:
        return kind.from_dict(values)
    except ClearpropError as error:
        raise ModelFileError(f"{path}: {error}") from None
    except Exception as error:  # any error there is the fault of the file
        said = f"{type(error).__name__}: {error}"
        raise ModelFileError(f"{path}: {name}: cannot be restored: {said}") from error


def _model(path: Any, **parts: Any) -> Model:
    try:
        return Model(**parts)
    except ParameterError as error:
        raise ModelFileError(f"{path}: {error}") from None
