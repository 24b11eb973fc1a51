"""The doctor: from a learner's wrong gradient to its cause."""

from __future__ import annotations

from clearprop.doctor.diagnosis import Cause, Diagnosis
from clearprop.doctor.examine import diagnose, diagnose_callee
from clearprop.doctor.report.html import fragment, page
from clearprop.doctor.report.text import text
from clearprop.faces import bind

__all__ = ["Cause", "Diagnosis", "diagnose", "diagnose_callee"]

bind(Diagnosis, text=text, page=page, fragment=fragment)
