"""Writes known-effects.json: effects of statsmodels' generalised linear models, that those found from windows are checked against.

Each window is a group of rows with a level of its own; what draws an effect towards none are rows without a level.

Run: python3 known-effects.py > known-effects.json
"""

import json
import sys
from importlib.metadata import version

import numpy as np
import statsmodels.api as sm

random = np.random.default_rng(5)
N = 120


def runs(share, length, n=N):
    flags = np.zeros(n)
    t = 0
    while t < n:
        if random.random() < share / length:
            flags[t : t + length] = 1
            t += length
        else:
            t += 1
    return flags


def demand(level, log_effect, n=N):
    return random.poisson(level * np.exp(log_effect)[:n]).astype(float)


WEEK = np.array([1, 0.8, 0.7, 0.8, 1.1, 1.6, 1.3])
season = 30 * WEEK[np.arange(N) % 7] * np.exp(0.004 * np.arange(N))

promotion = runs(0.2, 3)
school = runs(0.25, 9)
kind = random.choice([0, 1, 2, 5], N, p=[0.7, 0.15, 0.1, 0.05]).astype(float)
price = np.round(np.repeat(random.choice([3.99, 3.49, 2.99, 2.49], N // 5), 5), 2)
depth = np.round(runs(0.3, 4) * random.choice([0.1, 0.2, 0.3], N), 1)

CASES = [
    ("one flag", 7, demand(season, 0.6 * promotion), [("levels", promotion)]),
    ("flags together, days not observed", 7, demand(season, 0.6 * promotion - 0.4 * school), [("levels", promotion), ("levels", school)]),
    ("categories", 1, demand(8 + 0 * season, 0.3 * kind), [("levels", kind)]),
    ("a price and a flag", 7, demand(season, -1.8 * np.log(price / 3.99) + 0.3 * promotion), [("price", price), ("levels", promotion)]),
    ("the depth of a discount", 52, demand(15 + 0 * season, 2 * depth), [("measured", depth)]),
]
CASES[1][2][[3, 17, 18, 55, 101]] = np.nan


def usual(column):
    values, counts = np.unique(column, return_counts=True)
    return values[np.argmax(counts)]


def terms(columns):
    """Columns of the design, and how strong the belief is that each does nothing: (standard deviation of it, sides)."""
    design, beliefs = [], []
    for kind_of, column in columns:
        if kind_of == "levels":
            for value in np.unique(column):
                if value != usual(column):
                    design.append((column == value).astype(float))
                    beliefs.append((None, [1.0]))
            continue
        figures = np.log(column) if kind_of == "price" else column
        spread = figures.std()
        design.append((figures - np.sort(figures)[len(figures) // 2]) / spread)
        beliefs.append((spread if kind_of == "price" else 0.5, [1.0, -1.0]))
    return np.column_stack(design), beliefs


def windows(y, step, reach):
    for t in range(len(y)):
        rows = [s for s in range(t - reach * step, t + reach * step + 1, step) if 0 <= s < len(y) and not np.isnan(y[s])]
        if len(rows) > 1 and y[rows].sum() > 0:
            yield t, rows


def effects(y, season_length, columns):
    step = season_length if season_length <= 24 else 1
    reach = 26 if step == 1 else 3
    y = y / np.nanmean(y)
    x, beliefs = terms(columns)
    found = list(windows(y, step, reach))
    dispersion = 1.0
    log = np.zeros(x.shape[1])
    for _ in range(200):
        rows, targets, weights, offsets = [], [], [], []
        for g, (_, members) in enumerate(found):
            for s in members:
                level = np.zeros(len(found))
                level[g] = 1
                rows.append(np.concatenate([level, x[s]]))
                targets.append(y[s])
                weights.append(1 / len(members))
                offsets.append(0)
        for j, (deviation, sides) in enumerate(beliefs):
            for side in sides:
                row = np.zeros(len(found) + x.shape[1])
                row[len(found) + j] = side
                rows.append(row)
                targets.append(1.0)
                weights.append(1 + (dispersion / deviation**2 if deviation else 0))
                offsets.append(0)
        model = sm.GLM(np.array(targets), np.array(rows), family=sm.families.Poisson(), freq_weights=np.array(weights), offset=np.array(offsets))
        fit = model.fit(maxiter=200, tol=1e-13)
        before, log = log, fit.params[len(found) :]
        factors = np.exp(x @ log)
        squares = expected = 0.0
        for t, members in found:
            if np.isnan(y[t]):
                continue
            mean = factors[t] * y[members].sum() / factors[members].sum()
            squares += (y[t] - mean) ** 2 * len(members) / (len(members) - 1)
            expected += mean
        dispersion = squares / expected
        if np.abs(log - before).max() < 1e-11:
            break
    return np.exp(x @ (log * lasting(y, x, log, beliefs, step)))


def lasting(y, x, log, beliefs, step):
    """For each term 1, or the share of measured effects by which the level of some time before misses demand least."""
    measured = np.array([deviation is not None for deviation, _ in beliefs])
    if not measured.any():
        return np.ones(len(log))
    lead, length = (13, 12) if step == 1 else (4, 3)

    def missed(share):
        factors = np.exp(x @ (log * np.where(measured, share, 1)))
        total = 0.0
        for t in range(lead * step, len(y)):
            before = [s for s in range(t - lead * step, -1, -step)[:length] if not np.isnan(y[s])]
            if len(before) < 2 or np.isnan(y[t]):
                continue
            total += abs(y[t] - factors[t] * y[before].sum() / factors[before].sum())
        return total

    best = min(np.arange(8, -1, -1) / 8, key=missed)
    return np.where(measured, best, 1)


print(
    json.dumps(
        {
            "statsmodels": version("statsmodels"),
            "cases": [
                {
                    "name": name,
                    "season": season_length,
                    "y": [None if np.isnan(value) else value for value in y],
                    "covariates": {f"c{i}": list(column) for i, (kind_of, column) in enumerate(columns) if kind_of != "price"},
                    "price": next((list(column) for kind_of, column in columns if kind_of == "price"), None),
                    "factors": list(effects(y, season_length, columns)),
                }
                for name, season_length, y, columns in CASES
            ],
        }
    )
)
print("done", file=sys.stderr)
