"""The cuts of published verifiers: NLTK's words, Punkt's sentences."""
