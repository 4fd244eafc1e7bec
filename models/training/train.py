"""Trains one smoke network.  `--fold K` leaves fold K of splits.json out; without it, all sites are trained on.

    python3 models/training/train.py --data ../shared/data/sequences --pool POOL --out models/smoke-3 [--fold 0]

Writes OUT/model.onnx (or OUT/folds/fold-K.onnx) and a .json beside it with seed, steps, sites and frame hashes.
"""

import argparse
import io
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from data import INPUT_WIDTH, Sequence, clean_frames, load_all, smoking_frames
from learn import Learner, loss_of
from made import CHANGE_SCALE, PATCH_H, PATCH_W, STANDARD, Pool
from network import SCALE, Deployed, SmokeNet, changes, restore

CROP_W, CROP_H = 320, 256
BATCH = {"smoke": 4, "plume": 4, "clean": 4}
FRESH, GENTLE = {"rate": 4e-3, "deceivers": 4}, {"rate": 1.5e-3, "deceivers": 6}
"""Highest learning rate and made deceivers per batch, of a new network and of one that goes on from what it has learnt."""
SURE, SEEN = 5.0, 1.0
"""Grey levels from which a made change counts as smoke, and from which it is no longer counted as clean."""
MINED = 240
"""Clean frames looked through for places that deceive the network as it is."""


