"""TableEncoder: the encoding of a model's table as a transformer of scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

from clearprop.data.bins import bin_problems, most_inputs, refused
from clearprop.data.encoding import Encoder
from clearprop.data.reading import Reading
from clearprop.data.table import Table, count
from clearprop.errors import ParameterError, raise_problems
from clearprop.estimators.fit_callbacks import CallbackSupportMixin, FitTasks, with_callbacks
from clearprop.network.architecture import Array


class TableEncoder(CallbackSupportMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns the columns of a table into numbers that a network learns from.

    It takes pandas and Polars frames, and arrays, with text, dates, true/false and empty cells, and
    does what ``clearprop train`` does with a file: numbers are standardised, also numbers that are
    written as text (``"1,5"``, ``"$1,200"``, ``"45%"``); each frequent text becomes an input of 0
    and 1; a date becomes its parts; an empty cell is filled and has an input of its own. What a
    column is, is learned in ``fit``, and new rows are read by it. A column that is numbers but for
    a marker of the missing (``"-"``, ``"n/a"``) is numbers.

    ``clearprop.save`` writes a pipeline of a TableEncoder and an estimator as one model file, which
    ``clearprop predict`` applies to tables.

    Parameters
    ----------
    decimal : {".", ","} or None, default=None
        The decimal mark of numbers that are text; None: it is found.
    thousands : {",", ".", " ", "'", "_"} or None, default=None
        The mark between their groups of digits; None: it is found.
    empty : str or sequence of str, default=()
        Texts that stand for an empty cell, in every column.
    numbers, categories : str or sequence of str, default=()
        Names of columns that are numbers, or categories, whatever they look like.
    levels : int, default=100
        How many values of a column of categories have an input of their own. The others share one.
    bins : int, default=0
        The bins of a number or of a part of a date, 2 to 256, or 0 for none. Each bin becomes
        an output beside the standardised value: 0 below the bin, 1 above it, and a straight line
        between (Gorishniy et al. 2022, section 3.2). Its edges are quantiles of the training rows.

    Attributes
    ----------
    encoder_ : Encoder
        What was learned.
    n_features_in_, feature_names_in_
        The columns. As in scikit-learn, new frames have them in the same order.

    Raises
    ------
    ParameterError, DataError
        From ``fit`` and ``transform``, for a wrong parameter, and for a cell or a column that
        cannot be read, naming it. Both are a ValueError.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"age": [31, None, 53], "city": ["Rome", "Oslo", "Rome"]})
    >>> encoder = TableEncoder().fit(rows)
    >>> encoder.get_feature_names_out().tolist()
    ['age', 'age=(empty)', 'city=Oslo', 'city=Rome']
    >>> encoder.transform(rows).round(2).tolist()
    [[-1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0]]

    With a network behind it:

    >>> from sklearn.pipeline import make_pipeline
    >>> from clearprop import MLPClassifier
    >>> network = MLPClassifier((4,), solver="lbfgs", random_state=0)
    >>> pipeline = make_pipeline(TableEncoder(), network).fit(rows, ["no", "yes", "no"])
    >>> pipeline.predict(rows).tolist()
    ['no', 'yes', 'no']
    """

    encoder_: Encoder

    def __init__(
        self,
        *,
        decimal: str | None = None,
        thousands: str | None = None,
        empty: str | Sequence[str] = (),
        numbers: str | Sequence[str] = (),
        categories: str | Sequence[str] = (),
        levels: int = 100,
        bins: int = 0,
    ) -> None:
        self.decimal = decimal
        self.thousands = thousands
        self.empty = empty
        self.numbers = numbers
        self.categories = categories
        self.levels = levels
        self.bins = bins

    @with_callbacks
    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn what the columns are, and how to encode them.

        Parameters
        ----------
        X : {data frame, array-like} of shape (n_samples, n_features)
            The training rows.
        y : ignored

        Returns
        -------
        self

        Warns
        -----
        UserWarning
            If there are no bins because they would make too many outputs, or because the columns
            are the pixels of images.
        """
        tasks = FitTasks(self, 0, X=X, y=y, metadata=None)
        reading = self._reading()
        is_plain = not (reading.numbers or reading.categories)
        table = replace(self._table(X, is_plain, reset=True), reading=reading)
        self.encoder_ = Encoder.fit(table, bins=self.bins)
        self._warn_of_no_bins(table.n_rows)
        tasks.ended()
        return self

    def _reading(self) -> Reading:
        """How cells are read; all wrong parameters are named at once."""
        parameters = self.get_params(deep=False)
        problems = bin_problems(parameters.pop("bins"))
        try:
            reading = Reading(**parameters)
        except ParameterError as error:
            raise_problems([*error.problems, *problems])
            raise
        raise_problems(problems)
        return reading

    def _warn_of_no_bins(self, m: int) -> None:
        encoder = self.encoder_
        if not self.bins or encoder.n_bins:
            return
        p = len(encoder.edges)
        if np.isinf(encoder.low).any():
            warnings.warn("bins: images have none; ignored", UserWarning, stacklevel=3)
        elif inputs := refused(encoder.n_outputs, p, self.bins, m):
            warnings.warn(
                f"bins: there could be {count(inputs, 'output')} with them, and {count(m, 'row')} "
                f"have {most_inputs(m):,} at most; ignored",
                UserWarning,
                stacklevel=3,
            )

    def transform(self, X: Any) -> Array:
        """Encode rows, each by itself.

        Parameters
        ----------
        X : {data frame, array-like} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_features_out), or what ``set_output`` asks for
            float32 for an array of float32, else float64.

        Warns
        -----
        UserWarning
            Naming a text that was not seen in ``fit``, an empty cell in a column that had none, and
            a number far outside those of ``fit``.
        """
        check_is_fitted(self, "encoder_")
        dtype = np.float32 if getattr(X, "dtype", None) == np.float32 else np.float64
        table = self._table(X, self.encoder_.names is None, reset=False)
        return self.encoder_.transform(table, dtype)

    def get_feature_names_out(self, input_features: Any = None) -> Array:
        """The name of each output: ``"age"``, ``"born.year"``, ``"city=Rome"``, ``"age=(empty)"``,
        and ``"age: 20 to 35"`` for a bin.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            The names of the columns, where ``fit`` had none. Default: x0, x1, ...

        Returns
        -------
        ndarray of str objects
        """
        # Start-up time: it loads Polars, and estimators alone do not need that.
        from clearprop.data.column import Column

        check_is_fitted(self, "encoder_")
        names = [str(name) for name in _check_feature_names_in(self, input_features)]
        columns = self.encoder_.columns or [Column(name, "numbers") for name in names]
        pairs = zip(columns, names, strict=True)
        renamed = tuple(replace(column, name=name) for column, name in pairs)
        return np.array(replace(self.encoder_, columns=renamed).input_names, object)

    @classmethod
    def from_encoder(cls, encoder: Encoder) -> Self:
        """A fitted TableEncoder with the encoder of a model.

        It finds the columns of a frame by name, in any order and among others, as the model does.
        """
        fitted = cls()
        fitted.encoder_ = encoder
        fitted.n_features_in_ = encoder.n_columns
        if encoder.names is not None:
            fitted.feature_names_in_ = np.array(encoder.names, object)
            fitted._by_name = True
        return fitted

    def to_encoder(self) -> Encoder:
        """What was learned, as :func:`clearprop.save` writes it beside a network."""
        check_is_fitted(self, "encoder_")
        return self.encoder_

    _by_name = False

    def _table(self, X: Any, is_plain: bool, reset: bool) -> Table:
        """The rows as a table: a matrix if `is_plain` and X is an array of numbers, or a frame."""
        is_frame = hasattr(X, "columns") and hasattr(X, "shape")
        if not is_frame:
            X = validate_data(self, X, dtype=None, ensure_all_finite="allow-nan", reset=reset)
            if X.dtype.kind in "biuf" and is_plain:
                return Table("X", X, None, tuple(map(str, range(X.shape[1]))), None)
        elif reset or not self._by_name:
            validate_data(self, X, reset=reset, skip_check_array=True)
        # Start-up time: they load Polars, and an array of numbers does not need that.
        from clearprop.data.frames import frame_of
        from clearprop.data.object_arrays import frame_of_array

        if not is_frame:
            known = None if reset else self.encoder_.names
            X = frame_of_array(X, known or [f"x{j}" for j in range(X.shape[1])])
        frame = frame_of(X, "X")
        return Table("X", frame, None, tuple(frame.columns), None)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
