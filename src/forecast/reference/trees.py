"""Writes trees.json: what LightGBM says after a few rounds, for the three losses.

pip install lightgbm==4.7.0 numpy; python trees.py > trees.json
Features have few distinct values, so that every one of them has a bin of its own on both sides; the
last one is missing in places. No bagging, no categories: those are chosen in ways that no two programs share.
Where second derivatives vary, LightGBM guesses the rows of a leaf bin by bin: Tweedie is bound by their sum instead.
"""

import json

import lightgbm as lgb
import numpy as np

rng = np.random.default_rng(7)
rows, later = 400, 60
x = rng.integers(0, 40, size=(rows + later, 4)) / 8
x[rng.random(rows + later) < 0.15, 3] = np.nan
mean = np.exp(0.4 * x[:, 0] - 0.3 * x[:, 1]) + np.where(np.isnan(x[:, 3]), 2, x[:, 2] * x[:, 3] / 8)
# Targets of four decimals have no ties between splits, and are exact enough in single precision.
y = np.round(np.maximum(0, mean + rng.normal(size=rows + later)) * 4096) / 4096
y[rng.random(rows + later) < 0.3] = 0
w = np.round(np.exp(rng.normal(size=rows) / 2) * 64 + 1) / 64

shared = dict(num_leaves=8, min_data_in_leaf=10, learning_rate=0.1, max_bin=255, min_data_in_bin=1,
              num_threads=1, deterministic=True, force_row_wise=True, verbose=-1)
cases = []
# A pinball loss has two gradients only: after more rounds two splits save exactly the same.
for loss, rounds, words in (
    ("squared", 20, dict(objective="regression")),
    ("quantile", 12, dict(objective="quantile", alpha=0.75)),
    ("tweedie", 20, dict(objective="tweedie", tweedie_variance_power=1.3,
                         min_data_in_leaf=1, min_sum_hessian_in_leaf=15)),
):
    # With weights the second derivatives of every loss vary.
    weighed = dict(min_data_in_leaf=1, min_sum_hessian_in_leaf=15)
    for weights, more in ((None, dict()), (None, dict(lambda_l2=2.0, max_depth=3)), (w, weighed)):
        if weights is not None and loss == "quantile":
            continue
        settings = {**shared, **words, **more}
        data = lgb.Dataset(x[:rows], y[:rows], weight=weights)
        model = lgb.train(settings, data, rounds)
        cases.append(dict(
            loss=loss,
            weighted=weights is not None,
            rounds=rounds,
            parameter=settings.get("alpha", settings.get("tweedie_variance_power", 0)),
            lambda_=settings.get("lambda_l2", 0),
            least_rows=settings["min_data_in_leaf"],
            least_hessian=settings.get("min_sum_hessian_in_leaf", 1e-3),
            depth=settings.get("max_depth", 64),
            said=[float(f"{v:.9g}") for v in model.predict(x)],
            splits=[int(v) for v in model.feature_importance("split")],
            gain=[float(f"{v:.6g}") for v in model.feature_importance("gain")],
        ))
print(json.dumps(dict(
    lightgbm=lgb.__version__, rows=rows,
    x=[None if np.isnan(v) else v for v in x.ravel()], y=y.tolist(), w=w.tolist(), cases=cases,
), separators=(",", ":")))
