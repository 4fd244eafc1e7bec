"""What both trainings share: the loss of a map of logits, a step of learning with a running mean of the weights, and mining."""

import copy

import numpy as np
import torch
import torch.nn.functional as F

MINED = 240
"""Clean frames looked through for places that deceive the network as it is."""


def mine(net, clean, rng, logits_of, cells: int):
    """Places (sequence, frame, (x, y) in pixels) in clean frames that deceive the network most; a frame is so many cells wide."""
    net.eval()
    found = []
    for k in rng.choice(len(clean), min(MINED, len(clean)), replace=False):
        seq, i = clean[k]
        logits = logits_of(net, seq, i)
        y, x = np.unravel_index(logits.argmax(), logits.shape)
        cell = seq.width / cells
        found.append((float(logits.max()), seq, i, ((x + 0.5) * cell, (y + 0.5) * cell)))
    net.train()
    found.sort(key=lambda f: -f[0])
    return [place for _, *place in found[: max(8, len(found) // 2)]]


def loss_of(logits, labels, has_smoke):
    """Labels 1, 0, or -1 (not counted). The mean loss, and the highest logit outside of what is looked for in each crop."""
    p = torch.sigmoid(logits)
    pos, neg = labels == 1, labels == 0
    focal_pos = (1 - p) ** 1.5 * F.softplus(-logits)
    focal_neg = p**1.5 * F.softplus(logits)
    # positives are averaged per frame: a small far plume counts as much as a large near one
    per_frame = (focal_pos * pos).sum((1, 2)) / pos.sum((1, 2)).clamp(min=1)
    has = pos.any(2).any(1).float()
    worst = logits.masked_fill(~neg, -30).amax((1, 2))
    weight = torch.where(has_smoke, 0.3, 1.0)  # what real labels leave out may be there all the same
    negative = (focal_neg * neg).sum((1, 2)) / 40 + 0.5 * F.softplus(worst)
    return (per_frame * has).sum() / has.sum().clamp(min=1) + (negative * weight).mean(), worst


class Learner:
    def __init__(self, net, steps: int):
        self.net, self.ema = net, copy.deepcopy(net)
        self.optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.02)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, 4e-3, total_steps=steps, pct_start=0.15)

    @property
    def parts(self):
        return self.net, self.ema, self.optimiser, self.schedule

    def step(self, n: int, loss):
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.schedule.step()
        with torch.no_grad():
            decay = min(0.998, (n + 1) / (n + 20))
            for mean, now in zip(self.ema.state_dict().values(), self.net.state_dict().values()):
                mean.lerp_(now, 1 - decay) if mean.dtype.is_floating_point else mean.copy_(now)
