"""A comparison or a ranking for other programs: Markdown and data frames."""
