/**
 * What a command gives back: 0 done, 1 something is wrong, 2 wrongly used or cannot be done. A gateway that ends with 2
 * is not started again.
 */
export type ExitCode = 0 | 1 | 2;

export interface Command {
	summary: string;
	help: string;
	run: (args: string[]) => Promise<ExitCode>;
}
