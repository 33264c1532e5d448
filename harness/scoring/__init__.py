"""From responses to verdicts to metrics; no network, no model."""
