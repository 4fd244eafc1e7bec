"""A small fully convolutional network: a frame and its pasts in, one smoke logit per 8 x 8 pixels out.

The frame comes in at full size, for its texture; the pasts at half of it. Differences of half pictures lose nothing that
smoke is made of, carry a quarter of the noise, and cost a quarter to keep, to prepare and to look at.
The whole preparation is part of the exported graph, so that the tower feeds plain bytes and cannot prepare them differently.
"""

import copy

import torch
import torch.nn.functional as F
from torch import nn

LUMA = (0.299, 0.587, 0.114)
SCALE = 127.5
"""Grey levels per unit of the frame as the network sees it: 0 ... 2."""
STEP = 12.0
"""Grey levels per unit of a difference."""
LIMIT = 4.0


def plain(i: int, o: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(i, o, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(o))


def conv(i: int, o: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(*plain(i, o, stride, dilation), nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, width: int, dilation: int = 1, inner: int | None = None):
        super().__init__()
        inner = inner or width
        self.a = conv(width, inner, 1, dilation)
        self.b = plain(inner, width)

    def forward(self, x):
        return F.relu(x + self.b(self.a(x)))


class SmokeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.frame = plain(3, 16, 2)
        self.change = plain(5, 16)
        self.s4 = conv(16, 32, 2)
        self.s8 = nn.Sequential(conv(32, 48, 2), Residual(48, inner=32))
        self.s16 = nn.Sequential(conv(48, 64, 2), Residual(64), Residual(64, 2))
        self.s32 = nn.Sequential(conv(64, 64, 2), Residual(64))
        self.up32 = nn.Conv2d(64, 64, 1)
        self.up16 = nn.Conv2d(64, 32, 1)
        self.side = nn.Conv2d(48, 32, 1)
        self.head = nn.Sequential(conv(32, 32), nn.Conv2d(32, 1, 1))
        nn.init.constant_(self.head[1].bias, -4.0)

    def forward(self, frame, change):
        """frame (N, 3, H, W), change (N, 5, H/2, W/2), H and W multiples of 32 -> logits (N, H/8, W/8)."""
        s8 = self.s8(self.s4(F.relu(self.frame(frame) + self.change(change))))
        s16 = self.s16(s8)
        s16 = s16 + F.interpolate(self.up32(self.s32(s16)), scale_factor=2.0, mode="nearest")
        return self.head(F.relu(self.side(s8) + F.interpolate(self.up16(s16), scale_factor=2.0, mode="nearest")))[:, 0]


def difference_weights() -> torch.Tensor:
    """(5, 12, 1, 1): from half-size frame, short, previous, long (RGB each) to the differences in units of STEP grey levels."""
    weights = torch.zeros(5, 12)
    for c in range(3):
        weights[c, c], weights[c, 3 + c] = 1, -1
        weights[3, c], weights[3, 6 + c] = LUMA[c], -LUMA[c]
        weights[4, c], weights[4, 9 + c] = LUMA[c], -LUMA[c]
    return (weights / STEP)[:, :, None, None]


def changes(frame, short, previous, long):
    """Differences of the frame (N, 3, H, W) to its pasts (N, 3, H/2, W/2), 0...255 -> (N, 5, H/2, W/2): RGB to short, grey to the others."""
    weights = difference_weights().to(frame.device)
    return F.conv2d(torch.cat([F.avg_pool2d(frame, 2), short, previous, long], 1), weights).clamp(-LIMIT, LIMIT)


class Deployed(nn.Module):
    """What is exported: uint8 images, frame (H, W, 3), pasts (H/2, W/2, 3) -> float32 logits (H/8, W/8)."""

    def __init__(self, net: SmokeNet):
        super().__init__()
        self.net = copy.deepcopy(net)
        # the scale of the frame is folded into the first convolution: one pass over a large picture less
        self.net.frame[0].weight.data /= SCALE
        self.register_buffer("weights", difference_weights())

    def forward(self, frame, short, previous, long):
        frame, short, previous, long = (image.float().permute(2, 0, 1).unsqueeze(0) for image in (frame, short, previous, long))
        halves = torch.cat([F.avg_pool2d(frame, 2), short, previous, long], 1)
        change = F.conv2d(halves, self.weights).clamp(-LIMIT, LIMIT)
        return self.net(frame, change)[0]


class FlameNet(nn.Module):
    """Flames in one frame, by colour, light and shape: no past, so that it also says something right after a start."""

    def __init__(self):
        super().__init__()
        self.s4 = conv(3, 16, 2)
        self.s8 = nn.Sequential(conv(16, 32, 2), Residual(32))
        self.s16 = nn.Sequential(conv(32, 48, 2), Residual(48))
        self.up = nn.Conv2d(48, 32, 1)
        self.head = nn.Sequential(conv(32, 16), nn.Conv2d(16, 1, 1))
        nn.init.constant_(self.head[1].bias, -4.0)

    def forward(self, half):
        """half (N, 3, H/2, W/2), 0 ... 2, sides multiples of 16 -> logits (N, H/8, W/8)."""
        s8 = self.s8(self.s4(half))
        return self.head(F.relu(s8 + F.interpolate(self.up(self.s16(s8)), scale_factor=2.0, mode="nearest")))[:, 0]


class DeployedFlame(nn.Module):
    """What is exported: the frame at half size, uint8 (H/2, W/2, 3) -> float32 logits (H/8, W/8)."""

    def __init__(self, net: FlameNet):
        super().__init__()
        self.net = copy.deepcopy(net)
        self.net.s4[0].weight.data /= SCALE

    def forward(self, half):
        return self.net(half.float().permute(2, 0, 1).unsqueeze(0))[0]
