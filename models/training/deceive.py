"""Made camera-hours without fire: real clean sequences with one made deceiver each, as footage that `lookout evaluate` reads.

    python3 models/training/deceive.py --data ../shared/data/sequences --layers LAYERS --out DECEIVERS --count 360

Layers must come from other seeds than those trained on. Each frame says by hash which real frame it was laid over, so that
a network that was trained on that one is not asked. The deceiver begins, or begins to change, in the second half.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from data import load_all, site_of
from made import lay, load_layers, placed

QUALITY = 88


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--layers", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--cache", type=Path, default=Path("/tmp/lookout-training"))
    args.add_argument("--count", type=int, default=360)
    args.add_argument("--seed", type=int, default=1)
    a = args.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(a.seed)
    split = json.loads((Path(__file__).parent / "splits.json").read_text())
    sequences = [s for s in load_all(a.data, a.cache, split) if sum(v is False for v in s.smoke) >= 30]
    layers = load_layers(a.layers)
    kinds = [k for k in layers if k != "plume"]
    for n in range(a.count):
        kind = kinds[n % len(kinds)]
        seq = sequences[(n // len(kinds) + n) % len(sequences)]
        meta = json.loads((a.data / seq.name / "sequence.json").read_text())
        feet = [y + h for boxes in seq.boxes for _, y, _, h in boxes] or list(np.linspace(0.3, 0.8, 20) * seq.height)
        layer = layers[kind][int(rng.integers(len(layers[kind])))]
        clean = [i for i in range(len(seq.smoke)) if seq.smoke[i] is False]
        look, _ = placed(seq, clean[len(clean) // 2], layer, rng, feet)
        start = int(rng.integers(14, 22))
        out = a.out / f"{kind}-{n:04d}_{seq.name.split('_', 1)[1]}"
        (out / "frames").mkdir(parents=True, exist_ok=True)
        frames = []
        for k, i in enumerate(clean):
            picture = lay(layer, np.asarray(seq.images[i]), k - start, look, (0, 0, seq.width, seq.height))
            file = f"frames/{Path(meta['frames'][i]['file']).stem}.jpg"
            Image.fromarray(picture).save(out / file, quality=QUALITY)
            frames.append({"file": file, "time": meta["frames"][i]["time"], "smoke": False, "boxes": None, "from": seq.hashes[i]})
        about = {
            "name": out.name, "camera": meta["camera"], "site": site_of(seq.name, split), "width": seq.width, "height": seq.height,
            "source": f"made: {kind} over {seq.name}", "licence": meta["licence"], "deceiver": kind, "ignition": None, "frames": frames,
        }
        (out / "sequence.json").write_text(json.dumps(about))


main()
