"""The elements in a page: the script that defines them, and the record that each of them shows.

The script holds the C++ core as WebAssembly, so a page computes with the engine itself. It is built
from ``web/`` and travels in the package. It asks for nothing, so pages work from ``file://``.

Examples
--------
>>> from clearprop import Network, web
>>> made = web.record(Network((2, 1)), [0.0, 1.0, -1.0], [[3.0, 1.0]], [1])
>>> web.element("clearprop-network", made, lang="zh")[:64]
'<clearprop-network lang="zh-CN"><script type="application/json">'
"""

from clearprop.web.element import SCRIPTS, element, kinds_of_scripts, page, script
from clearprop.web.reader import reader
from clearprop.web.record import record

__all__ = ["SCRIPTS", "element", "kinds_of_scripts", "page", "reader", "record", "script"]
