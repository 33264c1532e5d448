"""Sample: one question, with the instructions its answer is scored by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from scorers.errors import ScorersError, did_you_mean

from .errors import BadPicture, BadSample
from .fast_json import dump_canonical
from .limits.value_kinds import NAME, TEXT, find_wrong_kind
from .pictures.picture import Picture, PictureSource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scorers import Checker

FORMAT = 1
"""Format number of a line in `samples.jsonl`."""
ROLES = ("system", "user", "assistant")
WITHHELD = "withheld"
"""Entry of `meta` that says that the text of the article was left out, and how it can be put back."""
GROUP = "group"
"""Entry of `meta` that names the dialogue of which a sample is one turn, or the twins to which it belongs."""
TWIN = "twin"
"""Entry of `meta`: which of the twins of its group a sample is, `kind:variant`, or `BASE`."""
BASE = "base"
"""The twin from which the others of its group are made; `GROUP` is its id."""
SENTENCES = "sentences"
"""Entry of `meta`: each instruction's sentence in the prompt, where a wording file replaces ours."""
_ID_TAG = "ifharness-sample-1"
_KINDS = {"id": NAME, "task": NAME, "article_id": NAME}
_PART_KINDS = {"text": TEXT, "type": TEXT}
_TYPES = ("text", "image")


@dataclass(frozen=True)
class Part:
    """A piece of a turn: text, or a picture of text."""

    text: str
    """Of a picture: the text that it shows, which is not sent."""
    picture: Picture | None = None

    @property
    def type(self) -> str:
        """`text` or `image`."""
        return "image" if self.picture else "text"

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {"type": self.type, "text": self.text, **(self.picture.to_json() if self.picture else {})}

    @classmethod
    def from_json(cls, record: dict[str, Any], pictures: PictureSource = None) -> Self:
        """Read back what `to_json` wrote; `pictures` says where the pictures are. Raises `BadSample`, `KeyError`."""
        if wrong := find_wrong_kind(record, _PART_KINDS):
            raise BadSample(f"a part of a turn is malformed: {wrong}")
        kind = record.get("type", "text")
        if kind not in _TYPES:
            raise BadSample(f"a part of a turn has the type {kind!r:.60} (types: {', '.join(_TYPES)})")
        try:
            picture = Picture.from_json(record, pictures) if kind == "image" else None
        except BadPicture as error:
            raise BadSample(f"a part of a turn is malformed: {error}") from None
        return cls(record["text"], picture)


@dataclass(frozen=True)
class Turn:
    """What one role says."""

    role: str
    """`system`, `user` or `assistant`."""
    parts: tuple[Part, ...]
    """None in an `assistant` turn is a gap: there stands what the model itself answers to the turns before."""

    @classmethod
    def of(cls, role: str, text: str) -> Self:
        """Build a turn of one text part."""
        return cls(role, (Part(text),))

    @property
    def text(self) -> str:
        """The parts joined: what is written, and what the pictures show."""
        return "".join(part.text for part in self.parts)

    @property
    def written(self) -> str:
        """The text parts joined, without what the pictures show."""
        return "".join(part.text for part in self.parts if not part.picture)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures, in their order."""
        return tuple(part.picture for part in self.parts if part.picture)

    @property
    def is_gap(self) -> bool:
        """Whether the model itself is to say it: asked up to here first, and then with its answer in this place."""
        return not self.parts and self.role == "assistant"

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {"role": self.role, "parts": [part.to_json() for part in self.parts]}

    @classmethod
    def from_json(cls, record: dict[str, Any], pictures: PictureSource = None) -> Self:
        """Read back what `to_json` wrote; `pictures` says where the pictures are.

        Raises `BadSample`, `KeyError` or `TypeError` for anything else.
        """
        return cls(record["role"], tuple(Part.from_json(part, pictures) for part in record["parts"]))


GAP = Turn("assistant", ())
"""The place of an answer that the model gives before its last one, which is the one that is scored."""


@dataclass(frozen=True)
class Sample:
    """One question: turns to send, and the instructions that its answer is scored by."""

    id: str
    """16 hex digits of a hash of the question: the same question has the same id in every run."""
    task: str
    article_id: str
    turns: tuple[Turn, ...]
    instructions: tuple[Checker, ...]
    rules: str = "audited"
    """The rule book that the question belongs to."""
    meta: Mapping[str, Any] = field(default_factory=dict)
    """What is worth keeping and decides nothing."""

    @classmethod
    def build(
        cls,
        task: str,
        turns: Sequence[Turn],
        instructions: Sequence[Checker],
        *,
        article_id: str = "",
        rules: str = "audited",
        meta: Mapping[str, Any] | None = None,
    ) -> Self:
        """Make a sample and its id."""
        id = sample_id(task, turns, instructions, rules, _group(meta))
        return cls(id, task, article_id, tuple(turns), tuple(instructions), rules, dict(meta or {}))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of all turns, in their order."""
        return tuple(picture for turn in self.turns for picture in turn.pictures)

    @property
    def prompt(self) -> str:
        """What the user turns say or show, joined by blank lines; what the model answers between two is no part."""
        return "\n\n".join(turn.text for turn in self.turns if turn.role == "user")

    def find_sentence(self, number: int) -> str:
        """Return the sentence of the prompt that asks for instruction `number` (from 0); "" where it is not known.

        Generated samples contain our sentence, or that of their wording file. A published prompt says it in its own
        words: there the instruction's sentence (`describe`) is a rule, not what the model read.
        """
        own = self.instructions[number].describe()
        saved = self.meta.get(SENTENCES)
        known = saved[number] if isinstance(saved, list) and len(saved) == len(self.instructions) else own
        return known if isinstance(known, str) and any(known in turn.text for turn in self.turns) else ""

    def to_json(self) -> dict[str, Any]:
        """Return the line of `samples.jsonl`."""
        return {
            "format": FORMAT,
            "id": self.id,
            "task": self.task,
            "article_id": self.article_id,
            "turns": [turn.to_json() for turn in self.turns],
            "instructions": [instruction.to_json() for instruction in self.instructions],
            "rules": self.rules,
            "meta": dict(self.meta),
        }

    @classmethod
    def from_json(cls, record: dict[str, Any], pictures: PictureSource = None) -> Self:
        """Read back what `to_json` wrote; `pictures` says where its pictures are. Raises `BadSample`."""
        from scorers import read

        if not isinstance(record, dict):
            raise BadSample(f"a sample record is malformed: it is no JSON object but {record!r:.40}")
        if wrong := find_wrong_kind(record, _KINDS):
            raise BadSample(f"a sample record is malformed: {wrong}")
        try:
            if record["format"] != FORMAT:
                raise BadSample(f"sample format {record['format']!r} is not {FORMAT}, the one this version reads")
            sample = cls(
                record["id"],
                record["task"],
                record["article_id"],
                tuple(Turn.from_json(turn, pictures) for turn in record["turns"]),
                tuple(read(instruction) for instruction in record["instructions"]),
                record["rules"],
                record.get("meta", {}),
            )
        except KeyError as error:
            raise BadSample(f"a sample record lacks {error}") from None
        except (TypeError, AttributeError) as error:
            raise BadSample(f"a sample record is malformed: {error}") from None
        except ScorersError as error:
            raise BadSample(f"sample {record.get('id')}: {error}") from None
        _check(sample)
        return sample

    @property
    def content_id(self) -> str:
        """The id that these words have; `id` is another one if the record was changed."""
        return sample_id(self.task, self.turns, self.instructions, self.rules, _group(self.meta))

    def check_id(self) -> None:
        """Raise `BadSample` if the id is not the one of these words: the record was changed, or put together wrong."""
        found = self.content_id
        if found != self.id:
            raise BadSample(f"sample {self.id}: its content has the id {found}; it is not the question that was drawn")


