import { defineConfig } from "vitest/config";

/** Statements, per cent, by room: what there is may not fall. */
const COVERAGE = {
	"gateway/judge/**": { statements: 96 },
	"gateway/engine/**": { statements: 72 },
	"gateway/store/**": { statements: 83 },
	"gateway/notify/**": { statements: 86 },
	"gateway/link/**": { statements: 63 },
};

// Forks, because the native add-ons (sqlite3, onnxruntime) are not made for worker threads.
export default defineConfig({
	test: {
		pool: "forks",
		// what takes minutes has a configuration of its own: npm run test:long
		exclude: ["test/long/**", "node_modules/**"],
		testTimeout: 60_000,
		hookTimeout: 180_000,
		reporters: process.env["CI"] ? ["default", ["json", { outputFile: "var/test-report.json" }]] : ["default"],
		// of the rooms in which a mistake costs a forest; what is reached by whole gateways alone is not counted
		coverage: {
			enabled: true,
			provider: "istanbul",
			reporter: ["text-summary"],
			include: ["gateway/{judge,engine,store,notify,link}/**/*.ts"],
			thresholds: COVERAGE,
		},
		projects: [
			{
				extends: true,
				test: {
					name: "units",
					include: ["gateway/**/*.test.ts", "firmware-contracts/**/*.test.ts", "test/check/**/*.test.ts"],
					maxWorkers: 2,
					sequence: { groupOrder: 0 },
				},
			},
			{
				extends: true,
				test: {
					// whole gateways, which wait more than they reckon
					name: "scenarios",
					include: ["test/scenarios/**/*.test.ts", "test/faults/**/*.test.ts"],
					maxWorkers: 3,
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
});
