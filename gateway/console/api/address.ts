/** Address of a listener on this machine, as a browser writes it. */
export function urlOf({ host, port, tls }: { host: string; port: number; tls?: unknown }): string {
	return `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
