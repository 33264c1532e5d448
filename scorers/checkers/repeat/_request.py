"""What the instructions to repeat share: they are never drawn, and the request is shown above them."""

from __future__ import annotations

REQUESTS = (
    "Describe the harbour town in winter and name two of its bridges.",
    "Explain in brief why farmers visit the old library each year.",
)
"""Own requests, for documentation and tests."""
TYPOGRAPHY = str.maketrans(dict.fromkeys("’‘ʼ", "'") | dict.fromkeys("“”„", '"') | dict.fromkeys("‐‑", "-"))
AROUND = " \t\r\n\"'“”‘’*_`"


def plain(text: str) -> str:
    """Return `text` with plain quotes and hyphens."""
    return text if text.isascii() else text.translate(TYPOGRAPHY)


def empty(request: str) -> str:
    """Say that the published verifier raises on an empty request, or ""."""
    return "" if request else "prompt_to_repeat is empty, and the published verifier raises on that"
