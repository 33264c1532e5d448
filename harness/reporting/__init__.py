"""The report of a run, or of several: one self-contained HTML file."""

from .page import ReportDraft, prepare_report, write_report

__all__ = ["ReportDraft", "prepare_report", "write_report"]
