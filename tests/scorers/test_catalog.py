"""The catalogue: ours and a plug-in's checkers are found; malformed ones are refused with file, line and reason."""

import pytest

import scorers


def test_every_id_loads_by_itself_and_stands_in_the_list_once():
    ids = scorers.ids()
    assert list(ids) == sorted(set(ids))
    assert {"punctuation:no_comma", "startend:end_checker", "keywords:existence"} <= set(ids)
    assert all(scorers.load(id).id == id for id in ids)


def test_a_plugin_is_found_listed_and_verified(plugin):
    plugin.add("shout_loud", plugin.source)
    plugin.add("_helper", "raise RuntimeError('helpers are not checkers')")
    ids, followed, reason, near = plugin.run("""
        [verdict] = scorers.verify("Hey! You!", [{"id": "acme:shout-loud", "marks": 2}])
        try:
            scorers.load("acme:shout-lout")
        except scorers.BadInstruction as error:
            near = str(error)
        print(json.dumps([scorers.ids(), verdict.followed, verdict.reason, near]))
    """)
    assert set(ids) == {*scorers.ids(), "acme:shout-loud"}
    assert (followed, reason) == (True, "2 exclamation marks")
    assert "did you mean 'acme:shout-loud'" in near


def test_a_plugin_s_checker_belongs_to_the_audited_book_only(plugin):
    plugin.add("shout_loud", plugin.source)
    message = plugin.run("""
        try:
            scorers.verify("Hey!", [{"id": "acme:shout-loud", "marks": 1}], rules="livebench")
        except scorers.NotInBook as error:
            print(json.dumps(str(error)))
    """)
    assert "acme:shout-loud is not in the rule book 'livebench' (it is in audited)" in message


MALFORMED = [
    ('id = "acme:shout-loud"', 'id = "acme:other"', "has the id 'acme:other', but its file says 'acme:shout_loud'"),
    ('id = "acme:shout-loud"', 'id = "shout"', "needs an id of the form '<family>:<name>', has 'shout'"),
    ('id = "acme:shout-loud"', "", "needs an id"),
    ("@dataclass(frozen=True)", "", "is not decorated with @dataclass(frozen=True)"),
    ('"""Demands a number of exclamation marks."""', "", "has no docstring"),
    ("def repair(", "def repaired(", "lacks repair"),
    ("good = [Case(", "better = [Case(", "needs at least one case in `good` and one in `bad`"),
    ('bad = [Case("Hey! You.", marks=2)]', 'bad = ["Hey"]', "has something in `good` or `bad` that is no Case"),
    ("    good", "    version: int = integer('x', low=1, drawn=(1, 2))\n    good", "has a parameter named 'version'"),
    ("    good", "    extra: int = 3\n    good", "has a field 'extra' that was not made with scorers.params"),
    ("marks: int", 'rule_books = frozenset({"audit"})\n    marks: int', "names the unknown rule book 'audit'"),
]


@pytest.mark.parametrize(("old", "new", "reason"), MALFORMED)
def test_a_malformed_checker_is_refused_with_file_line_and_reason(plugin, old, new, reason):
    assert old in plugin.source
    path = plugin.add("shout_loud", plugin.source.replace(old, new))
    line = 1 + path.read_text().splitlines().index("class Shout(Checker):")
    kind, message = plugin.refusal()
    assert kind == "BadChecker"
    assert reason in message
    assert f"{path}:{line}: " in message or f"{path}:{line - 1}: " in message


BROKEN = [
    ("def x(:\n", 1, "invalid syntax"),
    ("import math\nfrom nowhere_at_all import x\n", 2, "No module named 'nowhere_at_all'"),
    ("\n\nx = undefined_name\n", 3, "name 'undefined_name' is not defined"),
    (
        "from dataclasses import dataclass\n\n@dataclass\nclass A:\n    a: int = 1\n    b: int\n",
        3,
        "non-default argument",
    ),
]


@pytest.mark.parametrize(("source", "line", "reason"), BROKEN)
def test_a_file_that_cannot_be_imported_is_refused_with_file_line_and_reason(plugin, source, line, reason):
    path = plugin.add("shout_loud", source)
    kind, message = plugin.refusal()
    assert kind == "BadChecker"
    assert reason in message
    assert message.startswith(f"{path}:{line or ''}")


@pytest.mark.parametrize(("addition", "found"), [("del Shout\n", 0), ("class Louder(Shout):\n    pass\n", 2)])
def test_a_file_without_exactly_one_checker_is_refused(plugin, addition, found):
    path = plugin.add("shout_loud", f"{plugin.source}\n\n{addition}")
    kind, message = plugin.refusal()
    assert (kind, message) == (
        "BadChecker",
        f"{path}: a checker file defines one Checker, this one defines {found}",
    )


def test_an_entry_point_to_nowhere_is_refused_where_it_is_needed(plugin):
    plugin.points_to("acme_chequers")
    kind, message = plugin.refusal()
    assert kind == "BadChecker"
    assert "acme_chequers" in message
    assert (
        plugin.run("""
        [verdict] = scorers.verify("One, two.", [{"id": "punctuation:no_comma"}])
        print(json.dumps(verdict.followed))
    """)
        is False
    )
