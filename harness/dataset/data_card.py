"""Card: what a question set is, in Markdown beside it: sources, licences, counts, checks, how to find it again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.formats.canary import set_canary

from .exported_samples import ExportedSamples
from .generate import count_rejections
from .set_facts import SetFacts

if TYPE_CHECKING:
    from tasks.generate.generator import GeneratedSet

import json
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.article import may_republish

from .. import __version__
from ..errors import ConfigError
from ..sanitize import markdown_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


FOLDER_CARD = "README.md"
"""Name of the card in a folder, as the Hugging Face hub wants it."""
_FACTS = "ifharness: "
"""Begins the line of a card's head that a later export reads."""
_FENCE = "---\n"


@dataclass(frozen=True)
class DataCard:
    """The facts of a set."""

    name: str
    facts: SetFacts
    canary: str
    audited: Mapping[str, int]
    """How many questions are proven, impossible, unknown."""
    rules: str
    """The rule book of that."""
    gate: Mapping[str, int] | None = None
    """Articles that each rule of the quality gate rejected; None if that is not on record."""
    with_text: bool = True
    seeds: Sequence[str] = ()
    """The seeds, if the card shows them."""
    hub: Sequence[str] = field(default=())
    """Files that the Hugging Face hub is to show as the split `test`."""


def card_path(samples: Path) -> Path:
    """Return where the card of a file of samples stands by default."""
    return samples.with_name(f"{samples.name}.md")


def check_place(path: Path) -> None:
    """Raise `ConfigError` if something that is no card of ours stands at `path`."""
    if path.exists() and _head(path) is None:
        raise ConfigError(f"{path} is there already and is no data card; name another file with --card")


def filter_settings(source: str, canary: str) -> Mapping[str, int] | None:
    """Return what the quality gate rejected, from the card beside a file of samples, if it is that of the same set."""
    path = Path(source)
    beside = [path / FOLDER_CARD] if path.is_dir() else [card_path(path), path.parent / FOLDER_CARD]
    for place in beside:
        facts = _head(place) or {}
        rejected = facts.get("rejected")
        if facts.get("canary") == canary and isinstance(rejected, dict):
            return {rule: count for rule, count in rejected.items() if isinstance(count, int)}
    return None


def format_card(card: DataCard) -> str:
    """Return the card; the same set gives the same text."""
    parts = [_front(card), _about(card), _sources(card), _counts(card), _generation(card), _checks(card), _use(card)]
    return "\n".join(chain.from_iterable(parts)).rstrip("\n") + "\n"


