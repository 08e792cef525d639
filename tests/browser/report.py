"""What the browser tests measured, against the bars; printed when they are done, gating nothing."""

ROWS: list[tuple[str, str, str]] = []


def measured(what: str, value: str, bar: str) -> None:
    ROWS.append((what, value, bar))


def spread(times: list[float]) -> str:
    ordered = sorted(times)
    middle = ordered[len(ordered) // 2]
    high = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"median {middle:.0f} ms, 95th percentile {high:.0f} ms ({len(ordered)} times)"
