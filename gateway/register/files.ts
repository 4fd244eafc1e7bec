import { exportRegister } from "./export.ts";
import { loadRegister } from "./load.ts";
import type { RegisterSettings } from "./settings.ts";
import { xlsxOf } from "./table.ts";

/** The register as files, by name; tables as workbooks where that is asked for. */
export async function registerFiles(
	config: RegisterSettings,
	baseDir: string,
	xlsx: boolean,
): Promise<{ file: string; content: string | Buffer }[]> {
	const files = Object.values(exportRegister(await loadRegister(config, baseDir), config.tower.timeZone));
	return Promise.all(
		files.map(async ({ file, text }) =>
			xlsx && file.endsWith(".csv")
				? { file: file.replace(/csv$/, "xlsx"), content: await xlsxOf(text) }
				: { file, content: text },
		),
	);
}
