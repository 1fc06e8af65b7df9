"""Writes aggregation.json: forecasts of statsforecast that ADIDA and IMAPA are checked against.

Run: python3 aggregation.py > aggregation.json
"""

import json
import sys
from importlib.metadata import version

import numpy as np
from statsforecast.models import ADIDA, IMAPA

random = np.random.default_rng(7)
SLOW = {
    "slow": (random.random(61) < 0.3) * random.poisson(3, 61).astype(float),
    "lumpy": (random.random(83) < 0.2) * np.floor(random.lognormal(1.5, 1.1, 83)),
    "dying": np.concatenate([random.poisson(2, 30).astype(float), np.zeros(20)]),
    "frequent": random.poisson(1.2, 50).astype(float),
}


def point(model, y):
    return float(np.asarray(model.forecast(y=y, h=1)["mean"])[0])


cases = {name: {"y": y.tolist(), "adida": point(ADIDA(), y), "imapa": point(IMAPA(), y)} for name, y in SLOW.items()}
json.dump({"tool": f"statsforecast {version('statsforecast')}", "series": cases}, sys.stdout, separators=(",", ":"))
print()
