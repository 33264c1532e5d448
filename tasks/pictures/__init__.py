"""Text drawn as pictures, the same bytes on every machine, and the files that hold them."""
