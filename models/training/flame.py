"""Trains the network for flames, which looks at one frame at half size.

    python3 models/training/flame.py --stills ../shared/data/flames --data ../shared/data/sequences --pool POOL --out TRAINED [--fold 0]

Flames come from stills, as they are and cut out and laid, small, over darkened and over bright tower frames. What is no
flame comes from clean tower frames under every light, from made lamps and glare, and from stills of a boreal tower.
`--fold K` leaves the sites of fold K of splits.json out, and every third group of stills; the figures come from those.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from data import clean_frames, load_all
from learn import Learner, loss_of, mine
from made import Pool
from network import SCALE, DeployedFlame, FlameNet

CROP_W, CROP_H = 160, 128
"""Pixels of a half-size picture; a cell of the output is 4 x 4 of them."""
HALF_WIDTH = 480
CELL = 4
LAMPS = ("lights", "glare")


def cells(mask: np.ndarray, floor=0.25) -> np.ndarray:
    """A mask (CROP_H, CROP_W) 0...1 -> 1 where it fills a cell well, -1 near it, else 0."""
    per_cell = mask.reshape(CROP_H // CELL, CELL, CROP_W // CELL, CELL)
    full, some = per_cell.mean((1, 3)), per_cell.max((1, 3)) > 0.05
    near = np.zeros_like(some)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            near |= np.roll(some, (dy, dx), (0, 1))
    label = np.where(near, -1.0, 0.0).astype(np.float32)
    label[full >= floor] = 1
    if some.any() and not (label == 1).any():
        label.flat[full.argmax()] = 1
    return label


class Stills:
    def __init__(self, root: Path, leave_out: int | None):
        labels = json.loads((root / "labels.json").read_text())
        groups = sorted({v["group"] for v in labels.values()})
        self.held_out = {g for n, g in enumerate(groups) if leave_out is not None and n % 3 == leave_out % 3}
        self.train, self.test = [], []
        self.hashes = []
        for name, label in sorted(labels.items()):
            boxes = [o["box"] for o in label["objects"] if o["class"] == "fire"]
            if not boxes:
                continue
            path = root / "images" / name
            item = (np.asarray(Image.open(path).convert("RGB")), boxes, label["group"])
            if label["group"] in self.held_out:
                self.test.append(item)
            else:
                self.train.append(item)
                self.hashes.append(hashlib.sha256(path.read_bytes()).hexdigest()[:16])
        # groups in turn: thirty pictures of one flight count as much as one picture of another fire
        self.by_group = {}
        for item in self.train:
            self.by_group.setdefault(item[2], []).append(item)


def view(image: np.ndarray, centre, scale: float) -> np.ndarray:
    """A crop (CROP_H, CROP_W, 3) of an image scaled by `scale`, about a point of it in pixels; the border is drawn out."""
    w, h = CROP_W / scale, CROP_H / scale
    x, y = centre[0] - w / 2, centre[1] - h / 2
    pad = [(max(0, int(-y) + 1), max(0, int(y + h - image.shape[0]) + 1)), (max(0, int(-x) + 1), max(0, int(x + w - image.shape[1]) + 1)), (0, 0)]
    if any(p > 0 for side in pad for p in side):
        image = np.pad(image, pad, mode="edge")
        x, y = x + pad[1][0], y + pad[0][0]
    return np.asarray(Image.fromarray(image).resize((CROP_W, CROP_H), Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR, box=(x, y, x + w, y + h)))


def cut_out(image: np.ndarray, box) -> np.ndarray:
    """What lies in a box (left, top, width, height, 0...1) of a picture, two pixels at least."""
    x, y, w, h = box
    H, W = image.shape[:2]
    return image[int(y * H) : max(int(y * H) + 2, int((y + h) * H)), int(x * W) : max(int(x * W) + 2, int((x + w) * W))]


def warmth_of(cut: np.ndarray) -> np.ndarray:
    """How much of a flame each pixel (RGB, 0...255, float) is, 0...1: bright, and redder than blue."""
    return np.clip((cut[..., 0] - cut[..., 2] - 20) / 60, 0, 1) * np.clip((cut[..., 0] - 90) / 80, 0, 1)


class Source:
    def __init__(self, stills: Stills, clean, pool: Pool, lamps, boreal, rng):
        self.stills, self.clean, self.pool, self.lamps, self.boreal, self.rng = stills, clean, pool, lamps, boreal, rng
        self.hard = []
        """Places in clean frames that look like flames to the network as it is: (sequence, frame, (x, y) in pixels)."""

    def pick(self, options):
        return options[int(self.rng.integers(len(options)))]

    def still(self):
        group = self.pick(list(self.stills.by_group.values()))
        image, boxes, _ = self.pick(group)
        return image, boxes, self.pick(boxes)

    def near(self):
        """A still as it is, at a scale at which the chosen flame is 6 ... 110 pixels wide."""
        image, boxes, box = self.still()
        H, W = image.shape[:2]
        scale = float(np.exp(self.rng.uniform(np.log(6), np.log(110)))) / max(2.0, box[2] * W)
        scale = float(np.clip(scale, CROP_W / W / 2, 4))
        centre = ((box[0] + box[2] * self.rng.uniform(0.1, 0.9)) * W, (box[1] + box[3] * self.rng.uniform(0.1, 0.9)) * H)
        crop = view(image, centre, scale).astype(np.float32)
        mask = np.zeros((CROP_H, CROP_W), np.float32)
        ys, xs = np.mgrid[:CROP_H, :CROP_W]
        for x, y, w, h in boxes:
            cx, cy = ((x + w / 2) * W - centre[0]) * scale + CROP_W / 2, ((y + h / 2) * H - centre[1]) * scale + CROP_H / 2
            mask[((xs - cx) / (w * W * scale / 2 + 0.5)) ** 2 + ((ys - cy) / (h * H * scale / 2 + 0.5)) ** 2 <= 1] = 1
        # within a box only what is bright and warm is flame, or is not known to be
        warm = (crop[..., 0] > crop[..., 2] + 25) & (crop[..., 0] > 110)
        label = cells(mask * warm)
        label[(cells(mask) != 0) & (label == 0)] = -1
        return crop, label, True

    def background(self, night: bool, place=None):
        """A crop of a clean frame, about a place of it or anywhere."""
        seq, i, centre = place or (*self.pick(self.clean), None)
        unit = seq.width / HALF_WIDTH
        zoom = float(np.exp(self.rng.uniform(np.log(0.6), np.log(1.6))))
        w, h = min(seq.width, CROP_W * unit / zoom), min(seq.height, CROP_H * unit / zoom)
        x, y = self.rng.uniform(0, seq.width - w), self.rng.uniform(0, seq.height - h)
        if centre:
            x, y = (float(np.clip(c - side * self.rng.uniform(0.2, 0.8), 0, most - side)) for c, side, most in zip(centre, (w, h), (seq.width, seq.height)))
        part = np.asarray(seq.images[i][int(y) : int(y + h), int(x) : int(x + w)])
        crop = np.asarray(Image.fromarray(part).resize((CROP_W, CROP_H), Image.Resampling.BOX)).astype(np.float32)
        if night:
            crop = crop * self.rng.uniform(0.02, 0.3) + self.rng.uniform(0, 12)
        return crop

    def far(self):
        """A flame cut out of a still, 2.5 ... 30 pixels wide, over a tower frame, mostly by night."""
        image, _, box = self.still()
        cut = cut_out(image, box)
        width = float(np.exp(self.rng.uniform(np.log(2.5), np.log(30))))
        size = (max(2, round(width)), max(2, min(CROP_H - 2, round(width * cut.shape[0] / cut.shape[1]))))
        cut = np.asarray(Image.fromarray(np.ascontiguousarray(cut)).resize(size, Image.Resampling.BOX)).astype(np.float32)
        warmth = warmth_of(cut)
        crop = self.background(night=self.rng.random() < 0.7)
        mask = np.zeros((CROP_H, CROP_W), np.float32)
        v, u = int(self.rng.integers(0, CROP_H - size[1])), int(self.rng.integers(0, CROP_W - size[0]))
        spot = np.s_[v : v + size[1], u : u + size[0]]
        alpha = (warmth * self.rng.uniform(0.7, 1))[..., None]
        crop[spot] = crop[spot] * (1 - alpha) + cut * alpha
        mask[spot] = warmth
        return crop, cells(mask, floor=0.15), False

    def lamp(self):
        patch = self.pool.data[self.pick(self.lamps)][..., :3]
        x, y = int(self.rng.integers(0, 400 - 213)), int(self.rng.integers(0, 320 - 170))
        crop = np.asarray(Image.fromarray(np.ascontiguousarray(patch[y : y + 170, x : x + 213])).resize((CROP_W, CROP_H), Image.Resampling.BOX))
        return crop.astype(np.float32), np.zeros((CROP_H // CELL, CROP_W // CELL), np.float32), False

    def night_lamps(self):
        """Lamps of every colour in the dark: windows, street lamps, head and tail lights."""
        crop = self.background(night=True)
        ys, xs = np.mgrid[:CROP_H, :CROP_W]
        for _ in range(int(self.rng.integers(1, 8))):
            cx, cy, r = self.rng.uniform(0, CROP_W), self.rng.uniform(0, CROP_H), np.exp(self.rng.uniform(np.log(0.5), np.log(5)))
            glow = np.exp(-(((xs - cx) ** 2 + (ys - cy) ** 2) / (2 * r * r)))[..., None]
            colour = self.pick([(255, 244, 214), (255, 214, 150), (255, 255, 255), (255, 60, 40), (120, 255, 160), (190, 210, 255)])
            crop = crop * (1 - glow) + np.array(colour, np.float32) * glow * self.rng.uniform(0.6, 1) + crop * glow * 0.1
        return crop, np.zeros((CROP_H // CELL, CROP_W // CELL), np.float32), False

    def nothing(self):
        if self.boreal and self.rng.random() < 0.1:
            image = self.pick(self.boreal)
            centre = (self.rng.uniform(0, image.shape[1]), self.rng.uniform(0, image.shape[0]))
            crop = view(image, centre, HALF_WIDTH / image.shape[1]).astype(np.float32)
        else:
            place = self.pick(self.hard) if self.hard and self.rng.random() < 0.5 else None
            crop = self.background(night=self.rng.random() < 0.3, place=place)
        if self.rng.random() < 0.3:  # the colours of morning and evening
            crop = crop * np.array([self.rng.uniform(1, 1.5), self.rng.uniform(0.8, 1.1), self.rng.uniform(0.4, 0.9)], np.float32)
        return crop, np.zeros((CROP_H // CELL, CROP_W // CELL), np.float32), False

    def augmented(self, crop, label, real):
        rng = self.rng
        crop = np.clip(crop, 0, 255) / 255
        crop = crop ** float(np.exp(rng.uniform(-0.25, 0.25))) * rng.uniform(0.8, 1.15) * rng.uniform(0.94, 1.06, 3).astype(np.float32)
        crop = crop * 255 + rng.standard_normal(crop.shape).astype(np.float32) * rng.uniform(0, 5)
        if rng.random() < 0.5:
            crop, label = crop[:, ::-1], label[:, ::-1]
        image = torch.from_numpy(np.ascontiguousarray(np.clip(crop, 0, 255).transpose(2, 0, 1), dtype=np.float32)) / SCALE
        return image, torch.from_numpy(np.ascontiguousarray(label)), real


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--stills", type=Path, required=True)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--boreal", type=Path, help="folder of stills without fire")
    args.add_argument("--pool", type=Path, required=True)
    args.add_argument("--cache", type=Path, default=Path("/tmp/lookout-training"))
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--fold", type=int)
    args.add_argument("--steps", type=int, default=4000)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--seed", type=int, default=1)
    a = args.parse_args()
    rng = np.random.default_rng(a.seed)
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    split = json.loads((Path(__file__).parent / "splits.json").read_text())
    left_out = split["folds"][a.fold] if a.fold is not None else []
    sequences = load_all(a.data, a.cache, split)
    training = [s for s in sequences if s.site not in left_out]
    stills = Stills(a.stills, a.fold)
    pool = Pool(a.pool)
    names = {s.name for s in training}
    lamps = [k for k, i in enumerate(pool.items) if i["sequence"] in names and i["kind"] in LAMPS]
    boreal = [np.asarray(Image.open(p).convert("RGB")) for p in sorted(a.boreal.rglob("*.jpg"))] if a.boreal else []
    source = Source(stills, clean_frames(training), pool, lamps, boreal, rng)
    kinds = [source.near] * 5 + [source.far] * 4 + [source.lamp] + [source.night_lamps] * 2 + [source.nothing] * 4
    net = FlameNet()
    print(f"parameters {sum(p.numel() for p in net.parameters())}, stills {len(stills.train)}, held out {len(stills.test)}", flush=True)
    learner = Learner(net, a.steps)
    ema = learner.ema
    started = time.time()
    for step in range(a.steps):
        if step in (a.steps // 4, a.steps // 2, a.steps * 3 // 4):
            source.hard = mine(ema, source.clean, rng, whole, HALF_WIDTH // CELL)
        batch = [source.augmented(*kind()) for kind in kinds]
        logits = net(torch.stack([b[0] for b in batch]))
        loss, _ = loss_of(logits, torch.stack([b[1] for b in batch]), torch.tensor([b[2] for b in batch]))
        learner.step(step, loss)
        if step % 200 == 0:
            print(f"step {step} loss {loss.item():.3f} {time.time() - started:.0f} s", flush=True)
    ema.eval()
    path = a.out / ("flame.onnx" if a.fold is None else f"folds/fold-{a.fold}.flame.onnx")
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        DeployedFlame(ema).eval(), (torch.zeros(368, HALF_WIDTH, 3, dtype=torch.uint8),), str(path), opset_version=17, dynamo=False,
        input_names=["half"], output_names=["logits"], dynamic_axes={"half": {0: "halfHeight", 1: "halfWidth"}, "logits": {0: "rows", 1: "columns"}},
    )
    facts = {"seed": a.seed, "steps": a.steps, "heldOutSites": left_out, "heldOutGroups": sorted(stills.held_out)}
    path.with_suffix(".facts.json").write_text(json.dumps(facts))
    report(ema, [s for s in sequences if s.site in left_out], stills, source)
    print(f"wrote {path} after {time.time() - started:.0f} s", flush=True)


@torch.no_grad()
def whole(net, seq, i) -> np.ndarray:
    """Logits of a whole frame at half of the deployed width."""
    size = (HALF_WIDTH, round(HALF_WIDTH * seq.height / seq.width / 16) * 16)
    half = np.asarray(Image.fromarray(np.asarray(seq.images[i])).resize(size, Image.Resampling.BOX))
    return net(torch.from_numpy(half.copy()).permute(2, 0, 1)[None].float() / SCALE)[0].numpy()


@torch.no_grad()
def report(net, testing, stills, source):
    """The highest logit of held-out clean tower frames, and which share of held-out flames lies above it."""
    if not testing:
        return
    top = []
    for seq, i in clean_frames(testing)[::3]:
        top.append(float(whole(net, seq, i).max()))
    top = np.sort(top)
    found = {"near": [], "far": []}
    source.stills.by_group = {}
    for item in stills.test:
        source.stills.by_group.setdefault(item[2], []).append(item)
    source.clean = clean_frames(testing)
    for kind, make in (("near", source.near), ("far", source.far)):
        for _ in range(300):
            image, label, _ = source.augmented(*make())
            if (label == 1).any():
                found[kind].append(float(net(image[None])[0][label == 1].max()))
    for level in (float(top[int(0.99 * len(top))]), float(top[-1]), 0.0, 2.0):
        shares = ", ".join(f"{kind} {np.mean(np.array(v) > level):.2f}" for kind, v in found.items())
        print(f"held out: flames found at {level:.2f} ({np.mean(top > level):.4f} of {len(top)} clean frames above): {shares}", flush=True)


if __name__ == "__main__":
    main()
