"""Diagnostics: did an answer do its task at all? Reported beside the score and never part of it.

An answer can follow every instruction and still be a copy of the article, about something else, or a heap of words.
"""

from .findings import FINDINGS, Diagnosis, DiagnosticFlag, diagnose
from .leak import HiddenText, Leak

__all__ = ["FINDINGS", "Diagnosis", "DiagnosticFlag", "HiddenText", "Leak", "diagnose"]
