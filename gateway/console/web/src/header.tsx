import { call } from "./api.ts";
import type { Tower } from "./api-types.ts";
import { DangerLevel } from "./danger.tsx";
import { filled, type Language, type Words } from "./i18n.ts";
import { chime } from "./sound.ts";

export type Dialog = "callIn" | "enrol" | "account";

interface Props {
	tower: Tower;
	w: Words;
	isLive: boolean;
	silentS: number;
	hasSound: boolean;
	onSound: (on: boolean) => void;
	language: Language;
	onLanguage: (language: Language) => void;
	onDialog: (dialog: Dialog) => void;
}

/** Which tower, whether it is heard, the danger level, and what can be opened. */
export function Header({ tower, w, isLive, silentS, hasSound, onSound, language, onLanguage, onDialog }: Props) {
	const opener = (dialog: Dialog, name: string) => (
		<button type="button" className="quiet" onClick={() => onDialog(dialog)}>
			{name}
		</button>
	);
	return (
		<header>
			<strong>{w.title}</strong>
			<span className="tower">{tower.name}</span>
			{tower.exercise && <span className="badge exercise">{w.exercise}</span>}
			<span className={isLive ? "dot on" : "dot off"} role="status">
				{isLive ? w.connected : w.disconnected}
			</span>
			<small>{filled(w, w.beat, { seconds: silentS })}</small>
			<span className="grow" />
			<DangerLevel tower={tower} w={w} />
			<button
				type="button"
				className="quiet"
				aria-pressed={hasSound}
				onClick={() => {
					onSound(!hasSound);
					if (!hasSound) chime();
				}}
			>
				{w.sound} {hasSound ? "✓" : "–"}
			</button>
			{opener("callIn", w.callIn.title)}
			{opener("enrol", w.enrol)}
			<button type="button" className="quiet" onClick={() => onLanguage(language === "zh" ? "en" : "zh")}>
				{language === "zh" ? "EN" : "中文"}
			</button>
			{opener("account", w.accountPage.title)}
			<button type="button" className="quiet" onClick={() => call("POST /api/logout").finally(() => location.reload())}>
				{w.logout}
			</button>
		</header>
	);
}
