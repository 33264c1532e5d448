"""A cap on the memory that a received file may take once it is decoded."""

from __future__ import annotations

import os
import sys

from ..errors import InputLimitError

MEGABYTE = 1_000_000
DEFAULT_MB = 160
"""Megabytes; a set of 5,000 samples takes about 30."""
VARIABLE = "IFH_MAX_INPUT_MB"
"""Environment variable that sets another cap, for larger files that the user trusts."""
EXPANSION = 100
"""Bytes of content for each byte of a compressed file, beyond the cap; text compresses to a third, or to a tenth."""
_VALUE = 64
"""Bytes that a JSON value takes in memory beside its text."""
_ESCAPED = 4
"""Bytes in memory of each character of a text with an escaped emoji."""


def memory_cap() -> int:
    """Return the cap in bytes; raises `InputLimitError` for a variable that is no whole number."""
    given = os.environ.get(VARIABLE, "").strip()
    if not given:
        return DEFAULT_MB * MEGABYTE
    if not (given.isascii() and given.isdigit() and 0 < len(given) < 8 and int(given)):
        raise InputLimitError(f"{VARIABLE} is {given[:20]!r}, but must be a whole number of megabytes from 1")
    return int(given) * MEGABYTE


def check_expansion(name: object, size: int, packed: int) -> None:
    """Raise `InputLimitError` for content of `size` bytes if a file of `packed` bytes cannot honestly hold it."""
    if size > EXPANSION * packed and size > memory_cap():
        raise InputLimitError(
            f"{name}: the content is more than {EXPANSION} times as large as the file, and larger than "
            f"{memory_cap() // MEGABYTE} MB; decompress it first if you trust it, or allow more with "
            f"{VARIABLE}=MEGABYTES"
        )


class MemoryBudget:
    """Adds up what the values of one file take in memory; with `streaming`, of one record at a time.

    With `packed`, the bytes of a file, all its records together are checked as by `check_expansion`.
    """

    def __init__(self, name: object, *, streaming: bool = False, packed: int | None = None) -> None:
        self._name = name
        self._streaming = streaming
        self._packed = packed
        self._cap = memory_cap()
        self._used = self._before = 0

    @property
    def left(self) -> int:
        """Bytes that may still be used."""
        return self._cap - self._used

    def add_json(self, text: str) -> None:
        """Count a JSON text, before it is parsed; raises `InputLimitError`."""
        size = _ESCAPED * len(text) if "\\ud" in text or "\\uD" in text else sys.getsizeof(text)
        self.add(size + _VALUE * (text.count(",") + text.count("[") + text.count("{") + text.count(":")))

    def check_line(self, line: bytes) -> None:
        """Count a line of JSON that is parsed alone, if it is long; raises `InputLimitError`."""
        if len(line) > MEGABYTE:
            self.add_json(line.decode(errors="replace"))
            self._used = 0

    def end_record(self) -> None:
        """Forget a record that the caller does not hold any more; nothing without `streaming`."""
        if not self._streaming:
            return
        self._before += self._used
        self._used = 0
        if self._packed is not None:
            check_expansion(self._name, self._before, self._packed)

    def add_text(self, text: str) -> None:
        """Count a text; raises `InputLimitError`."""
        self.add(sys.getsizeof(text))

    def add_value(self, value: object) -> None:
        """Count a value with all that it contains; raises `InputLimitError`."""
        size, stack = 0, [value]
        while stack:
            item = stack.pop()
            size += sys.getsizeof(item)
            if isinstance(item, dict):
                stack.extend(item.values())
            elif isinstance(item, list):
                stack.extend(item)
        self.add(size)

    def add(self, size: int) -> None:
        """Count a number of bytes; raises `InputLimitError`."""
        self._used += size
        if self._used > self._cap:
            raise InputLimitError(
                f"{self._name}: the content takes more than {self._cap // MEGABYTE} MB of memory once it is "
                f"decompressed and decoded; use a part of it, or allow more with {VARIABLE}=MEGABYTES"
            )