def _check(sample: Sample) -> None:
    """Raise `BadSample` for a sample that could not be asked or scored."""
    from scorers.rule_books import CHAINS

    if not isinstance(sample.meta, dict):
        raise BadSample(f"sample {sample.id}: meta must be a record in braces, got {sample.meta!r:.40}")
    if WITHHELD in sample.meta:
        raise BadSample(
            f"sample {sample.id}: the text of its article was left out; `ifh restore-text FILE` puts it back"
        )
    if not sample.instructions:
        raise BadSample(f"sample {sample.id} has no instructions, so nothing could be scored")
    for turn in sample.turns:
        if turn.role not in ROLES:
            raise BadSample(f"sample {sample.id}: a turn has the role {turn.role!r:.60} (roles: {', '.join(ROLES)})")
    if not any(turn.role == "user" for turn in sample.turns):
        raise BadSample(f"sample {sample.id} has no turn of the user, so nothing could be asked")
    if not isinstance(sample.rules, str) or sample.rules not in CHAINS:
        books = f"{did_you_mean(str(sample.rules), CHAINS)} (books: {', '.join(CHAINS)})"
        raise BadSample(f"sample {sample.id}: unknown rule book {sample.rules!r}{books}")
    if GAP in sample.turns:
        _check_gaps(sample)


def _check_gaps(sample: Sample) -> None:
    """Raise `BadSample` for a gap that no question leads to, or that nothing follows: the last answer needs none."""
    roles = [turn.role for turn in sample.turns]
    for place, turn in enumerate(sample.turns):
        if turn.is_gap and (roles[:place][-1:] != ["user"] or roles[place + 1 : place + 2] != ["user"]):
            raise BadSample(
                f"sample {sample.id}: turn {place + 1} is the model's to answer (role assistant, no parts), so a user "
                "turn must stand before and behind it"
            )


def _group(meta: Mapping[str, Any] | None) -> str:
    """Return the group that is part of a sample's id; a base has the same id as without twins."""
    known = meta or {}
    return "" if known.get(TWIN) == BASE else str(known.get(GROUP, ""))


def dialogue_of(meta: Mapping[str, Any]) -> str:
    """Return the dialogue of which a sample is one turn, by its `meta`; "" for twins, whose group is none."""
    group = meta.get(GROUP)
    return group if isinstance(group, str) and TWIN not in meta else ""


def sample_id(task: str, turns: Sequence[Turn], instructions: Sequence[Checker], rules: str, group: str = "") -> str:
    """Hash what makes a question: task, turns, instructions without default values, rule book.

    The article's id and `meta` are left out: the same words are the same question wherever the article came from. The
    dialogue or the twins that `group` names are an exception: two dialogues that begin alike are counted as two.
    """
    content = {
        "tag": _ID_TAG,
        "task": task,
        "turns": [turn.to_json() for turn in turns],
        "instructions": [instruction.to_json(defaults=False) for instruction in instructions],
        "rules": rules,
    }
    if group:
        content["group"] = group
    return hashlib.sha256(dump_canonical(content)).hexdigest()[:16]
