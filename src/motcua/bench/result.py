"""What a benchmark found, and how it is printed."""

from __future__ import annotations

import resource
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """`rate` and `ceiling` in `unit`; `memory_mb` the peak, in MB of 10^6 bytes; latencies in milliseconds, HTTP only.

    `details`: what else was measured on the way, by name.
    """

    name: str
    rate: float
    unit: str
    ceiling: float
    ceiling_is: str
    memory_mb: float
    memory_is: str
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.rate / self.ceiling

    def to_json(self) -> dict[str, Any]:
        return {
            **{name: rounded(value) for name, value in asdict(self).items()},
            "ratio": float(f"{self.ratio:.3g}"),
        }

    def sentences(self) -> str:
        """For people: one line per figure."""
        lines = [
            f"{self.name}: {number(self.rate)} {self.unit}",
            f"  trần (ceiling)   {number(self.ceiling)} {self.unit}: {self.ceiling_is}",
            f"  tỉ lệ (ratio)    {self.ratio:.3g}",
            f"  bộ nhớ đỉnh      {self.memory_mb:.0f} MB ({self.memory_is})",
        ]
        if self.p50_ms is not None:
            lines.append(f"  p50/p95/p99      {self.p50_ms:.1f} / {self.p95_ms:.1f} / {self.p99_ms:.1f} ms")
        for name, value in self.details.items():
            if isinstance(value, dict):
                lines += [f"  {name}", *(f"    {key:<24} {told(inner)}" for key, inner in value.items())]
            else:
                lines.append(f"  {name:<16} {told(value)}")
        return "\n".join(lines)


def table(results: list[dict[str, Any]]) -> str:
    """The results side by side, as a table of Markdown."""
    head = ("bench", "rate", "ceiling", "ratio", "memory MB", "p50/p95/p99 ms", "ceiling is")
    rows = [head, tuple("---" for _ in head)]
    for r in results:
        latencies = "–" if r["p50_ms"] is None else f"{r['p50_ms']:.1f} / {r['p95_ms']:.1f} / {r['p99_ms']:.1f}"
        rate, ceiling = (f"{number(r[key])} {r['unit']}" for key in ("rate", "ceiling"))
        rows.append(
            (r["name"], rate, ceiling, f"{r['ratio']:.3g}", f"{r['memory_mb']:.0f}", latencies, r["ceiling_is"])
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def told(value: Any) -> str:
    """A value as people read it; of a list, one after the other."""
    return " -> ".join(map(str, rounded(value))) if isinstance(value, list) else str(rounded(value))


def rounded(value: Any) -> Any:
    """Floats to what a measurement can tell, everywhere inside `value`."""
    if isinstance(value, float):
        return round(value, 2) if abs(value) >= 1 else float(f"{value:.3g}")
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return value


def own_peak_mb() -> float:
    """The largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def workers_peak_mb() -> float:
    """The largest resident size that a child of this process had which has ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
