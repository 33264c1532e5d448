"""How fast ifharness itself is."""
