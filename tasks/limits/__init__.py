"""Limits on received data: size, time, nesting, kinds of values and network addresses, for every reader."""
