const TEXT = {
	zh: {
		title: "瞭望",
		exercise: "演练",
		user: "用户名",
		password: "密码",
		login: "登录",
		logout: "退出",
		wrong: "登录失败",
		connected: "实时",
		disconnected: "连接中断，正在重连",
		open: "未结事件",
		closed: "已结事件",
		none: "没有未结事件",
		noneHint: "相机与传感器正在值守。",
		cameras: "相机",
		sensors: "传感器",
		going: "前往",
		notMe: "不归我管",
		false: "误报",
		permitted: "许可用火",
		onScene: "已到场",
		seen: "已看到",
		told: "已通知",
		who: "人员",
		state: "状态",
		channel: "渠道",
		attempts: "次数",
		answer: "答复",
		nobody: "尚无人可通知",
		ledger: "台账",
		evidence: "证据",
		place: "位置",
		missing: "缺少",
		live: "实时画面",
		stop: "停止",
		learning: "学习中",
		blind: "失明",
		watching: "值守中",
		never: "从未",
		silent: "失联",
		ago: "前",
		frame: "画面",
		probability: "把握",
		firstSeen: "首见",
		bearing: "方位角",
		error: "误差",
		nextStep: "下一级将在",
		overdue: "反馈时限",
		enrol: "登记手机",
		enrolHint: "请用手机扫码，允许通知后即登记完成。链接 72 小时内有效，只能用一次。",
		close: "关闭",
		sound: "声音",
		video: "录像",
		configFault: "配置文件有误，正在使用上一份有效配置",
		registerFault: "责任名册无法读取",
		allow: "允许通知并登记本机",
		enrolled: "登记完成，测试消息已送达。",
		enrolFailed: "登记失败",
		badLink: "链接无效或已过期",
		hello: "您好",
		thanks: "已收到您的答复",
		notSupported: "此浏览器不支持推送通知。苹果手机请先“添加到主屏幕”。",
		kinds: { fire: "疑似林火", coverageLost: "瞭望失明", sensorFault: "传感器失联" },
		states: { detected: "待核实", verifying: "核实中", dispatched: "已前往", onScene: "已到场", false: "误报", permitted: "许可用火", closed: "已结束" },
		levels: { village: "村", township: "乡镇", county: "县", city: "市", province: "省" },
		roles: { chief: "林长", ranger: "护林员", supervisor: "监管员", adviser: "指导员", leader: "队长", officer: "值班员" },
		deliveries: { queued: "排队", trying: "发送中", accepted: "已送达服务", failed: "失败", stopped: "已停止" },
		reasons: { stale: "无新画面", identical: "画面冻结", black: "全黑", washedOut: "过曝", fogged: "浓雾或遮挡" },
		alarms: { smoke: "烟雾", gas: "气体", flame: "火焰", temperatureRise: "温升", silent: "失联", speaking: "恢复" },
		lacks: { distance: "距离（仅有方位）", grid: "所在网格", people: "责任人", register: "责任名册" },
		quantities: { airTemperature: "气温", relativeHumidity: "湿度", smoke: "烟雾", carbonMonoxide: "一氧化碳", flameInfrared: "火焰红外", batteryVoltage: "电池", windSpeed: "风速", windDirection: "风向" },
		channels: { webpush: "手机推送", robot: "群机器人", webhook: "网络回调", centre: "指挥中心" },
	},
	en: {
		title: "Lookout",
		exercise: "EXERCISE",
		user: "User",
		password: "Password",
		login: "Log in",
		logout: "Log out",
		wrong: "Log-in failed",
		connected: "live",
		disconnected: "disconnected, trying again",
		open: "Open incidents",
		closed: "Closed incidents",
		none: "No open incident",
		noneHint: "Cameras and sensors are on watch.",
		cameras: "Cameras",
		sensors: "Sensors",
		going: "Going",
		notMe: "Not me",
		false: "False alarm",
		permitted: "Permitted burn",
		onScene: "On scene",
		seen: "Seen",
		told: "Who was told",
		who: "Person",
		state: "State",
		channel: "Channel",
		attempts: "Tries",
		answer: "Answer",
		nobody: "Nobody could be told yet",
		ledger: "Ledger",
		evidence: "Evidence",
		place: "Place",
		missing: "Missing",
		live: "Live view",
		stop: "Stop",
		learning: "learning",
		blind: "BLIND",
		watching: "on watch",
		never: "never",
		silent: "silent",
		ago: "ago",
		frame: "frame",
		probability: "Sure",
		firstSeen: "First seen",
		bearing: "Bearing",
		error: "error",
		nextStep: "Next level in",
		overdue: "Feedback due in",
		enrol: "Enrol a phone",
		enrolHint: "Scan with the phone and allow notifications. The link works once, within 72 hours.",
		close: "Close",
		sound: "Sound",
		video: "Video",
		configFault: "The configuration file is not valid; the last good one runs",
		registerFault: "The register cannot be read",
		allow: "Allow notifications and enrol this phone",
		enrolled: "Enrolled; the test message was accepted.",
		enrolFailed: "Enrolment failed",
		badLink: "This link is not valid or has expired",
		hello: "Hello",
		thanks: "Your answer has been received",
		notSupported: "This browser has no push notifications. On an iPhone, add this page to the Home Screen first.",
		kinds: { fire: "Possible forest fire", coverageLost: "Coverage lost", sensorFault: "Sensor silent" },
		states: { detected: "unverified", verifying: "verifying", dispatched: "going", onScene: "on scene", false: "false alarm", permitted: "permitted burn", closed: "closed" },
		levels: { village: "village", township: "township", county: "county", city: "city", province: "province" },
		roles: { chief: "chief", ranger: "ranger", supervisor: "supervisor", adviser: "adviser", leader: "leader", officer: "officer" },
		deliveries: { queued: "queued", trying: "sending", accepted: "accepted", failed: "failed", stopped: "stopped" },
		reasons: { stale: "no fresh picture", identical: "frozen picture", black: "black", washedOut: "washed out", fogged: "fog or cover" },
		alarms: { smoke: "smoke", gas: "gas", flame: "flame", temperatureRise: "temperature rise", silent: "silent", speaking: "speaking" },
		lacks: { distance: "distance (bearing only)", grid: "grid", people: "people", register: "register" },
		quantities: { airTemperature: "Air", relativeHumidity: "Humidity", smoke: "Smoke", carbonMonoxide: "CO", flameInfrared: "Flame IR", batteryVoltage: "Battery", windSpeed: "Wind", windDirection: "Wind from" },
		channels: { webpush: "phone push", robot: "group robot", webhook: "webhook", centre: "centre" },
	},
};

export type Language = keyof typeof TEXT;
export type Words = (typeof TEXT)["en"];

export function words(language: Language): Words {
	return TEXT[language];
}

/** The reader's choice, else the browser's language. */
export function preferred(): Language {
	const kept = localStorage.getItem("language");
	if (kept === "zh" || kept === "en") return kept;
	return navigator.language.startsWith("zh") ? "zh" : "en";
}

/** A word from a table, or the key itself when the table is older than the gateway. */
export function word(table: Record<string, string>, key: string): string {
	return table[key] ?? key;
}

/** Seconds in the largest unit that says something. */
export function span(ms: number): string {
	const s = Math.max(0, Math.round(ms / 1000));
	if (s < 90) return `${s} s`;
	if (s < 5400) return `${Math.round(s / 60)} min`;
	return s < 129_600 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} d`;
}

export function clock(at: number): string {
	return new Date(at).toLocaleTimeString("zh-CN", { hour12: false });
}
