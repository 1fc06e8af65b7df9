"""Times statsforecast's models, one series at a time, on one thread: time of the processor.

peers.py INPUT HORIZON SEASON: INPUT has one series a line, values with commas between them.
Writes lines `method,index,milliseconds,forecast…` to stdout, and the version to stderr.
"""

import sys
import time

import numpy as np
import statsforecast
from statsforecast.models import AutoARIMA, AutoETS, DynamicOptimizedTheta, Theta

path, horizon, season = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(path, encoding="ascii") as lines:
    series = [np.array(line.split(","), dtype=np.float64) for line in lines]
models = {
    "ets": lambda: AutoETS(season_length=season),
    "theta": lambda: Theta(season_length=season),
    "dynamic-theta": lambda: DynamicOptimizedTheta(season_length=season),
    "arima": lambda: AutoARIMA(season_length=season),
}
print(f"statsforecast {statsforecast.__version__}", file=sys.stderr)
for name, make in models.items():
    # What is compiled at the first call is no part of the model's own time.
    for y in series[:2]:
        make().forecast(y=y, h=horizon)
    for i, y in enumerate(series):
        began = time.process_time()
        mean = make().forecast(y=y, h=horizon)["mean"]
        spent = (time.process_time() - began) * 1000
        print(name, i, spent, *mean, sep=",")
