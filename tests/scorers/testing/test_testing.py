"""The conformance tests themselves: a sound checker passes, and each fault is noticed by the test meant for it."""

from textwrap import dedent, indent

from scorers.testing import CONFORMANCE_TESTS

DESCRIBE = "    def describe("
VERDICT = "        return Verdict.of("


def method(source):
    return DESCRIBE, f"{indent(dedent(source), '    ')}\n{DESCRIBE}"


# One change to the sound checker for each conformance test that has to notice it.
FAULTS = {
    "well_formed": ('"""Demands a number of exclamation marks."""', '"""exclamation marks"""'),
    "cases_hold": ('good = [Case("Hey! You!", marks=2)]', 'good = [Case("Hey! You!", marks=3)]'),
    "variants_differ": method("""
        rule_books = frozenset({"audited", "ifeval"})
        published = {"ifeval": PublishedVariant("It differs.", "Here", lambda self, text: self.check(text))}
    """),
    "draws_are_repeatable": method("""
        @classmethod
        def draw(cls, rng, context):
            return cls(rng.randint(1, 5))
    """),
    "draws_keep_limits": method("""
        @classmethod
        def draw(cls, rng, context):
            return cls(1 + int(5 * rng.random()))
    """),
    "survives_json": method("""
        def to_json(self, *, defaults=True):
            return {"id": self.id, "marks": self.marks + 1}
    """),
    "describes_its_parameters": ("at least {self.marks} exclamation marks", "some exclamation marks"),
    "checks_any_text": (VERDICT, f"        text.raw.encode()\n{VERDICT}"),
    "grows_linearly": (VERDICT, f"        import re\n        re.search(r'\\s*x', text.raw)\n{VERDICT}"),
    "grows_linearly_on_prose": (VERDICT, f"        import re\n        re.search(r'(\\w+\\s?)+$', text.raw)\n{VERDICT}"),
    "repairs_any_text": ('return draft + "!" *', 'return draft + "!" + "!" *'),
    "good_cases_meet_demands": method("""
        def demands(self):
            return Demands(lacks=("!",))
    """),
    "has_witnesses": method("""
        def demands(self):
            return Demands(lacks=("!",), contains=("!",))
    """),
}


def test_each_conformance_test_notices_its_fault_and_names_the_file(plugin):
    """Also shows that a sound plug-in passes them all, through the function that plug-ins use."""
    plugin.add("shout_loud", plugin.source)
    paths = {}
    for name, (old, new) in FAULTS.items():
        assert old in plugin.source
        source = plugin.source.replace(old, new).replace('"acme:shout-loud"', f'"acme:{name}"')
        paths[name] = plugin.add(name, source)
    results = plugin.run("""
        from scorers import testing
        from scorers.testing import speed, tools
        speed.LONG, speed.DEADLINE, tools.EXAMPLES = 12_000, 3, 60
        results = {}
        for conformance_test in testing.CONFORMANCE_TESTS:
            conformance_test(scorers.load("acme:shout-loud"))
            try:
                conformance_test(scorers.load("acme:" + conformance_test.__name__))
            except AssertionError as error:
                results[conformance_test.__name__] = str(error)
        print(json.dumps(results))
    """)
    assert list(results) == [conformance_test.__name__ for conformance_test in CONFORMANCE_TESTS]
    for name, path in paths.items():
        assert results[name].startswith(f"{path}: acme:{name}: {name}: ")


def test_conformance_tests_run_under_pytest(plugin):
    plugin.add("shout_loud", plugin.source)
    plugin.add("quiet", plugin.source.replace("acme:shout-loud", "acme:quiet").replace("marks=2", "marks=7"))
    test_file = plugin.folder / "test_acme.py"
    test_file.write_text(
        "from scorers.testing import conformance_tests\n\n"
        "test_acme = conformance_tests('acme:shout-loud', 'acme:quiet')\n"
    )
    status, out = plugin.run(f"""
        import contextlib, io, pytest
        from scorers.testing import speed, tools
        speed.LONG, speed.DEADLINE, tools.EXAMPLES = 12_000, 3, 60
        with contextlib.redirect_stdout(io.StringIO()) as out:
            options = ["-q", "-p", "no:cacheprovider", "--rootdir", {str(plugin.folder)!r}]
            status = pytest.main([*options, {str(test_file)!r}])
        print(json.dumps([int(status), out.getvalue()]))
    """)
    assert status == 1
    assert "FAILED" in out
    assert "acme:quiet-cases_hold" in out
    assert (
        f"{plugin.package / 'quiet.py'}: acme:quiet: cases_hold: Case('Hey! You!', marks=7) follows in audited" in out
    )
    assert "acme:shout-loud" not in out.partition("short test summary")[2]