def target(boxes, origin, scale):
    """Labels per 8 x 8 cell of a crop: 1 inside the ellipse of a box, -1 (ignored) in a ring around it, else 0."""
    xs, ys = np.meshgrid(np.arange(CROP_W // 8) * 8 + 4, np.arange(CROP_H // 8) * 8 + 4)
    out = np.zeros(xs.shape, np.float32)
    for x, y, w, h in boxes:
        cx, cy = (x + w / 2 - origin[0]) * scale[0], (y + h / 2 - origin[1]) * scale[1]
        rx, ry = w * scale[0] / 2, h * scale[1] / 2
        inside = lambda grow: ((xs - cx) / (rx + grow)) ** 2 + ((ys - cy) / (ry + grow)) ** 2 <= 1
        out[inside(18) & (out == 0)] = -1
        out[inside(0)] = 1
        if 0 <= cx < CROP_W and 0 <= cy < CROP_H:  # a box smaller than a cell still has a centre
            out[int(cy) // 8, int(cx) // 8] = 1
    return out


def cells(change: torch.Tensor) -> torch.Tensor:
    """Labels per 8 x 8 cell from the change (H, W) in grey levels: 1 smoke, -1 too faint to say, 0 clean."""
    sure = F.avg_pool2d((change > SURE).float()[None], 8)[0]
    seen = F.max_pool2d((change > SEEN).float()[None], 8)[0]
    label = torch.where(seen > 0, -1.0, 0.0)
    label[sure >= 0.3] = 1.0
    if not (label == 1).any() and sure.max() > 0:  # smaller than a cell: the cell that holds most of it
        label.view(-1)[sure.argmax()] = 1.0
    return label


def window_size(width: int, rng) -> tuple[int, int]:
    """Size of a window of a frame `width` pixels wide: at the deployed scale, from 0.55 to 1.6 times as large."""
    zoom = INPUT_WIDTH / width * np.exp(rng.uniform(np.log(0.55), np.log(1.6)))
    return int(CROP_W / zoom), int(CROP_H / zoom)


def scaled(stack: np.ndarray) -> torch.Tensor:
    image = torch.from_numpy(stack).permute(2, 0, 1).float()[None]
    return F.interpolate(image, (CROP_H, CROP_W), mode="bilinear", antialias=stack.shape[1] > CROP_W, align_corners=False)[0]


class Source:
    """Crops and their labels, augmented."""

    def __init__(self, rng):
        self.rng = rng
        self.noise = torch.from_numpy(rng.standard_normal(4_000_000).astype(np.float32))

    def real(self, seq: Sequence, i: int, centre, unrest=1.0):
        """A crop of a real frame, (12, CROP_H, CROP_W) float, and its labels."""
        rng = self.rng
        w, h = window_size(seq.width, rng)
        w, h = min(w, seq.width), min(h, seq.height)
        x = int(np.clip(centre[0] - w * rng.uniform(0.15, 0.85), 0, seq.width - w))
        y = int(np.clip(centre[1] - h * rng.uniform(0.15, 0.85), 0, seq.height - h))
        dx, dy = self.shake(unrest * seq.width / STANDARD)
        u, v = int(np.clip(x + dx, 0, seq.width - w)), int(np.clip(y + dy, 0, seq.height - h))
        stack = seq.sample(i, np.s_[y : y + h, x : x + w], np.s_[v : v + h, u : u + w])
        label = torch.from_numpy(target(seq.boxes[i], (x, y), (CROP_W / w, CROP_H / h)))
        return self.augmented(stack, label, unrest)

    def made(self, patch: np.ndarray, smoke: bool):
        """A crop of a made patch; only plumes are smoke."""
        rng = self.rng
        w, h = window_size(STANDARD, rng)
        w, h = min(w, PATCH_W), min(h, PATCH_H)
        # a smaller window lies anywhere in the middle of the patch, so that the layer is not always whole
        x = int(np.clip(PATCH_W / 2 - w * rng.uniform(0.25, 0.75), 0, PATCH_W - w))
        y = int(np.clip(PATCH_H / 2 - h * rng.uniform(0.25, 0.75), 0, PATCH_H - h))
        part = patch[y : y + h, x : x + w]
        label = torch.zeros(CROP_H // 8, CROP_W // 8)
        if smoke:
            label = cells(scaled(part[..., 12:])[0] / CHANGE_SCALE)
        stack = np.array(part[..., :12])
        dx, dy = self.shake(1.0)
        if dx or dy:
            stack[..., 3:] = np.roll(stack[..., 3:], (dy, dx), (0, 1))
        return self.augmented(stack, label, 1.0)

    def shake(self, reach: float) -> tuple[int, int]:
        reach = max(1, round(reach))
        if self.rng.random() < 0.5:
            return 0, 0
        return int(self.rng.integers(-reach, reach + 1)), int(self.rng.integers(-reach, reach + 1))

    def augmented(self, stack: np.ndarray, label: torch.Tensor, unrest: float):
        """Changes of light fall on the present and its pasts alike; `unrest` scales what changes between them."""
        rng = self.rng
        if rng.random() < 0.1:  # a stream that was squeezed: blocks in the present, as H.264 and JPEG make them
            squeezed = io.BytesIO()
            Image.fromarray(np.ascontiguousarray(stack[..., :3])).save(squeezed, "JPEG", quality=int(rng.integers(15, 60)))
            stack = np.concatenate([np.asarray(Image.open(squeezed)), stack[..., 3:]], 2)
        if rng.random() < 0.12:
            grey = stack.reshape(*stack.shape[:2], 4, 3).mean(3, keepdims=True).astype(np.uint8)
            stack = np.broadcast_to(grey, (*grey.shape[:3], 3)).reshape(stack.shape)
        dusk = rng.uniform(0.25, 0.7) if rng.random() < 0.06 else 1.0
        level = np.arange(256, dtype=np.float32) / 255
        curve = 255 * level ** float(np.exp(rng.uniform(-0.25, 0.25))) * dusk
        gain = rng.uniform(0.85, 1.15) * rng.uniform(0.95, 1.05, 3)
        lift = rng.uniform(-12, 12)
        drift = rng.uniform(-0.02, 0.02) * unrest + 1 + rng.uniform(-0.01, 0.01, 3) * unrest  # exposure and white balance
        tables = np.empty((12, 256), np.uint8)
        present_drifts = rng.random() < 0.3
        for c in range(12):
            own = drift[c % 3] if (c < 3) == present_drifts else 1.0
            tables[c] = np.clip((curve * gain[c % 3] + lift) * own + rng.uniform(-0.5, 0.5), 0, 255)
        stack = np.stack([tables[c][stack[..., c]] for c in range(12)], 2)
        image = scaled(stack)
        if rng.random() < 0.5:
            image, label = image.flip(2), label.flip(1)
        at = int(rng.integers(0, self.noise.numel() - image.numel()))
        return image + self.noise[at : at + image.numel()].view(image.shape) * float(rng.uniform(0, 2.5)), label


def inputs(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(N, 12, H, W), 0...255 -> what the network takes: the frame, and its changes at half size."""
    images = images.clamp(0, 255)
    halves = F.avg_pool2d(images[:, 3:], 2)
    layout = torch.channels_last
    change = changes(images[:, :3], halves[:, :3], halves[:, 3:6], halves[:, 6:])
    return (images[:, :3] / SCALE).contiguous(memory_format=layout), change.contiguous(memory_format=layout)


@torch.no_grad()
def full_logits(net, seq, i):
    """Logits of a whole frame at the deployed width."""
    height = round(INPUT_WIDTH * seq.height / seq.width / 32) * 32
    x = torch.from_numpy(seq.sample(i)).permute(2, 0, 1).float()[None]
    x = F.interpolate(x, (height, INPUT_WIDTH), mode="bilinear", antialias=seq.width > INPUT_WIDTH, align_corners=False)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return net(*inputs(x))[0].float().numpy()


def mine(net, negatives, rng):
    """Places in clean frames that look most like smoke to the network as it is now."""
    net.eval()
    found = []
    for k in rng.choice(len(negatives), min(MINED, len(negatives)), replace=False):
        seq, i = negatives[k]
        logits = full_logits(net, seq, i)
        y, x = np.unravel_index(logits.argmax(), logits.shape)
        unit = seq.width / INPUT_WIDTH
        found.append((float(logits.max()), seq, i, ((x * 8 + 4) * unit, (y * 8 + 4) * unit)))
    net.train()
    found.sort(key=lambda f: -f[0])
    return found[: max(8, len(found) // 2)]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--pool", type=Path, required=True, help="what made.py wrote")
    args.add_argument("--cache", type=Path, default=Path("/tmp/lookout-training"))
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--fold", type=int)
    args.add_argument("--steps", type=int, default=4500)
    args.add_argument("--go-on", type=Path, metavar="FOLDER", help="begin with the networks of this model folder, gently")
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--seed", type=int, default=1)
    a = args.parse_args()
    recipe = GENTLE if a.go_on else FRESH
    rng = np.random.default_rng(a.seed)
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    split = json.loads((Path(__file__).parent / "splits.json").read_text())
    held_out = split["folds"][a.fold] if a.fold is not None else []
    sequences = load_all(a.data, a.cache, split)
    training = [s for s in sequences if s.site not in held_out]
    testing = [s for s in sequences if s.site in held_out]
    assert not {s.site for s in training} & {s.site for s in testing}, "a site is on both sides"
    names = {s.name for s in training}
    pool = Pool(a.pool)
    plumes, deceivers = pool.of(names, True), pool.of(names, False)
    hardness = np.full(len(pool.items), 5.0)
    smoking, negatives = smoking_frames(training), clean_frames(training)
    by_name = {s.name: s for s in training}
    clean_of = {s.name: [i for t, i in negatives if t is s] for s in training}
    clean_of = {name: frames for name, frames in clean_of.items() if frames}
    source = Source(rng)
    pick = lambda options: options[int(rng.integers(len(options)))]
    hard = []

    def smoke_crop():
        seq = by_name[pick(list(smoking))]
        frames = smoking[seq.name]
        i = pick(frames[:8] if rng.random() < 0.4 else frames)  # how early it is seen counts most
        x, y, w, h = pick(seq.boxes[i])
        return *source.real(seq, i, (x + w / 2, y + h / 2)), True, None

    def made_crop(of, smoke):
        k = pick(of) if smoke else max(pick(of), pick(of), key=lambda n: hardness[n])
        return *source.made(pool.data[k], smoke), False, None if smoke else k

    def clean_crop():
        if hard and rng.random() < 0.5:
            _, seq, i, centre = pick(hard)
            return *source.real(seq, i, centre), False, None
        seq = by_name[pick(list(clean_of))]  # often shaken or re-exposed: neither is smoke
        centre = (rng.uniform(0, seq.width), rng.uniform(0, seq.height))
        return *source.real(seq, pick(clean_of[seq.name]), centre, unrest=float(rng.choice([1.0, 4.0]))), False, None

    net = SmokeNet().to(memory_format=torch.channels_last)
    print(f"parameters {sum(p.numel() for p in net.parameters())}, training {len(training)} sequences", flush=True)
    name = "model.onnx" if a.fold is None else f"folds/fold-{a.fold}.onnx"
    if a.go_on:
        restore(net, a.go_on / name, inputs(torch.stack([smoke_crop()[0] for _ in range(32)])))
    learner = Learner(net, a.steps, recipe["rate"])
    ema = learner.ema
    started = time.time()
    checkpoint = a.cache / f"{a.out.name}{'-on' if a.go_on else ''}-fold-{a.fold}-seed-{a.seed}-steps-{a.steps}.pt"
    first = 0
    if checkpoint.exists():  # an interrupted training goes on
        kept = torch.load(checkpoint)
        first = kept["step"]
        for part, state in zip(learner.parts, kept["states"]):
            part.load_state_dict(state)

    for step in range(first, a.steps):
        if step > first and step % 500 == 0:
            torch.save({"step": step, "states": [part.state_dict() for part in learner.parts]}, checkpoint)
        due = step in (a.steps // 4, a.steps // 2, a.steps * 3 // 4)
        if due or (step == first and (a.go_on or first > a.steps // 4)):
            hard = mine(ema, negatives, rng)
        batch = [smoke_crop() for _ in range(BATCH["smoke"])]
        batch += [made_crop(plumes, True) for _ in range(BATCH["plume"])]
        batch += [made_crop(deceivers, False) for _ in range(recipe["deceivers"])]
        batch += [clean_crop() for _ in range(BATCH["clean"])]
        frame, change = inputs(torch.stack([b[0] for b in batch]))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net(frame, change)
        loss, worst = loss_of(logits.float(), torch.stack([b[1] for b in batch]).float(), torch.tensor([b[2] for b in batch]))
        learner.step(step, loss)
        for (_, _, _, k), value in zip(batch, worst.tolist()):
            if k is not None:
                hardness[k] = value
        if step % 50 == 0:
            print(f"step {step} loss {loss.item():.3f} {time.time() - started:.0f} s", flush=True)

    ema.eval()
    path = a.out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    export(ema, path)
    facts = {
        "seed": a.seed, "steps": a.steps, **({"from": a.go_on.name} if a.go_on else {}), "heldOutSites": held_out, "trainedOn": [s.name for s in training],
        "frames": sorted({h for s in training for h in s.hashes}),
    }
    path.with_suffix(".json").write_text(json.dumps(facts))
    checkpoint.unlink(missing_ok=True)
    report(ema, testing)
    print(f"wrote {path} after {time.time() - started:.0f} s", flush=True)


def export(net, path: Path):
    h, w = 736, INPUT_WIDTH
    example = tuple(torch.zeros(h // k, w // k, 3, dtype=torch.uint8) for k in (1, 2, 2, 2))
    axes = {"frame": {0: "height", 1: "width"}, "logits": {0: "rows", 1: "columns"}}
    axes |= {name: {0: "halfHeight", 1: "halfWidth"} for name in ("short", "previous", "long")}
    torch.onnx.export(
        Deployed(net.to(memory_format=torch.contiguous_format)).eval(), example, str(path), opset_version=17, dynamo=False,
        input_names=["frame", "short", "previous", "long"], output_names=["logits"], dynamic_axes=axes,
    )


def report(net, testing):
    """A first look, frame by frame: the logit inside the labelled region against the highest one of clean frames."""
    clean, inside = [], []
    for s in testing:
        for i in range(8, len(s.smoke), 4):
            if s.smoke[i] is not False and not s.boxes[i]:
                continue
            logits = full_logits(net, s, i)
            if s.smoke[i] is False:
                clean.append(logits.max())
            cell = 8 * s.width / INPUT_WIDTH
            for x, y, w, h in s.boxes[i][:1]:
                inside.append(logits[int(y / cell) : int((y + h) / cell) + 1, int(x / cell) : int((x + w) / cell) + 1].max())
    if not clean or not inside:
        return
    clean, inside = np.sort(clean), np.array(inside)
    for rate in (0.01, 0.05, 0.2):
        level = clean[int(len(clean) * (1 - rate))]
        print(f"held out: recall {np.mean(inside > level):.2f} at {rate:.0%} of clean frames above {level:.2f}", flush=True)


if __name__ == "__main__":
    main()
