"""The catalogue: ours and a plug-in's checkers are found; malformed ones are refused with file, line and reason."""

import pytest

import scorers
from scorers.catalog import find_faults


def test_every_id_loads_by_itself_and_stands_in_the_list_once():
    ids = scorers.ids()
    assert list(ids) == sorted(set(ids))
    assert {"punctuation:no_comma", "startend:end_checker", "keywords:existence"} <= set(ids)
    assert all(scorers.load(id).id == id for id in ids)


def test_each_version_of_an_instruction_says_what_it_changed():
    for id in scorers.ids():
        checker = scorers.load(id)
        assert len(checker.changes) == checker.version - 1, id
        assert all(change.endswith(".") for change in checker.changes), id


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
    ('"""Demands a number of exclamation marks."""', "", "has no docstring"),
    ("def check(", "def checked(", "lacks check"),
    ("good = [Case(", "better = [Case(", "needs at least one case in `good` and one in `bad`"),
    ('bad = [Case("Hey! You.", marks=2)]', 'bad = ["Hey"]', "has something in `good` or `bad` that is no Case"),
    ("    good", "    version: int = integer('x', low=1, drawn=(1, 2))\n    good", "has a parameter named 'version'"),
    ("    good", "    extra: int = 3\n    good", "has a field 'extra' that was not made with scorers.params"),
    (
        "    good",
        "    why: str = string('x', drawn=('a',))\n    good",
        "has a parameter named 'why', which Case itself uses",
    ),
    ("    good", "    text: str = string('x', drawn=('a',))\n    good", "has a parameter named 'text', which Case"),
    ("    good", "    prompt: str = string('x', drawn=('a',))\n    good", "has a parameter named 'prompt', which Case"),
    ('Case("Hey! You.", marks=2)', 'Case("Hey! You.", mark=2)', "with the parameter 'mark', which it does not declare"),
    (
        "@dataclass(frozen=True)\nclass Shout(Checker):",
        "class Shout(Checker):\n    y = 1\n    x = integer('x', low=1)",
        "no type",
    ),
    ("marks: int", 'rule_books = frozenset({"audit"})\n    marks: int', "names the unknown rule book 'audit'"),
]


@pytest.mark.parametrize(("old", "new", "reason"), MALFORMED)
def test_a_malformed_checker_is_refused_with_file_line_and_reason(plugin, old, new, reason):
    assert old in plugin.source
    path = plugin.add("shout_loud", plugin.source.replace(old, new))
    line = 1 + next(n for n, told in enumerate(path.read_text().splitlines()) if told.startswith("class Shout"))
    kind, message = plugin.refusal()
    assert kind == "BadChecker"
    assert reason in message
    assert f"{path}:{line}: " in message or f"{path}:{line - 1}: " in message


