"""The process behind `local`: serves a model file on loopback until its standard input closes.

A script of its own that imports nothing of ours: it is started by path, in a process that must not see what lies in
the working folder. The first line of its standard output is the address; everything else goes to standard error.
"""

from __future__ import annotations

import os
import sys

CONTEXT = 4096
"""Tokens of prompt and answer together."""


def serve(model: str, alias: str) -> None:
    """Load `model`, announce the address, and answer until standard input ends.

    One thread and one slot, nothing cached between requests: then the same request has the same answer, whatever
    was asked before.
    """
    announcement = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {alias}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = 1
    params.n_ctx = CONTEXT
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.cache_prompt = False
    params.cache_ram_mib = 0
    params.offline = True
    params.ui = False
    server = xllamacpp.Server(params)

    announcement.write(f"{server.listening_address}\n")
    announcement.flush()
    # The parent holds the other end and never writes: the end of input is the end of the parent, however it came.
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    serve(*sys.argv[1:3])
