import type { Language } from "../base/say.ts";

/**
 * The language that whoever sits before the terminal reads, by the environment (POSIX: LC_ALL before LANG); English
 * otherwise.
 */
export function terminalLanguage(environment: NodeJS.ProcessEnv = process.env): Language {
	const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
	return locale.toLowerCase().startsWith("zh") ? "zh" : "en";
}
