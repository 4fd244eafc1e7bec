"""Trains one smoke network.  `--fold K` leaves fold K of splits.json out; without it, all sites are trained on.

    python3 models/training/train.py --data ../shared/data/sequences --layers LAYERS --out models/smoke-2 [--fold 0]

Writes OUT/model.onnx (or OUT/folds/fold-K.onnx) and a .json beside it with seed, steps, sites and frame hashes.
"""

import argparse
import copy
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import HEIGHT, WARM_UP, WIDTH, load_all
from made import DECEIVERS, cells, composite, load_layers
from network import Deployed, SmokeNet, prepare

CROP_W, CROP_H = 320, 256


def target(boxes, origin, scale):
    """Labels per 8 x 8 cell of a crop: 1 inside the ellipse of a box, -1 (ignored) in a 10 px ring, else 0."""
    xs, ys = np.meshgrid(np.arange(CROP_W // 8) * 8 + 4, np.arange(CROP_H // 8) * 8 + 4)
    out = np.zeros(xs.shape, np.float32)
    for x, y, w, h in boxes:
        cx, cy = (x + w / 2 - origin[0]) * scale[0], (y + h / 2 - origin[1]) * scale[1]
        rx, ry = w * scale[0] / 2, h * scale[1] / 2
        inside = lambda grow: ((xs - cx) / (rx + grow)) ** 2 + ((ys - cy) / (ry + grow)) ** 2 <= 1
        out[inside(14) & (out == 0)] = -1
        out[inside(0)] = 1
        if 0 <= cx < CROP_W and 0 <= cy < CROP_H:  # a box smaller than a cell still has a centre
            out[int(cy) // 8, int(cx) // 8] = 1
    return out


def window_around(centre, rng):
    """A window (x, y, w, h) of a frame that holds `centre`, and will be scaled to the size of a crop."""
    zoom = np.exp(rng.uniform(np.log(0.55), np.log(1.8)))
    w, h = min(WIDTH, int(CROP_W / zoom)), min(HEIGHT, int(CROP_H / zoom))
    x = int(np.clip(centre[0] - w * rng.uniform(0.15, 0.85), 0, WIDTH - w))
    y = int(np.clip(centre[1] - h * rng.uniform(0.15, 0.85), 0, HEIGHT - h))
    return x, y, w, h


def scaled(stack, w):
    image = torch.from_numpy(stack).permute(2, 0, 1).float()[None]
    return F.interpolate(image, (CROP_H, CROP_W), mode="bilinear", antialias=w > CROP_W, align_corners=False)[0]


def crop(seq, i, centre, rng, unrest=1.0):
    """One augmented crop of a real frame, (12, CROP_H, CROP_W) float, and its labels."""
    x, y, w, h = window_around(centre, rng)
    window = np.s_[y : y + h, x : x + w]
    stack = np.concatenate([seq.images[i][window], seq.short[i][window], seq.images[i - 1][window], seq.long[i][window]], 2)
    label = torch.from_numpy(target(seq.boxes[i], (x, y), (CROP_W / w, CROP_H / h)))
    return augmented(scaled(stack, w), label, rng, unrest)


def made_crop(seq, i, layer, rng, feet):
    """One augmented crop of a clean frame under a made layer; only plumes are smoke."""
    render, centre = composite(seq, i, layer, rng, feet)
    window = window_around(centre, rng)
    stack, change = render(window)
    if layer.kind == "plume":
        label = cells(scaled(change[..., None], window[2])[0])
    else:
        label = torch.zeros(CROP_H // 8, CROP_W // 8)
    return augmented(scaled(stack, window[2]), label, rng, 1.0)


def augmented(image, label, rng, unrest):
    """Changes of light fall on the present and its pasts alike; `unrest` scales what changes between them."""
    if rng.random() < 0.5:
        image, label = image.flip(2), label.flip(1)
    image = 255 * (image / 255).clamp(0, 1) ** float(np.exp(rng.uniform(-0.2, 0.2)))
    gain = torch.tensor(rng.uniform(0.85, 1.15) * rng.uniform(0.95, 1.05, 3), dtype=torch.float32).repeat(4)[:, None, None]
    image = image * gain + float(rng.uniform(-12, 12))
    drift = rng.uniform(-0.02, 0.02) * unrest + 1 + rng.uniform(-0.01, 0.01, 3) * unrest  # exposure and white balance
    then = slice(3, 12) if rng.random() < 0.7 else slice(0, 3)
    image[then] *= torch.tensor(np.tile(drift, (then.stop - then.start) // 3), dtype=torch.float32)[:, None, None]
    if rng.random() < 0.5:
        reach = max(1, round(unrest))
        image[3:] = torch.roll(image[3:], tuple(int(rng.integers(-reach, reach + 1)) for _ in range(2)), (1, 2))
    if rng.random() < 0.15:
        image = image.view(4, 3, CROP_H, CROP_W).mean(1, keepdim=True).expand(-1, 3, -1, -1).reshape(12, CROP_H, CROP_W)
    image = image + torch.randn_like(image) * float(rng.uniform(0, 2))
    return image.clamp(0, 255), label


def prepared(images):
    return prepare(images[:, 0:3], images[:, 3:6], images[:, 6:9], images[:, 9:12])


def loss_of(logits, labels, positive_frame):
    p = torch.sigmoid(logits)
    pos, neg = labels == 1, labels == 0
    focal_pos = (1 - p) ** 1.5 * F.softplus(-logits)
    focal_neg = p**1.5 * F.softplus(logits)
    # positives are averaged per frame: a small far plume counts as much as a large near one
    per_frame = (focal_pos * pos).sum((1, 2)) / pos.sum((1, 2)).clamp(min=1)
    has = pos.any(2).any(1).float()
    worst = F.softplus(logits.masked_fill(~neg, -30).amax((1, 2)))
    weight = torch.where(positive_frame, 0.3, 1.0)  # smoke may drift outside its boxes
    negative = (focal_neg * neg).sum((1, 2)) / 40 + 0.5 * worst
    return (per_frame * has).sum() / has.sum().clamp(min=1) + (negative * weight).mean()


@torch.no_grad()
def full_logits(net, seq, i):
    x = torch.from_numpy(seq.sample(i)).permute(2, 0, 1).float()[None]
    return net(prepared(x))[0].float().numpy()


def mine(net, negatives, rng, count):
    """Places in clean frames that look most like smoke to the network as it is now."""
    net.eval()
    found = []
    for k in rng.choice(len(negatives), min(count, len(negatives)), replace=False):
        seq, i = negatives[k]
        logits = full_logits(net, seq, i)
        y, x = np.unravel_index(logits.argmax(), logits.shape)
        found.append((float(logits.max()), seq, i, (x * 8 + 4, y * 8 + 4)))
    net.train()
    found.sort(key=lambda f: -f[0])
    return found[: max(8, len(found) // 3)]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--layers", type=Path, required=True, help="what `lookout simulate --layers` wrote")
    args.add_argument("--cache", type=Path, default=Path("/tmp/lookout-training"))
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--fold", type=int)
    args.add_argument("--steps", type=int, default=3000)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--seed", type=int, default=1)
    a = args.parse_args()
    rng = np.random.default_rng(a.seed)
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    split = json.loads((Path(__file__).parent / "splits.json").read_text())
    held_out = split["folds"][a.fold] if a.fold is not None else []
    sequences = load_all(a.data, a.cache, split)
    training = [s for s in sequences if s.site not in held_out]
    testing = [s for s in sequences if s.site in held_out]
    assert not {s.site for s in training} & {s.site for s in testing}
    layers = load_layers(a.layers)

    positives = lambda group: {s.name: p for s in group if (p := [i for i in range(WARM_UP, len(s.smoke)) if s.boxes[i]])}
    clean = lambda group: [(s, i) for s in group for i in range(WARM_UP, len(s.smoke)) if s.smoke[i] is False]
    pos_real, negatives = positives(training), clean(training)
    by_name = {s.name: s for s in training}
    # where smoke leaves the ground: at this camera, or, where it never did, at any
    anywhere = [y + h for s in training for boxes in s.boxes for _, y, _, h in boxes]
    feet = {s.name: [y + h for boxes in s.boxes for _, y, _, h in boxes] or anywhere for s in training}
    hard = []

    net = SmokeNet()
    print(f"parameters {sum(p.numel() for p in net.parameters())}, training {len(training)} sequences", flush=True)
    ema = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=a.steps, pct_start=0.2)
    started = time.time()
    checkpoint = a.cache / f"fold-{a.fold}-seed-{a.seed}-steps-{a.steps}.pt"
    first = 0
    if checkpoint.exists():  # an interrupted training goes on
        kept = torch.load(checkpoint)
        first = kept["step"]
        for part, state in zip((net, ema, optimiser, schedule), kept["states"]):
            part.load_state_dict(state)
        hard = mine(ema, negatives, rng, 450) if first > a.steps * 4 // 10 else hard
    for step in range(first, a.steps):
        if step > first and step % 500 == 0:
            torch.save({"step": step, "states": [part.state_dict() for part in (net, ema, optimiser, schedule)]}, checkpoint)
        if step in (a.steps * 4 // 10, a.steps * 7 // 10):
            hard = mine(ema, negatives, rng, 450)
        batch = []
        for k in range(16):
            if k < 5:  # real smoke
                seq = by_name[rng.choice(list(pos_real))]
                i = int(rng.choice(pos_real[seq.name]))
                x, y, w, h = seq.boxes[i][int(rng.integers(len(seq.boxes[i])))]
                batch.append((*crop(seq, i, (x + w / 2, y + h / 2), rng), True))
            elif k < 11:  # made smoke, made deceivers
                seq, i = negatives[int(rng.integers(len(negatives)))]
                kind = "plume" if k < 8 else DECEIVERS[int(rng.integers(len(DECEIVERS)))]
                layer = layers[kind][int(rng.integers(len(layers[kind])))]
                batch.append((*made_crop(seq, i, layer, rng, feet[seq.name]), False))
            elif hard and k >= 13:
                _, seq, i, centre = hard[int(rng.integers(len(hard)))]
                batch.append((*crop(seq, i, centre, rng), False))
            else:  # clean, and often shaken or re-exposed: neither is smoke
                seq, i = negatives[int(rng.integers(len(negatives)))]
                centre = (rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT))
                batch.append((*crop(seq, i, centre, rng, unrest=float(rng.choice([1.0, 4.0]))), False))
        images = prepared(torch.stack([b[0] for b in batch]))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net(images)
        loss = loss_of(logits.float(), torch.stack([b[1] for b in batch]).float(), torch.tensor([b[2] for b in batch]))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            decay = min(0.998, (step + 1) / (step + 20))
            for mine_, theirs in zip(ema.state_dict().values(), net.state_dict().values()):
                mine_.lerp_(theirs, 1 - decay) if mine_.dtype.is_floating_point else mine_.copy_(theirs)
        if step % 50 == 0:
            print(f"step {step} loss {loss.item():.3f} {time.time() - started:.0f} s", flush=True)

    ema.eval()
    name = "model" if a.fold is None else f"folds/fold-{a.fold}"
    path = a.out / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    example = tuple(torch.zeros(HEIGHT, WIDTH, 3, dtype=torch.uint8) for _ in range(4))
    names = ["frame", "short", "previous", "long"]
    torch.onnx.export(
        Deployed(ema), example, str(path), input_names=names, output_names=["logits"], opset_version=17, dynamo=False,
        dynamic_axes={**{n: {0: "height", 1: "width"} for n in names}, "logits": {0: "rows", 1: "columns"}},
    )
    facts = {
        "seed": a.seed, "steps": a.steps, "heldOutSites": held_out, "trainedOn": [s.name for s in training],
        "frames": sorted({h for s in training for h in s.hashes}),
    }
    path.with_suffix(".json").write_text(json.dumps(facts))
    checkpoint.unlink(missing_ok=True)
    report(ema, testing)
    print(f"wrote {path} after {time.time() - started:.0f} s", flush=True)


def report(net, testing):
    """A first look, frame by frame: the logit inside the labelled region against the highest one of clean frames."""
    if not testing:
        return
    clean, inside = [], []
    for s in testing:
        for i in range(WARM_UP, len(s.smoke), 2):
            logits = full_logits(net, s, i)
            if s.smoke[i] is False:
                clean.append(logits.max())
            for x, y, w, h in s.boxes[i][:1]:
                inside.append(logits[int(y) // 8 : int(y + h) // 8 + 1, int(x) // 8 : int(x + w) // 8 + 1].max())
    clean, inside = np.sort(clean), np.array(inside)
    for rate in (0.01, 0.05, 0.2):
        level = clean[int(len(clean) * (1 - rate))]
        print(f"held out: recall {np.mean(inside > level):.2f} at {rate:.0%} of clean frames above {level:.2f}", flush=True)


main()
