"""`ifh import`: answers made with other harnesses, as runs here."""  # noqa: N999  # a verb's module has its name

from __future__ import annotations

import click

from . import FAILED, options


@click.command(name="import", short_help="Makes runs of LiveBench's model_answer files and lm-eval's samples files.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--questions", multiple=True, metavar="Q", help="The questions, where the files do not hold them; may be repeated."
)
@click.option("--model", metavar="NAME", help="Whose answers they are  [default: what the files say].")
@click.option("--rules", metavar="BOOK", help="Another rule book  [default: the questions' own].")
@options.release
@options.skip_unknown
@click.option("--out", "-o", metavar="DIR", help="Results folder, for one model  [default: below results/].")
@options.as_json
def command(
    files: tuple[str, ...],
    questions: tuple[str, ...],
    model: str | None,
    rules: str | None,
    release: str | None,
    skip_unknown: bool,
    out: str | None,
    as_json: bool,
) -> int:
    """Make runs of the answers in FILEs, which other harnesses wrote, and score them; asks no one.

    LiveBench's model_answer files of one model become one run; their questions are question.jsonl one folder up, or
    --questions. A samples file of lm-eval's IFEval tasks becomes a run of its own: it holds its questions.
    """
    from scorers.rule_books import chain

    from ..interop.import_runs import read_imports, score_import
    from .output.run import print_imported

    if rules:
        chain(rules)
    found = read_imports(files, questions=questions, model=model, release=release or "", skip_unknown=skip_unknown)
    if out and len(found) > 1:
        raise click.UsageError(f"--out takes one run, but these files make {len(found)}; import them one by one")
    done = [score_import(both, rules=rules, out=out) for both in found]
    print_imported(done, as_json=as_json)
    return FAILED if any(one.scored.summary.if_score is None for one in done) else 0
