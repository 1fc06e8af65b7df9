"""Writes special-functions.json: values of scipy that the engine's own functions are checked against.

Run: python3 special-functions.py > special-functions.json
"""

import json
import sys

import scipy
from scipy import special, stats

LEVELS = [1e-6, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1 - 1e-6]
Z = [-12, -8.5, -5, -3.1, -1, -0.2, 0, 0.3, 1.644854, 2.5, 4, 6.9, 7.2]
GAMMAS = [(50, 30), (1, 3), (0.2, 0.9), (1000, 12), (7, 7), (3, 0.5)]
POISSONS = [0.01, 0.4, 3.2, 8, 40, 199, 250, 12345]
COUNTS = [(8, 20), (0.1, 0.4), (1.5, 9), (40, 41), (150, 4000), (300, 5000), (5000, 9e6)]
XS = [0, 1, 3, 8, 20, 45, 190, 260, 5000, 12500]


def counts_of(mean, variance):
    return mean * mean / (variance - mean), mean / variance


json.dump(
    {
        "tool": f"scipy {scipy.__version__}",
        "normalPdf": [[z, stats.norm.pdf(z)] for z in Z],
        "normalCdf": [[z, stats.norm.cdf(z)] for z in Z],
        "normalQuantile": [[p, stats.norm.ppf(p)] for p in LEVELS],
        "logGamma": [[x, special.gammaln(x)] for x in [1e-3, 0.3, 1.2, 1.5, 7.3, 170, 1e5]],
        "incompleteGamma": [
            [a, x, special.gammainc(a, x)] for a in [0.1, 1, 4.5, 80, 2000] for x in [0.05, 1, 5, 75, 2050]
        ],
        "gammaQuantile": [
            [p, m, s, stats.gamma.ppf(p, (m / s) ** 2, scale=s * s / m)] for m, s in GAMMAS for p in LEVELS
        ],
        "poissonCdf": [[x, m, stats.poisson.cdf(x, m)] for m in POISSONS for x in XS],
        "poissonQuantile": [[p, m, stats.poisson.ppf(p, m)] for m in POISSONS for p in LEVELS],
        "negativeBinomialCdf": [
            [x, m, v, stats.nbinom.cdf(x, *counts_of(m, v))] for m, v in COUNTS for x in XS
        ],
        "negativeBinomialQuantile": [
            [p, m, v, stats.nbinom.ppf(p, *counts_of(m, v))] for m, v in COUNTS for p in LEVELS
        ],
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