def _head(path: Path) -> dict[str, Any] | None:
    """Return our facts in the head of a card, None for any other file; they stand on one line, as JSON."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    head = text.split(_FENCE, 2)[1] if text.startswith(_FENCE) else ""
    line = next((each.removeprefix(_FACTS) for each in head.splitlines() if each.startswith(_FACTS)), "")
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _front(card: DataCard) -> Iterator[str]:
    licences = card.facts.licences
    one = licences.pop() if len(licences) == 1 else ""
    facts: dict[str, Any] = {"canary": card.canary, "samples": card.facts.samples}
    if card.gate is not None:
        facts["rejected"] = dict(card.gate)
    yield "---"
    yield f"license: {json.dumps(one.lower() if may_republish(one) and ' ' not in one else 'other')}"
    yield "task_categories: [text-generation]"
    if card.hub:
        files = [{"config_name": "default", "data_files": [{"split": "test", "path": list(card.hub)}]}]
        yield f"configs: {json.dumps(files)}"
    yield f"{_FACTS}{json.dumps(facts)}"
    yield "---\n"


def _about(card: DataCard) -> Iterator[str]:
    yield f"# {markdown_cell(card.name)}\n"
    yield (
        f"{card.facts.samples} questions that measure instruction following. Each gives a model the beginning of an "
        "article, a task, and instructions\nthat a program can check. Rules score the responses: "
        "`ifh run CONFIG --samples FILE` requests and scores them.\n"
    )
    if dialogues := card.facts.dialogues:
        yield (
            f"{dialogues} of them are dialogues: the model answers the task alone first (the assistant turn without "
            "parts is the\nplace of its answer), the instructions come in a second user turn, and the answer to that "
            "is scored.\n"
        )
    if twins := card.facts.twins:
        yield (
            f"{twins} of them are twins: they ask for the same as the question that `meta.group` names, put "
            "differently in the way that\n`meta.twin` names.\n"
        )
    yield from _pictures(card)
    yield f"`{card.canary}`\n"


def _pictures(card: DataCard) -> Iterator[str]:
    """Yield how many questions have pictures, and how these were drawn."""
    facts = card.facts
    if not facts.pictured:
        return
    yield (
        f"{facts.pictured} of them have pictures, {len(facts.pictures)} PNG files in all, named by the sha256 of their "
        "content, in the folder `.images`\nbeside the file of the questions, or in the column `images` of a Parquet "
        "file. What a picture shows is in the\nrecord as text, which is not sent."
    )
    for recipe in sorted(facts.recipes):
        yield f"Drawn with: `{recipe.replace('`', '')}`"
    yield ""


def _sources(card: DataCard) -> Iterator[str]:
    rows = []
    for (origin, licence), group in sorted(card.facts.groups.items(), key=lambda item: item[0]):
        terms = (origin, licence or "unknown", "yes" if may_republish(licence) else "no, as far as is known")
        rows.append([*terms, len(group.articles), group.samples, _span(group.published), _span(group.retrieved)])
    yield "## Articles\n"
    head = ("source", "licence", "may be republished", "articles", "questions", "published", "fetched")
    yield from _table(head, rows)
    if card.with_text:
        yield "The questions contain the beginnings of the articles.\n"
    else:
        yield (
            "The article texts are omitted. `ifh restore-text FILE -o samples.jsonl` fetches them from their source\n"
            "and verifies by checksums that each sample is the original one.\n"
        )


def _counts(card: DataCard) -> Iterator[str]:
    facts, total = card.facts, card.facts.samples
    yield "## Tasks\n"
    yield from _table(("task", "questions"), sorted(facts.tasks.items()))
    yield "## Instructions\n"
    yield from _table(
        ("instruction", "times", "share of questions"),
        [(id, count, f"{facts.holding[id] / total:.1%}") for id, count in sorted(facts.ids.items())],
    )
    yield "## Instructions a question\n"
    rows = [(size, count, f"{count / total:.1%}") for size, count in sorted(facts.sizes.items())]
    yield from _table(("instructions", "questions", "share"), rows)


def _generation(card: DataCard) -> Iterator[str]:
    yield "## How it was drawn\n"
    if not card.facts.generated:
        yield "These are questions of a published set, taken as they are.\n"
        return
    yield (
        "By a program, with a seed: the same seed, run file and articles give the same questions. All three "
        "together\nregenerate the set; to keep it private, keep the seed secret."
    )
    if card.seeds:
        yield f"Seed: {', '.join(markdown_cell(seed) for seed in card.seeds)}.\n"
    else:
        yield "The seed is not published here.\n"


def _checks(card: DataCard) -> Iterator[str]:
    yield "## Checks\n"
    counted = ", ".join(f"{name} {count}" for name, count in card.audited.items())
    yield (
        f"- Can each question be answered, by the rules `{card.rules}`: {counted}. Proven: a text was found that\n"
        "  follows all its instructions."
    )
    if card.gate is None:
        yield "- The quality gate of the articles: not on record here.\n"
        return
    rules = ", ".join(f"{markdown_cell(rule)} {count}" for rule, count in card.gate.items())
    yield f"- The quality gate rejected {sum(card.gate.values())} articles{f': {rules}' if rules else ''}.\n"


def _use(card: DataCard) -> Iterator[str]:
    yield "## Canary\n"
    yield (
        "Every record holds the line above that begins with `ifharness canary GUID`. Please leave what holds it out\n"
        f"of training data. `grep -rl '{card.canary.split(':', maxsplit=1)[0]}' FOLDER` finds this set.\n"
    )
    yield f"Made by ifharness {__version__}."


def _span(found: set[str]) -> str:
    days = sorted(found - {""})
    return "unknown" if not days else days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        cells = [str(cell) if row[0] == "---" else markdown_cell(str(cell)) for cell in row]
        yield f"| {' | '.join(cells)} |"
    yield ""


def card_file_text(drawn: GeneratedSet) -> GeneratedSet:
    """Return what was drawn with the set's canary in every sample."""
    canary = set_canary(drawn.samples)
    found = ExportedSamples(drawn.samples, range(len(drawn.samples)), canary, with_seed=True)
    return replace(drawn, samples=found)


def generated_card(drawn: GeneratedSet, facts: SetFacts, name: str, *, with_text: bool, with_seed: bool) -> str:
    """Return the card; each sample was accepted because a witness was found, so all are proven."""
    seeds = sorted(facts.seeds) if with_seed else ()
    return format_card(
        DataCard(
            name=name,
            facts=facts,
            canary=next(iter(facts.canaries)),
            audited={"proven": facts.samples, "impossible": 0, "unknown": 0},
            rules="+".join(sorted(facts.rules)),
            gate=count_rejections(drawn),
            with_text=with_text,
            seeds=seeds,
        )
    )
