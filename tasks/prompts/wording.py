r"""Wording: how a question is put into words. Ours by default; a TOML file can replace any of it.

    [prompt]
    layout = "Article:\n{article}\n\n{request}\n\n{instructions}"     # also {title}
    system = "Keep to all of this:\n{instructions}"                    # where [questions] placement = "system"
    second = "Once more, keeping to all of this:\n{instructions}"      # where placement = "second"
    joiner = "\n"                                                      # stands between instructions
    prefix = "- "                                                      # stands before each
    language = "en"                                                    # of drawn words: en or zh

    [tasks]
    summarize = "Say in brief what happened."

    [instructions]
    "length_constraints:number_words" = "Answer with {relation} {num_words|plural:word}."

Fields of an instruction are its parameters; its sentence can depend on them (`phrasing`). `{{` and `}}` are braces in
layouts, requests and sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers import Checker
from scorers.errors import did_you_mean
from scorers.text.word_search import has_word

from ..errors import BadWording, InputLimitError
from ..limits.files import SMALL_FILE, read_capped
from ..limits.syntax import parse_toml
from ..task import TASKS
from .phrasing import TASK, Phrasing
from .template import Template, TemplateField, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..task import Task

LAYOUT = """\
Here is how a news article begins:

<article>
{article}
</article>

{request}

{instructions}"""
SYSTEM = """\
Follow all of these instructions in your response, whatever the request is.

{instructions}"""
SECOND = """\
Now write your whole response again so that it follows all of these instructions.

