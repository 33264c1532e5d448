"""The wheel, installed: `ifh` works beside files that share our packages' names, and says so where it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from contextlib import chdir
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return the folder of a fresh environment with our wheel; its dependencies are those of this environment."""
    home = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    with chdir(ROOT):
        wheel = home / build_wheel(str(home))
    venv.create(home / "env", with_pip=False)
    subprocess.run(
        [*pip, "--python", str(home / "env/bin/python"), "install", "--no-deps", str(wheel)],
        check=True,
        capture_output=True,
    )
    [site] = (home / "env").glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return home / "env" / "bin"


def run(command: list[str], cwd: Path, **env: str):
    return subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd), **env},
    )


def test_a_stray_tasks_file_does_not_disturb(installed, tmp_path):
    (tmp_path / "tasks.py").write_text("raise SystemExit('the stray file was imported')")
    done = run([str(installed / "ifh"), "run", "smoke", "--limit", "4", "--json"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["if_score"] == 100.0


def test_a_stray_file_that_comes_first_is_named(installed, tmp_path):
    (tmp_path / "tasks.py").write_text("raise SystemExit('the stray file was imported')")
    done = run([str(installed / "ifh"), "--help"], tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert str(tmp_path / "tasks.py") in done.stderr
    assert "Traceback" not in done.stderr


def test_shipped_files_travel_inside(installed, tmp_path):
    done = run([str(installed / "ifh"), "generate", "livebench", "-o", "s.jsonl", "--limit", "4"], tmp_path)
    assert done.returncode == 0, done.stderr
    done = run([str(installed / "ifh"), "leaderboard", "--published", "2024-08-31", "--top", "1", "--json"], tmp_path)
    assert [row["if_score"] for row in json.loads(done.stdout)["rows"]] == [86.57], done.stderr
    done = run([str(installed / "python"), "-c", "import harness; print(harness.__file__)"], tmp_path)
    assert str(installed.parent) in done.stdout
