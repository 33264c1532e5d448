"""Rendered Markdown next to a response: as Markdown reads, with no markup of the response, in bounded time."""

from __future__ import annotations

import corpus
from driving import opened

TEXT = """\
Title # not one
# First #
Two **bold *both*** and *slanted*, __strong__, snake_case_name, ~~gone~~, `a * b`, 2 * 3 * 4, \\*plain\\*,
[a link](https://example.org/x) and ![a picture](y.png)  
a new line <b>not bold</b>

3. three
4. four
   - inside

   still four
* other

> quoted
> - listed

| a | b \\| c |
| --- | :-: |
| 1 | **2** |

```html
<script>window.pwned = 1</script>

**as it is**
```
***
"""  # noqa: W291  # two blanks at the end of a line break it
SHAPE = "it => it.innerHTML"
WANTED = [
    "<p>Title # not one</p>",
    '<p class="heading level-1">First</p>',
    "<p>Two <strong>bold <em>both</em></strong> and <em>slanted</em>, <strong>strong</strong>, snake_case_name, "
    "<del>gone</del>, <code>a * b</code>, 2 * 3 * 4, *plain*,\n"
    '<span class="link">a link<span class="address"> (https://example.org/x)</span></span> and '
    '<span class="link">image: a picture<span class="address"> (y.png)</span></span><br>'
    "a new line &lt;b&gt;not bold&lt;/b&gt;</p>",
    '<ol start="3"><li><p>three</p></li><li><p>four</p><ul><li><p>inside</p></li></ul><p>still four</p></li></ol>',
    "<ul><li><p>other</p></li></ul>",
    "<blockquote><p>quoted</p><ul><li><p>listed</p></li></ul></blockquote>",
    "<table><thead><tr><th>a</th><th>b | c</th></tr></thead><tbody><tr><td>1</td><td><strong>2</strong></td></tr>"
    "</tbody></table>",
    "<pre><code>&lt;script&gt;window.pwned = 1&lt;/script&gt;\n\n**as it is**</code></pre>",
    "<hr>",
]
HARD = (
    "*a " * 20_000,
    "`" * 30_000 + " `" * 15_000,
    "# " + " " * 59_000 + "x",
    "- x\n" + "\n" * 59_000,
    "> " * 30_000,
    "|a" * 15_000 + "\n" + "|-" * 15_000 + "\n" + "a\n" * 5_000,
    "a" + " " * 59_000 + "b",
)
"""Texts on which a pattern that backtracks, or a search from each place, would take minutes."""


def test_markdown_is_shown_as_it_reads_next_to_the_response(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("markdown")
    samples = [corpus.question(n, instructions=(corpus.NO_COMMA,)) for n in range(2 + len(corpus.ATTACKS) + len(HARD))]
    texts = [TEXT, "plain", *corpus.ATTACKS, *HARD]
    said = [corpus.answer(one, text) for one, text in zip(samples, texts, strict=True)]
    run = corpus.score(folder, "markdown", samples, said)
    with opened(browser, corpus.report(folder, run), f"#sample={samples[0].id}") as page:
        assert page.locator(".rendered").count() == 0
        page.keyboard.press("m")
        rendered = page.locator(".rendered")
        rendered.wait_for()
        assert rendered.evaluate(SHAPE) == "".join(WANTED)
        assert page.locator(".said.response").inner_text().startswith("Title # not one\n# First #"), "raw stays"
        raw, beside = page.locator(".said.response").bounding_box(), rendered.bounding_box()
        assert (raw["y"], raw["x"] < beside["x"]) == (beside["y"], True)
        page.keyboard.press("j")
        page.wait_for_function("() => document.querySelector('.rendered').textContent === 'plain'")
        assert "markdown=1" in page.url
        for sample in samples[2:]:
            page.evaluate("id => { location.hash = `#markdown=1&sample=${id}` }", sample.id)
            page.wait_for_function(
                "id => document.getElementById('detail-title').textContent.endsWith(id)", arg=sample.id
            )
        assert page.locator("#detail a:not([href^='#'])").count() == 0
        assert page.locator("#detail :is(img, script, iframe, style, form:not(.note))").count() == 0
        assert page.evaluate("window.pwned") is None
