import { defineConfig } from "vitest/config";

// Forks, because the native add-ons (sqlite3, onnxruntime) are not made for worker threads.
export default defineConfig({
	test: {
		include: ["gateway/**/*.test.ts", "test/**/*.test.ts", "firmware-contracts/**/*.test.ts"],
		// what takes minutes has a configuration of its own: npm run test:long
		exclude: ["test/long/**", "node_modules/**"],
		pool: "forks",
		// one file at a time: scenarios with real cameras and the scoring of footage would starve each other on two cores
		maxWorkers: 1,
		testTimeout: 20_000,
		hookTimeout: 180_000,
		reporters: process.env["CI"] ? ["default", ["json", { outputFile: "var/test-report.json" }]] : ["default"],
	},
});
