"""Makes reference-768.onnx and reference-1024.onnx: a network with the operators, the widths and the depths of YOLO11s, for measuring cost only.

    python3 test/bench/reference/make.py test/bench/reference

Weights are one constant each (ConstantOfShape, unfolded when the file is opened): speed of float32 convolutions does
not depend on values, and the file stays small. Widths and blocks are those of the published yolo11.yaml at scale "s"
(depth 0.50, width 0.50): Conv + SiLU, C3k2, SPPF, C2PSA, detection head with depthwise class branches.
"""

import sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn


def conv(i, o, k=1, s=1, g=1):
    return nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, groups=g), nn.SiLU())


class Bottleneck(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.a, self.b = conv(width, hidden, 3), conv(hidden, width, 3)

    def forward(self, x):
        return x + self.b(self.a(x))


class C3k(nn.Module):
    def __init__(self, width):
        super().__init__()
        half = width // 2
        self.a, self.b, self.out = conv(width, half), conv(width, half), conv(2 * half, width)
        self.blocks = nn.Sequential(Bottleneck(half, half), Bottleneck(half, half))

    def forward(self, x):
        return self.out(torch.cat([self.blocks(self.a(x)), self.b(x)], 1))


class C3k2(nn.Module):
    def __init__(self, i, o, deep, e=0.5):
        super().__init__()
        self.half = int(o * e)
        self.inp, self.out = conv(i, 2 * self.half), conv(3 * self.half, o)
        self.block = C3k(self.half) if deep else Bottleneck(self.half, self.half // 2)

    def forward(self, x):
        a, b = self.inp(x).split(self.half, 1)
        return self.out(torch.cat([a, b, self.block(b)], 1))


class Sppf(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inp, self.out, self.pool = conv(width, width // 2), conv(width * 2, width), nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        x = [self.inp(x)]
        for _ in range(3):
            x.append(self.pool(x[-1]))
        return self.out(torch.cat(x, 1))


class Psa(nn.Module):
    """C2PSA: half of the channels through one attention block of 64-wide heads and a feed-forward layer."""

    def __init__(self, width):
        super().__init__()
        self.half = width // 2
        self.heads, self.key = self.half // 64, 32
        self.inp, self.out = conv(width, width), conv(width, width)
        self.qkv = nn.Conv2d(self.half, self.half + 2 * self.key * self.heads, 1)
        self.place = nn.Conv2d(self.half, self.half, 3, 1, 1, groups=self.half)
        self.proj = nn.Conv2d(self.half, self.half, 1)
        self.feed = nn.Sequential(conv(self.half, 2 * self.half), nn.Conv2d(2 * self.half, self.half, 1))

    def forward(self, x):
        a, b = self.inp(x).split(self.half, 1)
        n, c, h, w = b.shape
        q, k, v = self.qkv(b).view(n, self.heads, 2 * self.key + 64, h * w).split([self.key, self.key, 64], 2)
        weights = ((q.transpose(-2, -1) @ k) * self.key**-0.5).softmax(-1)
        mixed = (v @ weights.transpose(-2, -1)).view(n, c, h, w) + self.place(v.reshape(n, c, h, w))
        b = b + self.proj(mixed)
        b = b + self.feed(b)
        return self.out(torch.cat([a, b], 1))


class Head(nn.Module):
    def __init__(self, widths, classes=80):
        super().__init__()
        box, cls = max(16, widths[0] // 4, 64), max(widths[0], min(classes, 100))
        self.box = nn.ModuleList(nn.Sequential(conv(w, box, 3), conv(box, box, 3), nn.Conv2d(box, 64, 1)) for w in widths)
        self.cls = nn.ModuleList(
            nn.Sequential(conv(w, w, 3, g=w), conv(w, cls), conv(cls, cls, 3, g=cls), conv(cls, cls), nn.Conv2d(cls, classes, 1)) for w in widths
        )

    def forward(self, levels):
        return torch.cat([torch.cat([b(x), c(x)], 1).flatten(2) for x, b, c in zip(levels, self.box, self.cls)], 2)


class Reference(nn.Module):
    def __init__(self):
        super().__init__()
        self.p2 = nn.Sequential(conv(3, 32, 3, 2), conv(32, 64, 3, 2), C3k2(64, 128, False, 0.25))
        self.p3 = nn.Sequential(conv(128, 128, 3, 2), C3k2(128, 256, False, 0.25))
        self.p4 = nn.Sequential(conv(256, 256, 3, 2), C3k2(256, 256, True))
        self.p5 = nn.Sequential(conv(256, 512, 3, 2), C3k2(512, 512, True), Sppf(512), Psa(512))
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.n4, self.n3 = C3k2(768, 256, False), C3k2(512, 128, False)
        self.d4, self.m4 = conv(128, 128, 3, 2), C3k2(384, 256, False)
        self.d5, self.m5 = conv(256, 256, 3, 2), C3k2(768, 512, True)
        self.head = Head([128, 256, 512])

    def forward(self, x):
        p3 = self.p3(self.p2(x))
        p4 = self.p4(p3)
        p5 = self.p5(p4)
        n4 = self.n4(torch.cat([self.up(p5), p4], 1))
        n3 = self.n3(torch.cat([self.up(n4), p3], 1))
        m4 = self.m4(torch.cat([self.d4(n3), n4], 1))
        m5 = self.m5(torch.cat([self.d5(m4), p5], 1))
        return self.head([n3, m4, m5])


def without_weights(path):
    model = onnx.load(path)
    graph, kept, made = model.graph, [], []
    for w in graph.initializer:
        if np.prod(w.dims) < 64 or w.data_type != TensorProto.FLOAT:
            kept.append(w)
            continue
        graph_shape = f"{w.name}.shape"
        kept.append(numpy_helper.from_array(np.array(w.dims, np.int64), graph_shape))
        value = helper.make_tensor("value", TensorProto.FLOAT, [1], [0.01])
        made.append(helper.make_node("ConstantOfShape", [graph_shape], [w.name], value=value))
    nodes = made + list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    onnx.save(model, path)


if __name__ == "__main__":
    net = Reference().eval()
    print(f"{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters (YOLO11s: 9.4)")
    # 1024 wide: the shape of the footage, and the square that such networks are exported with
    for height in (768, 1024):
        path = f"{sys.argv[1]}/reference-{height}.onnx"
        torch.onnx.export(net, torch.zeros(1, 3, height, 1024), path, input_names=["image"], output_names=["raw"], opset_version=17, dynamo=False)
        without_weights(path)
