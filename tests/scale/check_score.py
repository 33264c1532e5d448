"""`ifh score --engine ray` on two nodes: the bytes of one process, also when a worker or a node is killed."""

from __future__ import annotations

import json
import time

import pytest
from clusters import PARTS, finish, ifh, kill_one, start, two_nodes
from namespaces import TOKEN, two_machines, why_impossible

from tests.bench.many import many

RESPONSES = 8_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Samples with their answers, and the results of one process."""
    made = tmp_path_factory.mktemp("scale")
    with (made / "q.jsonl").open("w") as samples, (made / "a.jsonl").open("w") as answers:
        for sample in many(RESPONSES):
            samples.write(json.dumps(sample.to_json()) + "\n")
            text = f"{sample.meta['opening']} * One\n* Two\n\nP.S. That is all, {sample.id}."
            answers.write(json.dumps({"sample_id": sample.id, "epoch": 0, "text": text, "model": "m"}) + "\n")
    score(made, "single", "single")
    return made


def arguments(out, engine):
    return ("score", "--questions", "q.jsonl", "--answers", "a.jsonl", "--out", f"{out}/run", "--engine", engine)


def score(folder, out, engine, address=None):
    return ifh(folder, *arguments(out, engine), address=address)


def content(out):
    """The bytes of each file, but for the time at which the command started."""
    started = json.loads((out / "run" / "run.json").read_text())["started"].encode()
    files = (path for path in (out / "run").iterdir() if path.is_file())
    return {path.name: path.read_bytes().replace(started, b"") for path in files}


def wait_for_a_shard(out):
    until = time.monotonic() + 240
    while not any((out / "run" / "shards").glob("*.jsonl")):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture(scope="module")
def nodes():
    with two_nodes() as found:
        yield found


def test_two_nodes_write_the_bytes_of_one_process(nodes, folder):
    score(folder, "ray", "ray", nodes.address)
    assert content(folder / "ray") == content(folder / "single")


def test_a_killed_worker_changes_nothing(nodes, folder):
    command = start(folder, *arguments("worker", "ray"), address=nodes.address)
    kill_one(PARTS)
    finish(command)
    assert content(folder / "worker") == content(folder / "single")


def test_a_killed_node_changes_nothing(folder):
    with two_nodes() as nodes:
        command = start(folder, *arguments("node", "ray"), address=nodes.address)
        wait_for_a_shard(folder / "node")
        nodes.kill_second()
        finish(command)
    assert content(folder / "node") == content(folder / "single")


@pytest.mark.skipif(bool(why_impossible()), reason=why_impossible() or "never")
def test_a_machine_that_dies_changes_nothing(folder):
    """The two nodes are machines with an address each: one is killed whole."""
    with two_machines() as machines:
        within = machines.command(0)
        command = start(folder, *arguments("machine", "ray"), address=machines.address, within=within, token=TOKEN)
        wait_for_a_shard(folder / "machine")
        machines.kill(1)
        printed = finish(command)
    assert content(folder / "machine") == content(folder / "single"), printed


def test_a_killed_command_resumes_at_its_last_shard(nodes, folder):
    command = start(folder, *arguments("resumed", "ray"), address=nodes.address)
    wait_for_a_shard(folder / "resumed")
    command.kill()
    command.communicate()
    score(folder, "resumed", "ray", nodes.address)
    assert content(folder / "resumed") == content(folder / "single")
