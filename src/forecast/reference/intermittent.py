"""Writes intermittent.json: forecasts of statsforecast that the engine is checked against.

Run: python3 intermittent.py > intermittent.json
"""

import json
import sys
from importlib.metadata import version

import numpy as np
from statsforecast.models import TSB, CrostonClassic, CrostonSBA, OptimizedTheta

random = np.random.default_rng(5)
SLOW = {
    "slow": (random.random(60) < 0.3) * random.poisson(3, 60).astype(float),
    "lumpy": (random.random(80) < 0.2) * np.floor(random.lognormal(1.5, 1.1, 80)),
    "dying": np.concatenate([random.poisson(2, 30).astype(float), np.zeros(20)]),
    "frequent": random.poisson(1.2, 50).astype(float),
}
TREND = {
    "rising": 50 + 1.5 * np.arange(60) + random.normal(0, 6, 60),
    "falling": 200 - 2 * np.arange(45) + random.normal(0, 10, 45),
    "wandering": 100 + np.cumsum(random.normal(0, 5, 80)),
}


def point(model, y, h=6):
    return np.asarray(model.forecast(y=y, h=h)["mean"]).tolist()


def theta_fit(y):
    model = OptimizedTheta(season_length=1).fit(y)
    return {"mse": float(np.mean(np.asarray(model.model_["residuals"])[3:] ** 2)), "mean": point(OptimizedTheta(1), y)}


json.dump(
    {
        "tool": f"statsforecast {version('statsforecast')}",
        "intermittent": {
            name: {
                "y": y.tolist(),
                "croston": point(CrostonClassic(), y)[0],
                "sba": point(CrostonSBA(), y)[0],
                "tsb": point(TSB(alpha_d=0.2, alpha_p=0.1), y)[0],
            }
            for name, y in SLOW.items()
        },
        "optimised-theta": {name: {"y": y.tolist(), **theta_fit(y)} for name, y in TREND.items()},
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
