"""The batches of a training run, drawn in this process or ahead of it by others."""

from collections.abc import Iterator

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from lookdev.mini import scenes
from lookdev.mini.scenes import Scenes

_AHEAD = 4  # batches, of each process


class Supply(IterableDataset[Scenes]):
    """Batches of scenes, one a step; batch k is the same whichever process draws it.

    To the bit it is where they draw with as many threads; more threads sum in another order.

    Args:
        seed: Of the run.
        steps: The first, and the one after the last.
        batch: Scenes a step.
        size: Pixels each way.
    """

    def __init__(self, seed: int, steps: range, batch: int, size: int) -> None:
        """Draw nothing yet."""
        self.seed, self.steps, self.batch, self.size = seed, steps, batch, size

    def __iter__(self) -> Iterator[Scenes]:
        """Draw this process's share of the batches, in order."""
        worker = get_worker_info()
        first, every = (worker.id, worker.num_workers) if worker else (0, 1)
        for step in self.steps[first::every]:
            yield scenes.draw(seeded(self.seed, step), self.batch, self.size)

    def drawn_by(self, workers: int, *, pinned: bool) -> Iterator[Scenes]:
        """Yield all batches in order.

        Args:
            workers: Processes that draw ahead, with one thread each; 0 draws each batch when it
                is asked for.
            pinned: Whether they are going to a GPU.
        """
        loader = DataLoader(
            self,
            batch_size=None,
            num_workers=workers,
            pin_memory=pinned,
            prefetch_factor=_AHEAD if workers else None,
            worker_init_fn=_alone,
        )
        return iter(loader)


def seeded(seed: int, step: int, device: str = "cpu") -> torch.Generator:
    """Make a source of randomness for one step of a run."""
    return torch.Generator(device).manual_seed(seed * 1_000_003 + step)


def _alone(_worker: int) -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
