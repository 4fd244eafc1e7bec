"""Crops that the smoke network is trained on, real and made, and their labels."""

import io

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from data import INPUT_WIDTH, Sequence
from made import CHANGE_SCALE, PATCH_H, PATCH_W, STANDARD

CROP_W, CROP_H = 320, 256
SURE, SEEN = 5.0, 1.0
"""Grey levels from which a made change counts as smoke, and from which it is no longer counted as clean."""


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
