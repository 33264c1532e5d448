"""IFBench's instructions: verdict, reason and places in every book, held by a hash for each id.

The published verdicts say what is followed; these hashes also hold what a user reads (reasons, marked places,
sentences, the bounds of parameters, what is drawn for a seed) and what the witness search works with (demands and
repairs). If a change is meant, `python tests/scorers/test_recorded_verdicts.py --record` records the new ones, and the
changelog line of a changed verdict is marked **score**.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import sys
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
import tomli_w

import scorers
from scorers.context import Context
from scorers.testing.tools import pinning

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "verdicts.toml"
SHARED = ROOT.parent / "shared"
CASES = SHARED / "parity" / "ifbench_cases.jsonl.gz"
AGAIN = "python tests/scorers/test_recorded_verdicts.py --record"
BOOKS = ("audited", "ifbench", "livebench")
OWN, PUBLISHED = "own", "published"
MOST_TEXTS = 30
MOST_EDITS = 10
"""Places at which a text is edited in each way."""
DRAWS = 5
"""Instructions drawn in each context."""
OPENING = (
    "The harbour opened its library again. Farmers carried chairs while children counted every broken window. " * 6
)
CONTEXTS = (
    Context(request=OPENING),
    Context(request=OPENING, opening=OPENING, answer_share=0.8),
    Context(request=OPENING, opening=OPENING, answer_share=0.5, repeats=True),
)
TAGGED = "words:start_verb"
"""Needs data that is in no package."""
TEXTS = (
    "",
    "   \n",
    "One.",
    "The Mill of Hale stood idle.\n\nAnna and Bert (who came late) said: “no, never” - why?\n\n* one\n* two\n  - three",
    "1. 7, 14; 21\r\n2. 28\r\n<i>Thesis.</i> She sells sea shells 😀! Noon, level, radar.",
    "# Title Of It\n| a | b |\n|---|---|\n| 1 | 2 |\n***\nTwo. Three? Four!\n\nP.S. x, y, and z; but not w.",
    "\n".join(f"{' ' * step}Step {step} ends." for step in range(10)),
    "\n".join(f"{' ' * step}Step {step} ends here." for step in range(11)),
    "“Don’t,” said the café’s cook — ‘it’s’ … 42!? A naïve Straße. Was? 三つの山。 Écoute, æon ʼtis. a's é ß 3rd",
    "... - \n\n“” '' \"\" !? — \n\n( [ {\n\n*",
    "```\nopen code. It runs?\n",
    "One two one.\r\n\r\nTwo three two. Two is kind, kind of.\r\n\r\n\r\n'Level' \"(civic)\" (or 'a \"b' c\") end!",
    "彼は来た。海は青い。\n\n* 山\n* 川\n\n가방 각시",
    "She _left._ He “stayed.”\n* oceans adore\n1. oceans adore it\n* ruin it",
    "Good ☀️ day 👩‍👩‍👧. © 2020 ™! 🇺🇸? Fine 😀\n😀 Next 1️⃣. Bye 😀😀 now. 😀© so.",
)
DRAFTS = (
    *TEXTS,
    *(" ".join(f"Step {step} ends." for step in range(steps)) for steps in (7, 8, 9)),
    "- big boats sail on a b\n- big boats sail on a b\n\nOceans adore; oceans adore. Ruin it, you'll see “us”.”)]",
    OPENING,
    "# The Mill\n\nthe old mill, idle since May, stood by the river. who owned it? Nine men did! We sell.\n\n"
    "“Sell it,” said Anna and Bert... but the miller's boat came; no café (or inn) opened.\n\n- old boats\n- new boats",
    "It rained. It rained again? It rained all day! 😀 And so did it 3 times, on 14 boats, for 1,000 people (or more)",
)
"""What repairs are given."""
IDS = [id for id in scorers.ids() if "ifbench" in scorers.load(id).rule_books]


def verdicts(text, record):
    """Return what each book says of a text, in both modes; an error in words, but where it names a folder."""
    found = []
    for book in BOOKS:
        try:
            both = scorers.verify_both(text, [record], rules=book)
        except scorers.ScorersError as error:
            found.append(f"{type(error).__name__}: {'' if record['id'] == TAGGED else error}")
            continue
        found += [[one.followed, one.reason, one.spans] for mode in both for one in mode]
    return found


def cases_of(checker):
    variants = checker.published.values()
    return [*checker.good, *checker.bad, *(case for one in variants for case in (*one.good, *one.bad))]


@cache
def texts_of(family):
    """Return texts of the family's cases, evenly chosen, and those that go with any id."""
    found = dict.fromkeys(case.text for id in IDS if id.startswith(f"{family}:") for case in cases_of(scorers.load(id)))
    step = max(1, len(found) // MOST_TEXTS)
    return (*TEXTS, *list(found)[::step])


@cache
def published():
    found = {}
    with gzip.open(CASES, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            found.setdefault(record["id"], []).append((record["response"], {"id": record["id"], **record["kwargs"]}))
    return found


def evenly(found):
    """Return a few of the items, from the first one on."""
    return found[:: max(1, -(-len(found) // MOST_EDITS))]


def edited(text):
    """Yield a text with one word or line less, with two lines swapped, with another number, with other ends."""
    for at in evenly(list(re.finditer(r"\S+\s*", text))):
        yield text[: at.start()] + text[at.end() :]
    lines = text.splitlines(keepends=True)
    for number in evenly(range(len(lines))) if len(lines) > 1 else ():
        yield "".join(lines[:number] + lines[number + 1 :])
        yield "".join(lines[:number] + lines[number : number + 2][::-1] + lines[number + 2 :])
    for at in evenly(list(re.finditer(r"\d+", text))):
        for step in (-1, 1):
            yield f"{text[: at.start()]}{int(at.group()) + step}{text[at.end() :]}"
    yield from (
        f"Here it is.\n{text}",
        f"Here it is, in order:\n{text}",
        f"A {text}",
        f"{text}\nThat is all.",
        f'"{text}"',
        f"```\n{text}\n```",
        text.lower(),
        text.replace(".", "?"),
        text.replace(",", ";"),
        text.upper(),
    )


def with_other_values(params):
    """Yield the parameters with one at a time changed: a number at, below and beside its bounds, an odd string."""
    for name, value in params.items():
        if type(value) in (int, float):
            yield from ({**params, name: other} for other in (None, -9, -1, 0, 1, value - 1, value + 1, 10**6))
        elif isinstance(value, str):
            others = ["", " ", "two words", f" {value}", *(other for other in params.values() if other != value)]
            yield from ({**params, name: other} for other in others)
    yield {name: "" if isinstance(value, str) else 0 for name, value in params.items()}


def own(id):
    checker = scorers.load(id)
    cases = cases_of(checker)
    pairs = [(case.text, {"id": id, **case.params}) for case in cases]
    usual = {json.dumps(case.params, sort_keys=True): case.params for case in checker.good}
    pairs += [
        (text, {"id": id, **params}) for params in list(usual.values())[:2] for text in texts_of(id.partition(":")[0])
    ]
    pairs += [(text, {"id": id, **case.params}) for case in checker.good for text in edited(case.text)]
    pairs += [(text, {"id": id}) for text in TEXTS]  # a published verifier draws a parameter that is missing
    for case in checker.good:
        pairs += [(case.text, {"id": id, **params}) for params in with_other_values(case.params)]
    about = [[name, param.kind, param.doc, param.range] for name, param in checker.params().items()]
    built = [checker.from_params(params) for params in usual.values()]
    sentences = [one.describe() for one in built]
    about.append(
        [
            checker.drawn,
            checker.draw_error(),
            checker.missing_data(),
            [checker.applies_to(context) for context in CONTEXTS],
        ]
    )
    pool = drawn(checker)
    about.append([one.to_json() for one in pool])
    about.append([[repr(one.demands()), one.range_error()] for one in (*built, *pool)])
    return [about, sentences, repaired(checker, pool), [verdicts(*pair) for pair in pairs]]


def repaired(checker, pool):
    """Return what becomes of many drafts: of texts of any kind, of the family's, of the checker's own, edited."""
    if checker.repair is scorers.Checker.repair:
        return []
    cases = [(checker.from_params(case.params), case.text) for case in (*checker.good, *checker.bad)]
    cases = [(one, text) for one, text in cases if not one.range_error()]
    pairs = [(one, text) for one in (*pool[::DRAWS], *dict.fromkeys(one for one, _ in cases)) for text in DRAFTS]
    pairs += [(one, text) for one, _ in cases[:2] for text in texts_of(checker.id.partition(":")[0])]
    pairs += [(one, draft) for one, text in cases for draft in (text, *edited(text))]
    return [one.repair(draft) for one, draft in dict.fromkeys(pairs)]


def drawn(checker):
    """Return instructions that a pool would hold, drawn where the length of an answer is known and where it is not."""
    if checker.draw_error():
        return []
    found = [checker.draw(Random(str(seed)), context) for context in CONTEXTS for seed in range(DRAWS)]
    pinned = {name: pinning(checker, name, getattr(found[0], name)) for name in checker.params()}
    limits = [pinned, *({name: limit} for name, limit in pinned.items())]
    near = [replace(context, limits=limit) for context in CONTEXTS[:2] for limit in limits]
    return found + [checker.draw(Random("limits"), context) for context in near]


def digest(value):
    text = json.dumps(value, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def recorded():
    return tomllib.loads(GOLDEN.read_text(encoding="utf-8"))


def needs_tagger(id):
    if missing := scorers.load(id).missing_data():
        pytest.skip(missing)


@pytest.mark.parametrize("id", IDS)
def test_verdicts_reasons_and_places_of_own_texts(id):
    needs_tagger(id)
    assert digest(own(id)) == recorded()[OWN][id], f"{id}: says something else than recorded; if meant: {AGAIN}"


@pytest.mark.skipif(not CASES.is_file(), reason=f"the published cases are not there ({CASES})")
@pytest.mark.parametrize("id", IDS)
def test_verdicts_reasons_and_places_of_published_texts(id):
    found = digest([verdicts(*pair) for pair in published()[id]])
    assert found == recorded()[PUBLISHED][id], f"{id}: says something else than recorded; if meant: {AGAIN}"


if __name__ == "__main__":
    if sys.argv[1:] != ["--record"]:
        sys.exit(f"usage: {AGAIN}")
    os.environ.setdefault("NLTK_DATA", str(SHARED / "nltk_data"))
    held = {
        OWN: {id: digest(own(id)) for id in IDS},
        PUBLISHED: {id: digest([verdicts(*pair) for pair in published()[id]]) for id in IDS},
    }
    head = f"# What IFBench's instructions say of many texts, a hash an id. If a change is meant: {AGAIN}\n\n"
    GOLDEN.write_text(head + tomli_w.dumps(held), encoding="utf-8")
