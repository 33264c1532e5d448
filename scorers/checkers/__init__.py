"""One folder a family, one file a kind of instruction."""
