"""Instructions on code and data in a response. ifharness parses them and never runs them."""
