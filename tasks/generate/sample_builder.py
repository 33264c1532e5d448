"""Builds one sample at a time: its instructions drawn within their bounds, put into words, proven satisfiable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from scorers import Checker, Context, load, search
from scorers.errors import BadInstruction
from scorers.witnesses.search import find_contradiction

from ..article import opening, rest_of
from ..errors import CannotDraw
from ..prompts.wording import Wording
from ..sample import GAP, SENTENCES, Sample, Turn
from .modality import ALL, TEXT, why_undrawable
from .tightness import SHARES, tighten

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from random import Random
    from typing import Any

    from ..article import Article
    from ..task import Task
    from .plan import GenerationPlan

TWICE, REPEATING = "combination:two_responses", "combination:repeat_prompt"
"""Instructions that make a response longer: bounds on its length are drawn for what they leave."""
ATTEMPTS = 500
"""Sets drawn for one sample, and parameters for one instruction, before giving up."""


@dataclass(frozen=True)
class SampleDraft:
    """What is known of a sample before its instructions are drawn."""

    task: Task
    article: Article
    index: int
    """Number of the sample within its task, from 0."""
    opening: str
    request: str

    def __str__(self) -> str:
        return f"task {self.task.name}, article {self.article.id!r}"


class SampleBuilder:
    """Makes questions by a plan and a wording."""

    def __init__(self, plan: GenerationPlan, wording: Wording | None = None) -> None:
        self.plan = plan
        self._wording = wording or Wording()
        self._openings: dict[str, str] = {}
        self._fits: dict[tuple[str, str, str], bool] = {}

    def question(self, task: Task, article: Article, index: int) -> SampleDraft:
        """Return the question that `task` asks of `article`, yet without instructions."""
        if article.id not in self._openings:
            self._openings[article.id] = opening(article.text, self.plan.sentences)
        start = self._openings[article.id]
        return SampleDraft(task, article, index, start, self._wording.request(task, start, article.title))

    def fits(self, id: str, question: SampleDraft) -> bool:
        """Return whether the instruction `id` can be asked about the article at all."""
        if self.plan.medium != TEXT and not self._is_shown(id):
            return False
        fits = load(id).applies_to
        # Most ask nothing of the article, and every set that is drawn asks this of every id.
        if fits.__func__ is Checker.applies_to.__func__:  # type: ignore[attr-defined]
            return True
        key = (id, question.article.id, question.task.name)
        if key not in self._fits:
            self._fits[key] = fits(self._context(id, question))
        return self._fits[key]

    @cache  # noqa: B019  # a builder lives as long as its set is drawn
    def _is_shown(self, id: str) -> bool:
        """Return whether an instruction can be asked where the article, or all, is in pictures."""
        # The words to repeat would be in the picture, where its lines end elsewhere.
        if id == REPEATING:
            return False
        fixed = self.plan.medium == ALL and not load(id).params()
        return not (fixed and why_undrawable(self._wording.sentence(load(id)())))

    def instruction(self, rng: Random, id: str, question: SampleDraft, others: Collection[str] = ()) -> Checker:
        """Draw the parameters of an instruction of a set that has the ids `others` too.

        Raises `CannotDraw` if none are in range.
        """
        context = self._context(id, question, rng, others)
        why = ""
        for _ in range(ATTEMPTS):
            instruction = load(id).draw(rng, context)
            why = instruction.range_error()
            if not why:
                return instruction
        limited = f' within limits."{id}"; widen them' if context.limits else ""
        raise CannotDraw(f"{id}: no parameters in range were drawn{limited} (last: {why})")

    def contradiction(self, instructions: Sequence[Checker], question: SampleDraft) -> str:
        """Return why instructions contradict each other, or ""; far cheaper than to look for a witness."""
        if len(instructions) == 1:
            return ""
        try:
            return find_contradiction(instructions, prompt=question.request, rules=self.plan.rules)
        except BadInstruction as error:  # parameters that a published verifier cannot take
            return str(error)

    def sample(
        self, question: SampleDraft, instructions: Sequence[Checker], marks: Mapping[str, Any] | None = None
    ) -> Sample:
        """Put a question and its instructions into words; `marks` are further entries of `meta`."""
        article = question.article
        meta = {
            "opening": question.opening,
            "title": article.title,
            "published": article.published,
            "origin": article.origin,
            "licence": article.licence,
            **{name: value for name in ("url", "retrieved") if (value := getattr(article, name))},
            "rest": rest_of(article.text, question.opening),
            "index": question.index,
            "seed": self.plan.seed,
            **(marks or {}),
        }
        sentences = [self._wording.sentence(instruction, question.task.name) for instruction in instructions]
        if sentences != [instruction.describe() for instruction in instructions]:
            meta[SENTENCES] = sentences
        return Sample.build(
            question.task.name,
            self._turns(question, instructions),
            instructions,
            article_id=article.id,
            rules=self.plan.rules,
            meta=meta,
        )

    def why_impossible(self, sample: Sample) -> str:
        """Return why a sample cannot be asked in the medium of the plan, or by its instructions; "" if it can."""
        return why_infeasible(sample) or (why_undrawable(sample) if self.plan.medium == ALL else "")

    def _turns(self, question: SampleDraft, instructions: Sequence[Checker]) -> list[Turn]:
        if self.plan.placement == "system":
            apart = self._wording.apart(question.task, instructions)
            return [Turn.of("system", apart), Turn.of("user", question.request)]
        if self.plan.placement == "second":
            again = self._wording.again(question.task, instructions)
            return [Turn.of("user", question.request), GAP, Turn.of("user", again)]
        title = question.article.title
        return [Turn.of("user", self._wording.render(question.task, question.opening, instructions, title))]

    def _context(
        self, id: str, question: SampleDraft, rng: Random | None = None, others: Collection[str] = ()
    ) -> Context:
        """Return what a draw may look at; with `rng`, for a draw, else for a look at what is possible."""
        context = Context(
            question.request,
            question.opening,
            language=self._wording.language,
            limits=self.plan.limits.get(id),
            answer_share=SHARES.get(question.task.name, 0.0),
            answers=2 if TWICE in others else 1,
            repeats=REPEATING in others,
        )
        tightness = self.plan.tightness
        if rng is None or tightness is None:
            return context
        return replace(context, limits=tighten(rng, id, context, tightness))


def why_infeasible(sample: Sample) -> str:
    """Say why no text is known that follows all instructions of `sample`, or "" if one is."""
    try:
        found = search(sample.instructions, prompt=sample.prompt, rules=sample.rules)
    except BadInstruction as error:  # parameters that a published verifier cannot check
        return str(error)
    return "" if found.text is not None else found.impossible or "no text was found that follows them all"
