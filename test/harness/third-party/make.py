"""Makes small stand-ins for other people's networks: they find bright squares of the picture, and write them in each layout.

    python3 test/harness/third-party/make.py test/harness/third-party

The picture (1 x 3 x 64 x 64) is averaged over an 8 x 8 grid; each cell is a box whose confidence is its brightness.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE, GRID = 64, 8
CELL = SIZE // GRID
ys, xs = np.mgrid[:GRID, :GRID]
centres = np.stack([xs.ravel() * CELL + CELL / 2, ys.ravel() * CELL + CELL / 2]).astype(np.float32)
sides = np.full((2, GRID * GRID), CELL, np.float32)


def save(path: Path, nodes, constants, shape):
    graph = helper.make_graph(
        nodes,
        "bright",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def cells():
    """Nodes that leave the brightness of each cell as `bright`, 1 x 1 x 64."""
    return [
        helper.make_node("ReduceMean", ["images"], ["grey"], axes=[1], keepdims=1),
        helper.make_node("AveragePool", ["grey"], ["pooled"], kernel_shape=[CELL, CELL], strides=[CELL, CELL]),
        helper.make_node("Reshape", ["pooled", "line"], ["bright"]),
    ]


def main(folder: Path):
    n = GRID * GRID
    line = np.array([1, 1, n], np.int64)
    boxes = np.concatenate([centres, sides])[None]
    corners = np.concatenate([centres - CELL / 2, centres + CELL / 2])[None]
    zeros, ones = np.zeros((1, 1, n), np.float32), np.ones((1, 1, n), np.float32)
    # classes: flame (never), smoke
    columns = helper.make_node("Concat", ["boxes", "zeros", "bright"], ["output0"], axis=1)
    save(folder / "v8.onnx", [*cells(), columns], {"line": line, "boxes": boxes, "zeros": zeros}, [1, 6, n])
    rows = [
        helper.make_node("Concat", ["boxes", "bright", "zeros", "ones"], ["columns"], axis=1),
        helper.make_node("Transpose", ["columns"], ["output0"], perm=[0, 2, 1]),
    ]
    save(folder / "v5.onnx", [*cells(), *rows], {"line": line, "boxes": boxes, "zeros": zeros, "ones": ones}, [1, n, 7])
    ended = [
        helper.make_node("Concat", ["boxes", "bright", "ones"], ["columns"], axis=1),
        helper.make_node("Transpose", ["columns"], ["output0"], perm=[0, 2, 1]),
    ]
    save(folder / "v10.onnx", [*cells(), *ended], {"line": line, "boxes": corners, "ones": ones}, [1, n, 6])
    whole = [
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Reshape", ["mean", "one"], ["p"]),
        helper.make_node("Sub", ["unit", "p"], ["q"]),
        helper.make_node("Concat", ["q", "p"], ["output0"], axis=1),
    ]
    save(folder / "classifier.onnx", whole, {"one": np.array([1, 1], np.int64), "unit": np.ones((1, 1), np.float32)}, [1, 2])


main(Path(sys.argv[1]))
