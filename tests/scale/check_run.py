"""`ifh run --engine ray` on two nodes: the same files, the limits held, and nothing lost when a part is killed."""

from __future__ import annotations

import time

import pytest
from clusters import ASKING, finish, ifh, kill_one, responses, start, two_nodes
from namespaces import ADDRESSES, TOKEN, two_machines, why_impossible

from tests.bench.fault_server import FaultServer, Weather
from tests.bench.many import write_many

SAMPLES = 600
IN_FLIGHT = 16


@pytest.fixture(scope="module")
def nodes():
    with two_nodes() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("scale")
    write_many(made / "samples.jsonl", SAMPLES)
    return made


@pytest.fixture
def server():
    with FaultServer(Weather(shares={}, latency=0.1)) as serving:
        yield serving


def run_arguments(server, out, *more):
    asked = ("--model", "compatible/m", "--base-url", server.url, "--concurrency", IN_FLIGHT)
    return ("run", "smoke", "--samples", "samples.jsonl", *asked, "--out", out, *more)


def wait_for(server, requests):
    until = time.monotonic() + 120
    while sum(server.attempts.values()) < requests:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_two_nodes_save_what_one_process_saves(nodes, folder, server):
    printed = ifh(folder, *run_arguments(server, "ray", "--engine", "ray"), address=nodes.address)
    assert "Ray cluster: 2 nodes, 2 CPUs" in printed
    ifh(folder, *run_arguments(server, "single", "--engine", "single"))
    for name in ("verdicts.jsonl", "samples.jsonl"):
        assert (folder / "ray" / name).read_bytes() == (folder / "single" / name).read_bytes(), name
    assert sorted(responses(folder / "ray")) == sorted(responses(folder / "single"))
    assert set(server.attempts.values()) == {2}
    assert server.most <= IN_FLIGHT


def test_a_killed_worker_repeats_only_what_it_had_in_flight(nodes, folder, server):
    run = start(folder, *run_arguments(server, "killed", "--engine", "ray"), address=nodes.address)
    wait_for(server, SAMPLES // 3)
    kill_one(ASKING)
    finish(run)
    check_complete(folder / "killed", server)


def test_a_killed_node_repeats_only_what_it_had_in_flight(folder, server):
    with two_nodes() as nodes:
        run = start(folder, *run_arguments(server, "node", "--engine", "ray"), address=nodes.address)
        wait_for(server, SAMPLES // 3)
        nodes.kill_second()
        finish(run)
    check_complete(folder / "node", server)


@pytest.mark.skipif(bool(why_impossible()), reason=why_impossible() or "never")
def test_a_machine_that_dies_loses_no_request(folder):
    """The two nodes are machines with an address each, and so has the server: one node is killed whole."""
    with two_machines() as machines:
        weather = Weather(shares={}, latency=0.1)
        with FaultServer(weather, ADDRESSES[0], lambda: machines.enter(0)) as server:
            run = start(
                folder,
                *run_arguments(server, "machine", "--engine", "ray"),
                address=machines.address,
                within=machines.command(0),
                token=TOKEN,
            )
            wait_for(server, SAMPLES // 3)
            machines.kill(1)
            finish(run)
            check_complete(folder / "machine", server)


def check_complete(out, server):
    found = responses(out)
    assert len(found) == len(set(found)) == SAMPLES
    assert len(server.attempts) == SAMPLES
    assert sum(server.attempts.values()) <= SAMPLES + IN_FLIGHT
    assert server.most <= IN_FLIGHT + IN_FLIGHT  # what a killed worker had in flight is still being answered


def test_the_budget_holds_over_all_workers(nodes, folder, server):
    words = 300 * 100  # tokens of about a hundred samples
    printed = ifh(
        folder,
        *run_arguments(server, "budget", "--engine", "ray", "--max-tokens-total", words, "--max-tokens", 400),
        address=nodes.address,
        code=1,
    )
    assert "budget" in printed
    spent = sum(server.attempts.values())
    assert 0 < spent < SAMPLES // 2


def test_a_rate_limit_holds_over_all_workers(nodes, folder, server):
    limit = ("--set", "ask.requests_per_minute=240", "--limit", 40)
    ifh(folder, *run_arguments(server, "rate", "--engine", "ray", *limit), address=nodes.address)
    assert server.last - server.first > 60 / 240 * 40 * 0.7


def test_what_cannot_be_spread_is_refused(nodes, folder, server):
    arguments = ("run", "smoke", "--model", "scripted/oracle", "--engine", "ray", "--out", "refused")
    assert "asks no server" in ifh(folder, *arguments, address=nodes.address, code=2)
    gone = ifh(folder, *run_arguments(server, "gone", "--engine", "ray"), address="127.0.0.1:1", code=2)
    assert "no Ray cluster answers at RAY_ADDRESS=127.0.0.1:1" in gone
    assert "Traceback" not in gone
