"""Request and response bodies of the providers' formats; pure functions."""
