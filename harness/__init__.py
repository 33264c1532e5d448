"""Run it, keep it, tell it: the harness around `tasks` and `scorers`."""

__version__ = "0.1.0"
