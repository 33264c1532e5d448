"""`ifh serve`: verification over HTTP, for trainers and other programs."""
