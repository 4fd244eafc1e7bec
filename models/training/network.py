"""A small fully convolutional network: four images in, one smoke logit per 8 x 8 pixels out.

The whole preparation (differences to the pasts, scaling) is part of the exported graph,
so that the tower feeds plain bytes and cannot prepare them differently.
"""

import torch
import torch.nn.functional as F
from torch import nn


def conv(i: int, o: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(i, o, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    def __init__(self, width: int, dilation: int = 1):
        super().__init__()
        self.a = conv(width, width, 1, dilation)
        self.b = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return F.relu(x + self.b(self.a(x)))


class SmokeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.s2 = conv(8, 16, 2)
        self.s4 = nn.Sequential(conv(16, 24, 2), conv(24, 24))
        self.s8 = nn.Sequential(conv(24, 48, 2), Residual(48))
        self.s16 = nn.Sequential(conv(48, 64, 2), Residual(64), Residual(64, 2))
        self.s32 = nn.Sequential(conv(64, 64, 2), Residual(64))
        self.up = nn.Conv2d(64, 64, 1)
        self.side = nn.Conv2d(48, 64, 1)
        self.head = nn.Sequential(conv(64, 32), nn.Conv2d(32, 1, 1))
        nn.init.constant_(self.head[1].bias, -4.0)

    def forward(self, x):
        """x: (N, 8, H, W) prepared channels, H and W multiples of 32 -> logits (N, H/8, W/8)."""
        s8 = self.s8(self.s4(self.s2(x)))
        s16 = self.s16(s8)
        s16 = s16 + F.interpolate(self.up(self.s32(s16)), scale_factor=2.0, mode="nearest")
        return self.head(self.side(s8) + F.interpolate(s16, scale_factor=2.0, mode="nearest"))[:, 0]


def prepare(frame, short, previous, long):
    """(N, 3, H, W) float images 0...255 -> the eight channels: RGB, and differences in units of 12 grey levels."""
    luma = torch.tensor([0.299, 0.587, 0.114], device=frame.device).view(1, 3, 1, 1)
    grey = lambda image: (image * luma).sum(1, keepdim=True)
    difference = lambda d: (d / 12.0).clamp(-4.0, 4.0)
    return torch.cat(
        [
            frame / 127.5 - 1.0,
            difference(frame - short),
            difference(grey(frame - previous)),
            difference(grey(frame - long)),
        ],
        1,
    )


class Deployed(nn.Module):
    """What is exported: four uint8 images (H, W, 3) -> float32 logits (H/8, W/8)."""

    def __init__(self, net: SmokeNet):
        super().__init__()
        self.net = net

    def forward(self, frame, short, previous, long):
        planes = [image.float().permute(2, 0, 1).unsqueeze(0) for image in (frame, short, previous, long)]
        return self.net(prepare(*planes))[0]
