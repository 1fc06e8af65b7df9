"""Times LightGBM on rows that the bench wrote, on one thread: time of the processor.

trees-peer.py FOLDER: FOLDER has about.json, and earlier.f32, earlier.f64, later.f32 (features and targets).
Writes per loss and repeat a line `loss,bin seconds,train seconds` to stdout, what it says of the later
rows to FOLDER/LOSS.f64, and its version to stderr.
"""

import json
import sys
import time

import lightgbm as lgb
import numpy as np

folder = sys.argv[1]
with open(f"{folder}/about.json", encoding="ascii") as text:
    about = json.load(text)
width = about["features"]
earlier = np.fromfile(f"{folder}/earlier.f32", dtype=np.float32).reshape(-1, width)
targets = np.fromfile(f"{folder}/earlier.f64", dtype=np.float64)
later = np.fromfile(f"{folder}/later.f32", dtype=np.float32).reshape(-1, width)
shared = dict(num_leaves=about["leaves"], learning_rate=about["rate"], min_data_in_leaf=about["leastRows"],
              max_bin=about["bins"], num_threads=1, verbose=-1)
losses = {
    "squared": dict(objective="regression"),
    "quantile": dict(objective="quantile", alpha=about["level"]),
    "tweedie": dict(objective="tweedie", tweedie_variance_power=about["power"]),
}
print(f"LightGBM {lgb.__version__}", file=sys.stderr)
for loss, words in losses.items():
    for _ in range(about["repeats"]):
        began = time.process_time()
        data = lgb.Dataset(earlier, targets, params=shared).construct()
        binned = time.process_time()
        model = lgb.train({**shared, **words}, data, about["rounds"])
        print(loss, binned - began, time.process_time() - binned, sep=",")
    model.predict(later).astype(np.float64).tofile(f"{folder}/{loss}.f64")
