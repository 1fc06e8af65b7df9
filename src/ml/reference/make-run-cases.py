"""What the published Python package answers with the small Chronos-2 checkpoint where a run asks: series
with covariates known ahead, in groups of unequal lengths, at origins inside of the history and at its end.

    venv/bin/python src/ml/reference/make-run-cases.py        (the packages of make-chronos.py)

Output: chronos-2/run-cases.json. The checkpoint is read as it is committed.
"""

import json
from pathlib import Path

import numpy as np
import torch
from chronos import Chronos2Pipeline

FOLDER = Path(__file__).parent / "chronos-2"
LEVELS = [0.1, 0.5, 0.9]
HORIZON = 14
BACKS = [42, 28, 14, 0]


def demand(length: int, flags: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(length)
    usual = level * (1 + 0.4 * np.sin(2 * np.pi * t / 7)) + rng.normal(0, 0.1 * level, length)
    return np.maximum(0, np.round(usual * (1 + 1.5 * flags[:length])))


def draw() -> list:
    rng = np.random.default_rng(11)
    drawn = []
    # Two stores; the second has a product that came later, and a common promotion beside its own.
    for store, names in (("north", ["a", "b"]), ("south", ["c", "d", "e"])):
        for place, name in enumerate(names):
            length = 110 if name == "e" else 150
            own = (rng.random(150 + HORIZON) < 0.15).astype(float)[150 - length:]
            holiday = (np.arange(150 + HORIZON) % 30 == 7).astype(float)[150 - length:]
            y = demand(length, own, 20.0 + 15 * place, rng)
            drawn.append(dict(id=name, store=store, y=y, promotion=own, holiday=holiday))
    return drawn


def padded(values: np.ndarray, length: int) -> np.ndarray:
    return np.concatenate([np.full(length - len(values), np.nan), values]).astype(np.float32)


def answer(pipeline: Chronos2Pipeline, members: list, back: int) -> np.ndarray:
    length = max(len(m["y"]) for m in members) - back
    past, future, known = {}, {}, set()
    for member in members:
        end = len(member["y"]) - back
        for flag in ("promotion", "holiday"):
            before = padded(member[flag][:end], length)
            after = member[flag][end:end + HORIZON].astype(np.float32)
            key = (before.tobytes(), after.tobytes())
            if key in known:
                continue
            known.add(key)
            past[f"{member['id']} {flag}"], future[f"{member['id']} {flag}"] = before, after
    target = np.stack([padded(m["y"][:len(m["y"]) - back], length) for m in members])
    task = dict(target=target, past_covariates=past, future_covariates=future)
    with torch.no_grad():
        quantiles, _ = pipeline.predict_quantiles([task], HORIZON, LEVELS)
    return np.asarray(quantiles[0], dtype=np.float64)


def main() -> None:
    pipeline = Chronos2Pipeline.from_pretrained(FOLDER)
    series = draw()
    answers = []
    for grouped in (False, True):
        keys = sorted({s["store"] if grouped else s["id"] for s in series})
        for key in keys:
            members = [s for s in series if (s["store"] if grouped else s["id"]) == key]
            for back in BACKS:
                for member, quantiles in zip(members, answer(pipeline, members, back)):
                    rows = [[float(f"{v:.8g}") for v in row] for row in quantiles]
                    answers.append(dict(id=member["id"], grouped=grouped, known=len(member["y"]) - back, quantiles=rows))
    whole = [dict(id=s["id"], store=s["store"], **{k: s[k].astype(int).tolist() for k in ("y", "promotion", "holiday")})
             for s in series]
    cases = dict(horizon=HORIZON, levels=LEVELS, series=whole, answers=answers)
    (FOLDER / "run-cases.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


main()
