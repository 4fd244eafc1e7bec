import { Button, Group, Menu } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { call } from "../api.ts";
import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, filled, inWords, span } from "../i18n.ts";
import { isOpen } from "../states.ts";
import { Fault } from "../ui/fault.tsx";
import { isTyping } from "../ui/keys.ts";
import { type Answer, ENDS, type End } from "./answer.ts";
import { mayClose } from "./bands.ts";
import { EndSheet } from "./end-sheet.tsx";
import { ReopenSheet } from "./reopen-sheet.tsx";
import { useSourceName } from "./source-name.ts";
import { TakeDown } from "./take-down.tsx";

/** What is open over the buttons. */
type Sheet = End | "takeDown" | "reopen";

const UNDER_CONTROL = ["controlled", "out"];

/**
 * What the desk can say of an incident, by sentence and by key; an end is asked for once more, and can be taken back.
 */
export function Answers({ incident }: { incident: Incident }) {
	const { w } = useReader();
	const [sheet, setSheet] = useState<Sheet | undefined>();
	const [fault, setFault] = useState("");
	const say = (said: Answer) => {
		setFault("");
		setSheet(undefined);
		call("POST /api/incidents/{id}/answer", { path: { id: incident.id }, body: said }).catch((e: Error) =>
			setFault(inWords(w, e.message)),
		);
	};
	useKeys(incident, say, setSheet);
	const close = () => setSheet(undefined);
	return (
		<div className="answers">
			<Ending incident={incident} onFault={setFault} />
			<HeldOpen incident={incident} />
			{isOpen(incident) &&
				(incident.kind === "fire" ? <OfFire {...{ incident, say, setSheet }} /> : <OfFault {...{ say, setSheet }} />)}
			{!isOpen(incident) && <OfOver {...{ incident, setSheet }} />}
			<Fault text={fault} />
			{sheet === "takeDown" && <TakeDown incident={incident} onSay={say} onClose={close} />}
			{sheet === "reopen" && <ReopenSheet incident={incident} onClose={close} />}
			{isEnd(sheet) && <EndSheet incident={incident} what={sheet} onSay={say} onClose={close} />}
		</div>
	);
}

const isEnd = (sheet: Sheet | undefined): sheet is End => (ENDS as readonly (string | undefined)[]).includes(sheet);

interface Choices {
	say: (said: Answer) => void;
	setSheet: (sheet: Sheet) => void;
}

/** How far a fire has come, for what can be said of it. */
function standingOf({ state, confirmedAt }: Incident) {
	const isSure = confirmedAt !== undefined || UNDER_CONTROL.includes(state);
	return { isSure, isControlled: UNDER_CONTROL.includes(state), isOut: state === "out" };
}

/** Of a fire: what moves it on stands left and large, what ends it right and apart. */
function OfFire({ incident, say, setSheet }: Choices & { incident: Incident }) {
	const { w } = useReader();
	const { isSure, isControlled, isOut } = standingOf(incident);
	return (
		<Group gap="xs">
			<Button size="md" variant={isSure ? "default" : "filled"} onClick={() => say({ answer: "going" })}>
				{w.say.going} <kbd>1</kbd>
			</Button>
			{!isSure && (
				<Button size="md" variant="filled" color="red" onClick={() => say({ answer: "confirmed" })}>
					{w.say.confirmed} <kbd>2</kbd>
				</Button>
			)}
			{isSure && !isOut && (
				<>
					{!isControlled && (
						<Button size="md" onClick={() => say({ answer: "controlled" })}>
							{w.say.controlled} <kbd>3</kbd>
						</Button>
					)}
					<Button size="md" onClick={() => setSheet("out")}>
						{w.say.out} <kbd>4</kbd>
					</Button>
				</>
			)}
			<Button size="md" onClick={() => setSheet("takeDown")}>
				{w.say.takeDown} <kbd>T</kbd>
			</Button>
			<span className="grow" />
			{mayClose(incident) && (
				<Button size="md" variant="filled" onClick={() => setSheet("close")}>
					{w.say.close}
				</Button>
			)}
			<Button size="md" className="end" onClick={() => setSheet("false")}>
				{w.say.false} <kbd>F</kbd>
			</Button>
			<Button size="md" className="end" onClick={() => setSheet("permitted")}>
				{w.say.permitted} <kbd>P</kbd>
			</Button>
			<Menu>
				<Menu.Target>
					<Button size="md" variant="subtle">
						{w.say.more}
					</Button>
				</Menu.Target>
				<Menu.Dropdown>
					{!isSure && <Menu.Item onClick={() => say({ answer: "controlled" })}>{w.say.controlled}</Menu.Item>}
					{!isSure && <Menu.Item onClick={() => setSheet("out")}>{w.say.out}</Menu.Item>}
					<Menu.Item onClick={() => say({ answer: "onScene" })}>{w.say.onScene}</Menu.Item>
					<Menu.Item onClick={() => say({ answer: "notMe" })}>{w.say.notMe}</Menu.Item>
				</Menu.Dropdown>
			</Menu>
		</Group>
	);
}

