"""Turns trained networks into what is shipped: weights and activations of eight bits, which take little more than half the time.

    python3 models/training/quantise.py TRAINED models/smoke-4 --data ../shared/data/sequences --stills ../shared/data/flames

The ranges of the activations come from frames of the sequences (and stills) that each network was trained on, never from
others. Weights use seven bits: with eight, processors that have AVX2 but no VNNI overflow where two products are added.
What takes in bytes and what gives out logits stays in float.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from data import INPUT_WIDTH, WARM_UP, Sequence, load_all
from flame import HALF_WIDTH, Stills

FRAMES = 48
"""Pictures that the ranges are taken from."""


def as_bytes(image: torch.Tensor) -> np.ndarray:
    return image.round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().numpy()


def smoke_inputs(seq: Sequence, i: int) -> dict[str, np.ndarray]:
    """A frame and its pasts as the tower passes them: never enlarged, sides multiples of 32."""
    width = min(INPUT_WIDTH, seq.width)
    size = (round(width * seq.height / seq.width / 32) * 32, width)
    stack = torch.from_numpy(seq.sample(i)).permute(2, 0, 1).float()[None]
    stack = F.interpolate(stack, size, mode="bilinear", antialias=True, align_corners=False)[0]
    pasts = F.avg_pool2d(stack[3:], 2)
    return {"frame": as_bytes(stack[:3]), "short": as_bytes(pasts[:3]), "previous": as_bytes(pasts[3:6]), "long": as_bytes(pasts[6:])}


def flame_input(image: np.ndarray, light: float) -> dict[str, np.ndarray]:
    size = (round(HALF_WIDTH * image.shape[0] / image.shape[1] / 16) * 16, HALF_WIDTH)
    picture = torch.from_numpy(np.array(image)).permute(2, 0, 1).float()[None] * light
    return {"half": as_bytes(F.interpolate(picture, size, mode="bilinear", antialias=True, align_corners=False)[0])}


class Frames(CalibrationDataReader):
    def __init__(self, inputs):
        self.inputs = iter(inputs)

    def get_next(self):
        return next(self.inputs, None)


def quantise(path: Path, to: Path, inputs) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.onnx"
        quant_pre_process(path, ready, skip_symbolic_shape=True)
        convolutions = [n for n in onnx.load(ready).graph.node if n.op_type == "Conv"]
        # the first ones take bytes, up to the two that see pixels; the last one gives logits
        first = 3 if "frame" in {i.name for i in onnx.load(ready).graph.input} else 1
        to.parent.mkdir(parents=True, exist_ok=True)
        quantize_static(
            ready, to, Frames(inputs), quant_format=QuantFormat.QDQ, per_channel=True, reduce_range=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=["Conv", "Add", "Relu"],
            nodes_to_exclude=[n.name for n in [*convolutions[:first], convolutions[-1]]], calibrate_method=CalibrationMethod.MinMax,
        )


def main():
    args = argparse.ArgumentParser()
    args.add_argument("trained", type=Path)
    args.add_argument("out", type=Path)
    args.add_argument("--data", type=Path, required=True)
    args.add_argument("--stills", type=Path, required=True)
    args.add_argument("--cache", type=Path, default=Path("/tmp/lookout-training"))
    args.add_argument("--seed", type=int, default=1)
    a = args.parse_args()
    split = json.loads((Path(__file__).parent / "splits.json").read_text())
    sequences = load_all(a.data, a.cache, split)
    for path in sorted(a.trained.rglob("*.onnx")):
        rng = np.random.default_rng(a.seed)
        pick = lambda options: options[int(rng.integers(len(options)))]
        to = a.out / path.relative_to(a.trained)
        flames = path.stem.endswith("flame")
        facts = path.with_suffix(".facts.json" if flames else ".json")
        held_out = json.loads(facts.read_text())["heldOutSites"]
        known = [s for s in sequences if s.site not in held_out]
        frames = [(s, int(rng.integers(WARM_UP, len(s.smoke)))) for s in (pick(known) for _ in range(FRAMES))]
        if flames:
            fold = next((k for k, sites in enumerate(split["folds"]) if sites == held_out), None)
            stills = Stills(a.stills, fold).train
            inputs = [flame_input(s.images[i], pick([1.0, 0.3, 0.1])) for s, i in frames[: FRAMES // 2]]
            inputs += [flame_input(pick(stills)[0], pick([1.0, 0.6])) for _ in range(FRAMES // 2)]
        else:
            inputs = (smoke_inputs(s, i) for s, i in frames)
        quantise(path, to, inputs)
        shutil.copy(facts, to.with_name(facts.name))
        print(f"{to}: {to.stat().st_size / 1e6:.2f} MB", flush=True)


main()
