"""In which numbers the network computes: bfloat16 where a device is fast at it, else float32."""

import torch


def precision(device: torch.device) -> torch.autocast:
    """The context the network runs in.

    A GPU, and a processor with AVX-512, computes bfloat16 faster than float32; a processor without
    is several times slower at it, so there it is float32. Which of the two it was follows from the
    device and its instructions, which every cache key and record names.
    """
    return torch.autocast(device.type, torch.bfloat16, enabled=_is_fast(device))


def _is_fast(device: torch.device) -> bool:
    if device.type != "cpu":
        return True
    return torch.backends.cpu.get_cpu_capability().startswith("AVX512")
