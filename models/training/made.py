"""Made smoke and made deceivers on real pictures.

`lookout simulate --layers DIR` writes bare layers, one a minute. Here they are laid over clean frames of real
sequences *and over their pasts*, at the age the layer had then, so that the network sees them grow as it would see
the real thing.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import HEIGHT, LONG, SHORT, WIDTH, median7

DECEIVERS = ["steam", "shadow", "fog", "dust", "glare", "drop", "insect"]
SIZES = {  # width of the whole canvas in pixels of a 640 pixel wide frame
    "plume": (24, 700), "steam": (24, 300), "shadow": (200, 900), "fog": (120, 700), "dust": (40, 260),
    "glare": (200, 800), "drop": (24, 140), "insect": (12, 120),
}
SURE, SEEN = 5.0, 1.0
"""Grey levels from which a change counts as smoke, and from which it is no longer counted as clean."""


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


def composite(seq, i: int, layer: Layer, rng, feet: list[float]):
    """A clean frame with a layer over it: a function of a window (x, y, w, h) -> (h, w, 12) uint8 and the change in grey levels; and its centre."""
    low, high = SIZES[layer.kind]
    canvas = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    foot = (float(rng.uniform(20, WIDTH - 20)), float(rng.choice(feet)) + float(rng.uniform(-20, 20)))
    if layer.kind in ("drop", "insect", "glare"):
        foot = (foot[0], float(rng.uniform(20, HEIGHT - 20)))
    haze = rng.uniform(0, 0.6) if layer.kind in ("plume", "steam", "fog") else 0
    row = int(np.clip(foot[1], 0, HEIGHT - 1))
    around = np.asarray(seq.images[i][row, ::8]).astype(np.float32).mean(0)
    look = {
        "x": foot[0], "y": foot[1], "scale": canvas / layer.data.shape[3], "flip": bool(rng.random() < 0.5),
        "strength": float(rng.uniform(0.25, 1.0)), "tone": layer.tone * (1 - haze) + np.maximum(around, layer.tone * 0.6) * haze,
    }
    age = int(rng.integers(0, 1 if layer.kind == "insect" else 16))

    def render(window):
        x, y, w, h = window
        spot = np.s_[y : y + h, x : x + w]
        clean = np.asarray(seq.images[i][spot])
        present = lay(layer, clean, age, look, window)
        then = lambda k: lay(layer, np.asarray(seq.images[max(0, i - k)][spot]), age - k, look, window)
        short = median7([then(k) for k in SHORT]) if age > SHORT[0] or layer.before != "none" else seq.short[i][spot]
        long = median7([then(k) for k in LONG]) if age > LONG[0] or layer.before != "none" else seq.long[i][spot]
        change = np.abs(present.astype(np.float32) - clean).mean(2)
        return np.concatenate([present, short, then(1), long], 2), change

    lift = canvas * 0.2 if layer.kind in ("plume", "steam") else 0
    return render, (foot[0], foot[1] - lift)


def cells(change: torch.Tensor) -> torch.Tensor:
    """Labels per 8 x 8 cell from the change (H, W) in grey levels: 1 smoke, -1 too faint to say, 0 clean."""
    sure = F.avg_pool2d((change > SURE).float()[None], 8)[0]
    seen = F.max_pool2d((change > SEEN).float()[None], 8)[0]
    label = torch.where(seen > 0, -1.0, 0.0)
    label[sure >= 0.3] = 1.0
    if not (label == 1).any() and sure.max() > 0:  # smaller than a cell: the cell that holds most of it
        label.view(-1)[sure.argmax()] = 1.0
    return label
