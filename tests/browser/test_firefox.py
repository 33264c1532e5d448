"""The report in Firefox: read, filtered, compared and noted as in chromium, without a word on the console."""

from __future__ import annotations


def test_a_report_in_firefox(firefox, both, two_runs):
    samples, *_ = two_runs
    address = both.as_uri()
    firefox.open(f"{address}#sample={samples[0].id}")
    assert firefox.evaluate("document.querySelector('[role=status]').textContent") == "60 samples"
    firefox.press("j")
    firefox.wait(f"document.getElementById('detail-title').textContent.endsWith('{samples[1].id}')")
    top = "document.getElementById('browser').getBoundingClientRect().top"
    assert firefox.evaluate(f"{top} < innerHeight / 2"), "keys scroll to what they select"
    firefox.press("d", "m")
    firefox.wait("document.querySelectorAll('.rendered').length === 2")
    assert firefox.evaluate("[...CSS.highlights.get('differs')].map(String)") == ["One", "One,"]
    firefox.press("f")
    firefox.wait("document.querySelector('[role=status]').textContent === '40 of 60 samples'")
    firefox.press("n", "o", "d", "d", "Escape")
    firefox.wait("location.hash.includes('notes=')")
    noted = firefox.evaluate("location.hash")
    firefox.open(f"{address}{noted}", width=390, height=844)
    assert firefox.evaluate("document.getElementById('note').value") == "odd"
    assert firefox.evaluate("document.documentElement.scrollWidth <= 390")
    assert firefox.evaluate("getComputedStyle(document.querySelector('#tasks .ci')).display") != "none"
    assert firefox.trouble == []
