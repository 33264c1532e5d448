"""Settings of the documentation site: `make site` builds docs/ into site/, searchable and readable offline."""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "ifharness"
author = "the ifharness authors"
copyright = "the ifharness authors, Apache-2.0"
release = version_of("ifharness")
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["__pycache__"]
html_theme = "furo"
html_title = "ifharness"
html_copy_source = False
html_show_sphinx = False
myst_heading_anchors = 4
# Links to files beside docs/ (README, configs) are for readers of the repository; tests/test_docs.py checks them.
suppress_warnings = ["myst.xref_missing"]
