"""What all figures share: colours, letters, sentences, and how they become files."""

from __future__ import annotations

import html
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop.errors import ParameterError
from clearprop.language import HTML_LANG, catalogue
from clearprop.network.architecture import Network
from clearprop.storage.atomic import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ENDINGS", "Picture", "chinese_font", "sheet", "styled", "words"]

ENDINGS = (".png", ".svg", ".pdf")

# Okabe and Ito: told apart by the colour-blind, dark enough on white. Nothing is told by colour
# alone: lines are dashed or dotted, too, so that a grey print can be read.
BLUE, RED, GREEN, PURPLE, ORANGE = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"
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
    "Noto Sans CJK JP",  # the first face of Noto's collection, which has the Chinese signs, too
)
_DPI = 150


def words(key: str, lang: str, **values: Any) -> str:
    """A text of the catalogue, ``"table.entry"``, with its values put in.

    Examples
    --------
    >>> words("secant.theta", "zh", theta="θ")
    '参数 θ'
    """
    table, _, entry = key.partition(".")
    text: str = catalogue("clearprop.figures", lang)[table][entry]
    return text.format(**values)


def network_words(network: Network, rows: int, source: str, lang: str) -> str:
    """The line below a figure: which network it is of, and on which rows.

    Examples
    --------
    >>> network_words(Network((2, 3, 1), regularization=1.0), 40, "flowers.csv", "en")
    'flowers.csv, 40 rows; network 2-3-1, sigmoid, logistic cost, λ = 1'
    """
    return words(
        "shared.network",
        lang,
        source=source,
        rows=f"{rows:,}",
        sizes="-".join(map(str, network.layer_sizes)),
        activation=network.activation,
        cost=network.cost,
        regularization=f"{network.regularization:g}",
    )


def power_of_ten(value: float) -> str:
    """A small number as one reads it in a figure.

    Examples
    --------
    >>> power_of_ten(1.2e-8), power_of_ten(0.0)
    ('1.2×10⁻⁸', '0')
    """
    if value == 0:
        return "0"
    digits, exponent = f"{value:.1e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits}×10{raised}"


@contextmanager
def styled() -> Iterator[None]:
    """Matplotlib's settings while a figure is drawn or saved, and as they were afterwards."""
    import matplotlib

    chinese = chinese_font()
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
        "svg.fonttype": "none",  # text stays text: it can be read aloud, searched and edited
        "svg.hashsalt": "clearprop",  # the same figure, the same bytes
    }
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # whatever the user has set, a figure looks the same
        matplotlib.rcParams.update(settings)
        yield


def sheet(
    width: float, height: float, title: str, caption: str, columns: int = 1, **more: Any
) -> tuple[Figure, Any]:
    """A figure of so many inches, and its row of axes, with a title above and a caption below."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    layout = figure.get_layout_engine()
    assert layout is not None
    layout.set(w_pad=0.12, h_pad=0.12, wspace=0.03)  # type: ignore[call-arg]
    # Names of files may hold any sign; a dollar in one begins no formula.
    figure.suptitle(title, parse_math=False)
    if caption:
        figure.supxlabel(caption, parse_math=False, fontsize=11, color=SOFT)
    return figure, figure.subplots(1, columns, **more)


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure that is drawn, and its words for those who cannot see it.

    In a notebook it shows itself.

    Parameters
    ----------
    figure
        Matplotlib's, for whoever wants to add to it.
    title, description
        What it shows, in a phrase and in full with the numbers.
    lang
        The language of its words.

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
            For another ending; and for a picture in Chinese where no Chinese font is installed,
            but for SVG, which whoever opens it shows with a font of theirs.
        """
        ending = ending.lower()
        if ending not in ENDINGS:
            listed = ", ".join(ENDINGS[:-1])
            raise ParameterError(f"ending: expected {listed} or {ENDINGS[-1]}; got {ending!r}")
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
        with styled(), warnings.catch_warnings():
            # A sign of a file's name that no font has spoils the title and nothing else.
            warnings.filterwarnings("ignore", message=r"Glyph \d+")
            self.figure.savefig(data, format=ending[1:], dpi=_DPI, metadata=metadata[ending])
        return self._finished_svg(data.getvalue()) if ending == ".svg" else data.getvalue()

    def save(self, path: str | Path) -> None:
        """Write the picture, whole or not at all; the name's ending says which kind.

        Raises
        ------
        ParameterError
            As in :meth:`to_bytes`.
        ModelFileError
            Where no file can be written at `path`.
        """
        write_whole(path, self.to_bytes(Path(path).suffix))

    def _repr_svg_(self) -> str:
        return self.to_bytes(".svg").decode("utf-8")

    def _finished_svg(self, data: bytes) -> bytes:
        """With a description for screen readers, and fonts that some machine or other has."""
        text = data.decode("utf-8")
        # A hundredth of a point is finer than any screen, and makes smaller files.
        text = re.sub(r' d="[^"]*"', lambda d: re.sub(r"(\.\d\d)\d+", r"\1", d[0]), text)
        # Said once, where every text inherits it.
        text = re.sub(r"font-family: [^;\"]*(; )?", "", text)
        fonts = ", ".join(f"'{name}'" for name in (_LATIN, *_CHINESE))
        described = f"</title>\n <desc>{html.escape(self.description, quote=False)}</desc>"
        text = text.replace("</title>", described, 1)
        spoken = f'role="img" xml:lang="{HTML_LANG[self.lang]}"'
        opening = f'<svg {spoken} font-family="{fonts}, sans-serif" '
        return text.replace("<svg ", opening, 1).encode("utf-8")


def chinese_font() -> str | None:
    """The first installed font that has Chinese signs, or None."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    def first() -> str | None:
        names = {entry.name for entry in fontManager.ttflist}
        return next((name for name in _CHINESE if name in names), None)

    found = first()
    if found is None:
        # Matplotlib keeps its list in a file; a font may have come since.
        known = {entry.fname for entry in fontManager.ttflist}
        for path in sorted(set(findSystemFonts()) - known):
            with suppress(Exception):  # a font that Matplotlib cannot read
                fontManager.addfont(path)
        found = first()
    return found
