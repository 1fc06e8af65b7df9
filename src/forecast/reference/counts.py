"""Writes counts.json: what the count models and the bootstrap are checked against.

Run: python3 counts.py > counts.json
"""

import json
import sys

import numpy as np
import scipy
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import nbinom, poisson

random = np.random.default_rng(12)
SERIES = {
    "slow": random.negative_binomial(0.7, 0.3, 90),
    "rare": (random.random(72) < 0.15) * random.poisson(4, 72),
    "steady": random.poisson(6, 40),
    "inflated": (random.random(120) < 0.5) * random.poisson(3, 120),
}
LEVELS = [0.5, 0.9, 0.95]
PERIODS = 6


def negative_binomial(y):
    """Size at a held level, by maximum likelihood, and the likelihood there."""
    mean = y.mean()
    loss = lambda log: -nbinom.logpmf(y, np.exp(log), np.exp(log) / (np.exp(log) + mean)).sum()
    best = minimize_scalar(loss, bounds=(-5, 9), method="bounded", options={"xatol": 1e-10})
    return {"level": mean, "size": float(np.exp(best.x)), "likelihood": float(-best.fun)}


def zero_inflated(y):
    """Idle share and rate, by maximum likelihood."""

    def loss(p):
        idle, rate = 1 / (1 + np.exp(-p[0])), np.exp(p[1])
        return -np.where(y == 0, np.log(idle + (1 - idle) * np.exp(-rate)), np.log(1 - idle) + poisson.logpmf(y, rate)).sum()

    best = min((minimize(loss, [a, np.log(y.mean() + 0.5)], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000}) for a in (-3, 0, 1)), key=lambda r: r.fun)
    return {"idle": float(1 / (1 + np.exp(-best.x[0]))), "rate": float(np.exp(best.x[1]))}


def sums(y):
    """Quantiles of the sum of periods drawn with replacement, by exact convolution."""
    single = np.bincount(y) / len(y)
    total = np.array([1.0])
    for _ in range(PERIODS):
        total = np.convolve(total, single)
    return [int(np.searchsorted(np.cumsum(total), level - 1e-12)) for level in LEVELS]


cases = {
    name: {"y": y.tolist(), "negativeBinomial": negative_binomial(y), "zeroInflated": zero_inflated(y), "sums": sums(y)}
    for name, y in SERIES.items()
}
json.dump({"tool": f"scipy {scipy.__version__}", "periods": PERIODS, "levels": LEVELS, "series": cases}, sys.stdout, separators=(",", ":"))
print()
