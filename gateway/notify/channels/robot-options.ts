export interface RobotOptions {
	kind: "wecom" | "dingtalk" | "feishu";
	token: string;
	secret?: string;
	/** Other address of the service, for tests and proxies. */
	url?: string;
}
