"""Writes smoothing.json: what statsforecast makes of the series of arima.json with CES and dynamic Theta.

Run: python smoothing.py > smoothing.json    (pip install statsforecast==2.1.1)
"""
import json
import os

import numpy as np
import statsforecast
from statsforecast.models import AutoCES, DynamicOptimizedTheta

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "arima.json")) as file:
    series = json.load(file)["series"]


def fitted(model, y):
    said = model.forecast(y, h=8, fitted=True)
    errors = y - said["fitted"]
    # The first errors of either are about first states, which each program finds its own way.
    return {"mean": said["mean"].tolist(), "mse": float(np.mean(errors[12:] ** 2))}


result = {
    name: {
        "ces": fitted(AutoCES(season_length=one["m"]), np.array(one["y"], float)),
        "logCes": fitted(AutoCES(season_length=one["m"]), np.log(np.array(one["y"], float))),
        "dynamicTheta": fitted(DynamicOptimizedTheta(season_length=one["m"]), np.array(one["y"], float)),
    }
    for name, one in series.items()
}
print(json.dumps({"tool": f"statsforecast {statsforecast.__version__}", "series": result}))
