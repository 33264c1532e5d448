"""The report of a run, or of several: one self-contained HTML file."""

from .page import Draft, prepare, write_report

__all__ = ["Draft", "prepare", "write_report"]
