import { defineConfig } from "vitest/config";

// Forks, because the native add-ons (sqlite3, onnxruntime) are not made for worker threads.
export default defineConfig({
	test: {
		include: ["gateway/**/*.test.ts", "test/**/*.test.ts", "firmware-contracts/**/*.test.ts"],
		pool: "forks",
		maxWorkers: 2,
		testTimeout: 20_000,
		hookTimeout: 60_000,
		reporters: process.env["CI"] ? ["default", ["json", { outputFile: "var/test-report.json" }]] : ["default"],
	},
});
