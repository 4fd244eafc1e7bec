import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type ThirdPartyFile = "v5" | "v8" | "v10" | "classifier";

/**
 * A folder with one of the stand-ins of test/harness/third-party (bright squares are smoke to them) and a manifest for
 * it.
 */
export function thirdPartyModel(
	folder: string,
	file: ThirdPartyFile,
	changes: Record<string, unknown> = {},
	foreign: Record<string, unknown> = {},
): string {
	mkdirSync(folder, { recursive: true });
	const path = join(import.meta.dirname, "third-party", `${file}.onnx`);
	cpSync(path, join(folder, "network.onnx"));
	const manifest = {
		name: `bright-${file}`,
		file: "network.onnx",
		sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
		inputWidth: 320,
		foreign: {
			kind: file === "classifier" ? "classifier" : "yolo",
			...(file === "classifier" ? {} : { layout: file }),
			inputSize: 64,
			classes: [file === "classifier" ? "nothing" : "flame", "smoke"],
			...foreign,
		},
		...changes,
	};
	writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
	return folder;
}
