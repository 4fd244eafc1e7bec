import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Statements, per cent, by room: what there is may not fall. */
const COVERAGE = {
	"gateway/judge/**": { statements: 96 },
	"gateway/engine/**": { statements: 84 },
	"gateway/store/**": { statements: 92 },
	"gateway/notify/**": { statements: 86 },
	"gateway/link/**": { statements: 90 },
};

export default defineConfig({
	test: {
		// forks, because the native add-ons (sqlite3, onnxruntime) are not made for worker threads
		pool: "forks",
		// on two cores: whole gateways wait more than they reckon, browsers that draw maps do not
		maxWorkers: 3,
		// a process that is started loads what the one before it has compiled
		env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled") },
		testTimeout: 60_000,
		hookTimeout: 180_000,
		expect: { poll: { timeout: 20_000 } },
		projects: [
			{
				extends: true,
				test: {
					// whole gateways: what takes minutes has a configuration of its own, npm run test:long
					name: "scenarios",
					include: ["test/scenarios/**/*.test.ts", "test/faults/**/*.test.ts", "test/browser/**/*.test.ts"],
				},
			},
			{
				extends: true,
				test: {
					name: "units",
					include: ["gateway/**/*.test.ts", "test/{check,contract}/**/*.test.ts", "firmware-contracts/**/*.test.ts"],
					// files share a process, and what they import: to load it anew for each took a quarter of their time
					isolate: false,
				},
			},
		],
		coverage: {
			// of the rooms in which a mistake costs a forest; what only whole gateways reach is not counted
			// asked for by `npm test`: one file that is run alone covers little
			include: ["gateway/{judge,engine,store,notify,link}/**/*.ts"],
			// instruments these rooms alone: V8's own makes the simulator's pictures take eight times as long
			provider: "istanbul",
			reportsDirectory: "var/coverage",
			reporter: ["text-summary", join(import.meta.dirname, "test/check/coverage-by-room.cjs")],
			thresholds: COVERAGE,
		},
	},
});
