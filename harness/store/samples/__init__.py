"""The samples of a results folder: more of them in time, and the pictures that they have."""
