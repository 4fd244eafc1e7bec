import { defineConfig } from "vitest/config";

/** Statements, per cent, by room: what there is may not fall. */
const COVERAGE = {
	"gateway/judge/**": { statements: 96 },
	"gateway/engine/**": { statements: 72 },
	"gateway/store/**": { statements: 83 },
	"gateway/notify/**": { statements: 86 },
	"gateway/link/**": { statements: 63 },
};

export default defineConfig({
	test: {
		include: ["gateway/**/*.test.ts", "test/**/*.test.ts", "firmware-contracts/**/*.test.ts"],
		// what takes minutes has a configuration of its own: npm run test:long
		exclude: ["test/long/**", "node_modules/**"],
		// forks, because the native add-ons (sqlite3, onnxruntime) are not made for worker threads
		pool: "forks",
		// on two cores: whole gateways wait more than they reckon
		maxWorkers: 3,
		testTimeout: 60_000,
		hookTimeout: 180_000,
		reporters: process.env["CI"] ? ["default", ["json", { outputFile: "var/test-report.json" }]] : ["default"],
		coverage: {
			// of the rooms in which a mistake costs a forest; what only whole gateways reach is not counted
			enabled: true,
			include: ["gateway/{judge,engine,store,notify,link}/**/*.ts"],
			// instruments these rooms alone: V8's own makes the simulator's pictures take eight times as long
			provider: "istanbul",
			reporter: ["text-summary"],
			thresholds: COVERAGE,
		},
	},
});
