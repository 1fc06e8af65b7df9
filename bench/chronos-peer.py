"""The published Python package, driven by bench/chronos.ts: one command a line on stdin, one JSON line each on stdout.

    venv/bin/python bench/chronos-peer.py make FOLDER                writes checkpoints with random weights
    venv/bin/python bench/chronos-peer.py serve MODEL INPUT THREADS  forecasts rows of 512 numbers from INPUT

THREADS 0 leaves PyTorch its own default.
"""

import json
import sys
import time


def make(folder: str) -> None:
    import torch
    from chronos.chronos_bolt import ChronosBoltModelForForecasting
    from transformers.models.t5.modeling_t5 import T5Config

    for name, width, inner, layers, heads in [("tiny", 256, 1024, 4, 4), ("small", 512, 2048, 6, 8)]:
        config = T5Config(d_model=width, d_kv=64, d_ff=inner, num_layers=layers, num_decoder_layers=layers,
                          num_heads=heads, dense_act_fn="relu", feed_forward_proj="relu", vocab_size=2,
                          decoder_start_token_id=0, eos_token_id=1, pad_token_id=0, initializer_factor=1.0)
        config.chronos_config = dict(context_length=2048, prediction_length=64, input_patch_size=16,
                                     input_patch_stride=16, use_reg_token=True,
                                     quantiles=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
        config.chronos_pipeline_class = "ChronosBoltPipeline"
        config.architectures = ["ChronosBoltModelForForecasting"]
        torch.manual_seed(1)
        ChronosBoltModelForForecasting(config).save_pretrained(f"{folder}/{name}")


def serve(model: str, path: str, threads: str) -> None:
    import numpy as np
    import torch
    from chronos import BaseChronosPipeline

    if threads != "0":
        torch.set_num_threads(int(threads))
    pipeline = BaseChronosPipeline.from_pretrained(model)
    rows = torch.tensor(np.fromfile(path, dtype=np.float32).reshape(-1, 512))
    for line in sys.stdin:
        if line.startswith("about"):
            print(json.dumps(dict(version=torch.__version__, threads=torch.get_num_threads())), flush=True)
            continue
        if line.startswith("memory"):
            share = next(row for row in open("/proc/self/smaps_rollup") if row.startswith("Pss:"))
            print(json.dumps(dict(megabytes=int(share.split()[1]) / 1000)), flush=True)
            continue
        batch = int(line)
        began, used = time.perf_counter(), time.process_time()
        with torch.inference_mode():
            quantiles, _ = pipeline.predict_quantiles(rows[:batch], 28, [0.1, 0.5, 0.9])
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        print(json.dumps(dict(seconds=seconds, cpu=cpu, values=quantiles[-1, -1].tolist())), flush=True)


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    serve(*sys.argv[2:])
