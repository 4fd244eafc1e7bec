import { defineConfig } from "vite";
import { compression, defineAlgorithm } from "vite-plugin-compression2";
import { prefetch } from "./prefetch.ts";

export default defineConfig({
	plugins: [
		prefetch("index.html"),
		// compressed when they are built, so that a tower need not do it for each reader
		compression({
			include: /\.(js|mjs|css|html|svg|webmanifest)$/,
			algorithms: [defineAlgorithm("gzip", { level: 9 }), defineAlgorithm("brotliCompress")],
			threshold: 0,
		}),
	],
	build: {
		outDir: "dist",
		emptyOutDir: true,
		target: "es2022",
		rollupOptions: {
			// marks of server components, which mean nothing here
			onwarn: (warning, warn) => warning.code !== "MODULE_LEVEL_DIRECTIVE" && warn(warning),
			input: ["index.html", "i.html", "enrol.html"].map((f) => `${import.meta.dirname}/${f}`),
		},
	},
});
