"""A response cut up: words, sentences, paragraphs, Markdown, language, extraction."""
