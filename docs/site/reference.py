"""The pages about the Python names, generated from their docstrings.

`PAGES` says which page shows which name. A name is one of ``clearprop.__all__``, or a public module
or function inside one of its rooms.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from types import UnionType
from typing import Any, NamedTuple, get_args

import clearprop


class Page(NamedTuple):
    """A page: its title by language, and the names that it shows, relative to ``clearprop``."""

    en: str
    zh: str
    names: list[str]


PAGES = {
    "network": Page(
        "Networks and parameters",
        "网络与参数",
        ["Network", "Dropout", "initial_theta", "theta_from_course", "course_matrices"],
    ),
    "gradients": Page(
        "Costs, gradients and their checks",
        "代价、梯度与梯度检查",
        [
            "predict",
            "cost_and_gradient",
            "cost_and_gradient_loop",
            "check_gradient",
            "GradientReport",
            "available_engines",
            "engines.Engine",
            "engines.Session",
            "engines.Rows",
            "engines.TrainingState",
            "engines.Update",
            "engines.epoch_order",
        ],
    ),
    "equations": Page("The equations", "公式的代码", ["network.equations", "network.updates"]),
    "data": Page("Data", "数据", ["read", "Reading", "Table", "Targets"]),
    "training": Page(
        "Training",
        "训练",
        [
            "Training",
            "Options",
            "Validation",
            "Event",
            "GradientChecked",
            "EpochEnded",
            "Progress",
            "Ended",
            "Recipe",
            "RECIPES",
        ],
    ),
    "experiments": Page(
        "Experiments: prepare, train, choose, measure",
        "实验：准备、训练、选择、测量",
        [
            "prepare",
            "Prepared",
            "Experiment",
            "choose",
            "Search",
            "measure",
            "Measurement",
            "importance",
            "Importance",
        ],
    ),
    "model": Page("Models and their files", "模型与模型文件", ["Model", "save", "load"]),
    "explain": Page("Explanations", "逐步讲解", ["explain", "Explanation"]),
    "doctor": Page(
        "The doctor",
        "梯度医生",
        ["diagnose", "Diagnosis", "doctor.Cause", "doctor.diagnose_callee", "doctor.mistakes_page"],
    ),
    "exercise": Page("Exercises", "练习", ["exercise.make_sheet", "exercise.sheet_record"]),
    "figures": Page(
        "Figures",
        "图",
        [f"figures.{name}" for name in clearprop.figures.__all__],
    ),
    "web": Page(
        "Elements in a page",
        "网页里的元素",
        [
            "web.record",
            "web.element",
            "web.page",
            "web.script",
            "web.kinds_of_scripts",
            "web.SCRIPTS",
            "web.reader",
        ],
    ),
    "estimators": Page(
        "Estimators for scikit-learn",
        "scikit-learn 的估计器",
        ["MLPClassifier", "MLPRegressor", "TableEncoder", "register_skl2onnx"],
    ),
    "errors": Page(
        "Errors",
        "错误",
        [
            "ClearpropError",
            "DataError",
            "ParameterError",
            "GradientError",
            "DivergenceError",
            "EngineError",
            "ModelFileError",
        ],
    ),
}
_INTRODUCTION = {
    "en": "Generated from the docstrings, whose examples run in the tests.",
    "zh": "本页由源代码里的文档字符串生成，所以正文是英文；其中的例子都在测试里运行。",
}


def page(name: str, language: str) -> str:
    """The Markdown of a page: directives, which Sphinx fills from the docstrings."""
    shown = PAGES[name]
    title = shown.en if language == "en" else shown.zh
    directives = "\n".join(map(_directive, shown.names))
    return f"# {title}\n\n{_INTRODUCTION[language]}\n\n```{{eval-rst}}\n{directives}```\n"


def _directive(name: str) -> str:
    value = _value(name)
    if inspect.ismodule(value) and not callable(value):
        return f".. automodule:: clearprop.{name}\n   :members:\n"
    if name == "explain":  # the room and its function have one name
        return ".. autofunction:: clearprop.explain.explain\n"
    if isinstance(value, Mapping):  # tables and unions of types have no docstrings
        return f".. py:data:: clearprop.{name}\n\n   {', '.join(map(repr, value))}\n"
    if isinstance(value, UnionType):
        members = " or ".join(f":class:`clearprop.{member.__name__}`" for member in get_args(value))
        return f".. py:data:: clearprop.{name}\n\n   {members}\n"
    if not inspect.isclass(value):
        return f".. autofunction:: clearprop.{name}\n"
    kind = "exception" if issubclass(value, Exception) else "class"
    return f".. auto{kind}:: clearprop.{name}\n   :members:\n"


def _value(name: str) -> Any:
    room, _, last = name.rpartition(".")
    if room == "network":
        return import_module(f"clearprop.{name}")
    return getattr(import_module(f"clearprop.{room}") if room else clearprop, last)
