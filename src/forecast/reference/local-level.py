"""Writes local-level.json: levels of statsmodels, and how likely each drift is, that the local level is checked against.

Run: python3 local-level.py > local-level.json
"""

import json
import sys
from importlib.metadata import version

import numpy as np
from scipy.optimize import minimize_scalar
from statsmodels.tsa.statespace.structural import UnobservedComponents

DRIFTS = [(0, 0.4), (0.001, 0.25), (0.003, 0.15), (0.01, 0.1), (0.03, 0.06), (0.1, 0.03), (0.3, 0.009), (1, 0.001)]

random = np.random.default_rng(11)
SERIES = {
    "standing": random.poisson(6, 40).astype(float),
    "drifting": np.maximum(0, 20 + np.cumsum(random.normal(0, 2, 60)) + random.normal(0, 2, 60)),
    "stepped": np.concatenate([random.poisson(4, 25), random.poisson(11, 9)]).astype(float),
    "slow": (random.random(50) < 0.3) * random.poisson(3, 50).astype(float),
    "unseen": np.where(np.isin(np.arange(30), [0, 7, 8, 19]), np.nan, random.poisson(9, 30)).astype(float),
}


def model(y):
    return UnobservedComponents(y, "llevel", use_exact_diffuse=True)


def log_likelihood(y, ratio):
    """The highest over all variances of the noise."""
    local = model(y)
    found = minimize_scalar(
        lambda log: -local.loglike([np.exp(log), ratio * np.exp(log)]), bounds=(-12, 12), method="bounded", options={"xatol": 1e-10}
    )
    return -found.fun


def average(y):
    weights = np.array([np.log(prior) + log_likelihood(np.sqrt(y), ratio) for ratio, prior in DRIFTS])
    weights = np.exp(weights - weights.max())
    weights /= weights.sum()
    levels = [model(y).filter([1.0, ratio]).filtered_state[0, -1] for ratio, _ in DRIFTS]
    return {"level": float(weights @ levels), "held": float(weights[0])}


cases = {
    name: {"y": [None if np.isnan(value) else value for value in y], **average(y)} for name, y in SERIES.items()
}
json.dump({"tool": f"statsmodels {version('statsmodels')}", "series": cases}, sys.stdout, separators=(",", ":"))
print()
