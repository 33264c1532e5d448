"""Plug-ins of all three groups: found by one loader, each refused by itself, with file, line and reason."""

import pytest

from scorers.plugins import GROUPS


def source_plugin(plugin, points):
    """Add a distribution whose article sources are `points`, module by name."""
    info = plugin.folder / "news-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: news\nVersion: 2.0\n")
    lines = [f"{name} = {module}" for name, module in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[ifharness.sources]", *lines, ""]))


def test_a_loader_serves_every_group_and_imports_nothing_to_list(plugin):
    source_plugin(plugin, {"acme": "acme_news", "gone": "acme_gone"})
    (plugin.folder / "acme_news.py").write_text("def create(): ...\n")
    listed, loaded, imported = plugin.run("""
        from scorers.plugins import GROUPS, find_plugins, load_plugin
        listed = {group: {name: found.module for name, found in find_plugins(group).items()} for group in GROUPS}
        imported = "acme_news" in sys.modules
        module = load_plugin("ifharness.sources", "acme")
        print(json.dumps([listed, module.__name__, imported]))
    """)
    assert set(listed) == set(GROUPS)
    assert listed["ifharness.sources"] == {"acme": "acme_news", "gone": "acme_gone"}
    assert listed["ifharness.checkers"] == {"acme": "acme_checkers"}
    assert (loaded, imported) == ("acme_news", False)


BROKEN = {
    "broken": "broken_news.py:2: it cannot be imported: ZeroDivisionError: division by zero. It belongs to the "
    "article source plug-in 'broken' (package news 2.0, module 'broken_news'): repair or uninstall that package",
    "gone": "module 'acme_gone': it cannot be imported: ModuleNotFoundError: No module named 'acme_gone'",
    "typo": "typo_news.py:1: it cannot be imported: ",
    "guardian": "the article source plug-in 'guardian' (package news 2.0, module 'broken_news') is named like a "
    "built-in article source; rename the entry point or uninstall that package",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_source_that_cannot_be_used_is_refused_with_its_reason(plugin, name):
    source_plugin(
        plugin, {"broken": "broken_news", "gone": "acme_gone", "typo": "typo_news", "guardian": "broken_news"}
    )
    (plugin.folder / "broken_news.py").write_text("\n1 / 0\n")
    (plugin.folder / "typo_news.py").write_text("def create(:\n")
    names, message, count = plugin.run(f"""
        from tasks.errors import SourceError
        from tasks.sources import load_source, source_names
        try:
            load_source({name!r})
        except SourceError as error:
            print(json.dumps([source_names(), str(error), len(list(load_source("builtin").articles()))]))
    """)
    assert {"builtin", "guardian", "broken", "gone", "typo"} <= set(names)
    assert message.startswith(f"article source {name!r}: ")
    assert BROKEN[name] in message
    assert count > 10


POOL = """
    from tasks.errors import CannotDraw
    from tasks.generate.plan import GenerationPlan
    from tasks.generate.pools import resolve_pool
    plan = GenerationPlan(pool=["acme:shout-loud", "punctuation:no_comma"], count=1, total=1, weights={weights!r})
    told = ""
    try:
        plan.check()
    except CannotDraw as error:
        told = str(error)
    print(json.dumps([told, list(resolve_pool("all"))]))
"""


def test_a_pool_that_names_a_checker_without_repair_says_why_and_what_to_do(plugin):
    path = plugin.add("shout_loud", plugin.tiny)
    told, pool = plugin.run(POOL.format(weights={}))
    assert told == (
        f"pool: acme:shout-loud cannot be drawn: {path} has no repair(), by which ifharness constructs a response that "
        "follows it; add that (docs/adding-a-checker.md), or take the id out of the pool: responses to a samples file "
        "that names it are verified without it"
    )
    assert "acme:shout-loud" not in pool
    assert "punctuation:no_comma" in pool
    told, _ = plugin.run(POOL.format(weights={"acme:shout-loud": 0}))
    assert told == ""


def test_a_pool_that_names_a_parameter_without_drawn_values_says_which(plugin):
    path = plugin.add("shout_loud", plugin.source.replace(", drawn=(1, 5)", ""))
    told, pool = plugin.run(POOL.format(weights={}))
    assert f"{path} does not declare which values of marks are drawn (drawn=...); add that" in told
    assert "acme:shout-loud" not in pool


def test_a_checker_that_can_be_drawn_is_in_the_pool_of_its_language(plugin):
    plugin.add("shout_loud", plugin.source)
    told, pool = plugin.run(POOL.format(weights={}))
    assert told == ""
    assert "acme:shout-loud" in pool


def test_the_list_of_checkers_shows_the_broken_ones_with_their_reasons(plugin):
    plugin.add("shout_loud", plugin.tiny)
    path = plugin.add("broken", "x = 1\n")
    for option in ("", ", '--json'"):
        status, out, err = plugin.run(f"""
            import contextlib, io
            from harness.cli import run_cli
            with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
                status = run_cli(["checkers", "list"{option}])
            print(json.dumps([status, out.getvalue(), err.getvalue()]))
        """)
        assert status == 0
        assert "acme:shout-loud" in out
        assert "punctuation:no_comma" in out
        assert err == (f"cannot load acme:broken: {path}: a checker file defines one Checker, this one defines 0\n")
