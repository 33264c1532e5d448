"""Makes the twins of samples, each with a witness: one thing changes, article, task and instructions do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Self

from scorers.text.word_lists import pick

from ...article import opening
from ...errors import BadPicture, CannotDraw
from ...prompts.template import Template
from ...prompts.wording import SHIPPED, Wording
from ...sample import BASE, GROUP, TWIN
from ...sources.builtin import Builtin
from ..modality import convert_medium
from ..sample_builder import REPEATING, SampleBuilder, SampleDraft, why_infeasible
from .kinds import kind_of, read_twins
from .load import LoadSets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scorers import Checker

    from ...article import Article
    from ...sample import Sample
    from ..plan import GenerationPlan

REMARKS = {
    "en": (
        "Many readers of this newspaper see it on a phone, on the way to work.",
        "The newspaper has appeared every day except Sundays for as long as anyone remembers.",
        "A photograph went with the article, but it is not shown here.",
        "The article was on an inside page, below an advertisement for garden chairs.",
    ),
    "zh": (
        "这份报纸的许多读者都在上班路上用手机看新闻。",
        "多年来，这份报纸除星期日外每天出版。",
        "报道原来配有一张照片，这里没有附上。",
        "这篇报道登在内页，下面是一则花园椅子的广告。",
    ),
}
"""Sentences that ask for nothing, by language of the prompt."""
_APART = {
    "en": "From another article, which is not what this is about:\n\n",
    "zh": "下面这段文字出自另一篇报道，与此无关：\n\n",
}
_STAY_ENGLISH = "请用英语写作。"
_RESPONSE_LANGUAGE = "language:response_language"
_REWRITES_REQUEST = ("wording", "distractor", "language", "length", "modality")
"""Kinds that change the words above the instructions, which `REPEATING` quotes."""
_QUOTES_ARTICLE = "source:"
"""Family of the instructions that have the opening as a parameter."""


@dataclass(frozen=True)
class TwinCounts:
    """How many twins were made, and how many samples have no twin of a kind, with a reason for each."""

    made: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, str] = field(default_factory=dict)
    """Of the first sample without one, by twin."""

    @classmethod
    def of(cls, made: Mapping[str, int], missing: Mapping[str, int], reasons: Mapping[str, str]) -> Self:
        """Return the counts that plain mappings hold."""
        return cls(Counter(made), Counter(missing), dict(reasons))

    def add(self, others: TwinCounts) -> None:
        """Count those of further samples too."""
        self.made.update(others.made)
        self.missing.update(others.missing)
        for name, why in others.reasons.items():
            self.reasons.setdefault(name, why)


class _NoTwinError(Exception):
    """The reason why a sample has no twin of some name."""


class TwinMaker:
    """Makes the twins that a plan asks for; raises `CannotDraw` for kinds that its wording cannot have."""

    def __init__(self, plan: GenerationPlan, wording: Wording | None, articles: Iterable[Article]) -> None:
        self._plan = plan
        self._wording = wording or Wording()
        self._names = read_twins(plan.twins)
        self._articles = {article.id: article for article in articles}
        self._loads = LoadSets(SampleBuilder(plan, self._wording))
        self._check_replaceable()

    def _check_replaceable(self) -> None:
        ours = self._wording
        chinese = ours.language == "zh" and ours == shipped_wording("zh")
        for kind, possible, needed in (
            ("wording", chinese or ours == Wording(), "a built-in English or Chinese"),
            ("language", ours == Wording(), "the built-in English"),
        ):
            if not possible and any(kind_of(name) == kind for name in self._names):
                raise CannotDraw(
                    f"twins: {kind} replaces {needed} wording, but this set uses {ours.source}; "
                    "remove [questions] wording, or this kind"
                )

    def group(self, base: Sample, counts: TwinCounts) -> Iterator[Sample]:
        """Yield a sample, marked as the base of its group, and each of its twins that has a witness; count them."""
        plan = self._plan
        yield replace(base, meta={**base.meta, GROUP: base.id, TWIN: BASE})
        same = (f"placement:{plan.placement}", f"load:{len(base.instructions)}", f"modality:{plan.medium}")
        for name in self._names:
            if name in same:
                continue  # what the base is already
            try:
                twin = self._make(base, name)
                why = why_infeasible(twin)
            except (_NoTwinError, BadPicture) as error:
                why = str(error)
            if why:
                counts.missing[name] += 1
                counts.reasons.setdefault(name, why)
            else:
                counts.made[name] += 1
                yield twin

    def _make(self, base: Sample, name: str) -> Sample:
        kind, _, variant = name.partition(":")
        instructions: Sequence[Checker] = base.instructions
        self._check_possible(base, kind)
        rng = Random(f"{self._plan.seed}/twins/{base.id}/{name}")
        plan, wording = self._plan, self._wording
        if kind == "placement":
            plan = replace(plan, placement=variant)
        elif kind == "length":
            plan = replace(plan, sentences=2 * plan.sentences)
        elif kind == "order":
            instructions = instructions[::-1]
        elif kind == "modality":
            return convert_medium(replace(base, meta={**base.meta, GROUP: base.id, TWIN: name}), variant)
        elif kind == "load":
            instructions = self._loads.find(base, self._draft(self._loads.builder, base), int(variant))
            if not instructions:
                raise _NoTwinError(f"no satisfiable set of {variant} instructions was found that contains the others")
        else:
            wording = self._reword(base, kind, variant, rng)
        builder = SampleBuilder(plan, wording)
        twin = builder.sample(self._draft(builder, base), instructions, {GROUP: base.id, TWIN: name})
        return convert_medium(twin, plan.medium)

    def _draft(self, builder: SampleBuilder, base: Sample) -> SampleDraft:
        from ...task import get_task

        article = self._articles[base.article_id]
        return builder.question(get_task(base.task), article, int(base.meta["index"]))

    def _check_possible(self, base: Sample, kind: str) -> None:
        ids = [one.id for one in base.instructions]
        if kind in _REWRITES_REQUEST and REPEATING in ids:
            raise _NoTwinError(f"{REPEATING} quotes the words that would change")
        if kind == "length":
            if any(id.startswith(_QUOTES_ARTICLE) for id in ids):
                raise _NoTwinError("an instruction is about the opening that would change")
            longer = opening(self._articles[base.article_id].text, 2 * self._plan.sentences)
            if longer == base.meta["opening"]:
                raise _NoTwinError("the article has no further sentences")
        if kind == "order" and len(ids) < 2:
            raise _NoTwinError("a single instruction has no other order")
        if kind == "language" and (
            strange := next((id for id in ids if id not in shipped_wording("zh").instructions), "")
        ):
            raise _NoTwinError(f"{strange} has no Chinese sentence")

    def _reword(self, base: Sample, kind: str, variant: str, rng: Random) -> Wording:
        """Return the wording of a twin that differs in words only."""
        ours = self._wording
        if kind == "wording":
            return shipped_wording(f"zh-{variant}" if ours.language == "zh" else variant)
        if kind == "language":
            chinese = shipped_wording("zh")
            free = any(one.id == _RESPONSE_LANGUAGE for one in base.instructions)
            request = chinese.tasks[base.task] + ("" if free else _STAY_ENGLISH)
            return replace(chinese, tasks={base.task: request})
        if kind == "format" and variant == "prose":
            return replace(ours, joiner="" if ours.language == "zh" else " ", prefix="")
        if kind == "format":
            around = "<instructions>\n", "\n</instructions>"
            return replace(ours, joiner="\n", prefix="<instruction>", suffix="</instruction>", around=around)
        if variant == "remark":
            return _add_remark(ours, base.task, pick(rng, REMARKS[ours.language]))
        text = pick(rng, _other_openings(ours.language, base.article_id))
        layout = Template((f"{_APART[ours.language]}{text}\n\n", *ours.layout.pieces))
        return replace(ours, layout=layout)


def _add_remark(wording: Wording, task: str, remark: str) -> Wording:
    from ...task import get_task

    request = wording.tasks.get(task) or get_task(task).request
    return replace(wording, tasks={task: request + ("" if wording.language == "zh" else " ") + remark})


@cache
def shipped_wording(name: str) -> Wording:
    """Return a built-in wording by name."""
    return Wording.load(SHIPPED / f"{name}.toml")


@cache
def _other_openings(language: str, besides: str) -> tuple[str, ...]:
    """Return the first sentences of the built-in articles: free for any use, so every set may contain them."""
    return tuple(opening(article.text, 3) for article in Builtin(language).articles() if article.id != besides)
