"""Notes and tags of a reader: in the address, in an exported file, never lost without a word."""

from __future__ import annotations

import json
from pathlib import Path

from driving import opened, status

NOTED = "1 sample with a note or tags, in the address of this page."
HOSTILE = "<img src=x onerror='window.pwned=1'> \u202e"


def write(page, tags, note):
    page.fill("#tags", tags)
    page.fill("#note", note)


def told(page, text):
    page.wait_for_function("text => document.getElementById('notebook').textContent.includes(text)", arg=text)


def test_a_note_is_in_the_address_and_is_found(browser, both, two_runs):
    samples, *_ = two_runs
    with opened(browser, both, f"#sample={samples[3].id}") as page:
        write(page, "odd, Look  again, odd", HOSTILE)
        told(page, NOTED)
        page.click(".top nav >> text=Tasks")
        page.wait_for_function("() => location.hash.includes('notes=')")
        address = page.evaluate("location.hash")
        page.locator("#compare details:has(.flips) summary").click()
        page.locator("#compare .flips a").first.click()
        page.wait_for_function("() => location.hash.includes('notes=')")
        assert page.input_value("#note") == "", "another sample has a note of its own"
    with opened(browser, both, address) as page:
        told(page, NOTED)
        assert (page.input_value("#tags"), page.input_value("#note")) == ("odd, Look again", HOSTILE)
        page.select_option("#by-show", "tag:Look again")
        status(page, "1 of 60 samples")
        badges = page.locator(".item .flag").all_inner_texts()
        assert badges[:3] == ["odd", "Look again", "note"]
        page.select_option("#by-show", "noted")
        page.fill("#search", "onerror=")
        status(page, "1 of 60 samples")
        page.click("#reset")
        status(page, "60 samples")
        told(page, NOTED)
        write(page, "", "")
        page.wait_for_function("() => !location.hash.includes('notes=')")
        assert page.locator("#export-notes").is_disabled()
        assert page.locator("#by-show option[value=noted]").count() == 0
        assert page.evaluate("window.pwned") is None


def test_notes_go_to_a_file_and_back(browser, both, two_runs):
    samples, *_ = two_runs
    with opened(browser, both) as page:
        write(page, "good", "Once more.")
        told(page, NOTED)
        with page.expect_download() as waiting:
            page.click("#export-notes")
        assert waiting.value.suggested_filename == "notes.json"
        record = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
        [row] = record["notes"]
        assert row == {"sample": samples[0].id, "epoch": 0, "tags": ["good"], "note": "Once more."}
    record["notes"] += [{"sample": "elsewhere", "epoch": 0, "tags": [], "note": "x"}, 7]
    record["notes"].append({"sample": samples[1].id, "tags": ["t" * 99], "note": HOSTILE})
    file = {"name": "notes.json", "mimeType": "application/json", "buffer": json.dumps(record).encode()}
    with opened(browser, both) as page:
        page.set_input_files("#import-file", [file])
        told(page, "2 notes imported; 2 belong to samples that this report does not have. 2 samples with a note")
        assert page.input_value("#note") == "Once more."
        page.keyboard.press("j")
        page.wait_for_function("() => document.getElementById('tags').value.length === 40")
        page.set_input_files("#import-file", [{**file, "buffer": b'{"format": 2}'}])
        told(page, "notes.json is not a file of notes: choose one that “Export notes” of a report has written.")
        told(page, "2 samples with a note")
        assert page.evaluate("window.pwned") is None


def test_what_the_address_cannot_hold_is_reported(browser, both, two_runs):
    samples, *_ = two_runs
    numbers = [" ".join(str(n * n * 7919 % 99991) for n in range(at, at + 600)) for at in range(0, 6000, 600)]
    notes = [{"sample": one.id, "note": text} for one, text in zip(samples, numbers, strict=False)]
    file = {"name": "n.json", "mimeType": "application/json"}
    file["buffer"] = json.dumps({"format": 1, "notes": notes}).encode()
    with opened(browser, both) as page:
        page.set_input_files("#import-file", [file])
        told(page, "They are too long for the address: export them before you close the page.")
        assert "notes=" not in page.url
        with page.expect_download():
            page.click("#export-notes")
        told(page, "They are too long for the address, and in the exported file.")
    with opened(browser, both, "#notes=AAAA") as page:
        told(page, "The notes in the address are damaged and were not read.")
        status(page, "60 samples")


def test_a_note_is_printed_and_an_empty_field_is_not(browser, both):
    with opened(browser, both) as page:
        write(page, "", "On paper.")
        told(page, NOTED)
        page.emulate_media(media="print")
        assert page.locator("#note").is_visible()
        page.emulate_media(media="screen")
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.wait_for_function("() => document.getElementById('note').value === ''")
        page.emulate_media(media="print")
        assert not page.locator("#note").is_visible()
