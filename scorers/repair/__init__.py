"""What checkers need to change a draft: filler sentences, insertion, paragraphs."""
