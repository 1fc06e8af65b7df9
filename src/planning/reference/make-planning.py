"""Makes planning.json: random cases of the planning formulas, by scipy, numpy and stockpyl.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 numpy stockpyl==1.0.2
    venv/bin/python make-planning.py > planning.json
"""

import json
import sys
from importlib.metadata import version
from math import sqrt

import numpy as np
import scipy
from scipy import optimize, stats
from stockpyl.eoq import economic_order_quantity, economic_order_quantity_with_all_units_discounts
from stockpyl.newsvendor import newsvendor_normal, newsvendor_poisson
from stockpyl.wagner_whitin import wagner_whitin

rng = np.random.default_rng(20260213)


def r(low, high, digits=4):
    return round(float(rng.uniform(low, high)), digits)


def safety_stock():
    d, sd, w, sl, p = r(1, 500), r(0.5, 200), r(0, 60), r(0, 9), r(0.02, 0.999)
    spread = sqrt(w * sd**2 + (d * sl) ** 2)
    ss = stats.norm.ppf(p) * spread
    return dict(
        demandPerDay=d, sdPerDay=sd, windowDays=w, leadTimeSdDays=sl, level=p,
        spread=spread, safetyStock=ss, reorderPoint=d * w + ss,
    )


def fill_rate():
    p, q, sd = r(0.5, 0.9995), r(1, 2000), r(1, 400)
    target = (1 - p) * q / sd
    loss = lambda k: stats.norm.pdf(k) - k * stats.norm.sf(k) - target
    k = optimize.brentq(loss, -target - 10, 12, xtol=1e-13, rtol=1e-14)
    return dict(fillRate=p, orderQuantity=q, spread=sd, factor=k, cycleServiceLevel=stats.norm.cdf(k))


def eoq():
    k, h, lam = r(1, 500), r(0.01, 20), r(1, 50000)
    q, cost = economic_order_quantity(k, h, lam)
    return dict(orderCost=k, holdingCost=h, demandRate=lam, quantity=q, cost=cost)


def discount():
    k, rate, lam = r(1, 200), r(0.05, 0.6), r(100, 20000)
    froms = [0, int(rng.integers(50, 600)), int(rng.integers(700, 3000))]
    first = r(0.5, 9)
    costs = [first, round(first * r(0.85, 0.99), 4)]
    costs.append(round(costs[1] * r(0.85, 0.99), 4))
    q, _, cost = economic_order_quantity_with_all_units_discounts(k, rate, lam, froms, costs)
    return dict(
        orderCost=k, holdingRate=rate, demandRate=lam,
        breaks=[dict([("from", f), ("unitCost", c)]) for f, c in zip(froms, costs)],
        quantity=q, cost=cost,
    )


def newsvendor():
    h, p, mean, sd = r(0.01, 9), r(0.01, 30), r(10, 500), r(1, 100)
    q, cost = newsvendor_normal(h, p, mean, sd)
    pq, _ = newsvendor_poisson(h, p, round(mean / 10, 2))
    return dict(overage=h, underage=p, mean=mean, sd=sd, quantity=q, cost=cost,
                poissonMean=round(mean / 10, 2), poissonQuantity=int(pq))


def lot_sizes():
    n = int(rng.integers(1, 16))
    demand = [int(rng.integers(1, 200)) for _ in range(n)]
    k, h = int(rng.integers(1, 900)), r(0.1, 5, 2)
    q, cost, _, _ = wagner_whitin(n, h, k, demand)
    return dict(demand=demand, orderCost=k, holdingCost=h, quantities=[float(x) for x in q[1:]], cost=float(cost))


def skewed():
    mean = r(0.1, 60)
    variance = round(mean * r(1.05, 6), 4)
    sd = r(0.2, 1.5) * mean
    p = r(0.5, 0.998)
    size = mean**2 / (variance - mean)
    return dict(
        level=p, mean=mean, variance=variance, sd=sd,
        poisson=int(stats.poisson.ppf(p, mean)),
        negativeBinomial=int(stats.nbinom.ppf(p, size, mean / variance)),
        gamma=float(stats.gamma.ppf(p, (mean / sd) ** 2, scale=sd**2 / mean)),
    )


def lead_times():
    days = [int(x) for x in rng.integers(1, 60, size=int(rng.integers(2, 12)))]
    return dict(days=days, mean=float(np.mean(days)), sd=float(np.std(days, ddof=1)),
                p90=float(np.quantile(days, 0.9)))


def mixture():
    """Demand over a random lead time: the mixture quantile of normal windows, lead times given."""
    d, sd, p, review = r(5, 80), r(1, 15), r(0.8, 0.99), int(rng.integers(0, 8))
    days = sorted(rng.choice(np.arange(2, 25), size=4, replace=False).tolist())
    weights = [int(x) for x in rng.integers(1, 9, size=4)]
    share = np.array(weights) / sum(weights)
    windows = np.array(days) + review
    cdf = lambda x: float(np.sum(share * stats.norm.cdf(x, d * windows, sd * np.sqrt(windows)))) - p
    high = d * windows[-1] + 12 * sd * sqrt(windows[-1])
    x = optimize.brentq(cdf, 0, high, xtol=1e-11)
    return dict(demandPerDay=d, sdPerDay=sd, level=p, reviewPeriodDays=review,
                leadTimes=[dict(days=int(a), weight=w) for a, w in zip(days, weights)], reorderPoint=x)


def many(make, count=30):
    return [make() for _ in range(count)]


json.dump(
    dict(
        madeWith=dict(numpy=np.__version__, scipy=scipy.__version__, stockpyl=version("stockpyl")),
        safetyStock=many(safety_stock), fillRate=many(fill_rate), eoq=many(eoq), discount=many(discount),
        newsvendor=many(newsvendor), lotSizes=many(lot_sizes), skewed=many(skewed),
        leadTimes=many(lead_times), mixture=many(mixture),
    ),
    sys.stdout, indent=1,
)
