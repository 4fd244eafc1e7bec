"""Footage in the `sequence.json` format, as arrays the network sees.

A sample is four RGB images (height, width, 3), uint8: the frame, the median of minutes t-8...t-2, the frame one minute
before, and the median of t-6, -10 ... -30. The tower builds the same four (gateway/watch/detect/history.ts); a missing
early minute is the oldest one known.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

INPUT_WIDTH = 960
"""Width of the picture the network is meant for; crops of training are scaled about it."""
WIDEST = 1280
SHORT = [2, 3, 4, 5, 6, 7, 8]
LONG = [6, 10, 14, 18, 22, 26, 30]
WARM_UP = 8
"""Minutes of past below which the detector says `learning` and gives no score."""


def median7(images: list[np.ndarray]) -> np.ndarray:
    """Median of seven uint8 images by a sorting network: min/max on whole images, no sort per pixel."""
    p = list(images)
    for a, b in [(0, 5), (0, 3), (1, 6), (2, 4), (0, 1), (3, 5), (2, 6), (2, 3), (3, 6), (4, 5), (1, 4), (1, 3), (3, 4)]:
        p[a], p[b] = np.minimum(p[a], p[b]), np.maximum(p[a], p[b])
    return p[3]


@dataclass
class Sequence:
    name: str
    site: str
    images: np.ndarray  # (frames, H, W, 3) uint8, as the camera gave them
    short: np.ndarray
    long: np.ndarray
    smoke: list  # True | False | None for each frame
    boxes: list  # pixel boxes (x, y, w, h) for each frame
    hashes: list

    @property
    def width(self) -> int:
        return self.images.shape[2]

    @property
    def height(self) -> int:
        return self.images.shape[1]

    def sample(self, i: int, window=np.s_[:, :], before=np.s_[:, :]) -> np.ndarray:
        """The four images of frame i, or the same window of each (`before`: that of the pasts), stacked to (h, w, 12)."""
        parts = (self.images[i][window], self.short[i][before], self.images[i - 1][before], self.long[i][before])
        return np.concatenate(parts, axis=2)


def site_of(name: str, split: dict) -> str:
    camera = name.split("_", 1)[1]
    for alias, site in split["aliases"].items():
        if camera.startswith(alias):
            return site
    for fold in split["folds"]:
        for site in fold:
            if camera.startswith(site):
                return site
    raise SystemExit(f"{name}: no site in splits.json matches; add it to one fold")


def load(folder: Path, cache: Path, site: str) -> Sequence:
    meta = json.loads((folder / "sequence.json").read_text())
    frames = meta["frames"]
    cache.mkdir(parents=True, exist_ok=True)
    files = [cache / f"{folder.name}.{part}.npy" for part in ("images", "short", "long")]
    if not all(f.exists() for f in files):
        images = np.stack([picture(folder / frame["file"]) for frame in frames])
        past = lambda offsets: np.stack([median7([images[max(0, i - o)] for o in offsets]) for i in range(len(images))])
        for path, array in zip(files, (images, past(SHORT), past(LONG))):
            np.save(path.with_suffix(".new.npy"), array)
            path.with_suffix(".new.npy").rename(path)
    arrays = [np.load(f, mmap_mode="r") for f in files]
    height, width = arrays[0].shape[1:3]
    boxes = [[(x * width, y * height, w * width, h * height) for x, y, w, h in (f["boxes"] or [])] for f in frames]
    hashes = [hashlib.sha256((folder / f["file"]).read_bytes()).hexdigest()[:16] for f in frames]
    return Sequence(folder.name, site, *arrays, [f["smoke"] for f in frames], boxes, hashes)


def picture(file: Path) -> np.ndarray:
    image = Image.open(file).convert("RGB")
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), Image.Resampling.BOX)
    return np.asarray(image)


def load_all(root: Path, cache: Path, split: dict) -> list[Sequence]:
    return [load(f.parent, cache, site_of(f.parent.name, split)) for f in sorted(root.glob("*/sequence.json"))]


def clean_frames(sequences: list[Sequence]) -> list[tuple[Sequence, int]]:
    """Frames known to be without smoke (before ignition) that have enough past."""
    return [(s, i) for s in sequences for i in range(WARM_UP, len(s.smoke)) if s.smoke[i] is False]


def smoking_frames(sequences: list[Sequence]) -> dict[str, list[int]]:
    """Frames with a box, by sequence."""
    return {s.name: p for s in sequences if (p := [i for i in range(WARM_UP, len(s.smoke)) if s.boxes[i]])}
