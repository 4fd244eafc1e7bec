"""Made flames to measure on: real clean sequences, as they are, at dusk or by night, in which a flame comes up half-way.

    python3 models/training/burn.py --data ../shared/data/sequences --stills ../shared/data/flames --out BURNING --light night --count 36

Flames are cut out of stills of groups that the fold's network for flames has not seen (flame.py), another one of the
same group each minute, because flames flicker. They grow from 6 to up to 40 pixels of a 960 wide frame in ten minutes.
Nights have lamps that were lit from the start: those are no fire. Each frame says which real frame it was laid over.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from data import load_all, site_of
from flame import Stills, cut_out, warmth_of

QUALITY = 88
LIGHTS = {"day": 1.0, "dusk": 0.35, "night": 0.08}
COLOURS = [(255, 244, 214), (255, 214, 150), (255, 255, 255), (255, 60, 40), (190, 210, 255)]
GROWTH_MINUTES = 10
WIDTH_AT = 960


def burning(picture: np.ndarray, cut: np.ndarray, foot, width: float):
    """The picture (float32) with a flame of this width standing on a point of it, and its box in pixels."""
    size = (max(2, round(width)), max(2, round(width * min(2.0, cut.shape[0] / cut.shape[1]))))
    small = np.asarray(Image.fromarray(np.ascontiguousarray(cut)).resize(size, Image.Resampling.BOX)).astype(np.float32)
    warmth = warmth_of(small)
    x, y = int(np.clip(foot[0] - size[0] / 2, 0, picture.shape[1] - size[0])), int(np.clip(foot[1] - size[1], 0, picture.shape[0] - size[1]))
    spot = np.s_[y : y + size[1], x : x + size[0]]
    picture[spot] = picture[spot] * (1 - warmth[..., None]) + small * warmth[..., None]
    return x, y, *size


def lamp_light(shape, lamps) -> np.ndarray:
    ys, xs = np.mgrid[: shape[0], : shape[1]]
    out = np.zeros((*shape[:2], 3), np.float32)
    for x, y, r, colour in lamps:
        out += np.exp(-(((xs - x) ** 2 + (ys - y) ** 2) / (2 * r * r)))[..., None] * np.array(colour, np.float32)
    return out


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--stills", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--cache", type=Path, default=Path("/tmp/lookout-training"))
    args.add_argument("--light", choices=LIGHTS, required=True)
    args.add_argument("--count", type=int, default=36)
    args.add_argument("--seed", type=int, default=1)
    a = args.parse_args()
    rng = np.random.default_rng(a.seed)
    split = json.loads((Path(__file__).parent / "splits.json").read_text())
    sequences = [s for s in load_all(a.data, a.cache, split) if sum(v is False for v in s.smoke) >= 30]
    fold_of = {site: k for k, sites in enumerate(split["folds"]) for site in sites}
    stills = [Stills(a.stills, k) for k in range(len(split["folds"]))]
    for n in range(a.count):
        seq = sequences[n % len(sequences)]
        meta = json.loads((a.data / seq.name / "sequence.json").read_text())
        unseen = stills[fold_of[seq.site]].test
        group = unseen[int(rng.integers(len(unseen)))][2]
        cuts = [cut_out(image, box) for image, boxes, g in unseen if g == group for box in boxes]
        unit = seq.width / WIDTH_AT
        feet = [y + h for boxes in seq.boxes for _, y, _, h in boxes] or list(np.linspace(0.4, 0.8, 20) * seq.height)
        foot = (float(rng.uniform(0.05, 0.95)) * seq.width, min(seq.height - 2, float(rng.choice(feet)) + float(rng.uniform(0, 40)) * unit))
        full = float(np.exp(rng.uniform(np.log(12), np.log(40)))) * unit
        lamps = [
            (rng.uniform(0, seq.width), rng.uniform(0.4, 0.95) * seq.height, rng.uniform(0.7, 4) * unit, np.array(COLOURS[int(rng.integers(len(COLOURS)))]) * rng.uniform(0.5, 1))
            for _ in range(int(rng.integers(2, 10)))
        ] if a.light == "night" else []
        glow = lamp_light((seq.height, seq.width), lamps) if lamps else 0
        clean = [i for i in range(len(seq.smoke)) if seq.smoke[i] is False]
        start = int(rng.integers(14, 20))
        out = a.out / f"{a.light}-{n:03d}_{seq.name.split('_', 1)[1]}"
        (out / "frames").mkdir(parents=True, exist_ok=True)
        frames = []
        for k, i in enumerate(clean):
            picture = np.asarray(seq.images[i]).astype(np.float32) * LIGHTS[a.light] + glow
            boxes = []
            if k >= start:
                width = 6 * unit + (full - 6 * unit) * min(1, (k - start) / GROWTH_MINUTES)
                x, y, w, h = burning(picture, cuts[int(rng.integers(len(cuts)))], foot, width * rng.uniform(0.85, 1.15))
                boxes = [[x / seq.width, y / seq.height, w / seq.width, h / seq.height]]
            picture += rng.normal(0, 2.5 if a.light == "night" else 1, picture.shape).astype(np.float32)
            file = f"frames/{Path(meta['frames'][i]['file']).stem}.jpg"
            Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(out / file, quality=QUALITY)
            frames.append({"file": file, "time": meta["frames"][i]["time"], "smoke": k >= start, "boxes": boxes or None, "from": seq.hashes[i]})
        about = {
            "name": out.name, "camera": meta["camera"], "site": site_of(seq.name, split), "width": seq.width, "height": seq.height,
            "source": f"made: flames over {seq.name}, {a.light}", "licence": meta["licence"], "ignition": frames[start]["time"], "frames": frames,
        }
        (out / "sequence.json").write_text(json.dumps(about))


main()
