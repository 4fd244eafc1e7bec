"""Made smoke and made deceivers on real pictures.

`lookout simulate --layers DIR` writes bare layers, one a minute. Here they are laid over clean frames of real
sequences *and over their pasts*, at the age the layer had then, so that the network sees them grow as it would see
the real thing. Laying is slow, so it is done once, into a pool of patches that all trainings draw from:

    python3 models/training/made.py --data ../shared/data/sequences --layers LAYERS --pool POOL
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import LONG, SHORT, Sequence, clean_frames, load_all, median7

STANDARD = 640
"""Patches are kept at the scale of a frame that is so many pixels wide."""
PATCH_W, PATCH_H = 400, 320
CHANGE_SCALE = 16
"""Steps per grey level of the 13th plane of a patch: how much the layer changed the frame."""
SIZES = {  # width of the whole canvas in pixels of a STANDARD wide frame
    "plume": (24, 700), "steam": (24, 300), "shadow": (200, 900), "fog": (120, 700), "dust": (40, 260), "glare": (200, 800),
    "drop": (24, 140), "insect": (12, 120), "cumulus": (60, 700), "haze": (200, 900), "mast": (60, 500), "lights": (60, 500),
}
ABOVE_LAND = ("cumulus",)
ANYWHERE = ("drop", "insect", "glare", "mast")
THROUGH_AIR = ("plume", "steam", "fog", "cumulus")


class Layer:
    def __init__(self, path: Path):
        meta = json.loads(path.read_text())
        self.kind, self.before, self.minutes = meta["kind"], meta["before"], meta["minutes"]
        self.tone = np.array(meta["tone"], np.float32)
        self.foot = (meta["foot"]["x"], meta["foot"]["y"])
        shape = (self.minutes, 2, meta["height"], meta["width"])
        self.data = np.memmap(path.with_suffix(".bin"), np.uint8, "r", shape=shape)

    def at(self, minute: int) -> np.ndarray | None:
        """Cover and grey at an age in minutes; None where there is nothing."""
        if minute < 0 and self.before == "none":
            return None
        if self.before == "loop":
            minute %= self.minutes
        return self.data[min(self.minutes - 1, max(0, minute))]


def load_layers(folder: Path) -> dict[str, list[Layer]]:
    layers: dict[str, list[Layer]] = {}
    for path in sorted(folder.glob("*.json")):
        layer = Layer(path)
        layers.setdefault(layer.kind, []).append(layer)
    return layers


def lay(layer: Layer, base: np.ndarray, age: int, look: dict, window: tuple[int, int, int, int]) -> np.ndarray:
    """`base` (h, w, 3) uint8, the pixels of `window` (x, y, w, h) of a frame, with the layer over it."""
    frame = layer.at(age)
    if frame is None:
        return base
    x, y, w, h = window
    scale = look["scale"]
    left, top = look["x"] - layer.foot[0] * scale, look["y"] - layer.foot[1] * scale
    size = (max(2, round(frame.shape[1] * scale)), max(2, round(frame.shape[2] * scale)))
    x0, y0 = max(x, round(left)), max(y, round(top))
    x1, y1 = min(x + w, round(left) + size[1]), min(y + h, round(top) + size[0])
    if x1 <= x0 or y1 <= y0:
        return base
    # only the part of the layer that lies in the window is scaled
    rows, columns = (
        slice(first := min(size - 1, int(low / scale)), max(first + 1, int(np.ceil(high / scale))))
        for low, high, size in ((y0 - top, y1 - top, frame.shape[1]), (x0 - left, x1 - left, frame.shape[2]))
    )
    layered = frame[:, rows, ::-1][:, :, columns] if look["flip"] else frame[:, rows, columns]
    if not layered[0].any():
        return base
    planes = torch.from_numpy(np.array(layered)).float()[None]
    part = F.interpolate(planes, (y1 - y0, x1 - x0), mode="bilinear", antialias=scale < 1, align_corners=False)[0].numpy()
    cover = (part[0] / 255 * look["strength"])[..., None]
    out = base.copy()
    spot = np.s_[y0 - y : y1 - y, x0 - x : x1 - x]
    tone = np.minimum(255, look["tone"] * (part[1] / 205)[..., None])
    out[spot] = (base[spot] * (1 - cover) + tone * cover + 0.5).astype(np.uint8)
    return out


def placed(seq: Sequence, i: int, layer: Layer, rng, feet: list[float]) -> tuple[dict, tuple[float, float]]:
    """How a layer stands in a frame, and the point of the frame that a patch of it is centred on, pixels."""
    unit = seq.width / STANDARD
    low, high = SIZES[layer.kind]
    canvas = float(np.exp(rng.uniform(np.log(low), np.log(high)))) * unit
    x, y = float(rng.uniform(20, STANDARD - 20)) * unit, float(rng.choice(feet)) + float(rng.uniform(-20, 20)) * unit
    if layer.kind in ABOVE_LAND:  # its foot is the middle of the canvas, its base a little below it
        y -= canvas * 0.15 + float(rng.uniform(0, 100)) * unit
    if layer.kind in ANYWHERE:
        y = float(rng.uniform(20 * unit, seq.height - 20 * unit))
    haze = rng.uniform(0, 0.6) if layer.kind in THROUGH_AIR else 0
    row = int(np.clip(y, 0, seq.height - 1))
    around = np.asarray(seq.images[i][row, ::8]).astype(np.float32).mean(0)
    look = {
        "x": x, "y": y, "scale": canvas / layer.data.shape[3], "flip": bool(rng.random() < 0.5),
        "strength": float(rng.uniform(0.25, 1.0)), "tone": layer.tone * (1 - haze) + np.maximum(around, layer.tone * 0.6) * haze,
    }
    return look, (x, y - (canvas * 0.2 if layer.kind in ("plume", "steam") else 0))


def patch_of(seq: Sequence, i: int, layer: Layer, rng, feet: list[float]) -> np.ndarray:
    """A clean frame with a layer over it and over its pasts: (PATCH_H, PATCH_W, 13) uint8, the 13th plane being the change."""
    look, centre = placed(seq, i, layer, rng, feet)
    # half of the plumes are young: what counts is how early they are seen
    age = int(rng.integers(0, 1 if layer.kind == "insect" else 5 if rng.random() < 0.5 else 16))
    unit = seq.width / STANDARD
    w, h = min(seq.width, round(PATCH_W * unit)), min(seq.height, round(PATCH_H * unit))
    x = int(np.clip(centre[0] - w * rng.uniform(0.3, 0.7), 0, seq.width - w))
    y = int(np.clip(centre[1] - h * rng.uniform(0.3, 0.7), 0, seq.height - h))
    spot, window = np.s_[y : y + h, x : x + w], (x, y, w, h)
    clean = np.asarray(seq.images[i][spot])
    present = lay(layer, clean, age, look, window)
    then = lambda k: lay(layer, np.asarray(seq.images[max(0, i - k)][spot]), age - k, look, window)
    short = median7([then(k) for k in SHORT]) if age > SHORT[0] or layer.before != "none" else seq.short[i][spot]
    long = median7([then(k) for k in LONG]) if age > LONG[0] or layer.before != "none" else seq.long[i][spot]
    change = np.abs(present.astype(np.float32) - clean).mean(2, keepdims=True) * CHANGE_SCALE
    stack = np.concatenate([present, short, then(1), long, np.minimum(255, change).astype(np.uint8)], 2)
    if stack.shape[:2] == (PATCH_H, PATCH_W):
        return stack
    planes = torch.from_numpy(stack).permute(2, 0, 1).float()[None]
    scaled = F.interpolate(planes, (PATCH_H, PATCH_W), mode="bilinear", antialias=True, align_corners=False)[0]
    return scaled.round().byte().permute(1, 2, 0).numpy()


class Pool:
    """Patches on the disk, and of which sequence and what kind each is."""

    def __init__(self, folder: Path):
        self.items = json.loads((folder / "pool.json").read_text())
        self.data = np.memmap(folder / "pool.bin", np.uint8, "r", shape=(len(self.items), PATCH_H, PATCH_W, 13))

    def of(self, names: set[str], plumes: bool) -> np.ndarray:
        """Numbers of the patches over these sequences."""
        return np.array([k for k, i in enumerate(self.items) if i["sequence"] in names and (i["kind"] == "plume") == plumes])


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--layers", type=Path, required=True, help="what `lookout simulate --layers` wrote")
    args.add_argument("--pool", type=Path, required=True)
    args.add_argument("--cache", type=Path, default=Path("/tmp/lookout-training"))
    args.add_argument("--count", type=int, default=2200, help="plumes; and as many deceivers")
    args.add_argument("--seed", type=int, default=1)
    a = args.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(a.seed)
    split = json.loads((Path(__file__).parent / "splits.json").read_text())
    sequences = load_all(a.data, a.cache, split)
    layers = load_layers(a.layers)
    deceivers = [k for k in layers if k != "plume"]
    # where smoke leaves the ground at this camera, or, where it never did, somewhere below the sky
    feet = {s.name: [y + h for boxes in s.boxes for _, y, _, h in boxes] or list(np.linspace(0.3, 0.8, 20) * s.height) for s in sequences}
    negatives = clean_frames(sequences)
    a.pool.mkdir(parents=True, exist_ok=True)
    items = []
    with (a.pool / "pool.bin").open("wb") as out:
        for k in range(2 * a.count):
            kind = "plume" if k % 2 == 0 else deceivers[int(rng.integers(len(deceivers)))]
            # sequences in turn, not frames: a long one counts no more than a short one
            seq = sequences[int(rng.integers(len(sequences)))]
            clean = [i for s, i in negatives if s is seq]
            if not clean:
                seq, i = negatives[int(rng.integers(len(negatives)))]
            else:
                i = clean[int(rng.integers(len(clean)))]
            layer = layers[kind][int(rng.integers(len(layers[kind])))]
            out.write(patch_of(seq, i, layer, rng, feet[seq.name]).tobytes())
            items.append({"sequence": seq.name, "kind": kind})
            if k % 200 == 0:
                print(f"patch {k} of {2 * a.count}", flush=True)
    (a.pool / "pool.json").write_text(json.dumps(items))


if __name__ == "__main__":
    main()
