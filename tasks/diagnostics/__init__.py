"""Diagnostics: did an answer do its task at all? Told beside the score and never in it.

An answer can follow every instruction and still be a copy of the article, about something else, or a heap of words.
"""

from .findings import FINDINGS, Diagnosis, DiagnosticFlag, diagnose
from .leak import HiddenText, Leak

__all__ = ["FINDINGS", "Diagnosis", "DiagnosticFlag", "HiddenText", "Leak", "diagnose"]