{instructions}"""
SHIPPED = Path(__file__).parent / "wordings"
"""The folder of the built-in wording files."""
LANGUAGES = ("en", "zh")
"""Languages in which words can be drawn."""
_FIELDS = {"article": "text", "request": "text", "instructions": "text", "title": "text"}
_APART_FIELDS = {"instructions": "text"}
_NEEDED = ("article", "request", "instructions")
_KEYS = {
    "prompt": ("layout", "system", "second", "joiner", "prefix", "language"),
    "tasks": tuple(TASKS),
    "instructions": None,
}


@dataclass(frozen=True)
class Wording:
    """The words of a prompt around the article; made by `load`, or without arguments for ours."""

    layout: Template = field(default_factory=lambda: parse(LAYOUT, _FIELDS))
    system: Template = field(default_factory=lambda: parse(SYSTEM, _APART_FIELDS))
    """The system turn of questions whose instructions stand there."""
    second: Template = field(default_factory=lambda: parse(SECOND, _APART_FIELDS))
    """The second user turn of questions whose instructions come after a first answer."""
    joiner: str = "\n"
    """Stands between two instructions."""
    prefix: str = "- "
    """Stands before each instruction."""
    suffix: str = ""
    """Stands after each instruction."""
    around: tuple[str, str] = ("", "")
    """Stand before the first instruction and after the last."""
    tasks: Mapping[str, str] = field(default_factory=dict)
    """Requests that replace ours, by task."""
    instructions: Mapping[str, Phrasing] = field(default_factory=dict)
    """Sentences that replace `describe()`, by instruction id."""
    source: str = "the built-in wording"
    language: str = "en"
    """ISO 639-1 code of the language that the prompt is in: words to use or to avoid are drawn from it."""

    @classmethod
    def load(cls, path: str | Path) -> Wording:
        """Read a wording file; what it leaves out is ours. Raises `BadWording` naming file and key."""
        try:
            record = parse_toml(read_capped(Path(path), SMALL_FILE).decode("utf-8-sig"))
        except OSError as error:
            raise BadWording(f"the wording file {path} cannot be read: {error.strerror}") from None
        except InputLimitError as error:
            raise BadWording(str(error)) from None
        except UnicodeDecodeError as error:
            raise BadWording(f"the wording file {path} is not UTF-8 (byte {error.start})") from None
        except ValueError as error:
            raise BadWording(f"the wording file {path} is not valid TOML: {error}") from None
        return cls.from_record(record, str(path))

    @classmethod
    def from_record(cls, record: Mapping[str, Any], source: str) -> Wording:
        """Build from what a wording file holds; `source` names it in errors. Raises `BadWording`."""
        _check_keys(record, source)
        prompt, tasks = record.get("prompt", {}), record.get("tasks", {})
        layout = _template(prompt.get("layout", LAYOUT), _FIELDS, f"{source}: prompt.layout")
        missing = [name for name in _NEEDED if name not in layout.names]
        if missing:
            raise BadWording(f"{source}: prompt.layout lacks {{{missing[0]}}}, so no prompt would contain it")
        language = prompt.get("language", cls.language)
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise BadWording(
                f"{source}: prompt.language is {language!r}{did_you_mean(language, LANGUAGES)}, "
                f"but words are drawn in: {known}"
            )
        return cls(
            layout,
            _apart(prompt, "system", SYSTEM, source),
            _apart(prompt, "second", SECOND, source),
            prompt.get("joiner", cls.joiner),
            prompt.get("prefix", cls.prefix),
            tasks={name: _template(text, {}, f"{source}: tasks.{name}").fill({}) for name, text in tasks.items()},
            instructions={id: Phrasing.read(id, given, source) for id, given in record.get("instructions", {}).items()},
            source=source,
            language=language,
        )

    def request(self, task: Task, opening: str, title: str = "") -> str:
        """Return the article block and the task's request as they are in a prompt: all but the instructions.

        Where the layout ends with a text of its own behind the instructions, what surrounds them is left out as well.
        """
        layout = self.layout
        *_, last = layout.pieces
        if isinstance(last, str) and last.strip() and layout.names[-1] == "instructions":
            before = max(i for i, piece in enumerate(layout.pieces[:-2]) if isinstance(piece, TemplateField))
            layout = Template(layout.pieces[: before + 1])
        return self._fill(task, opening, title, "", layout).strip()

    def sentence(self, instruction: Checker, task: str = "") -> str:
        """Return the sentence for `instruction` in a prompt of `task`.

        Raises `BadWording` if a replacing sentence leaves out a value that is checked.
        """
        phrasing = self.instructions.get(instruction.id)
        if phrasing is None:
            return instruction.describe()
        values = {name: getattr(instruction, name) for name in instruction.params()}
        variant = phrasing.find_variant({**values, TASK: task})
        text = variant.text.fill(values)
        for name, value in values.items():
            if name not in variant.expressed and name not in instruction.shown_in_request:
                self._check_expressed(instruction.id, name, value, text)
        return text

    def render(self, task: Task, opening: str, instructions: Sequence[Checker], title: str = "") -> str:
        """Return the whole prompt; `opening` and `title` go in as they are and are never parsed."""
        return self._fill(task, opening, title, self._join_sentences(task, instructions))

    def apart(self, task: Task, instructions: Sequence[Checker]) -> str:
        """Return the instructions without article and request, as they are in a system turn."""
        return self.system.fill({"instructions": self._join_sentences(task, instructions)})

    def again(self, task: Task, instructions: Sequence[Checker]) -> str:
        """Return the second user turn: the instructions, and that the answer is wanted again by them."""
        return self.second.fill({"instructions": self._join_sentences(task, instructions)})

    def _join_sentences(self, task: Task, instructions: Sequence[Checker]) -> str:
        sentences = (f"{self.prefix}{self.sentence(item, task.name)}{self.suffix}" for item in instructions)
        return self.around[0] + self.joiner.join(sentences) + self.around[1]

    def _fill(self, task: Task, opening: str, title: str, instructions: str, layout: Template | None = None) -> str:
        request = self.tasks.get(task.name) or task.request
        values = {"article": opening, "request": request, "instructions": instructions, "title": title}
        return (layout or self.layout).fill(values)

    def _check_expressed(self, id: str, name: str, value: Any, text: str) -> None:
        for item in value if isinstance(value, tuple) else (value,):
            if not has_word(text, str(item)):
                raise BadWording(
                    f'{self.source}: instructions."{id}" says nothing of {name} = {item!r}, which is checked; '
                    f"write {{{name}}} into it, or limit {name} to what it says"
                )


def find_wording(name_or_path: str, folder: Path) -> Path:
    """Return the wording file at a path, a relative one taken from `folder`, or the built-in one of that name.

    Raises `BadWording` where neither is there.
    """
    path = folder / name_or_path
    ours = SHIPPED / f"{name_or_path}.toml"
    if path.is_file() or not (ours.is_file() and ours.parent == SHIPPED):
        if not path.exists():
            names = sorted(file.stem for file in SHIPPED.glob("*.toml"))
            raise BadWording(
                f"no wording file {str(path)!r}{did_you_mean(name_or_path, names)} "
                f"(shipped with ifharness: {', '.join(names)}; or give the path of a .toml file)"
            )
        return path
    return ours


def _check_keys(record: Mapping[str, Any], source: str) -> None:
    """Refuse unknown tables and keys, and values that are no text."""
    for table, entries in record.items():
        if table not in _KEYS:
            raise BadWording(
                f"{source}: unknown key {table!r}{did_you_mean(table, _KEYS)} (tables: {', '.join(_KEYS)})"
            )
        if not isinstance(entries, dict):
            raise BadWording(f"{source}: {table} must be a table, written [{table}]")
        for key, value in entries.items():
            known = _KEYS[table]
            if known is None:
                continue  # `Phrasing` looks at these
            if key not in known:
                raise BadWording(f"{source}: unknown key {table}.{key}{did_you_mean(key, known)} ({', '.join(known)})")
            if not isinstance(value, str):
                raise BadWording(f"{source}: {table}.{key} must be text, got {value!r:.80}")
            if not value.strip() and key not in ("joiner", "prefix"):
                raise BadWording(f"{source}: {table}.{key} is blank; leave it out to keep our wording")


def _apart(prompt: Mapping[str, str], key: str, ours: str, source: str) -> Template:
    """Read a turn that holds instructions without article and request."""
    found = _template(prompt.get(key, ours), _APART_FIELDS, f"{source}: prompt.{key}")
    if "instructions" not in found.names:
        raise BadWording(f"{source}: prompt.{key} lacks {{instructions}}, so no prompt would contain them")
    return found


def _template(text: str, fields: Mapping[str, str], where: str) -> Template:
    try:
        return parse(text, fields)
    except BadWording as error:
        raise BadWording(f"{where}: {error}") from None
