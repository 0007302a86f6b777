"""Prometheus counters shared by all processes through files in `MOTCUA_HOME/metrics` (set before the first import)."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

REQUESTS = Counter("motcua_requests_total", "HTTP requests", ["method", "route", "status"])
LATENCY = Histogram(
    "motcua_request_seconds",
    "Time to answer an HTTP request",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def render() -> bytes:
    """The text exposition of all processes together, or of this one when it stands alone."""
    try:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    except ValueError:  # PROMETHEUS_MULTIPROC_DIR is not set: one process
        return generate_latest()
    return generate_latest(registry)