/** A device that does not work is seen to; it is no fire. */
function OfFault({ say, setSheet }: Choices) {
	const { w } = useReader();
	return (
		<Group gap="xs">
			<Button size="md" variant="filled" onClick={() => say({ answer: "going" })}>
				{w.say.going} <kbd>1</kbd>
			</Button>
			<Button size="md" onClick={() => say({ answer: "notMe" })}>
				{w.say.notMe}
			</Button>
			<span className="grow" />
			<Button size="md" onClick={() => setSheet("close")}>
				{w.say.close}
			</Button>
		</Group>
	);
}

/** What is over has a file that may lack its cause, and may burn again. */
function OfOver({ incident, setSheet }: { incident: Incident; setSheet: (sheet: Sheet) => void }) {
	const { w } = useReader();
	if (incident.kind !== "fire") return null;
	return (
		<Group gap="xs">
			{mayClose(incident) && (
				<Button size="md" variant="filled" onClick={() => setSheet("close")}>
					{w.say.close}
				</Button>
			)}
			<Button size="md" onClick={() => setSheet("reopen")}>
				{w.say.reopen}…
			</Button>
		</Group>
	);
}

/** An end that another source has taken back: whoever said it must see that it goes on. */
function HeldOpen({ incident: { heldOpen } }: { incident: Incident }) {
	const { w } = useReader();
	const nameOf = useSourceName();
	if (!heldOpen) return null;
	const gaps = {
		time: clock(w, heldOpen.at).slice(0, 5),
		answer: w[heldOpen.answer as "false"],
		source: nameOf(heldOpen.source),
	};
	return (
		<p className="ending" role="alert">
			<b>{filled(w, w.ending.heldOpen, gaps)}</b>
		</p>
	);
}

/** What somebody has ended a moment ago, and may still take back. */
function Ending({ incident, onFault }: { incident: Incident; onFault: (text: string) => void }) {
	const { w } = useReader();
	const { now } = useDesk();
	if (!incident.ending) return null;
	const undo = () =>
		call("POST /api/incidents/{id}/undo", { path: { id: incident.id } }).catch((e: Error) =>
			onFault(inWords(w, e.message)),
		);
	return (
		<p className="ending" role="status">
			<b>{w[incident.ending.answer.answer as "false"]}</b> {w.ending.waits}{" "}
			{span(Math.max(0, incident.ending.until - now), w)}{" "}
			<Button variant="filled" color="orange" onClick={() => void undo()}>
				{w.ending.undo} <kbd>U</kbd>
			</Button>
		</p>
	);
}

/** Keys that follow each other like this are words that somebody types, and not meant for the buttons, ms. */
const TYPED_MS = 700;

/**
 * The same by key, those alone that stand on a button now: digits move it on, letters open a sheet. Nothing that ends
 * it happens by a key alone, and nothing by a key within a word.
 */
function useKeys(incident: Incident, say: (said: Answer) => void, setSheet: (sheet: Sheet) => void): void {
	// when a key was pressed last that writes something and means nothing here: Tab and Enter are no part of a word
	const typed = useRef(Number.NEGATIVE_INFINITY);
	useEffect(() => {
		const keys = keysOf(incident, say, setSheet);
		const pressed = (e: KeyboardEvent) => {
			if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || isTyping(e)) return;
			const act = keys[e.key.toLowerCase()];
			const isWord = performance.now() - typed.current < TYPED_MS;
			if (act && !isWord) {
				e.preventDefault();
				act();
			} else if (e.key.length === 1) typed.current = performance.now();
		};
		addEventListener("keydown", pressed);
		return () => removeEventListener("keydown", pressed);
	});
}

function keysOf(incident: Incident, say: (said: Answer) => void, setSheet: (sheet: Sheet) => void): Keys {
	if (!isOpen(incident)) return {};
	const going = { "1": () => say({ answer: "going" }) };
	if (incident.kind !== "fire") return going;
	const { isSure, isControlled, isOut } = standingOf(incident);
	const undo = () => void call("POST /api/incidents/{id}/undo", { path: { id: incident.id } });
	return {
		...going,
		...(isSure ? {} : { "2": () => say({ answer: "confirmed" }) }),
		...(isSure && !isControlled ? { "3": () => say({ answer: "controlled" }) } : {}),
		...(isSure && !isOut ? { "4": () => setSheet("out") } : {}),
		...(incident.ending ? { u: undo } : {}),
		f: () => setSheet("false"),
		p: () => setSheet("permitted"),
		t: () => setSheet("takeDown"),
	};
}

type Keys = Record<string, () => void>;
