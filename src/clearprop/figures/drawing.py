"""What all figures share: colours, fonts, sentences, and how they become files."""

from __future__ import annotations

import html
import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, fontManager

from clearprop.choices.options import PICTURES
from clearprop.errors import ParameterError
from clearprop.language import HTML_LANG, Sentences
from clearprop.network.architecture import Network
from clearprop.storage.atomic import write_whole

__all__ = ["Picture", "chinese_font", "sentences", "sheet", "styled"]

# The colours of Okabe and Ito: the colour-blind can tell them apart, and they are dark enough on
# white. Lines and markers differ as well, so that a grey print can be read.
BLUE, RED, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
INK, SOFT, FAINT = "#222222", "#5A5A5A", "#BDBDBD"

_LATIN = "DejaVu Sans"  # comes with Matplotlib
_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "Noto Sans CJK JP",  # the first face of Noto's collection has the Chinese characters too
)
_DPI = 150


def sentences(lang: str) -> Sentences:
    """The sentences of the figures in a language.

    Examples
    --------
    >>> say = sentences("zh")
    >>> say("surface.starts", n=12)
    '12 个随机起点'
    """
    return Sentences("clearprop.figures", lang)


def network_line(say: Sentences, network: Network, rows: int, source: str) -> str:
    """The line below a figure: which network it shows, and on which rows; "" without a source.

    Examples
    --------
    >>> network = Network((2, 3, 1), regularization=1.0)
    >>> network_line(sentences("en"), network, 40, "flowers.csv")
    'flowers.csv, 40 rows; network 2-3-1, sigmoid, logistic cost, λ = 1'
    """
    if not source:
        return ""
    return say(
        "shared.network",
        source=source,
        rows=f"{rows:,}",
        sizes="-".join(map(str, network.layer_sizes)),
        activation=network.activation,
        cost=network.cost,
        regularization=f"{network.regularization:g}",
    )


def power_of_ten(value: float) -> str:
    """A small number as figures show it.

    Examples
    --------
    >>> power_of_ten(1.2e-8), power_of_ten(0.0)
    ('1.2×10⁻⁸', '0')
    """
    if value == 0:
        return "0"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}×10{raised(int(exponent))}"


def raised(number: int) -> str:
    """A whole number in superscript.

    Examples
    --------
    >>> raised(-12)
    '⁻¹²'
    """
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


@contextmanager
def styled(*texts: str) -> Iterator[None]:
    """Set Matplotlib up while a figure is drawn or saved. The user's settings return afterwards.

    The figure uses a Chinese font only if `texts` contain Chinese characters.
    """
    chinese = chinese_font() if any(map(_has_chinese, texts)) else None
    settings: dict[Any, Any] = {
        "font.family": [_LATIN] if chinese is None else [_LATIN, chinese],
        "font.size": 13,
        "axes.titlesize": 13,
        "figure.titlesize": 15,
        "legend.fontsize": 12,
        "legend.frameon": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": SOFT,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "grid.alpha": 0.25,
        "lines.linewidth": 2,
        "figure.facecolor": "white",
        "svg.fonttype": "none",  # text stays text, which can be read aloud, searched and edited
        "svg.hashsalt": "clearprop",  # the same figure, the same bytes
    }
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a figure looks the same whatever the user has set
        matplotlib.rcParams.update(settings)
        yield


