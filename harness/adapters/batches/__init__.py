"""Batches: many requests handed to a provider at once, at half the price, with the responses collected hours later."""
