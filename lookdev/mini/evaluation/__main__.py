"""How good the embedded model is: `python -m lookdev.mini.evaluation OUT`.

Writes `report.md`, one table, and `sheet.png`, procedural scenes beside generated elements. Exits
with 1 where a bar of quality is missed.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lookdev.mini.evaluation import sheet
from lookdev.mini.evaluation.judging import everything
from lookdev.mini.evaluation.making import Make, of_pipeline, of_scenes
from lookdev.mini.evaluation.report import Row, missed, table, write
from lookdev.mini.evaluation.settings import QUICK, Settings
from lookdev.mini.evaluation.speed import speeds
from lookdev.mini.pipeline import WEIGHTS, ElementPipeline
from lookdev.mini.words import KINDS
from lookdev.spec.files import check_writable

FEW, MANY = 1, 24
"""Steps of what is judged, and of what its few steps are measured against."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, write; return 1 where a bar of quality is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m lookdev.mini.evaluation", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("out", type=Path, help="folder of report.md and sheet.png")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of a pipeline")
    parser.add_argument("--scenes", action="store_true", help="judge the scenes themselves")
    parser.add_argument("--quick", action="store_true", help="see that it runs; figures are noise")
    args = parser.parse_args(arguments)
    check_writable(args.out)
    few, many, name = _judged(args.weights, scenes=args.scenes)
    settings = QUICK if args.quick else Settings(timed=not args.scenes)
    return judge(few, many, name, args.out, settings)


def judge(make: Make, many: Make | None, name: str, out: Path, settings: Settings) -> int:
    """Measure everything, telling each row as it is known; write the report and the sheet.

    Args:
        make: What is judged.
        many: The same in many steps, or None.
        name: What it is called in the report.
        out: Folder, which exists.
        settings: How much is measured.

    Returns:
        1 where a bar is missed, else 0.
    """
    start, rows = time.perf_counter(), []
    for row in everything(make, many, of_scenes, KINDS, folder=out, settings=settings):
        rows.append(row)
        _tell(row)
    if settings.timed:
        rows += speeds(make, KINDS[0])
    minutes = (time.perf_counter() - start) / 60
    write(rows, out, [f"Judged: {name}. {minutes:.1f} minutes.", _HOW])
    sheet.write(make, of_scenes, KINDS, out / "sheet.png", settings.shown)
    sys.stdout.write(f"\n{table(missed(rows))}\n{out / 'report.md'}, {minutes:.1f} minutes\n")
    return 1 if missed(rows) else 0


_HOW = (
    "Patches: sliced Wasserstein distance of patches of density, lit density and glow, as a "
    "multiple of the same between procedural scenes of other noise; controls alike. "
    "Flakes: blobs that stand out by a tenth or more. "
    "The energy on the grid is told beyond what procedural scenes of the same noise have, with 8 "
    "bits' rounding added to both. Flicker in front of an envelope counts what the standing "
    "envelope cuts from the moving element. ± is a standard error."
)


def _judged(weights: Path, *, scenes: bool) -> tuple[Make, Make | None, str]:
    if scenes:
        return of_scenes, None, "the procedural scenes themselves"
    pipeline = ElementPipeline.from_pretrained(weights, use_safetensors=True, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    name = f"the model in {FEW} step{'s' * (FEW > 1)}, and in {MANY} as its measure"
    return of_pipeline(pipeline, FEW), of_pipeline(pipeline, MANY), name


def _tell(row: Row) -> None:
    mark = {True: "ok    ", False: "MISSED", None: "      "}[row.met]
    sys.stdout.write(f"{mark} {row.what}: {row.measured}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
