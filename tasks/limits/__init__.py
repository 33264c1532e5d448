"""Limits on received data: size, time, nesting and network addresses, for every reader of this package."""
