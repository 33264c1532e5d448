"""How a run ends early: interrupts, cancellation from another thread, and who learns of it."""
