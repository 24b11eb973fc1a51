"""Is a gradient right? Differences, the complex step, Taylor's remainder, and the check itself."""

from clearprop.faces import bind
from clearprop.gradients.report import GradientReport
from clearprop.gradients.report_html import report_fragment
from clearprop.gradients.report_text import report_text

__all__ = ["GradientReport"]

bind(GradientReport, text=report_text, fragment=report_fragment)
