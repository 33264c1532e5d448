"""No fault that axe-core counts as serious or critical: in the light and the dark, on a screen and on a phone."""

from __future__ import annotations

import pytest
from driving import opened

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": PHONE}], ids=["screen", "dark phone"])
def test_axe_finds_no_serious_fault(browser, both, options):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    # The page allows no script but its own, so the checker runs past its policy.
    with opened(browser, both, "#markdown=1&diff=1", bypass_csp=True, **options) as page:
        page.wait_for_selector(".rendered")
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = {
            one["id"]: [node["target"][0] for node in one["nodes"]][:5]
            for one in found
            if one["impact"] in ("serious", "critical")
        }
        assert serious == {}
