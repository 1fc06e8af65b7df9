"""Writes small checkpoints of both architectures with random weights, and what the published Python
package answers for inputs of every kind.

    python -m venv venv && venv/bin/pip install "chronos-forecasting==2.3.2" "transformers<5" "torch==2.5.1"
    venv/bin/python src/ml/reference/make-chronos.py

Output beside this script: one folder for each checkpoint (config.json, model.safetensors) with the
answers in cases.json. The weights are drawn far from zero so that attention, position bias and
normalisation all show in the answers.
"""

import json
from pathlib import Path

import numpy as np
import torch
from chronos import Chronos2Pipeline, ChronosBoltPipeline
from chronos.chronos2 import Chronos2Model
from chronos.chronos2.config import Chronos2CoreConfig
from chronos.chronos_bolt import ChronosBoltModelForForecasting
from transformers.models.t5.modeling_t5 import T5Config

HERE = Path(__file__).parent
DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
TWENTY_ONE = [0.01, *[round(0.05 * k, 2) for k in range(1, 20)], 0.99]
CORE = dict(d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, dense_act_fn="relu",
            feed_forward_proj="relu", dropout_rate=0.1, layer_norm_epsilon=1e-6, pad_token_id=0)


def draw_weights(model: torch.nn.Module, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if "layer_norm" in name:
            weight.data = 1 + 0.2 * noise
        elif "relative_attention_bias" in name or "shared" in name:
            weight.data = noise
        elif weight.ndim == 1:
            weight.data = 0.3 * noise
        elif name.endswith((".q.weight", ".k.weight")):
            weight.data = noise * weight.shape[1] ** -0.5 * 0.6
        else:
            weight.data = noise * weight.shape[1] ** -0.5


def bolt(folder: str, seed: int, reg: bool, quantiles: list, dtype: torch.dtype) -> ChronosBoltPipeline:
    config = T5Config(**CORE, num_decoder_layers=3, relative_attention_num_buckets=32,
                      relative_attention_max_distance=128, decoder_start_token_id=0, eos_token_id=1,
                      is_encoder_decoder=True, vocab_size=2 if reg else 1)
    config.chronos_config = dict(context_length=128, prediction_length=24, input_patch_size=16,
                                 input_patch_stride=16, quantiles=quantiles, use_reg_token=reg)
    config.chronos_pipeline_class = "ChronosBoltPipeline"
    config.architectures = ["ChronosBoltModelForForecasting"]
    model = ChronosBoltModelForForecasting(config)
    draw_weights(model, seed)
    model.to(dtype).save_pretrained(HERE / folder, safe_serialization=True)
    return ChronosBoltPipeline.from_pretrained(HERE / folder, torch_dtype=torch.float32)


def chronos2(folder: str, seed: int) -> Chronos2Pipeline:
    config = Chronos2CoreConfig(**CORE, rope_theta=10000.0, vocab_size=2, attn_implementation="eager")
    config.chronos_config = dict(context_length=128, input_patch_size=16, input_patch_stride=16,
                                 output_patch_size=16, max_output_patches=2, quantiles=TWENTY_ONE,
                                 use_arcsinh=True, use_reg_token=True, time_encoding_scale=128)
    config.chronos_pipeline_class = "Chronos2Pipeline"
    config.architectures = ["Chronos2Model"]
    model = Chronos2Model(config)
    draw_weights(model, seed)
    # A smaller head: the answers pass through sinh, where random weights would reach 1e20.
    for part in (model.output_patch_embedding.output_layer, model.output_patch_embedding.residual_layer):
        part.weight.data *= 0.3
    model.save_pretrained(HERE / folder, safe_serialization=True)
    return Chronos2Pipeline.from_pretrained(HERE / folder)


def season(length: int, rng: np.random.Generator, level=50.0, noise=4.0) -> np.ndarray:
    t = np.arange(length)
    return level + 0.05 * t + 12 * np.sin(2 * np.pi * t / 7) + noise * rng.standard_normal(length)


def with_gaps(values: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    out = values.copy()
    out[rng.random(len(out)) < share] = np.nan
    return out


def series_of_every_kind(rng: np.random.Generator) -> dict:
    return {
        "plain": season(128, rng),
        "one value": np.array([7.0]),
        "two values": np.array([3.0, 9.0]),
        "short": season(11, rng),
        "one patch": season(16, rng),
        "not whole patches": season(53, rng),
        "longer than the context": season(400, rng),
        "constant": np.full(40, 12.0),
        "zeros": np.zeros(70),
        "counts": rng.poisson(0.3, 100).astype(float),
        "large": 1e6 * season(90, rng),
        "gaps": with_gaps(season(120, rng), rng, 0.3),
        "whole patches missing": np.concatenate([season(40, rng), np.full(40, np.nan), season(30, rng)]),
        "missing at the end": np.concatenate([season(80, rng), np.full(20, np.nan)]),
        "missing at the start": np.concatenate([np.full(50, np.nan), season(30, rng)]),
        "one seen value": np.concatenate([np.full(20, np.nan), [5.0], np.full(30, np.nan)]),
        "nothing seen": np.full(30, np.nan),
        "negative": -season(60, rng),
    }


def listed(values) -> list:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim > 1:
        return [listed(row) for row in array]
    return [None if np.isnan(v) else float(f"{v:.8g}") for v in array]


def bolt_cases(pipeline: ChronosBoltPipeline, rng: np.random.Generator, levels: list) -> list:
    everything = series_of_every_kind(rng)
    cases = []
    for name, values in everything.items():
        values = values.astype(np.float32)
        for horizon in [10, 60] if name in ("plain", "short", "gaps", "counts") else [24]:
            with torch.no_grad():
                quantiles, _ = pipeline.predict_quantiles([torch.tensor(values)], horizon, levels)
            cases.append(dict(name=f"{name}, {horizon} ahead", context=listed(values), horizon=horizon,
                              levels=levels, quantiles=listed(quantiles[0].numpy())))
    return cases


def chronos2_case(pipeline, name: str, task: dict, horizon: int, levels: list) -> dict:
    quantiles, _ = pipeline.predict_quantiles([task], horizon, levels)
    target = np.atleast_2d(task["target"])
    past = task.get("past_covariates", {})
    future = task.get("future_covariates", {})
    return dict(name=name, targets=listed(target), horizon=horizon, levels=levels,
                pastCovariates={k: listed(v) for k, v in past.items()},
                futureCovariates={k: listed(v) for k, v in future.items()},
                quantiles=[listed(q) for q in quantiles[0].numpy()])


def chronos2_cases(pipeline: Chronos2Pipeline, rng: np.random.Generator) -> list:
    f32 = lambda values: np.asarray(values, dtype=np.float32)
    levels = [0.1, 0.5, 0.9]
    cases = [chronos2_case(pipeline, f"{name}, {h} ahead", dict(target=f32(values)), h, levels)
             for name, values in series_of_every_kind(rng).items()
             for h in ([10, 70] if name in ("plain", "short", "gaps") else [24])]
    cases.append(chronos2_case(pipeline, "levels between and beyond", dict(target=f32(season(90, rng))), 20,
                               [0.003, 0.07, 0.5, 0.925, 0.999]))
    both = np.stack([season(100, rng), season(100, rng, 5, 1)])
    both[1, 30:60] = np.nan
    for horizon in (20, 70):
        cases.append(chronos2_case(pipeline, f"two targets, {horizon} ahead", dict(target=f32(both)), horizon, levels))
        n = 75
        flag = (rng.random(n + horizon) < 0.2).astype(float)
        price = 10 + rng.standard_normal(n + horizon)
        price[n + 3] = np.nan
        task = dict(target=f32(season(n, rng) + 20 * flag[:n]),
                    past_covariates=dict(footfall=f32(season(n, rng, 300)), price=f32(price[:n]), promo=f32(flag[:n])),
                    future_covariates=dict(price=f32(price[n:]), promo=f32(flag[n:])))
        cases.append(chronos2_case(pipeline, f"covariates, {horizon} ahead", task, horizon, levels))
    long = 300
    task = dict(target=f32(np.stack([season(long, rng) for _ in range(3)])),
                past_covariates=dict(promo=f32(rng.random(long) < 0.3)),
                future_covariates=dict(promo=f32(rng.random(30) < 0.3)))
    cases.append(chronos2_case(pipeline, "three targets, a long context, a covariate", task, 30, levels))
    return cases


def main() -> None:
    for folder, seed, reg, quantiles, dtype, levels in [
        ("bolt", 1, True, DECILES, torch.float32, [0.1, 0.5, 0.9]),
        ("bolt-half", 2, False, DECILES, torch.bfloat16, [0.02, 0.25, 0.5, 0.83, 0.975]),
    ]:
        pipeline = bolt(folder, seed, reg, quantiles, dtype)
        cases = bolt_cases(pipeline, np.random.default_rng(seed), levels)
        (HERE / folder / "cases.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    pipeline = chronos2("chronos-2", 3)
    cases = chronos2_cases(pipeline, np.random.default_rng(3))
    (HERE / "chronos-2" / "cases.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    for extra in HERE.glob("*/generation_config.json"):
        extra.unlink()


main()
