"""`import scorers` is light and knows nothing of the packages above it."""

import doctest
import subprocess
import sys

import pytest

import scorers
import scorers.text.word_search

HEAVY = ("openai", "datasets", "nltk", "rich", "jinja2", "scipy", "pandas", "numpy", "pyarrow", "pytest", "hypothesis")
OURS = ("tasks", "harness")

LIST_MODULES = "import sys; {code}; print(' '.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
LIST_CHECKERS = (
    "import sys; {code}; print(' '.join(sorted(n for n in sys.modules if n.startswith('scorers.checkers.'))))"
)
VERIFY = "import scorers; assert scorers.verify('One.', [{'id': 'punctuation:no_comma'}])[0].followed"


def output_of(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("code", ["import scorers", VERIFY, "import scorers; scorers.ids()"])
def test_nothing_heavy_is_imported(code):
    imported = output_of(LIST_MODULES.format(code=code))
    assert "scorers" in imported
    assert not {*HEAVY, *OURS}.intersection(imported)


def test_an_id_loads_one_module():
    loaded = output_of(LIST_CHECKERS.format(code=VERIFY))
    assert loaded == ["scorers.checkers.punctuation", "scorers.checkers.punctuation.no_comma"]
    assert len(output_of(LIST_CHECKERS.format(code="import scorers; scorers.ids()"))) > len(loaded)


def test_sentences_need_no_nltk():
    sentence = "import scorers; assert len(scorers.Text('One. Two.').sentences) == 2"
    assert "nltk" not in output_of(LIST_MODULES.format(code=sentence))


@pytest.mark.parametrize("module", [scorers, scorers.text.word_search])
def test_examples_in_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def test_every_public_name_is_there_and_no_module_hides_a_function():
    code = "from scorers import *; print(*sorted(set(scorers.__all__) - set(dir())))"
    assert output_of(f"import scorers; {code}") == []
    named = [name for names in scorers._MODULES.values() for name in names.split()]
    assert sorted(named) == sorted(scorers.__all__)
    assert set(scorers.__all__) <= set(dir(scorers))
    for name in ("verify", "score", "reward", "witness"):
        assert callable(getattr(scorers, name)), name
    with pytest.raises(AttributeError, match="no attribute 'verfy'"):
        _ = scorers.verfy
