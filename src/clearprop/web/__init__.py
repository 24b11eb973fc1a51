"""The elements in a page: the script that defines them, and the record that each of them shows.

The script holds the C++ core as WebAssembly, so a page computes with the engine itself. It is built
from ``web/`` and travels in the package. It asks for nothing, so pages work from ``file://``.
"""

from clearprop.web.element import element, script
from clearprop.web.record import record

__all__ = ["element", "record", "script"]
