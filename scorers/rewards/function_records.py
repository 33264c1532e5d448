"""The older records of RLVR-IFeval, which name a function and its arguments, as instructions of the catalogue.

A function stands for one constraint. Where its sentence asks for an exact or a rough number, two instructions bound
it, and both have to be followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import BadInstruction, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Records = list[tuple[str, dict[str, Any]]]
    """Ids with their parameters."""

_QUANTIFIERS = ("at least", "around", "at most")


def read_function_record(record: Mapping[str, Any]) -> Records:
    """Return the instructions that `record` (`func_name` beside its arguments, null ones left out) stands for.

    Raises `BadInstruction` for an unknown function, and for an argument that is missing or of a wrong kind.
    """
    named = record.get("func_name")
    stem = named.partition("_")[2] if isinstance(named, str) else ""
    if not isinstance(named, str) or stem not in FUNCTIONS or not named.startswith(("verify_", "validate_")):
        close = did_you_mean(stem, FUNCTIONS)
        raise BadInstruction(f"no function of RLVR-IFeval is named {named!r:.80}{close}")
    return FUNCTIONS[stem](_Arguments(named, record))


class _Arguments:
    """The arguments of one record, checked as they are taken."""

    def __init__(self, function: str, record: Mapping[str, Any]) -> None:
        self._function, self._record = function, record

    def text(self, name: str) -> str:
        value = self._record.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def texts(self, name: str) -> list[str]:
        value = self._record.get(name)
        if not isinstance(value, list | tuple) or not value or not all(isinstance(one, str) for one in value):
            raise self._wrong(name, "a list of texts")
        return list(value)

    def options(self) -> list[str]:
        value = self._record.get("options")
        if isinstance(value, str):  # the sentence's own list: "yes, no, maybe"
            return [one.strip() for one in value.split("/" if "/" in value else ",") if one.strip()] or [value]
        return self.texts("options")

    def number(self, name: str = "N") -> int:
        value = self._record.get(name)
        if isinstance(value, float) and value.is_integer():  # a column with nulls in it, read by pandas
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(name, "a whole number")
        return value

    def quantifier(self) -> str:
        value = self._record.get("quantifier")
        if value not in _QUANTIFIERS:
            raise self._wrong("quantifier", f"one of {', '.join(_QUANTIFIERS)}")
        return str(value)

    def _wrong(self, name: str, wanted: str) -> BadInstruction:
        value = self._record.get(name)
        return BadInstruction(f"{self._function} needs {wanted} as {name!r}, got {value!r:.80}")


def _bound_count(id: str, bound: str, relation: str, low: int, high: int | None, **others: Any) -> Records:
    """Return the instructions by which a count is at least `low` and at most `high`."""
    found: Records = []
    if low > 0:
        found.append((id, {**others, bound: low, relation: "at least"}))
    if high is not None:
        found.append((id, {**others, bound: high + 1, relation: "less than"}))
    return found or [(id, {**others, bound: 1, relation: "at least"})]


def _read_quantifier(
    id: str, bound: str, relation: str, margin: Callable[[int], int]
) -> Callable[[_Arguments], Records]:
    """Return the reader of a function whose quantifier is `around`, within `margin`, or one of the two bounds."""

    def read(given: _Arguments) -> Records:
        number, quantifier = given.number(), given.quantifier()
        off = margin(number) if quantifier == "around" else 0
        low = 0 if quantifier == "at most" else max(0, number - off)
        return _bound_count(id, bound, relation, low, None if quantifier == "at least" else number + off)

    return read


def _tenth(number: int) -> int:
    return max(round(number * 0.1), 1)


def _without_arguments(id: str) -> Callable[[_Arguments], Records]:
    return lambda _: [(id, {})]


def _with_text(id: str, parameter: str, argument: str) -> Callable[[_Arguments], Records]:
    return lambda given: [(id, {parameter: given.text(argument)})]


def _with_number(id: str, parameter: str) -> Callable[[_Arguments], Records]:
    return lambda given: [(id, {parameter: given.number()})]


def _read_choice(given: _Arguments) -> Records:
    """Return the choice; the instruction divides its options at slashes, or, where there are none, at commas and or."""
    options = given.options()
    if any("/" in one for one in options) or (len(options) == 1 and ("," in options[0] or " or " in options[0])):
        raise BadInstruction(f"validate_choice: the options {options!r:.120} cannot be divided by slashes")
    return [("format:options", {"options": "/".join(options)})]


FUNCTIONS: dict[str, Callable[[_Arguments], Records]] = {
    "keywords": lambda given: [("keywords:existence", {"keywords": given.texts("keyword_list")})],
    "keyword_frequency": lambda given: _bound_count(
        "keywords:frequency", "frequency", "relation", given.number(), given.number(), keyword=given.text("word")
    ),
    "forbidden_words": lambda given: [
        ("keywords:forbidden_words", {"forbidden_words": given.texts("forbidden_words")})
    ],
    "letter_frequency": lambda given: _bound_count(
        "keywords:letter_frequency",
        "let_frequency",
        "let_relation",
        given.number(),
        given.number(),
        letter=given.text("letter"),
    ),
    "response_language": _with_text("language:response_language", "language", "language"),
    "paragraph_count": _with_number("length_constraints:number_paragraphs", "num_paragraphs"),
    "word_constraint": _read_quantifier("length_constraints:number_words", "num_words", "relation", _tenth),
    "sentence_constraint": _read_quantifier(
        "length_constraints:number_sentences", "num_sentences", "relation", lambda _: 1
    ),
    "paragraphs": lambda given: [
        (
            "length_constraints:nth_paragraph_first_word",
            {
                "num_paragraphs": given.number(),
                "nth_paragraph": given.number("i"),
                "first_word": given.text("first_word"),
            },
        )
    ],
    "postscript": _with_text("detectable_content:postscript", "postscript_marker", "postscript_marker"),
    "placeholders": _with_number("detectable_content:number_placeholders", "num_placeholders"),
    "bullet_points": _with_number("detectable_format:number_bullet_lists", "num_bullets"),
    "title": _without_arguments("detectable_format:title"),
    "choice": _read_choice,
    "highlighted_sections": _with_number("detectable_format:number_highlighted_sections", "num_highlights"),
    "sections": lambda given: [
        (
            "detectable_format:multiple_sections",
            {"section_spliter": given.text("section_splitter"), "num_sections": given.number()},
        )
    ],
    "json_format": _without_arguments("detectable_format:json_format"),
    "repeat_prompt": _with_text("combination:repeat_prompt", "prompt_to_repeat", "original_prompt"),
    "two_responses": _without_arguments("combination:two_responses"),
    "uppercase": _without_arguments("change_case:english_capital"),
    "lowercase": _without_arguments("change_case:english_lowercase"),
    "frequency_capital_words": _read_quantifier(
        "change_case:capital_word_frequency", "capital_frequency", "capital_relation", _tenth
    ),
    "end": _with_text("startend:end_checker", "end_phrase", "end_phrase"),
    "quotation": _without_arguments("startend:quotation"),
    "no_commas": _without_arguments("punctuation:no_comma"),
}
"""The 25 functions by their names without `verify_` or `validate_`, which the versions of the data use both."""