BROKEN = [
    ("def x(:\n", 1, "invalid syntax"),
    ("import math\nfrom nowhere_at_all import x\n", 2, "No module named 'nowhere_at_all'"),
    ("\n\nx = undefined_name\n", 3, "name 'undefined_name' is not defined"),
    ("\nopen('/nowhere/at/all')\n", 2, "FileNotFoundError"),
    ("raise SystemExit(3)\n", 1, "SystemExit: 3"),
    ("from acme_checkers import _helper\n", 1, "cannot import name '_helper'"),
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
    assert (kind, message) == (
        "BadChecker",
        "module 'acme_chequers': it cannot be imported: ModuleNotFoundError: No module named 'acme_chequers'. It "
        "belongs to the checker family plug-in 'acme' (package acme-checkers 1.0, module 'acme_chequers'): repair or "
        "uninstall that package",
    )
    assert (
        plugin.run("""
        [verdict] = scorers.verify("One, two.", [{"id": "punctuation:no_comma"}])
        print(json.dumps(verdict.followed))
    """)
        is False
    )


SURVEY = """
    from scorers.catalog import find_faults
    try:
        scorers.load("punctuation:no_coma")
    except scorers.ScorersError as error:
        print(json.dumps([type(error).__name__, str(error), scorers.ids(), find_faults()]))
"""


def test_a_broken_checker_hides_no_other_and_takes_no_blame(plugin):
    plugin.add("shout_loud", plugin.source)
    path = plugin.add("broken", "import math\n\nx = undefined_name\n")
    kind, message, ids, faults = plugin.run(SURVEY)
    assert kind == "BadInstruction"
    assert message.startswith("no checker has the id 'punctuation:no_coma'; did you mean 'punctuation:no_comma'")
    assert set(ids) == {*scorers.ids(), "acme:shout-loud"}
    [[id, reason]] = faults
    assert id == "acme:broken"
    assert reason.startswith(f"{path}:3: it cannot be imported: NameError: name 'undefined_name' is not defined")
    assert "package acme-checkers 1.0" in reason


FAMILIES = [
    ({"acme": "acme_chequers"}, "acme:*", "module 'acme_chequers': it cannot be imported: ModuleNotFoundError"),
    ({"keywords": "acme_checkers"}, "keywords:*", "is named like a built-in checker family; rename the entry point"),
    ({"acme": "acme_single"}, "acme:*", "is one module, but a checker family is a package"),
]


@pytest.mark.parametrize(("points", "id", "reason"), FAMILIES)
def test_a_family_that_cannot_be_used_is_a_fault_with_its_reason(plugin, points, id, reason):
    (plugin.folder / "acme_single.py").write_text("")
    for name, value in points.items():
        plugin.points_to(value, name)
    _, _, ids, faults = plugin.run(SURVEY)
    assert set(ids) == set(scorers.ids())
    assert [fault[0] for fault in faults] == [id]
    assert reason in faults[0][1]
    assert "acme-checkers 1.0" in faults[0][1]


def test_two_packages_with_one_family_are_a_fault_that_names_both(plugin):
    plugin.add("shout_loud", plugin.source)
    plugin.points_to("acme_other", package="other-checkers")
    kind, message = plugin.refusal()
    assert kind == "BadChecker"
    assert "two packages add the same name" in message
    assert "acme-checkers 1.0" in message
    assert "other-checkers 1.0" in message


def test_an_id_of_a_family_named_like_a_built_in_one_is_refused_with_that_reason(plugin):
    plugin.points_to("acme_checkers", "keywords")
    kind, message = plugin.refusal("keywords:shout-loud")
    assert kind == "BadChecker"
    assert "named like a built-in checker family" in message
    assert plugin.run("print(json.dumps(scorers.load('keywords:existence').id))") == "keywords:existence"


def test_every_checker_of_ours_loads():
    assert find_faults() == ()


def test_the_least_checker_verifies_reads_records_and_is_not_drawn(plugin):
    plugin.add("shout_loud", plugin.tiny)
    verdict, record, why, page, outcome = plugin.run("""
        from scorers.catalog.page import format_checker_page
        record = {"id": "acme:shout-loud", "marks": 2}
        [verdict] = scorers.verify("Hey!", [record])
        checker = scorers.load("acme:shout-loud")
        first, second = checker(2), scorers.read(record)
        assert first == second and hash(first) == hash(second) and repr(first) == "Shout(marks=2)", first
        assert checker.good.__class__ is tuple
        told = [verdict.to_json("x"), second.to_json(), checker.draw_error(), format_checker_page(checker)]
        print(json.dumps([*told, scorers.search([record]).outcome]))
    """)
    assert (verdict["followed"], verdict["reason"]) == (False, "1 exclamation marks")
    assert record == {"id": "acme:shout-loud", "marks": 2}
    assert why.startswith("has no repair()")
    assert "> Use at least 2 exclamation marks." in page
    assert "is not drawn into samples, because it has no repair()" in page
    assert outcome == "unknown"


def test_a_checker_is_frozen_without_its_decorator_and_shares_no_default(plugin):
    plugin.add("shout_loud", plugin.tiny)
    plugin.add("whisper", plugin.tiny.replace("shout-loud", "whisper"))
    assert plugin.run("""
        import dataclasses
        loud, whisper = scorers.load("acme:shout-loud"), scorers.load("acme:whisper")
        loud.published["ifeval"] = None
        try:
            loud(1).marks = 2
        except dataclasses.FrozenInstanceError:
            print(json.dumps([whisper.published, scorers.Checker.published]))
    """) == [{}, {}]


RETURNS = ["return True", "return None", "pass", "return Verdict(1, 'one')", "return Verdict, 'one'"]


@pytest.mark.parametrize("returned", RETURNS)
def test_a_check_that_returns_no_verdict_is_the_checker_s_fault(plugin, returned):
    source = plugin.source.replace("        return Verdict.of(", f"        {returned}\n        return Verdict.of(")
    if returned == "pass":
        source = source.replace("        return Verdict.of(", "        Verdict.of(")
    path = plugin.add("shout_loud", source)
    line = 1 + next(n for n, told in enumerate(source.splitlines()) if "def check(" in told)
    told = plugin.run("""
        told = []
        record = {"id": "acme:shout-loud", "marks": 2}
        for call in (scorers.verify, scorers.verify_both, lambda text, asked: scorers.search(asked)):
            try:
                call("Hey, you.", [record])
            except scorers.BadChecker as error:
                told.append(str(error))
        told += [found.error for found in scorers.verify_many([("Hey, you.", [record])], processes=1)]
        print(json.dumps(told))
    """)
    assert len(told) == 4
    assert all(message.startswith(f"{path}:{line}: acme:shout-loud: check() returned ") for message in told)
