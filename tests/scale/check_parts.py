"""`ifh generate` and `ifh audit --engine ray` on two nodes: the bytes of one process, also when a part is killed."""

from __future__ import annotations

import json

import pytest
from clusters import PARTS, finish, ifh, kill_one, start, two_nodes

RUN_FILE = """
[articles]
source = "builtin"
sentences = 2
[questions]
per_task = 500
twins = ["order"]
[instructions]
count = [1, 4]
"""
AUDIT = ("audit", "single.jsonl", "--out")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A set and its audit, of one process."""
    made = tmp_path_factory.mktemp("scale")
    (made / "set.toml").write_text(RUN_FILE)
    ifh(made, *generate("single"), "--engine", "single")
    ifh(made, *AUDIT, "single.found", "--engine", "single")
    return made


def generate(name):
    return ("generate", "set.toml", "--out", f"{name}.jsonl")


def check_same(folder, name):
    assert (folder / f"{name}.jsonl").read_bytes() == (folder / "single.jsonl").read_bytes()
    assert not (folder / f"{name}.jsonl.partial").exists()


@pytest.fixture(scope="module")
def nodes():
    with two_nodes() as found:
        yield found


def test_two_nodes_draw_the_samples_of_one_process(nodes, folder):
    ifh(folder, *generate("ray"), "--engine", "ray", address=nodes.address)
    check_same(folder, "ray")


def test_a_killed_worker_changes_no_sample(nodes, folder):
    command = start(folder, *generate("worker"), "--engine", "ray", address=nodes.address)
    kill_one(PARTS)
    finish(command)
    check_same(folder, "worker")


def test_two_nodes_find_what_one_process_finds(nodes, folder):
    ifh(folder, *AUDIT, "ray.found", "--engine", "ray", address=nodes.address)
    assert (folder / "ray.found").read_bytes() == (folder / "single.found").read_bytes()


def test_a_killed_node_changes_no_finding(folder):
    with two_nodes() as nodes:
        command = start(folder, *AUDIT, "node.found", "--engine", "ray", address=nodes.address)
        kill_one(PARTS)
        nodes.kill_second()
        finish(command)
    assert (folder / "node.found").read_bytes() == (folder / "single.found").read_bytes()


def test_the_memory_of_a_cluster_is_measured(folder):
    printed = ifh(folder, "bench", "scale", "--responses", 2000, "--engine", "ray", "--json")
    [timing] = json.loads(printed[printed.index("{") :])["timings"]
    assert timing["engine"] == "ray"
    assert timing["peak_memory_mb"] > 300, "the processes of Ray itself take that much"
