"""format:output_template."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, cached_text, format_list

from ...demands import TEMPLATE
from ...repair.attempts import first_following

LABELS = ("My Answer:", "My Conclusion:", "Future Outlook:")
_LABEL = re.compile("|".join(rf"{re.escape(label[:-1])}[*_]*+:" for label in LABELS))
_WORD = re.compile(r"[^\W_]")


def _check_published(_: OutputTemplate, text: Text) -> Verdict:
    places = {label: text.raw.find(label) for label in LABELS}
    missing = [label for label, at in places.items() if at < 0]
    spans = [(at, at + len(label)) for label, at in places.items() if at >= 0]
    return Verdict.of(not missing, f"{format_list(missing)} missing" if missing else "all three labels found", spans)


@dataclass(frozen=True)
class OutputTemplate(Checker):
    """Demands a template of three labelled parts."""

    id = "format:output_template"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("My Answer: a My Conclusion: b Future Outlook: c"),
        Case("**My Answer**: a\n\n**My Conclusion:** b\n\nFuture Outlook: c", why="emphasis"),
    ]
    bad = [
        Case("Future Outlook: c My Conclusion: b My Answer: a", why="another order"),
        Case("My Answer:My Conclusion:Future Outlook:", why="nothing behind the labels"),
        Case("My answer: a My Conclusion: b Future Outlook: c"),
        Case("Sure! My Answer: a My Conclusion: b Future Outlook: c", why="something before the template"),
        Case("A My Answer: a My Conclusion: b Future Outlook: c", why="one letter before the template"),
        Case("My Answer: a " * 8, why="one label again and again"),
    ]

    def describe(self) -> str:
        return (
            "Use exactly this template for the whole response, with your text after each label: "
            "My Answer: [answer] My Conclusion: [conclusion] Future Outlook: [outlook]"
        )

    def check(self, text: Text) -> Verdict:
        found = list(_LABEL.finditer(text.raw))
        spans = [match.span() for match in found]
        labels = [re.sub("[*_]", "", match.group()) for match in found]
        if labels != list(LABELS):
            return Verdict.of(False, f"labels in this order: {format_list(labels[:6]) or 'none'}", spans)
        ends = [*(start for start, _ in spans[1:]), len(text.raw)]
        empty = [
            label
            for label, (_, at), end in zip(LABELS, spans, ends, strict=True)
            if not _WORD.search(text.raw, at, end)
        ]
        if empty:
            return Verdict.of(False, f"nothing behind {format_list(empty)}", spans)
        before = _WORD.search(text.raw, 0, spans[0][0])
        return Verdict.of(not before, "text before the template" if before else "all three parts in order", spans)

    def demands(self) -> Demands:
        return Demands(
            phase="form",
            parts=tuple(label[:-1] for label in LABELS),
            traits=(("white space", "between words"),),
            meanings=(TEMPLATE,),
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        body = _LABEL.sub("", draft).strip()
        spans = cached_text(body).sentences
        if len(spans) < 3:
            whole = f"My Answer: {body}\nMy Conclusion: Towns rest.\nFuture Outlook: Towns grow."
            return first_following(self, whole, _LEAST)
        one, two = spans[-2][0], spans[-1][0]
        parted = (
            f"My Answer: {body[:one].rstrip()}\nMy Conclusion: {body[one:two].rstrip()}\nFuture Outlook: {body[two:]}"
        )
        return first_following(self, parted, _LEAST)

    published = {
        "ifbench": PublishedVariant(
            why="The labels may come in any order, with nothing behind them and text before them, but without emphasis "
            "between a label and its colon.",
            source="IFBench OutputTemplateChecker",
            check=_check_published,
            good=(Case("Future Outlook: c My Conclusion: b My Answer: a"),),
            bad=(Case("**My Answer**: a My Conclusion: b Future Outlook: c"),),
        ),
    }


_LEAST = "My Answer: Towns rest.\nMy Conclusion: Towns wait.\nFuture Outlook: Towns grow."
