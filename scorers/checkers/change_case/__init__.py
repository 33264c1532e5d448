"""Capital and small letters."""
