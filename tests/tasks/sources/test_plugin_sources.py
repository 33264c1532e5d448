"""Article sources of other distributions: found by their entry points, and looked at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_plug_in_is_found_by_its_entry_point(tmp_path):
    put(
        tmp_path / "acme_news.py",
        "from tasks.article import Article\n"
        "class News:\n"
        "    def __init__(self, city): self.city = city\n"
        "    def articles(self): yield Article(self.city, '', f'{self.city} slept.')\n"
        "def create(city): return News(city)\n",
    )
    put(tmp_path / "acme-1.dist-info" / "METADATA", "Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    put(
        tmp_path / "acme-1.dist-info" / "entry_points.txt",
        "[ifharness.sources]\nacme = acme_news\ngone = acme_gone\n",
    )
    code = (
        "from tasks.sources import load_source, source_names\n"
        "print(source_names(), [a.text for a in load_source('acme', {'city': 'Oslo'}).articles()])\n"
        "for name, options in (('acme', {'town': 1}), ('gone', {})):\n"
        "    try: load_source(name, options)\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    first, second, third = done.stdout.splitlines()
    assert "['acme', 'builtin', " in first
    assert "Oslo slept." in first
    assert second.startswith("SourceError article source 'acme' has no option 'town'")
    assert third.startswith("SourceError article source 'gone'")


def test_what_a_plug_in_yields_is_looked_at(tmp_path):
    put(
        tmp_path / "acme_news.py",
        "from tasks.article import Article\n"
        "class News:\n"
        "    def __init__(self, found): self.found = found\n"
        "    def articles(self): yield from self.found\n"
        "FOUND = {'twice': [Article('a', '', 'One.'), Article('a', '', 'Two.')], 'none': [], 'dict': [{'id': 'a'}]}\n"
        "def create(what):\n"
        "    if what == 'fault': raise RuntimeError('no paper today')\n"
        "    return News(FOUND[what]) if what in FOUND else object()\n",
    )
    put(tmp_path / "acme-1.dist-info" / "METADATA", "Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    put(tmp_path / "acme-1.dist-info" / "entry_points.txt", "[ifharness.sources]\nacme = acme_news\n")
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    said = {}
    for what in ("twice", "none", "dict", "other", "fault"):
        put(tmp_path / "run.toml", f'[articles]\nsource = "acme"\noptions = {{ what = "{what}" }}\nquality = false\n')
        command = [sys.executable, "-m", "harness", "generate", str(tmp_path / "run.toml"), "-o", str(tmp_path / "out")]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        said[what] = done.stderr
        assert done.returncode == (1 if what == "fault" else 2)
    assert "two articles of the id 'a'" in said["twice"]
    assert "found no article" in said["none"]
    assert "yields {'id': 'a'}, which is no Article" in said["dict"]
    assert "no method articles()" in said["other"]
    assert "RuntimeError: no paper today" in said["fault"]
    assert "the error comes from the plug-in 'acme' (ifharness.sources): " in said["fault"]
    assert "acme_news.py" in said["fault"]
    assert "bug of ifharness" not in said["fault"]
