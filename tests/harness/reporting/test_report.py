"""The HTML report: whole, without foreign parts, readable, also when every text in it is hostile."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
import zlib
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from reporting import ACTING, HOSTILE, NO_COMMA, a_row, page, the_run

from harness import reporting
from harness.errors import StoreError
from harness.reporting import ReportDraft, payload, write_report
from harness.reporting.payload import Payload
from harness.scoring.breakdowns.cutoff import ByTrainingCutoff, CutoffPart
from harness.scoring.results import UnscoredSample
from harness.scoring.summary import summarize
from scorers import Verdict
from tasks.diagnostics import DiagnosticFlag


class Page(HTMLParser):
    """What a browser sees: tags, attributes, text; insists that tags are closed in order."""

    VOID = ("meta", "br", "wbr")

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.open, self.texts, self.raw = [], [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag in ("script", "style"):
            self.raw.append([tag, dict(attrs), ""])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] in (["script"], ["style"]):
            self.raw[-1][2] += data
        else:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    @property
    def index(self):
        return self._packed()[0]

    @property
    def records(self):
        return [record for block in self._packed()[1:] for record in block]

    def _packed(self):
        texts = [text for _, attributes, text in self.raw if attributes.get("class") == "packed"]
        return [json.loads(zlib.decompress(base64.b64decode(text), -15)) for text in texts]


def test_the_page_is_whole_and_fetches_nothing(tmp_path):
    html = page(tmp_path, *the_run(), info={"config": HOSTILE, "plan": {"model": HOSTILE, HOSTILE: [HOSTILE]}})
    found = Page(html)
    assert not {"img", "link", "iframe", "object", "embed", "base", "form"} & set(found.tags)
    for name, value in found.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "srcset", "action", "style")
        assert name != "href" or value.startswith("#")
        # Attributes hold nothing of what a model or a provider said.
        assert "evil" not in (value or "")
    [style, *packed, script] = found.raw
    assert [kind for kind, *_ in found.raw] == ["style", *["script"] * (len(packed) + 1)]
    assert {attributes["type"] for _, attributes, _ in packed} == {"text/plain"}
    assert all(re.fullmatch(r"[A-Za-z0-9+/=]+", text) for *_, text in packed)
    assert script[1] == {}
    assert "url(" not in style[2]
    assert "@import" not in style[2]


def test_a_browser_runs_our_script_and_no_other(tmp_path):
    found = Page(page(tmp_path, *the_run()))
    [policy] = [value for name, value in found.attributes if name == "content" and "default-src" in value]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy
    for rule, (_, _, text) in (("style-src", found.raw[0]), ("script-src", found.raw[-1])):
        assert rules[rule] == f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
    script = found.raw[-1][2]
    for sink in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "fetch(", "http"):
        assert sink not in script
    assert not re.search("</script|<!--", script, re.IGNORECASE)


def test_hostile_text_is_shown_and_does_not_act(tmp_path):
    html = page(tmp_path, *the_run(), info={"config": HOSTILE, "plan": {"model": HOSTILE, HOSTILE: [HOSTILE]}})
    assert not [c for c in html if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]
    found = Page(html)
    text = found.text
    assert text.count("<script>alert(1)</script>") >= 5
    assert "\\x1b[31mred" in text
    assert "\\u202egnp.exe" in text
    assert "\\ud800" in text
    assert "{{ 7 * 7 }}" in text
    assert "&amp;" in text
    # What was said is packed as it was said: places count its characters. The script neutralises what it shows.
    first = found.records[0]["answers"][0]
    assert (first["text"], first["thinking"]) == (HOSTILE, HOSTILE)
    characters = re.compile(f"[{found.index['acting']}{found.index['joiners']}]")
    assert all(characters.search(acting) for acting in ACTING)


def test_what_is_said_stands_in_isolation(tmp_path):
    summary, rows, unscored = the_run("שלום, עולם, one two three four")
    lost = [replace(unscored[0], cause="שלום", message="שלום")]
    info = {"config": "שלום", "plan": {"model": "שלום"}}
    html = page(tmp_path, replace(summary, failures={"שלום": 1}), rows, lost, info)
    style = html.split("<style>")[1].split("</style>")[0]
    assert re.search(r"\.said \{[^}]*unicode-bidi: isolate", style)
    assert html.count("שלום") >= 6
    for place in re.finditer("שלום", html):
        before = html[: place.start()]
        opened = max(before.rfind("<bdi>"), before.rfind("<title>"), before.rfind('<p class="counts">'))
        assert opened > max(before.rfind("</bdi>"), before.rfind("</title>"), before.rfind("</p>"))


def test_the_page_tells_the_run(tmp_path):
    summary, rows, unscored = the_run("One, two, three, four.")
    found = Page(page(tmp_path, summary, rows, unscored))
    for expected in (
        "quickstart, smol",
        "scored 4 of 5; floor 16.7",
        "truncated 1",
        "unscored 1 (bug 1)",
        "bug 1 One, two, three, four.",
        "None of these counts against the model.",
        "summarize 0.0 0.0 to 84.2 0.0 0.0 0 2",
        "plan.model smol",
    ):
        assert expected in found.text, expected
    index, records = found.index, found.records
    assert index["tasks"] == ["summarize", "paraphrase"]
    _, task, article, ids, marks, place = index["samples"][0]
    assert index["rows"]["sample"] == ["id", "task", "article", "ids", "marks", "place", "picture"]
    assert (task, article, place) == (0, "article 0", 0)
    assert [index["ids"][i] for i in ids] == ["punctuation:no_comma", "length_constraints:number_words"]
    assert dict(zip(index["rows"]["scored"], marks[0], strict=False)) == {
        "run": 0, "epoch": 0, "strict": "00", "loose": "", "flags": 1,
    }, "without diagnosis there are no findings, and the row ends before them"  # fmt: skip
    assert index["flags"][0] == "truncated"
    assert [sample[4] for sample in index["samples"]][-1] == [[0, 0, index["causes"].index("bug")]]
    [answer] = records[0]["answers"]
    assert answer["verdicts"][0] == ["3 commas, at line 1; none is allowed", [3, 1, 4, 1, 6, 1], 0]
    assert records[0]["asked"][0] == "Do not write a single comma, not even within a number."
    assert records[0]["turns"] == [["user", "prompt 0 One, two, three, four."]]
    told = ("model served-model", "stop length", "tokens input 7, output 3", "0.25 s, 1 attempt")
    assert tuple(answer["facts"][:4]) == told
    assert records[-1]["answers"] == [
        {"message": "One, two, three, four.", "text": "One, two, three, four."}
        | {"facts": records[-1]["answers"][0]["facts"]}
    ]


def test_a_loose_pass_and_places_left_out_are_told(tmp_path):
    row = a_row(text="one two", instructions=(NO_COMMA,))
    strict = Verdict.of(False, "60 places", [(0, 1)] * 60)
    row = replace(row, strict=[strict], loose=[Verdict(True, "0 commas (read without the first line)")])
    found = Page(page(tmp_path, summarize([row.sample], [row], rules="audited"), [row]))
    [verdict] = found.records[0]["answers"][0]["verdicts"]
    assert verdict[2:] == [10, "0 commas (read without the first line)"]
    assert found.index["samples"][0][4] == [[0, 0, "0", "1", 0]]


def test_scores_on_both_sides_of_a_cutoff_are_told(tmp_path):
    summary, rows, unscored = the_run("One, two, three, four.")
    parted = replace(summary, by_cutoff=ByTrainingCutoff("2025-06", CutoffPart(3, 81.25), CutoffPart(1, None), 0))
    found = Page(page(tmp_path, parted, rows, unscored))
    assert "model's cut-off 2025-06 responses IF after it 3 81.2 before it 1 -" in found.text


def test_a_report_of_a_large_run_says_what_it_leaves_out(tmp_path):
    rows = [a_row(text="Two words.", number=number) for number in range(5)]
    lost = [UnscoredSample(a_row(number=number).sample, 0, "timeout") for number in range(10, 13)]
    summary = summarize([one.sample for one in [*rows, *lost]], rows, lost, rules="audited")
    draft = ReportDraft(2)
    for result in (*rows, *lost):
        draft.add(result)
    draft.write(tmp_path / "report.html", {}, summary)
    found = Page((tmp_path / "report.html").read_text())
    assert "This page has only the first 2 of 5 responses and the first 2 of 3 unscored samples" in found.text
    assert len(found.records) == 4
    assert "summarize 100.0" in found.text
    assert re.search(r"summarize 100\.0 [^ ]+ to 100\.0 100\.0 100\.0 3 5", found.text), "charts are of all answers"


def test_the_same_run_gives_the_same_bytes_and_rows_may_stream(tmp_path):
    summary, rows, unscored = the_run()
    first = page(tmp_path, summary, rows, unscored)
    assert page(tmp_path, summary, iter(rows), iter(unscored)) == first
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_nothing_scored_still_makes_a_page(tmp_path):
    row = a_row()
    unscored = [UnscoredSample(row.sample, 0, "timeout", "no answer in 120 s")]
    html = page(tmp_path, summarize([row.sample], [], unscored, rules="audited"), [], unscored)
    text = Page(html).text
    assert "- IF score" in text
    assert "scored 0 of 1" in text
    assert "timeout 1 no answer in 120 s" in text


def test_a_page_that_cannot_be_written_is_a_store_error(tmp_path):
    summary, rows, unscored = the_run()
    with pytest.raises(StoreError, match=r"report\.html: cannot be written: .*create the folder .*missing first"):
        write_report(tmp_path / "missing" / "report.html", {}, summary, rows, unscored)


def test_a_page_is_replaced_whole(tmp_path):
    summary, rows, unscored = the_run()
    first = page(tmp_path, summary, rows, unscored)

    def torn():
        yield rows[0]
        raise StoreError("the journal ends here")

    with pytest.raises(StoreError, match="ends here"):
        write_report(tmp_path / "report.html", {}, summary, torn(), unscored)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == first


def palettes():
    """Return the colours of the page in the light, in the dark, and in the dark of a system."""
    folder = Path(reporting.__file__).parent / "static"
    style = "".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in ("app", "media"))
    blocks = re.findall(r"^\s*:root[^{\n]*\{([^}]*--paper[^}]*)\}", style, re.MULTILINE)
    return [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+)", block)) for block in blocks]


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """The ratio of WCAG 2, in 1..21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_can_be_read_in_the_light_and_in_the_dark():
    light, dark, by_system, _ = palettes()
    assert dark == by_system
    for colours in (light, dark):
        texts = [
            (ink, ground) for ink in ("ink", "soft", "accent", "yes", "no") for ground in ("paper", "panel", "sunk")
        ]
        texts += [(f"c{i}", ground) for i in range(6) for ground in ("paper", "panel")]
        texts += [("ink", f"h{i}") for i in range(2, 9)] + [("edge", "h0"), ("edge", "h10")]
        texts += [("ink", "mark-yes"), ("ink", "mark-no"), ("lit-ink", "lit"), ("warn-ink", "warn"), ("ink", "hit")]
        for text, ground in texts:
            assert contrast(colours[text], colours[ground]) >= 4.5, (
                text,
                ground,
                contrast(colours[text], colours[ground]),
            )
        for ground in ("h1", "h9"):
            assert contrast("#14161a", colours[ground]) >= 4.5, ground


def test_a_mask_that_the_script_cannot_read_is_refused():
    row = a_row(text="One.", instructions=(NO_COMMA,))
    flags = [DiagnosticFlag(f"flag {number}", "why") for number in range(32)]
    with pytest.raises(ValueError, match="bit 31 does not fit"):
        Payload().add(row.sample, [(0, row)], findings=[flags])


def test_the_script_reads_rows_by_the_names_in_the_payload():
    scripts = Path(payload.__file__).parent.glob("static/js/*.js")
    text = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
    for kind, names in payload.ROWS.items():
        assert f"'{kind}'" in text
        assert all(re.search(rf"\b{name}\b", text) for name in names)
    assert not re.search(r"(?:mark|rest|verdict|turn|row)\[\d\]", text), "a position instead of a name"
