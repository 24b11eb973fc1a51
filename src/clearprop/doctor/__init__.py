"""The doctor: from a learner's wrong gradient to its cause.

Examples
--------
>>> from clearprop import doctor
>>> doctor.mistakes_page("en").splitlines()[0]
'# Why is my gradient wrong?'
"""

from __future__ import annotations

from clearprop.doctor.diagnosis import Cause, Diagnosis
from clearprop.doctor.examine import diagnose, diagnose_callee
from clearprop.doctor.report.html import fragment, page
from clearprop.doctor.report.mistakes_page import mistakes_page
from clearprop.doctor.report.text import text
from clearprop.faces import bind

__all__ = ["Cause", "Diagnosis", "diagnose", "diagnose_callee", "mistakes_page"]

bind(Diagnosis, text=text, page=page, fragment=fragment)
