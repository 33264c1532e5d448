"""Plots of a comparison or a ranking: as rows for a page, and as SVG files."""
