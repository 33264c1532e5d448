"""The wording of prompts: templates, phrasing, wordings learned from published sets."""
