"""Trains one smoke network.  `--fold K` leaves fold K of splits.json out; without it, all sites are trained on.

    python3 models/training/train.py --data ../shared/data/sequences --pool POOL --out TRAINED [--fold 0]

Writes OUT/model.onnx (or OUT/folds/fold-K.onnx) and a .json beside it with seed, steps, sites and frame hashes.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from crops import Source
from data import INPUT_WIDTH, clean_frames, load_all, smoking_frames
from learn import Learner, loss_of, mine
from made import Pool
from network import SCALE, Deployed, SmokeNet, changes

BATCH = {"smoke": 4, "plume": 4, "deceiver": 4, "clean": 4}


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


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--pool", type=Path, required=True, help="what made.py wrote")
    args.add_argument("--cache", type=Path, default=Path("/tmp/lookout-training"))
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--fold", type=int)
    args.add_argument("--steps", type=int, default=4500)
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
            seq, i, centre = pick(hard)
            return *source.real(seq, i, centre), False, None
        seq = by_name[pick(list(clean_of))]  # often shaken or re-exposed: neither is smoke
        centre = (rng.uniform(0, seq.width), rng.uniform(0, seq.height))
        return *source.real(seq, pick(clean_of[seq.name]), centre, unrest=float(rng.choice([1.0, 4.0]))), False, None

    net = SmokeNet().to(memory_format=torch.channels_last)
    print(f"parameters {sum(p.numel() for p in net.parameters())}, training {len(training)} sequences", flush=True)
    name = "model.onnx" if a.fold is None else f"folds/fold-{a.fold}.onnx"
    learner = Learner(net, a.steps)
    ema = learner.ema
    started = time.time()
    checkpoint = a.cache / f"{a.out.name}-fold-{a.fold}-seed-{a.seed}-steps-{a.steps}.pt"
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
        if due or (step == first and first > a.steps // 4):
            hard = mine(ema, negatives, rng, full_logits, INPUT_WIDTH // 8)
        batch = [smoke_crop() for _ in range(BATCH["smoke"])]
        batch += [made_crop(plumes, True) for _ in range(BATCH["plume"])]
        batch += [made_crop(deceivers, False) for _ in range(BATCH["deceiver"])]
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
        "seed": a.seed, "steps": a.steps, "heldOutSites": held_out, "trainedOn": [s.name for s in training],
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
