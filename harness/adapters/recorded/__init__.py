"""Responses that are in a file already, in each of the formats that ifharness reads."""