def sheet(
    width: float,
    height: float,
    title: str,
    caption: str,
    columns: int = 1,
    rows: int = 1,
    **more: Any,
) -> tuple[Figure, Any]:
    """A figure of this size in inches with rows of axes, a title above and a caption below."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    layout = figure.get_layout_engine()
    assert layout is not None
    layout.set(w_pad=0.12, h_pad=0.12, wspace=0.03)  # type: ignore[call-arg]
    # The name of a file may contain a dollar sign, which must not begin a formula.
    figure.suptitle(title, parse_math=False)
    if caption:
        figure.supxlabel(caption, parse_math=False, fontsize=11, color=SOFT)
    return figure, figure.subplots(rows, columns, **more)


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure that is drawn, and a description for those who cannot see it.

    A notebook shows it as SVG.

    Parameters
    ----------
    figure
        Matplotlib's figure, for users who want to add to it.
    title, description
        What it shows: in a phrase, and in sentences with the numbers.
    lang
        The language of its sentences.

    Examples
    --------
    >>> from clearprop.figures import compute_diagram, draw_diagram
    >>> picture = draw_diagram(compute_diagram(Network((3, 5, 4))))
    >>> picture.title
    'Network 3-5-4'
    >>> b"<title>Network 3-5-4</title>" in picture.to_bytes(".svg")
    True
    """

    figure: Figure
    title: str
    description: str
    lang: str = "en"

    def to_bytes(self, ending: str) -> bytes:
        """The picture as a file of that kind: ``".svg"``, ``".png"`` or ``".pdf"``.

        Raises
        ------
        ParameterError
            For another ending. For a Chinese picture too, if no Chinese font is installed; an SVG
            needs none, because the reader's machine brings the font.
        """
        ending = ending.lower()
        if ending not in PICTURES:
            listed = ", ".join(PICTURES[:-1])
            raise ParameterError(f"ending: expected {listed} or {PICTURES[-1]}; got {ending!r}")
        if self.lang == "zh" and ending != ".svg" and chinese_font() is None:
            raise ParameterError(
                f"lang: zh in a {ending} needs a Chinese font, and none is installed; install one "
                "(Debian: apt-get install fonts-wqy-zenhei) or write an .svg"
            )
        metadata = {
            ".svg": {"Date": None, "Creator": None, "Title": self.title},
            ".png": {"Software": None, "Title": self.title},
            ".pdf": {"CreationDate": None, "Title": self.title},
        }
        data = io.BytesIO()
        with styled(self.title), warnings.catch_warnings():
            # The name of a file may contain a character that no font has. A box stands for it.
            warnings.filterwarnings("ignore", message=r"Glyph \d+")
            self.figure.savefig(data, format=ending[1:], dpi=_DPI, metadata=metadata[ending])
        return self._finished_svg(data.getvalue()) if ending == ".svg" else data.getvalue()

    def save(self, path: str | Path) -> None:
        """Write the picture, whole or not at all. The ending of the name says which kind.

        Raises
        ------
        ParameterError
            As in :meth:`to_bytes`.
        ModelFileError
            If no file can be written at `path`.
        """
        write_whole(path, self.to_bytes(Path(path).suffix))

    def _repr_svg_(self) -> str:
        return self.to_bytes(".svg").decode("utf-8")

    def _finished_svg(self, data: bytes) -> bytes:
        """The SVG with a description for screen readers, and with the fonts of many systems."""
        text = data.decode("utf-8")
        # Two decimals of a point are finer than any screen, and the file is smaller.
        text = re.sub(r' d="[^"]*"', lambda d: re.sub(r"(\.\d\d)\d+", r"\1", d[0]), text)
        # The font family stands once, at the top, and every text inherits it.
        text = re.sub(r"font-family: [^;\"]*(; )?", "", text)
        fonts = ", ".join(f"'{name}'" for name in (_LATIN, *_CHINESE))
        described = f"</title>\n <desc>{html.escape(self.description, quote=False)}</desc>"
        text = text.replace("</title>", described, 1)
        spoken = f'role="img" xml:lang="{HTML_LANG[self.lang]}"'
        opening = f'<svg {spoken} font-family="{fonts}, sans-serif" '
        return text.replace("<svg ", opening, 1).encode("utf-8")


# Draws what was computed, in the language that it is given.
Drawer = Callable[[str], Picture]


def chinese_font() -> str | None:
    """The first installed font that has Chinese characters, or None."""
    found = _first_known()
    if found is None:
        # Matplotlib keeps its list of fonts in a file; a font may have been installed since.
        known = {entry.fname for entry in fontManager.ttflist}
        for path in sorted(set(findSystemFonts()) - known):
            with suppress(Exception):  # a font that Matplotlib cannot read
                fontManager.addfont(path)
        found = _first_known()
    if found is not None:
        _allow_normal_weight(found)
    return found


def _first_known() -> str | None:
    names = {entry.name for entry in fontManager.ttflist}
    return next((name for name in _CHINESE if name in names), None)


def _allow_normal_weight(name: str) -> None:
    """Let Matplotlib use this font for text of normal weight.

    WenQuanYi Zen Hei has one weight only, which it calls 500. Figures ask for the normal weight,
    400, so Matplotlib logged a warning for every size of text. An entry of weight 400 for the
    same file answers them.
    """
    entries = [entry for entry in fontManager.ttflist if entry.name == name]
    if all(entry.weight not in (400, "normal", "regular") for entry in entries):
        fontManager.ttflist.append(replace(entries[0], weight=400))


def _has_chinese(text: str) -> bool:
    return any(unicodedata.east_asian_width(c) in "WF" for c in text)
